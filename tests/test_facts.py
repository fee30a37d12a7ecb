"""What the reader states of an item: tolls, place, contingents, day, kind of attack, actor and UN symbols."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds.model import NO_FACTS, Document
from seeds.watch import load_watch, read_document
from tests.fact_kit import day, facts, reader
from tests.proofs import examples

ROOT = Path(__file__).resolve().parents[1]
CASES = tomllib.loads((Path(__file__).parent / "data" / "facts.toml").read_text("utf-8"))["case"]
SCRIPTS = st.sampled_from("aéßжщ中人死亡名가명ঁতিনשقتل0123456789٣৪.,:;-–—'’«»()!?\n \u200d")


@pytest.mark.parametrize(
    ("fact", "least"), [("killed", 0.94), ("injured", 0.95), ("place", 0.95), ("contingents", 0.98)]
)
def test_reports_give_what_they_state(fact, least):
    """Nearly all reports give the toll, place and contingents they state, and hardly one what it does not."""
    right = given = 0
    for case in CASES:
        found = facts(case["title"], case["text"], case["lang"], case.get("on"))
        value = list(found.contingents) if fact == "contingents" else getattr(found, fact)
        stated = case.get("who", []) if fact == "contingents" else case.get(fact)
        right += value == stated
        given += value not in (None, []) and value != stated
    assert right / len(CASES) >= least
    assert given / len(CASES) <= 1 - least


def test_the_cases_speak_many_languages():
    """At least 150 cases in at least 15 languages hold the reader."""
    assert len(CASES) >= 150
    assert len({case["lang"] for case in CASES}) >= 15


def test_tolls_are_told_class_by_class_with_their_sentence():
    """Peacekeepers, contractors, national forces and attackers each keep their figure and quote."""
    found = facts(
        "Peacekeeper killed in raid on Timbuktu camp",
        "At least six Malian guards and a Malian soldier died too. Five attackers were killed.",
    )
    told = {(toll.harm, toll.victims): toll for toll in found.tolls}
    assert {key: toll.count for key, toll in told.items()} == {
        ("killed", "peacekeepers"): 1,
        ("killed", "contractors"): 6,
        ("killed", "national_forces"): 1,
        ("killed", "attackers"): 5,
    }
    assert told["killed", "contractors"].at_least
    assert told["killed", "attackers"].quote == "Five attackers were killed."


def test_victims_of_two_nations_add_up():
    """Peacekeepers told nation by nation are one figure."""
    found = facts("Two Chadian and three Togolese peacekeepers killed in Mali")
    assert found.killed == 5 or found.killed == 3
    found = facts("Two peacekeepers from Chad and three soldiers from Togo killed in Mali")
    assert (found.killed, found.contingents) == (5, ("TD", "TG"))


def test_attackers_told_as_part_of_a_total_are_taken_off():
    """Attackers are no toll, neither by themselves nor where a total may hold them."""
    found = facts("Attack on UN camp in Gao", "One Malian soldier was killed and four attackers were killed.")
    assert found.killed == 1
    mixed = facts("Five dead in attack on UN camp", "One Malian soldier was killed and four attackers were killed.")
    assert mixed.killed in (1, 5, None)


@pytest.mark.parametrize(
    ("title", "text", "language", "on", "expected"),
    [
        ("Peacekeeper killed in Gao", "The attack on Friday hit a patrol.", "en", "2018-04-07", "2018-04-06"),
        ("Peacekeeper killed in Gao yesterday", "", "en", "2018-04-07", "2018-04-06"),
        ("Deux casques bleus tués", "L'attaque du 17 octobre a visé un convoi.", "fr", "2022-10-19", "2022-10-17"),
        ("Zwei Blauhelme getötet", "Der Angriff ereignete sich am 2. April 2021.", "de", "2021-04-03", "2021-04-02"),
        ("Два миротворца погибли", "Нападение произошло 2 апреля.", "ru", "2021-04-03", "2021-04-02"),
        ("مقتل جنديين", "وقع الهجوم يوم الجمعة.", "ar", "2021-04-03", "2021-04-02"),
        ("マリで2人死亡", "9月24日に攻撃があった。", "ja", "2017-09-25", "2017-09-24"),
        ("Hai binh sĩ thiệt mạng", "Vụ tấn công xảy ra ngày 6/11.", "vi", "2016-11-07", "2016-11-06"),
        ("Dos cascos azules muertos", "El ataque fue el 31 de diciembre.", "es", "2022-01-02", "2021-12-31"),
    ],
)
def test_the_day_of_the_incident(title, text, language, on, expected):
    """A date, a weekday or "yesterday" beside the incident becomes its day, seen from the day of publication."""
    event = facts(title, text, language, on).event
    assert (event.start.date().isoformat(), event.precision) == (expected, "day")


def test_a_month_alone_is_a_month():
    """A trial that names only the month of the attack gives that month."""
    event = facts(
        "Procès : l'attaque de février 2019", "Trois casques bleus avaient été tués.", "fr", "2023-01-25"
    ).event
    assert (event.start.date().isoformat(), event.precision) == ("2019-02-01", "month")


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Suicide bomber kills two peacekeepers", "The attack hit a camp.", "suicide attack"),
        ("Ambush kills peacekeeper", "", "ambush"),
        ("Rockets hit UN camp", "", "rocket or mortar fire"),
        ("Two peacekeepers killed as vehicle hits mine", "", "mine"),
        ("UN base attacked", "", "attack"),
        ("Two airmen die as helicopter crashes", "", "accident"),
        ("Mission renewed for a year", "", None),
    ],
)
def test_the_kind_of_attack(title, text, kind):
    """The first specific word for an attack names its kind, else the general one."""
    assert facts(title, text).attack == kind


def test_the_actor_that_claims_or_is_suspected():
    """A group of the lexicon is named under its one name, with the sentence."""
    found = facts("Deux casques bleus tués", "L'attaque a été revendiquée par le GSIM.", "fr")
    assert found.actor == "JNIM"
    assert dict(found.quotes)["actor"] == "L'attaque a été revendiquée par le GSIM."


def test_an_actor_without_violence_is_none():
    """A group named in an item that tells of no attack is no actor."""
    assert facts("Talks with Ansar Dine go on", "Mediators met in Algiers.").actor is None


def test_symbols_come_with_their_sentence():
    """A resolution named in words is read in canonical form."""
    found = facts("Security Council ends mission", "Resolution 2690 (2023) ends the mandate.")
    assert found.symbols == ("S/RES/2690 (2023)",)
    assert ("symbols", "Resolution 2690 (2023) ends the mandate.") in found.quotes


def test_a_place_brings_region_and_coordinates():
    """The gazetteer's region and coordinates come with the place; a camp within a town gives the town."""
    found = facts("Rockets hit Camp Castor", "Nobody was hurt in the attack on Sunday.")
    assert (found.place, found.region) == ("Gao", "Gao")
    assert found.coordinates == pytest.approx((16.27, -0.04))


