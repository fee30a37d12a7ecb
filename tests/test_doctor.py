"""What `bluehelm doctor` finds: its rules by themselves, and the whole of it over sockets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.checkup.archive import archive_findings
from bot.checkup.clocks import ClockReading, clock_findings
from bot.checkup.findings import Level
from bot.checkup.watching import feed_findings, running
from config.load import DEFAULT_FILE
from feeds.model import FeedState
from feeds.store import Store
from feeds.store.db.lock import lock
from feeds.store.upkeep.backups import back_up
from feeds.store.upkeep.condition import condition_of
from feeds.store.upkeep.keeping import Condition
from tests.fakes import discord_server as fake
from tests.store_kit import DAY, HOUR, MINUTE, NOW, opened

MB = 1_000_000
SOUND = Condition(
    there=True, size=100 * MB, free=9000 * MB, seconds=0.2, schema="m210_x", copies=3, newest_copy=NOW - HOUR
)


def told(findings, level=None):
    return [one.text for one in findings if level in (None, one.level)]


# the rules


def test_a_sound_archive_is_well():
    """Four lines, and nothing to do."""
    found = list(archive_findings(SOUND, NOW, planned=True))
    assert {one.level for one in found} == {Level.OK}
    assert [one.about for one in found] == ["archive", "archive", "files", "disk", "copies"]


@pytest.mark.parametrize(
    ("change", "level", "text"),
    [
        ({"faults": ("row 3 missing",)}, Level.ERROR, "The archive is damaged (row 3 missing)."),
        ({"problem": "unable to open"}, Level.ERROR, "cannot be read (unable to open)"),
        ({"lost": "x: is empty"}, Level.ERROR, "x: is empty"),
        ({"schema": None}, Level.ERROR, "no archive of Bluehelm"),
        ({"newer": "m999_x"}, Level.ERROR, "A newer version wrote the archive (m999_x)"),
        ({"pending": True}, Level.WARNING, "of an older version"),
        ({"loose": ("/x/a.db",)}, Level.WARNING, "Others may read /x/a.db"),
        ({"fixed": "/x"}, Level.ERROR, "/x may not be written"),
        ({"log": 300 * MB}, Level.WARNING, "300 MB wait beside the archive"),
        ({"free": 90 * MB}, Level.ERROR, "too little for a copy of the archive (100 MB)"),
        ({"free": 250 * MB}, Level.WARNING, "250 MB are free on the disk: little."),
        ({"newest_copy": NOW - 3 * DAY}, Level.WARNING, "3 copies, the newest made 3 d ago."),
        ({"newest_copy": None, "copies": 0}, Level.WARNING, "`bluehelm backup` makes one"),
        ({"there": False, "size": 0}, Level.WARNING, "There is no archive yet"),
    ],
)
def test_what_is_wrong_with_the_file_is_one_line(change, level, text):
    """As bad as it is."""
    assert text in " ".join(told(archive_findings(replace(SOUND, **change), NOW, planned=True), level))


def test_copies_that_nobody_plans_are_a_warning():
    """However new the newest is."""
    assert "backup is off" in told(archive_findings(SOUND, NOW, planned=False), Level.WARNING)[0]


@pytest.mark.parametrize(
    ("off", "level", "text"),
    [
        (timedelta(seconds=2), Level.OK, "The clock agrees with that of Discord."),
        (timedelta(seconds=-29), Level.OK, "agrees"),
        (timedelta(seconds=40), Level.WARNING, "The clock is 40 s ahead of that of Discord."),
        (timedelta(minutes=-20), Level.ERROR, "The clock is 20 min behind that of Discord."),
    ],
)
def test_clocks_are_compared(off, level, text):
    """What differs by five minutes does harm."""
    (found,) = clock_findings([ClockReading("Discord", NOW, NOW + off)], None, NOW)
    assert found.level is level
    assert text in found.text


def test_times_ahead_in_the_archive_are_an_error():
    """A clock that was a year ahead for a round leaves such."""
    (_, found) = clock_findings([ClockReading("Discord", NOW, NOW)], NOW + 400 * DAY, NOW)
    assert (found.level, found.text.startswith("The archive holds a time that lies 400 d ahead")) == (Level.ERROR, True)


def test_feeds_that_fail_are_named_with_since_when():
    """One line each, and how many can be read."""
    failing = FeedState("wire", "u", failures=9, problem="http_503", failing_since=NOW - DAY)
    found = list(feed_findings([failing, FeedState("other", "u", last_ok=NOW, last_new=NOW)], NOW))
    assert told(found)[0].startswith("wire fails since 9 Feb: the server answers 503 (")
    assert told(found)[1:] == ["1 feed can be read."]


def test_a_bot_that_does_not_tick_is_an_error():
    """With what `bluehelm health` says of it; none at all is a warning."""
    assert running(None, None, None, NOW).level is Level.WARNING
    assert running("7", None, NOW - 5 * MINUTE, NOW).text == "A bot runs (process 7). A feed was last read 5 min ago."
    dead = running("7", "the scheduler has not ticked yet", None, NOW)
    assert dead.level is Level.ERROR
    assert "but the scheduler has not ticked yet" in dead.text


# the file


def test_a_files_condition_is_read_and_nothing_changed(tmp_path):
    """Schema, newest time, copies, who may read, who holds the lock."""
    path = tmp_path / "archive.db"
    with opened(path) as store:
        store.days.tick(NOW)
    path.chmod(0o600)
    back_up(path, NOW)
    before = path.read_bytes()
    with lock(path):
        found = condition_of(path)
    assert (found.there, found.problem, found.faults, found.pending, found.newer) == (True, None, (), False, None)
    assert found.schema.startswith("m")
    assert (found.newest, found.copies, found.newest_copy) == (NOW, 1, NOW)
    assert found.holder.isdecimal() and condition_of(path).holder is None
    assert found.loose == ()
    assert path.read_bytes() == before


def test_a_damaged_a_foreign_and_a_missing_file_have_a_condition_too(tmp_path):
    """None of them is an error of the program."""
    spoilt = tmp_path / "archive.db"
    opened(spoilt).close()
    with spoilt.open("r+b") as file:
        file.seek(40960)
        file.write(b"x" * 40960)
    assert condition_of(spoilt).faults
    (tmp_path / "notes.db").write_text("notes" * 999)
    assert condition_of(tmp_path / "notes.db").faults == ("file is not a database",)
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE t (x)")
    assert condition_of(tmp_path / "other.db").schema is None
    assert not condition_of(tmp_path / "none.db").there
    assert not condition_of(tmp_path / "no" / "folder.db").there


# the whole


@pytest.fixture
def doctor(tmp_path, server):
    """The command, over a bot with two channels on a fake Discord and one feed of that server's own."""
    path = tmp_path / "archive.db"
    opened(path).close()
    path.chmod(0o600)
    base = server.api_base.rpartition("/api")[0]
    (tmp_path / "feeds.toml").write_text(f'[[feed]]\nname = "wire"\nurl = "{base}/none"\nlanguage = "en"\n')
    (tmp_path / "bluehelm.toml").write_text(
        f'database = "archive.db"\nfeeds = "feeds.toml"\nwatches = "{DEFAULT_FILE.parents[1] / "seeds" / "watches"}"\n'
        f'[discord]\noperators_channel = {fake.OPERATORS}\n[[watch]]\nname = "minusma"\n[[channel]]\nname = "alerts"\n'
        f'watch = "minusma"\nid = {fake.CHANNEL}\nrole = {fake.ROLE}\n'
    )
    server.now = lambda: datetime.now(UTC)  # the command looks at this machine's own clock
    env = {
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_BASE": server.api_base,
        "DISCORD_GATEWAY_URL": server.gateway_url,
        "BLUEHELM_ENV_FILE": "",
    }

    async def run(*more, token=None):
        words = ["doctor", "--config", str(tmp_path / "bluehelm.toml"), "--json", *more]
        chosen = env | ({"DISCORD_TOKEN": token} if token else {})
        result = await asyncio.to_thread(CliRunner().invoke, main, words, env=chosen)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.output

    return run


