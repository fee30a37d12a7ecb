"""Where the main incident was: which of the places named is the scene."""

from __future__ import annotations

from seeds.facts.places import Role
from tests.fact_kit import facts, lines, reader

CASES = [
    # (title, text, language, place)
    ("Attack near Aguelhok", "", "en", "Aguelhok"),
    ("Angriff bei Aguelhok", "", "de", "Aguelhok"),
    ("Atak w Kidalu", "", "pl", "Kidal"),
    ("Wybuch koło Douentzy", "", "pl", "Douentza"),
    ("Нападение в Кидале", "", "ru", "Kidal"),
    ("Támadás Aguelhokban", "", "hu", "Aguelhok"),
    ("Tessalit'te saldırı", "", "tr", "Tessalit"),
    ("هجوم في أغلهوك", "", "ar", "Aguelhok"),
    ("キダルで襲撃", "", "ja", "Kidal"),
    ("基达尔遭袭击", "", "zh", "Kidal"),
    ("Tombouctou attaquée", "", "fr", "Timbuktu"),
    ("Tombuctú, bajo ataque", "", "es", "Timbuktu"),
    # a town beats the region it lies in, wherever it stands
    ("Attack in Kidal region", "The convoy was hit near Tessalit.", "en", "Tessalit"),
    ("Attaque dans la région de Mopti", "L'engin a explosé près de Douentza.", "fr", "Douentza"),
    ("Attack in Kidal region", "", "en", "Kidal"),
    # the first of several
    ("Attacks in Timbuktu and Douentza", "", "en", "Timbuktu"),
    # a way is told by the place it begins at
    ("Ambush between Menaka and Ansongo", "", "en", "Menaka"),
    ("Embuscade entre Ménaka et Ansongo", "", "fr", "Menaka"),
    ("Überfall zwischen Menaka und Ansongo", "", "de", "Menaka"),
    ("Támadás Menaka és Ansongo között", "", "hu", "Menaka"),
    ("A convoy from Gao to Ansongo was attacked", "", "en", "Gao"),
    ("Blast on the Anefis-Gao road", "", "en", "Anefis"),
    # where the wounded were taken, where somebody came from
    ("Peacekeeper killed", "The wounded were flown to Gao.", "en", None),
    ("Peacekeeper killed near Ber", "He died in a hospital in Gao.", "en", "Ber"),
    ("Casques bleus blessés à Ber", "Ils ont été évacués vers Gao.", "fr", "Ber"),
    ("Convoy from Gao attacked near Ber", "", "en", "Ber"),
    ("Attack 45 km from Gao", "", "en", "Gao"),
    # another incident's place
    ("Attack in Gao", "The day before, two died in Aguelhok.", "en", "Gao"),
    ("Peacekeeper killed", "The day before, two died in Aguelhok.", "en", None),
    # the capital speaks for the government, unless the attack was there
    ("Bamako condemns attack", "", "en", None),
    ("Bamako court sentences man over attack in Siby", "", "en", "Siby"),
    ("Le tribunal de Bamako condamne l'auteur de l'attaque", "", "fr", None),
    ("Grenade attack on UN base in Bamako wounds two", "", "en", "Bamako"),
    ("Peacekeepers shot in Bamako", "The men had come from Gao.", "en", "Bamako"),
    # words that are names elsewhere
    ("San Francisco honours peacekeepers", "", "en", None),
    ("Ber : attaque contre un camp", "", "fr", "Ber"),
    ("Han ber om hjälp", "", "sv", None),
    # groups and areas are no place
    ("Katiba Macina claims attack", "", "en", None),
    # a camp gives its town
    ("Rockets hit Camp Castor", "", "en", "Gao"),
]


def test_the_scene():
    """The most specific place of the main incident, the first named if several; no place where none is the scene."""
    read = [(title, place, facts(title, text, language).place) for title, text, language, place in CASES]
    wrong = [one for one in read if one[1] != one[2]]
    assert len(wrong) <= 0.06 * len(CASES), wrong


def test_a_region_is_told_from_its_town():
    """ "The Gao region" is wider than Gao; a village in it is as exact as a place can be."""
    assert facts("Patrol attacked in the Gao region").region_only
    assert not facts("Patrol attacked in Gao").region_only
    assert not facts("Patrol attacked near Ber in the Timbuktu region").region_only


def test_roles_are_ordered():
    """A scene outweighs a capital, a region, a goal and a road, in this order."""
    assert Role.SCENE > Role.CAPITAL > Role.REGION > Role.TOWARD > Role.ROUTE > Role.NONE


def test_a_place_is_found_where_it_stands():
    """Places are found at their words, inflected ones too."""
    line = lines("Wybuch koło Douentzy i w Gao", language="pl")[0]
    assert [name for _, _, name in line.places] == ["Douentza", "Gao"]
    assert [line.words[start].text for start, _, _ in line.places] == ["douentzy", "gao"]


def test_every_camp_names_a_town_that_is_there():
    """The town of a camp is an entry of the gazetteer itself."""
    places = reader()._places
    assert all(place.town in places for place in places.values() if place.town)
    assert any(place.capital for place in places.values())
