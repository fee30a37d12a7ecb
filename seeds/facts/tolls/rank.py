"""Which of the figures in an item is the toll of its main incident: the candidates, and what is said of each.

A candidate is one figure as stated, several that may add up, a number that no word of harm takes, or that no toll is
told. How much each feature speaks
for a candidate is learned from labelled items (`weights/tolls.toml`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

from seeds.facts.line import TaggedLine, names_year, spoken_of
from seeds.facts.tolls.binding import HARM_NAMES, HarmName
from seeds.facts.tolls.claims import Claim
from seeds.facts.tolls.phrases import Phrase, phrases
from seeds.weights import Features, Weights, chances

_MOST = 7  # figures of a harm that are looked at …
_MOST_ADDED = 5  # … and of which two or three may add up
_MOST_LOOSE, _CLOSE = 5, 4  # victims that no word of harm takes; words between such a one and a word of harm
_SURE = 0.6  # by cross-validation: a lower one tells more that is wrong than that is right, a higher one little
_MANY = 30  # hardly any incident has killed or hurt so many of a mission
_FLAGS = ("running", "elsewhere", "before", "part", "rise", "bare", "named", "at_least", "unharmed", "implied")
_MARKS = ("memorial", "running", "elsewhere", "after", "late", "ceremony", "deployed", "mission", "attack", "deed")
_PARTS = ("title", "lead")
_TOLD = 0.5  # what a topic counts: there are many, so each needs more items behind it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure that may be the toll, the claims it rests on, and what is said of it; None stands for no toll told."""

    count: int | None
    claims: tuple[Claim, ...]
    features: Features


_Group = tuple[Claim, ...]


def candidates(lines: Sequence[TaggedLine], claims: Sequence[Claim], harm: HarmName) -> tuple[Candidate, ...]:
    """All candidates for one harm, that no toll is told first."""
    told = _groups([*claims, *_implied(claims)], harm)
    attackers = sum(_sum(group) for group in told if _all(group, "attackers"))
    groups = [kept for group in told if (kept := tuple(one for one in group if one.victims != "attackers"))][:_MOST]
    found = [
        Candidate(None, (), _silent(lines, groups, harm)),
        *_single(lines, groups, attackers),
        *_added(groups),
        *_loose(lines, claims, harm),
    ]
    return tuple(replace(one, features=_of_harm(one.features, harm)) for one in found)


def likeliest(found: Sequence[Candidate], weights: Weights) -> Candidate:
    """The candidate whose figure is likeliest; candidates of one figure speak for it together.

    A figure that is not by half likelier than all else together is not told: nothing rather than a wrong figure.
    """
    likely = chances([one.features for one in found], weights)
    together: dict[int | None, float] = {}
    for one, chance in zip(found, likely, strict=True):
        together[one.count] = together.get(one.count, 0.0) + chance
    best = max(zip(found, likely, strict=True), key=lambda pair: (together[pair[0].count], pair[1]))[0]
    return best if together[best.count] >= _SURE else found[0]


def _implied(claims: Sequence[Claim]) -> list[Claim]:
    """That nobody was killed, where it is only said that nobody was hurt."""
    dead = {claim.line for claim in claims if claim.harm == "killed" and claim.count == 0}
    return [
        replace(claim, harm="killed", implied=True)
        for claim in claims
        if claim.harm == "injured" and claim.count == 0 and claim.line not in dead
    ]


def _of_harm(features: Mapping[str, float], harm: HarmName) -> Features:
    return {f"{harm} {name}": value for name, value in features.items()}


def _groups(claims: Sequence[Claim], harm: HarmName) -> list[_Group]:
    """The figures that one word of harm makes together, in the order of the text."""
    mine = sorted((one for one in claims if one.harm == harm and one.count is not None), key=_place)
    return [tuple(group) for _, group in groupby(mine, key=_place)]


def _place(claim: Claim) -> tuple[int, int]:
    return claim.line, claim.group


def _sum(group: Sequence[Claim]) -> int:
    return sum(claim.count or 0 for claim in group)


def _all(group: Sequence[Claim], victims: str) -> bool:
    return all(claim.victims == victims for claim in group)


