"""Cards as Discord's embeds, within every limit of https://discord.com/developers/docs/resources/message#embed-object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import discord

from bot.card import Attachment, Card, Line, Reply
from bot.discord import marks
from bot.discord.files import named_apart, opened
from bot.discord.posting.lowband import lowband_reply
from bot.discord.posting.written import time_stamp, written_line
from bot.discord.text import cut_units, escape, masked_link
from bot.fit import NO_FILES, Fitter, Limits, Spelling, admitted, refusal, utf16_length, with_files
from bot.language import _, speaking
from bot.wording.formats import clean
from seeds.model import Tier

DISCORD_LIMITS = Limits(
    unit="utf-16",
    text=2000,
    message=6000,
    card=6000,
    title=256,
    body=4096,
    footer=1900,  # of 2048: the marker may stand in it
    field_name=256,
    field=1024,
    fields=25,
    cards=10,
    files=10,
    file_bytes=10 * 2**20,
)
BLANK = "\u200b"
LONGEST_FIRST_LINE = 300  # escaped; as it is read, a headline has 120 characters at most
_NO_TIMES: Mapping[str, datetime] = {}

EMBED_COLOURS = {
    Tier.INCIDENT: 0xC0392B,
    Tier.DECISION: 0x2E6DB4,
    Tier.FOLLOW_UP: 0xC98A1B,
    Tier.BACKGROUND: 0x7F8C8D,
    Tier.COMMEMORATION: 0x6C5B9E,
}


Message = tuple[list[discord.Embed], list[discord.File]]


def message(cards: Sequence[Card], marker: str | None = None, room: int = DISCORD_LIMITS.message) -> Message:
    """The cards as the embeds of one message, in at most `room` characters, and the files that go with them.

    The first link carries `marker` out of sight; where none can, the text of the last embed that has room does.
    """
    marked = marks.marked(cards, marker) if marker else cards
    fitted = named_apart(FITTER.message(marked, room - (marks.extent(marker) if marker else 0)))
    shown = [embed(card) for card in fitted]
    if shown and marker and not marks.linked(shown, marker):
        marks.sign(shown, marker)
    return shown, opened(file for card in fitted for file in card.files)


def embeds(cards: Sequence[Card], marker: str | None = None, room: int = DISCORD_LIMITS.message) -> list[discord.Embed]:
    """The embeds of `message` alone."""
    return message(cards, marker, room)[0]


def embed(card: Card) -> discord.Embed:
    """One card that fits; its first picture is shown in it."""
    title, body = escape(card.title), _body(card)
    title = title or ("" if body or card.fields else _("(no title)"))
    made = discord.Embed(title=title or None, url=masked_link(card.url), timestamp=card.at, description=body or None)
    if card.tier is not None:
        made.colour = discord.Colour(EMBED_COLOURS[card.tier])
    if card.footer:
        made.set_footer(text=card.footer)
    for field in card.fields:
        made.add_field(name=escape(field.name) or BLANK, value=_written(field.lines), inline=field.inline)
    if picture := next((file for file in card.files if file.picture), None):
        made.set_image(url=f"attachment://{picture.name}")
    return made


def parted(cards: Sequence[Card]) -> tuple[str, Sequence[Card]]:
    """The title of a leading card as a message's first line ("" where none leads), and the cards without it."""
    if not cards or not cards[0].leading:
        return "", cards
    return cut_units(escape(cards[0].title), LONGEST_FIRST_LINE), [
        replace(cards[0], title="", leading=False),
        *cards[1:],
    ]


def plain(cards: Sequence[Card], marker: str, ping: str = "") -> str:
    """The cards as bare text and links, and whom it pings: the last resort when Discord refuses the embeds."""
    tail = f"\n{ping}" if ping else ""
    blocks = [f"{escape(card.title)}\n{marks.first_link(card) or ''}".strip() for card in cards]
    blocks += [escape(refusal(file, NO_FILES)) for card in cards for file in card.files]
    return _content("\n".join(blocks), tail, marker)


def addressed(text: str, marker: str, member: int) -> str:
    """One line of text that begins with the member whom it is for; it carries its marker out of sight."""
    name = f"<@{member}> "
    return name + marks.woven(cut_units(escape(text), DISCORD_LIMITS.text - len(name) - marks.extent(marker)), marker)


