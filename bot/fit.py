"""Cuts cards to what a transport takes: the one place where anything is left out for want of room. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.card import Attachment, Card, Field, Line, Span
from bot.language import _, decimal, plural
from bot.wording.formats import clean, cut, joined

LEAST = 400  # a card that gets less room than this is left out
_QUOTED = 4  # what stands around a quote: its marks and the end of its line
_COUNTED = 20  # room for how many are left out
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a message holds, as the transport writes it: lengths in `unit`s, then counts, then bytes of one file.

    `text` bounds a message's plain text, `message` all its cards together, `card` one of them, `body` a card's lines
    and quotes. The defaults suit a screen that scrolls; no `files` means that none can be sent.
    """

    unit: Literal["code points", "utf-16"] = "code points"
    text: int = 100_000
    message: int = 1_000_000
    card: int = 100_000
    title: int = 500
    body: int = 100_000
    footer: int = 500
    field_name: int = 500
    field: int = 100_000
    fields: int = 1000
    cards: int = 1000
    files: int = 10
    file_bytes: int = 10 * _MEGABYTE


NO_FILES = Limits(files=0)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a transport writes plain text (escaped, say) and a line of spans (with its links)."""

    text: Callable[[str], str]
    line: Callable[[Line], str]


def _plain_line(line: Line) -> str:
    return "".join(span.text + (f" <{span.url}> " if span.url else "") for span in line)


PLAIN = Spelling(str, _plain_line)


class Fitter:
    """Fits cards into messages of `limits`, measured as `spelling` writes them."""

    def __init__(self, limits: Limits, spelling: Spelling = PLAIN) -> None:
        self._limits, self._spelling = limits, spelling

    def message(self, cards: Sequence[Card], room: int | None = None) -> tuple[Card, ...]:
        """The cards as one message of at most `room` (the limit) takes them.

        A list takes what room there is and goes on over several cards; each other card gets an even share. How many
        cards (of a list: how many of its lines) had to be left out is said in the last footer.
        """
        room = (self._limits.message if room is None else min(room, self._limits.message)) - _COUNTED
        pages = [page for card in with_files(cards, self._limits) for page in self._pages(card)]
        kept: list[Card] = []
        for at, card in enumerate(pages[: self._limits.cards]):
            if kept and room < LEAST:
                break
            share = room if card.continued else max(LEAST, room // (min(len(pages), self._limits.cards) - at))
            kept.append(self.card(card, min(share, room, self._limits.card - _COUNTED)))
            room -= self.weight(kept[-1])
        if kept and (left := _left_out(pages, kept)):
            kept[-1] = replace(kept[-1], footer=joined((kept[-1].footer, plural("and {n} more", "and {n} more", left))))
        return tuple(kept)

    def card(self, card: Card, room: int | None = None) -> Card:
        """One card in at most `room` (the limit) over all its parts.

        Lines, quotes and fields are left out from the last; two fifths are safe for the body.
        """
        limits = self._limits
        room = whole = limits.card if room is None else min(room, limits.card)
        title = self.text(clean(card.title), min(limits.title, room))
        small = min(limits.footer - _COUNTED, max(room - self._size(title), 0) // 3)
        footer = self.text(clean(card.footer), small)
        room -= self._size(title) + self._size(footer)
        body = min(self._body(card), limits.body)
        fields = self._fields(card.fields, room - min(body, room * 2 // 5))
        room = min(room - sum(map(self._field, fields)), limits.body)
        lines = self.lines(card.lines, room)
        quotes = self._quotes(card, room - sum(map(self._line, lines)))
        fitted = replace(card, title=title, footer=footer, fields=fields, lines=lines, quotes=quotes)
        while fitted.fields and self.weight(fitted) > whole:  # what joins the parts of a field may be a few too many
            fitted = replace(fitted, fields=fitted.fields[:-1])
        return fitted

    def text(self, text: str, room: int) -> str:
        """As much of a text as is within `room` once it is written."""
        length = min(len(text), max(room, 0))
        short = cut(text, length)
        while short and (over := self._size(short) - room) > 0:
            length -= max(1, over // 2)  # a character is written as two units at most
            short = cut(text, length) if length > 0 else ""
        return short

    def lines(self, lines: Sequence[Line], room: int) -> tuple[Line, ...]:
        """As many of the lines as fit; the first that does not is cut, unless that would break a link."""
        kept: list[Line] = []
        for line in lines:
            need = self._line(line)
            if need > room:
                short = () if any(span.url for span in line) or room <= 20 else self._shortened(line, room)
                return (*kept, short) if short else tuple(kept)
            kept.append(line)
            room -= need
        return tuple(kept)

    def weight(self, card: Card) -> int:
        """How much room a card takes."""
        return self._size(card.title) + self._size(card.footer) + self._body(card) + sum(map(self._field, card.fields))

    def length(self, written: str) -> int:
        """The length of what is written already, in the transport's units."""
        return len(written) if self._limits.unit == "code points" else utf16_length(written)

    # parts

    def _size(self, text: str) -> int:
        return self.length(self._spelling.text(text))

    def _line(self, line: Line) -> int:
        return self.length(self._spelling.line(line)) + 1

    def _field(self, field: Field) -> int:
        return self._size(field.name) + sum(map(self._line, field.lines))

    def _body(self, card: Card) -> int:
        language = self._size(card.language or "") + 3
        return sum(map(self._line, card.lines)) + sum(self._size(one) + _QUOTED for one in card.quotes) + language

    def _shortened(self, line: Line, room: int) -> Line:
        length = room
        short = shorten(line, length)
        while short and (over := self._line(short) - room) > 0:
            length -= max(1, over // 2)
            short = shorten(line, length) if length > 0 else ()
        return short

    def _fields(self, fields: Sequence[Field], room: int) -> tuple[Field, ...]:
        kept: list[Field] = []
        for field in fields[: self._limits.fields]:
            name = self.text(clean(field.name), self._limits.field_name)
            lines = self.lines(field.lines, min(self._limits.field, room - max(self._size(name), 1)))
            if any(self._spelling.line(line).strip() for line in lines):
                kept.append(replace(field, name=name, lines=lines))
                room -= self._field(kept[-1])
        return tuple(kept)

    def _quotes(self, card: Card, room: int) -> tuple[str, ...]:
        room -= self._size(card.language or "") + 3
        kept: list[str] = []
        for quote in card.quotes if room >= 80 else ():
            short = self.text(quote, room - _QUOTED) if room > 20 else ""
            if short:
                kept.append(short)
            if short != quote:
                break
            room -= self._size(short) + _QUOTED
        return tuple(kept)

    # lists that go on over several cards

    def _pages(self, card: Card) -> list[Card]:
        if not card.continued or (self.weight(card) <= self._limits.card and self._whole(card)):
            return [card]
        first = replace(card, fields=())
        groups = self._grouped([part for field in card.fields for part in self._parts(field)], self.weight(first))
        follow = Card(card.continued, tier=card.tier, at=card.at, continued=card.continued)
        return [replace(follow if at else first, fields=tuple(group)) for at, group in enumerate(groups)]

    def _whole(self, card: Card) -> bool:
        fits = (sum(map(self._line, field.lines)) <= self._limits.field for field in card.fields)
        return len(card.fields) <= self._limits.fields and all(fits)

    def _parts(self, field: Field) -> Iterable[Field]:
        """The field as several of its name, as many as its lines need."""
        rest, name = field.lines, field.name
        while rest:
            kept = self._first(rest, self._limits.field)
            yield Field(name, rest[:kept], field.inline)
            rest, name = rest[kept:], _("{name}, continued").format(name=field.name)

    def _first(self, lines: Sequence[Line], room: int) -> int:
        """How many of the lines fit; one at least."""
        for at, line in enumerate(lines):
            room -= self._line(line)
            if room < 0:
                return max(at, 1)
        return len(lines)

    def _grouped(self, fields: Sequence[Field], head: int) -> list[list[Field]]:
        groups: list[list[Field]] = [[]]
        room = self._limits.card - head
        for field in fields:
            need = self._field(field)
            if groups[-1] and (need > room or len(groups[-1]) >= self._limits.fields):
                groups.append([])
                room = self._limits.card - head
            groups[-1].append(field)
            room -= need
        return groups


def shorten(line: Line, length: int) -> Line:
    """The line with its spans cut where `length` characters end."""
    kept = []
    for span in line:
        text = cut(span.text, length)
        if text:
            kept.append(replace(span, text=text))
        length -= len(text)
    return tuple(kept)


def admitted(files: Sequence[Attachment], limits: Limits) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files that can be sent in one message, and a sentence for each that cannot."""
    fit = [one for one in files if len(one.content) <= limits.file_bytes][: limits.files]
    return tuple(fit), tuple(refusal(one, limits) for one in files if not any(one is other for other in fit))


def refusal(file: Attachment, limits: Limits) -> str:
    """A sentence that stands where a file cannot be: why, and what it shows."""
    large = limits.files and len(file.content) > limits.file_bytes
    name, shows = clean(file.name), f": {clean(file.alt)}" if file.alt else "."
    if not large:
        return _("{name} cannot be sent here").format(name=name) + shows
    size = decimal(len(file.content) / _MEGABYTE, ",.1f")
    return _("{name} ({size} MB) is too large to be sent here").format(name=name, size=size) + shows


def with_files(cards: Sequence[Card], limits: Limits) -> list[Card]:
    """The cards with the files that can be sent; of the others they tell in a line. With NO_FILES of all."""
    fit, _ = admitted([file for card in cards for file in card.files], limits)
    made = []
    for card in cards:
        mine = tuple(file for file in card.files if any(file is one for one in fit))
        refused = tuple((Span(refusal(file, limits)),) for file in card.files if not any(file is one for one in fit))
        made.append(replace(card, files=mine, lines=(*card.lines, *refused)) if card.files else card)
    return made


def utf16_length(text: str) -> int:
    """Its length in UTF-16 units, which is never less than in characters."""
    return len(text.encode("utf-16-le", "ignore")) // 2


def _left_out(pages: Sequence[Card], kept: Sequence[Card]) -> int:
    """Cards that are missing; of a list its lines."""
    missing = sum(_entries(page) for page in pages[len(kept) :])
    return missing + sum(_entries(page) - _entries(card) for page, card in zip(pages, kept, strict=False))


def _entries(card: Card) -> int:
    return sum(len(field.lines) for field in card.fields) if card.continued else 1
