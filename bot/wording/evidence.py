"""What a text that is not flagged lacks, and who taught what was found: one rule for the desk's `why` and `explain`."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from bot.language import N_, _, in_context
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


def kind_word(kind: str) -> str:
    """A kind of evidence, as `explain` and `why full` name it."""
    words = {
        "agency": in_context("evidence", "agency"),
        "allow": in_context("evidence", "allow"),
        "apart": in_context("evidence", "apart"),
        "apart.force": in_context("evidence", "apart.force"),
        "block": in_context("evidence", "block"),
        "context": in_context("evidence", "context"),
        "council": in_context("evidence", "council"),
        "date": in_context("evidence", "date"),
        "document": in_context("evidence", "document"),
        "force": in_context("evidence", "force"),
        "home": in_context("evidence", "home"),
        "land": in_context("evidence", "land"),
        "misspelt": in_context("evidence", "misspelt"),
        "name": in_context("evidence", "name"),
        "office": in_context("evidence", "office"),
        "org": in_context("evidence", "org"),
        "other": in_context("evidence", "other"),
        "person": in_context("evidence", "person"),
        "role": in_context("evidence", "role"),
        "seat": in_context("evidence", "seat"),
        "sport": in_context("evidence", "sport"),
        "story": in_context("evidence", "story"),
        "theatre": in_context("evidence", "theatre"),
        "tier": in_context("evidence", "tier"),
        "union": in_context("evidence", "union"),
        "unit": in_context("evidence", "unit"),
    }
    return words.get(kind, kind)


def fact_word(fact: str) -> str:
    """A fact that grounds are told for."""
    words = {
        "contingent": in_context("evidence", "contingent"),
        "injured": in_context("evidence", "injured"),
        "killed": in_context("evidence", "killed"),
        "place": in_context("evidence", "place"),
    }
    return words.get(fact, fact)


_LEXICON = N_("lexicon: {name}")
_LISTS = {
    "theatre": N_("gazetteer: {name}"),
    "other": N_("missions: {name}"),
    "name": N_("names of {name}"),  # the list of missions has them, and the watch its aliases
    "misspelt": N_("misspelling of {name}"),
}
