"""The messages that the program says, found in its code, and the catalogues brought up to them: `make catalog`.

Found are the arguments of `_`, `N_`, `plural` and the like, and what tables of commands say of themselves. Messages
that are new stand in each catalogue without a translation, those that nobody says any more are gone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "bot" / "language"
ROOMS = ("bot", "config", "feeds", "seeds")
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""
_PLURALS = {"plural", "plural_forms", "ngettext"}
# What commands and their options say: arguments by place and by name; the first is a name with a context of its own.
_TABLES = {"Command": ("command", ("help", "short", "group", "quicker")), "Argument": ("option", ("help", "hint"))}
_SAID_IN_DATA = re.compile(r'(?:title|why) = (".+")')
_DEFAULTS = {"group", "quicker"}


@dataclass(frozen=True)
class Message:
    """A message, with its plural ("" for none) and its context ("" for none), and where it is said."""

    one: str
    many: str
    context: str
    file: str
    line: int


def messages() -> list[Message]:
    """Every message, in the order of files and lines."""
    return [*_messages()]


@cache
def _messages() -> list[Message]:
    paths = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return [*(one for path in paths for one in sorted(_in_file(path), key=lambda one: one.line)), *_in_data()]


def _in_data() -> Iterator[Message]:
    """What data say that members read: the titles of watches, and what the signs of a tier mean."""
    for path in (*sorted((ROOT / "seeds" / "watches").glob("*/watch.toml")), ROOT / "seeds" / "lexicon" / "tiers.toml"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if found := _SAID_IN_DATA.fullmatch(line):
                yield Message(str(ast.literal_eval(found[1])), "", "", path.relative_to(ROOT).as_posix(), number)


def _in_file(path: Path) -> Iterator[Message]:
    tree, file = ast.parse(path.read_text("utf-8")), path.relative_to(ROOT).as_posix()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for one, many, context in _said(node):
                yield Message(one, many, context, file, node.lineno)
        if isinstance(node, ast.FunctionDef) and _commanded(node) and (text := ast.get_docstring(node)):
            yield Message(text, "", "", file, node.lineno)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) in _DEFAULTS and (text := _text(node.value)):
            yield Message(text, "", "", file, node.lineno)


def _commanded(node: ast.FunctionDef) -> bool:
    """Whether what documents a function is the help of one of the program's commands."""
    named = [ast.unparse(one.func) for one in node.decorator_list if isinstance(one, ast.Call)]
    return any(re.search(r"(^|\.)(command|group)$", name) for name in named)


def _said(call: ast.Call) -> Iterator[tuple[str, str, str]]:
    name = ast.unparse(call.func)
    texts = [_text(one) for one in call.args]
    if name in ("_", "N_", "Said", "worded") and texts and texts[0]:
        yield texts[0], "", ""
    if name in _PLURALS and len(texts) > 1 and texts[0] and texts[1]:
        yield texts[0], texts[1], ""
    if name == "in_context" and len(texts) > 1 and texts[0] and texts[1]:
        yield texts[1], "", texts[0]
    if name in _TABLES and texts and texts[0]:
        context, fields = _TABLES[name]
        yield texts[0], "", context
        named = {one.arg: _text(one.value) for one in call.keywords}
        for text in (*texts[1:2], *(named.get(field) for field in fields)):
            if text:
                yield text, "", ""
        for one in (each for word in call.keywords if word.arg == "examples" for each in ast.walk(word.value)):
            if isinstance(one, ast.expr) and (text := _text(one)):
                yield text, "", "example"


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template() -> Catalog:
    """All messages, without translations."""
    made = Catalog(fuzzy=False)
    for one in messages():
        said = (one.one, one.many) if one.many else one.one
        made.add(said, locations=[(one.file, 0)], context=one.context or None)
    return made


def brought_up(path: Path) -> Catalog:
    """The catalogue of a file with the messages that there are now."""
    with path.open("rb") as file:
        known = read_po(file, locale=path.stem)
    known.update(template(), no_fuzzy_matching=True)
    known.obsolete.clear()
    return known


def left_out(known: Catalog) -> list[str]:
    """The messages that have no translation, or not all forms of it."""
    said = {one.id if isinstance(one.id, str) else one.id[0]: one.string for one in known if one.id}
    return [name for name, told in said.items() if not told or (not isinstance(told, str) and not all(told))]


def written(known: Catalog) -> bytes:
    """The catalogue as a file, with no more of a header than it needs."""
    out = BytesIO()
    write_po(out, known, width=120, include_lineno=False, sort_by_file=True, omit_header=True)
    return _HEADER.format(language=known.locale, plurals=known.plural_forms).encode() + out.getvalue()


def main() -> None:
    """Bring up each catalogue."""
    for path in sorted(FOLDER.glob("*.po")):
        known = brought_up(path)
        path.write_bytes(written(known))
        print(f"{path.relative_to(ROOT)}: {len(known)} messages, {len(left_out(known))} without a translation")


if __name__ == "__main__":
    main()
