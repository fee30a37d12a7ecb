"""Follows: what a member is told of, once, at most six times an hour, by nothing lost and nothing twice."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from sqlite_utils import Database

from bot.console.transport import Terminal
from bot.delivery.transport import Sent
from bot.desk import Asker
from bot.desk.following.answers import LONGEST_FOLLOW, MOST_TOLD
from bot.desk.rights import ALL_RIGHTS
from bot.follows.words import MOST_LISTED, follow_card, follow_line
from feeds.following.limits import MOST_AN_HOUR, parcels
from feeds.model import MOST_FOLLOWS, AlertPlace, CauseKind, Follower, FollowHit, FollowMessage, Story
from feeds.store import Store
from feeds.store.db.schema import migrations
from feeds.store.follows.news import FollowNews
from feeds.store.follows.tellings import REFUSALS
from tests.follow_kit import AWA, AWAY, CLOSED, ELSEWHERE, KOFI, LEFT, Letterbox, teller, wished
from tests.proofs import examples
from tests.store_kit import DAY, HOUR, MINUTE, NOW, opened, plan, reading
from tests.test_desk import MEMBER, House, house, text  # noqa: F401 - a fixture

AWA_ASKS = replace(MEMBER, server="1")
KOFI_ASKS = replace(AWA_ASKS, id="8", name="Kofi")
AT_TERMINAL = Follower("terminal", "", "terminal")
AT_HOME = Asker("terminal", "you", transport="terminal", target="terminal")


async def happen(house, number, words="An attack near the bridge", *, alerted=True, **facts):  # noqa: F811
    """Something happens now, and the channel has its alert of it."""
    told = _report(number, words, house.now, **facts)
    await house.store.run(lambda store: store.commit(plan(told), house.now))
    if alerted:
        await house.store.run(lambda store: _posted(store, house.now))


def _report(number, words, at, **facts):
    place = facts.get("place") or f"Town {number}"  # one story a place
    facts = {"place": place, "contingents": (place,)} | facts
    return reading(number, title=words, summary=f"Report {number}.", seen=at, published=at, facts=facts)


def _posted(store, now):
    for one in store.outbox.claim(now):
        store.outbox.sent(one.id, f"m{one.story}", None, now)


# how many messages, and what each tells


@given(st.lists(st.integers(), unique=True), st.integers(0, 20))
def test_a_parcel_leaves_nothing_out_and_nothing_in_twice(waiting, sent):
    """What may go now is all that waits, in order, or nothing at all; never more than six with those of the hour."""
    made = parcels(waiting, sent)
    told = [one for parcel in made for one in parcel]
    assert told == (waiting if sent < MOST_AN_HOUR else [])
    assert not made or len(made) + sent <= MOST_AN_HOUR
    assert len(made) == 1 or all(len(parcel) == 1 for parcel in made)


def test_what_does_not_fit_goes_in_one_message():
    """Each alone while there is room for all; else all together, also when the hour's six are spent and it ends."""
    assert [len(one) for one in parcels(range(6), 0)] == [1] * 6
    assert [len(one) for one in parcels(range(7), 0)] == [7]
    assert [len(one) for one in parcels(range(11), 5)] == [11]


# asking


async def test_following_begins_with_what_it_would_have_told(house):  # noqa: F811
    """How often in thirty days, the newest as an example, and what is followed."""
    house.now = NOW - 40 * DAY
    await happen(house, 1)
    for number in (2, 3):
        house.now = NOW - (4 - number) * DAY
        await happen(house, number, f"An attack near bridge {number}")
    await happen(house, 4, "A parade")
    house.now = NOW
    reply = await house.ask("follow attack bridge", AWA_ASKS)
    assert "Would have told you 2 times in the last 30 days. Following attack bridge." in text(reply)
    assert len(reply.cards) == 1 and "bridge 3" in text(reply)
    assert reply.own


async def test_a_young_archive_says_how_long_it_has_looked(house):  # noqa: F811
    """No thirty days are claimed where nobody looked before yesterday."""
    assert "anything so far, for I have only begun to look." in await house.say("follow attack", AWA_ASKS)
    await house.commit(_report(1, "A parade", NOW - 36 * HOUR))
    assert "in the 1 d 12 h since I first looked" in await house.say("follow attack", AWA_ASKS)


