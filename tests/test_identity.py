"""What makes two entries the same one, and what does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.parsing.identity import distinct, fold_title, name_item, names_part, page_key, parted_pages
from feeds.parsing.urls import located
from feeds.sift import rekeyed, traces


def item(guid=None, link=None, title="A title of some length", summary="", feed="f"):
    return name_item(feed, guid, link, title, summary)


def keys(*items, degraded=False):
    """The keys of the items of one fetch as they are settled; None for a repetition."""
    settled, _ = distinct([item(**one) for one in items], degraded=degraded)
    return [one and set(one.keys()) for one in settled]


def same(one, other):
    """Whether two items, met in different fetches, share a key."""
    return bool(set(item(**one).keys()) & set(item(**other).keys()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # the guid moves house, changes its scheme, counts its revisions
        ({"guid": "http://a.example/x/1"}, {"guid": "https://www.b.example/x/1/"}),
        ({"guid": "https://www.bbc.co.uk/news/articles/c1#0"}, {"guid": "https://www.bbc.co.uk/news/articles/c1#8"}),
        # the link gains trackers and loses www
        ({"link": "https://www.dw.com/en/x/a-1?maca=en-rss"}, {"link": "http://dw.com/en/x/a-1/"}),
        # Al Jazeera's guid is new every time
        (
            {
                "guid": "https://www.aljazeera.com/?t=1770000000",
                "link": "https://www.aljazeera.com/news/x?traffic_source=rss",
            },
            {"guid": "https://www.aljazeera.com/?p=991", "link": "https://www.aljazeera.com/news/x"},
        ),
        # UN News changed both forms over the years
        (
            {
                "guid": "https://news.un.org/feed/view/en/story/2022/06/1120",
                "link": "https://news.un.org/feed/view/en/story/2022/06/1120",
            },
            {
                "guid": "https://news.un.org/en/story/2022/06/1120",
                "link": "https://news.un.org/feed/view/en/story/2022/06/1120",
            },
        ),
        # UN Press has a live page first, then the release
        ({"link": "https://press.un.org/en/blog/sc16444"}, {"link": "https://press.un.org/en/2026/sc16444.doc.htm"}),
        ({"link": "https://undocs.org/en/S/2026/12"}, {"link": "http://undocs.org/S/2026/12"}),
        # the title is edited, the guid stays
        ({"guid": "?p=7", "title": "Before"}, {"guid": "?p=7", "title": "After"}),
    ],
)
def test_the_same_entry_under_another_name(one, other):
    """Each of these moves of real publishers leaves at least one key in common."""
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # WordPress numbers of two sites
        ({"guid": "https://a.example/?p=7", "feed": "a"}, {"guid": "https://b.example/?p=7", "feed": "b"}),
        ({"guid": "7", "feed": "a"}, {"guid": "7", "feed": "b"}),
        # the same story number in two languages
        ({"link": "https://news.un.org/en/story/2026/01/11"}, {"link": "https://news.un.org/fr/story/2026/01/11"}),
        # symbols that are near
        (
            {"link": "https://press.un.org/en/2026/sc1644.doc.htm"},
            {"link": "https://press.un.org/en/2026/sc16444.doc.htm"},
        ),
        # a front page is nobody's address
        (
            {"guid": "1", "link": "https://a.example/", "title": "One thing"},
            {"guid": "2", "link": "https://a.example/", "title": "Another"},
        ),
        ({"guid": "https://a.example", "title": "One thing"}, {"guid": "https://a.example", "title": "Another"}),
        # nothing but texts
        ({"title": "One thing"}, {"title": "Another"}),
        ({"title": "Daily briefing", "summary": "of Monday"}, {"title": "Daily briefing", "summary": "of Tuesday"}),
    ],
)
def test_different_entries_stay_different(one, other):
    """Each of these look-alikes shares no key."""
    assert not same(one, other)


def test_dates_take_no_part():
    """There is nothing about a date in what identifies an entry."""
    assert "published" not in name_item.__annotations__
    assert item(guid="1").keys() == item(guid="1").keys()


def test_a_guid_on_two_different_items_names_neither():
    """Both are kept apart by their links, whichever comes first."""
    rows = [{"guid": "x", "link": f"https://a.example/{number}", "title": f"Title {number}"} for number in (1, 2)]
    assert keys(*rows) == [{"link:a.example/1"}, {"link:a.example/2"}]
    assert keys(*rows[::-1]) == [{"link:a.example/2"}, {"link:a.example/1"}]


def test_a_link_on_two_different_items_names_neither():
    """Items of a live page keep their guids, and their link says nothing."""
    rows = [{"guid": str(number), "link": "https://a.example/live", "title": f"Title {number}"} for number in (1, 2)]
    assert keys(*rows) == [{"guid:f:1"}, {"guid:f:2"}]


def test_a_link_without_guid_on_two_items_falls_back_to_their_texts():
    """Nothing is lost when a feed has one link for all."""
    first, second = keys(*({"link": "https://a.example/live", "title": f"Title {number}"} for number in (1, 2)))
    assert first and second and not first & second


def test_a_repetition_inside_a_fetch_is_dropped():
    """The same item twice is one; the first stands."""
    row = {"guid": "1", "link": "https://a.example/1"}
    assert keys(row, row) == [{"guid:f:1", "link:a.example/1"}, None]


def test_a_release_stands_before_the_live_page_of_its_meeting():
    """When a fetch shows both, the release is the one that is kept, wherever it stands."""
    live, release = "https://press.un.org/en/blog/sc16444", "https://press.un.org/en/2026/sc16444.doc.htm"
    for links in ([live, release], [release, live]):
        kept = keys(*({"link": link, "title": link} for link in links))
        assert [one is not None for one in kept] == [link == release for link in links]


def test_worthless_guids_are_given_up_for_good():
    """When ids repeat on several items the feed degrades to links, and stays so when they look well again."""
    rows = [{"guid": "const", "link": f"https://a.example/{number}", "title": f"Title {number}"} for number in range(5)]
    settled, degraded = distinct([item(**row) for row in rows], degraded=False)
    assert degraded and all(one.keys() == (f"link:a.example/{number}",) for number, one in enumerate(settled))
    healthy = [{"guid": str(number), "link": f"https://a.example/{number}"} for number in range(5)]
    settled, degraded = distinct([item(**row) for row in healthy], degraded=True)
    assert degraded and settled[0].keys() == ("link:a.example/0",)


def test_one_bad_pair_in_a_hundred_does_not_degrade_a_feed():
    """The two items concerned are told apart by link, the other ninety-eight keep their ids."""
    rows = [
        {"guid": str(max(number, 1)), "link": f"https://a.example/{number}", "title": f"T {number}"}
        for number in range(100)
    ]
    settled, degraded = distinct([item(**row) for row in rows], degraded=False)
    assert not degraded
    assert sum(one.guid is not None for one in settled) == 98


ITEMS = st.lists(
    st.builds(
        dict,
        guid=st.sampled_from([None, "", "1", "2", "x", "https://a.example/1", "https://a.example/"]),
        link=st.sampled_from([None, "https://a.example/", "https://a.example/1", "https://a.example/2", "junk"]),
        title=st.sampled_from(["", "One", "Two", "Three"]),
    ),
    max_size=12,
)


@given(ITEMS, st.booleans())
def test_keys_inside_a_fetch_are_disjoint_and_never_empty(items, degraded):
    """Whatever a feed holds, every item kept has a key, and no two kept items share one."""
    found = [one for one in keys(*items, degraded=degraded) if one is not None]
    assert all(found)
    assert len(set().union(*found)) == sum(map(len, found))


@given(ITEMS)
def test_only_items_with_something_in_common_are_dropped(items):
    """A repetition shares a guid, a link or its text with an item that is kept."""
    for one, kept in zip(items, keys(*items), strict=True):
        if kept is None:
            others = [other for other in items if other is not one]
            assert any(same(one, other) or one["title"] == other["title"] for other in others)


@given(ITEMS, st.randoms(use_true_random=False))
def test_order_decides_nothing_but_which_repetition_stands(items, random):
    """In any order the same number of items is kept."""
    shuffled = list(items)
    random.shuffle(shuffled)
    assert sum(one is not None for one in keys(*items)) == sum(one is not None for one in keys(*shuffled))


@given(st.text(max_size=600), st.text(max_size=600), st.text(max_size=300))
def test_keys_are_short_and_stable(guid, link, title):
    """Any text at all gives keys of bounded length, the same every time."""
    first = item(guid=guid, link=link, title=title)
    assert first == item(guid=guid, link=link, title=title)
    assert all(0 < len(key) < 400 for key in list(first.keys()))


OLD = [
    (f"The council meets on the harbour works, part {number}", f"https://a.example/2026/harbour-works-{number}")
    for number in range(8)
]


def moved(old):
    """The same items on another host under other paths."""
    return [(title, link.replace("a.example/2026", "b.example/news/en")) for title, link in old]


def familiar(old):
    return {mark for title, link in old for mark in traces(title, link)}


def test_a_feed_that_renames_everything_is_noticed():
    """More than half new, and most of it familiar by title or address: the operator's to say."""
    assert rekeyed(8, moved(OLD), familiar(OLD))
    retitled = [(f"Entirely new words number {number}", link) for number, (_, link) in enumerate(moved(OLD))]
    assert rekeyed(8, retitled, familiar(OLD))


