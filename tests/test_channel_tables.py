"""Channels as TOML: what is exported can be imported and may stand in the file; `check` says where chat wins."""

from __future__ import annotations

import json
import tempfile
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.channels.tables import channel_tables, toml_text
from bot.channels.taking import Taken, take_settings
from bot.channels.texts import quiet_text, times_text
from bot.delivery.destinations import destinations, quiet_of
from config.schedule import set_times
from config.schema import Settings
from feeds.model import Action, At, Channel, Daily, Origin, Quiet, Subscription
from feeds.store import Store
from seeds.model import Tier
from tests.store_kit import NOW, opened

ZONES = st.sampled_from(["UTC", "Europe/Paris", "Africa/Dakar", "America/Argentina/Buenos_Aires"])
MINUTES = st.integers(0, 1439)
QUIETS = st.builds(
    Quiet, MINUTES, MINUTES, ZONES,
    st.sets(st.sampled_from(Tier)).map(lambda some: tuple(tier for tier in Tier if tier in some)),
).filter(lambda one: one.start != one.end)  # fmt: skip
TIMES = st.lists(MINUTES, min_size=1, max_size=6, unique=True).map(sorted).map(tuple)


@given(QUIETS)
def test_quiet_hours_are_read_as_they_are_written(quiet):
    """Whatever they are."""
    assert quiet_of(quiet_text(quiet)) == quiet


@given(TIMES, ZONES, st.integers(0, 6), st.integers(1, 28))
def test_set_times_are_read_as_they_are_written(minutes, zone, weekday, monthday):
    """Of a day, a week and a month."""
    for each, at in (
        ("day", At(minutes, zone)), ("week", At(minutes[:1], zone, weekday=weekday)),
        ("month", At(minutes[:1], zone, monthday=monthday)),
    ):  # fmt: skip
        named = set_times(times_text(at), each)
        assert At(named.minutes, named.zone, named.weekday, named.monthday) == at


def wishes_of(name):
    return st.builds(
        Subscription, st.just(name), st.sampled_from(["w", "sea"]),
        st.fixed_dictionaries({}, optional={tier: st.sampled_from(Action) for tier in Tier}).map(
            lambda some: tuple((tier, some[tier]) for tier in Tier if tier in some)
        ),
        role=st.sampled_from([None, "5"]), pings_per_hour=st.integers(0, 1000), posts_per_day=st.integers(0, 10_000),
        filter=st.text(st.characters(codec="utf-8"), max_size=20).map(str.strip),
        escalate=st.sampled_from([(), ("first-death",), ("un-word", "toll+5")]),
    )  # fmt: skip


PLACES = st.sampled_from(["7", "8"]).flatmap(
    lambda target: st.tuples(
        st.builds(
            Channel, st.just(f"discord:{target}"), st.just("discord"), st.just(target),
            digest=st.none() | st.builds(Daily, st.tuples(st.integers(0, 23)), ZONES),
            handovers=st.sampled_from([(), (("brief", At((60, 120))),), (("weekly", At((60,), weekday=2)),)]),
            quiet=st.none() | QUIETS, lowband=st.booleans(), language=st.sampled_from([None, "fr"]),
        ),
        st.lists(wishes_of(f"discord:{target}"), min_size=1, max_size=4, unique_by=lambda one: (one.watch, one.filter)),
    )
)  # fmt: skip


def kept(store):
    """What holds, whoever said it."""
    found = []
    for place in store.subscriptions.listeners():
        plain = [(one.watch, one.filter, one.actions, one.role, one.pings_per_hour, one.posts_per_day, one.escalate)
                 for one in store.subscriptions.of_channel(place.name)]  # fmt: skip
        handovers = sorted(place.handovers)
        found.append((place.target, place.digest, handovers, place.quiet, place.lowband, place.language, sorted(plain)))
    return found


def exported(store):
    pairs = [(one, store.subscriptions.of_channel(one.name)) for one in store.subscriptions.listeners()]
    return toml_text(channel_tables(pairs))


def pairs_of(text):
    return destinations(Settings.model_validate(tomllib.loads(text)))


