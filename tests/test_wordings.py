"""Every wording that was read is kept, and facts, quotes and moments hang on the wording that they were read in."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render import alert, brief, digest_cards
from bot.wording.facts import change
from feeds.model import Fetched, Finding, Known, Outcome, State
from feeds.parsing.identity import content_hash
from feeds.sift import stands
from feeds.store import Store
from feeds.store.db import rows
from feeds.stories.told import told_at
from seeds.model import Facts, Match, Tier, Toll, When
from tests.proofs import examples
from tests.store_kit import DAY, HOUR, MINUTE, NOW, cause, channel, entry, opened, plan, reading
from tests.test_poll import BEGINNING, YOUNG, Pages, body, houses, rss
from tests.test_upgrade import written

SOME, EXACT = "Une vingtaine de blessés", "28 blessés"


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db") as fresh:
        fresh.subscriptions.add(*channel())
        yield fresh


def told(title, seen=NOW, injured=None, number=1, spoken=None, **more):
    """A reading of an item with other words, whose finding quotes its title; `spoken` is what the words tell."""
    facts = Facts(injured=injured, place="Kerena", language=spoken)
    found = Finding(Match("w", True, 0.9, Tier.INCIDENT), facts, (title,))
    plain = reading(number, title=title, seen=seen, content_hash=content_hash(title, "s"), summary="s", **more)
    return replace(plain, findings=(found,) if plain.findings else ())


def rewrite(store, title, at, **more):
    store.commit(plan(updated=((1, told(title, at, **more)),)), at)


@pytest.fixture
def rewritten(store):
    """Read at noon, and eight hours later in other words."""
    store.commit(plan(told(SOME, injured=20)), NOW)
    rewrite(store, EXACT, NOW + 8 * HOUR, injured=28)
    return store


def test_a_rewrite_overwrites_nothing(rewritten):
    """Both wordings are there, each with its hash, its moments, its facts and its quotes."""
    first, second = rewritten.archive.wordings(1).wordings
    assert (first.number, first.title, first.content_hash) == (1, SOME, content_hash(SOME, "s"))
    assert (first.first_read, first.last_read) == (NOW, NOW)
    assert (second.number, second.title, second.first_read) == (2, EXACT, NOW + 8 * HOUR)
    assert [one.findings[0].facts.injured for one in (first, second)] == [20, 28]
    assert [one.findings[0].quotes for one in (first, second)] == [(SOME,), (EXACT,)]


def test_the_story_tells_the_current_wording_at_the_moment_it_was_read(rewritten):
    """The old time never stands beside the new words; when the story was first told stays."""
    story = rewritten.stories.story(1)
    (source,) = story.sources
    assert (source.title, source.facts.injured, source.wording, source.rewritten) == (EXACT, 28, 2, True)
    assert (source.reworded, told_at(source)) == (NOW + 8 * HOUR, NOW + 8 * HOUR)
    assert story.account.confirmation.first == When(NOW, "instant")
    assert story.account.believed("injured") == 28


def test_a_figure_counts_from_when_its_wording_was_read(store):
    """A rewrite in the evening is newer than what another outlet said in the afternoon."""
    store.commit(plan(told(SOME, injured=20)), NOW)
    toll = {"injured": 24, "place": "Kerena", "contingents": (), "tolls": (Toll("injured", 24, "peacekeepers", "q"),)}
    store.commit(plan(reading(2, publisher="Radio", published=NOW + HOUR, seen=NOW + HOUR, facts=toll)), NOW + HOUR)
    store.regroup.merge(1, 2, "me", NOW + HOUR)
    assert store.stories.story(1).account.believed("injured") == 24
    rewrite(store, EXACT, NOW + 8 * HOUR, injured=28)
    assert store.stories.story(1).account.believed("injured") == 28


def test_going_back_to_an_earlier_wording_makes_it_current_again(rewritten):
    """No third wording is made of it, and the order of the readings stays known."""
    rewrite(rewritten, SOME, NOW + 9 * HOUR, injured=20)
    history = rewritten.archive.wordings(1)
    assert (history.current, len(history.wordings)) == (1, 2)
    assert [(at, one.number) for at, one in history.readings] == [(NOW, 1), (NOW + 8 * HOUR, 2), (NOW + 9 * HOUR, 1)]
    assert rewritten.archive.entry(1).entry.title == SOME
    (source,) = rewritten.stories.story(1).sources
    assert (source.title, source.wording, source.reworded) == (SOME, 1, NOW + 9 * HOUR)


def test_what_was_found_in_a_wording_never_changes(rewritten):
    """A wording that comes back is judged anew, but what was once cited of it stays."""
    rewrite(rewritten, SOME, NOW + 9 * HOUR, injured=99)
    assert rewritten.archive.wordings(1).wording(1).findings[0].facts.injured == 20
    assert rewritten.stories.story(1).account.believed("injured") == 20


def found_in(store, words):
    """Number and reading of the earlier wording that each hit is found in, None for the current one."""
    hits = store.archive.search(words).items
    return [(one.earlier.number, one.earlier.read) if one.earlier else None for one in hits]


def check_indexes(store):
    """That both indexes hold what they should: the views and rows that they point to agree with them."""
    store._db.execute("INSERT INTO entries_fts (entries_fts, rank) VALUES ('integrity-check', 1)")
    store._db.execute("INSERT INTO earlier_fts (earlier_fts) VALUES ('integrity-check')")


def test_search_finds_what_an_item_says_now_and_what_it_said(rewritten):
    """Words that stood only in an earlier wording find it too, and it is said which and when; they turn with it."""
    assert [found_in(rewritten, words) for words in ("vingtaine", "28")] == [[(1, NOW)], [None]]
    rewrite(rewritten, SOME, NOW + 9 * HOUR)
    assert [found_in(rewritten, words) for words in ("vingtaine", "28")] == [[None], [(2, NOW + 8 * HOUR)]]
    rewrite(rewritten, EXACT, NOW + 10 * HOUR)
    assert [found_in(rewritten, words) for words in ("vingtaine", "28")] == [[(1, NOW)], [None]]
    check_indexes(rewritten)


def test_what_items_say_now_comes_before_what_they_said(rewritten):
    """However old it is; a page of hits goes on from the ones to the others."""
    old = told("une vingtaine", NOW - 5 * HOUR, number=2)
    rewritten.commit(plan(old), NOW - 5 * HOUR)
    hits = rewritten.archive.search("vingtaine").items
    assert [(hit.source.entry, hit.earlier is None) for hit in hits] == [(2, True), (1, False)]
    page = rewritten.archive.search("vingtaine", 1, 1)
    assert (page.total, [hit.source.entry for hit in page.items]) == (2, [1])
    assert "vingtaine" in hits[1].earlier.passage


def test_an_item_that_still_has_the_words_is_told_once(rewritten):
    """Its earlier wordings had them too, but nobody needs its past."""
    assert found_in(rewritten, "blessés") == [None]
    assert found_in(rewritten, "blessés zebra") == [None]


def test_the_index_of_earlier_wordings_forgets_what_is_purged(store):
    """With the entry go the words of all its wordings, those that came back among them."""
    store.commit(plan(told("alpha", relevant=False)), NOW)
    for n, words in enumerate(("beta", "alpha", "gamma"), 1):
        rewrite(store, words, NOW + n * HOUR, relevant=False)
    assert [store.archive.search(words, everything=True).total for words in ("alpha", "beta", "gamma")] == [1, 1, 1]
    assert store.archive.purge(NOW + 30 * HOUR) == 1
    assert store.archive.search("alpha beta gamma", everything=True).total == 0
    assert store._db.execute("SELECT count(*) FROM earlier_fts_docsize").fetchone()[0] == 0


MANY = 5000


def test_earlier_wordings_are_searched_in_bounded_time_and_room(store):
    """Of 5,000 items that were each rewritten a search takes at most half a second of CPU, and the index holds no text:
    it is smaller than what it indexes."""
    words = " ".join(f"word{n}" for n in range(60))
    _rows_of_rewritten(store, words)
    begun = time.process_time()
    page = store.archive.search("convoy", everything=True)
    assert time.process_time() - begun < 0.5
    assert page.total == MANY
    size = store._db.execute("SELECT sum(length(block)) FROM earlier_fts_data").fetchone()[0]
    assert size < MANY * len(words)


def _rows_of_rewritten(store, words):
    """Items whose first wording alone speaks of a convoy."""
    at = rows.stamp(NOW)
    wording = """INSERT INTO wordings (id, entry, n, title, summary, terms, content_hash, first_read, last_read)
        VALUES (:id, :entry, :n, :title, :words, '', :title, :at, :at)"""
    item = """INSERT INTO entries (id, feed, language, publisher, standing, seen, told)
        VALUES (:entry, 'f', 'en', 'p', 'media', :at, :at)"""
    with store._db.conn as run:
        for n in range(1, MANY + 1):
            run.execute(item, {"entry": n, "at": at})
            for turn, title in enumerate((f"convoy {n}", f"column {n}"), 1):
                told_as = {"id": 2 * n + turn, "entry": n, "n": turn, "title": title, "words": words, "at": at}
                run.execute(wording, told_as)
                run.execute("UPDATE entries SET wording = ? WHERE id = ?", (2 * n + turn, n))


def test_the_first_reading_of_the_same_words_stays(store):
    """A rewrite outside of what the story shows moves no moment: the sentence stood there before."""
    store.commit(plan(told(SOME)), NOW)
    other = replace(told(SOME, NOW + HOUR), entry=entry(1, title=SOME, summary="t", content_hash="other"))
    store.commit(plan(updated=((1, other),)), NOW + HOUR)
    (source,) = store.stories.story(1).sources
    assert (source.wording, source.reworded) == (2, None)


def test_a_wording_that_no_watch_flags_leaves_the_story_its_last_one(rewritten):
    """The item says something else now; what the story tells, quotes and cites is one wording, not a mixture."""
    rewrite(rewritten, "Page moved", NOW + 9 * HOUR, relevant=False)
    (source,) = rewritten.stories.story(1).sources
    assert (source.title, source.quotes, source.wording) == (EXACT, (EXACT,), 2)
    assert rewritten.archive.entry(1).entry.title == "Page moved"
    (hit,) = rewritten.archive.search("moved").items
    assert (hit.source.title, hit.source.quotes) == (EXACT, (EXACT,))


def test_a_story_says_only_what_its_sources_say_now(rewritten):
    """Figures, confirmation and tier are those of the others; what is gone is told by name, and is back when it is."""
    other = told("Elsewhere", number=2, injured=3, publisher="Herald")
    rewritten.commit(plan(other), NOW)
    story = rewritten.archive.entry(2).findings[0][0]
    rewritten.regroup.merge(1, story, "me", NOW + HOUR)
    assert rewritten.stories.story(1).account.believed("injured") == 28
    rewrite(rewritten, "Page moved", NOW + 9 * HOUR, relevant=False)
    after = rewritten.stories.story(1)
    assert (after.account.believed("injured"), after.account.confirmation.voices) == (3, ("Herald",))
    assert [source.outdated for source in after.sources] == [True, False]
    assert not after.withdrawn and after.headline.entry == 2
    assert change(after.changes[-1]) == "no longer reported by Wire"
    rewrite(rewritten, "Page moved again", NOW + 10 * HOUR, relevant=False)
    assert rewritten.stories.story(1).changes == after.changes
    rewrite(rewritten, EXACT, NOW + 11 * HOUR, injured=28)
    assert rewritten.stories.story(1).account.believed("injured") == 28


def test_a_story_that_nobody_tells_any_more_says_so(rewritten):
    """The card has the old title as a quotation, no figure and no sentence; the old wording can still be cited."""
    rewrite(rewritten, "Page moved", NOW + 9 * HOUR, relevant=False)
    story = rewritten.stories.story(1)
    card = alert(story)
    assert story.withdrawn and card.quotes == ()
    assert card.title == f"🔴 Incident · “{EXACT}” · no longer reported"
    said = "".join(span.text for line in (*card.lines, *card.fields[0].lines) for span in line)
    assert "No source says so any more" in said and "no longer says so" in said and "Injured" not in said
    assert "Injured" not in str(brief(story)) and digest_cards([story], NOW)[0].fields == ()
    assert [one.title for one in rewritten.archive.wordings(1).wordings] == [SOME, EXACT, "Page moved"]


def test_an_alert_that_waits_for_what_is_withdrawn_is_not_sent(store):
    """Nobody is rung up for it; when it is reported again, it is told."""
    store.commit(plan(told(EXACT, injured=28)), NOW)
    rewrite(store, "Page moved", NOW + HOUR, relevant=False)
    assert store.outbox.claim(NOW + HOUR) == []
    rewrite(store, "Two were killed", NOW + 2 * HOUR, injured=28)
    assert store.outbox.told("alerts", 1).alert is State.PENDING or store.digest("alerts")


def test_a_silent_storys_withdrawal_tells_nobody(store):
    """What nobody was told of needs no correction."""
    store.commit(plan(told(EXACT, silent=True)), NOW)
    rewrite(store, "Page moved", NOW + HOUR, relevant=False)
    assert store.outbox.claim(NOW + HOUR) == [] and store.digest("alerts") == []


def test_what_cannot_be_read_is_not_said_to_be_withdrawn(rewritten):
    """Nobody knows what the item says now."""
    unread = replace(told("Huge", NOW + 9 * HOUR, relevant=False), unreadable=cause("too much"))
    rewritten.commit(plan(updated=((1, unread),)), NOW + 9 * HOUR)
    assert rewritten.stories.story(1).account.believed("injured") == 28


def test_an_item_that_one_of_two_watches_still_flags_leaves_the_other_story(store):
    """Each watch's story by itself."""
    both = told(EXACT, injured=28)
    (found,) = both.findings
    other = replace(found, match=replace(found.match, watch="v"))
    store.commit(plan(replace(both, findings=(found, other))), NOW)
    now = told("Now of one", NOW + HOUR, injured=30)
    store.commit(plan(updated=((1, now),)), NOW + HOUR)
    stories = [store.stories.of_entry(1, watch) for watch in "wv"]
    assert [(one.withdrawn, one.account.believed("injured")) for one in stories] == [(False, 30), (True, None)]


