"""What a picture says, in plain values: whoever draws it adds no number, and no word but what dots and bars mean."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.language import spoken

Theme = Literal["dark", "light"]
Colour = Literal["killed", "injured", "incidents", "muted"]
# What a chart counts, and what each of its bars stands for.
Measure = Literal["incidents", "killed", "injured"]
MEASURES: tuple[Measure, ...] = ("incidents", "killed", "injured")
By = Literal["month", "place", "source", "contingent", "kind"]
BY: tuple[By, ...] = ("month", "place", "source", "contingent", "kind")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a map: its name, what happened there in words, latitude and longitude in degrees.

    `incidents` is how many, at least one; `deadly` says that somebody was killed; a `hollow` one is a region of which
    nothing more is known.
    """

    name: str
    detail: str
    at: tuple[float, float]
    incidents: int = 1
    deadly: bool = False
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Town:
    """A place where nothing is known to have happened, by which a map without marks is told: latitude, longitude."""

    name: str
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapPicture:
    """A map: title, lines below it, marks with the most important first, notes as small print.

    `around` are further points (latitude, longitude) that the frame should hold where there are few marks; `empty` is
    said where there is none, among the `towns`.
    """

    title: str
    lines: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()
    around: tuple[tuple[float, float], ...] = ()
    empty: str = ""
    theme: Theme = "dark"
    towns: tuple[Town, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, a second line of that, its value, which is None where nobody states any.

    `unwatched` are the stretches of its time (from 0 to 1) in which nobody looked; `part` says that only a part of its
    time is counted.
    """

    label: str
    value: int | None
    below: str = ""
    least: bool = False
    unwatched: tuple[tuple[float, float], ...] = ()
    muted: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars beside each other: in "columns" of time or in "rows", under a heading."""

    kind: Literal["columns", "rows"]
    heading: str
    bars: tuple[Bar, ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """A chart: title, lines below it, panels, notes as small print; `hatched` explains hatching where there is any."""

    title: str
    lines: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    notes: tuple[str, ...] = ()
    hatched: str = ""
    empty: str = ""
    theme: Theme = "dark"


Picture = MapPicture | ChartPicture


def as_values(picture: Picture) -> dict[str, Any]:
    """The picture as what JSON can hold, with the language in which it is drawn."""
    kind = "map" if isinstance(picture, MapPicture) else "chart"
    return {"kind": kind, "language": spoken(), **asdict(picture)}


def as_picture(values: dict[str, Any]) -> Picture:
    """The picture that `as_values` made these of, after they went through JSON."""
    more: dict[str, Any] = {key: tuple(values[key]) if isinstance(values[key], list) else values[key] for key in values}
    more.pop("language", None)
    if more.pop("kind") == "map":
        marks = tuple(Mark(**{**one, "at": tuple(one["at"])}) for one in more.pop("marks"))
        around = tuple(tuple(point) for point in more.pop("around"))
        towns = tuple(Town(one["name"], tuple(one["at"])) for one in more.pop("towns"))
        return MapPicture(marks=marks, around=around, towns=towns, **more)
    panels = tuple(Panel(**{**one, "bars": tuple(map(_bar, one["bars"]))}) for one in more.pop("panels"))
    return ChartPicture(panels=panels, **more)


def _bar(values: dict[str, Any]) -> Bar:
    return Bar(**{**values, "unwatched": tuple(map(tuple, values["unwatched"]))})
