"""Putting roles together: the United Nations with one of its units is a peace operation's role.

"UN base", "base de la ONU", "قاعدة للأمم المتحدة": organisation and unit stand side by side, or with words between
that keep them one thing (articles, "peacekeeping", a country's people, the theatre itself). Nothing else may stand
there, and no sign that ends a phrase: "UN: soldiers executed civilians" is no UN soldier.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from operator import attrgetter

from seeds.relevance.evidence import REACH
from seeds.text.reading import Reading
from seeds.text.scan import Find, Term

_BRIDGES = frozenset({"glue", "locative", "genitive", "origin", "theatre"})
_SAYING = _BRIDGES | {"saying", "possessive"}
_MOST_BETWEEN = 7  # words between organisation and unit
_REACH = 150  # characters of the folded text within which they stand …
_NEAREST = 4  # … and how many there are looked at on either side
_MOST_BESIDE = 2  # words between "mission" and the theatre
_start = attrgetter("start")
_STOPS = re.compile(r"[.,:;!?()\[\]\"«»“”„—–|…、。،؛\n]")
_MISSION = "mission"
_WITHDRAWAL = "withdrawal"
_COUNCIL = frozenset({_MISSION, _WITHDRAWAL})  # what the Security Council decides on for a mission alone
_SHARED = frozenset({"base", "mandate"})  # units that aid agencies and experts of the United Nations have as well
_PEACE = frozenset({"org", "council", "role"})
_STRANGERS = frozenset({"force", "agency"})
#: The concept of a mission in the theatre where the organisation stands elsewhere in the sentence.
MISSION_HERE = "mission.here"


def composed(finds: Sequence[Find], reading: Reading, people: Container[str]) -> Iterator[Find]:
    """The roles that parts among the finds make together.

    `people` knows the words for countries and their people.
    """
    units = [find for find in finds if find.entry.kind == "unit"]
    if not units:
        return
    gaps = _Gaps(finds, reading, people)
    orgs = [find for find in finds if find.entry.kind in ("org", "council")]
    whole = {(find.start, find.end) for find in finds if find.entry.kind == "role"}
    helped = {_sentence(reading, find) for find in finds if find.entry.kind == "agency"}
    for unit in units:
        if unit.entry.concept in _SHARED and _sentence(reading, unit) in helped:
            continue
        for org in _around(unit, orgs):
            if not _decides(org, unit) or _span(org, unit) in whole:
                continue
            if gaps.joined(org, unit, _MOST_BETWEEN) and not (_leaves(unit, org) and gaps.from_between(unit, org)):
                yield _role(f"un.{unit.entry.concept}", org, unit)
    kinds = {find.entry.kind for find in finds}
    if kinds & _PEACE and not kinds & _STRANGERS:
        named = sorted({_sentence(reading, find) for find in finds if find.entry.kind in _PEACE})
        yield from (find for find in _missions_here(finds, units, gaps) if _near(_sentence(reading, find), named))


def _near(sentence: int, others: Sequence[int]) -> bool:
    """Whether one of the other sentences, which are in order, is within reach."""
    return bisect_left(others, sentence - REACH) < bisect_right(others, sentence + REACH)


def _sentence(reading: Reading, find: Find) -> int:
    return reading.sentence_at(reading.origins[find.start])


def _leaves(unit: Find, org: Find) -> bool:
    """Whether somebody may be leaving the organisation, instead of the organisation somewhere."""
    return unit.entry.concept == _WITHDRAWAL and unit.start < org.start


def _decides(org: Find, unit: Find) -> bool:
    return org.entry.kind == "org" or unit.entry.concept in _COUNCIL


def _missions_here(finds: Sequence[Find], units: Sequence[Find], gaps: _Gaps) -> Iterator[Find]:
    """A mission beside the theatre, where the organisation or a role is named anywhere and nobody else's force is."""
    places = [find for find in finds if find.entry.kind == "theatre" and not find.entry.common]
    for unit in (unit for unit in units if unit.entry.concept == _MISSION):
        for place in _around(unit, places):
            if gaps.joined(place, unit, _MOST_BESIDE):
                yield _role(MISSION_HERE, place, unit)


def _around(unit: Find, others: Sequence[Find]) -> Sequence[Find]:
    """Those of the finds, which are in order, that are near enough to be one thing with the unit."""
    middle = bisect_left(others, unit.start, key=_start)
    beside = others[max(middle - _NEAREST, 0) : middle + _NEAREST]
    return [other for other in beside if unit.start - _REACH <= other.start < unit.end + _REACH]


def _span(one: Find, unit: Find) -> tuple[int, int]:
    return min(one.start, unit.start), max(one.end, unit.end)


def _role(concept: str, one: Find, unit: Find) -> Find:
    start, end = _span(one, unit)
    return Find(Term(concept, "role", unit.entry.form), start, end, longer=end - start > unit.end - unit.start)


class _Gaps:
    """What stands between two finds of a text, and whether it keeps them one thing."""

    def __init__(self, finds: Sequence[Find], reading: Reading, people: Container[str]) -> None:
        self._bridges: dict[int, list[Find]] = {}
        for find in finds:
            if find.entry.kind in _SAYING:
                self._bridges.setdefault(find.start, []).append(find)
        self._reading = reading
        self._people = people

    def joined(self, one: Find, two: Find, most: int) -> bool:
        """Whether at most `most` words, all of them bridges, lie between the two."""
        first, second = (one, two) if one.start < two.start else (two, one)
        if first.end > second.start:
            return False
        words = self._reading.folded[first.end : second.start].split()
        if len(words) > most or _STOPS.search(self._reading.original(first.end, second.start).lstrip(".)")):
            return False
        start, end = first.end + 1, second.start
        return self._bridged(start, end, _BRIDGES) or (first is one and self._owned(start, end))

    def from_between(self, first: Find, second: Find) -> bool:
        """Whether a word for "from" stands between the two."""
        return any(find.entry.kind == "origin" for place in range(first.end, second.start) for find in self._at(place))

    def _owned(self, start: int, end: int) -> bool:
        """Whether the first says something of its own: "the UN mourns two of its soldiers"."""
        owns = any(find.entry.kind == "possessive" for place in range(start, end) for find in self._at(place))
        return owns and self._bridged(start, end, _SAYING)

    def _at(self, place: int) -> Sequence[Find]:
        return self._bridges.get(place, ())

    def _bridged(self, position: int, end: int, kinds: Container[str]) -> bool:
        folded = self._reading.folded
        while position < end:
            reach = [find.end for find in self._at(position) if find.end < end and find.entry.kind in kinds]
            stop = folded.index(" ", position)
            word = folded[position:stop]
            if not reach and not word.isdigit() and word not in self._people:
                return self._of(stop + 1, end)
            position = max(reach, default=stop) + 1
        return True

    def _of(self, position: int, end: int) -> bool:
        """Whether all that is left is a word for "of"."""
        return any(find.entry.kind == "genitive" and find.end + 1 == end for find in self._at(position))
