"""Feeds whose items are parts of a page (live blogs, daily pages): none is lost, none comes twice, over many polls."""

from dataclasses import replace

import pytest

from feeds.model import Day, Fetched, Outcome
from feeds.parsing.parse import parse_feed
from feeds.sift import sift
from tests.store_kit import FEED, HOUR, NOW, entry, opened, plan, reading, state
from tests.test_poll import Pages, houses


def body(*numbers, of=lambda number: f"day-{number % 7}", text="", guid=True):
    """A feed of posts, each a part of the page that `of` names."""
    rows = "".join(
        f"<item><title>Blue helmets, post {number}</title><link>{link}</link>"
        + (f"<guid isPermaLink='true'>{link}</guid>" if guid else "")
        + f"<description>{text or f'What happened at the hour of post {number}, in a whole sentence.'}</description>"
        "</item>"
        for number in numbers
        for link in [f"https://a.example/{of(number)}#post-{number}"]
    )
    raw = f"<rss version='2.0'><channel><title>Live</title>{rows}</channel></rss>".encode()
    return Outcome(Fetched.BODY, 200, raw, body_hash=str(hash(raw)))


LIVE = {"of": lambda number: "live-from-the-north"}


def test_fifty_posts_of_seven_days_are_fifty_items():
    """Each with a link that leads to the post."""
    found = parse_feed(body(*range(50)), FEED)
    assert len(found.entries) == 50
    assert found.entries[8].link == "https://a.example/day-1#post-8"
    assert sorted(found.pages) == [f"a.example/day-{day}" for day in range(7)]


def test_a_link_that_is_no_part_of_a_page_has_no_fragment():
    """A reader is given the article's address."""
    (one,) = parse_feed(body(1), FEED).entries
    assert one.link == "https://a.example/day-1"


@pytest.mark.parametrize("guid", [True, False])
async def test_a_window_that_moves_brings_each_post_once(tmp_path, guid):
    """Over polls that show many, few, one and other posts of one page."""
    async with houses(tmp_path) as make:
        house, seen = make("a"), []
        for window in (range(5, 10), range(5, 15), range(14, 15), range(15, 16), range(15, 31), range(31)):
            result = await house.tick(HOUR, a=body(*window, guid=guid, **LIVE))
            assert result["a"].new == len(set(window) - set(seen))
            seen += window
        assert (await house.state("a")).pages == ("a.example/live-from-the-north",)
        assert not [line for line in await house.notices() if "new names" in line]


async def test_two_feeds_of_one_publisher_bring_a_post_once(tmp_path):
    """Whichever shows it first; a post does not stand for its page, though the feed shows one at a time."""
    async with houses(tmp_path) as make:
        house = make("a", "b")
        await house.tick(HOUR, a=body(1, 2, 3, **LIVE), b=body(3, **LIVE))
        assert (await house.ask(lambda store: store.days.total())).read == 3
        await house.tick(HOUR, b=body(4, **LIVE), a=body(1, 2, 3, 4, **LIVE))
        await house.tick(HOUR, b=body(5, **LIVE))
        await house.tick(HOUR, a=body(1, 2, 3, 4, 5, **LIVE), b=body(4, 5, **LIVE))
        await house.tick(HOUR, a=body(6, **LIVE), b=body(6, **LIVE))
        assert (await house.ask(lambda store: store.days.total())).read == 6


async def test_a_window_of_one_item_brings_each_post(tmp_path):
    """No two of them were ever seen together; what comes again, or again with a mark behind it, is no news."""
    async with houses(tmp_path) as make:
        house = make("a")
        for number in (1, 1, 2, 3, 3):
            await house.tick(HOUR, a=body(number, **LIVE))
        assert (await house.ask(lambda store: store.days.total())).read == 3


