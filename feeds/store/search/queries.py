"""Queries over one connection: the stories or items that they find, newest or best first, and whether one story is
among them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import nlargest
from operator import or_

from sqlite_utils import Database

from feeds.model import Matching
from feeds.query.meaning import with_watches
from feeds.query.model import And, Count, Key, Leaf, Node, Not, Or, Period, Query, Sought, Words, asks_for_words
from feeds.store.search.bits import as_bytes, bits_of, by_count, highest, holds
from feeds.store.search.conditions import (
    ALL_STORIES,
    EVERY_ITEM,
    FLAGGED_ITEMS,
    Meeting,
    Space,
    marked_as,
    match_of,
    seconds_of,
    term_of,
)
from feeds.store.search.tables import SHIFT
from feeds.store.search.texts import Passage, StoryTexts, story_texts

MOST_COUNTED = 10_000  # what is found beyond that is counted as "more"
_FEW = 3000  # ids of which all are put in order
_COMMON = 20_000  # wordings that have a word which tells nothing: it is left out where only some words are found
_MOST_NAMES = 3000
_NEWEST = "SELECT id FROM stories WHERE merged_into IS NULL ORDER BY newest DESC, id DESC"
_NEWEST_OF = """SELECT id FROM stories WHERE id IN (SELECT value FROM json_each(?)) ORDER BY newest DESC, id DESC"""
_ITEMS_NEWEST = "SELECT id FROM entries WHERE {kept} ORDER BY told DESC, id DESC"
_ITEMS_NEWEST_OF = """SELECT e.id FROM entries e WHERE e.id IN (SELECT value FROM json_each(?))
    ORDER BY coalesce((SELECT max(p.since) FROM placements p WHERE p.entry = e.id), e.told) DESC, e.id DESC"""
_WORTH_OF_ITEMS = """SELECT t.entry, bm25(told_fts, 4.0, 1.0, 1.0) FROM told_fts CROSS JOIN told t
    ON t.id = told_fts.rowid WHERE told_fts MATCH ? AND ? IS NOT NULL"""
_WORTH = f"""SELECT rowid >> {SHIFT}, bm25(told_fts, 4.0, 1.0, 1.0) FROM told_fts
    WHERE told_fts MATCH ? AND rowid >= ?"""


class Queries:
    """What queries find. Each call costs a bounded time for the stories that there are, and a few megabytes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def stories(self, query: Query, watches: Sequence[str] = (), limit: int | None = 10, offset: int = 0) -> Matching:
        """The stories that a query finds, of some watches or (none given) of all: those from `offset` on (0 and up),
        without a limit all. Where none has all of plain words, those that have most of them."""
        meeting, asked = Meeting(self._db, ALL_STORIES), with_watches(query, watches)
        found = meeting.ever(asked.tree)
        if found or not query.plain:
            return _matching(self._sorted(asked, found), found, limit, offset)
        return self._some(query.words[0], ALL_STORIES, watches, limit, offset)

    def items(
        self, query: Query, watches: Sequence[str] = (), limit: int = 10, offset: int = 0, *, everything: bool = False
    ) -> Matching:
        """The flagged items (with `everything` all) that a query finds, newest first: those that say it now before
        those that said it once. Where none has all of plain words, those that have most of them."""
        space, asked = EVERY_ITEM if everything else FLAGGED_ITEMS, with_watches(query, watches)
        meeting = Meeting(self._db, space)
        now, ever = meeting.now(asked.tree), meeting.ever(asked.tree)
        if ever or not query.plain:
            if query.sort == "best" and query.words and not everything:
                return _matching(self._best_by_words(query.words, ever, _WORTH_OF_ITEMS), ever, limit, offset)
            ordered = self._items_newest((now, ever & ~now), everything)
            return _matching(ordered, ever, limit, offset)
        return self._some(query.words[0], space, watches, limit, offset, everything=everything)

    def matches(self, query: Query, story: int) -> bool:
        """Whether a story is among those that a query finds."""
        return self.which([query], story) == (True,)

    def which(self, queries: Sequence[Query], story: int, besides: int | None = None) -> tuple[bool, ...]:
        """Of each query whether it finds the story: its words are read once for all of them, and only where one asks
        for words; what an entry `besides` says now is left out."""
        read = [story] if any(asks_for_words(query.tree) for query in queries) else []
        with story_texts(self._db, read, besides) as texts:
            one = _One(self._db, story, texts)
            return tuple(one.meets(query.tree) for query in queries)

    def passages(self, query: Query, stories: Sequence[int]) -> Mapping[int, Passage]:
        """For each of these stories where it has the words of a query, at best; for none where it asks for no words."""
        if not query.words:
            return {}
        with story_texts(self._db, stories) as texts:
            return texts.passages(query.words)

    def names(self, key: str) -> list[str]:
        """The values that stories have for a key ("source", "lang", "place" …), in order of the alphabet."""
        return marked_as(key, self._db, _MOST_NAMES)

    # in order

    def _sorted(self, query: Query, found: int) -> Iterator[int]:
        if query.sort == "newest":
            return self._newest(found)
        return iter(self._best_by_words(query.words, found) if query.words else self._best_told(found))

    def _newest(self, found: int) -> Iterator[int]:
        return self._walked(found, _NEWEST, _NEWEST_OF)

    def _items_newest(self, groups: Iterable[int], everything: bool) -> Iterator[int]:
        for found in groups:
            yield from self._walked(found, _ITEMS_NEWEST.format(kept="1" if everything else "kept"), _ITEMS_NEWEST_OF)

    def _walked(self, found: int, order: str, order_of: str) -> Iterator[int]:
        """The ids of a set in order: few are sorted, of many those that come first are met soon."""
        if not found:
            return
        if found.bit_count() <= _FEW:
            chosen = self._db.execute(order_of, [json.dumps(highest(found, _FEW))])
            yield from (one for (one,) in chosen)
            return
        wanted = as_bytes(found)
        yield from (one for (one,) in self._db.execute(order) if holds(wanted, one))

    def _best_told(self, found: int) -> list[int]:
        """Those that most publishers told of come first, then the newest."""
        wanted = as_bytes(found)
        told = self._db.execute("SELECT publishers, began, story FROM story_measures")
        return [story for *_, story in nlargest(MOST_COUNTED, (row for row in told if holds(wanted, row[2])))]

    def _best_by_words(self, words: Sequence[Words], found: int, sql: str = _WORTH) -> list[int]:
        """Those that have the words in few others come first; of very many the newest are compared."""
        compared = highest(found, MOST_COUNTED)
        expression = " OR ".join(f"({one})" for one in map(match_of, words) if one)
        if not compared or not expression:
            return compared
        wanted = as_bytes(bits_of((one,) for one in compared))
        worth = self._db.execute(sql, [expression, compared[-1] << SHIFT])
        best: dict[int, float] = {}
        for story, value in worth:
            if value < best.get(story, 0.0) and holds(wanted, story):
                best[story] = value
        return sorted(compared, key=lambda story: (best.get(story, 0.0), -story))

    # some of the words

    def _some(
        self, words: Words, space: Space, watches: Sequence[str], limit: int | None, offset: int, *,
        everything: bool = False,
    ) -> Matching:  # fmt: skip
        """What has some of the words: most of them first, then the newest. Very common words do not count."""
        rare = [one for one in words.terms if not self._common(one, everything)] if len(words.terms) > 1 else []
        meeting = Meeting(self._db, space)
        sets = [meeting.ever(with_watches(Query(Words((one,))), watches).tree) for one in rare]
        groups = [one for one in reversed(by_count(sets)) if one]
        found = reduce(or_, groups, 0)
        ordered = (
            one
            for group in groups
            for one in (self._newest(group) if space is ALL_STORIES else self._items_newest((group,), everything))
        )
        return _matching(ordered, found, limit, offset, partial=bool(found))

    def _common(self, term: Sought, everything: bool) -> bool:
        table = "entries_fts" if everything else "told_fts"
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {_COMMON + 1})"
        return int(self._db.execute(sql, [term_of(term)]).fetchone()[0]) > _COMMON if term_of(term) else True


