"""Who was killed and hurt, as a text states it: words of harm bound to the phrases that name their victims.

A word of harm knows on which side its victims stand (`lexicon/harm.toml`). Within a sentence each takes at most one
phrase and each phrase is taken once; of all ways to do so the one with the shortest distances wins. What marks a
running total, another incident or a part of a number already told takes the figure nearest to it out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from seeds.model import Victims
from seeds.phrases import Line, Phrase, classified, named, phrases
from seeds.words import COMMA, NOTHING, STOP, Span

HarmName = Literal["killed", "injured"]
_UNBOUND = 6.0  # what it costs to leave a word of harm without victims
_ACROSS_HARM = 3.0
_COMMA = 1.5
_REACH = 12  # words between a total and what marks it as one
_FAR = 14  # words between victims and what befell them
_MOST_HARMS = 6
_COUNTS: Mapping[Hashable, int] = {"one": 1, "two": 2}
_LOOSE = ("filler", "be", "least", "mark", "weekday", "ago")
_SIDES = ("object", "subject", "either", "counted", "rise", "lost")


@dataclass(frozen=True, slots=True)
class Harm:
    """A word of harm at words `start` to `end`; `sides` as in `lexicon/harm.toml`."""

    name: HarmName
    start: int
    end: int
    sides: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure as stated: so many of those were killed or injured.

    `group` tells which claims one word of harm makes together. `running`, `elsewhere` and `part` say why it is not
    the incident's toll; `rise` that it replaces earlier figures.
    """

    harm: HarmName
    count: int | None
    victims: Victims
    line: int
    start: int
    end: int
    group: int
    at_least: bool = False
    running: bool = False
    elsewhere: bool = False
    part: bool = False
    rise: bool = False
    bare: bool = False
    named: bool = False

    @property
    def stands(self) -> bool:
        """Whether it is a figure of the incident told."""
        return self.count is not None and not (self.running or self.elsewhere)


def claims(line: Line, theatre: frozenset[str]) -> list[Claim]:
    """All claims of a sentence, in the order of their words of harm."""
    harms = _harms(line)
    if not harms:
        return _discounted(line, list(_said(line, 0, frozenset())))
    known = phrases(line)
    if line.number:
        taken = {index for phrase in known for index in range(phrase.start, phrase.end)}
        taken |= {index for span in line.spans for index in range(span.start, span.end)}
        taken |= {index for nation in line.nations for index in range(nation.start, nation.end)}
        taken |= {index for place in line.places for index in range(place[0], place[1])}
        known = sorted([*known, *named(line, frozenset(taken))], key=lambda phrase: phrase.start)
    bound = _outranked(line, harms, known, _bind(line, harms, known))
    taken = {index for index in bound if index is not None}
    found = [
        claim
        for group, harm in enumerate(harms)
        for claim in _claimed(line, group, harm, bound[group], taken, known, theatre)
    ]
    told = frozenset(harm.start for group, harm in enumerate(harms) if bound[group] is not None)
    found += _said(line, len(harms), told)
    return _discounted(line, _merged(line, sorted(found, key=lambda claim: (claim.start, claim.group))))


def _merged(line: Line, found: Sequence[Claim]) -> list[Claim]:
    """The claims, those of one sentence that "and" joins told as one: "the bodies of Captain A and Corporal B, killed"."""
    result: list[Claim] = []
    for claim in found:
        last = result[-1] if result else None
        if last and last.harm == claim.harm and last.group != claim.group and _linked(line, last, claim):
            claim = replace(claim, group=last.group)
        result.append(claim)
    return result


def _harms(line: Line) -> list[Harm]:
    found = []
    for span in line.spans:
        if span.has("mask"):
            continue
        for name in ("killed", "injured"):
            sides = frozenset(str(value) for kind, value in span.tags if kind == name and value in _SIDES)
            if not line.tolled:
                sides -= {"rise"}  # "the force rises to 13,000"
            if sides and not _by_mission(line, span, sides):
                found.append(Harm(name, span.start, span.end, sides))  # type: ignore[arg-type]
                break
    return found[:_MOST_HARMS]


def _by_mission(line: Line, span: Span, sides: frozenset[str]) -> bool:
    """Whether a mission is said to have lost them: that is its total over the years."""
    if sides != {"lost"}:
        return False
    return line.marked(max(span.start - 4, 0), span.start, "mission")


def _bind(line: Line, harms: Sequence[Harm], known: Sequence[Phrase]) -> list[int | None]:
    """For each word of harm the index of the phrase it takes."""
    options = [_options(line, harm, harms, known) for harm in harms]
    best: tuple[float, list[int | None]] = (float("inf"), [])

    def choose(position: int, cost: float, taken: list[int | None]) -> None:
        nonlocal best
        if cost >= best[0]:
            return
        if position == len(harms):
            best = (cost, list(taken))
            return
        for phrase, price in options[position]:
            if phrase not in taken:
                choose(position + 1, cost + price, [*taken, phrase])
        choose(position + 1, cost + _UNBOUND, [*taken, None])

    choose(0, 0.0, [])
    return best[1]


