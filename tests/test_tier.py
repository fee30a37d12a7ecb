"""Which tier a relevant document gets: what speaks for each, how it is told, and the figures on unseen items."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds import watch as watches
from seeds.learning import items as labelled
from seeds.lexicon.load import shared
from seeds.lexicon.speech import spoken_tables
from seeds.model import Document, Tier, When
from seeds.tiers.markers import markers
from seeds.tiers.ruling import BIAS, ORDER, ruled
from seeds.tiers.signs import Sign
from seeds.weights import read_rows

ROOT = Path(__file__).resolve().parents[1]
LATE = datetime(2026, 6, 1, tzinfo=UTC)
WHY = {"word": "a word of it"}


@cache
def watch():
    return watches.load_watch(ROOT / "seeds" / "watches" / "minusma")


def when(text: str | None) -> When | None:
    if not text:
        return None
    precision = {4: "year", 7: "month", 10: "day"}[len(text)]
    return When(datetime.fromisoformat(f"{text}-01-01"[:10] if len(text) < 10 else text).replace(tzinfo=UTC), precision)


def ruling(title: str, summary: str = "", published: str | None = None, language: str = "en", now=LATE):
    return watch().ruling(watches.read_document(Document(title, summary, language, when(published))), now)


def signs(title: str, summary: str = "", published: str | None = None, language: str = "en", now=LATE) -> set[str]:
    reading = watches.read_document(Document(title, summary, language, when(published)))
    return {sign.name for sign in watch().signs(reading, now)}


# ── items that nobody learned from ──


@cache
def unseen():
    """The labelled items of the test part that have a tier, each with the tier it gets."""
    files = sorted(labelled.ITEMS.glob("*.jsonl"))
    found = [item for item in labelled.read_items(files) if item.part == "test" and item.tier]
    return [(item, watch().ruling(watches.read_document(item.document), LATE).tier) for item in found]


def test_most_unseen_items_get_their_tier():
    """Of hundreds of items of events that nothing was learned from, about three in four get the readers' tier."""
    assert len(unseen()) >= 300
    assert sum(item.tier == tier for item, tier in unseen()) / len(unseen()) >= 0.65


def test_hardly_an_unseen_incident_is_filed_away():
    """A new attack that nobody learned from is hardly ever sent to the digest as background or commemoration."""
    loud = [tier for item, tier in unseen() if item.tier == Tier.INCIDENT]
    assert sum(tier in (Tier.BACKGROUND, Tier.COMMEMORATION) for tier in loud) / len(loud) <= 0.03


def test_hardly_an_unseen_look_back_is_called_an_incident():
    """Nine in ten items that only look back or mention in passing, and that nobody learned from, ring nobody."""
    quiet = [tier for item, tier in unseen() if item.tier in (Tier.BACKGROUND, Tier.COMMEMORATION)]
    assert sum(tier == Tier.INCIDENT for tier in quiet) / len(quiet) <= 0.12


# ── what is judged by ──


def test_an_attack_before_the_closure_is_an_incident():
    """A title that counts the mission's dead, published that day, is new."""
    assert ruling("Two UN peacekeepers killed in ambush in Mali", "MINUSMA said so on Monday.", "2019-05-20").tier == (
        Tier.INCIDENT
    )


def test_years_after_the_closure_the_same_words_say_less_for_an_incident():
    """The mission's last day is a sign: what is published years later is less likely to be an incident."""
    words = ("Two UN peacekeepers killed in ambush in Mali", "MINUSMA said so on Monday.")
    assert "closed" in signs(*words, "2025-05-20")
    assert {"running"} & signs(*words, "2019-05-20")


def test_without_a_date_the_text_alone_decides():
    """An item without a date is not held against the mission's closure, whatever the clock says."""
    found = signs("Two UN peacekeepers killed in ambush in Mali", "MINUSMA said so today.")
    assert "undated" in found
    assert "closed" not in found


def test_a_date_in_the_future_is_taken_as_now():
    """A feed whose clock runs ahead does not make a report come after the closure."""
    before = datetime(2023, 12, 30, tzinfo=UTC)
    assert "closed" not in signs("UN peacekeeper killed by mine in Mali", "", "2024-05-01", now=before)


def test_what_happened_years_before_is_told_so():
    """The age of the event is a sign of its own."""
    found = signs("MINUSMA: trial over the raid of 8 June 2017 in Kidal", "Two peacekeepers died.", "2019-06-20")
    assert "years_old" in found
    assert "fresh" not in found


def test_whose_dead_are_counted_is_a_sign():
    """A figure of dead peacekeepers is the mission's own toll, one of civilians is not."""
    assert "own" in signs("Two UN peacekeepers killed in Mali", "", "2019-05-20")
    assert "others_toll" in signs("Two civilians killed near MINUSMA camp in Mali", "", "2019-05-20")


def test_a_mention_after_the_lead_is_passing():
    """When title and first sentence speak of something else, the mission is background."""
    text = ("Mali's cotton farmers expect a good year", "Rain came early. MINUSMA left in 2023.", "2024-08-01")
    assert "passing" in signs(*text)
    assert ruling(*text).tier == Tier.BACKGROUND


