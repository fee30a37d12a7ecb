"""`bluehelm replay`: which items another pattern set gains and loses, from the archive or from a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.cli.replay import Judgeable, compare
from feeds.store import Store
from seeds.model import Document
from seeds.watch import assemble, load_watch, read_patterns
from tests.store_kit import NOW, entry, plan, reading

FOLDER = Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma"
ITEMS = (
    ("UN peacekeepers killed in Mali\x1b[2J", "Two soldiers died in an ambush in the north."),
    ("MINUSMA mandate renewed", "The Security Council voted."),
    ("Storm on the coast of Norway", "Trees fell on the road."),
)


def pattern_file(folder: Path, name: str, **weights: float) -> Path:
    """The watch's own patterns with some of the model's weights changed."""
    known = read_patterns(FOLDER / "patterns.toml")
    path = folder / name
    path.write_text(replace(known, weights={**known.weights, **weights}).dump(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Items as a file, the watch's own patterns, and a set to which no role counts, only the explicit name."""
    place = tmp_path_factory.mktemp("replay")
    pattern_file(place, "same.toml")
    pattern_file(place, "deaf.toml", bias=-60.0)
    rows = [{"id": f"i{n}", "title": title, "summary": summary} for n, (title, summary) in enumerate(ITEMS)]
    (place / "items.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def told(folder):
    """What a replay of the items with the deaf set prints."""
    return run(folder / "deaf.toml", "--items", folder / "items.jsonl")


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["replay", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.output


def test_it_lists_what_would_be_lost(told):
    """An item that only today's patterns flag is listed with both scores and counted."""
    lost = [line for line in told.splitlines() if line.startswith("-")]
    assert len(lost) == 1
    assert "UN peacekeepers killed in Mali" in lost[0]
    assert "→" in lost[0]
    assert "3 items read" in told
    assert "0 gained, 1 lost, 0 moved" in told


def test_a_title_cannot_drive_the_terminal(told):
    """Control characters of a title are not passed on to the operator's screen."""
    assert "[2J" in told
    assert "\x1b" not in told


def test_the_same_patterns_change_nothing(folder):
    """Replaying what is in force already gains and loses nothing."""
    out = run(folder / "same.toml", "--items", folder / "items.jsonl")
    assert out.splitlines()[-1].startswith("3 items read")
    assert "0 gained, 0 lost, 0 moved" in out


def test_the_archive_is_replayed_and_left_alone(folder, tmp_path):
    """Everything stored is judged again, read only; for scripts each change is one object with both verdicts."""
    archive = tmp_path / "archive.db"
    with Store(archive) as store:
        entries = [entry(n, title, summary=summary) for n, (title, summary) in enumerate(ITEMS, 1)]
        store.commit(plan(*(replace(reading(n), entry=one) for n, one in enumerate(entries, 1))), NOW)
    before = archive.read_bytes()
    (row,) = map(json.loads, run(folder / "deaf.toml", "--db", archive, "--json").splitlines())
    assert row["change"] == "lost"
    assert row["id"] == "1"
    assert row["published"] == NOW.date().isoformat()
    assert row["before"]["relevant"] is True
    assert row["after"] == {"relevant": False, "score": row["after"]["score"], "tier": None}
    assert archive.read_bytes() == before


def test_gains_are_the_mirror_of_losses(folder):
    """What one direction loses the other gains."""
    current, other = load_watch(FOLDER), assemble(FOLDER, read_patterns(folder / "deaf.toml"))
    items = [Judgeable(str(n), Document(title, summary, "en")) for n, (title, summary) in enumerate(ITEMS)]
    lost = [change.item.id for change in compare(items, current, other, NOW) if change and change.kind == "lost"]
    gained = [change.item.id for change in compare(items, other, current, NOW) if change and change.kind == "gained"]
    assert lost == gained == ["0"]


def test_a_broken_pattern_set_is_refused_with_its_line(folder, tmp_path):
    """A pattern that cannot be used ends the replay with one line that names file and line."""
    path = tmp_path / "broken.toml"
    path.write_text('# mine\n[[pattern]]\ntext = "NOT FOLDED"\n', encoding="utf-8")
    out = run(path, "--items", folder / "items.jsonl", status=2)
    assert out.startswith(f"{path}:2: ")
    assert len(out.splitlines()) == 1


def test_a_bad_line_is_named(folder, tmp_path):
    """A line of the items that is no item ends the replay with its number."""
    path = tmp_path / "bad.jsonl"
    path.write_text('{"title": 3}\n', encoding="utf-8")
    assert "bad.jsonl:1" in run(folder / "same.toml", "--items", path, status=1)


def test_a_missing_archive_is_one_line(folder, tmp_path):
    """Without a database there is nothing to replay, and that is said plainly."""
    out = run(folder / "same.toml", "--db", tmp_path / "none.db", status=1)
    assert len(out.strip().splitlines()) == 1
