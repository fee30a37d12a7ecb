"""The tables of what is wanted where, and of when it is told, as the migrations make them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

_SUBSCRIPTIONS = (
    "ALTER TABLE channels RENAME TO channels_before",
    """CREATE TABLE channels (
        name TEXT PRIMARY KEY, transport TEXT NOT NULL, target TEXT NOT NULL, muted_until TEXT, held TEXT,
        digest TEXT) WITHOUT ROWID""",
    "CREATE INDEX channels_by_place ON channels (transport, target)",
    """CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY, channel TEXT NOT NULL, kind TEXT NOT NULL, watch TEXT NOT NULL,
        filter TEXT NOT NULL DEFAULT '', story INTEGER REFERENCES stories (id), actions TEXT NOT NULL, role TEXT,
        pings_per_hour INTEGER NOT NULL, posts_per_day INTEGER NOT NULL, origin TEXT NOT NULL, ended TEXT)""",
    """CREATE UNIQUE INDEX one_subscription_a_wish
        ON subscriptions (channel, kind, watch, filter, coalesce(story, 0))""",
    "CREATE INDEX subscriptions_of_watch ON subscriptions (watch)",
    """INSERT INTO channels (name, transport, target, muted_until, held)
        SELECT name, transport, target, muted_until, held FROM channels_before""",
    """INSERT INTO subscriptions (channel, kind, watch, actions, role, pings_per_hour, posts_per_day, origin)
        SELECT name, iif(watch = '', 'notices', 'alerts'), watch, actions, role, pings_per_hour, posts_per_day,
            iif(configured, 'file', 'chat') FROM channels_before""",
    "ALTER TABLE deliveries ADD COLUMN roles TEXT NOT NULL DEFAULT '[]'",
    """UPDATE deliveries SET roles = json_array(c.role) FROM channels_before c
        WHERE c.name = deliveries.channel AND c.role IS NOT NULL AND deliveries.action = 'ping'""",
    """UPDATE deliveries SET channel = ''
        WHERE kind = 'notice' AND state = 'pending' AND channel NOT IN (SELECT name FROM channels)""",
    "DROP TABLE channels_before",
)

# Before, one hour held for all digests and for the house's own chores, and it was not kept: the default stands in for
# it until the next plan, which leaves a time alone that has passed or is the same.
_AGENDA = (
    """CREATE TABLE agenda (
        kind TEXT, subject TEXT, recurrence TEXT NOT NULL, next TEXT NOT NULL, done TEXT,
        PRIMARY KEY (kind, subject)) WITHOUT ROWID""",
    """INSERT INTO agenda (kind, subject, recurrence, next)
        SELECT DISTINCT 'digest', channel, '{"hours":[7],"zone":"UTC"}', value FROM subscriptions, meta
        WHERE kind = 'alerts' AND key = 'next_digest'""",
    """INSERT INTO agenda (kind, subject, recurrence, next)
        SELECT 'daily', '', '{"hours":[7],"zone":"UTC"}', value FROM meta WHERE key = 'next_chores'""",
    "DELETE FROM meta WHERE key IN ('next_digest', 'next_chores')",
)

# One of the file's is told from others by what the file says of it; of those made in chat there may be several that
# were the same once, and are told apart by their ids.
_CHOICES = (
    "ALTER TABLE channels ADD COLUMN quiet TEXT",
    "ALTER TABLE channels ADD COLUMN lowband INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE channels ADD COLUMN language TEXT",
    "ALTER TABLE channels ADD COLUMN chosen TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE subscriptions ADD COLUMN chosen TEXT NOT NULL DEFAULT '{}'",
    "DROP INDEX one_subscription_a_wish",
    """CREATE UNIQUE INDEX one_subscription_a_table
        ON subscriptions (channel, kind, watch, filter, coalesce(story, 0)) WHERE origin = 'file'""",
    "CREATE INDEX subscriptions_of_channel ON subscriptions (channel)",
)


def add_subscriptions(db: Database) -> None:
    """What is wanted in a channel becomes a table of its own."""
    _run(db, _SUBSCRIPTIONS)


def add_agenda(db: Database) -> None:
    """The clocks become lines of one agenda."""
    _run(db, _AGENDA)


def add_choices(db: Database) -> None:
    """What is set in chat stands beside what the file says; quiet hours, short texts and a language for channels."""
    _run(db, _CHOICES)


def _run(db: Database, statements: Iterable[str]) -> None:
    for statement in statements:
        db.execute(statement)
