"""UN document symbols in a text, in canonical form: S/RES/2690 (2023), S/2023/402, A/RES/77/308, SC/15341.

Source of the forms: the UN's document symbol conventions (research.un.org/en/docs/symbols). A resolution named in
words ("resolution 2690 (2023)", 第2640号决议) becomes the Council's symbol; its year is kept where stated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from seeds.lexicon.load import Lexicon
from seeds.text.reading import Reading

_SYMBOL = re.compile(
    r"(?<![\w/])("
    r"S/RES/\d{1,4}(?:\s?\(\d{4}\))?"
    r"|S/PRST/\d{4}/\d{1,3}|S/PV\.\s?\d{3,5}|S/(?:19|20)\d{2}/\d{1,4}(?:/(?:Add|Corr|Rev)\.\d+)?"
    r"|A/RES/\d{1,3}/\d{1,3}(?:\s?[AB])?|A/\d{2,3}/\d{1,4}(?:/(?:Add|Corr|Rev)\.\d+)?|A/HRC/(?:RES/)?\d{1,2}/\d{1,3}"
    r"|SC/\d{4,5}|SG/SM/\d{4,5}|SG/T/\d{4}|SG/A/\d{3,4}|PKO/\d{3,4}|PEACE/\d{3,4}|AFR/\d{3,4}|GA/\d{4,5}|GA/AB/\d{4}"
    r")(?![\w/])",
    re.IGNORECASE,
)
_YEAR = r"\s?[((](?P<year>(?:19|20)\d{2})[))]"
_NUMBER = r"(?P<number>\d{3,4})"
_BEFORE = r"\s*(?:n[°ºo]\.?\s*|nr\.?\s*|№\s*|رقم\s*|(?:der|du|de|of)\s+)?"
_LONG = re.compile(r"\d{3}")  # what every resolution's number holds
_RESOLUTION = re.compile(r"S/RES/(\d+)(?: \((\d{4})\))?")


class SymbolReader:
    """Finds document symbols; `words` is the table `symbols` of the lexicon."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        named = "|".join(
            re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else r"\b") for word in words["resolution"]
        )
        before = rf"\b(?:{named}){_BEFORE}{_NUMBER}(?:{_YEAR})?(?!\w)"
        self._patterns = [re.compile(before, re.IGNORECASE)]
        for form in words["around"]:
            start, end = (re.escape(part) for part in form.split("{n}"))
            self._patterns.append(re.compile(rf"{start}{_NUMBER}(?:{_YEAR})?{end}"))

    def of(self, reading: Reading) -> tuple[str, ...]:
        """The symbols of a document."""
        return self.read(reading.text)

    def read(self, text: str) -> tuple[str, ...]:
        """The symbols of a text in the order of their first mention, without doubles."""
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        found = [(match.start(), _canonical(match[1])) for match in _SYMBOL.finditer(plain)] if "/" in plain else []
        for pattern in self._patterns if _LONG.search(plain) else ():
            for match in pattern.finditer(plain):
                year = f" ({match['year']})" if match["year"] else ""
                found.append((match.start(), f"S/RES/{match['number']}{year}"))
        return tuple(_without_doubles(symbol for _, symbol in sorted(found)))


@lru_cache(maxsize=1)
def symbol_reader(lexicon: Lexicon) -> SymbolReader:
    """The reader of symbols that all watches share."""
    return SymbolReader(lexicon.keeper.kept("symbols", lambda: lexicon.table("symbols")))


def _canonical(symbol: str) -> str:
    symbol = re.sub(r"\s+", "", symbol.upper())
    symbol = re.sub(r"(?<=\d)\(", " (", symbol)
    return re.sub(r"(ADD|CORR|REV)\.", lambda match: match[1].capitalize() + ".", symbol)


def _without_doubles(symbols: Iterable[str]) -> Iterator[str]:
    """Each symbol once; a resolution without its year gives way to the same one with it."""
    listed = list(dict.fromkeys(symbols))
    dated = {match[1] for symbol in listed if (match := _RESOLUTION.fullmatch(symbol)) and match[2]}
    for symbol in listed:
        match = _RESOLUTION.fullmatch(symbol)
        if not (match and not match[2] and match[1] in dated):
            yield symbol