def _stands(group: Sequence[Claim]) -> bool:
    return not any(claim.running or claim.elsewhere for claim in group)


def _part(number: int) -> str:
    return _PARTS[number] if number < len(_PARTS) else "rest"


def _silent(lines: Sequence[TaggedLine], groups: Sequence[_Group], harm: HarmName) -> dict[str, float]:
    """What is said of there being no toll."""
    first = lines[0] if lines else None
    return {
        "no toll": 1.0,
        "no toll, figures": min(len(groups), 3) / 3,
        "no toll, none stands": float(bool(groups) and not any(map(_stands, groups))),
        "no toll, harm in title": float(first is not None and first.tells(harm)),
        "no toll, attack in title": float(first is not None and first.tells("attack")),
        "no toll, deed": float(any(line.tells("deed", "attack") for line in lines)),
        "no toll, memorial": float(any(line.tells("memorial") for line in lines)),
        **{f"no toll, {part}": _TOLD for part in spoken_of(lines)},
    }


def _single(lines: Sequence[TaggedLine], groups: Sequence[_Group], attackers: int) -> Iterator[Candidate]:
    for number, group in enumerate(groups):
        features, count = {**_own(lines, group), **_among(groups, number)}, _sum(group)
        mixed = 0 < attackers < count and any(claim.victims == "unspecified" for claim in group)
        yield Candidate(count, group, {**features, "may hold the attackers": float(mixed)})
        ours = tuple(claim for claim in group if claim.victims == "peacekeepers")
        if ours and len(ours) < len(group):
            yield Candidate(_sum(ours), ours, {**features, "the peacekeepers alone": 1.0})
        if mixed:
            stated = float(any(_sum(other) == count - attackers for other in groups))
            said = {"less the attackers": 1.0, "less the attackers, stated": stated}
            yield Candidate(count - attackers, group, {**features, **said})


def _own(lines: Sequence[TaggedLine], group: _Group) -> dict[str, float]:
    """What is said of a figure by itself."""
    part, line = _part(group[0].line), lines[group[0].line]
    flags = [flag for flag in _FLAGS if any(getattr(claim, flag) for claim in group)]
    count = _sum(group)
    return {
        part: 1.0,
        **dict.fromkeys(flags, 1.0),
        **{f"{flag}@{part}": 1.0 for flag in flags},
        **{f"of {claim.victims}": 1.0 for claim in group},
        **{f"beside {mark}": 1.0 for mark in _MARKS if line.tells(mark)},
        **{f"beside {topic}": _TOLD for topic in line.topics},
        "beside a year": float(names_year(line)),
        "joined": float(len(group) > 1),
        "many": float(count >= _MANY),
        "one": float(count == 1),
        "none": float(count == 0),
        "none@title": float(count == 0 and part == "title"),
    }


def _among(groups: Sequence[_Group], number: int) -> dict[str, float]:
    """What is said of a figure among the others."""
    mine, count = groups[number], _sum(groups[number])
    others = [group for place, group in enumerate(groups) if place != number]
    standing, counted = [group for group in groups if _stands(group)], [_sum(group) for group in others]
    victims = {claim.victims for claim in mine}
    alike = [group for group in others if _stands(group) and not victims.isdisjoint(claim.victims for claim in group)]
    later = [_sum(group) for group in alike if _place(group[0]) > _place(mine[0])]
    return {
        "alone": 1.0,
        "first": float(number == 0),
        "last": float(number == len(groups) - 1),
        "first that stands": float(bool(number and standing) and standing[0] is mine),
        "only one that stands": float(standing == [mine]),
        "highest": float(bool(standing) and count == max(map(_sum, standing))),
        "said twice": float(count in counted),
        "a sum of others": float(any(one + two == count for one, two in combinations(counted, 2))),
        "leaves others out": float(len(alike) < sum(map(_stands, others))),
        "higher later": float(any(one > count for one in later)),
        "lower later": float(any(one < count for one in later)),
    }


