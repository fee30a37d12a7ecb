"""What publishers could send to exhaust the house: each attack that was found, with the CPU that it may cost."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from feeds import catalog
from feeds.judge import judge_entry
from feeds.model import Entry, Feed, Fetched, Outcome
from feeds.parsing import jsonfeed
from feeds.parsing.html import plain_text
from feeds.parsing.lead import lead
from feeds.parsing.parse import parse_feed
from feeds.web.robots import Robots
from seeds.watch import load_watch

WATCHES = Path(__file__).resolve().parents[1] / "seeds" / "watches"
FEED = Feed("f", "https://a.example/feed.xml", "en")
NOW = datetime(2026, 2, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.slow


@contextmanager
def cpu(seconds):
    """At most so many seconds of CPU."""
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds


@contextmanager
def megabytes(most):
    """At most so much memory at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] / 1e6 < most
    finally:
        tracemalloc.stop()


def read(body, content_type="application/xml"):
    return parse_feed(Outcome(Fetched.BODY, 200, body, (("content-type", content_type),)), FEED, seen=NOW)


def rss(inside, head=""):
    return f"<rss version='2.0'{head}><channel><title>f</title>{inside}</channel></rss>".encode()


ITEM = "<item><title>{}</title><link>https://a.example/{}</link><description>{}</description></item>"


def test_many_small_items_in_a_frame_of_many_tags():
    """What stands around the items was read again for every four hundred of them: a megabyte took thirteen seconds."""
    items = "".join(f"<item><title>a{n}</title></item>" for n in range(16_000))
    with cpu(9):
        assert read(rss("<category>x</category>" * 16_000 + items)).count == 16_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("text", [" ", "<?xml ", "<?xml version='1.0' encoding ", "encoding= "])
def test_a_wide_body_of_spaces(encoding, text):
    """Two megabytes of spaces in UTF-16 hung the whole process where the declared encoding was looked for."""
    with cpu(2):
        read((text * (1_000_000 // len(text))).encode(encoding))


def test_what_a_wide_body_declares_is_taken_away():
    """All the same the declaration of an honest one is still found, or its text would be read in the wrong encoding."""
    body = "<?xml version='1.0' encoding='UTF-16'?>" + rss(ITEM.format("Año", 1, "é")).decode()
    [entry] = read(body.encode("utf-16")).entries
    assert entry.title == "Año"


@pytest.mark.parametrize("part", ["<p>x", "<span>y</span>", "<div>", "<a href=x>y</a>", "<td>", "<i>"])
def test_a_page_of_tags(part):
    """Two megabytes of short paragraphs cost the article reader a minute and 669 megabytes."""
    with cpu(4):
        lead(f"<html><body><article>{part * (2_000_000 // len(part))}</article></body></html>".encode())


@pytest.mark.parametrize(
    "part", ["<p>x", "<span>y</span>", "<div>", "<a href=x>y</a>", "<td>", "<p class='a'>A word.</p>"]
)
def test_a_page_of_as_many_tags_as_are_read(part):
    """Just below the limit it takes seconds at most."""
    with cpu(6):
        lead(f"<html><body><article>{part * (23_900 // part.count('<'))}</article></body></html>".encode())


def _many(pattern, count):
    """A pattern with one number in it, for so many numbers, between commas."""
    return b",".join(pattern % number for number in range(count))


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (lambda: b'{"version":"https://jsonfeed.org/version/1.1","items":[{%s}]}' % _many(b'"k%d":1', 900_000), 1),
        (lambda: b'{"version":"https://jsonfeed.org/version/1.1","items":[' + b"1.5," * 2_400_000 + b"1.5]}", 1),
        (lambda: b'{"version":"https://jsonfeed.org/version/1.1","items":[' + b"[]," * 3_000_000 + b"[]]}", 1),
        (lambda: b"[" * 5_000_000, 1),
        (lambda: b'{"a":' * 90_000, 60),
    ],
    ids=["keys", "numbers", "lists", "nesting", "deep"],
)  # fmt: skip
def test_a_json_document_without_end(body, most):
    """A feed of 900,000 keys cost 194 megabytes: what holds more than any feed is not even loaded."""
    body = body()
    with cpu(2), megabytes(most):
        assert jsonfeed.load_json(body) is None
    with cpu(2):
        assert read(body, "application/json").failure == "json_error"


def test_a_large_honest_json_feed_is_read():
    """Thousands of items with HTML in them are below all limits."""
    html = '<p class="lead"><a href="https://a.example/x" title="said, and \\"done\\"">A link</a>, and words.</p>' * 8
    items = [
        {"id": str(n), "url": f"https://a.example/{n}", "title": f"Item, {n}", "content_html": html,
         "date_published": "2026-01-01T00:00:00Z", "authors": [{"name": "A"}], "tags": ["a", "b"]}
        for n in range(8_000)
    ]  # fmt: skip
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "f", "items": items}).encode()
    assert 5_000_000 < len(body) < 10_000_000
    assert read(body, "application/feed+json").count == 8_000


LAUGHS = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '" + f"&{chr(97 + n)};" * 10 + "'>" for n in range(9)
)


