"""What a watch.toml may say, and how its mistakes are named."""

from pathlib import Path

import pytest

from seeds.lexicon.files import LexiconError
from seeds.relevance.typos import misspellings
from seeds.watchfile import parse_watchfile

GOOD = 'title = "T"\nmission = "M"\n'


def test_the_shipped_watches_are_right():
    """Every watch.toml in the repository reads without a mistake."""
    for path in (Path(__file__).resolve().parents[1] / "seeds" / "watches").glob("*/watch.toml"):
        assert parse_watchfile(path.read_text(encoding="utf-8"), str(path))["mission"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('mission = "M"\n', r"w\.toml:1: title is missing"),
        (GOOD + "treshold = 0.4\n", r"w\.toml:3: treshold is no setting of a watch"),
        (GOOD + "threshold = 4\n", r"w\.toml:3: threshold is not a number from 0 to 1"),
        (GOOD + "threshold = true\n", r"w\.toml:3: threshold is not"),
        (GOOD + 'block = "x"\n', r"w\.toml:3: block is not a list of texts"),
        (GOOD + 'allow = [""]\n', r"w\.toml:3: allow is not a list of texts"),
        (GOOD + 'resolutions = ["2690"]\n', r"w\.toml:3: resolutions is not a list of numbers"),
        (GOOD + "\n[people]\nA = 3\n", r"w\.toml:4: people is not a table"),
        (GOOD + '\n[doubtful]\nar = "perhaps"\n', r"w\.toml:4: doubtful is not a table"),
        (GOOD + "allow = [\n", r"w\.toml:3: "),
    ],
)
def test_mistakes_are_named_by_file_and_line(text, message):
    """A setting that is missing, unknown or of the wrong shape is named with its line."""
    with pytest.raises(LexiconError, match=message):
        parse_watchfile(text, "w.toml")


def test_slips_of_the_pen():
    """One letter too few, too many, another or swapped with any other; the acronym itself is no slip."""
    slips = misspellings("MINUSMA")
    assert {"MINSUMA", "MUNISMA", "MINUSNA", "MINUSUMA", "MINUMSA", "MINUSM", "MINUSMAA"} <= set(slips)
    assert "MINUSMA" not in slips
