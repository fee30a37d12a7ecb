"""The teams that one bot serves: their servers, the roles that may manage there, and who changed what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

TeamLevel = Literal["channels", "server"]
"""What a role on a server's team list may change: the settings of its channels, or those of the whole server too."""

MOST_TEAM_ROLES: Final = 25
"""Roles that one server's list may hold."""


@dataclass(frozen=True, slots=True)
class TeamRole:
    """A role whose members may manage without the permission of the place: its id, and what they may."""

    role: str
    level: TeamLevel


@dataclass(frozen=True, slots=True)
class Server:
    """A team's own place, a Discord server say: its `id` there and its name.

    `locale` is what the place says of its language ("fr"), `language` what was chosen in chat, "" for none; `gone` is
    since when we are no more in it. Its settings are kept all the same.
    """

    id: str
    name: str = ""
    locale: str = ""
    language: str = ""
    gone: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Somebody changed something, in words as they are typed, which are the same in every language: `action` is the
    command ("mute", "channel role"), `subject` what it was about ("9 12", "@analysts", a channel's name), `old` and
    `new` its values before and after, "" for none. `by` names who, as they were called then, with
    their id; `server` is the team's, "" for the operator's own.
    """

    id: int
    at: datetime
    server: str
    by: str
    action: str
    subject: str
    old: str = ""
    new: str = ""


# A feed that a server added bears the server's id behind its name, wherever it is named: two servers may call theirs
# alike, and whatever names a feed says by itself who may see it.
_OWNER = re.compile(r" @(\d{1,20})$")


def owned_name(name: str, server: str) -> str:
    """The name of a feed of a server; "" is the operator, whose feeds are called as they are."""
    return f"{name} @{server}" if server else name


def owner_of(name: str) -> str:
    """The server whose feed this is; "" for the operator's, which everybody may see."""
    found = _OWNER.search(name)
    return found[1] if found else ""


def plain_name(name: str) -> str:
    """The name as members read it."""
    return _OWNER.sub("", name)


def shared_with(server: str, scope: str | None) -> bool:
    """Whether what is a server's ("": the operator's) may be told to a server; None is the operator, who sees all."""
    return scope is None or server in ("", scope)


def seen_by(name: str, scope: str | None) -> bool:
    """Whether a feed may be named to a server; None is the operator."""
    return shared_with(owner_of(name), scope)