def about(found, what):
    return [(one["level"], one["text"]) for one in found if one["about"] == what]


async def test_a_healthy_bot_gets_a_line_for_each_part(doctor, server):
    """Token, intents, clock and each channel, asked over REST alone; the token itself is nowhere."""
    server._application = lambda given=server._application: given() | {"flags": 1 << 19}
    code, found, output = await doctor()
    assert code == 0, output
    assert about(found, "discord") == [
        ("ok", "Discord knows the token, of the bot bluehelm."),
        ("ok", "The message content intent is granted."),
    ]
    assert ("ok", "The clock agrees with that of Discord.") in about(found, "clock")
    assert [level for level, _ in about(found, "archive")] == ["ok", "ok"]
    assert server.token not in output
    assert not server.frames


async def test_what_a_channel_lacks_is_named(doctor, server):
    """What keeps everything from being posted is an error, a lesser right or a silent role a warning."""
    server.role_permissions = 0x400 | 0x800 | 0x10000 | 0x4000  # see, send, read, embed
    code, found, _ = await doctor()
    assert code == 0
    [(level, text)] = [one for one in about(found, "channel") if "alerts" in one[1]]
    assert level == "warning"
    assert "“alerts” can be posted to, but" in text
    assert "@analysts" in text or "analysts" in text
    server.role_permissions = 0
    code, found, _ = await doctor()
    assert code == 1
    assert {level for level, _ in about(found, "channel")} == {"error"}


