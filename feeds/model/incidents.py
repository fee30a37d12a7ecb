"""One row a story, for tables, maps and charts: what it says, whose word it is, and where that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feeds.model.account import Account
from seeds.model import Tier


@dataclass(frozen=True, slots=True)
class Incident:
    """A story as a row: its `account`, and the source whose title names it.

    `reports` counts its sources, `opened` is when the first was read, `newest` when the last was told. `quote` is the
    first sentence that the source is quoted with, `content_hash` that of the wording it stands in. `url`, `language`
    and what else nobody tells is None or "". `withdrawn` says that no source tells any of it any more.
    """

    story: int
    watch: str
    tier: Tier
    opened: datetime
    newest: datetime
    account: Account
    reports: int
    title: str
    url: str | None
    publisher: str
    language: str | None
    quote: str
    content_hash: str
    linked_to: int | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether no source tells any of it any more."""
        return not self.account.confirmation.voices
