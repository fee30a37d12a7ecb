"""The values that flow through the house, in order: feed, outcome, entry, story, plan, delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from seeds.model import NO_FACTS, NO_FINGERPRINT, Document, Facts, Fingerprint, Match, Tier, When

Standing = Literal["official", "outlet", "local", "aggregator", "analysis"]


@dataclass(frozen=True, slots=True)
class Feed:
    """One source as the operator's catalogue lists it. `interval` is in minutes, None for the default."""

    name: str
    url: str
    language: str
    section: str = "media"
    standing: Standing = "outlet"
    enabled: bool = True
    interval: int | None = None
    publisher: str | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we remember of one feed between polls; one row. All instants are UTC.

    `body_hash` is of the last body whose entries were stored. `url` is the address to ask now: the
    catalogue's, or the one a permanent redirect named. `gaps` are the latest intervals between new
    entries, in seconds, newest last, for the learned cadence and the freshness figure. `home` is the
    catalogue's address when `url` was last set, so that a changed catalogue is noticed.
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


class Fetched(StrEnum):
    """How an exchange with a publisher ended."""

    BODY = "body"
    NOT_MODIFIED = "not_modified"
    SAME_BODY = "same_body"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished exchange; it never raises for the weather.

    `body` is decompressed and within the size cap. `reason` is a short code for FAILED ("timeout",
    "http_503", "dns", "refused", "too_large", "empty", "not_a_feed", "private_address", "redirect_loop",
    "gone", …) and `detail` a plain sentence for the operator. `retry_after` and `max_age` are seconds.
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
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed in plain text, with the keys that identify it.

    `keys` are its identity aliases, the strongest first (guid, canonical link, document symbol, …): two
    entries that share one are the same entry. `outlet` is who published it where that differs from the
    feed (aggregators). `content_hash` covers title and summary.
    """

    feed: str
    keys: tuple[str, ...]
    title: str
    summary: str
    link: str | None
    language: str
    published: When | None
    outlet: str | None = None
    content_hash: str = ""

    def document(self, publisher: str | None = None) -> Document:
        """The entry as the matcher reads it."""
        return Document(self.title, self.summary, self.language, self.published, self.outlet or publisher, self.link)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a body held. `ttl` is the feed's own hint in seconds; `problems` are short plain sentences.

    `failure` names why the body is no feed ("empty", "html_page", "challenge_page", "json_error", "not_a_feed",
    "wrong_feed"); then `entries` is empty. `degraded` says that the guids identify nothing (to be remembered).
    """

    entries: tuple[Entry, ...] = ()
    title: str = ""
    kind: str = ""
    ttl: float | None = None
    problems: tuple[str, ...] = ()
    failure: str | None = None
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one watch found in an entry that it holds relevant: the match, the facts and the sentences to quote.

    `marks` tell its story from others; the archive keeps what `feeds.stories.profile` makes of them.
    """

    match: Match
    facts: Facts = NO_FACTS
    quotes: tuple[str, ...] = ()
    marks: Fingerprint = NO_FINGERPRINT


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry with everything the watches say of it, ready to be committed; `findings` are the relevant ones.

    `silent` ones fill the archive without a word to anyone (a feed's first poll, say).
    """

    entry: Entry
    publisher: str
    standing: Standing
    seen: datetime
    findings: tuple[Finding, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One entry inside a story, as cards and timelines show it."""

    entry: int
    title: str
    url: str | None
    publisher: str
    standing: Standing
    language: str
    published: When | None
    seen: datetime
    tier: Tier | None
    facts: Facts
    quotes: tuple[str, ...]
    content_hash: str


@dataclass(frozen=True, slots=True)
class Change:
    """One visible change of a story: "killed 3 → 4", "confirmed by the UN"; `material` ones are announced."""

    at: datetime
    text: str
    material: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One event as all its sources tell it, sources in order of arrival. `merged_into` points to the elder."""

    id: int
    watch: str
    tier: Tier
    opened: datetime
    updated: datetime
    sources: tuple[Source, ...]
    changes: tuple[Change, ...] = ()
    merged_into: int | None = None
    linked_to: int | None = None


class Action(StrEnum):
    """How loudly a channel is told, loudest first."""

    PING = "ping"
    POST = "post"
    DIGEST = "digest"


class State(StrEnum):
    """Where a delivery stands. SENDING means: the other side may or may not have it."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox. What it says is rendered from its subject at the moment of sending.

    `id` is at most 25 characters, so that it can be Discord's nonce. `kind` is "alert" (a story's one
    message), "edit" (that message again), "note" (a line in the story's thread), "digest" or "notice"
    (a line for the operators, in `text`). `message` is the id of the message sent or to be edited.
    """

    id: str
    channel: str
    kind: Literal["alert", "edit", "note", "digest", "notice"]
    created: datetime
    due: datetime
    state: State = State.PENDING
    action: Action = Action.POST
    story: int | None = None
    stories: tuple[int, ...] = ()
    text: str = ""
    attempts: int = 0
    message: str | None = None
    thread: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one polled feed changes, decided in one piece and committed in one transaction.

    `readings` are of new entries, `updated` of known ones whose text changed (entry id first); `aliases` pairs new
    keys with the id of the known entry they belong to; `notices` are lines for the operators.
    """

    state: FeedState
    readings: tuple[Judged, ...] = ()
    updated: tuple[tuple[int, Judged], ...] = ()
    aliases: tuple[tuple[str, int], ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: how many entries were new, how many of them matched, and which stories it touched."""

    new: int = 0
    matched: int = 0
    stories: tuple[int, ...] = ()
    queued: int = 0


@dataclass(frozen=True, slots=True)
class Channel:
    """One place where alerts of one watch go, from the configuration or from a manager's command.

    `name` is unique ("discord:123456789" for subscribed ones); `target` is the transport's own id of the
    place; `actions` says per tier how loudly it is told (a tier that is missing is not told at all);
    `role` is the id pinged. `held` is why nothing is sent there now (a missing permission, say).
    """

    name: str
    transport: str
    target: str
    watch: str
    actions: tuple[tuple[Tier, Action], ...]
    role: str | None = None
    pings_per_hour: int = 3
    posts_per_day: int = 40
    muted_until: datetime | None = None
    held: str | None = None

    def action(self, tier: Tier) -> Action | None:
        """How this channel is told of a story of that tier; None when it did not ask for it."""
        return dict(self.actions).get(tier)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store remembers of an entry it has seen, and which of the keys asked about it does not know yet.

    A purged entry has only its keys left: `feed` and `content_hash` are "".
    """

    entry: int
    feed: str = ""
    content_hash: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archived:
    """One stored entry with what each watch found in it; `findings` pairs the story's id with the finding."""

    id: int
    entry: Entry
    publisher: str
    standing: Standing
    seen: datetime
    findings: tuple[tuple[int, Finding], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of a search. `story` and `watch` are None for an entry that no watch flagged."""

    source: Source
    summary: str
    story: int | None
    watch: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of hits, newest first. `total` counts all; `partial` says that no item had all of the words."""

    items: tuple[Found, ...]
    total: int
    offset: int = 0
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """What one day (UTC) brought: exchanges, failed ones, new entries read, and entries that matched."""

    polls: int = 0
    failures: int = 0
    read: int = 0
    matched: int = 0


@dataclass(frozen=True, slots=True)
class Reaction:
    """A member put `emoji` under a message, or took it away again (`removed`)."""

    message: str
    user: str
    emoji: str
    at: datetime
    removed: bool = False
