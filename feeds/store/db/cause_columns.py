"""The way from the sentences that earlier versions stored to data: causes, and the lines for the operators."""

from __future__ import annotations

from sqlite_utils import Database

from feeds.model import Notice, NoticeKind
from feeds.store.db import rows
from feeds.store.db.texts import cause_of_text

_CAUSE_COLUMNS = (
    ("deliveries", "reason"),
    ("channels", "held"),
    ("unreadable_bodies", "reason"),
    ("unreadable_entries", "reason"),
)


def sentences_to_data(db: Database) -> None:
    """Turn every stored sentence into JSON; part of the caller's transaction.

    A line for the operators stays as it was said, as a text: it is forgotten within a week.
    """
    for table, column in _CAUSE_COLUMNS:
        found = db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
        db.conn.executemany(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?",
            [(rows.cause_row(cause_of_text(text)), text) for (text,) in found],
        )
    db.execute("ALTER TABLE deliveries ADD COLUMN notice TEXT")
    notices = db.execute("SELECT n, text FROM deliveries WHERE kind = 'notice'").fetchall()
    db.conn.executemany("UPDATE deliveries SET notice = ? WHERE n = ?", [(_as_text(text), n) for n, text in notices])
    db.execute("ALTER TABLE deliveries DROP COLUMN text")


def _as_text(text: str) -> str:
    return rows.notice_row(Notice(NoticeKind.TEXT, {"text": text}))
