"""The values of a channel's settings, and how each is typed and stands in the file. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from config.schedule import WEEKDAYS
from feeds.model import HANDOVERS, At, Channel, Daily, Quiet, Subscription
from seeds.model import Tier

_FIELDS = {"only": "filter", "pings": "pings_per_hour", "posts": "posts_per_day"}


def channel_value(name: str, channel: Channel) -> Any:
    """What a channel's setting is now."""
    return dict(channel.handovers).get(name) if name in HANDOVERS else getattr(channel, name)


def wish_value(name: str, wish: Subscription) -> Any:
    """What a setting of something that is wanted is now."""
    return wish.action(Tier(name)) if name in set(Tier) else getattr(wish, _FIELDS.get(name, name))


def setting_text(value: Any) -> str:
    """A value as it may be typed; "off" for none."""
    if value is None or value is False or value == ():
        return "off"
    if value is True or value == "":
        return "on" if value else "all"
    written = next((write(value) for kind, write in _WRITERS.items() if isinstance(value, kind)), None)
    return str(value) if written is None else written


def times_text(at: At) -> str:
    """Set times: "06:00,18:00 Africa/Dakar", "Mon 07:00 UTC", "1 08:00 UTC"."""
    weekday = WEEKDAYS[at.weekday].capitalize() if at.weekday is not None else None
    day = weekday or (str(at.monthday) if at.monthday else "")
    return " ".join(filter(None, (day, ",".join(map(clock_text, at.minutes)), at.zone)))


def quiet_text(quiet: Quiet) -> str:
    """Quiet hours: "22:00-06:00 Europe/Paris but incident,decision"."""
    but = f" but {','.join(quiet.but)}" if quiet.but else ""
    return f"{clock_text(quiet.start)}-{clock_text(quiet.end)} {quiet.zone}{but}"


def clock_text(minute: int) -> str:
    """A minute of the day: "06:00"."""
    return "{:02d}:{:02d}".format(*divmod(minute, 60))


_WRITERS: Mapping[type[Any], Callable[[Any], str]] = {
    Daily: lambda value: f"{value.hours[0]:02d}:00 {value.zone}",
    At: times_text,
    Quiet: quiet_text,
    tuple: " ".join,
}
