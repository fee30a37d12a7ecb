"""Answers that are pictures: the map and the chart of incidents, with the same numbers as text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

from bot.card import Attachment, Button, Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question, aside
from bot.moments import read_back
from bot.pictures.model import Theme
from bot.pictures.plan.bars import BY, By, plan_chart, twelve_months
from bot.pictures.plan.months import whole_periods
from bot.pictures.plan.places import places_of, plan_map
from bot.pictures.plan.tally import Measure, Planned, Scope, counts, within
from bot.pictures.studio import Undrawn
from bot.wording.formats import clean, count, cut, day
from feeds.model import Incident

_MAP_DAYS = 90
_PIECE = 200  # stories read at a time: the store has others to serve
_MOST_STORIES = 10_000
_LINES = 40
_SINCE = re.compile(r"(?<!\S)since:(\S+)", re.IGNORECASE)
_SPANS = (("30 days", "since:30d"), ("1 year", "since:365d"), ("All", "since:all"))
_LONGEST_WORDS = 60  # what a button can keep


async def map_(question: Question) -> Reply:
    """`map [query] [theme]`: where incidents of the last 90 days, or since when is asked, were."""
    scope = _scope(question, question.now - timedelta(days=_MAP_DAYS))
    rows, scope = await _counted(question, scope)
    planned = await asyncio.to_thread(plan_map, rows, scope)
    drawn = planned if places_of(rows) or scope.around else None
    return await _reply(question, planned, drawn, _buttons(question, "map", _SPANS))


async def chart(question: Question) -> Reply:
    """`chart [measure] [query] [by] [theme]`: incidents, killed and injured of the last twelve months, or since when is
    asked."""
    measure, by = question.text("measure") or None, cast("By", question.text("by"))
    scope = _scope(question, twelve_months(question.now))
    if by == "month" and scope.since is not None:
        scope = replace(scope, since=whole_periods(scope.since, question.now))
    rows, scope = await _counted(question, scope)
    scope = replace(scope, looked=frozenset(await question.house.ask(lambda store: store.days.looked())))
    planned = await asyncio.to_thread(plan_chart, rows, cast("Measure | None", measure), by, scope)
    drawn = planned if rows or by == "month" else None
    others = [(f"By {one}", f"by:{one}") for one in BY if one != by][:4]
    return await _reply(question, planned, drawn, _buttons(question, "chart", others))


def _scope(question: Question, usual: datetime) -> Scope:
    """What is asked for, without the numbers. Raises Trouble for what is not understood."""
    text = question.text("query")
    found = _SINCE.search(text)
    if rest := cut(clean(_SINCE.sub("", text, 1)), 60):
        raise Trouble(f"“{rest}” is not understood here yet. Say since when: since:90d, since:2021-02 or since:all.")
    since = _since(found[1], question.now) if found else usual
    titles = [question.house.title(one) for one in question.watches or sorted(question.house.watches)]
    return Scope(since, question.now, tuple(titles), theme=cast("Theme", question.text("theme")))


def _since(text: str, now: datetime) -> datetime | None:
    """The moment that is named; None for "all"."""
    if text.casefold() == "all":
        return None
    if (when := read_back(text, now)) is None:
        raise Trouble(f"“{cut(clean(text), 40)}” should be a day (2021-02-10), a month, a year, 90d, 12h or all.")
    if when.start > now:
        raise Trouble(f"since:{cut(clean(text), 40)} is still to come.")
    return when.start


async def _counted(question: Question, scope: Scope) -> tuple[list[Incident], Scope]:
    """The incidents that are asked for, read a piece at a time, and the scope with notes on what was left out."""
    rows: list[Incident] = []
    last, read, linked = None, 0, 0
    while read < _MOST_STORIES and (piece := await _piece(question, last)):
        asked = [row for row in piece if within(row, scope.since)]
        rows += filter(counts, asked)
        linked += sum(not counts(row) and counts(replace(row, linked_to=None)) for row in asked)
        last, read = piece[-1], read + len(piece)
        if scope.since is not None and last.newest < scope.since:
            break
    notes = [f"{count(linked, 'later report')} on earlier incidents not counted again."] if linked else []
    if read >= _MOST_STORIES and last is not None:
        notes.append(f"Only the newest {read:,} stories were looked at, back to {day(last.newest)}.")
    return rows, replace(scope, notes=tuple(notes))


async def _piece(question: Question, last: Incident | None) -> list[Incident]:
    return await question.house.ask(lambda store: store.incidents.newest(_PIECE, last, question.watches))


async def _reply(question: Question, planned: Planned, drawn: Planned | None, buttons: tuple[Button, ...]) -> Reply:
    """The numbers as text and, where there is something to draw, the picture."""
    files: tuple[Attachment, ...] = ()
    more: tuple[str, ...] = ()
    if drawn is not None:
        png = await question.house.studio.png(drawn.picture, question.asker.id, question.now)
        if isinstance(png, Undrawn) and png.why == "cooling":
            return aside(f"Pictures take a while to draw. Ask again in {png.seconds} s, please.")
        if isinstance(png, Undrawn):
            more = (_UNDRAWN[png.why],)
        else:
            files = (Attachment(_name(question, drawn), "image/png", png, drawn.alt),)
    return Reply(lines=_written((*planned.lines, *more)), files=files, buttons=buttons)


_UNDRAWN = {
    "busy": "Many pictures are being drawn just now, so these are the numbers alone. Try again in a minute.",
    "failed": "The picture could not be drawn, so these are the numbers alone.",
}


def _name(question: Question, planned: Planned) -> str:
    kind = "-".join(re.findall(r"[a-z]+", planned.picture.title.casefold())[:3])
    return f"{kind}-{question.now.astimezone(UTC):%Y-%m-%d}.png"


def _written(lines: Sequence[str]) -> tuple[Line, ...]:
    kept = lines if len(lines) <= _LINES else (*lines[: _LINES - 1], f"… and {len(lines) - _LINES + 1} more lines.")
    return tuple((Span(words, strong=number == 0),) for number, words in enumerate(kept))


def _buttons(question: Question, command: str, choices: Sequence[tuple[str, str]]) -> tuple[Button, ...]:
    """The same again for another span, or by something else; what was asked besides stays."""
    theme = question.text("theme")
    look = f"theme:{theme}" if theme != "dark" else ""
    measure = question.text("measure") if command == "chart" else ""
    query = question.text("query") if command == "chart" else _SINCE.sub("", question.text("query")).strip()
    asked = [(label, " ".join(filter(None, (measure, choice, look, query)))) for label, choice in choices]
    return tuple(Button(label, command, words) for label, words in asked if len(words) <= _LONGEST_WORDS)
