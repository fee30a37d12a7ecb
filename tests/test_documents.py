"""Seed documents and near misses as files."""

import hashlib
from pathlib import Path

import pytest

from seeds.learning.documents import read_folder
from seeds.lexicon.files import LexiconError
from tests.shared import SHARED, needs_shared

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma"


def guess(text):
    return "xx"


def test_front_matter_is_read(tmp_path):
    """Title, language and further facts come from the front matter, quotes taken off."""
    (tmp_path / "a.md").write_text(
        '---\ntitle: "One: two"\nlanguage: fr\ndate: 2021-02-10\n---\nText.\n', encoding="utf-8"
    )
    (one,) = read_folder(tmp_path, guess)
    assert (one.id, one.title, one.language, one.text) == ("a", "One: two", "fr", "Text.")
    assert dict(one.facts)["date"] == "2021-02-10"


def test_plain_text_is_read(tmp_path):
    """A .txt file has its title in the first line; its language is guessed; other files are left alone."""
    (tmp_path / "b.txt").write_text("Title\nText.", encoding="utf-8")
    (tmp_path / "c.pdf").write_bytes(b"%PDF")
    (one,) = read_folder(tmp_path, guess)
    assert (one.title, one.text, one.language) == ("Title", "Text.", "xx")


def test_an_absent_folder_is_empty(tmp_path):
    """A watch without near misses has none."""
    assert read_folder(tmp_path / "none", guess) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no front matter", r"a\.md:1: the front matter"),
        ("---\ntitle: x\n", r"a\.md:1: the front matter"),
        ("---\ntitle: x\n---\ny", r"a\.md:1: the front matter lacks language"),
        ("---\ntitle: x\nnonsense\n---\ny", r"a\.md:3: 'nonsense'"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, text, message):
    """What is wrong with a document is said with file and line."""
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        read_folder(tmp_path, guess)


def test_the_briefs_say_what_they_restate():
    """Each of the five briefs has publisher, date, language and the hash of its original."""
    briefs = [dict(sample.facts) for sample in read_folder(SEEDS / "documents", guess)]
    assert len(briefs) == 5
    for brief in briefs:
        assert {"publisher", "date", "language", "title", "sha256"} <= set(brief)
        assert len(brief["sha256"]) == 64


@needs_shared
def test_the_hashes_are_those_of_the_originals():
    """The briefs restate exactly the seed documents."""
    originals = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (SHARED / "seeds").glob("*.txt")}
    assert {dict(sample.facts)["sha256"] for sample in read_folder(SEEDS / "documents", guess)} == originals
