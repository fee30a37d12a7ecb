"""`bluehelm learn` from the command line: a watch's folder, a folder of documents, and a check that writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
WATCH = ROOT / "seeds" / "watches" / "minusma"


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["learn", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.output


@pytest.mark.slow
def test_a_watch_folder_learns_from_its_own_documents(tmp_path):
    """A folder with a watch.toml is learned as that watch; what comes out is what is shipped."""
    out = tmp_path / "patterns.toml"

    run(WATCH, "--out", out)

    assert out.read_bytes() == (WATCH / "patterns.toml").read_bytes()


@pytest.mark.slow
def test_any_folder_of_documents_stands_in_for_the_first_watchs(tmp_path):
    """Plain documents in another folder are learned as those of the first enabled watch."""
    documents, out = tmp_path / "documents", tmp_path / "patterns.toml"
    documents.mkdir()
    for brief in (WATCH / "documents").glob("*.md"):
        (documents / brief.name).write_bytes(brief.read_bytes())

    run(documents, "--out", out)

    assert out.read_bytes() == (WATCH / "patterns.toml").read_bytes()


def test_an_empty_folder_is_one_plain_line(tmp_path):
    """There is nothing to learn from an empty folder, and it says so."""
    assert "nothing to learn from" in run(tmp_path, "--out", tmp_path / "x.toml", status=2)
    assert not (tmp_path / "x.toml").exists()


@pytest.mark.slow
def test_patterns_that_cannot_be_written_are_one_plain_line(tmp_path):
    """A folder that is not there is a mistake of the operator's, not a fault of ours."""
    out = tmp_path / "nowhere" / "patterns.toml"

    said = run(WATCH, "--out", out, status=1)

    assert said.startswith(f"{out}: cannot be used") and said.count("\n") == 1
