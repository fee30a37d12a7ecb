"""What speaks for a document and against it: named features, each with what it rests on.

None of them names a mission: what is tied to "the theatre" and who "serves" is the watch's to know, so that what is
learned of reading one mission's news (`weights/relevance.toml`) holds for another's.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from seeds.facts.line import TaggedLine
from seeds.lexicon.countries import PEOPLE_SUFFIX
from seeds.lexicon.load import Mission
from seeds.model import Topic, When
from seeds.relevance.evidence import Bond, Evidence, Hit, Tie
from seeds.weights import Weights

_NEAR = {Tie.PHRASE: "near", Tie.SENTENCE: "near", Tie.ACROSS: "far", Tie.DOCUMENT: "far"}
# What of a peace operation, or of those who serve, is tied to places; units by what they are.
_TIED = ("serving", "people", "land", "seat", "person", "office", "council", "apart.force", "home")
_UNITS = {"police": "soldiers", "force": "soldiers", "observer": "soldiers", "base": "base", "convoy": "convoy",
          "mission": "mission", "envoy": "envoy", "delegate": "envoy", "spokesman": "envoy", "mandate": "mandate",
          "withdrawal": "withdrawal"}  # fmt: skip
_COMPANY = ("agency", "force", "union", "sport", "apart")
# The families of features that say who is spoken of, without whom there is nothing to weigh.
_WHO = frozenset({"role", "org", "serving", "people", "land", "seat", "person", "office", "council", "misspelt",
                  "document"})  # fmt: skip
_NEXT_DOOR = "next door"
_NEXT_DOOR_ONLY = frozenset({"people", "land", "seat"})
_AT_HOME = frozenset({"border", "home"})
#: What is told, which says something only of somebody.
TELLS = "tells"
#: Plain words of the seeds; they are weighed by themselves.
CONTEXT = "context"
#: What every document has, and its value: more than one, so that few items can move it.
CONSTANT, CONSTANT_VALUE = "bias", 3.0
_NATIONS = frozenset({"serving", "people", "land", "seat"})
#: Whose harm it is where it is not the mission's.
CLAIMED = ("force", "apart.force", "home", "other", "block", "sport")
_BORDER = "border"  # beside it, and not in it: says something by itself
#: What of a sentence's tags is told of a document.
MATTERS = ("killed", "injured", "attack", "deed", "memorial", "ceremony", "leaving", "deployed", "condolence", "toll",
           _BORDER)  # fmt: skip
_GRACE, _RETURN = timedelta(days=60), timedelta(days=400)
_WITH = " + "


class Feature(NamedTuple):
    """One thing that is weighed: its name, its value (0..1, context -1..1) and the hits that it rests on."""

    name: str
    value: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """What else a document tells: its `matters` (kinds of topics, harm), and when it was `published`.

    `started` and `closed` are the mission's first and last day, where it has them.
    """

    matters: frozenset[str] = frozenset()
    published: date | None = None
    started: date | None = None
    closed: date | None = None

    @property
    def serving(self) -> bool:
        """Whether it was published while soldiers served in the mission, or in the year of their return."""
        day = self.published
        if day is None or (self.started is not None and day < self.started):
            return False
        return self.closed is None or day <= self.closed + _RETURN


NO_TELLING = Telling()


def telling(topics: Iterable[Topic], lines: Iterable[TaggedLine], published: When | None, mission: Mission) -> Telling:
    """What a document's topics and tagged sentences tell, and when."""
    tags = {tag for line in lines for tag in MATTERS if line.tells(tag)}
    day = published.start.date() if published else None
    return Telling(frozenset(tags | {topic.kind or topic.name for topic in topics}), day, mission.start, mission.end)


def served_by(evidence: Evidence, telling: Telling, neighbours: Container[str] = ()) -> Iterator[Feature]:
    """Who is spoken of with the theatre, and how nearly; each kind once, by its closest tie.

    Countries speak only in the mission's time; `neighbours` are those whose own soldiers are at home beside the
    theatre.
    """
    for kind in _TIED:
        if kind in _NATIONS and not telling.serving:
            continue
        bonds = evidence.bonds_of(kind)
        beside = neighbours if kind in _NATIONS else ()
        near = [bond for bond in bonds if bond.role.concept in beside]
        yield from _closest(evidence, f"{kind} {_NEXT_DOOR}", near)
        yield from _closest(evidence, kind, [bond for bond in bonds if bond.role.concept not in beside])
    yield from _of_units(evidence)


