"""The chart of some incidents: by month in columns, by place, source, contingent or kind in rows. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.language import N_, _, plural, plural_forms
from bot.pictures.model import MEASURES, Bar, By, ChartPicture, Measure, Panel
from bot.pictures.plan.barwords import MEASURE_NAMES, NONE_KNOWN, by_notes, chart_title
from bot.pictures.plan.months import MOST_COLUMNS, TimeColumn, part_words, periods, unwatched
from bot.pictures.plan.tally import (
    Planned,
    Scope,
    alt_text,
    at_least,
    date_of,
    silence,
    summary,
    toll_of,
    whose,
)
from bot.wording.counts import incidents_counted
from bot.wording.facts import harmed, region_name
from bot.wording.formats import attack_word, clean, colon, country, cut, day, enumerated, in_turn, spaced
from feeds.model import HarmKind, Incident

_ROWS = 10
_BLIND = 0.99  # from this share on, all of a month was not watched
_LISTED = 20
_NAME = 60


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents that have something in common."""

    name: str
    rows: tuple[Incident, ...]

    def bar(self, measure: Measure, *, muted: bool = False) -> Bar:
        """The group as a bar."""
        number, least = _value(self.rows, measure)
        return Bar(self.name, number, least=least, muted=muted)


@dataclass(frozen=True, slots=True)
class _Grouping:
    """How incidents are grouped: by what names, what is said where there is none, and whether one may have several."""

    names: Callable[[Incident], Sequence[str]]
    none: str
    several: bool = False


def plan_chart(rows: Sequence[Incident], measure: Measure | None, by: By, scope: Scope) -> Planned:
    """The chart of the incidents, which all count: of one measure, or by month of all."""
    return _by_month(rows, measure, scope) if by == "month" else _by_name(rows, measure or "incidents", by, scope)


def _value(rows: Sequence[Incident], measure: Measure) -> tuple[int | None, bool]:
    """How many, None for nobody knows, and whether that is a least number."""
    if measure == "incidents":
        return len(rows), False
    toll = toll_of(rows, measure)
    return toll.count, toll.least and bool(toll.count)


def _head(rows: Sequence[Incident], scope: Scope, measures: Sequence[Measure]) -> tuple[str, ...]:
    harms: list[HarmKind] = [one for one in measures if one != "incidents"]
    sums = summary(rows) if rows else scope.nothing
    return (sums, *(whose(rows, harm) for harm in harms[:1] if rows))


def _planned(picture: ChartPicture, told: Sequence[str], numbers: Sequence[str]) -> Planned:
    notes = tuple(filter(None, (picture.hatched, *picture.notes)))
    lines = (picture.title, *told, *numbers, *notes)
    return Planned(
        picture,
        lines,
        alt_text(
            _("Chart: {title}. {news}").format(title=picture.title, news=" ".join(told)),
            in_turn(numbers) + ".",
            *notes,
        ),
    )


# by month


def _by_month(rows: Sequence[Incident], measure: Measure | None, scope: Scope) -> Planned:
    measures = (measure,) if measure else MEASURES
    today = scope.now.astimezone(UTC).date()
    columns = periods(_start(rows, scope), scope.last.astimezone(UTC).date())
    placed = [(column, tuple(row for row in rows if column.holds(date_of(row)))) for column in columns]
    parts = [part_words(column, scope.since, scope.until) for column in columns]
    bars = {one: tuple(_columns(placed, one, scope.looked, today, parts)) for one in measures}
    unit = columns[0].unit if columns else "month"
    title = chart_title(measure or "incidents", unit, scope)
    told = _head(rows, scope, measures)
    picture = ChartPicture(
        title,
        (*scope.heads, *told),
        tuple(Panel("columns", _(MEASURE_NAMES[one]) if not measure else "", bars[one], one) for one in measures),
        (
            *_in_part(columns, parts),
            *_undated(rows, placed),
            *silence(rows, [one for one in measures if one != "incidents"]),
            *scope.notes,
        ),
        _hatched(bars[measures[0]], scope.looked),
        theme=scope.theme,
    )
    numbers = [words for at, column in enumerate(columns) if (words := _month_words(column, bars, at, parts[at]))]
    return _planned(picture, told, numbers)


def _start(rows: Sequence[Incident], scope: Scope) -> date:
    if scope.since is not None:
        return scope.since.astimezone(UTC).date()
    return min([scope.last, *(date_of(row).start for row in rows)]).astimezone(UTC).date()


def _columns(
    placed: Sequence[tuple[TimeColumn, tuple[Incident, ...]]],
    measure: Measure,
    looked: Collection[date],
    today: date,
    parts: Sequence[str],
) -> Iterator[Bar]:
    year = None
    for (column, rows), part in zip(placed, parts, strict=True):
        number, least = _value(rows, measure)
        below = f"{column.first:%Y}" if column.unit != "year" and column.first.year != year else ""
        year = column.first.year
        yield Bar(column.label, number, below, least, unwatched(column, looked, today), part=bool(part))


def _in_part(columns: Sequence[TimeColumn], parts: Sequence[str]) -> Iterator[str]:
    """Which of the months are counted only in part, as was asked."""
    told = [f"{column.full} ({part})" for column, part in zip(columns, parts, strict=True) if part]
    if told:
        yield _("Paler, as only a part was asked for: {months}.").format(months=enumerated(told))