@pytest.mark.parametrize(
    ("total", "new", "known"),
    [
        (8, moved(OLD)[:4], familiar(OLD)),  # half is not more than half
        (
            8,
            [
                (f"Fresh news of the day, number {number}", f"https://a.example/fresh-news-{number}")
                for number in range(8)
            ],
            familiar(OLD),
        ),
        (3, moved(OLD)[:3], familiar(OLD)),  # three items say nothing
        (8, moved(OLD), set()),  # a feed never read before
        (0, [], familiar(OLD)),
    ],
)
def test_news_is_not_taken_for_renaming(total, new, known):
    """A busy day, a small feed or a first fetch are not held."""
    assert not rekeyed(total, new, known)


def test_short_titles_and_paths_are_no_marks():
    """What many items may share marks none."""
    assert traces("Editorial", "https://a.example/news/") == ()


def test_folding():
    """Case, accents and punctuation go; words stay."""
    assert fold_title("  L'Été — à Gao!  ") == "l ete a gao"


# parts of a page


def live(number, page="live", **more):
    """An item of a live blog: its permalink is its guid."""
    link = f"https://a.example/{page}#post-{number}"
    return {"guid": link, "link": link, "title": f"Update {number}"} | more


def fetched(*rows, pages=()):
    """The keys of one fetch in order, and the pages of parts that are remembered after it."""
    settled, _ = distinct([item(**row) for row in rows], degraded=False, pages=pages)
    return [one and one.keys() for one in settled], parted_pages(settled)


