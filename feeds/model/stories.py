"""What is kept: entries with what the watches found in them, and the stories that they make together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from feeds.model.account import NO_ACCOUNT, Account
from feeds.model.causes import Cause
from feeds.model.sources import Entry, Standing
from seeds.model import NO_FACTS, NO_FINGERPRINT, Facts, Fingerprint, Match, Tier, When


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
class Opinion:
    """What a watch says of a document, flagged or not: its verdict, and the (kind, text) of all that it found.

    `mission` is what it watches, and `start` the day on which that began, where these are known.
    """

    match: Match
    named: tuple[tuple[str, str], ...] = ()
    mission: str = ""
    start: date | None = None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Whether a watch holds an item relevant, and whether with a change; what it would find that it does not now."""

    before: bool
    after: bool
    gained: Finding | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry with everything the watches say of it, ready to be committed; `findings` are the relevant ones,
    `leads` those that are relevant only if the archive knows the event that is told as the mission's.

    `silent` ones fill the archive without a word to anyone (a feed's first poll, say). `unreadable` says why
    nothing could be found in it; then it is kept so that it never comes again. `stale` ones were told so long ago that
    they are not posted as new. `audience` is the server that alone is told of it, "" for everybody.
    """

    entry: Entry
    publisher: str
    standing: Standing
    seen: datetime
    findings: tuple[Finding, ...] = ()
    silent: bool = False
    unreadable: Cause | None = None
    stale: bool = False
    leads: tuple[Finding, ...] = ()
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One entry inside a story, as cards and timelines show it: in the newest wording that concerns the story.

    `wording` is that one's number, and `reworded` when it was read, where the entry said something else before.
    `rewritten` says that the entry was read in several wordings, `outdated` that what it says now does not concern the
    story any more. `language` is None where nobody tells it.
    """

    entry: int
    title: str
    url: str | None
    publisher: str
    standing: Standing
    language: str | None
    published: When | None
    seen: datetime
    tier: Tier | None
    facts: Facts
    quotes: tuple[str, ...]
    content_hash: str
    wording: int = 1
    reworded: datetime | None = None
    rewritten: bool = False
    outdated: bool = False


class ChangeKind(StrEnum):
    """What about a story changed. What `old` and `new` of such a `Change` hold stands beside each."""

    KILLED = "killed"  # the believed counts; old is None for the first, new where none is stated any more
    INJURED = "injured"
    OFFICIAL = "official"  # nothing: the UN has spoken
    SECOND_PUBLISHER = "second_publisher"  # new: its name
    PUBLISHER = "publisher"  # new: its name, of a third or later one
    PLACE = "place"  # new: the first place named
    TIER = "tier"  # both: tiers
    CORRECTED = "corrected"  # both: tiers, the new one a member's
    WITHDRAWN = "withdrawn"  # new: the name of a publisher whose text says nothing of it any more
    MERGED = "merged"  # new: the story whose sources came here
    SPLIT = "split"  # old: the story that this one was part of
    MOVED = "moved"  # new: the story that a source went to
    TEXT = "text"  # new: a line as an early version wrote it


@dataclass(frozen=True, slots=True)
class Change:
    """One visible change of a story, dated `at`; `material` ones are announced. It is worded where it is shown."""

    at: datetime
    kind: ChangeKind
    old: int | str | None = None
    new: int | str | None = None
    material: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One event as all its sources tell it, sources in order of arrival. `merged_into` points to the elder.

    `account` is what they say together; a merged story has no sources and says nothing. `pinned` is the tier that a
    member gave it, which holds whatever its sources say. `server` is the one that alone is told of it, "" for all.
    """

    id: int
    watch: str
    tier: Tier
    opened: datetime
    updated: datetime
    sources: tuple[Source, ...]
    changes: tuple[Change, ...] = ()
    merged_into: int | None = None
    linked_to: int | None = None
    account: Account = NO_ACCOUNT
    pinned: Tier | None = None
    server: str = ""

    @property
    def headline(self) -> Source:
        """The source whose title names the story. Only for a story that has sources."""
        return next(source for source in self.sources if source.entry == self.account.headline)

    @property
    def withdrawn(self) -> bool:
        """Whether none of its sources says any of it any more."""
        return bool(self.sources) and all(source.outdated for source in self.sources)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store remembers of an entry it has seen, and which of the keys asked about it does not know yet.

    `content_hash` is that of the feed's text; `last_read` is when it was last noted that the feed says so. A purged
    entry has only its keys left: `feed` and `content_hash` are "".
    """

    entry: int
    feed: str = ""
    content_hash: str = ""
    missing: tuple[str, ...] = ()
    last_read: datetime | None = None


@dataclass(frozen=True, slots=True)
class Archived:
    """One stored entry in its current words, the number of that `wording`, and what each watch found in it.

    `findings` pairs the story's id with the finding, in the newest wording that the watch holds relevant.
    """

    id: int
    entry: Entry
    publisher: str
    standing: Standing
    seen: datetime
    findings: tuple[tuple[int, Finding], ...] = ()
    wording: int = 1


@dataclass(frozen=True, slots=True)
class EarlierWording:
    """A wording that an entry no longer has: its `number`, when it was first `read`, the `passage` that was sought."""

    number: int
    read: datetime
    passage: str


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of a search. `story` and `watch` are None for an entry that no watch flagged; `earlier` is where the
    words stood, if they are not in what it says now."""

    source: Source
    summary: str
    story: int | None
    watch: str | None
    earlier: EarlierWording | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of hits, newest first. `total` counts all; `partial` says that no item had all of the words."""

    items: tuple[Found, ...]
    total: int
    offset: int = 0
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """The ids of what a query finds, in order. `total` counts all, up to 10,000; 10,001 says that there are more.
    `partial` says that nothing had all of the words: what has most of them comes first."""

    ids: tuple[int, ...]
    total: int
    partial: bool = False
