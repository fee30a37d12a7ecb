"""Concepts of the field, found in any language."""

import pytest

from seeds.lexicon.load import shared
from seeds.lexicon.topics import Forms, TopicForm, Topics
from seeds.text.fold import fold
from seeds.text.reading import Reading

TABLE = shared().table("topics")
TOPICS = Topics(TABLE)
AMBUSH = {
    "en": "Nine were ambushed on the road",
    "fr": "Une embuscade sur la route",
    "es": "Cayeron en una emboscada",
    "pt": "Uma emboscada na estrada",
    "it": "Caduti in un agguato",
    "de": "In einen Hinterhalt geraten",
    "nl": "Een hinderlaag op de weg",
    "sv": "Ett bakhåll på vägen",
    "no": "Et bakhold på veien",
    "pl": "Wpadli w zasadzkę",
    "cs": "Padli do přepadení",
    "hu": "Rajtaütés az úton",
    "ru": "Попали в засаду",
    "uk": "Потрапили в засідку",
    "ar": "وقعوا في كمين على الطريق",
    "tr": "Yolda pusuya düştüler",
    "vi": "Bị phục kích trên đường",
    "zh": "车队途中遭伏击",
    "ja": "待ち伏せに遭った",
    "he": "נפלו במארב בדרך",
}


def named(text, language=None):
    return {topic.name for topic in TOPICS.of(Reading(text, language))}


@pytest.mark.parametrize("language", sorted(AMBUSH))
def test_one_concept_in_many_languages(language):
    """An ambush is found whatever the language and the script."""
    assert "ambush" in named(AMBUSH[language], language)
    assert "ambush" in named(AMBUSH[language])


def test_words_of_other_languages_do_not_count():
    """French "base" and English "mine" mean other things elsewhere, so a text's own language decides."""
    forms = Forms([TopicForm("island", "id", "mali"), TopicForm("river", "en", "bank")])
    assert forms.find(fold("mali bank"), "en") == {"river"}


def test_a_wrong_language_hint_does_no_harm():
    """When nothing of the hinted language is found, every language counts."""
    assert "ambush" in named(AMBUSH["de"], "ja")


def test_words_are_whole():
    """A form is no part of a word unless a star says so."""
    forms = Forms([TopicForm("jail", None, "court*"), TopicForm("gas", None, "mine")])
    assert forms.find(fold("courthouse determined")) == {"jail"}


def test_forms_of_several_words():
    """A star of its own stands for one word in between; the order matters."""
    forms = Forms([TopicForm("exit", None, "pull * out")])
    assert forms.find(fold("they pull troops out")) == {"exit"}
    assert forms.find(fold("they pull out")) == frozenset()
    assert forms.find(fold("out they pull")) == frozenset()


def test_every_topic_is_well_described():
    """Each concept tells how much it tells, belongs to a known family, and has English and French forms."""
    kinds = {"incident", "decision", "presence", "departure", "justice", "report", "memory", "people", "politics", None}
    for name, entry in TABLE.items():
        assert entry["tells"] in ("little", "some", "much"), name
        assert entry.get("kind") in kinds, name
        assert entry["en"], name
        assert entry["fr"], name


def test_an_empty_text_has_no_topics():
    """Nothing is found in nothing."""
    assert not named("")
