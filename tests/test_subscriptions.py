"""Channels and what is wanted in them: many to many, from the file and from chat, and no story twice in a place."""

from __future__ import annotations

import sqlite3
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.delivery.destinations import destinations
from bot.wording.notices import notice_text
from config.schema import ChannelSettings, Settings
from feeds.model import Action, Channel, Daily, Job, Origin, State
from feeds.route import Draft, Load, News, Told, route
from feeds.store import Store
from feeds.store.db.schema import migrations
from seeds.model import Tier
from tests.proofs import examples
from tests.store_kit import (
    ALL,
    DAY,
    FEED,
    HOUR,
    MINUTE,
    NOW,
    cause,
    channel,
    finding,
    notice,
    opened,
    operators,
    place,
    plan,
    reading,
    wish,
)
from tests.test_route import STORY

PINGED, POSTED = ((Tier.INCIDENT, Action.PING),), ((Tier.INCIDENT, Action.POST),)
QUIET = ((Tier.INCIDENT, Action.DIGEST),)
OTHER = wish(watch="other")


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db") as fresh:
        fresh.feeds.enrol([FEED])
        fresh.subscriptions.configure([channel(), (place(), OTHER)], NOW)
        yield fresh


def watches(store, name="alerts"):
    return [one.watch for one in store.subscriptions.of_channel(name)]


def fates(store, story):
    return [(one.channel, one.kind, one.state) for one in store.outbox.of_story(story)]


# what is told


NOTHING = Load()
SAME = {number: {"place": f"Town {number}", "contingents": (f"C{number}",)} for number in range(5)}


def told(*wishes, load=NOTHING, muted=None):
    return route(News(None, STORY, STORY.tier), place(muted_until=muted), wishes, Told(), load, now=NOW)


def test_the_louder_wish_wins():
    """Two subscriptions that ask for one story make one alert; whoever wants a ping for a role gets it."""
    quiet, post = wish(actions=QUIET), wish(actions=POSTED, role="1")
    rings = [wish(actions=PINGED, role=role) for role in ("2", "3", "2", None)]
    assert told(quiet) == (Draft("digest", Action.DIGEST),)
    assert told(quiet, post) == (Draft("alert", Action.POST),)
    assert told(quiet, *rings, post) == (Draft("alert", Action.PING, roles=("2", "3")),)
    assert told() == ()


def test_limits_are_held_against_what_the_whole_channel_was_told():
    """A subscription that allows one ping an hour is silent after anybody's; a more patient one still rings."""
    few, many = wish(role="1", pings_per_hour=1), wish(role="2", pings_per_hour=3)
    assert told(few, load=Load(pings=1, posts=1)) == (Draft("alert", Action.POST),)
    assert told(few, many, load=Load(pings=1, posts=1)) == (Draft("alert", Action.PING, roles=("2",)),)
    assert told(few, many, load=Load(pings=1, posts=40)) == (Draft("digest", Action.DIGEST),)


def test_a_mute_is_the_channels():
    """Whatever its subscriptions want."""
    assert told(wish(), wish(watch="other"), muted=NOW + HOUR) == (Draft("digest", Action.DIGEST),)


WISHES = st.builds(
    lambda name, watch, story, actions, role, pings, posts: wish(
        name, watch, tuple(actions.items()), story=story, role=role, pings_per_hour=pings, posts_per_day=posts
    ),
    st.sampled_from(["here", "there"]),
    st.sampled_from(["w", "other"]),
    st.sampled_from([None, None, 1, 2]),
    st.dictionaries(st.sampled_from(Tier), st.sampled_from(Action)),
    st.sampled_from([None, "1", "2"]),
    st.integers(0, 3),
    st.integers(0, 5),
)
STEPS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["w", "other", "both"]), st.sampled_from(Tier), st.booleans()),
    min_size=1, max_size=8,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(st.lists(WISHES, max_size=8), STEPS)
