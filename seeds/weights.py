"""What was learned of reading, as files that people read: `weights/*.toml`, each the weights of one decision.

A decision is a choice among options (the tiers; the figures that may be the toll; …). Each option has features, and its
chance is proportional to the exponential of their weights' sum. `seeds/learning/choices.py` learns the weights from
labelled items.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from config.sentence import Said
from config.toml import read_toml
from seeds.lexicon.files import LexiconError
from seeds.lexicon.kept import Keeper

WEIGHTS = Path(__file__).parent / "weights"
_ROWS = frozenset({"tiers"})  # decisions whose options are always the same
_FILES = ("relevance", "tiers", "tolls", "places", "contingents", "stories", "words")
Features = Mapping[str, float]
Weights = Mapping[str, float]
Rows = Mapping[str, Sequence[float]]
T = TypeVar("T")


def chances(options: Sequence[Features], weights: Weights) -> list[float]:
    """The chance of each option, 0..1; they add up to one. Features without a weight weigh nothing."""
    return softmax([total(one, weights) for one in options])


def total(features: Features, weights: Weights) -> float:
    """The sum of what an option's features weigh, in log-odds."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def softmax(sums: Sequence[float]) -> list[float]:
    """Chances, 0..1, in proportion to the exponentials of the sums."""
    most = max(sums)
    raised = [math.exp(one - most) for one in sums]
    whole = sum(raised)
    return [one / whole for one in raised]


# What has just been learned stands in for the files, for what is learned next rests on it.
_learned: dict[str, Any] = {}


def swap_weights(learned: dict[str, Any]) -> dict[str, Any]:
    """Use these weights, by decision, instead of the files' (none: the files'); returns those that were used so."""
    former = dict(_learned)
    _learned.clear()
    _learned.update(learned)
    return former


def put_weights(name: str, weights: Weights | Rows) -> None:
    """Use these weights for a decision instead of its file's, in this process from now on."""
    _learned[name] = weights


def read_weights(name: str) -> Weights:
    """The weights of a decision, in log-odds, by feature. Raises LexiconError where the file cannot be used."""
    return _learned[name] if name in _learned else _read_weights(name)


def read_rows(name: str) -> Rows:
    """Of a decision whose options are always the same: what each sign weighs for each option, in log-odds.

    Raises LexiconError where the file cannot be used.
    """
    return _learned[name] if name in _learned else _read_rows(name)


def weights_mistakes() -> tuple[str, ...]:
    """What is wrong with the files of weights, a line each with the file; none when all can be used."""
    found = []
    for name in _FILES:
        try:
            read_rows(name) if name in _ROWS else read_weights(name)
        except LexiconError as error:
            found.append(str(error))
    return tuple(found)


_keeper = cache(Keeper)


@cache
def _read_weights(name: str) -> Weights:
    return _keeper(WEIGHTS).kept(name, lambda: _read(name, float))


@cache
def _read_rows(name: str) -> Rows:
    # Parsing thousands of rows takes megabytes for a moment, and most of their numbers are alike.
    rows = _keeper(WEIGHTS).kept(name, lambda: _read(name, lambda row: tuple(map(float, row))))
    alike: dict[float, float] = {}
    return {feature: tuple(alike.setdefault(one, one) for one in row) for feature, row in rows.items()}


def _read(name: str, shape: Callable[[Any], T]) -> Mapping[str, T]:
    path = WEIGHTS / f"{name}.toml"
    try:
        table = read_toml(path.read_text(encoding="utf-8")).get("weights")
        if not isinstance(table, dict):
            raise TypeError(Said("there is no table [weights]"))
        return {feature: shape(weight) for feature, weight in table.items()}
    except (OSError, TypeError, ValueError) as error:
        raise LexiconError(Said("{path}: cannot be used ({error})", path=path, error=str(error))) from error


def dump_weights(weights: Mapping[str, float | Sequence[float]], told: Iterable[str]) -> str:
    """The text of a weights' file; `told` are lines that say what they are and what they were learned from."""
    head = "".join(f"# {line}\n" for line in told)
    body = "".join(f'"{name}" = {_number(weight)}\n' for name, weight in sorted(weights.items()))
    return f"{head}\n[weights]\n{body}"


def _number(weight: float | Sequence[float]) -> str:
    return f"{weight:g}" if isinstance(weight, float) else f"[{', '.join(f'{one:g}' for one in weight)}]"
