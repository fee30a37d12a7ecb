"""The columns of an export, each with what it holds; `docs/data.md` is this list for readers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from feeds.model import Figure, HarmKind, Incident
from seeds.model import Victims, When
from seeds.moments import iso

Cell = str | int | float | bool | Sequence[str] | None
_CLASSES: Sequence[Victims] = ("peacekeepers", "national_forces", "civilians", "contractors", "attackers")
_HARMS: Sequence[HarmKind] = ("killed", "injured")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its `name`, what it holds, and how it is read off a story.

    None is "not known" or "nobody says". `told` says that it holds words of others, as they wrote them.
    """

    name: str
    meaning: str
    value: Callable[[Incident], Cell]
    told: bool = False


def row_of(incident: Incident) -> Mapping[str, Cell]:
    """The values of a story by the names of the columns, in their order."""
    return {column.name: column.value(incident) for column in EXPORT_COLUMNS}


def _date(one: Incident) -> str | None:
    day = one.account.day
    return iso(day) if day else None


def _date_precision(one: Incident) -> str | None:
    day = one.account.day
    return day.precision if day else None


def _place(one: Incident) -> str | None:
    where = one.account.location
    return where.place if where and not where.region_only else None


def _region(one: Incident) -> str | None:
    where = one.account.location
    return (where.region or (where.place if where.region_only else None)) if where else None


def _coordinate(number: int) -> Callable[[Incident], float | None]:
    def value(one: Incident) -> float | None:
        where = one.account.location
        return where.coordinates[number] if where and where.coordinates else None

    return value


def _geo_precision(one: Incident) -> str | None:
    where = one.account.location
    return ("region" if where.region_only else "place") if where else None


def _believed(harm: HarmKind, victims: Victims | None = None) -> Callable[[Incident], int | None]:
    return lambda one: one.account.believed(harm, victims)


def _bound(harm: HarmKind, number: int) -> Callable[[Incident], int | None]:
    def value(one: Incident) -> int | None:
        held = one.account.toll(harm).range
        return held[number] if held else None

    return value


def _figure(harm: HarmKind) -> Callable[[Incident], Figure | None]:
    return lambda one: one.account.toll(harm).current


def _stated_by(harm: HarmKind) -> Callable[[Incident], Sequence[str]]:
    def value(one: Incident) -> Sequence[str]:
        figure = _figure(harm)(one)
        return figure.voices if figure else ()

    return value


def _at_least(harm: HarmKind) -> Callable[[Incident], bool | None]:
    def value(one: Incident) -> bool | None:
        figure = _figure(harm)(one)
        return figure.at_least if figure else None

    return value


def _harm_columns(harm: HarmKind) -> list[Column]:
    return [
        Column(harm, f"how many were {harm}, attackers left out: the count to believe now", _believed(harm)),
        Column(f"{harm}_at_least", "whether that count is a least one (“at least”)", _at_least(harm)),
        Column(f"{harm}_low", "the lowest count that somebody holds to", _bound(harm, 0)),
        Column(f"{harm}_high", "the highest count that somebody holds to", _bound(harm, 1)),
        Column(f"{harm}_source", "whose count it is: independent publishers, in order", _stated_by(harm), told=True),
        *(
            Column(f"{victims}_{harm}", f"of these {victims.replace('_', ' ')}", _believed(harm, victims))
            if victims != "attackers"
            else Column(f"attackers_{harm}", f"attackers {harm}, beside the count above", _believed(harm, victims))
            for victims in _CLASSES
        ),
    ]


EXPORT_COLUMNS: tuple[Column, ...] = (
    Column("story", "the story's number, as `!story` takes it", lambda one: one.story),
    Column("watch", "the watch that flagged it", lambda one: one.watch),
    Column("tier", "incident, decision, follow_up, background or commemoration", lambda one: one.tier.value),
    Column("event_date", "when it happened, as exactly as is known: 2021-02-10, 2021-02 or 2021", _date),
    Column("date_precision", "day, month or year; empty where no date is known", _date_precision),
    Column("event_type", "what happened: attack, ambush, mine, rockets, crash, …", lambda one: one.account.attack),
    Column("actor", "who is said to have done it", lambda one: one.account.actor),
    Column("place", "the most specific place, in the UN's English spelling", _place),
    Column("region", "its region", _region),
    Column("latitude", "in degrees, WGS 84", _coordinate(0)),
    Column("longitude", "in degrees, WGS 84", _coordinate(1)),
    Column("geo_precision", "place: the place itself; region: only the region is known, the point is its chief town's",
           _geo_precision),
    *(column for harm in _HARMS for column in _harm_columns(harm)),
    Column("contingents", "ISO 3166-1 codes of the contingents concerned", lambda one: one.account.contingents),
    Column("confirmation", "single: one publisher; several: independent ones; official: the UN itself",
           lambda one: one.account.confirmation.rung.value),
    Column("publishers", "how many independent publishers tell it", lambda one: len(one.account.confirmation.voices)),
    Column("reports", "how many items tell it", lambda one: one.reports),
    Column("first_report", "when the first report was published, as exactly as is known; times are UTC",
           lambda one: _iso(one.account.confirmation.first)),
    Column("un_statement", "when the UN first stated it; empty if it has not",
           lambda one: _iso(one.account.confirmation.confirmed)),
    Column("symbols", "UN documents that are named, such as S/RES/2690", lambda one: one.account.symbols),
    Column("related_story", "an earlier story that it follows, by number", lambda one: one.linked_to),
    Column("withdrawn", "whether no source tells any of it any more", lambda one: one.withdrawn),
    Column("title", "the title of the source that names the story", lambda one: one.title, told=True),
    Column("quote", "a sentence of that source that carries the facts", lambda one: one.quote or None, told=True),
    Column("language", "the language of title and quote (ISO 639-1)", lambda one: one.language),
    Column("publisher", "who published that source", lambda one: one.publisher, told=True),
    Column("url", "where", lambda one: one.url, told=True),
    Column("content_hash", "what proves the wording that was read, as `!cite` gives it", lambda one: one.content_hash),
)  # fmt: skip


def _iso(when: When | None) -> str | None:
    return iso(when) if when else None