def test_any_set_of_subscriptions_posts_a_story_at_most_once_a_channel(wishes, steps):
    """Whatever is wanted where, by whom and how often a story grows: one alert, and only where somebody asks for it."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "archive.db") as store:
        store.feeds.enrol([FEED])
        store.commit(plan(*(reading(n, silent=True, watch=w) for n, w in ((1, "w"), (2, "other")))), NOW)
        store.subscriptions.configure([(place(one.channel), one) for one in wishes], NOW)
        for number, (event, watch, tier, heard) in enumerate(steps):
            one = reading(100 + number, title=f"Story {event}", tier=tier, silent=not heard, facts=SAME[event])
            found = [finding(tier, name, **SAME[event]) for name in ("w", "other") if watch in (name, "both")]
            store.commit(plan(replace(one, findings=tuple(found))), NOW + number * MINUTE)
            for sent in store.outbox.claim(NOW + number * MINUTE):
                store.outbox.sent(sent.id, sent.id, None, NOW + number * MINUTE)
        rows = [one for story in store.stories.latest(100) for one in store.outbox.of_story(story.id)]
        alerts = [(one.channel, one.story) for one in rows if one.kind == "alert"]
        waiting = [(name, story) for name in ("here", "there") for story in store.digests.waiting(name)]
        assert len(alerts) == len(set(alerts))
        assert not set(alerts) & set(waiting)
        asked = {(name, story.id) for story in store.stories.latest(100) for name, _ in _asking(store, story)}
        assert {*alerts, *waiting} <= asked


def _asking(store, story):
    found = store.subscriptions.of_story(story)
    return [(where.name, wishes) for where, wishes in found]


def test_a_channel_hears_of_all_its_watches(store):
    """In one place, each story once, and one digest for them all."""
    both = replace(reading(1), findings=tuple(finding(watch=one, **SAME[1]) for one in ("w", "other")))
    store.commit(plan(both), NOW)
    store.commit(plan(*(reading(n, tier=Tier.BACKGROUND, watch=w) for n, w in ((2, "w"), (3, "other")))), NOW)
    assert [(one.channel, one.story) for one in store.outbox.claim(NOW)] == [("alerts", 1), ("alerts", 2)]
    assert [story.watch for story in store.digest("alerts")] == ["w", "other"]


def test_who_follows_a_story_hears_of_that_alone(store):
    """And of the elder one when it is merged into that."""
    store.commit(plan(*(reading(number, silent=True) for number in (1, 2, 3))), NOW)
    store.subscriptions.configure([(place("desk"), wish("desk", story=2))], NOW)
    told = [reading(10 + number, title=f"Item {number}", facts=SAME[number]) for number in (1, 2, 3)]
    store.commit(plan(*told), NOW)
    assert store.digest("desk") == [store.stories.story(2)]
    store.regroup.merge(1, 2, "me", NOW)
    assert [one.story for one in store.subscriptions.all()] == [1]


# what the file says and what chat says


def test_what_chat_ended_stays_ended(store):
    """The file still names it; the next start does not bring it back, a manager's word does."""
    file = [channel(role="9"), (place(), OTHER)]
    assert store.subscriptions.end("alerts", NOW, "w") == 1
    store.subscriptions.configure(file, NOW)
    assert watches(store) == ["other"]
    assert store.subscriptions.add(place(), wish()) is True
    assert store.subscriptions.add(place(), wish()) is False
    assert store.subscriptions.of_channel("alerts") == (replace(OTHER), wish(role="9"))


def test_a_place_keeps_its_name_and_history_while_all_of_it_is_ended(store):
    """It is out of sight; whoever subscribes there again finds what was told."""
    store.commit(plan(reading(1)), NOW)
    (alert,) = store.outbox.claim(NOW)
    store.outbox.sent(alert.id, "7", None, NOW)
    store.channels.mute("alerts", NOW + DAY)
    store.subscriptions.end("alerts", NOW)
    assert store.channels.all() == [] and store.channels.named("alerts") is None
    assert store.subscriptions.add(Channel("terminal:alerts", "terminal", "alerts"), wish("terminal:alerts"))
    assert store.channels.all() == [place()]
    assert store.outbox.told("alerts", 1).alert is State.SENT


