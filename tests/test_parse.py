"""What becomes of the bytes that publishers send."""

import io
import time
from datetime import UTC, datetime

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wording.causes import cause_text
from feeds.model import Feed, Fetched, Outcome
from feeds.parsing.chunks import slices
from feeds.parsing.parse import parse_feed
from seeds.model import When
from tests.proofs import examples

FEED = Feed("f", "https://a.example/feed.xml", "en")
SEEN = datetime(2026, 2, 2, 12, tzinfo=UTC)


def read(body, content_type="application/xml", feed=FEED, **more):
    """What a body holds, as if fetched from the feed's address."""
    body = body if isinstance(body, bytes) else body.encode()
    headers = (("content-type", content_type), *more.pop("headers", ()))
    outcome = Outcome(Fetched.BODY, more.pop("status", 200), body, headers, feed.url)
    return parse_feed(outcome, feed, seen=SEEN, **more)


def rss(items, head="", version="2.0"):
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='{version}'><channel><title>T</title>"
        f"{head}{items}</channel></rss>"
    )


def item(number=1, extra=""):
    return (
        f"<item><title>Title {number}</title><link>https://a.example/{number}</link><guid>g{number}</guid>"
        f"<description>Text {number}.</description>"
        f"<pubDate>Mon, 02 Feb 2026 10:00:{number % 60:02d} GMT</pubDate>{extra}</item>"
    )


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>T</title>
<entry><title type="html">A &amp;amp; B</title><id>tag:a.example,2026:1</id><link href="/rel/1"/>
<updated>2026-02-02T10:00:00Z</updated><published>2026-02-01T09:30:00+01:00</published>
<summary>Short.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long <b>text</b>.</p>
<p>More.</p></div></content>
</entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://a.example/"><title>T</title><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFequency>2</sy:updateFequency></channel>
<item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link><dc:date>2026-02-01T10:00:00Z</dc:date></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "T", "language": "fr-FR", "items": [
{"id": 1, "url": "https://a.example/1?utm_source=x", "title": "One", "content_html": "<p>Text</p>",
 "date_published": "2026-02-01T10:00:01Z"},
{"id": "2", "external_url": "https://b.example/2", "content_text": "a < b"}, "no item"]}"""


def test_rss():
    """RSS 2.0 gives plain texts, canonical links, keys, dates and the channel's ttl."""
    parsed = read(rss(item(1), head="<ttl>15</ttl>"))
    [entry] = parsed.entries
    assert (parsed.title, parsed.kind, parsed.ttl, parsed.problems, parsed.failure) == ("T", "rss20", 900, (), None)
    assert (entry.title, entry.summary, entry.link) == ("Title 1", "Text 1.", "https://a.example/1")
    assert entry.keys == ("guid:f:g1", "link:a.example/1")
    assert entry.published == When(datetime(2026, 2, 2, 10, 0, 1, tzinfo=UTC), "instant")
    assert (entry.language, entry.outlet) == ("en", None)
    assert entry.content_hash


def test_atom():
    """Atom's date of publication, its longer text and its relative link are taken."""
    [entry] = read(ATOM).entries
    assert (entry.title, entry.summary) == ("A & B", "Long text.\nMore.")
    assert entry.link == "https://a.example/rel/1"
    assert entry.published == When(datetime(2026, 2, 1, 8, 30, tzinfo=UTC), "instant")


def test_rdf():
    """RSS 1.0 with Dublin Core dates and the syndication module, misspelt as Deutsche Welle does."""
    parsed = read(RDF)
    assert (parsed.kind, parsed.ttl) == ("rss10", 1800)
    assert parsed.entries[0].published == When(datetime(2026, 2, 1, 10, tzinfo=UTC), "instant")


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93", "0.94"])
def test_old_rss(version):
    """The ancestors of RSS 2.0 are read as well."""
    parsed = read(rss(item(1), version=version))
    assert len(parsed.entries) == 1
    assert parsed.kind.startswith("rss09")


def test_json_feed():
    """JSON Feed has ids of any kind, two kinds of text, two kinds of link; what is no item is left out."""
    parsed = read(JSON, "application/feed+json", Feed("j", "https://a.example/feed.json", "mul"))
    one, two = parsed.entries
    assert (parsed.kind, one.title, one.summary, one.link) == ("json", "One", "Text", "https://a.example/1")
    assert one.keys == ("guid:j:1", "link:a.example/1")
    assert (two.summary, two.link, two.published) == ("a < b", "https://b.example/2", None)
    assert {one.language, two.language} == {"fr"}


