"""The brief: which stories have a line, since when it tells, what it leans on, and how it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handover.brief import LONGEST_LINE, bottom_line, brief_card
from bot.handover.sparkline import days_told, sparkline
from feeds.handover.choice import (
    AGAIN,
    LONGEST_BRIEF,
    MOST_LINES,
    SETTLED,
    NewStory,
    brief_start,
    without_detours,
    worth_telling,
)
from feeds.model import (
    BriefCounts,
    Briefing,
    BriefLine,
    Cause,
    CauseKind,
    Change,
    ChangeKind,
    Channel,
    Day,
    Look,
    State,
    Wakefulness,
)
from seeds.model import Tier
from tests import story_kit as kit
from tests.store_kit import DAY, HOUR, MINUTE, NOW, place, plan, reading, subscribed
from tests.test_desk import MEMBER, House, house, line  # noqa: F401 - a fixture
from tests.test_desk import text as as_text

KILLED, INJURED, UN, SECOND = ChangeKind.KILLED, ChangeKind.INJURED, ChangeKind.OFFICIAL, ChangeKind.SECOND_PUBLISHER


def change(kind, old=None, new=None, at=NOW):
    return Change(at, kind, old, new)


# since when


def test_a_brief_begins_where_the_last_one_ended():
    """A day back for who never asked, else since the last time, less the minutes that reading may take."""
    assert brief_start(None, NOW) == NOW - DAY
    assert brief_start(Look(NOW - 9 * HOUR, NOW - 3 * HOUR), NOW) == NOW - 3 * HOUR - SETTLED


def test_who_asks_again_at_once_is_told_the_same():
    """The answer may not have arrived, or a button was pressed twice."""
    look = Look(NOW - 9 * HOUR, NOW - AGAIN + MINUTE)
    assert brief_start(look, NOW) == NOW - 9 * HOUR


def test_a_brief_goes_back_a_month_and_never_ahead():
    """Whoever comes back after a year is not told a year; a clock that went back does no harm."""
    assert brief_start(Look(NOW - 400 * DAY, NOW - 399 * DAY), NOW) == NOW - LONGEST_BRIEF
    assert brief_start(Look(NOW + DAY, NOW + 2 * DAY), NOW) <= NOW


# which lines


def new(number, tier=Tier.INCIDENT, told=timedelta(0), killed=None):
    return NewStory(number, tier, NOW, NOW - told, killed)


def test_what_is_loudest_has_a_line_first():
    """Deadly incidents, then tolls that changed, the UN's word, decisions, and quiet stories last."""
    changed = {1: [change(UN)], 2: [change(KILLED, 3, 4)], 3: [change(SECOND, new="AFP")]}
    chosen = worth_telling([new(7, Tier.BACKGROUND), new(8), new(9, killed=2)], changed)
    assert [story for story, *_ in chosen.lines] == [9, 8, 7, 2, 1, 3]
    assert [kind for _, kind, _ in chosen.lines] == ["new", "new", "new", "changed", "confirmed", "confirmed"]
    assert chosen.counts == BriefCounts(((Tier.INCIDENT, 2), (Tier.BACKGROUND, 1)), 1, 2, 0)


def test_nine_stories_have_a_line_and_the_rest_is_counted():
    """The tenth line says what else was read."""
    chosen = worth_telling([new(n, Tier.BACKGROUND) for n in range(30)] + [new(99)], {})
    assert len(chosen.lines) == MOST_LINES
    assert chosen.lines[0][0] == 99
    assert chosen.more == 31 - MOST_LINES


def test_a_new_story_has_one_line_whatever_changed_in_it():
    """Its headline says what holds now."""
    chosen = worth_telling([new(1)], {1: [change(KILLED, None, 1), change(UN)]})
    assert [(kind, told) for _, kind, told in chosen.lines] == [("new", ())]


