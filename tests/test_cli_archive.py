"""`bluehelm poll`, `search` and `latest`, as scripts use them: over real HTTP on loopback, into a real database."""

import functools
import http.server
import json
import shutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from config.load import DEFAULT_FILE
from feeds.store import Store
from feeds.store.db import rows
from feeds.store.db.lock import lock

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
ITEMS = (
    ("MINUSMA peacekeepers killed near Kidal", "Four Chadian blue helmets of MINUSMA died in Mali.", 1),
    ("Casques bleus de la MINUSMA blessés à Ménaka", "La mission de l'ONU au Mali l'annonce.", 3),
    ("Football: the cup goes south", "A late goal decides it.", 2),
)


ARTICLE = """<html><head><title>Paper</title></head><body><nav>Home</nav><article><h1>Blue helmets in Mali</h1>
<p>The convoy of the MINUSMA peacekeepers struck an explosive device on the road to Tessalit on Tuesday morning.</p>
<p>Nobody was hurt, a spokeswoman for the mission told reporters in Bamako, and the vehicles drove on at noon.</p>
</article></body></html>"""


def rss(base):
    items = [*((*item, f"https://example.org/{item[2]}") for item in ITEMS)]
    items.append(("MINUSMA convoy hit a device", "", 5, f"{base}/article.html"))
    rows = "".join(
        f"<item><title>{title}</title><description>{text}</description><guid>{hours}</guid>"
        f"<link>{link}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=hours))}</pubDate></item>"
        for title, text, hours, link in items
    )
    return f"<rss version='2.0'><channel><title>Wire</title>{rows}</channel></rss>"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder served on loopback, and a catalogue of two feeds there, one of which does not exist."""
    home = tmp_path_factory.mktemp("home")
    folder = home / "site"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    (folder / "wire.xml").write_text(rss(base))
    (folder / "article.html").write_text(ARTICLE)
    (home / "feeds.toml").write_text(
        f'[[feed]]\nname = "wire"\nurl = "{base}/wire.xml"\nlanguage = "en"\n'
        f'[[feed]]\nname = "gone"\nurl = "{base}/gone.xml"\nlanguage = "en"\n'
    )
    (home / "bluehelm.toml").write_text(SETTINGS)
    yield home
    server.shutdown()
    server.server_close()
    thread.join()


SETTINGS = f"""
watches = "{DEFAULT_FILE.parents[1] / "seeds" / "watches"}"
[poll]
host_gap_seconds = 0
[[watch]]
name = "minusma"
[[channel]]
name = "here"
watch = "minusma"
transport = "terminal"
tiers = {{ incident = "post", follow_up = "post", background = "post", commemoration = "post" }}
"""


@pytest.fixture(scope="module")
def run(site):
    def command(*arguments, status=0):
        result = CliRunner().invoke(main, [*arguments], env={"BLUEHELM_CONFIG": str(site / "bluehelm.toml")})
        assert result.exit_code == status, result.output + repr(result.exception)
        return result

    return command


def poll(run, site, database, *more, **how):
    return run("poll", "--once", "--feeds", str(site / "feeds.toml"), "--db", str(database), *more, **how)


@pytest.fixture(scope="module")
def first(run, site):
    """What the first round printed, and the database that it left."""
    return poll(run, site, site / "first.db").stdout, site / "first.db"


@pytest.fixture
def polled(first, tmp_path):
    """A database after the first round, a test's own."""
    return Path(shutil.copy(first[1], tmp_path / "archive.db"))


def test_a_round_prints_one_object_a_feed(first):
    """In the catalogue's order, a failing feed among them; the status is 0 all the same."""
    wire, gone = (json.loads(line) for line in first[0].splitlines())
    assert (wire["url"].endswith("/wire.xml"), wire["outcome"], wire["new"], wire["matched"]) == (True, "body", 4, 3)
    assert (gone["outcome"], gone["new"], gone["matched"], gone["reason"]) == ("failed", 0, 0, "http_404")
    assert all(datetime.fromisoformat(one["next_check"]) > NOW for one in (wire, gone))


