"""`bluehelm replay`: which items another pattern set gains and loses, from the archive or from a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.cli.replay import Item, compare
from feeds.store import Store
from seeds.model import Document
from seeds.watch import assemble, load, read_patterns
from tests.store_kit import NOW, entry, plan, reading

FOLDER = Path(__file__).resolve().parents[1] / "seeds" / "minusma"
ITEMS = (
    ("UN peacekeepers killed in Mali", "Two soldiers died in an ambush in the north."),
    ("MINUSMA mandate renewed", "The Security Council voted."),
    ("Storm on the coast of Norway", "Trees fell on the road."),
)


def pattern_file(folder: Path, **weights: float) -> Path:
    """The watch's own patterns with some of the model's weights changed."""
    known = read_patterns(FOLDER / "patterns.toml")
    path = folder / "other.toml"
    path.write_text(replace(known, weights={**load(FOLDER).judge.model.weights, **weights}).dump(), encoding="utf-8")
    return path


@pytest.fixture
def deaf(tmp_path):
    """A pattern set to which no role counts: only the explicit name is left."""
    return pattern_file(tmp_path, bias=-60.0)


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "items.jsonl"
    rows = [{"id": f"i{n}", "title": title, "summary": summary} for n, (title, summary) in enumerate(ITEMS)]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    return path


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "archive.db"
    with Store(path) as store:
        readings = [
            replace(reading(n), entry=entry(n, title, summary=summary)) for n, (title, summary) in enumerate(ITEMS, 1)
        ]
        store.commit(plan(*readings), NOW)
    return path


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["replay", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.output


def test_the_same_patterns_change_nothing(lines, tmp_path):
    """Replaying what is in force already gains and loses nothing."""
    out = run(pattern_file(tmp_path), "--items", lines)
    assert out.splitlines()[-1].startswith("3 items read")
    assert "0 gained, 0 lost, 0 moved" in out


def test_it_lists_what_would_be_lost(lines, deaf):
    """An item that only today's patterns flag is listed with both scores and counted."""
    out = run(deaf, "--items", lines)
    lost = [line for line in out.splitlines() if line.startswith("-")]
    assert len(lost) == 1
    assert "UN peacekeepers killed in Mali" in lost[0]
    assert "0 gained, 1 lost, 0 moved" in out


def test_the_archive_is_replayed(archive, deaf):
    """Everything stored is judged again, read only, whatever was decided when it came in."""
    before = archive.read_bytes()
    out = run(deaf, "--db", archive)
    assert "3 items read" in out
    assert "1 lost" in out
    assert archive.read_bytes() == before


def test_changes_come_as_json_too(lines, deaf):
    """For scripts each change is one object with the verdicts before and after."""
    (row,) = map(json.loads, run(deaf, "--items", lines, "--json").splitlines())
    assert row["change"] == "lost"
    assert row["id"] == "i0"
    assert row["before"]["relevant"] is True
    assert row["after"] == {"relevant": False, "score": row["after"]["score"], "tier": None}


def test_gains_are_the_mirror_of_losses(deaf):
    """What one direction loses the other gains."""
    current, other = load(FOLDER), assemble(FOLDER, read_patterns(deaf))
    items = [Item(str(n), Document(title, summary, "en")) for n, (title, summary) in enumerate(ITEMS)]
    lost = [change.item.id for change in compare(items, current, other, NOW) if change and change.kind == "lost"]
    gained = [change.item.id for change in compare(items, other, current, NOW) if change and change.kind == "gained"]
    assert lost == gained == ["0"]


def test_a_broken_pattern_set_is_refused_with_its_line(tmp_path, lines):
    """A pattern that cannot be used ends the replay with one line that names file and line."""
    path = tmp_path / "broken.toml"
    path.write_text('[[pattern]]\ntext = "NOT FOLDED"\n', encoding="utf-8")
    out = run(path, "--items", lines, status=2)
    assert f"{path}:1" in out
    assert "Traceback" not in out


def test_a_bad_line_is_named(tmp_path, deaf):
    """A line of the items that is no item ends the replay with its number."""
    path = tmp_path / "bad.jsonl"
    path.write_text('{"title": "fine"}\n{"title": 3}\n', encoding="utf-8")
    assert "bad.jsonl:2" in run(deaf, "--items", path, status=1)


def test_a_missing_archive_is_one_line(tmp_path, deaf):
    """Without a database there is nothing to replay, and that is said plainly."""
    out = run(deaf, "--db", tmp_path / "none.db", status=1)
    assert "Traceback" not in out
    assert len(out.strip().splitlines()) == 1


def test_a_title_cannot_drive_the_terminal(tmp_path, deaf):
    """Control characters of a title are not passed on to the operator's screen."""
    path = tmp_path / "evil.jsonl"
    path.write_text(json.dumps({"title": "UN peacekeepers killed in Mali\x1b[2J"}) + "\n", encoding="utf-8")
    assert "\x1b" not in run(deaf, "--items", path)
