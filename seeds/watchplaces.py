"""What of a watch's places and countries cannot be: codes that are no country's, coordinates off the globe."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from config.lines import key_lines, line_of
from config.mistakes import Problem, did_you_mean
from config.sentence import Said, strung


def country_problems(settings: Mapping[str, Any], known: Collection[str]) -> Iterator[Problem]:
    """The codes in a watch's settings that are none of the `known` ones."""
    if isinstance(theatre := settings.get("theatre"), str) and theatre not in known:
        yield ("theatre",), _no_country(theatre, known)
    apart = settings.get("apart")
    for at, code in enumerate(apart if isinstance(apart, list) else ()):
        if isinstance(code, str) and code not in known:
            yield ("apart", at), _no_country(code, known)


def place_problems(tables: Mapping[str, Any]) -> Iterator[Problem]:
    """The places of a gazetteer without a name, or that are nowhere on the globe."""
    rows = tables.get("place")
    if not isinstance(rows, list) or not rows:
        yield ("place",), Said("is missing: there should be a table [[place]] for each")
        return
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            yield ("place", at), Said("should be a table")
            continue
        yield from ((("place", at, key), Said("is missing")) for key in ("name", "kind", "region") if key not in row)
        if "at" in row and not _on_the_globe(row["at"]):
            yield ("place", at, "at"), Said("should be latitude (-90 to 90) and longitude (-180 to 180) in degrees")


def place_lines(problems: Iterator[Problem], text: str, name: str) -> list[str]:
    """The problems of a file's text as lines, with the file's name and the line of each."""
    found = list(problems)
    lines = key_lines(text) if found else {}
    return [strung(" ", (f"{name}:{line_of(lines, path) or 1}: {_key(path)}", told)) for path, told in found]


def _key(path: tuple[str | int, ...]) -> str:
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _no_country(code: str, known: Collection[str]) -> str:
    close = get_close_matches(code.upper(), known, 1)
    told = Said("{code!r} is no country's code of ISO 3166-1", code=code)
    return did_you_mean(told, close[0] if close and close[0] == code.upper() else None)


def _on_the_globe(at: Any) -> bool:
    numbers = isinstance(at, list) and len(at) == 2 and all(type(one) in (int, float) for one in at)
    return numbers and abs(at[0]) <= 90 and abs(at[1]) <= 180
