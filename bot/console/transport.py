"""Alerts in the terminal: an edited one is shown again as "updated", a note as one line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from bot.card import Attachment, Card, Field, Line, Reply, Span
from bot.delivery.transport import Capabilities, SendResult, Sent, Transport
from bot.fit import Fitter, Limits
from bot.language import N_, _, translated
from config.sentence import reason_of
from feeds.model import Action, Channel, Delivery, FollowMessage, Story

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


TERMINAL_LIMITS = Limits()


# What stands over what is posted.
_KINDS: dict[str, str] = {
    "alert": N_("ALERT"),
    "digest": N_("DIGEST"),
    "brief": N_("BRIEF"),
    "weekly": N_("WEEKLY"),
    "coverage": N_("COVERAGE"),
}


class Terminal(Transport):
    """One terminal as a place to post. `console` is rich's; whatever is printed goes through `show`.

    Files are saved into `folder` (a fresh temporary one) and named where they would be shown.
    """

    name = "terminal"
    capabilities = Capabilities(edit=True, find=True, limits=TERMINAL_LIMITS)

    def __init__(self, console: Console | None = None, folder: Path | None = None) -> None:
        from bot.console import paper  # noqa: PLC0415 - rich costs a tenth of a second: only where it is used

        self._paper = paper
        self._console = console or paper.paper()
        self._folder = folder
        self._fitter = Fitter(TERMINAL_LIMITS)
        self._shown: dict[str, Sequence[Card]] = {}
        self._saved_as: dict[bytes, Path] = {}

    @property
    def links(self) -> bool:
        """Whether addresses can stand behind words here."""
        return self._console.color_system is not None and not self._console.no_color

    def show(self, what: RenderableType) -> None:
        """Print one block."""
        self._console.print(what)

    def reply(self, reply: Reply, more: str = "") -> None:
        """Print the answer to a command; `more` says how to ask for the next page."""
        saved = [self._saved(file, told=not reply.lines) for file in reply.files]
        reply = replace(reply, text="\n".join(filter(None, (reply.text, *saved))), cards=self._fitted(reply.cards))
        self.show(self._paper.print_reply(reply, links=self.links, more=more))

    def aside(self, text: str) -> None:
        """Print a quiet line of the program's own."""
        self.show(self._paper.print_aside(text))

    async def send(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Print a new alert or digest."""
        cards, loud = self._fitted(cards), _("pings") if delivery.action is Action.PING else ""
        kind = _(_KINDS.get(delivery.kind, delivery.kind.upper()))
        self._print(_head(kind, delivery, cards, loud, channel.name), cards, delivery.id)
        self._shown[delivery.id] = cards
        return Sent(message=delivery.id)

    async def edit(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """Print what is new in the alert, or all of it when an earlier run had printed it; nothing if nothing is."""
        message, cards = delivery.message or delivery.id, self._fitted(cards)
        before = self._shown.get(message, ())
        fresh = [news(old, new) for old, new in zip(before, cards, strict=False)] if before else list(cards)
        changed = [card for card in fresh if card is not None]
        if changed:
            self._print(_head(_("UPDATED"), delivery, cards, channel.name), changed, message)
        self._shown[message] = cards
        return Sent(message=message)

    async def note(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """Print one line: of a story, or for the operators."""
        head = _("· story {story}:").format(story=delivery.story) if delivery.story is not None else _("· operators:")
        self.show(self._paper.print_line(head, text))
        self._shown[delivery.id] = ()
        return Sent(message=delivery.id)

    async def tell(self, telling: FollowMessage, stories: Sequence[Story]) -> SendResult:
        """Print what a follow found, unless this run has printed it."""
        from bot.follows.words import follow_card  # noqa: PLC0415 - for houses where somebody follows

        if telling.id not in self._shown:
            card = self._fitter.message([follow_card(telling, stories, {})])
            self.show(self._paper.block(f"{_('FOLLOWED')} · {telling.created:%H:%M} UTC", card, links=self.links))
            self._shown[telling.id] = ()
        return Sent(message=telling.id)

    async def find(self, delivery: Delivery, channel: Channel) -> SendResult | None:
        """What this run has printed; of an earlier run's screen nobody knows."""
        return Sent(message=delivery.id) if delivery.id in self._shown else None

    def _fitted(self, cards: Sequence[Card]) -> tuple[Card, ...]:
        return tuple(map(self._with_paths, self._fitter.message(cards)))

    def _with_paths(self, card: Card) -> Card:
        """The card with its files saved, and where they are in the place of what they show."""
        if not card.files:
            return card
        return replace(card, lines=(*card.lines, *((Span(self._saved(file)),) for file in card.files)), files=())

    def _saved(self, file: Attachment, *, told: bool = True) -> str:
        """Save the file, unless it was before; the line that says where and, if that is not `told` below, what it
        shows."""
        shows = f": {file.alt}" if file.alt and told else ""
        known = blake2b(file.content, key=file.name.encode()[:64]).digest()
        try:
            path = self._saved_as.get(known) or self._save(file)
        except OSError as error:
            said = _("{name} could not be saved ({error})").format(name=file.name, error=translated(reason_of(error)))
            return f"{said}{shows}"
        self._saved_as[known] = path
        return f"{path}{shows}"

    def _save(self, file: Attachment) -> Path:
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="bluehelm-"))
        path = free_path(self._folder, file.name)
        path.write_bytes(file.content)
        return path

    def _print(self, head: str, cards: Sequence[Card], marker: str) -> None:
        signed = [replace(card, footer=" · ".join(filter(None, (card.footer, marker)))) for card in cards]
        self.show(self._paper.block(head, signed, links=self.links))


def free_path(folder: Path, name: str) -> Path:
    """A path in the folder for a file of that name, however odd the name, where there is none yet."""
    plain = re.sub(r"[^\w.-]", "_", name)[-80:].lstrip(".") or "file"
    return next(
        path
        for number in itertools.count(1)
        if not (path := folder / (plain if number == 1 else f"{number}-{plain}")).exists()
    )


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
