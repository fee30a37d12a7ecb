"""Made attacks that are known to be others: a labelled one's words, told of another place, of another day or of others
who were hit.

Nothing is drawn: the event's name decides what differs, so that learning gives the same on every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from feeds.stories.evidence.harm import told_new
from feeds.stories.evidence.when import event_days
from feeds.stories.profile import Days, Profile
from seeds.model import Tier

_SOON, _LATE = 3, 12  # days after which, of so many, it happens there again
_FEW = 3  # so many come to harm in many attacks
# What a report has of its own attack alone.
_OWN = frozenset({"killed:part", "injured:part", "person", "figure", "name", "symbol"})
Tallies = Mapping[str, Mapping[str, int]]


def is_attack(entry: Profile) -> bool:
    """Whether it tells where an attack was; what the labels call irrelevant has no tier."""
    return Tier.INCIDENT in entry.of("tier") and "incident" in entry.of("kind") and bool(entry.of("site"))


def twins(event: str, entry: Profile, sites: Sequence[tuple[str, ...]], sides: Sequence[str]) -> Iterator[Profile]:
    """The attacks made of one's report: one there days later. Where people came to harm its toll is another, and so is
    that of one elsewhere, of one on the next day where its day is known, and of one on others there where a contingent
    is named; where few did, one on others nearby has the same toll.

    `sites` are known places, each with its regions, `sides` known contingents.
    """
    harmed = entry.of("killed") or entry.of("injured")
    if entry.told and not entry.told.vague and (harmed or told_new(entry)):
        number = _number(event, 18)
        yield _later(entry, _SOON + number % _LATE, number)
    if not harmed:
        return
    yield _elsewhere(event, entry, sites)
    if entry.of("event") and entry.told:
        yield _later(entry, 1, _number(event, 14))
    if entry.of("contingent"):
        yield _second(event, entry, sides)
        if _harmed(entry) <= _FEW:
            yield _neighbour(event, entry, sites, sides)


def _elsewhere(event: str, entry: Profile, sites: Sequence[tuple[str, ...]]) -> Profile:
    """Another place and toll, and in every second case no contingent."""
    number = _number(event, 2)
    kept = _other_tolls(entry, number)
    if number % 2:
        kept = {**kept, "contingent": {}, "country": {}}
    return _changed(entry, {**_moved([one for one in sites if one[0] not in entry.of("place")], number), **kept})


def _second(event: str, entry: Profile, sides: Sequence[str]) -> Profile:
    """Another contingent and toll at the same place."""
    number = _number(event, 10)
    return _changed(entry, {**_other_side(entry, sides, number), **_other_tolls(entry, number)})


def _later(entry: Profile, days: int, number: int) -> Profile:
    """Another toll, or again none, at the same place, so many days later."""
    on = timedelta(days=days)
    event = {(day + on).isoformat(): 1 for day in event_days(entry)}
    told = entry.told and Days(entry.told.first + on, entry.told.last + on)
    return replace(_changed(entry, {"event": event, "weekday": {}, **_other_tolls(entry, number)}), told=told)


def _neighbour(event: str, entry: Profile, sites: Sequence[tuple[str, ...]], sides: Sequence[str]) -> Profile:
    """Another contingent and place, of the region where another of it is known; small tolls are often the same."""
    number = _number(event, 6)
    others = [one for one in sites if one[0] not in entry.of("place")]
    near = [one for one in others if not entry.of("region").keys().isdisjoint(one[1:])]
    return _changed(entry, {**_moved(near or others, number), **_other_side(entry, sides, number)})


def _changed(entry: Profile, changed: Tallies) -> Profile:
    """The entry with what is changed, and without what only its own attack has, its title's words too."""
    kept = {family: tally for family, tally in entry.tallies.items() if family not in _OWN}
    tallies = {family: tally for family, tally in {**kept, **changed}.items() if tally}
    return replace(entry, titles=tuple((language, "") for language, _ in entry.titles), tallies=tallies)


def _moved(sites: Sequence[tuple[str, ...]], number: int) -> Tallies:
    """One of these places."""
    site, *region = sites[number % len(sites)] if sites else ("",)
    return {"site": {site: 1}, "place": {site: 1}, "region": dict.fromkeys(region, 1)}


def _other_side(entry: Profile, sides: Sequence[str], number: int) -> Tallies:
    foreign = [side for side in sides if side not in entry.of("country")] or [""]
    side = {foreign[number % len(foreign)]: 1}
    return {"contingent": side, "country": side}


def _other_tolls(entry: Profile, number: int) -> Tallies:
    """Other counts; where one harm alone is told, in every third case of the other harm."""
    killed, injured = (
        {str(_other_count(int(count), number)): 1 for count in entry.of(harm)} for harm in ("killed", "injured")
    )
    if bool(killed) != bool(injured) and number % 3 == 0:
        killed, injured = injured, killed
    return {"killed": killed, "injured": injured}


def _other_count(count: int, number: int) -> int:
    step = 1 + number // 2 % 4
    return count - step if number // 8 % 2 and count > step else count + step


def _harmed(entry: Profile) -> int:
    return max(int(count) for harm in ("killed", "injured") for count in entry.of(harm))


def _number(event: str, start: int) -> int:
    return int.from_bytes(hashlib.sha256(event.encode()).digest()[start : start + 4])