def test_another_watch_reads_its_own_theatre():
    """The second watch knows its places and takes its own country's soldiers for national forces."""
    found = facts(
        "Two peacekeepers from South Africa killed near Goma",
        "Three Congolese soldiers also died on Friday.",
        on="2025-01-25",
        watch="monusco",
    )
    assert (found.place, found.contingents) == ("Goma", ("ZA",))
    assert found.killed in (2, 5, None)
    assert ("killed", "national_forces", 3) in {(toll.harm, toll.victims, toll.count) for toll in found.tolls}


def test_a_wrong_language_hint_is_seen_through():
    """A text that plainly speaks another language than its source says is read in its own."""
    text = "Au moins cinq autres soldats ont été blessés dans l'explosion qui a détruit leur véhicule."
    found = reader().read(
        read_document(Document("Quatre casques bleus tués près de Kidal", text, "en", day("2021-04-03")))
    )
    assert (found.killed, found.injured) == (4, 5)


def test_no_hint_is_needed():
    """Without a language hint the vocabulary that knows most of the words reads the text."""
    found = reader().read(
        read_document(Document("Vier Blauhelme bei Anschlag getötet, fünf weitere Soldaten schwer verletzt"))
    )
    assert (found.killed, found.injured) == (4, 5)


@pytest.mark.parametrize("document", [Document(""), Document("", " \n"), Document("…"), Document("\u200b", "\ufeff")])
def test_nothing_said_is_nothing_stated(document):
    """A document without words has no facts."""
    assert reader().read(read_document(document)) == NO_FACTS


@settings(max_examples=examples(150), deadline=None)
@given(st.text(SCRIPTS, max_size=80), st.text(SCRIPTS, max_size=200), st.sampled_from([None, "en", "ar", "ja", "xx"]))
def test_any_text_is_read_without_an_error(title, summary, language):
    """Whatever the text, reading ends, figures are never negative, and quotes are sentences of the text."""
    document = Document(title, summary, language)
    found = reader().read(read_document(document))
    assert all(figure is None or figure >= 0 for figure in (found.killed, found.injured))
    source = " ".join(f"{title.strip()}\n{summary.strip()}".split())
    quotes = [quote for _, quote in found.quotes] + [toll.quote for toll in found.tolls]
    assert all(" ".join(quote.split()) in source for quote in quotes)


@given(st.integers(2, 59), st.integers(2, 99))
@settings(max_examples=examples(60), deadline=None)
def test_the_numbers_that_stand_there_are_read(killed, injured):
    """Figures that one attack may have are read as they stand, in digits."""
    found = facts(f"{killed} peacekeepers killed, {injured} wounded in Mali")
    assert (found.killed, found.injured) == (killed, injured)


@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        ("en", "RETRACTED: report of attack on MINUSMA camp in Kerena was false", True),
        ("en", "Retraction: no attack on MINUSMA camp", True),
        ("fr", "Dépêche annulée : attaque contre la MINUSMA", True),
        ("en", "Statement on MINUSMA retracted by the minister", False),
        ("en", "Retraction of UN troops from Kidal after 3 peacekeepers killed", False),
        ("en", "Retracted confession: man held over attack on MINUSMA", False),
        ("fr", "Rétractation du témoin dans le procès de l'attaque contre la MINUSMA", False),
        ("nl", "Ingetrokken troepen in Mali: drie blauwhelmen gedood", False),
        ("en", "NOTICE: RETRACTED: attack on MINUSMA camp", True),
        ("en", "WITHDRAWN: attack on MINUSMA camp", True),
    ],
)
def test_a_title_that_begins_so_takes_the_report_back(language, title, told):
    """The word somewhere else tells of something else."""
    assert facts(title, "", language).retracted is told


def test_each_fact_that_is_told_says_what_spoke_for_it():
    """Tolls, place and contingent come with how likely they are and what weighed most, for `explain`."""
    watch = load_watch(ROOT / "seeds" / "watches" / "minusma")
    text = Document("Two Chadian peacekeepers killed, three wounded near Kidal", "MINUSMA condemned the attack.", "en")
    grounds = {ground.fact: ground for ground in watch.grounds(read_document(text))}
    assert {name: ground.value for name, ground in grounds.items()} == {
        "killed": "2",
        "injured": "3",
        "place": "Kidal",
        "contingent": "TD",
    }
    assert all(0.5 <= ground.chance <= 1 and ground.why for ground in grounds.values())
    nothing = Document("The mission in Mali names a spokesman", "", "en")
    assert watch.grounds(read_document(nothing)) == ()
