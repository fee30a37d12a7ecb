"""A catalogue of messages, read from a .po file: gettext's format, by a reader that costs a start next to nothing."""

from __future__ import annotations

import gettext
import re
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_GAP = re.compile(r"\n\s*\n")
_PART = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"?')  # so that what is not closed is read once
_PLURALS = re.compile(r"plural=([^;\n]+)")
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Catalog:
    """What messages are called in a language: by context ("" for none) and English form, its forms in their order;
    `form` says which of them goes with a number."""

    messages: Mapping[_Key, tuple[str, ...]]
    form: Callable[[int], int]

    def one(self, message: str, context: str = "") -> str:
        """The message; where it is not known the message as it stands."""
        found = self.messages.get((context, message))
        return found[0] if found else message

    def many(self, one: str, many: str, n: int) -> str:
        """The form that goes with a number."""
        found = self.messages.get(("", one))
        return found[self.form(n)] if found else one if n == 1 else many


def read_catalog(text: str) -> Catalog:
    """The catalogue of a .po file's text, without what is empty, fuzzy or obsolete."""
    messages = dict(filter(None, map(_entry, _entries(text))))
    header = messages.pop(("", ""), ("",))[0]
    plurals = _PLURALS.search(header)
    return Catalog(messages, gettext.c2py(plurals[1] if plurals else "n != 1"))


def _entries(text: str) -> Iterator[str]:
    """One after the other, for as a list they would take as much again as all that comes of them."""
    start = 0
    for gap in _GAP.finditer(text):
        yield text[start : gap.start()]
        start = gap.end()
    yield text[start:]


def _entry(text: str) -> tuple[_Key, tuple[str, ...]] | None:
    parts = {(name, number): _text(quoted) for name, number, quoted in _PART.findall(text)}
    forms = tuple(said for (name, _), said in sorted(parts.items()) if name == "msgstr")
    fuzzy = any("fuzzy" in line for line in text.splitlines() if line.startswith("#,"))
    if not all(forms) or not forms or fuzzy:
        return None
    return (parts.get(("msgctxt", ""), ""), parts.get(("msgid", ""), "")), forms


def _text(quoted: str) -> str:
    """The strings of a message as one."""
    text = "".join(_STRING.findall(quoted))
    return str(literal_eval(f'"{text}"')) if "\\" in text else text