def test_an_item_that_is_flagged_only_when_rewritten_tells_it_then(store):
    """A stub that is filled in later: the story has the later moment."""
    store.commit(plan(told("Breaking", relevant=False)), NOW)
    rewrite(store, EXACT, NOW + HOUR)
    assert store.stories.story(1).sources[0].reworded == NOW + HOUR


def test_words_that_never_stand_still_are_kept_up_to_a_bound(store):
    """24 rewrites; that there were more, and since when, is known."""
    store.commit(plan(told("Version 0")), NOW)
    for n in range(1, 40):
        rewrite(store, f"Version {n}", NOW + n * HOUR)
    history = store.archive.wordings(1)
    assert [one.title for one in history.wordings] == [f"Version {n}" for n in range(25)]
    assert history.overrun == NOW + 25 * HOUR


def test_words_that_flip_to_and_fro_end_too(store):
    """Two wordings by turns are two rows, and turned no more often than the bound says."""
    store.commit(plan(told("Tick")), NOW)
    for n in range(1, 60):
        rewrite(store, "Tock" if n % 2 else "Tick", NOW + n * HOUR)
    history = store.archive.wordings(1)
    assert (len(history.wordings), len(history.readings)) == (2, 25)


def test_regrouping_takes_the_wordings_along(rewritten):
    """Merged and split, a source keeps its wording and moment."""
    rewritten.commit(plan(told("Another place", number=2)), NOW)
    (apart,) = rewritten.regroup.split(2, "me", NOW)
    rewritten.regroup.merge(1, apart, "me", NOW + 9 * HOUR)
    (parted,) = rewritten.regroup.split(1, "me", NOW + 10 * HOUR)
    (source,) = rewritten.stories.story(parted).sources
    assert (source.entry, source.wording, source.reworded) == (1, 2, NOW + 8 * HOUR)


