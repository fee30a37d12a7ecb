"""The files of weights: each is looked at before anything is read with them, and a mistake is one plain line."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from seeds import weights
from seeds.learning.written import write_together


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the weights, in use; what was read of the shipped ones is forgotten before and after."""
    folder = tmp_path / "weights"
    shutil.copytree(weights.WEIGHTS, folder)
    monkeypatch.setattr(weights, "WEIGHTS", folder)
    for read in (weights._read_weights, weights._read_rows):
        read.cache_clear()
    yield folder
    for read in (weights._read_weights, weights._read_rows):
        read.cache_clear()


def ran(*arguments, text=""):
    return CliRunner().invoke(main, list(map(str, arguments)), input=text)


def test_the_shipped_weights_can_be_used(copied):
    """Every file of weights is known to the check, and none has a mistake."""
    assert weights.weights_mistakes() == ()
    assert {path.stem for path in copied.glob("*.toml")} == set(weights._FILES)


@pytest.mark.parametrize("name", ["tiers", "tolls", "words", "stories"])
@pytest.mark.parametrize("text", ["garbage [[", "", "killed = 1", '[weights]\nkilled = "x"', None])
def test_weights_that_cannot_be_used_stop_nothing_half_way(copied, name, text):
    """`check` names the file, and `classify` says so before the first item instead of ending at one."""
    path = copied / f"{name}.toml"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    found = ran("check")
    assert found.exit_code == 2
    assert f"{name}.toml: cannot be used (" in found.output
    judged = ran("classify", text=json.dumps({"title": "MINUSMA in Mali"}) + "\n")
    assert judged.exit_code == 2
    assert judged.stdout == ""
    assert judged.stderr.startswith(str(path)) and judged.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no labelled items"),
        ('{"id": "a", "title": "b"}\n', "a.jsonl:1: lang is missing"),
        ("[1]\n", "a.jsonl:1: "),
    ],
)
def test_items_that_teach_nothing_change_no_weights(copied, tmp_path, text, said):
    """From files without items no weights are written: they would be those of nothing."""
    before = {path.name: path.read_bytes() for path in copied.glob("*.toml")}
    items = tmp_path / "items"
    items.mkdir()
    (items / "a.jsonl").write_text(text, encoding="utf-8")
    told = ran("learn", "--weights", items)
    assert (told.exit_code, said in told.output) == (2, True), told.output
    assert {path.name: path.read_bytes() for path in copied.glob("*.toml")} == before


def test_weights_that_cannot_be_written_are_one_plain_line(copied, monkeypatch):
    """A folder that takes no files is a mistake of the operator's, and has its name."""

    def refused(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("seeds.learning.teach.taught", lambda *_: {"tiers": "[weights]\n"})
    monkeypatch.setattr("seeds.learning.written.write_together", refused)
    told = ran("learn", "--weights")
    assert told.exit_code == 1
    assert told.output == f"{copied / 'tiers.toml'}: cannot be written (Read-only file system)\n"


def test_a_few_items_of_ones_own_do_not_overwrite_the_weights_in_use(copied, tmp_path):
    """What other items teach goes where the operator says, and nowhere else."""
    before = {path.name: path.read_bytes() for path in copied.glob("*.toml")}
    items = tmp_path / "items"
    items.mkdir()
    (items / "a.jsonl").write_text('{"id": "a", "title": "b", "lang": "en"}\n', encoding="utf-8")
    told = ran("learn", "--weights", items)
    assert (told.exit_code, "--out DIR says where" in told.output) == (2, True), told.output
    assert {path.name: path.read_bytes() for path in copied.glob("*.toml")} == before


def test_weights_are_written_all_or_none(tmp_path, monkeypatch):
    """When one file cannot be put in place, those before it are as they were, and nothing is left beside them."""
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text("old", encoding="utf-8")
    second.mkdir()  # which no file can replace
    (second / "in").touch()
    with pytest.raises(OSError, match="irectory"):
        write_together({first: "new", second: "new"})
    assert first.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.toml", "b.toml"]
    second.joinpath("in").unlink()
    second.rmdir()
    write_together({first: "new", second: "new"})
    assert (first.read_text(encoding="utf-8"), second.read_text(encoding="utf-8")) == ("new", "new")


@pytest.mark.parametrize("more", ["--weights", "--check"])
def test_two_ways_to_learn_are_not_asked_for_at_once(more):
    """--feedback goes with neither --weights nor --check; it is said in one sentence."""
    told = ran("learn", "--feedback", more)
    assert told.exit_code == 2
    assert "--feedback" in told.output and told.output.count("\n") == 1
