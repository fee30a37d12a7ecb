"""The subscriptions: what is wanted in which channel, from the configuration or from a manager's command."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

from sqlite_utils import Database

from feeds.model import (
    HANDOVERS,
    Cause,
    CauseKind,
    Channel,
    Origin,
    Story,
    Subscription,
    SubscriptionKey,
)
from feeds.store.db import rows
from feeds.store.db.connection import writing
from feeds.store.delivery.channels import Channels
from feeds.store.delivery.choices import chosen_wish, read_choices
from feeds.store.delivery.filed import filed_wish
from feeds.store.delivery.outbox import UNADDRESSED

# Whether a filter lets a story pass is judged when that is to be told (`Filters`); until then it asks for all.
_ASKS = "s.ended IS NULL AND s.kind = 'alerts'"
_UNWANTED = f"""d.channel = :channel AND NOT EXISTS (
    SELECT 1 FROM stories t JOIN subscriptions s ON s.watch = t.watch AND s.channel = d.channel
    WHERE t.id = d.story AND {_ASKS} AND (s.story IS NULL OR s.story = t.id))"""
_FILTER = "coalesce(json_extract(s.chosen, '$.only'), s.filter)"
_Asking: TypeAlias = tuple[Channel, tuple[Subscription, ...]]


class Subscriptions:
    """Subscriptions over one connection, with the channels that they are wanted in."""

    def __init__(self, db: Database, channels: Channels) -> None:
        self._db, self._channels = db, channels

    def all(self) -> list[Subscription]:
        """Everything that is wanted, by channel and watch."""
        return self._select("s.ended IS NULL")

    def of_channel(self, channel: str) -> tuple[Subscription, ...]:
        """What is wanted in a channel, the operators' lines aside."""
        return tuple(self._select("s.channel = ? AND s.ended IS NULL AND s.kind = 'alerts'", [channel]))

    def of_watch(self, watch: str, server: str = "") -> list[_Asking]:
        """The channels that hear of a watch's stories, or of some of them, by name, each with what it wants of them."""
        return _of_server(self._by_channel(self._select(f"s.watch = ? AND {_ASKS}", [watch])), server)

    def of_story(self, story: Story, channel: str | None = None) -> list[_Asking]:
        """The channels that want this story (or only the one of that name, if it does), by name, each with the
        subscriptions that ask for it."""
        asked = f"s.watch = ? AND (s.story IS NULL OR s.story = ?) AND coalesce(?, s.channel) = s.channel AND {_ASKS}"
        return _of_server(self._by_channel(self._select(asked, [story.watch, story.id, channel])), story.server)

    def filters(self, watch: str) -> list[str]:
        """The filters through which some channel hears of a watch's stories."""
        sql = f"SELECT DISTINCT {_FILTER} AS f FROM subscriptions s WHERE s.watch = ? AND f <> '' AND {_ASKS}"
        return [str(text) for (text,) in self._db.execute(sql, [watch])]

    def listeners(self) -> list[Channel]:
        """The channels that hear of stories at all, by name."""
        return [channel for channel, _ in self._by_channel(self._select(_ASKS))]

    def first(self) -> str | None:
        """The channel in which stories were wanted first; None when there is none."""
        found = self._db.execute(f"SELECT s.channel FROM subscriptions s WHERE {_ASKS} ORDER BY s.id").fetchone()
        return None if found is None else str(found[0])

    def filed(self) -> frozenset[str]:
        """The names of the channels in which the file wants something."""
        return frozenset(one.channel for one in self._select("s.ended IS NULL AND s.origin = 'file'"))

    def notices(self) -> list[str]:
        """The names of the channels that the operators' lines go to."""
        return [one.channel for one in self._select("s.ended IS NULL AND s.kind = 'notices'")]

    def _by_channel(self, found: Iterable[Subscription]) -> list[_Asking]:
        grouped = [(self._channels.named(name), tuple(own)) for name, own in groupby(found, lambda one: one.channel)]
        return [(channel, own) for channel, own in grouped if channel is not None]

    def _select(self, clause: str, values: Sequence[object] = ()) -> list[Subscription]:
        return [chosen_wish(one, chosen) for one, chosen in self._said(clause, values)]

    def _said(self, clause: str, values: Sequence[object] = ()) -> list[tuple[Subscription, dict[str, Any]]]:
        """Subscriptions without what was set in chat, and that."""
        sql = f"SELECT * FROM subscriptions s WHERE {clause} ORDER BY s.channel, s.watch, s.id"
        return [(filed_wish(row), read_choices(row["chosen"])) for row in self._db.query(sql, list(values))]

    # changing

    def configure(self, wanted: Iterable[tuple[Channel, Subscription]], now: datetime) -> None:
        """Make these what the file wants: each a channel with one subscription in it.

        Two channels of one place are one, under the first name. What managers did stays: their own subscriptions,
        what they set, mutes, and the end of one of the file's. What waits for a subscription that is gone from the file
        is rejected.
        """
        pairs = one_name_a_place(wanted)
        with writing(self._db):
            for channel in dict.fromkeys(channel for channel, _ in pairs):
                self._settle(channel, keep={other.name for other, _ in pairs})
            kept = [replace(one, channel=channel.name, origin=Origin.FILE) for channel, one in pairs]
            self._follow_filters({one.key: one for one in kept})
            self._take_over({one.key: one for one in kept})
            for one in kept:
                self._put(one)
            for old in self._of_file():
                if old.key not in {one.key for one in kept}:
                    self._delete(old)
                    self._sweep(old.channel, now)
            self._address_notices()

    def _follow_filters(self, wanted: Mapping[SubscriptionKey, Subscription]) -> None:
        """One of the file's that has another filter now is still the same, so that an end of it is remembered; as long
        as it is clear which one."""
        known = self._of_file()
        gone = [one for one in known if one.key not in wanted]
        new = [one for key, one in wanted.items() if key not in {old.key for old in known}]
        for old in gone:
            mine, heirs = ([one for one in some if _same_but_filter(one, old)] for some in (gone, new))
            if len(mine) == len(heirs) == 1:
                self._db.execute("UPDATE subscriptions SET filter = ? WHERE id = ?", [heirs[0].filter, old.id])

    def _take_over(self, wanted: Mapping[SubscriptionKey, Subscription]) -> None:
        """What a manager wanted is the file's once the file wants it too; what was set stays."""
        known = {one.key for one in self._of_file()}
        for old in self._select("s.origin = 'chat'"):
            if old.key in wanted.keys() - known:
                known.add(old.key)
                sql = "UPDATE subscriptions SET origin = 'file', filter = ?, chosen = json_remove(chosen, '$.only')"
                self._db.execute(f"{sql} WHERE id = ?", [old.filter, old.id])

    def _of_file(self) -> list[Subscription]:
        """The file's, as it says them."""
        return [one for one, _ in self._said("s.origin = 'file'")]

    def _settle(self, channel: Channel, keep: Container[str]) -> None:
        """Write down a channel of the file. When it moves, what managers wanted at its old place stays there, and what
        they wanted at the new one is wanted in it."""
        old = self._channels.named(channel.name)
        if old is not None and (old.transport, old.target) != (channel.transport, channel.target):
            self._leave(old, keep)
        self._channels.put(channel, keep)

    def _leave(self, old: Channel, keep: Container[str]) -> None:
        if any(one.origin is Origin.CHAT for one in self.of_channel(old.name)):
            left = Channel(f"{old.transport}:{old.target}", old.transport, old.target, server=old.server)
            self._channels.put(left, keep)
            self._channels.copy_settings(old.name, left.name)
            self._db.execute(
                "UPDATE OR REPLACE subscriptions SET channel = ? WHERE channel = ? AND origin = 'chat'",
                [left.name, old.name],
            )

    def add(self, channel: Channel, wanted: Subscription) -> bool:
        """A manager wants something in a place, beside what is wanted there; False when that is so already.

        `channel` is the place's, made when it is new; one of another name that is known there is used. One of the
        file's that had been ended is taken up again, with the file's wishes, unless another filter is wanted.
        """
        with writing(self._db):
            known = self._channels.at(channel.transport, channel.target)
            if known is None:
                self._channels.put(channel)
            wanted = replace(wanted, channel=(known or channel).name, origin=Origin.CHAT)
            if any(one.key == wanted.key for one in self.of_channel(wanted.channel)):
                return False
            ended = self._ended_alike(wanted)
            if ended is None:
                self._put(wanted)
            else:
                self._db.execute("UPDATE subscriptions SET ended = NULL WHERE id = ?", [ended.id])
        return True

    def _ended_alike(self, wanted: Subscription) -> Subscription | None:
        """The file's wish of the same stories that a manager had ended; whatever its filter where none is wanted."""
        ended = self._select("s.channel = ? AND s.origin = 'file' AND s.ended IS NOT NULL", [wanted.channel])
        alike = (one for one in ended if _same_but_filter(one, wanted) and wanted.filter in ("", one.filter))
        return next(alike, None)

    def end(
        self, channel: str, now: datetime, watch: str | None = None, of: Container[int] | None = None
    ) -> int:  # fmt: skip
        """End what is wanted in a channel, of one watch, those with the ids `of`, or all of it (the operators' lines
        aside); returns how many subscriptions that were. What waits for them is given up, what was told stays."""
        with writing(self._db):
            wanted = [one for one in self.of_channel(channel) if watch is None or one.watch == watch]
            ended = [one for one in wanted if of is None or one.id in of]
            for one in ended:
                if one.origin is Origin.CHAT:
                    self._delete(one)
                else:
                    self._db.execute("UPDATE subscriptions SET ended = ? WHERE id = ?", [rows.stamp(now), one.id])
            self._sweep(channel, now)
        return len(ended)

    def follow(self, elder: int, younger: int) -> None:
        """Two stories are one: who follows the younger follows the elder."""
        with writing(self._db):
            self._db.execute("UPDATE OR REPLACE subscriptions SET story = ? WHERE story = ?", [elder, younger])

    def _put(self, one: Subscription) -> None:
        """A new row, or new wishes of the one of the file's that is there: whether that was ended, and what was set,
        stays."""
        self._db.execute(
            """INSERT INTO subscriptions
                (channel, kind, watch, filter, story, actions, role, pings_per_hour, posts_per_day, origin, escalate)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (channel, kind, watch, filter, coalesce(story, 0)) WHERE origin = 'file' DO UPDATE SET
                    actions = excluded.actions, role = excluded.role, pings_per_hour = excluded.pings_per_hour,
                    posts_per_day = excluded.posts_per_day, escalate = excluded.escalate""",
            [
                *one.key,
                json.dumps(dict(one.actions)),
                one.role,
                one.pings_per_hour,
                one.posts_per_day,
                one.origin,
                json.dumps(one.escalate),
            ],
        )

    def _delete(self, one: Subscription) -> None:
        self._db.execute("DELETE FROM subscriptions WHERE id = ?", [one.id])

    def _sweep(self, channel: str, now: datetime) -> None:
        """Give up what waits in a channel for stories that nobody there asks for any more; nothing else is touched."""
        wanted = bool(self.of_channel(channel))
        reason = Cause(CauseKind.UNWANTED if wanted else CauseKind.CHANNEL_REMOVED)
        kinds = ("alert", "edit", "note", "escalation", *(() if wanted else ("digest", "greeting", *HANDOVERS)))
        self._db.execute(
            f"""UPDATE deliveries AS d SET state = 'rejected', reason = :reason, settled = :now
                WHERE state = 'pending' AND kind IN {kinds} AND {_UNWANTED}""",
            {"channel": channel, "reason": rows.cause_row(reason), "now": rows.stamp(now)},
        )
        sql = f"DELETE FROM digest_items AS d WHERE delivery IS NULL AND {_UNWANTED}"
        self._db.execute(sql, {"channel": channel})
        if channel not in self.notices():
            self._readdress(channel, UNADDRESSED)
        if self._channels.named(channel) is None:
            self._channels.forget(channel)

    def _address_notices(self) -> None:
        """The operators' lines that wait for someone to read them go to a channel that wants them."""
        for name in self.notices()[:1]:
            self._readdress(UNADDRESSED, name)

    def _readdress(self, old: str, new: str) -> None:
        """What waits, and what an earlier run left half-sent: it must not end in what is called `old` from now on."""
        sql = """UPDATE deliveries SET channel = ?
            WHERE channel = ? AND kind = 'notice' AND state IN ('pending', 'sending')"""
        self._db.execute(sql, [new, old])


def _of_server(found: list[_Asking], server: str) -> list[_Asking]:
    """Those of the channels that may be told of what is a server's alone; "" is everybody's."""
    return [(channel, own) for channel, own in found if server in ("", channel.server)]


def one_name_a_place(wanted: Iterable[tuple[Channel, Subscription]]) -> list[tuple[Channel, Subscription]]:
    """The pairs with the first channel of each place, and with the first times that are named for it."""
    pairs = list(wanted)
    places: dict[tuple[str, str], Channel] = {}
    for channel, _ in pairs:
        first = places.setdefault((channel.transport, channel.target), channel)
        handovers = tuple({**dict(channel.handovers), **dict(first.handovers)}.items())
        places[channel.transport, channel.target] = replace(
            first, digest=first.digest or channel.digest, handovers=handovers, quiet=first.quiet or channel.quiet,
            lowband=first.lowband or channel.lowband, language=first.language or channel.language,
        )  # fmt: skip
    return [(places[channel.transport, channel.target], subscription) for channel, subscription in pairs]


def _same_but_filter(one: Subscription, other: Subscription) -> bool:
    return replace(one, filter="").key == replace(other, filter="").key
