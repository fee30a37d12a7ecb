"""`bluehelm feeds` as an operator uses it."""

import functools
import http.server
import json
import socket
import sys
import threading
import time
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from feeds import catalog
from feeds.model import AddedFeed, Feed
from feeds.store import Store
from feeds.web import guard
from feeds.worker import pool
from feeds.worker.pool import Pool
from tests.worker_kit import STUBBORN, rss

pytestmark = pytest.mark.slow


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


@pytest.mark.slow
def test_check_is_held_up_by_no_body(place, monkeypatch):
    """What hangs the reading is named within the bounds of a poll; the other feeds are read."""
    run, folder = place
    (folder / "site" / "old.xml").write_bytes(rss("HANG"))
    monkeypatch.setattr(pool, "Pool", lambda _: Pool(STUBBORN))
    began, spent = time.monotonic(), time.process_time()
    result = run("check")
    assert "ok    Good news: 200 rss20, 1 items" in result.output
    assert "fail  Old news: unreadable. Reading it took more computing than anything honest needs." in result.output
    assert "3 feeds asked, 1 can be read, 2 fail." in result.output
    assert time.monotonic() - began < 20
    assert time.process_time() - spent < 2


@pytest.mark.slow
def test_check_reads_nothing_in_its_own_process(place, monkeypatch, started_readers):
    """The parser is asked for by the worker alone."""
    run, _ = place
    monkeypatch.setitem(sys.modules, "feeds.parsing.parse", None)
    assert "ok    Good news: 200 rss20, 1 items" in run("check", "good").output


def test_check_says_when_there_is_nothing_to_read_with(place, monkeypatch):
    """One line, no traceback."""
    run, _ = place
    monkeypatch.setattr(pool, "Pool", lambda _: Pool(replace(STUBBORN, loading="tests.worker_kit:none")))
    result = run("check")
    assert result.exit_code == 1
    assert result.output.startswith("the reading process cannot be started: ")


def test_export_and_import(place):
    """A list goes out as OPML and comes into another catalogue once."""
    run, folder = place
    assert run("export", str(folder / "out.opml")).exit_code == 0
    assert b'version="2.0"' in (folder / "out.opml").read_bytes()
    other = str(folder / "other.toml")
    first = run("import", "--local", str(folder / "out.opml"), "--feeds", other)
    assert "4 new feeds" in first.output
    assert [feed.enabled for feed in catalog.load_catalog(folder / "other.toml")] == [True, True, True, False]
    assert (
        "0 new feeds, 4 listed before." in run("import", "--local", str(folder / "out.opml"), "--feeds", other).output
    )


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


ADDED = "https://radio.example/rss"


def test_list_shows_what_is_on_off_and_paused_and_by_whom(place):
    """The file's feeds, then the added ones; for machines one object a line."""
    run, _ = place
    assert [line.split()[0] for line in run("list").output.splitlines()] == ["on", "on", "on", "off"]
    run("add", ADDED, "--language", "fr", "--publisher", "Radio")
    run("pause", "web", "page")
    lines = run("list").output.splitlines()
    assert lines[2].startswith("paused  Web page  http://127.0.0.1:")
    assert lines[2].endswith("/page.xml  paused by the operator just now")
    assert lines[4] == f"on      radio.example  {ADDED}  added by the operator just now"
    row = json.loads(run("list", "--json").output.splitlines()[4])
    assert (row["name"], row["state"], row["language"], row["added_by"]) == (
        "radio.example",
        "on",
        "fr",
        "the operator",
    )
    assert (row["paused_by"], row["paused_at"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "radio.example"), "url: is no http or https address"),
        (("add", "https://radio.example/", "--interval", "0"), "interval:"),
        (("add", "http://127.0.0.1:9/f"), "is not on the public internet"),
        (("add", "http://localhost/f"), "is not on the public internet"),
        (("add", ADDED, "--name", "GOOD NEWS"), "its name is that of Good news"),
        (("add", ADDED + "#again"), "its address is that of Radio"),
        (("pause", "nothing"), "nothing: is no feed"),
        (("pause", "news"), "may be Good news, Old news; say which"),
        (("pause", "off"), "Off: is switched off in the catalogue file"),
        (("resume", "off"), "Off: is not paused; it is switched off in the catalogue file"),
        (("resume", "good"), "Good news: is not paused"),
        (("remove", "good"), "take it out there, or pause it"),
        (("pause", "radio"), "Radio: is paused already"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(place, arguments, said):
    """With status 2, and nothing is changed."""
    run, _ = place
    assert run("add", ADDED, "--name", "Radio").exit_code == 0
    assert run("pause", "Radio").exit_code == 0
    before = run("list", "--json").output
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.splitlines()) == 1
    assert run("list", "--json").output == before


