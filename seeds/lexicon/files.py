"""Reading the lexicon's files: tables of what has no language, and in `languages/` one file for each language.

A language's file holds a section for each subject it has words for. What a section says of a concept that a table
beside `languages/` defines is filled in there: `[roles] un = ["ONU"]` of `fr.toml` gives the concept `un` of
`roles.toml` its French forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.sentence import Said, placed, strung, why_unread, worded
from config.toml import TomlError, read_text, read_toml

FOLDER = Path(__file__).parent
#: Sections that stand for themselves, …
BY_LANGUAGE = frozenset({"adjectives", "affixes", "harm", "months", "names", "numbers", "scene"})
#: … and those that give the concepts of the table of that name their words.
BY_CONCEPT = frozenset({"attacks", "boilerplate", "documents", "others", "roles", "symbols", "tiers", "topics"})


class LexiconError(ValueError):
    """A lexicon or watch file says something that cannot be used; the message names file and line or key."""


def read_table(path: Path) -> dict[str, Any]:
    """A TOML file. Raises LexiconError with file and line when it cannot be read."""
    try:
        return read_toml(read_text(path))
    except OSError as error:
        raise LexiconError(strung(": ", (str(path), why_unread(error)))) from error
    except TomlError as error:
        raise LexiconError(error.at(str(path))) from error


def read_columns(path: Path) -> dict[str, dict[str, str]]:
    """A file of tab-separated columns: a header, then a key a line with its cells by column, empty ones left out.

    Lines that begin with `#` say nothing. Raises LexiconError with file and line when it cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(placed(path, error)) from error
    rows = [(number, line.split("\t")) for number, line in enumerate(lines, 1) if not line.startswith("#")]
    (_, (_, *columns)), *rest = rows
    found = {}
    for number, (key, *cells) in rest:
        if len(cells) != len(columns):
            form = worded("{path}: line {number} has {cells} cells, not {columns}")
            raise LexiconError(Said(form, path=path, number=number, cells=len(cells), columns=len(columns)))
        found[key] = {column: cell for column, cell in zip(columns, cells, strict=True) if cell}
    return found


class LanguageFiles:
    """The files of `languages/` in `folder`, of which only the sections asked for are parsed.

    Languages come in the order of `precedence.toml`, those that it does not name after the others by their code.
    """

    def __init__(self, folder: Path) -> None:
        order: list[str] = read_table(folder / "precedence.toml")["order"]
        rank = {code: place for place, code in enumerate(order)}
        found = (folder / "languages").glob("*.toml")
        self.paths = sorted(found, key=lambda path: (rank.get(path.stem, len(rank)), path.stem))
        self._unread: dict[str, dict[Path, bytes]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"paths": self.paths, "_unread": None}  # kept without the texts

    def section(self, name: str) -> dict[str, dict[str, Any]]:
        """A section of every language that has it, by code. Raises LexiconError with file and line."""
        if self._unread is None:
            self._unread = _unread(self.paths)
        unread = self._unread.pop(name, None)  # most are asked for once; the text is let go with the answer
        if unread is None:
            unread = _unread(self.paths).get(name, {})
        return {path.stem: _section(path, name, text) for path, text in unread.items()}

    def fill(self, name: str, table: dict[str, Any]) -> dict[str, Any]:
        """`table` with what every language says of its keys: a list gets longer, a table one more entry.

        Raises LexiconError with file and key when a language speaks of something that the table does not define.
        """
        for code, section in self.section(name).items():
            try:
                _fill(table, section, code)
            except KeyError as error:
                form = worded("languages/{code}.toml: [{name}] {error} is not what {name}.toml defines")
                raise LexiconError(Said(form, code=code, name=name, error=error)) from error
        return table


def _unread(paths: Iterable[Path]) -> dict[str, dict[Path, bytes]]:
    """The text of every section of the files by its name: to cut it costs little, to parse it most of a start."""
    found: dict[str, dict[Path, bytes]] = {}
    for path in paths:
        try:
            pieces = (b"\n" + path.read_bytes()).split(b"\n[")[1:]
        except OSError as error:
            raise LexiconError(placed(path, error)) from error
        for piece in pieces:
            name = re.split(rb"[].\s]", piece, maxsplit=1)[0].decode("ascii", "replace")
            known = found.setdefault(name, {})
            known[path] = known.get(path, b"") + b"\n[" + piece
    return found


def _section(path: Path, name: str, text: bytes) -> dict[str, Any]:
    try:
        section: dict[str, Any] = read_toml(text.decode("utf-8"))[name]
    except (UnicodeDecodeError, TomlError, KeyError) as error:
        read_table(path)  # says the line of the file, not of the piece
        raise LexiconError(strung(" ", (f"{path}: [{name}]", str(error)))) from error
    return section


def _fill(table: dict[str, Any], words: Mapping[str, Any], code: str) -> None:
    for key, value in words.items():
        known = table.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            _fill(known, value, code)
        elif isinstance(known, dict):
            known[code] = value
        elif isinstance(known, list) and isinstance(value, list):
            known.extend(value)
        else:
            raise KeyError(key)
