"""The lines of earlier versions, what changed in a story and why something went wrong, read back as data. Pure."""

from __future__ import annotations

import re

from feeds.model import Cause, CauseKind, ChangeKind

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


_MORE = r"(?: \((?P<text>.+)\))?\."
_CAUSES: tuple[tuple[re.Pattern[str], CauseKind], ...] = tuple(
    (re.compile(form, re.DOTALL), kind)
    for form, kind in (
        ("a newer edit says it", CauseKind.NEWER_EDIT),
        ("its alert was rejected", CauseKind.ALERT_REJECTED),
        ("its alert is not there", CauseKind.ALERT_MISSING),
        ("it is told there as (?P<name>.+)", CauseKind.TOLD_AS),
        ("nobody asks for it there any more", CauseKind.UNWANTED),
        ("the channel was removed", CauseKind.CHANNEL_REMOVED),
        ("the channel is no longer configured", CauseKind.CHANNEL_UNKNOWN),
        (r"story (?P<younger>\d{1,18}) was merged into story (?P<elder>\d{1,18})", CauseKind.STORY_MERGED),
        ("stopped before it was tried", CauseKind.STOPPED),
        (r"no answer within (?P<seconds>\d{1,9}) s", CauseKind.SLOW),
        ("a fault of the program; the log has it", CauseKind.FAULT),
        (r"(?P<transport>\w+) is not running", CauseKind.NOT_RUNNING),
        (r"(?P<transport>\w+) cannot edit what was posted", CauseKind.NO_EDITS),
        (r"(?P<service>\w+) is not connected", CauseKind.NOT_CONNECTED),
        (r"(?P<service>\w+) allows no more edits of this message for now", CauseKind.EDITS_SPENT),
        (
            r"(?P<service>\w+) answered (?P<status>\d{1,9})(?: \((?P<code>[1-9]\d{0,8})\))?(?:: (?P<text>.+))?",
            CauseKind.ANSWERED,
        ),
        ("no answer(?:: (?P<text>.+))?", CauseKind.NO_ANSWER),
        (r"the connection was closed \((?P<error>.+)\)", CauseKind.CLOSED),
        ("the message was deleted", CauseKind.MESSAGE_DELETED),
        ("the channel is gone", CauseKind.CHANNEL_GONE),
        ("the server is gone", CauseKind.SERVER_GONE),
        ("the bot may not see the channel", CauseKind.NOT_SEEN),
        (r"the bot lacks a permission there \(.+\)", CauseKind.NOT_PERMITTED),
        ("the bot is not authorised there", CauseKind.NOT_AUTHORISED),
        ("this kind of channel takes no messages", CauseKind.WRONG_CHANNEL),
        (f"Reading it took more computing than anything honest needs{_MORE}", CauseKind.CPU),
        (f"Reading it did not come to an end in time{_MORE}", CauseKind.TIME),
        (f"Reading it took more memory than anything honest needs{_MORE}", CauseKind.MEMORY),
        (f"Reading it ended the reading process{_MORE}", CauseKind.CRASH),
        (f"Reading it met a fault of ours{_MORE}", CauseKind.READING_FAULT),
    )
)
_NUMBERS = {"younger", "elder", "seconds", "status", "code"}


def cause_of_text(text: str) -> Cause:
    """The cause that an earlier version wrote as a line; an unknown line is a TEXT that says itself."""
    for pattern, kind in _CAUSES:
        if found := pattern.fullmatch(text):
            given = {name: value for name, value in found.groupdict().items() if value is not None}
            return Cause(kind, {name: int(value) if name in _NUMBERS else value for name, value in given.items()})
    return Cause(CauseKind.TEXT, {"text": text})
