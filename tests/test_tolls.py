"""Words of harm and their victims: which figure of a sentence means what."""

from __future__ import annotations

import tomllib

import pytest

from seeds.facts.tolls.claims import claims
from tests.fact_kit import SEEDS, facts, lines

# (language, sentence, [(harm, count) …]) — counts of None are victims without a number
BOUND = [
    # an active verb has its victims behind it
    ("en", "Blast kills two soldiers", [("killed", 2)]),
    ("en", "killing four and wounding 19", [("killed", 4), ("injured", 19)]),
    ("en", "the attack claimed the lives of three peacekeepers", [("killed", 3)]),
    ("en", "the death of one peacekeeper and injuries to four", [("killed", 1), ("injured", 4)]),
    ("fr", "une mine tue deux casques bleus", [("killed", 2)]),
    ("fr", "l'explosion a coûté la vie à trois soldats", [("killed", 3)]),
    ("es", "una mina mata a dos cascos azules", [("killed", 2)]),
    ("ar", "مقتل تسعة جنود", [("killed", 9)]),
    ("vi", "làm chết hai người", [("killed", 2)]),
    # a passive or intransitive one before it
    ("en", "two soldiers died and three were wounded", [("killed", 2), ("injured", 3)]),
    ("en", "Three UN soldiers escorting a convoy in the north die", [("killed", 3)]),
    ("de", "vier Blauhelme kamen bei dem Angriff ums Leben", [("killed", 4)]),
    ("tr", "üç asker yaralandı", [("injured", 3)]),
    ("ja", "隊員4人が死亡", [("killed", 4)]),
    ("ko", "병사 2명이 숨졌다", [("killed", 2)]),
    # some on either
    ("en", "a bomb killed two", [("killed", 2)]),
    ("en", "two killed 19 wounded", [("killed", 2), ("injured", 19)]),
    ("ru", "убиты двое, ранены трое", [("killed", 2), ("injured", 3)]),
    ("ru", "двое убиты, трое ранены", [("killed", 2), ("injured", 3)]),
    ("it", "morti due caschi blu", [("killed", 2)]),
    ("fi", "iskussa kuoli kymmenen rauhanturvaajaa", [("killed", 10)]),
    # a noun of harm is counted
    ("en", "four deaths and 15 injuries", [("killed", 4), ("injured", 15)]),
    ("fr", "quatre morts et 19 blessés", [("killed", 4), ("injured", 19)]),
    ("de", "zwei Tote und fünf Verletzte", [("killed", 2), ("injured", 5)]),
    ("zh", "2死4伤", [("killed", 2), ("injured", 4)]),
    ("ja", "死者9人", [("killed", 9)]),
    ("en", "peacekeeper deaths rise", []),
    # an article, "another", an ordinal or a bare noun is one
    ("en", "a peacekeeper was killed", [("killed", 1)]),
    ("en", "Peacekeeper killed, another wounded", [("killed", 1), ("injured", 1)]),
    ("en", "Two dead, and a third was badly wounded", [("killed", 2), ("injured", 1)]),
    ("fr", "un mort et deux blessés", [("killed", 1), ("injured", 2)]),
    ("de", "ein Toter, ein weiterer Soldat verletzt", [("killed", 1), ("injured", 1)]),
    ("nl", "een derde raakte zwaargewond", [("injured", 1)]),
    ("ar", "قتيلان وجريحان", [("killed", 2), ("injured", 2)]),
    ("ar", "جرح رابع", [("injured", 1)]),
    # without a number there is no count
    ("en", "peacekeepers were killed and several wounded", [("killed", None), ("injured", None)]),
    ("en", "it is not clear whether soldiers were hurt", [("injured", None)]),
    # a stated "none" is one: nobody
    ("en", "no one was hurt", [("killed", 0), ("injured", 0)]),
    ("en", "No peacekeeper died at the camp, and nobody was hurt", [("killed", 0), ("injured", 0)]),
    ("fr", "aucun blessé", [("injured", 0)]),
    ("fr", "aucun casque bleu n'a été tué", [("killed", 0)]),
    ("fr", "sans faire de mort", [("killed", 0)]),
    ("sv", "ingen soldat skadades", [("injured", 0)]),
    ("de", "es gab keine Toten", [("killed", 0)]),
    ("es", "ningún casco azul murió; no hubo heridos", [("killed", 0), ("injured", 0)]),
    ("pt", "nenhum capacete azul foi morto", [("killed", 0)]),
    ("it", "nessun casco blu è stato ucciso", [("killed", 0)]),
    ("nl", "geen blauwhelm werd gedood", [("killed", 0)]),
    ("pl", "nikt nie zginął", [("killed", 0)]),
    ("ru", "никто не погиб, пострадавших нет", [("killed", 0), ("injured", 0)]),
    # but not of anybody in particular, nor of further ones, nor where other words stand between
    ("en", "no civilian was killed", [("killed", None)]),
    ("en", "no further deaths were reported", [("killed", None)]),
    ("en", "nobody knows how many were killed", [("killed", None)]),
    ("en", "the driver was not hurt", [("injured", None)]),
    # what is between
    ("en", "six wounded peacekeepers", [("injured", 6)]),
    ("en", "one of six wounded peacekeepers", [("injured", 6)]),
    ("en", "at least 25 others were also seriously wounded", [("injured", 25)]),
    ("en", "16 people, including nine soldiers, were hurt", [("injured", 16)]),
    ("en", "four of his comrades were injured", [("injured", 4)]),
    ("de", "fünf weitere wurden nahe Gao schwer verletzt", [("injured", 5)]),
    ("fr", "deux ou trois morts", [("killed", 2)]),
    ("en", "killed by two gunmen", []),
    ("en", "killed in two attacks", []),
    ("fr", "trois soldats blessés en six attaques", [("injured", 3)]),
    ("en", "two vehicles were hit and a soldier killed", [("killed", 1)]),
    ("en", "Sergeant A, 26, was killed", [("killed", 1)]),
    # a death outranks wounds
    ("en", "a wounded peacekeeper has died", [("killed", 1)]),
    ("fr", "un casque bleu blessé mardi est décédé", [("killed", 1)]),
    ("en", "a third soldier died of his wounds", [("killed", 3)]),
    # what sounds like harm and tells of none
    ("en", "he was sentenced to death", []),
    ("fr", "condamné à mort", []),
    ("fr", "ils sont tombés dans une embuscade", []),
    ("es", "cayeron en una emboscada", []),
    ("de", "zum Tode verurteilt", []),
    ("en", "the force rises to 13,000", []),
    ("en", "the death toll rises to four", [("killed", 4)]),
]


