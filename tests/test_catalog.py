"""The operator's list of feeds."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import HOME
from feeds import catalog
from feeds.catalog import CatalogError
from feeds.model import Feed
from tests.shared import SHARED, needs_shared

SHIPPED = HOME / "feeds.toml"


def mistakes(text):
    """What is wrong with a catalogue."""
    with pytest.raises(CatalogError) as error:
        catalog.parse_catalog(text, "feeds.toml")
    return error.value.mistakes


def test_a_row_needs_three_keys():
    """Everything else has a default."""
    [feed] = catalog.parse_catalog('[[feed]]\nname = "A"\nurl = "https://a.example/f"\nlanguage = "fr"\n', "x")
    assert feed == Feed("A", "https://a.example/f", "fr")


def test_every_mistake_is_named_with_line_and_feed():
    """Wrong values, missing and misspelt keys, twins and stray tables all come out at once."""
    text = """
[[feed]]
name = "A"
url = "https://a.example/f"
language = "french"
intervall = 5

[[feed]]
name = "B"
url = "ftp://b.example/f"
standing = "blog"
enabled = "yes"

[[feed]]
name = "C"
url = "https://c.example/f"
language = "fr"
interval = 0

[[feed]]
name = "D"
url = "https://d.example/f"
language = "fr"

[[feed]]
name = "d"
url = "https://d.example/f"
language = "fr"

[defaults]
interval = 5
"""
    found = "\n".join(mistakes(text))
    for part in (
        "feeds.toml:5: feed 'A': language:",
        "feeds.toml:6: feed 'A': intervall: is not a key of a feed (did you mean interval?)",
        "feeds.toml:10: feed 'B': url: is no http or https address",
        "feeds.toml:8: feed 'B': language:",
        "feeds.toml:11: feed 'B': standing:",
        "feeds.toml:12: feed 'B': enabled:",
        "feeds.toml:18: feed 'C': interval:",
        "feeds.toml:26: feed 'd': name: is that of another feed (D)",
        "feeds.toml:27: feed 'd': url: is that of another feed (D)",
        "feeds.toml:30: defaults: is not a table of a catalogue",
    ):
        assert part in found


def test_what_a_broken_line_takes_along_is_no_second_mistake():
    """The feed's address is there, only its quotes are not; what another feed lacks is named all the same."""
    text = '[[feed]]\nname = "A"\nurl = https://a.example\nlanguage = "en"\n\n[[feed]]\nname = "B"\nlanguage = "en"\n'
    with pytest.raises(CatalogError) as wrong:
        catalog.parse_catalog(text, "feeds.toml")
    told = str(wrong.value)
    assert "feeds.toml:3: is not valid TOML" in told and "'A'" not in told
    assert "feed 'B': url: is missing" in told


def test_a_twin_is_named_although_it_has_mistakes_of_its_own():
    """One round names all: a feed that cannot be read may also be listed twice."""
    feed = '[[feed]]\nname = "A"\nurl = "https://a.example/f"\nlanguage = "fr"\n'
    found = mistakes(feed + feed + "interval = 0\n")
    assert [line.partition(" (")[0] for line in found] == [
        "feeds.toml:6: feed 'A': name: is that of another feed",
        "feeds.toml:7: feed 'A': url: is that of another feed",
        "feeds.toml:9: feed 'A': interval: should be greater than or equal to 1",
    ]


@pytest.mark.parametrize("text", ["", "feed = 3", "[[feed]", "[[feed]]\n", "[feed]\nname = 'x'"])
def test_a_catalogue_without_feeds_is_a_mistake(text):
    """Empty, broken or shaped otherwise: said, not ignored."""
    assert mistakes(text)


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path):
    """A missing file and one that is not UTF-8 are named."""
    with pytest.raises(CatalogError, match="cannot be read"):
        catalog.load_catalog(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xe9'")
    with pytest.raises(CatalogError, match="UTF-8"):
        catalog.load_catalog(tmp_path / "latin.toml")


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    str.strip
)
FEEDS = st.lists(
    st.builds(
        Feed,
        NAMES,
        st.integers(0, 10**6).map("https://a.example/feed?q=%28x%29&n={}".format),
        st.sampled_from(["en", "fr", "mul"]),
        st.sampled_from(["un", "media", "regional"]),
        st.sampled_from(["official", "outlet", "local", "aggregator", "analysis"]),
        st.booleans(),
        st.none() | st.integers(1, 1440),
        st.none() | NAMES,
    ),
    min_size=1,
    max_size=5,
    unique_by=(lambda feed: feed.name.casefold(), lambda feed: feed.url),
)


@given(FEEDS, st.text(max_size=60))
def test_what_is_written_is_read_again(feeds, notes):
    """Any catalogue survives being written, with quotes, backslashes and line breaks in it."""
    feeds = [replace(feed, notes=notes.encode("utf-8", "ignore").decode()) for feed in feeds]
    assert catalog.parse_catalog(catalog.dumps(feeds), "x") == tuple(feeds)


@given(FEEDS)
def test_opml_carries_everything_but_notes(feeds):
    """Through OPML and back a feed keeps name, address, language, section, standing, interval and publisher."""
    feeds = [replace(feed, name=" ".join(feed.name.split()), publisher=feed.publisher) for feed in feeds]
    back = {feed.url: feed for feed in catalog.from_opml(catalog.to_opml(feeds))}
    for feed in feeds:
        found = back[feed.url]
        assert replace(found, name=feed.name, publisher=None) == replace(feed, publisher=None)
        assert (found.publisher or "").split() == (feed.publisher or "").split()


