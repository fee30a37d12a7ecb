"""From evidence to a verdict: is this document about the watched mission, how surely, and why.

The operator's own phrases decide first, then an explicit name. Otherwise the score is a logistic model over named
features (`seeds/relevance/features.py`) and those pairs of them of which one says who is spoken of. Its weights are
learned from labelled items and are the same for all watches (`weights/relevance.toml`). What the seeds teach is what is
watched: the mission with its names, theatre, people, places, camps, contingents, resolutions and days (`watch.toml`,
`gazetteer.toml`). How strongly they speak of a concept or word (`patterns.toml`) moves the score a little and tells the
reasons, no more: phrases alone decide nothing, and a watch of no mission cannot be.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from seeds.model import Reason
from seeds.relevance.evidence import Bond, Evidence, Hit
from seeds.relevance.features import (
    CONSTANT,
    CONSTANT_VALUE,
    NO_TELLING,
    Feature,
    Telling,
    company,
    served_by,
    shares,
    speaks,
    told,
    weighed,
)
from seeds.relevance.patterns import Pattern, PatternSet
from seeds.weights import Weights, read_weights, total

# A concept of the lexicon counts this much of a feature before the seeds have spoken of it; their strongest counts 1.
TRUST = 0.9
#: What contributors' soldiers at a place say more, in log-odds, where no others come from abroad: about two to one.
ALONE: Weights = MappingProxyType({"serving near + site": 0.8, "serving far + site": 0.8})
_NO_MORE: Weights = MappingProxyType({})
#: An envoy of the organisation, who leads the mission or does not.
SENT = "un.delegate"
_SAYS_MUCH = 0.5  # trust from which a role is looked at before those that are nearer
_CONTEXT_FULL = 10.0  # log-odds of plain words beside which more of them say nothing new
_MOST_CONTEXT = 3  # plain words that are told as reasons
_OWN, _OWN_FILE = frozenset({"person", "document", "allow", "block"}), "watch.toml"  # what a watch says of itself
_SURE = 0.99  # the least score where a name or the operator decides


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of the features in log-odds; those that are missing weigh nothing."""

    weights: Weights = field(default_factory=lambda: read_weights("relevance"))

    @staticmethod
    def of(known: PatternSet, more: Weights = _NO_MORE) -> Model:
        """The shared weights, with what some weigh `more`; what the patterns' file of a watch says goes before them."""
        shared = read_weights("relevance")
        return Model({**shared, **{name: shared.get(name, 0.0) + add for name, add in more.items()}, **known.weights})

    def score(self, features: Mapping[str, float]) -> float:
        """The probability, 0..1, that a document with these features is relevant."""
        summed = self.weights.get(CONSTANT, 0.0) * CONSTANT_VALUE + total(features, self.weights)
        return 1 / (1 + math.exp(-min(max(summed, -50.0), 50.0)))


