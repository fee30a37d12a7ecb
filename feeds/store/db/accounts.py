"""What stories say, kept in columns beside them, so that it is worked out once and SQL can ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter

from sqlite_utils import Database

from feeds.model import Account, Source
from feeds.store.db import rows
from feeds.store.db.meta import Meta
from feeds.store.db.story_rows import account_row
from feeds.store.search.tables import index_stories, index_story
from feeds.stories.account import account
from seeds.text.nogc import undisturbed

# Each step of a story reads its sources: so many from either end, official ones before all others. The largest honest
# stories have a few dozen; a feed that repeats itself without end must not hold up the house.
MOST_FROM_AN_END = 100
# Whether an entry's current wording is another than the one that its story tells. Of one that cannot be read nobody
# knows what it says.
OUTDATED = """(p.wording <> e.wording
    AND NOT EXISTS (SELECT 1 FROM unreadable_entries u WHERE u.entry = e.id))"""
_SOURCES = f"""SELECT e.id, w.title, e.link, e.publisher, e.standing, e.language, e.published, e.precision, e.seen,
    w.content_hash, w.n AS wording, e.revisions > 0 AS rewritten, p.since, p.story, f.tier, f.facts, f.quotes,
    {OUTDATED} AS outdated,
    row_number() OVER (PARTITION BY p.story ORDER BY e.standing <> 'official', e.id) AS first,
    row_number() OVER (PARTITION BY p.story ORDER BY e.id DESC) AS last
    FROM placements p JOIN entries e ON e.id = p.entry JOIN wordings w ON w.id = p.wording
    JOIN findings f ON f.wording = p.wording AND f.watch = p.watch"""

# The name under which a migration notes that what stories say is to be worked out anew.
_MISSING = "accounts_missing"


class Accounts:
    """What stories say, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, story: int, said: Account) -> None:
        """Keep what a story says; the caller's transaction has the step that made it say so."""
        self._save([(story, said)])
        index_story(self._db, story)

    def forget(self, story: int) -> None:
        """A merged story says nothing any more."""
        self._db.execute("DELETE FROM story_accounts WHERE story = ?", [story])
        index_story(self._db, story)

    def _save(self, told: Iterable[tuple[int, Account]]) -> None:
        self._db.conn.executemany(_insertion(), (((story, *account_row(said).values())) for story, said in told))

    def missing(self) -> bool:
        """Whether an upgrade has left it to `fill` to work out what the stories say."""
        return Meta(self._db).get(_MISSING) is not None

    def fill(self) -> None:
        """Work out what every story says; part of the caller's transaction."""
        with undisturbed():
            self._save((story, account(sources)) for story, sources in self._all())
        index_stories(self._db)
        self._db.execute("DELETE FROM meta WHERE key = ?", [_MISSING])

    def _all(self) -> Iterator[tuple[int, list[Source]]]:
        found = self._db.query(f"{sources_where('1')} ORDER BY story, id")
        for story, of_story in groupby(found, itemgetter("story")):
            yield story, [rows.source(row) for row in of_story]


def sources_where(condition: str) -> str:
    """The SELECT of the sources of stories, as `rows.source` reads them, where `condition` holds of their placements
    `p`; of a very large story those from either end."""
    return f"SELECT * FROM ({_SOURCES} WHERE {condition}) WHERE min(first, last) <= {MOST_FROM_AN_END}"


@cache
def _insertion() -> str:
    names = ("story", *account_row(Account()))
    return f"INSERT OR REPLACE INTO story_accounts ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
