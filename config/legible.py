"""Settings as they are typed: what of a tree of values can be used, and a plain sentence for each value that cannot."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.lines import KeyPath
from config.mistakes import Problem, did_you_mean
from config.schema import Settings
from config.sentence import Sentence, worded

# What the validation library calls a mistake -> what an operator understands.
_SENTENCES = {
    "missing": Sentence("is missing"),
    "float_parsing": Sentence("should be a number"),
    "float_type": Sentence("should be a number"),
    "int_parsing": Sentence("should be a whole number"),
    "int_type": Sentence("should be a whole number"),
    "int_from_float": Sentence("should be a whole number"),
    "bool_parsing": Sentence("should be true or false"),
    "bool_type": Sentence("should be true or false"),
    "string_type": Sentence("should be text"),
    "string_pattern_mismatch": Sentence("should be 1 to 40 of a-z, 0-9, - and _"),
    "model_type": Sentence("should be a table"),
    "string_too_short": Sentence("is too short"),
    "string_too_long": Sentence("is too long"),
    "too_long": Sentence("has more than 1,000 tables, which is the most"),
    "path_type": Sentence("should be a path, as text"),
    "tuple_type": Sentence("should be a list of tables ([[…]])"),
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
    (re.compile("Input should be (?P<first>'.+') or (?P<last>'.+')"), worded("should be {first} or {last}")),
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


def _sentence(problem: ErrorDetails, loc: tuple[int | str, ...]) -> str:
    if problem["type"] == "extra_forbidden":
        hint = difflib.get_close_matches(str(loc[-1]), _siblings(loc), 1)
        return did_you_mean(Sentence("is not a setting"), hint[0] if hint else None)
    return plain_sentence(problem)


def plain_sentence(problem: ErrorDetails) -> str:
    """What an operator understands of a mistake that the validation library found."""
    kind, message = problem["type"], problem["msg"]
    raised = str(problem.get("ctx", {}).get("error", ""))
    if kind in _SENTENCES or isinstance(raised, Sentence):
        return _SENTENCES.get(kind, raised)
    for pattern, form in _LIMITS:
        if found := pattern.fullmatch(message):
            return Sentence(form, **found.groupdict())
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