def claimed(sentence, language):
    return [
        (claim.harm, claim.count) for line in lines(sentence, language=language) for claim in claims(line, frozenset())
    ]


@pytest.mark.parametrize(("language", "sentence", "expected"), BOUND, ids=[f"{one}-{two}" for one, two, _ in BOUND])
def test_each_word_of_harm_takes_its_victims(language, sentence, expected):
    """Words of harm find their victims by the side they stand on and by distance."""
    assert claimed(sentence, language) == expected


JOINED = [
    ("en", "two Guineans and a contractor were killed", [2, 1]),
    ("en", "killed two soldiers, a policeman and three civilians", [2, 1, 3]),
    ("en", "two soldiers were killed and a civilian hurt", [2]),
    ("fr", "un casque bleu et deux civils sont morts", [1, 2]),
    ("es", "un soldado y dos civiles mueren", [1, 2]),
]


@pytest.mark.parametrize(("language", "sentence", "expected"), JOINED, ids=[two for _, two, _ in JOINED])
def test_and_joins_victims(language, sentence, expected):
    """Victims that "and" or a comma joins die together; those with a harm of their own do not."""
    found = [claim for line in lines(sentence, language=language) for claim in claims(line, frozenset())]
    assert [claim.count for claim in found if claim.harm == "killed"] == expected


