"""What members read of times on Discord: each in their own clock, none as we would word it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Reply
from bot.desk import COMMANDS
from bot.discord import embeds
from bot.wording.notices import notice_text, notice_times
from feeds.model import Day, FeedState, Notice, NoticeKind, Pause
from tests.store_kit import DAY, FEED, HOUR, NOW, reading
from tests.test_cite import rewrite
from tests.test_desk import MANAGER, MEMBER, House, house, text  # noqa: F401 - the fixture

# A citation is copied out of Discord and must say the same to every reader; wordings are named as citations name them.
CITING = {"cite", "diff"}
_NAMED = re.compile(r"#\d+\.\d+, “[^”]*”, read [\w: ]+ UTC")
_BARE = re.compile(r"\bUTC\b|\b\d\d:\d\d\b|\bago\b|\bjust now\b|\bin \d+ (?:s|min|h|d)\b")
WORDS = ("", "1", "2", "3", "#1", "#3", "1 full", "#1 full", "#2 full", "#3 full", "item", "3h", "search")


def shown(reply: Reply) -> str:
    """All that Discord gets of an answer to read."""
    content, built, _ = embeds.reply_parts(reply)
    parts = [content or ""]
    for one in built:
        fields = [part for field in one.fields for part in (field.name, field.value)]
        parts += [one.title or "", one.description or "", *fields, one.footer.text or ""]
    return "\n".join(parts)


async def lived_in(desk: House, now=NOW) -> None:
    """A house in which every time there is to tell has come about."""
    names = ("wire", "agency", "radio", "late", "empty")
    specs = [replace(FEED, name=name, url=f"http://127.0.0.1:9/{name}") for name in names[1:]]
    await desk.store.run(lambda store: store.feeds.enrol([FEED, *specs]))
    await desk.commit(reading(1, published=now - HOUR), reading(2))
    undated = reading(3)
    await desk.commit(replace(undated, entry=replace(undated.entry, published=None)))
    await rewrite(desk, "Item 1 in other words", now + HOUR)
    state = FeedState("agency", FEED.url, home=FEED.url, failures=4, problem="timeout", last_ok=now - DAY)
    news = replace(state, name="late", failures=0, problem=None, last_new=now - 9 * DAY, next_check=now + 9 * HOUR)
    await desk.store.run(lambda store: store.record([replace(state, next_check=now + 3 * HOUR), news], (), Day(), now))
    await desk.store.run(lambda store: store.feeds.pause(Pause("radio", "anna", now - 2 * HOUR)))
    await desk.store.run(lambda store: store.days.tick(now - timedelta(minutes=4)))
    await desk.store.run(lambda store: store.channels.mute("alerts", now + 5 * HOUR))
    desk.now = now + 2 * HOUR


@pytest.mark.parametrize("asker", [MEMBER, MANAGER])
async def test_no_answer_words_a_time_itself(house, asker):  # noqa: F811
    """Whatever is asked, the hour and how long ago are Discord's own, so that they stay true as they stand there."""
    await lived_in(house)
    told = 0
    for command in COMMANDS:
        for words in WORDS if command.name not in CITING else ():
            answer = shown(await house.ask(f"{command.name} {words}", asker))
            told += answer.count("<t:")
            # how to write a time, not one that was
            examples = any(
                form in answer for form in ("such as:", "Ask like this", "should be a day", "step by step: ")
            )
            bare = "" if examples else _NAMED.sub("", re.sub(r"<t:\d+:\w>", "", answer))
            assert not (found := _BARE.search(bare)), (command.name, words, found, answer)
    assert told > 30


@pytest.mark.parametrize("asked", ["status", "feeds", "why 1 full", "why #3 full", "story 1", "mute 3", "digest"])
async def test_each_answer_of_times_has_them(house, asked):  # noqa: F811
    """So that the walk above does not pass for want of any; a terminal has them in words."""
    await lived_in(house)
    reply = await house.ask(asked, MANAGER)
    assert "<t:" in shown(reply)
    assert re.search(r"UTC|\bago\b", text(reply)) and "<t:" not in text(reply)


def test_a_failing_feed_is_tried_again_in_the_readers_time():
    """Operators read when on their own clocks; the log and a terminal say it in UTC."""
    due = NOW + HOUR
    told = Notice(
        NoticeKind.FEED_FAILING, {"feed": "wire", "failures": 3, "problem": "timeout", "due": due.isoformat()}
    )
    content = embeds.signed(notice_text(told), "ab1200000001", times=notice_times(told))
    assert f"Next try <t:{int(due.timestamp())}:R>." in content
    assert not _BARE.search(re.sub(r"<t:\d+:\w>", "", content)) and _BARE.search(notice_text(told))


async def test_when_an_undated_item_was_read_is_said_so(house):  # noqa: F811
    """The word stays before the instant: it is not when it was published."""
    await lived_in(house)
    assert re.search(r"read <t:\d+:\w>", shown(await house.ask("story 3")))
