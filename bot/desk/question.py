"""Who asks, what goes wrong in asking, and what every answer needs at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.card import Reply
from config.schema import Settings
from feeds.judge import Opinion
from feeds.model import Channel, Daily, Story, Subscription
from feeds.store import Store
from feeds.store.thread import StoreThread
from feeds.worker.bounds import Unreadable
from seeds.model import Document

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where: `transport` and `target` name the place as `Channel` does; `manager` is theirs to say."""

    id: str
    name: str
    manager: bool = False
    transport: str = ""
    target: str = ""


class Trouble(Exception):
    """A member's mistake, said in a sentence that helps."""


@dataclass(frozen=True, slots=True)
class House:
    """What answers draw on. `clock` gives the time; everything else is asked of the store."""

    store: StoreThread
    watches: Mapping[str, WatchView]
    settings: Settings
    clock: Callable[[], datetime]

    @property
    def prefix(self) -> str:
        """What commands begin with where they are typed."""
        return self.settings.discord.prefix

    async def ask(self, work: Callable[[Store], T]) -> T:
        """What `work` finds in the store."""
        return await self.store.run(work)

    async def story(self, number: int) -> Story | None:
        """The story of a number, or the one that it was merged into."""
        return await self.ask(lambda store: _resolved(store, number))

    def digest_hours(self, channel: Channel) -> str:
        """When a channel's digest goes out: "07:00 UTC"."""
        usual = self.settings.digest
        when = channel.digest or Daily((usual.hour,), usual.zone)
        return f"{' and '.join(f'{hour:02d}:00' for hour in when.hours)} {when.zone}"

    def title(self, watch: str) -> str:
        """What members call a watch."""
        return self.watches[watch].title if watch in self.watches else watch


@dataclass(frozen=True, slots=True)
class Question:
    """One command as it was asked: its words, the page, who asks, and the channel that is (None: no alerts go there)
    with what is wanted in it."""

    house: House
    words: str
    page: int
    asker: Asker
    channel: Channel | None
    now: datetime
    wishes: tuple[Subscription, ...] = ()

    @property
    def watches(self) -> tuple[str, ...]:
        """The watches to answer about: the channel's; none for all of them."""
        return tuple(dict.fromkeys(one.watch for one in self.wishes))

    def number(self, words: str, least: int, most: int, otherwise: int) -> int:
        """The words as a number within bounds; `otherwise` for none. Raises Trouble."""
        if not words:
            return otherwise
        if not words.isdecimal() or not least <= int(words[:9]) <= most:
            raise Trouble(f"“{words}” should be a number from {least} to {most}.")
        return int(words)

    def story_id(self, words: str) -> int:
        """The words as a story's number: "12", "story 12". Raises Trouble."""
        text = words.casefold().removeprefix("story").strip().lstrip("#")
        if not text.isdecimal():
            raise Trouble(f"A story has a number, such as 12. {self.house.prefix}latest shows the newest.")
        return int(text[:18])


def _resolved(store: Store, number: int) -> Story | None:
    found = store.stories.story(number)
    while found is not None and found.merged_into is not None:
        found = store.stories.story(found.merged_into)
    return found


def paged(total: int, size: int) -> int:
    """How many pages a list of `total` items fills."""
    return max(1, -(-total // size))


def said(text: str) -> Reply:
    """A reply of words alone, for everyone."""
    return Reply(text)


def aside(text: str) -> Reply:
    """A reply of words for the asker's eyes."""
    return Reply(text, private=True)
