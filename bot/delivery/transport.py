"""What every place that can show alerts offers, and how an attempt to show one can end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.card import Card
from feeds.model import Channel, Delivery


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side answered that it has it. `message` and `thread` are its own ids."""

    message: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after` is in seconds, None when the other side named no time.

    `spent` says that this message may not be edited any more for a while: what is new goes to its thread.
    """

    reason: str
    after: float | None = None
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """Never: the other side will not take this message, or what it belongs to is gone."""

    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing can be sent to this channel until a person mends it: a permission is missing, or it is gone."""

    reason: str


SendResult = Sent | Retry | Rejected | Held


class Transport(Protocol):
    """One way to reach members. Calls never raise for the weather; what is not connected answers `Retry`."""

    name: str

    @property
    def connected(self) -> bool:
        """Whether it makes sense to call now; deliveries wait for it without being tried."""
        ...

    async def send(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Post a new message of cards that carries the delivery's id as its marker."""
        ...

    async def edit(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Replace the content of `delivery.message`; `delivery` is the alert's, so that its marker stays."""
        ...

    async def note(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """Post one plain line: in the thread of the alert `delivery.message`, or in the channel when that is None."""
        ...

    async def find(self, delivery: Delivery, channel: Channel) -> SendResult | None:
        """Look for the delivery's marker: `Sent` when it is there, None when it is not, else why nobody could look."""
        ...

    async def probe(self, channel: Channel) -> Held | Retry | None:
        """Say why nothing can be sent to the channel now; None when it can."""
        ...