def test_what_is_gone_from_the_file_goes_and_what_chat_wanted_stays(store):
    """Each is the other's business no more than that."""
    store.subscriptions.add(place(), wish(watch="third"))
    store.subscriptions.configure([(place(), OTHER)], NOW)
    assert watches(store) == ["other", "third"]
    store.subscriptions.configure([], NOW)
    assert [(one.watch, one.origin) for one in store.subscriptions.all()] == [("third", Origin.CHAT)]


def test_one_that_was_ended_and_left_the_file_is_forgotten(store):
    """When it comes back to the file it is new."""
    store.subscriptions.end("alerts", NOW, "w")
    store.subscriptions.configure([(place(), OTHER)], NOW)
    store.subscriptions.configure([channel(), (place(), OTHER)], NOW)
    assert watches(store) == ["other", "w"]


def test_tables_of_one_place_are_one_channel(store):
    """Two tables with one id, whatever they are called: the first name counts, and the first digest hour."""
    hour = Daily((18,))
    tables = [
        (Channel("a", "discord", "7"), wish("a")),
        (Channel("b", "discord", "7", digest=hour), wish("b", "other")),
    ]
    store.subscriptions.configure(tables, NOW)
    assert store.channels.all() == [Channel("a", "discord", "7", digest=hour)]
    assert watches(store, "a") == ["other", "w"]


def test_the_file_may_name_a_place_that_chat_subscribed(store):
    """Its history, its digest and what chat wanted there come along, and nothing is told twice."""
    chat = Channel("discord:7", "discord", "7")
    store.subscriptions.configure([], NOW)
    store.subscriptions.add(chat, wish("discord:7"))
    store.commit(plan(reading(1), reading(2, tier=Tier.BACKGROUND)), NOW)
    store.subscriptions.configure([(Channel("news", "discord", "7"), wish("news", "other"))], NOW)
    assert [one.name for one in store.channels.all()] == ["news"]
    assert watches(store, "news") == ["other", "w"]
    assert [one.channel for one in store.outbox.claim(NOW)] == ["news"]
    assert store.digests.waiting("news") == [2]


def test_two_names_of_one_place_become_one(store):
    """An older database may hold both: what both were told stays in the history, what waited twice waits once."""
    store.subscriptions.configure([channel(), channel("twin")], NOW)
    store.commit(plan(reading(1), reading(2, tier=Tier.BACKGROUND)), NOW)
    store._db.execute("UPDATE channels SET target = 'alerts'")
    store._db.conn.commit()
    store.subscriptions.configure([channel()], NOW)
    assert [one.name for one in store.channels.all()] == ["alerts"]
    assert fates(store, 1) == [("alerts", "alert", State.PENDING), ("twin", "alert", State.REJECTED)]
    assert store.digests.waiting("alerts") == [2] and store.digests.waiting("twin") == []


def test_two_names_of_one_place_keep_the_longer_mute_and_the_hold(store):
    """Whichever of them it was said to."""
    store.subscriptions.configure([channel(), channel("twin"), channel("third")], NOW)
    for name, hours in (("alerts", 1), ("twin", 3), ("third", 2)):
        store.channels.mute(name, NOW + hours * HOUR)
    store.channels.hold("third", cause("gone"))
    _one_place(store)
    assert store.channels.all() == [place(muted_until=NOW + 3 * HOUR, held=cause("gone"))]


