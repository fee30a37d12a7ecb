"""Parts of a text that lead to a message of ours: Discord's address of it, which only the message's server gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import discord

from bot.card import Card, Line, Reply, Span

_MESSAGES = "https://discord.com/channels/"
_ADDRESS = _MESSAGES + "{server}/{place}/{message}"


def with_links(cards: Iterable[Card], server: discord.Guild | None) -> tuple[Card, ...]:
    """The cards, leading to the messages that they name in this server's channels; elsewhere nobody could go."""
    return tuple(replace(card, lines=_linked(card.lines, server)) for card in cards)


def answer_with_links(reply: Reply, server: discord.Guild | None) -> Reply:
    """The answer, likewise."""
    return replace(reply, lines=_linked(reply.lines, server), cards=with_links(reply.cards, server))


def is_message(url: str | None) -> bool:
    """Whether an address is that of a message."""
    return (url or "").startswith(_MESSAGES)


def led_to(urls: Iterable[str]) -> frozenset[str]:
    """The ids of the messages that addresses lead to."""
    return frozenset(url.rpartition("/")[2] for url in urls if is_message(url))


def _linked(lines: Iterable[Line], server: discord.Guild | None) -> tuple[Line, ...]:
    return tuple(tuple(_lead(span, server) for span in line) for line in lines)


def _lead(span: Span, server: discord.Guild | None) -> Span:
    if not span.message:
        return span
    plain = replace(span, place="", message="")
    known = server.get_channel_or_thread(int(span.place)) if server is not None and span.place.isdecimal() else None
    if server is None or known is None:
        return plain
    place = span.message if isinstance(known, discord.ForumChannel) else span.place  # there each alert is a place
    return replace(plain, url=_ADDRESS.format(server=server.id, place=place, message=span.message))
