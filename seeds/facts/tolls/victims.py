"""Nouns for victims: which noun a number or an article counts, and whom it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from seeds.facts.line import Nation, TaggedLine
from seeds.facts.tags import Tagged
from seeds.model import Victims
from seeds.text.words import COMMA, NOTHING

NOUNS = ("one", "many", "two")
HARMS = ("killed", "injured")
_MOST_BETWEEN = 4  # words between a number or article and its noun
_ENDS = ("stop", "join", "none", "part", "least", "article", "another", "vague")
# When nouns stand together, the class that tells most decides: "police peacekeepers", "civilian contractors".
_RANK = ("attackers", "peacekeepers", "contractors", "national_forces", "soldiers", "civilians", "people")
_CLASSES: Mapping[str, Victims] = {
    "peacekeepers": "peacekeepers",
    "national_forces": "national_forces",
    "civilians": "civilians",
    "contractors": "contractors",
    "attackers": "attackers",
}


class Noun(NamedTuple):
    """A noun for victims that ends before word `end`; `part` for "of them", part of those told before."""

    victims: str
    end: int
    single: bool = False
    part: bool = False


def noun(line: TaggedLine, start: int) -> Noun | None:
    """The noun for the victims that a number or article before word `start` counts; None when there is none."""
    index, nation = start, None
    if line.has(start, "of") and not line.has(start, *NOUNS):
        index = line.at[start].end  # "four of his comrades"
    for _ in range(_MOST_BETWEEN + 1):
        if index >= len(line.words) or line.words[index].gap >= COMMA:
            break
        found = _head(line, index, start)
        if found is not None:
            return found
        named, span = line.nation_at(index), line.at.get(index)
        if named is not None:
            nation, index = named, named.end
        elif span is not None and _closes(line, span, start):
            break
        else:
            index = span.end if span is not None else index + 1
    return _people(nation)


def _people(nation: Nation | None) -> Noun | None:
    """The adjective of a country for its people: "three Togolese"."""
    return Noun("soldiers", nation.end) if nation is not None and nation.adjective else None


def _head(line: TaggedLine, index: int, start: int) -> Noun | None:
    span = line.at.get(index)
    if span is None:
        return None
    if index == start and span.has("ofthem"):
        return Noun("people", span.end, part=True)
    # words like "victims" name people and harm at once; right after the number they are the harm
    if span.has(*NOUNS) and not (index == start and span.has(*HARMS)):
        return headed(line, span)
    return None


def _closes(line: TaggedLine, span: Tagged, start: int) -> bool:
    """Whether the words for victims end here."""
    if span.has(*HARMS):
        return span.start > start and not line.has(start, "filler")  # "six wounded soldiers" goes on
    return span.has(*_ENDS) or line.number_at(span.start) is not None


def headed(line: TaggedLine, span: Tagged) -> Noun:
    """The noun at a span together with the nouns right after it."""
    victims, single, end = victims_of(span), span.has("one"), span.end
    while (following := line.at.get(end)) is not None and line.words[end].gap == NOTHING:
        if not following.has(*NOUNS) or following.has(*HARMS):
            break
        added = victims_of(following)
        single = following.has("one") or (single and added == "peacekeepers")  # "جندي من القبعات الزرق"
        victims, end = finer(victims, added), following.end
    return Noun(victims, end, single)


def victims_of(span: Tagged) -> str:
    """The class of victims that a span of a noun means, the most telling of several."""
    return min((str(value) for kind, value in span.tags if kind in NOUNS), key=_RANK.index)


def finer(one: str, two: str) -> str:
    """The class that tells more."""
    return min((one, two), key=_RANK.index)


def classified(line: TaggedLine, start: int, end: int, victims: str, theatre: frozenset[str]) -> Victims:
    """Whom the words `start` to `end` mean: soldiers are the mission's unless called the theatre's own."""
    if victims != "soldiers":
        return _CLASSES.get(victims, "unspecified")
    own = any(
        nation.code in theatre and (nation.adjective or _genitive(line, nation))
        for nation in line.nations
        if start <= nation.start <= end + 1
    )
    return "national_forces" if own else "peacekeepers"


def _genitive(line: TaggedLine, nation: Nation) -> bool:
    return nation.end < len(line.words) and line.words[nation.end].text == "s"
