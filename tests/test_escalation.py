"""What is told aloud of a story that has its alert: once each, as loudly as the channel wants, over sockets too."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.attempt import Subject, show
from bot.delivery.transport import Capabilities, Sent, Transport
from bot.render import alert
from bot.wording.facts import correction_text, escalation_text
from bot.wording.headline import headline
from config.escalation import checked_escalation
from feeds.escalate import escalated, escalation, heard_of, held, noticed, still_true
from feeds.model import Account, Action, Change, ChangeKind, Confirmation, Delivery, Figure, Figures, Heard, Rung, State
from feeds.route import EDIT_FIRST, Draft, Load
from seeds.model import Tier
from tests.discord_kit import House, as_read, check_payloads, wanted
from tests.fakes.discord_server import CHANNEL, ROLE
from tests.store_kit import FEED, HOUR, NOW, channel, opened, place, plan, reading, wish
from tests.story_kit import CHANNEL as TERMINAL
from tests.story_kit import source, story

EVERYTHING = ("first-death", "toll+5", "un-word")


def account(killed=None, injured=None, official=False):
    figures = tuple(
        Figures(harm, (Figure(count, ("Wire",), False, False, NOW),))
        for harm, count in (("killed", killed), ("injured", injured))
        if count is not None
    )
    return Account(figures=figures, confirmation=Confirmation(Rung.OFFICIAL if official else Rung.SINGLE))


def told_of(*accounts, names=EVERYTHING):
    """What of a story's states a channel is told aloud, the first of them being its alert."""
    heard, found = heard_of(accounts[0]), []
    for one in accounts[1:]:
        change = escalated(heard, one, names, NOW)
        if change is not None:
            found.append((change.kind, change.old, change.new))
            heard = heard_of(one) if one.believed("killed") else heard
            heard = Heard(max(heard.killed, change.new or 0), heard.injured, True, heard.official)
        heard = noticed(heard, one)
    return found


def test_the_first_death_is_told_once():
    """However often the toll falls back to nobody."""
    assert told_of(account(0), account(1), account(0), account(1), account(2)) == [(ChangeKind.KILLED, 0, 1)]
    assert told_of(account(None, 20), account(1, 20)) == [(ChangeKind.KILLED, 0, 1)]
    assert told_of(account(1), account(0), account(1)) == []


def test_steps_of_a_toll_are_counted_from_what_was_last_told():
    """3, 4, 3, 9 is one step of five; so is what comes in small steps."""
    assert told_of(account(3), account(4), account(3), account(9)) == [(ChangeKind.KILLED, 3, 9)]
    assert told_of(account(3), *(account(n) for n in range(4, 14))) == [
        (ChangeKind.KILLED, 3, 8), (ChangeKind.KILLED, 8, 13),
    ]  # fmt: skip
    assert told_of(account(1, 20), account(1, 27)) == [(ChangeKind.INJURED, 20, 27)]


def test_the_uns_word_is_told_once():
    """Also when its statement is taken back and comes again."""
    assert told_of(account(1), account(1, official=True), account(1), account(1, official=True)) == [
        (ChangeKind.OFFICIAL, None, None)
    ]


def test_nothing_is_told_that_nobody_asked_for():
    """And turning it on later tells nothing that stands in the alert already."""
    assert told_of(account(0), account(9, 30, official=True), names=()) == []
    heard = noticed(heard_of(account(0)), account(1, official=True))
    assert escalated(heard, account(1, official=True), ("first-death", "un-word"), NOW) is None


@given(st.lists(st.integers(0, 60), min_size=1, max_size=20), st.integers(1, 9))
def test_a_toll_never_tells_more_steps_than_it_has_grown_by(counts, step):
    """Whatever it does in between."""
    found = told_of(*map(account, counts), names=(f"toll+{step}",))
    assert len(found) <= max(0, max(counts) - counts[0]) // step
    assert all(new >= old + step for _, old, new in found)
    assert len({new for *_, new in found}) == len(found)


STORY = replace(story(source(killed=1, injured=27)), tier=Tier.INCIDENT)
LOAD = Load()


def draft(*wishes, load=LOAD, tier=Tier.INCIDENT, **more):
    return escalation(replace(STORY, tier=tier), place(**more), wishes, heard=Heard(injured=20), load=load, now=NOW)


