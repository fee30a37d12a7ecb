"""Which country the paper is of that tells something: by its address, or by the language it writes.

A paper at home need not say whose minister speaks, or whose soldiers come back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from seeds.lexicon.load import Lexicon

_OTHERWISE: Mapping[str, str] = {"UK": "GB"}  # the one country whose addresses do not end in its ISO code
_LETTERS = 2


class PaperHomes:
    """Knows the countries of papers; `languages` gives that of each language, by ISO 639-1 code."""

    def __init__(self, languages: Mapping[str, str]) -> None:
        self._languages = languages

    def of(self, url: str | None, language: str | None) -> Mapping[str, Collection[str]]:
        """The countries (ISO 3166-1) that a paper may be of, each with what tells so: `address`, `language`."""
        found: dict[str, list[str]] = {}
        if address := _domain(url):
            found[address] = ["address"]
        if spoken := self._languages.get(language or ""):
            found.setdefault(spoken, []).append("language")
        return found


def _domain(url: str | None) -> str | None:
    """The country that an address ends in; None where it ends in none, or is none."""
    try:
        last = (urlsplit(url or "").hostname or "").rpartition(".")[2].upper()
    except ValueError:
        return None
    return _OTHERWISE.get(last, last) if len(last) == _LETTERS and last.isalpha() else None


@lru_cache(maxsize=1)
def homes(lexicon: Lexicon) -> PaperHomes:
    """What all watches know of the countries of papers. Raises LexiconError when the lexicon's table is wrong."""
    return PaperHomes(lexicon.table("homes"))
