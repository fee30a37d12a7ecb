"""A body most of whose items are remembered: only the new ones are parsed, and nothing comes out otherwise."""

from dataclasses import replace
from random import Random

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.store.db.thread import StoreThread
from tests.proofs import examples
from tests.skim_kit import FEED, read, same
from tests.store_kit import DAY, HOUR, NOW, opened
from tests.test_poll import House, body

FRAMES = {
    "rss": "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    "<channel><title>Wire{about}</title><language>en</language><lastBuildDate>{made}</lastBuildDate>{items}</channel>"
    "</rss>",
    "atom": "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><title>Wire{about}</title>"
    "<updated>{made}</updated>{items}</feed><!-- made {made} -->",
    "rdf": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='u'><title>Wire{about}</title></channel>{items}"
    "</rdf:RDF>",
}
ITEMS = {
    "rss": "<item><title>{t}</title><link>{u}</link><guid isPermaLink='false'>{g}</guid><pubDate>{d}</pubDate>"
    "<description>{s}</description></item>",
    "atom": "<entry><title>{t}</title><link href='{u}'/><id>{g}</id><updated>{d}</updated>"
    "<summary>{s}</summary></entry>",
    "rdf": "<item rdf:about='{g}'><title>{t}</title><link>{u}</link><dc:date>{d}</dc:date><description>{s}"
    "</description></item>",
}
DATES = ("2026-01-05T10:00:00Z", "Mon, 05 Jan 2026 10:00:00 GMT", "some day", "")
# What makes a document one whose items nobody may read apart, or that is no longer well-formed.
SPOILT = (
    "<b>",
    "&nosuch;",
    "<x xml:base='http://far.example/'/>",
    "</item>",
    "<item/>",
    "<x xmlns='urn:x'/>",
    "<?php ?>",
    "<!-- <item> -->",
    "\x01",
)


def item(kind, n, chance):
    """One item; its names may be another's, or nobody's."""
    page = "https://wire.example/" + chance.choice([f"news/{n}", "live", f"daily/{n % 3}"])
    return ITEMS[kind].format(
        t=chance.choice([f"Item {n} — été", "", "Briefing"]),
        u=chance.choice([page, f"{page}#p{n}", "", f"/relative/{n}"]),
        g=chance.choice([f"g{n}", f"{page}#p{n}", "same", ""]),
        d=chance.choice(DATES),
        s=chance.choice([f"What item {n} says, in words. The Wire", "", "&lt;p&gt;Markup&lt;/p&gt;"]),
    )


def edited(kind, items, chance):
    """The feed at its next fetch: new items on top, some edited, gone, twice, or elsewhere; seldom a spoilt one."""
    found = list(items)
    for n in range(chance.randint(0, 2)):
        found.insert(0, item(kind, 100 + n, chance))
    for _ in range(chance.randint(0, 2)):
        place = chance.randrange(len(found))
        match chance.choice(["edit", "drop", "twice", "move", "keep"]):
            case "edit":
                found[place] = item(kind, place, chance)
            case "drop" if len(found) > 1:
                del found[place]
            case "twice":
                found.insert(chance.randrange(len(found)), found[place])
            case "move":
                found.insert(0, found.pop(place))
    if chance.random() < 0.15:
        place = chance.randrange(len(found))
        cut = found[place].rindex("</")
        found[place] = found[place][:cut] + chance.choice(SPOILT) + found[place][cut:]
    return found


def document(kind, items, made, about=""):
    return FRAMES[kind].format(items="".join(items), made=made, about=about).encode()


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(sorted(FRAMES)), st.integers(0, 2**32), st.booleans())
def test_skimming_and_reading_the_whole_are_the_same(kind, seed, degraded):
    """Whatever a publisher does to its feed between two fetches."""
    chance = Random(seed)
    items, memo, more = [item(kind, n, chance) for n in range(chance.randint(1, 12))], None, {"degraded": degraded}
    for turn in range(3):
        memo = same(document(kind, items, f"2026-01-0{turn + 1}T00:00:00Z"), memo, **more).memo
        items = edited(kind, items, chance)
        more["pages"] = ("link:wire.example/live",)


def eight(kind="rss"):
    return [item(kind, n, Random(n)) for n in range(8)]


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_only_new_items_are_parsed(kind, monkeypatch):
    """Of eight items and a ninth, the ninth alone."""
    _, first = read(document(kind, eight(kind), "then"))
    handed, honest = [], feedparser.parse
    spy = lambda file, **more: handed.append(file.getvalue()) or honest(file, **more)  # noqa: E731
    monkeypatch.setattr(feedparser, "parse", spy)
    new = ITEMS[kind].format(t="News", u="https://wire.example/new", g="new", d=DATES[0], s="What is new.")
    entries, settled = read(document(kind, [new, *eight(kind)], "now"), first.memo)
    assert settled.skimmed
    assert len(handed) == 1
    assert handed[0].count(b"<title>") == 2  # the channel's and that of the new item
    assert [one.title for one in entries if one.title] == ["News"]