def test_old_reports_are_counted_and_have_no_line():
    """What was told days before it was read is filed, not told as new."""
    chosen = worth_telling([new(1, told=3 * DAY)], {})
    assert (chosen.lines, chosen.counts.old) == ((), 1)


def test_a_count_is_told_from_its_first_value_to_its_last():
    """3, 4, 5 is 3 → 5, and 3, 4, 3 is nothing."""
    (told,) = without_detours([change(KILLED, 3, 4), change(KILLED, 4, 5)])
    assert (told.old, told.new) == (3, 5)
    assert without_detours([change(KILLED, 3, 4), change(KILLED, 4, 3)]) == ()


CHANGES = st.lists(kit.CHANGE, max_size=6)
STORIES = st.lists(
    st.builds(NewStory, st.integers(1, 40), kit.TIER, kit.MOMENT, kit.MOMENT, st.none() | st.integers(0, 99)),
    max_size=30,
    unique_by=lambda one: one.id,
)


@given(STORIES, st.dictionaries(st.integers(1, 60), CHANGES, max_size=30))
def test_no_story_has_two_lines_and_none_is_lost(opened, changed):
    """Lines and those without room are all that is new or changed, each once."""
    chosen = worth_telling(opened, changed)
    told = [story for story, *_ in chosen.lines]
    known = {one.id for one in opened}
    rest = {story for story, changes in changed.items() if story not in known and without_detours(changes)}
    assert len(told) == len(set(told)) <= MOST_LINES
    assert len(told) + chosen.more == sum(one.news for one in opened) + len(rest)
    assert chosen.counts.all_new + chosen.counts.changed + chosen.counts.confirmed == len(told) + chosen.more


# from the archive


@pytest.fixture
def store(tmp_path):
    with subscribed(tmp_path) as fresh:
        yield fresh


def happen(store, *readings, at=NOW):
    store.days.count(at, Day(1))
    return store.commit(plan(*readings), at)


def told(number, at, **more):
    return reading(number, seen=at, published=at, **more)


def grown(number, at, **more):
    """Another publisher tells of the event of reading 1, with other figures."""
    facts = {"place": "Town 1", "contingents": ("C1",)} | more.pop("facts", {})
    return told(number, at, facts=facts, **more)


def test_a_stretch_holds_what_happened_in_it_and_nothing_else(store):
    """Stories opened before are told only if they changed; what came after the stretch is left to the next brief."""
    happen(store, told(1, NOW, facts={"killed": 3}), at=NOW)
    happen(store, grown(2, NOW + 2 * HOUR, publisher="AFP", facts={"killed": 4}), at=NOW + 2 * HOUR)
    happen(store, told(3, NOW + 4 * HOUR), at=NOW + 4 * HOUR)
    first = store.briefs.between(NOW - HOUR, NOW + HOUR)
    assert [(one.kind, one.story.id) for one in first.lines] == [("new", 1)]
    second = store.briefs.between(NOW + HOUR, NOW + 3 * HOUR)
    assert [(one.kind, one.story.id) for one in second.lines] == [("changed", 1)]
    assert [(one.kind, one.old, one.new) for one in second.lines[0].changes] == [
        (KILLED, 3, 4), (SECOND, None, "AFP")
    ]  # fmt: skip
    assert [one.story.id for one in store.briefs.between(NOW + 3 * HOUR, NOW + 5 * HOUR).lines] == [2]
    assert (first.awake.read, second.awake.read) == (1, 1)


def test_only_the_watches_that_are_asked_about_are_told(store):
    """A channel of one watch is not briefed on another's."""
    happen(store, told(1, NOW), told(2, NOW, watch="sea"))
    of_one = store.briefs.between(NOW - HOUR, NOW, watches=["sea"])
    assert [one.story.watch for one in of_one.lines] == ["sea"]
    assert len(store.briefs.between(NOW - HOUR, NOW).lines) == 2