def signed(
    text: str,
    marker: str,
    ping: str | None = None,
    times: Mapping[str, datetime] = _NO_TIMES,
    most: int = DISCORD_LIMITS.text,
) -> str:
    """One line of text, then whom it pings, of at most so many characters; it carries its marker out of sight. Words of
    the text that are the key of an instant in `times` are shown as every reader's own time."""
    said = escape(text)
    for words, at in times.items():
        said = said.replace(words, time_stamp(at, "ago"))
    return _content(said or BLANK, f" {ping}" if ping else "", marker, most)


def reply(answer: Reply) -> tuple[str | None, list[discord.Embed]]:
    """An answer to a command as the content and the embeds of one message."""
    content, shown, _ = reply_parts(answer)
    return content, shown


def reply_parts(answer: Reply) -> tuple[str | None, list[discord.Embed], list[discord.File]]:
    """An answer as the content, the embeds and the files of one message; what cannot be sent is said in it."""
    with speaking(answer.language):
        if answer.lowband:
            return lowband_reply(answer), [], opened(file for file in answer.files if not file.picture)
        return _reply_parts(answer)


def _reply_parts(answer: Reply) -> tuple[str | None, list[discord.Embed], list[discord.File]]:
    mine, refused = _own_files(answer)
    lines = [*answer.text.splitlines(), *refused]
    lines = [" " * (len(line) - len(line.lstrip(" "))) + escape(line) for line in lines] + [
        *map(written_line, answer.lines)
    ]
    text = "\n".join(lines)
    if utf16_length(text) <= DISCORD_LIMITS.text:
        shown, files = message(answer.cards)
        return text or (None if shown else BLANK), shown, files + opened(mine)
    text = cut_units("\n".join(_first(lines, DISCORD_LIMITS.body)), DISCORD_LIMITS.body)
    shown, files = message(answer.cards[: DISCORD_LIMITS.cards - 1], room=DISCORD_LIMITS.message - utf16_length(text))
    return None, [discord.Embed(description=text), *shown], files + opened(mine)


def without_files(answer: Reply) -> Reply:
    """The answer with words in the place of its files, for where none may be attached."""
    with speaking(answer.language):
        told = [refusal(file, NO_FILES) for file in answer.files]
        cards = tuple(with_files(answer.cards, NO_FILES))
    return replace(answer, text="\n".join(filter(None, (answer.text, *told))), cards=cards, files=())


def carries(message: discord.Message, marker: str) -> bool:
    """Whether the message is the one that was sent with this marker: its first link or its text carries it out of
    sight, or it ends with it, as those of earlier versions do; it does not just speak of it."""
    footers = [one.footer.text or "" for one in message.embeds[-1:]]
    small_print = message.content.endswith(f"\n-# {marker}") or any(text.split()[-1:] == [marker] for text in footers)
    texts = [message.content, *(text for one in message.embeds for text in marks.texts(one))]
    return small_print or marks.linked(message.embeds, marker) or marks.signed_by(texts, marker)


def _content(text: str, tail: str, marker: str, most: int = DISCORD_LIMITS.text) -> str:
    """The text, as much of it as there is room for, and its tail, with the marker out of sight."""
    room = most - utf16_length(tail) - marks.extent(marker)
    return marks.woven(cut_units(text, room) + tail, marker)


def _own_files(answer: Reply) -> tuple[Sequence[Attachment], Sequence[str]]:
    """The answer's own files, as many as its cards' leave room for, and a sentence for each that has none."""
    theirs = [file for card in answer.cards for file in card.files]
    fit, _ = admitted([*theirs, *answer.files], DISCORD_LIMITS)
    kept = [file for file in answer.files if any(file is one for one in fit)]
    return kept, [refusal(file, DISCORD_LIMITS) for file in answer.files if not any(file is one for one in fit)]


def _body(card: Card) -> str:
    tag = f" ({escape(card.language)})" if card.language and card.quotes else ""
    quotes = [f"> {escape(quote)}" for quote in card.quotes if clean(quote)]
    return "\n".join(filter(None, (_written(card.lines), *quotes))) + (tag if quotes else "")


def _written(lines: Iterable[Line]) -> str:
    return "\n".join(map(written_line, lines))


def _first(lines: Iterable[str], room: int) -> Iterable[str]:
    for line in lines:
        yield line
        room -= utf16_length(line) + 1
        if room <= 0:
            return


FITTER = Fitter(DISCORD_LIMITS, Spelling(escape, written_line))
