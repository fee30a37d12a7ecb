"""Settings as they are typed: what of a tree of values can be used, and a plain sentence for each value that cannot."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError

from config.lines import KeyPath
from config.mistakes import Problem, did_you_mean
from config.schema import Settings

# What the validation library calls a mistake -> what an operator understands.
_SENTENCES = {
    "missing": "is missing",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "string_type": "should be text",
    "string_pattern_mismatch": "should be 1 to 40 of a-z, 0-9, - and _",
    "model_type": "should be a table",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
    "too_long": "has more than 1,000 tables, which is the most",
    "path_type": "should be a path, as text",
    "tuple_type": "should be a list of tables ([[…]])",
}


def legible(values: Mapping[str, Any]) -> tuple[Settings, list[Problem]]:
    """The settings that a tree of values states, and what is wrong with it.

    A value that is wrong counts as not given; what a table needs and lacks is made up, so that the others can be looked
    at. Lists become tuples, and what the environment gives is text.
    """
    tree = deepcopy(dict(values))
    problems: dict[KeyPath, str] = {}
    while True:
        try:
            return Settings.model_validate(tree), list(problems.items())
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                path = one["loc"]
                if not any(path[:end] in problems for end in range(1, len(path) + 1)):
                    problems[path] = _sentence(one["type"], one["msg"], path)
                _mend(tree, path, missing=one["type"] == "missing")


def _mend(tree: dict[str, Any], path: KeyPath, *, missing: bool) -> None:
    """Take out the value of a path; make up one that is missing, and an empty table for what should be one. A list in
    which that is wrong as well goes altogether."""
    *above, last = path
    inner: Any = tree
    for part in above:
        if isinstance(inner, dict) and part not in inner:
            return  # it went with its list
        inner = inner[part]
    if missing:
        inner[last] = "-".join(map(str, above))  # unlike any other
    elif isinstance(last, int) and inner[last] != {}:
        inner[last] = {}
    elif isinstance(last, int):
        _mend(tree, tuple(above), missing=False)
    else:
        del inner[last]


def _sentence(kind: str, message: str, loc: tuple[int | str, ...]) -> str:
    if kind == "extra_forbidden":
        hint = difflib.get_close_matches(str(loc[-1]), _siblings(loc), 1)
        return "is not a setting" + did_you_mean(hint[0] if hint else None)
    return plain_sentence(kind, message)


def plain_sentence(kind: str, message: str) -> str:
    """What an operator understands of a mistake that the validation library calls `kind` and tells by `message`."""
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    message = message.removeprefix("Value error, ").replace("Input should", "should")
    return message[:1].lower() + message[1:]


def _siblings(loc: tuple[int | str, ...]) -> list[str]:
    """The settings that stand beside the last key of `loc`."""
    model: type[BaseModel] = Settings
    for part in loc[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            inner = model.model_fields[part].annotation
            args = typing.get_args(inner)
            inner = args[0] if args else inner
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                return []
            model = inner
    return list(model.model_fields)
