"""Settings as they are typed: what of a tree of values can be used, and a plain sentence for each value that cannot.

TOML tells numbers, texts and truth apart, so none of them is taken for another.
"""

from __future__ import annotations

import difflib
import math
import re
import typing
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, TypeGuard

from pydantic import BaseModel, ValidationError

from config.lines import KeyPath
from config.mistakes import Problem, did_you_mean
from config.schema import Settings
from config.sentence import Said, worded

# What the validation library calls a mistake -> what an operator understands.
_SENTENCES = {
    "missing": Said("is missing"),
    "float_parsing": Said("should be a number"),
    "float_type": Said("should be a number"),
    "int_parsing": Said("should be a whole number"),
    "int_type": Said("should be a whole number"),
    "int_from_float": Said("should be a whole number"),
    "bool_parsing": Said("should be true or false"),
    "bool_type": Said("should be true or false"),
    "string_type": Said("should be text"),
    "string_pattern_mismatch": Said("should be 1 to 40 of a-z, 0-9, - and _"),
    "model_type": Said("should be a table"),
    "string_too_short": Said("is too short"),
    "string_too_long": Said("is too long"),
    "too_long": Said("has more than 1,000 tables, which is the most"),
    "path_type": Said("should be a path, as text"),
    "tuple_type": Said("should be a list of tables ([[…]])"),
}
# What it says of limits and choices, in which something stands that the operator should know.
_LIMITS = (
    (
        re.compile("Input should be greater than or equal to (?P<limit>.+)"),
        worded("should be greater than or equal to {limit}"),
    ),
    (
        re.compile("Input should be less than or equal to (?P<limit>.+)"),
        worded("should be less than or equal to {limit}"),
    ),
    (re.compile("Input should be greater than (?P<limit>.+)"), worded("should be greater than {limit}")),
    (re.compile("Input should be less than (?P<limit>.+)"), worded("should be less than {limit}")),
    (re.compile("Input should be (?P<first>'.+') or (?P<last>'[^']+')"), worded("should be {first} or {last}")),
    (re.compile("Input should be a valid list"), worded("should be a valid list")),
    (re.compile("Input should be a valid dictionary"), worded("should be a valid dictionary")),
)


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
                    problems[path] = _sentence(one, path)
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


def _sentence(problem: Mapping[str, Any], loc: tuple[int | str, ...]) -> str:
    if problem["type"] == "extra_forbidden":
        hint = difflib.get_close_matches(str(loc[-1]), _siblings(loc), 1)
        return did_you_mean(Said("is not a setting"), hint[0] if hint else None)
    return plain_sentence(problem)


def plain_sentence(problem: Mapping[str, Any]) -> str:
    """What an operator understands of a mistake that the validation library found."""
    kind, message = str(problem["type"]), str(problem["msg"])
    raised = str(problem.get("ctx", {}).get("error", ""))
    if kind in _SENTENCES or isinstance(raised, Said):
        return _SENTENCES.get(kind, raised)
    for pattern, form in _LIMITS:
        if found := pattern.fullmatch(message):
            return Said(form, **found.groupdict())
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
        return _unquoted(Said("should be true or false"), quoted=value in ("true", "false"))
    if kind is int and type(value) is not int:
        return _unquoted(Said("should be a whole number"), quoted=_numeric(value))
    if kind is float and (type(value) not in (int, float) or not math.isfinite(value)):
        return _unquoted(Said("should be a number"), quoted=_numeric(value))
    return ""


def _unquoted(told: Said, *, quoted: bool) -> Said:
    return Said("{told}, without quotes", told=told) if quoted else told


def _numeric(value: Any) -> bool:
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False
