"""What the sub-commands share: reading the settings, and ending with a plain line instead of a traceback."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from bot.language import N_, _, translated
from config.envfile import read_env_file
from config.load import HOME, SettingsFile, read_settings
from config.schema import Settings
from config.sentence import Said, reason_of

#: The exit status for a mistake in the configuration.
MISTAKE = 2

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The settings file (default: BLUEHELM_CONFIG, else the project's config/bluehelm.toml)."),
)


def read_here(config_file: Path | None = None) -> SettingsFile:
    """The settings under this process's environment and the project's `.env`, with all that is wrong in them."""
    return read_settings(config_file, os.environ, read_env_file(os.environ, HOME.parent))


def settings_or_exit(config_file: Path | None = None) -> Settings:
    """The settings; every mistake goes to standard error and the program ends with status 2."""
    return file_or_exit(config_file).usable


def file_or_exit(config_file: Path | None = None) -> SettingsFile:
    """As `settings_or_exit`, with the places where the settings are written; its `usable` is there."""
    read = read_here(config_file)
    if read.mistakes:
        fail(*map(str, read.mistakes))
    return read


def transports_or_exit(read: SettingsFile) -> None:
    """End the program with a line for each mistake in the settings of the transports that would run."""
    from bot.transports import chosen, transport_mistakes  # noqa: PLC0415 - `classify` needs none

    if problems := list(transport_mistakes(read.usable, chosen(read.usable))):
        fail(*(str(read.mistake(*problem)) for problem in problems))


@contextmanager
def usable(database: Path) -> Iterator[None]:
    """End the program with one line and status 1 where the database gives way: locked, full or broken."""
    try:
        yield
    except sqlite3.Error as error:
        from feeds.store.db.connection import reason_in  # noqa: PLC0415 - `--help` needs no store

        why = translated(reason_in(error))
        fail(_("{database}: cannot be used ({error})").format(database=database, error=why), status=1)


def end_damaged(database: Path) -> NoReturn:
    """End the program whose database proved damaged while it ran: the file is set aside, where a check finds the same.
    Raises LockedError."""
    from feeds.store.db.lock import lock  # noqa: PLC0415 - `classify` needs no store
    from feeds.store.upkeep.damage import damaged  # noqa: PLC0415

    try:
        with lock(database):
            told = damaged(database, datetime.now(UTC), suspected=True)
    except OSError as error:
        told = Said("{file}: is damaged and cannot be set aside ({error})", file=database, error=reason_of(error))
    passing = _("{database}: proved damaged, but a check finds nothing wrong; start again, and have the disk looked at")
    fail(told or passing.format(database=database), status=1)


def fail(*lines: str, status: int = MISTAKE) -> NoReturn:
    """End the program with these lines on standard error."""
    for line in lines:
        click.echo(translated(line), err=True)
    raise SystemExit(status)
