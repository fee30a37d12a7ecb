"""The archive: every entry once, found again by any of its keys, its id, its address or its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Archived, Entry, Finding, History, Judged, Known, Page
from feeds.parsing.identity import name_item, page_key
from feeds.parsing.urls import located
from feeds.query import Query
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.db.wordings import Wordings
from feeds.store.search.entries import ENTRY_COLUMNS, items_page, search_entries
from feeds.stories.told import latest_telling

# SQLite takes 32,766 parameters at most in the versions we meet, older builds 999.
_CHUNK = 900
# Entries looked up together: a feed of twenty thousand must not need their keys in memory all at once.
_STRETCH = 300


class Archive:
    """Entries over one connection. Writing methods are one transaction each, or part of the caller's."""

    def __init__(self, db: Database) -> None:
        self._db, self._wordings = db, Wordings(db)

    # identity

    def known(self, entries: Sequence[Entry]) -> list[Known | None]:
        """For each entry what the store remembers of it by any of its keys, None for a new one; in order."""
        found: list[Known | None] = []
        for start in range(0, len(entries), _STRETCH):
            some = entries[start : start + _STRETCH]
            remembered = self._remembered({key for one in some for key in (*one.keys, *_pages(one))})
            found += [_recall(one, remembered) for one in some]
        return found

    def _remembered(self, keys: Iterable[str]) -> dict[str, Known]:
        hashes = {rows.key_hash(key): key for key in keys}
        wanted = list(hashes)
        found: dict[str, Known] = {}
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            cursor = self._db.conn.execute(
                f"""SELECT k.key, k.entry, e.feed, coalesce(w.feed_hash, w.content_hash), w.last_read FROM entry_keys k
                    LEFT JOIN entries e ON e.id = k.entry LEFT JOIN wordings w ON w.id = e.wording
                    WHERE k.key IN ({marks})""",
                chunk,
            )
            for key, entry, feed, content_hash, last_read in cursor:
                found[hashes[key]] = Known(entry, feed or "", content_hash or "", (), rows.instant_of(last_read))
        return found

    def alias(self, key: str, entry: int) -> None:
        """Remember another key of a known entry; a key that is already someone's stays theirs."""
        with writing(self._db):
            self._db.execute("INSERT OR IGNORE INTO entry_keys (key, entry) VALUES (?, ?)", [rows.key_hash(key), entry])

    def titles(self, feed: str, limit: int = 500) -> list[tuple[int, str, str | None]]:
        """The id, title and link of the feed's newest entries."""
        sql = """SELECT e.id, w.title, e.link FROM entries e JOIN wordings w ON w.id = e.wording
            WHERE e.feed = ? ORDER BY e.id DESC LIMIT ?"""
        return [tuple(row) for row in self._db.execute(sql, [feed, limit])]

    # writing

    def add(self, reading: Judged) -> int | None:
        """Store a new entry under all its keys and return its id; None when one of its keys is known already.

        Then its other keys become aliases of the known entry.
        """
        with writing(self._db):
            known = self.known([reading.entry])[0]
            entry = self._insert(reading) if known is None else known.entry
            for key in reading.entry.keys if known is None else known.missing:
                self.alias(key, entry)
        return entry if known is None else None

    def _insert(self, reading: Judged) -> int:
        entry, published = reading.entry, reading.entry.published
        cursor = self._db.conn.execute(
            """INSERT INTO entries (feed, link, language, published, precision, outlet, publisher, standing, seen, told,
                kept, server) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                entry.feed, entry.link, rows.language_row(entry.language),
                rows.stamped(published.start) if published else None, published.precision if published else None,
                entry.outlet, reading.publisher, reading.standing, rows.stamp(reading.seen),
                rows.stamp(latest_telling(published, reading.seen)), bool(reading.findings),
                reading.audience,
            ),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
        self._wordings.add(number, reading)
        return number

    def revise(self, entry: int, reading: Judged) -> bool:
        """Keep the other words that a known entry has now, beside its earlier ones.

        False when it was purged, says so already, or was rewritten so often that its feed must be writing something
        like the time of day into it.
        """
        with writing(self._db):
            return self._wordings.rewrite(entry, reading)

    def stand(self, entries: Sequence[int], at: datetime) -> None:
        """Note that known entries were read unchanged."""
        with writing(self._db):
            self._wordings.stand(entries, at)

    def keep(self, entry: int) -> None:
        """Never purge an entry: somebody has cited it."""
        with writing(self._db):
            self._db.conn.execute("UPDATE entries SET kept = 1 WHERE id = ? AND NOT kept", [entry])

    def purge(self, before: datetime) -> int:
        """Forget the text of what nobody flagged or cited and was seen before an instant; its keys stay, so it never
        returns."""
        old, values = "NOT kept AND seen < ?", [rows.stamp(before)]
        with writing(self._db):
            self._db.execute(
                f"DELETE FROM unreadable_entries WHERE entry IN (SELECT id FROM entries WHERE {old})", values
            )
            return self._db.conn.execute(f"DELETE FROM entries WHERE {old}", values).rowcount

    # reading

    def entry(self, which: int | str) -> Archived | None:
        """The entry of an id or an address; None when it is not here (or only its keys are)."""
        number = which if isinstance(which, int) else self._by_address(which)
        return next(iter(self._archived("WHERE (e.server = '' OR seen(e.server)) AND e.id = ?", [number])), None)

    def wordings(self, entry: int) -> History | None:
        """Every wording of an entry, as it was read; None when it is not here."""
        return self._wordings.history(entry)

    def _by_address(self, which: str) -> int:
        text = which.strip().strip("<>")
        if text.removeprefix("#").isdecimal():
            return int(text.removeprefix("#")[:18])
        keys = address_keys(text)
        remembered = self._remembered(keys)
        return next((remembered[key].entry for key in keys if key in remembered), -1)

    def entries(self, after: int = 0, limit: int = 500) -> list[Archived]:
        """A stretch of the whole archive in order of arrival, for replays: those with an id above `after`."""
        return self._archived("WHERE e.id > ? ORDER BY e.id LIMIT ?", [after, limit])

    def _archived(self, clause: str, parameters: Sequence[object]) -> list[Archived]:
        sql = f"SELECT {ENTRY_COLUMNS} FROM entries e JOIN wordings w ON w.id = e.wording {clause}"
        found = list(self._db.query(sql, parameters))
        return [rows.archived(row, self._findings(row["id"])) for row in found]

    def _findings(self, entry: int) -> tuple[tuple[int, Finding], ...]:
        sql = """SELECT p.story, f.* FROM placements p JOIN findings f ON f.wording = p.wording AND f.watch = p.watch
            WHERE p.entry = ? ORDER BY p.watch"""
        return tuple((row["story"], rows.finding(row)) for row in self._db.query(sql, [entry]))

    def search(
        self, words: str, limit: int = 10, offset: int = 0, *, watches: Sequence[str] = (), everything: bool = False
    ) -> Page:
        """The entries that hold the words; see `feeds.store.search.entries`."""
        return search_entries(self._db, words, limit, offset, watches=watches, everything=everything)

    def items(
        self, query: Query, limit: int = 10, offset: int = 0, *, watches: Sequence[str] = (), everything: bool = False
    ) -> Page:
        """The entries that a query finds; see `feeds.store.search.queries`."""
        return items_page(self._db, query, limit, offset, watches=watches, everything=everything)


def _recall(entry: Entry, remembered: Mapping[str, Known]) -> Known | None:
    """What is remembered of an entry, by its strongest key, with the further keys that may be remembered of it.

    What shows itself as a part of a page may be another part than the one that is known by the page: to its own feed it
    is one when its text differs, and neither lends the other its name. A part that was once known by its page alone is
    known again by its text.
    """
    by_key = {key: remembered.get(key) for key in entry.keys}
    known = [key for key, one in by_key.items() if one]
    found = by_key[known[0]] if known else _of_page(entry, remembered)
    if found is None:
        return None
    alike = found.content_hash == entry.noticed_hash
    page, part = next(((page_key(key), key) for key in by_key if page_key(key) in by_key), (None, None))
    if known == [page] and found.feed == entry.feed and not alike:
        return None
    missing = tuple(key for key, one in by_key.items() if not one and key != page and (alike or key != part))
    return replace(found, missing=missing) if missing else found


def _of_page(entry: Entry, remembered: Mapping[str, Known]) -> Known | None:
    known = (remembered.get(page) for page in _pages(entry))
    return next((one for one in known if one and one.content_hash and one.content_hash == entry.noticed_hash), None)


def _pages(entry: Entry) -> list[str]:
    """The keys of the pages of which an entry's keys name parts."""
    return [page for page in map(page_key, entry.keys) if page]


def address_keys(url: str) -> tuple[str, ...]:
    """The identity keys that an address alone gives."""
    return name_item("", None, located(url), "", "").keys()
