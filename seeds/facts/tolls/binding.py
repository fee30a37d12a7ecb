"""Words of harm and the phrases they take as their victims.

A word of harm knows on which side its victims stand ([harm] of its language). Within a sentence each takes at most one
phrase and each phrase is taken once; of all ways to do so the one with the shortest distances wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from seeds.facts.line import TaggedLine
from seeds.facts.tags import Tagged
from seeds.facts.tolls.phrases import Phrase
from seeds.text.words import COMMA, STOP

HarmName = Literal["killed", "injured"]
HARM_NAMES: tuple[HarmName, ...] = ("killed", "injured")
# What it costs to leave a word of harm without victims, to reach across another one, across a comma, a strange word.
_UNBOUND, _CROSSED, _COMMA, _WORD = 6.0, 3.0, 1.5, 0.5
_FAR = 14  # words between victims and what befell them
_MOST_BEHIND = 4  # strange words between an active verb and its victims
_MOST_HARMS = 6
_SIDES = ("object", "subject", "either", "counted", "rise", "lost")
_ACTIVE = frozenset({"object", "rise", "lost"})
_LOOSE = ("filler", "be", "least", "mark", "weekday", "ago")


class Harm(NamedTuple):
    """A word of harm at words `start` to `end`; `sides` as in [harm] of its language."""

    name: HarmName
    start: int
    end: int
    sides: frozenset[str]


def harms(line: TaggedLine) -> list[Harm]:
    """The words of harm of a sentence, in order."""
    found = [
        Harm(name, span.start, span.end, sides)
        for span in line.spans
        if span.has(*HARM_NAMES) and not span.has("mask")
        for name in HARM_NAMES
        if (sides := _sides(line, span, name))
    ]
    return found[:_MOST_HARMS]


def _sides(line: TaggedLine, span: Tagged, name: HarmName) -> frozenset[str]:
    sides = frozenset(str(value) for kind, value in span.tags if kind == name and value in _SIDES)
    if not line.tolled:
        sides -= {"rise"}  # "the force rises to 13,000"
    if sides == {"lost"} and line.marked(max(span.start - 4, 0), span.start, "mission") and not line.tells("attack"):
        return frozenset()  # what a mission lost, if in no attack, is its total over the years
    return sides


def bind(line: TaggedLine, found: Sequence[Harm], known: Sequence[Phrase]) -> list[int | None]:
    """For each word of harm the index of the phrase it takes, or None."""
    options = [_options(line, harm, found, known) for harm in found]
    best: tuple[float, list[int | None]] = (float("inf"), [])

    def choose(cost: float, taken: list[int | None]) -> None:
        nonlocal best
        if cost >= best[0]:
            return
        if len(taken) == len(options):
            best = cost, taken
            return
        for phrase, price in options[len(taken)]:
            if phrase not in taken:
                choose(cost + price, [*taken, phrase])
        choose(cost + _UNBOUND, [*taken, None])

    choose(0.0, [])
    return _outranked(line, found, known, best[1])


def _options(line: TaggedLine, harm: Harm, found: Sequence[Harm], known: Sequence[Phrase]) -> list[tuple[int, float]]:
    """The phrases a word of harm may take and what each costs, the cheapest first."""
    around = next((index for index, one in enumerate(known) if one.start <= harm.start and harm.end <= one.end), None)
    if around is not None:
        return [(around, 0.0)]  # "six wounded soldiers"
    options = []
    behind = next((index for index, one in enumerate(known) if one.start >= harm.end), None)
    if behind is not None and (price := _behind(line, harm, found, known[behind])) is not None:
        options.append((behind, price))
    for index in range(len(known) - 1, -1, -1):
        if known[index].end > harm.start:
            continue
        price = _before(line, harm, found, known[index])
        if price is not None:
            options.append((_whole(known, index), price))
        if price is not None or not known[index].bare:
            break
    return sorted(options, key=lambda option: option[1])


def _whole(known: Sequence[Phrase], index: int) -> int:
    """The phrase itself, or the one it is part of: "16 people, including nine soldiers, were injured"."""
    return index - 1 if index and known[index].part and not known[index - 1].part else index


def _behind(line: TaggedLine, harm: Harm, found: Sequence[Harm], phrase: Phrase) -> float | None:
    """What it costs that the victims stand behind the word of harm; None when they can't."""
    start, end = harm.end, phrase.start
    if phrase.named or phrase.part or not harm.sides - {"subject"}:
        return None
    if line.between(start, end, "join", "part") or any(start <= other.start < end for other in found):
        return None
    strongest = line.gap(start, end)
    if strongest >= COMMA and not (strongest == STOP and "counted" in harm.sides and start == end):
        return None
    strange = _strange(line, start, end)
    if any(line.has(index, "stop") for index in strange) or (phrase.bare and strange):
        return None
    if phrase.bare and "rise" not in harm.sides and _counting(line, phrase):
        return None
    return _reach(harm, phrase, len(strange))