@pytest.mark.parametrize(
    "body",
    [
        rss("<a>" * 400_000),
        rss(f"<item>{'<div>' * 100_000}</item>"),
        rss(ITEM.format("x", 1, "&lt;div&gt;" * 300_000)),
        f"<?xml version='1.0'?>{LAUGHS}]>{rss(ITEM.format('&i;', 1, '&j;')).decode()}".encode(),
        ("<?xml version='1.0'?><!DOCTYPE r [" + "<!ENTITY a 'b'>" * 50_000 + "]>").encode() + rss(""),
        ("<?xml version='1.0'?><!DOCTYPE r [" + "[" * 500_000).encode(),
        rss(f"<item><title a='{'x' * 2_000_000}'>t</title></item>"),
        rss("<item " + " ".join(f"a{n}='1'" for n in range(100_000)) + "><title>t</title></item>"),
        rss("", "".join(f" xmlns:n{n}='http://n.example/{n}'" for n in range(50_000))),
        rss("".join(f"<n{n}:a xmlns:n{n}='http://n.example/{n}'>" for n in range(3_000)) + "<item/>"),
        rss(ITEM.format("t" * 3_000_000, 1, "d")),
        rss(ITEM.format("<![CDATA[" + "<b>" * 500_000 + "]]>", 1, "d")),
        rss(ITEM.format("t", "x" * 2_000_000, "d")),
        rss(ITEM.format("t", 1, "&amp;" * 600_000)),
        rss(ITEM.format("t", 1, "&#" + "9" * 2_000_000)),
        rss("<item><pubDate>" + "1" * 2_000_000 + "</pubDate><title>t</title></item>"),
        rss("<item><pubDate>" + "Mon, " * 400_000 + "</pubDate><title>t</title></item>"),
        rss("<!--" * 500_000),
        rss("<![CDATA[" * 250_000),
        b"<rss><channel>" + b"<item" * 400_000,
        b"<" * 2_000_000,
        b"<?xml" * 400_000,
        b"&" * 2_000_000,
    ],
    ids=[
        "nested", "nested in an item", "nested in markup", "laughs", "entities", "doctype", "attribute", "attributes",
        "namespaces", "scopes", "title", "tags in a title", "link", "ampersands", "reference", "digits", "date",
        "comments", "cdata", "cut off", "angles", "declarations", "plain",
    ],
)  # fmt: skip
def test_xml_that_was_made_to_exhaust(body):
    """Depth, entities, attributes, namespaces, titles and dates without end cost seconds at most, and no memory."""
    with cpu(10):
        parsed = read(body)
    assert all(len(entry.title) <= 8_000 for entry in parsed.entries)


@pytest.mark.parametrize(
    "part", ["<p>", "<script>", "<!--", "</script ", "&lt;p&gt;", "<a <a", "]]>", "<script></script ", "&#38;"]
)
def test_markup_without_end(part):
    """Stripping tags takes time by length, whatever they are."""
    with cpu(2):
        plain_text(part * (200_000 // len(part)))


@cache
def watch():
    return load_watch(WATCHES / "minusma")


@pytest.mark.parametrize("text", ["科纳", "a", "和平", "Mali", "١", "un ", "12 ", "killed ", "ก", "é", "-", "."])
def test_texts_of_one_word(text):
    """An item of up to 8,000 characters without a space is judged in well under its bounds."""
    entry = Entry("f", ("k",), "UN peacekeepers in Mali", (text * 8_000)[:8_000], None, "zh", None)
    judge_entry(entry, FEED, [watch()], NOW)
    with cpu(1.5):
        judge_entry(entry, FEED, [watch()], NOW)


def test_unspaced_texts_by_the_hundred():
    """400 items of unspaced Chinese once held up every other feed for minutes; turns or not, they are cheap now."""
    chance = random.Random(7)
    letters = "联合国维和部队马里科纳袭击死亡士兵基达尔加奥巴马科"
    texts = ["".join(chance.choices(letters, k=900)) for _ in range(40)]
    with cpu(4):
        for number, text in enumerate(texts):
            judge_entry(Entry("f", (str(number),), text[:80], text, None, "zh", None), FEED, [watch()], NOW)


@pytest.mark.parametrize(
    "document",
    [
        b"<opml><body>" + b"<outline text='a'>" * 300_000,
        b"<opml><body>" + b"<outline text='a' type='rss' xmlUrl='https://a.example/'/>" * 30_000 + b"</body></opml>",
        f"<?xml version='1.0'?>{LAUGHS}]><opml><body><outline text='&j;' xmlUrl='https://a.example/&j;'/></body></opml>".encode(),
        b"<opml><body><outline text='" + b"x" * 3_000_000 + b"' type='rss' xmlUrl='https://a.example/'/></body></opml>",
    ],
    ids=["nested", "many", "laughs", "title"],
)
def test_a_list_of_feeds_that_was_made_to_exhaust(document):
    """What an operator imports may be a stranger's too."""
    with cpu(5):
        try:
            found = catalog.from_opml(document)
        except catalog.CatalogError:
            return
    assert all(len(feed.name) <= 100 for feed in found)


class Host:
    def __init__(self, rules):
        self.rules = rules

    async def page(self, url, limit=None, *, local=False):
        return Outcome(Fetched.BODY, 200, self.rules.encode())


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /" + "*a" * 5_000 + "$\n",
        "".join(f"User-agent: x{n}\n" for n in range(9_000)) + "Disallow: /a\n" * 30_000,
        "User-agent: *\n" + "".join(f"Disallow: /*{n}*x\n" for n in range(20_000)),
        "Disallow\t" * 50_000,
    ],
)
async def test_rules_that_were_made_to_exhaust(rules):
    """robots.txt is a stranger's text as well."""
    with cpu(2):
        await Robots(Host(rules)).allow("https://a.example/" + "a" * 1_500)