async def test_what_is_not_understood_is_said_as_in_a_search(house):  # noqa: F811
    """Unknown keys and values, nothing to look for, too much: a sentence, and nothing is kept."""
    await happen(house, 1, place="Springfield")
    for line in ("follow plce:x", "follow place:Springfeld", "follow killed:many"):
        assert await house.say(line, AWA_ASKS) == await house.say(line.replace("follow", "search"), AWA_ASKS)
    assert "What shall I tell you of?" in await house.say("follow", AWA_ASKS)
    assert "everything there is" in await house.say("follow sort:best", AWA_ASKS)
    assert f"{LONGEST_FOLLOW} characters" in await house.say(f"follow {'ab ' * 120}", AWA_ASKS)
    assert "16 different ones" in await house.say(f"follow {' '.join(f'word{n}' for n in range(20))}", AWA_ASKS)
    assert "You follow nothing here" in await house.say("following", AWA_ASKS)


async def test_all_times_are_said_as_in_a_map(house):  # noqa: F811
    """`since:all` adds nothing to a follow and to a search, and is no mistake there."""
    await happen(house, 1)
    assert "Following attack since:all" in await house.say("follow attack since:all", AWA_ASKS)
    assert "1 story" in await house.say("search attack since:all", AWA_ASKS)
    assert "1 story" in await house.say("search since:all", AWA_ASKS)
    assert "everything there is" in await house.say("follow since:all", AWA_ASKS)


@pytest.mark.parametrize("odd", ["\ud800", "a\ud800b", "((((", '"', "NEAR(a b)", "*", "x" * 2000, "place:", "a AND"])
async def test_odd_input_is_no_error(house, odd):  # noqa: F811
    """Lone surrogates, the index's own syntax, endless words: an answer all the same."""
    assert text(await house.ask(f"follow {odd}", AWA_ASKS))
    assert text(await house.ask("following", AWA_ASKS))
    assert text(await house.ask(f"unfollow {odd}", AWA_ASKS))


async def test_too_much_is_to_be_narrowed(house):  # noqa: F811
    """What would have told of more than 200 stories in thirty days is refused, with the way out."""
    many = [_report(n, f"Attack {n}", NOW) for n in range(MOST_TOLD + 1)]
    await house.commit(_report(999, "A parade", NOW - 60 * DAY))
    await house.store.run(lambda store: store.commit(plan(*many), NOW))
    said = await house.say("follow attack", AWA_ASKS)
    assert "201 times in the last 30 days" in said and "narrow" in said
    assert "You follow nothing here" in await house.say("following", AWA_ASKS)


async def test_follows_are_listed_changed_and_ended(house):  # noqa: F811
    """By number, by words, all; the same again changes how it is told, and counts once."""
    for line in ("attack", '"white bridge" by:dm', "killed:>3"):
        await house.ask(f"follow {line}", AWA_ASKS)
    listed = await house.say("following", AWA_ASKS)
    assert "You follow 3 searches here" in listed
    assert '2 · "white bridge" · not told in 30 days · by direct message' in listed
    assert "You follow attack already" in await house.say("follow attack", AWA_ASKS)
    assert "I changed how I tell you" in await house.say("follow attack by:dm", AWA_ASKS)
    assert "no more of attack" in await house.say("unfollow 1", AWA_ASKS)
    assert "no more of killed:>3" in await house.say("unfollow killed:>3", AWA_ASKS)
    assert "1 to 1" in await house.say("unfollow 9", AWA_ASKS)
    assert 'no more of "white bridge"' in await house.say("unfollow all", AWA_ASKS)
    assert "You follow nothing here" in await house.say("unfollow 1", AWA_ASKS)


