"""Alerts in the terminal: an edited one is shown again as "updated", a note as one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.card import Card, Reply
from bot.transport import Held, Retry, SendResult, Sent
from feeds.model import Action, Channel, Delivery

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


class Terminal:
    """One terminal as a place to post. `console` is rich's; whatever is printed goes through `show`."""

    name = "terminal"

    def __init__(self, console: Console | None = None) -> None:
        from bot.console import paper  # noqa: PLC0415 - rich costs a tenth of a second: only where it is used

        self._paper = paper
        self._console = console or paper.paper()
        self._shown: set[str] = set()

    @property
    def links(self) -> bool:
        """Whether addresses can stand behind words here."""
        return self._console.is_terminal and not self._console.no_color

    def show(self, what: RenderableType) -> None:
        """Print one block."""
        self._console.print(what)

    def reply(self, reply: Reply, more: str = "") -> None:
        """Print the answer to a command."""
        self.show(self._paper.answer(reply, links=self.links, more=more))

    def aside(self, text: str) -> None:
        """Print a quiet line of the program's own."""
        self.show(self._paper.aside(text))

    async def send(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Print a new alert or digest."""
        loud = "pings" if delivery.action is Action.PING else ""
        self._print(_head(delivery.kind.upper(), delivery, loud, channel.name), cards, delivery.id)
        return Sent(message=delivery.id)

    async def edit(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Print the alert again, as it reads now."""
        self._print(_head("UPDATED", delivery, channel.name), cards, delivery.message or delivery.id)
        return Sent(message=delivery.message)

    async def note(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """Print one line."""
        head = f"· story {delivery.story}:" if delivery.story is not None else f"· {channel.name}:"
        self.show(self._paper.line(head, text))
        self._shown.add(delivery.id)
        return Sent(message=delivery.id)

    async def find(self, delivery: Delivery, channel: Channel) -> SendResult | None:
        """What this run has printed; of an earlier run's screen nobody knows."""
        return Sent(message=delivery.id) if delivery.id in self._shown else None

    async def probe(self, channel: Channel) -> Held | Retry | None:
        """A terminal is always there."""
        return None

    def _print(self, head: str, cards: Sequence[Card], marker: str) -> None:
        signed = [replace(card, footer=" · ".join(filter(None, (card.footer, marker)))) for card in cards]
        self.show(self._paper.block(head, signed, links=self.links))
        self._shown.add(marker)


def _head(kind: str, delivery: Delivery, *more: str) -> str:
    at = f"{delivery.created:%H:%M} UTC"
    return " · ".join(filter(None, (kind, at, *more)))