@pytest.mark.parametrize("heard", ["alerts", "twin"])
def test_what_was_told_under_one_name_is_not_told_again_under_the_other(store, heard):
    """An alert that was sent by one and waits in the other, or in its digest; a line of one's digest that was sent."""
    store.subscriptions.configure([channel(), channel("twin")], NOW)
    store.commit(plan(reading(1), reading(2, tier=Tier.BACKGROUND)), NOW)
    (sent,) = [one for one in store.outbox.claim(NOW) if one.channel == heard]
    store.outbox.sent(sent.id, "7", None, NOW)
    other = {"alerts": "twin", "twin": "alerts"}[heard]
    store._db.execute("UPDATE deliveries SET state = 'pending' WHERE channel = ?", [other])
    store._db.conn.commit()
    digest = store.outbox.queue_digest(heard, NOW)
    _one_place(store)
    assert [one.id for one in store.outbox.claim(NOW)] == [digest.id]
    assert store.outbox.told("alerts", 1).alert is State.SENT
    assert store.outbox.delivered(1, "alerts").message == "7"
    assert store.digests.waiting("alerts") == []


def test_an_alert_told_under_one_name_leaves_the_digest_of_the_other(store):
    """It had been wanted quietly there."""
    store.subscriptions.configure([channel(), (place("twin"), wish("twin", actions=QUIET))], NOW)
    store.commit(plan(reading(1)), NOW)
    assert store.digests.waiting("twin") == [1]
    _one_place(store)
    assert fates(store, 1) == [("alerts", "alert", State.PENDING)]
    assert store.digests.waiting("alerts") == []


def _one_place(store):
    """What an older database calls by several names is one place, as the next start finds it."""
    store._db.execute("UPDATE channels SET target = 'alerts'")
    store._db.conn.commit()
    store.subscriptions.configure([channel()], NOW)


def test_a_channel_that_moves_takes_along_what_waits_and_leaves_what_chat_wanted(store):
    """The operator mends a wrong id: its alerts go to the right place; a manager's wish stays where it was said."""
    store.subscriptions.add(place(), wish(watch="third"))
    store.commit(plan(reading(1)), NOW)
    store.subscriptions.configure([(Channel("alerts", "terminal", "right"), wish())], NOW)
    assert [(one.name, one.target) for one in store.channels.all()] == [
        ("alerts", "right"),
        ("terminal:alerts", "alerts"),
    ]
    assert (watches(store), watches(store, "terminal:alerts")) == (["w"], ["third"])
    assert fates(store, 1) == [("alerts", "alert", State.PENDING)]


def test_a_channel_that_moves_to_where_chat_subscribed_takes_that_in(store):
    """What a manager wanted at the new place is wanted there, and nothing is wanted at the old one any more."""
    there = Channel("terminal:right", "terminal", "right")
    store.subscriptions.add(there, wish(there.name, watch="third"))
    store.subscriptions.configure([(Channel("alerts", "terminal", "right"), wish())], NOW)
    assert [(one.name, one.target) for one in store.channels.all()] == [("alerts", "right")]
    assert watches(store) == ["third", "w"]


def test_two_channels_of_the_file_may_change_places(store):
    """Each name goes to its new place, with its own subscriptions."""
    one, two = channel("one"), channel("two", "other")
    store.subscriptions.configure([one, two], NOW)
    store.subscriptions.configure(
        [(replace(one[0], target="two"), one[1]), (replace(two[0], target="one"), two[1])], NOW
    )
    assert [(it.name, it.target) for it in store.channels.all()] == [("one", "two"), ("two", "one")]
    assert (watches(store, "one"), watches(store, "two")) == (["w"], ["other"])


def test_what_waits_for_an_ended_watch_is_given_up_and_nothing_else(store):
    """Its alert and its line of the digest; those of the channel's other watch go out."""
    told = [reading(n, watch=w, tier=t) for n, (w, t) in enumerate(
        [(w, t) for w in ("w", "other") for t in (Tier.INCIDENT, Tier.BACKGROUND)], 1)]  # fmt: skip
    store.commit(plan(*told), NOW)
    store.subscriptions.end("alerts", NOW, "w")
    assert fates(store, 1) == [("alerts", "alert", State.REJECTED)]
    assert [one.story for one in store.outbox.claim(NOW)] == [3]
    assert store.digests.waiting("alerts") == [4]


