"""What was learned, as a file that people read and review: `patterns.toml`.

A pattern is a word or a short phrase that the seed documents use far more often than other text does. Sorted and
written the same way every time, so that learning again shows as a difference only where something changed.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from config.sentence import Said, strung
from config.toml import TomlError, read_toml
from seeds.lexicon.files import LexiconError
from seeds.text.fold import fold

_OPENING = re.compile(r"\s*\[\[\s*pattern\s*\]\]")
KINDS = ("name", "role", "org", "unit", "theatre", "person", "document", "other", "force", "agency", "context")
_HEADER = """# Learned from the documents and near misses beside this file: do not edit it, run `bluehelm learn` again.
#
# [weights]  what a feature of a document weighs here otherwise than in weights/relevance.toml, in log-odds
# [concepts] how strongly the seeds speak of a concept of the lexicon, in log-odds; other languages inherit it
# [[pattern]] a word or phrase: how much more often the seeds use it than other text does (weight, log-odds, less one
#            standard error; negative where near misses use it more), how sure that is (z), how often it stands in
#            the seeds, in which of them, and in how many near misses
"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One learned word or phrase, folded; `concept` is the lexicon's key where the lexicon knows it."""

    text: str
    kind: str
    language: str
    weight: float
    z: float
    count: int
    seeds: tuple[str, ...]
    near: int = 0
    concept: str | None = None


@dataclass(frozen=True)
class PatternSet:
    """All that a watch has learned. `version` is a hash of the content; "" and empty before anything was learned."""

    patterns: tuple[Pattern, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    concepts: Mapping[str, float] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change when anything learned changes."""
        return hashlib.sha256(self._body().encode()).hexdigest()[:12]

    @cached_property
    def by_text(self) -> Mapping[str, Pattern]:
        """The patterns by their folded text, the weightier of two languages."""
        ordered = sorted(self.patterns, key=lambda pattern: abs(pattern.weight))
        return {pattern.text: pattern for pattern in ordered}

    @cached_property
    def by_concept(self) -> Mapping[str, tuple[Pattern, ...]]:
        """The patterns of each concept of the lexicon."""
        found: dict[str, list[Pattern]] = {}
        for pattern in self.patterns:
            if pattern.concept:
                found.setdefault(pattern.concept, []).append(pattern)
        return {concept: tuple(patterns) for concept, patterns in found.items()}

    def dump(self) -> str:
        """The file's text."""
        return f'{_HEADER}\nversion = "{self.version}"\n{self._body()}'

    def _body(self) -> str:
        lines = [f"learned_from = {_array(self.sources)}", "", "[weights]"]
        lines += [f"{json.dumps(name)} = {value:.3f}" for name, value in sorted(self.weights.items())]
        lines += ["", "[concepts]"]
        lines += [f"{json.dumps(name)} = {value:.2f}" for name, value in _heaviest(self.concepts)]
        for pattern in self.patterns:
            lines += ["", "[[pattern]]", *_table(pattern)]
        return "\n".join(lines) + "\n"


def _heaviest(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))


def _table(pattern: Pattern) -> list[str]:
    lines = [f"text = {json.dumps(pattern.text, ensure_ascii=False)}", f'kind = "{pattern.kind}"']
    if pattern.concept:
        lines.append(f"concept = {json.dumps(pattern.concept, ensure_ascii=False)}")
    lines += [f'language = "{pattern.language}"', f"weight = {pattern.weight:.2f}", f"z = {pattern.z:.1f}"]
    return [*lines, f"count = {pattern.count}", f"seeds = {_array(pattern.seeds)}", f"near = {pattern.near}"]


def _array(texts: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(text, ensure_ascii=False) for text in texts) + "]"


def parse_patterns(text: str, name: str) -> PatternSet:
    """The patterns that a file's text holds. Raises LexiconError naming the file (`name`) and line of a bad entry."""
    try:
        table = read_toml(text)
    except TomlError as error:
        raise LexiconError(error.at(name)) from error
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if _OPENING.match(line)]
    rows = table.get("pattern", [])
    if len(lines) != len(rows):
        raise LexiconError(Said("{name}: each pattern begins with a [[pattern]] line of its own", name=name))
    found = [_checked(row, name, line) for row, line in zip(rows, lines, strict=True)]
    return PatternSet(
        tuple(found),
        _numbers(table, "weights", name),
        _numbers(table, "concepts", name),
        tuple(table.get("learned_from", ())),
    )


def _numbers(table: Mapping[str, Any], part: str, name: str) -> dict[str, float]:
    values = table.get(part, {})
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            told = Said("[{part}] {key} = {value!r} is no number", part=part, key=key, value=value)
            raise LexiconError(strung(": ", (name, told)))
    return {key: float(value) for key, value in values.items()}


def _checked(row: Mapping[str, Any], name: str, line: int) -> Pattern:
    problem = _problem(row)
    if problem:
        raise LexiconError(strung(": ", (f"{name}:{line}", problem)))
    return Pattern(
        text=row["text"],
        kind=row["kind"],
        language=row["language"],
        weight=float(row["weight"]),
        z=float(row["z"]),
        count=row["count"],
        seeds=tuple(row["seeds"]),
        near=row["near"],
        concept=row.get("concept"),
    )


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "text": str,
    "kind": str,
    "language": str,
    "weight": (int, float),
    "z": (int, float),
    "count": int,
    "seeds": list,
    "near": int,
}


def _problem(row: Mapping[str, Any]) -> str | None:
    return next(_problems(row), None)


def _problems(row: Mapping[str, Any]) -> Iterator[str]:
    for key, kind in _TYPES.items():
        if key not in row:
            yield Said("{key} is missing", key=key)
        elif not isinstance(row[key], kind) or isinstance(row[key], bool):
            yield Said("{key} = {value!r} is of the wrong type", key=key, value=row[key])
    for key in sorted(set(row) - set(_TYPES) - {"concept"}):
        yield f"{key} is no key of a pattern"
    if row["kind"] not in KINDS:
        yield f"kind = {row['kind']!r} is none of {', '.join(KINDS)}"
    if not math.isfinite(row["weight"]) or not math.isfinite(row["z"]):
        yield "weight and z must be finite"
    if fold(row["text"]).strip() != row["text"] or not row["text"]:
        yield f"text = {row['text']!r} is not folded; {fold(row['text']).strip()!r} is"