def test_purging_keeps_what_was_flagged_or_cited_whole(store):
    """Of the others nothing is left but their keys."""
    store.commit(plan(told(SOME), *(told(f"Item {n}", number=n, relevant=False) for n in (2, 3))), NOW)
    rewrite(store, "Now unflagged", NOW + HOUR, relevant=False)
    store.archive.keep(3)
    assert store.archive.purge(NOW + DAY) == 1
    assert [store.archive.wordings(n) and len(store.archive.wordings(n).wordings) for n in (1, 2, 3)] == [2, None, 1]
    assert store._db.execute("SELECT count(*) FROM wordings WHERE entry = 2").fetchone()[0] == 0


# how long a wording stood


def test_that_a_wording_still_stands_is_noted_once_a_day():
    """Not with every fetch, and only by the feed that it came from."""
    known = Known(1, "wire", "hash1", last_read=NOW)
    assert not stands("wire", entry(1), known, NOW + DAY - MINUTE)
    assert stands("wire", entry(1), known, NOW + DAY)
    assert not stands("other", entry(1), known, NOW + DAY)
    assert not stands("wire", entry(1, content_hash="new"), known, NOW + DAY)
    assert not stands("wire", entry(1), None, NOW + DAY)


def test_a_wording_that_stands_says_until_when(store):
    """The moment moves on, never back, and only that of the current wording."""
    store.commit(plan(told(SOME)), NOW)
    rewrite(store, EXACT, NOW + HOUR)
    for at in (NOW + DAY, NOW):
        store.commit(plan(standing=(1,)), at)
    assert [one.last_read for one in store.archive.wordings(1).wordings] == [NOW, NOW + DAY]


