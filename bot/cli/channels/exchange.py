"""`bluehelm channels export|import`: what channels are set to, as tables of the settings' file."""

from __future__ import annotations

from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.language import N_, _, plural
from bot.wording.formats import in_a_row
from config.load import SettingsFile, read_settings
from config.mistakes import Mistake, by_line
from config.schema import Settings

if TYPE_CHECKING:
    from bot.channels.taking import TakenSettings


@click.group()
def channels_group() -> None:
    """Write down what channels are set to, or set them as written."""


@channels_group.command("export")
@click.argument("file", metavar=N_("[FILE]"), type=click.File("w", encoding="utf-8"), default="-")
@config_option
def export_channels(*, file: IO[str], config_file: Path | None) -> None:
    """Write what channels are set to, in the file and in chat, to FILE or to standard output.

    It is TOML: `bluehelm channels import` takes it, and it may stand in the settings' file.
    """
    from bot.channels.tables import channel_tables, toml_text  # noqa: PLC0415 - `--help` needs no store
    from feeds.store import Store, StoreError  # noqa: PLC0415

    settings = settings_or_exit(config_file)
    try:
        with usable(settings.database), Store(settings.database, read_only=True) as store:
            pairs = [(one, store.subscriptions.of_channel(one.name)) for one in store.subscriptions.listeners()]
    except StoreError as error:
        fail(str(error), status=1)
    file.write(toml_text(channel_tables(pairs)))


@channels_group.command("import")
@click.argument("file", metavar=N_("FILE"), type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help=N_("Only look for mistakes."))
@config_option
def import_channels(*, file: Path, dry_run: bool, config_file: Path | None) -> None:
    """Set channels as the [[channel]] tables of a TOML FILE say, as if it were done in chat.

    Every mistake is named first, as `check` does. What a table leaves out has its default; what the file does not
    name stays as it is. A running bot follows at once.
    """
    settings = settings_or_exit(config_file)
    read = read_settings(file, {})
    found = by_line((*read.mistakes, *_mistakes(read, settings)))
    if found or read.settings is None:
        fail(*map(str, found))
    if dry_run:
        click.echo(plural("{n} table, no mistake.", "{n} tables, no mistake.", len(read.settings.channel)))
        return
    taken = _take(settings, read.settings)
    wanted = plural("{n} thing is wanted that was not.", "{n} things are wanted that were not.", taken.wanted)
    click.echo(in_a_row(wanted, plural("{n} setting changed.", "{n} settings changed.", taken.changed)))


def _mistakes(read: SettingsFile, settings: Settings) -> list[Mistake]:
    """What is wrong with the tables among the settings that hold here."""
    from bot.checks import settings_mistakes  # noqa: PLC0415 - `--help` needs none of it

    if read.settings is None:
        return []
    others = sorted({str(path[0]) for path in read.lines} - {"channel"})
    found = [read.mistake((name,), _("is not imported: only [[channel]] tables are")) for name in others]
    if not (read.settings.channel or read.mistakes or found):
        found.append(read.mistake(("channel",), _("none is there")))
    together = settings.model_copy(update={"channel": read.settings.channel})
    problems = [read.mistake(*one) for one in settings_mistakes(together) if one[0][0] == "channel"]
    return [*found, *(one for one in problems if read.sound(one.key))]


def _take(settings: Settings, given: Settings) -> TakenSettings:
    """Set it; the program ends where the archive cannot be written."""
    from bot.channels.taking import take_settings  # noqa: PLC0415 - `--help` needs no store
    from bot.delivery.destinations import destinations  # noqa: PLC0415
    from bot.transports import ONE_PLACE  # noqa: PLC0415
    from feeds.store import Store, StoreError  # noqa: PLC0415

    pairs = destinations(Settings(channel=given.channel), dict.fromkeys(ONE_PLACE, False))
    try:
        with usable(settings.database):
            Store(settings.database, read_only=True).close()  # neither made nor upgraded from here
            with Store(settings.database) as store:
                return take_settings(store, pairs, f"{getuser()} (shell)", datetime.now(UTC))
    except StoreError as error:
        fail(str(error), status=1)
