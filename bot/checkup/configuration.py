"""Every mistake of the configuration at once, and what will not work, for `bluehelm check` and `bluehelm doctor`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.checks import mistakes_in, warnings_in
from bot.language import translated
from config.load import SettingsFile
from config.mistakes import Mistake, by_line
from feeds.catalog import CatalogError, load_catalog
from feeds.watching.kept import kept_changes, settings_now
from seeds.watchcheck import watch_mistakes
from seeds.weights import weights_mistakes


def configuration(read: SettingsFile) -> tuple[list[Mistake], list[Mistake]]:
    """The mistakes in the settings, the catalogue and the watches, and the warnings that do not follow from them."""
    in_settings = by_line((*read.mistakes, *mistakes_in(read)))
    return [*in_settings, *_in_files(read)], _independent(warnings_in(read), in_settings)


def _independent(warnings: Iterable[Mistake], mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The warnings that neither say again nor follow from what is wrong: in the same value or the same entry of a list,
    or, where a watch is said to be told nowhere, in where a channel tells which watch."""
    keys = {one.key for one in mistakes}
    entries = {_entry(key) for key in keys}
    lost = any(re.fullmatch(r"channel(\[\d+\](\.(watch|transport))?)?", key) for key in keys)
    found = (one for one in warnings if not (lost and re.fullmatch(r"channel|watch\[\d+\]", one.key)))
    return [one for one in found if _entry(one.key) not in entries and re.split(r"[.\[]", one.key)[0] not in keys]


def _entry(key: str) -> str:
    """The entry of a list that a key is in, else the key itself."""
    listed = re.match(r"\w+\[\d+\]", key)
    return listed[0] if listed else key


def _in_files(read: SettingsFile) -> Iterator[Mistake]:
    """What is wrong in the catalogue, in the watches' folders, as far as the settings say where these are, and in how
    items are read."""
    if read.settings is not None and read.sound("feeds") and _is_there(read, "feeds", read.settings.feeds):
        try:
            load_catalog(read.settings.feeds)
        except CatalogError as error:
            yield from error.found
    found: list[str] = []
    if read.settings is not None and read.sound("watches") and _is_there(read, "watches", read.settings.watches):
        now = settings_now(read.settings, kept_changes(read.settings.database))
        named = [watch.name for at, watch in enumerate(now.watch) if read.sound(f"watch[{at + 1}].name")]
        found += [told for name in dict.fromkeys(named) for told in watch_mistakes(read.settings.watches / name)]
    once = dict.fromkeys((*found, *weights_mistakes()))
    yield from (_placed(translated(one)) for one in once)  # a watch meets some of these itself


def _is_there(read: SettingsFile, key: str, path: Path) -> bool:
    """Whether a path may be missed: not where the line that names another may be the one that cannot be read."""
    return read.stated((key,)) or path.exists()


def _placed(told: str) -> Mistake:
    """What a watch's files tell as a line, with file and line as fields."""
    found = re.match(r"(.+?\.\w+):(?:(\d+):)? ", told)
    if found is None:
        return Mistake("", "", told)
    return Mistake(found[1], "", told[found.end() :], int(found[2]) if found[2] else None)
