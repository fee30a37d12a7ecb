"""Where the answers about watches meet what keeps these current."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.desk.watching.about import AboutWatch, about_watch
from bot.language import _, translated
from bot.wording.formats import clean, cut, in_a_row
from feeds.store import Store
from feeds.watching.live import ChangeMade, LiveWatches
from feeds.watching.model import changes_of
from feeds.worker.process import SetupError, StartError
from seeds.lexicon.files import LexiconError
from seeds.watchfolder import watch_names


def watching_of(question: Question) -> LiveWatches:
    """What keeps the watches current. Raises Trouble where nothing does."""
    if question.house.watching is None:
        raise Trouble(_("The watches cannot be seen or changed from here."))
    return question.house.watching


async def folder_of(question: Question, name: str) -> Path:
    """The folder of the watch that is named, in whatever case. Raises Trouble."""
    watching = watching_of(question)
    known = await asyncio.to_thread(watch_names, watching.root)
    if name.casefold() in known:
        return watching.root / name.casefold()
    close = get_close_matches(name.casefold(), known, 1)
    hint = _("There are: {names}.").format(names=", ".join(known[:20]))
    if close:
        hint = _("Did you mean {name}?").format(name=close[0])
    wrong = _("There is no watch “{name}”.").format(name=cut(clean(name), 40)) if name else _("Name a watch.")
    raise Trouble(in_a_row(wrong, hint))


async def read_about(question: Question, folder: Path) -> AboutWatch:
    """What there is to tell of a watch. Raises Trouble."""
    changes = changes_of(folder.name, watching_of(question).kept)
    try:
        return await asyncio.to_thread(about_watch, folder, changes)
    except LexiconError as error:
        raise Trouble(unusable(folder.name, translated(str(error)))) from error


async def change_watch(question: Question, made: ChangeMade, write: Callable[[Store], None]) -> None:
    """Use what was changed and keep it. Raises Trouble where a watch cannot be used so; then nothing has changed."""
    try:
        await watching_of(question).change(made, write)
    except SetupError as error:
        raise Trouble(
            _("Nothing was changed: a watch cannot be used. {why}").format(why=_first(translated(str(error))))
        ) from error
    except StartError as error:
        raise Trouble(_("Nothing was changed: the process that reads did not start. The log says why.")) from error


def unusable(name: str, why: str) -> str:
    """Why a watch cannot be used: the first of what is wrong in its files, without where they lie."""
    return _("The files of {name} cannot be used: {why}").format(name=name, why=_first(why))


def _first(text: str) -> str:
    """The first line of a mistake; of a path only the file."""
    line = next(iter(text.splitlines()), "")
    path, _colon, rest = line.partition(":")
    return cut(clean(f"{Path(path).name}:{rest}" if "/" in path else line), 200)