async def test_nobody_sees_or_ends_anothers_follows(house):  # noqa: F811
    """Neither another member's nor one's own of another team's server."""
    await house.ask("follow attack", AWA_ASKS)
    for other in (KOFI_ASKS, replace(AWA_ASKS, server="2"), replace(AWA_ASKS, server=""), AT_HOME):
        assert "You follow nothing here" in await house.say("following", other)
        assert "You follow nothing here" in await house.say("unfollow all", other)
    mine = await house.store.run(lambda store: store.follows.of(AWA, NOW))
    assert not await house.store.run(lambda store: store.follows.end(ELSEWHERE, [one.id for one in mine]))
    assert "1 search" in await house.say("following", AWA_ASKS)


async def test_a_member_may_follow_so_much(house):  # noqa: F811
    """Twenty-five; then one has to go."""
    for number in range(MOST_FOLLOWS):
        await house.store.run(lambda store, n=number: store.follows.keep(wished(f"word{n}"), (), NOW))
    assert "25 searches here, as many as anybody may" in await house.say("follow attack", AWA_ASKS)
    await house.ask("unfollow 1", AWA_ASKS)
    assert "Following attack" in await house.say("follow attack", AWA_ASKS)


async def test_a_server_may_follow_so_much(house, monkeypatch):  # noqa: F811
    """All members of one together; another server is not held against it."""
    monkeypatch.setattr("feeds.store.follows.book.MOST_FOLLOWS_OF_SERVER", 1)
    await house.ask("follow attack", KOFI_ASKS)
    assert "somebody has to end one first" in await house.say("follow attack", AWA_ASKS)
    assert "Following attack" in await house.say("follow attack", replace(AWA_ASKS, server="2"))


async def test_a_shell_cannot_follow_in_a_channel(house):  # noqa: F811
    """Nobody could be told; at the terminal it can."""
    shell = Asker("shell", "me", ALL_RIGHTS, "discord", "42")
    assert "A shell can be told nothing in a channel" in await house.say("follow attack", shell)
    assert "Following attack." in await house.say(
        "follow attack", Asker("shell", "me", ALL_RIGHTS, "terminal", "terminal")
    )
    assert "1 search" in await house.say("following", AT_HOME)


async def test_a_terminal_says_that_it_has_no_direct_messages(house):  # noqa: F811
    """What was wished for is not left out in silence; where nothing was, nothing is said of it."""
    said = await house.say("follow attack by:dm", AT_HOME)
    assert "Following attack. There are no direct messages at a terminal: what it finds is printed here." in said
    assert "direct message" not in await house.say("follow bridge", AT_HOME)
    assert "by direct message." in await house.say("follow bridge by:dm", AWA_ASKS)


# what is told


async def test_a_new_story_is_told_once(house):  # noqa: F811
    """However many reports it gets; what the query does not find is not told."""
    box = Letterbox()
    await house.ask("follow attack bridge", AWA_ASKS)
    await happen(house, 1, place="Springfield", killed=1)
    await happen(house, 2, "A parade in town")
    await teller(house, box).round()
    assert box.told() == [[1]]
    house.now += MINUTE
    await happen(house, 3, "An attack near the bridge killed one", place="Springfield", killed=1)
    await teller(house, box).round()
    assert (await house.store.run(lambda store: store.stories.count())) == 2
    assert box.told() == [[1]]
    assert "told 1 time in 30 days, last 12:00 UTC" in await house.say("following", AWA_ASKS)


async def test_a_story_that_comes_to_match_is_told_then(house):  # noqa: F811
    """The first report says nobody died, a later one that four did."""
    box = Letterbox()
    await house.ask("follow killed:>3", AWA_ASKS)
    await happen(house, 1, place="Springfield")
    await teller(house, box).round()
    assert box.told() == []
    house.now += MINUTE
    await happen(house, 2, "An attack near the bridge killed four", place="Springfield", killed=4)
    await teller(house, box).round()
    assert box.told() == [[1]]


async def test_what_was_found_before_is_no_news(house):  # noqa: F811
    """A story that matched when the follow was made is not told at its next report; the reply showed it."""
    box = Letterbox()
    await happen(house, 1, place="Springfield", killed=1)
    house.now += MINUTE
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 2, "An attack near the bridge again", place="Springfield", killed=1)
    await happen(house, 3, "An attack elsewhere", place="Shelbyville", killed=9)
    await teller(house, box).round()
    assert box.told() == [[2]]


