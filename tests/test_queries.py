"""What queries find in an archive: stories and items by their words and facts, in order, at a bounded cost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.query import Query, parse_query
from feeds.query.known import KnownNames, known_names
from feeds.store import Store
from feeds.store.search.bits import as_bytes, bits_of, by_count, highest, holds, ids_of
from feeds.store.search.conditions import FLAGGED_ITEMS
from feeds.store.search.tables import index_stories
from seeds.model import Tier, When
from tests.store_kit import DAY, HOUR, NOW, opened, plan, reading
from tests.test_upgrade import written

TABLES = ("told", "story_marks", "story_measures")


def names(store):
    """What a desk knows, without watches' gazetteers."""
    known = known_names({"w": ("w", None), "other": ("The other", None)})
    for key in ("place", "region", "source"):
        known = known.with_names(key, store.queries.names(key))
    return known


def asked(store, line):
    found = parse_query(line, names(store), NOW)
    assert isinstance(found, Query), found
    return found


def found(store, line, **more):
    return list(store.queries.stories(asked(store, line), **more).ids)


def items(store, line, **more):
    return list(store.queries.items(asked(store, line), **more).ids)


def fill(store):
    """Seven stories of one item each, and one item that nobody flagged; story n holds item n."""
    store.commit(plan(
        reading(1, title="Attaque à Kidal : un Casque bleu tué", language="fr", publisher="RFI", published=NOW - DAY,
                facts={"place": "Kidal", "region": "Kidal", "killed": 1, "attack": "mine", "contingents": ("TD",),
                       "event": When(NOW - DAY, "day"), "language": "fr"}),
        reading(2, title="Peacekeepers come under attack", summary="Near Gao, the UN says.", published=NOW,
                publisher="UN News", facts={"place": "Gao", "injured": 5, "attack": "ambush", "actor": "JNIM",
                                            "event": When(NOW, "day")}),
        reading(3, title="هجوم على قوات حفظ السلام", language="ar", publisher="Alghad", published=NOW - 2 * DAY,
                facts={"place": "Kidal", "region": "Kidal", "killed": 4, "attack": "attack",
                       "event": When(NOW, "day")}),
        reading(4, title="Council acts", tier=Tier.DECISION, publisher="RFI Afrique", published=NOW - 3 * DAY,
                facts={"symbols": ("S/RES/2690 (2023)",), "event": When(NOW - 900 * DAY, "day")}),
        reading(5, title="A training for pilots in Kidal", tier=Tier.BACKGROUND, watch="other",
                published=NOW - 4 * DAY),
        reading(6, title="Truck rolls over", published=NOW - 40 * DAY,
                facts={"place": "Gao", "killed": 0, "attack": "accident", "event": When(NOW - 41 * DAY, "day")}),
        reading(7, title="Football in Kidal", relevant=False),
    ), NOW)  # fmt: skip
    return store


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "archive.db") as fresh:
        yield fill(fresh)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("library") / "archive.db") as fresh:
        yield fill(fresh)


@pytest.mark.parametrize(("line", "expected"), [
    ("attack", [2]), ("attaque", [1]), ("kidal", [1, 3, 5]), ('"under attack"', [2]), ("KIDAL -training", [1, 3]),
    ("kind:attack place:kidal", [1, 3]), ("kind:mine", [1]), ("place:kidal", [1, 3]), ("region:kidal", [1, 3]),
    ("lang:fr", [1]), ("lang:ar,fr", [1, 3]), ("-lang:en", [1, 3]), ("source:rfi", [1, 4]), ("source:alghad", [3]),
    ("tier:decision", [4]), ("tier:incident place:gao", [2, 6]), ("contingent:TD", [1]), ("contingent:chad", [1]),
    ("actor:jnim", [2]), ("story:3,4,99", [3, 4]), ("symbol:S/RES/2690", [4]), ("S/RES/2690", [4]),
    ("title:attack", [2]), ("title:near", []), ("watch:other", [5]),
    ("killed:>0", [1, 3]), ("killed:>3", [3]), ("killed:1..4", [1, 3]), ("killed:0", [6]), ("killed:<2", [1, 6]),
    ("injured:>=5", [2]), ("killed:4 OR injured:5", [2, 3]), ("-killed:>0 -injured:>0", [4, 5, 6]),
    ("since:7d", [2, 1, 3, 4, 5]), ("since:today", [2, 3]), ("before:2021-02-10", [1, 4, 5, 6]), ("on:2021-02-09", [1]),
    ("until:2021-01", [6]), ("2021-01..2021-01", []), ("2020-12..2021-01", [6]), ("on:2020-12", [6]),
    ("(attack OR attaque) -place:kidal", [2]), ("kidal (lang:ar OR lang:fr)", [1, 3]),
    ("un", [1, 2]), ("casque attack", [1, 2]), ("casque zebra -kidal", []), ("zebra", []),
])  # fmt: skip
def test_stories_are_found_by_words_and_facts(library, line, expected):
    """Words search the text, keys what is stated, whatever the language."""
    assert sorted(found(library, line)) == sorted(expected)


