"""Where messages go as the operator's file says: each table a channel with what is wanted there. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

from bot.language import N_
from config.quiet import quiet_hours
from config.schedule import Round, set_times
from config.schema import ChannelSettings, Settings
from feeds.model import At, Channel, Daily, HandoverKind, Quiet, Subscription
from feeds.route import wishes_of
from seeds.model import Tier

OPERATORS = "operators"
"""What the operators' channel is called, unless the file calls another place so."""

SAME_NAME = N_("another channel has the same")
"""The mistake of two places with one name: what is told, muted and held is remembered by the name."""

Destination = tuple[Channel, Subscription]


def destinations(
    settings: Settings,
    single: Mapping[str, bool] = MappingProxyType({}),
    operators: tuple[str, str] | None = None,
) -> tuple[Destination, ...]:
    """What is configured; in the place of a last resort that runs also each enabled watch that the file wants nowhere
    there.

    `single` names the transports that are one place, each with whether it runs now. `operators` is the transport and
    the target of the place where their lines go. Tables of one place stand beside each other here; the store makes one
    channel of them.
    """
    found = [destination(one, single) for one in settings.channel]
    for transport in (name for name, runs in single.items() if runs):
        told = {wanted.watch for channel, wanted in found if channel.transport == transport}
        silent = [watch.name for watch in settings.watch if watch.enabled and watch.name not in told]
        name = _free_name(transport, (transport, transport), found)
        found += [destination(ChannelSettings(name=transport, watch=watch, transport=transport), single, name)
                  for watch in silent]  # fmt: skip
    return (*found, *([_operators(operators, found)] if operators else []))


def place_of(one: ChannelSettings, single: Container[str] = ()) -> tuple[str, str]:
    """Transport and target of a table; `single` names the transports that are one place. Tables of one place are one
    channel."""
    return one.transport, one.transport if one.transport in single else one.id or one.name


def namesake(one: ChannelSettings, before: Sequence[ChannelSettings], single: Container[str] = ()) -> int | None:
    """The number, from 0, of the first table before it that gives its name to another place."""
    place = place_of(one, single)
    found = (at for at, other in enumerate(before) if other.name == one.name and place_of(other, single) != place)
    return next(found, None)


def destination(one: ChannelSettings, single: Container[str], name: str = "") -> Destination:
    """What a table says: the channel, and what is wanted in it; `single` names the transports that are one place."""
    digest = Daily((one.digest.hour,), one.digest.zone) if one.digest else None
    name = name or one.name
    wanted = Subscription(
        channel=name,
        watch=one.watch,
        actions=wishes_of(one.tiers),
        role=one.role,
        pings_per_hour=one.pings_per_hour,
        posts_per_day=one.posts_per_day,
        escalate=one.escalate,
        filter=one.only.strip(),
    )
    return Channel(
        name, *place_of(one, single), digest=digest, handovers=_handovers(one), quiet=quiet_of(one.quiet),
        lowband=one.lowband, language=one.language,
    ), wanted  # fmt: skip


def quiet_of(text: str | None) -> Quiet | None:
    """The quiet hours that a checked text names."""
    if text is None:
        return None
    named = quiet_hours(text)
    return Quiet(named.start, named.end, named.zone, tuple(map(Tier, named.but)))


def _handovers(one: ChannelSettings) -> tuple[tuple[HandoverKind, At], ...]:
    """What a channel is told by schedule."""
    wished: tuple[tuple[HandoverKind, str | None, Round], ...] = (
        ("brief", one.brief, "day"), ("weekly", one.weekly, "week"), ("coverage", one.coverage, "month"),
    )  # fmt: skip
    return tuple((kind, At(**asdict(set_times(text, each)))) for kind, text, each in wished if text is not None)


def _operators(place: tuple[str, str], others: Iterable[Destination]) -> Destination:
    """The place of the operators' lines."""
    name = _free_name(OPERATORS, place, others)
    return Channel(name, *place), Subscription(name, "", (), kind="notices")


def _free_name(name: str, place: tuple[str, str], others: Iterable[Destination]) -> str:
    """The name, or that of the place itself where the file calls another place so."""
    taken = any(one.name == name and (one.transport, one.target) != place for one, _ in others)
    return ":".join(place) if taken else name
