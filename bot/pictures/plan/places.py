"""The map of some incidents: a mark a place, and what cannot be on a map. Pure, in English."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.model import MapPicture, Mark
from bot.pictures.plan.tally import Planned, Scope, alt_text, silence, summary, toll_of, whose
from bot.wording.formats import clean, count, cut, listed
from feeds.model import Incident

_MOST = 400  # dots: more cannot be told apart
_LISTED = 12
_NAMED = 40
_NAME = 40
_ORIENTATION = ("Grey: main places, to find one's way. Nothing is marked.",)
BOUNDARIES_NOTE = "Boundaries: Natural Earth, simplified. No endorsement."


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its incidents; `region` says that no more than the region is known."""

    name: str
    at: tuple[float, float]
    region: bool
    rows: tuple[Incident, ...]

    @property
    def detail(self) -> str:
        """ "4 incidents, at least 14 killed"."""
        toll = toll_of(self.rows, "killed")
        return count(len(self.rows), "incident") + (f", {toll.words} killed" if toll.count else "")

    @property
    def weight(self) -> tuple[int, int]:
        """How much it matters: the dead first, then how many incidents."""
        return toll_of(self.rows, "killed").count or 0, len(self.rows)


def places_of(rows: Sequence[Incident]) -> list[Spot]:
    """The places of those whose coordinates are known, those with most dead and most incidents first."""
    found: defaultdict[tuple[str, tuple[float, float], bool], list[Incident]] = defaultdict(list)
    for row in rows:
        where = row.account.location
        if where is not None and where.coordinates is not None:
            name = cut(clean(where.place), _NAME) + (" region" if where.region_only else "")
            found[name, where.coordinates, where.region_only].append(row)
    places = [Spot(*key, tuple(some)) for key, some in found.items()]
    return sorted(places, key=lambda one: (*(-number for number in one.weight), one.name))


def plan_map(rows: Sequence[Incident], scope: Scope) -> Planned:
    """The map of the incidents, which all count."""
    places = places_of(rows)
    towns = () if places else scope.towns
    placeless = len(rows) - sum(len(place.rows) for place in places)
    title = "All known incidents" if scope.ever else f"Incidents {scope.words}"
    notes = (*_placeless(placeless, len(rows)), *silence(rows, ("killed",)), *scope.notes)
    told = (summary(rows), whose(rows)) if rows else (scope.nothing,)
    picture = MapPicture(
        title,
        (*scope.heads, *(told if rows else ())),
        tuple(map(_mark, places[:_MOST])),
        (*notes, *_crowd(len(places)), *(_ORIENTATION if towns else ()), BOUNDARIES_NOTE),
        around=scope.around,
        empty="" if places else _empty(rows),
        theme=scope.theme,
        towns=towns,
    )
    lines = (title, *told, *_lines(places), *notes)
    named = "; ".join(f"{place.name} {place.detail}" for place in places[:_LISTED])
    shown = f"Map: {count(len(places), 'place')}" + (f". {named}" if named else "")
    if towns:
        shown = f"Map without a mark, between {listed([clean(town.name) for town in towns], _LISTED)}"
    return Planned(picture, lines, alt_text(f"{title}. {' '.join(told)}", f"{shown}.", *notes))


def _mark(place: Spot) -> Mark:
    deadly = bool(toll_of(place.rows, "killed").count)
    return Mark(place.name, place.detail, place.at, len(place.rows), deadly, place.region)


def _placeless(number: int, whole: int) -> tuple[str, ...]:
    verb = "is" if number == 1 else "are"
    return (f"{number:,} of {whole:,} {verb} of no known place, so not on the map.",) if number else ()


def _crowd(number: int) -> tuple[str, ...]:
    return (f"{number - _MOST:,} more places are not shown.",) if number > _MOST else ()


def _empty(rows: Sequence[Incident]) -> str:
    return "No place is known of any" if rows else "No incident is known"


def _lines(places: Sequence[Spot]) -> list[str]:
    """The places as text: the first each with its toll, the next by name and number, then how many more."""
    lines = [f"{place.name}: {place.detail}" for place in places[:_LISTED]]
    rest = [f"{place.name} {len(place.rows)}" for place in places[_LISTED:]]
    return [*lines, f"Also: {listed(rest, _NAMED)}"] if rest else lines
