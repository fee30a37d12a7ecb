"""Who asks, what goes wrong in asking, and what every answer needs at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from bot.card import Line, Reply, Span
from bot.desk.names import NameBook
from bot.desk.parse import Trouble, Values
from bot.desk.rights import NO_RIGHTS, Need, Rights, may
from bot.language import _, plural
from bot.pictures.studio import Studio
from bot.wording.formats import clean, enumerated
from bot.wording.phrase import phrase
from config.schema import Settings
from feeds.agenda import next_time
from feeds.discovery.model import FeedSeen, NotSeen
from feeds.model import Cause, Channel, Daily, Feed, Opinion, Story, Subscription, Unreadable
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.watching.live import LiveWatches
from seeds.model import Document, When

T = TypeVar("T")
PlaceLook = Callable[[Channel, Sequence[str]], Awaitable[Sequence[Cause]]]
SHELL = "shell"
"""The id of whoever asks on the command line; no place's member has it."""


class WatchView(Protocol):
    """What the desk asks of a watch (`feeds.worker.reader.RemoteWatch`): its names, and what it says of a document."""

    @property
    def name(self) -> str:
        """The folder's name."""
        ...

    @property
    def title(self) -> str:
        """What members call it."""
        ...

    async def explain(self, document: Document, now: datetime) -> Opinion | Unreadable:
        """Its verdict with its reasons and all that it finds in the document, whether or not that is enough."""
        ...


class Sources(Protocol):
    """The feeds of a running bot (`bot.desk.sources.reach.Reach`): what the operator's file lists, and a look at an
    address, which waits for a yes."""

    def listed(self) -> Sequence[Feed]:
        """The feeds of the operator's file, as it could be read last."""
        ...

    async def look(self, asker: Asker, url: str) -> FeedSeen | NotSeen:
        """The feed at an address, read once. Raises Trouble where too much is asked at once."""
        ...

    def keep(self, server: str, asked: str, seen: FeedSeen, now: datetime) -> str:
        """Remember what was read for a while; returns the code that stands for its address."""
        ...

    def take(self, server: str, asked: str, now: datetime) -> FeedSeen | None:
        """What was remembered of a code or an address, once."""
        ...


@dataclass(frozen=True, slots=True)
class PlaceRole:
    """A role of the place: its `name`, and whether a message of ours may ring it (`rings`)."""

    name: str
    rings: bool


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where: `transport` and `target` name the place as `Channel` does; `rights` are what they may there.

    `prefix` is what commands begin with there; `roles` are the place's by id, None where it has none, and `holds` the
    ids of those that are the asker's. `server` is the team's place that it belongs to; "" where there is none, as in
    direct messages. `locale` is what the asker's own app speaks, where that is known. `look` asks the
    place itself what a channel lacks, and which of these roles it cannot ring.
    """

    id: str
    name: str
    rights: Rights = NO_RIGHTS
    transport: str = ""
    target: str = ""
    prefix: str = "!"
    roles: Mapping[str, PlaceRole] | None = None
    server: str = ""
    holds: frozenset[str] = frozenset()
    locale: str = ""
    look: PlaceLook | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """What tells them from everybody else on every transport: "discord:77"."""
        return f"{self.transport}:{self.id}"

    @property
    def signature(self) -> str:
        """Who it is, for the record of changes: "Awa (discord:77)"."""
        return f"{clean(self.name)[:40] or 'somebody'} ({self.key})"

    @property
    def scope(self) -> str | None:
        """Whose things are seen and changed: those of the server; in direct messages the asker's own alone; None at the
        terminal and a shell that answers as it, whose operator sees all."""
        if self.server or self.transport == "terminal":
            return self.server or None
        return self.key

    @property
    def shell(self) -> bool:
        """Whether it was asked on the command line, wherever that asks as if: what comes of it programs may read."""
        return self.id == SHELL


@dataclass(frozen=True, slots=True)
class House:
    """What answers draw on. `clock` gives the time, the `studio` pictures, `sources` the feeds of a running bot;
    `watching` keeps the `watches` current where they can be changed; everything else is asked of the store, which holds
    what is for the asker's `scope` (see `Asker`)."""

    store: StoreThread
    watches: Mapping[str, WatchView]
    settings: Settings
    clock: Callable[[], datetime]
    names: NameBook
    studio: Studio = field(default_factory=Studio)
    watching: LiveWatches | None = None
    sources: Sources | None = None
    scope: str | None = None

    async def ask(self, work: Callable[[Store], T]) -> T:
        """What `work`, which only reads, finds in the store. Raises TooLong and TooMany."""
        return await self.store.read(lambda store: _told_to(store, self.scope, work))

    async def change(self, work: Callable[[Store], T]) -> T:
        """What comes of `work`, which writes to the store."""
        return await self.store.run(lambda store: _told_to(store, self.scope, work))

    async def story(self, number: int) -> Story | None:
        """The story of a number, or the one that it was merged into."""
        return await self.ask(lambda store: store.stories.resolve(number))

    def digests(self, channel: Channel) -> Daily:
        """When a channel's digest goes out."""
        usual = self.settings.digest
        return channel.digest or Daily((usual.hour,), usual.zone)

    def title(self, watch: str) -> str:
        """What members call a watch."""
        return _(self.watches[watch].title) if watch in self.watches else watch