def test_the_end_of_a_wish_is_remembered_when_its_filter_changes(store):
    """The file's other words for what it wants are no new wish; a second one beside it is."""
    store.subscriptions.configure([(place(), wish())], NOW)
    store.subscriptions.end("alerts", NOW)
    store.subscriptions.configure([(place(), wish(filter="place:gao"))], NOW)
    assert store.subscriptions.all() == []
    both = [(place(), wish(filter="place:gao")), (place(), wish(filter="place:kidal"))]
    store.subscriptions.configure(both, NOW)
    assert [one.filter for one in store.subscriptions.all()] == ["place:kidal"]


# the operators' lines


def lines(store, now=NOW):
    return [(one.channel, notice_text(one.notice)) for one in store.outbox.claim(now) if one.kind == "notice"]


def test_the_operators_lines_may_go_to_a_channel_with_alerts(store):
    """One place, both kinds; the lines are not ended with the alerts."""
    store.subscriptions.configure([channel(), (place(), operators()[1])], NOW)
    assert store.subscriptions.notices() == ["alerts"]
    store.subscriptions.end("alerts", NOW)
    store.outbox.notice(notice("a feed fails"), NOW)
    assert lines(store) == [("alerts", "a feed fails")]


def test_lines_follow_the_operators_to_another_channel(store):
    """What waited for the old one is told in the new one."""
    store.subscriptions.configure([operators()], NOW)
    store.outbox.notice(notice("a feed fails"), NOW)
    store.subscriptions.configure([operators("control")], NOW)
    assert lines(store) == [("control", "a feed fails")]


def test_a_line_about_a_place_is_told_elsewhere(store):
    """Several may read the lines; a held one is not told that it is held."""
    store.outbox.notice(notice("nobody reads this yet"), NOW)
    store.subscriptions.configure([operators("one"), operators("two")], NOW)
    store.outbox.notice(notice("a feed fails"), NOW)
    store.outbox.notice(notice("“one” cannot be posted to"), NOW, about="one")
    assert sorted(lines(store)) == [
        ("one", "a feed fails"),
        ("one", "nobody reads this yet"),
        ("two", "a feed fails"),
        ("two", "“one” cannot be posted to"),
    ]


def configured(store, *tables):
    """The file names these channels, and a place for the operators."""
    settings = Settings(channel=tables)
    store.subscriptions.configure(destinations(settings, {}, ("discord", "5")), NOW)


@pytest.mark.parametrize("sending", [False, True])
def test_a_channel_that_takes_the_operators_name_gets_none_of_their_lines(store, sending):
    """Members of a channel that is called "operators" from now on read nothing that waited, or was half-sent, for the
    operators: that goes to their own place, under that place's name."""
    configured(store)
    store.outbox.notice(notice("a feed fails"), NOW)
    assert not sending or len(store.outbox.claim(NOW)) == 1
    configured(store, ChannelSettings(name="operators", watch="w", id="7"))
    assert (store.channels.named("operators").target, store.channels.named("discord:5").target) == ("7", "5")
    waiting = store.outbox.half_sent() if sending else store.outbox.claim(NOW)
    assert [(one.channel, notice_text(one.notice)) for one in waiting] == [("discord:5", "a feed fails")]
    store.outbox.notice(notice("another"), NOW)
    assert lines(store) == [("discord:5", "another")]
    store.commit(plan(reading(1)), NOW)
    assert [(one.kind, one.channel) for one in store.outbox.claim(NOW)] == [("alert", "operators")]


def test_a_channel_in_the_operators_place_may_have_their_name(store):
    """It is one place with both kinds, and what waited stays there."""
    configured(store)
    store.outbox.notice(notice("a feed fails"), NOW)
    configured(store, ChannelSettings(name="operators", watch="w", id="5"))
    assert lines(store) == [("operators", "a feed fails")]
    assert [one.name for one in store.channels.all() if one.target == "5"] == ["operators"]


# an older database


