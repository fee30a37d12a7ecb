"""`bluehelm feeds` as an operator uses it."""

import functools
import http.server
import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from feeds import catalog
from feeds.model import Feed


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def place(tmp_path):
    """A catalogue of four feeds on loopback: good, old, no feed, switched off; and a way to run the command on it."""
    site = tmp_path / "site"
    site.mkdir()
    for name, age in (("good.xml", timedelta(hours=3)), ("old.xml", timedelta(days=100))):
        stamp = format_datetime(datetime.now(UTC) - age)
        row = f"<item><title>T</title><link>https://a.example/1</link><pubDate>{stamp}</pubDate></item>"
        (site / name).write_text(f"<rss version='2.0'><channel><title>C</title>{row}</channel></rss>")
    (site / "page.xml").write_text("<html><head><title>Sorry</title></head></html>")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    feeds = [
        Feed("Good news", f"{base}/good.xml", "en"),
        Feed("Old news", f"{base}/old.xml", "en"),
        Feed("Web page", f"{base}/page.xml", "en"),
        Feed("Off", f"{base}/none.xml", "en", enabled=False),
    ]
    (tmp_path / "feeds.toml").write_text(catalog.dumps(feeds))
    config = tmp_path / "bluehelm.toml"
    config.write_text('feeds = "feeds.toml"\ndatabase = "none.db"\n[poll]\nhost_gap_seconds = 0\nper_host = 4\n')

    def run(*arguments, **more):
        return CliRunner().invoke(main, ["feeds", *arguments, "--config", str(config)], **more)

    yield run, tmp_path
    server.shutdown()
    thread.join()
    server.server_close()


def test_check_says_what_each_feed_answers_and_stores_nothing(place):
    """Status, type, items, newest age and problems; exit 1 because one fails."""
    run, folder = place
    result = run("check")
    assert result.exit_code == 1
    assert "ok    Good news: 200 rss20, 1 items, the newest 3 hours old" in result.output
    assert (
        "ok    Old news: 200 rss20, 1 items, the newest 100 days old\n      Nothing new for two months."
        in result.output
    )
    assert "fail  Web page: html_page. A web page came instead of the feed (“Sorry”)." in result.output
    assert "3 feeds asked, 2 can be read, 1 fail." in result.output
    assert "Off" not in result.output
    assert not (folder / "none.db").exists()


def test_check_of_chosen_feeds_for_machines(place):
    """Names choose, --json gives one object a line, and all is well when those are well."""
    run, _ = place
    result = run("check", "good", "--json")
    assert result.exit_code == 0
    row = json.loads(result.output)
    assert (row["name"], row["status"], row["type"], row["items"], row["failure"]) == (
        "Good news",
        200,
        "rss20",
        1,
        None,
    )
    assert 2.9 < row["newest_hours"] < 3.1


def test_check_reaches_feeds_that_are_off_when_asked(place):
    """--all tries everything."""
    run, _ = place
    assert "fail  Off: http_404." in run("check", "--all").output
    assert run("check", "nothing of that name").exit_code == 2


def test_export_and_import(place):
    """A list goes out as OPML and comes into another catalogue once."""
    run, folder = place
    assert run("export", str(folder / "out.opml")).exit_code == 0
    assert b'version="2.0"' in (folder / "out.opml").read_bytes()
    other = str(folder / "other.toml")
    first = run("import", str(folder / "out.opml"), "--feeds", other)
    assert "4 new feeds" in first.output
    assert [feed.enabled for feed in catalog.load_catalog(folder / "other.toml")] == [True, True, True, False]
    assert "0 new feeds, 4 listed before." in run("import", str(folder / "out.opml"), "--feeds", other).output


def test_import_adds_below_what_is_there(place):
    """Comments and order of the catalogue stay; a dry run writes nothing."""
    run, folder = place
    path = folder / "feeds.toml"
    path.write_text("# mine\n" + path.read_text())
    before = path.read_text()
    opml = '<opml version="2.0"><body><outline type="rss" text="New" xmlUrl="https://n.example/f"/></body></opml>'
    assert "would add  New" in run("import", "-", "--dry-run", input=opml).output
    assert path.read_text() == before
    assert run("import", "-", "--language", "fr", input=opml).exit_code == 0
    assert path.read_text().startswith(before)
    assert catalog.load_catalog(path)[-1] == Feed("New", "https://n.example/f", "fr")


def test_a_bad_catalogue_is_told_and_not_touched(place):
    """Mistakes go to the operator with status 2, whatever the command."""
    run, folder = place
    (folder / "feeds.toml").write_text("[[feed]]\nname = 3\n")
    for command in (["check"], ["export"], ["import", "-"]):
        result = run(*command, input="<opml/>")
        assert result.exit_code == 2
        assert "feeds.toml:1" in result.output
