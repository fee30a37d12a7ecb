"""`bluehelm poll`, `search` and `latest`, as scripts use them: over real HTTP on loopback, into a real database."""

import functools
import http.server
import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from config.load import DEFAULT_FILE
from feeds.lock import lock
from feeds.store import Store

NOW = datetime.now(UTC)
ITEMS = (
    ("MINUSMA peacekeepers killed near Kidal", "Four Chadian blue helmets of MINUSMA died in Mali.", 1),
    ("Casques bleus de la MINUSMA blessés à Ménaka", "La mission de l'ONU au Mali l'annonce.", 3),
    ("Football: the cup goes south", "A late goal decides it.", 2),
)


def rss(items=ITEMS):
    rows = "".join(
        f"<item><title>{title}</title><description>{text}</description><guid>{hours}</guid>"
        f"<link>https://example.org/{hours}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=hours))}</pubDate></item>"
        for title, text, hours in items
    )
    return f"<rss version='2.0'><channel><title>Wire</title>{rows}</channel></rss>"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path):
    """A folder served on loopback, and a catalogue of two feeds there, one of which does not exist."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "wire.xml").write_text(rss())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    (tmp_path / "feeds.toml").write_text(
        f'[[feed]]\nname = "wire"\nurl = "{base}/wire.xml"\nlanguage = "en"\n'
        f'[[feed]]\nname = "gone"\nurl = "{base}/gone.xml"\nlanguage = "en"\n'
    )
    yield tmp_path
    server.shutdown()
    server.server_close()
    thread.join()


SETTINGS = f"""
watches = "{DEFAULT_FILE.parents[1] / "seeds"}"
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


@pytest.fixture
def run(tmp_path):
    (tmp_path / "bluehelm.toml").write_text(SETTINGS)

    def command(*arguments, status=0):
        result = CliRunner().invoke(main, [*arguments], env={"BLUEHELM_CONFIG": str(tmp_path / "bluehelm.toml")})
        assert result.exit_code == status, result.output + repr(result.exception)
        return result

    return command


def poll(run, site, *more, **how):
    found = run("poll", "--once", "--feeds", str(site / "feeds.toml"), "--db", str(site / "db"), *more, **how)
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_a_round_prints_one_object_a_feed(site, run):
    """In the catalogue's order, a failing feed among them; the status is 0 all the same."""
    wire, gone = poll(run, site)
    assert (wire["url"].endswith("/wire.xml"), wire["outcome"], wire["new"], wire["matched"]) == (True, "body", 3, 2)
    assert (gone["outcome"], gone["new"], gone["matched"], gone["reason"]) == ("failed", 0, 0, "http_404")
    assert all(datetime.fromisoformat(one["next_check"]) > NOW for one in (wire, gone))


def test_a_feed_that_is_not_due_is_not_asked(site, run):
    """A second round right after the first has nothing to do."""
    poll(run, site)
    assert poll(run, site) == []


def test_nothing_is_sent_unless_asked_for(site, run):
    """Alerts wait in the outbox; `--deliver` shows them on standard error, away from the JSON."""
    poll(run, site)
    with Store(site / "db") as store:
        assert store.waiting() == 2
    found = run("poll", "--once", "--feeds", str(site / "feeds.toml"), "--db", str(site / "db"), "--deliver")
    assert found.stdout == ""
    assert "MINUSMA peacekeepers killed near Kidal" in found.stderr
    with Store(site / "db") as store:
        assert store.waiting() == 0


def test_search_answers_from_the_archive(site, run):
    """A JSON array with what a script needs; accents do not matter."""
    poll(run, site)
    found = json.loads(run("search", "menaka", "--db", str(site / "db"), "--json").stdout)
    assert [one["title"] for one in found] == ["Casques bleus de la MINUSMA blessés à Ménaka"]
    assert {"id", "title", "url", "source", "published", "story"} <= found[0].keys()
    assert (found[0]["url"], found[0]["source"]) == ("https://example.org/3", "wire")
    assert json.loads(run("search", "cup", "--db", str(site / "db"), "--json").stdout) == []
    assert len(json.loads(run("search", "cup", "--all", "--db", str(site / "db"), "--json").stdout)) == 1


def test_latest_lists_stories_newest_first(site, run):
    """As many as asked for."""
    poll(run, site)
    found = json.loads(run("latest", "--db", str(site / "db"), "--json").stdout)
    assert [one["url"] for one in found] == ["https://example.org/1", "https://example.org/3"]
    assert len(json.loads(run("latest", "1", "--db", str(site / "db"), "--json").stdout)) == 1
    assert "MINUSMA peacekeepers killed near Kidal" in run("latest", "--db", str(site / "db")).stdout


def test_no_archive_is_one_line(tmp_path, run):
    """Not a traceback, and no empty database made on the way."""
    found = run("search", "kidal", "--db", str(tmp_path / "none"), "--json", status=1)
    assert found.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_a_second_program_is_refused_with_one_line(site, run):
    """Two pollers on one database would tell everything twice."""
    with lock(site / "db"):
        found = run("poll", "--once", "--feeds", str(site / "feeds.toml"), "--db", str(site / "db"), status=1)
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


def test_a_database_that_is_none_is_one_line(site, run):
    """The operator mistyped a path."""
    (site / "db").write_text("some notes" * 200)
    found = run("poll", "--once", "--feeds", str(site / "feeds.toml"), "--db", str(site / "db"), status=1)
    assert found.stderr.count("\n") == 1