def test_it_is_as_loud_as_the_channel_wants_and_may_be():
    """With the ping within the hour's budget, else without; in the digest when it is muted or has had its posts."""
    assert draft(wish(role="7")).action is Action.PING
    assert draft(wish(role="7")).roles == ("7",)
    assert draft(wish(role="7"), load=Load(pings=3, posts=3)).action is Action.POST
    assert draft(wish(role="7"), load=Load(posts=40)) == Draft("digest", Action.DIGEST)
    assert draft(wish(role="7"), muted_until=NOW + HOUR) == Draft("digest", Action.DIGEST)
    assert draft(wish(role="7"), tier=Tier.FOLLOW_UP).action is Action.POST
    assert draft(wish(role="7"), tier=Tier.BACKGROUND) is None
    assert draft(wish(role="7", escalate=())) is None


def test_of_several_subscriptions_only_those_that_ask_ring():
    """Each has its own list."""
    assert draft(wish(role="7", escalate=()), wish(role="8")).roles == ("8",)


def test_no_figure_is_put_into_anybodys_mouth():
    """Beside what is told stand only figures that those named state."""
    told = story(
        source(1, "Wire", injured=27), source(2, "Agency", killed=1), source(3, "UN News", standing="official")
    )
    assert escalation_text(told, Change(NOW, ChangeKind.KILLED, 0, 1)) == "🔴 First death · Kerena · 1 killed · Agency"
    assert escalation_text(told, Change(NOW, ChangeKind.OFFICIAL)) == "🔵 Confirmed by the UN · Kerena · UN News"


WIRE_FIRST = source(1, "Wire", NOW - 4 * HOUR, killed=5, injured=27)
AFP_LATER = source(3, "AFP", NOW - 3 * HOUR, killed=6)


def un(number=2, publisher="UN News", at=NOW, **counts):
    return source(number, publisher, at, standing="official", **counts)


@pytest.mark.parametrize(("sources", "said"), [
    ((un(at=NOW - 5 * HOUR, killed=0), WIRE_FIRST, AFP_LATER), "none killed (6 AFP) · UN News"),
    ((un(at=NOW - 5 * HOUR, killed=3), WIRE_FIRST, AFP_LATER), "3 killed (6 AFP) · UN News"),
    ((WIRE_FIRST, un(killed=3, injured=10)), "3 killed (5 Wire), 10 injured (27 Wire) · UN News"),
    ((WIRE_FIRST, un(killed=5, injured=10)), "5 killed, 10 injured (27 Wire) · UN News"),
])  # fmt: skip
def test_the_un_confirms_nothing_that_it_denies(sources, said):
    """Whoever spoke first: where others hold to another count, dead or hurt, it states its own beside theirs."""
    assert escalation_text(story(*sources), Change(NOW, ChangeKind.OFFICIAL)) == f"🔵 UN statement · Kerena · {said}"


def test_each_count_is_of_those_who_stated_it():
    """Where not all who are named state all counts, each has its own: outlets of the UN too."""
    outlets = un(2, at=NOW - 2 * HOUR, killed=2, injured=10), un(4, "UN Peace", NOW - HOUR, killed=0)
    assert escalation_text(story(*outlets), Change(NOW, ChangeKind.OFFICIAL)) == (
        "🔵 UN statement · Kerena · none killed (UN Peace; 2 UN News), 10 injured (UN News)"
    )
    both = story(source(1, "Wire", killed=5), source(3, "AFP", killed=5, injured=9))
    assert escalation_text(both, Change(NOW, ChangeKind.KILLED, 0, 5)) == (
        "🔴 First death · Kerena · 5 killed (Wire, AFP), 9 injured (AFP)"
    )


def test_it_is_worded_with_what_was_and_who_says_so():
    """One line: what, where, the counts, the source."""
    said = escalation_text(STORY, Change(NOW, ChangeKind.KILLED, 0, 1))
    assert said == "🔴 First death · Kerena · 1 killed, 27 injured · Wire"
    rise = escalation_text(story(source(killed=9)), Change(NOW, ChangeKind.KILLED, 4, 9))
    assert rise == "🔴 Toll rises · Kerena · 9 killed (was 4) · Wire"
    un = story(source(killed=9), source(2, "UN News", standing="official", killed=9))
    assert escalation_text(un, Change(NOW, ChangeKind.OFFICIAL)) == (
        "🔵 Confirmed by the UN · Kerena · 9 killed · UN News"
    )


