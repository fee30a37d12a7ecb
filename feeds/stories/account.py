"""What a story says, worked out once from all its sources: the one rule for place, day, figures and confirmation.

Pure. Whatever tells of a story reads this: the alert, the digest, what changed, answers, and SQL over the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import get_args

from feeds.model import NO_ACCOUNT, Account, Confirmation, Figures, HarmKind, Location, Source
from feeds.stories.confirmation import confirmation, story_headline
from feeds.stories.figures import figures
from feeds.stories.told import first_told
from feeds.stories.voices import Voice, voices
from seeds.model import Facts, Precision, Victims, When

# What says of an attack only that it was one.
_ANY_ATTACK = "attack"
_CLASSES: tuple[Victims, ...] = get_args(Victims)
_HARMS: tuple[HarmKind, ...] = get_args(HarmKind)


def account(sources: Sequence[Source]) -> Account:
    """What these sources, in order of arrival, say together; `NO_ACCOUNT` for none.

    The place is what most sources say, of equals the headline's, then the first; so is the day, of equals the first.
    Attack and actor are the headline's, else the first that is stated; contingents and symbols whatever anyone names.
    Outdated ones say nothing any more; where all are, a title is left of it.
    """
    if not sources:
        return NO_ACCOUNT
    sources, all_ = [source for source in sources if not source.outdated], sources
    if not sources:
        return Account(story_headline(all_).entry, confirmation=Confirmation(first=first_told(all_)))
    lead, spoken = story_headline(sources), voices(sources)
    facts = [source.facts for source in sources]
    ordered = [lead.facts, *facts]
    codes = Counter(code for one in facts for code in one.contingents)
    return Account(
        headline=lead.entry,
        location=_location(facts, lead.facts.place),
        day=_day(facts),
        figures=tuple(_figures(spoken, facts)),
        contingents=tuple(code for code, _ in codes.most_common()),
        attack=_attack(ordered),
        actor=next((one.actor for one in ordered if one.actor), None),
        symbols=tuple(dict.fromkeys(symbol for one in facts for symbol in one.symbols)),
        confirmation=confirmation(spoken),
    )


def _location(facts: Sequence[Facts], lead: str | None) -> Location | None:
    named = Counter(one.place for one in facts if one.place)
    if not named:
        return None
    chosen = max(named, key=lambda place: (named[place], place == lead))
    there = [one for one in facts if one.place == chosen]
    return Location(
        chosen,
        next((one.region for one in there if one.region), None),
        next((one.coordinates for one in there if one.coordinates), None),
        all(one.region_only for one in there),
    )


def _day(facts: Iterable[Facts]) -> When | None:
    """The day that most sources state, of equals the first; where none knows the day, the month, and then the year."""
    stated = [one.event for one in facts if one.event is not None]
    precisions: tuple[Precision, ...] = ("day", "month", "year")
    for precision in precisions:
        days = Counter(day for one in stated if (day := _start(one, precision)))
        if days:
            best = max(days, key=days.__getitem__)
            return When(datetime(best.year, best.month, best.day, tzinfo=UTC), precision)
    return None


def _start(event: When, precision: Precision) -> date | None:
    """The first day of an event that is known exactly so."""
    return event.day if precision == "day" else event.start.date() if event.precision == precision else None


def _figures(spoken: Sequence[Voice], facts: Sequence[Facts]) -> Iterator[Figures]:
    told = {(toll.harm, toll.victims) for one in facts for toll in one.tolls}
    for harm in _HARMS:
        wanted = [None, *(victims for victims in _CLASSES if (harm, victims) in told)]
        found = (figures(spoken, harm, victims) for victims in wanted)
        yield from (one for one in found if one.stated)


def _attack(facts: Sequence[Facts]) -> str | None:
    named = [one.attack for one in facts if one.attack]
    return next((attack for attack in named if attack != _ANY_ATTACK), named[0] if named else None)
