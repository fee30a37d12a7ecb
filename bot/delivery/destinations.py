"""Where messages go as the operator's file says: each table a channel with what is wanted there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from config.schema import ChannelSettings, Settings
from feeds.model import Channel, Daily, Subscription
from feeds.route import wishes_of

OPERATORS = "operators"
"""What the operators' channel is called, unless the file calls another place so."""

SAME_NAME = "another channel has the same"
"""The mistake of two places with one name: what is told, muted and held is remembered by the name."""

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


def place_of(one: ChannelSettings) -> tuple[str, str]:
    """Transport and target of a table. Tables of one place are one channel."""
    return one.transport, one.id or one.name


def namesake(one: ChannelSettings, before: Sequence[ChannelSettings]) -> int | None:
    """The number, from 0, of the first table before it that gives its name to another place."""
    found = (at for at, other in enumerate(before) if other.name == one.name and place_of(other) != place_of(one))
    return next(found, None)


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
    return Channel(one.name, *place_of(one), digest=digest), wanted


def _operators(place: tuple[str, str], others: Iterable[Channel]) -> Destination:
    """The place of the operators' lines."""
    name = ":".join(place) if any(one.name == OPERATORS for one in others) else OPERATORS
    return Channel(name, *place), Subscription(name, "", (), kind="notices")