def test_what_was_taken_back_before_it_was_told_is_not_told():
    """A line that waited says the figures of now, or nothing."""
    waited = Change(NOW, ChangeKind.KILLED, 0, 1)
    assert still_true(waited, story(source(killed=2))).new == 2
    assert still_true(waited, story(source(killed=0))) is None
    assert still_true(Change(NOW, ChangeKind.OFFICIAL), STORY) is None


@pytest.mark.parametrize(
    "name", ["toll", "toll+", "toll+0", "toll+x", "toll+-1", "toll+١", "death", "toll+9999999", ""]
)
def test_names_that_mean_nothing_are_refused(name):
    """With what they could be."""
    with pytest.raises(ValueError, match="first-death, un-word or toll"):
        checked_escalation(name)


async def test_where_there_are_no_replies_it_is_a_line():
    """As any other note."""

    class Lines(Transport):
        name, capabilities = "lines", Capabilities()

        async def send(self, delivery, cards, channel):
            raise AssertionError

        async def note(self, delivery, text, channel):
            said.append((delivery.message, text))
            return Sent("1")

    said = []
    told = Delivery("x", "alerts", "escalation", NOW, NOW, story=12, message="7",
                    change=Change(NOW, ChangeKind.KILLED, 0, 1))  # fmt: skip
    assert await show(Lines(), told, Subject(TERMINAL, (STORY,)), TERMINAL, NOW) == Sent("1")
    assert said == [(None, "🔴 First death · Kerena · 1 killed, 27 injured · Wire")]


# in the store


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db") as fresh:
        fresh.feeds.enrol([FEED])
        fresh.subscriptions.add(*channel(escalate=EVERYTHING))
        yield fresh


def report(store, number, now=NOW, event=1, **more):
    facts = {"place": f"Town {event}", "contingents": (f"C{event}",)} | more.pop("facts", {})
    told = reading(number, publisher=f"Wire {number}", title=f"Event {event}", facts=facts, **more)
    return store.commit(plan(told), now)


def post(store, now=NOW):
    """Send all that is due, several rounds of it; what escalations tell."""
    found = []
    for _ in range(6):
        for one in store.outbox.claim(now):
            current = store.stories.story(one.story)
            if one.kind == "alert":
                store.alerts.drawn("alerts", current, "digest", aloud=True)
            store.outbox.sent(one.id, one.message or f"m{one.id}", None, now)
            found += (
                [(one.change.kind.value, one.change.old, one.change.new)]
                if one.kind == "escalation" and not one.again
                else []
            )
    return found


def test_a_merge_tells_nothing_that_either_alert_told(store):
    """Nor does the next report of the same."""
    report(store, 1, event=1, facts={"killed": 1})
    report(store, 2, event=2, facts={"killed": 9}, published=NOW - 400 * 24 * HOUR)
    assert post(store) == []
    store.regroup.merge(1, 2, "me", NOW)
    assert post(store) == []
    report(store, 3, now=NOW + HOUR, event=1, facts={"killed": 9})
    assert post(store, NOW + HOUR) == []


def test_a_rewrite_and_a_restart_tell_a_step_once(store, tmp_path):
    """An item that is revised to and fro is one step."""
    report(store, 1, facts={"killed": 0, "injured": 20})
    post(store)
    found = []
    for round_, killed in enumerate((1, 0, 1), 1):
        now = NOW + round_ * HOUR
        facts = {"place": "Town 1", "contingents": ("C1",), "killed": killed, "injured": 20}
        told = reading(1, publisher="Wire 1", title="Event 1", facts=facts, content_hash=f"h{round_}", seen=now)
        store.commit(plan(updated=((1, told),)), now)
        found += post(store, now)
    assert found == [("killed", 0, 1)]


def test_a_silent_step_is_not_told_aloud(store):
    """Old items of a new feed ring nobody; and what they bring is no news later."""
    report(store, 1, facts={"killed": 0})
    post(store)
    report(store, 2, facts={"killed": 2}, silent=True)
    assert post(store) == []


# over sockets