def test_other_peoples_opml_is_read():
    """Nested folders become sections, an address counts once, and what is no feed is left out."""
    opml = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
    <outline text="World &amp; UN"><outline type="rss" text="UN News" xmlUrl="https://news.un.org/f" htmlUrl="https://news.un.org"/>
      <outline text="Deeper"><outline text="UN News" xmlUrl="https://other.example/f"/></outline></outline>
    <outline type="rss" title="Again" xmlUrl="https://news.un.org/f"/>
    <outline type="rss" text="Bad" xmlUrl="feed:x"/></body></opml>"""
    feeds = catalog.from_opml(opml, "fr")
    assert [(feed.name, feed.url, feed.section, feed.language) for feed in feeds] == [
        ("UN News", "https://news.un.org/f", "world-un", "fr"),
        ("UN News (2)", "https://other.example/f", "media", "fr"),
    ]


OUTLINE = '<outline type="rss" text="{text}" xmlUrl="https://radio.example/{n}" category="{category}"/>'
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("before", "text", "category"),
    [
        (f'<!DOCTYPE o [<!ENTITY a0 "ha">{LAUGHS}]>', "&a9;", ""),
        (f'<!DOCTYPE o [<!ENTITY a0 SYSTEM "{Path(__file__).as_uri()}">]>', "&a0;", ""),
        ("", "Radio", "/interval/" + "9" * 5000),
        ("", "Radio", ",".join(["/interval/9"] * 20_000)),
        ("", "&lt;b&gt;" * 50_000, ""),
    ],
    ids=["laughs", "file", "digits", "categories", "long"],
)
def test_an_opml_list_that_was_made_to_harm_is_read_or_refused(before, text, category):
    """Nothing of this machine's is read, nothing grows, and no number is too long."""
    rows = OUTLINE.format(text=text, n=1, category=category)
    (feed,) = catalog.from_opml(f'{before}<opml version="2.0"><body>{rows}</body></opml>'.encode())
    assert len(feed.name) <= 100
    assert "import" not in feed.name
    assert feed.interval in (None, 9)


def test_a_list_of_one_name_is_read_in_time():
    """Each gets a number of its own, without trying all the lower ones again."""
    rows = "".join(OUTLINE.format(text="Radio", n=n, category="") for n in range(5000))
    began = time.process_time()
    feeds = catalog.from_opml(f'<opml version="2.0"><body>{rows}</body></opml>'.encode())
    assert (feeds[1].name, feeds[4999].name) == ("Radio (2)", "Radio (5000)")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("document", [b"", b"<html></html>", b"<opml><body/></opml>", b"\x00\xff"])
def test_a_list_without_feeds_is_a_mistake(document):
    """An import of nothing says so."""
    with pytest.raises(CatalogError, match="lists no feed"):
        catalog.from_opml(document)


def test_only_unknown_feeds_are_added():
    """Known addresses are left alone, taken names are varied."""
    known = [Feed("A", "https://a.example/f", "en")]
    found = [Feed("B", "https://a.example/f", "en"), Feed("a", "https://b.example/f", "en")]
    assert catalog.unknown_feeds(found, known) == (Feed("a (2)", "https://b.example/f", "en"),)


def test_the_shipped_catalogue():
    """All of the field's sources, two dozen switched on, those whose terms forbid it off and saying so."""
    feeds = catalog.load_catalog(SHIPPED)
    assert len(feeds) == 76
    assert sum(feed.enabled for feed in feeds) == 24
    for feed in feeds:
        assert feed.notes and feed.publisher
        assert feed.section != "un" or feed.standing in {"official", "analysis"}
    for host in ("lemonde.fr", "aljazeera.com", "news.google.com"):
        barred = [feed for feed in feeds if host in feed.url]
        assert barred and not any(feed.enabled for feed in barred)
        assert all(feed.notes.startswith("Off: ") for feed in barred)
    assert any(feed.enabled and "news.un.org" in feed.url for feed in feeds)
    assert {"en", "fr", "ar"} <= {feed.language for feed in feeds if feed.enabled}


@needs_shared
def test_no_source_is_forgotten_and_no_note_is_copied():
    """Every known source is listed, and its note is ours: no six words in a row of the list it came from."""
    import tomllib

    theirs = tomllib.loads((Path(SHARED) / "sources.toml").read_text(encoding="utf-8"))["source"]
    feeds = {feed.url: feed for feed in catalog.load_catalog(SHIPPED)}
    assert set(feeds) == {source["url"] for source in theirs}
    known = {run for source in theirs for run in _runs(source["notes"])}
    copied = {run for feed in feeds.values() for run in _runs(feed.notes) if run in known}
    assert not copied


def _runs(text, length=6):
    words = "".join(char if char.isalnum() else " " for char in text.casefold()).split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def test_a_name_that_marks_a_servers_feed_is_none_for_the_file():
    """What ends with @ and a number would be taken for a server's own; an @ elsewhere is fine."""
    row = '[[feed]]\nname = "{}"\nurl = "https://a.example/f"\nlanguage = "fr"\n'
    with pytest.raises(catalog.CatalogError, match="should not end with @ and a number"):
        catalog.parse_catalog(row.format("Radio @1001"), "feeds.toml")
    assert catalog.parse_catalog(row.format("Radio @home"), "feeds.toml")


def test_a_list_names_no_address_that_a_catalogue_could_not_hold():
    """Found by `make fuzz`: an address with a blank in it was taken, and could not be written."""
    rows = "".join(
        f'<outline type="rss" text="N" xmlUrl="https://a.example/{end}"/>' for end in ("f x", "x" * 2000, "f")
    )
    feeds = catalog.from_opml(f'<opml version="2.0"><body>{rows}</body></opml>'.encode())
    assert [feed.url for feed in catalog.parse_catalog(catalog.dumps(feeds), "x")] == ["https://a.example/f"]
