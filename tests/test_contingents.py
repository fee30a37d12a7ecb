"""Whose soldiers an item is about."""

from __future__ import annotations

from tests.fact_kit import facts

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


def test_contingents():
    """The victims' countries, or else the subject's; never the theatre, a neighbour, a speaker or a bystander."""
    read = [(one, list(facts(one[0], one[1], one[2]).contingents)) for one in CASES]
    wrong = [(title, codes, found) for (title, _, _, codes), found in read if found != codes]
    assert len(wrong) <= 0.05 * len(CASES), wrong
