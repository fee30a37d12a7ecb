"""`bluehelm watch new`: a whole watch from a handful of documents."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.learn import WATCH_FILE
from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import N_, _, plural, translated
from bot.wording.causes import cause_text
from config.sentence import reason_of, strung
from seeds.lexicon.files import LexiconError

if TYPE_CHECKING:
    from config.schema import Settings
    from feeds.model import Cause
    from seeds.learning.documents import Sample
    from seeds.making.write import WatchDraft

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@click.group()
def watch_group() -> None:
    """Make a new watch."""


@watch_group.command()
@click.argument("name", metavar=N_("NAME"))
@click.argument("documents", metavar=N_("DOCUMENT..."), nargs=-1, required=True)
@click.option("--mission", help=N_("The mission's key in the lexicon (default: the one the documents name most)."))
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help=N_("Default: the settings' watches."))
@click.option("--force", is_flag=True, help=N_("Write over a watch of that name; what was added by hand stays."))
@config_option
def new(
    name: str,
    documents: tuple[str, ...],
    mission: str | None,
    into: Path | None,
    config_file: Path | None,
    *,
    force: bool,
) -> None:
    """Make the watch NAME from documents.

    A DOCUMENT is a file (.md, .txt, .html) or an http(s) address. The watch is a folder: its documents, watch.toml,
    gazetteer.toml and patterns.toml, in which each entry names the document that taught it. Review them like code.
    """
    settings = settings_or_exit(config_file)
    target = (into or settings.watches) / name
    if not _NAME.fullmatch(name):
        fail(_("{name!r} is no name for a watch: small letters, digits, - and _, at most 40.").format(name=name))
    if (target / WATCH_FILE).exists() and not force:
        fail(_("{target}: there is a watch already; --force writes over it.").format(target=target))
    try:
        samples = _read(documents, settings)
        from seeds.making.folder import make_folder  # noqa: PLC0415 - wordfreq
        from seeds.making.make import draft, unnamed  # noqa: PLC0415 - as above

        made = draft(samples, mission)
        make_folder(made, samples, target)
    except ModuleNotFoundError as error:
        fail(_("Learning needs {name}: install Bluehelm with its `learn` extra.").format(name=error.name), status=1)
    except LexiconError as error:
        fail(str(error))
    except OSError as error:
        fail(
            _("{target}: cannot be written ({error})").format(target=target, error=translated(reason_of(error))),
            status=1,
        )
    _tell(made, samples, target)
    if unnamed(samples, made.mission):
        click.echo(
            "  "
            + _("Warning: none of the documents names {key}; is it the mission that is meant?").format(
                key=made.mission.key
            )
        )


def _read(documents: Sequence[str], settings: Settings) -> list[Sample]:
    """The documents as samples. Raises LexiconError with a sentence for each that cannot be used."""
    from feeds.web.documents import Unusable, document_file, document_pages  # noqa: PLC0415 - trafilatura

    addresses = [one for one in documents if _ADDRESS.match(one)]
    pages = asyncio.run(document_pages(addresses, settings.poll)) if addresses else {}
    found = [pages[one] if one in pages else document_file(Path(one)) for one in documents]
    if refused := [_sentence(one.source, one.why) for one in found if isinstance(one, Unusable)]:
        raise LexiconError(strung("\n", refused))
    samples = {one.id: one for one in found if not isinstance(one, Unusable)}
    if len(samples) < len(documents):
        raise LexiconError(_("two of the documents have one name; each needs its own"))
    return list(samples.values())


def _sentence(source: str, why: Cause | str) -> str:
    """Why a document cannot be used, as the operator reads it."""
    told = why if isinstance(why, str) else cause_text(why)
    return strung(": ", filter(None, (source, told)))


def _tell(made: WatchDraft, samples: Sequence[Sample], target: Path) -> None:
    taught = sum("by" in place for place in made.places)
    click.echo(
        _("{name}: {title}, from {documents}, in {target}").format(
            name=target.name,
            title=made.title,
            documents=plural("{n} document", "{n} documents", len(samples)),
            target=target,
        )
    )
    click.echo(
        "  "
        + _(
            "{places} places ({taught} named by the documents), {people} people, {resolutions} resolutions, "
            "{names} further names"
        ).format(
            places=len(made.places),
            taught=taught,
            people=len(made.people),
            resolutions=len(made.resolutions),
            names=len(made.aliases),
        )
    )
    click.echo("  " + _("Review the files, then add the watch to your settings."))