FILE = (Channel("file", "discord", "7", lowband=True), Subscription("file", "w", ((Tier.INCIDENT, Action.POST),)))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(PLACES, min_size=1, max_size=2, unique_by=lambda one: one[0].name))
def test_what_is_exported_is_the_same_when_imported(places):
    """Into an empty archive, again into the same, and as the file itself."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "a.db") as store:
        take_settings(store, [(place, one) for place, wishes in places for one in wishes], "me", NOW)
        before, text = kept(store), exported(store)
        with opened(Path(folder) / "b.db") as other:
            take_settings(other, pairs_of(text), "me", NOW)
            assert kept(other) == before
            assert take_settings(other, pairs_of(text), "me", NOW) == Taken(0, 0)
        with opened(Path(folder) / "c.db") as third:
            third.subscriptions.configure(pairs_of(text), NOW)
            assert kept(third) == before


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(PLACES.filter(lambda one: one[0].target == "7"))
def test_what_is_imported_holds_whatever_the_file_says(given_):
    """Of the channel and of all that was exported; what the file wants besides stays."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "a.db") as store:
        store.subscriptions.configure([FILE], NOW)
        take_settings(store, [(given_[0], one) for one in given_[1]], "me", NOW)
        ((*place, wishes),) = kept(store)
        with opened(Path(folder) / "b.db") as other:
            take_settings(other, [(given_[0], one) for one in given_[1]], "me", NOW)
            ((*expected, wanted),) = kept(other)
        assert place == expected and [one for one in wishes if one in wanted] == wanted
        store.subscriptions.configure([FILE], NOW)
        assert kept(store) == [(*place, wishes)]


def test_what_is_imported_wins_over_the_file_where_it_differs(tmp_path):
    """And is no choice where the file says the same."""
    file = [(Channel("alerts", "discord", "7"), Subscription("alerts", "w", ((Tier.INCIDENT, Action.PING),), role="5"))]
    with opened(tmp_path / "a.db") as store:
        store.subscriptions.configure(file, NOW)
        text = '[[channel]]\nname = "x"\nwatch = "w"\nid = 7\nrole = 5\nquiet = "22:00-06:00"\n'
        text += 'tiers = { decision = "off" }\n'
        taken = take_settings(store, pairs_of(text), "me", NOW)
        (one,) = store.subscriptions.of_channel("alerts")
        assert set(one.changed) == {"follow_up", "background", "commemoration"} and taken == Taken(0, 4)
        assert store.channels.named("alerts").changed == ("quiet",)
        assert [entry.action for entry in store.audit.of(None, 9)][-1] == "channel quiet"


# as an operator uses it

START = """database = "a.db"
feeds = "feeds.toml"
watches = "{watches}"
[discord]
operators_channel = 99
[[watch]]
name = "unifil"
[[channel]]
name = "alerts"
watch = "unifil"
id = 7
role = 8
tiers = {{ decision = "digest" }}
brief = "06:00"
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The program with settings and an archive of its own; the archive has had its start."""
    monkeypatch.setenv("DISCORD_TOKEN", "x" * 24 + "." + "y" * 6 + "." + "z" * 30)
    (tmp_path / "feeds.toml").write_text(
        '[[feed]]\nname = "A"\nurl = "https://a.example.org/"\nlanguage = "en"\nsection = "un"\n'
    )
    file = tmp_path / "bluehelm.toml"
    watches = Path(__file__).parent.parent / "seeds/watches"
    file.write_text(START.format(watches=watches) + '[poll]\ncontact = "https://a.org"\n')
    with Store(tmp_path / "a.db") as store:
        store.subscriptions.configure(destinations(Settings.model_validate(tomllib.loads(file.read_text()))), NOW)

    def invoke(*words):
        return CliRunner().invoke(main, [*words, "--config", str(file)])

    invoke.archive = tmp_path / "a.db"
    invoke.folder = tmp_path
    return invoke


def changed(run, channel="alerts", **chosen):
    with Store(run.archive) as store:
        store.choices.change(channel, chosen)


def test_export_and_import_go_round(run):
    """What was set in chat is written down, taken back, and nothing has changed by it."""
    changed(run, role="9", lowband=True)
    out = run("channels", "export")
    assert out.exit_code == 0
    (table,) = tomllib.loads(out.output)["channel"]
    assert (table["name"], table["id"], table["role"], table["lowband"]) == ("alerts", "7", "9", True)
    (run.folder / "kept.toml").write_text(out.output)
    with Store(run.archive) as store:
        store.choices.reset("alerts")
    assert "1 table, no mistake." in run("channels", "import", str(run.folder / "kept.toml"), "--dry-run").output
    assert "0 things are wanted that were not. 2 settings changed." in run(
        "channels", "import", str(run.folder / "kept.toml")
    ).output  # fmt: skip
    assert run("channels", "export").output == out.output