def test_merged_stories_are_one(store):
    """What was merged away has no line of its own."""
    happen(store, told(1, NOW), told(2, NOW))
    store.regroup.merge(1, 2, "7", NOW)
    assert [one.story.id for one in store.briefs.between(NOW - HOUR, NOW).lines] == [1]


def test_each_line_leads_to_the_alert_of_this_place_before_others(store):
    """The message in the place itself, else one elsewhere on the transport, else none."""
    store.subscriptions.add(place("other"), replace(store.subscriptions.all()[0], channel="other"))
    happen(store, told(1, NOW))
    for one in store.outbox.claim(NOW):
        store.outbox.sent(one.id, f"in {one.channel}", None, NOW)
    for where, message in (
        (place("other"), ("other", "in other")),
        (Channel("", "terminal", "alerts"), ("alerts", "in alerts")),
        (Channel("", "discord", "5"), None),
    ):
        (found,) = store.briefs.between(NOW - HOUR, NOW, place=where).lines
        assert found.message == message


def test_what_is_said_of_the_feeds_and_of_what_waits_is_true(store):
    """Fresh and late feeds, paused ones left out, and messages that met trouble."""
    happen(store, told(1, NOW))
    (state,) = store.feeds.all()
    store.feeds.save([replace(state, last_ok=NOW, last_new=NOW)])
    (one,) = store.outbox.claim(NOW)
    awake = store.briefs.between(NOW - HOUR, NOW).awake
    assert (awake.feeds, awake.fresh, awake.late, awake.stuck) == (1, 1, (), 0)
    store.outbox.retry(one.id, NOW + HOUR, Cause(CauseKind.NO_ANSWER, {"text": "away"}))
    store.feeds.save([replace(state, failures=9, problem="timeout")])
    awake = store.briefs.between(NOW - HOUR, NOW).awake
    assert (awake.fresh, awake.late, awake.stuck) == (0, ("wire",), 1)
    assert store.outbox.delivery(one.id).state is State.PENDING


def test_nobody_looked_is_told(store):
    """A start after hours of absence notes them; a bot that stands still is noticed as well."""
    store.days.tick(NOW - 5 * HOUR)
    store.days.woke(NOW - 5 * HOUR + MINUTE)
    assert store.briefs.between(NOW - DAY, NOW - 5 * HOUR).awake.absences == ()
    store.days.woke(NOW - 2 * HOUR)
    assert store.briefs.between(NOW - DAY, NOW - HOUR).awake.absences == ((NOW - 5 * HOUR, NOW - 2 * HOUR),)
    store.days.tick(NOW - 2 * HOUR)
    assert store.briefs.between(NOW - DAY, NOW - HOUR).awake.absences == ((NOW - 5 * HOUR, NOW - 2 * HOUR),)
    assert store.briefs.between(NOW - 3 * HOUR, NOW).awake.absences == (
        (NOW - 3 * HOUR, NOW - 2 * HOUR), (NOW - 2 * HOUR, NOW)
    )  # fmt: skip


def test_days_are_those_of_the_zone_and_none_where_nobody_looked(store):
    """A story read at 23:30 UTC is of the next day further east; a day without a poll is no zero."""
    late = NOW.replace(hour=23, minute=30)
    happen(store, told(1, late), at=late)
    store.days.count(late + DAY, Day(1))
    of = dict(store.briefs.between(NOW - 2 * DAY, NOW + 2 * DAY, zone="Asia/Tokyo").days)
    assert of[date(2021, 2, 11)] == 1 and of[date(2021, 2, 10)] == 0
    assert of[date(2021, 2, 9)] is None and of[date(2021, 2, 12)] is None
    assert store.briefs.between(NOW - DAY, NOW).days == ()


def test_who_was_briefed_is_forgotten_in_time(store):
    """One row a member and place, kept for some months."""
    store.briefs.looked("discord:1", "7", Look(NOW - DAY, NOW))
    store.briefs.looked("discord:1", "7", Look(NOW - HOUR, NOW))
    assert store.briefs.look("discord:1", "7") == Look(NOW - HOUR, NOW)
    store.briefs.forget(NOW + DAY)
    assert store.briefs.look("discord:1", "7") is None


