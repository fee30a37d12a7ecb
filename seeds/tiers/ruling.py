"""Which tier a relevant document belongs to: the likeliest, by the learned weights of its signs, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from seeds.model import Reason, Tier
from seeds.tiers.signs import Sign
from seeds.weights import Features, Rows, softmax

BIAS = "bias"
ORIGIN = "weights/tiers.toml"
ORDER = tuple(Tier)
_TOLD = 0.15  # log-odds: what says less is not told …
_MOST, _WORDS = 12, 4  # … nor more reasons than that, with so many words …
_SHORT = 4  # … of so many letters: "of" and "the" tell a reader nothing
_Said = tuple[Sign, float]


class Ruling(NamedTuple):
    """The tier, how likely it is (0..1), and what spoke for it (positive weight) and against it (negative)."""

    tier: Tier
    chance: float
    reasons: tuple[Reason, ...]


def options(found: Iterable[str]) -> tuple[Features, ...]:
    """The features of each tier, in their order, of a document with these signs."""
    names = (BIAS, *found)
    return tuple({f"{tier} {name}": 1.0 for name in names} for tier in ORDER)


def ruled(found: Iterable[Sign], weights: Rows, why: Mapping[str, str]) -> Ruling:
    """The likeliest tier, the more urgent one in a tie. `weights` holds a number a tier, in their order, for each
    sign; `why` says what signs and their families mean."""
    known = [(sign, weights[sign.name]) for sign in found if sign.name in weights]
    likely = softmax([sum(each) for each in zip(weights[BIAS], *(row for _, row in known), strict=True)])
    number = max(range(len(ORDER)), key=likely.__getitem__)
    said = [(sign, row[number] - sum(row) / len(row)) for sign, row in known]
    reasons = sorted((*_signs(said, why), *_words(said, why)), key=lambda reason: -abs(reason.weight))
    return Ruling(ORDER[number], round(likely[number], 4), tuple(reasons[:_MOST]))


def _signs(said: Iterable[_Said], why: Mapping[str, str]) -> Iterator[Reason]:
    for sign, weight in said:
        if abs(weight) >= _TOLD and not sign.worded:
            name = sign.name.partition("@")[0]
            meaning = why.get(name) or why.get(name.partition(" ")[0], name)
            told = f"{name}: {sign.phrase}" if sign.phrase else name
            yield Reason("tier", told, round(weight, 2), sign.quote or meaning, f"{ORIGIN} {sign.name}")


def _words(said: Iterable[_Said], why: Mapping[str, str]) -> Iterator[Reason]:
    """What the plain words say together, for and against, with the strongest of them."""
    worded = sorted((pair for pair in said if pair[0].worded), key=lambda pair: -abs(pair[1]))
    for pull in (1, -1):
        mine = [(sign, weight) for sign, weight in worded if weight * pull > 0]
        weight = round(sum(one for _, one in mine), 2)
        if abs(weight) >= _TOLD:
            shown = list(dict.fromkeys(sign.phrase for sign, _ in mine if _tells(sign.phrase)))[:_WORDS]
            yield Reason(
                "tier",
                f"words: {', '.join(shown)}" if shown else "words",
                weight,
                mine[0][0].quote or why["word"],
                f"{ORIGIN} word",
            )


def _tells(word: str) -> bool:
    return len(word) >= _SHORT or not word.isascii()
