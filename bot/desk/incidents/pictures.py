"""Answers that are pictures: the map and the chart of incidents, with the same numbers as text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import cast

from bot.card import Attachment, Button, Line, Reply, Span
from bot.desk.incidents.asked import asked_of, bare_words, coming, found_by, names_times, with_period
from bot.desk.incidents.theatre import main_towns
from bot.desk.parse import Trouble
from bot.desk.question import Question, aside
from bot.language import N_, _, numeral, plural, plural_forms
from bot.pictures.model import BY, MEASURES, By, Measure, Theme
from bot.pictures.plan.bars import plan_chart, twelve_months
from bot.pictures.plan.places import places_of, plan_map
from bot.pictures.plan.tally import Planned, Scope, counts, within
from bot.pictures.studio import Undrawn
from bot.wording.formats import alternatives, clean, cut, day
from feeds.model import Incident
from feeds.query import Query
from feeds.query.model import And, Key, Or, Period
from seeds.model import Tier
from seeds.text.fold import fold

_MAP_DAYS = 90
_PIECE = 500  # stories read at a time: the store has others to serve
_MOST_STORIES = 4_000
_LINES = 40
_A_DAY = timedelta(days=1)
# The times of a query as they are typed.
_TIMES = re.compile(
    r"(?<!\S)(?:(?:since|after|from|until|before|on):\s*\S+|\d{4}(?:-\d\d?){0,2}(?:\.\.\S*)?|\.\.\d{4}\S*)(?!\S)",
    re.IGNORECASE,
)
_SPANS = ((N_("30 days"), "since:30d"), (N_("1 year"), "since:365d"), (N_("All"), "since:all"))
_TIMES_INSIDE = N_("Times are among what may be, so months may be counted in part.")
_BY: dict[By, str] = {
    "month": N_("By month"),
    "place": N_("By place"),
    "source": N_("By source"),
    "contingent": N_("By contingent"),
    "kind": N_("By kind"),
}
_LONGEST_WORDS = 60  # what a button can keep


async def map_(question: Question) -> Reply:
    """`map [query] [theme]`: where incidents of the last 90 days, or of the time that the query names, were."""
    scope, query = await _scope(question, question.now - timedelta(days=_MAP_DAYS))
    rows, scope = await _counted(question, scope, query)
    if not places_of(rows):
        scope = replace(scope, towns=await asyncio.to_thread(main_towns, _folders(question)))
    planned = await asyncio.to_thread(plan_map, rows, scope)
    drawn = planned if places_of(rows) or scope.around or scope.towns else None
    return await _reply(question, planned, drawn, _buttons(question, "map", _SPANS, query))


async def chart(question: Question) -> Reply:
    """`chart [measure] [query] [by] [theme]`: incidents, killed and injured of the last twelve months, or of the time
    that the query names. Raises Trouble where more than one thing is to be counted."""
    measure, by = question.text("measure") or None, cast("By", question.text("by"))
    if trouble := _counted_besides(question):
        raise Trouble(trouble)
    scope, query = await _scope(question, twelve_months(question.now))
    if by == "month" and query is not None and names_times(query.tree):
        scope = replace(scope, notes=(*scope.notes, _(_TIMES_INSIDE)))
    rows, scope = await _counted(question, scope, query)
    scope = replace(scope, looked=frozenset(await question.house.ask(lambda store: store.days.looked())))
    planned = await asyncio.to_thread(plan_chart, rows, cast("Measure | None", measure), by, scope)
    drawn = planned if rows or by == "month" else None
    others = [(_(_BY[one]), f"by:{one}") for one in BY if one != by][:4]
    return await _reply(question, planned, drawn, _buttons(question, "chart", others, query))


def _counted_besides(question: Question) -> str:
    """What to say where the query has a word that tells what to count: nobody looks for that word; "" where none."""
    named, words = question.text("measure"), bare_words(question.text("query"))
    also = [word.casefold() for word in words if word.casefold() in MEASURES]
    if not also:
        return ""
    form = _("{prefix}chart {measure}")
    either = [form.format(prefix=question.prefix, measure=one) for one in dict.fromkeys(filter(None, (named, *also)))]
    return _(
        "A chart counts one thing, which is named first: {examples}. {prefix}chart alone draws all three by month. "
        'For the word itself write "{word}" in quotes.'
    ).format(examples=alternatives(either), prefix=question.prefix, word=also[0])


async def _scope(question: Question, usual: datetime) -> tuple[Scope, Query | None]:
    """What is asked for, without the numbers, and what finds it. Raises Trouble for what is not understood."""
    wanted = with_period(await asked_of(question))
    period = wanted.period or Period(None if wanted.ever else usual)
    if trouble := coming(period, question.now):
        raise Trouble(trouble)
    titles = [question.house.title(one) for one in question.watches or sorted(question.house.watches)]
    notes = _only(question, wanted.query) if wanted.query else ()
    theme = cast("Theme", question.text("theme"))
    return Scope(period.start, question.now, tuple(titles), notes=notes, theme=theme, until=period.end), wanted.query


def _folders(question: Question) -> list[Path]:
    """Those of the watches that are asked about."""
    settings = question.house.settings
    return [settings.watches / name for name in question.watches or sorted(question.house.watches)]


def _only(question: Question, query: Query) -> tuple[str, ...]:
    words = (_("Only the first 16 different words were looked for."),) if query.cut else ()
    told = question.text("query") if names_times(query.tree) else _untimed(question)
    return (_("Counted is only what “{told}” finds.").format(told=cut(clean(told), 100)), *words)


def _untimed(question: Question) -> str:
    """The query without the times that it names."""
    return " ".join(_TIMES.sub(" ", question.text("query")).split())


async def _counted(question: Question, scope: Scope, query: Query | None) -> tuple[list[Incident], Scope]:
    """The incidents that are asked for, read a piece at a time, and the scope with notes on what was left out."""
    rows: list[Incident] = []
    last, read, linked = None, 0, 0
    async for piece in _pieces(question, query, scope):
        wanted = [row for row in piece if within(row, scope.since, scope.until)]
        rows += filter(counts, wanted)
        linked += sum(not counts(row) and counts(replace(row, linked_to=None)) for row in wanted)
        last, read = piece[-1], read + len(piece)
        if read >= _MOST_STORIES or (scope.since is not None and last.newest < scope.since):
            break
    forms = plural_forms(
        "{n} later report on earlier incidents not counted again.",
        "{n} later reports on earlier incidents not counted again.",
    )
    notes = [plural(*forms, linked)] if linked else []
    if read >= _MOST_STORIES and last is not None:
        notes.append(
            _("Only the newest {n} stories were looked at, back to {day}.").format(
                n=numeral(read), day=day(last.newest)
            )
        )
    return rows, replace(scope, notes=(*scope.notes, *notes))


async def _pieces(question: Question, query: Query | None, scope: Scope) -> AsyncIterator[list[Incident]]:
    """Incidents of the channel's watches, the newest first: all, or those that a query finds; of a time that
    is over no later ones."""
    if query is None and scope.until is None:
        last: Incident | None = None
        while piece := await _piece(question, last):
            yield piece
            last = piece[-1]
        return
    wanted = _of_incidents(query, scope)
    ids = await question.house.ask(lambda store: found_by(store, wanted, question.watches, _MOST_STORIES))
    for first in range(0, len(ids), _PIECE):
        some = ids[first : first + _PIECE]
        if piece := await question.house.ask(lambda store, some=some: store.incidents.of(some, bare=True)):  # type: ignore[misc]
            yield piece


async def _piece(question: Question, last: Incident | None) -> list[Incident]:
    newest = lambda store: store.incidents.newest(_PIECE, last, question.watches, tier=Tier.INCIDENT, bare=True)  # noqa: E731
    return await question.house.ask(newest)


def _of_incidents(query: Query | None, scope: Scope) -> Query:
    """The same of incidents and, with a day around it, of the time that is asked for: nothing else is counted, so
    nothing else need be read."""
    since, until = scope.since and scope.since - _A_DAY, scope.until and scope.until + _A_DAY
    asked = query.tree if query else None
    time = Period(since, until) if since or until else None
    parts = (asked, time, Key("tier", (Tier.INCIDENT.value,)))
    return replace(query or Query(), tree=And(tuple(part for part in parts if part is not None)))


async def _reply(question: Question, planned: Planned, drawn: Planned | None, buttons: tuple[Button, ...]) -> Reply:
    """The numbers as text and, where there is something to draw, the picture."""
    files: tuple[Attachment, ...] = ()
    more: tuple[str, ...] = ()
    if drawn is not None:
        png = await question.house.studio.png(drawn.picture, question.asker.id, question.now)
        if isinstance(png, Undrawn) and png.why == "cooling":
            return aside(
                _("Pictures take a while to draw. Ask again in {seconds} s, please.").format(seconds=png.seconds)
            )
        if isinstance(png, Undrawn):
            more = (_(_UNDRAWN[png.why]),)
        else:
            files = (Attachment(_name(question, drawn), "image/png", png, drawn.alt),)
    return Reply(lines=_written((*planned.lines, *more)), files=files, buttons=buttons)


_UNDRAWN = {
    "busy": N_("Many pictures are being drawn just now, so these are the numbers alone. Try again in a minute."),
    "failed": N_("The picture could not be drawn, so these are the numbers alone."),
}


def _name(question: Question, planned: Planned) -> str:
    kind = "-".join(re.findall(r"[a-z]+", fold(planned.picture.title))[:3])
    return f"{kind}-{question.now.astimezone(UTC):%Y-%m-%d}.png"


def _written(lines: Sequence[str]) -> tuple[Line, ...]:
    left = len(lines) - _LINES + 1
    more = plural("… and {n} more line.", "… and {n} more lines.", left)
    kept = lines if len(lines) <= _LINES else (*lines[: _LINES - 1], more)
    return tuple((Span(words, strong=number == 0),) for number, words in enumerate(kept))


def _buttons(
    question: Question, command: str, choices: Sequence[tuple[str, str]], query: Query | None
) -> tuple[Button, ...]:
    """The same again for another span, or by something else; what was asked besides stays."""
    theme = question.text("theme")
    look = f"theme:{theme}" if theme != "dark" else ""
    measure = question.text("measure") if command == "chart" else ""
    kept = question.text("query") if command == "chart" else _besides_time(question, query)
    if kept is None:
        return ()
    asked = [(label, " ".join(filter(None, (measure, choice, look, kept)))) for label, choice in choices]
    return tuple(Button(_(label), command, words) for label, words in asked if len(words) <= _LONGEST_WORDS)


def _besides_time(question: Question, query: Query | None) -> str | None:
    """The query as it may stand behind another time; None where its own cannot be told apart."""
    text = _untimed(question)
    if query is None:
        return ""
    if names_times(query.tree):
        return None
    return f"({text})" if isinstance(query.tree, Or) and not _enclosed(text) else text


def _enclosed(text: str) -> bool:
    """Whether parentheses stand around all of it."""
    depths = list(accumulate((sign == "(") - (sign == ")") for sign in text))
    return text.startswith("(") and 0 not in depths[:-1] and depths[-1] == 0
