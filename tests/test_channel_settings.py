"""What is set in chat: it wins over the file setting by setting, outlives a restart, and can be forgotten again."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from sqlite_utils import Database

from feeds.model import Action, At, Channel, Daily, Origin, Quiet, Subscription
from feeds.store import Store
from feeds.store.db.schema import migrations
from feeds.store.delivery.choices import CHANNEL_SETTINGS, WISH_SETTINGS
from seeds.model import Tier
from tests.store_kit import ALL, FEED, NOW, channel, finding, opened, place, plan, reading, wish

NIGHT = Quiet(22 * 60, 6 * 60, "Europe/Paris", (Tier.INCIDENT,))
CHANNEL_VALUES = {
    "digest": Daily((18,), "Africa/Dakar"), "brief": At((360, 1080)), "weekly": At((420,), "UTC", weekday=0),
    "coverage": At((480,), "UTC", monthday=1), "quiet": NIGHT, "lowband": True, "language": "fr",
}  # fmt: skip
WISH_VALUES = {
    "role": "77", "only": "place:gao", "pings": 1, "posts": 2, "escalate": ("un-word",),
    "incident": Action.POST, "decision": None, "follow_up": Action.DIGEST, "background": Action.PING,
    "commemoration": None,
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "archive.db"


@pytest.fixture
def store(path):
    with opened(path) as fresh:
        fresh.feeds.enrol([FEED])
        fresh.subscriptions.configure(FILE, NOW)
        yield fresh


FILE = [channel(role="9"), (place(), wish(watch="other", role="9"))]


def wishes(store, name="alerts"):
    return {one.watch: one for one in store.subscriptions.of_channel(name)}


def ids(store, watch):
    return [one.id for one in store.subscriptions.of_channel("alerts") if one.watch == watch]


def test_every_setting_can_be_set_and_is_named():
    """The values that these tests set are all that there are."""
    assert set(CHANNEL_VALUES) == set(CHANNEL_SETTINGS) and set(WISH_VALUES) == set(WISH_SETTINGS)


@pytest.mark.parametrize("name", CHANNEL_VALUES)
def test_a_channels_setting_outlives_a_restart_and_wins(path, name):
    """The file is read again and says something else: what was set in chat holds."""
    with opened(path) as store:
        store.subscriptions.configure(FILE, NOW)
        store.choices.change("alerts", {name: CHANNEL_VALUES[name]})
        set_ = store.channels.named("alerts")
        assert set_.changed == (name,) and set_ != place()
    with Store(path) as store:
        store.subscriptions.configure(FILE, NOW)
        assert store.channels.named("alerts") == set_


@pytest.mark.parametrize("name", WISH_VALUES)
def test_a_setting_of_what_is_wanted_outlives_a_restart_and_wins(path, name):
    """Of one of the file's as of one that was made in chat."""
    with opened(path) as store:
        store.subscriptions.configure(FILE, NOW)
        store.subscriptions.add(place(), wish(watch="third"))
        store.choices.change("alerts", {name: WISH_VALUES[name]})
        before = wishes(store)
        assert all(one.changed == (name,) for one in before.values())
    with Store(path) as store:
        store.subscriptions.configure([(where, replace(one, pings_per_hour=9)) for where, one in FILE], NOW)
        pings = 1 if name == "pings" else 9
        kept = wishes(store)
        assert kept.pop("third") == before.pop("third")
        assert kept == {watch: replace(one, pings_per_hour=pings) for watch, one in before.items()}


def test_the_file_still_decides_what_nobody_set(store):
    """Chat wins per setting, a tier being one."""
    store.choices.change("alerts", {"incident": Action.POST})
    louder = dict(ALL) | {Tier.DECISION: Action.PING}
    store.subscriptions.configure([channel(role="8", actions=tuple(louder.items()))], NOW)
    (one,) = store.subscriptions.of_channel("alerts")
    assert (one.role, one.action(Tier.INCIDENT), one.action(Tier.DECISION)) == ("8", Action.POST, Action.PING)


def test_what_is_set_of_one_is_not_set_of_the_others(store):
    """Those that are named by their ids, the channel's own settings aside."""
    store.choices.change("alerts", {"role": "5", "lowband": True}, of=ids(store, "other"))
    assert {watch: one.role for watch, one in wishes(store).items()} == {"w": "9", "other": "5"}
    assert store.channels.named("alerts").lowband


def test_going_back_to_the_file_forgets_the_choice(store):
    """One setting or all of them, of one subscription or of the channel; returned is what had been set."""
    file = (store.channels.named("alerts"), wishes(store))
    store.choices.change("alerts", CHANNEL_VALUES | WISH_VALUES)
    assert store.choices.reset("alerts", ["role"], of=ids(store, "w")) == {"role"}
    assert {watch: one.role for watch, one in wishes(store).items()} == {"w": "9", "other": "77"}
    assert store.choices.reset("alerts", ["quiet", "role"]) == {"quiet", "role"}
    assert store.channels.named("alerts").quiet is None and store.channels.named("alerts").lowband
    assert store.choices.reset("alerts") == (CHANNEL_VALUES | WISH_VALUES).keys() - {"quiet", "role"}
    assert (store.channels.named("alerts"), wishes(store)) == file
    assert store.choices.reset("alerts") == frozenset()


def test_a_filter_set_in_chat_is_the_one_that_counts(store):
    """Stories are judged by it, the start does not bring back the file's, and the end of the wish is remembered."""
    store.choices.change("alerts", {"only": "killed:>3"}, of=ids(store, "w"))
    assert store.subscriptions.filters("w") == ["killed:>3"]
    store.commit(plan(reading(1)), NOW)
    assert store.outbox.claim(NOW) == []
    store.subscriptions.configure([channel(filter="place:gao"), FILE[1]], NOW)
    assert [one.filter for one in store.subscriptions.of_channel("alerts") if one.watch == "w"] == ["killed:>3"]
    store.subscriptions.end("alerts", NOW, "w")
    store.subscriptions.configure([channel(filter="place:gao"), FILE[1]], NOW)
    assert "w" not in wishes(store)