def _options(line: Line, harm: Harm, harms: Sequence[Harm], known: Sequence[Phrase]) -> list[tuple[int, float]]:
    found = []
    for index, phrase in enumerate(known):
        if phrase.start <= harm.start and harm.end <= phrase.end:
            return [(index, 0.0)]
    after = next((index for index, phrase in enumerate(known) if phrase.start >= harm.end), None)
    if after is not None and (price := _after(line, harm, harms, known[after])) is not None:
        found.append((after, price))
    for index in range(len(known) - 1, -1, -1):
        if known[index].end > harm.start:
            continue
        price = _before(line, harm, harms, known[index])
        if price is not None:
            whole = index - 1 if index and known[index].part and not known[index - 1].part else index
            found.append((whole, price))  # "16 people, including nine soldiers, were injured"
        if price is not None or not known[index].bare:
            break
    return sorted(found, key=lambda option: option[1])


def _after(line: Line, harm: Harm, harms: Sequence[Harm], phrase: Phrase) -> float | None:
    """What it costs that the victims stand after the word of harm; None when they can't."""
    if phrase.named or not harm.sides & {"object", "either", "rise", "lost", "counted"}:
        return None
    between = range(harm.end, phrase.start)
    strongest = line.gap(harm.end, phrase.start)
    if phrase.part or (strongest >= COMMA and not (strongest == STOP and "counted" in harm.sides and not between)):
        return None
    if any(other.start in between for other in harms) or line.between(harm.end, phrase.start, "join", "part"):
        return None
    loose = [index for index in between if not _loose(line, index)]
    if any(line.has(index, "stop") for index in loose):
        return None
    if phrase.bare and loose:
        return None
    if harm.sides & {"object", "rise", "lost"}:
        return 0.5 * len(loose) if len(loose) <= 4 else None
    if harm.sides == {"counted"}:
        return 0.3 if not loose and (phrase.bare or phrase.victims == "people") else None
    return 0.5 * len(loose) if len(loose) <= 1 else None


def _before(line: Line, harm: Harm, harms: Sequence[Harm], phrase: Phrase) -> float | None:
    """What it costs that the victims stand before the word of harm; None when they can't."""
    between = range(phrase.end, harm.start)
    if not harm.sides & {"subject", "either", "counted"} or len(between) > _FAR:
        return None
    strongest = line.gap(phrase.end, harm.start)
    loose = [index for index in between if not _loose(line, index)]
    if strongest >= STOP or ((phrase.bare or phrase.named) and (strongest >= COMMA or loose)):
        return None
    if harm.sides <= {"counted"} and (loose or strongest or (phrase.count == 1 and _uncountable(line, phrase))):
        return None
    commas = sum(line.words[index].gap == COMMA for index in range(phrase.end, harm.start + 1))
    crossed = sum(other.start in between for other in harms)
    return 0.2 + 0.4 * len(loose) * (0.5 if crossed else 1) + _COMMA * commas + _ACROSS_HARM * crossed


def _uncountable(line: Line, phrase: Phrase) -> bool:
    """Whether one noun without article or number only describes the harm: "peacekeeper deaths"."""
    return not (phrase.bare or line.has(phrase.start, "article", "another", "number"))


def _loose(line: Line, index: int) -> bool:
    """Whether a word may stand between a number and its harm without meaning anything."""
    if any(span.start <= index < span.end and span.has(*_LOOSE) for span in line.spans):
        return True
    if line.has(index, "stop"):
        return _where_or_when(line, index + 1)
    return _where_or_when(line, index) and index > 0 and line.has(index - 1, "stop")


def _where_or_when(line: Line, index: int) -> bool:
    """Whether a place, a country or a day is named there: "in Gao", "on Sunday"."""
    if line.has(index, "weekday", "ago") or any(start <= index < end for start, end, _ in line.places):
        return True
    return any(nation.start <= index < nation.end and not nation.adjective for nation in line.nations)


def _outranked(
    line: Line, harms: Sequence[Harm], known: Sequence[Phrase], bound: Sequence[int | None]
) -> list[int | None]:
    """Death outranks wounds: "a wounded peacekeeper has died" tells of one dead."""
    result = list(bound)
    for index, harm in enumerate(harms):
        if harm.name != "killed" or result[index] is not None or not harm.sides & {"subject", "either"}:
            continue
        for other in range(index - 1, -1, -1):
            phrase = result[other]
            if phrase is None or harms[other].name != "injured" or known[phrase].count is None:
                continue
            taken = known[phrase]
            between = (one for one in known if harms[other].end <= one.start < harm.start and not one.bare)
            free = all(one is taken for one in between)
            if free and taken.end <= harm.start and line.gap(harms[other].end, harm.start) < STOP:
                result[index], result[other] = phrase, None
            break
    return result