async def test_what_is_filed_in_silence_is_told_to_nobody(house):  # noqa: F811
    """As the first look at a feed is."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await house.commit(replace(_report(1, "An old attack", NOW), silent=True))
    await teller(house, box).round()
    assert box.told() == []
    assert await house.store.run(lambda store: store.follow_news.waiting()) == []


async def test_two_follows_that_find_one_story_are_one_message(house):  # noqa: F811
    """It names both; another member has a message of their own."""
    box = Letterbox()
    for line in ("attack", "bridge"):
        await house.ask(f"follow {line}", AWA_ASKS)
    await house.ask("follow bridge", KOFI_ASKS)
    await happen(house, 1)
    await teller(house, box).round()
    (mine,), (theirs,) = ([one for one, _ in box.letters if one.follower == who] for who in (AWA, KOFI))
    assert mine.hits == (FollowHit(1, ("attack", "bridge")),)
    assert theirs.hits == (FollowHit(1, ("bridge",)),)


async def test_who_was_told_of_a_story_is_not_told_again_after_a_merge(house):  # noqa: F811
    """Of either; and what waits for the younger is told of the elder."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1, place="Springfield", killed=1)
    await happen(house, 2, "An attack in town", place="Shelbyville", killed=9)
    await teller(house, box).round()
    assert sorted(box.told()) == [[1], [2]]
    await house.store.run(lambda store: store.regroup.merge(1, 2, "7", NOW))
    house.now += MINUTE
    await happen(house, 3, "An attack near the bridge", place="Springfield", killed=1)
    await teller(house, box).round()
    assert len(box.told()) == 2
    await house.ask("follow town", KOFI_ASKS)
    await happen(house, 4, "Another one in town", place="Ogdenville", killed=5)
    await happen(house, 5, "Yet another one in town", place="Capital", killed=15)
    await house.store.run(lambda store: store.regroup.merge(3, 4, "7", NOW))
    await teller(house, box).round()
    assert box.told(KOFI) == [[3]]


async def test_a_merge_that_makes_a_story_match_is_told(house):  # noqa: F811
    """The place is known by one report, the toll by the other; no further report is needed."""
    box = Letterbox()
    await house.store.run(lambda store: store.follows.keep(wished("place:Springfield killed:>3"), (), NOW))
    await happen(house, 1, place="Springfield")
    await happen(house, 2, "An attack in town", place="Shelbyville", killed=9)
    await teller(house, box).round()
    assert box.told() == []
    house.now += MINUTE
    await house.ask("merge 1 2", replace(AWA_ASKS, manager=True))
    await teller(house, box).round()
    assert box.told() == [[1]]


async def test_a_follow_is_about_the_watches_of_its_place(house):  # noqa: F811
    """As a search is that is made there."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await house.ask("follow attack", replace(KOFI_ASKS, target="43"))
    await happen(house, 1)
    other = _report(2, "An attack far away", NOW)
    found = replace(other.findings[0], match=replace(other.findings[0].match, watch="v"))
    await house.store.run(lambda store: store.commit(plan(replace(other, findings=(found,))), NOW))
    await teller(house, box).round()
    assert box.told() == [[1]]
    assert box.told(KOFI) == [[1], [2]]


async def test_times_of_a_follow_go_with_the_clock(house):  # noqa: F811
    """ "since:7d" is another week next month: a look-back on an old event is not told."""
    box = Letterbox()
    await house.ask("follow attack since:7d", AWA_ASKS)
    tell = teller(house, box)
    await happen(house, 1)
    await tell.round()
    house.now += 30 * DAY
    await happen(house, 2, "An attack in the city")
    await tell.round()
    assert box.told() == [[1], [2]]


async def test_a_query_that_is_not_understood_any_more_is_paused(house):  # noqa: F811
    """Its reason stands in the list, and asking for it again says what is wrong."""
    await house.store.run(lambda store: store.follows.keep(wished("place:nowhere"), (), NOW))
    await happen(house, 1)
    await teller(house, Letterbox()).round()
    assert "paused, because it is not understood any more" in await house.say("following", AWA_ASKS)
    assert "I know no place" in await house.say("follow place:nowhere", AWA_ASKS)


# six an hour


async def test_the_seventh_waits_for_the_hours_end(house):  # noqa: F811
    """Six alone, then nothing, then the rest in one message; the next story is told alone again."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    tell = teller(house, box)
    for number in range(1, 10):
        await happen(house, number, f"Attack number {number} somewhere", place=f"Town {number}", killed=number)
        await tell.round()
        house.now += MINUTE
    assert box.told() == [[one] for one in range(1, 7)]
    house.now = NOW + HOUR - MINUTE
    await tell.round()
    assert len(box.told()) == 6
    house.now = NOW + HOUR + MINUTE
    await tell.round()
    assert box.told()[6:] == [[7, 8, 9]]


