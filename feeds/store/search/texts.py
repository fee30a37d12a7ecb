"""The words of a few stories in an index of their own, in memory: to ask what stands where costs the same however large
the archive is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from feeds.query.model import Words
from feeds.store.db import rows
from feeds.store.search.conditions import match_of
from feeds.store.search.tables import SHIFT

_MOST_ROWS = 400  # wordings of a story that are looked through, the newest
#: Around each hit in a passage.
HIT_BEGINS, HIT_ENDS = "\x02", "\x03"
_TEXTS = f"""SELECT t.id, w.title, w.summary, w.terms, t.entry, t.current, w.n, w.first_read
    FROM told t JOIN wordings w ON w.id = t.wording
    WHERE t.id BETWEEN :story << {SHIFT} AND (:story + 1 << {SHIFT}) - 1
    AND t.wording IS NOT (SELECT wording FROM entries WHERE id = :besides) ORDER BY t.id DESC LIMIT {_MOST_ROWS}"""
_PASSAGES = f"""SELECT rowid, highlight(texts, 0, '{HIT_BEGINS}', '{HIT_ENDS}'),
    highlight(texts, 1, '{HIT_BEGINS}', '{HIT_ENDS}') FROM texts WHERE texts MATCH ? ORDER BY rank"""


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a story has the words: the entry, its `title` and lead (`text`) with marks around the hits, and of which
    wording they are, if the entry says something else now, with when that was first `read`."""

    entry: int
    title: str
    text: str
    earlier: int | None = None
    read: datetime | None = None


class StoryTexts:
    """The wordings of some stories in memory; for use inside `with story_texts(…)`."""

    def __init__(self, db: Database, stories: Sequence[int], besides: int | None = None) -> None:
        self._texts = sqlite3.connect(":memory:")
        self._texts.execute(
            "CREATE VIRTUAL TABLE texts USING fts5 (title, summary, terms, tokenize='unicode61 remove_diacritics 2')"
        )
        self._rows: dict[int, tuple[int, bool, int, str]] = {}
        for story in stories:
            for number, title, summary, terms, *about in db.execute(_TEXTS, {"story": story, "besides": besides}):
                self._rows[number] = tuple(about)
                said = (number, _bare(title), _bare(summary), terms)
                self._texts.execute("INSERT INTO texts (rowid, title, summary, terms) VALUES (?, ?, ?, ?)", said)

    def have(self, words: Words) -> bool:
        """Whether one of the wordings has the words."""
        expression = match_of(words)
        sql = "SELECT 1 FROM texts WHERE texts MATCH ? LIMIT 1"
        return bool(expression) and self._texts.execute(sql, [expression]).fetchone() is not None

    def passages(self, words: Sequence[Words]) -> dict[int, Passage]:
        """For each story the wording that has the words at best: one that is current before one that is not."""
        expression = " OR ".join(f"({one})" for one in map(match_of, words) if one)
        if not expression:
            return {}
        found: dict[int, Passage] = {}
        hits = self._texts.execute(_PASSAGES, [expression]).fetchall()
        for number, title, text in sorted(hits, key=lambda hit: not self._rows[hit[0]][1]):
            entry, current, wording, read = self._rows[number]
            earlier = (None, None) if current else (wording, rows.time_in(read))
            found.setdefault(number >> SHIFT, Passage(entry, title, text, *earlier))
        return found

    def close(self) -> None:
        """Forget them."""
        self._texts.close()


@contextmanager
def story_texts(db: Database, stories: Sequence[int], besides: int | None = None) -> Iterator[StoryTexts]:
    """The wordings of these stories but for what an entry `besides` says now, as long as the block lasts."""
    texts = StoryTexts(db, stories, besides)
    try:
        yield texts
    finally:
        texts.close()


def _bare(text: str) -> str:
    return text.replace(HIT_BEGINS, " ").replace(HIT_ENDS, " ")
