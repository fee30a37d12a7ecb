"""Two or three sentences quoted from the source that carry the match and the facts; never a paraphrase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from seeds.model import Facts, Match
from seeds.text.matcher import PhraseMatcher
from seeds.text.reading import Reading

_MOST = 3
_MOST_CHARACTERS = 700  # of all quotes together; the first is given whatever its length
_SHORTEST = 20  # characters; what is shorter is a label, not a sentence
_LEAD = (2.0, 0.5)  # how much the first and the second sentence are worth for their place
_FACT = {"killed": 2.0, "injured": 1.5, "place": 1.0, "event": 0.5, "attack": 0.5, "actor": 1.0, "symbols": 1.0}
_REASON = 1.5
_WORTH_QUOTING = 1.0


class _Candidate(NamedTuple):
    position: int
    text: str
    score: float


def quotes(
    reading: Reading, match: Match, facts: Facts, boilerplate: PhraseMatcher[None] | None = None
) -> tuple[str, ...]:
    """Up to three sentences of the document, in their order, white space made plain.

    They come from the text below the title; a document without one is quoted by its title. `boilerplate` are
    phrases of sentences that are never quoted. Empty only when the document has no words.
    """
    told = _plain(reading.text[: reading.title_end])
    shunned = _shunned(reading, boilerplate) if boilerplate else frozenset()
    candidates = [
        _Candidate(position, text, _score(position, text, match, facts))
        for position, (number, text) in enumerate(_sentences(reading))
        if text != told and number not in shunned
    ]
    if not candidates:
        return (told,) if told else ()
    return tuple(one.text for one in sorted(_chosen(candidates), key=lambda one: one.position))


def _sentences(reading: Reading) -> list[tuple[int, str]]:
    """The sentences below the title with their numbers."""
    cut = enumerate(reading.sentences)
    return [
        (number, _plain(reading.text[one.start : one.end])) for number, one in cut if one.start >= reading.title_end
    ]


def _shunned(reading: Reading, boilerplate: PhraseMatcher[None]) -> frozenset[int]:
    """The numbers of the sentences that hold a phrase of boilerplate."""
    return frozenset(reading.sentence_at(reading.origins[first]) for first, _, _ in boilerplate.finds(reading.folded))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _score(position: int, text: str, match: Match, facts: Facts) -> float:
    score = _LEAD[position] if position < len(_LEAD) else 0.0
    score += sum(_FACT.get(name, 0.5) for name, quote in facts.quotes if _plain(quote) == text)
    score += _REASON * any(reason.weight > 0 and _plain(reason.quote) == text for reason in match.reasons)
    return score if len(text) >= _SHORTEST else score - 2.0


def _chosen(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The best first, as many as fit; a sentence that carries nothing is left out unless it is the only one."""
    ranked = sorted(candidates, key=lambda one: (-one.score, one.position))
    kept = ranked[:1]
    length = len(kept[0].text)
    for one in ranked[1:_MOST]:
        if one.score >= _WORTH_QUOTING and length + len(one.text) <= _MOST_CHARACTERS:
            kept.append(one)
            length += len(one.text)
    return kept
