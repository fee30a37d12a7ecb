"""Which feeds are polled, of the file's and the added ones."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalog import CatalogError, new_feed
from feeds.catalog.roster import meant, polled_feeds, roster, twin
from feeds.model import AddedFeed, Feed, Pause
from feeds.store import Store
from feeds.web.guard import names_private
from tests.store_kit import HOUR, NOW, opened

WIRE = Feed("Wire", "https://wire.example/feed", "en")
RADIO = Feed("Radio Sahel", "https://radio.example/rss", "fr")
BLOG = Feed("Blog", "https://blog.example/atom", "en", section="regional", standing="analysis", interval=20, notes="x")


def added(feed, by="anna", server="42"):
    return AddedFeed(feed, by, NOW, server)


def paused(name, by="ben"):
    return Pause(name, by, NOW, "42")


def test_the_roster_is_the_file_and_what_was_added():
    """The file's feeds in its order, then the others, each with who added it."""
    rows = roster([WIRE, RADIO], [added(BLOG)], [])
    assert [(row.feed.name, row.added and row.added.by) for row in rows] == [
        ("Wire", None),
        ("Radio Sahel", None),
        ("Blog", "anna"),
    ]
    assert polled_feeds(rows) == (WIRE, RADIO, replace(BLOG, local=False))


def test_paused_and_disabled_feeds_are_listed_and_not_polled():
    """A mark pauses a feed of either source, in whatever case its name was written."""
    rows = roster([WIRE, replace(RADIO, enabled=False)], [added(BLOG)], [paused("WIRE"), paused("blog")])
    assert polled_feeds(rows) == ()
    assert [row.paused and row.paused.by for row in rows] == ["ben", None, "ben"]


@pytest.mark.parametrize(
    "twin_of_wire",
    [
        Feed("wire", "https://other.example/", "en"),
        Feed("Other", WIRE.url, "en"),
        Feed("Other", "https://WIRE.example:443/feed#top", "en"),
    ],
)
def test_where_both_list_a_feed_the_file_counts(twin_of_wire):
    """By its name or by its address in any spelling; what was added rests as long as the file has it."""
    assert polled_feeds(roster([WIRE], [added(twin_of_wire)], [])) == (WIRE,)
    assert polled_feeds(roster([], [added(twin_of_wire)], [])) == (replace(twin_of_wire, local=False),)
    assert twin(twin_of_wire, roster([WIRE], [], [])).feed == WIRE
    assert twin(BLOG, roster([WIRE], [], [])) is None


NAMES = st.sampled_from(["Wire", "WIRE", "wire 2", "Straße", "STRASSE", "Радио", "x"])
ADDRESSES = st.sampled_from(
    ["https://a.example/f", "https://A.example/f#x", "https://b.example/f", "https://c.example/"]
)
FEEDS = st.lists(st.builds(Feed, NAMES, ADDRESSES, st.just("en"), enabled=st.booleans()), max_size=6)


@given(FEEDS, FEEDS, st.lists(NAMES, max_size=4))
def test_names_and_addresses_stay_unique_and_nobody_elses_feed_is_local(file, more, marks):
    """However the two lists overlap, no added feed shares a name or an address, and none may lie on this machine."""
    rows = roster(file, map(added, more), map(paused, marks))
    assert [row.feed for row in rows[: len(file)]] == file
    for number, row in enumerate(rows):
        if row.added is not None:
            assert twin(row.feed, rows[:number]) is None
            assert not row.feed.local
    assert set(polled_feeds(rows)) <= {row.feed for row in rows if row.feed.enabled}


def test_a_feed_is_meant_by_its_name_or_a_part_of_it():
    """The whole name wins; otherwise the beginnings of words, and several stay several."""
    rows = roster([WIRE, RADIO, replace(RADIO, name="Wire Sahel")], [], [])
    assert [row.feed.name for row in meant(rows, " wire ")] == ["Wire"]
    assert [row.feed.name for row in meant(rows, "sahel")] == ["Radio Sahel", "Wire Sahel"]
    assert meant(rows, "ahel") == meant(rows, "") == meant(rows, "(") == ()


def test_a_new_feed_is_checked_as_the_file_is():
    """Every mistake at once, in the words that a catalogue's mistakes have."""
    assert new_feed(name="A", url="https://a.example/f", language="fr", interval=None) == Feed(
        "A", "https://a.example/f", "fr"
    )
    with pytest.raises(CatalogError) as error:
        new_feed(name="", url="ftp://a.example/f", language="french", interval=0)
    assert [mistake.partition(":")[0] for mistake in error.value.mistakes] == ["name", "url", "language", "interval"]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/f",
        "http://127.0.0.1:8080/f",
        "https://10.1.2.3/f",
        "http://[::1]/f",
        "http://169.254.169.254/",
    ],
)
def test_addresses_that_say_that_they_are_private(url):
    """This machine and the networks around it, before anything is asked."""
    assert names_private(url)
    assert not names_private("https://news.example/f")
    assert not names_private("no address")


def test_the_store_keeps_what_was_added_and_paused(tmp_path):
    """With who, when and where, over a restart; a name or an address is added once, a feed paused once."""
    with opened(tmp_path / "a.db") as store:
        assert store.feeds.add(added(BLOG))
        assert not store.feeds.add(added(replace(BLOG, name="BLOG", url="https://else.example/")))
        assert not store.feeds.add(added(replace(BLOG, name="Else")))
        assert store.feeds.pause(paused("Wire"))
        assert not store.feeds.pause(paused("wire", by="carla"))
    with Store(tmp_path / "a.db") as store:
        assert store.feeds.added() == [added(replace(BLOG, local=False))]
        assert store.feeds.pauses() == [paused("Wire")]
        assert store.feeds.resume("WIRE") and not store.feeds.resume("Wire")
        assert store.feeds.pauses() == []


def test_a_removed_feed_takes_its_pause_along(tmp_path):
    """Whoever adds it again finds it running."""
    with opened(tmp_path / "a.db") as store:
        store.feeds.add(added(BLOG))
        store.feeds.pause(paused("Blog"))
        assert store.feeds.remove("blog") and not store.feeds.remove("blog")
        assert (store.feeds.added(), store.feeds.pauses()) == ([], [])
        store.feeds.pause(paused("Wire"))
        assert not store.feeds.remove("Wire")
        assert store.feeds.pauses() == [paused("Wire")]


def test_what_was_added_is_listed_in_the_order_it_came(tmp_path):
    """Oldest first, however they are called."""
    with opened(tmp_path / "a.db") as store:
        for number, name in enumerate("cab"):
            store.feeds.add(AddedFeed(Feed(name, f"https://{name}.example/", "en"), "anna", NOW + number * HOUR))
        assert [one.feed.name for one in store.feeds.added()] == list("cab")