def test_a_second_feed_of_a_host_gets_a_name_of_its_own(place):
    """Without a name of the operator's the host's is used, as often as it is free."""
    run, _ = place
    run("add", ADDED)
    assert "added  radio.example (2)  " in run("add", "https://radio.example/sport").output


def test_check_and_export_know_the_added_feeds_and_import_does_not_add_them_again(place):
    """Another file's feeds are that file's alone."""
    run, folder = place
    run("add", ADDED, "--name", "Radio")
    run("pause", "good")
    assert "2 feeds asked" in run("check", "page", "old").output
    assert "Good news" not in run("check", "old").output
    run("export", str(folder / "out.opml"))
    assert ADDED.encode() in (folder / "out.opml").read_bytes()
    assert "0 new feeds, 5 listed before." in run("import", str(folder / "out.opml")).output
    assert (
        "5 new feeds"
        in run("import", "--local", str(folder / "out.opml"), "--feeds", str(folder / "other.toml")).output
    )
    run("export", str(folder / "other.opml"), "--feeds", str(folder / "feeds.toml"))
    assert ADDED.encode() not in (folder / "other.opml").read_bytes()


def test_one_round_polls_what_is_not_paused(place):
    """`bluehelm poll --once` follows the same list."""
    run, folder = place
    run("pause", "old")
    result = CliRunner().invoke(main, ["poll", "--once", "--config", str(folder / "bluehelm.toml")])
    assert [json.loads(line)["name"] for line in result.output.splitlines()] == ["Good news", "Web page"]


def test_an_address_is_tried_as_in_chat_and_nothing_is_stored(place, monkeypatch):
    """The feed of a page is found and shown; what is private is refused before anybody is asked."""
    run, folder = place
    (folder / "site" / "page.html").write_text(
        "<html><head><link rel=alternate type=application/rss+xml href=/good.xml></head></html>"
    )
    base = tomllib.loads((folder / "feeds.toml").read_text())["feed"][0]["url"].removesuffix("/good.xml")
    here = socket.getaddrinfo("127.0.0.1", int(base.rpartition(":")[2]))
    refused = run("try", f"{base}/page.html")
    assert (refused.exit_code, "not on the public internet" in refused.output) == (2, True)
    monkeypatch.setattr(guard, "public_only", lambda info: socket.socket(info[0], info[1], info[2]))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here[:1])
    tried = run("try", base.replace("127.0.0.1", "public.example") + "/page.html")
    assert tried.exit_code == 0
    assert "“C”" in tried.output and "1 item" in tried.output and "not told" in tried.output
    missed = run("try", base.replace("127.0.0.1", "public.example") + "/none.html")
    assert (missed.exit_code, "The server answered 404." in missed.output) == (1, True)
    assert not (folder / "none.db").exists()


def test_what_a_server_added_is_listed_paused_and_removed_from_a_shell(place):
    """With whose it is; the record says that the operator did it. A login in an address is not shown."""
    run, folder = place
    assert run("add", "https://awa:geheim@blog.example/feed", "--name", "Blog").exit_code == 0
    assert "geheim" not in run("list").output
    with Store(folder / "none.db") as store:
        feed = Feed("Radio Nord @1001", "https://nord.example/rss", "fr")
        store.feeds.add(AddedFeed(feed, "Awa (discord:7)", datetime.now(UTC), "1001"))
    assert "Radio Nord @1001" in run("list").output
    assert "paused  Radio Nord @1001" in run("pause", "radio", "nord").output
    assert "resumed  Radio Nord @1001" in run("resume", "Radio", "Nord", "@1001").output
    assert "removed  Radio Nord @1001" in run("remove", "Radio", "Nord").output
    with Store(folder / "none.db", read_only=True) as store:
        told = [(one.by, one.action, one.subject) for one in store.audit.of(None, 9)]
    assert told == [("the operator", f"feed {did}", name) for did, name in (
        ("remove", "Radio Nord"), ("resume", "Radio Nord"), ("pause", "Radio Nord"), ("add", "Blog"))]  # fmt: skip
