"""Whose soldiers an item is about."""

from __future__ import annotations

import pytest

from seeds.lexicon.homes import PaperHomes, homes
from seeds.lexicon.load import shared
from seeds.model import Document
from seeds.watch import read_document
from tests.fact_kit import facts, reader

CASES = [
    ("Four Chadian peacekeepers killed", "", "en", ["TD"]),
    ("Four peacekeepers from Chad killed", "", "en", ["TD"]),
    ("Peacekeepers killed", "The casualties are Jordanian.", "en", ["JO"]),
    ("Three killed in Kidal", "The dead are two Guineans and a contractor from Burkina Faso.", "en", ["GN"]),
    ("Niger buries nine peacekeepers", "A Senegalese peacekeeper died on Tuesday.", "en", ["NE"]),
    ("Jordan mourns sergeant killed in Mali", "", "en", ["JO"]),
    ("Attack will not deter Liberia", "One soldier died, nine were hurt. So was a Swede.", "en", ["LR"]),
    ("Peacekeepers killed", "Guterres offered condolences to Togo.", "en", ["TG"]),
    ("Deux casques bleus tués", "Ils seraient originaires du Tchad.", "fr", ["TD"]),
    ("Le Sénégal perd deux casques bleus", "", "fr", ["SN"]),
    ("Hommage aux soldats", "Le président tchadien pleure quatre casques bleus de son pays.", "fr", ["TD"]),
    ("Peacekeepers from Burkina Faso and Togo hurt", "", "en", ["BF", "TG"]),
    ("Nove vittime nigerine", "", "it", ["NE"]),
    ("Nigerian peacekeeper killed", "", "en", ["NG"]),
    ("Casque bleu nigérien tué", "", "fr", ["NE"]),
    ("Casque bleu nigérian tué", "", "fr", ["NG"]),
    ("Egipski żołnierz zginął", "", "pl", ["EG"]),
    ("Siedmiu żołnierzy z Toga zginęło", "", "pl", ["TG"]),
    ("В Мали погибли миротворцы из Иордании", "", "ru", ["JO"]),
    ("مقتل جنديين مصريين", "", "ar", ["EG"]),
    ("乍得维和人员丧生", "", "zh", ["TD"]),
    ("チャド人隊員2人が死亡", "", "ja", ["TD"]),
    ("তিন বাংলাদেশি শান্তিরক্ষী নিহত", "", "bn", ["BD"]),
    ("Chín binh sĩ Niger thiệt mạng", "", "vi", ["NE"]),
    # not the theatre's own, neighbours, speakers, other incidents, forces beside the mission
    ("Malian soldier and peacekeeper killed", "", "en", []),
    ("Peacekeeper killed near the border with Algeria", "", "en", []),
    ("Casque bleu tué non loin de la frontière algérienne", "", "fr", []),
    ("Peacekeeper killed", "The French president condemned the attack.", "en", []),
    ("Peacekeeper killed", "Seven French soldiers were wounded.", "en", []),
    ("Peacekeeper from Egypt killed", "A Jordanian soldier died in a separate attack.", "en", ["EG"]),
    ("Explosion i norra Mali: tre FN-soldater döda", "Inga svenskar var inblandade.", "sv", []),
    ("Two police officers of UN force slain", "Sweden's contingent is due out by June.", "en", []),
    ("Peacekeepers hurt", "The army and its Russian soldiers moved towards the camp.", "en", []),
    ("Peacekeepers hurt", "Report of the Guardian (Nigeria).", "en", []),
    ("Mission renewed", "Russia and China abstained.", "en", []),
]  # fmt: skip


def candidates(title, text, language):
    """The countries that a text may be told of, likely or not."""
    return {one.code for one in reader("minusma").contributors(read_document(Document(title, text, language)))}


def test_contingents():
    """The victims' countries, or else the subject's; never the theatre, a neighbour, a speaker or a bystander."""
    read = [(one, list(facts(one[0], one[1], one[2]).contingents)) for one in CASES]
    wrong = [(title, codes, found) for (title, _, _, codes), found in read if found != codes]
    assert len(wrong) <= 0.06 * len(CASES), wrong


def test_a_paper_at_home_need_not_name_its_country():
    """Whose minister meets the plane may go without saying in a paper of that country; who was harmed never does."""
    home = "Minister empfängt Soldaten aus Mali auf dem Fliegerhorst"
    assert "DE" in candidates(home, "Sieben Monate waren sie in Gao.", "de")
    assert "DE" not in candidates("Explosion in Mali: drei Blauhelme tot", "Die Mission bestätigte den Angriff.", "de")
    assert "DE" not in candidates("Minister meets soldiers back from Mali at air base", "They were in Gao.", "en")


def test_a_paper_is_of_the_country_its_address_or_language_tells():
    """The end of an address tells a country, and so does a language of one contributor alone."""
    known = PaperHomes({"nl": "NL"})
    assert known.of("https://www.example.ie/news/1", "en") == {"IE": ["address"]}
    assert known.of("https://example.co.uk/a", None) == {"GB": ["address"]}
    assert known.of("https://example.nl/a", "nl") == {"NL": ["address", "language"]}
    assert known.of("https://example.com/a", "nl") == {"NL": ["language"]}
    assert known.of("https://[broken/", "fr") == known.of(None, None) == {}
    assert homes(shared()).of(None, "sv") == {"SE": ["language"]}


@pytest.mark.parametrize(
    ("title", "language", "code"),
    [
        ("Fyra tchadier dödade i FN-basen i Aguelhok", "sv", "TD"),
        ("Konvooi geraakt: drie Bengalezen van de VN-missie in Mali gedood", "nl", "BD"),
        ("Zwei Srilanker der UN-Mission in Mali getötet", "de", "LK"),
        ("माली में दो श्रीलंकाई शांति सैनिकों की मौत", "hi", "LK"),
        ("Tre ivorianere fra FN drept i Mali", "no", "CI"),
        ("Dois capacetes azuis burquineses mortos no Mali", "pt", "BF"),
    ],
)
def test_peoples_are_known_by_name(title, language, code):
    """The people of a country count as its soldiers in the words of each language."""
    assert facts(title, "", language).contingents == (code,)


@pytest.mark.parametrize("count", [10, 11, 12, 13])
@pytest.mark.parametrize("between", [". ", "; ", ", "])
def test_a_count_after_the_country_is_no_rotation_of_its_army(count, between):
    """Sweden numbers its battalions "Mali 10"; "in Mali. 10 peacekeepers were wounded" tells of no Swede."""
    told = f"Gunmen fired on the camp in Gao, Mali{between}{count} peacekeepers from Nigeria were wounded."
    assert "SE" not in candidates("Attack on a camp of MINUSMA", told, "en")
