"""The commands of follows, as data."""

from __future__ import annotations

from bot.desk.table import Argument, Command

FOLLOW_COMMANDS = (
    Command(
        "follow",
        "be told of each new story that a search finds",
        (
            Argument(
                "query",
                'as in search: words, a "phrase", or facts such as place:gao',
                "text",
                required=True,
                hint="What shall I tell you of?",
            ),
            Argument("by", "how: a mention in the story's thread, or always a direct message", "choice",
                     choices=("thread", "dm"), default="thread"),
        ),
        short="be told of what you search",
        group="Follow",
        examples=("follow place:gao", 'follow "convoy mine" by:dm'),
        costly=True,
        offered=(
            Argument("place", "where it happened", completes="place"),
            Argument("source", "who told of it", completes="source"),
            Argument("contingent", "whose soldiers", completes="contingent"),
        ),
        cli="follow",
        writes=True,
    ),
    Command(
        "following",
        "what you follow here, with how often you were told of each",
        aliases=("follows",),
        short="what you follow",
        group="Follow",
        examples=("following", "follows"),
        cli="following",
    ),
    Command(
        "unfollow",
        "be told no more of one that you follow, or of all",
        (
            Argument(
                "which",
                "its number, as in your list, or its words; or all",
                "text",
                required=True,
                hint="Which one?",
            ),
        ),
        short="follow it no more",
        group="Follow",
        examples=("unfollow 2", "unfollow all"),
        cli="unfollow",
        writes=True,
    ),
)  # fmt: skip
