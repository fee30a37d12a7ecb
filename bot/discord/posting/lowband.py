"""Messages for thin lines: text of at most 500 characters, without an embed, a picture, or the preview of a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.card import Card, Line, Reply
from bot.discord import marks
from bot.discord.posting.written import written_line
from bot.discord.text import cut_units, escape
from bot.fit import utf16_length
from bot.language import _

LOWBAND_TEXT = 500
_WORTH_CUTTING = 40  # of a line that does not fit, less than this is not worth its room
_COUNTED = 20  # room for how many lines of a list are left out


def lowband_text(cards: Sequence[Card], marker: str, ping: str = "", *, titled: bool = False) -> str:
    """The cards as a message's text: what they say first and whom it pings, then as much of the rest as there is room
    for. It carries its marker out of sight. One that is `titled` stands below its first line already."""
    shown = [replace(cards[0], title=""), *cards[1:]] if titled and cards else cards
    room = LOWBAND_TEXT - marks.extent(marker) - (utf16_length(ping) + 1 if ping else 0)
    first, *rest = "\n".join(_blocks(shown, room)).split("\n")
    text = "\n".join((" ".join(filter(None, (first, ping))), *rest))
    return marks.woven(text or next((cut_units(escape(card.title), room) for card in cards), "") or "…", marker)


def lowband_reply(answer: Reply) -> str:
    """An answer likewise; pictures are told in their words."""
    told = [*answer.text.splitlines(), *(file.alt for file in answer.files if file.picture)]
    said = list(_fitting([*map(escape, told), *map(_bare, answer.lines)], LOWBAND_TEXT))
    room = LOWBAND_TEXT - sum(utf16_length(line) + 1 for line in said)
    return "\n".join((*said, *_blocks(answer.cards, room))) or "…"


def _blocks(cards: Sequence[Card], room: int) -> Iterator[str]:
    """Each card as a block of lines, with an even share of the room."""
    for at, card in enumerate(cards):
        block = _block(card, room // (len(cards) - at) - 1)
        if block:
            yield block
            room -= utf16_length(block) + 1


def _block(card: Card, room: int) -> str:
    """A card in its order, and its small print if that fits; of a list how many lines there was no room for."""
    title, footer = cut_units(escape(card.title), room) if room > 0 else "", escape(card.footer)
    small = utf16_length(footer) + 1 if footer else 0
    room -= utf16_length(title) + small + 1
    lines = list(_lines(card))
    kept = list(_fitting(lines, room - (_COUNTED if card.continued else 0)))
    left = len(lines) - len(kept) if card.continued else 0
    more = [_("… and {n} more").format(n=left)] if left else []
    return "\n".join(filter(None, (title, *kept, *more, footer if room >= 0 else "")))


def _lines(card: Card) -> Iterator[str]:
    yield from map(_bare, card.lines)
    yield from (f"> {escape(quote)}" for quote in card.quotes)
    yield from (escape(file.alt) for file in card.files if file.alt)
    for field in card.fields:
        yield from map(_bare, field.lines)


def _bare(line: Line) -> str:
    """A line without its links."""
    return written_line(tuple(replace(span, url=None) for span in line))


def _fitting(lines: Iterable[str], room: int) -> Iterator[str]:
    """As many whole lines as there is room for, and of the next one the beginning, where that is plain."""
    for line in lines:
        need = utf16_length(line) + 1
        if need > room:
            if room > _WORTH_CUTTING and not any(mark in line for mark in ("<", "**", "~~")):
                yield cut_units(line, room - 1)
            return
        yield line
        room -= need