async def test_a_refused_token_and_a_discord_that_is_away_are_one_line(doctor, server, monkeypatch):
    """Neither says the token."""
    code, found, output = await doctor(token="wrong-token-of-nobody")
    assert (code, len(about(found, "discord")), about(found, "channel")) == (1, 1, [])
    assert "refuses the token" in about(found, "discord")[0][1]
    assert "wrong-token" not in output
    monkeypatch.setattr("bot.discord.posting.survey._MOST_SECONDS", 0.3)
    server.faults.append(fake.Fault("GET", "/users/@me", delay=5))
    code, found, output = await doctor()
    assert code == 1
    assert [level for level, text in about(found, "discord") if text.startswith("Discord cannot be asked: ")] == [
        "error"
    ]
    assert server.token not in output


@pytest.mark.parametrize("stamp", ["noon", "Fri, 31 Dec 9999 23:59:59 -1400", ""])
async def test_an_odd_date_of_discords_is_no_clock(doctor, server, monkeypatch, stamp):
    """Neither a fault nor a comparison; what else Discord says is told."""
    monkeypatch.setattr(fake, "format_datetime", lambda *_, **__: stamp)
    _, found, output = await doctor()
    assert not [text for _, text in about(found, "clock") if "Discord" in text]
    assert about(found, "discord")[0] == ("ok", "Discord knows the token, of the bot bluehelm."), output


async def test_offline_nobody_is_asked(doctor, server):
    """All that can be seen from here is said all the same."""
    code, found, _ = await doctor("--offline")
    assert (code, server.requests) == (0, [])
    assert about(found, "archive")


async def test_a_damaged_archive_and_a_mistyped_setting_are_errors(doctor, tmp_path):
    """Status 1, and the rest is looked at all the same."""
    with (tmp_path / "archive.db").open("r+b") as file:
        file.seek(40960)
        file.write(b"x" * 40960)
    with (tmp_path / "bluehelm.toml").open("a") as file:
        file.write("[poll]\ntick = 3\n")
    code, found, output = await doctor("--offline")
    assert code == 1
    assert "The archive is damaged" in about(found, "archive")[0][1]
    assert any("poll.tick" in text for level, text in about(found, "settings") if level == "error")
    assert "Traceback" not in output


def test_a_doctor_speaks_as_people_do(tmp_path, monkeypatch):
    """Without --json one line a finding, the level first."""
    monkeypatch.setenv("BLUEHELM_DATABASE", str(tmp_path / "archive.db"))
    Store(tmp_path / "archive.db").close()
    result = CliRunner().invoke(main, ["doctor", "--offline"])
    assert result.exit_code == 0
    assert all(line.partition(": ")[0] in ("ok", "warning", "error") for line in result.output.splitlines())