class Verdict(NamedTuple):
    """What the judge says: `score` is 0..1."""

    relevant: bool
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Judge:
    """Weighs evidence.

    `known` is what was learned; from `threshold` (0..1) on a document is relevant; `trusts` (0..1) says what the roles
    are worth that say little of one mission. `distant` are seats of government outside of the regions where it works.
    """

    model: Model
    threshold: float
    known: PatternSet
    trusts: Mapping[str, float] = field(default_factory=dict)
    neighbours: frozenset[str] = frozenset()
    distant: frozenset[str] = frozenset()

    def judge(self, evidence: Evidence, telling: Telling = NO_TELLING) -> Verdict:
        """The verdict on a document's evidence and on what else it tells."""
        found = self.features(evidence, telling)
        score = self.model.score(weighed(found)) if speaks(found) else 0.0
        relevant = score >= self.threshold
        for kind, says in (("block", False), ("allow", True), ("name", True)):
            if evidence.of(kind):
                relevant, score = says, max(score, _SURE) if says else 0.0
                break
        return Verdict(relevant, round(score, 4), self._reasons(evidence, found))

    def features(self, evidence: Evidence, telling: Telling = NO_TELLING) -> tuple[Feature, ...]:
        """What the model weighs in a document by itself, each at most once."""
        return (
            *_said(evidence),
            *self._tied(evidence),
            *_person(evidence),
            *served_by(evidence, telling, self.neighbours),
            *company(evidence, self.distant),
            *told(telling),
            *self._context(evidence),
        )

    def _tied(self, evidence: Evidence) -> Iterator[Feature]:
        for kind in ("role", "org"):
            best = max(_ours(evidence, kind), key=self._closeness, default=None)
            if best is not None and best.place is not None:
                name = f"{kind}:{best.own.name.lower()}"
                yield Feature(name, self.trust(best.role.concept), (best.role, best.place))
                if kind == "role" and best.place.common:
                    yield Feature("common", 1.0, (best.place,))
        yield from _rival(evidence)

    def _closeness(self, bond: Bond) -> tuple[bool, bool, int, float]:
        """The closest tie to a place that is surely one, of a role that says much, or of the strongest."""
        trust = self.trust(bond.role.concept)
        return bond.place is not None and not bond.place.common, trust >= _SAYS_MUCH, bond.own, trust

    def trust(self, concept: str) -> float:
        """What a concept is worth, 0..1: more when the seeds speak of it, less when it says little of one mission."""
        learned = TRUST + (1 - TRUST) * self.known.concepts.get(concept, 0.0) / self._strongest
        return learned * self.trusts.get(concept, 1.0)

    @cached_property
    def _strongest(self) -> float:
        return max(self.known.concepts.values(), default=1.0)

    def _context(self, evidence: Evidence) -> Iterator[Feature]:
        weighed = {hit.concept: hit for hit in evidence.of("context")}
        if weighed:
            heaviest = sorted(weighed.values(), key=lambda hit: -abs(self._weight(hit)))
            total = sum(map(self._weight, heaviest)) / _CONTEXT_FULL
            yield Feature("context", max(-1.0, min(total, 1.0)), tuple(heaviest[:_MOST_CONTEXT]))

    def _weight(self, hit: Hit) -> float:
        pattern = self.known.by_text.get(hit.concept)
        return pattern.weight if pattern else 0.0

    def _reasons(self, evidence: Evidence, found: Sequence[Feature]) -> tuple[Reason, ...]:
        weights = shares(found, self.model.weights)
        heavy: dict[Hit, float] = {}
        for feature in found:
            for hit in feature.hits:
                heavy[hit] = heavy.get(hit, 0.0) + weights[feature.name] / len(feature.hits)
        said = [self._reason(evidence, hit, weight) for hit, weight in heavy.items()]
        said += [self._reason(evidence, hit, 0.0) for hit in evidence.of("allow", "block")]
        return tuple(sorted(said, key=lambda reason: -abs(reason.weight)))

    def _reason(self, evidence: Evidence, hit: Hit, weight: float) -> Reason:
        quote, weight = evidence.quote(hit), round(weight, 3)
        same = self._word(hit)
        learned = same[0] if same else self._akin(hit)
        if learned is None:
            return Reason(hit.kind, hit.text, weight, quote, _entry(hit))
        seeds = sorted({seed for pattern in same or (learned,) for seed in pattern.seeds})
        origin = ", ".join(seeds) or "near misses"
        if not same:
            origin += f"; form: lexicon {hit.concept}"
        return Reason(hit.kind, learned.text, weight, quote, origin, True, hit.text)

    def _word(self, hit: Hit) -> Sequence[Pattern]:
        """The learned patterns that a hit is word for word, in the same sense: one a language."""
        pattern = self.known.by_text.get(hit.folded)
        if pattern is None or (pattern.concept or pattern.text) != hit.concept:
            return ()
        same = self.known.by_concept.get(hit.concept, (pattern,))
        return [one for one in same if one.text == hit.folded]

    def _akin(self, hit: Hit) -> Pattern | None:
        """The learned pattern that is most like a hit, of those that say the same in the same language."""
        same = self.known.by_concept.get(hit.concept, ())
        said = (pattern for pattern in same if hit.language in ("", pattern.language))
        return max(said, key=lambda pattern: (_alike(pattern.text, hit.folded), abs(pattern.z)), default=None)


def _alike(one: str, two: str) -> int:
    """How many letters two words begin with alike."""
    return next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def _entry(hit: Hit) -> str:
    """The entry that taught what no seed did: of the lexicon, or of the watch's own file."""
    return f"{_OWN_FILE} {hit.concept}" if hit.kind in _OWN else hit.concept


def _ours(evidence: Evidence, kind: str) -> list[Bond]:
    """The roles, or the organisation where it stands in none, that are tied to this theatre."""
    ours = [bond for bond in evidence.bonds if bond.role.kind == kind and bond.ours]
    whole = sorted((role.start, role.end) for role in evidence.of("role")) if kind == "org" else ()
    if not whole:
        return ours
    starts, reach = [start for start, _ in whole], [*accumulate((end for _, end in whole), max)]

    def inside(part: Hit) -> bool:
        before = bisect_right(starts, part.start)
        return before > 0 and part.end <= reach[before - 1]

    return [bond for bond in ours if not inside(bond.role)]


def _said(evidence: Evidence) -> Iterator[Feature]:
    for kind in ("name", "document"):
        if hits := evidence.of(kind):
            yield Feature(kind, 1.0, hits[:1])
    wrong = evidence.of("misspelt")
    if wrong and evidence.of("theatre"):
        yield Feature("misspelt", 1.0, wrong[:1])


def _rival(evidence: Evidence) -> Iterator[Feature]:
    theirs = [bond for bond in evidence.bonds if bond.role.kind == "role" and bond.rival and not bond.ours]
    if theirs:
        worst = max(theirs, key=lambda bond: bond.other)
        hits = tuple(hit for hit in (worst.role, worst.rival) if hit)
        yield Feature("beside" if _ours(evidence, "role") else "rival", 1.0, hits)


def _person(evidence: Evidence) -> Iterator[Feature]:
    people = evidence.of("person")
    if people and evidence.of("theatre", "role", "org"):
        yield Feature("person", 1.0, people[:1])
