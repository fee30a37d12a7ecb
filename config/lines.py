"""On which line of a TOML text each of its keys stands: the standard library's reader does not say."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

KeyPath = tuple[str | int, ...]
"""Where a value stands in the tree: the names of its tables, numbers from 0 for the tables of a list, its key."""


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) on which each table and key of a valid TOML text is first written; none of an invalid one.

    Every header and every key with its value is a text of its own, so the standard library reads those: what stands in
    a list or an inline table is on the line on which its key begins.
    """
    found: dict[KeyPath, int] = {}
    lists: Counter[KeyPath] = Counter()
    table: KeyPath = ()
    for line, tree, header in _statements(text.replace("\r\n", "\n")):
        if header:
            table = _opened(tree, lists)
        written = (
            (table[:end] for end in range(1, len(table) + 1)) if header else ((*table, *one) for one in _paths(tree))
        )
        for path in written:
            found.setdefault(path, line)
    return found


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a value, else that of the nearest table around it; None where nothing of it is written."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def _statements(text: str) -> Iterator[tuple[int, dict[str, Any], bool]]:
    """Each header, and each key with its value, read by itself: its first line, what it holds, and which it is."""
    begun, piece = 1, ""
    for number, line in enumerate(text.split("\n"), 1):
        begun, piece = (begun, f"{piece}\n{line}") if piece else (number, line)
        try:
            tree = tomllib.loads(piece)
        except tomllib.TOMLDecodeError:  # the value goes on
            continue
        if tree:
            yield begun, tree, piece.lstrip().startswith("[")
        piece = ""


def _opened(tree: Any, lists: Counter[KeyPath]) -> KeyPath:
    """The path of the table that a header opens; a list of tables has one more, or its last one is meant."""
    path: KeyPath = ()
    while tree:
        (name, tree), *_ = tree.items()
        path = (*path, name)
        if isinstance(tree, list):
            lists[path] += 1
            tree = tree[0]
        if path in lists:
            path = (*path, lists[path] - 1)
    return path


def _paths(tree: Any) -> Iterator[KeyPath]:
    """Every key of what one statement holds, and all that is inside."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield (key,)
        yield from ((key, *path) for path in _paths(value))
