"""Finds sentences in the code that no catalogue knows: English text in literals that are not handed to gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.catalog import ROOT

# Calls whose texts are messages, tables of them, or for the log and for whoever reads the code.
SAID = {"_", "N_", "plural", "plural_forms", "ngettext", "in_context", "Said", "worded", "Command", "Argument"}
UNSAID = {
    "re.compile",
    "TypeVar",
    "cast",
    "getattr",
    "import_module",
    "ContextVar",
    "AssertionError",
    "NewType",
    "Editor",
}
_WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? +[a-z]{2,}|[a-z]{2,} +[A-Z]?[a-z]{2,}")
_CODE = re.compile(
    r"(?i)^\s*(select|insert|update|delete|with|create|alter)\s|[<>]=|</|/>|%\(|\\[sdwSb(]|\(\?|=\"|\w\(\)"
)


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Each text of two or more English words, with its line, that is no message, no documentation and no log line."""
    tree = ast.parse(path.read_text("utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text and _WORDS.search(text) and not _CODE.search(text) and not _excused(node, parents):
            yield node.lineno, text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _excused(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    at = node
    while at in parents:
        above = parents[at]
        if isinstance(above, ast.Call) and at is not above.func:
            name = ast.unparse(above.func)
            if name in SAID | UNSAID or name.startswith("log."):
                return True
        if isinstance(above, ast.Assert) and at is above.msg:
            return True
        if isinstance(above, ast.Expr) or (isinstance(above, ast.JoinedStr) and isinstance(node, ast.Constant)):
            return True  # documentation; a part of a text that is looked at as a whole
        if isinstance(above, ast.AnnAssign) and ast.unparse(above.target) in ("group", "quicker"):
            return True  # defaults of the tables of commands
        if isinstance(above, ast.Subscript) and ast.unparse(above.value) == "Literal":
            return True
        at = above
    return False


def all_sentences(room: str) -> dict[str, list[str]]:
    """The sentences of a folder, or of one file, by file."""
    found: dict[str, list[str]] = {}
    place = ROOT / room
    for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
        for line, text in sentences(path):
            found.setdefault(path.relative_to(ROOT).as_posix(), []).append(f"{line}: {text}")
    return found
