"""The commands as data: every transport registers, explains and completes them from this one table."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command. A "text" one takes the rest of the line; `least` and `most` bound a "number"."""

    name: str
    help: str
    kind: Literal["text", "word", "number"] = "word"
    required: bool = False
    least: int = 1
    most: int = 100

    def __str__(self) -> str:
        return f"<{self.name}>" if self.required else f"[{self.name}]"


@dataclass(frozen=True, slots=True)
class Command:
    """What members can ask. `managers` ones are for those who may manage the channel; `paged` ones have more pages."""

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    managers: bool = False
    paged: bool = False

    @property
    def usage(self) -> str:
        """The command as it is typed, without a prefix: "latest [n]"."""
        return " ".join((self.name, *map(str, self.arguments)))


_STORY = Argument("story", "the number of a story, as on its card", required=True)

COMMANDS = (
    Command(
        "latest",
        "the newest stories",
        (Argument("n", "how many on a page", "number", most=10),),
        aliases=("news", "new"),
        paged=True,
    ),
    Command(
        "search",
        "stored items that hold all of the words, accents ignored",
        (Argument("words", 'words, or a "phrase in quotes"', "text", required=True),),
        aliases=("find",),
        paged=True,
    ),
    Command("story", "one event as its sources told it, in order", (_STORY,), aliases=("timeline",), paged=True),
    Command(
        "why",
        "why something was flagged, or was not, and what became of it",
        (Argument("item", "a story's number, an item's #number or its address", "text", required=True),),
        aliases=("explain",),
    ),
    Command(
        "cite",
        "a dated citation with the stored quote and its content hash",
        (Argument("item", "a story's number, an item's #number or its address", "text", required=True),),
        paged=True,
    ),
    Command("digest", "what the next digest here will list"),
    Command("status", "is everything running, and what did today bring?", aliases=("health",)),
    Command("feeds", "how fresh each feed is, and what troubles it", paged=True),
    Command(
        "help",
        "this list, or more about one command",
        (Argument("command", "the command to explain"),),
        aliases=("commands",),
    ),
    Command(
        "subscribe",
        "post alerts in this channel, beside those that go there already",
        (Argument("watch", "what to watch; may be left out when there is one"),),
        managers=True,
    ),
    Command(
        "unsubscribe",
        "post no more alerts in this channel",
        (Argument("watch", "only those of this watch; all of them when left out"),),
        managers=True,
    ),
    Command(
        "mute",
        "keep quiet here for some hours; new stories wait in the digest",
        (Argument("hours", "8 when left out", "number", most=720),),
        managers=True,
    ),
    Command("unmute", "speak again here", managers=True),
    Command(
        "merge",
        "two stories are one event: the younger joins the elder",
        (
            Argument("story", "the number of one story", required=True),
            Argument("other", "the number of the other", required=True),
        ),
        managers=True,
    ),
    Command(
        "split",
        "an item is another event: it becomes a story of its own",
        (Argument("item", "the item's #number, as in the story's timeline", required=True),),
        managers=True,
    ),
)

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def find_command(name: str) -> Command | None:
    """The command of a name or an alias, case ignored."""
    return _BY_NAME.get(name.casefold())


def nearest(name: str) -> str | None:
    """The command that was probably meant by a misspelt name."""
    close = difflib.get_close_matches(name.casefold(), _BY_NAME, 1, cutoff=0.6)
    return _BY_NAME[close[0]].name if close else None
