"""The mark by which a message of ours is found again: out of sight, in the fragment of its first link or in its text.

What follows `:~:` in a fragment is for browsers, which take it away before a page sees it. In a text it is written in
signs without width that Discord keeps, since words of many languages and emoji are spelled with them; they stand inside
the text, for its ends are trimmed. No text of others can hold it: `clean` takes away the sign that begins and ends it.
A mark is read as well as looked for, so that all that stands in a channel can be held against what the database knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice

import discord

from bot.card import Card, Line, Span
from bot.discord.links import is_message
from bot.discord.text import masked_link
from bot.fit import utf16_length
from feeds.store.naming.spelling import DIGITS, MARK_LENGTH, NAME_IN_LIST

_EDGE = "\u200b"
_DIGITS = str.maketrans("01", "\u200c\u200d")
_SIGNS = "\u200b\u200c\u200d"
_PLACES = 82  # 3**82 > 36**25
_ALONE, _ENDS = f"(?<![{_SIGNS}])", f"(?![{_SIGNS}])"
_HIDDEN = re.compile(f"{_ALONE}{_EDGE}([{_SIGNS}]{{{_PLACES}}}){_EDGE}{_ENDS}")
_NAME_PLACES = 14  # 3**14 > 36**4
_AROUND = "\u200b\u200d\u200b"  # a list; no list is as long as a mark
_LIST = re.compile(f"{_ALONE}{_AROUND}((?:[{_SIGNS}]{{{_NAME_PLACES}}})+){_AROUND}{_ENDS}")
_DIRECTIVE, _NAME = ":~:", "mark="  # what begins a fragment's part for browsers, and what a mark is called in it
_MARK = re.compile(f"[0-9a-z]{{{MARK_LENGTH}}}")
_SPACE = re.compile(r"(?<=[^\s\u200b-\u200d]) (?=[^\s\u200b-\u200d])")
_WORD = re.compile(r"(?!https?:)\w(?=\w)")
# The bracket is ours, not one that was escaped: else a title could pass for an address that the message shows.
_LINK = re.compile(r"(?<!\\)(?:\\\\)*\]\((https?://[^\s()]*)\)")


def marked(cards: Sequence[Card], mark: str) -> Sequence[Card]:
    """The cards, with the mark in the first link of the first one; as they are where it has none that can carry it: the
    address of a message must stay one that Discord follows itself."""
    if not cards:
        return cards
    first = cards[0]
    if first.title and masked_link(first.url):
        with_it = _with(first.url, mark)
        return [replace(first, url=with_it), *cards[1:]] if masked_link(with_it) else cards
    link = next((span for span in _spans(first) if masked_link(span.url)), None)
    if link is None or is_message(link.url) or not masked_link(_with(link.url, mark)):
        return cards

    def put(line: Line) -> Line:
        return tuple(replace(span, url=_with(span.url, mark)) if span is link else span for span in line)

    fields = tuple(replace(field, lines=tuple(map(put, field.lines))) for field in first.fields)
    return [replace(first, lines=tuple(map(put, first.lines)), fields=fields), *cards[1:]]


def linked(embeds: Sequence[discord.Embed], mark: str) -> bool:
    """Whether the first link that is shown carries the mark."""
    first = next((link for one in embeds for link in _links(one)), "")
    return first.endswith(_sign(mark))


def read(message: discord.Message) -> str:
    """The mark that a message carries; "" where it carries none, or one of an earlier version."""
    _, mark = _parted(next((link for one in message.embeds for link in _links(one)), ""))
    if mark:
        return mark
    embedded = (text for one in message.embeds for text in texts(one))
    woven_in = (_HIDDEN.search(text) for text in (message.content, *embedded) if text)
    return next((_spelt(found[1]) for found in woven_in if found), "")


def texts(made: discord.Embed) -> Iterator[str | None]:
    """The texts of an embed that may hold a mark out of sight."""
    yield from (made.footer.text, made.description, made.title)
    yield from (field.value for field in made.fields)


def shown_links(embeds: Sequence[discord.Embed]) -> frozenset[str]:
    """The addresses that embeds show, without a mark."""
    return frozenset(_parted(link)[0] for one in embeds for link in _links(one))


def hidden(mark: str) -> str:
    """The mark, of ASCII letters and digits, in signs without width; those of earlier versions in two signs only."""
    if len(mark) < MARK_LENGTH:
        return f"{_EDGE}{int(mark, 36):b}{_EDGE}".translate(_DIGITS)
    return f"{_EDGE}{_signs(mark, _PLACES)}{_EDGE}"


def listing(text: str, names: Iterable[str], most: int) -> str:
    """A message's text with as many names (of `NAME_IN_LIST` digits) as there is room for in `most` UTF-16 units,
    written as a mark is, behind its last space that nothing else stands at; as it is where it has none."""
    at = max((found.end() for found in _SPACE.finditer(text)), default=None)
    room = (most - utf16_length(text) - 2 * len(_AROUND)) // _NAME_PLACES
    told = "".join(_signs(name, _NAME_PLACES) for name in islice(names, max(room, 0)))
    return f"{text[:at]}{_AROUND}{told}{_AROUND}{text[at:]}" if at is not None and told else text


def names_listed(text: str) -> frozenset[str]:
    """The names that a message's text lists."""
    signs = found[1] if (found := _LIST.search(text)) else ""
    starts = range(0, len(signs), _NAME_PLACES)
    return frozenset(_spelt(signs[at : at + _NAME_PLACES], NAME_IN_LIST) for at in starts)


