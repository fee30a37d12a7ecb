"""What the papers say that a start prints, as patterns."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SECTION = re.compile(r"^## What it says at first\n(.+?)^## ", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (`.+?) \| .+ \|$", re.MULTILINE)


@cache
def explained():
    """A pattern for each line that the table of the start explains: "…" is anything, a number any number."""
    rows = [told for row in _ROW.findall(_section()) for told in re.findall("`(.+?)`", row)]
    assert len(rows) > 10
    return [re.compile(_loose(row)) for row in rows if row != "warning:"]  # that of what `check` calls a mistake


def unexplained(lines):
    """The lines that no row of the table speaks of."""
    return [line for line in lines if not any(pattern.match(line) for pattern in explained())]


def kinds_told():
    """The kinds of messages that the table names beside the line that each message gets."""
    return re.findall("`(.+?)`", _section().partition("A line begins with the kind:")[2].partition("\n")[0])


def _section():
    (found,) = _SECTION.findall((ROOT / "docs" / "operators.md").read_text("utf-8"))
    return found


def _any(words):
    return f"(?:{'|'.join(words)})"


def _loose(row):
    text = ".*".join(map(re.escape, row.split("…")))
    if row.startswith("alert"):
        return re.sub(r"\balerts|[0-9a-f]{12}", r"\\w+", text).replace("alert", _any(kinds_told()), 1)
    return re.sub(r"\d+", r"\\d+", text)
