"""Where messages go as the operator's file says: each table a channel with what is wanted there. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from config.schema import ChannelSettings, Settings
from feeds.model import Channel, Daily, Subscription
from feeds.route import wishes_of

OPERATORS = "operators"
"""What the operators' channel is called, unless the file calls another place so."""

Destination = tuple[Channel, Subscription]


def destinations(
    settings: Settings, last_resorts: Iterable[str] = (), operators: tuple[str, str] | None = None
) -> tuple[Destination, ...]:
    """What is configured; on a transport that is the last resort also a channel for each enabled watch that has none.

    `operators` is the transport and the target of the place where their lines go. Tables of one place stand beside
    each other here; the store makes one channel of them.
    """
    found = [_destination(one) for one in settings.channel]
    for transport in last_resorts:
        told = {wanted.watch for channel, wanted in found if channel.transport == transport}
        silent = [watch.name for watch in settings.watch if watch.enabled and watch.name not in told]
        found += [_destination(ChannelSettings(name=f"{transport}-{name}", watch=name, transport=transport))
                  for name in silent]  # fmt: skip
    return (*found, *([_operators(operators, [channel for channel, _ in found])] if operators else []))


def _destination(one: ChannelSettings) -> Destination:
    digest = Daily((one.digest.hour,), one.digest.zone) if one.digest else None
    wanted = Subscription(
        channel=one.name,
        watch=one.watch,
        actions=wishes_of(one.tiers),
        role=one.role,
        pings_per_hour=one.pings_per_hour,
        posts_per_day=one.posts_per_day,
    )
    return Channel(one.name, one.transport, one.id or one.name, digest=digest), wanted


def _operators(place: tuple[str, str], others: Iterable[Channel]) -> Destination:
    """The place of the operators' lines."""
    name = ":".join(place) if any(one.name == OPERATORS for one in others) else OPERATORS
    return Channel(name, *place), Subscription(name, "", (), kind="notices")