@pytest.mark.parametrize("listed", ["mul", "und"])
@pytest.mark.parametrize(("said", "language"), [("pt-BR", "pt"), ("und", None), ("?", None), ("", None)])
def test_a_language_that_nobody_tells_is_none(listed, said, language):
    """The item's feed is asked where the catalogue names no language; what names none is None, never a word for it."""
    body = rss(item(1), head=f"<language>{said}</language>")
    [entry] = read(body, feed=Feed("f", "https://a.example/feed.xml", listed)).entries
    assert entry.language == language


@pytest.mark.parametrize(
    ("body", "content_type", "failure"),
    [
        ("", "application/xml", "empty"),
        (" \n\t ", "application/xml", "empty"),
        ("\ufeff", "application/xml", "empty"),
        ("<!DOCTYPE html><html><head><title>Home</title></head></html>", "text/html", "html_page"),
        ("<HTML><BODY>Sorry</BODY></HTML>", "application/rss+xml", "html_page"),
        ("<html><head><title>Just a moment...</title></head></html>", "text/html", "challenge_page"),
        ("<html><script src='/cdn-cgi/challenge-platform/x.js'></script></html>", "text/html", "challenge_page"),
        ("<html>Please enable JavaScript and cookies to continue</html>", "text/html", "challenge_page"),
        (
            '{"status": 403, "error": {"type": "AccessDenied", "message": "no appname"}}',
            "application/json",
            "json_error",
        ),
        ("[1, 2]", "application/json", "json_error"),
        ("{broken", "application/json", "json_error"),
        ("[" * 100_000, "application/json", "json_error"),
        ("Please limit requests to one every 5 seconds.", "text/plain", "not_a_feed"),
        ("<?xml version='1.0'?><opml version='2.0'><body/></opml>", "application/xml", "not_a_feed"),
        ("<?xml version='1.0'?><error>no such feed</error>", "application/xml", "not_a_feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image/png", "not_a_feed"),
        ("<", "application/xml", "not_a_feed"),
    ],
)
def test_what_is_no_feed_has_a_name(body, content_type, failure):
    """An answer that is no feed is a failure of its own name, with one plain sentence, and never an empty feed."""
    parsed = read(body, content_type)
    assert (parsed.failure, parsed.entries) == (failure, ())
    assert cause_text(parsed.problems[0]).endswith(".")


def test_a_page_under_202_or_a_mitigation_header_is_a_challenge():
    """ReliefWeb's and Cloudflare's way of asking for a browser."""
    page = "<html><head><title>Wait</title></head></html>"
    assert read(page, status=202).failure == "challenge_page"
    assert read(page, headers=(("cf-mitigated", "challenge"),)).failure == "challenge_page"


def test_a_json_error_is_quoted():
    """The operator sees what the interface complained of."""
    assert "no appname" in cause_text(read('{"error": {"message": "no appname"}}').problems[0])


def test_an_empty_feed_is_a_feed():
    """A channel without items is no failure."""
    parsed = read(rss(""))
    assert (parsed.failure, parsed.entries, parsed.kind) == (None, (), "rss20")


def test_bozo_alone_loses_nothing():
    """An undefined entity, a lone ampersand, a broken tail: the items are read, and the flaw is said."""
    for flaw in ("&nbsp;", "a & b", "<b>open"):
        parsed = read(rss(item(1) + item(2, f"<description>{flaw}</description>")))
        assert len(parsed.entries) == 2
        assert "not well-formed" in cause_text(parsed.problems[0])
    assert len(read(rss(item(1) + item(2))[:-30]).entries) == 2


def test_the_content_type_is_not_believed():
    """A feed served as HTML or plain text is a feed, and no flaw worth a word."""
    for content_type in ("text/html; charset=utf-8", "text/plain", ""):
        parsed = read(rss(item(1)), content_type)
        assert len(parsed.entries) == 1
        assert parsed.problems == ()


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", "text/xml"),
        ("utf-8", "text/xml; charset=iso-8859-1"),
        ("iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("windows-1252", "application/xml"),
        ("utf-16", "application/xml"),
        ("utf-16-le", "application/xml"),
        ("utf-16-be", "application/xml"),
        ("utf-32", "application/xml"),
    ],
)
def test_encodings(encoding, content_type):
    """The text comes out right, also where the header lies about UTF-8."""
    document = rss(item(1).replace("Title 1", "Été à Gao")).replace("utf-8", encoding)
    assert read(document.encode(encoding), content_type).entries[0].title == "Été à Gao"