APART = [
    ("en", "Four peacekeepers and a soldier of the Malian army were killed", (4, 1)),
    ("en", "A soldier of the army and four peacekeepers were killed", (4, 1)),
    ("en", "Four peacekeepers and two army soldiers killed", (4, 2)),
    ("en", "A peacekeeper and a gendarme of the national forces were killed", (1, 1)),
    ("fr", "Quatre casques bleus et un soldat de l'armée tués", (4, 1)),
    ("fr", "Quatre casques bleus et deux militaires des forces armées maliennes tués", (4, 2)),
    ("de", "Vier Blauhelme und ein Soldat der Armee getötet", (4, 1)),
    ("es", "Mueren cuatro cascos azules y un soldado del ejército maliense", (4, 1)),
    ("it", "Uccisi quattro caschi blu e un soldato dell'esercito", (4, 1)),
    ("pt", "Quatro capacetes azuis e um soldado do exército mortos", (4, 1)),
    ("nl", "Vier blauwhelmen en een soldaat van het leger gedood", (4, 1)),
    ("ru", "Четыре миротворца и солдат армии убиты", (4, 1)),
    ("uk", "Загинули чотири миротворці та солдат армії", (4, 1)),
    ("pl", "Zginęło czterech błękitnych hełmów i żołnierz armii", (4, 1)),
    ("tr", "Dört barış gücü askeri ve ordudan bir asker öldürüldü", (4, 1)),
    ("ar", "مقتل أربعة من القبعات الزرق وجندي من الجيش", (4, 1)),
    ("fa", "چهار صلحبان و یک سرباز ارتش کشته شدند", (4, 1)),
    ("zh", "四名维和人员和一名政府军士兵丧生", (4, 1)),
    ("hu", "Négy békefenntartó és a hadsereg egy katonája meghalt", (4, 1)),
    ("no", "Fire fredsbevarende soldater og en soldat fra hæren drept", (4, 1)),
    ("sv", "Fyra fredsbevarare och en soldat från armén dödades", (4, 1)),
    # whose soldiers they are is not said, or they are a contingent's
    ("en", "Two peacekeepers and three of their comrades were killed", (5, None)),
    ("en", "Two peacekeepers and a soldier of the Senegalese army were killed", (3, None)),
    ("en", "Four peacekeepers and two soldiers in Bamako were killed", (6, None)),
    ("en", "Four peacekeepers and a soldier who attacked the army were killed", (5, None)),
    ("en", "A soldier of the army was killed", (1, None)),
]


@pytest.mark.parametrize(("language", "sentence", "told"), APART, ids=[f"{one}-{two}" for one, two, _ in APART])
def test_an_army_s_soldiers_are_told_apart_from_peacekeepers(language, sentence, told):
    """Beside peacekeepers soldiers of "the army" are the country's own; the toll counts them all."""
    found = facts(sentence, language=language)
    by_class = {toll.victims: toll.count for toll in found.tolls}
    assert (by_class["peacekeepers"], by_class.get("national_forces")) == told
    assert found.killed == told[0] + (told[1] or 0)


def test_whose_soldiers_were_hurt_is_told_across_words_of_harm():
    """The peacekeepers that a sentence names need not have met with the same harm."""
    found = facts("Four peacekeepers killed, a soldier of the army wounded")
    assert [(toll.harm, toll.count, toll.victims) for toll in found.tolls] == [
        ("killed", 4, "peacekeepers"),
        ("injured", 1, "national_forces"),
    ]


RUNNING = [
    ("en", "more than 200 peacekeepers have been killed since 2013"),
    ("en", "the mission has now lost 10 troops this year"),
    ("en", "310 peacekeepers died in ten years"),
    ("en", "since 2013, 230 have died"),
    ("fr", "la Minusma a enregistré 281 morts"),
    ("fr", "plus de 170 casques bleus tués depuis 2013"),
    ("es", "unos 260 cascos azules han fallecido desde 2013"),
    ("de", "seit 2013 starben 195 Blauhelme"),
    ("it", "sale a dieci il numero dei caschi blu uccisi dall'inizio dell'anno"),
    ("nl", "sinds 2013 kwamen 174 militairen om"),
    ("pl", "od 2013 roku zginęło 250 żołnierzy"),
    ("ru", "с 2013 года погибли 250 миротворцев"),
    ("ar", "قتل أكثر من 250 جنديا منذ عام 2013"),
    ("tr", "2013'ten bu yana 250 asker öldü"),
    ("zh", "2013年以来已有250名维和人员死亡"),
    ("ja", "2013年以降の死者は240人"),
    ("id", "sejak 2013 lebih dari 170 personel gugur"),
    ("vi", "kể từ 2013 đã có 170 người thiệt mạng"),
    ("en", "Peacekeepers' Day: 209 dead"),
]


