"""The entries that hold a member's words: as they read now, else in one of their earlier wordings."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from feeds.model import EarlierWording, Found, Page
from feeds.store.db import rows
from feeds.store.db.accounts import OUTDATED

# A word this long also finds its longer forms: "peacekeeper" the plural, "attack" what is attacked.
_PREFIX_FROM = 4
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_LETTER = re.compile(r"\w")

ENTRY_COLUMNS = """e.id, e.feed, w.title, w.summary, e.link, e.language, e.published, e.precision, e.outlet,
    e.publisher, e.standing, e.seen, w.content_hash, w.n AS wording"""
_FOUND = f"""SELECT {ENTRY_COLUMNS}, e.revisions > 0 AS rewritten, p.watch, p.story, p.since, f.tier, f.facts, f.quotes,
    {OUTDATED} AS outdated
    FROM entries e LEFT JOIN placements p ON p.entry = e.id AND p.watch = ?
    LEFT JOIN findings f ON f.wording = p.wording AND f.watch = p.watch
    JOIN wordings w ON w.id = coalesce(p.wording, e.wording) WHERE e.id = ?"""

# What an entry says now comes first, and then no earlier wording of it; of several earlier ones the last.
_HITS = """WITH current AS MATERIALIZED (
        SELECT rowid AS entry, 0 AS wording, {entries_worth} AS worth FROM entries_fts WHERE entries_fts MATCH :query),
    former AS MATERIALIZED (
        SELECT rowid AS id, {earlier_worth} AS worth FROM earlier_fts WHERE earlier_fts MATCH :query),
    earlier AS MATERIALIZED (
        SELECT w.entry, max(w.id) AS wording, min(found.worth) AS worth FROM former found
        JOIN wordings w ON w.id = found.id JOIN entries e ON e.id = w.entry
        WHERE w.id <> e.wording AND w.entry NOT IN (SELECT entry FROM current) GROUP BY w.entry),
    hits AS (SELECT * FROM current UNION ALL SELECT * FROM earlier)
    SELECT {columns} FROM hits JOIN entries e ON e.id = hits.entry
    {join} placements p ON p.entry = e.id AND p.watch = (
        SELECT min(watch) FROM placements WHERE entry = e.id
        AND (:watches = '[]' OR watch IN (SELECT value FROM json_each(:watches))))"""
_NEWEST, _BEST = "coalesce(p.since, e.told) DESC, e.id DESC", "worth, e.id DESC"
_EARLIER = """SELECT w.n, w.first_read, snippet(earlier_fts, -1, '', '', '…', 24) FROM earlier_fts
    JOIN wordings w ON w.id = earlier_fts.rowid WHERE earlier_fts MATCH ? AND earlier_fts.rowid = ?"""


def search_entries(
    db: Database, words: str, limit: int, offset: int, *, watches: Sequence[str], everything: bool
) -> Page:
    """The flagged entries (with `everything` all) that hold all of the words, newest first; of some watches or
    (none given) of all. Behind them those that held them all in one earlier wording, newest first too.

    Accents and case do not count; words of four letters or more also find longer ones that begin so;
    "quoted words" stand together. When no entry holds or held them all, those that hold some come, best first.
    """
    terms = _terms_of(words)
    values = {"watches": json.dumps(list(watches)), "limit": limit, "offset": offset}
    join = "LEFT JOIN" if everything else "JOIN"
    page = _page(db, {**values, "query": " AND ".join(terms)}, join, best=False)
    if page.total or len(terms) < 2:
        return page
    page = _page(db, {**values, "query": " OR ".join(terms)}, join, best=True)
    return replace(page, partial=page.total > 0)


def _page(db: Database, values: dict[str, object], join: str, *, best: bool) -> Page:
    offset = int(str(values["offset"]))
    if not values["query"]:
        return Page((), 0, offset)
    worth = {f"{kind}_worth": f"bm25({kind}_fts)" if best else "0" for kind in ("entries", "earlier")}
    total = db.execute(_HITS.format(columns="count(*)", join=join, **worth), values).fetchone()[0]
    sql = _HITS.format(columns="e.id, p.watch, hits.wording", join=join, **worth)
    order = f"ORDER BY hits.wording > 0, {_BEST if best else _NEWEST} LIMIT :limit OFFSET :offset"
    chosen = db.execute(f"{sql} {order}", values).fetchall()
    found = (_found(db, entry, watch, _earlier(db, str(values["query"]), wording)) for entry, watch, wording in chosen)
    return Page(tuple(found), total, offset)


def _found(db: Database, entry: int, watch: str | None, earlier: EarlierWording | None) -> Found:
    """A hit as the watch's story tells it; what no watch flagged in its current words."""
    (row,) = db.query(_FOUND, [watch, entry])
    return Found(rows.source(row), row["summary"], row["story"], row["watch"], earlier)


def _earlier(db: Database, query: str, wording: int) -> EarlierWording | None:
    if not wording:
        return None
    number, read, passage = db.execute(_EARLIER, [query, wording]).fetchone()
    return EarlierWording(number, datetime.fromisoformat(read), passage)


def _terms_of(words: str) -> list[str]:
    """A member's words as FTS5 terms; everything is quoted, so that nothing of it is query syntax."""
    terms = []
    for phrase, word in _WORD.findall(words.replace("\0", " ")):
        text = (phrase or word).replace('"', "")
        if _LETTER.search(text):
            prefix = word and len(text) >= _PREFIX_FROM and _LETTER.match(text[-1])
            terms.append(f'"{text}"' + ("*" if prefix else ""))
    return terms
