"""Whose soldiers an item is about: the contingents of the victims, or else of the peacekeepers it tells of.

Every country named is a candidate. The part that the words around it give it (`Weight`), where it stands, and what else
is told are its features; how much each speaks for it is learned from labelled items (`weights/contingents.toml`).
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from seeds.facts.line import Nation, TaggedLine, marks_of, names_year, spoken_of
from seeds.facts.tolls.claims import Claim
from seeds.text.words import COMMA, STOP
from seeds.weights import Features, Weights, chances

_TAIL = 7  # words after victims in which "from Chad" may stand
_BESIDE = 2  # words between a country's adjective and what is that country's
_MOST = 12  # countries that are looked at
_FEW = 3
_SURE = 0.5
_UNITS = ("unit", "one", "many", "two")
_COUNTED = frozenset({"peacekeepers", "unspecified"})
_MARKS = ("killed", "injured", "attack", "deed", "memorial", "ceremony", "deployed", "mission", "leaving", "kin",
          "said", "speaker", "border", "elsewhere", "running", "condolence")  # fmt: skip
_PARTS = ("title", "lead")
Homes = Mapping[str, Collection[str]]
_NOBODY: Homes = MappingProxyType({})
_TOLD = 0.5  # what a topic counts: there are many, so each needs more items behind it


class Weight(IntEnum):
    """How a country named takes part, the strongest last."""

    NONE = 0
    NAMED = 1
    UNIT = 2
    SUBJECT = 3
    INJURED = 4
    KILLED = 5


@dataclass(frozen=True, slots=True)
class Contributor:
    """A country whose soldiers an item may be about, what is said of it, and the number of its list ("A and B")."""

    code: str
    features: Features
    listed: int = 0


def contributors(
    lines: Sequence[TaggedLine],
    claims: Sequence[Claim],
    heads: Sequence[Claim],
    theatre: Container[str],
    away: Container[int],
    *,
    serving: Container[str] = (),
    homes: Homes = _NOBODY,
) -> tuple[Contributor, ...]:
    """All candidates, in the order of the text; those that go without saying last.

    `heads` are the claims that the item's tolls rest on; `away` the sentences that tell of another incident; `serving`
    the countries that are known to serve in the mission; `homes` those that the paper may be of.
    """
    weights: dict[str, Weight] = {}
    said: dict[str, dict[str, float]] = {}
    first: set[str] = set()  # the country named first, and those that one list names with it
    lists: dict[str, int] = {}
    before = ""
    for line, nation, weight, listed in _named(lines, claims, heads, theatre):
        if nation.code not in said and len(said) == _MOST:
            continue
        mine = said.setdefault(nation.code, {"country": 1.0})
        lists.setdefault(nation.code, lists.get(before, len(lists)) if listed else len(lists))
        before = nation.code
        if listed or not first:
            first.add(nation.code)
            mine["first"] = 1.0
        weights[nation.code] = max(weights.get(nation.code, Weight.NONE), weight)
        mine["named"] = mine.get("named", 0.0) + 1 / _FEW
        mine |= dict.fromkeys(_said(line, nation, weight, away), 1.0)
        mine |= dict.fromkeys(_counted(line, nation, claims, heads), 1.0)
        if listed:
            mine[f"listed, as {weight.name.lower()}"] = 1.0
    if heads:  # who was harmed is said in papers of any country; whose visit or farewell it is, not always at home
        homes = _NOBODY
    topics = {f"told of {part}": _TOLD for part in (*spoken_of(lines), *marks_of(lines, _MARKS))}
    found = [
        Contributor(code, {**topics, **_whole(mine, code, weights, heads, serving), **_at_home(code, homes)}, at)
        for (code, mine), at in zip(said.items(), lists.values(), strict=True)
    ]
    for number, code in enumerate((one for one in homes if one in serving and one not in said), len(lists)):
        features = {**_unsaid(weights.values(), topics), **_at_home(code, homes, "unsaid, ")}
        found.append(Contributor(code, features, number))
    return tuple(found)


def _unsaid(others: Collection[Weight], topics: Features) -> Features:
    """What is said for a country that nobody names, being that of the paper."""
    strongest = max(others, default=Weight.NONE)
    checks = {
        "others named": bool(others),
        "others were harmed": strongest >= Weight.INJURED,
        "others do something": strongest >= Weight.UNIT,
    }
    said = {**topics, **{name: 1.0 for name, holds in checks.items() if holds}}
    return {"unsaid": 1.0, **{f"unsaid, {name}": value for name, value in said.items()}}


def contingents(found: Iterable[Contributor], weights: Weights) -> tuple[str, ...]:
    """The ISO codes of those that are likelier than not, sorted; what one list names is told together or not at all."""
    likely: dict[int, list[float]] = {}
    known = tuple(found)
    for one in known:
        likely.setdefault(one.listed, []).append(chances((one.features, {}), weights)[0])
    return tuple(sorted(one.code for one in known if sum(likely[one.listed]) >= _SURE * len(likely[one.listed])))


def _named(
    lines: Sequence[TaggedLine], claims: Sequence[Claim], heads: Sequence[Claim], theatre: Container[str]
) -> Iterator[tuple[TaggedLine, Nation, Weight, bool]]:
    """Each country named, with the part that the words around it give it, and whether it goes on a list."""
    for line in lines:
        mine = [claim for claim in claims if claim.line == line.number] if line.nations else []
        last: tuple[Nation, Weight] | None = None
        for nation in line.nations:
            if nation.code in theatre:
                continue
            weight = _weight(line, nation, mine, heads)
            listed = last is not None and _listed(line, last[0], nation)
            if last and listed:
                weight = max(weight, last[1])  # "from Burkina Faso and Togo"
            yield line, nation, weight, listed
            last = nation, weight


def _said(line: TaggedLine, nation: Nation, weight: Weight, away: Container[int]) -> Iterator[str]:
    """What is said of one mention of a country."""
    part = _PARTS[line.number] if line.number < len(_PARTS) else "rest"
    form = "army" if nation.army else "seat" if nation.seat else "people" if nation.adjective else "name"
    yield from (f"as {weight.name.lower()}", f"in {part}", f"as {weight.name.lower()} in {part}", f"by its {form}")
    yield f"by its {form} in {part}"
    yield from (f"beside {mark}" for mark in _MARKS if line.tells(mark))
    yield from (f"beside {topic}" for topic in line.topics)
    if names_year(line):
        yield "beside a year"
    if line.number in away:
        yield "of another incident"
    if _touches(line, nation):
        yield "with a word for soldiers"
    if _beside(line, nation, "speaker"):
        yield "speaking"


def _counted(line: TaggedLine, nation: Nation, claims: Iterable[Claim], heads: Sequence[Claim]) -> Iterator[str]:
    """Whether the figures that a country's name belongs to are the item's own."""
    for claim in claims:
        if claim.line == line.number and claim.count is not None and belongs(line, nation, claim):
            yield "of the item's figures" if claim in heads else "of other figures"


def _whole(
    mine: Mapping[str, float], code: str, weights: Mapping[str, Weight], heads: Sequence[Claim], serving: Container[str]
) -> Features:
    """What is said of a country, among the others and in the item as a whole."""
    strongest, others = max(weights.values()), [weight for other, weight in weights.items() if other != code]
    checks = {
        "serves": code in serving,
        "strongest": weights[code] == strongest,
        "the only one": not others,
        "one of many": len(others) >= _FEW,
        "another is stronger": weights[code] < strongest,
        "another was harmed": max(others, default=Weight.NONE) >= Weight.INJURED,
        "no toll": not heads,
    }
    return {**mine, "named": min(mine["named"], 1.0), **{name: 1.0 for name, holds in checks.items() if holds}}


def _at_home(code: str, homes: Homes, said: str = "") -> dict[str, float]:
    """By what the paper is of a country."""
    known = homes.get(code, ())
    return {f"{said}of its {way}": 1.0 for way in known} | ({f"{said}at home": 1.0} if known else {})


def _listed(line: TaggedLine, first: Nation, second: Nation) -> bool:
    """Whether only "and" or a comma stands between two countries."""
    between = range(first.end, second.start)
    return not between or (len(between) == 1 and line.has(first.end, "join"))


def _weight(line: TaggedLine, nation: Nation, claims: Iterable[Claim], heads: Sequence[Claim]) -> Weight:
    if nation.seat:
        return Weight.UNIT if line.tells("kin") else Weight.NONE  # "Dhaka says four of its soldiers …"
    held = [claim for claim in claims if belongs(line, nation, claim)]
    if any(_apart(claim, heads) for claim in held):
        return Weight.NONE
    counted = [claim for claim in held if claim.victims in _COUNTED]
    if counted:
        return _harmed(line, counted, heads)
    aside = held or _only_near(line, nation) or _marked_elsewhere(line, nation)
    return Weight.NONE if aside else _unharmed(line, nation)


def _apart(claim: Claim, heads: Sequence[Claim]) -> bool:
    """Whether a claim tells of others than the item's victims."""
    return claim.elsewhere or claim.running or claim.victims == "attackers" or (claim.before and claim not in heads)