def _sent_so_far(events):
    """What a follower was told when, in a store that is closed and opened again between any two steps."""
    told, now, stories, held = [], NOW, 0, {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "db"
        opened(path).close()
        with Store(path) as store:
            store.follows.keep(wished("attack"), (), NOW)
        for minutes, found, fate in events:
            now += timedelta(minutes=minutes)
            with Store(path) as store:
                for _ in range(found):
                    stories += 1
                    stamp = now.isoformat(timespec="microseconds")
                    store.follow_news.found(FollowNews(stories, stamp, stories), [1])
                half = store.tellings.half_sent()
                for one in (*half, *store.tellings.claim(now, ["discord"])):
                    if one.id in held:  # it had come: the look finds it
                        store.tellings.sent(one.id, "1", held[one.id])
                        continue
                    if fate == "away":
                        store.tellings.retry(one.id, now + MINUTE, AWAY.reason)
                        continue
                    if fate == "crash before":
                        continue
                    told.append((now, [hit.story for hit in one.hits]))
                    if fate == "crash after":
                        held[one.id] = now
                    else:
                        store.tellings.sent(one.id, "1", now)
    return told, stories


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40),
            st.integers(0, 9),
            st.sampled_from(["sent", "sent", "away", "crash before", "crash after"]),
        ),
        max_size=25,
    )
)
def test_never_more_than_six_in_any_hour_nothing_lost_nothing_twice(events):
    """Whatever comes when, however often the other side is away and the program ends between any two steps."""
    told, stories = _sent_so_far([*events, *[(61, 0, "sent")] * 3])
    for number, (at, _) in enumerate(told):
        assert sum(at - HOUR < other <= at for other, _ in told[: number + 1]) <= MOST_AN_HOUR
    counted = Counter(story for _, parcel in told for story in parcel)
    assert counted == Counter(range(1, stories + 1))


# what goes wrong


async def test_an_outage_loses_nothing_and_tells_nothing_twice(house):  # noqa: F811
    """It is tried again when its pause is over, and looked for first."""
    box = Letterbox(AWAY)
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1)
    tell = teller(house, box)
    await tell.round()
    await tell.round()
    assert box.told() == []
    house.now += MINUTE
    await tell.round()
    assert box.told() == [[1]]
    assert len(box.looked) == 1


async def test_what_was_left_half_sent_is_looked_for_first(house):  # noqa: F811
    """The program ended between the mark and the answer: the next one asks whether it came."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1)
    tell = teller(house, box)
    await tell._look()
    (begun,) = await house.store.run(lambda store: store.tellings.claim(NOW, ["discord"]))
    await teller(house, box).round()
    assert [one.id for one, _ in box.letters] == box.looked == [begun.id]


async def test_an_end_between_looking_and_keeping_loses_nothing(house):  # noqa: F811
    """A story that changed waits until what found it is kept: both in one transaction."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1)
    (news,) = await house.store.run(lambda store: store.follow_news.waiting())
    await house.store.run(lambda store: store.follow_news.found(news, [1]))
    await house.store.run(lambda store: store.follow_news.found(news, [1]))
    await teller(house, box).round()
    assert box.told() == [[1]]


