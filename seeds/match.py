"""From evidence to a verdict: is this document about the watched mission, how surely, and why.

An explicit name decides alone. Otherwise the score is a logistic model over a few features that read as sentences
("a role stands in one phrase with the theatre"); its weights are learned (`seeds/learn.py`) and stand in the watch's
`patterns.toml`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seeds.evidence import Bond, Evidence, Hit
from seeds.model import Reason

# What each feature weighs before anything is learned: the centre of the prior in seeds/learn.py. The learned weights
# are these, moved as far as the seeds and near misses ask for. In log-odds; the bias makes silence mean "no".
PRIOR: Mapping[str, float] = {
    "bias": -4.0,
    "name": 9.0,
    "document": 6.0,
    "misspelt": 6.0,
    "role:phrase": 6.0,
    "role:sentence": 5.5,
    "role:across": 5.0,
    "role:document": 3.5,
    "org:phrase": 1.5,
    "org:sentence": 1.0,
    "org:across": 0.5,
    "org:document": 0.0,
    "person": 3.0,
    "common": -1.0,
    "rival": -5.0,
    "agency": -1.0,
    "force": -0.5,
    "context": 0.5,
}


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of the features; those that are missing weigh nothing."""

    weights: Mapping[str, float] = field(default_factory=lambda: dict(PRIOR))

    def score(self, features: Mapping[str, float]) -> float:
        """The probability, 0..1, that a document with these features is relevant."""
        total = self.weights.get("bias", 0.0)
        total += sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-total)) if total > -700 else 0.0


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing the model weighs: its name and value, and the hits that it rests on."""

    name: str
    value: float
    hits: tuple[Hit, ...]


def features(evidence: Evidence) -> tuple[Feature, ...]:
    """What the model weighs in a document, each at most once."""
    found = [*_named(evidence), *_bonded(evidence), *_person(evidence), *_beside(evidence)]
    return tuple(found)


def _named(evidence: Evidence) -> Sequence[Feature]:
    found = [Feature(kind, 1.0, hits[:1]) for kind in ("name", "document") if (hits := evidence.of(kind))]
    wrong = evidence.of("misspelt")
    if wrong and evidence.of("theatre"):
        found.append(Feature("misspelt", 1.0, wrong[:1]))
    return found


def _bonded(evidence: Evidence) -> Sequence[Feature]:
    ours = [bond for bond in evidence.bonds if bond.ours]
    theirs = [bond for bond in evidence.bonds if bond.rival is not None and not bond.ours and bond.role.kind == "role"]
    found = []
    for kind in ("role", "org"):
        best = max((bond for bond in ours if bond.role.kind == kind), key=_strength, default=None)
        if best is not None and best.place is not None:
            found.append(Feature(f"{kind}:{best.own.name.lower()}", 1.0, (best.role, best.place)))
            if kind == "role" and all(hit.common for hit in evidence.of("theatre")):
                found.append(Feature("common", 1.0, (best.place,)))
    if theirs:
        worst = max(theirs, key=lambda bond: bond.other)
        found.append(Feature("rival", 1.0, tuple(hit for hit in (worst.role, worst.rival) if hit)))
    return found


def _strength(bond: Bond) -> tuple[int, bool]:
    return bond.own, bond.place is not None and not bond.place.common


def _person(evidence: Evidence) -> Sequence[Feature]:
    people = evidence.of("person")
    if people and evidence.of("theatre", "role", "org"):
        return [Feature("person", 1.0, people[:1])]
    return []


def _beside(evidence: Evidence) -> Sequence[Feature]:
    return [Feature(kind, 1.0, hits[:1]) for kind in ("agency", "force") if (hits := evidence.of(kind))]


def reasons(evidence: Evidence, found: Sequence[Feature], model: Model) -> tuple[Reason, ...]:
    """Why the score is what it is, the heaviest first."""
    told = [
        _reason(evidence, hit, model.weights.get(feature.name, 0.0) * feature.value / len(feature.hits))
        for feature in found
        for hit in feature.hits
    ]
    return tuple(sorted(told, key=lambda reason: -abs(reason.weight)))


def _reason(evidence: Evidence, hit: Hit, weight: float) -> Reason:
    return Reason(hit.kind, hit.text, round(weight, 3), evidence.quote(hit), hit.concept)
