"""Who reads the operators' lines: the channels that want them, and which feeds may be named there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlite_utils import Database

from feeds.model import Notice
from feeds.model.teams import owner_of, plain_name

_READERS = """SELECT s.channel, coalesce(c.server, '') FROM subscriptions s LEFT JOIN channels c ON c.name = s.channel
    WHERE s.kind = 'notices' AND s.ended IS NULL"""


def notice_readers(db: Database) -> Mapping[str, str]:
    """The channels that want the operators' lines, each with its server."""
    return dict(db.execute(_READERS).fetchall())


def readers_scope(db: Database) -> str:
    """The server in which the operators' lines are read; "" where that is in several, or in none."""
    servers = set(notice_readers(db).values())
    return servers.pop() if len(servers) == 1 else ""


def concerns(notice: Notice, server: str) -> bool:
    """Whether a line may be told in a server: not where it is about a feed of another's."""
    return owner_of(str(notice.args.get("feed", ""))) in ("", server)


def plainly(notice: Notice) -> Notice:
    """The line with its feed called as members call it."""
    feed = notice.args.get("feed")
    return replace(notice, args={**notice.args, "feed": plain_name(feed)}) if isinstance(feed, str) else notice