@pytest.mark.parametrize(("language", "sentence"), RUNNING, ids=[two for _, two in RUNNING])
def test_totals_over_years_are_no_toll(language, sentence):
    """A figure since a year, in years, or beside a memorial day is marked as a running total."""
    found = [claim for line in lines(sentence, language=language) for claim in claims(line, frozenset())]
    assert not any(claim.stands for claim in found)


STANDING = [
    ("en", "the deadliest attack since 2013 killed nine soldiers", 9),
    ("en", "two were killed in the fifth attack since May", 2),
    ("en", "the force, deployed since 2013, buried four soldiers", 4),
    ("en", "nine soldiers died on Friday; 30 have died since 2013", 9),
    ("fr", "présente depuis 2013, elle enterre quatre soldats", 4),
    ("de", "der schwerste Anschlag seit 2013 kostete neun Soldaten das Leben", 9),
]


@pytest.mark.parametrize(("language", "sentence", "count"), STANDING, ids=[two for _, two, _ in STANDING])
def test_since_may_belong_to_something_else(language, sentence, count):
    """A mark of totals that belongs to the attack's number, the deployment or another clause takes no toll out."""
    found = [
        claim for line in lines(sentence, language=language) for claim in claims(line, frozenset()) if claim.stands
    ]
    assert [claim.count for claim in found] == [count]


ELSEWHERE = [
    ("en", "two were hurt; the day before, three had died in Gao", [2]),
    ("en", "three soldiers died in a separate attack", []),
    ("en", "two were killed a week after nine others died", [2]),
    ("en", "Rockets killed three, eight days after the siege", [3]),
    ("fr", "la veille, deux Tchadiens avaient péri", []),
    ("es", "la víspera murieron dos soldados", []),
]


@pytest.mark.parametrize(("language", "sentence", "counts"), ELSEWHERE, ids=[two for _, two, _ in ELSEWHERE])
def test_other_incidents_are_marked(language, sentence, counts):
    """Words for another time or attack take the figure that follows them, or else the one before."""
    found = [
        claim
        for line in lines(sentence, language=language)
        for claim in claims(line, frozenset())
        if claim.stands and not claim.before
    ]
    assert [claim.count for claim in found] == counts


def test_an_attack_told_after_another_gives_way_to_it():
    """What stands "a week after" counts only where no other figure is told; no figure is better than a wrong one."""
    assert facts("Two killed in Gao, a week after nine others died").killed in (2, None)
    assert facts("Twelve days after the attack that killed four, calm is back in Aguelhok").killed == 4


LIFETIMES = [
    ("the force leaves after the deaths of 310 peacekeepers", False),
    ("the mission was deadly, with 171 lives lost", False),
    ("UN report: at least 500 people executed", True),
    ("the attack on the mission killed 65", True),
]


@pytest.mark.parametrize(("sentence", "stands"), LIFETIMES, ids=[one for one, _ in LIFETIMES])
def test_no_attack_kills_so_many_of_a_mission(sentence, stands):
    """Sixty peacekeepers or more are a mission's total, marked or not; so many villagers are not."""
    found = [claim for line in lines(sentence) for claim in claims(line, frozenset())]
    assert [claim.stands for claim in found] == [stands]


CLASSES = [
    ("a Malian soldier was killed", "national_forces"),
    ("a soldier was killed", "peacekeepers"),
    ("a Chadian soldier was killed", "peacekeepers"),
    ("two Togolese were killed", "peacekeepers"),
    ("three civilians were killed", "civilians"),
    ("a civilian contractor was killed", "contractors"),
    ("two police peacekeepers were killed", "peacekeepers"),
    ("six assailants were killed", "attackers"),
    ("nine people were killed", "unspecified"),
    ("nine were killed", "unspecified"),
]


@pytest.mark.parametrize(("sentence", "victims"), CLASSES, ids=[one for one, _ in CLASSES])
def test_victims_have_their_class(sentence, victims):
    """Soldiers are the mission's unless called the theatre's own; the most telling of several nouns decides."""
    found = claims(lines(sentence)[0], frozenset({"ML"}))
    assert [claim.victims for claim in found] == [victims]


