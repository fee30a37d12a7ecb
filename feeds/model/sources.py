"""What comes in: a feed, what we remember of it, an exchange with its publisher, and the entries of a body."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import IO, Literal, Protocol

from feeds.model.causes import Cause
from seeds.model import Document, When
from seeds.text.language import language_code

Standing = Literal["official", "outlet", "local", "aggregator", "analysis"]


@dataclass(frozen=True, slots=True)
class Feed:
    """One source as the operator's catalogue lists it. `interval` is in minutes, None for the default.

    `local` says that it may lie on this machine, where the operator's file names it there; nobody else's feed may.
    `country` is where its newsroom is, as ISO 3166 alpha-2; "" for one of no country, or where nobody says.
    `audience` is the server that alone is told what it brings; "" for everybody.
    """

    name: str
    url: str
    language: str
    section: str = "media"
    standing: Standing = "outlet"
    enabled: bool = True
    interval: int | None = None
    publisher: str | None = None
    notes: str = ""
    local: bool = True
    country: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """A feed that somebody added beside the operator's file. `by` is a name to show; `at` is UTC.

    `server` is the id of the chat server that it came from, as text; empty for the command line.
    """

    feed: Feed
    by: str
    at: datetime
    server: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A feed that is not asked until it is resumed, by its name; `by`, `at` and `server` as for an added feed."""

    feed: str
    by: str
    at: datetime
    server: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we remember of one feed between polls; one row. All instants are UTC.

    `problem` is a short code; without `failures` it is our own network's, for which no feed is blamed.
    `body_hash` is of the last body whose entries were stored, as `feeds.web.inflate` tells it. `url` is the address
    to ask now: the catalogue's, or the one a permanent redirect named. `gaps` are the latest intervals between new
    entries, in seconds, newest last, for the learned cadence and the freshness figure. `home` is the
    catalogue's address when `url` was last set, so that a changed catalogue is noticed. `pages` are the latest of which
    it showed several parts as items, told apart by their fragments alone. `failing_since` is when the first of its
    failures in a row was met.
    """

    name: str
    url: str
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    next_check: datetime | None = None
    last_checked: datetime | None = None
    last_ok: datetime | None = None
    last_new: datetime | None = None
    failures: int = 0
    problem: str | None = None
    announced: bool = False
    baseline: bool = False
    degraded_ids: bool = False
    held: int = 0
    gaps: tuple[float, ...] = ()
    home: str = ""
    pages: tuple[str, ...] = ()
    failing_since: datetime | None = None


class Fetched(StrEnum):
    """How an exchange with a publisher ended."""

    BODY = "body"
    NOT_MODIFIED = "not_modified"
    SAME_BODY = "same_body"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished exchange; it never raises for the weather.

    `body` is decompressed and within the size cap; a large one is in `file` instead, closed by who reads it.
    `reason` is a short code for FAILED ("timeout", "http_503", "dns", "refused", "too_large", "empty", "not_a_feed",
    "private_address", "redirect_loop", "gone", …) and `cause` what exactly was the matter. `retry_after` and
    `max_age` are seconds.
    `moved_to` is set after permanent redirects only.
    """

    kind: Fetched
    status: int | None = None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    url: str = ""
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    moved_to: str | None = None
    retry_after: float | None = None
    max_age: float | None = None
    reason: str | None = None
    cause: Cause | None = None
    file: IO[bytes] | None = None

    def content(self) -> bytes:
        """The whole body, wherever it is."""
        if self.file is None:
            return self.body
        self.file.seek(0)
        return self.file.read()

    def without_body(self) -> Outcome:
        """All but the body, which need not wait for the rest; its file is closed."""
        if self.file is not None:
            self.file.close()
        return replace(self, body=b"", file=None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed in plain text, with the keys that identify it.

    `keys` are its identity aliases, the strongest first (guid, canonical link, document symbol, …): two
    entries that share one are the same entry. `outlet` is who published it where that differs from the
    feed (aggregators). `language` is None where nobody tells it. `content_hash` covers title and summary;
    `feed_hash` is that of the feed's own text, where the summary is not from the feed.
    """

    feed: str
    keys: tuple[str, ...]
    title: str
    summary: str
    link: str | None
    language: str | None
    published: When | None
    outlet: str | None = None
    content_hash: str = ""
    feed_hash: str = ""

    def __reduce__(self) -> tuple[type[Entry], tuple[object, ...]]:
        """Pickled by its fields in order, which costs a third of what frozen dataclasses do: a body has many."""
        return Entry, _FIELDS(self)

    @property
    def noticed_hash(self) -> str:
        """What tells that the feed says something else."""
        return self.feed_hash or self.content_hash

    def document(self, publisher: str | None = None, seen: datetime | None = None) -> Document:
        """The entry as the matcher reads it; one that is dated after it was `seen` as if told then."""
        ahead = seen is not None and self.published is not None and self.published.start > seen
        told = When(seen, "instant") if ahead and seen else self.published
        return Document(
            self.title, self.summary, language_code(self.language), told, self.outlet or publisher, self.link
        )


_FIELDS = attrgetter(*(one.name for one in fields(Entry)))


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a body held. `ttl` is the feed's own hint in seconds; `problems` are what was wrong with it; `items` counts
    entries that are not here but elsewhere.

    `failure` names why the body is no feed ("empty", "html_page", "challenge_page", "json_error", "not_a_feed",
    "wrong_feed"); then `entries` is empty. `degraded` says that the guids identify nothing, `pages` are those of which
    entries are parts; both are to be remembered. `rights` are the feed's own words on how it may be used.
    """

    entries: tuple[Entry, ...] = ()
    title: str = ""
    kind: str = ""
    ttl: float | None = None
    problems: tuple[Cause, ...] = ()
    failure: str | None = None
    degraded: bool = False
    items: int = 0
    pages: tuple[str, ...] = ()
    rights: str = ""

    @property
    def count(self) -> int:
        """How many entries there are."""
        return self.items or len(self.entries)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was done last, UTC: the scheduler's last tick, the last feed that was read, the last message that was sent.

    `feeds` are polled; before one of them was ever read, `looking_since` says since when that was tried; `gap` is the
    shortest between two looks at one. `waiting` messages could go out or are tried again, the first of them since
    `waiting_since`.
    """

    ticked: datetime | None = None
    feeds: int = 0
    polled: datetime | None = None
    looking_since: datetime | None = None
    gap: timedelta | None = None
    waiting: int = 0
    waiting_since: datetime | None = None
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What one day (UTC) brought: exchanges, failed ones, new entries read, and entries that matched."""

    polls: int = 0
    failures: int = 0
    read: int = 0
    matched: int = 0


class Fetching(Protocol):
    """What asks a publisher: `feeds.web.fetch.Fetcher` in production."""

    async def fetch(self, feed: Feed, state: FeedState) -> Outcome:
        """One exchange; never raises for the weather."""
        ...
