"""The tables that queries are answered from, each a second form of what stands elsewhere.

`told` has a row for each wording that a story's sources were read in, and `told_fts` its words: the number of a row is
that of its story, shifted, so that a hit names its story without another look-up. `story_marks` turns around what
stories say: by kind and value the stories. `story_measures` has what is compared: when it was, and how many.
"""

from __future__ import annotations

from sqlite_utils import Database

#: Bits of a number in `told` behind that of the story: a million wordings for each.
SHIFT = 20

_FOLLOWING = f"""(SELECT coalesce(max(id), new.story << {SHIFT}) FROM told
    WHERE id BETWEEN new.story << {SHIFT} AND (new.story + 1 << {SHIFT}) - 1)"""
_TELL = f"""INSERT INTO told (id, entry, wording, current)
    SELECT {_FOLLOWING} + row_number() OVER (ORDER BY w.id), w.entry, w.id, w.id = e.wording
    FROM wordings w JOIN entries e ON e.id = w.entry WHERE w.entry = new.entry
    AND NOT EXISTS (SELECT 1 FROM told t WHERE t.wording = w.id AND t.id >> {SHIFT} = new.story);"""


def _plain(language: str) -> str:
    """A language as queries name it, in SQL: "pt" for "pt-BR", "und" for none."""
    return f"coalesce(nullif(lower(substr({language}, 1, instr({language} || '-', '-') - 1)), ''), 'und')"


#: The language of an entry that was never rewritten, and of a source whatever it was.
LANGUAGE_OF_ENTRY = _plain("e.language")
LANGUAGE = f"""CASE WHEN e.revisions > 0 THEN {_plain("coalesce(json_extract(f.facts, '$.language'), '')")}
    ELSE {LANGUAGE_OF_ENTRY} END"""

_TABLES = (
    """CREATE TABLE told (
        id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, wording INTEGER NOT NULL, current INTEGER NOT NULL)""",
    "CREATE INDEX told_by_wording ON told (wording)",
    """CREATE VIEW told_wordings AS SELECT t.id, w.title, w.summary, w.terms
        FROM told t JOIN wordings w ON w.id = t.wording""",
    """CREATE VIRTUAL TABLE told_fts USING fts5 (
        title, summary, terms, content='told_wordings', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2')""",
    f"""INSERT INTO told (id, entry, wording, current)
        SELECT (p.story << {SHIFT}) + row_number() OVER (PARTITION BY p.story ORDER BY w.id), w.entry, w.id,
            w.id = e.wording
        FROM placements p JOIN entries e ON e.id = p.entry JOIN wordings w ON w.entry = p.entry""",
    "INSERT INTO told_fts (told_fts) VALUES ('rebuild')",
    """CREATE TRIGGER told_fts_insert AFTER INSERT ON told BEGIN
        INSERT INTO told_fts (rowid, title, summary, terms)
        SELECT new.id, title, summary, terms FROM wordings WHERE id = new.wording;
    END""",
    """CREATE TRIGGER told_fts_delete AFTER DELETE ON told BEGIN
        INSERT INTO told_fts (told_fts, rowid, title, summary, terms)
        SELECT 'delete', old.id, title, summary, terms FROM wordings WHERE id = old.wording;
    END""",
    f"CREATE TRIGGER told_by_placement AFTER INSERT ON placements BEGIN {_TELL} END",
    f"""CREATE TRIGGER told_by_move AFTER UPDATE OF story ON placements WHEN old.story <> new.story BEGIN
        DELETE FROM told WHERE entry = old.entry
            AND id BETWEEN old.story << {SHIFT} AND (old.story + 1 << {SHIFT}) - 1;
        {_TELL}
    END""",
    f"""CREATE TRIGGER told_by_rewrite AFTER UPDATE OF wording ON entries WHEN old.wording <> new.wording BEGIN
        INSERT INTO told (id, entry, wording, current)
        SELECT (SELECT coalesce(max(id), p.story << {SHIFT}) FROM told
                WHERE id BETWEEN p.story << {SHIFT} AND (p.story + 1 << {SHIFT}) - 1) + 1, p.entry, new.wording, 1
        FROM placements p WHERE p.entry = new.id
        AND NOT EXISTS (SELECT 1 FROM told t WHERE t.wording = new.wording AND t.id >> {SHIFT} = p.story);
        UPDATE told SET current = wording = new.wording
        WHERE wording IN (SELECT id FROM wordings WHERE entry = new.id) AND current <> (wording = new.wording);
    END""",
    # in the order in which items are listed
    "CREATE INDEX entries_by_told ON entries (told, id) WHERE kept",
    "CREATE INDEX entries_by_publisher ON entries (publisher, id) WHERE kept",
    f"CREATE INDEX entries_by_language ON entries ({_plain('language')}, id) WHERE kept AND revisions = 0",
    "CREATE INDEX entries_rewritten ON entries (id) WHERE revisions > 0",
)