def test_arabic_and_chinese():
    """Other scripts pass untouched."""
    [entry] = read(rss(item(1).replace("Title 1", "مقتل جندي من حفظة السلام").replace("Text 1.", "联合国维和"))).entries
    assert (entry.title, entry.summary) == ("مقتل جندي من حفظة السلام", "联合国维和")


def test_titles_escaped_twice():
    """France 24's ampersands come out as one."""
    assert read(rss(item(1).replace("Title 1", "A &amp;amp; B"))).entries[0].title == "A & B"


def test_undated_items_and_odd_dates_are_kept():
    """An unreadable date costs the date, not the item; Crisis Group's own form is read."""
    odd = item(1).replace("Mon, 02 Feb 2026 10:00:01 GMT", "some day soon")
    crisis = item(2).replace("Mon, 02 Feb 2026 10:00:02 GMT", "Friday, October 3, 2025 - 12:26")
    parsed = read(rss(odd + crisis))
    assert [entry.published for entry in parsed.entries] == [
        None,
        When(datetime(2025, 10, 3, 12, 26, tzinfo=UTC), "instant"),
    ]
    assert [*map(cause_text, parsed.problems)] == ['1 items have no date that can be read such as "some day soon".']


def test_the_future_is_clamped():
    """A stamp some hours ahead is no time: the day remains."""
    [entry] = read(rss(item(1).replace("10:00:01", "18:00:01"))).entries
    assert entry.published == When(SEEN.replace(hour=0, minute=0, second=0, microsecond=0), "day")


def test_a_number_is_no_link():
    """Crisis Group's bare guid, which feedparser would take for the link."""
    [entry] = read(rss("<item><title>A</title><guid>12345</guid></item>")).entries
    assert (entry.link, entry.keys) == (None, ("guid:f:12345",))


def test_aggregators_name_their_outlets():
    """Google News gives the outlet in <source>, ReliefWeb as the author; other feeds name none."""
    google = Feed("g", "https://news.google.com/rss/search?q=x", "en", standing="aggregator")
    row = item(1, "<source url='https://www.reuters.com'>Reuters</source>").replace("Title 1", "Talks resume - Reuters")
    [entry] = read(rss(row), feed=google).entries
    assert (entry.title, entry.outlet) == ("Talks resume", "Reuters")
    relief = Feed("r", "https://reliefweb.int/updates/rss.xml?search=x", "en", standing="aggregator")
    row = item(
        1,
        "<author>UN Security Council</author><author>OCHA</author><source url='https://reliefweb.int/x'>ReliefWeb</source>",
    )
    assert read(rss(row), feed=relief).entries[0].outlet in {"UN Security Council", "OCHA"}
    assert read(rss(row)).entries[0].outlet is None


def test_an_ignored_filter_is_noticed():
    """ReliefWeb answers a filter that it cannot read with everything, and only its title tells."""
    feed = Feed("r", "https://reliefweb.int/updates/rss.xml?advanced-search=%28PC149%29", "en", standing="aggregator")
    everything = rss(item(1)).replace("<title>T<", "<title>ReliefWeb - Updates<")
    filtered = rss(item(1)).replace("<title>T<", "<title>ReliefWeb - Chad Updates<")
    assert read(everything, feed=feed).failure == "wrong_feed"
    assert read(everything, feed=feed).entries == ()
    assert read(filtered, feed=feed).failure is None
    assert read(everything).failure is None


def test_items_without_anything_are_counted_out():
    """An item with neither title nor text is no entry, and is mentioned."""
    parsed = read(rss("<item><link>https://a.example/1</link></item>" + item(2)))
    assert len(parsed.entries) == 1
    assert "neither title nor text" in cause_text(parsed.problems[0])


def test_degraded_ids_are_reported_and_obeyed():
    """Ids that repeat on different items are dropped, now and when told so later."""
    bad = "".join(item(number).replace(f"<guid>g{number}<", "<guid>same<") for number in range(4))
    parsed = read(rss(bad))
    assert parsed.degraded and len(parsed.entries) == 4
    assert read(rss(item(1)), degraded=True).entries[0].keys == ("link:a.example/1",)


