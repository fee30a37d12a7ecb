"""What was read of an entry over time: its wordings, each as it stood, and the order in which it took them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feeds.model.stories import Finding


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of an entry, with what the watches found in it; `number` counts an entry's from 1.

    It was first read at `first_read` and again at `returned`, when its publisher went back to it. At `last_read` it
    still stood; that is noted once a day at most, so it may have stood longer. `content_hash` covers title and summary.
    """

    number: int
    title: str
    summary: str
    content_hash: str
    first_read: datetime
    last_read: datetime
    returned: tuple[datetime, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """All kept wordings of an entry, by number, and the number of the `current` one.

    `lost` counts earlier rewrites, of a time when an archive kept only the last wording. `overrun` is when the entry
    was rewritten once too often: what it says since is not kept.
    """

    entry: int
    wordings: tuple[Wording, ...]
    current: int
    lost: int = 0
    overrun: datetime | None = None

    def wording(self, number: int) -> Wording | None:
        """The wording of a number; None when there is none."""
        return next((one for one in self.wordings if one.number == number), None)

    @property
    def now(self) -> Wording:
        """The current wording."""
        return next(one for one in self.wordings if one.number == self.current)

    @property
    def readings(self) -> tuple[tuple[datetime, Wording], ...]:
        """When it was read in which other words than before, in order; the first reading is the first."""
        told = [(at, one) for one in self.wordings for at in (one.first_read, *one.returned)]
        return tuple(sorted(told, key=lambda pair: (pair[0], pair[1].number)))