def _harmed(line: TaggedLine, counted: Sequence[Claim], heads: Sequence[Claim]) -> Weight:
    """The weight of a country that victims come from: the item's own weigh most."""
    if any(contradicts(claim, heads) for claim in counted):
        return Weight.NAMED
    if any(claim.harm == "killed" for claim in counted):
        return Weight.KILLED
    if any(claim in heads for claim in counted):
        return Weight.INJURED
    return Weight.SUBJECT if line.number == 0 else Weight.NAMED


def contradicts(claim: Claim, heads: Sequence[Claim]) -> bool:
    """Whether a figure is another than the item's own for the same harm to the same people."""
    same = [head for head in heads if head.harm == claim.harm and head.victims == claim.victims]
    return claim.count is not None and bool(same) and claim.count not in {head.count for head in same}


def _unharmed(line: TaggedLine, nation: Nation) -> Weight:
    """The weight of a country that no victims are said to come from."""
    title = line.number == 0
    if not _touches(line, nation) and _beside(line, nation, "speaker"):
        return Weight.UNIT if line.tells("kin") else Weight.NONE  # "president … four of his soldiers"
    if line.tells("leaving") and not title:
        return Weight.NONE
    if title:
        return Weight.SUBJECT
    if _beside(line, nation, *_UNITS):
        return Weight.UNIT
    return Weight.NAMED if nation.adjective or _after(line, nation, "origin", "condolence") else Weight.NONE