def test_every_part_of_a_page_is_an_item():
    """Fifty posts of seven days' pages, told apart by nothing but the fragment of link and guid: fifty items."""
    found, pages = fetched(*(live(number, f"day-{number % 7}") for number in range(50)))
    assert len({keys for keys in found if keys}) == 50
    assert found[8] == ("link:a.example/day-1#post-8",)
    assert set(pages) == {f"a.example/day-{day}" for day in range(7)}


@pytest.mark.parametrize(
    "row",
    [
        lambda n: {"link": f"https://a.example/live#{n}"},  # no guid
        lambda n: {"guid": f"https://a.example/live#{n}", "link": "https://a.example/live"},
        lambda n: {"guid": f"https://a.example/live#{n}"},  # no link
        lambda n: {"guid": f"live#{n}"},
        lambda n: {"guid": "always the same", "link": f"https://a.example/live#{n}"},
        lambda n: {"link": f"https://a.example/#{n}"},  # a site of one page
    ],
)
def test_whatever_shows_the_fragment_tells_the_parts_apart(row):
    """In guid or link, with or without the other; and edits of the text leave them the same items."""
    first, pages = fetched(*(row(n) | {"title": f"Update {n}"} for n in range(5)))
    again, _ = fetched(*(row(n) | {"title": f"Update {n}, corrected"} for n in range(5)), pages=pages)
    assert len(set(first)) == 5 and first == again


