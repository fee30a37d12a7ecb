"""What the lexicon knows of each language: nothing is half known in silence."""

import re

import pytest

from seeds.lexicon.files import BY_CONCEPT, BY_LANGUAGE, FOLDER, LanguageFiles, read_table
from tests.coverage import NONE, PART, SUBJECTS, TARGET, known_of, languages, levels, meaning, table
from tests.fact_kit import facts

FILES = languages()
ABOUT = ["name", "like", "missing", "partly"]
ORDER = [
    *ABOUT, "roles", "others", "adjectives", "names", "tiers", "harm", "numbers", "months", "scene", "attacks",
    "topics", "documents", "symbols", "boilerplate", "affixes",
]  # fmt: skip
README = (FOLDER / "languages" / "README.md").read_text(encoding="utf-8")


def keys(section):
    """All keys of a section, those of its tables too."""
    for key, value in section.items():
        yield key
        if isinstance(value, dict):
            yield from keys(value)


def test_the_table_stands_in_the_lexicon():
    """`seeds/lexicon/COVERAGE.md` is what the files say; `make coverage` writes it anew."""
    print(table())
    assert TARGET.read_text(encoding="utf-8") == table()


@pytest.mark.parametrize("code", sorted(FILES))
def test_a_language_says_what_it_lacks(code):
    """A subject without words is declared `missing`, one with too few `partly`, unless another language stands in."""
    file = FILES[code]
    known = levels(file)
    declared = {level: {name for name, found in known.items() if found == level} for level in (NONE, PART)}
    if "like" in file:
        assert file["like"] in FILES
        declared[NONE] = set()
    assert set(file.get("missing", ())) == declared[NONE]
    assert set(file.get("partly", ())) == declared[PART]


@pytest.mark.parametrize("code", sorted(FILES))
def test_a_language_holds_nothing_that_nobody_reads(code):
    """Every section is one that the lexicon reads, and every key of the sections without a table is explained."""
    file = FILES[code]
    assert file["name"]
    assert file.keys() <= BY_LANGUAGE | BY_CONCEPT | set(ABOUT)
    for name in ("harm", "months", "numbers", "scene"):
        assert [key for key in keys(file.get(name, {})) if not key.isdigit() and f"`{key}`" not in README] == []
    assert [key for key in file.get("affixes", {}) if f"`{key}`" not in README] == []


@pytest.mark.parametrize("code", sorted(FILES))
def test_all_files_are_sorted_alike(code):
    """Sections come in one order, concepts as in their table, countries by their code."""
    file = FILES[code]
    assert list(file) == [name for name in ORDER if name in file]
    for name in ("roles", "others", "attacks", "topics"):
        defined = list(read_table(FOLDER / f"{name}.toml"))
        assert list(file.get(name, {})) == [key for key in defined if key in file.get(name, {})]
    for name in ("adjectives", "names"):
        assert list(file.get(name, {})) == sorted(file.get(name, {}))


@pytest.mark.parametrize("name", sorted(BY_LANGUAGE | BY_CONCEPT))
def test_a_section_is_cut_out_as_it_stands(name):
    """Reading one section of the files gives what reading the whole files gives, as often as it is asked for."""
    read = LanguageFiles(FOLDER)
    whole = {code: file[name] for code, file in FILES.items() if name in file}
    assert read.section(name) == whole
    assert read.section(name) == whole


def test_a_language_with_gaps_says_what_follows():
    """Lithuanian is flagged and never counted, Persian counted without markers of its own, English lacks nothing."""
    said = {code: meaning(known_of(code, FILES)) for code in FILES}
    assert said["en"] == "all"
    assert said["lt"] == "flagged, never counted"
    assert "tiered by facts and dates alone" in said["fa"]
    assert sum(value == "all" for value in said.values()) >= 17


def test_a_language_read_like_another_is_counted_by_its_words():
    """Malay has no words of harm of its own: Indonesian's count its dead, as the table says."""
    assert "harm" not in FILES["ms"]
    assert known_of("ms", FILES)["harm"] == "full"
    text = "Tiga tentara tewas dalam serangan di Kidal."
    assert facts(text, language="ms").tolls
    assert facts(text, language="ms").tolls == facts(text, language="id").tolls


def test_every_subject_has_its_column():
    """The table shows a column for each subject and a row for each language."""
    rows = [line for line in TARGET.read_text(encoding="utf-8").splitlines() if re.match(r"\| [a-z]{2} \|", line)]
    assert [row.split("|")[1].strip() for row in rows] == sorted(FILES)
    assert all(len(row.split("|")) == len(SUBJECTS) + 6 for row in rows)