def _of_units(evidence: Evidence) -> Iterator[Feature]:
    units: dict[str, list[Bond]] = {}
    for bond in evidence.bonds_of("unit"):
        if name := _UNITS.get(bond.role.concept):
            units.setdefault(name, []).append(bond)
    for name, bonds in units.items():
        yield from _closest(evidence, name, bonds)


def _closest(evidence: Evidence, name: str, bonds: Iterable[Bond]) -> Iterator[Feature]:
    ours = [bond for bond in bonds if bond.ours and bond.place is not None and _surely(evidence, bond.place)]
    best = max(ours, key=lambda bond: bond.own, default=None)
    if best is not None and best.place is not None:
        yield Feature(f"{name} {_NEAR[best.own]}", 1.0, (best.role, best.place))


def company(evidence: Evidence, distant: Container[str] = ()) -> Iterator[Feature]:
    """Who else is named, and where else; `distant` places are of its country, and not where the mission works."""
    for kind in _COMPANY:
        if hits := evidence.of(kind):
            yield Feature(kind, 1.0, hits[:1])
    if abroad := [hit for hit in evidence.of("land", "seat") if hit.located]:
        yield Feature("abroad", 1.0, tuple(abroad[:1]))
    if others := evidence.of("other"):
        yield Feature("other", 1.0, others[:1])
    sites = [hit for hit in evidence.of("theatre") if _site(hit) and hit.concept not in distant]
    if sites:
        yield Feature("site", 1.0, tuple(sites[:1]))
    if evidence.title_end and any(evidence.in_title(hit) for hit in evidence.of("theatre")):
        yield Feature("theatre in title", 1.0, ())


def _surely(evidence: Evidence, place: Hit) -> bool:
    """Whether a place is meant as one: a name that is another's too must be told as a scene ("near Gao"), or beside
    another place of the theatre."""
    if place.common or not place.known or place.located:
        return not place.common
    return any(not (hit.common or hit.known) for hit in evidence.of("theatre"))


def _site(hit: Hit) -> bool:
    """Whether a place is a town or camp, rather than the country."""
    return not hit.common and len(hit.concept.removesuffix(PEOPLE_SUFFIX)) > 2


def told(telling: Telling) -> Iterator[Feature]:
    """What a document tells, and when."""
    for matter in sorted(telling.matters):
        yield Feature(matter if matter == _BORDER else f"{TELLS} {matter}", 1.0, ())
    if telling.published is None:
        yield Feature("undated", 1.0, ())
    elif telling.closed is not None and telling.published > telling.closed + _GRACE:
        yield Feature("after", 1.0, ())


def speaks(found: Iterable[Feature]) -> bool:
    """Whether anyone is spoken of who may be of the mission.

    A neighbour's own soldiers are at home beside the theatre: by themselves they say nothing where a border or the
    theatre's own soldiers are told of too.
    """
    names = [feature.name for feature in found]
    quiet = _NEXT_DOOR_ONLY | {"serving"} if any(_family(name) in _AT_HOME for name in names) else _NEXT_DOOR_ONLY
    return any(_family(name) in _WHO and not (_NEXT_DOOR in name and _family(name) in quiet) for name in names)


def weighed(found: Sequence[Feature]) -> dict[str, float]:
    """The values of features, and of each pair of them of which one says who is spoken of, by name."""
    values = {feature.name: feature.value for feature in found}
    alone = {name: value for name, value in values.items() if _family(name) != TELLS}
    return {**alone, **{_WITH.join(pair): values[pair[0]] * values[pair[1]] for pair in _pairs(values)}}


def shares(found: Sequence[Feature], weights: Weights) -> dict[str, float]:
    """What each feature adds to the score, in log-odds; a pair's weight is shared by its two."""
    values = weighed(found)
    adds = {feature.name: weights.get(feature.name, 0.0) * feature.value for feature in found}
    for pair in _pairs(adds):
        half = weights.get(_WITH.join(pair), 0.0) * values[_WITH.join(pair)] / 2
        for name in pair:
            adds[name] += half
    return adds


def _pairs(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for pair in combinations(sorted(set(names) - {CONTEXT}), 2):
        if any(_family(name) in _WHO for name in pair):
            yield pair


def _family(name: str) -> str:
    return name.split(" ", 1)[0].split(":", 1)[0]
