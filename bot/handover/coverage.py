"""What is watched and what is not, as one card: silence from where nobody listens proves nothing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import render
from bot.card import Card, Field, Line, Span
from bot.language import N_, _, numeral, plural, plural_forms
from bot.wording.counts import feeds_counted
from bot.wording.formats import clean, country, listed, span
from bot.wording.languages import language_name, languages_read
from bot.wording.phrase import phrase
from feeds.model import Coverage, Delays, ListedFeed

_MOST = 8
_KINDS: Mapping[str, str] = {
    "official": N_("official"),
    "outlet": N_("outlets"),
    "local": N_("local outlets"),
    "aggregator": N_("aggregators"),
    "analysis": N_("analysts and rights groups"),
}


def coverage_card(told: Coverage, now: datetime, *, alone: bool = False) -> Card:
    """The card; a message of its own stands `alone`."""
    polled = [one for one in told.feeds if one.use == "polled"]
    idle = [one for one in told.feeds if one.use != "polled"]
    watched = (
        Field(_("Languages"), tuple(_languages(polled, idle))),
        Field(_("Countries of the sources"), tuple(_countries(polled, told.countries))),
        Field(_("Kinds of source"), tuple(_kinds(polled, idle))),
    )
    known = Field(_("How well it is known"), (_since(told, now), *map(_line, _known(told))))
    fields = (*watched, known) if told.feeds else (known,)
    return Card(_title(told, polled, idle), fields=fields, at=now, leading=alone, tags=("coverage",))


def _title(told: Coverage, polled: Sequence[ListedFeed], idle: Sequence[ListedFeed]) -> str:
    if not told.feeds:
        return _("Coverage: which feeds are watched is known once the bot has run")
    languages = {one.language for one in polled}
    head = _("Coverage: {feeds} in {languages}").format(
        feeds=feeds_counted(len(polled)), languages=plural("{n} language", "{n} languages", len(languages))
    )
    late = plural("{n} of them failing or silent", "{n} of them failing or silent", len(told.late))
    off = plural("{n} listed and not watched", "{n} listed and not watched", len(idle))
    return ", ".join((head, *([late] if told.late else []), *([off] if idle else [])))


def _languages(polled: Sequence[ListedFeed], idle: Sequence[ListedFeed]) -> Iterable[Line]:
    watched = Counter(one.language for one in polled)
    off = sorted({one.language for one in idle} - watched.keys())
    rest = [code for code in languages_read() if code not in watched and code not in off]
    yield _line(_counted(watched, language_name) or _("none"))
    if off:
        yield _line(
            _("not watched, though feeds are listed: {names}").format(names=listed(map(language_name, off), _MOST))
        )
    forms = plural_forms(
        "{n} more language could be read and has no feed: {names}. Any other is not read at all.",
        "{n} more languages could be read and have no feed: {names}. Any other is not read at all.",
    )
    yield _line(plural(*forms, len(rest), names=listed(map(language_name, rest), 4)))


def _countries(polled: Sequence[ListedFeed], concerned: Sequence[str]) -> Iterable[Line]:
    watched = Counter(one.country for one in polled if one.country)
    nowhere = sum(not one.country for one in polled)
    said = [
        _counted(watched, country),
        _("no one country, or none named ({n})").format(n=numeral(nowhere)) if nowhere else "",
    ]
    yield _line(", ".join(filter(None, said)) or _("none"))
    missing = [code for code in concerned if code not in watched]
    if missing:
        forms = plural_forms(
            "of {n} country concerned (where the mission works, around it, serving in it) {missing} have no source "
            "here: {names}",
            "of {n} countries concerned (where the mission works, around it, serving in it) {missing} have no source "
            "here: {names}",
        )
        names = listed(map(country, missing), _MOST)
        yield _line(plural(*forms, len(concerned), missing=numeral(len(missing)), names=names))


def _kinds(polled: Sequence[ListedFeed], idle: Sequence[ListedFeed]) -> Iterable[Line]:
    watched: Counter[str] = Counter(one.standing for one in polled)
    off: Counter[str] = Counter(one.standing for one in idle)
    yield _line(_counted(watched, _kind) or _("none"))
    if off:
        yield _line(_("listed and not watched: {names}").format(names=_counted(off, _kind)))
    if missing := [_(name) for kind, name in _KINDS.items() if not watched[kind]]:
        yield _line(_("none at all: {names}").format(names=", ".join(missing)))
    yield _line(_("never watched: social networks, radio and television, closed groups, and what has no public feed"))


def _kind(standing: str) -> str:
    return _(_KINDS.get(standing, standing))


def _since(told: Coverage, now: datetime) -> Line:
    return phrase(_("of what was new since {when}:"), when=render.moment_span(told.since, now))


def _known(told: Coverage) -> Iterable[str]:
    if not told.stories:
        yield _("nothing was new")
        return
    stories, share = told.stories, _share(told.single, told.stories)
    yield plural(*_FROM_ONE, stories, share=share)
    if told.incidents:
        share = _share(told.single_incidents, told.incidents)
        yield plural(
            "{share} of {n} incident likewise", "{share} of {n} incidents likewise", told.incidents, share=share
        )
    delays = told.delays
    if known := delays.same + delays.next + delays.later:
        yield _first_told(delays, known)
    if delays.reading is not None:
        yield _("read {span} after its source told it (the middle one of {n})").format(
            span=span(delays.reading), n=numeral(delays.exact)
        )


_FROM_ONE = plural_forms(
    "{share} of {n} story known from one source only", "{share} of {n} stories known from one source only"
)


def _first_told(delays: Delays, known: int) -> str:
    """How many incidents were told on their day, on the next and later."""
    form = _("first told on the day of the incident: {same} of {known}; on the next: {next}; later: {later}")
    if delays.unknown:
        form = _(
            "first told on the day of the incident: {same} of {known}; on the next: {next}; later: {later}; day not "
            "known: {unknown}"
        )
    counts = {name: numeral(getattr(delays, name)) for name in ("same", "next", "later", "unknown")}
    return form.format(known=numeral(known), **counts)


def _share(part: int, whole: int) -> str:
    return _("{part} ({percent} %)").format(part=numeral(part), percent=round(100 * part / whole))


def _counted(counts: Mapping[str, int], name: Callable[[Any], str]) -> str:
    """ "French (12), English (9)", the most first."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return listed((f"{clean(name(key))} ({numeral(number)})" for key, number in ordered), 12)


def _line(text: str) -> Line:
    return (Span(text),)