# whatever a publisher does


@settings(max_examples=examples(25))
@given(texts=st.lists(st.sampled_from("abcd"), max_size=35), flags=st.lists(st.booleans(), min_size=35, max_size=35))
def test_the_readings_are_what_was_read(tmp_path_factory, texts, flags):
    """In any order of texts: the history read back is the order of the texts (up to the bound), each wording is one
    row with the words it had, and the story's source is one of them, whole."""
    with opened(tmp_path_factory.mktemp("any") / "archive.db") as store:
        store.commit(plan(told("a")), NOW)
        said = ["a"]
        for n, (title, relevant) in enumerate(zip(texts, flags, strict=False), 1):
            rewrite(store, title, NOW + n * MINUTE, relevant=relevant)
            if title != said[-1] and len(said) <= 24:
                said.append(title)
        history = store.archive.wordings(1)
        assert [one.title for _, one in history.readings] == said
        assert history.now.title == said[-1]
        assert len({one.title for one in history.wordings}) == len(history.wordings)
        (source,) = store.stories.story(1).sources
        assert (source.quotes, history.wording(source.wording).title) == ((source.title,), source.title)
        assert source.content_hash == content_hash(source.title, "s")


# from an older archive


def test_an_older_archive_has_its_words_as_wording_one(tmp_path):
    """First read when the item was seen, with a hash that fits the words; a rewrite of before is owned up to."""
    path = written(tmp_path / "old.db")
    with sqlite3.connect(path) as db:
        before = db.execute("SELECT id, title, summary, seen, content_hash FROM entries ORDER BY id").fetchall()
        db.execute("UPDATE entries SET revisions = 3 WHERE id = 1")
    with Store(path) as store:
        for number, title, summary, seen, feed_hash in before:
            history = store.archive.wordings(number)
            (one,) = history.wordings
            assert (one.title, one.summary, one.first_read.isoformat(timespec="microseconds")) == (title, summary, seen)
            assert one.content_hash == content_hash(title, summary)
            assert store._db.execute(
                "SELECT coalesce(feed_hash, content_hash) FROM wordings WHERE entry = ?", [number]
            ).fetchone() == (feed_hash,)
        assert store.archive.wordings(1).lost == 3
        rewrite(store, "Later words", NOW + DAY)
        assert [one.number for one in store.archive.wordings(1).wordings] == [1, 2]
        store._db.execute("INSERT INTO entries_fts (entries_fts) VALUES ('integrity-check')")


