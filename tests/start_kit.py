"""What the papers say that a start prints, as patterns."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_ROW = re.compile(
    r"^\| (?=`(?:warning|Posting|polling|To invite|Discord:|The first|a tick|alert))(.+?) \| .+ \|$", re.MULTILINE
)


@cache
def explained():
    """A pattern for each line that the table of the start explains: "…" is anything, a number any number."""
    rows = [
        told
        for row in _ROW.findall((ROOT / "docs" / "operators.md").read_text("utf-8"))
        for told in re.findall("`(.+?)`", row)
    ]
    assert len(rows) > 10
    return [re.compile(_loose(row)) for row in rows if row != "warning:"]  # that of what `check` calls a mistake


def unexplained(lines):
    """The lines that no row of the table speaks of."""
    return [line for line in lines if not any(pattern.match(line) for pattern in explained())]


def _loose(row):
    text = ".*".join(map(re.escape, row.split("…")))
    if row.startswith("alert"):
        return re.sub(r"alert|alerts|[0-9a-f]{12}", r"\\w+", text)
    return re.sub(r"\d+", r"\\d+", text)
