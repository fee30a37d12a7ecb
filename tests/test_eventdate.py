"""The day of an incident: which date of a report it is."""

from __future__ import annotations

import pytest

from tests.fact_kit import facts

WEDNESDAY = "2022-06-08"
CASES = [
    # (text, language, expected day)
    ("The attack on 1 June killed two.", "en", "2022-06-01"),
    ("The attack on June 1st killed two.", "en", "2022-06-01"),
    ("The attack of June 1, 2021 killed two.", "en", "2021-06-01"),
    ("The attack on Monday killed two.", "en", "2022-06-06"),
    ("Wednesday's attack killed two.", "en", "2022-06-08"),
    ("The attack last night killed two.", "en", "2022-06-07"),
    ("The attack on 2022-06-01 killed two.", "en", "2022-06-01"),
    ("L'attaque du 1er juin a fait deux morts.", "fr", "2022-06-01"),
    ("L'attaque de lundi a fait deux morts.", "fr", "2022-06-06"),
    ("El ataque del 1 de junio de 2021 dejó dos muertos.", "es", "2021-06-01"),
    ("L'attacco del 1 giugno ha ucciso due soldati.", "it", "2022-06-01"),
    ("O ataque de 1 de junho matou dois soldados.", "pt", "2022-06-01"),
    ("Der Anschlag am 1. Juni tötete zwei Soldaten.", "de", "2022-06-01"),
    ("De aanslag van 1 juni doodde twee militairen.", "nl", "2022-06-01"),
    ("Attacken den 1 juni dödade två soldater.", "sv", "2022-06-01"),
    ("W ataku 1 czerwca zginęło dwóch żołnierzy.", "pl", "2022-06-01"),
    ("При нападении 1 июня погибли двое.", "ru", "2022-06-01"),
    ("1 Haziran'daki saldırıda iki asker öldü.", "tr", "2022-06-01"),
    ("قتل جنديان في هجوم 1 يونيو.", "ar", "2022-06-01"),
    ("6月1日的袭击造成两人死亡。", "zh", "2022-06-01"),
    ("6月1日の攻撃で2人が死亡した。", "ja", "2022-06-01"),
    ("6월 1일 공격으로 2명이 숨졌다.", "ko", "2022-06-01"),
    # a date beside the harm outweighs one that is not, one that is news an older one
    ("Officials met on Tuesday. The attack on 1 June killed two.", "en", "2022-06-01"),
    ("The attack on Monday killed two. Bodies came home on 7 June.", "en", "2022-06-06"),
    ("Peacekeepers were killed on Monday. The group had attacked them on 12 May.", "en", "2022-06-06"),
    ("The verdict came on Tuesday. The attack on 2 April 2021 killed four.", "en", "2021-04-02"),
    # nor does a day of the week outweigh the date that an attack is given beside it
    ("On Tuesday investigators saw where the attack on 3 June killed two.", "en", "2022-06-03"),
    ("The inquiry into the attack of 19 May that killed two began on Monday.", "en", "2022-05-19"),
    ("Mardi, la mission a honoré deux soldats tués dans l'attaque du 1er juin.", "fr", "2022-06-01"),
    # a day to which the attack belongs is the attack's, whoever claims it
    ("The group claimed Sunday's attack that killed two.", "en", "2022-06-05"),
    ("The UN condemned Monday’s attack that killed two.", "en", "2022-06-06"),
    ("In Monday's statement the UN condemned the attack that killed two.", "en", None),
    # when something was said, or since when it lasts, is not the day
    ("Two died in the attack, a spokesman said Monday.", "en", None),
    ("It is the fifth attack since 22 May.", "en", None),
    ("Deux soldats sont morts, a annoncé mardi la mission.", "fr", None),
    ("The group claimed on Tuesday the attack that killed two.", "en", None),
    ("Le groupe a revendiqué mardi l'attaque qui a fait deux morts.", "fr", None),
    ("El grupo reivindicó el martes el ataque que mató a dos.", "es", None),
    ("Группировка взяла ответственность во вторник за нападение.", "ru", None),
    # words that are mostly none of speech take no day away
    ("Gunmen on Tuesday carried out an attack, killing two.", "en", "2022-06-07"),
    ("A bomb on Monday put two soldiers in hospital.", "en", "2022-06-06"),
    ("Am Montag trat ein Blauhelm auf eine Mine und wurde getötet.", "de", "2022-06-06"),
    ("The mission raised the toll on Tuesday to three killed in the ambush.", "en", None),
    # nor is another incident's
    ("The day before, on 1 June, two had died elsewhere.", "en", None),
    # years without a month, and numbers that are no dates
    ("In 2021 the attack killed two.", "en", None),
    ("The vote of 12/15 and a score of 2.1 count nothing.", "en", None),
    ("The attack on 31 June killed two.", "en", None),
]


@pytest.mark.parametrize(("text", "language", "expected"), CASES, ids=[f"{two}-{one}" for one, two, _ in CASES])
def test_the_day(text, language, expected):
    """The incident's own day is read, the latest one not after publication."""
    event = facts("UN mission attacked", text, language, WEDNESDAY).event
    assert (event.start.date().isoformat() if event else None) == expected


@pytest.mark.parametrize(
    ("on", "text", "expected"),
    [
        (None, "The attack on Monday killed two.", None),
        (None, "The attack on 1 June killed two.", None),
        (None, "The attack on 1 June 2021 killed two.", "2021-06-01"),
        ("2022-01", "The attack on 1 June killed two.", "2021-06-01"),
        ("2022-07", "The attack on 1 June killed two.", "2022-06-01"),
        ("2022", "The attack on 1 June killed two.", "2022-06-01"),
        ("2022", "The attack on Monday killed two.", None),
    ],
)
def test_what_the_day_of_publication_allows(on, text, expected):
    """Weekdays need the day of publication, dates without a year at least its year."""
    event = facts("UN mission attacked", text, "en", on).event
    assert (event.start.date().isoformat() if event else None) == expected
