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


_PLAIN_CAUSES = {
    "a newer edit says it": CauseKind.NEWER_EDIT,
    "its alert was rejected": CauseKind.ALERT_REJECTED,
    "its alert is not there": CauseKind.ALERT_MISSING,
    "nobody asks for it there any more": CauseKind.UNWANTED,
    "the channel was removed": CauseKind.CHANNEL_REMOVED,
    "the channel is no longer configured": CauseKind.CHANNEL_UNKNOWN,
    "stopped before it was tried": CauseKind.STOPPED,
    "a fault of the program; the log has it": CauseKind.FAULT,
    "no answer": CauseKind.NO_ANSWER,
    "the message was deleted": CauseKind.MESSAGE_DELETED,
    "the channel is gone": CauseKind.CHANNEL_GONE,
    "the server is gone": CauseKind.SERVER_GONE,
    "the bot may not see the channel": CauseKind.NOT_SEEN,
    "the bot lacks a permission there (view channel, send messages, embed links, read history)": (
        CauseKind.NOT_PERMITTED
    ),
    "the bot is not authorised there": CauseKind.NOT_AUTHORISED,
    "this kind of channel takes no messages": CauseKind.WRONG_CHANNEL,
    "Reading it took more computing than anything honest needs.": CauseKind.CPU,
    "Reading it did not come to an end in time.": CauseKind.TIME,
    "Reading it took more memory than anything honest needs.": CauseKind.MEMORY,
    "Reading it ended the reading process.": CauseKind.CRASH,
    "Reading it met a fault of ours.": CauseKind.READING_FAULT,
}
_ID, _WHO = "[1-9][0-9]{0,17}", "[A-Za-z]{1,30}"
_ANSWERED = rf"(?P<service>{_WHO}) answered (?P<status>{_ID})(?: \((?P<code>{_ID})\))?(?:: (?P<text>.+))?"
_CAUSES: tuple[tuple[re.Pattern[str], CauseKind], ...] = (
    (re.compile("it is told there as (?P<name>.+)", re.DOTALL), CauseKind.TOLD_AS),
    (re.compile(rf"story (?P<younger>{_ID}) was merged into story (?P<elder>{_ID})"), CauseKind.STORY_MERGED),
    (re.compile(rf"no answer within (?P<seconds>{_ID}) s"), CauseKind.SLOW),
    (re.compile("no answer: (?P<text>.+)", re.DOTALL), CauseKind.NO_ANSWER),
    (re.compile(rf"(?P<transport>{_WHO}) is not running"), CauseKind.NOT_RUNNING),
    (re.compile(rf"(?P<transport>{_WHO}) cannot edit what was posted"), CauseKind.NO_EDITS),
    (re.compile(rf"(?P<service>{_WHO}) is not connected"), CauseKind.NOT_CONNECTED),
    (re.compile(rf"(?P<service>{_WHO}) allows no more edits of this message for now"), CauseKind.EDITS_SPENT),
    (re.compile(_ANSWERED, re.DOTALL), CauseKind.ANSWERED),
    (re.compile(r"the connection was closed \((?P<error>.{1,200})\)", re.DOTALL), CauseKind.CLOSED),
    (re.compile(r"Reading it ended the reading process \((?P<text>.{1,200})\)\.", re.DOTALL), CauseKind.CRASH),
    (re.compile(r"Reading it met a fault of ours \((?P<text>.{1,200})\)\.", re.DOTALL), CauseKind.READING_FAULT),
)
_NUMBERS = {"younger", "elder", "seconds", "status", "code"}


def cause_of_text(text: str) -> Cause:
    """The cause that an earlier version wrote as a line; an unknown line is a TEXT that says itself."""
    if (plain := _PLAIN_CAUSES.get(text)) is not None:
        return Cause(plain)
    for pattern, kind in _CAUSES:
        if found := pattern.fullmatch(text):
            given = {name: value for name, value in found.groupdict().items() if value is not None}
            return Cause(kind, {name: int(value) if name in _NUMBERS else value for name, value in given.items()})
    return Cause(CauseKind.TEXT, {"text": text})