def _touches(line: TaggedLine, nation: Nation) -> bool:
    """Whether a word for soldiers stands right behind the country: "Dutch soldiers"."""
    return line.tells(*_UNITS) and any(
        span.start == nation.end and span.has(*_UNITS) for span in (*line.marks, *line.spans)
    )


def belongs(line: TaggedLine, nation: Nation, claim: Claim) -> bool:
    """Whether a country is said of the victims: within their phrase, right before or right after it."""
    if claim.start <= nation.start < claim.end:
        return True
    before = claim.start - nation.end
    if 0 <= before <= nation.adjective and line.gap(nation.end, claim.start) < COMMA:
        return True
    behind = nation.start - claim.end
    if not 0 <= behind <= _TAIL or line.gap(claim.end, nation.start) >= COMMA:
        return False
    if line.between(claim.end, nation.start, "number", "join", "killed", "injured"):
        return False
    if line.marked(claim.end, nation.start, "border"):
        return False
    reach = _BESIDE if nation.adjective else 0  # "soldats de l'ONU tchadiens", "binh sĩ Niger"
    return behind <= reach or (not nation.adjective and _after(line, nation, "origin"))


def _only_near(line: TaggedLine, nation: Nation) -> bool:
    if nation.adjective and _beside(line, nation, "border"):
        return True
    return line.tells("border") and any(
        mark.has("border") and 0 <= nation.start - mark.end <= 2 and line.gap(mark.end, nation.start) < COMMA
        for mark in line.marks
    )


def _after(line: TaggedLine, nation: Nation, *kinds: str) -> bool:
    return line.tells(*kinds) and any(mark.end == nation.start and mark.has(*kinds) for mark in line.marks)


def _beside(line: TaggedLine, nation: Nation, *kinds: str) -> bool:
    """Whether a word of those kinds stands right before or after the country, in the same phrase."""
    for span in (*line.marks, *line.spans) if line.tells(*kinds) else ():
        if span.has(*kinds):
            after = 0 <= span.start - nation.end <= _BESIDE and line.gap(nation.end, span.start) < COMMA
            before = 0 <= nation.start - span.end <= _BESIDE and line.gap(span.end, nation.start) < COMMA
            if before or after:
                return True
    return False


def _marked_elsewhere(line: TaggedLine, nation: Nation) -> bool:
    """Whether the country is denied ("no Swede"), or told of after words that lead to another incident."""
    if line.tells("none") and any(span.end == nation.start and span.has("none") for span in line.spans):
        return True
    return line.tells("elsewhere") and any(
        mark.has("elsewhere") and mark.start < nation.start and line.gap(mark.end, nation.start) < STOP
        for mark in line.marks
    )
