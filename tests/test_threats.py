"""SECURITY.md: every threat names tests, and they are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/test_\w+\.py)(?:::(\w+))?`")


def defined(path):
    """The functions of a module."""
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if hasattr(node, "name")}


def test_every_test_that_is_named_is_there():
    """None was renamed or dropped without a look at the threat."""
    found = NAMED.findall(TEXT)
    assert len(found) > 30
    missing = [
        f"{file}::{name}"
        for file, name in found
        if not (ROOT / file).is_file() or (name and name not in defined(ROOT / file))
    ]
    assert missing == []


def test_every_threat_names_one():
    """A line without a test is a hope."""
    threats = TEXT[TEXT.index("## What may happen") : TEXT.index("## What does not hold")]
    lines = [re.sub(r"\s+", " ", one) for one in re.findall(r"^- .*?(?=^- |^#|\Z)", threats, re.MULTILINE | re.DOTALL)]
    assert len(lines) > 25
    assert [line for line in lines if not NAMED.search(line)] == []


def test_everybody_who_may_do_harm_is_in_it():
    """Feeds, pages, members, managers, operators, the machine, Discord; what they are trusted with; how to report."""
    for word in ("feeds and pages", "members", "managers", "operator", "the machine", "Discord", "## To report"):
        assert word in TEXT
