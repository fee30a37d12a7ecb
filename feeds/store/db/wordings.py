"""The wordings of entries over one connection: each is written once and stays; an entry points to its current one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Finding, History, Judged
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
        self._db.conn.executemany(sql, ((rows.stamp(at), entry) for entry in entries))

    def history(self, entry: int) -> History | None:
        """All wordings of an entry; None when it is not here (or only its keys are)."""
        known = self._db.execute("SELECT wording, revisions, overrun FROM entries WHERE id = ?", [entry]).fetchone()
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
