"""What was set in chat, setting by setting, over what the file says: of a channel, and of what is wanted in it.

A row keeps what the file says in its columns, and in `chosen` what was set in chat, which wins. So the file may change
what nobody set in chat, a restart loses nothing, and going back to the file is forgetting a choice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlite_utils import Database

from feeds.model import HANDOVERS, Action, At, Channel, Daily, Quiet, Subscription
from feeds.store.db.connection import writing
from seeds.model import Tier

_OF_CHANNELS: Mapping[str, TypeAdapter[Any]] = {
    "digest": TypeAdapter(Daily | None),
    **{kind: TypeAdapter(At | None) for kind in HANDOVERS},
    "quiet": TypeAdapter(Quiet | None),
    "lowband": TypeAdapter(bool),
    "language": TypeAdapter(str | None),
}
_OF_WISHES: Mapping[str, TypeAdapter[Any]] = {
    "role": TypeAdapter(str | None),
    **{str(tier): TypeAdapter(Action | None) for tier in Tier},
    "only": TypeAdapter(str),
    "pings": TypeAdapter(int),
    "posts": TypeAdapter(int),
    "escalate": TypeAdapter(tuple[str, ...]),
}
_ADAPTERS = {**_OF_CHANNELS, **_OF_WISHES}
_FIELDS = {"only": "filter", "pings": "pings_per_hour", "posts": "posts_per_day"}

CHANNEL_SETTINGS = tuple(_OF_CHANNELS)
"""What is set for a channel as a whole."""
WISH_SETTINGS = tuple(_OF_WISHES)
"""What is set for each subscription in it; a tier's setting is how loudly it is told, None for not at all."""

ChosenValues = Mapping[str, Any]
"""Values by the names above, as `Channel` and `Subscription` hold them: a `Daily`, a `Quiet`, an `Action` …"""


def read_choices(kept: str) -> dict[str, Any]:
    """What was set in chat, from its row."""
    return {name: _ADAPTERS[name].validate_python(value) for name, value in json.loads(kept).items()}


def choices_row(chosen: ChosenValues) -> str:
    """The row of what was set in chat."""
    return json.dumps({name: _ADAPTERS[name].dump_python(value, mode="json") for name, value in chosen.items()})


def chosen_channel(channel: Channel, chosen: ChosenValues) -> Channel:
    """The channel with what was set in chat."""
    if not chosen:
        return channel
    told = dict(channel.handovers) | {kind: chosen[kind] for kind in HANDOVERS if kind in chosen}
    plain = {name: value for name, value in chosen.items() if name not in HANDOVERS}
    handovers = tuple((kind, at) for kind, at in told.items() if at is not None)
    return replace(channel, **plain, handovers=handovers, changed=tuple(chosen))


def chosen_wish(one: Subscription, chosen: ChosenValues) -> Subscription:
    """The subscription with what was set in chat."""
    if not chosen:
        return one
    loud = dict(one.actions) | {tier: chosen[tier] for tier in Tier if tier in chosen}
    plain = {_FIELDS.get(name, name): value for name, value in chosen.items() if name not in set(Tier)}
    actions = tuple((tier, loud[tier]) for tier in Tier if loud.get(tier) is not None)
    return replace(one, **plain, actions=actions, changed=tuple(chosen))


class Choices:
    """What was set in chat, over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def change(self, channel: str, chosen: ChosenValues, of: Iterable[int] | None = None) -> None:
        """Set these in a channel: its own, and those of what is wanted there for the subscriptions with the ids `of`,
        for all of them when that is None."""
        assert all(name in _ADAPTERS for name in chosen), "settings have the names above"
        own, wishes = ({name: chosen[name] for name in chosen if name in some} for some in (_OF_CHANNELS, _OF_WISHES))
        with writing(self._db):
            if own:
                self.choose(channel, self.of_channel(channel) | own)
            for number, kept in self._wishes(channel, of) if wishes else ():
                self.choose_wish(number, kept | wishes)

    def reset(
        self, channel: str, names: Iterable[str] | None = None, of: Iterable[int] | None = None
    ) -> frozenset[str]:
        """Forget what was set in chat, all of it or these, so that the file holds again; returns what had been set.
        With `of`, only of the subscriptions that have these ids."""
        gone = frozenset(_ADAPTERS if names is None else names)
        with writing(self._db):
            wishes = self._wishes(channel, of)
            own = self.of_channel(channel) if of is None else {}
            if gone & own.keys():
                self.choose(channel, _without(own, gone))
            for number, kept in wishes:
                self.choose_wish(number, _without(kept, gone))
        return gone.intersection((*own, *(name for _, kept in wishes for name in kept)))

    def of_channel(self, channel: str) -> dict[str, Any]:
        """What was set in chat for a channel as a whole."""
        row = self._db.execute("SELECT chosen FROM channels WHERE name = ?", [channel]).fetchone()
        return read_choices(row[0]) if row else {}

    def choose(self, channel: str, chosen: ChosenValues) -> None:
        """Make these all that was set in chat for a channel as a whole."""
        with writing(self._db):
            self._db.execute("UPDATE channels SET chosen = ? WHERE name = ?", [choices_row(chosen), channel])

    def _wishes(self, channel: str, of: Iterable[int] | None) -> list[tuple[int, dict[str, Any]]]:
        wanted = "kind = 'alerts' AND ended IS NULL"
        found = self._db.execute(f"SELECT id, chosen FROM subscriptions WHERE channel = ? AND {wanted}", [channel])
        numbers = None if of is None else frozenset(of)
        return [(n, read_choices(kept)) for n, kept in found.fetchall() if numbers is None or n in numbers]

    def choose_wish(self, number: int, chosen: ChosenValues) -> None:
        """Make these all that was set in chat for the subscription of an id."""
        with writing(self._db):
            self._db.execute("UPDATE subscriptions SET chosen = ? WHERE id = ?", [choices_row(chosen), number])


def _without(chosen: ChosenValues, gone: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if name not in gone}