def test_nothing_is_sent_unless_asked_for(site, run, polled):
    """Alerts wait in the outbox; `--deliver` shows them on standard error, away from the JSON.

    The feeds are not due again so soon, hence nothing is on standard output.
    """
    with Store(polled) as store:
        assert store.outbox.waiting() > 0
    found = poll(run, site, polled, "--deliver")
    assert found.stdout == ""
    assert "ALERT" in found.stderr
    with Store(polled) as store:
        assert store.outbox.waiting() == 0


def test_a_round_that_delivers_keeps_the_agenda(site, run, polled):
    """Cron jobs have digests too: one that came due between two rounds goes out with the second, once."""
    assert "DIGEST" not in poll(run, site, polled, "--deliver").stderr
    with Store(polled) as store:
        (story, *_), (name, *_) = store.stories.latest(), (one.name for one in store.subscriptions.listeners())
        store.digests.add(name, story.id, NOW)
        store._db.execute("UPDATE agenda SET next = ?", [rows.stamp(NOW - timedelta(hours=1))])
        store._db.conn.commit()
    assert "DIGEST" in poll(run, site, polled, "--deliver").stderr
    assert "DIGEST" not in poll(run, site, polled, "--deliver").stderr


def test_search_answers_from_the_archive(run, polled):
    """A JSON array with what a script needs; accents do not matter."""
    found = json.loads(run("search", "menaka", "--db", str(polled), "--json").stdout)
    assert [one["title"] for one in found] == ["Casques bleus de la MINUSMA blessés à Ménaka"]
    assert {"id", "title", "url", "source", "published", "story"} <= found[0].keys()
    assert (found[0]["url"], found[0]["source"]) == ("https://example.org/3", "wire")
    assert json.loads(run("search", "cup", "--db", str(polled), "--json").stdout) == []
    assert len(json.loads(run("search", "cup", "--all", "--db", str(polled), "--json").stdout)) == 1


def test_a_reader_of_the_screen_gets_stories(run, polled):
    """As in chat: their number, each with its facts and its best sentence; what is no query ends with the reason. With
    --limit or --all there are items, as in JSON."""
    said = run("search", "menaka", "--db", str(polled)).stdout
    assert said.startswith("1 story:") and "Story " in said and "Ménaka" in said
    refused = run("search", "plase:menaka", "--db", str(polled), status=1)
    assert "Did you mean place:? " in refused.stderr and refused.stdout == ""
    assert (
        "“Casques bleus de la MINUSMA blessés à Ménaka”"
        in run("search", "menaka", "--limit", "3", "--db", str(polled)).stdout
    )
    assert "[not flagged]" in run("search", "cup", "--all", "--db", str(polled)).stdout
    assert "no more" in run("search", "menaka", "--page", "9", "--db", str(polled), status=1).stderr


def test_search_understands_queries(run, polled):
    """As in chat: facts, not and OR; what is no query is looked for as words, and that is said beside the JSON."""

    def found(*words):
        answer = run("search", *words, "--db", str(polled), "--json")
        return [one["title"] for one in json.loads(answer.stdout)], answer.stderr

    menaka = "Casques bleus de la MINUSMA blessés à Ménaka"
    assert found("place:menaka") == ([menaka], "")
    assert menaka in found("(menaka OR zebra)", "source:wire")[0]
    assert found("menaka", "-bleus") == ([], "")
    titles, said = found("plase:menaka")
    assert "Did you mean place:? " in said and said.endswith("Looking for the words themselves.\n") and titles == []
    assert found("sort:best")[0] and found("((", '"')[0] == []


def test_the_page_of_an_item_without_a_text_is_read(run, polled):
    """Its first sentences are kept in the place of the feed's."""
    found = json.loads(run("search", "Tessalit", "--db", str(polled), "--json").stdout)
    assert [one["title"] for one in found] == ["MINUSMA convoy hit a device"]


