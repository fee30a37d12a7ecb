"""What every place that can show alerts offers, what it can do, and how an attempt to show one can end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.card import Card
from bot.fit import NO_FILES, Limits
from feeds.model import Cause, CauseKind, Channel, Delivery, FollowMessage, Story

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side answered that it has it. `message` and `thread` are its own ids; `at` is since when it has it,
    where that was found and is not now."""

    message: str | None = None
    thread: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after` is in seconds, None when the other side named no time.

    `spent` says that this message may not be edited any more for a while: what is new goes to its thread.
    """

    reason: Cause
    after: float | None = None
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """Never: the other side will not take this message, or what it belongs to is gone."""

    reason: Cause


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing can be sent to this channel until a person mends it: a permission is missing, or it is gone."""

    reason: Cause


SendResult = Sent | Retry | Rejected | Held


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours that stands on the other side: its ids, the mark that it carries, the addresses and the text it
    shows, as it is read, and when it was posted.

    `names` are those that it lists out of sight (`feeds.store.naming.spelling.name_in_list`), `leads` the ids of the
    messages to which it leads, `mentions` those of the members whom it mentions; `opened` says that it has a thread, or
    is the first message of one, which bears its id.
    """

    message: str
    thread: str | None
    mark: str
    links: frozenset[str] = frozenset()
    text: str = ""
    at: datetime = LONG_AGO
    names: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Standings:
    """A part of what stands of ours in a place, and since when (by the other side's clock) the rest of it stands; None
    when this is all."""

    posted: tuple[Posted, ...] = ()
    more: datetime | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a transport can do beside posting a message.

    `edit` a message that was posted (else what is new is a line of its own); `find` a message by its marker (else
    what may have arrived is sent again); read back the `history` of a place by the other side's own clock (else what
    stands is not known again by a database that lost it); hang lines on `threads`; show `pictures` (else their words
    stand there); show `buttons` (else what they do is typed). `limits` say how much a message holds, and how many
    files of which size.
    """

    edit: bool = False
    find: bool = False
    history: bool = False
    threads: bool = False
    pictures: bool = False
    buttons: bool = False
    limits: Limits = NO_FILES


class Transport(ABC):
    """One way to reach members. Calls never raise for the weather; what is not connected answers `Retry`.

    A transport answers for `send` and `note`; the rest is there for those whose `capabilities` name it.
    """

    name: str
    capabilities = Capabilities()
    stirred = 0
    """How often something happened after which its places should be looked at anew."""

    def stir(self) -> None:
        """Something may have changed what can be sent where."""
        self.stirred += 1

    @property
    def connected(self) -> bool:
        """Whether it makes sense to call now; deliveries wait for it without being tried."""
        return True

    async def run(self) -> None:  # noqa: B027 - most have nothing to keep up
        """Keep up what it needs (a connection, say) until `close`."""

    async def close(self) -> None:  # noqa: B027
        """End `run`, within about two seconds."""

    @abstractmethod
    async def send(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Post a new message of cards that carries the delivery's id as its marker."""

    @abstractmethod
    async def note(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """Post one plain line: in the thread of the alert `delivery.message`, or in the channel when that is None."""

    async def locale(self, channel: Channel) -> str:
        """What the place itself says of its language ("fr", "en-GB"); "" where it says nothing."""
        return ""

    async def announce(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """Post one line in the channel, as a reply to the alert `delivery.message`, that pings whom the delivery pings;
        where there are no replies, a line of its own."""
        return await self.note(replace(delivery, message=None, thread=None), text, channel)

    async def reword(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """Say another line in `delivery.message`, which was announced, and ping nobody; where there are no edits, as a
        line of its own."""
        return await self.note(replace(delivery, message=None, thread=None), text, channel)

    async def edit(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Replace the content of `delivery.message`; `delivery` is the alert's, so that its marker stays."""
        return Rejected(Cause(CauseKind.NO_EDITS, {"transport": self.name}))

    async def tell(self, telling: FollowMessage, stories: Sequence[Story]) -> SendResult:
        """Tell one member of stories that they follow, under the message's own mark; a doubtful one is looked for
        first."""
        return Rejected(Cause(CauseKind.NOT_PERSONAL, {"transport": self.name}))

    async def find(self, delivery: Delivery, channel: Channel) -> SendResult | None:
        """Look for the delivery's marker: `Sent` when it is there, None when it is not, else why nobody could look."""
        return None

    def now(self) -> datetime | None:
        """The other side's clock; None where it has none, or has not told it yet."""
        return None

    async def posted(self, channel: Channel, since: datetime, thread: str | None = None) -> Standings | SendResult:
        """What stands of ours in a channel, or in one thread of it, since an instant of the other side's clock, as much
        as is read in few questions; else why nobody could look. For those with a `history`."""
        return Standings()

    async def told(self, member: str, since: datetime) -> Standings | SendResult:
        """What stands of ours where a member is told alone, as `posted` says; nothing where they let nobody in."""
        return Standings()

    async def probe(self, channel: Channel) -> Held | Retry | None:
        """Say why nothing can be sent to the channel now; None when it can."""
        return None

    async def examine(self, channel: Channel, roles: Sequence[str]) -> Sequence[Cause] | None:
        """What would not work in a channel that can be sent to, the pings of these roles among it; None when that
        cannot be told now."""
        return ()
