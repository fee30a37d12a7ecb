"""What is fed with bytes, and what holds for any: no exception but those expected, bounds in time and size, a message
that Discord takes, and nobody rung.

Each target is a function of bytes that raises what it did not expect. `SEEDS` are beginnings to grow from, `WORDS` what
the formats are made of.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from functools import cache
from pathlib import Path

from bot import render
from bot.desk import COMMANDS, Desk
from bot.desk.parse import Trouble, parse_line
from bot.discord import embeds
from config.schema import Settings
from feeds import catalog
from feeds.catalog.addresses import bad_address, shown_address
from feeds.discovery.links import feed_links
from feeds.judge import judge_entry
from feeds.model import Feed, Finding, Outcome
from feeds.model.sources import Fetched
from feeds.parsing.lead import lead, whole_article
from feeds.parsing.parse import parse_feed
from feeds.parsing.sniff import page_text
from feeds.parsing.urls import address_key, canonical, located
from feeds.query import Misread, Query, parse_query
from feeds.query.known import known_names
from feeds.web import guard
from feeds.web.credentials import scrubbed, secrets_of, without_secrets
from seeds.model import Match, Tier
from seeds.watch import load_watch, read_document
from tests.discord_kit import Clock, Watch
from tests.fakes.discord_server import too_long
from tests.source_kit import ALPHA, MEMBER, OPERATOR, Given
from tests.store_kit import NOW, opened, plan, reading

SECONDS = 3.0  # CPU of one input, on a machine with other things to do
LONGEST = 20_000  # bytes of an input
WATCHES = Path(__file__).resolve().parents[2] / "seeds" / "watches"
FEED = Feed("Fuzz", "https://awa:pl4nted@fuzz.example/feed?token=s3cr3tt0ken", "mul", publisher="Fuzz")
_STORIES_KEPT = 200
_PING = re.compile(r"@everyone|@here|<@[!&]?\d+>")
_LURE = re.compile(r"(?<!\\)\[[^\]\\]*\]\((?!https?://)", re.IGNORECASE)

RSS = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>T</title><language>en</language><item><guid>1</guid>"
    b"<title>Two MINUSMA peacekeepers killed near Kidal</title><link>/a?b=c#d</link>"
    b"<pubDate>Wed, 10 Feb 2021 10:00:00 GMT</pubDate><description>Two UN &lt;b&gt;peacekeepers&lt;/b&gt; from Chad "
    b"were killed and 17 injured. @everyone [x](https://evil.example)</description></item></channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><title>T</title><entry><id>u:1</id><title type='html'>"
    "Attaque contre la MINUSMA à Tombouctou : vingt casques bleus blessés</title><link href='https://a.example/1'/>"
    "<updated>2021-02-10T09:00:00Z</updated><content type='html'>&lt;p&gt;Un mort.&lt;/p&gt;</content></entry></feed>"
).encode()
JSON = (
    b'{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://a.example/1",'
    b'"title":"MINUSMA convoy attacked","content_html":"<p>One peacekeeper killed in Gao.</p>","date_published":'
    b'"2021-02-10T09:00:00Z"}]}'
)
PAGE = (
    b"<!doctype html><html><head><meta charset='utf-8'><title>T</title><link rel='alternate' type='application/rss+xml'"
    b" href='/f'></head><body><article><p>" + b"A sentence of an article. " * 12 + b"</p></article></body></html>"
)
OPML = (
    b'<opml version="2.0"><body><outline text="A"><outline type="rss" text="N" xmlUrl="https://a.example/f"/></outline>'
    b"</body></opml>"
)


@cache
def _watch():
    return load_watch(WATCHES / "minusma")


@cache
def _folder():
    return tempfile.mkdtemp(prefix="bluehelm-fuzz-")


class _Archive:
    """A store that is begun anew now and then."""

    store, runs = None, 0

    @classmethod
    def open(cls):
        cls.runs += 1
        if cls.store is None or cls.runs % _STORIES_KEPT == 0:
            if cls.store is not None:
                cls.store.close()
            cls.store = opened(Path(_folder()) / f"{cls.runs}.db")
        return cls.store


def feed(body: bytes) -> None:
    """A body, parsed, judged, told as a story and written as a message."""
    parsed = parse_feed(Outcome(Fetched.BODY, status=200, url=FEED.url, body=body[:LONGEST]), FEED, seen=NOW)
    assert all(one.title or one.summary for one in parsed.entries)
    assert "s3cr3tt0ken" not in repr([(one.title, one.summary, one.link) for one in parsed.entries])
    for entry in parsed.entries[:2]:
        _told(entry)


def json_feed(body: bytes) -> None:
    """As `feed`, for what looks like JSON."""
    feed(b'{"version":"https://jsonfeed.org/version/1.1","items":[{"title":' + body)


def _told(entry) -> None:
    watch = _watch()
    judged = judge_entry(entry, FEED, [watch], NOW)
    if not judged.findings:  # what nobody would flag must not break a message either
        read = read_document(entry.document("Fuzz", NOW))
        match = Match(watch.name, relevant=True, score=0.9, tier=Tier.INCIDENT)
        facts = watch.facts(read)
        found = Finding(match, facts, watch.quotes(read, match, facts), watch.fingerprint(read))
        judged = type(judged)(entry, judged.publisher, judged.standing, NOW, (found,), silent=False)
    store = _Archive.open()
    store.commit(plan(judged), NOW)
    for story in store.stories.latest(1):
        for card in (render.alert(story), render.brief(story)):
            _message(embeds.message([card], "ab120000001f")[0])
        _message(embeds.message(render.digest_cards([story], NOW))[0])


def _message(made) -> None:
    payload = {"embeds": [one.to_dict() for one in made]}
    assert not made or not too_long(payload), payload
    text = str(payload)
    assert "\x00" not in text
    for one in made:
        for part in (one.title, one.description, *(f"{field.name} {field.value}" for field in one.fields)):
            assert part is None or not _PING.search(part), part
            assert part is None or not _LURE.search(part), part


def page(body: bytes) -> None:
    """A web page: its text, its article, the feeds that it names."""
    body = body[:LONGEST]
    text = page_text(body, "text/html") or ""
    beginning = lead(body)
    assert beginning is None or len(beginning) <= 4 * LONGEST
    whole_article(body)
    for link in feed_links(text, "https://a.example/"):
        assert guard.origin(link.url) is not None


@cache
def _known():
    return known_names({"minusma": ("the mission", WATCHES / "minusma")}).with_names("source", ["RFI", "Wire, Inc."])


def query(body: bytes) -> None:
    """A search: understood or answered with what is not; the archive can always be asked for what is understood."""
    found = parse_query(body[:2000].decode("utf-8", "replace"), _known(), NOW)
    assert isinstance(found, Query | Misread)
    if isinstance(found, Query):
        _Archive.open().queries.stories(found, limit=5)


class _Here:
    async def run(self, work):
        return work(_Archive.open())

    read = run


@cache
def _desk():
    _Archive.open().commit(plan(reading(1)), NOW)
    return Desk(_Here(), {"w": Watch()}, Settings(), Clock(), Given()), asyncio.new_event_loop()


def command(body: bytes) -> None:
    """A line of a member's: the first byte says which command and who asks."""
    if not body:
        return
    chosen, who = COMMANDS[body[0] % len(COMMANDS)], (ALPHA, MEMBER, OPERATOR)[body[0] % 3]
    text = body[1:2001].decode("utf-8", "replace")
    try:
        parse_line(chosen, text, NOW, "!")
    except Trouble as trouble:
        assert str(trouble).strip()
    desk, loop = _desk()
    reply = loop.run_until_complete(desk.answer(chosen.name, text, asker=who))
    content, made = embeds.reply(reply)
    assert (content or "").strip() or made or reply.form, (chosen.name, text)
    told = {"content": content or "", "embeds": [one.to_dict() for one in made]}
    assert reply.form or not too_long(told), told
    assert not _PING.search(content or "")
    _message(made)


