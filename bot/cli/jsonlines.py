"""Items as JSON Lines: one object a line in and out, as `classify`, `replay` and others read and write them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from feeds.parsing.html import LONGEST_PLAIN
from seeds.model import Document, Facts
from seeds.moments import iso, read_when


def loaded(line: str) -> Any:
    """One line of JSON as RFC 8259 has it. Raises ValueError, also for NaN, infinities, absurd lengths and nesting."""
    try:
        return json.loads(line, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Python's own words name a setting of Python's
        raise ValueError(f"a number of {len(digits.lstrip('-')):,} digits is too long") from None


def dumped(answer: object) -> str:
    """JSON on one line: readable, save where half a surrogate pair came in, which only an escape can write."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text


def as_document(item: object) -> Document:
    """An item as the matcher reads it: as much of its texts as a feed's item would keep.

    Raises ValueError saying what is wrong with it.
    """
    if not isinstance(item, dict):
        raise ValueError("not a JSON object")
    if "title" not in item and "summary" not in item:
        raise ValueError("neither title nor summary")
    title, summary = (_text(item, key) for key in ("title", "summary"))
    return Document(
        title,
        summary,
        _text(item, "lang") or _text(item, "language") or None,
        read_when(str(item.get("published") or "")),
        _text(item, "source") or None,
        _text(item, "url") or None,
    )


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{key} is no text")
    return value[:LONGEST_PLAIN]


def as_json(facts: Facts) -> dict[str, Any]:
    """The facts as JSON values; an event's date only as exact as it is known."""
    event = facts.event
    return {
        "killed": facts.killed,
        "injured": facts.injured,
        "tolls": [dict(_fields(toll)) for toll in facts.tolls],
        "place": facts.place,
        "region": facts.region,
        "coordinates": facts.coordinates,
        "contingents": list(facts.contingents),
        "event": None if event is None else iso(event),
        "attack": facts.attack,
        "actor": facts.actor,
        "symbols": list(facts.symbols),
        "quotes": dict(facts.quotes),
    }


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    for name in value.__slots__:
        yield name, getattr(value, name)