async def escalations(server):
    return [one for one in server.posted() if "First death" in as_read(one) or "Toll rises" in as_read(one)]


async def test_the_first_death_answers_the_alert_and_rings_once(server, tmp_path):
    """A reply in the channel with the role's ping; not again after a restart, nor when the answer to it was lost."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1, facts={"killed": 0, "injured": 20})
        alert = await house.until(State.SENT)
        server.fail("POST", f"/channels/{CHANNEL}/messages", lose=True)
        server.now.move(minutes=5)
        await house.happen(1, keys=("guid:b",), publisher="Herald", facts={"killed": 1, "injured": 27})
        await server.until(lambda: len(server.posted()) == 2)
        line = server.posted()[1]
        server.forget_nonces()
        for _ in range(100):
            server.now.move(seconds=5)
            rows = [one for one in await house.rows() if one.kind == "escalation"]
            if rows[0].state is State.SENT:
                break
            await asyncio.sleep(0.02)
        assert [one.state for one in rows] == [State.SENT]
    assert line["message_reference"]["message_id"] == alert.message
    assert as_read(line).startswith(f"🔴 First death · Town 1 · 1 killed, 27 injured · Herald <@&{ROLE}>")
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        server.now.move(hours=2)
        await house.happen(1, keys=("guid:c",), publisher="Globe", facts={"killed": 1, "injured": 27})
        await server.until(lambda: "Globe" in str(server.posted()[0]["embeds"]))
        await asyncio.sleep(0.1)
        assert len(await escalations(server)) == 1


async def test_a_death_that_is_read_while_the_alert_is_on_its_way_is_told(server, tmp_path):
    """The alert's answer was lost and the row waits; when it is found, it is edited and the death is told."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        server.fail("POST", f"/channels/{CHANNEL}/messages", lose=True)
        house.deliver()
        await house.happen(1, facts={"killed": 0, "injured": 20})
        await server.until(server.posted)
        async with asyncio.timeout(5):
            while (await house.rows())[0].reason is None:
                await asyncio.sleep(0.01)
        server.forget_nonces()
        await house.happen(1, keys=("guid:b",), publisher="Herald", facts={"killed": 1, "injured": 20})
        await house.until(State.SENT, tick=5)
        await server.until(lambda: len(server.posted()) == 2)
        assert len(await escalations(server)) == 1


async def test_off_means_a_quiet_edit(server, tmp_path):
    """With an empty list nothing is said beside the alert."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.store.run(lambda store: store.subscriptions.configure([wanted(escalate=())], NOW))
        await house.up()
        house.deliver()
        await house.happen(1, facts={"killed": 0})
        await house.until(State.SENT)
        server.now.move(minutes=5)
        await house.happen(1, keys=("guid:b",), publisher="Herald", facts={"killed": 1})
        await server.until(lambda: "Herald" in str(server.posted()[0]["embeds"]))
        await asyncio.sleep(0.2)
        assert len(server.posted()) == 1


def test_who_denies_deaths_says_none_and_who_counts_some_is_named():
    """A stated none is the UN's word of nobody; it confirms no deaths, and the other count stands beside it."""
    told = story(
        source(1, "Wire", NOW - HOUR, injured=20, killed=5),
        source(2, "UN News", NOW, killed=0, injured=20, standing="official"),
    )
    line = escalation_text(told, Change(NOW, ChangeKind.OFFICIAL))
    assert line == "🔵 UN statement · Kerena · none killed (5 Wire), 20 injured · UN News"
    assert headline(told) == "🔴 Incident · Kerena (Mopti) · none killed (5 Wire), 20 injured · UN + 1"
    shown = ["".join(span.text for span in one) for one in alert(told).lines]
    assert "Killed: 0 (UN News) · 5 (Wire)" in shown


def test_a_count_that_the_un_does_not_state_stands_with_whose_it_is():
    """In the first line beside "UN"; the UN's own word tells nothing of it."""
    told = story(
        source(1, "Wire", NOW - HOUR, injured=20, killed=5),
        source(2, "UN News", NOW, injured=20, standing="official"),
    )
    line = escalation_text(told, Change(NOW, ChangeKind.OFFICIAL))
    assert line == "🔵 Confirmed by the UN · Kerena · 20 injured · UN News"
    assert headline(told) == "🔴 Incident · Kerena (Mopti) · 5 killed (Wire), 20 injured · UN + 1"