def test_the_newest_come_first(library):
    """By when they were told last, the best by how plainly they have the words, or how many tell them."""
    assert found(library, "kidal") == [1, 3, 5]
    assert found(library, "-tier:commemoration") == [2, 1, 3, 4, 5, 6]
    assert sorted(found(library, "kidal sort:best")) == [1, 3, 5]
    assert sorted(found(library, "tier:incident sort:best")) == [1, 2, 3, 6]


def test_pages_follow_each_other(library):
    """With a total; without a limit all come."""
    everything = asked(library, "-tier:commemoration")
    pages = [library.queries.stories(everything, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [page.ids for page in pages] == [(2, 1), (3, 4), (5, 6), ()]
    assert {page.total for page in pages} == {6}
    assert library.queries.stories(everything, limit=None).ids == (2, 1, 3, 4, 5, 6)


def test_only_the_watches_that_were_asked_for(library):
    """Two watches share an archive, not their answers."""
    assert found(library, "kidal", watches=["w"]) == [1, 3]
    assert found(library, "kidal", watches=["w", "other"]) == [1, 3, 5]
    assert items(library, "kidal", watches=["other"]) == [5]
    assert found(library, "kidal watch:other", watches=["w"]) == [5], "unless the query says which"
    assert found(library, "kidal -watch:other", watches=["w"]) == [1, 3]


def test_where_nothing_has_all_words_what_has_most_of_them_comes_first(library):
    """And is said to be so; a key that nothing meets finds nothing."""
    some = library.queries.stories(asked(library, "casque bleu zebra attack"))
    assert (some.ids, some.total, some.partial) == ((1, 2), 2, True)
    assert library.queries.stories(asked(library, "casque zebra tier:incident")).ids == ()


def test_items_are_found_as_stories_are(library):
    """Facts are their story's, language and source and time their own; `everything` adds what nobody flagged."""
    assert items(library, "kind:attack place:kidal") == [1, 3]
    assert items(library, "lang:fr") == [1] and items(library, "source:rfi") == [1, 4]
    assert items(library, "since:2021-02-09 before:2021-02-10") == [1]
    assert items(library, "killed:>0 -lang:fr") == [3]
    assert sorted(items(library, "kidal", everything=True)) == [1, 3, 5, 7]
    assert items(library, "football", everything=True) == [7] and items(library, "football") == []
    assert 7 in items(library, "source:wire", everything=True)


def join_reports(store):
    """A second report of story 1, in English, which is rewritten later."""
    more = reading(8, title="Blue helmet killed by a mine", publisher="Wire", published=NOW, facts={"place": "Kidal"})
    store.commit(plan(more), NOW)
    store.regroup.merge(1, store.stories.of_entry(8, "w").id, "me", NOW)
    rewritten = replace(more, entry=replace(more.entry, title="Soldier dies in blast", content_hash="other"),
                        seen=NOW + HOUR)  # fmt: skip
    store.commit(plan(updated=((8, rewritten),)), NOW + HOUR)


def test_a_story_is_found_by_all_that_was_ever_said_of_it(store):
    """Also by the words that a rewrite took away, by each of its languages and sources; what is not wanted may be
    said by none of its reports."""
    join_reports(store)
    for line in ("blue helmet", "soldier blast", "casque", "lang:fr lang:en", "source:wire source:rfi", "casque blast"):
        assert 1 in found(store, line), line
    assert found(store, "place:kidal -lang:en") == [3]
    assert found(store, '"blue helmet" blast') == [1]
    assert store.queries.stories(asked(store, '"blue helmet" blast')).partial


def test_an_item_by_its_earlier_words_comes_last(store):
    """As in every search of items."""
    join_reports(store)
    found = store.archive.items(asked(store, "blue")).items
    assert [(one.source.entry, one.earlier and one.earlier.number) for one in found] == [(8, 1)]
    assert "Blue helmet killed" in found[0].earlier.passage
    assert store.archive.items(asked(store, "soldier")).items[0].earlier is None


def kept(store):
    """What the tables of the search hold, but for the numbers of their rows."""
    rows = {table: sorted(store._db.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
    return {**rows, "told": sorted((one >> 20, *rest) for one, *rest in rows["told"])}


def made_anew(store):
    """The same as they would be made of the archive now."""
    index_stories(store._db)
    told = store._db.execute(
        """SELECT p.story, w.entry, w.id, w.id = e.wording FROM placements p JOIN entries e ON e.id = p.entry
        JOIN wordings w ON w.entry = p.entry"""
    )
    return {**kept(store), "told": sorted(told.fetchall())}


def check_index(store):
    store._db.execute("INSERT INTO told_fts (told_fts, rank) VALUES ('integrity-check', 1)")
    held = store._db.execute("SELECT id FROM told_fts_docsize ORDER BY id").fetchall()
    assert held == store._db.execute("SELECT id FROM told ORDER BY id").fetchall()


def test_the_tables_follow_every_step(store):
    """A report more, a rewrite and back, a merge and a split: what queries are answered from is what it would be if it
    were made anew."""
    steps = (
        join_reports,
        lambda store: store.regroup.merge(2, 3, "me", NOW),
        lambda store: store.regroup.split(3, "me", NOW),
        lambda store: store.commit(plan(updated=((1, reading(1, title="Kidal: la version corrigée",
                                                             content_hash="new", facts={"place": "Gao"})),)), NOW),
        lambda store: store.commit(plan(updated=((1, reading(1, title="Attaque à Kidal : un Casque bleu tué",
                                                             facts={"place": "Kidal"})),)), NOW + HOUR),
        lambda store: store.commit(plan(updated=((7, reading(7, title="Football", content_hash="b")),)), NOW + HOUR),
        lambda store: store.commit(plan(updated=((8, reading(8, title="Gone", content_hash="c", relevant=False)),)),
                                   NOW + 2 * HOUR),
        lambda store: store.archive.purge(NOW + 99 * DAY),
    )  # fmt: skip
    for step in steps:
        step(store)
        check_index(store)
        before = kept(store)
        assert before == made_anew(store)


def test_an_older_archive_gets_the_tables(tmp_path):
    """What an earlier release wrote is found by words and facts; a second opening makes nothing anew."""
    with Store(written(tmp_path / "old.db")) as store:
        check_index(store)
        assert kept(store) == made_anew(store)
        assert kept(store)["story_marks"] and kept(store)["story_measures"]
        known = names(store)
        live = [story for story in store.stories.latest(500) if story.sources]
        for story in live:
            where = story.account.location
            line = f'place:"{where.place}"' if where else f"story:{story.id}"
            assert story.id in store.queries.stories(parse_query(line, known, NOW), limit=None).ids
        assert len(store.queries.stories(Query(), limit=None).ids) == len(live)


LEAVES = st.sampled_from(
    ["kidal", "attack", "casque", "zebra", '"under attack"', "place:kidal", "kind:attack", "lang:fr", "source:rfi",
     "killed:>0", "injured:5", "since:7d", "before:2021-02-09", "tier:incident", "story:3", "watch:other",
     "title:attack", "S/RES/2690", "on:2021-02", "contingent:td"]
)  # fmt: skip
LINES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(inner, inner).map(" ".join)
    | st.tuples(inner, inner).map(lambda two: f"({' OR '.join(two)})")
    | inner.map("-({})".format),
    max_leaves=6,
)  # fmt: skip


@settings(deadline=None)
@given(LINES)
def test_one_story_matches_exactly_the_queries_that_find_it(library, line):
    """`matches` says of each story what `stories` finds; all asked at once or one by one."""
    query = asked(library, line)
    listed = library.queries.stories(query, limit=None)
    if not listed.partial:
        assert set(listed.ids) == {story for story in range(1, 9) if library.queries.matches(query, story)}
        assert library.queries.which([query, Query()], 3) == (3 in listed.ids, True)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_is_answered(library, text):
    """No text breaks a search for stories or for items."""
    query = parse_query(text, KnownNames(), NOW)
    if isinstance(query, Query):
        library.queries.stories(query)
        library.archive.items(query)
        library.queries.passages(query, [1, 2])


def test_a_language_is_looked_up_from_the_few_that_were_rewritten(store):
    """Not through all that is placed: of a million items that were 200,000 look-ups for a few hundred."""
    plan_of = store._db.execute(f"EXPLAIN QUERY PLAN {FLAGGED_ITEMS.own['lang']}", ["lang", '["fr"]']).fetchall()
    steps = [step for *_, step in plan_of if step.startswith(("SCAN", "SEARCH"))]
    assert [step for step in steps if step.startswith("SCAN") and "json_each" not in step] == [
        "SCAN e USING INDEX entries_rewritten"
    ]


def test_passages_show_where_the_words_stand(store):
    """The hits of each story marked, current words before those that are gone, any of the words that may be."""
    join_reports(store)
    passages = store.queries.passages(asked(store, "near OR casque -zebra"), [1, 2, 3])
    assert passages.keys() == {1, 2}
    assert "\x02Casque\x03" in passages[1].title and passages[1].earlier is None
    assert "\x02Near\x03 Gao" in passages[2].text
    (gone,) = store.queries.passages(asked(store, '"blue helmet"'), [1]).values()
    assert (gone.earlier, gone.read, gone.entry) == (1, NOW, 8)
    assert store.queries.passages(asked(store, "place:kidal"), [1]) == {}


@given(st.lists(st.frozensets(st.integers(0, 300)), max_size=6))
def test_sets_of_ids_are_sets(sets):
    """Numbers with a bit for each id say what sets say."""
    numbers = [bits_of((one,) for one in ids) for ids in sets]
    for ids, number in zip(sets, numbers, strict=True):
        assert list(ids_of(number)) == sorted(ids) and number.bit_count() == len(ids)
        assert highest(number, 5) == sorted(ids, reverse=True)[:5]
        assert all(holds(as_bytes(number), one) == (one in ids) for one in range(0, 400, 7))
    counted = by_count(numbers)
    for one in range(301):
        times = sum(one in ids for ids in sets)
        assert [bool(held >> one & 1) for held in counted] == [times == n for n in range(1, len(sets) + 1)]
