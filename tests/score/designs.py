"""Other ways to weigh the same evidence, learned from the same windows, to compare with the one in use.

`additive`: the log-odds of everything found are summed and a threshold is learned. `bayes`: naive Bayes (Bernoulli)
over the concepts present, blind to what is tied to what. `product`: strongest role times strongest place, no ties.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from seeds.learning.documents import read_folder
from seeds.learning.study import guess_language, near_misses, windows
from seeds.model import Document
from seeds.relevance.evidence import Evidence
from seeds.watch import Watch, read_document
from tests.score.measures import Judge

Sign = tuple[str, str]
_SPEAKING = ("name", "role", "org", "theatre", "person", "document", "other", "agency", "force", "context")
_KINDLY = {"name": 9.0, "document": 6.0, "role": 3.0, "org": 1.0, "theatre": 3.0, "person": 2.0}
_HARSHLY = {"other": -3.0, "agency": -1.0, "force": -1.0}


def training(watch: Watch) -> list[tuple[Evidence, bool]]:
    """Windows of the seeds and near misses with their truth."""
    folder = watch.folder
    samples = [(sample, True) for sample in read_folder(folder / "documents", guess_language)]
    samples += [(sample, False) for sample in near_misses(folder)]
    found = []
    for sample, relevant in samples:
        for document in windows(sample):
            evidence = watch.evidence(read_document(document))
            if not relevant or evidence.of("role", "name"):
                found.append((evidence, relevant))
    return found


def additive(watch: Watch, examples: Sequence[tuple[Evidence, bool]]) -> Judge:
    """The sum of the weights of all distinct concepts found, against the best threshold on the examples."""
    weights = watch.vocabulary.patterns.concepts

    def total(evidence: Evidence) -> float:
        signs = {(hit.kind, hit.concept) for hit in evidence.hits}
        best: dict[str, float] = {}
        for kind, concept in signs:
            weight = _KINDLY.get(kind, 0.0) + _HARSHLY.get(kind, 0.0) + 0.2 * weights.get(concept, 0.0)
            best[kind] = max(best.get(kind, weight), weight, key=abs)
        return sum(best.values())

    threshold = best_threshold([(total(evidence), relevant) for evidence, relevant in examples])
    return lambda document: total(watch.evidence(read_document(document))) >= threshold


def product(watch: Watch, examples: Sequence[tuple[Evidence, bool]]) -> Judge:
    """Strongest role times strongest place, whatever is tied to what; a name decides alone."""
    trust = watch.judge.trust

    def value(evidence: Evidence) -> float:
        if evidence.of("name"):
            return 1.0
        role = max((trust(hit.concept) for hit in evidence.of("role")), default=0.0)
        place = max((0.5 if hit.common else 1.0 for hit in evidence.of("theatre")), default=0.0)
        return role * place

    threshold = best_threshold([(value(evidence), relevant) for evidence, relevant in examples])
    return lambda document: value(watch.evidence(read_document(document))) >= threshold


def bayes(watch: Watch, examples: Sequence[tuple[Evidence, bool]]) -> Judge:
    """Naive Bayes over kinds and concepts present, Laplace-smoothed."""
    sizes = Counter(relevant for _, relevant in examples)
    counts: Counter[tuple[Sign, bool]] = Counter()
    for evidence, relevant in examples:
        counts.update((sign, relevant) for sign in _signs(evidence))
    signs = sorted({sign for sign, _ in counts})

    def chance(sign: Sign, relevant: bool) -> float:
        return (counts[sign, relevant] + 1) / (sizes[relevant] + 2)

    def odds(evidence: Evidence) -> float:
        present = _signs(evidence)
        total = math.log(sizes[True] / sizes[False])
        for sign in signs:
            yes, no = chance(sign, True), chance(sign, False)
            total += math.log(yes / no) if sign in present else math.log((1 - yes) / (1 - no))
        return total

    return lambda document: odds(watch.evidence(read_document(document))) >= 0


def _signs(evidence: Evidence) -> set[Sign]:
    signs = {(hit.kind, hit.concept) for hit in evidence.hits if hit.kind in _SPEAKING}
    return signs | {(kind, "") for kind, _ in signs}


def best_threshold(values: Iterable[tuple[float, bool]]) -> float:
    """The cut that makes the fewest mistakes."""
    ordered = sorted(values)
    cuts = sorted({value for value, _ in ordered})
    return min(cuts, key=lambda cut: sum((value >= cut) != relevant for value, relevant in ordered))


ALL: dict[str, Callable[[Watch, Sequence[tuple[Evidence, bool]]], Judge]] = {
    "additive log-odds": additive,
    "naive Bayes on concepts": bayes,
    "role times place, no ties": product,
}


def tied(watch: Watch) -> Judge:
    """No weights at all, by hand: a name, or any role whose nearest place is the theatre."""

    def judge(document: Document) -> bool:
        evidence = watch.evidence(read_document(document))
        return bool(evidence.of("name")) or any(bond.ours and bond.role.kind == "role" for bond in evidence.bonds)

    return judge


def ours(watch: Watch) -> Judge:
    """The design in use."""
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def judge(document: Document) -> bool:
        return watch.match(read_document(document), now).relevant

    return judge
