"""The learned patterns as a file: written the same way, read back, and refused when wrong."""

import pytest

from seeds.lexicon.files import LexiconError
from seeds.relevance.patterns import Pattern, PatternSet, parse_patterns

ROLE = Pattern("blue helmets", "role", "en", 9.27, 21.4, 4, ("a", "b"), 2, "peacekeeper")
PLAIN = Pattern("heinous", "context", "en", -0.5, -9.0, 0, (), 3)
KNOWN = PatternSet((ROLE, PLAIN), {"bias": -4.0, "role:phrase": 8.25}, {"peacekeeper": 9.27}, ("a", "b"))


def test_what_is_written_is_read_back():
    """A pattern set survives its file, its version with it."""
    read = parse_patterns(KNOWN.dump(), "patterns.toml")
    assert read == KNOWN
    assert read.version == KNOWN.version
    assert read.dump() == KNOWN.dump()


def test_the_version_changes_with_the_content():
    """Any change of what was learned gives another version."""
    other = PatternSet(KNOWN.patterns, {**KNOWN.weights, "bias": -4.1}, KNOWN.concepts, KNOWN.sources)
    assert other.version != KNOWN.version
    assert len(KNOWN.version) == 12


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "role"', 'kind = "roel"', r"patterns\.toml:\d+: kind = 'roel' is none of"),
        ('text = "heinous"', 'text = "Heinous"', r"patterns\.toml:\d+: text = 'Heinous' is not folded"),
        ("weight = 9.27", 'weight = "much"', r"patterns\.toml:\d+: weight = 'much' is of the wrong type"),
        ("weight = 9.27", "weight = inf", r"patterns\.toml:\d+: weight and z must be finite"),
        ("near = 2\n", "", r"patterns\.toml:\d+: near is missing"),
        ("near = 2", "near = 2\ncolour = 1", r"patterns\.toml:\d+: colour is no key of a pattern"),
        ('"bias" = -4.000', '"bias" = "low"', r"patterns\.toml: \[weights\] bias = 'low' is no number"),
        ('kind = "role"', "kind = role", r"patterns\.toml:\d+: is not valid TOML"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_and_line(old, new, message):
    """What cannot be used is named: file, line, and what is wrong."""
    text = KNOWN.dump()
    assert old in text
    with pytest.raises(LexiconError, match=message):
        parse_patterns(text.replace(old, new, 1), "patterns.toml")


def test_the_line_is_that_of_the_wrong_pattern():
    """The line points at the table of the pattern that is wrong, not at another."""
    text = KNOWN.dump().replace('text = "heinous"', 'text = "Heinous"')
    line = text.splitlines().index('text = "Heinous"')  # counted from 0: the table's own line, counted from 1
    with pytest.raises(LexiconError, match=rf":{line}: "):
        parse_patterns(text, "patterns.toml")
