"""What a title in a foreign language tells, made of the facts that were read there, in the reader's language. Pure.

Nothing is translated by a machine: the title itself stands beside it.
"""

from __future__ import annotations

import re

from bot.language import numeral, spoken
from bot.wording import formats
from bot.wording.facts import harmed, nobody, region_name
from bot.wording.formats import attack_word, clean
from feeds.model import HarmKind, Source
from seeds.text.language import language_code


def gloss(source: Source, said: str = "") -> str:
    """ "fr · attack · Springfield · 28 injured"; "" for a title in the reader's own language, for one of which no
    language or no fact is known, and where a line that stands beside it has `said` all of it already."""
    language = language_code(source.language) if source.language else None
    told = [part for part in _told(source) if part]
    if language in (None, spoken()) or all(_says(said, part) for part in told):
        return ""
    return formats.joined((clean(source.language or ""), *told))


def tolls_told(source: Source) -> str:
    """The figures of one source: "1 killed · none injured"; "" where it gives none."""
    return formats.joined(_tolls(source))


def _says(line: str, part: str) -> bool:
    """Whether a line has a part as words of its own: "11 killed" does not say "1 killed"."""
    return bool(re.search(rf"(?<![^ (]){re.escape(part)}(?![^ ,;)])", line, re.IGNORECASE))


def _tolls(source: Source) -> tuple[str, ...]:
    told = source.facts
    stated: tuple[tuple[HarmKind, int | None], ...] = (("killed", told.killed), ("injured", told.injured))
    return tuple(
        harmed(harm, count, numeral(count)) if count else nobody(harm) for harm, count in stated if count is not None
    )


def _told(source: Source) -> tuple[str, ...]:
    told, name = source.facts, clean(source.facts.place or "")
    where = region_name(name) if name and told.region_only else name
    return attack_word(told.attack) if told.attack else "", where, *_tolls(source)
