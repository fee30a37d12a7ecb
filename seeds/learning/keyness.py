"""Learning what a mission's coverage sounds like: the words and phrases that its seed documents use too often.

Keyness is the log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi and Quinn, "Fightin' Words"
(Political Analysis 16(4), 2008, equations 15 to 22): the background frequencies of the language are the prior, so a
word seen twice is not taken for a law. The background of a phrase is not listed anywhere; words attract each other,
so it is set between independence (the product) and full dependence (its rarest word): their geometric mean.

Words that peace operations elsewhere, or the same country without the mission, use as well are no evidence by
themselves. For plain words ("context") the weight is therefore the log-odds between seeds and near misses.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from seeds.learning.documents import Sample
from seeds.relevance.patterns import Pattern
from seeds.text.fold import fold
from seeds.text.sentences import sentences

LONGEST_PHRASE = 5  # words of a phrase
PRIOR_SIZE = 500.0  # words that the background counts for, about one document's worth
RAREST = 1e-8  # the background frequency of words that the lists do not know
FUNCTION_WORD = 8e-4  # words more frequent than this begin and end no phrase
SURE = 3.1  # standard errors from the background: one in a thousand by chance
MOST_PATTERNS = 400  # patterns that are kept
UNSEEN = 0.5  # what a phrase that one side never used counts for in a comparison of two small samples (Jeffreys)
TELLING = 0.05  # plain words that weigh less say nothing
_WORD = re.compile(r"[^\W_]+")

Background = Callable[[str, str], float]
Label = Callable[[str, str], tuple[str, str | None]]


@dataclass(slots=True)
class _Tally:
    """The phrases of one language in a set of samples.

    Per phrase: how often it stands there, in which samples, its background share, and the count of the most
    frequent phrase that is one word longer. `totals` counts all runs of words by their length.
    """

    counts: Counter[str] = field(default_factory=Counter)
    within: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    totals: Counter[int] = field(default_factory=Counter)
    chance: dict[str, float] = field(default_factory=dict)
    longer: dict[str, int] = field(default_factory=dict)


def learn_patterns(
    seeds: Sequence[Sample], near: Sequence[Sample], background: Background, label: Label
) -> tuple[Pattern, ...]:
    """The patterns of the seeds, surest first, then what speaks against them.

    `background(word, language)` gives a word's share of ordinary text, 0 when unknown; `label(phrase, language)` the
    kind and concept of a folded phrase. The same input gives the same output, in any order of documents.
    """
    ours, theirs = _tally(seeds, background), _tally(near, background)
    found = [
        pattern
        for language in sorted(ours)
        for pattern in _patterns(language, ours[language], theirs.get(language, _Tally()), label)
    ]
    found += [
        pattern
        for language in sorted(set(ours) & set(theirs))
        for pattern in _counters(language, theirs[language], ours[language], label)
    ]
    found.sort(key=lambda pattern: (pattern.weight < 0, -abs(pattern.z), pattern.language, pattern.text))
    return tuple(found[:MOST_PATTERNS])


def _tally(samples: Iterable[Sample], background: Background) -> dict[str, _Tally]:
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for sample in samples:
        tally = tallies[sample.language]
        for words in _sentences(sample):
            _count(tally, words, sample, background)
    for tally in tallies.values():
        tally.longer = _longer(tally.counts)
    return tallies


def _longer(counts: Mapping[str, int]) -> dict[str, int]:
    """For every phrase, how often the most frequent phrase stands that is it and one word more."""
    found: dict[str, int] = {}
    for phrase, count in counts.items():
        for part in (phrase.partition(" ")[2], phrase.rpartition(" ")[0]):
            found[part] = max(found.get(part, 0), count)
    return found


def _sentences(sample: Sample) -> Iterator[list[str]]:
    for text in (sample.title, sample.text):
        for sentence in sentences(text, sample.language):
            yield _WORD.findall(text[sentence.start : sentence.end].lower())


def _count(tally: _Tally, words: Sequence[str], sample: Sample, background: Background) -> None:
    shares = [max(background(word, sample.language), RAREST) for word in words]
    for start in range(len(words)):
        for stop in range(start + 1, min(start + LONGEST_PHRASE, len(words)) + 1):
            tally.totals[stop - start] += 1
            if _is_phrase(words, shares, start, stop):
                phrase = fold(" ".join(words[start:stop])).strip()
                tally.counts[phrase] += 1
                tally.within[phrase].add(sample.id)
                tally.chance[phrase] = phrase_share(shares[start:stop])


def _is_phrase(words: Sequence[str], shares: Sequence[float], start: int, stop: int) -> bool:
    edges = (start, stop - 1)
    if any(shares[edge] > FUNCTION_WORD or len(words[edge]) < 2 for edge in edges):
        return False
    return not any(word.isdigit() for word in words[start:stop])


def phrase_share(shares: Sequence[float]) -> float:
    """The share of ordinary text that a phrase is expected to have, from the shares (0..1) of its words."""
    return math.sqrt(math.prod(shares) * min(shares))


def log_odds(count: float, total: float, share: float) -> tuple[float, float]:
    """How many times the odds of a phrase exceed those of the background, in log-odds, and the standard error.

    `count` of `total` in the sample; `share` of the background (0..1).
    """
    prior = PRIOR_SIZE * share
    rest = max(total + PRIOR_SIZE - count - prior, prior)
    ratio = math.log((count + prior) / rest) - math.log(share / (1 - share))
    return ratio, math.sqrt(1 / (count + prior))


def contrast(count: float, total: float, other: float, other_total: float) -> tuple[float, float]:
    """The log-odds of a phrase between two samples, with the Jeffreys prior, and the standard error."""
    one = math.log((count + UNSEEN) / (total - count + UNSEEN))
    two = math.log((other + UNSEEN) / (other_total - other + UNSEEN))
    return one - two, math.sqrt(1 / (count + UNSEEN) + 1 / (other + UNSEEN))


def _patterns(language: str, ours: _Tally, theirs: _Tally, label: Label) -> Iterator[Pattern]:
    """What the seeds use more than other text does; plain words only if they do so more than near misses, too."""
    for phrase, count in _salient(ours):
        ratio, error = log_odds(count, ours.totals[len(phrase.split())], ours.chance[phrase])
        kind, concept = label(phrase, language)
        weight = _cautious(*_against(phrase, ours, theirs)) if kind == "context" else ratio - error
        if ratio / error >= SURE and (kind != "context" or weight >= TELLING):
            seeds = tuple(sorted(ours.within[phrase]))
            near = len(theirs.within.get(phrase, ()))
            yield Pattern(
                phrase, kind, language, round(weight, 2), round(ratio / error, 1), count, seeds, near, concept
            )


def _counters(language: str, theirs: _Tally, ours: _Tally, label: Label) -> Iterator[Pattern]:
    """What near misses use more than the seeds, which never do."""
    for phrase, count in _salient(theirs):
        near = len(theirs.within[phrase])
        if near < 2 or phrase in ours.counts:
            continue
        ratio, error = log_odds(count, theirs.totals[len(phrase.split())], theirs.chance[phrase])
        kind, concept = label(phrase, language)
        weight = _cautious(*_against(phrase, theirs, ours)) if kind == "context" else ratio - error
        if ratio / error >= SURE and weight >= TELLING and kind in _COUNTERS:
            yield Pattern(phrase, kind, language, -round(weight, 2), -round(ratio / error, 1), 0, (), near, concept)


_COUNTERS = frozenset({"context", "other", "force", "agency"})


def _salient(tally: _Tally) -> Iterator[tuple[str, int]]:
    """The phrases that stand more than once, and not only inside a longer one."""
    for phrase, count in sorted(tally.counts.items()):
        if count > 1 and tally.longer.get(phrase, 0) < count:
            yield phrase, count


def _against(phrase: str, one: _Tally, two: _Tally) -> tuple[float, float]:
    length = len(phrase.split())
    return contrast(one.counts[phrase], one.totals[length], two.counts[phrase], max(two.totals[length], 1))


def _cautious(ratio: float, error: float) -> float:
    """A ratio moved towards zero by one standard error, and no further."""
    return math.copysign(max(abs(ratio) - min(error, abs(ratio)), 0.0), ratio)


def concept_weights(patterns: Iterable[Pattern]) -> dict[str, float]:
    """How strongly the seeds speak of each concept of the lexicon: the weight of its weightiest pattern."""
    found: dict[str, float] = {}
    for pattern in patterns:
        if pattern.concept and pattern.weight > 0:
            found[pattern.concept] = max(found.get(pattern.concept, 0.0), pattern.weight)
    return found
