"""The commands as data: prefix, slash commands, terminal and command line register, explain and read them from here."""

from __future__ import annotations

import difflib

from bot.desk.table import Argument, Command

__all__ = ["COMMANDS", "Argument", "Command", "find_command", "nearest"]

_STORY = Argument("story", "the number of a story, as on its card", "story", required=True)
_ITEM = Argument("item", "a story's number, an item's #number or its address", "text", required=True)
_CITED = Argument("item", "a story's number, an item's #number, one of its wordings (#45.2) or its address", "text",
                  required=True)  # fmt: skip
_FORMAT = Argument("format", "a file for reference managers", "choice", choices=("bibtex", "ris", "csl"), said="as")

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
        "brief",
        "what happened since you last asked here, in ten lines; or since a time",
        (Argument("since", "since when: 06:00 (UTC), 12h, yesterday, a day", "time"),),
        aliases=("handover",),
        short="what is new for you",
        group="Hand over",
        examples=("brief", "brief since:06:00"),
        cli="brief",
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
        examples=("unnote 3", "unnote note:3"),
        cli="unnote",
        writes=True,
    ),
    Command(
        "coverage",
        "which languages, countries and kinds of source are watched, and which are not",
        (Argument("since", "since when, a year at most; 30 days when left out", "time"),),
        aliases=("gaps",),
        short="what is watched, and not",
        group="The bot",
        examples=("coverage", "coverage since:90d"),
        cli="coverage",
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