@pytest.mark.slow
def test_ten_thousand_entries_are_brought_over_in_time(tmp_path):
    """Two seconds of CPU at most, so that a hundred thousand take twenty."""
    path = written(tmp_path / "old.db")
    with sqlite3.connect(path) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info (entries)") if row[1] != "id"]
        names = ", ".join(columns)
        db.execute(
            f"""INSERT INTO entries ({names}) SELECT {names} FROM entries, (SELECT value FROM json_each(
                '[' || substr(replace(hex(zeroblob(400)), '0', ',0'), 2) || ']')) LIMIT 10000"""
        )
    began = time.process_time()
    with Store(path) as store:
        count = store._db.execute("SELECT count(*) FROM wordings").fetchone()[0]
    assert count > 10000
    assert time.process_time() - began < 2


# from the feed on


@pytest.fixture
async def polled(tmp_path):
    async with houses(tmp_path) as make:
        yield make("a")


async def moments(house):
    """Of each wording of item 1 its title, and when it was first and last read."""
    history = await house.ask(lambda store: store.archive.wordings(1))
    return [(one.title, one.first_read - NOW, one.last_read - NOW) for one in history.wordings]


async def test_a_feed_that_rewrites_an_item_is_read_wording_by_wording(polled):
    """Polled, polled anew and polled back: two wordings, three readings, one story, told of by edits."""
    for after, title in ((0, "a dozen"), (1, "12"), (1, "a dozen")):
        await polled.tick(after * HOUR, a=body((1, f"Blue helmets hurt: {title}", NOW)))
    history = await polled.ask(lambda store: store.archive.wordings(1))
    assert [(at - NOW, one.number) for at, one in history.readings] == [(0 * HOUR, 1), (HOUR, 2), (2 * HOUR, 1)]
    (story,) = await polled.ask(lambda store: store.stories.latest())
    assert [(one.title, one.wording) for one in story.sources] == [("Blue helmets hurt: a dozen", 1)]


