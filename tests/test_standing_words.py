"""An alert that stands is known again by what it says, when its story comes back with none of the sources it shows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.standing.words import AlertWords
from bot.delivery.transport import Posted
from bot.discord.text import as_read, escape
from bot.wording.formats import clean
from feeds.judge import judge_entry
from feeds.model import Feed, State
from feeds.store.db.thread import StoreThread
from feeds.worker.reader import Reader
from seeds.watch import load_watch
from tests.discord_kit import House, operators, wanted
from tests.reader_kit import Here
from tests.store_kit import DAY, FEED, NOW, entry, opened, plan
from tests.test_standing import Running, away, kept, put_back, told_and_forgotten, two_sources

AMBUSH = "Two Chadian peacekeepers killed in ambush near Kidal"
SAME = "Mali: gunmen attack UN convoy near Kidal, two soldiers from Chad dead"
MINE = "Three Togolese peacekeepers wounded by a mine near Kidal on patrol for MINUSMA"
ELSEWHERE = "Burkina Faso peacekeeper killed in mortar attack on MINUSMA camp in Timbuktu"


@cache
def minusma():
    return load_watch(Path(__file__).parents[1] / "seeds/watches/minusma")


def told(number, title, at):
    """An item as the watch of Mali reads it."""
    one = entry(number, title, published=at, summary=f"{title}, the mission said.")
    return judge_entry(one, FEED, [minusma()], at)


class Knowing(Running):
    """A house whose watch is that of Mali and reads what stands."""

    def __init__(self, server, path, **more):
        super().__init__(server, path, reads=Reader(Here([minusma()])).judge_again, **more)
        self.wishes = wanted("minusma"), operators()


class Cold(Knowing):
    """One that has not read its feeds yet."""

    async def __aenter__(self):
        await House.__aenter__(self)
        await self.up()
        down = Feed("down", "https://down.example/rss", "en")
        await self.store.run(lambda store: store.feeds.enrol([down]))
        state = await self.store.run(lambda store: store.feeds.all()[0])
        object.__setattr__(state, "failing_since", self.server.now())
        await self.store.run(lambda store: store.feeds.save([state]))
        return self


@pytest.mark.slow
@pytest.mark.parametrize("lowband", [False, True])
async def test_a_story_without_any_source_that_stands_is_known_by_the_words_that_do(server, tmp_path, lowband):
    """The only source of an alert is away after a restore, for as long as it may be. Another one tells the same: what
    stands is taken up at once, and shows that. Other events, one of them at the same place, wait for nobody."""
    path = tmp_path / "db"
    async with Knowing(server, path) as house:
        if lowband:
            await house.store.run(lambda store: store.choices.choose("alerts", {"lowband": True}))
    copy = kept(path)
    async with Knowing(server, path) as house:
        await house.tell(told(1, AMBUSH, server.now()))
        await house.quiet()
    (before,) = [one["id"] for one in server.posted()]
    put_back(copy, path)
    away(server, hours=2)
    async with Cold(server, path) as house:
        others = [told(number, title, server.now()) for number, title in ((2, SAME), (3, MINE), (4, ELSEWHERE))]
        await house.tell(*others)
        house.deliver()
        await asyncio.sleep(0.2)
        assert len(server.posted()) == 1  # as long as feeds are read for the first time
        house.courier.caught_up()
        for story in (1, 2, 3):
            await house.until(State.SENT, story=story, tick=5)
        await house.until(State.SENT, at=1, tick=5)  # the edit
    first, *more = server.posted()
    assert (first["id"], len(more)) == (before, 2)
    assert SAME[:20] in str(first)


@pytest.mark.slow
async def test_what_another_story_s_words_tell_is_left_to_that(server, tmp_path):
    """Two alerts of one kind stand, and both their stories come back by other sources: each takes up its own."""
    path = tmp_path / "db"
    async with Knowing(server, path):
        pass
    copy = kept(path)
    async with Knowing(server, path) as house:
        for number, title in ((1, AMBUSH), (2, ELSEWHERE)):
            await house.tell(told(number, title, server.now()))
            await house.quiet()
    before = [one["id"] for one in server.posted()]
    put_back(copy, path)
    away(server, hours=2)
    async with Cold(server, path) as house:
        house.courier.caught_up()
        again = "Mortar fire on UN camp in Timbuktu kills a peacekeeper from Burkina Faso"
        for number, title in ((3, again), (4, SAME)):
            await house.tell(told(number, title, server.now()))
        house.deliver()
        found = [await house.until(State.SENT, story=story, tick=5) for story in (1, 2)]
        await house.quiet()
    assert [one.message for one in found] == before[::-1]
    assert len(server.posted()) == len(before) == 2


async def test_words_that_either_of_two_stories_might_tell_are_left_to_the_likelier(tmp_path):
    """An alert at a place where two attacks are known would be joined to each of them if that were the only one: it is
    that of the one to which its words belong rather, whichever of them asks first."""
    reads, now = Reader(Here([minusma()])).judge_again, NOW
    stands = Posted("1", None, "", text="Peacekeepers killed in ambush near Kidal", at=now)
    stories = [told(number, one, now) for number, one in enumerate((MINE, AMBUSH))]
    async with StoreThread(lambda: opened(tmp_path / "mine")) as only:
        await only.run(lambda store: store.commit(plan(stories[0]), now))
        assert await AlertWords(only, reads).tells(stands, await only.run(lambda store: store.stories.story(1)))
    async with StoreThread(lambda: opened(tmp_path / "both")) as both:
        await both.run(lambda store: store.commit(plan(*stories), now))
        found = [await both.run(lambda store, id_=id_: store.stories.story(id_)) for id_ in (1, 2)]
        assert [await AlertWords(both, reads).tells(stands, one) for one in found] == [False, True]


@given(st.text())
def test_what_is_written_is_read_as_it_was_meant(text):
    """Whatever an escaped text holds, its words come back; what dresses a message does not."""
    meant = " ".join(clean(text).split())
    assert " ".join(as_read(escape(text)).split()).replace("\u200b", "") == as_seen(meant)


def as_seen(text):
    return "".join(one for one in text if one not in "\u200b\u200c\u200d\u2060\u2068\u2069")


def test_addresses_pings_and_times_are_no_words():
    """What members do not read is not read for them."""
    said = "<@&77> **3 killed** ~~2~~\n> A quote\n[“Ambush \\[new\\]”](https://a.example/1#:~:mark=x) <t:1612958700:f>"
    assert " ".join(as_read(said).split()) == "3 killed 2 A quote “Ambush [new]”"


@pytest.mark.slow
async def test_an_alert_of_what_is_no_news_any_more_is_its_story_s_all_the_same(server, tmp_path):
    """An archive from days ago reads its items again too late to tell them. What stands is taken up, no digest
    names it, and it follows what comes."""
    path = tmp_path / "db"
    first, later = two_sources()
    await told_and_forgotten(server, path, first)
    away(server, hours=40)
    async with Running(server, path, oldest=7 * DAY) as house:
        await house.tell(replace(first, stale=True))
        (digest,) = [
            one.name for one in await house.store.run(lambda store: store.channels.all()) if one.name != "operators"
        ]
        assert await house.store.run(lambda store: store.digests.waiting(digest))
        await house.noted()
        assert not await house.store.run(lambda store: store.digests.waiting(digest))
        await house.until(State.SENT, tick=5)
        await house.tell(later)
        async with asyncio.timeout(5):
            while "Other" not in str(server.posted()):  # edits go out with pauses between them
                server.now.move(seconds=30)
                await asyncio.sleep(0.02)
    assert len(server.posted()) == 1