def test_the_cost_grows_with_the_stretch_and_not_with_the_archive(store):
    """In an archive of thirty thousand items a brief of an hour looks at a few rows of each table."""
    happen(store, told(1, NOW))
    old = "2020-01-01T00:00:00.000000+00:00"
    with store._db.conn:
        for table in ("entries", "stories"):
            columns = [row[1] for row in store._db.execute(f"PRAGMA table_info ({table})") if row[1] != "id"]
            chosen = ", ".join({"seen": "?", "opened": "?", "newest": "?"}.get(one, one) for one in columns)
            values = [old] * chosen.count("?")
            store._db.execute(
                f"""INSERT INTO {table} ({", ".join(columns)}) SELECT {chosen} FROM {table},
                    (SELECT value FROM json_each('[{",".join(["1"] * 15000)}]'))""", values,
            )  # fmt: skip
    happen(store, told(2, NOW + HOUR), at=NOW + HOUR)
    steps = [0]

    def counted():
        steps[0] += 1
        return 0

    store._db.conn.set_progress_handler(counted, 100)
    found = store.briefs.between(NOW + HOUR - MINUTE, NOW + HOUR)
    store._db.conn.set_progress_handler(None, 0)
    assert len(found.lines) == 1 and found.awake.read == 1
    assert steps[0] < 300


# as a card


def brief(*lines, **more):
    awake = Wakefulness(24, 24, read=1642)
    return Briefing(NOW - 6 * HOUR, NOW, lines, **({"awake": awake} | more))


def card_text(card):
    return [card.title, *(line(one) for one in card.lines)]


def test_quiet_is_told_with_its_evidence():
    """How many feeds are fresh and how much was read."""
    said = card_text(brief_card(brief(), NOW, "!"))
    assert said == ["Nothing new", "Since 06:00 UTC:", "Quiet 24 feeds fresh, 1,642 items read, nothing to tell"]


def test_silence_that_proves_nothing_says_so():
    """Where nobody looked, or no feed is fresh, "nothing new" is not claimed."""
    doubtful = Wakefulness(24, 20, ("RFI", "AFP"), 5, ((NOW - 3 * HOUR, NOW - HOUR),), 2)
    said = card_text(brief_card(brief(awake=doubtful), NOW, "!"))
    assert said[0] == "Nothing new, as far as anyone looked"
    assert said[2] == "Quiet 20 of 24 feeds fresh, 5 items read, nothing to tell"
    assert said[3:] == [
        "⚠ nobody looked for 2 h, from 09:00 UTC to 11:00 UTC",
        "⚠ failing or silent: RFI, AFP (!feeds says why)",
        "⚠ 2 messages could not be posted yet; tried again by and by",
    ]
    assert "(bluehelm freshness says why)" in card_text(brief_card(brief(awake=doubtful), NOW, "bluehelm "))[4]
    held = replace(doubtful, held=Cause(CauseKind.CHANNEL_GONE))
    assert "nothing is posted here" in card_text(brief_card(brief(awake=held), NOW, "!"))[-1]


def test_the_bottom_line_comes_first():
    """How many incidents, the worst with its figures, then the rest in numbers; a single change is named."""
    one, two = kit.story(kit.source(killed=1), number=1), kit.story(kit.source(killed=4, place="Ford"), number=2)
    lines = (BriefLine("new", one), BriefLine("new", two))
    counts = BriefCounts(((Tier.INCIDENT, 2), (Tier.BACKGROUND, 1)), 1, 1)
    said = bottom_line(brief(*lines, counts=counts))
    assert said == (
        "2 new incidents, the worst: Incident · Ford (Mopti) · 4 killed; 1 other new story; 1 story changed; "
        "1 story confirmed"
    )
    changed = BriefLine("changed", one, (change(KILLED, 3, 4),))
    assert bottom_line(brief(changed, counts=BriefCounts((), 1))) == (
        "1 story changed: Incident · Kerena (Mopti): killed 3 → 4"
    )


