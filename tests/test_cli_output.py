"""What the commands do when what they print finds no room, and when a number is absurdly long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.cli.jsonlines import loaded
from config.toml import read_toml

ROOT = Path(__file__).resolve().parents[1]
FULL = Path("/dev/full")
LONG = "1" * 5000


@pytest.mark.slow
@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("command", ["classify", "explain abc", "feeds list", "check", "--version", "classify --help"])
def test_a_full_disk_is_one_sentence(command):
    """Standard output takes nothing more: a line says so, the status is 1, and there is no trace."""
    with FULL.open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "bot", *command.split()],
            input='{"title": "x"}\n', stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=30, check=False,
            env={**os.environ, "BLUEHELM_POLL__CONTACT": "https://desk.un.org/bot"},
        )  # fmt: skip
    assert (ended.stderr, ended.returncode) == ("The output cannot be written (No space left on device).\n", 1)


def test_another_fault_of_the_system_keeps_its_name(monkeypatch):
    """Only a lack of room is said like that: what else goes wrong with a file is not blamed on the output."""

    def broken(*_):
        raise FileNotFoundError(2, "No such file or directory", "gone.toml")

    monkeypatch.setattr("bot.cli.classify.watch_or_exit", broken)
    assert isinstance(CliRunner().invoke(main, ["classify"], input="{}").exception, FileNotFoundError)


def test_a_number_that_is_too_long_is_said_in_our_words():
    """In JSON and in TOML, with the line; Python would name a setting of its own."""
    with pytest.raises(ValueError, match=r"^a number of 5,000 digits is too long$"):
        loaded(f'{{"title": "x", "id": -{LONG}}}')
    with pytest.raises(ValueError, match=r"^A number has more than 4,300 digits$") as caught:
        read_toml(f"a = 1\nb = {LONG}\n")
    assert caught.value.line == 2
    assert loaded(f'{{"id": {LONG[:4300]}}}')["id"] == int(LONG[:4300])
    with pytest.raises(ValueError, match=r"^It is nested too deeply$"):
        read_toml("a = " + "[" * 100_000)


@pytest.mark.parametrize("file", ["bluehelm.toml", "feeds.toml"])
def test_the_check_names_the_file_with_the_long_number(tmp_path, file):
    """The settings and the catalogue alike: one line, no trace."""
    (tmp_path / "feeds.toml").write_text('[[feed]]\nname = "A"\nurl = "https://a.example/"\nlanguage = "en"\n')
    (tmp_path / "bluehelm.toml").write_text('feeds = "feeds.toml"\n[[watch]]\nname = "minusma"\n')
    with (tmp_path / file).open("a") as opened:
        opened.write(f"interval = {LONG}\n")
    ended = CliRunner().invoke(main, ["check", "--config", str(tmp_path / "bluehelm.toml")])
    assert ended.exit_code == 2
    [line] = [line for line in ended.stderr.splitlines() if "digits" in line]
    number = {"bluehelm.toml": 4, "feeds.toml": 5}[file]
    assert line == f"{tmp_path / file}:{number}: is not valid TOML: A number has more than 4,300 digits"
