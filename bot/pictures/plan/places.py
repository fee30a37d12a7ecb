"""The map of some incidents: a mark a place, and what cannot be on a map. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.language import N_, _, numeral, plural, plural_forms
from bot.pictures.model import MapPicture, Mark
from bot.pictures.plan.tally import Planned, Scope, alt_text, silence, summary, toll_of, whose
from bot.wording.counts import incidents_counted
from bot.wording.facts import region_name
from bot.wording.formats import clean, colon, cut, in_turn, listed
from feeds.model import Incident

_MOST = 400  # dots: more cannot be told apart
_LISTED = 12
_NAMED = 40
_NAME = 40
_ORIENTATION = (N_("Grey: main places, to find one's way. Nothing is marked."),)
BOUNDARIES_NOTE = N_("Boundaries: Natural Earth, simplified. No endorsement.")


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
        incidents = incidents_counted(len(self.rows))
        return f"{incidents}, {toll.words('killed')}" if toll.count else incidents

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
            name = cut(clean(where.place), _NAME)
            name = region_name(name) if where.region_only else name
            found[name, where.coordinates, where.region_only].append(row)
    places = [Spot(*key, tuple(some)) for key, some in found.items()]
    return sorted(places, key=lambda one: (*(-number for number in one.weight), one.name))


def plan_map(rows: Sequence[Incident], scope: Scope) -> Planned:
    """The map of the incidents, which all count."""
    places = places_of(rows)
    towns = () if places else scope.towns
    placeless = len(rows) - sum(len(place.rows) for place in places)
    title = _("All known incidents") if scope.ever else _("Incidents {when}").format(when=scope.words)
    notes = (*_placeless(placeless, len(rows)), *silence(rows, ("killed",)), *scope.notes)
    told = (summary(rows), whose(rows)) if rows else (scope.nothing,)
    picture = MapPicture(
        title,
        (*scope.heads, *(told if rows else ())),
        tuple(map(_mark, places[:_MOST])),
        (*notes, *_crowd(len(places)), *map(_, _ORIENTATION if towns else ()), _(BOUNDARIES_NOTE)),
        around=scope.around,
        empty="" if places else _empty(rows),
        theme=scope.theme,
        towns=towns,
    )
    lines = (title, *told, *_lines(places), *notes)
    named = in_turn(f"{place.name} {place.detail}" for place in places[:_LISTED])
    shown = plural("Map: {n} place", "Map: {n} places", len(places)) + (f". {named}" if named else "")
    if towns:
        names = listed([clean(town.name) for town in towns], _LISTED)
        shown = _("Map without a mark, between {names}").format(names=names)
    return Planned(picture, lines, alt_text(f"{title}. {' '.join(told)}", f"{shown}.", *notes))


def _mark(place: Spot) -> Mark:
    deadly = bool(toll_of(place.rows, "killed").count)
    return Mark(place.name, place.detail, place.at, len(place.rows), deadly, place.region)


def _placeless(number: int, whole: int) -> tuple[str, ...]:
    forms = plural_forms(
        "{n} of {whole} is of no known place, so not on the map.",
        "{n} of {whole} are of no known place, so not on the map.",
    )
    return (plural(*forms, number, whole=numeral(whole)),) if number else ()


def _crowd(number: int) -> tuple[str, ...]:
    more = plural("{n} more place is not shown.", "{n} more places are not shown.", number - _MOST)
    return (more,) if number > _MOST else ()


def _empty(rows: Sequence[Incident]) -> str:
    return _("No place is known of any") if rows else _("No incident is known")


def _lines(places: Sequence[Spot]) -> list[str]:
    """The places as text: the first each with its toll, the next by name and number, then how many more."""
    lines = [place.name + colon() + place.detail for place in places[:_LISTED]]
    rest = [f"{place.name} {len(place.rows)}" for place in places[_LISTED:]]
    return [*lines, _("Also: {names}").format(names=listed(rest, _NAMED))] if rest else lines
