"""Which stories or items meet the conditions of a query: a set for each condition, joined as the query says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

from sqlite_utils import Database

from feeds.query.model import And, Count, Key, Leaf, Node, Not, Or, Period, Sought, Words
from feeds.store.search.bits import bits_of
from feeds.store.search.tables import LANGUAGE, LANGUAGE_OF_ENTRY, SHIFT

_LETTER = re.compile(r"\w")
_LISTED = "IN (SELECT value FROM json_each(?2))"
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_AGES = 1 << 40  # seconds that no news is away from 1970


@dataclass(frozen=True, slots=True)
class Space:
    """How the ids of what meets a condition are found, as SQL.

    `words` gives (id, whether the words stand in what is said now), `key` takes the kind and the values, `own` are the
    keys that ask for something else than the story's, `period` takes first and last second. `unseen` are those that are
    not there for whom the store is asked for.
    """

    words: str
    key: str
    story: str
    count: str
    period: str
    everything: str
    own: dict[str, str] = field(default_factory=dict)
    unseen: str = "SELECT id FROM entries WHERE server <> '' AND NOT seen(server)"


ALL_STORIES = Space(
    words=f"SELECT rowid >> {SHIFT} FROM told_fts WHERE told_fts MATCH ?",
    key=f"SELECT story FROM story_marks WHERE kind = ?1 AND value {_LISTED}",
    story=f"SELECT story FROM story_measures WHERE ?1 <> '' AND story {_LISTED}",
    count="SELECT story FROM story_measures WHERE {harm} BETWEEN ? AND ?",
    period="SELECT story FROM story_measures WHERE ended >= ? AND began <= ?",
    everything="SELECT story FROM story_measures",
    unseen="SELECT id FROM stories WHERE server <> '' AND NOT seen(server)",
)

_OF_STORIES = "SELECT p.entry FROM {stories} m JOIN placements p ON p.story = m.story"
_SECOND = "CAST(strftime('%s', coalesce(p.since, e.told)) AS INTEGER)"
FLAGGED_ITEMS = Space(
    words="SELECT t.entry, t.current FROM told_fts f CROSS JOIN told t ON t.id = f.rowid WHERE told_fts MATCH ?",
    key=f"{_OF_STORIES.format(stories='story_marks')} WHERE m.kind = ?1 AND m.value {_LISTED}",
    story=f"SELECT entry FROM placements WHERE ?1 <> '' AND story {_LISTED}",
    count=f"{_OF_STORIES.format(stories='story_measures')} WHERE m.{{harm}} BETWEEN ? AND ?",
    period=f"SELECT p.entry FROM placements p JOIN entries e ON e.id = p.entry WHERE {_SECOND} BETWEEN ? AND ?",
    everything="SELECT entry FROM placements",
    own={
        "source": f"SELECT id FROM entries e WHERE kept AND ?1 <> '' AND publisher {_LISTED}",
        # of the few that were rewritten the language stands in what was found: from them on, not through all placements
        "lang": f"""SELECT id FROM entries e WHERE kept AND revisions = 0 AND ?1 <> '' AND {LANGUAGE_OF_ENTRY} {_LISTED}
            UNION ALL SELECT e.id FROM entries e INDEXED BY entries_rewritten CROSS JOIN placements p ON p.entry = e.id
            CROSS JOIN findings f ON f.wording = p.wording AND f.watch = p.watch
            WHERE e.revisions > 0 AND {LANGUAGE} {_LISTED}""",
    },
)
# What no watch flagged has neither story nor facts: it is found by its words, its source, its language and its time.
EVERY_ITEM = Space(
    words="""SELECT rowid, 1 FROM entries_fts WHERE entries_fts MATCH ?1 UNION ALL
        SELECT w.entry, 0 FROM earlier_fts f CROSS JOIN wordings w ON w.id = f.rowid WHERE earlier_fts MATCH ?1""",
    key=FLAGGED_ITEMS.key,
    story=FLAGGED_ITEMS.story,
    count=FLAGGED_ITEMS.count,
    period="SELECT e.id FROM entries e WHERE CAST(strftime('%s', e.told) AS INTEGER) BETWEEN ? AND ?",
    everything="SELECT id FROM entries",
    own={
        "source": f"SELECT id FROM entries e WHERE ?1 <> '' AND publisher {_LISTED}",
        "lang": f"SELECT id FROM entries e WHERE ?1 <> '' AND {LANGUAGE_OF_ENTRY} {_LISTED}",
    },
)


class Meeting:
    """What meets conditions in one space, over one connection; each condition is looked up once."""

    def __init__(self, db: Database, space: Space) -> None:
        self._db, self._space = db, space
        self._found: dict[Leaf, tuple[int, int]] = {}
        self._everything: int | None = None
        self._unseen = bits_of(db.execute(space.unseen))

    def now(self, node: Node | None) -> int:
        """The set of what meets a condition by what it says now; of stories by any of their wordings."""
        return self._of(node, 0) & ~self._unseen

    def ever(self, node: Node | None) -> int:
        """The set of what meets a condition by what it says or said once."""
        return self._of(node, 1) & ~self._unseen

    def _of(self, node: Node | None, which: int) -> int:
        match node:
            case None:
                return self._all()
            case And(parts):
                return self._every(parts, which)
            case Or(parts):
                return reduce(or_, (self._of(part, which) for part in parts), 0)
            case Not(part):
                return self._all() & ~self._of(part, which)
        if node not in self._found:
            self._found[node] = self._leaf(node)
        return self._found[node][which]

    def _every(self, parts: Sequence[Node], which: int) -> int:
        """What meets all conditions; what is not wanted is taken away, so that nobody need know everything."""
        wanted = [part for part in parts if not isinstance(part, Not)]
        found = self._of(wanted[0], which) if wanted else self._all()
        for part in wanted[1:]:
            found = found and found & self._of(part, which)
        for other in parts:
            if isinstance(other, Not) and found:
                found &= ~self._of(other.part, which)
        return found

    def _all(self) -> int:
        if self._everything is None:
            self._everything = bits_of(self._db.execute(self._space.everything))
        return self._everything

    def _leaf(self, leaf: Leaf) -> tuple[int, int]:
        """The sets of what meets a condition now and ever."""
        match leaf:
            case Words():
                return self._words(leaf)
            case Count(harm, least, most):
                bounds = (least or 0, _AGES if most is None else most)
                return self._twice(self._space.count.format(harm=harm), bounds)
            case Period():
                return self._twice(self._space.period, seconds_of(leaf))
            case Key(name="story", values=values):
                return self._twice(self._space.story, ["story", json.dumps([int(one) for one in values])])
            case Key(name=name, values=values):
                return self._key(name, json.dumps(values))

    def _key(self, name: str, values: str) -> tuple[int, int]:
        """What has one of the values; of what is kept, some was cited and never flagged."""
        found, _ = self._twice(self._space.own.get(name, self._space.key), [name, values])
        if name in self._space.own:
            found &= self._all()
        return found, found

    def _twice(self, sql: str, values: Sequence[object]) -> tuple[int, int]:
        found = bits_of(self._db.conn.execute(sql, values))
        return found, found

    def _words(self, words: Words) -> tuple[int, int]:
        expression = match_of(words)
        if not expression:
            return 0, 0
        cursor = self._db.conn.execute(self._space.words, [expression])
        if self._space is ALL_STORIES:
            found = bits_of(cursor)
            return found, found
        earlier: list[tuple[int]] = []
        now = bits_of(_current(cursor, earlier))
        return now, now | bits_of(earlier)


def _current(cursor: Iterable[tuple[int, int]], earlier: list[tuple[int]]) -> Iterable[tuple[int]]:
    """The ids of those that say it now; the others are put aside."""
    for one, current in cursor:
        if current:
            yield (one,)
        else:
            earlier.append((one,))


def match_of(words: Words) -> str:
    """Words as an FTS5 expression; everything is quoted, so that nothing of it is query syntax."""
    terms = " AND ".join(filter(None, map(term_of, words.terms)))
    return f"title : ({terms})" if words.title and terms else terms


def term_of(term: Sought) -> str:
    """A word or a phrase as an FTS5 term; "" for one without a letter."""
    text = term.text.replace('"', " ").replace("\0", " ").encode("utf-8", "replace").decode()
    return f'"{text}"' + ("*" if term.prefix else "") if _LETTER.search(text) else ""


def seconds_of(period: Period) -> tuple[int, int]:
    """The first and the last second of a period, since 1970."""
    return _second(period.start, -_AGES), _second(period.end, _AGES) - 1


def _second(at: datetime | None, otherwise: int) -> int:
    """An instant in seconds; the next whole one of a broken one."""
    return otherwise if at is None else -int((_EPOCH - at).total_seconds() // 1)


def marked_as(kind: str, db: Database, most: int) -> list[str]:
    """The values of a kind that stories have, without going through all stories; not those that only stories have
    which are not there for whom the store is asked for."""
    values = _all_marked_as(kind, db, most)
    unseen = [story for (story,) in db.execute(ALL_STORIES.unseen)]
    if not unseen:
        return values
    found = db.execute(_ONLY_OF, {"kind": kind, "stories": json.dumps(unseen)})
    only = {str(one) for (one,) in found}
    return [value for value in values if value not in only]


_ONLY_OF = """WITH unseen (story) AS (SELECT value FROM json_each(:stories))
    SELECT DISTINCT m.value FROM unseen u JOIN story_marks m ON m.story = u.story AND m.kind = :kind
    WHERE NOT EXISTS (SELECT 1 FROM story_marks o
        WHERE o.kind = :kind AND o.value = m.value AND o.story NOT IN (SELECT story FROM unseen))"""


def _all_marked_as(kind: str, db: Database, most: int) -> list[str]:
    sql = """WITH RECURSIVE known (value) AS (
        SELECT min(value) FROM story_marks WHERE kind = :kind UNION ALL
        SELECT (SELECT min(value) FROM story_marks WHERE kind = :kind AND value > known.value)
        FROM known WHERE known.value IS NOT NULL)
        SELECT value FROM known WHERE value IS NOT NULL LIMIT :most"""
    return [str(value) for (value,) in db.execute(sql, {"kind": kind, "most": most})]