def test_every_mistake_of_an_import_is_named_and_nothing_is_set(run):
    """With its line, as those of the settings' file are; other tables are not taken."""
    bad = run.folder / "bad.toml"
    bad.write_text(
        '[poll]\nconcurrency = 3\n[[channel]]\nname = "a"\nwatch = "nowhere"\nid = 5\nquiet = "at night"\n'
        'language = "xx"\npings_per_hour = -1\ncolour = "red"\n'
        '[[channel]]\nname = "a"\nwatch = "unifil"\nid = "words"\nonly = "nosuch:key"\nescalate = ["war"]\n'
        '[[channel]]\nname = "b"\nwatch = "unifil"\nid = 6\nonly = "nosuch:key"\n'
    )
    result = run("channels", "import", str(bad))
    assert result.exit_code == 2
    named = {(line.split(": ")[0].removeprefix(f"{bad}:"), line.split(": ")[1]) for line in result.stderr.splitlines()}
    assert named == {
        ("1", "poll"), ("5", "channel[1].watch"), ("7", "channel[1].quiet"), ("8", "channel[1].language"),
        ("9", "channel[1].pings_per_hour"), ("10", "channel[1].colour"), ("12", "channel[2].name"),
        ("14", "channel[2].id"), ("15", "channel[2].only"), ("16", "channel[2].escalate[1]"), ("21", "channel[3].only"),
    }  # fmt: skip
    with Store(run.archive) as store:
        assert [one.name for one in store.channels.all()] == ["alerts"]


@pytest.mark.parametrize("text", ["", "[[channel]", "channel = 3\n", "\x00", "[[channel]]\n" * 2000])
def test_what_holds_no_tables_is_a_mistake(run, text):
    """Nothing, broken TOML, something else, far too much of it."""
    (run.folder / "bad.toml").write_text(text)
    result = run("channels", "import", str(run.folder / "bad.toml"))
    assert result.exit_code == 2 and str(run.folder / "bad.toml") in result.stderr
    assert "Traceback" not in result.stderr


def test_without_an_archive_nothing_is_exported_or_imported(run):
    """It is neither made nor upgraded from here."""
    kept_ = run.folder / "kept.toml"
    kept_.write_text(run("channels", "export").output)
    run.archive.unlink()
    for words in (("export",), ("import", str(kept_))):
        result = run("channels", *words)
        assert result.exit_code == 1 and result.stderr.count("\n") == 1
    assert not run.archive.exists()


def test_an_import_stands_beside_what_is_wanted(run):
    """A channel that nobody knew, another filter in one that is known: what was there stays."""
    (run.folder / "more.toml").write_text(
        '[[channel]]\nname = "x"\nwatch = "unifil"\nid = 7\nonly = "kind:attack"\nrole = 3\n'
        '[[channel]]\nname = "y"\nwatch = "unifil"\nid = 17\n'
    )
    assert "2 things are wanted that were not." in run("channels", "import", str(run.folder / "more.toml")).output
    with Store(run.archive) as store:
        assert [(one.filter, one.role, one.origin) for one in store.subscriptions.of_channel("alerts")] == [
            ("", "8", Origin.FILE), ("kind:attack", "3", Origin.CHAT)
        ]  # fmt: skip
        assert [one.name for one in store.channels.all()] == ["alerts", "discord:17"]


def test_check_says_which_wins(run):
    """With the line of the file's value, what was set in chat, and how the file decides again."""
    assert "note" not in run("check").output
    changed(run, role="9", decision=Action.POST, brief=None, lowband=True, pings=3)
    result = run("check")
    assert result.exit_code == 0, result.output
    notes = {line.split(": ", 2)[2] for line in result.stdout.splitlines() if line.startswith("note: ")}
    assert notes == {
        f"{key}: {value} was set in chat and wins; !channel reset {name} lets the file decide again"
        for key, value, name in (
            ("channel[1].role", "9", "role"), ("channel[1].tiers.decision", "post", "decision"),
            ("channel[1].brief", "off", "brief"), ("channel[1].lowband", "on", "lowband"),
        )
    }  # fmt: skip
    lines = [json.loads(line) for line in run("check", "--json").output.splitlines()]
    assert {one["line"] for one in lines if one["level"] == "note" and one["key"].endswith("role")} == {12}


def test_check_says_what_was_ended_and_what_is_wanted_besides(run):
    """In chat, so that the file does not tell all."""
    with Store(run.archive) as store:
        store.subscriptions.add(Channel("discord:5", "discord", "5"), Subscription("discord:5", "unifil", ()))
        store.subscriptions.end("alerts", NOW)
    output = run("check").output
    assert "channel[1].watch: was ended in chat, and stays ended until it is subscribed again" in output
    assert "1 thing more is wanted in chat; bluehelm channels export shows it" in output
