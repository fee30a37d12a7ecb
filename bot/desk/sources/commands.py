"""The command of sources, as data."""

from __future__ import annotations

from bot.desk.table import Argument, Command

SOURCE_COMMANDS = (
    Command(
        "feed",
        "the sources that this server added: list, add, test, inspect, pause, resume or remove one",
        (
            Argument(
                "action",
                "what to do",
                "choice",
                choices=("list", "add", "test", "inspect", "pause", "resume", "remove"),
                default="list",
            ),
            Argument(
                "what",
                "to add: the address of a feed, or of a page that has one; else a feed's name",
                "text",
                completes="feed",
            ),
            Argument("yes", "add it as it was shown", "flag", said="yes"),
        ),
        aliases=("source",),
        needs="server",
        paged=True,
        short="sources of this server",
        group="For managers",
        examples=("feed add https://example.org/news", "feed list"),
        writes=True,
    ),
)