def _matching(ordered: Iterable[int], found: int, limit: int | None, offset: int, *, partial: bool = False) -> Matching:
    total = min(found.bit_count(), MOST_COUNTED + 1)
    ids: list[int] = []
    for place, one in enumerate(ordered):
        if limit is not None and place >= offset + limit:
            break
        if place >= offset:
            ids.append(one)
    return Matching(tuple(ids), total, partial)


class _One:
    """One story and what it says, for queries to be held against."""

    def __init__(self, db: Database, story: int, texts: StoryTexts) -> None:
        self._texts = texts
        marks = db.execute("SELECT kind, value FROM story_marks WHERE story = ?", [story])
        self._marks = {*marks.fetchall(), ("story", str(story))}
        self._measures = next(iter(db.query("SELECT * FROM story_measures WHERE story = ?", [story])), None)

    def meets(self, node: Node | None) -> bool:
        """Whether it meets a condition; a merged story, which says nothing, meets none."""
        return self._measures is not None and (node is None or self._meets(node, self._measures))

    def _meets(self, node: Node, measures: Mapping[str, int | None]) -> bool:
        match node:
            case And(parts):
                return all(self._meets(part, measures) for part in parts)
            case Or(parts):
                return any(self._meets(part, measures) for part in parts)
            case Not(part):
                return not self._meets(part, measures)
        return self._leaf(node, measures)

    def _leaf(self, leaf: Leaf, measures: Mapping[str, int | None]) -> bool:
        match leaf:
            case Words():
                return self._texts.have(leaf)
            case Key(name, values):
                return any((name, value) in self._marks for value in values)
            case Count(harm, least, most):
                told = measures[harm]
                return told is not None and (least or 0) <= told and (most is None or told <= most)
            case Period():
                first, last = seconds_of(leaf)
                return (measures["ended"] or 0) >= first and (measures["began"] or 0) <= last