def test_a_fragment_that_nobody_needs_is_no_name():
    """Where guids or pages tell items apart, a fragment may be anything; the page names the item as before."""
    rows = [{"guid": str(n), "link": "https://a.example/live#comments", "title": f"T {n}"} for n in range(3)]
    assert fetched(*rows) == ([("guid:f:0",), ("guid:f:1",), ("guid:f:2",)], ())
    rows = [{"link": f"https://a.example/{n}#comments", "title": f"T {n}"} for n in range(3)]
    assert [keys[-1] for keys in fetched(*rows)[0]] == [f"link:a.example/{n}" for n in range(3)]
    assert same({"link": "https://a.example/1#comments"}, {"link": "https://a.example/1#respond"})
    assert same({"link": "https://a.example/1#comments"}, {"link": "https://a.example/1"})


def test_one_text_under_two_fragments_is_one_item():
    """A repetition with another mark behind the address says nothing new."""
    found, pages = fetched(*(live(number, title="The same") for number in (1, 2)))
    assert [bool(keys) for keys in found] == [True, False] and pages == ()


@pytest.mark.parametrize(
    "mark",
    ["xtor=RSS-3208", "utm_source=rss&utm_medium=feed", ":~:text=four%20killed", "%3a~%3Atext=four", "Echobox=1"],
)
def test_what_tracks_a_reader_is_no_part_of_a_page(mark):
    """Nor are words that the browser is to mark; beside a real part they are left out."""
    assert located(f"https://a.example/live#{mark}") == "https://a.example/live"
    beside = mark if mark.startswith((":", "%")) else f"&{mark}"
    assert located(f"https://a.example/live#post-1{beside}") == "https://a.example/live#post-1"


def test_the_last_part_that_a_feed_shows_stays_itself():
    """One post of a page left in the window is known by its own name, and so is the one that replaces it."""
    first, pages = fetched(*(live(number) for number in range(3)))
    assert fetched(live(2), pages=pages)[0] == [first[2]]
    (new,), _ = fetched(live(3), pages=pages)
    assert new == ("link:a.example/live#post-3",)


def test_a_part_is_known_again_in_another_feed():
    """Two feeds of a publisher show one post, the second nothing else of that page."""
    first, _ = fetched(*(live(number) for number in range(3)))
    assert set(first[2]) & set(item(feed="other", **live(2)).keys())
    assert not set(first[1]) & set(item(feed="other", **live(2)).keys())


def test_twenty_thousand_parts_cost_what_twenty_thousand_items_do():
    """A page of very many parts, as long as ten megabytes hold, is settled within four seconds of CPU."""
    began = time.process_time()
    found, pages = fetched(*(live(f"{number}-{'x&=' * 70}") for number in range(20_000)))
    assert len(set(found)) == 20_000 and pages == ("a.example/live",)
    assert time.process_time() - began < 4


PARTS = st.lists(
    st.builds(
        dict,
        guid=st.sampled_from([None, "1", "a#1", "a#2", "https://a.example/live#p1", "https://a.example/live#p2"]),
        link=st.sampled_from(
            [None, *(f"https://a.example/{page}" for page in ("live", "live#p1", "live#p2", "b#p1", "#p1"))]
        ),
        title=st.sampled_from(["One", "Two", "Three"]),
    ),
    max_size=10,
)


@given(PARTS, st.booleans())
def test_fragments_never_make_names_meet_or_vanish(items, degraded):
    """Whatever a feed holds, every item kept has a key, no two kept items share one, and parts never own their page."""
    settled, _ = distinct([item(**one) for one in items], degraded=degraded)
    found = [set(one.keys()) for one in settled if one]
    assert all(found)
    assert len(set().union(*found)) == sum(map(len, found))
    for one in settled:
        names = one.keys() if one else ()
        assert not names_part(names) or not {*map(page_key, names)} & {*names}


@given(PARTS, st.booleans(), st.data())
def test_later_windows_of_a_page_know_its_parts(items, degraded, data):
    """Of what was a part in one fetch any selection is still the same parts in the next, and nothing else is."""
    first, degraded = distinct([item(**one) for one in items], degraded=degraded)
    pages = parted_pages(first)
    rows = [row for row, one in zip(items, first, strict=True) if one and names_part(one.keys())]
    kept = data.draw(st.lists(st.sampled_from(rows), unique_by=str) if rows else st.just([]))
    later, _ = distinct([item(**one) for one in kept], degraded=degraded, pages=pages)
    before = {str(row): one.keys() for row, one in zip(items, first, strict=True) if one}
    assert [one and one.keys() for one in later] == [before[str(row)] for row in kept]
