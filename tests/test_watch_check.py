"""What is wrong in the folder of a watch, as `check` names it."""

from __future__ import annotations

import pytest

from seeds.watchcheck import watch_mistakes

WATCH = 'title = "A"\nmission = "MINUSMA"\ntheatre = "ML"\n'
PLACE = '[[place]]\nname = "A"\nkind = "town"\nregion = "B"\nat = [1.5, 2]\n'


@pytest.fixture
def folder(tmp_path):
    """A watch without a mistake."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "watch.toml").write_text(WATCH)
    (tmp_path / "gazetteer.toml").write_text(PLACE)
    (tmp_path / "documents" / "a.md").write_text("---\ntitle: A\nlanguage: en\n---\nText.\n")
    assert watch_mistakes(tmp_path) == ()
    return tmp_path


def test_countries_must_be_known(folder):
    """The theatre's code and those of the neighbours, each with its line; small letters get the large ones."""
    (folder / "watch.toml").write_text(WATCH.replace('"ML"', '"ml"') + 'apart = ["FR", "XX"]\n')
    assert watch_mistakes(folder) == (
        f"{folder}/watch.toml:3: theatre 'ml' is no country's code of ISO 3166-1 (did you mean ML?)",
        f"{folder}/watch.toml:4: apart 2 'XX' is no country's code of ISO 3166-1",
    )


@pytest.mark.parametrize("at", ["[91, 2]", "[1, -181]", "[1]", '["1", 2]', "[nan, 2]", "[true, 2]", "3"])
def test_places_must_be_on_the_globe(folder, at):
    """Latitude and longitude in degrees, and nothing else."""
    (folder / "gazetteer.toml").write_text(PLACE + PLACE.replace("[1.5, 2]", at))
    (line,) = watch_mistakes(folder)
    assert line.startswith(f"{folder}/gazetteer.toml:10: place 2 at should be latitude")


def test_every_document_that_cannot_be_read_is_named(folder):
    """Without front matter, or not UTF-8: all of them, in either folder of texts."""
    (folder / "documents" / "b.md").write_text("Text.\n")
    (folder / "documents" / "c.txt").write_bytes(b"a\n\xe9")
    (folder / "near_misses").mkdir()
    (folder / "near_misses" / "d.md").write_text("---\ntitle: A\n---\n")
    found = watch_mistakes(folder)
    assert [line.replace(f"{folder}/", "").split(": ")[0] for line in found] == [
        "documents/b.md:1", "documents/c.txt:2", "near_misses/d.md:1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["watch.toml", "gazetteer.toml"])
@pytest.mark.parametrize("data", [b"\xff\xfea\x00", b"a = '\xe9'", b"a = x\n"])
def test_a_file_that_is_no_toml_is_named_once_with_its_line(folder, name, data):
    """Whichever, and whatever it is instead."""
    (folder / name).write_bytes(data)
    (line,) = watch_mistakes(folder)
    assert line.startswith(f"{folder}/{name}:1: is not valid TOML: ")