def _loose(lines: Sequence[TaggedLine], claims: Sequence[Claim], harm: HarmName) -> Iterator[Candidate]:
    """Victims that no word of harm takes: "the four coffins", "the crew of two", in a text that tells of harm."""
    if not any(line.tells(*HARM_NAMES) for line in lines):
        return
    taken = {(claim.line, index) for claim in claims for index in range(claim.start, claim.end)}
    counts = {claim.count for claim in claims if claim.harm == harm}
    others = {claim.count for claim in claims if claim.harm != harm}
    free = [
        (line, phrase)
        for line in lines
        if _may_tell(line, harm)
        for phrase in phrases(line)
        if phrase.count and phrase.count < _MANY and (line.number, phrase.start) not in taken
        if phrase.count not in others
    ]
    for line, phrase in free[:_MOST_LOOSE]:
        claim = Claim(harm, phrase.count, "unspecified", line.number, phrase.start, phrase.end, -1, bare=phrase.bare)
        yield Candidate(phrase.count, (claim,), _untaken(line, phrase, harm, counts))


def _may_tell(line: TaggedLine, harm: HarmName) -> bool:
    """Whether a sentence may count the victims of a harm: it tells of it, or of none. A toll that "rises" is of any."""
    told = {name for name in HARM_NAMES for span in line.spans for kind, value in span.tags
            if kind == name and value != "rise"}  # fmt: skip
    return harm in told or not told


def _untaken(line: TaggedLine, phrase: Phrase, harm: HarmName, counts: Container[int | None]) -> dict[str, float]:
    part = _part(line.number)
    told = (span for span in line.spans if span.has(harm))
    apart = min((min(abs(span.start - phrase.end), abs(phrase.start - span.end)) for span in told), default=None)
    near = "in no such sentence" if apart is None else "close" if apart <= _CLOSE else "far"
    sort = "bare" if phrase.bare else phrase.victims
    return {
        "loose": 1.0,
        f"loose, in {part}": 1.0,
        f"loose, of {sort}": 1.0,
        f"loose, {near}": 1.0,
        f"loose, {near}, of {sort}": 1.0,
        f"loose, one {sort}": float(phrase.count == 1),
        "loose, part": float(phrase.part),
        "loose, another": float(phrase.another),
        "loose, stated too": float(phrase.count in counts),
        "loose, a toll is told": float(bool(counts)),
        **{f"loose, beside {mark}": 1.0 for mark in (*_MARKS, "attack", "deed") if line.tells(mark)},
        **{f"loose, beside {topic}": _TOLD for topic in line.topics},
        "loose, beside a year": float(names_year(line)),
    }


def _added(groups: Sequence[_Group]) -> Iterator[Candidate]:
    """Figures that may add up: soldiers and civilians, those of two sentences."""
    for size in (2, 3):
        for chosen in combinations([group for group in groups if _sum(group)][:_MOST_ADDED], size):
            claims = tuple(claim for group in chosen for claim in group)
            yield Candidate(_sum(claims), claims, _together(groups, chosen))


def _together(groups: Sequence[_Group], chosen: Sequence[_Group]) -> dict[str, float]:
    kinds = [frozenset(claim.victims for claim in group) for group in chosen]
    differ = all(one.isdisjoint(two) for one, two in combinations(kinds, 2))
    where, counts = sorted({group[0].line for group in chosen}), [_sum(group) for group in chosen]
    rest = [_sum(group) for group in groups if group not in chosen]
    parts = " and ".join(_part(line) for line in where) if len(where) > 1 else "one sentence"
    flags = {flag for flag in _FLAGS for group in chosen for claim in group if getattr(claim, flag)}
    return {
        "sum": 1.0,
        f"sum of {len(chosen)}": 1.0,
        "sum, kinds differ": float(differ),
        f"sum, in {parts}": 1.0,
        **{f"sum, {flag}": 1.0 for flag in flags},
        **{f"sum, of {' or '.join(sorted(kind))}": 1.0 for kind in kinds},
        "sum, stated too": float(sum(counts) in rest),
        "sum, more stated": float(any(one > sum(counts) for one in rest)),
        "sum, equal parts": float(len(set(counts)) < len(counts)),
    }
