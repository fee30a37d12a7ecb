"""Who serves: a country's people or army beside a word for soldiers, police, their convoys and camps.

"Chadian soldiers" are a contributor's ("serving"), "French soldiers" are of a force that is there beside the mission
("apart.force"), "Malian soldiers" the theatre's own ("home"). None of them says anything without the theatre.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from seeds.lexicon.countries import PEOPLE_SUFFIX
from seeds.text.reading import Reading
from seeds.text.scan import Find, Term

_UNITS = frozenset({"force", "observer", "police", "convoy", "base"})
_MOST_BETWEEN = 2  # words between the people and the unit
_GAP = 24  # characters that hold no more than that
_NEAREST = 3  # units on either side that are looked at
_STOPS = re.compile(r"[.,:;!?()\[\]\"«»“”„—–|…、。،؛\n]")
_MADE = {"people": "serving", "land": "serving", "apart": "apart.force", "theatre": "home"}
_NATIONS = frozenset({*_MADE, "stranger"})
_start = attrgetter("start")


def served(finds: Sequence[Find], reading: Reading) -> Iterator[Find]:
    """The forces of countries among the finds, which are in order; a named army is one by itself."""
    units = [find for find in finds if find.entry.kind == "unit" and find.entry.concept in _UNITS]
    scenes = {find.end + 1 for find in finds if find.entry.kind == "locative"}
    ands = {find.start - 1 for find in finds if find.entry.kind == "conjunction"}
    nations = [find.start for find in finds if find.entry.kind in _NATIONS]
    seen: set[tuple[str, int, int]] = set()
    for find in finds:
        kind = find.entry.kind
        if (place := (kind, find.start, find.end)) in seen:  # languages share words for a country's people
            continue
        seen.add(place)
        if kind == "army":
            yield find._replace(entry=Term(find.entry.concept, "serving", find.entry.form))
        elif kind == "land" and find.start in scenes:
            continue  # a place: "a base in western Niger"
        elif kind in _MADE and (kind != "theatre" or find.entry.concept.endswith(PEOPLE_SUFFIX)):
            own = [unit for unit in _near(find, units) if find.end not in ands or not _another(find, unit, nations)]
            yield from _with_unit(find, own, _MADE[kind], reading)


def _near(find: Find, units: Sequence[Find]) -> Sequence[Find]:
    middle = bisect_left(units, find.start, key=_start)
    return units[max(middle - _NEAREST, 0) : middle + _NEAREST]


def _another(find: Find, unit: Find, nations: Sequence[int]) -> bool:
    """Whether what follows the country and "and" is another thing: "the Niger and a base"; "Chad and Togo's troops"."""
    return find.start < unit.start and bisect_left(nations, find.end) == bisect_left(nations, unit.start)


def _with_unit(find: Find, units: Sequence[Find], kind: str, reading: Reading) -> Iterator[Find]:
    for unit in units:
        if _beside(find, unit, reading):
            start, end = min(find.start, unit.start), max(find.end, unit.end)
            yield Find(Term(find.entry.concept, kind, find.entry.form), start, end)
            return


def _beside(one: Find, two: Find, reading: Reading) -> bool:
    first, second = (one, two) if one.start < two.start else (two, one)
    if not 0 <= second.start - first.end <= _GAP:
        return False
    between = reading.original(first.end, second.start)
    return len(between.split()) <= _MOST_BETWEEN and not _STOPS.search(between)
