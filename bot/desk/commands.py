"""The commands as data: prefix, slash commands, terminal and command line register, explain and read them from here."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from bot.pictures.plan.bars import BY
from bot.pictures.plan.tally import MEASURES

Kind = Literal["text", "word", "number", "choice", "flag", "time", "story", "item", "role"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One option of a command, in the order in which they are typed.

    A "text" takes the rest of the line, a "flag" is there or not, a "time" is a day, month, year, moment or "3d" (ago);
    "story" and "item" are their numbers, a "role" is one of the place's and always named. `least` and `most` bound a
    "number"; `choices` are what a "choice" may be, and `said` a word before it with which it may end a typed line ("as
    bibtex"), of a flag the word itself. `default` holds when it is left out (as it is typed; "" for nothing); `hint` is
    said when it is missing.
    """

    name: str
    help: str
    kind: Kind = "word"
    required: bool = False
    least: int = 1
    most: int = 100
    choices: tuple[str, ...] = ()
    default: str = ""
    hint: str = ""
    said: str = ""

    def __str__(self) -> str:
        if self.kind == "flag":
            return f"[{self.said or f'--{self.name}'}]"
        if self.kind == "role":
            return f"[{self.name}:@name]"
        if self.said:
            return f"[{self.said} {self.name}]"
        return f"<{self.name}>" if self.required else f"[{self.name}]"


@dataclass(frozen=True, slots=True)
class Command:
    """What members can ask, with two examples, in which {watch} stands for one of the house's. `managers` ones are for
    those who may manage the channel; `paged` ones have more pages. `cli` is its name among the program's own commands;
    "" where these have one of that name. `short` is its help in a few words, for a phone, and `group` the heading that
    it stands under there."""

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    managers: bool = False
    paged: bool = False
    examples: tuple[str, str] = ("", "")
    cli: str = ""
    short: str = ""
    group: str = "More"

    @property
    def usage(self) -> str:
        """The command as it is typed, without a prefix: "latest [n]"."""
        return " ".join((self.name, *map(str, self.arguments)))


_STORY = Argument("story", "the number of a story, as on its card", "story", required=True)
_ITEM = Argument("item", "a story's number, an item's #number or its address", "text", required=True)
_CITED = Argument("item", "a story's number, an item's #number, one of its wordings (#45.2) or its address", "text",
                  required=True)  # fmt: skip
_FORMAT = Argument("format", "a file for reference managers", "choice", choices=("bibtex", "ris", "csl"), said="as")

_QUERY = Argument("query", "since when, such as since:90d, since:2021 or since:all", "text")
_THEME = Argument("theme", "dark or light", "choice", choices=("dark", "light"), default="dark")

