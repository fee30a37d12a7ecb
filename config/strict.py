"""The types of a file's values: TOML tells numbers, texts and truth apart, so none of them is taken for another."""

from __future__ import annotations

import math
import typing
from collections.abc import Iterator
from typing import Any, TypeGuard

from pydantic import BaseModel

from config.lines import KeyPath
from config.mistakes import Problem
from config.sentence import Sentence


def take_mistyped(tree: dict[str, Any], model: type[BaseModel]) -> list[Problem]:
    """Take out of a tree each value whose type is not that of its setting, and say so: booleans and texts for numbers,
    fractions for whole numbers, what is no number at all, numbers for true and false. The rest is left to the model."""
    found = list(_mistyped(tree, model))
    for path, _ in found:
        inner: Any = tree
        for part in path[:-1]:
            inner = inner[part]
        del inner[path[-1]]
    return found


def _mistyped(tree: dict[str, Any], model: type[BaseModel], above: KeyPath = ()) -> Iterator[Problem]:
    for key, value in tree.items():
        kind = model.model_fields[key].annotation if key in model.model_fields else None
        for part in filter(_is_model, (kind, *typing.get_args(kind))):
            for path, table in _tables((*above, key), value):
                yield from _mistyped(table, part, path)
        if wrong := _wrong(kind, value):
            yield (*above, key), wrong


def _is_model(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _tables(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """A table, or those of a list, each with its path."""
    if isinstance(value, dict):
        yield path, value
    elif isinstance(value, list):
        yield from (((*path, at), one) for at, one in enumerate(value) if isinstance(one, dict))


def _wrong(kind: Any, value: Any) -> str:
    """What is wrong with the type of a value; "" for what is right, or is no affair of numbers."""
    if kind is bool and not isinstance(value, bool):
        return _unquoted(Sentence("should be true or false"), quoted=value in ("true", "false"))
    if kind is int and type(value) is not int:
        return _unquoted(Sentence("should be a whole number"), quoted=_numeric(value))
    if kind is float and (type(value) not in (int, float) or not math.isfinite(value)):
        return _unquoted(Sentence("should be a number"), quoted=_numeric(value))
    return ""


def _unquoted(told: Sentence, *, quoted: bool) -> Sentence:
    return Sentence("{told}, without quotes", told=told) if quoted else told


def _numeric(value: Any) -> bool:
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False
