"""What others do: a keyword, a list of substrings, and a short rule by hand."""

from __future__ import annotations

import re

from seeds.model import Document
from seeds.text.fold import fold

_SUBSTRINGS = ("minusma", "mali", "kidal", "timbuktu", "tombouctou", "peacekeep", "casques bleus", "blue helmet")
_ROLES = re.compile(
    r"peace ?keep|blue helmet|casques? bleus?|maintien de la paix|(?:un|onu) (?:mission|force|base|camp|convoy)|"
    r"(?:mission|force|base|camp|convoi)s? (?:de l )?(?:onu|onusien)|minusma|blauhelm|casco|capacete|caschi blu"
)
_COUNTRY = re.compile(r" (?:mali|malian|malien|malienne|maliens|maliennes|bamako|minusma) ")


def acronym(document: Document) -> bool:
    """The keyword, as bots of today look for it."""
    return "minusma" in f"{document.title} {document.summary}".lower()


def substrings(document: Document) -> bool:
    """Any of a list of substrings."""
    text = f"{document.title} {document.summary}".lower()
    return any(word in text for word in _SUBSTRINGS)


def rule(document: Document) -> bool:
    """A word for peace operations and the country, anywhere: a short rule written in an afternoon."""
    text = fold(f"{document.title} {document.summary}")
    return bool(_ROLES.search(text) and _COUNTRY.search(text))


ALL = {"keyword MINUSMA": acronym, "substring list": substrings, "role and country": rule}
