"""The commands that change what is kept for everybody, as data."""

from __future__ import annotations

from bot.desk.table import Argument, Command

_GROUP = "For managers"
_WATCH = Argument("watch", "the watch's name", required=True, hint="Of which watch?")
_YES = Argument("yes", "do it as it was told", "flag", said="yes")
_PHRASE = Argument("phrase", "the words, as they stand in texts", "text", required=True, hint="Which words?")
_OFF = Argument("off", "not any more", "flag", said="off")

WATCHING_COMMANDS = (
    Command(
        "watch",
        "what is watched: list the watches, show one, switch one on (add) or off (drop)",
        (
            Argument("action", "what to do", "choice", choices=("list", "show", "add", "drop"), default="list"),
            Argument("name", "the watch's name", "text"),
        ),
        aliases=("watches",),
        short="what is watched",
        group="The bot",
        examples=("watch", "watch show {watch}"),
        cli="watches",
        writes=True,
    ),
    Command(
        "threshold",
        "from which score on a watch flags an item; what that changes is shown first",
        (
            _WATCH,
            Argument("value", "a number from 0 to 1; auto for what the files say", required=True, hint="Which value?"),
            _YES,
        ),
        needs="archive",
        short="how sure a watch must be",
        group=_GROUP,
        examples=("threshold {watch} 0.6", "threshold {watch} auto yes"),
        cli="threshold",
        costly=True,
        writes=True,
    ),
    Command(
        "allow",
        "words that alone make a watch flag an item; what that changes is shown first",
        (_WATCH, _PHRASE, _OFF, _YES),
        needs="archive",
        short="words that always count",
        group=_GROUP,
        examples=('allow {watch} "relief convoy"', 'allow {watch} "relief convoy" off'),
        cli="allow",
        costly=True,
        writes=True,
    ),
    Command(
        "block",
        "words that alone keep an item out of a watch; what that changes is shown first",
        (_WATCH, _PHRASE, _OFF, _YES),
        needs="archive",
        short="words that keep out",
        group=_GROUP,
        examples=('block {watch} "chess club"', 'block {watch} "chess club" yes'),
        cli="block",
        costly=True,
        writes=True,
    ),
    Command(
        "tier",
        "correct how urgent a story is; it stays so whatever comes later, until auto",
        (
            Argument("story", "the number of a story, as on its card", "story", required=True, completes="story"),
            Argument(
                "tier",
                "what it is; auto for what its sources say",
                "choice",
                required=True,
                choices=("incident", "decision", "follow-up", "background", "commemoration", "auto"),
                hint="Which tier?",
            ),
        ),
        needs="archive",
        short="how urgent a story is",
        group=_GROUP,
        examples=("tier 9 decision", "tier 9 auto"),
        cli="tier",
        writes=True,
    ),
)