UNCOUNTED = [
    ("en", "Attack of 3/1/2021 killed 19", 19),
    ("fr", "Mali : le 03.01.2021 19 tués", 19),
    ("de", "Mali: am 03.01.2021 19 Tote in Kidal", 19),
    ("tr", "Mali: 03.01.2021 2 ölü", 2),
    ("ar", "مالي: الساعة 7:30 مقتل 4 جنود", 4),
    ("zh", "马里：2021年1月3日07:30 4名维和人员死亡", 4),
    ("en", "2021-01-03 2 peacekeepers killed in Mali", 2),
    ("en", "03/01 2 peacekeepers killed in Mali", 2),
    ("en", "Blast at 07:30 killed four in Mali", 4),
    ("fr", "Mali : vers 7 h 30 quatre tués à Kidal", 4),
    ("en", "Peacekeeper, 34, killed in Mali", 1),
    ("en", "Tel. 20 22 51 00: 3 killed in Mali", 3),
    ("en", "Call +223 20 70 10 00 killed peacekeepers Mali", None),
    ("en", "Attack on Camp 45 killed peacekeepers in Mali", None),
    ("en", "Highway 16 killed peacekeepers", None),
    ("en", "Resolution 2584 killed hopes of peacekeepers in Mali", None),
    ("fr", "Mali : la résolution 2584 tués blessés", None),
    ("ru", "Мали: по резолюции 2584 убиты миротворцы", None),
    ("es", "Malí: el campamento 45 muertos", None),
    ("en", "Attack on camp: 3 killed in Mali", 3),
    ("en", "In camp 3 peacekeepers were killed", 3),
    ("en", "In the attack on the camp 12 were killed", 12),
    ("en", "Camp 12 was shelled, killing two peacekeepers", 2),
    ("zh", "马里基地3名维和人员死亡", 3),
]


@pytest.mark.parametrize(("language", "title", "killed"), UNCOUNTED, ids=[title for _, title, _ in UNCOUNTED])
def test_numbers_of_dates_telephones_and_names_are_no_tolls(language, title, killed):
    """A number that counts nobody stands beside one that does, and leaves it alone."""
    assert facts(title, language=language).killed == killed


BESIDE = [
    ("en", "Two peacekeepers and a soldier of the French army were killed in Mali"),
    ("en", "A soldier of the French army and two UN peacekeepers were killed in Mali"),
    ("en", "Two peacekeepers and one soldier from France's army were killed in Mali"),
    ("fr", "Mali : deux Casques bleus et un soldat de l'armée française tués"),
    ("de", "Mali: Zwei Blauhelme und ein Soldat der französischen Armee getötet"),
    ("es", "Malí: mueren dos cascos azules y un soldado del ejército francés"),
    ("it", "Mali: uccisi due caschi blu e un soldato dell'esercito francese"),
    ("ru", "В Мали погибли два миротворца и солдат французской армии"),
    ("ar", "مقتل جنديين من قوات حفظ السلام وجندي من الجيش الفرنسي في مالي"),
]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "One of the 28 peacekeepers wounded in Kerena has died", [("killed", 1), ("injured", 28)]),
        ("en", "Two of five soldiers wounded on Monday have died", [("killed", 2), ("injured", 5)]),
        ("fr", "Un des 28 Casques bleus blessés à Kéréna est mort", [("killed", 1), ("injured", 28)]),
        ("de", "Einer der drei verletzten Blauhelme ist gestorben", [("killed", 1), ("injured", 3)]),
        ("en", "One of the six peacekeepers killed in Gao was from Chad", [("killed", 6)]),
        ("en", "A wounded peacekeeper has died", [("killed", 1)]),
    ],
)
def test_one_of_the_wounded_who_died_is_one_dead(language, sentence, expected):
    """When some of the wounded die, these are the dead, and never all who were wounded."""
    assert sorted(claimed(sentence, language), key=str, reverse=True) == sorted(expected, key=str, reverse=True)


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Soldiers were killed twenty minutes after leaving Gao", [("killed", None)]),
        ("en", "A soldier was wounded about twenty miles west of Gao", [("injured", 1)]),
        ("fr", "Un soldat a été blessé à une trentaine de kilomètres de Gao", [("injured", 1)]),
        ("fr", "Un soldat a été tué à vingt-cinq kilomètres de Gao", [("killed", 1)]),
        ("es", "Un soldado resultó herido a treinta kilómetros de Gao", [("injured", 1)]),
        ("de", "Ein Soldat wurde rund dreißig Kilometer nördlich von Gao verwundet", [("injured", 1)]),
        ("en", "Twenty soldiers were wounded thirty miles west of Gao", [("injured", 20)]),
    ],
)
def test_numbers_in_words_before_a_measure_count_nobody(language, sentence, expected):
    """Miles and minutes that are written out are no more victims than those in digits."""
    assert claimed(sentence, language) == expected


