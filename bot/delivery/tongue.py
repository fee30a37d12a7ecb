"""What a place is spoken to in: its channel's language, else its server's, at first the one of the server's locale."""

from __future__ import annotations

from bot.language import one_of, spoken
from feeds.model import Channel, Server
from feeds.store import Store

TERMINAL_NAME = "terminal"


def language_in(store: Store, channel: Channel) -> str:
    """The language of what is posted in a channel; "" where its server is not known yet and nothing was chosen."""
    if not channel.server and not channel.language and channel.transport != TERMINAL_NAME:
        return ""
    return language_at(store, channel.transport, channel.server, channel.language)


def language_at(store: Store, transport: str, server: str, chosen: str | None = None, locale: str = "") -> str:
    """The language for whoever is in a server's place: what was `chosen` for it, what the server chose or has as its
    locale, else the reader's own `locale`. Who sits at the terminal is spoken to as its environment says."""
    if transport == TERMINAL_NAME:
        return one_of(chosen) if chosen else spoken()
    found = (store.servers.named(server) if server else None) or Server(server)
    return one_of(chosen, found.language, found.locale, locale)
