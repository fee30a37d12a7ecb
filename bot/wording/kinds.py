"""What kinds of incident are called: the lexicon's terms are English, and keys that queries and exports keep. Pure."""

from __future__ import annotations

from bot.language import N_, _
from bot.wording.formats import clean

ATTACK_KINDS = (
    N_("complex attack"),
    N_("suicide attack"),
    N_("car bomb"),
    N_("rocket or mortar fire"),
    N_("mine"),
    N_("ambush"),
    N_("shooting"),
    N_("accident"),
    N_("massacre"),
    N_("kidnapping"),
    N_("attack"),
)


def attack_word(kind: str) -> str:
    """A kind of incident by its term in the lexicon, within a sentence: "car bomb"."""
    return clean(_(kind))
