"""The rules that decide what of a fetch is new."""

from dataclasses import replace

import pytest

from feeds.model import Known
from feeds.sift import fresh, sift, stale, suspicious, thin
from seeds.model import Facts, When
from tests.store_kit import DAY, HOUR, MINUTE, NOW, entry, reading


@pytest.mark.parametrize(
    ("published", "answer"),
    [(None, False), (NOW - 23 * HOUR, True), (NOW - 25 * HOUR, False), (NOW, True)],
)
def test_only_dated_and_young_items_of_a_first_poll_are_told(published, answer):
    """An undated item of a first poll may be years old."""
    assert fresh(published and When(published, "instant"), NOW, DAY) is answer


def of_event(*ends, published=None):
    """An item of an event at each of these days, as two watches may read it."""
    found = reading(1, published=published)
    events = [When(end, "day") for end in ends]
    findings = [replace(found.findings[0], facts=Facts(event=event)) for event in events]
    return replace(found, findings=tuple(findings))


MIDNIGHT = NOW.replace(hour=0)


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        (reading(1, published=NOW - DAY + MINUTE), False),
        (reading(1, published=NOW - DAY), True),
        (reading(1, published=NOW - 300 * DAY), True),
        (reading(1, published=None), False),  # nothing says that it is old
        (of_event(MIDNIGHT - 6 * DAY), False),  # reports come days later
        (of_event(MIDNIGHT - 9 * DAY), True),
        (of_event(MIDNIGHT - 9 * DAY, MIDNIGHT), False),  # as long as one watch reads of today in it
        (of_event(MIDNIGHT + 90 * DAY), False),
        (of_event(MIDNIGHT - 900 * DAY, published=NOW), False),  # a verdict of today on what was long ago
    ],
)
def test_an_item_is_stale_by_its_date_or_else_by_its_event(item, answer):
    """Told more than the window ago; undated, when what it tells of was over more than a week ago."""
    assert stale(item, DAY) is answer


@pytest.mark.parametrize(
    ("summary", "answer"),
    [
        ("", True),
        ("Read more", True),
        ("Blue helmets attacked in the north - Daily Paper", True),
        ("Four soldiers of the mission died when their vehicle struck a mine.", False),
    ],
)
def test_an_item_is_thin_when_its_feed_says_no_more_than_its_title(summary, answer):
    """Then, and only then, its page is worth reading."""
    assert thin(entry(1, "Blue helmets attacked in the north", summary=summary)) is answer


def test_what_the_store_does_not_know_is_new():
    """Dates play no part: an old item that was never seen is new."""
    old, new = entry(1), entry(2, published=NOW - 900 * DAY)
    sifted = sift("wire", [old, new], [Known(7, "wire", "hash1"), None], [])
    assert (sifted.new, sifted.changed, sifted.aliases, sifted.renamed) == ((new,), (), (), 0)


def test_new_keys_of_a_known_entry_are_learned():
    """A guid that changes while the link stays is remembered beside the old one."""
    sifted = sift("wire", [entry(1)], [Known(7, "wire", "hash1", ("guid:wire:1",))], [])
    assert sifted.aliases == (("guid:wire:1", 7),)


def test_only_the_feed_an_entry_came_from_changes_its_text():
    """An aggregator's copy of an outlet's item has a summary of its own."""
    changed = entry(1, content_hash="other")
    assert sift("wire", [changed], [Known(7, "wire", "hash1")], []).changed == ((7, changed),)
    assert sift("wire", [changed], [Known(7, "outlet", "hash1")], []).changed == ()
    assert sift("wire", [changed], [Known(7)], []).changed == (), "a purged item stays purged"


TITLES = [
    "Helicopter down near the river",
    "Council renews the mandate",
    "Convoy reaches the town",
    "Force commander leaves",
]


def renamed_feed(titles, keys="new"):
    return [
        entry(n, title, keys=(f"guid:wire:{keys}{n}", f"link:example.org/{keys}/{n}")) for n, title in enumerate(titles)
    ]


def test_a_feed_that_renames_its_items_brings_no_news():
    """More than half new, under familiar titles: the items are known, only their names are new."""
    stored = [(100 + n, title, None) for n, title in enumerate(TITLES)]
    entries = renamed_feed(TITLES)
    sifted = sift("wire", entries, [None] * 4, stored)
    assert (sifted.new, sifted.renamed) == ((), 4)
    assert ("guid:wire:new2", 102) in sifted.aliases


def test_what_is_truly_new_in_a_renamed_feed_is_still_news():
    """The held items do not swallow the one that nobody has seen."""
    stored = [(100 + n, title, None) for n, title in enumerate(TITLES)]
    entries = renamed_feed([*TITLES, "Two wounded by a mine this morning"])
    sifted = sift("wire", entries, [None] * 5, stored)
    assert [one.title for one in sifted.new] == ["Two wounded by a mine this morning"]
    assert sifted.renamed == 4


def test_a_feed_full_of_unfamiliar_items_is_simply_new():
    """A small window may hold nothing but news."""
    sifted = sift("wire", renamed_feed(TITLES), [None] * 4, [(1, "Something else entirely", None)])
    assert (len(sifted.new), sifted.renamed) == (4, 0)


def test_a_fetch_is_suspicious_when_most_of_it_is_new():
    """Only then are the stored titles worth a look."""
    assert suspicious([None, None, Known(1)])
    assert not suspicious([None, Known(1)])
    assert not suspicious([])
