"""`bluehelm classify`: JSON Lines of items in, one verdict a line out, in order and flushed at once."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from bot.cli.options import config_option, fail, settings_or_exit
from feeds.parsing.html import LONGEST_PLAIN
from feeds.stories.assign import MemoryStories, profile
from seeds.model import Document, Facts, Match, Precision, When
from seeds.watch import Watch, WatchError, load_watch, read_document, watch_names

_BAD_INPUT = 1
_YEARS = range(1900, 2200)


@click.command()
@click.argument("source", metavar="[FILE]", type=click.File(encoding="utf-8-sig", errors="replace"), default="-")
@click.option("--watch", "watch_name", help="The watch that judges (default: the first one that is enabled).")
@config_option
def classify(source: TextIO, watch_name: str | None, config_file: Path | None) -> None:
    """Judge items: one JSON object a line in (title, summary, lang, published, url, id), one out.

    Of each item the answer holds id, relevant, score, tier, story, facts and reasons. A line that cannot be read gets
    an object with "id": null, "error" and its line number in its place, and the exit status is 1.
    """
    judge = Classifier(watch_or_exit(watch_name, config_file))
    whole = True
    for number, line in enumerate(source, start=1):
        if line.strip():
            answer = judge.line(line, number)
            whole = whole and "error" not in answer
            click.echo(dumped(answer))
    if not whole:
        raise SystemExit(_BAD_INPUT)


def watch_or_exit(name: str | None, config_file: Path | None) -> Watch:
    """The watch of that name, or the first enabled one; a mistake ends the program with one line."""
    settings = settings_or_exit(config_file)
    chosen = name or next((watch.name for watch in settings.watch if watch.enabled), None)
    known = watch_names(settings.watches)
    if chosen not in known:
        fail(f"There is no watch {chosen!r}; there is {', '.join(known)}." if chosen else "No watch is enabled.")
    try:
        return load_watch(settings.watches / chosen)
    except WatchError as error:
        fail(str(error))


class Classifier:
    """Answers item by item and remembers the stories so far."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._now = datetime.now(UTC)
        self._stories = MemoryStories()

    def line(self, line: str, number: int) -> dict[str, Any]:
        """The answer to one line of input."""
        try:
            item = loaded(line)
            document = as_document(item)
        except ValueError as error:
            return {"id": None, "line": number, "error": str(error)}
        reading = read_document(document)
        match, facts = self._watch.match(reading, self._now), self._watch.facts(reading)
        scope = match.watch if match.relevant else ""
        story = self._stories.place(profile(document, facts, self._watch.fingerprint(reading), scope))
        return {"id": item.get("id"), **_verdict(match), "story": f"s{story}", "facts": as_json(facts)}


def _verdict(match: Match) -> dict[str, Any]:
    reasons = [
        {
            "kind": reason.kind,
            "pattern": reason.pattern,
            "weight": round(reason.weight, 3),
            "quote": reason.quote,
            "origin": reason.origin,
            "learned": reason.learned,
            "found": reason.found or reason.pattern,
        }
        for reason in match.reasons
    ]
    return {
        "relevant": match.relevant,
        "score": match.score,
        "tier": match.tier,
        "watch": match.watch,
        "reasons": reasons,
    }


def loaded(line: str) -> Any:
    """One line of JSON as RFC 8259 has it. Raises ValueError, also for NaN, infinities and absurd nesting."""
    try:
        return json.loads(line, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)


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
        when(str(item.get("published") or "")),
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


_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")


def when(text: str) -> When | None:
    """A date as exact as it is written: 2021, 2021-02, 2021-02-10 or ISO 8601 with a time.

    None when it is unreadable or of a year in which nobody published (the calendar ends within reach of those).
    """
    found = _when(text)
    return found if found is not None and found.start.year in _YEARS else None


def _when(text: str) -> When | None:
    if stated := _DAY.fullmatch(text):
        parts = [int(part) for part in stated.groups() if part]
        try:
            year, month, day, *_ = (*parts, 1, 1)
            return When(datetime(year, month, day, tzinfo=UTC), _PRECISIONS[len(parts) - 1])
        except ValueError:
            return None
    try:
        moment = datetime.fromisoformat(text)
        return When((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), "instant")
    except (ValueError, OverflowError):
        return None


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
        "event": None if event is None else _written(event),
        "attack": facts.attack,
        "actor": facts.actor,
        "symbols": list(facts.symbols),
        "quotes": dict(facts.quotes),
    }


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    for name in value.__slots__:
        yield name, getattr(value, name)


def _written(moment: When) -> str:
    if moment.precision == "instant":
        return moment.start.isoformat(timespec="seconds")
    return moment.start.date().isoformat()[: {"year": 4, "month": 7, "day": 10}[moment.precision]]
