"""What a text that is not flagged lacks, and who taught what was found: one rule for the desk's `why` and `explain`."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from bot.language import N_, _
from seeds.lexicon.countries import PEOPLE_SUFFIX
from seeds.model import Reason

# Kinds of evidence that stand for each other: any of them is a place of the watch, any a word for a peace operation.
PLACES, ROLES = ("theatre", "person"), ("role", "org", "name", "misspelt")


def lacking(kinds: Container[str], texts: Mapping[tuple[str, ...], str]) -> list[str]:
    """The texts, in their order, of those groups of which no kind was found; `kinds` are those that were."""
    return [text for group, text in texts.items() if not any(kind in kinds for kind in group)]


_COUNTRY = re.compile(rf"[A-Z]{{2}}(?:{re.escape(PEOPLE_SUFFIX)})?")
_FORM = "; form: lexicon "  # a learned sense in a written form that the seeds do not hold


def taught_by(reason: Reason) -> str:
    """Who taught a reason: "learned from 2021-02-10_attack", "gazetteer: Springfield", "missions: UNX",
    "lexicon: peacekeeper", "watch.toml S/RES/1"."""
    if reason.learned:
        seeds, form, concept = reason.origin.partition(_FORM)
        known = _list_of(reason.kind, concept).replace(": ", " ", 1)
        if not form:
            return _("learned from {seeds}").format(seeds=seeds)
        return _("learned from {seeds}; form: {known}").format(seeds=seeds, known=known)
    return reason.origin if ".toml " in reason.origin else _list_of(reason.kind, reason.origin)


def _list_of(kind: str, concept: str) -> str:
    """The list that holds a concept, with its entry there."""
    if kind in ("theatre", "other") and _COUNTRY.fullmatch(concept):
        return _("countries: {name}").format(name=concept.removesuffix(PEOPLE_SUFFIX))
    if (kind, concept) == ("role", "camp"):
        return f"watch.toml {concept}"
    return _(_LISTS.get(kind, _LEXICON)).format(name=concept)


_LEXICON = N_("lexicon: {name}")
_LISTS = {
    "theatre": N_("gazetteer: {name}"),
    "other": N_("missions: {name}"),
    "name": N_("names of {name}"),  # the list of missions has them, and the watch its aliases
    "misspelt": N_("misspelling of {name}"),
}
