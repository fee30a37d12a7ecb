"""Who may do what, and the sentence for who may not. Pure.

A right comes from the permissions of the place, from a role on the server's team list, or from the operator's file:
"channel" is for the settings of one channel, "server" for feeds, watches and all channels of a server, "team" for the
list of roles itself, and "archive" for what is changed for every server (merging, splitting, tiers, thresholds).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Literal

from bot.language import N_, _
from feeds.model import TeamRole

Right = Literal["channel", "server", "team", "archive"]
Need = Literal["", "channel", "server", "team", "archive"]
Rights = frozenset[Right]

NO_RIGHTS: Final[Rights] = frozenset()
CHANNEL_RIGHTS: Final[Rights] = frozenset({"channel"})
SERVER_RIGHTS: Final[Rights] = frozenset({"channel", "server", "team"})
ALL_RIGHTS: Final[Rights] = frozenset({"channel", "server", "team", "archive"})

_OF_LEVEL: dict[str, Rights] = {"channels": frozenset({"channel"}), "server": frozenset({"channel", "server"})}
_PERMISSIONS: dict[str, str] = {
    "channel": N_("Manage Channels"),
    "server": N_("Manage Server"),
    "team": N_("Manage Server"),
    "archive": N_("Manage Server"),
}

WHO_MAY: Final[dict[Need, str]] = {
    "channel": N_("for those who may manage this channel"),
    "server": N_("for those who may manage this server"),
    "team": N_("for those who may manage this server"),
    "archive": N_("for those who may manage a server that may change the archive"),
}


def rights_of(granted: Rights, roles: Collection[str], team: Iterable[TeamRole], *, archive: bool) -> Rights:
    """All that a member may: what the place grants, what their `roles` on the team's list add, and, where the server
    may change the `archive`, that with the right to manage the server."""
    allowed = granted.union(*(_OF_LEVEL[one.level] for one in team if one.role in roles))
    return allowed | {"archive"} if archive and "server" in allowed else allowed


def may(rights: Rights, need: Need) -> bool:
    """Whether rights are enough for what a command needs."""
    return not need or need in rights


def refusal_text(command: str, need: Need, rights: Rights, *, in_server: bool) -> str:
    """What to say to who lacks a right: which permission is missing, and who can help. `command` with its prefix."""
    if not in_server:
        return _("{command} belongs to a server's channels: please ask there.").format(command=command)
    if need == "archive" and "server" in rights:
        return _(
            "{command} changes what is kept for every server of this bot, and this server is not "
            "among those that may do that; whoever runs the bot names them (archive_servers)."
        ).format(command=command)
    permission = _(_PERMISSIONS[need])
    if need == "team":
        return _("{command} needs the permission “{permission}”, which you do not have here.").format(
            command=command, permission=permission
        )
    level = "" if need == "channel" else " may:server"
    prefix = command[: len(command) - len(command.lstrip("!/.?$%&+-*#~>"))]
    return _(
        "{command} needs the permission “{permission}”, which you do not have here; or a role "
        "that somebody with “Manage Server” has put on the list ({prefix}team add @role{level})."
    ).format(command=command, permission=permission, prefix=prefix, level=level)