@pytest.fixture
def before(tmp_path):
    """A database as it was before subscriptions, with a channel of each kind."""
    db = Database(sqlite3.connect(tmp_path / "old.db"))
    migrations.apply(db, stop_before="m020_subscriptions")
    limits, rest = ['{"incident": "ping"}', 2, 9], ["2021-02-11T12:00:00.000000+00:00", "no permission"]
    columns = (
        "name, transport, target, watch, role, configured, actions, pings_per_hour, posts_per_day, muted_until, held"
    )
    for row in (
        ["alerts", "discord", "7", "w", "8", 1, *limits, *rest],
        ["discord:9", "discord", "9", "w", None, 0, *limits, None, None],
        ["operators", "discord", "5", "", None, 1, "{}", 3, 40, None, None],
    ):
        db.execute(f"INSERT INTO channels ({columns}) VALUES ({', '.join('?' * len(row))})", row)
    at = "2021-02-10T12:00:00.000000+00:00"
    told = (("alerts", "sent", "ping"), ("alerts", "pending", "post"), ("discord:9", "sent", "ping"))
    db["deliveries"].insert_all(
        {"channel": name, "kind": "alert", "created": at, "due": at, "state": state, "action": action}
        for name, state, action in told
    )
    db["deliveries"].insert({"channel": "operators", "kind": "notice", "created": at, "due": at, "text": "line"})
    db["meta"].insert_all([{"key": "next_digest", "value": "2021-02-11T07:00:00+00:00"},
                           {"key": "next_chores", "value": "2021-02-12T07:00:00+00:00"}])  # fmt: skip
    db.conn.commit()
    return tmp_path / "old.db", db


def test_an_older_database_keeps_its_channels_and_their_clocks(before):
    """Channel by channel what was wanted there, who is rung, mutes, holds, and when the next digest comes."""
    path, db = before
    db.close()
    with Store(path) as store:
        assert [(one.name, one.target, one.held) for one in store.channels.all()] == [
            ("alerts", "7", cause("no permission")),
            ("discord:9", "9", None),
            ("operators", "5", None),
        ]
        assert store.channels.named("alerts").muted_until == NOW + DAY
        limits = {"actions": PINGED, "pings_per_hour": 2, "posts_per_day": 9}
        assert store.subscriptions.of_channel("alerts") == (wish(role="8", **limits),)
        assert store.subscriptions.of_channel("discord:9") == (wish("discord:9", origin=Origin.CHAT, **limits),)
        assert store.subscriptions.notices() == ["operators"]
        found = store._db.execute("SELECT channel, action, roles FROM deliveries ORDER BY n").fetchall()
        assert found[:3] == [("alerts", "ping", '["8"]'), ("alerts", "post", "[]"), ("discord:9", "ping", "[]")]
        seven = NOW + 19 * HOUR
        assert store.agenda.all() == [
            Job("daily", Daily((7,)), seven + DAY),
            Job("digest", Daily((7,)), seven, "alerts"),
            Job("digest", Daily((7,)), seven, "discord:9"),
        ]
        assert store.meta.get("next_digest") is None


def test_lines_that_nobody_read_wait_on_in_a_newer_database(before):
    """There was no operators' channel; once there is one it hears of them."""
    path, db = before
    db.execute("DELETE FROM channels WHERE name = 'operators'")
    db.conn.commit()
    db.close()
    with Store(path) as store:
        assert lines(store) == []
        store.subscriptions.configure([operators("control")], NOW)
        assert lines(store) == [("control", "line")]


def test_a_database_that_never_told_anything_is_brought_up_to_date(tmp_path):
    """No channel, no clock: nothing is invented."""
    db = Database(sqlite3.connect(tmp_path / "old.db"))
    migrations.apply(db, stop_before="m020_subscriptions")
    db.close()
    with Store(tmp_path / "old.db") as store:
        assert (store.channels.all(), store.agenda.all()) == ([], [])


def test_all_alerts_wish_as_written():
    """The kit's wishes are those of the settings, so that tests speak of what members have."""
    assert wish().actions == ALL