async def test_an_article_with_a_mark_behind_its_address_is_one_item(tmp_path):
    """In two feeds that tell of it in other words, and after an edit."""
    async with houses(tmp_path) as make:
        house = make("a", "b")
        article = {"of": lambda number: f"article-{number}"}
        await house.tick(HOUR, a=body(1, **article))
        await house.tick(HOUR, b=body(1, text="Quite another summary of what is said to have happened.", **article))
        await house.tick(HOUR, a=body(1, text="An edited text of the same article, with one more word.", **article))
        assert (await house.ask(lambda store: store.days.total())).read == 1


async def test_the_page_of_a_post_is_not_read_for_it(tmp_path):
    """It begins with another post."""
    async with houses(tmp_path) as make:
        pages = Pages(None)
        house = make("a", leads=pages)
        await house.tick(HOUR, a=body(1, text="More", **LIVE))
        await house.tick(HOUR, a=body(2, 3, text="More", of=lambda number: f"article-{number}"))
        asked = len(pages.asked)
        await house.tick(HOUR, a=body(4, 5, text="More", **LIVE))
        assert asked == 2 and len(pages.asked) == asked


# what is stored


def test_a_post_that_an_older_version_knew_by_its_page_is_known(tmp_path):
    """Its keys stay, the new one is added, and its brothers, which were lost, are new."""
    found = parse_feed(body(1, 2, 3, **LIVE), FEED).entries
    before = replace(found[1], keys=("guid:wire:/live-from-the-north", "link:a.example/live-from-the-north"))
    with opened(tmp_path / "a.db") as store:
        store.commit(plan(replace(reading(1), entry=before)), NOW)
        known = store.archive.known(found)
        assert [one and one.entry for one in known] == [None, 1, None]
        assert known[1].missing == ("link:a.example/live-from-the-north#post-2",)
        sifted = sift("wire", found, known, [])
        store.commit(plan(*(replace(reading(2), entry=one) for one in sifted.new), aliases=sifted.aliases), NOW)
        assert all(one and not one.missing for one in store.archive.known(found))
        assert store.archive.known([before])[0].entry == 1
        rewritten = replace(found[1], content_hash="another")
        assert store.archive.known([rewritten])[0].entry == 1


def test_a_post_is_found_by_its_address_and_does_not_take_the_pages_name(tmp_path):
    """An address with its fragment names the post; one of another post of the page, nothing."""
    found = parse_feed(body(1, 2, 3, **LIVE), FEED).entries
    single = parse_feed(body(2, **LIVE), replace(FEED, name="b")).entries
    with opened(tmp_path / "a.db") as store:
        for one in found:
            store.commit(plan(replace(reading(1), entry=one)), NOW)
        address = "https://www.a.example/live-from-the-north/#post-"
        assert [store.archive.entry(f"{address}{n}").entry.title for n in (1, 3)] == [found[0].title, found[2].title]
        assert store.archive.entry(f"{address}9") is None
        (known,) = store.archive.known(single)
        assert known.entry == 2 and "link:a.example/live-from-the-north" not in known.missing


def test_pages_are_remembered_and_bounded(tmp_path):
    """A feed's row keeps them over a restart; of very many the newest."""
    found = parse_feed(body(*range(400), of=lambda number: f"page-{number // 2}"), FEED)
    assert len(found.entries) == 400 and len(found.pages) == 64
    with opened(tmp_path / "a.db") as store:
        store.feeds.enrol([FEED])
        store.record([replace(state(store), pages=found.pages)], (), Day(), NOW)
        assert state(store).pages == found.pages


def test_items_that_share_a_page_are_not_held_for_renamed_ones():
    """Ids tell them apart, the address is one for all: most of the feed is new, and nothing of it looks familiar."""
    link = "https://a.example/live-from-the-north"
    new = [replace(entry(n, f"A post of the live page, number {n}"), link=link) for n in range(2, 8)]
    stored = [(1, "A post of the live page, number 1", link)]
    assert sift("wire", new, [None] * len(new), stored).new == tuple(new)
    stored += [(n, f"Earlier post of that page, number {n}", link) for n in range(100, 110)]
    assert sift("wire", new, [None] * len(new), stored).renamed == 0