@pytest.mark.parametrize(("language", "title"), BESIDE, ids=[title for _, title in BESIDE])
def test_an_army_that_serves_beside_the_mission_has_its_own_class(language, title):
    """Its soldier is none of the peacekeepers that the sentence names beside him."""
    found = facts(title, language=language)
    assert (found.killed, {toll.victims: toll.count for toll in found.tolls}) == (
        3,
        {"peacekeepers": 2, "national_forces": 1},
    )


def test_soldiers_of_a_contingent_stay_peacekeepers():
    """Who sends soldiers to the mission loses them there, whatever they are called."""
    assert facts("Two peacekeepers and a soldier of the Togolese army were killed in Mali").killed == 3


LANGUAGES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((SEEDS.parent / "lexicon" / "languages").glob("*.toml"))
}
TOLLING = [code for code, table in LANGUAGES.items() if {"harm", "numbers"} <= table.keys()]


def harm_words(code):
    """Some ten forms of the words for killed and injured in a language, from all sides."""
    harm = LANGUAGES[code]["harm"]
    texts = [text for name in ("killed", "injured") if isinstance(harm.get(name), dict) for text in harm[name].values()]
    forms = [form.strip() for text in texts for form in text.split(",") if not set(form) & set("*?#")]
    return forms[:: 1 + len(forms) // 10]


@pytest.mark.parametrize("code", TOLLING)
def test_in_no_language_do_dates_times_and_telephones_count(code):
    """Whatever word of harm stands behind or before them, in every language that reads tolls."""
    stamps = ("13.05.2021", "13/5/2021", "2021-05-13", "13-5-2021", "07:30", "20 22 51 00")
    written = [text for word in harm_words(code) for stamp in stamps for text in (f"{stamp} {word}", f"{word} {stamp}")]
    assert written
    for text in written:
        counts = {claim.count for line in lines(text, language=code) for claim in claims(line, frozenset())}
        assert counts <= {None, 1, 2}, text  # a word of harm may itself tell of one or two


@pytest.mark.parametrize("code", [code for code in TOLLING if "numbered" in LANGUAGES[code]["numbers"]])
def test_in_no_language_does_the_number_of_a_name_count(code):
    """The number behind a word for a camp, a road or a resolution is part of the name."""
    for name in LANGUAGES[code]["numbers"]["numbered"].split(","):
        for word in harm_words(code):
            found = [
                claim.count
                for line in lines(f"{name.strip()} 45 {word}", language=code)
                for claim in claims(line, frozenset())
            ]
            assert 45 not in found, (name, word)


SPARED = [
    ("en", "Rockets land near the UN camp in Ménaka, no casualties"),
    ("fr", "Tirs contre un convoi de l'ONU à Gao, sans faire de victime"),
    ("es", "Cohetes contra el campamento de la ONU en Gao, sin víctimas"),
    ("de", "Raketen auf das UN-Lager in Gao, verletzt wurde niemand"),
    ("nl", "Raketten op het VN-kamp in Gao, niemand raakte gewond"),
    ("sv", "Raketer mot FN-campen i Timbuktu, ingen skadades"),
    ("fi", "Raketteja YK:n tukikohtaan Gaossa, kukaan ei loukkaantunut"),
    ("ar", "سقوط قذائف على معسكر الأمم المتحدة في غاو دون وقوع إصابات"),
    ("ru", "Ракеты упали у лагеря ООН в Гао, никто не пострадал"),
    ("zh", "火箭弹落在加奥联合国营地附近,无人员伤亡"),
]


@pytest.mark.parametrize(("language", "sentence"), SPARED, ids=[language for language, _ in SPARED])
def test_no_casualties_are_none_killed_and_none_hurt(language, sentence):
    """Who says that nobody came to harm gives two figures: nobody killed, nobody hurt."""
    assert {("killed", 0), ("injured", 0)} <= set(claimed(sentence, language))