def _told_to(store: Store, scope: str | None, work: Callable[[Store], T]) -> T:
    with store.told_to(scope):
        return work(store)


@dataclass(frozen=True, slots=True)
class Question:
    """One command as it was asked: its values by name, the page, who asks, and the channel that is (None: no alerts go
    there) with what is wanted in it. Each option is asked for as what its kind says."""

    house: House
    values: Values
    page: int
    asker: Asker
    channel: Channel | None
    now: datetime
    wishes: tuple[Subscription, ...] = ()

    @property
    def watches(self) -> tuple[str, ...]:
        """The watches to answer about: the channel's; none for all of them."""
        return tuple(dict.fromkeys(one.watch for one in self.wishes))

    def label(self, watch: str | None) -> str | None:
        """The watch's name where it must be said, because the channel is not told of that one alone."""
        return None if self.watches == (watch,) or len(self.house.watches) < 2 else watch

    def place(self, channel: Channel) -> Span:
        """A channel's name; where it is of the place in which it was asked, one that leads there."""
        return Span(channel.name, place=channel.target if channel.transport == self.asker.transport else "")

    def digest_hours(self, channel: Channel) -> Line:
        """When a channel's digest goes out: "07:00 UTC"; each hour is the next one's instant."""
        daily = self.house.digests(channel)
        spans = [
            Span(f"{hour:02d}:00", at=next_time(Daily((hour,), daily.zone), self.now), shown="time")
            for hour in daily.hours
        ]
        spans[-1] = replace(spans[-1], text=f"{spans[-1].text} {daily.zone}")
        named = enumerated([f"{{{number}}}" for number in range(len(spans))])
        return phrase(named, **{str(number): one for number, one in enumerate(spans)})

    def sees(self, channel: Channel) -> bool:
        """Whether a channel is the place itself, or one of the asker's server."""
        asker = self.asker
        here = (channel.transport, channel.target) == (asker.transport, asker.target)
        return here or asker.scope in (None, channel.server)

    def may(self, need: Need) -> bool:
        """Whether the asker has a right."""
        return may(self.asker.rights, need)

    def record(self, store: Store, action: str, subject: str, old: str = "", new: str = "") -> None:
        """Note that the asker changed something, as `AuditEntry` says, in words as they are typed; beside the change
        itself, in one transaction (`Store.together`)."""
        store.audit.note(self.asker.server, self.asker.signature, action, subject, old, new, self.now)

    @property
    def prefix(self) -> str:
        """What commands begin with where it was asked."""
        return self.asker.prefix

    def text(self, name: str) -> str:
        """A text, a word or a choice; "" when it was left out."""
        value = self.values[name]
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A number that has a default, or a story's or an item's."""
        value = self.values[name]
        assert isinstance(value, int), name
        return value

    def flag(self, name: str) -> bool:
        """Whether a flag was set."""
        return self.values[name] is True

    def time(self, name: str) -> When | None:
        """A time; None when it was left out."""
        value = self.values[name]
        return value if isinstance(value, When) else None


def paged(total: int, size: int) -> int:
    """How many pages a list of `total` items fills."""
    return max(1, -(-total // size))


def past_the_end(pages: int) -> Trouble:
    """What to say to who asks for a page beyond the last."""
    return Trouble(plural("There is {n} page, no more.", "There are {n} pages, no more.", pages))


def said(text: str) -> Reply:
    """A reply of words alone, for everyone."""
    return Reply(text)


def aside(text: str) -> Reply:
    """A reply of words for the asker's eyes."""
    return Reply(text, private=True)
