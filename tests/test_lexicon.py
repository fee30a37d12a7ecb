"""The shared lexicon: what one written form stands for, and how mistakes are named."""

import shutil

import pytest

from seeds.lexicon.countries import PEOPLE
from seeds.lexicon.files import FOLDER, LexiconError
from seeds.lexicon.inflections import script_of
from seeds.lexicon.load import Lexicon, shared
from seeds.text.forms import make_form


def folded(forms):
    return {form.folded.strip() for form in forms}


def test_a_stem_stands_for_all_its_endings():
    """ "stem+name" is spelt out by the language's paradigm."""
    forms = folded(shared().inflections.forms("миротвор+ec ООН", "ru"))
    assert {"миротворец оон", "миротворца оон", "миротворцами оон"} <= forms


def test_an_unknown_paradigm_is_named():
    """A slip in a form says which word, which paradigm and which language."""
    with pytest.raises(LexiconError, match=r"'casqu\+zz'.*'zz'.*'fr'"):
        shared().inflections.forms("casqu+zz bleu", "fr")


def test_a_flood_of_forms_is_refused():
    """An entry that would stand for hundreds of forms is a mistake in the file."""
    with pytest.raises(LexiconError, match="stands for"):
        shared().inflections.forms("a+n b+n c+n", "tr")


def test_arabic_and_hebrew_clitics_are_spelt_out():
    """What Arabic writes together with a word, its article's contraction too, is part of the forms."""
    assert {"باماكو", "بباماكو", "وباماكو", "لباماكو"} <= folded(shared().inflections.names("باماكو"))
    assert "للامم المتحده" in folded(shared().inflections.forms("الأمم المتحدة", "ar"))
    assert "במאלי" in folded(shared().inflections.names("מאלי"))


def test_capitals_are_asked_of_short_acronyms_only():
    """UN and U.N. ask for two capitals, MINUSCA and Kidal for none, "UN base" for those of its acronym."""
    assert [make_form(text).capitals for text in ("UN", "U.N.", "ONU", "Kidal", "MINUSCA", "UN base", "FN-styrka")] == [
        2,
        2,
        3,
        0,
        0,
        2,
        2,
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kidal", ""),
        ("كيدال", "ar"),
        ("Кидаль", "ru"),
        ("קידאל", "he"),
        ("基达尔", "zh"),
        ("가오", "ko"),
        ("Ménaka", ""),
    ],
)
def test_the_script_tells_whose_habits_a_name_follows(text, language):
    """Names are inflected as their script's chief language does."""
    assert script_of(text) == language


def test_people_are_known_in_many_languages():
    """Words for countries and their people are recognised with their endings; ordinary words are not."""
    people = shared().people
    assert all(
        word in people for word in ("tchadiens", "togolesischen", "bangladeshi", "сенегальских", "تشادي", "التشادي")
    )
    assert not any(word in people for word in ("soldats", "mission", "says", "le"))


def test_a_country_has_names_and_adjectives():
    """Names and adjectives of a country are apart, and no form is in both."""
    names, adjectives = shared().country_forms("TD")
    assert {"chad", "tchad", "تشاد", "チャド".replace("チャド", "チ ャ ド")} <= folded(names)
    assert {"chadian", "tchadienne", "чадскии"} <= folded(adjectives)
    assert folded(names).isdisjoint(folded(adjectives))


def test_the_english_name_is_never_taken_for_an_adjective():
    """Where one language's adjective is the English name, the name wins."""
    for code in shared().countries:
        _, adjectives = shared().country_forms(code)
        english = {make_form(text).folded for text in shared().countries[code].names["en"] if "+" not in text}
        assert english.isdisjoint({form.folded for form in adjectives})


def test_missions_have_what_they_need():
    """Every mission has an acronym, and its theatre's codes are countries."""
    for mission in shared().missions.values():
        assert mission.acronyms
        assert set(mission.theatre) <= set(shared().countries)
        assert mission.start is None or mission.end is None or mission.start < mission.end


def test_resolutions_are_named_in_many_ways():
    """A resolution is found by symbol and by number."""
    assert {"s res 2690", "resolution 2690", "القرار 2690", "2 6 9 0".replace(" ", "") + " 号 决 议"} <= folded(
        shared().resolution(2690)
    )


def test_a_broken_file_is_named_with_its_line(tmp_path):
    """A mistake in the lexicon says in which file and line it is."""
    folder = tmp_path / "lexicon"
    shutil.copytree(FOLDER, folder)
    (folder / "roles.toml").write_text('[peacekeeper]\nkind = "role"\nen = [,]\n', encoding="utf-8")
    with pytest.raises(LexiconError, match=r"roles\.toml.*line"):
        Lexicon(folder)


def test_the_mark_of_adjectives_is_no_country():
    """The mark of a theatre's adjectives cannot be mistaken for a code."""
    assert f"XX{PEOPLE}" not in shared().countries
