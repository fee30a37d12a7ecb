"""The mark by which a message of ours is found again: out of sight, in the fragment of its first link.

What follows `:~:` in a fragment is for browsers, which take it away before a page sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import discord

from bot.card import Card, Line, Span
from bot.discord.text import masked_link

_LINK = re.compile(r"\]\((https?://[^\s()]*)\)")


def marked(cards: Sequence[Card], mark: str) -> Sequence[Card]:
    """The cards, with the mark in the first link of the first one; as they are where it has none that can carry it."""
    if not cards:
        return cards
    first = cards[0]
    if first.title and masked_link(first.url):
        with_it = _with(first.url, mark)
        return [replace(first, url=with_it), *cards[1:]] if masked_link(with_it) else cards
    link = next((span for span in _spans(first) if masked_link(span.url)), None)
    if link is None or not masked_link(_with(link.url, mark)):
        return cards

    def put(line: Line) -> Line:
        return tuple(replace(span, url=_with(span.url, mark)) if span is link else span for span in line)

    fields = tuple(replace(field, lines=tuple(map(put, field.lines))) for field in first.fields)
    return [replace(first, lines=tuple(map(put, first.lines)), fields=fields), *cards[1:]]


def linked(embeds: Sequence[discord.Embed], mark: str) -> bool:
    """Whether the first link that is shown carries the mark."""
    first = next((link for one in embeds for link in _links(one)), "")
    return first.endswith(_sign(mark))


def first_link(card: Card) -> str | None:
    """The first address of a card, as Discord takes it."""
    addresses = (masked_link(url) for url in (card.url, *(span.url for span in _spans(card))))
    return next(filter(None, addresses), None)


def _with(url: str | None, mark: str) -> str:
    address = url or ""
    start = "&" if ":~:" in address else ":~:" if "#" in address else "#:~:"
    return f"{address}{start}{_sign(mark)}"


def _sign(mark: str) -> str:
    return f"mark={mark}"


def _spans(card: Card) -> Iterator[Span]:
    """In the order in which they are shown."""
    for line in (*card.lines, *(line for field in card.fields for line in field.lines)):
        yield from line


def _links(embed: discord.Embed) -> Iterable[str]:
    if embed.title and embed.url:
        yield embed.url
    for text in (embed.description or "", *(field.value or "" for field in embed.fields)):
        yield from _LINK.findall(text)
