"""The commands of a team's own affairs, as data."""

from __future__ import annotations

from bot.desk.table import Argument, Command

TEAM_COMMANDS = (
    Command(
        "team",
        "which roles may manage the bot here, without permissions of Discord's",
        (
            Argument("do", "add or remove a role, or show the list", "choice", choices=("show", "add", "remove"),
                     default="show"),
            Argument("role", "the role", "role", bare=True),
            Argument("may", "what its members may: channels, their settings; server, feeds and watches too", "choice",
                     choices=("channels", "server"), default="channels"),
        ),
        needs="team",
        short="roles that may manage",
        group="For managers",
        examples=("team", "team add @analysts may:channels"),
    ),
    Command(
        "audit",
        "who changed what here, and when; nobody can edit it",
        (
            Argument("n", "how many on a page; 10 when left out", "number", most=15, default="10"),
            Argument("since", "only what was changed since then", "time"),
        ),
        needs="channel",
        paged=True,
        short="who changed what",
        group="For managers",
        examples=("audit", "audit 5 since:7d"),
        cli="audit",
        quicker="A shorter stretch makes it quick: {prefix}audit since:7d.",
    ),
)  # fmt: skip
