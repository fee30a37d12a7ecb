"""The set-up of the environment: what it says while it works, and when a step fails."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def script():
    described = importlib.util.spec_from_file_location("environment", ROOT / ".ci" / "environment.py")
    loaded = importlib.util.module_from_spec(described)
    described.loader.exec_module(loaded)
    loaded.IN_LOG = 0.1
    return loaded


def program(text):
    return [sys.executable, "-c", text]


def test_a_step_says_what_it_is_how_far_it_is_and_how_long_it_took(script, capsys):
    """One line before, one after, and signs of life between; what the step itself prints stays out."""
    slow = "import time; print('Collecting a', flush=True); time.sleep(0.5); print('noise')"
    script.run("1/1 something", program(slow), lambda said: script.packages(said, 2))
    first, *between, last = capsys.readouterr().out.splitlines()
    assert first == "  1/1 something …"
    assert between and re.fullmatch(r" +1 of 2 fetched \d s", between[-1])
    assert re.fullmatch(r" +done in \d s", last)


def test_a_step_that_fails_says_why_and_ends_it(script, capsys):
    """The words of the program are shown then, and the status is that of a failure."""
    with pytest.raises(SystemExit) as ended:
        script.run("2/3 the packages", program("print('no such index'); raise SystemExit(3)"))
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "no such index" in said
    assert said.endswith("This step failed: 2/3 the packages\n")


def test_the_installer_is_followed_by_its_own_words(script):
    """It counts what it collects, and then unpacks it for a while without a word."""
    said = ["Collecting a\n", "  Downloading a.whl\n", "Collecting b\n"]
    assert script.packages(said, 9) == "2 of 9 fetched"
    assert script.packages([*said, "Installing collected packages: a, b\n"], 9) == "all fetched, unpacking"


def test_make_sets_up_with_it():
    """Nothing else of the environment's making is left in the Makefile, and no step is quiet."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "$(PYTHON) .ci/environment.py $(VENV)" in makefile
    assert "pip install" not in makefile and "--quiet" not in (ROOT / ".ci" / "environment.py").read_text("utf-8")