STORY_LINE = st.builds(
    BriefLine,
    st.sampled_from(["new", "changed", "confirmed"]),
    kit.STORY.filter(lambda one: one.sources),
    st.lists(kit.CHANGE, max_size=4).map(tuple),
)


@given(STORY_LINE)
def test_every_brief_fits_ten_lines_and_a_phones_notification(told):
    """Whatever the stories hold: at most nine lines of bounded length, one of what else was read, a title that fits."""
    card = brief_card(brief(*[told] * MOST_LINES), NOW, "!")
    assert len(card.lines) == MOST_LINES + 2
    assert all(len(line(one)) <= LONGEST_LINE for one in card.lines)
    assert 0 < len(card.title) <= 240 and "\n" not in card.title


def test_a_row_of_bars_never_hides_a_number():
    """The highest is full, none is the lowest, what nobody counted is a dot; the numbers stand beside it."""
    assert sparkline([0, 1, 70, None]) == "▁▂█·"
    assert sparkline([None, 0]) == "·▁"
    days = tuple((date(2021, 2, 8) + timedelta(days=n), count) for n, count in enumerate((0, 7, None)))
    assert days_told(days) == "▁█· 0 7 –, Mon 8 Feb to Wed 10 Feb; –: nobody looked"


# asked


async def test_each_member_is_briefed_since_their_own_last_time(house: House):  # noqa: F811
    """In this place; another member, and the same one elsewhere, have their own."""
    await house.commit(reading(1, facts={"killed": 3}))
    assert "for the first time" in await house.say("brief")
    house.now = NOW + HOUR
    assert (await house.ask("brief")).cards[0].title == "1 new incident: Incident · Town 1 · 3 killed"  # 5 minutes
    house.now = NOW + 2 * HOUR
    said = await house.ask("brief")
    assert (said.lines, said.cards[0].title) == ((), "Nothing new")
    assert "Since 12:55 UTC" in as_text(said)
    for asker in (replace(MEMBER, id="8"), replace(MEMBER, target="elsewhere")):
        assert "1 new incident" in await house.say("brief", asker)


async def test_a_time_may_be_named(house: House):  # noqa: F811
    """An hour of the day, so long ago, a day; too far back is told, what is to come is a mistake."""
    await house.commit(reading(1))
    house.now = NOW + HOUR
    for since, shown in (("06:00", "06:00 UTC"), ("13:30", "9 Feb 13:30 UTC"), ("12h", "01:00 UTC"),
                         ("yesterday", "9 Feb 00:00 UTC"), ("2021-02-08", "8 Feb 00:00 UTC")):  # fmt: skip
        assert f"Since {shown}:" in await house.say(f"brief since:{since}")
        assert f"Since {shown}:" in await house.say(f"brief {since}")
    assert "31 days, no further" in await house.say("brief since:2019")
    assert (await house.ask("brief since:2022")).private
    assert (await house.ask("brief since:soon")).private


async def test_a_shorter_stretch_does_not_swallow_the_rest(house: House):  # noqa: F811
    """Who asks for the last hour is told the night at the next `brief` all the same."""
    await house.ask("brief")
    await house.commit(reading(1))
    house.now = NOW + 8 * HOUR
    assert "Nothing new" in await house.say("brief since:1h")
    assert "1 new incident" in await house.say("brief")


async def test_several_watches_are_told_apart(house: House):  # noqa: F811
    """Where a place is told of more than one, each line says of which."""
    await house.commit(reading(1), reading(2, watch="sea"))
    house.desk._house.watches["sea"] = house.desk._house.watches["w"]
    said = await house.say("brief", replace(MEMBER, target="elsewhere"))
    assert "story 1 (w)" in said and "story 2 (sea)" in said
