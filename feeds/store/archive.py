"""The archive: every entry once, found again by any of its keys, its id, its address or its words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlite_utils import Database

from feeds.model import Archived, Entry, Finding, Found, Judged, Known, Page
from feeds.parsing.identity import name_item
from feeds.store.db import rows
from feeds.store.db.connection import writing

# SQLite takes 32,766 parameters at most in the versions we meet, older builds 999.
_CHUNK = 900
# Entries looked up together: a feed of twenty thousand must not need their keys in memory all at once.
_STRETCH = 300
# A word this long also finds its longer forms: "peacekeeper" the plural, "attack" what is attacked.
_PREFIX_FROM = 4
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_LETTER = re.compile(r"\w")
_REVISIONS = 24

_COLUMNS = """e.id, e.feed, e.title, e.summary, e.link, e.language, e.published, e.precision, e.outlet, e.publisher,
    e.standing, e.seen, e.content_hash"""


class Archive:
    """Entries over one connection. Writing methods are one transaction each, or part of the caller's."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # identity

    def known(self, entries: Sequence[Entry]) -> list[Known | None]:
        """For each entry what the store remembers of it by any of its keys, None for a new one; in order."""
        found: list[Known | None] = []
        for start in range(0, len(entries), _STRETCH):
            hashed = [{rows.key_hash(key): key for key in one.keys} for one in entries[start : start + _STRETCH]]
            remembered = self._remembered({key for keys in hashed for key in keys})
            found += [_recall(keys, remembered) for keys in hashed]
        return found

    def _remembered(self, keys: Iterable[int]) -> dict[int, Known]:
        wanted = list(keys)
        found: dict[int, Known] = {}
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            cursor = self._db.conn.execute(
                f"""SELECT k.key, k.entry, e.feed, e.content_hash FROM entry_keys k
                    LEFT JOIN entries e ON e.id = k.entry WHERE k.key IN ({marks})""",
                chunk,
            )
            for key, entry, feed, content_hash in cursor:
                found[key] = Known(entry, feed or "", content_hash or "")
        return found

    def alias(self, key: str, entry: int) -> None:
        """Remember another key of a known entry; a key that is already someone's stays theirs."""
        with writing(self._db):
            self._db.execute("INSERT OR IGNORE INTO entry_keys (key, entry) VALUES (?, ?)", [rows.key_hash(key), entry])

    def titles(self, feed: str, limit: int = 500) -> list[tuple[int, str, str | None]]:
        """The id, title and link of the feed's newest entries."""
        sql = "SELECT id, title, link FROM entries WHERE feed = ? ORDER BY id DESC LIMIT ?"
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
            """INSERT INTO entries (feed, title, summary, terms, link, language, published, precision, outlet,
                publisher, standing, seen, told, content_hash, matched)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                entry.feed, entry.title, entry.summary, _terms(reading.findings), entry.link,
                rows.language_row(entry.language),
                rows.stamped(published.start) if published else None, published.precision if published else None,
                entry.outlet, reading.publisher, reading.standing, rows.stamp(reading.seen),
                rows.stamp(rows.told_stamp(published, reading.seen)), entry.content_hash, bool(reading.findings),
            ),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def revise(self, entry: int, reading: Judged) -> bool:
        """Replace the text of a known entry. False when it was purged, or revised so often that its feed must be
        writing something like the time of day into it (24 times, as lemon24/reader has it)."""
        with writing(self._db):
            cursor = self._db.conn.execute(
                """UPDATE entries SET title = ?, summary = ?, terms = ?, content_hash = ?, revisions = revisions + 1,
                    matched = matched OR ? WHERE id = ? AND revisions < ?""",
                (
                    reading.entry.title, reading.entry.summary, _terms(reading.findings), reading.entry.content_hash,
                    bool(reading.findings), entry, _REVISIONS,
                ),
            )  # fmt: skip
        return cursor.rowcount == 1

    def purge(self, before: datetime) -> int:
        """Forget the text of what nobody flagged and was seen before an instant; its keys stay, so it never returns."""
        old, values = "NOT matched AND seen < ?", [rows.stamp(before)]
        with writing(self._db):
            self._db.execute(
                f"DELETE FROM unreadable_entries WHERE entry IN (SELECT id FROM entries WHERE {old})", values
            )
            return self._db.conn.execute(f"DELETE FROM entries WHERE {old}", values).rowcount

    # reading

    def entry(self, which: int | str) -> Archived | None:
        """The entry of an id or an address; None when it is not here (or only its keys are)."""
        number = which if isinstance(which, int) else self._by_address(which)
        return next(iter(self._archived("WHERE e.id = ?", [number])), None)

    def _by_address(self, which: str) -> int:
        text = which.strip().strip("<>")
        if text.removeprefix("#").isdecimal():
            return int(text.removeprefix("#")[:18])
        remembered = self._remembered(rows.key_hash(key) for key in address_keys(text))
        return next((known.entry for known in remembered.values()), -1)

    def entries(self, after: int = 0, limit: int = 500) -> list[Archived]:
        """A stretch of the whole archive in order of arrival, for replays: those with an id above `after`."""
        return self._archived("WHERE e.id > ? ORDER BY e.id LIMIT ?", [after, limit])

    def _archived(self, clause: str, parameters: Sequence[object]) -> list[Archived]:
        found = list(self._db.query(f"SELECT {_COLUMNS} FROM entries e {clause}", parameters))
        return [rows.archived(row, self._findings(row["id"])) for row in found]

    def _findings(self, entry: int) -> tuple[tuple[int, Finding], ...]:
        sql = "SELECT * FROM findings WHERE entry = ? ORDER BY watch"
        return tuple((row["story"], rows.finding(row)) for row in self._db.query(sql, [entry]))

    def search(
        self, words: str, limit: int = 10, offset: int = 0, *, watches: Sequence[str] = (), everything: bool = False
    ) -> Page:
        """The flagged entries (with `everything` all) that hold all of the words, newest first; of some watches or
        (none given) of all.

        Accents and case do not count; words of four letters or more also find longer ones that begin so;
        "quoted words" stand together. When no entry holds them all, those that hold some come, best first.
        """
        terms = _terms_of(words)
        search = partial(self._search, limit=limit, offset=offset, watches=watches, everything=everything)
        page = search(" AND ".join(terms), "e.told DESC, e.id DESC")
        if page.total or len(terms) < 2:
            return page
        page = search(" OR ".join(terms), "bm25(entries_fts), e.id DESC")
        return replace(page, partial=page.total > 0)

    def _search(
        self, query: str, order: str, *, limit: int, offset: int, watches: Sequence[str], everything: bool
    ) -> Page:
        if not query:
            return Page((), 0, offset)
        joined = f"""FROM entries_fts JOIN entries e ON e.id = entries_fts.rowid
            {"LEFT JOIN" if everything else "JOIN"} findings f ON f.entry = e.id AND f.watch = (
                SELECT min(watch) FROM findings WHERE entry = e.id
                AND (:watches = '[]' OR watch IN (SELECT value FROM json_each(:watches))))
            WHERE entries_fts MATCH :query"""
        values = {"query": query, "watches": json.dumps(list(watches)), "limit": limit, "offset": offset}
        total = self._db.execute(f"SELECT count(*) {joined}", values).fetchone()[0]
        columns = f"{_COLUMNS}, f.watch, f.story, f.tier, f.facts, f.quotes"
        sql = f"SELECT {columns} {joined} ORDER BY {order} LIMIT :limit OFFSET :offset"
        hits = self._db.query(sql, values)
        items = tuple(Found(rows.source(row), row["summary"], row["story"], row["watch"]) for row in hits)
        return Page(items, total, offset)


def _recall(keys: Mapping[int, str], remembered: Mapping[int, Known]) -> Known | None:
    found = next((remembered[key] for key in keys if key in remembered), None)
    if found is None:
        return None
    return replace(found, missing=tuple(name for key, name in keys.items() if key not in remembered))


def address_keys(url: str) -> tuple[str, ...]:
    """The identity keys that an address alone gives."""
    return name_item("", None, url, "", "").keys()


def _terms(findings: Iterable[Finding]) -> str:
    """What an entry is also found by: its place, region and document symbols in the UN's spelling, whatever its
    language."""
    facts = [finding.facts for finding in findings]
    words = [word for fact in facts for word in (fact.place, fact.region, *fact.symbols) if word]
    return " ".join(dict.fromkeys(words))


def _terms_of(words: str) -> list[str]:
    """A member's words as FTS5 terms; everything is quoted, so that nothing of it is query syntax."""
    terms = []
    for phrase, word in _WORD.findall(words.replace("\0", " ")):
        text = (phrase or word).replace('"', "")
        if _LETTER.search(text):
            prefix = word and len(text) >= _PREFIX_FROM and _LETTER.match(text[-1])
            terms.append(f'"{text}"' + ("*" if prefix else ""))
    return terms
