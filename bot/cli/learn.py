"""`bluehelm learn`: a watch's patterns, learned anew from its documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import N_, _, numeral, translated
from config.sentence import reason_of
from seeds.lexicon.files import LexiconError
from seeds.watchfolder import watch_names

if TYPE_CHECKING:
    from seeds.relevance.patterns import PatternSet

WATCH_FILE = "watch.toml"
_SHOWN = 12
_LEAST_ITEMS = 1_000  # labelled items from which the weights in use are learned anew


@click.command()
@click.argument(
    "documents", metavar=N_("[DIR]"), required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--watch", "watch_name", help=N_("The watch that learns (default: every one; with DIR the first enabled).")
)
@click.option("--out", type=click.Path(path_type=Path), help=N_("Write there (default: patterns.toml)."))
@click.option("--check", is_flag=True, help=N_("Write nothing; exit 1 when learning would change anything."))
@click.option("--weights", is_flag=True, help=N_("Learn how items are read (tier, toll, place) from labelled items."))
@click.option(
    "--feedback", is_flag=True, help=N_("Propose weights from what members said of alerts; nothing is taken.")
)
@config_option
def learn(  # noqa: PLR0917 - click names them
    documents: Path | None,
    watch_name: str | None,
    out: Path | None,
    check: bool,
    weights: bool,
    feedback: bool,
    config_file: Path | None,
) -> None:
    """Learn patterns from a watch's documents against its near misses.

    DIR is a watch's folder, or any folder of .md and .txt documents, which then stand in for the watch's own. The
    result is the watch's patterns.toml: readable, sorted, the same every time. Review it like code.

    With --weights what is learned is how items are read, from the labelled items that come with the program; all
    watches share it. What the items in DIR teach instead is written to --out, a folder, and not used by itself. With
    --feedback what members said of alerts in the archive is added to these items; what that would change is told, and
    the proposal written to --out, a folder.
    """
    settings = settings_or_exit(config_file)
    if weights and feedback:
        fail(_("--weights learns anew, --feedback only proposes: give one of them."))
    if feedback and check:
        fail(_("--feedback changes nothing, so there is nothing to --check: leave it out."))
    if weights or feedback:
        first = next((watch.name for watch in settings.watch if watch.enabled), None) or fail(_("No watch is enabled."))
        folder = settings.watches / (watch_name or first)
        if feedback:
            _feedback(folder, documents, settings.database, out)
        else:
            _weigh(folder, documents, out, check)
        return
    known = watch_names(settings.watches)
    if watch_name is not None and watch_name not in known:
        fail(_("There is no watch {name!r}; there is {names}.").format(name=watch_name, names=", ".join(known)))
    if documents is not None and (documents / WATCH_FILE).is_file():
        folders, documents = [documents], None
    elif watch_name is None and (documents or out):
        folders = [settings.watches / watch.name for watch in settings.watch if watch.enabled][:1]
    else:
        folders = [settings.watches / name for name in ([watch_name] if watch_name else known)]
    changed = [_learn(folder, documents, out, check) for folder in folders]
    if check and any(changed):
        raise SystemExit(1)


def _feedback(folder: Path, items: Path | None, database: Path, out: Path | None) -> None:
    from bot.cli.proposal import propose  # noqa: PLC0415
    from seeds.learning.items import ITEMS, read_items  # noqa: PLC0415
    from seeds.watch import load_watch  # noqa: PLC0415

    try:
        propose(load_watch(folder), database, read_items(sorted((items or ITEMS).glob("*.jsonl"))), out)
    except LexiconError as error:
        fail(str(error))


def _weigh(folder: Path, items: Path | None, out: Path | None, check: bool) -> None:
    from feeds.stories.lessons import STORY_LESSONS  # noqa: PLC0415
    from seeds.learning.items import ITEMS, read_items  # noqa: PLC0415
    from seeds.learning.teach import taught  # noqa: PLC0415
    from seeds.watch import load_watch  # noqa: PLC0415
    from seeds.weights import WEIGHTS  # noqa: PLC0415

    files = sorted((items or ITEMS).glob("*.jsonl"))
    if not files:
        fail(_("{items}: there are no labelled items (*.jsonl) to learn from").format(items=items or ITEMS))
    try:
        known = list(read_items(files))
        if not known:
            fail(_("{items}: there are no labelled items in its files to learn from").format(items=items or ITEMS))
        if not (out or check):
            _fit(items or ITEMS, ITEMS, len(known))
        texts = taught(load_watch(folder), known, STORY_LESSONS)
    except LexiconError as error:
        fail(str(error))
    _put_all({(out or WEIGHTS) / f"{name}.toml": text for name, text in texts.items()}, check)


def _fit(items: Path, shipped: Path, number: int) -> None:
    """Refuse items from which the weights in use must not be learned anew."""
    if items.resolve() != shipped.resolve():
        fail(
            _(
                "{items}: its items are not those that come with the program; --out DIR says where their weights go."
            ).format(items=items)
        )
    if number < _LEAST_ITEMS:
        fail(
            _("{items}: {number} items are too few to learn the weights in use from; it takes {least}.").format(
                items=items, number=number, least=numeral(_LEAST_ITEMS)
            )
        )


def _put_all(texts: Mapping[Path, str], check: bool) -> None:
    """Write the weights that differ, all or none, and tell of each; exit 1 when `check` finds one that does."""
    from seeds.learning.written import write_together  # noqa: PLC0415

    try:
        changed = {target: text for target, text in texts.items() if _differs(text, target)}
        if not check:
            for folder in {target.parent for target in changed}:
                folder.mkdir(parents=True, exist_ok=True)
            write_together(changed)
    except OSError as error:
        fail(
            _("{path}: cannot be written ({error})").format(path=next(iter(texts)), error=translated(reason_of(error))),
            status=1,
        )
    for target, text in texts.items():
        state = _("unchanged") if target not in changed else _("would change") if check else _("written")
        click.echo(
            _("{name}: {n} weights, {target} {state}").format(
                name=target.stem, n=text.count(chr(10)) - 4, target=target, state=state
            )
        )
    if check and changed:
        raise SystemExit(1)


def _learn(folder: Path, documents: Path | None, out: Path | None, check: bool) -> bool:
    try:
        from seeds.learning.study import relearn  # noqa: PLC0415

        learned = relearn(folder, documents)
    except ModuleNotFoundError as error:
        fail(_("Learning needs {name}: install Bluehelm with its `learn` extra.").format(name=error.name), status=1)
    except LexiconError as error:
        fail(str(error))
    target = out or folder / "patterns.toml"
    try:
        changed = _put(learned.dump(), target, check)
    except (OSError, UnicodeDecodeError) as error:
        why = translated(reason_of(error)) if isinstance(error, OSError) else str(error)
        fail(_("{target}: cannot be used ({error})").format(target=target, error=why), status=1)
    _tell(folder.name, learned, target, changed, check)
    return changed


def _put(text: str, target: Path, check: bool) -> bool:
    """Write the patterns where they differ, with `check` nothing; whether they differ."""
    from seeds.learning.written import write_together  # noqa: PLC0415

    changed = _differs(text, target)
    if changed and not check:
        write_together({target: text})
    return changed


def _differs(text: str, target: Path) -> bool:
    return not target.exists() or target.read_text(encoding="utf-8") != text


def _tell(name: str, learned: PatternSet, target: Path, changed: bool, check: bool) -> None:
    state = _("unchanged") if not changed else _("would change") if check else _("written")
    click.echo(
        _("{name}: {patterns} patterns from {documents} documents, {target} {state}").format(
            name=name, patterns=len(learned.patterns), documents=len(learned.sources), target=target, state=state
        )
    )
    best = [pattern for pattern in learned.patterns if pattern.weight > 0][:_SHOWN]
    for pattern in best:
        click.echo(f"  {pattern.weight:6.2f}  {pattern.text}  ({pattern.kind}, {pattern.language})")
