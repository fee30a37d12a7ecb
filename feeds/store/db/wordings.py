"""The wordings of entries: each is written once and stays; an entry points to its current one.

Their tables, and the way there from archives in which an entry had only its last wording, stand below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Finding, History, Judged
from feeds.parsing.identity import content_hash
from feeds.store.db import rows

# A text that is rewritten more often has something like the time of day in it (lemon24/reader's bound too).
MOST_REWRITES = 24


class Wordings:
    """Their rows; all writing is part of the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, entry: int, reading: Judged, number: int = 1) -> None:
        """Keep the words of an entry as they were read, and make them its current ones."""
        said, at = reading.entry, rows.stamp(reading.seen)
        cursor = self._db.conn.execute(
            """INSERT INTO wordings (entry, n, title, summary, terms, content_hash, feed_hash, first_read, last_read)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                entry, number, said.title, said.summary, search_terms(reading.findings), said.content_hash,
                said.feed_hash or None, at, at,
            ),
        )  # fmt: skip
        self._db.conn.execute("UPDATE entries SET wording = ? WHERE id = ?", (cursor.lastrowid, entry))

    def rewrite(self, entry: int, reading: Judged) -> bool:
        """Make what was read the current wording of a known entry: a new one, or an earlier one that is back.

        False, with nothing changed, when the entry says so already, was purged, or was rewritten too often; that it
        went on then is noted.
        """
        known = self._db.execute("SELECT revisions, wording FROM entries WHERE id = ?", [entry]).fetchone()
        same = self._same(entry, reading.entry.noticed_hash)
        if known is None or known[1] == same:
            return False
        if known[0] >= MOST_REWRITES:
            sql = "UPDATE entries SET overrun = ? WHERE id = ? AND overrun IS NULL"
            self._db.conn.execute(sql, (rows.stamp(reading.seen), entry))
            return False
        if same is None:
            self.add(entry, reading, self._next_number(entry))
        else:
            self._return(entry, same, reading.seen)
        self._db.conn.execute(
            "UPDATE entries SET revisions = revisions + 1, kept = kept OR ? WHERE id = ?",
            (bool(reading.findings), entry),
        )
        return True

    def _same(self, entry: int, feed_hash: str) -> int | None:
        """The entry's wording with that hash."""
        sql = "SELECT id FROM wordings WHERE entry = ? AND coalesce(feed_hash, content_hash) = ? ORDER BY n"
        found = self._db.execute(sql, [entry, feed_hash]).fetchone()
        return int(found[0]) if found else None

    def _next_number(self, entry: int) -> int:
        return int(self._db.execute("SELECT max(n) + 1 FROM wordings WHERE entry = ?", [entry]).fetchone()[0])

    def _return(self, entry: int, wording: int, at: datetime) -> None:
        """Back to an earlier wording: the order of the readings stays known."""
        when = rows.stamp(at)
        self._db.conn.execute(
            """UPDATE wordings SET returned = json_insert(returned, '$[#]', ?), last_read = max(last_read, ?)
                WHERE id = ?""",
            (when, when, wording),
        )
        self._db.conn.execute("UPDATE entries SET wording = ? WHERE id = ?", (wording, entry))

    def stand(self, entries: Iterable[int], at: datetime) -> None:
        """Note that these entries still have their current words."""
        sql = "UPDATE wordings SET last_read = max(last_read, ?) WHERE id = (SELECT wording FROM entries WHERE id = ?)"
        now = rows.stamp(at)
        self._db.conn.executemany(sql, ((now, entry) for entry in entries))

    def history(self, entry: int) -> History | None:
        """All wordings of an entry; None when it is not here (or only its keys are)."""
        known = self._db.execute(
            "SELECT wording, revisions, overrun FROM entries WHERE seen(server) AND id = ?", [entry]
        ).fetchone()
        if known is None:
            return None
        found = list(self._db.query("SELECT * FROM wordings WHERE entry = ? ORDER BY n", [entry]))
        read = tuple(rows.wording(row, self._findings(row["id"])) for row in found)
        turns = len(read) - 1 + sum(len(one.returned) for one in read)
        current = next(row["n"] for row in found if row["id"] == known[0])
        return History(entry, read, current, known[1] - turns, rows.instant_of(known[2]))

    def _findings(self, wording: int) -> tuple[Finding, ...]:
        found = self._db.query("SELECT * FROM findings WHERE wording = ? ORDER BY watch", [wording])
        return tuple(rows.finding(row) for row in found)


def search_terms(findings: Sequence[Finding]) -> str:
    """What an entry is also found by: its place, region and document symbols in the UN's spelling, whatever its
    language."""
    facts = [finding.facts for finding in findings]
    words = [word for fact in facts for word in (fact.place, fact.region, *fact.symbols) if word]
    return " ".join(dict.fromkeys(words))


# An entry's text moves into a row for each wording. What older archives kept is wording 1; the hash is that of what
# is kept, `feed_hash` that of the feed's own text where it is another.
_TEXTS = (
    "DROP VIEW IF EXISTS story_facts",  # it comes back with the last of them
    "DROP TRIGGER entries_fts_insert",
    "DROP TRIGGER entries_fts_delete",
    "DROP TRIGGER entries_fts_update",
    "DROP TABLE entries_fts",
    """CREATE TABLE wordings (
        id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE, n INTEGER NOT NULL,
        title TEXT NOT NULL, summary TEXT NOT NULL, terms TEXT NOT NULL, content_hash TEXT NOT NULL, feed_hash TEXT,
        first_read TEXT NOT NULL, last_read TEXT NOT NULL, returned TEXT NOT NULL DEFAULT '[]')""",
    """INSERT INTO wordings (id, entry, n, title, summary, terms, content_hash, feed_hash, first_read, last_read)
        SELECT id, id, 1, title, summary, terms, hash_of (title, summary),
            nullif(content_hash, hash_of (title, summary)), seen, seen FROM entries""",
    "CREATE UNIQUE INDEX wordings_of_entry ON wordings (entry, n)",
    "ALTER TABLE entries DROP COLUMN summary",
    "ALTER TABLE entries DROP COLUMN title",
    "ALTER TABLE entries DROP COLUMN terms",
    "ALTER TABLE entries DROP COLUMN content_hash",
    "ALTER TABLE entries RENAME COLUMN matched TO kept",
    "ALTER TABLE entries ADD COLUMN overrun TEXT",
    "ALTER TABLE entries ADD COLUMN wording INTEGER NOT NULL DEFAULT 0",
    "UPDATE entries SET wording = id",
    """CREATE VIEW current_wordings AS SELECT e.id, w.n, w.title, w.summary, w.terms, w.content_hash
        FROM entries e JOIN wordings w ON w.id = e.wording""",
)

# The index holds what entries say now: it follows the pointer.
_SEARCH = (
    """CREATE VIRTUAL TABLE entries_fts USING fts5 (
        title, summary, terms, content='current_wordings', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2')""",
    "INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')",
    """CREATE TRIGGER entries_fts_turn AFTER UPDATE OF wording ON entries BEGIN
        INSERT INTO entries_fts (entries_fts, rowid, title, summary, terms)
        SELECT 'delete', old.id, title, summary, terms FROM wordings WHERE id = old.wording;
        INSERT INTO entries_fts (rowid, title, summary, terms)
        SELECT new.id, title, summary, terms FROM wordings WHERE id = new.wording;
    END""",
    """CREATE TRIGGER entries_fts_delete BEFORE DELETE ON entries BEGIN
        INSERT INTO entries_fts (entries_fts, rowid, title, summary, terms)
        SELECT 'delete', old.id, title, summary, terms FROM wordings WHERE id = old.wording;
    END""",
)

# What a watch found in a wording never changes; where an entry belongs, and in which of its wordings, does.
_FINDINGS = (
    "ALTER TABLE findings RENAME TO findings_before",
    """CREATE TABLE findings (
        wording INTEGER REFERENCES wordings (id), watch TEXT, score REAL NOT NULL, tier TEXT NOT NULL,
        reasons TEXT NOT NULL, facts TEXT NOT NULL, quotes TEXT NOT NULL, profile TEXT NOT NULL,
        PRIMARY KEY (wording, watch)) WITHOUT ROWID""",
    """CREATE TABLE placements (
        entry INTEGER REFERENCES entries (id), watch TEXT, story INTEGER NOT NULL REFERENCES stories (id),
        wording INTEGER NOT NULL, since TEXT, PRIMARY KEY (entry, watch)) WITHOUT ROWID""",
    """INSERT INTO findings SELECT entry, watch, score, tier, reasons, facts, quotes, profile FROM findings_before""",
    "INSERT INTO placements (entry, watch, story, wording) SELECT entry, watch, story, entry FROM findings_before",
    "DROP TABLE findings_before",
    "CREATE INDEX placements_of_story ON placements (story)",
)


# Words that only an earlier wording had: each wording gets in when it first gives way to another (one that came back
# has a moment in `returned`, and is in already), and goes with its entry. The text stays where it is.
_EARLIER = (
    """CREATE VIRTUAL TABLE earlier_fts USING fts5 (
        title, summary, terms, content='wordings', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    """INSERT INTO earlier_fts (rowid, title, summary, terms)
        SELECT w.id, w.title, w.summary, w.terms FROM wordings w JOIN entries e ON e.id = w.entry
        WHERE w.id <> e.wording OR w.returned <> '[]'""",
    """CREATE TRIGGER earlier_fts_turn AFTER UPDATE OF wording ON entries WHEN old.wording <> new.wording BEGIN
        INSERT INTO earlier_fts (rowid, title, summary, terms)
        SELECT id, title, summary, terms FROM wordings WHERE id = old.wording AND returned = '[]';
    END""",
    """CREATE TRIGGER earlier_fts_delete BEFORE DELETE ON entries BEGIN
        INSERT INTO earlier_fts (earlier_fts, rowid, title, summary, terms)
        SELECT 'delete', id, title, summary, terms FROM wordings
        WHERE entry = old.id AND (id <> old.wording OR returned <> '[]');
    END""",
)


def add_earlier_search(db: Database) -> None:
    """Make the wordings that were replaced searchable; part of the caller's transaction."""
    for statement in _EARLIER:
        db.execute(statement)


def add_wordings(db: Database) -> None:
    """Add them and move every entry's text there as its wording 1; part of the caller's transaction."""
    db.conn.create_function("hash_of", 2, content_hash, deterministic=True)
    for statement in (*_TEXTS, *_SEARCH, *_FINDINGS):
        db.execute(statement)
