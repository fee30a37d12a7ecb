"""Items as members are shown them: as they read now, else in the earlier wording that has the words."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing

from sqlite_utils import Database

from feeds.model import EarlierWording, Found, Page
from feeds.query.meaning import LONGEST_QUERY, MOST_TERMS, PREFIX_FROM
from feeds.query.model import Query, Sought, Words
from feeds.store.db import rows
from feeds.store.db.accounts import OUTDATED
from feeds.store.search.conditions import match_of, term_of
from feeds.store.search.queries import Queries

_WORD = re.compile(r'"([^"]+)"|(\S+)')
_LETTER = re.compile(r"\w")

ENTRY_COLUMNS = """e.id, e.feed, w.title, w.summary, e.link, e.language, e.published, e.precision, e.outlet,
    e.publisher, e.standing, e.seen, w.content_hash, w.n AS wording"""
_FOUND = f"""SELECT {ENTRY_COLUMNS}, e.revisions > 0 AS rewritten, p.watch, p.story, p.since, f.tier, f.facts, f.quotes,
    {OUTDATED} AS outdated
    FROM entries e LEFT JOIN placements p ON p.entry = e.id AND p.watch = (
        SELECT min(watch) FROM placements WHERE entry = e.id
        AND (:watches = '[]' OR watch IN (SELECT value FROM json_each(:watches))))
    LEFT JOIN findings f ON f.wording = p.wording AND f.watch = p.watch
    JOIN wordings w ON w.id = coalesce(p.wording, e.wording) WHERE e.id = :entry"""
_WORDINGS = """SELECT w.id, w.title, w.summary, w.terms, w.entry, w.n, w.first_read, w.id = e.wording
    FROM wordings w JOIN entries e ON e.id = w.entry
    WHERE e.revisions > 0 AND e.id IN (SELECT value FROM json_each(?)) ORDER BY w.id"""
_TABLE = "CREATE VIRTUAL TABLE texts USING fts5 (title, summary, terms, tokenize='unicode61 remove_diacritics 2')"


def search_entries(
    db: Database, words: str, limit: int, offset: int, *, watches: Sequence[str], everything: bool
) -> Page:
    """The flagged entries (with `everything` all) that hold all of the words, newest first; of some watches or
    (none given) of all. Behind them those that held them all in one earlier wording, newest first too.

    Accents and case do not count; words of four letters or more also find longer ones that begin so;
    "quoted words" stand together. When no entry holds or held them all, those that hold some come, most first.
    """
    terms = _terms_of(words)
    if not terms:
        return Page((), 0, offset)
    return items_page(db, Query(Words(terms)), limit, offset, watches=watches, everything=everything)


def items_page(
    db: Database, query: Query, limit: int, offset: int, *, watches: Sequence[str] = (), everything: bool = False
) -> Page:
    """The items that a query finds (see `Queries.items`), each as the story of its watch tells it."""
    found = Queries(db).items(query, watches, limit, offset, everything=everything)
    earlier = _earlier(db, query.words, found.ids, partial=found.partial)
    shown = (_found(db, entry, watches, earlier.get(entry)) for entry in found.ids)
    return Page(tuple(shown), found.total, offset, found.partial)


def _found(db: Database, entry: int, watches: Sequence[str], earlier: EarlierWording | None) -> Found:
    """A hit as the watch's story tells it; what no watch flagged in its current words."""
    (row,) = db.query(_FOUND, {"entry": entry, "watches": json.dumps(list(watches))})
    return Found(rows.source(row), row["summary"], row["story"], row["watch"], earlier)


def _earlier(
    db: Database, words: Sequence[Words], entries: Sequence[int], *, partial: bool
) -> Mapping[int, EarlierWording]:
    """Of those that do not have the words now, the last wording that had them."""
    terms = [term for one in words for term in map(term_of, one.terms) if term] if partial else []
    expression = " OR ".join(terms or (f"({one})" for one in map(match_of, words) if one))
    read = db.execute(_WORDINGS, [json.dumps(list(entries))]).fetchall() if expression else []
    if not read:
        return {}
    about = {number: rest for number, _, _, _, *rest in read}
    with closing(sqlite3.connect(":memory:")) as texts:
        texts.execute(_TABLE)
        texts.executemany(
            "INSERT INTO texts (rowid, title, summary, terms) VALUES (?, ?, ?, ?)", (one[:4] for one in read)
        )
        sql = "SELECT rowid, snippet(texts, -1, '', '', '…', 24) FROM texts WHERE texts MATCH ? ORDER BY rowid"
        hits = texts.execute(sql, [expression]).fetchall()
    now = {about[number][0] for number, _ in hits if about[number][3]}
    found = {}
    for number, passage in hits:
        entry, wording, first_read, _ = about[number]
        if entry not in now:
            found[entry] = EarlierWording(wording, rows.time_in(first_read), passage)
    return found


def _terms_of(words: str) -> tuple[Sought, ...]:
    """A member's words as they are looked for, each once."""
    terms = []
    for phrase, word in _WORD.findall(words[:LONGEST_QUERY].replace("\0", " ")):
        text = (phrase or word).replace('"', "")
        if _LETTER.search(text):
            terms.append(Sought(text, bool(word and len(text) >= PREFIX_FROM and _LETTER.match(text[-1]))))
    return tuple(dict.fromkeys(terms))[:MOST_TERMS]
