"""What copies of the database are called, and which of them are kept. Nothing here touches a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAYS, WEEKS, MONTHS = 7, 4, 6
"""Of so many days, weeks (from Monday) and months that have copies, in UTC, the newest copy of each is kept."""
KEPT_ALL = timedelta(days=1)
"""All copies are kept for so long."""

_STAMP = "%Y%m%dT%H%M%SZ"
_COPY = re.compile(r"(?P<stem>.+)-(?P<at>\d{8}T\d{6}Z)-(?P<schema>m\d{1,6})\.db")


@dataclass(frozen=True, slots=True)
class Condition:
    """How a database's file was found. Sizes are in bytes: of the file, of the `log` beside it, and what is `free`.

    `problem` is why it can't be read, `lost` why it must not be made anew, `faults` what its check found in so many
    `seconds`. `schema` is the newest of our migrations (None where it is none of ours), `newer` one that is not ours
    yet, and some may be `pending`. `fixed` is what may not be written, the file or its folder; `loose` are files that
    others may read. `newest` is the newest time in the archive, `holder` the process that has its lock.
    """

    there: bool
    size: int = 0
    log: int = 0
    free: int = 0
    lost: str | None = None
    problem: str | None = None
    faults: tuple[str, ...] = ()
    seconds: float = 0.0
    schema: str | None = None
    newer: str | None = None
    pending: bool = False
    fixed: str | None = None
    loose: tuple[str, ...] = ()
    copies: int = 0
    newest_copy: datetime | None = None
    newest: datetime | None = None
    holder: str | None = None


def stamp_of(now: datetime) -> str:
    """A time (aware) as names of files hold it: UTC, to the second, sorting as time does."""
    return now.astimezone(UTC).strftime(_STAMP)


def copy_name(stem: str, at: datetime, schema: str) -> str:
    """What a copy of the database `stem`.db is called; `schema` is its newest migration ("m210" or "m210_changes")."""
    return f"{stem}-{stamp_of(at)}-{schema.partition('_')[0]}.db"


def copied_at(name: str, stem: str) -> datetime | None:
    """When a copy was made, by its name; None for what is no copy of the database `stem`.db."""
    found = _COPY.fullmatch(name)
    if found is None or found["stem"] != stem:
        return None
    try:
        return datetime.strptime(found["at"], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def kept_of(times: Iterable[datetime], now: datetime) -> frozenset[datetime]:
    """Which copies are kept, by their times (UTC): the last day's, and the newest of days, weeks and months.

    Only what has copies counts, so that a bot which was away for a year loses none by that.
    """
    newest_first = sorted(set(times), reverse=True)
    recent = {at for at in newest_first if now - at <= KEPT_ALL}
    rounds: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (DAYS, lambda at: at.date()),
        (WEEKS, lambda at: at.isocalendar()[:2]),
        (MONTHS, lambda at: (at.year, at.month)),
    )
    return frozenset(recent.union(*(_newest(newest_first, most, part) for most, part in rounds)))


def _newest(newest_first: Iterable[datetime], most: int, part: Callable[[datetime], Hashable]) -> set[datetime]:
    found: dict[Hashable, datetime] = {}
    for at in newest_first:
        if len(found) < most:
            found.setdefault(part(at), at)
    return set(found.values())