_S = (
    """CREATE TABLE story_marks (
        kind TEXT, value TEXT, story INTEGER, PRIMARY KEY (kind, value, story)) WITHOUT ROWID""",
    "CREATE INDEX story_marks_of_story ON story_marks (story)",
    """CREATE TABLE story_measures (
        story INTEGER PRIMARY KEY, began INTEGER NOT NULL, ended INTEGER NOT NULL, killed INTEGER, injured INTEGER,
        publishers INTEGER NOT NULL)""",
)

_S_NOW = f"""SELECT id AS story, 'watch' AS kind, watch AS value FROM stories WHERE merged_into IS NULL
        UNION ALL SELECT id, 'tier', tier FROM stories WHERE merged_into IS NULL
        UNION ALL SELECT story, 'place', place FROM story_accounts WHERE place IS NOT NULL
        UNION ALL SELECT story, 'region', region FROM story_accounts WHERE region IS NOT NULL
        UNION ALL SELECT story, 'kind', attack FROM story_accounts WHERE attack IS NOT NULL
        UNION ALL SELECT story, 'actor', actor FROM story_accounts WHERE actor IS NOT NULL
        UNION ALL SELECT a.story, 'contingent', one.value FROM story_accounts a, json_each(a.contingents) one
        UNION ALL SELECT a.story, 'symbol', substr(one.value, 1, instr(one.value || ' (', ' (') - 1)
            FROM story_accounts a, json_each(a.symbols) one
        UNION ALL SELECT p.story, 'source', e.publisher FROM placements p JOIN entries e ON e.id = p.entry
        UNION ALL SELECT p.story, 'lang', {LANGUAGE} FROM placements p JOIN entries e ON e.id = p.entry
            JOIN findings f ON f.wording = p.wording AND f.watch = p.watch"""

# An incident was when it happened, anything else when it was first told; in seconds since 1970.
_MEASURES_NOW = """SELECT story, CAST(strftime('%s', at) AS INTEGER) AS began,
        CAST(strftime('%s', at) AS INTEGER) + CASE precision
            WHEN 'year' THEN strftime('%s', at, '+1 year') - strftime('%s', at) - 1
            WHEN 'month' THEN strftime('%s', at, '+1 month') - strftime('%s', at) - 1
            WHEN 'day' THEN 86399 ELSE 0 END AS ended, killed, injured, publishers
        FROM (SELECT a.story, a.killed, a.injured, a.publishers,
            CASE WHEN s.tier = 'incident' AND a.day IS NOT NULL THEN a.day ELSE a.first_at END AS at,
            CASE WHEN s.tier = 'incident' AND a.day IS NOT NULL THEN
                CASE a.day_precision WHEN 'instant' THEN 'day' ELSE a.day_precision END
                ELSE a.first_precision END AS precision
            FROM story_accounts a JOIN stories s ON s.id = a.story)
        WHERE at IS NOT NULL"""


def add_search_tables(db: Database) -> None:
    """Add them, filled with what the archive holds; part of the caller's transaction."""
    for statement in (*_TABLES, *_S):
        db.execute(statement)
    index_stories(db)


def index_stories(db: Database) -> None:
    """Mark and measure every story anew; part of the caller's transaction."""
    for statement in (
        "DELETE FROM story_marks",
        "DELETE FROM story_measures",
        f"INSERT OR IGNORE INTO story_marks (kind, value, story) SELECT kind, value, story FROM ({_S_NOW})",
        f"INSERT INTO story_measures {_MEASURES_NOW}",
    ):
        db.execute(statement)


def index_story(db: Database, story: int) -> None:
    """Mark and measure a story as it is now; part of the caller's transaction."""
    now = f"SELECT kind, value FROM ({_S_NOW}) WHERE story = :story"
    for statement in (
        f"DELETE FROM story_marks WHERE story = :story AND (kind, value) NOT IN ({now})",
        f"INSERT OR IGNORE INTO story_marks (kind, value, story) SELECT kind, value, :story FROM ({now})",
        "DELETE FROM story_measures WHERE story = :story",
        f"INSERT INTO story_measures SELECT * FROM ({_MEASURES_NOW}) WHERE story = :story",
    ):
        db.conn.execute(statement, {"story": story})