def opml(body: bytes) -> None:
    """A list of feeds, and the catalogue file that is made of it."""
    try:
        feeds = catalog.from_opml(body[:LONGEST])
    except catalog.CatalogError:
        return
    assert all(guard.origin(one.url) for one in feeds)
    try:
        back = catalog.parse_catalog(catalog.dumps(feeds), "x")
    except catalog.CatalogError as error:
        raise AssertionError(f"what was written cannot be read: {error}") from error
    assert [one.url for one in back] == [one.url for one in feeds]


def toml(body: bytes) -> None:
    """A catalogue file that somebody broke."""
    try:
        catalog.parse_catalog(body[:LONGEST].decode("utf-8", "replace"), "x")
    except catalog.CatalogError as error:
        assert error.mistakes


def address(body: bytes) -> None:
    """An address: what is said of it never contradicts itself."""
    url = body[:1500].decode("utf-8", "replace")
    if bad_address(url) is None:
        assert guard.origin(url) is not None and not guard.names_private(url)
    settled = canonical(url)
    assert settled is None or canonical(settled) == settled
    located(url), address_key(url), secrets_of(url)
    assert scrubbed(scrubbed(url)) == scrubbed(url)
    assert without_secrets(without_secrets(url)) == without_secrets(url)
    assert len(shown_address(url)) <= 110


_LINES = [
    b"\x01kind:attack place:gao since:7d -training",
    b'\x05"blue helmet" OR (un mali)', b"\x07#1 1 2", b"\x02@everyone <@1>",
]  # fmt: skip
_ADDRESSES = [b"https://a:b@un.org:443/x/?utm_source=a&b=c#d", b"http://[::ffff:7f00:1]/token/x", b"http://0x7f.1/"]
SEEDS = {
    "feed": (feed, [RSS, ATOM, JSON]),
    "json_feed": (json_feed, [b'"MINUSMA: one killed"}]}', b'{"a":1}}]}']),
    "page": (page, [PAGE]),
    "query": (query, [one[1:] for one in _LINES]),
    "command": (command, _LINES),
    "opml": (opml, [OPML]),
    "toml": (toml, [b'[[feed]]\nname = "A"\nurl = "https://a.example/f"\nlanguage = "en"\n']),
    "address": (address, _ADDRESSES),
}
WORDS = [
    *(b"</item> <![CDATA[ ]]> <entry> <!DOCTYPE &#x0; &amp; encoding='utf-16' \xff\xfe xml:base=' pubDate".split()),
    *(b"MINUSMA Kidal killed peacekeepers @everyone ]( ``` || OR NOT kind: since: place: killed:> :// xmlUrl=".split()),
    *(b'<outline """ [[feed]] %00 .. \\ 2021-02-10 <@&1> javascript: <link \xe2\x80\xae \xf0\x9f\x92\xa3'.split()),
    b"@", b"<item>", b"\n", b" ", b"<content type='xhtml'>",
]  # fmt: skip


def run(name: str, body: bytes) -> None:
    """One input to one target, within its time. Raises AssertionError and whatever was not expected."""
    begun = time.process_time()
    SEEDS[name][0](body)
    spent = time.process_time() - begun
    assert spent <= SECONDS, f"{spent:.1f} s of CPU"
