"""Alerts in the terminal: an edited one is shown again as "updated", a note as one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.card import Card, Field, Line, Reply
from bot.delivery.transport import Held, Retry, SendResult, Sent
from feeds.model import Action, Channel, Delivery

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


class Terminal:
    """One terminal as a place to post. `console` is rich's; whatever is printed goes through `show`."""

    name = "terminal"
    connected = True

    def __init__(self, console: Console | None = None) -> None:
        from bot.console import paper  # noqa: PLC0415 - rich costs a tenth of a second: only where it is used

        self._paper = paper
        self._console = console or paper.paper()
        self._shown: dict[str, Sequence[Card]] = {}

    @property
    def links(self) -> bool:
        """Whether addresses can stand behind words here."""
        return self._console.color_system is not None and not self._console.no_color

    def show(self, what: RenderableType) -> None:
        """Print one block."""
        self._console.print(what)

    def reply(self, reply: Reply, more: str = "") -> None:
        """Print the answer to a command."""
        self.show(self._paper.print_reply(reply, links=self.links, more=more))

    def aside(self, text: str) -> None:
        """Print a quiet line of the program's own."""
        self.show(self._paper.print_aside(text))

    async def send(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Print a new alert or digest."""
        loud = "pings" if delivery.action is Action.PING else ""
        self._print(_head(delivery.kind.upper(), delivery, cards, loud, channel.name), cards, delivery.id)
        self._shown[delivery.id] = cards
        return Sent(message=delivery.id)

    async def edit(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Print what is new in the alert, or all of it when an earlier run had printed it; nothing if nothing is."""
        message = delivery.message or delivery.id
        before = self._shown.get(message, ())
        fresh = [news(old, new) for old, new in zip(before, cards, strict=False)] if before else list(cards)
        changed = [card for card in fresh if card is not None]
        if changed:
            self._print(_head("UPDATED", delivery, cards, channel.name), changed, message)
        self._shown[message] = cards
        return Sent(message=message)

    async def note(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """Print one line."""
        head = f"· story {delivery.story}:" if delivery.story is not None else f"· {channel.name}:"
        self.show(self._paper.print_line(head, text))
        self._shown[delivery.id] = ()
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


def news(old: Card, new: Card) -> Card | None:
    """Of a card that was shown before only what it says anew, under its title and first line; None for nothing."""
    quotes = () if new.quotes == old.quotes else new.quotes
    told = {_plain(line) for line in old.lines}
    if new.quotes and not quotes:  # then nothing follows the line that says whose words they are
        told.add(_plain(new.lines[-1]))
    lines = tuple(line for line in new.lines if _plain(line) not in told)
    fields = tuple(field for field in (_added(old, field) for field in new.fields) if field.lines)
    if not lines and not fields and not quotes and new.title == old.title:
        return None
    label = new.lines[:1] if new.lines[:1] != lines[:1] else ()
    return replace(new, lines=(*label, *lines), fields=fields, quotes=quotes, language=new.language if quotes else None)


def _added(old: Card, field: Field) -> Field:
    told = {_plain(line) for before in old.fields if before.name == field.name for line in before.lines}
    return replace(field, lines=tuple(line for line in field.lines if _plain(line) not in told))


def _plain(line: Line) -> str:
    return "".join(span.text for span in line)


def _head(kind: str, delivery: Delivery, cards: Sequence[Card], *more: str) -> str:
    at = next((card.at for card in cards if card.at), delivery.created)
    return " · ".join(filter(None, (kind, f"{at:%H:%M} UTC", *more)))