def test_the_first_death_is_the_first():
    """What was shown without a word before is known: then the toll rises, and from what is said."""
    shown = story(source(1, "Wire", killed=6), changes=(Change(NOW - HOUR, ChangeKind.KILLED, None, 2),))
    told = Change(NOW, ChangeKind.KILLED, 0, 6)
    assert escalation_text(shown, told) == "🔴 Toll rises · Kerena · 6 killed (was 2) · Wire"
    assert escalation_text(replace(shown, changes=()), told) == "🔴 First death · Kerena · 6 killed · Wire"


def test_a_line_that_does_not_hold_any_more_is_corrected():
    """With what is stated now, and by whom."""
    told = Change(NOW, ChangeKind.KILLED, 0, 3)
    gone = story(source(1, "Wire", injured=20))
    assert correction_text(gone, told) == "⚪ Corrected · Kerena · killed 3 → none stated"
    denied = story(source(1, "Wire", NOW - HOUR, killed=3), source(2, "UN News", killed=0, standing="official"))
    assert correction_text(denied, told) == "⚪ Corrected · Kerena · killed 3 → 0 · UN News"
    un = correction_text(gone, Change(NOW, ChangeKind.OFFICIAL))
    assert un == "⚪ Corrected · Kerena · no statement of the UN stands any more"


@pytest.mark.parametrize(
    ("killed", "how"), [(9, "holds"), (12, "holds"), (5, "holds 5"), (2, "corrected 2"), (None, "corrected 0")]
)
def test_a_line_holds_wholly_in_part_or_not(killed, how):
    """Of a toll that rose from 2 to 9; what was said is said anew as often as that changes."""
    assert held(Change(NOW, ChangeKind.KILLED, 2, 9), story(source(1, "Wire", killed=killed))) == how


async def test_a_withdrawn_death_is_corrected_where_it_rang(server, tmp_path):
    """The reply is edited and rings nobody; it says so again when the death comes back, and rings nobody again."""
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1, facts={"killed": None, "injured": 20})
        await house.until(State.SENT)
        server.now.move(minutes=5)
        for round_, killed in enumerate((3, None, 3)):
            facts = {"killed": killed, "injured": 20, "place": "Town 1"}
            now = server.now()
            told = reading(1, facts=facts, seen=now, published=NOW, content_hash=f"h{round_}")
            await house.store.run(lambda store, told=told, now=now: store.commit(plan(updated=((1, told),)), now))
            house.wake()
            line = ("First death · Town 1 · 3 killed", "Corrected · Town 1 · killed 3 → none stated")[killed is None]
            async with asyncio.timeout(5):
                while len(server.posted()) < 2 or line not in server.posted()[1]["content"]:
                    server.now.move(seconds=1)
                    await asyncio.sleep(0.01)
            assert (f"<@&{ROLE}>" in server.posted()[1]["content"]) == (round_ == 0)
            if round_:
                await server.until(lambda: "killed 3 → none stated" in str(server.posted()[0]["embeds"]))
        assert len(server.posted()) == 2
    check_payloads(server)


async def test_the_alert_is_edited_before_the_line_under_it_is_said(server, tmp_path):
    """So that the two never contradict each other; an edit that fails holds a death back for a minute, no longer."""
    edits = f"/channels/{CHANNEL}/messages/*"
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        house.deliver()
        await house.happen(1, facts={"killed": 0, "injured": 20})
        await house.until(State.SENT)
        server.now.move(minutes=5)
        server.fail("PATCH", edits, status=503, times=50)
        at = server.now()
        await house.happen(1, keys=("guid:b",), publisher="Herald", facts={"killed": 1, "injured": 20})
        await server.until(lambda: server.sent("PATCH", edits))
        await asyncio.sleep(0.1)
        assert len(server.posted()) == 1
        async with asyncio.timeout(5):
            while len(server.posted()) < 2:
                server.now.move(seconds=1)
                await asyncio.sleep(0.01)
        assert EDIT_FIRST <= server.now() - at <= 2 * EDIT_FIRST
        server.now.move(minutes=5)
        await server.until(lambda: len(server.posted()) == 2)
