"""What is watched and what is not, as one card: silence from where nobody listens proves nothing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import render
from bot.card import Card, Field, Line, Span
from bot.wording.formats import clean, count, country, listed, span
from bot.wording.languages import language_name, languages_read
from feeds.model import Coverage, ListedFeed

_MOST = 8
_KINDS: Mapping[str, str] = {
    "official": "official",
    "outlet": "outlets",
    "local": "local outlets",
    "aggregator": "aggregators",
    "analysis": "analysts and rights groups",
}


def coverage_card(told: Coverage, now: datetime, *, alone: bool = False) -> Card:
    """The card; a message of its own stands `alone`."""
    polled = [one for one in told.feeds if one.use == "polled"]
    idle = [one for one in told.feeds if one.use != "polled"]
    watched = (
        Field("Languages", tuple(_languages(polled, idle))),
        Field("Countries of the sources", tuple(_countries(polled, told.countries))),
        Field("Kinds of source", tuple(_kinds(polled, idle))),
    )
    known = Field("How well it is known", (_since(told, now), *map(_line, _known(told))))
    fields = (*watched, known) if told.feeds else (known,)
    return Card(_title(told, polled, idle), fields=fields, at=now, leading=alone, tags=("coverage",))


def _title(told: Coverage, polled: Sequence[ListedFeed], idle: Sequence[ListedFeed]) -> str:
    if not told.feeds:
        return "Coverage: which feeds are watched is known once the bot has run"
    languages = {one.language for one in polled}
    off = f", {len(idle):,} listed and not watched" if idle else ""
    late = f", {len(told.late):,} of them failing or silent" if told.late else ""
    return f"Coverage: {count(len(polled), 'feed')} in {count(len(languages), 'language')}{late}{off}"


def _languages(polled: Sequence[ListedFeed], idle: Sequence[ListedFeed]) -> Iterable[Line]:
    watched = Counter(one.language for one in polled)
    off = sorted({one.language for one in idle} - watched.keys())
    rest = [code for code in languages_read() if code not in watched and code not in off]
    yield _line(_counted(watched, language_name) or "none")
    if off:
        yield _line(f"not watched, though feeds are listed: {listed(map(language_name, off), _MOST)}")
    yield _line(
        f"{count(len(rest), 'more language')} could be read and {'has' if len(rest) == 1 else 'have'} no feed: "
        f"{listed(map(language_name, rest), 4)}. Any other is not read at all."
    )


def _countries(polled: Sequence[ListedFeed], concerned: Sequence[str]) -> Iterable[Line]:
    watched = Counter(one.country for one in polled if one.country)
    nowhere = sum(not one.country for one in polled)
    said = [_counted(watched, country), f"no one country, or none named ({nowhere:,})" if nowhere else ""]
    yield _line(", ".join(filter(None, said)) or "none")
    missing = [code for code in concerned if code not in watched]
    if missing:
        yield _line(
            f"of {count(len(concerned), 'country')} concerned (where the mission works, around it, serving in it) "
            f"{len(missing):,} have no source here: {listed(map(country, missing), _MOST)}"
        )


def _kinds(polled: Sequence[ListedFeed], idle: Sequence[ListedFeed]) -> Iterable[Line]:
    watched: Counter[str] = Counter(one.standing for one in polled)
    off: Counter[str] = Counter(one.standing for one in idle)
    yield _line(_counted(watched, _kind) or "none")
    if off:
        yield _line(f"listed and not watched: {_counted(off, _kind)}")
    if missing := [name for kind, name in _KINDS.items() if not watched[kind]]:
        yield _line(f"none at all: {', '.join(missing)}")
    yield _line("never watched: social networks, radio and television, closed groups, and what has no public feed")


def _kind(standing: str) -> str:
    return _KINDS.get(standing, standing)


def _since(told: Coverage, now: datetime) -> Line:
    return Span("of what was new since "), render.moment_span(told.since, now), Span(":")


def _known(told: Coverage) -> Iterable[str]:
    if not told.stories:
        yield "nothing was new"
        return
    yield f"{_share(told.single, told.stories)} of {count(told.stories, 'story')} known from one source only"
    if told.incidents:
        yield f"{_share(told.single_incidents, told.incidents)} of {count(told.incidents, 'incident')} likewise"
    delays = told.delays
    if known := delays.same + delays.next + delays.later:
        yield (
            f"first told on the day of the incident: {delays.same:,} of {known:,}; on the next: {delays.next:,}; "
            f"later: {delays.later:,}" + (f"; day not known: {delays.unknown:,}" if delays.unknown else "")
        )
    if delays.reading is not None:
        yield f"read {span(delays.reading)} after its source told it (the middle one of {delays.exact:,})"


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({round(100 * part / whole)} %)"


def _counted(counts: Mapping[str, int], name: Callable[[Any], str]) -> str:
    """ "French (12), English (9)", the most first."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return listed((f"{clean(name(key))} ({number:,})" for key, number in ordered), 12)


def _line(text: str) -> Line:
    return (Span(text),)
