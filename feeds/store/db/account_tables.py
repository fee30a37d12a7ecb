"""The tables and views of what stories say and of what changed in them, and the way there from earlier releases."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlite_utils import Database

from feeds.store.db import rows
from feeds.store.db.texts import parts_of

# What a story says, in columns (see `feeds.model.Account`); lists are JSON, with a view over each.
_ACCOUNTS = (
    """CREATE TABLE story_accounts (
        story INTEGER PRIMARY KEY REFERENCES stories (id), headline INTEGER NOT NULL,
        place TEXT, region TEXT, region_only INTEGER NOT NULL, latitude REAL, longitude REAL,
        day TEXT, day_precision TEXT,
        killed INTEGER, killed_low INTEGER, killed_high INTEGER, killed_at_least INTEGER NOT NULL,
        injured INTEGER, injured_low INTEGER, injured_high INTEGER, injured_at_least INTEGER NOT NULL,
        attack TEXT, actor TEXT, rung TEXT NOT NULL, publishers INTEGER NOT NULL, first_at TEXT NOT NULL, un_at TEXT,
        contingents TEXT NOT NULL, symbols TEXT NOT NULL, voices TEXT NOT NULL, figures TEXT NOT NULL)""",
    "CREATE INDEX story_accounts_by_place ON story_accounts (place, day)",
    "CREATE INDEX story_accounts_by_day ON story_accounts (day)",
    "CREATE INDEX story_accounts_by_killed ON story_accounts (killed)",
    "CREATE INDEX stories_by_tier ON stories (tier, newest) WHERE merged_into IS NULL",
    """CREATE TABLE story_changes (
        id INTEGER PRIMARY KEY, story INTEGER NOT NULL REFERENCES stories (id), at TEXT NOT NULL, kind TEXT NOT NULL,
        old, new, material INTEGER NOT NULL)""",
    "CREATE INDEX story_changes_of_story ON story_changes (story)",
    "CREATE INDEX story_changes_by_time ON story_changes (at)",
    "ALTER TABLE deliveries ADD COLUMN change TEXT",
)

# For whoever reads the file with other tools: one row a story, a figure, a contingent; times with precision.
_VIEWS = (
    """CREATE VIEW story_facts AS SELECT s.id AS story, s.watch, s.tier, w.title, e.link AS url, e.language,
        a.place, a.region, a.region_only, a.latitude, a.longitude, a.day, a.day_precision,
        a.killed, a.killed_low, a.killed_high, a.killed_at_least,
        a.injured, a.injured_low, a.injured_high, a.injured_at_least,
        a.attack, a.actor, a.contingents, a.symbols, a.rung, a.publishers, a.voices,
        a.first_at, a.first_precision, a.un_at, a.un_precision,
        s.opened, s.updated, s.newest, s.linked_to, (SELECT count(*) FROM placements p WHERE p.story = s.id) AS sources
        FROM stories s JOIN story_accounts a ON a.story = s.id LEFT JOIN entries e ON e.id = a.headline
        LEFT JOIN placements p ON p.entry = e.id AND p.watch = s.watch LEFT JOIN wordings w ON w.id = p.wording
        WHERE s.merged_into IS NULL""",
    """CREATE VIEW story_figures AS SELECT a.story, json_extract(told.value, '$.harm') AS harm,
        json_extract(told.value, '$.victims') AS victims, figure.key AS rank,
        json_extract(figure.value, '$.count') AS count, json_extract(figure.value, '$.at_least') AS at_least,
        json_extract(figure.value, '$.official') AS official, json_extract(figure.value, '$.early') AS early,
        json_extract(figure.value, '$.since.start') AS since,
        json_extract(figure.value, '$.since.precision') AS since_precision,
        json_extract(figure.value, '$.voices') AS voices
        FROM story_accounts a, json_each(a.figures) told, json_each(told.value, '$.stated') figure""",
    """CREATE VIEW story_contingents AS SELECT a.story, code.key AS rank, code.value AS country
        FROM story_accounts a, json_each(a.contingents) code""",
)

_PRECISION = (
    "DROP VIEW IF EXISTS story_facts",
    "DROP VIEW IF EXISTS story_figures",
    "DROP VIEW IF EXISTS story_contingents",
    "ALTER TABLE story_accounts ADD COLUMN first_precision TEXT",
    "ALTER TABLE story_accounts ADD COLUMN un_precision TEXT",
    """UPDATE entries SET told = min(seen, strftime('%Y-%m-%dT23:59:59.999999+00:00', published,
        CASE precision WHEN 'year' THEN 'start of year' WHEN 'month' THEN 'start of month' ELSE '+0 days' END,
        CASE precision WHEN 'year' THEN '+1 year' WHEN 'month' THEN '+1 month' ELSE '+1 day' END, '-1 day'))
        WHERE precision IN ('year', 'month', 'day')""",
    """UPDATE stories SET newest = (SELECT max(coalesce(p.since, e.told)) FROM placements p
        JOIN entries e ON e.id = p.entry WHERE p.story = stories.id) WHERE id IN (SELECT p.story FROM placements p)""",
)

# What says that all accounts are to be worked out anew, see `feeds.store.db.accounts`.
_ANEW = "INSERT OR IGNORE INTO meta (key, value) SELECT 'accounts_missing', '' WHERE EXISTS (SELECT 1 FROM stories)"


def add_accounts(db: Database) -> None:
    """Add them, and turn every sentence about a story into data; part of the caller's transaction.

    What the stories say is worked out by `feeds.store.db.accounts` once all migrations are done.
    """
    for statement in _ACCOUNTS:
        db.execute(statement)
    db.conn.executemany(
        "INSERT INTO story_changes (story, at, kind, old, new, material) VALUES (?, ?, ?, ?, ?, ?)", _old_changes(db)
    )
    db.execute("ALTER TABLE stories DROP COLUMN changes")
    notes = db.execute("SELECT n, created, text FROM deliveries WHERE kind = 'note'").fetchall()
    db.conn.executemany(
        "UPDATE deliveries SET change = ?, text = '' WHERE n = ?", [(_noted(at, text), n) for n, at, text in notes]
    )
    db.execute(_ANEW)


def add_precision(db: Database) -> None:
    """Say how exact the times of a story are, and put what states no instant into the order of `feeds.stories.told`.

    Part of the caller's transaction; with it what the stories say is worked out anew.
    """
    for statement in (*_PRECISION, *_VIEWS, _ANEW):
        db.execute(statement)


def _old_changes(db: Database) -> Iterator[tuple[object, ...]]:
    """The changes that the first release kept as sentences in one JSON list a story."""
    found = db.execute("SELECT id, changes FROM stories WHERE changes <> '[]' ORDER BY id")
    for story, changes in found:
        for one in json.loads(changes):
            yield story, rows.stamp(rows.time_in(one["at"])), *parts_of(one["text"]), one["material"]


def _noted(at: str, text: str) -> str:
    """A line for a thread as data; only material changes were noted."""
    kind, old, new = parts_of(text)
    return json.dumps({"at": at, "kind": kind, "old": old, "new": new, "material": True})


_SHOWN = (
    "ALTER TABLE deliveries ADD COLUMN shown TEXT",  # a digest of what was last given away
    "ALTER TABLE deliveries ADD COLUMN drawn TEXT",  # the `updated` of the story that it was made of
    "ALTER TABLE deliveries ADD COLUMN heard TEXT",
    # Alerts of before: what they show is not known, but no story is news that has not changed since their last edit.
    """UPDATE deliveries AS a SET drawn = (SELECT max(coalesce(e.settled, e.created)) FROM deliveries e
        WHERE e.story = a.story AND e.channel = a.channel AND e.kind IN ('alert', 'edit') AND e.state = 'sent')
        WHERE kind = 'alert' AND state = 'sent'""",
    """ALTER TABLE subscriptions ADD COLUMN escalate TEXT NOT NULL DEFAULT '["first-death"]'""",
    "ALTER TABLE pins ADD COLUMN entries TEXT NOT NULL DEFAULT '[]'",  # those that a merge moved
)


def add_shown(db: Database) -> None:
    """Add the columns of what alerts show and tell aloud of a story; part of the caller's transaction."""
    for statement in _SHOWN:
        db.execute(statement)
