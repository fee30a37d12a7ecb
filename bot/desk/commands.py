"""The commands as data: prefix, slash commands, terminal and command line register, explain and read them from here."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from functools import cache

from bot.desk.channel.commands import CHANNEL_COMMANDS
from bot.desk.following.commands import FOLLOW_COMMANDS
from bot.desk.manager_commands import MANAGER_COMMANDS
from bot.desk.sources.commands import SOURCE_COMMANDS
from bot.desk.table import Argument, Command
from bot.desk.teams.commands import TEAM_COMMANDS
from bot.desk.watching.commands import WATCHING_COMMANDS
from bot.language import ENGLISH, _, languages, speaking
from bot.pictures.model import BY, MEASURES
from bot.wording.formats import clean, cut
from seeds.text.fold import fold

__all__ = ["COMMANDS", "Argument", "Command", "find_command", "nearest", "unknown_command"]

_STORY = Argument("story", "the number of a story, as on its card", "story", required=True, completes="story")
_ITEM = Argument("item", "a story's number, an item's #number or its address", "text", required=True,
                 completes="story")  # fmt: skip
_CITED = Argument("item", "a story's number, an item's #number, one of its wordings (#45.2) or its address", "text",
                  required=True, completes="story")  # fmt: skip
_FORMAT = Argument("format", "a file for reference managers", "choice", choices=("bibtex", "ris", "csl"), said="as")

_QUERY = Argument("query", "as in search: words, facts and times, such as kind:attack place:gao since:90d", "text")
_OFFERED = (
    Argument("place", "where it happened", completes="place"),
    Argument("source", "who told of it", completes="source"),
    Argument("contingent", "whose soldiers", completes="contingent"),
    Argument("since", "from when on: 2021-02-10, 2021, 7d, 6m"),
)
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
        "stories by words and facts, whatever their language",
        (
            Argument(
                "words",
                'words, a "phrase", or facts: kind:attack place:gao since:7d -training',
                "text",
                required=True,
            ),
        ),
        aliases=("find",),
        paged=True,
        short="stories by words and facts",
        costly=True,
        offered=_OFFERED,
        group="Read",
        examples=("search attack -training", "search kind:attack killed:>3"),
        quicker="Fewer words, a place: or since:30d make it quick.",
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
        examples=("diff #28", "diff #28 1 2"),
        cli="diff",
    ),
    Command(
        "map",
        "where incidents were, as a picture and in words",
        (_QUERY, _THEME),
        short="a map of incidents",
        group="Look",
        examples=("map", "map kind:attack 2021"),
        costly=True,
        offered=_OFFERED,
        cli="map",
        quicker="A shorter time makes it quick, or a place: {prefix}map since:30d.",
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
        costly=True,
        offered=_OFFERED,
        cli="chart",
        quicker="A shorter time makes it quick, or a place: {prefix}chart since:90d.",
    ),
    Command(
        "export",
        "stories as a file for other programs, one row a story",
        (
            Argument("format", "the kind of file", "choice", choices=("csv", "xlsx", "geojson", "json"), default="csv"),
            _QUERY,
        ),
        short="stories as a file",
        group="Take away",
        examples=("export", "export geojson kind:attack 2021"),
        costly=True,
        offered=_OFFERED,
        cli="export",
        quicker="Fewer stories make it quick: {prefix}export csv since:30d, or a place:.",
    ),
    Command(
        "brief",
        "what happened since you last asked here, in ten lines; or since a time",
        (Argument("since", "since when: 06:00 (UTC), 12h, yesterday, a day", "time"),),
        aliases=("handover",),
        short="what is new for you",
        group="Hand over",
        examples=("brief", "brief since:06:00"),
        cli="brief",
        quicker="A shorter stretch makes it quick: {prefix}brief since:12h.",
    ),
    Command(
        "note",
        "put a line of your own into a story's timeline",
        (
            _STORY,
            Argument("text", "what it should say", "text", required=True, verbatim=True, hint="What should it say?"),
        ),
        aliases=("remark",),
        short="your line in a timeline",
        group="Hand over",
        examples=("note 9 phoned the mission, no answer yet", "note 12 see story 9"),
        cli="note",
        writes=True,
    ),
    Command(
        "unnote",
        "take a note of yours away again; managers may take away any",
        (
            Argument(
                "note",
                "the number of the note, as in the story's timeline",
                "number",
                required=True,
                most=10**9,
                hint="Which note?",
            ),
        ),
        short="take a note away",
        group="Hand over",
        examples=("unnote 1", "unnote note:2"),
        cli="unnote",
        writes=True,
    ),
    *FOLLOW_COMMANDS,
    Command(
        "coverage",
        "which languages, countries and kinds of source are watched, and which are not",
        (Argument("since", "since when, a year at most; 30 days when left out", "time"),),
        aliases=("gaps",),
        short="what is watched, and not",
        group="The bot",
        examples=("coverage", "coverage since:90d"),
        cli="coverage",
        quicker="A shorter stretch makes it quick: {prefix}coverage since:7d.",
    ),
    Command(
        "digest",
        "what the next digest here will list",
        aliases=("pending",),
        short="what the next digest lists",
        group="Read",
        examples=("digest", "pending"),
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
        aliases=("freshness",),
        paged=True,
        short="how fresh each feed is",
        group="The bot",
        examples=("feeds", "freshness"),
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
    *MANAGER_COMMANDS,
    *CHANNEL_COMMANDS,
    *WATCHING_COMMANDS,
    *SOURCE_COMMANDS,
    *TEAM_COMMANDS,
)

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def find_command(name: str) -> Command | None:
    """The command of a name or an alias, in any language, case and accents ignored."""
    return _BY_NAME.get(name.casefold()) or next(
        filter(None, (_names_in(one).get(fold(name)) for one in _others())), None
    )


def _others() -> Sequence[str]:
    return [one for one in languages() if one != ENGLISH]


@cache
def _names_in(language: str) -> Mapping[str, Command]:
    with speaking(language):
        return {fold(one.shown): one for one in COMMANDS}


def nearest(name: str) -> str | None:
    """The command that was probably meant by a misspelt name, as it is called in the language that is spoken."""
    known = {**_BY_NAME, **{fold(one.shown).strip(): one for one in COMMANDS}}
    close = difflib.get_close_matches(fold(name).strip(), known, 1, cutoff=0.6)
    return known[close[0]].shown if close else None


def unknown_command(name: str, prefix: str) -> str:
    """What to say to a command that does not exist."""
    close, shown = nearest(name), cut(clean(name), 40)
    if close is None:
        return _("“{name}” is no command of mine. {prefix}help lists what I know.").format(name=shown, prefix=prefix)
    said = _("“{name}” is no command of mine. Did you mean {prefix}{close}? {prefix}help lists what I know.")
    return said.format(name=shown, prefix=prefix, close=close)