def test_external_entities_and_bombs_do_nothing():
    """Neither files nor exponential entities come in through a document type."""
    file = "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    bomb = "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + number)} '{f'&{chr(97 + number)};' * 10}'>" for number in range(9)
    )
    for head, name in ((file, "x"), (bomb + "]>", "j")):
        document = head + rss(item(1).replace("Title 1", f"before &{name}; after")).partition("?>")[2]
        [entry] = read(document).entries
        assert "root:" not in entry.title
        assert len(entry.title) < 1000


def big(items, form="rss"):
    """A document that is long enough to be cut."""
    filler = "word " * 300
    if form == "atom":
        rows = "".join(
            f"<entry><title>Title {n}</title><id>i{n}</id><link href='https://a.example/{n}'/><summary>{filler}</summary></entry>"
            for n in range(items)
        )
        return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{rows}</feed>"
    rows = "".join(item(n, f"<content>{filler}</content>") for n in range(items))
    if form == "rdf":
        return RDF.replace("<item rdf:about", "<item  rdf:about").replace("</rdf:RDF>", f"{rows}</rdf:RDF>")
    return rss(rows)


@pytest.mark.parametrize("form", ["rss", "atom", "rdf"])
def test_a_big_document_is_read_in_slices_without_loss(form):
    """Every item comes out once and in order, and the slices are small."""
    document = big(400, form).encode()
    pieces = list(slices(document))
    assert len(pieces) > 2
    assert max(map(len, pieces)) < 500_000
    titles = [entry.title for entry in read(document).entries if entry.title.startswith("Title")]
    assert titles == [f"Title {n}" for n in range(400)]


def test_items_inside_comments_and_cdata_do_not_mislead():
    """What looks like an item inside a text is text."""
    tricky = "<description><![CDATA[an </item><item> in a text]]></description><!-- </item> -->"
    document = rss("".join(item(n, tricky + "<x>" + "y" * 1000 + "</x>") for n in range(500)))
    assert len(list(slices(document.encode()))) > 2
    assert len(read(document).entries) == 500


@pytest.mark.parametrize(
    "document",
    [
        "<rss>" + "<item>" * 200_000,
        "</item>" * 200_000,
        "<rss><channel>" + "<![CDATA[" * 100_000,
        "<rss><channel>" + "<!--" * 200_000,
        "<item/>" * 200_000,
        "<rss><channel>" + "<item><title>x</title>" * 60_000,
    ],
)
def test_documents_that_cannot_be_cut_come_out_whole(document):
    """Unbalanced and hostile documents are left in one piece, quickly."""
    assert b"".join(slices(document.encode())) == document.encode()


@settings(max_examples=examples(40))
@given(
    st.lists(
        st.sampled_from(["<item>", "</item>", "<item/>", "<!--", "-->", "<![CDATA[", "]]>", "text", "<item a='>'>"]),
        max_size=30,
    )
)
def test_slices_hold_every_item_once(parts):
    """However tags are mixed, each slice is head, items and tail, and the items together are the document's."""
    middle = "".join(parts)
    document = ("<rss>" + "<item>x</item>" + "y" * 600_000 + middle + "<item>z</item></rss>").encode()
    pieces = list(slices(document))
    if len(pieces) > 1:
        inner = b"".join(piece.removeprefix(b"<rss>").removesuffix(b"</rss>") for piece in pieces)
        assert b"<rss>" + inner + b"</rss>" == document


CHANNEL = "<rss version='2.0'><channel><title>T</title>"
MARKUP = [
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE",
    "<!ENTITY",
    "<?xml",
    "?>",
    "<a b='",
    ">",
]
MARKUP += [
    "&",
    "&#",
    "&#x",
    "&#xD800;",
    "&lt;",
    "&nbsp;",
    "text",
    "\x00",
    "<content type='xhtml'>",
    "<link href='",
    "<pubDate>",
]


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#55296;", "&#x110000;", "&#99999999999999999999;", "&#0;", "&#x;", "&#"]
)
@pytest.mark.parametrize("flaw", ["", "&nbsp;", "\x00", "\x1b[31m"])
def test_references_to_what_is_no_character_are_survived(reference, flaw):
    """What is no character breaks feedparser's tolerant half; the item is read all the same."""
    [entry] = read(rss(item(1).replace("Title 1", f"before {reference}{flaw} after"))).entries
    assert entry.title.startswith("before") and entry.title.endswith("after")
    entry.title.encode()


