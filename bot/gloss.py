"""What a title in a foreign language tells, made of the facts that were read there, in the reader's language. Pure.

Nothing is translated by a machine: the title itself stands beside it.
"""

from __future__ import annotations

from bot.language import numeral, spoken
from bot.wording import formats
from bot.wording.facts import harmed, region_name
from bot.wording.formats import attack_word, clean
from feeds.model import Source
from seeds.text.language import language_code


def gloss(source: Source, said: str = "") -> str:
    """ "fr · attack · Springfield · 28 injured"; "" for a title in the reader's own language, for one of which no
    language or no fact is known, and where a line that stands beside it has `said` all of it already."""
    language = language_code(source.language) if source.language else None
    told = [part for part in _told(source) if part]
    beside = said.casefold()
    if language in (None, spoken()) or all(part.casefold() in beside for part in told):
        return ""
    return formats.joined((clean(source.language or ""), *told))


def tolls_told(source: Source) -> str:
    """The figures of one source: "1 killed · 27 injured"; "" for none."""
    told = source.facts
    killed = None if told.killed is None else harmed("killed", told.killed, numeral(told.killed))
    injured = None if told.injured is None else harmed("injured", told.injured, numeral(told.injured))
    return formats.joined((killed, injured))


def _told(source: Source) -> tuple[str, ...]:
    told, name = source.facts, clean(source.facts.place or "")
    where = region_name(name) if name and told.region_only else name
    return attack_word(told.attack) if told.attack else "", where, tolls_told(source)
