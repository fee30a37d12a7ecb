"""`bluehelm backup` and `bluehelm restore`: a copy of the archive, and its way back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import _, decimal, plural, plural_forms
from bot.wording.notices import notice_text
from feeds.model import Notice, NoticeKind
from feeds.store import StoreError
from feeds.store.db.lock import LockedError, holder

_db = click.option("--db", type=click.Path(path_type=Path), help=_("The database, instead of the settings' one."))
_json = click.option("--json", "as_json", is_flag=True, help=_("One JSON object instead of lines."))


@click.command()
@click.option(
    "--to", type=click.Path(path_type=Path), help=_("A file or folder for the copy, which is then kept for ever.")
)
@_db
@_json
@config_option
def backup(*, to: Path | None, db: Path | None, as_json: bool, config_file: Path | None) -> None:
    """Copy the archive, also while the bot runs: one checked file, put beside the archive into the folder backups.

    There the copies of the last day are kept, and the newest of seven days, four weeks and six months.
    """
    from feeds.store.upkeep.backups import BackupError, back_up, prune  # noqa: PLC0415 - not while help is said

    database, now = db or settings_or_exit(config_file).database, datetime.now(UTC)
    try:
        made = back_up(database, now, to)
    except BackupError as error:
        fail(_refused(database, error.problem, error.args_of), status=1)
    gone = prune(database, now) if to is None else []
    size = made.path.stat().st_size
    if as_json:
        click.echo(json.dumps({"path": str(made.path), "at": made.at.isoformat(), "bytes": size, "deleted": len(gone)}))
        return
    whole = _("{path}: the copy is whole, {megabytes} MB")
    click.echo(whole.format(path=made.path, megabytes=decimal(size / 1e6, ",.1f")))
    if gone:
        forms = plural_forms("{n} older copy was deleted.", "{n} older copies were deleted.")
        click.echo(plural(*forms, len(gone)))


def _refused(database: Path, problem: str, args: dict[str, object]) -> str:
    if problem == "missing":
        return _("{path}: there is no archive yet").format(path=database)
    if problem == "foreign":
        return _("{path}: is no archive of Bluehelm").format(path=database)
    if problem == "newer":
        form = _("{path}: was written by a newer version ({version}); update this program to use it")
        return form.format(path=database, version=args["version"])
    if problem == "there":
        return _("{path}: is there already; nothing is written over").format(path=args["path"])
    return notice_text(Notice(NoticeKind.BACKUP_FAILED, {"problem": problem, **args}))


@click.command()
@click.argument("copy", type=click.Path(path_type=Path))
@_db
@_json
@config_option
def restore(*, copy: Path, db: Path | None, as_json: bool, config_file: Path | None) -> None:
    """Put a copy in the place of the archive. The bot must be stopped.

    The copy is checked first and stays where it is; what it replaces is kept beside it under another name.
    """
    from feeds.store.upkeep.restore import put_back  # noqa: PLC0415 - not while help is said

    database = db or settings_or_exit(config_file).database
    try:
        done = put_back(database, copy, datetime.now(UTC))
    except LockedError as error:
        fail(str(error), *([_("Stop it first; nothing was changed.")] if holder(database) else []), status=1)
    except StoreError as error:
        fail(str(error), status=1)
    if as_json:
        told = {"database": str(database), "copied": done.copied and done.copied.isoformat(), "schema": done.schema}
        click.echo(json.dumps(told | {"aside": done.aside and str(done.aside)}))
        return
    of = done.copied.isoformat() if done.copied else _("an unknown time")
    click.echo(_("{database}: is now the copy of {time}").format(database=database, time=of))
    if done.aside:
        click.echo(_("What was there is kept as {file}.").format(file=done.aside))