async def test_a_locked_database_ends_nothing(house):  # noqa: F811
    """The round fails as a whole and the next one does all of it."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1)
    tell = teller(house, box)
    run, house.store.run = house.store.run, _locked
    with pytest.raises(sqlite3.OperationalError):
        await tell.round()
    house.store.run = run
    await tell.round()
    assert box.told() == [[1]]


async def _locked(work):
    raise sqlite3.OperationalError("database is locked")


async def test_who_takes_no_messages_is_paused_and_told_later(house):  # noqa: F811
    """After three refusals an hour apart; the list says why, and taking it up again tells what waited."""
    box = Letterbox(*[CLOSED] * REFUSALS)
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1)
    tell = teller(house, box)
    for _ in range(REFUSALS):
        assert "paused" not in await house.say("following", AWA_ASKS)
        await tell.round()
        house.now += HOUR + MINUTE
    assert "paused, because you take no direct messages" in await house.say("following", AWA_ASKS)
    await happen(house, 2, "An attack while nobody listens")
    await tell.round()
    assert box.told() == []
    assert "Following attack again" in await house.say("follow attack", AWA_ASKS)
    await tell.round()
    assert box.told() == [[1]]


async def test_who_left_is_told_nothing_more(house):  # noqa: F811
    """All follows in that server are paused at once; those of the same person elsewhere go on."""
    box = Letterbox(LEFT)
    await house.ask("follow attack", AWA_ASKS)
    await house.ask("follow parade", AWA_ASKS)
    await happen(house, 1)
    tell = teller(house, box)
    await tell.round()
    assert (await house.say("following", AWA_ASKS)).count("you had left the server") == 2
    await house.store.run(lambda store: store.follows.keep(wished("parade", ELSEWHERE), (), NOW))
    await happen(house, 2, "A parade")
    await tell.round()
    assert box.told() == [] and box.told(ELSEWHERE) == [[2]]


async def test_only_what_was_asked_in_a_hidden_place_is_paused(house):  # noqa: F811
    """The rest of the same message is told."""
    hidden = replace(CLOSED, reason=replace(CLOSED.reason, kind=CauseKind.PLACE_HIDDEN, args={"places": ["43"]}))
    box = Letterbox(hidden)
    await house.ask("follow attack", AWA_ASKS)
    await house.ask("follow bridge", replace(AWA_ASKS, target="43"))
    await happen(house, 1)
    await teller(house, box).round()
    ((told, _),) = box.letters
    assert told.hits == (FollowHit(1, ("attack",)),)
    assert (await house.say("following", AWA_ASKS)).count("paused") == 1


async def test_what_is_unfollowed_is_not_told(house):  # noqa: F811
    """Not even if it waited already."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1)
    tell = teller(house, box)
    await tell._look()
    await house.ask("unfollow all", AWA_ASKS)
    await tell.round()
    assert box.letters == []


async def test_a_mention_waits_for_its_alert(house):  # noqa: F811
    """For five minutes at most, so that it can stand in its thread."""
    box = Letterbox()
    await house.store.run(lambda store: store.follows.keep(wished("attack", way="thread"), (), NOW))
    await happen(house, 1, alerted=False)
    tell = teller(house, box)
    await tell.round()
    assert box.letters == []
    (alert,) = await house.store.run(lambda store: store.outbox.claim(house.now))
    await house.store.run(lambda store: store.outbox.sent(alert.id, "m1", None, house.now))
    await tell.round()
    ((told, _),) = box.letters
    assert told.way == "thread"
    await happen(house, 2, "Another attack", alerted=False)
    house.now += 6 * MINUTE
    await tell.round()
    assert box.told() == [[1], [2]]


async def test_old_messages_are_forgotten_and_stay_told(house):  # noqa: F811
    """What is forgotten is that it was sent, not that it was told."""
    box = Letterbox()
    await house.ask("follow attack", AWA_ASKS)
    await happen(house, 1, place="Springfield", killed=1)
    tell = teller(house, box)
    await tell.round()
    await house.store.run(lambda store: store.tellings.forget(NOW + DAY))
    house.now += MINUTE
    await happen(house, 2, "The attack near the bridge, again", place="Springfield", killed=1)
    await tell.round()
    assert box.told() == [[1]]


# what it costs


