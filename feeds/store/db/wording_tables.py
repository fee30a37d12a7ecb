"""The tables of wordings and of what was found in each, and the way there from when an entry had only its last one."""

from __future__ import annotations

from sqlite_utils import Database

from feeds.parsing.identity import content_hash

# An entry's text moves into a row for each wording. What older archives kept is wording 1; the hash is that of what
# is kept, `feed_hash` that of the feed's own text where it is another.
_TEXTS = (
    "DROP VIEW story_facts",
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
    """CREATE VIEW story_facts AS SELECT s.id AS story, s.watch, s.tier, w.title, e.link AS url, e.language,
        a.place, a.region, a.region_only, a.latitude, a.longitude, a.day, a.day_precision,
        a.killed, a.killed_low, a.killed_high, a.killed_at_least,
        a.injured, a.injured_low, a.injured_high, a.injured_at_least,
        a.attack, a.actor, a.contingents, a.symbols, a.rung, a.publishers, a.voices, a.first_at, a.un_at,
        s.opened, s.updated, s.newest, s.linked_to, (SELECT count(*) FROM placements p WHERE p.story = s.id) AS sources
        FROM stories s JOIN story_accounts a ON a.story = s.id LEFT JOIN entries e ON e.id = a.headline
        LEFT JOIN placements p ON p.entry = e.id AND p.watch = s.watch LEFT JOIN wordings w ON w.id = p.wording
        WHERE s.merged_into IS NULL""",
)


def add_wordings(db: Database) -> None:
    """Add them and move every entry's text there as its wording 1; part of the caller's transaction."""
    db.conn.create_function("hash_of", 2, content_hash, deterministic=True)
    for statement in (*_TEXTS, *_SEARCH, *_FINDINGS):
        db.execute(statement)
