"""The words that each language is known by: small ones, numbers, and what reports of incidents are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from seeds.lexicon.load import Lexicon
from seeds.text.fold import fold
from seeds.text.language import LanguageGuess


@lru_cache(maxsize=1)
def spoken_tables(lexicon: Lexicon) -> Mapping[str, Mapping[str, Any]]:
    """The tables of harm, numbers and tiers, read once for all who need them."""
    return {name: lexicon.table(name) for name in ("harm", "numbers", "tiers")}


@lru_cache(maxsize=1)
def language_guess(lexicon: Lexicon) -> LanguageGuess:
    """What tells the languages of the lexicon."""
    return lexicon.keeper.kept("languages", lambda: _guess(lexicon))


def _guess(lexicon: Lexicon) -> LanguageGuess:
    harm, numbers, tiers = spoken_tables(lexicon).values()
    listed = tiers["language"]
    return LanguageGuess(
        {
            language: {
                *(fold(word).strip() for word in listed.get(language, ())),
                *_single(harm.get(language, {})),
                *_single(numbers.get(language, {})),
            }
            for language in dict.fromkeys((*listed, *harm))
        }
    )


def _single(table: Mapping[str, Any]) -> Iterator[str]:
    """The single words of a table's comma-separated entries, folded."""
    for entry in table.values():
        if isinstance(entry, Mapping):
            yield from _single(entry)
            continue
        for form in str(entry).split(","):
            word = form.strip()
            if word and not {" ", "*", "{"}.intersection(word):
                yield fold(word).strip()
