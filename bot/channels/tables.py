"""Channels as tables of the settings' file, `[[channel]]`, so that what was set in chat can be kept and moved. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.channels.texts import quiet_text, times_text
from config.escalation import USUAL_ESCALATIONS
from feeds.model import Channel, Subscription
from seeds.model import Tier

_NOT_IN_NAMES = re.compile(r"[^a-z0-9_-]+")

ChannelTable = Mapping[str, Any]


def channel_tables(pairs: Iterable[tuple[Channel, Sequence[Subscription]]]) -> Iterator[ChannelTable]:
    """A table for each thing that is wanted in each channel, what is the whole channel's in its first. What follows one
    story alone has no table."""
    for channel, wishes in pairs:
        whole = _whole(channel)
        for one in wishes:
            if one.story is None:
                yield {**_place(channel, one), **_wanted(one), **whole}
                whole = {}


def toml_text(tables: Iterable[ChannelTable]) -> str:
    """The tables as TOML."""
    lines = (("[[channel]]", *(f"{key} = {_value(value)}" for key, value in one.items())) for one in tables)
    return "\n".join("\n".join((*table, "")) for table in lines)


def table_name(channel: Channel) -> str:
    """The channel's name as the file allows one."""
    return _NOT_IN_NAMES.sub("-", channel.name.casefold())[:40]


def _place(channel: Channel, one: Subscription) -> ChannelTable:
    place = {} if channel.target == channel.transport else {"id": channel.target}
    return {"name": table_name(channel), "watch": one.watch, "transport": channel.transport, **place}


def _wanted(one: Subscription) -> ChannelTable:
    named = {"role": one.role, "only": one.filter, "escalate": None}
    if one.escalate != USUAL_ESCALATIONS:
        named["escalate"] = list(one.escalate)  # type: ignore[assignment]
    tiers = {str(tier): str(one.action(tier) or "off") for tier in Tier}
    limits = {"pings_per_hour": one.pings_per_hour, "posts_per_day": one.posts_per_day}
    return {"tiers": tiers, **limits, **{key: value for key, value in named.items() if value not in (None, "")}}


def _whole(channel: Channel) -> ChannelTable:
    digest = channel.digest and {"hour": channel.digest.hours[0], "zone": channel.digest.zone}
    times = {str(kind): times_text(at) for kind, at in channel.handovers}
    quiet = channel.quiet and quiet_text(channel.quiet)
    rest = {"digest": digest, **times, "quiet": quiet, "lowband": channel.lowband or None, "language": channel.language}
    return {key: value for key, value in rest.items() if value is not None}


def _value(value: Any) -> str:
    """A value as TOML writes it: JSON's strings, numbers and lists are TOML's, but for one sign."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_value(inner)}' for key, inner in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
