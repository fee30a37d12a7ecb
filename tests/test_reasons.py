"""Three plain sentences on a verdict, made of the kinds of its reasons."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from bot.wording.reasons import why_flagged, why_passed_over
from seeds.model import Match, Reason, Tier

TITLE = "the river mission"
LEXICON = tomllib.loads((Path(__file__).parents[1] / "seeds" / "lexicon" / "tiers.toml").read_text(encoding="utf-8"))
SILENT = {
    "own",
    "nothing",
    "others_toll",
    "unnamed",
    "no day of an event",
    "running",
}  # they only colour what others say


def reason(kind, pattern, weight=1.0, **more):
    return Reason(kind, pattern, weight, "A sentence.", "seed", **more)


def match(*reasons, tier=Tier.INCIDENT):
    return Match("w", tier is not None, 0.9, tier, reasons)


def test_a_yes_says_what_it_names_what_happened_and_how_it_is_told():
    """The name, the attack on the mission's own people, that it is new."""
    told = match(
        reason("name", "unmir", found="UNMIR"),
        reason("context", "patrol", 0.4),
        reason("tier", "attack: was attacked", 2.6),
        reason("tier", "own", 0.6),
        reason("tier", "fresh", 0.5),
    )
    assert why_flagged(told) == ("It names UNMIR.", "Peacekeepers were attacked.", "It is told as new.")


@pytest.mark.parametrize(("kinds", "expected"), [
    ([("role", "blue helmets"), ("theatre", "Springfield")], "It names blue helmets and Springfield."),
    ([("document", "S/RES/1")], "It cites S/RES/1."),
    ([("allow", "river force")], "It says river force, which decides alone."),
    ([("context", "patrol")], "It is worded as the documents of the watch are: patrol."),
    ([("person", "Jane Doe"), ("name", "UNMIR")], "It names UNMIR."),
    ([], "Its words as a whole speak for it."),
])  # fmt: skip
def test_each_kind_of_evidence_has_its_words(kinds, expected):
    """The strongest kind that is there speaks; what spoke against says nothing for it."""
    told = [reason(kind, text) for kind, text in kinds] + [reason("name", "OTHER", -2.0)]
    assert why_flagged(match(*told))[0] == expected


@pytest.mark.parametrize("tier", Tier)
def test_every_tier_is_told_somehow(tier):
    """Also where no sign of time spoke for it."""
    assert len(why_flagged(match(reason("name", "UNMIR"), tier=tier))) == 2


def test_an_attack_on_others_is_not_called_one_on_peacekeepers():
    """Unless the dead or hurt are the mission's, it is an attack and no more."""
    told = match(reason("name", "UNMIR"), reason("tier", "attack: raid", 2.6), reason("tier", "weeks_old", 0.8))
    assert why_flagged(told)[1:] == ("An attack is reported.", "It happened weeks before it was told.")


@pytest.mark.parametrize(("named", "expected"), [
    ([("role", "UN peacekeepers")], f"It names UN peacekeepers, but no place of {TITLE}."),
    ([("theatre", "Springfield")], "It names Springfield, but no UN peace operation."),
    ([("role", "blue helmets"), ("theatre", "Springfield")],
     f"It names blue helmets and Springfield, but too little ties them to {TITLE}."),
    ([], f"It names neither a UN peace operation nor a place of {TITLE}."),
])  # fmt: skip
def test_a_no_says_what_is_missing(named, expected):
    """Places, peace operations, or what ties the two."""
    assert why_passed_over(match(tier=None), named, TITLE) == (expected, "So nobody was told of it.")


def test_a_no_names_what_spoke_against():
    """Other missions and forces, or a phrase that rules it out."""
    said = why_passed_over(match(tier=None), [("role", "peacekeepers"), ("other", "UNIFIL")], TITLE)
    assert said[1] == "It also names UNIFIL, which speaks against it."
    ruled = match(reason("block", "football"), tier=None)
    assert why_passed_over(ruled, [], TITLE)[0] == "It says football, which rules it out."


@pytest.mark.parametrize("name", sorted({*LEXICON["signal"], *LEXICON["marker"]} - SILENT))
def test_every_sign_of_a_tier_has_its_sentence(name):
    """A marker that is added to the lexicon gets its words here as well."""
    told = why_flagged(match(reason("name", "UNMIR"), reason("tier", f"{name}: x", 1.0)))
    assert set(told) - set(why_flagged(match(reason("name", "UNMIR"))))


def test_what_is_older_than_the_mission_is_told_so():
    """The real reason, not that it names too little; a date that is quoted is of what is told."""
    dated = Match("w", False, 0.0, None, (Reason("date", "2012-09-09", -10.0, "", "from"), reason("name", "UNMIR")))
    said = why_passed_over(dated, [("name", "UNMIR")], TITLE, "UNMIR", date(2013, 4, 25))
    assert said == ("It is dated 9 Sep 2012; UNMIR began on 25 April 2013.", "So nobody was told of it.")
    told = Match("w", False, 0.0, None, (Reason("date", "2012-09-09", -10.0, "On 9 September 2012.", "from"),))
    assert why_passed_over(told, [], TITLE)[0] == "It tells of 9 Sep 2012; the river mission began later."


def test_what_is_named_is_named():
    """Three names are three names, not one and two more."""
    found = [("role", "UN"), ("role", "peacekeepers"), ("org", "mission force")]
    said = why_passed_over(match(tier=None), found, TITLE)[0]
    assert " more" not in said and all(text in said for _, text in found)
