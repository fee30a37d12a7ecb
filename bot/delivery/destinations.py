"""Where messages go as the operator's file says: each table a channel with what is wanted there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.schema import ChannelSettings, Settings
from feeds.model import Channel, Daily, Subscription
from feeds.route import wishes_of

OPERATORS = "operators"
"""What the operators' channel is called, unless the file calls another place so."""

Destination = tuple[Channel, Subscription]


def destinations(settings: Settings) -> tuple[Destination, ...]:
    """What is configured; without a Discord token also this terminal, for each enabled watch that has none there.

    Tables of one place stand beside each other here; the store makes one channel of them.
    """
    found = [_destination(one) for one in settings.channel]
    if settings.discord.token is None:
        told = {wanted.watch for channel, wanted in found if channel.transport == "terminal"}
        silent = [watch.name for watch in settings.watch if watch.enabled and watch.name not in told]
        found += [_destination(ChannelSettings(name=f"terminal-{name}", watch=name, transport="terminal"))
                  for name in silent]  # fmt: skip
    return (*found, *_operators(settings, [channel for channel, _ in found]))


def _destination(one: ChannelSettings) -> Destination:
    target = str(one.id) if one.transport == "discord" else one.name
    digest = Daily((one.digest.hour,), one.digest.zone) if one.digest else None
    wanted = Subscription(
        channel=one.name,
        watch=one.watch,
        actions=wishes_of(one.tiers),
        role=str(one.role) if one.role else None,
        pings_per_hour=one.pings_per_hour,
        posts_per_day=one.posts_per_day,
    )
    return Channel(one.name, one.transport, target, digest=digest), wanted


def _operators(settings: Settings, others: Iterable[Channel]) -> Iterator[Destination]:
    """The place of the operators' lines, if there is one: on Discord the configured channel, else this terminal."""
    token, channel = settings.discord.token is not None, settings.discord.operators_channel
    if token and channel is None:
        return
    place = ("discord", str(channel)) if token else ("terminal", "terminal")
    name = f"{place[0]}:{place[1]}" if any(one.name == OPERATORS for one in others) else OPERATORS
    yield Channel(name, *place), Subscription(name, "", (), kind="notices")
