"""The database's tables, as migrations: each runs once, in a transaction together with the record of it.

Instants are text in UTC with microseconds (see `feeds.store.db.rows.stamp`), so that they compare as they sort.
Identity keys are kept as 64-bit hashes for ever: at a million entries that is some 30 MB instead of 200.
"""

from __future__ import annotations

from functools import cache

from sqlite_utils import Database, Migrations

from feeds.parsing.urls import located
from feeds.store.db.account_tables import add_accounts, add_precision, add_shown
from feeds.store.db.cause_columns import sentences_to_data
from feeds.store.db.wordings import add_earlier_search, add_wordings
from feeds.store.delivery.tables import add_agenda, add_choices, add_subscriptions
from feeds.store.follows.tables import add_follows
from feeds.store.handover.tables import add_handover
from feeds.store.naming.marks import add_marks
from feeds.store.search.tables import add_search_tables
from feeds.store.teams.feed_tables import add_owned_feeds
from feeds.store.teams.tables import add_servers
from feeds.store.upkeep.parts import add_parts
from feeds.store.watching.tables import add_watch_changes

migrations = Migrations("bluehelm")


@cache
def known_migrations() -> frozenset[str]:
    """The names of all migrations below; a database with others was written by a newer version."""
    nothing = Database(memory=True)
    try:
        return frozenset(one.name for one in migrations.pending(nothing))
    finally:
        nothing.close()