def _claimed(
    line: Line,
    group: int,
    harm: Harm,
    index: int | None,
    taken: set[int],
    known: Sequence[Phrase],
    theatre: frozenset[str],
) -> Iterator[Claim]:
    if index is None:
        return
    late = any(span.has("late") for span in line.spans) or "subject" in harm.sides
    for phrase in (known[index], *_joined(line, harm, index, taken, known)):
        # "a third soldier died": three are dead by now; "a third was killed" tells of a third attack
        count = phrase.ordinal if phrase.ordinal and late and harm.name == "killed" else phrase.count
        yield Claim(
            harm=harm.name,
            count=count,
            victims=classified(line, phrase, theatre),
            line=line.number,
            start=phrase.start,
            end=phrase.end,
            group=group,
            at_least=phrase.least,
            part=phrase.part,
            rise="rise" in harm.sides,
            bare=phrase.bare,
            named=phrase.named,
        )


def _joined(line: Line, harm: Harm, index: int, taken: set[int], known: Sequence[Phrase]) -> Iterator[Phrase]:
    """The phrases that "and" or a comma joins to the one a word of harm took, on the side away from it."""
    step = 1 if known[index].start >= harm.end else -1
    current = index
    while 0 <= current + step < len(known) and (current + step) not in taken:
        first, second = sorted((known[current], known[current + step]), key=lambda phrase: phrase.start)
        other = known[current + step]
        if other.bare or other.part or other.named or not _linked(line, first, second):
            return
        current += step
        taken.add(current)
        yield other


def _linked(line: Line, first: Phrase | Claim, second: Phrase | Claim) -> bool:
    between = range(first.end, second.start)
    joined = any(line.has(index, "join") for index in between)
    comma = line.words[second.start].gap == COMMA
    harmed = line.between(first.end, second.start, "killed", "injured", "part")
    return (joined or comma) and not harmed and len(between) <= 5 and line.gap(first.end, second.start) < STOP


def _said(line: Line, group: int, told: frozenset[int]) -> Iterator[Claim]:
    """Words that say harm and number at once: "قتيلان". Those for one count only without a number (not in `told`)."""
    for span in line.spans:
        for kind, value in span.tags:
            if kind in ("killed", "injured") and not span.has("mask") and _COUNTS.get(value) and span.start not in told:
                name: HarmName = "killed" if kind == "killed" else "injured"
                yield Claim(name, _COUNTS[value], "unspecified", line.number, span.start, span.end, group)
                group += 1
                break


def _discounted(line: Line, found: Sequence[Claim]) -> list[Claim]:
    """The claims with those marked that are totals over years or tell of another incident."""
    result = list(found)
    if any(mark.has("memorial") for mark in line.marks):
        return [replace(claim, running=True) for claim in result]
    for mark in line.marks:
        if mark.has("running") and (target := _totalled(line, mark, result)) is not None:
            result = [replace(claim, running=True) if claim.group == target.group else claim for claim in result]
        if mark.has("elsewhere", "after"):
            target = _following(line, mark, result) or (_preceding(line, mark, result) if mark.has("elsewhere") else None)
            if target is not None:
                result = [_moved(claim, target) for claim in result]
    return result


def _moved(claim: Claim, target: Claim) -> Claim:
    """The claim, of another incident if it is the one so marked or stands after it in the sentence."""
    beyond = claim.group == target.group or claim.start > target.start
    return replace(claim, elsewhere=True) if beyond else claim


def _totalled(line: Line, mark: Span, found: Sequence[Claim]) -> Claim | None:
    """The claim a running total's mark belongs to, unless the attack's number or the mission's age stands nearer."""
    if line.marked(max(mark.start - 3, 0), mark.start, "deployed"):
        return None
    best = min(found, key=lambda claim: _apart(mark, claim), default=None)
    if best is None or _apart(mark, best) > _REACH:
        return None
    if any(_nearer(mark, other, best) for other in (*line.marks, *line.spans) if other.has("deed", "ordinal")):
        return None
    return best if line.gap(min(best.end, mark.end), max(best.start, mark.start)) < STOP else None


def _nearer(mark: Span, other: Span, best: Claim) -> bool:
    """Whether the word for an attack stands between the mark and the claim: "the fifth attack since May"."""
    before = other.end <= mark.start and mark.start - other.end < _apart(mark, best)
    return before and (best.end <= other.start or best.start >= mark.end)


def _apart(span: Span, claim: Claim) -> int:
    return span.start - claim.end if claim.end <= span.start else max(claim.start - span.end, 0)


def _following(line: Line, mark: Span, found: Sequence[Claim]) -> Claim | None:
    return next(
        (claim for claim in found if claim.start >= mark.end and line.gap(mark.end, claim.start) < STOP),
        None,
    )


def _preceding(line: Line, mark: Span, found: Sequence[Claim]) -> Claim | None:
    before = [claim for claim in found if claim.end <= mark.start]
    return before[-1] if before and line.gap(before[-1].end, mark.start) < STOP else None
