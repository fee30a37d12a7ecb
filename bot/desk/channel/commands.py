"""The command of a channel's settings, as data."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.table import Argument, Command

# How each setting is typed.
SETTINGS: Mapping[str, str] = {
    "role": "role @analysts",
    "incident": "incident ping",
    "decision": "decision post",
    "follow-up": "follow-up post",
    "background": "background digest",
    "commemoration": "commemoration off",
    "only": "only place:gao lang:fr,en",
    "budget": "budget pings:3/h posts:40/d",
    "escalate": "escalate first-death toll+5 un-word",
    "quiet": "quiet 22:00-06:00 Europe/Paris but incident",
    "digest": "digest 07:00 Europe/Paris",
    "brief": "brief 06:00,18:00 Africa/Dakar",
    "weekly": "weekly Mon 07:00 Africa/Dakar",
    "coverage": "coverage 1 08:00 Africa/Dakar",
    "lowband": "lowband on",
    "language": "language fr",
}

CHANNEL_COMMANDS = (
    Command(
        "channel",
        "what goes to this channel, how loudly and when: see it or change it",
        (
            Argument(
                "setting",
                "what to change; show, test and reset besides",
                "choice",
                choices=("show", "test", "reset", *SETTINGS),
            ),
            Argument("value", "what it should be; off for none; after reset, the setting's name", "text"),
            Argument("of", "where several are wanted here: the number in the list, or the watch", "named"),
        ),
        needs="channel",
        short="settings of this channel",
        group="For managers",
        examples=("channel incident ping", "channel quiet 22:00-06:00 Europe/Paris but incident"),
    ),
)