@pytest.mark.parametrize("language", ["de", "xx", None])
def test_a_wrong_language_hint_is_outvoted_by_the_text(language):
    """A feed that says German, or nothing, does not keep an English text from being read as English."""
    one = ruling("The Security Council renews the mandate of MINUSMA in Mali for a year", "", "2016-06-29", language)
    assert one.tier == Tier.DECISION


def test_a_year_that_starts_a_running_total_is_no_look_back():
    """ "More than 200 killed since 2013" dates the total, not the attack."""
    assert "old_year" not in signs("UN peacekeeper killed in Mali, 200th since 2013", "", "2019-05-20")
    assert {"old_year", "justice"} <= signs("Mali: court hears of 2013 raid on UN peacekeepers", "", "2019-05-20")


def test_words_that_begin_alike_are_one_sign():
    """ "Patrol", "patrols" and French "patrouille" begin alike; scripts without spaces give pairs of characters."""
    assert "word patr" in signs("Patrols in Mali by MINUSMA") & signs("Patrouilles de la MINUSMA", language="fr")
    assert "word 维和" in signs("马里维和", language="zh")


# ── how it is told ──


def test_the_likeliest_tier_wins_and_says_how_likely_it_is():
    """Each tier's sum of weights decides; nothing is a default."""
    weights = {BIAS: (0.0,) * 5, "a": (0.0, 2.0, 0.0, 0.0, 0.0), "b": (0.0, 0.0, 1.0, 0.0, 0.0)}
    one = ruled([Sign("a"), Sign("b"), Sign("unknown")], weights, WHY)
    assert one.tier == ORDER[1]
    assert 0.4 < one.chance < 0.7
    assert [reason.pattern for reason in one.reasons] == ["a", "b"]
    assert one.reasons[0].weight > 0 > one.reasons[1].weight


def test_plain_words_are_told_together():
    """What many words say is one reason for and one against, with the strongest of them."""
    weights = {
        BIAS: (0.0,) * 5,
        "word medal": (0, 0, 0, 0, 2.0),
        "word wrea": (0, 0, 0, 0, 1.0),
        "word shot": (1, 0, 0, 0, 0),
    }
    found = [Sign("word medal", "medals"), Sign("word wrea", "wreath"), Sign("word shot", "shot")]
    told = {reason.pattern: reason.weight for reason in ruled(found, weights, WHY).reasons}
    assert told == {"words: medals, wreath": 2.4, "words: shot": -0.2}


def test_each_reason_quotes_the_sentence_it_rests_on():
    """The marker, its weight for the chosen tier and the sentence come back for `explain`."""
    one = ruling("UN mission in Mali: new chief appointed", "He was a minister.", "2021-03-26")
    found = next(reason for reason in one.reasons if reason.pattern.startswith("decision"))
    assert found.quote == "UN mission in Mali: new chief appointed"
    assert found.kind == "tier"
    assert found.weight > 0
    assert found.origin.startswith("weights/tiers.toml")


def test_the_watch_gives_the_tier_and_its_reasons():
    """A relevant match carries a tier with its evidence; an irrelevant one carries none."""
    hit = watch().match(
        watches.read_document(Document("UN peacekeeper killed in Mali", "MINUSMA said so.", "en")), LATE
    )
    miss = watch().match(watches.read_document(Document("Storm hits the coast of Norway", "", "en")), LATE)
    assert hit.tier == Tier.INCIDENT
    assert [reason for reason in hit.reasons if reason.kind == "tier"]
    assert miss.tier is None


def test_a_marker_without_letters_is_refused():
    """A phrase that folds to nothing would be found everywhere."""
    table = deepcopy(spoken_tables(shared())["tiers"])
    table["marker"]["attack"]["en"] = ["!"]
    with pytest.raises(ValueError, match=r"marker\.attack\.en"):
        markers(table)


@given(st.text(max_size=120), st.text(max_size=200), st.sampled_from(["en", "fr", "ar", "zh", None]))
def test_any_text_gets_a_tier(title, summary, language):
    """Whatever the text, the ruling is one of the five tiers and the same each time."""
    one = ruling(title, summary, "2020-01-01", language)
    assert one.tier in set(Tier)
    assert 0 < one.chance <= 1
    assert one == ruling(title, summary, "2020-01-01", language)


def test_every_weight_is_of_a_sign_with_a_meaning():
    """A learned weight whose sign the code no longer gives would say nothing: each has its sentence."""
    why = markers(spoken_tables(shared())["tiers"]).why
    signals = {name.partition("@")[0] for name in read_rows("tiers")} - {BIAS}
    assert [name for name in signals if name not in why and name.partition(" ")[0] not in why] == []


def test_the_closure_is_the_watch_s_own_date():
    """The day after which nothing is new comes from the mission's dates, not from the code."""
    assert watch().closed == date(2023, 12, 31)
