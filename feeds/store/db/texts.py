"""The lines in which the first release kept what changed in a story, read back as data. Pure."""

from __future__ import annotations

import re

from feeds.model import ChangeKind

Parts = tuple[ChangeKind, int | str | None, int | str | None]

_NUMBER = r"(\d{1,18})"
_FORMS: tuple[tuple[re.Pattern[str], ChangeKind], ...] = (
    (re.compile(rf"killed {_NUMBER} → {_NUMBER}"), ChangeKind.KILLED),
    (re.compile(rf"injured {_NUMBER} → {_NUMBER}"), ChangeKind.INJURED),
    (re.compile(rf"(){_NUMBER} killed"), ChangeKind.KILLED),
    (re.compile(rf"(){_NUMBER} injured"), ChangeKind.INJURED),
    (re.compile("()()confirmed by the UN"), ChangeKind.OFFICIAL),
    (re.compile("()second publisher: (.+)", re.DOTALL), ChangeKind.SECOND_PUBLISHER),
    (re.compile("()also reported by (.+)", re.DOTALL), ChangeKind.PUBLISHER),
    (re.compile("()place: (.+)", re.DOTALL), ChangeKind.PLACE),
    (re.compile("()now (incident|decision|follow-up|background|commemoration)"), ChangeKind.TIER),
    (re.compile(rf"()merged with story {_NUMBER}"), ChangeKind.MERGED),
    (re.compile(rf"split from story {_NUMBER}()"), ChangeKind.SPLIT),
    (re.compile(rf"()one source moved to story {_NUMBER}"), ChangeKind.MOVED),
)
_COUNTED = {ChangeKind.KILLED, ChangeKind.INJURED, ChangeKind.MERGED, ChangeKind.SPLIT, ChangeKind.MOVED}


def parts_of(text: str) -> Parts:
    """The kind of a change with its old and new value; an unknown line is a TEXT that says itself."""
    for pattern, kind in _FORMS:
        if found := pattern.fullmatch(text):
            old, new = (_value(kind, value) for value in found.groups())
            return kind, old, new
    return ChangeKind.TEXT, None, text


def _value(kind: ChangeKind, text: str) -> int | str | None:
    if not text:
        return None
    if kind is ChangeKind.TIER:
        return text.replace("-", "_")
    return int(text) if kind in _COUNTED else text