COMMANDS = (
    Command(
        "latest",
        "the newest stories",
        (Argument("n", "how many on a page", "number", most=10, default="5"),),
        aliases=("news", "new"),
        paged=True,
        short="the newest stories",
        group="Read",
        examples=("latest", "latest 10"),
    ),
    Command(
        "search",
        "stored items that hold all of the words, accents ignored",
        (Argument("words", 'words, or a "phrase in quotes"', "text", required=True),),
        aliases=("find",),
        paged=True,
        short="items with all of these words",
        group="Read",
        examples=("search convoy mine", 'search "blue helmets"'),
    ),
    Command(
        "story",
        "one event as its sources told it, in order",
        (_STORY,),
        aliases=("timeline",),
        paged=True,
        short="one event, source by source",
        group="Read",
        examples=("story 9", "timeline 12"),
        cli="story",
    ),
    Command(
        "why",
        "why something was flagged, or was not",
        (_ITEM, Argument("full", "with all that was weighed, and what became of it", "flag", said="full")),
        aliases=("explain",),
        short="why it was flagged, or not",
        group="Check",
        examples=("why 9", "why #45 full"),
        cli="why",
    ),
    Command(
        "cite",
        "a dated citation of what was read, with quote and hash; a story's as one file",
        (_CITED, _FORMAT),
        paged=True,
        short="a dated citation",
        group="Check",
        examples=("cite #45", "cite 9 as bibtex"),
        cli="cite",
    ),
    Command(
        "diff",
        "what changed in an item when its publisher rewrote it, word by word",
        (
            Argument("item", "the item's #number, as in the story's timeline", "item", required=True),
            Argument("old", "the number of one wording", "number"),
            Argument("new", "the number of a later one", "number"),
        ),
        aliases=("changes",),
        short="what a publisher rewrote",
        group="Check",
        examples=("diff #45", "diff #45 1 2"),
        cli="diff",
    ),
    Command(
        "map",
        "where incidents were, as a picture and in words",
        (_QUERY, _THEME),
        short="a map of incidents",
        group="Look",
        examples=("map", "map since:2021 theme:light"),
        cli="map",
    ),
    Command(
        "chart",
        "incidents, killed or injured as bars: a picture, and the same in words",
        (
            Argument("measure", "what is counted; all by month, else incidents", "choice", choices=MEASURES),
            _QUERY,
            Argument("by", "what the bars stand for", "choice", choices=BY, default="month"),
            _THEME,
        ),
        short="a chart of incidents",
        group="Look",
        examples=("chart", "chart killed by:place since:2021"),
        cli="chart",
    ),
    Command(
        "export",
        "stories as a file for other programs, one row a story",
        (Argument("format", "the kind of file", "choice", choices=("csv", "xlsx", "geojson", "json"), default="csv"),),
        short="stories as a file",
        group="Take away",
        examples=("export", "export geojson"),
        cli="export",
    ),
    Command(
        "digest",
        "what the next digest here will list",
        short="what the next digest lists",
        group="Read",
        examples=("digest", "digest"),
        cli="digest",
    ),
    Command(
        "status",
        "is everything running, and what did today bring?",
        aliases=("health",),
        short="is everything running?",
        group="The bot",
        examples=("status", "health"),
        cli="status",
    ),
    Command(
        "feeds",
        "how fresh each feed is, and what troubles it",
        paged=True,
        short="how fresh each feed is",
        group="The bot",
        examples=("feeds", "feeds"),
        cli="freshness",
    ),
    Command(
        "help",
        "this list, or more about one command",
        (Argument("command", "the command to explain", "text"),),
        aliases=("commands",),
        short="this list; one command",
        group="The bot",
        examples=("help", "help search"),
    ),
    Command(
        "subscribe",
        "post alerts in this channel, beside those that go there already",
        (
            Argument("watch", "what to watch; may be left out when there is one", "text"),
            Argument("role", "who is pinged for what is urgent", "role"),
        ),
        managers=True,
        short="post alerts here",
        group="For managers",
        examples=("subscribe", "subscribe {watch} role:@analysts"),
    ),
    Command(
        "unsubscribe",
        "post no more alerts in this channel",
        (Argument("watch", "only those of this watch; all of them when left out", "text"),),
        managers=True,
        short="post no more here",
        group="For managers",
        examples=("unsubscribe", "unsubscribe {watch}"),
    ),
    Command(
        "mute",
        "keep quiet here for some hours; new stories wait in the digest",
        (Argument("hours", "how many; 8 when left out", "number", most=720, default="8"),),
        managers=True,
        short="be quiet for some hours",
        group="For managers",
        examples=("mute", "mute 24"),
    ),
    Command(
        "unmute",
        "speak again here",
        managers=True,
        short="speak again",
        group="For managers",
        examples=("unmute", "unmute"),
    ),
    Command(
        "merge",
        "two stories are one event: the younger joins the elder",
        (
            Argument("story", "the number of one story", "story", required=True),
            Argument("other", "the number of the other", "story", required=True, hint="Name two stories."),
        ),
        managers=True,
        short="two stories are one event",
        group="For managers",
        examples=("merge 12 15", "merge 12 and 15"),
    ),
    Command(
        "split",
        "an item is another event: it becomes a story of its own",
        (Argument("item", "the item's #number, as in the story's timeline", "item", required=True),),
        managers=True,
        short="an item is another event",
        group="For managers",
        examples=("split #45", "split 45"),
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
