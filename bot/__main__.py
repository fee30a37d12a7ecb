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

from bot.language import ENGLISH, N_, _, speaking, spoken, translated
from bot.language.click_commands import said_command, said_error
from bot.language.click_words import teach_click
from bot.language.environment import terminal_language

# Loaded when asked for: `classify` must not pay for Discord, nor `run` for learning.
_COMMANDS = {
    "run": (
        "bot.cli.run:run",
        N_("Watch the feeds and post: to Discord when a token is configured, else to this terminal."),
    ),
    "demo": ("bot.demo.command:demo", N_("The main job on sample feeds, offline, in this terminal.")),
    "check": ("bot.cli.check:check", N_("Name every mistake in the configuration, without connecting anywhere.")),
    "poll": ("bot.cli.poll:poll", N_("Look at every due feed once, store and queue; print one JSON object a feed.")),
    "feeds": ("bot.cli.feeds:feeds_group", N_("List, add, pause, try, import or export the feeds.")),
    "channels": ("bot.cli.channels.exchange:channels_group", N_("Export or import what channels are set to.")),
    "search": ("bot.cli.archive:search_items", N_("Find stored items by their words.")),
    "latest": ("bot.cli.archive:latest_stories", N_("The newest stored stories.")),
    "classify": ("bot.cli.classify:classify", N_("JSON Lines in, verdicts out, one line each.")),
    "explain": ("bot.cli.explain:explain", N_("Say why a text is, or is not, flagged.")),
    "learn": ("bot.cli.learn:learn", N_("Learn a watch's patterns from its documents.")),
    "watch": ("bot.cli.watches.new:watch_group", N_("Make a new watch from documents.")),
    "replay": ("bot.cli.replay:replay", N_("What another pattern set would gain and lose over the archive.")),
    "doctor": (
        "bot.cli.upkeep.doctor:doctor",
        N_("Look at everything that may be wrong: archive, copies, clock, feeds, channels, token."),
    ),
    "backup": ("bot.cli.upkeep.copies:backup", N_("Copy the archive, also while the bot runs.")),
    "restore": ("bot.cli.upkeep.copies:restore", N_("Put a copy in the place of the archive.")),
    "health": ("bot.cli.upkeep.health:health", N_("Exit 0 while the bot does its work, for container health checks.")),
}


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class _Option(click.Option):
    """An option of the program itself, made before a language is spoken."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """As click's, in the language that is spoken."""
        told = super().get_help_record(ctx)
        return told and (told[0], _(told[1]))


class _Commands(click.Group):
    """A group that imports a sub-command's module only when it is used; what members can ask comes from the desk."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As click's, in the language of the environment, and where what is printed finds no room, with one sentence
        and status 1."""
        try:
            teach_click()
            with speaking(terminal_language(os.environ)):
                return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno not in _NO_ROOM or error.filename is not None:
                raise
            _end_unheard(error)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """As click's, which keeps the one it has made, in the language that is spoken."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this message and exit.")
        return option

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's; a misspelt name gets the one that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], self.list_commands(ctx), 1, cutoff=0.6)
            if close:
                raise click.UsageError(
                    f"{error.message} {_('Did you mean {name}?').format(name=close[0])}", ctx
                ) from error
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS, *_asked()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return _asked().get(cmd_name) or self._by_another_name(ctx, cmd_name)
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        with speaking(ENGLISH):  # what it is made of; it is said below
            command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return said_command(command)

    def invoke(self, ctx: click.Context) -> Any:
        """As click's; what is wrong with a file is told as the system's reasons are elsewhere."""
        try:
            return super().invoke(ctx)
        except (click.BadParameter, click.FileError) as error:
            raise said_error(error)  # noqa: B904 - it is the same

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """As click's, which says them as they stand."""
        return [_(piece) for piece in super().collect_usage_pieces(ctx)]

    def _by_another_name(self, ctx: click.Context, name: str) -> click.Command | None:
        """What members can ask, as it is called in another language or by an alias."""
        from bot.desk.commands import find_command  # noqa: PLC0415

        known = find_command(name)
        ours = known and (known.cli or known.name)
        return self.get_command(ctx, ours) if ours and ours in self.list_commands(ctx) else None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_(self.help or ""))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(text)) for name, (_module, text) in _COMMANDS.items()])
        with formatter.section(_("Answers, as at the prompt")):
            formatter.write_dl([(name, command.short_help or "") for name, command in _asked().items()])


def _end_unheard(error: OSError) -> NoReturn:
    """Say why the output ends here. What is left of it goes nowhere, or Python would try to write it at its end."""
    from config.sentence import reason_of  # noqa: PLC0415 - it is seldom needed

    with contextlib.suppress(OSError):
        click.echo(_("The output cannot be written ({error}).").format(error=translated(reason_of(error))), err=True)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(1)


def _asked() -> dict[str, click.Command]:
    with speaking(ENGLISH):
        from bot.console.ask import asked  # noqa: PLC0415 - the desk, which no other command needs

    return asked(spoken())


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(None, "--version", cls=_Option, package_name="bluehelm", message="%(prog)s %(version)s")
def main() -> None:
    """Bluehelm: alerts on UN peacekeeping, learned from seed documents, with their sources shown."""


if __name__ == "__main__":
    main(prog_name="bluehelm")
