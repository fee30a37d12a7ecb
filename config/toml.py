"""TOML as every reader here takes it: each mistake of its syntax has its line and plain words, and hides no other."""

from __future__ import annotations

import re
import sys
import tomllib
from errno import ENOENT
from pathlib import Path
from typing import Any

from config.sentence import Said, worded

_DIGITS = re.compile("[0-9_]+")
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_BEGINS = re.compile(r"""\s*+(?:\[+[^\[\],#]*\]|\[+\s*[\w"'-]|[\w"'.\s-]++=)""")
_HEADER = re.compile(r"""\s*\[""")
_LONGEST = 16 << 20  # bytes
_FURTHEST = 200  # lines that one broken statement may have
_MOST = 20  # mistakes of syntax that one file is asked for

# What Python's reader says -> what an operator understands.
_PLAIN = (
    (
        re.compile(r"Cannot (?:declare|redefine namespace) \((?P<name>[^()]+?),?\)(?: twice)?"),
        worded("the table [{name}] stands twice: put the keys of both under one"),
    ),
    (
        re.compile(r"Cannot (?:overwrite a value|mutate immutable namespace \(.*)"),
        worded("this key or table stands twice"),
    ),
    (re.compile(r"Duplicate inline table key '?(?P<name>.+?)'?"), worded("the key {name} stands twice")),
    (
        re.compile(r"""(?:Unterminated string|Illegal character '\\n'|Expected ["']{3,5})"""),
        worded("a quote is not closed"),
    ),
    (
        re.compile(r"Expected '\]+' at the end of an? \w+ declaration"),
        worded("the header is not closed: [table] or [[table]]"),
    ),
    (re.compile(r"Expected '=' after a key in .+"), worded("there is no = between a key and its value")),
    (
        re.compile("Expected newline or end of document after .+"),
        worded("something follows the value, or text lacks its quotes"),
    ),
    (re.compile(r"Unclosed array"), worded("a list is not closed, or lacks a comma")),
    (re.compile(r"Unclosed inline table"), worded("a table in braces is not closed, or lacks a comma")),
    (re.compile(r"Invalid (?:statement|initial character for a key part)"), worded("this is no key with a value")),
    (re.compile(r"Invalid date or datetime"), worded("the date or the time is none")),
    (re.compile(r"Found invalid character .+|Illegal character .+"), worded("a character does not belong here")),
    (
        re.compile(r"Unescaped '\\' in a string|Invalid hex value|Escaped character is not .+"),
        worded("a backslash in double quotes stands for something else: write it twice, or use single quotes"),
    ),
    (re.compile(r"Invalid value"), worded("the value is none: text stands in quotes, true and false in small letters")),
)


class TomlError(tomllib.TOMLDecodeError):
    """A text is no TOML; the message says why in plain words, `line` (from 1) where, if that is known."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.line = line

    def at(self, where: str) -> str:
        """The mistake as a line, with the file that it is in."""
        place = where if self.line is None else f"{where}:{self.line}"
        return Said("{place}: is not valid TOML: {told}", place=place, told=str(self))


def read_text(path: Path) -> str:
    """The text of a file, a mark of its encoding left out. Raises TomlError when it is not UTF-8 or longer than any
    honest one (16 MB), and OSError."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except ValueError:  # a NUL in its name
        raise FileNotFoundError(ENOENT, Said("no file has such a name")) from None
    if len(data) > _LONGEST:
        raise TomlError(Said("it is longer than {most} MB", most=_LONGEST >> 20))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TomlError(Said("it is stored as UTF-16: store it as UTF-8"), 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1  # counts in what was decoded, without the mark
        raise TomlError(Said("it is not UTF-8 text: store it as UTF-8"), line) from None


def read_toml(text: str) -> dict[str, Any]:
    """The tables of a text. Raises TomlError, also for absurdly long numbers and absurd nesting."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _located(text, str(error)) from None
    except RecursionError:
        raise TomlError(Said("It is nested too deeply")) from None
    except ValueError as error:
        raise _absurd(text) or TomlError(str(error)) from None


def read_around(text: str) -> tuple[str, dict[str, Any], list[TomlError]]:
    """The text with its broken statements blanked, so that lines stay, then its tables, then what is wrong.

    A broken header takes its whole table along. Nothing is left where the mistakes are too many or too long.
    """
    errors: list[TomlError] = []
    while len(errors) < _MOST:
        try:
            return text, read_toml(text), errors
        except TomlError as error:
            errors.append(error)
            rest = _without(text, error.line)
            if rest is None or rest == text:
                break
            text = rest
    return "", {}, errors


def _located(text: str, told: str) -> TomlError:
    """The mistake that Python's reader tells, on the line on which it was made."""
    found, lines = _AT.search(told), text.split("\n")
    line = int(found[1]) if found and found[1] else len(lines)
    begun = _begun(lines, line)
    if not (found and found[1]) or (begun < line and _BEGINS.match(lines[line - 1])):
        return TomlError(Said("a quote, a list or a table that begins here is not closed"), begun)  # found out below
    return TomlError(_plain(_AT.sub("", told)), line)


def _plain(told: str) -> str:
    for pattern, text in _PLAIN:
        if found := pattern.fullmatch(told):
            names = {key: re.sub("', '", ".", one).strip("'") for key, one in found.groupdict("").items()}
            return Said(text, **names)
    return told[:1].lower() + told[1:]


def _begun(lines: list[str], line: int) -> int:
    """The line on which the statement begins that is broken at `line`: all before it can be read."""
    for begun in range(line, max(0, line - _FURTHEST), -1):
        if _BEGINS.match(lines[begun - 1]) and _readable("\n".join(lines[max(0, begun - _FURTHEST) : begun - 1])):
            return begun
    return line


def _readable(text: str) -> bool:
    """Whether a piece of a text ends between two statements; where it begins may be amiss."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return "end of document" not in str(error)
    except (RecursionError, ValueError):
        return False
    return True


def _without(text: str, line: int | None) -> str | None:
    """The text without the statement at a line; None when it cannot be told where that ends."""
    lines = text.split("\n")
    if line is None:
        return None
    begun = _begun(lines, line)
    next_one = _HEADER if _HEADER.match(lines[begun - 1]) else _BEGINS
    first = begun if next_one is _HEADER else max(begun, line - 1)
    end = next((at for at in range(first, len(lines)) if next_one.match(lines[at])), len(lines))
    if end - begun > _FURTHEST:
        return None
    return "\n".join([*lines[: begun - 1], *[""] * (end - begun + 1), *lines[end:]])


def _absurd(text: str) -> TomlError | None:
    """The mistake of a whole number that is longer than Python turns into one; None when that is not it."""
    most = sys.get_int_max_str_digits()
    for number, line in enumerate(text.splitlines(), 1):
        if any(len(digits.replace("_", "")) > most for digits in _DIGITS.findall(line)):
            return TomlError(Said("A number has more than {most} digits", most=f"{most:,}"), number)
    return None
