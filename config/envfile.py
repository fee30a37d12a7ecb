"""The file `.env`, read as data by the rules of Docker's env_file: nothing in it is ever run, and no value is repeated.

    NAME=value      blanks around the name and the value are dropped; so is a comment, a # with a blank before it
    NAME='value'    taken as it stands, over several lines too; \\' is a quote
    NAME="value"    the same, and \\n \\r \\t \\\\ \\" \\$ mean what they do in a shell
    # comment       nothing, as are empty lines; `export` before a name changes nothing

The last line for a name counts. A $ outside single quotes would refer to other variables, and is a mistake here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.mistakes import Mistake
from config.sentence import Said, reason_of, strung, why_unread
from config.toml import TomlError, read_text

ENV_FILE = "BLUEHELM_ENV_FILE"
"""Names another file than `.env` in the project's folder; empty for none."""

_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*[=:]")
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NOTHING = re.compile(r"[ \t]*(?:#.*)?$")
_COMMENT = re.compile(r"[ \t]#.*$")
_DOLLAR = Said("has a $, which Docker takes for another variable: put the value into single quotes")
_PAIR = re.compile(r"\\.?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What an environment file sets, the line of each variable, and what is wrong in it."""

    file: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    def under(self, env: Mapping[str, str]) -> dict[str, str]:
        """The environment with what only the file sets; one that has NAME or NAME_FILE wins over both of the file."""
        taken = {name.removesuffix("_FILE") for name in env}
        return {**{name: one for name, one in self.values.items() if name.removesuffix("_FILE") not in taken}, **env}

    def placed(self, mistake: Mistake, env: Mapping[str, str]) -> Mistake:
        """A mistake in a variable, at the place in the file where that is set, unless the environment sets it."""
        name = mistake.where
        if name in env or name not in self.lines:
            return mistake
        key, text = (mistake.key, strung(" ", (name, mistake.text))) if mistake.key else (name, mistake.text)
        return Mistake(str(self.file), key, text, self.lines[name])


NO_ENV_FILE = EnvFile()


def read_env_file(env: Mapping[str, str], home: Path) -> EnvFile:
    """The file that BLUEHELM_ENV_FILE names, else `.env` in `home`, which need not be there. Never raises."""
    named = env.get(ENV_FILE)
    if named is not None and not named.strip():
        return NO_ENV_FILE
    file = home / ".env" if named is None else Path(named.strip())
    try:
        return parse_env_file(read_text(file), file)
    except FileNotFoundError as error:
        if named is None:
            return NO_ENV_FILE
        told = Said("names {file}, which cannot be read ({error})", file=file, error=reason_of(error))
        return EnvFile(file, mistakes=(Mistake(ENV_FILE, "", told),))
    except OSError as error:
        return EnvFile(file, mistakes=(Mistake(str(file), "", why_unread(error)),))
    except TomlError as error:
        return EnvFile(file, mistakes=(Mistake(str(file), "", str(error), error.line),))


def parse_env_file(text: str, file: Path) -> EnvFile:
    """The variables of a file's text, in time that grows with its length."""
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    mistakes: list[Mistake] = []
    for line, name, value, wrong in _entries(text.replace("\r\n", "\n")):
        if wrong:
            mistakes.append(Mistake(str(file), name, wrong, line))
        else:
            values[name], lines[name] = value, line
    return EnvFile(file, values, lines, tuple(mistakes))


def _entries(text: str) -> Iterator[tuple[int, str, str, str]]:
    """(line, name, value, mistake) for each entry; what has no readable name is not repeated, it may be a secret."""
    rows = text.split("\n")
    at = 0
    while at < len(rows):
        first, row = at, rows[at]
        at += 1
        if _NOTHING.match(row):
            continue
        named = _NAME.match(row)
        if named is None:
            yield first + 1, "", "", Said("is no NAME=value; a name holds letters, digits and _")
            continue
        value, wrong, at = _value(rows, first, row[named.end() :])
        yield first + 1, named[1], value, wrong


def _value(rows: list[str], first: int, rest: str) -> tuple[str, str, int]:
    """The value that begins in a row, what is wrong with it, and the row after it."""
    stated, rest = rest, rest.lstrip(" \t")
    if rest[:1] not in ("'", '"'):
        value = _COMMENT.sub("", stated).strip(" \t")
        return value, _DOLLAR if "$" in value else "", first + 1
    end = _closed(rows, first, rest)
    whole, single = "\n".join([rest, *rows[first + 1 : end]]), rest[0] == "'"
    found = _SINGLE.match(whole) if single else _DOUBLE.match(whole)
    if found is None:
        return "", Said("has no {quote} at its end", quote=rest[0]), first + 1
    if not _NOTHING.match(found.string, found.end()):
        return "", Said("has something behind the closing quote"), end
    if single:
        return found[1].replace("\\'", "'"), "", end
    if "$" in _ESCAPE.sub("", found[1]):
        return "", _DOLLAR, end
    return _ESCAPE.sub(lambda one: _ESCAPED.get(one[1], one[1]), found[1]), "", end


def _closed(rows: list[str], first: int, rest: str) -> int:
    """The row after the one that closes the quote with which `rest` begins, else after the first."""
    if rest[0] in _PAIR.sub("", rest[1:]):
        return first + 1
    for at in range(first + 1, len(rows)):
        if rest[0] in _PAIR.sub("", rows[at]):
            return at + 1
    return first + 1