@pytest.mark.slow
async def test_a_thousand_follows_are_cheap(house):  # noqa: F811
    """Twenty new stories held against a thousand queries, all different: a fiftieth of a millisecond each on a quiet
    machine."""
    for number in range(1000):
        query = f"attack word{number}" if number % 2 else f'killed:>{number} OR "white bridge {number}"'
        wish = wished(query, replace(AWA, member=str(number)))
        await house.store.run(lambda store, one=wish: store.follows.keep(one, (), NOW))
    tell = teller(house, Letterbox())
    many = [_report(number, f"An attack by word{number}", NOW) for number in range(1, 21)]
    await house.store.run(lambda store: store.commit(plan(*many), NOW))
    began = time.process_time()
    await tell._look()
    assert time.process_time() - began < 6
    assert await house.store.run(lambda store: store.follow_news.waiting()) == []


async def test_what_many_follow_is_asked_once(house):  # noqa: F811
    """Of equal queries about the same watches there is one, with all who follow it."""
    for number in range(50):
        wish = wished("attack" if number % 2 else "bridge", replace(AWA, member=str(number)))
        await house.store.run(lambda store, one=wish: store.follows.keep(one, (), NOW))
    wishes = await house.store.run(lambda store: store.follow_news.wishes())
    assert sorted((one.query, len(one.follows)) for one in wishes) == [("attack", 25), ("bridge", 25)]


# words


def _message(*hits, way="dm"):
    return FollowMessage("x", AWA, way, NOW, hits)


async def test_messages_say_what_was_followed_and_lead_there(house):  # noqa: F811
    """One story: its facts first, then why; several: a line for each of the newest, and how many more."""
    for number in range(1, MOST_LISTED + 4):
        await happen(house, number, f"Attack {number}", place=f"Town {number}", killed=number)
    stories: list[Story] = await house.store.run(lambda store: store.stories.several(range(1, MOST_LISTED + 4)))
    one = follow_card(_message(FollowHit(1, ("attack", "place:x"))), stories[:1], {1: AlertPlace("42", "m1")})
    assert one.title.startswith("🔴 Incident · Town 1") and one.leading
    assert "You follow attack and place:x" in "".join(span.text for span in one.lines[0])
    assert [span.message for span in one.lines[1] if span.message] == ["m1"]
    message = _message(*(FollowHit(story.id, ("attack",)) for story in stories))
    many = follow_card(message, stories, {})
    assert many.title == f"{len(stories)} more stories match attack"
    assert len(many.lines) == MOST_LISTED + 1
    assert "Town 15" in "".join(span.text for span in many.lines[0])
    assert many.lines[-1][0].text == "and 3 more stories"
    assert follow_line(message) == f"{len(stories)} more stories match attack:"
    assert follow_line(_message(FollowHit(1, ("attack",)))) == "this story matches attack, which you follow."


async def test_the_terminal_prints_what_was_found_once(house):  # noqa: F811
    """With what is followed and the story's facts; a message that may have come already is not printed again."""
    screen = io.StringIO()
    terminal = Terminal(Console(file=screen, width=100))
    await happen(house, 1, place="Springfield", killed=1)
    (story,) = await house.store.run(lambda store: store.stories.several([1]))
    message = replace(_message(FollowHit(1, ("attack",))), follower=AT_TERMINAL)
    for _ in range(2):
        assert await terminal.tell(message, [story]) == Sent("x")
    printed = " ".join(screen.getvalue().split())
    assert printed.count("FOLLOWED") == 1
    assert "Springfield" in printed and "You follow attack" in printed


# the archive


def test_an_archive_of_before_gets_the_tables(tmp_path):
    """Opened by this version it has everything it had, and members can follow."""
    path = tmp_path / "old.db"
    db = Database(path)
    migrations.apply(db, stop_before="m170_follows")
    assert "follows" not in db.table_names()
    db.close()
    with Store(path) as store:
        store.commit(plan(reading(1)), NOW)
        store.follows.keep(wished("item"), (), NOW)
        store.commit(plan(reading(2)), NOW)
        assert [one.story for one in store.follow_news.waiting()] == [2]
