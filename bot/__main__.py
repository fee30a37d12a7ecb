"""The one command, `bluehelm` (also `python -m bot`): each family of sub-commands lives in a file of `bot/cli`."""

from __future__ import annotations

import contextlib
import difflib
import errno
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

# Loaded when asked for: `classify` must not pay for Discord, nor `run` for learning.
_COMMANDS = {
    "run": (
        "bot.cli.run:run",
        "Watch the feeds and post: to Discord when a token is configured, else to this terminal.",
    ),
    "demo": ("bot.demo.command:demo", "The main job on sample feeds, offline, in this terminal."),
    "check": ("bot.cli.check:check", "Name every mistake in the configuration, without connecting anywhere."),
    "poll": ("bot.cli.poll:poll", "Look at every due feed once, store and queue; print one JSON object a feed."),
    "feeds": ("bot.cli.feeds:feeds_group", "List, add, pause, try, import or export the feeds."),
    "search": ("bot.cli.archive:search_items", "Find stored items by their words."),
    "latest": ("bot.cli.archive:latest_stories", "The newest stored stories."),
    "classify": ("bot.cli.classify:classify", "JSON Lines in, verdicts out, one line each."),
    "explain": ("bot.cli.explain:explain", "Say why a text is, or is not, flagged."),
    "learn": ("bot.cli.learn:learn", "Learn a watch's patterns from its documents."),
    "watch": ("bot.cli.watches.new:watch_group", "Make a new watch from documents."),
    "replay": ("bot.cli.replay:replay", "What another pattern set would gain and lose over the archive."),
    "health": ("bot.cli.health:health", "Exit 0 while the scheduler ticks, for container health checks."),
}


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class _Commands(click.Group):
    """A group that imports a sub-command's module only when it is used; what members can ask comes from the desk."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As click's, and where what is printed finds no room, with one sentence and status 1."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno not in _NO_ROOM or error.filename is not None:
                raise
            _end_unheard(error)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's; a misspelt name gets the one that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], self.list_commands(ctx), 1, cutoff=0.6)
            if close:
                raise click.UsageError(f"{error.message} Did you mean {close[0]}?", ctx) from error
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS, *_asked()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return _asked().get(cmd_name)
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])
        with formatter.section("Answers, as at the prompt"):
            formatter.write_dl([(name, command.short_help or "") for name, command in _asked().items()])


def _end_unheard(error: OSError) -> NoReturn:
    """Say why the output ends here. What is left of it goes nowhere, or Python would try to write it at its end."""
    with contextlib.suppress(OSError):
        click.echo(f"The output cannot be written ({error.strerror}).", err=True)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(1)


def _asked() -> dict[str, click.Command]:
    from bot.console.ask import asked  # noqa: PLC0415 - the desk, which no other command needs

    return asked()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bluehelm", message="%(prog)s %(version)s")
def main() -> None:
    """Bluehelm: alerts on UN peacekeeping, learned from seed documents, with their sources shown."""


if __name__ == "__main__":
    main(prog_name="bluehelm")