_ARCHIVE = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE feeds (
        name TEXT PRIMARY KEY, url TEXT NOT NULL, home TEXT NOT NULL, etag TEXT, modified TEXT, body_hash TEXT,
        next_check TEXT, last_checked TEXT, last_ok TEXT, last_new TEXT, failures INTEGER NOT NULL DEFAULT 0,
        problem TEXT, announced INTEGER NOT NULL DEFAULT 0, baseline INTEGER NOT NULL DEFAULT 0,
        degraded_ids INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0, gaps TEXT NOT NULL DEFAULT '[]',
        active INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID""",
    # AUTOINCREMENT: the id of a purged entry must never be given again, its keys still point to it.
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL,
        terms TEXT NOT NULL DEFAULT '', link TEXT, language TEXT NOT NULL, published TEXT, precision TEXT,
        outlet TEXT, publisher TEXT NOT NULL, standing TEXT NOT NULL, seen TEXT NOT NULL, told TEXT NOT NULL,
        content_hash TEXT NOT NULL, revisions INTEGER NOT NULL DEFAULT 0, matched INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX entries_by_feed ON entries (feed, id)",
    "CREATE INDEX entries_unmatched ON entries (seen) WHERE NOT matched",
    "CREATE TABLE entry_keys (key INTEGER PRIMARY KEY, entry INTEGER NOT NULL)",
)

# External content: the text is stored once. Only a change of text touches the index.
_SEARCH = (
    """CREATE VIRTUAL TABLE entries_fts USING fts5 (
        title, summary, terms, content='entries', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER entries_fts_insert AFTER INSERT ON entries BEGIN
        INSERT INTO entries_fts (rowid, title, summary, terms) VALUES (new.id, new.title, new.summary, new.terms);
    END""",
    """CREATE TRIGGER entries_fts_delete AFTER DELETE ON entries BEGIN
        INSERT INTO entries_fts (entries_fts, rowid, title, summary, terms)
        VALUES ('delete', old.id, old.title, old.summary, old.terms);
    END""",
    """CREATE TRIGGER entries_fts_update AFTER UPDATE OF title, summary, terms ON entries BEGIN
        INSERT INTO entries_fts (entries_fts, rowid, title, summary, terms)
        VALUES ('delete', old.id, old.title, old.summary, old.terms);
        INSERT INTO entries_fts (rowid, title, summary, terms) VALUES (new.id, new.title, new.summary, new.terms);
    END""",
)

_STORIES = (
    """CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT, watch TEXT NOT NULL, tier TEXT NOT NULL, opened TEXT NOT NULL,
        updated TEXT NOT NULL, newest TEXT NOT NULL, changes TEXT NOT NULL DEFAULT '[]', profile TEXT NOT NULL,
        merged_into INTEGER REFERENCES stories (id), linked_to INTEGER REFERENCES stories (id))""",
    "CREATE INDEX stories_newest ON stories (newest, id) WHERE merged_into IS NULL",
    """CREATE TABLE story_keys (
        key TEXT, story INTEGER REFERENCES stories (id), PRIMARY KEY (key, story)) WITHOUT ROWID""",
    "CREATE INDEX story_keys_of_story ON story_keys (story)",
    """CREATE TABLE findings (
        entry INTEGER REFERENCES entries (id), watch TEXT, story INTEGER NOT NULL REFERENCES stories (id),
        score REAL NOT NULL, tier TEXT NOT NULL, reasons TEXT NOT NULL, facts TEXT NOT NULL, quotes TEXT NOT NULL,
        profile TEXT NOT NULL,
        PRIMARY KEY (entry, watch)) WITHOUT ROWID""",
    "CREATE INDEX findings_of_story ON findings (story)",
    """CREATE TABLE pins (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, entry INTEGER, story INTEGER NOT NULL, other INTEGER,
        by TEXT NOT NULL, at TEXT NOT NULL)""",
)

_OUTBOX = (
    """CREATE TABLE channels (
        name TEXT PRIMARY KEY, transport TEXT NOT NULL, target TEXT NOT NULL, watch TEXT NOT NULL,
        actions TEXT NOT NULL, role TEXT, pings_per_hour INTEGER NOT NULL, posts_per_day INTEGER NOT NULL,
        muted_until TEXT, held TEXT, configured INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID""",
    # AUTOINCREMENT: until m220 a delivery's number was its mark in the channel's history.
    """CREATE TABLE deliveries (
        n INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, kind TEXT NOT NULL, created TEXT NOT NULL,
        due TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending', action TEXT NOT NULL DEFAULT 'post',
        story INTEGER REFERENCES stories (id), stories TEXT NOT NULL DEFAULT '[]', text TEXT NOT NULL DEFAULT '',
        attempts INTEGER NOT NULL DEFAULT 0, message TEXT, thread TEXT, reason TEXT, settled TEXT)""",
    "CREATE UNIQUE INDEX one_alert_a_story ON deliveries (channel, story) WHERE kind = 'alert'",
    "CREATE UNIQUE INDEX one_waiting_edit ON deliveries (channel, story) WHERE kind = 'edit' AND state = 'pending'",
    "CREATE INDEX deliveries_by_state ON deliveries (state, due)",
    "CREATE INDEX deliveries_of_channel ON deliveries (channel, created)",
    "CREATE INDEX deliveries_of_story ON deliveries (story) WHERE story IS NOT NULL",
    "CREATE INDEX deliveries_by_message ON deliveries (message) WHERE message IS NOT NULL",
    """CREATE TABLE digest_items (
        channel TEXT, story INTEGER REFERENCES stories (id), added TEXT NOT NULL, delivery INTEGER,
        PRIMARY KEY (channel, story)) WITHOUT ROWID""",
    """CREATE TABLE feedback (
        id INTEGER PRIMARY KEY, message TEXT NOT NULL, user TEXT NOT NULL, emoji TEXT NOT NULL, at TEXT NOT NULL,
        removed INTEGER NOT NULL)""",
    "CREATE INDEX feedback_on_message ON feedback (message)",
    """CREATE TABLE days (
        day TEXT PRIMARY KEY, polls INTEGER NOT NULL, failures INTEGER NOT NULL, read INTEGER NOT NULL,
        matched INTEGER NOT NULL) WITHOUT ROWID""",
)


@migrations()
def m001_first(db: Database) -> None:
    """The tables of the first release."""
    for statement in (*_ARCHIVE, *_SEARCH, *_STORIES, *_OUTBOX):
        db.execute(statement)


@migrations()
def m010_accounts(db: Database) -> None:
    """What stories say in columns, and what changed in them as data: no sentence stays."""
    add_accounts(db)


@migrations()
def m020_subscriptions(db: Database) -> None:
    """What is wanted in a channel becomes a table of its own; an alert that rings says whom."""
    add_subscriptions(db)


@migrations()
def m030_agenda(db: Database) -> None:
    """The clocks of the digest and of the day's chores become lines of one agenda."""
    add_agenda(db)


@migrations()
def m040_unreadable(db: Database) -> None:
    """What could not be read, and why."""
    db.execute(
        """CREATE TABLE unreadable_bodies (
            feed TEXT PRIMARY KEY, hash TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID"""
    )
    db.execute("CREATE TABLE unreadable_entries (entry INTEGER PRIMARY KEY, reason TEXT NOT NULL)")


@migrations()
def m050_added_feeds(db: Database) -> None:
    """Feeds that are added and paused while the bot runs; `key` is the name without regard to case."""
    db.execute(
        """CREATE TABLE added_feeds (
            key TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL UNIQUE, language TEXT NOT NULL,
            section TEXT NOT NULL, standing TEXT NOT NULL, interval INTEGER, publisher TEXT, notes TEXT NOT NULL,
            by TEXT NOT NULL, at TEXT NOT NULL, server TEXT NOT NULL) WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE paused_feeds (
            key TEXT PRIMARY KEY, name TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, server TEXT NOT NULL)
            WITHOUT ROWID"""
    )


@migrations()
def m060_one_terminal(db: Database) -> None:
    """The terminal is one place, whatever its channels were called; the next start makes one channel of them."""
    db.execute("UPDATE channels SET target = 'terminal' WHERE transport = 'terminal'")


@migrations()
def m070_causes(db: Database) -> None:
    """Why something waits or failed, and the lines for the operators, as data: no sentence stays."""
    sentences_to_data(db)


@migrations()
def m110_wordings(db: Database) -> None:
    """Every wording of an entry is kept, with what the watches found in it."""
    add_wordings(db)


@migrations()
def m120_precision(db: Database) -> None:
    """Times only as exact as their sources: in order, and beside what stories say."""
    add_precision(db)


@migrations()
def m121_pages(db: Database) -> None:
    """The pages of which a feed shows several parts."""
    db.execute("ALTER TABLE feeds ADD COLUMN pages TEXT NOT NULL DEFAULT '[]'")


# What was refused before was refused within limits that nobody noted: it is tried once more.
_LIMITS = (
    "ALTER TABLE unreadable_bodies RENAME TO unreadable_bodies_before",
    """CREATE TABLE unreadable_bodies (
        feed TEXT, hash TEXT, reason TEXT NOT NULL, at TEXT NOT NULL, limits TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (feed, hash)) WITHOUT ROWID""",
    """INSERT INTO unreadable_bodies (feed, hash, reason, at)
        SELECT feed, hash, reason, at FROM unreadable_bodies_before""",
    "DROP TABLE unreadable_bodies_before",
    "DELETE FROM unreadable_entries WHERE entry NOT IN (SELECT id FROM entries)",
)


@migrations()
def m130_limits(db: Database) -> None:
    """Every body that proved unreadable is remembered, with the limits that it exceeded."""
    for statement in _LIMITS:
        db.execute(statement)


# What the parts of the store keep, each made beside the part, in the order in which it came.
for _name, _make in (
    ("m140_shown", add_shown),  # what alerts show and what was told aloud; what escalates; what a merge moved
    ("m150_earlier", add_earlier_search),  # search finds what an entry said before it was rewritten
    ("m160_search", add_search_tables),  # the words of flagged items by story, and stories by what they say
    ("m160_handover", add_handover),  # notes, who was briefed of what and when, which feeds are listed
    ("m170_follows", add_follows),  # members' saved searches, what they found, and the messages that tell it
    ("m180_channel_settings", add_choices),  # quiet hours, short texts, a language; what is set in chat
    ("m190_servers", add_servers),  # which server a channel and a note are of, who may manage, who changed what
    ("m200_owned_feeds", add_owned_feeds),  # feeds of servers and what they bring, and since when a feed fails
    ("m210_watch_changes", add_watch_changes),  # what members change of watches, and the tiers that they correct
    ("m220_marks", add_marks),  # marks that chance gives, and when a message was first given away
):
    migrations(name=_name)(_make)


@migrations()
def m230_read_bodies(db: Database) -> None:
    """What reading a feed's last body left, so that of its next only the new items are read."""
    db.execute("CREATE TABLE read_bodies (feed TEXT PRIMARY KEY, memo BLOB NOT NULL)")


@migrations()
def m240_parts(db: Database) -> None:
    """What stories tell of each of several places."""
    add_parts(db)


@migrations()
def m250_addresses(db: Database) -> None:
    """Addresses of items are what they are read as today: none keeps the part for browsers that could forge a mark."""
    found = db.execute("SELECT id, CAST(link AS BLOB) FROM entries WHERE link LIKE '%#%~%'")
    plain = [(located(link.decode("utf-8", "replace")), entry) for entry, link in found]
    db.conn.executemany("UPDATE entries SET link = ? WHERE id = ?", [one for one in plain if one[0]])
