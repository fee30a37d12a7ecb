"""The marks of messages: made when their rows are, and looked up by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlite_utils import Database

from feeds.model import Change, Notice
from feeds.store.naming.notices import NOTICES_KIND, notice_about, notice_watch
from feeds.store.naming.spelling import DIGITS, FOLLOWERS_KIND, item_name, mark_of

# A story is called after its first item, whatever number it has.
_FIRST = """SELECT s.watch, e.link, w.content_hash FROM stories s
    LEFT JOIN placements p ON p.story = s.id AND p.watch = s.watch LEFT JOIN entries e ON e.id = p.entry
    LEFT JOIN wordings w ON w.id = e.wording WHERE s.id = ? ORDER BY p.entry LIMIT 1"""
# Until now a row's mark was four characters of the database's own and the row's number, to base 36 in eight places.
_MARKS = (
    "ALTER TABLE deliveries ADD COLUMN mark TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE deliveries ADD COLUMN tried TEXT",
    "ALTER TABLE follow_messages ADD COLUMN mark TEXT NOT NULL DEFAULT ''",
    "UPDATE deliveries SET mark = mark_before ('', n)",
    "UPDATE follow_messages SET mark = mark_before ('f', n)",
    "CREATE UNIQUE INDEX deliveries_by_mark ON deliveries (mark)",
    "CREATE UNIQUE INDEX follow_messages_by_mark ON follow_messages (mark)",
)


class Marks:
    """Marks over one connection; `chance` gives a number in 0..CHANCES - 1, another one each time."""

    def __init__(self, db: Database, chance: Callable[[], int]) -> None:
        self._db, self._chance = db, chance

    def of_story(self, kind: str, story: int, change: Change | None = None) -> str:
        """The mark of a message about a story, or about a change of one."""
        watch, name = self._called(story)
        about = () if change is None else (change.kind, change.new)
        return mark_of(self._chance(), kind, watch, name, *about)

    def of_notice(self, kind: str, notice: Notice | None, when: datetime | None = None) -> str:
        """The mark of any other message: a line for the operators is about what it names, a list about its kind and the
        time for which it was planned."""
        line = notice if kind == NOTICES_KIND else None
        watch, about = (notice_watch(line), notice_about(line)) if line else ("", ())
        return mark_of(self._chance(), kind, watch, *about, *([when.isoformat()] if when else ()))

    def of_telling(self, server: str, member: str, stories: Iterable[int]) -> str:
        """The mark of a message that tells one follower of stories."""
        return mark_of(self._chance(), FOLLOWERS_KIND, server, member, *sorted(self._called(one)[1] for one in stories))

    def _called(self, story: int) -> tuple[str, str]:
        row = self._db.execute(_FIRST, [story]).fetchone()
        return ("", "") if row is None else (row[0], item_name(row[1], row[2] or ""))


def add_marks(db: Database) -> None:
    """Every message's mark is a column; what was posted keeps the one that it has. `tried` is when a message was first
    given away, by the clock of who takes it."""
    salt = db.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()
    own = str(salt[0]) if salt else ""
    db.conn.create_function("mark_before", 2, lambda sort, n: own + sort + _eight(n), deterministic=True)
    for statement in _MARKS:
        db.execute(statement)


def _eight(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text.rjust(8, "0")