def test_half_a_character_in_json_is_survived():
    """Nothing that comes out of a JSON feed fails to be written as UTF-8."""
    row = '{"id": "a\\ud800", "url": "https://a.example/\\ud800", "title": "b\\udfffc"}'
    half = f'{{"version": "https://jsonfeed.org/version/1", "items": [{row}]}}'
    [entry] = read(half, "application/json").entries
    assert entry.title == "bc"
    for text in (*entry.keys, entry.link):
        text.encode()


def test_what_the_parser_stumbles_over_costs_its_slice_only(monkeypatch):
    """An exception of feedparser is a flaw of the document, not a fault of ours; the other slices are read."""
    real = feedparser.parse

    def stumbling(stream, **more):
        if b"Title 5<" in stream.getvalue():
            raise ValueError("stumbled")
        return real(stream, **more)

    monkeypatch.setattr(feedparser, "parse", stumbling)
    parsed = read(big(400))
    assert 100 < len(parsed.entries) < 400
    assert "stumbled" in cause_text(parsed.problems[0])
    assert read(rss(item(5))).failure == "not_a_feed"


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.sampled_from(MARKUP), max_size=20))
def test_any_mixture_of_markup_is_survived(parts):
    """However broken a feed is, it is read or named."""
    parsed = read(CHANNEL + "<item><title>T</title></item>" + "".join(parts))
    assert parsed.failure or parsed.kind


@settings(max_examples=examples(60), deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<rss version='2.0'><channel><item>", b"{", b"<feed>", b"\xff\xfe"])
)
def test_any_bytes_are_a_feed_or_a_failure(body, head):
    """Nothing that a server may send raises, and nothing nameless comes out."""
    parsed = read(head + body)
    assert parsed.failure or parsed.kind


def test_plain_feedparser_agrees_on_a_plain_feed():
    """Titles, links and dates are those that feedparser reads."""
    document = rss("".join(item(n) for n in range(30))).encode()
    theirs = feedparser.parse(io.BytesIO(document)).entries
    ours = read(document).entries
    assert [(e.title, e.link, e.published.start.timetuple()[:6]) for e in ours] == [
        (e.title, e.link, e.published_parsed[:6]) for e in theirs
    ]


@pytest.mark.parametrize(
    "document",
    [
        "{}" + "<item>" * 300_000,
        "{}" + "<item/>" * 600_000,
        "{}" + "<a>" * 300_000,
        "{}<item " + " ".join(f"a{n}='x'" for n in range(100_000)) + "/>",
        "{}<item " + "a='" * 300_000,
        "{}" + "<" * 1_600_000,
        "{}" + "&" * 1_600_000,
        "{}" + "<![CDATA[" * 300_000,
        "{}" + "<!--" * 300_000,
        "<!DOCTYPE x [" + "<!ENTITY a 'b'>" * 20_000 + "]>{}",
    ],
    ids=["nested", "many", "deep", "attributes", "unclosed tag", "lt", "amp", "cdata", "comments", "entities"],
)
def test_documents_made_to_exhaust_a_parser_do_not(document):
    """Each of these would take feedparser minutes or gigabytes; they are refused or read within a second."""
    start = time.process_time()
    parsed = read(document.replace("{}", CHANNEL, 1))
    assert time.process_time() - start < 2
    assert parsed.entries == ()


def test_a_large_honest_feed_is_not_taken_for_hostile():
    """Hundreds of items full of markup, escaped or not, are simply read."""
    markup = "<description><![CDATA[" + "<p>a<br>b<img src='x'></p>" * 20 + "]]></description>"
    escaped = "<description>" + "&lt;p&gt;a&lt;br&gt;b &amp;eacute; &lt;/p&gt;" * 20 + "</description>"
    parsed = read(rss("".join(item(n, markup + escaped) for n in range(400))))
    assert (len(parsed.entries), parsed.failure) == (400, None)


def test_a_feed_with_absurdly_many_items_is_cut_and_says_so(monkeypatch):
    """Beyond the limit (twenty thousand items) the rest is left out, which is mentioned."""
    monkeypatch.setattr("feeds.parsing.gathered.MOST_ITEMS", 100)
    parsed = read(rss("".join(item(n) for n in range(150))))
    assert len(parsed.entries) == 100
    assert any("50 items beyond" in cause_text(problem) for problem in parsed.problems)