def test_latest_lists_stories_newest_first(run, polled):
    """One line a story, as many as asked for."""
    found = json.loads(run("latest", "--db", str(polled), "--json").stdout)
    assert found
    assert len({one["story"] for one in found}) == len(found)
    assert {one["source"] for one in found} == {"wire"}
    assert len(json.loads(run("latest", "1", "--db", str(polled), "--json").stdout)) == 1
    assert found[0]["title"] in run("latest", "--db", str(polled)).stdout


def test_no_archive_is_one_line(tmp_path, run):
    """Not a traceback, and no empty database made on the way."""
    found = run("search", "kidal", "--db", str(tmp_path / "none"), "--json", status=1)
    assert found.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_a_second_program_is_refused_with_one_line(site, run, tmp_path):
    """Two pollers on one database would tell everything twice."""
    with lock(tmp_path / "db"):
        found = poll(run, site, tmp_path / "db", status=1)
    assert "another bluehelm" in found.stderr
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "text", ["", "[[feed]]\nname = 'x'\n", "[[feed\n", "[[feed]]\nname='a'\nurl='ftp://x'\nlanguage='en'\n"]
)
def test_a_mistake_in_the_catalogue_is_status_2(tmp_path, run, text):
    """Said on standard error, before anything is polled."""
    (tmp_path / "feeds.toml").write_text(text)
    found = run("poll", "--once", "--feeds", str(tmp_path / "feeds.toml"), "--db", str(tmp_path / "db"), status=2)
    assert str(tmp_path / "feeds.toml") in found.stderr
    assert not (tmp_path / "db").exists()


def test_a_round_is_asked_for_by_name(tmp_path, run):
    """Polling for ever is `run`."""
    assert "--once" in run("poll", "--db", str(tmp_path / "db"), status=2).stderr


def test_a_database_that_is_none_is_one_line(site, run, tmp_path):
    """The operator mistyped a path."""
    (tmp_path / "db").write_text("some notes" * 200)
    assert poll(run, site, tmp_path / "db", status=1).stderr.count("\n") == 1


@pytest.mark.slow
def test_a_locked_database_is_one_line(site, run, tmp_path, monkeypatch):
    """Another program that holds the database for longer than we wait ends the round with one line and status 1."""
    monkeypatch.setitem(Store.__init__.__kwdefaults__, "busy_seconds", 0.2)  # in truth five
    path = tmp_path / "busy.db"
    Store(path).close()
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    try:
        result = poll(run, site, path, status=1)
    finally:
        other.close()
    assert result.stderr == f"{path}: cannot be used (database is locked)\n"


def test_a_full_disk_is_one_line(site, run, tmp_path, monkeypatch):
    """A disk that is full as soon as the database is made ends the program with one line."""

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("feeds.store.db.meta.Meta.put", full)
    result = poll(run, site, tmp_path / "small.db", status=1)
    assert result.stderr == f"{tmp_path / 'small.db'}: cannot be used (database or disk is full)\n"


@pytest.mark.parametrize("verb", ["commit", "record"])
def test_a_round_of_which_nothing_is_stored_is_no_success(site, run, tmp_path, monkeypatch, verb):
    """Where the disk fills up behind the start, status 1 says so, with how many feeds are asked again."""

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(f"feeds.store.commit.Commits.{verb}", full)
    path = tmp_path / "small.db"
    result = poll(run, site, path, status=1)
    last = result.stderr.splitlines()[-1]
    assert last == f"{path}: what 1 feed brought could not be stored; it is asked again the next time"
    assert "Traceback" not in result.stderr


def test_a_broken_archive_is_one_line(run, tmp_path):
    """An archive with pages of rubbish is no stack trace for who searches it."""
    path = tmp_path / "broken.db"
    with Store(path) as store:
        store.meta.put("x", "y" * 200_000)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    result = run("latest", "--db", str(path), status=1)
    assert result.stderr.count("\n") == 1


def test_nothing_found_is_said(run, polled):
    """To the reader of the screen; a script gets an empty array."""
    assert run("search", "zeppelin", "--db", str(polled)).stderr == "Nothing found.\n"
    assert json.loads(run("search", "zeppelin", "--db", str(polled), "--json").stdout) == []