def _month_words(column: TimeColumn, bars: dict[Measure, tuple[Bar, ...]], at: int, part: str) -> str:
    """One month as text: "Feb 2021: 4 incidents, 3 killed, 28 injured", "Jan 2021: not watched", "Mar 2021 (to 9 Mar):
    1 incident"."""
    name = f"{column.full} ({part})" if part else column.full
    blind = sum(end - start for start, end in next(iter(bars.values()))[at].unwatched)
    told = {measure: bars[measure][at] for measure in bars}
    if blind and not any(bar.value for bar in told.values()):
        return (_("{month}: not watched") if blind > _BLIND else _("{month}: partly not watched")).format(month=name)
    words = ", ".join(_worded(measure, bar) for measure, bar in told.items())
    if not blind:
        return name + colon() + words
    form = _("{month}: {counts} (not watched)") if blind > _BLIND else _("{month}: {counts} (partly not watched)")
    return form.format(month=name, counts=words)


def _worded(measure: Measure, bar: Bar) -> str:
    if measure == "incidents":
        return incidents_counted(bar.value or 0)
    if bar.value is None:
        return _("killed not stated") if measure == "killed" else _("injured not stated")
    return harmed(measure, bar.value, _row_words(bar))


def _hatched(bars: Sequence[Bar], looked: Collection[date]) -> str:
    if not any(bar.unwatched for bar in bars):
        return ""
    first = _("Our first look was on {day}.").format(day=day(min(looked))) if looked else ""
    return spaced(_("Not watched: what is counted there is what later reports tell."), first)


def _undated(rows: Sequence[Incident], placed: Sequence[tuple[TimeColumn, tuple[Incident, ...]]]) -> Iterator[str]:
    known = sum(row.account.day is None for _column, some in placed for row in some)
    if known:
        forms = plural_forms(
            "{n} incident of no known date: counted when first told.",
            "{n} incidents of no known date: counted when first told.",
        )
        yield plural(*forms, known)
    if left := len(rows) - sum(len(some) for _column, some in placed):
        forms = plural_forms(
            "{n} incident not shown: earlier, or dated only roughly.",
            "{n} incidents not shown: earlier, or dated only roughly.",
        )
        yield plural(*forms, left)


# by name


def _by_name(rows: Sequence[Incident], measure: Measure, by: By, scope: Scope) -> Planned:
    grouping = _GROUPINGS[by]
    groups, nameless = _grouped(rows, grouping)
    ordered = sorted(groups, key=lambda one: (-(_value(one.rows, measure)[0] or 0), -len(one.rows), one.name))
    shown = [one for one in ordered if _value(one.rows, measure)[0] != 0]
    bars = [one.bar(measure) for one in shown[:_ROWS]]
    tail = _tail(shown[_ROWS:], nameless, measure, grouping)
    told = _head(rows, scope, (measure,))
    picture = ChartPicture(
        chart_title(measure, by, scope),
        (*scope.heads, *told),
        (Panel("rows", "", (*bars, *tail), measure),) if bars or tail else (),
        (*by_notes(by, len(ordered) - len(shown), measure), *silence(rows, _harms(measure)), *scope.notes),
        empty="" if bars or tail else _(NONE_KNOWN[measure]),
        theme=scope.theme,
    )
    listed = [*(one.bar(measure) for one in shown[:_LISTED]), *_tail(shown[_LISTED:], nameless, measure, grouping)]
    return _planned(picture, told, [bar.label + colon() + _row_words(bar) for bar in listed])


def _harms(measure: Measure) -> tuple[HarmKind, ...]:
    return () if measure == "incidents" else (measure,)


def _row_words(bar: Bar) -> str:
    return _("not stated") if bar.value is None else at_least(bar.value, least=bar.least)


def _grouped(rows: Sequence[Incident], grouping: _Grouping) -> tuple[list[Group], Group | None]:
    """The incidents by name, and those that have none."""
    found: defaultdict[str, list[Incident]] = defaultdict(list)
    nameless = []
    for row in rows:
        names = [cut(clean(name), _NAME) for name in grouping.names(row)]
        for name in dict.fromkeys(filter(None, names)):
            found[name].append(row)
        if not any(names):
            nameless.append(row)
    groups = [Group(name, tuple(some)) for name, some in found.items()]
    return groups, Group(_(grouping.none), tuple(nameless)) if nameless else None


def _tail(rest: Sequence[Group], nameless: Group | None, measure: Measure, grouping: _Grouping) -> list[Bar]:
    """Those that have no row of their own: the smaller ones together, and those of which it is not known."""
    kept = []
    if rest:
        rows = tuple({row.story: row for one in rest for row in one.rows}.values())
        forms = plural_forms("{n} more", "{n} more")
        if grouping.several:
            forms = plural_forms("{n} more, together", "{n} more, together")
        kept.append(Group(plural(*forms, len(rest)), rows).bar(measure, muted=True))
    return [*kept, *([nameless.bar(measure, muted=True)] if nameless else [])]


def _place(row: Incident) -> Sequence[str]:
    where = row.account.location
    if where is None:
        return ()
    return (region_name(where.place) if where.region_only else where.place,)


def _kind(row: Incident) -> Sequence[str]:
    attack = attack_word(row.account.attack) if row.account.attack else ""
    return (f"{attack[:1].upper()}{attack[1:]}",) if attack else ()


_GROUPINGS: dict[By, _Grouping] = {
    "place": _Grouping(_place, N_("No place known")),
    "kind": _Grouping(_kind, N_("Kind not stated")),
    "source": _Grouping(lambda row: row.account.confirmation.voices, N_("No source"), several=True),
    "contingent": _Grouping(
        lambda row: tuple(map(country, row.account.contingents)), N_("No contingent named"), several=True
    ),
}


def twelve_months(now: datetime) -> datetime:
    """Where a year of whole months up to now begins."""
    month = now.year * 12 + now.month - MOST_COLUMNS + 1
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
