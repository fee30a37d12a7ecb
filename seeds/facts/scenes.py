"""Which of the places in an item is where its main incident was: the candidates, and what is said of each.

A candidate is one place of the gazetteer with all its mentions, or that no place is told. How much each feature speaks
for a candidate is learned from labelled items (`weights/places.toml`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from seeds.facts.line import TaggedLine, names_year, spoken_of
from seeds.facts.places import Named, Role, just_before, pair_of, taken_to, way
from seeds.facts.tolls.claims import Claim
from seeds.text.words import COMMA
from seeds.weights import Features, Weights, chances

_MOST = 12  # places that are looked at
_BESIDE = ("attack", "deed", "ceremony", "taken", "said", "leaving", "toward", "road", "border", "memorial", "running")
_PARTS = ("title", "lead")
_NEAR, _NEARER = 8, 3  # words between a place and what tells of harm
_FEW = 4
_SURE = 0.5
_TOLD = 0.5  # what a topic counts: there are many, so each needs more items behind it


@dataclass(frozen=True, slots=True)
class Scene:
    """A place that may be the main incident's, as it is first named, and what is said of it; None for no place."""

    place: Named | None
    features: Features

    @property
    def name(self) -> str | None:
        """The town that facts tell: that of a camp within one."""
        return None if self.place is None else self.place.place.town or self.place.place.name


def scenes(
    lines: Sequence[TaggedLine], places: Sequence[Named], claims: Sequence[Claim], away: frozenset[int]
) -> tuple[Scene, ...]:
    """All candidates, that no place is told first. `away` are the sentences that tell of another incident."""
    if not places:
        return (Scene(None, {}),)
    standing = frozenset(claim.line for claim in claims if claim.stands)
    merged: dict[str, dict[str, float]] = {}
    first: dict[str, Named] = {}
    told = _specific([one for one in places if one.role != Role.NONE and one.line not in away])
    for number, one in enumerate(told[:_MOST]):
        name = one.place.town or one.place.name
        known = merged.setdefault(name, {})
        first.setdefault(name, one)
        said = {**_own(lines[one.line], one, places), "mentioned first": float(number == 0)}
        said["beside a toll"] = float(one.line in standing)
        merged[name] = {key: max(known.get(key, 0.0), value) for key, value in {**known, **said}.items()}
    found = [Scene(first[name], {**said, **_among(name, places)}) for name, said in merged.items()]
    return (Scene(None, _nowhere(lines, merged, claims)), *found)


def _specific(told: Sequence[Named]) -> list[Named]:
    """The places without the regions that another one, which is told as a scene, lies in."""
    inner = {one.place.region for one in told if one.role == Role.SCENE and one.place.name != one.place.region}
    return [one for one in told if one.role != Role.REGION or one.place.name not in inner]


def likeliest_scene(found: Sequence[Scene], weights: Weights) -> Scene:
    """The likeliest candidate, the first of equals; no place where it is not likelier than all else together."""
    likely = chances([one.features for one in found], weights)
    best = max(range(len(found)), key=likely.__getitem__)
    return found[best] if likely[best] >= _SURE else found[0]


def _nowhere(lines: Sequence[TaggedLine], names: Mapping[str, object], claims: Sequence[Claim]) -> dict[str, float]:
    """What is said of there being no place of an incident."""
    first = lines[0]
    return {
        "no place": 1.0,
        "no place, no toll": float(not claims),
        "no place, no toll stands": float(not any(claim.stands for claim in claims)),
        "no place, no deed": float(not any(line.tells("deed", "attack") for line in lines)),
        "no place, no attack": float(not any(line.tells("attack") for line in lines)),
        "no place, quiet title": float(not first.tells("attack", "killed", "injured")),
        "no place, memorial": float(any(line.tells("memorial") for line in lines)),
        "no place, leaving": float(any(line.tells("leaving") for line in lines)),
        "no place, ceremony": float(any(line.tells("ceremony") for line in lines)),
        f"no place, of {min(len(names), _FEW)}": 1.0,
        **{f"no place, {part}": _TOLD for part in spoken_of(lines)},
    }


def _own(line: TaggedLine, one: Named, places: Sequence[Named]) -> dict[str, float]:
    """What is said of one mention of a place."""
    part = _PARTS[line.number] if line.number < len(_PARTS) else "rest"
    index = next(number for number, (start, _, _) in enumerate(line.places) if start == one.start)
    start, end, _ = line.places[index]
    said = [
        part,
        f"as {one.role.name.lower()}",
        f"a {one.place.kind}",
        *(f"beside {mark}" for mark in _BESIDE if line.tells(mark)),
        *_paired(line, index),
        *(name for name in ("from", "toward", "stop") if just_before(line, start, name, 1)),
        *_nearness(line, start, end),
    ]
    told_in = any(span.has("stop") and span.end == start for span in line.spans)
    checks = {
        "the capital": one.place.capital,
        "a common word": one.place.common and not one.place.capital,
        "beside a year": names_year(line),
        "beside harm": line.tells("killed", "injured"),
        "where they were taken": taken_to(line, start),
        "told as the scene": told_in,
        "heads the line": start == 0 and end < len(line.words) and line.words[end].gap >= COMMA,
        "ends the line": end == len(line.words),
        "told as where harm was done": told_in and line.tells("killed", "injured", "deed"),
        "told as where something was said": told_in and line.tells("said"),
        "at a distance": any(line.words[at].text.isdecimal() for at in range(max(start - 4, 0), start)),
        "behind a unit": any(mark.has("unit", "base") and 0 <= start - mark.end <= _NEARER for mark in line.marks),
        "holds another": any(other.place.region == one.place.name != other.place.name for other in places),
        "within another": any(one.place.region == other.place.name != one.place.name for other in places),
    }
    topics = {f"beside {topic}": _TOLD for topic in line.topics}
    return {**dict.fromkeys(said, 1.0), **{name: 1.0 for name, holds in checks.items() if holds}, **topics}


def _paired(line: TaggedLine, index: int) -> Iterator[str]:
    """How a place stands beside the one before or after: "between A and B", "from A to B", "A-B"."""
    for first, second in ((index, index + 1), (index - 1, index)):
        if first >= 0 and second < len(line.places) and pair_of(line, first, second):
            yield f"{way(line, first, second)}, {'first' if index == first else 'second'}"


def _nearness(line: TaggedLine, start: int, end: int) -> Iterator[str]:
    """How near a word of harm or attack stands in the sentence."""
    told = [mark for mark in (*line.spans, *line.marks) if mark.has("killed", "injured", "attack")]
    nearest = min((min(abs(mark.start - end), abs(start - mark.end)) for mark in told), default=None)
    if nearest is not None:
        yield "close to harm" if nearest <= _NEARER else "near harm" if nearest <= _NEAR else "far from harm"
        if any(line.gap(min(mark.end, end), max(mark.start, start)) < COMMA for mark in told):
            yield "in one clause with harm"


def _among(name: str, places: Sequence[Named]) -> dict[str, float]:
    """What is said of a place among the others."""
    named = [one.place.town or one.place.name for one in places]
    surest = max(one.role for one in places)
    mine = max(one.role for one in places if (one.place.town or one.place.name) == name)
    return {
        "often named": min(named.count(name), _FEW) / _FEW,
        "the only place": float(len(set(named)) == 1),
        "surest role": float(mine == surest > Role.NONE),
    }
