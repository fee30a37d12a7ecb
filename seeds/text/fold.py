"""Text as the matcher reads it: folded and word-spaced, with the way back to the original.

Folding makes equal what readers take as equal: case, accents, width, Arabic letter variants, dots of acronyms.
Everything that is no letter or digit becomes a space, and a space stands before and after the whole, so that a
term is looked up as `" term "` and word boundaries come for free. Scripts that write no spaces (Han, Hiragana,
Katakana, Thai, Lao, Khmer, Burmese) get one around every character, so the same look-up finds terms inside runs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Letters that Unicode does not decompose but that are typed without their mark as often as with it.
_PLAIN = {
    "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
    "ə": "e", "ک": "ك", "ی": "ي", "ى": "ي", "ے": "ي", "ة": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه", "ۃ": "ه", "ς": "σ",
}  # fmt: skip
# Scripts written without spaces: Thai to Lao, Burmese, Khmer, CJK radicals to iteration marks, Kana, Han.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Hangul syllables and voiced Kana are letters of their own: they stay composed.
_COMPOSED = re.compile("[\u3041-\u30ff\uac00-\ud7a3]")
# Signs that stand inside words without being part of them: they vanish instead of cutting the word.
_SILENT = {"Cf", "Mn", "Me"}
# Vowel signs of the scripts of India and South-East Asia are letters of the word, not accents.
_VOWEL_SIGNS = re.compile("[\u0900-\u0eff\u1000-\u109f\u1780-\u17ff]")
_GAP = re.compile("  +")


def _pieces(character: str) -> str:
    composed = unicodedata.normalize("NFKC", character)
    if _COMPOSED.match(composed):
        return composed
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())


def _fold_character(character: str) -> str:
    folded = []
    for piece in _pieces(character):
        category = unicodedata.category(piece)
        if category in _SILENT and not (_VOWEL_SIGNS.match(piece) and not unicodedata.name(piece).endswith("NUKTA")):
            continue
        if piece == "\u0640":  # the Arabic stretching sign
            continue
        if category[0] in "LM" or category in ("Nd", "Nl", "No"):
            digit = unicodedata.decimal(piece, None)
            plain = _PLAIN.get(piece, piece) if digit is None else str(digit)
            folded.append(f" {plain} " if _UNSPACED.match(plain) else plain)
        else:
            folded.append(" ")
    return "".join(folded)


class _Table(dict[int, str]):
    """A translation table that learns each character when it first meets it.

    `uneven` holds the characters met so far that do not fold to just one.
    """

    def __init__(self) -> None:
        self.uneven: set[str] = set()

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_character(chr(point))
        if len(folded) != 1:
            self.uneven.add(chr(point))
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """The text folded and spaced: `" le 3 mai l onu "`. Never raises; text without letters gives one space."""
    if text.isascii() and text.isalpha():  # most forms of the lexicon are one plain word
        return f" {text.lower()} "
    words = " ".join(text.translate(_TABLE).split())
    return f" {words} " if words else " "


def origins(text: str) -> list[int]:
    """For every position of `fold(text)` the position in `text` that it came from (the end for the last space)."""
    spaced = text.translate(_TABLE)
    places, end = _places(text), len(spaced.rstrip(" "))
    found, start = [0], len(spaced) - len(spaced.lstrip(" "))
    if start < end:
        for gap in _GAP.finditer(spaced, start, end):
            found += places[start : gap.start() + 1]
            start = gap.end()
        found += places[start : end + 1]
    return found


def _places(text: str) -> Sequence[int]:
    """For every position of the translated text, and its end, the position in `text`: mostly the same."""
    uneven = _TABLE.uneven.intersection(text)
    if not uneven:
        return range(len(text) + 1)
    found, start = list[int](), 0
    for place in [place for place, letter in enumerate(text) if letter in uneven]:
        found += range(start, place)
        found += [place] * len(_TABLE[ord(text[place])])
        start = place + 1
    return [*found, *range(start, len(text) + 1)]
