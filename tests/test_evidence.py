"""What a document gives to judge by: roles put together, places, and what is tied to what."""

from pathlib import Path

import pytest

from seeds.model import Document
from seeds.relevance.evidence import Tie
from seeds.watch import load_watch, read_document

WATCH = load_watch(Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma")


def evidence(title, summary="", language="en"):
    return WATCH.evidence(read_document(Document(title, summary, language)))


@pytest.mark.parametrize(
    ("text", "language", "role"),
    [
        ("A UN base burns", "en", "UN base"),
        ("The UN's largest and most dangerous mission", "en", "UN's largest and most dangerous mission"),
        ("UN Chadian troops leave", "en", "UN Chadian troops"),
        ("la base de la ONU arde", "es", "base de la ONU"),
        ("les soldats tchadiens de l'ONU", "fr", "soldats tchadiens de l'ONU"),
        ("les contingents étrangers de l'ONU", "fr", "contingents étrangers de l'ONU"),
        ("la mission la plus meurtrière de l’ONU", "fr", "mission la plus meurtrière de l’ONU"),
        ("Blauhelme unter Feuer", "de", "Blauhelme"),
        ("im Auftrag der Vereinten Nationen", "de", "im Auftrag der Vereinten Nationen"),
        ("قافلة تابعة للأمم المتحدة", "ar", "قافلة تابعة للأمم المتحدة"),
        ("база миротворцев ООН", "ru", "миротворцев"),
        ("联合国驻马里部队", "zh", "联合国驻马里部队"),
    ],
)
def test_roles_are_put_together(text, language, role):
    """Organisation and unit, in either order and with the right words between, are a role."""
    assert role in [hit.text for hit in evidence(text, "", language).of("role")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("UN: soldiers executed villagers", "en"),
        ("UN condemns attack on army camp", "en"),
        ("UN says troops must leave", "en"),
        ("un convoi de soldats", "fr"),
        ("L'armée accuse l'ONU", "fr"),
        ("UNICEF mission to the north", "en"),
        ("UN refugee camp and relief base", "en"),
    ],
)
def test_no_role_is_made_of_neighbours(text, language):
    """Words that merely stand near the organisation make no role."""
    assert evidence(text, "", language).of("role") == ()


def bond(title, summary="", language="en"):
    bonds = [one for one in evidence(title, summary, language).bonds if one.role.kind == "role"]
    return bonds[0]


@pytest.mark.parametrize(
    ("title", "summary", "tie"),
    [
        ("Peacekeepers in Mali", "", Tie.PHRASE),
        ("Peacekeepers tell of the long years that they spent in Mali", "", Tie.SENTENCE),
        ("Peacekeepers go home", "They served in Mali.", Tie.ACROSS),
        ("Peacekeepers go home", "", Tie.NONE),
    ],
)
def test_ties(title, summary, tie):
    """A role is tied to a place by phrase, sentence, or across title and text."""
    assert bond(title, summary).own is tie


@pytest.mark.parametrize(
    ("title", "summary", "ours"),
    [
        ("Peacekeepers killed in Congo", "France left Mali.", False),
        ("Peacekeepers killed in Mali", "Congo mourns.", True),
        ("Liberia mourns peacekeeper killed in Timbuktu", "", True),
        ("Mali mourns peacekeeper killed in Abyei", "", False),
        ("Peacekeepers in Lebanon, Mali and Congo", "", True),
        ("Malian peacekeeper dies", "He served in Bangui.", False),
    ],
)
def test_the_nearer_scene_wins(title, summary, ours):
    """A place told as the scene binds closer than one that is only named; a list shares its role."""
    assert bond(title, summary).ours is ours


def test_quotes_are_sentences():
    """The quote of a hit is the sentence in which it stands."""
    found = evidence("Attack in Gao", "It was dawn. Two peacekeepers died near Kidal. Nobody claimed it.")
    role = found.of("role")[0]
    assert found.quote(role) == "Two peacekeepers died near Kidal."
    assert not found.in_title(role)
    assert found.in_title(found.of("theatre")[0])


@pytest.mark.parametrize(
    ("text", "is_place"),
    [("Rockets hit Ber at dawn", True), ("Landing at BER today", False), ("She is from San Salvador now", False)],
)
def test_ordinary_words_are_places_only_when_they_can_be(text, is_place):
    """A name that is an ordinary word is no place inside a longer name or as an acronym."""
    assert bool(evidence(text).of("theatre")) is is_place


def test_what_has_ended_fades():
    """A year after a mission's end its country no longer speaks for it."""
    found = evidence("Peacekeepers from Ivory Coast")
    assert found.as_of(2017).of("other")
    assert not found.as_of(2022).of("other")
    assert found.as_of(None).of("other")


def test_all_in_one_sentence_without_title():
    """A document without a title is read like any other."""
    assert evidence("", "Two peacekeepers died near Kidal.").of("role")
