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
# What stands between victims and an army to which they do not belong, and letters of a word too small to be a verb.
_APART = ("join", "be", "part", "number", *NOUNS, *HARMS)
_SHORT = 3
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
        if index >= len(line.words) or line.words[index].gap >= COMMA or _counts_anew(line, index, start):
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


def _counts_anew(line: TaggedLine, index: int, start: int) -> bool:
    """Whether digits stand there that count what follows themselves: "3 killed 19 soldiers"."""
    return index > start and line.words[index].text.isdecimal() and not line.words[index].decimal


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


class Forces(NamedTuple):
    """Codes of the countries whose soldiers are not the mission's: the theatre's, and those that serve beside it."""

    theatre: frozenset[str]
    apart: frozenset[str] = frozenset()


def classified(
    line: TaggedLine, start: int, end: int, victims: str, forces: Forces, *, beside: bool = False
) -> Victims:
    """Whom the words `start` to `end` mean: soldiers are the mission's unless called the theatre's own.

    `beside` says that the sentence names peacekeepers as such as well: then soldiers of "the army", and those of
    countries whose soldiers serve beside the mission, are none of them.
    """
    if victims != "soldiers":
        return _CLASSES.get(victims, "unspecified")
    army = _army(line, start, end)
    first, last = (min(start, army.start), max(end, army.end)) if army else (start, end)
    named = [nation for nation in line.nations if first <= nation.start <= last + 1]
    if any(nation.code in forces.theatre and (nation.adjective or _genitive(line, nation)) for nation in named):
        return "national_forces"
    abroad = {nation.code for nation in named} - forces.theatre
    others = abroad <= forces.apart and bool(army or abroad)
    return "national_forces" if beside and others else "peacekeepers"


def _army(line: TaggedLine, start: int, end: int) -> Tagged | None:
    """The army that the victims `start` to `end` belong to: "a soldier of the Malian army", "ordudan bir asker"."""
    return next((span for span in line.spans if span.has("army") and _belongs(line, span, start, end)), None)


def _belongs(line: TaggedLine, army: Tagged, start: int, end: int) -> bool:
    if army.start < end:
        return army.start >= start or (army.end == start and line.words[start].gap < COMMA)
    between = range(end, army.start)
    if len(between) > _MOST_BETWEEN or line.gap(end, army.start) >= COMMA:
        return False
    return not line.between(end, army.start, *_APART) and all(_linking(line, index) for index in between)


def _linking(line: TaggedLine, index: int) -> bool:
    """Whether a word may stand between a soldier and the army: "of", an article, a country."""
    known = line.has(index, "of", "stop", "article", "filler") or len(line.words[index].text) <= _SHORT
    return known or any(nation.start <= index < nation.end for nation in line.nations)


def _genitive(line: TaggedLine, nation: Nation) -> bool:
    return nation.end < len(line.words) and line.words[nation.end].text == "s"
