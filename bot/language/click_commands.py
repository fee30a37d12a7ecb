"""The program's commands in the language that is spoken: they are made in English, when their modules are loaded, and
every time that one is asked for its help, its options and what stands for their values are said anew."""

from __future__ import annotations

from copy import copy
from inspect import cleandoc

import click

from bot.language import _, translated


def said_command(command: click.Command) -> click.Command:
    """The command with its help, its options and its sub-commands in the language that is spoken."""
    told = copy(command)
    told.help = _(cleandoc(command.help)) if command.help else None
    told.options_metavar = _("[OPTIONS]")
    told.params = [_said_parameter(one) for one in command.params]
    if isinstance(told, click.Group):
        told.subcommand_metavar = _("COMMAND [ARGS]...")
        told.commands = {name: said_command(one) for name, one in told.commands.items()}
    return told


def _said_parameter(one: click.Parameter) -> click.Parameter:
    told = copy(one)
    told.metavar = one.metavar and _(one.metavar)
    told.type = copy(one.type)
    told.type.name = _(one.type.name)
    if isinstance(told, click.Option) and told.help:
        told.help = _(told.help)
    return told


def said_error(error: click.BadParameter | click.FileError) -> click.ClickException:
    """The error with the system's reason, with which click ends a file's name, in the language that is spoken."""
    from config.sentence import reason_of  # noqa: PLC0415 - `--help` needs none

    why = error.__context__
    if not isinstance(why, OSError) or not why.strerror or not error.message.endswith(why.strerror):
        return error
    reason = translated(reason_of(why))
    if isinstance(error, click.FileError):
        return click.FileError(error.ui_filename, reason)
    told = error.message.removesuffix(why.strerror) + reason
    return click.BadParameter(told, error.ctx, error.param, error.param_hint)
