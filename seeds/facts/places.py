"""The places of the gazetteer that an item names, each with the role that the words around it tell: the scene itself,
one end of a road, a region, where the wounded were taken or the dead are honoured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from seeds.facts.line import TaggedLine
from seeds.text.words import COMMA, NOTHING, STOP

_NEAR = 2  # words between a place and what says its role
_TOWNS = frozenset({"town", "village", "city", "camp", "cercle", "territory", "district"})


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the gazetteer. A camp within a town names it as `town`; `capital` marks the seat of government."""

    name: str
    kind: str
    region: str
    at: tuple[float, float] | None
    common: bool = False
    town: str | None = None
    capital: bool = False


class Role(IntEnum):
    """How surely a place named is where the incident was, the surest last."""

    NONE = 0
    ROUTE = 1
    TOWARD = 2
    REGION = 3
    CAPITAL = 4
    SCENE = 5


class Named(NamedTuple):
    """A place named in a text, with its role there."""

    place: Place
    role: Role
    line: int
    start: int


def gazetteer(rows: Iterable[Mapping[str, Any]]) -> dict[str, Place]:
    """The places of a `gazetteer.toml`, by name."""
    found = {}
    for row in rows:
        at = row.get("at")
        found[row["name"]] = Place(
            name=row["name"],
            kind=row["kind"],
            region=row.get("region", ""),
            at=(float(at[0]), float(at[1])) if at else None,
            common=row.get("common", False),
            town=row.get("town"),
            capital=row.get("capital", False),
        )
    return found


def named_places(lines: Sequence[TaggedLine], places: Mapping[str, Place]) -> list[Named]:
    """Every place named, in order, with its role."""
    return [
        Named(places[name], _role(line, index, places[name]), line.number, start)
        for line in lines
        for index, (start, _, name) in enumerate(line.places)
    ]


def _role(line: TaggedLine, index: int, place: Place) -> Role:
    start, end, _ = line.places[index]
    if not _may_be_scene(line, start, end, place):
        return Role.NONE
    road = _road(line, index)
    if road is not None:
        return road
    if just_before(line, start, "toward", 1) and not (_distance(line, start) or _on_road(line, start)):
        return Role.TOWARD
    if place.kind == "region" or _region(line, start, end):
        return Role.REGION
    return Role.CAPITAL if place.capital else Role.SCENE


def _may_be_scene(line: TaggedLine, start: int, end: int, place: Place) -> bool:
    if place.kind not in _TOWNS and place.kind != "region":
        return False
    if place.common and not _like_a_name(line, end):
        return False
    return not (taken_to(line, start) or _seat(line, start, place))


def _like_a_name(line: TaggedLine, end: int) -> bool:
    """Whether a name that is an ordinary word too stands like a place: not as the first half of another name."""
    following = line.words[end] if end < len(line.words) else None
    if following is None or following.gap != NOTHING:
        return True
    known = end in line.at or any(place[0] == end for place in line.places)
    return not following.capital or known or any(nation.start == end for nation in line.nations)


def taken_to(line: TaggedLine, start: int) -> bool:
    """Whether the place is only where somebody was brought, buried or treated, or came from."""
    for span in line.marks if line.tells("taken") else ():
        if span.has("taken") and span.end <= start <= span.end + _NEAR and line.gap(span.end, start) < COMMA:
            return True
    return False


def _distance(line: TaggedLine, start: int) -> bool:
    """Whether a number of kilometres leads to the place: "45 km from …"."""
    return any(line.words[index].text.isdecimal() for index in range(max(start - 4, 0), start))


def _on_road(line: TaggedLine, start: int) -> bool:
    """Whether the way to the place is named as the scene: "op de weg naar …"."""
    return any(mark.has("toward") and mark.end == start and line.marked(mark.start - 1, mark.start, "road")
               for mark in line.marks)  # fmt: skip


def _seat(line: TaggedLine, start: int, place: Place) -> bool:
    """Whether a capital is named for the government, a court or a ceremony rather than as the scene."""
    if not place.capital:
        return False
    if line.tells("ceremony"):
        return True
    postposed = not any(span.has("stop") for span in line.spans)  # languages that put "in" behind the name
    located = postposed or (start > 0 and line.has(start - 1, "stop") and line.words[start].gap == NOTHING)
    return not (located and line.tells("deed", "killed", "injured"))


def _region(line: TaggedLine, start: int, end: int) -> bool:
    """Whether the words around say that a region is meant: "région de …", "… region", …州."""
    if not line.tells("region"):
        return False
    before = any(
        span.has("region") and span.end <= start <= span.end + 2 and line.gap(span.end, start) < COMMA
        for span in line.marks
    )
    after = any(
        span.has("region") and end <= span.start <= end + 1 and line.gap(end, span.start) < COMMA for span in line.marks
    )
    return before or after


def _road(line: TaggedLine, index: int) -> Role | None:
    """The role of one of two places that are the ends of a way, None for any other place.

    "Between A and B", "from A to B" and "the A-B road" are told by where they begin.
    """
    for first, second in ((index, index + 1), (index - 1, index)):
        if first >= 0 and second < len(line.places) and pair_of(line, first, second):
            joined = way(line, first, second)
            (before, _, _), (_, after, _) = line.places[first], line.places[second]
            if joined in ("between", "from to") or (joined == "joined" and _beside(line, before, after, "road")):
                return Role.ROUTE if index == first else Role.NONE
    return None


def pair_of(line: TaggedLine, first: int, second: int) -> bool:
    """Whether two places stand side by side, no more than two words and no comma apart."""
    (_, end, one), (start, _, two) = line.places[first], line.places[second]
    return one != two and start - end <= 2 and line.gap(end, start) < COMMA


def just_before(line: TaggedLine, start: int, kind: str, reach: int) -> bool:
    """Whether a mark of that kind ends within `reach` words (0 and up) before a place."""
    return line.tells(kind) and any(mark.has(kind) and 0 <= start - mark.end < reach for mark in line.marks)


def way(line: TaggedLine, first: int, second: int) -> str:
    """How two places side by side belong together: "between", "from to", "joined" (A-B) or "beside"."""
    (before, end, _), (start, after, _) = line.places[first], line.places[second]
    if just_before(line, before, "between", 2) or line.marked(after, after + 2, "between"):
        return "between"
    if just_before(line, start, "to", 1) and just_before(line, before, "from", 2):
        return "from to"
    return "joined" if start == end else "beside"


def _beside(line: TaggedLine, start: int, end: int, kind: str) -> bool:
    return (
        any(mark.has(kind) and (0 <= start - mark.end <= 3 or 0 <= mark.start - end <= 2) for mark in line.marks)
        and line.gap(start + 1, end - 1) < STOP
    )
