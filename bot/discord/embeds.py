"""Cards as Discord's embeds, within every limit of https://discord.com/developers/docs/resources/message#embed-object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from bot.card import Card, Field, Line, Reply, Span
from bot.discord.text import cut_units, escape, masked_link, size
from bot.words import clean
from seeds.model import Tier

CONTENT, TITLE, DESCRIPTION, FOOTER = 2000, 256, 4096, 2048
FIELDS, FIELD_NAME, FIELD_VALUE = 25, 256, 1024
EMBEDS, TOTAL = 10, 6000
LEAST = 400  # a card that gets less room than this is left for the next page
BLANK = "\u200b"

EMBED_COLOURS = {
    Tier.INCIDENT: 0xC0392B,
    Tier.DECISION: 0x2E6DB4,
    Tier.FOLLOW_UP: 0xC98A1B,
    Tier.BACKGROUND: 0x7F8C8D,
    Tier.COMMEMORATION: 0x6C5B9E,
}


def embeds(cards: Sequence[Card], marker: str | None = None, room: int = TOTAL) -> list[discord.Embed]:
    """The cards as the embeds of one message, in at most `room` characters; the last footer ends with `marker`.

    Each card gets an even share of the room that is left; whole cards that do not fit are counted in the last footer.
    """
    shown: list[discord.Embed] = []
    tail = f" · {marker}" if marker else ""
    room -= size(tail) + 40
    for at, card in enumerate(cards[:EMBEDS]):
        share = max(LEAST, room // (min(len(cards), EMBEDS) - at))
        if room < LEAST:
            break
        shown.append(embed(card, min(share, room)))
        room -= _weight(shown[-1])
    if shown:
        left = len(cards) - len(shown)
        _sign(shown[-1], (f" · and {left} more" if left else "") + tail)
    return shown


def embed(card: Card, room: int = TOTAL) -> discord.Embed:
    """One card in at most `room` characters over all its parts."""
    title = cut_units(escape(card.title), min(TITLE, room)) or "(no title)"
    footer = cut_units(clean(card.footer), min(FOOTER, max(room - size(title), 0) // 3))
    made = discord.Embed(title=title, url=masked_link(card.url), timestamp=card.at)
    if card.tier is not None:
        made.colour = discord.Colour(EMBED_COLOURS[card.tier])
    if footer:
        made.set_footer(text=footer)
    room -= size(title) + size(footer)
    fields = _fields(card.fields, room * 3 // 5)
    for name, value, inline in fields:
        made.add_field(name=name, value=value, inline=inline)
    room -= sum(size(name) + size(value) for name, value, _ in fields)
    made.description = _body(card, min(DESCRIPTION, room)) or None
    return made


def plain(cards: Sequence[Card], marker: str) -> str:
    """The cards as bare text and links: the last resort when Discord refuses the embeds."""
    tail = f"\n-# {marker}"
    blocks = [f"{escape(card.title)}\n{masked_link(card.url) or ''}".strip() for card in cards]
    return cut_units("\n".join(blocks), CONTENT - size(tail)) + tail


def signed(text: str, marker: str) -> str:
    """One line of text with its marker in small print below."""
    tail = f"\n-# {marker}"
    return (cut_units(escape(text), CONTENT - size(tail)) or BLANK) + tail


def reply(answer: Reply) -> tuple[str | None, list[discord.Embed]]:
    """An answer to a command as the content and the embeds of one message."""
    lines = [" " * (len(line) - len(line.lstrip(" "))) + escape(line) for line in answer.text.splitlines()]
    text = "\n".join(lines)
    if size(text) <= CONTENT:
        cards = embeds(answer.cards)
        return text or (None if cards else BLANK), cards
    text = _lines(lines, DESCRIPTION)
    return None, [discord.Embed(description=text), *embeds(answer.cards[: EMBEDS - 1], room=TOTAL - size(text))]


def carries(message: discord.Message, marker: str) -> bool:
    """Whether the message is the one that was sent with this marker: it ends with it, and does not just speak of it."""
    footers = [one.footer.text or "" for one in message.embeds[-1:]]
    return message.content.endswith(f"\n-# {marker}") or any(text.split()[-1:] == [marker] for text in footers)


def _fields(fields: Sequence[Field], room: int) -> list[tuple[str, str, bool]]:
    made = []
    for one in fields[:FIELDS]:
        name = cut_units(escape(one.name), FIELD_NAME) or BLANK
        value = _lines(map(_line, one.lines), min(FIELD_VALUE, room - size(name)))
        if value.strip():
            room -= size(name) + size(value)
            made.append((name, value, one.inline))
    return made


def _body(card: Card, room: int) -> str:
    head = _lines(map(_line, card.lines), room)
    room -= size(head) + 1
    tag = f" ({escape(card.language)})" if card.language else ""
    quotes = [f"> {escape(quote)}" for quote in card.quotes if clean(quote)]
    if not quotes or room < 80:
        return head
    quotes[-1] += tag
    return "\n".join(filter(None, (head, _lines(quotes, room))))


def _lines(lines: Iterable[str], room: int) -> str:
    """As many of the lines as fit; the first that does not is cut, unless that would break a link."""
    kept: list[str] = []
    for line in lines:
        if size(line) > room:
            if "](" not in line and room > 20:
                kept.append(cut_units(line, room))
            break
        kept.append(line)
        room -= size(line) + 1
    return "\n".join(kept)


def _line(spans: Line) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    """Escaped and dressed, with a space at either end kept outside: spans of one line are set side by side."""
    text, address = escape(span.text), masked_link(span.url)
    before, after = " " * span.text[:1].isspace(), " " * span.text[-1:].isspace()
    if not text:
        return before
    if address:
        text = f"[{text}]({address})"
    return f"{before}**{text}**{after}" if span.strong else f"{before}{text}{after}"


def _sign(made: discord.Embed, tail: str) -> None:
    if tail:
        said = made.footer.text or ""
        made.set_footer(text=cut_units(said, FOOTER - size(tail)) + tail if said else tail.removeprefix(" · "))


def _weight(made: discord.Embed) -> int:
    texts = [
        made.title,
        made.description,
        made.footer.text,
        *(part for one in made.fields for part in (one.name, one.value)),
    ]
    return sum(size(text) for text in texts if text)
