"""The shared lexicon: what one written form stands for, and how mistakes are named."""

import shutil

import pytest

from seeds.lexicon.countries import PEOPLE_SUFFIX
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


@pytest.mark.parametrize("text", ["Al-Barsha", "O'B", "U. N. base", "Une Base", "mission", "K", "Ab", "UN", "D-R C"])
def test_names_in_title_case_ask_for_no_capitals_unless_an_acronym_is_in_them(text):
    """The short way for names in title case says what counting word by word would."""
    counted = sum(
        len(bare)
        for word in text.replace("-", " ").split()
        if word.isupper() and 2 <= len(bare := "".join(filter(str.isalpha, word))) <= 4
    )
    assert make_form(text).capitals == counted


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


def test_a_broken_file_is_named_with_its_line(folder):
    """A mistake in the lexicon says in which file and line it is."""
    (folder / "roles.toml").write_text('[peacekeeper]\nkind = "role"\nen = [,]\n', encoding="utf-8")
    with pytest.raises(LexiconError, match=r"roles\.toml:3: is not valid TOML"):
        Lexicon(folder)


@pytest.fixture
def folder(tmp_path):
    """A copy of the lexicon, to be changed."""
    copy = tmp_path / "lexicon"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_a_language_is_one_file(folder):
    """A new file beside the others adds its forms to every table that it speaks of, behind all known languages."""
    (folder / "languages" / "eo.toml").write_text(
        """name = "Esperanto"

[roles]
peacekeeper = ["bluaj kasko+j"]

[harm]
killed.subject = "mortis"

[tiers.marker]
attack = ["atak*"]

[documents]
resolution = ["rezolucio {}"]

[affixes.paradigms]
j = ["j", "jn"]
""",
        encoding="utf-8",
    )
    lexicon = Lexicon(folder)
    assert {"bluaj kaskoj", "bluaj kaskojn"} <= folded(lexicon.concepts["peacekeeper"].forms)
    assert list(lexicon.table("harm"))[-1] == "eo"
    assert lexicon.table("tiers")["marker"]["attack"]["eo"] == ["atak*"]
    assert "rezolucio 2690" in folded(lexicon.resolution(2690))
    assert {key: row for key, row in lexicon.table("harm").items() if key != "eo"} == shared().table("harm")


def test_a_broken_language_is_named_with_its_line(folder):
    """A mistake in a language's file says the line in that file, not in the section it stands in."""
    (folder / "languages" / "fr.toml").write_text(
        'name = "French"\n\n[roles]\nun = ["ONU"]\n\n[harm]\nbe = [,]\n', encoding="utf-8"
    )
    with pytest.raises(LexiconError, match=r"fr\.toml:7: is not valid TOML"):
        Lexicon(folder).table("harm")


@pytest.mark.parametrize(
    ("section", "key"),
    [("[roles]\npeacekeper = []", "peacekeper"), ("[roles.un]\nkind = []", "kind"), ("[roles.un]\nx.y = []", "x")],
)
def test_words_for_what_is_not_defined_are_refused(folder, section, key):
    """A language cannot speak of a concept that no table defines: the file and the key are named."""
    (folder / "languages" / "fr.toml").write_text(f'name = "French"\n\n{section}\n', encoding="utf-8")
    with pytest.raises(LexiconError, match=rf"fr\.toml: \[roles\].*{key}"):
        Lexicon(folder)


def test_a_country_without_all_its_cells_is_named(folder):
    """A line of the table of names that lost a cell is named with its number."""
    path = folder / "countries.tsv"
    path.write_text("# names\ncode\ten\tfr\nML\tMali\tMali\nTD\tChad\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"countries\.tsv: line 4 has 1 cells, not 2"):
        _ = Lexicon(folder).country_names


def test_close_languages_come_in_the_order_of_precedence():
    """Where two languages explain a text equally well the first of the tables is taken: Norwegian before Danish."""
    order = list(shared().table("harm"))
    assert order[0] == "en"
    assert order.index("no") < order.index("da")
    assert order.index("ru") < order.index("uk")


def test_the_mark_of_adjectives_is_no_country():
    """The mark of a theatre's adjectives cannot be mistaken for a code."""
    assert f"XX{PEOPLE_SUFFIX}" not in shared().countries
