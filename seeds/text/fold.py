"""Text as the matcher reads it: folded, word-spaced, and cut into sentences, with the way back to the original.

Folding makes equal what readers take as equal: case, accents, width, Arabic letter variants, dots of acronyms.
Everything that is no letter or digit becomes a space, and a space stands before and after the whole, so that a
term is looked up as `" term "` and word boundaries come for free. Scripts that write no spaces (Han, Hiragana,
Katakana, Thai, Lao, Khmer, Burmese) get one around every character, so the same look-up finds terms inside runs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sentencex import segment  # type: ignore[import-untyped]

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
    """A translation table that learns each character when it first meets it."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold_character(chr(point))
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """The text folded and spaced: `" le 3 mai l onu "`. Never raises; text without letters gives one space."""
    words = " ".join(text.translate(_TABLE).split())
    return f" {words} " if words else " "


def origins(text: str) -> list[int]:
    """For every position of `fold(text)` the position in `text` that it came from (the end for the last space)."""
    found: list[int] = [0]
    space = True
    for position, character in enumerate(text):
        for piece in _TABLE[ord(character)]:
            if not piece.isspace():
                found.append(position)
                space = False
            elif not space:
                found.append(position)
                space = True
    if not space:
        found.append(len(text))
    return found


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch `text[start:end]` of a text, without the white space around it."""

    start: int
    end: int


# Abbreviations after which a full stop ends no sentence; sentencex misses these in the languages we read.
_GLUE = re.compile(
    r"(?:^|[\s(«\"'’])(?:M|MM|Mme|Mgr|Dr|Pr|St|Ste|Gén|Gal|Col|Cdt|Cap|Capt|Lt|Sgt|Maj|Brig|Gen|Adm|Amb|Hon|Sen|Rep|"
    r"Nos?|art|av|env|approx|ca|bzw|Sr|Sra|Dña|Gral|Cnel|Ten|Cel|Sig|Dott|On|янв|февр|авг|сент|окт|нояб|дек|ген|полк|"
    r"им|г|тыс|млн|U\.N|U\.S|O\.N\.U|[A-ZÀ-ÖØ-ÞА-Я])\.\s*$"
)


def sentences(text: str, language: str | None = None) -> tuple[Sentence, ...]:
    """Cut into sentences, in order, covering all that is not white space.

    `language` is an ISO 639-1 hint; an unknown one is treated as English.
    """
    cuts: list[Sentence] = []
    position = start = 0
    for piece in segment(language or "en", text):
        position += len(piece)
        if position < len(text) and _GLUE.search(text, start, position):
            continue
        cuts.extend(_trimmed(text, start, position))
        start = position
    cuts.extend(_trimmed(text, start, len(text)))
    return tuple(cuts)


def _trimmed(text: str, start: int, end: int) -> list[Sentence]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return [Sentence(start + left, start + right)] if right > left else []