@pytest.mark.parametrize(
    ("change", "more"),
    [
        (lambda raw: raw.replace(b"Wire", b"Other", 1), {}),
        (lambda raw: raw.replace(b"<language>en", b"<language>fr"), {}),
        (lambda raw: raw.replace(b"<rss ", b"<rss xml:lang='fr' "), {}),
        (lambda raw: raw.replace(b"<rss ", b"<!DOCTYPE rss [<!ENTITY x 'y'>]><rss ").replace(b"?><!", b"?>\n<!"), {}),
        (lambda raw: raw.replace(b"<channel>", b"<channel><?style x?>"), {}),
        (lambda raw: raw.replace(b"</item><item>", b"</item><image/><item>", 1), {}),
        (lambda raw: raw, {"url": "http://elsewhere.example/"}),
        (lambda raw: raw, {"feed": replace(FEED, publisher="Another")}),
        (lambda raw: raw, {"feed": replace(FEED, language="fr")}),
    ],
)
def test_what_changes_how_items_read_has_all_of_them_read(change, more):
    """Another frame, another feed, another address: what was remembered was read otherwise."""
    _, first = read(document("rss", eight(), "then"))
    assert first.memo is not None
    assert not same(change(document("rss", eight(), "now")), first.memo, **more).skimmed


def test_what_spoils_a_document_is_not_remembered():
    """The parser reads all items of a document otherwise when one of them is not well-formed, or leaves something
    behind."""
    for spoilt in (
        "<b>",
        "&nosuch;",
        "<x xml:base='http://far.example/'/>",
        "<item/>",
        "<?php ?>",
        "<x xmlns='urn:x'/>",
    ):
        items = eight()
        items[3] = items[3].replace("</item>", f"{spoilt}</item>")
        assert read(document("rss", items, "then"))[1].memo is None


@pytest.mark.parametrize("memo", [b"", b"nonsense", b"x\x9cK\xcc\x06\x00\x01:\x00\xc4"])
def test_a_spoilt_memo_is_as_none(memo):
    """The body is read whole."""
    assert not same(document("rss", eight(), "now"), memo).skimmed


# In the house


@pytest.fixture
async def house(tmp_path):
    async with StoreThread(lambda: opened(tmp_path / "bluehelm.db")) as store:
        yield House(store, ["a"])


OLD = [(n, f"blue helmets {n}", NOW - DAY) for n in range(6)]


async def titles(house):
    rows = await house.ask(lambda store: store.archive.titles("a"))
    return {title for _, title, _ in rows}


async def test_a_second_look_reads_the_new_items_alone(house, monkeypatch):
    """And stores them as any other; an edited one is new bytes."""
    await house.tick(a=body(*OLD))
    seen = []
    honest = feedparser.parse
    monkeypatch.setattr(feedparser, "parse", lambda file, **more: seen.append(file.getvalue()) or honest(file, **more))
    after = [(9, "blue helmets 9", NOW), (0, "blue helmets 0 again", NOW - DAY), *OLD[1:]]
    assert (await house.tick(HOUR, a=body(*after)))["a"].new == 1
    assert [one.count(b"<item>") for one in seen] == [2]
    assert {"blue helmets 9", "blue helmets 0 again"} <= await titles(house)


async def test_what_the_archive_does_not_know_is_read_again(house):
    """What is remembered beside an archive that is not of one mind with it (an older copy, say) loses nothing."""
    await house.tick(a=body(*OLD))
    await house.ask(lambda store: store._db.conn.execute("DELETE FROM entry_keys WHERE entry IN (1, 2)"))
    assert (await house.tick(HOUR, a=body((9, "blue helmets 9", NOW), *OLD)))["a"].new == 3


async def test_other_words_than_the_archives_are_read_again(house):
    """Where the archive holds something else of an item than was remembered, the feed's words count."""
    await house.tick(a=body(*OLD))
    await house.ask(lambda store: store._db.conn.execute("UPDATE wordings SET title = 'x', content_hash = 'x'"))
    await house.tick(HOUR, a=body((9, "blue helmets 9", NOW), *OLD))
    assert "x" not in await titles(house)


async def test_what_was_stored_in_part_is_not_remembered(house, monkeypatch):
    """The rest comes with the next look, in full."""
    monkeypatch.setattr("feeds.intake.MOST_ITEMS_A_LOOK", 4)
    await house.tick(a=body(*OLD))
    assert await house.ask(lambda store: store.feeds.remembered("a")) is None
    assert (await house.tick(HOUR, a=body(*OLD)))["a"].new == 2
    assert await house.ask(lambda store: store.feeds.remembered("a"))


async def test_of_a_feed_that_left_nothing_is_remembered(house):
    """It would only take room."""
    await house.tick(a=body(*OLD))
    await house.ask(lambda store: store.feeds.enrol([]))
    assert await house.ask(lambda store: store.feeds.remembered("a")) is None