def test_several_filters_of_one_watch_stand_beside_each_other(store):
    """None ends another, also where one was narrowed to what another one was; each may end alone."""
    assert store.subscriptions.add(place(), wish(filter="place:gao"))
    assert not store.subscriptions.add(place(), wish(filter="place:gao"))
    (chat,) = [one for one in store.subscriptions.of_channel("alerts") if one.origin is Origin.CHAT]
    store.choices.change("alerts", {"only": "lang:fr"}, of=[chat.id])
    assert store.subscriptions.add(place(), wish(filter="place:gao"))
    filters = [one.filter for one in store.subscriptions.of_channel("alerts") if one.watch == "w"]
    assert filters == ["", "lang:fr", "place:gao"]
    assert store.subscriptions.end("alerts", NOW, of=[chat.id]) == 1
    assert [one.filter for one in store.subscriptions.of_channel("alerts") if one.watch == "w"] == ["", "place:gao"]


def test_the_file_takes_over_what_chat_wanted_with_what_was_set(store):
    """It is told once, not twice, and goes when it leaves the file."""
    store.subscriptions.add(place(), wish(watch="third"))
    store.choices.change("alerts", {"only": "place:gao", "role": "5"}, of=ids(store, "third"))
    store.subscriptions.configure([*FILE, channel(watch="third", filter="place:gao", role="1")], NOW)
    (one,) = [one for one in store.subscriptions.of_channel("alerts") if one.watch == "third"]
    assert (one.origin, one.filter, one.role, one.changed) == (Origin.FILE, "place:gao", "5", ("role",))
    store.subscriptions.configure(FILE, NOW)
    assert "third" not in wishes(store)


def test_a_place_that_is_left_and_taken_up_again_is_as_it_was_set(store):
    """Whoever ends all alerts there ends none of its settings."""
    there = Channel("discord:5", "discord", "5")
    store.subscriptions.add(there, wish("discord:5"))
    store.choices.change("discord:5", {"quiet": NIGHT})
    store.subscriptions.end("discord:5", NOW)
    store.subscriptions.add(there, wish("discord:5", watch="other"))
    assert store.channels.named("discord:5").quiet == NIGHT


def test_two_names_of_one_place_keep_what_was_set_under_both(store):
    """What was set under the name that stays comes first."""
    store.subscriptions.add(Channel("discord:5", "discord", "5"), wish("discord:5", watch="third"))
    store.choices.change("discord:5", {"quiet": NIGHT, "language": "fr"})
    store.choices.change("alerts", {"language": "en"})
    store.subscriptions.configure([(Channel("alerts", "discord", "5"), wish())], NOW)
    here = store.channels.named("alerts")
    assert (here.quiet, here.language) == (NIGHT, "en")


def test_a_channel_that_moves_leaves_its_settings_to_what_chat_wanted_there(store):
    """They hold in both places: they were made for the people of the one, and are remembered under the other's name."""
    store.subscriptions.add(place(), wish(watch="third"))
    store.choices.change("alerts", {"quiet": NIGHT})
    store.subscriptions.configure([(Channel("alerts", "discord", "8"), wish())], NOW)
    assert {one.name: one.quiet for one in store.channels.all()} == {"alerts": NIGHT, "terminal:alerts": NIGHT}


def test_an_alert_is_as_loud_as_was_set_in_chat(store):
    """The role that is rung, and whether it is."""
    store.choices.change("alerts", {"role": "5"})
    store.commit(plan(reading(1)), NOW)
    (alert,) = store.outbox.claim(NOW)
    assert (alert.action, alert.roles) == (Action.PING, ("5",))
    store.choices.change("alerts", {"incident": None})
    store.commit(plan(replace(reading(2), findings=(finding(place="Elsewhere"),))), NOW)
    assert store.outbox.claim(NOW) == []


def test_an_older_database_keeps_what_was_wanted_and_can_be_set(path):
    """What a manager had wanted before, with role and limits, stands where the file's stands; either can be set."""
    db = Database(sqlite3.connect(path))
    migrations.apply(db, stop_before="m180_channel_settings")
    db["channels"].insert_all(
        {"name": n, "transport": "discord", "target": n[-1], "digest": None} for n in ("c1", "c2")
    )
    known = {"kind": "alerts", "watch": "w", "actions": '{"incident": "ping"}', "pings_per_hour": 2, "posts_per_day": 9}
    db["subscriptions"].insert({"channel": "c1", "origin": "file", "role": "7", "escalate": '["first-death"]', **known})
    db["subscriptions"].insert({"channel": "c2", "origin": "chat", "filter": "place:gao", **known})
    db.conn.commit()
    db.close()
    with Store(path) as store:
        expected = Subscription("c1", "w", ((Tier.INCIDENT, Action.PING),), "7", 2, 9)
        assert store.subscriptions.of_channel("c1") == (expected,)
        chat = replace(expected, channel="c2", role=None, filter="place:gao", origin=Origin.CHAT)
        assert store.subscriptions.of_channel("c2") == (chat,)
        for name in ("c1", "c2"):
            assert store.channels.named(name) == Channel(name, "discord", name[-1])
            store.choices.change(name, {"pings": 0, "lowband": True})
            assert store.subscriptions.of_channel(name)[0].pings_per_hour == 0 and store.channels.named(name).lowband