def _counting(line: TaggedLine, phrase: Phrase) -> bool:
    """Whether a bare number counts something else: "wounded in six attacks". Unknown names count as people's."""
    end = phrase.end
    if end >= len(line.words) or line.words[end].gap >= COMMA or line.words[end].capital:
        return False
    if end in line.at and not line.has(end, "numbered"):
        return False
    return line.nation_at(end) is None


def _reach(harm: Harm, phrase: Phrase, strange: int) -> float | None:
    """The cost of strange words before the victims, None for too many of them."""
    if harm.sides == {"counted"}:
        return 0.3 if not strange and (phrase.bare or phrase.victims == "people") else None
    return _WORD * strange if strange <= (_MOST_BEHIND if harm.sides & _ACTIVE else 1) else None


def _before(line: TaggedLine, harm: Harm, found: Sequence[Harm], phrase: Phrase) -> float | None:
    """What it costs that the victims stand before the word of harm; None when they can't."""
    start, end = phrase.end, harm.start
    if not harm.sides & {"subject", "either", "counted"} or end - start > _FAR:
        return None
    strongest, strange = line.gap(start, end), _strange(line, start, end)
    if strongest >= STOP or ((phrase.bare or phrase.named) and (strongest >= COMMA or strange)):
        return None
    if harm.sides <= {"counted"} and (strange or strongest or _describing(line, phrase)):
        return None
    commas = sum(line.words[index].gap == COMMA for index in range(start, end + 1))
    crossed = sum(start <= other.start < end for other in found)
    return 0.2 + 0.8 * _WORD * len(strange) / (1 + bool(crossed)) + _COMMA * commas + _CROSSED * crossed


def of_nobody(line: TaggedLine, harm: Harm, phrase: Phrase) -> bool:
    """Whether a word of harm befell nobody, as is said right beside it: "no peacekeeper was killed"."""
    start, end = (phrase.end, harm.start) if phrase.end <= harm.start else (harm.end, phrase.start)
    said_again = all(line.has(index, "negation") for index in _strange(line, start, end))  # "никто не погиб"
    return phrase.nobody and line.gap(start, end) < COMMA and said_again


def _describing(line: TaggedLine, phrase: Phrase) -> bool:
    """Whether one noun without article or number only describes the harm: "peacekeeper deaths"."""
    return phrase.count == 1 and not phrase.bare and not line.has(phrase.start, "article", "another", "number")


def _strange(line: TaggedLine, start: int, end: int) -> list[int]:
    """The words of a stretch that may not stand between a number and its harm without meaning something."""
    return [index for index in range(start, end) if not _loose(line, index)]


def _loose(line: TaggedLine, index: int) -> bool:
    if any(span.start <= index < span.end and span.has(*_LOOSE) for span in line.spans):
        return True
    if line.has(index, "stop"):
        return _where_or_when(line, index + 1)
    return index > 0 and line.has(index - 1, "stop") and _where_or_when(line, index)


def _where_or_when(line: TaggedLine, index: int) -> bool:
    """Whether a place, a country or a day is named there: "in Gao", "on Sunday"."""
    if line.has(index, "weekday", "ago") or any(start <= index < end for start, end, _ in line.places):
        return True
    return any(nation.start <= index < nation.end and not nation.adjective for nation in line.nations)


def _outranked(
    line: TaggedLine, found: Sequence[Harm], known: Sequence[Phrase], bound: Sequence[int | None]
) -> list[int | None]:
    """Death outranks wounds: "a wounded peacekeeper has died" tells of one dead, as does "one of the six wounded"."""
    result = list(bound)
    for index, harm in enumerate(found):
        if harm.name != "killed" or result[index] is not None or not harm.sides & {"subject", "either"}:
            continue
        for earlier in range(index - 1, -1, -1):
            phrase = result[earlier]
            wounds = found[earlier]
            if phrase is not None and wounds.name == "injured" and _dies(line, wounds, harm, known, phrase):
                share = phrase and known[phrase - 1].share is not None
                result[index], result[earlier] = (phrase - 1, phrase) if share else (phrase, None)
                break
    return result


def _dies(line: TaggedLine, wounds: Harm, death: Harm, known: Sequence[Phrase], phrase: int) -> bool:
    """Whether the victims of wounds are those of a death told later in the sentence, no others standing between."""
    if known[phrase].count is None or known[phrase].end > death.start:
        return False
    others = (one for number, one in enumerate(known) if number != phrase and not one.bare)
    free = not any(wounds.end <= one.start < death.start for one in others)
    return free and line.gap(wounds.end, death.start) < STOP