async def test_an_unchanged_item_is_noted_with_a_new_body_once_a_day(polled):
    """Another item comes every six hours; that the first still stands is written down on the second day."""
    await polled.tick(a=body((1, "Blue helmets", NOW)))
    for number in range(2, 7):
        await polled.tick(6 * HOUR, a=body((1, "Blue helmets", NOW), (number, f"Item {number}", NOW)))
        noted = DAY if number >= 5 else 0 * HOUR
        assert await moments(polled) == [("Blue helmets", 0 * HOUR, noted)]


async def test_the_hash_of_a_citation_is_that_of_the_words_kept(tmp_path):
    """Also where the lead came from the article's page: what is cited can be proved, and edits are still noticed."""
    page = f"<html><body><article><p>{BEGINNING}</p></article></body></html>".encode()
    async with houses(tmp_path) as make:
        house = make("a", leads=Pages(page))
        thin = (
            rss((1, "Blue helmet today", YOUNG)).replace(b"<description>", b"<x>").replace(b"</description>", b"</x>")
        )
        for number in range(2):
            await house.tick(HOUR, a=Outcome(Fetched.BODY, 200, thin, body_hash=f"{number}"))
        (one,) = (await house.ask(lambda store: store.archive.wordings(1))).wordings
        assert (one.summary, one.content_hash) == (BEGINNING, content_hash(one.title, BEGINNING))


def test_some_of_the_words_are_found_in_an_earlier_wording_too(store):
    """Where no item holds them all; nothing goes wrong on the way."""
    store.commit(plan(told("Alpha")), NOW)
    rewrite(store, "Bravo", NOW + HOUR)
    for words in ("alpha gamma", "bravo gamma"):
        page = store.archive.search(words)
        assert (page.total, page.partial) == (1, True)
    assert store.archive.search("alpha gamma").items[0].earlier is not None