def _signs(digits: str, places: int) -> str:
    number, signs = int(digits, 36), ""
    for _ in range(places):
        number, sign = divmod(number, 3)
        signs = _SIGNS[sign] + signs
    return signs


def _spelt(signs: str, places: int = MARK_LENGTH) -> str:
    """What `_signs` wrote."""
    number, digits = reduce(lambda value, sign: 3 * value + _SIGNS.index(sign), signs, 0), ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits.rjust(places, "0")


def extent(mark: str) -> int:
    """How much longer a text may get by the mark, in UTF-16 units."""
    return len(hidden(mark)) + 2


def woven(text: str, mark: str) -> str:
    """A message's text with the mark behind its first space, else in its first word; only where it has neither, behind
    it between two dots."""
    at = _inside(text)
    return f"{text}·{hidden(mark)}·" if at is None else f"{text[:at]}{hidden(mark)}{text[at:]}"


def sign(embeds: Sequence[discord.Embed], mark: str) -> None:
    """Weave the mark into the first text that has room for it: the last embed's small print, body, title or fields, or
    those of an embed before it. Where none has, two dots around it are the last one's small print."""
    if not any(_signed(one, mark) for one in reversed(embeds)):
        embeds[-1].set_footer(text=woven(embeds[-1].footer.text or "", mark))


def _signed(made: discord.Embed, mark: str) -> bool:
    """Weave the mark into an embed; False where none of its texts has room."""
    footer = made.footer.text or ""
    if _roomy(footer, mark, 2048):
        made.set_footer(text=woven(footer, mark))
    elif _roomy(made.description, mark, 4096):
        made.description = woven(made.description or "", mark)
    elif _roomy(made.title, mark, 256):
        made.title = woven(made.title or "", mark)
    else:
        return _signed_in_field(made, mark)
    return True


def _signed_in_field(made: discord.Embed, mark: str) -> bool:
    for at, field in enumerate(made.fields):
        if _roomy(field.value, mark, 1024):
            made.set_field_at(at, name=field.name, value=woven(field.value or "", mark), inline=bool(field.inline))
            return True
    return False


def signed_by(texts: Iterable[str | None], mark: str) -> bool:
    """Whether one of the texts holds the mark out of sight."""
    return any(hidden(mark) in (text or "") for text in texts)


def first_link(card: Card) -> str | None:
    """The first address of a card, as Discord takes it."""
    addresses = (masked_link(url) for url in (card.url, *(span.url for span in _spans(card))))
    return next(filter(None, addresses), None)


def _with(url: str | None, mark: str) -> str:
    address = url or ""
    _, sharp, fragment = address.partition("#")
    start = "&" if _DIRECTIVE in fragment else _DIRECTIVE if sharp else f"#{_DIRECTIVE}"
    return f"{address}{start}{_sign(mark)}"


def _parted(link: str) -> tuple[str, str]:
    """An address and the mark with which it ends, "" where it has none. Only a fragment's part for browsers holds one,
    for no item's address has such a part (`feeds.parsing.urls`): else a feed could forge marks in what answers show."""
    address, _, mark = link.rpartition(_NAME)
    page, _, fragment = address.partition("#")
    before, found, directives = fragment.partition(_DIRECTIVE)
    if not found or not _MARK.fullmatch(mark):
        return link, ""
    if fragment.endswith(_DIRECTIVE):
        return (address.removesuffix(_DIRECTIVE) if before else page), mark
    return (address.removesuffix("&"), mark) if directives.endswith("&") and directives != "&" else (link, "")


def _roomy(text: str | None, mark: str, most: int) -> bool:
    return bool(text) and _inside(text or "") is not None and utf16_length(text or "") + extent(mark) <= most


def _inside(text: str) -> int | None:
    """Where a mark can stand in a text: at neither end, and in no link, mention or time."""
    found = _SPACE.search(text) or _WORD.match(text)
    return found.end() if found else None


def _sign(mark: str) -> str:
    return f"{_NAME}{mark}"


def _spans(card: Card) -> Iterator[Span]:
    """In the order in which they are shown."""
    for line in (*card.lines, *(line for field in card.fields for line in field.lines)):
        yield from line


def _links(embed: discord.Embed) -> Iterable[str]:
    if embed.title and embed.url:
        yield embed.url
    for text in (embed.description or "", *(field.value or "" for field in embed.fields)):
        yield from _LINK.findall(text)
