"""What two tolls say of their being one story's: equal, grown, of another place, or of another event."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from feeds.stories.evidence.shares import best_share
from feeds.stories.evidence.when import Piece, event_days
from feeds.stories.profile import Days, Profile
from seeds.model import Tier

_UPDATE = 0.5  # a toll that grows to at most twice, or shrinks to no less than half, is an update
_MANY = 8
# Days within which other tolls of one attack follow each other: of 78 labelled reports that gave another 74 did.
_REPORTED = 2
_TELLING_SUM = 5
_TOLLS = frozenset({"killed", "killed:part", "injured", "injured:part"})


def toll_pieces(entry: Profile, story: Profile, apart: bool) -> Iterator[Piece]:
    """The pieces of evidence in two tolls; `apart` says that they are of incidents at different places."""
    if not (_counted(entry) and _counted(story)):
        return
    if _grown_worse(entry, story):
        yield "casualties", 1.0
        return
    for harm in ("killed", "injured"):
        yield from _harm(entry, story, harm, apart)


def _counted(profile: Profile) -> bool:
    """Whether anybody is counted in it; most of the world's reports count nobody."""
    return not _TOLLS.isdisjoint(profile.tallies)


def _grown_worse(entry: Profile, story: Profile) -> bool:
    """Whether as many came to harm in all, and only the share of the dead differs: the wounded died."""
    if entry.of("killed").keys() & story.of("killed").keys() or entry.of("injured").keys() & story.of("injured").keys():
        return False
    hurt = any(_counts(entry, "injured") | _counts(story, "injured"))
    return hurt and max(_sums(entry) & _sums(story), default=0) >= _TELLING_SUM


def _harm(entry: Profile, story: Profile, harm: str, apart: bool) -> Iterator[Piece]:
    """What two counts of one harm say. A report may count the soldiers where another counts all who died."""
    ours, theirs = _counts(entry, harm), _counts(story, harm)
    world = 1.0 if entry.scope else 0.5
    undated = entry.told is None or story.told is None
    if same := ours & theirs:
        share = best_share(story, harm, {str(count) for count in same}) * world
        yield harm, share
        if harm == "killed":
            yield "killed many", share * (min(max(same), _MANY) - 1)
    elif not undated and (ours & _counts(story, f"{harm}:part") or theirs & _counts(entry, f"{harm}:part")):
        yield harm, 0.5 * world
    elif ours and theirs and apart:  # no update: the toll of another place
        yield "other toll elsewhere", 1.0
    elif ours and theirs and is_incident(entry) and is_incident(story):
        ratio = max(min(pair) / max(pair) for pair in product(ours, theirs))
        yield (f"{harm} updated" if ratio >= _UPDATE else f"other {harm}"), 1.0
        if ratio >= _UPDATE and undated:
            yield "undated update", 1.0


def other_harm(entry: Profile, story: Profile) -> bool:
    """Whether they tell of other harm: to peacekeepers of other contingents, on another day or after days of silence,
    and no toll of theirs is the same."""
    if not (entry.scope and is_incident(entry) and is_incident(story)):
        return False
    if not (_none_alike(entry, story, "contingent") or _none_alike(entry, story, "event") or _silence(entry, story)):
        return False
    if not (_harmed(entry) or _harmed(story)):  # then only the days tell attacks apart
        return told_new(entry) and _silence(entry, story)
    tolls = [(_counts(entry, harm), _counts(story, harm)) for harm in ("killed", "injured")]
    ours, theirs = zip(*tolls, strict=True)
    return any(ours) and any(theirs) and not any(one & other for one, other in tolls)


def _harmed(profile: Profile) -> bool:
    """Whether anybody is said to have come to harm."""
    return any(count != "0" for toll in _TOLLS for count in profile.of(toll))


def told_new(entry: Profile) -> bool:
    """Whether an attack is told as news, and not what came of it or who claims it."""
    return Tier.INCIDENT in entry.of("tier") and not entry.of("later") and not entry.of("echo")


def _silence(entry: Profile, story: Profile) -> bool:
    """Whether days lie between what an entry tells and what a story was told in, by which reports of one toll have
    mostly come."""
    happened = _days(entry) or entry.told
    known = [days for days in (story.told, _days(story)) if days is not None]
    if happened is None or happened.vague or not known or any(days.vague for days in known):
        return False
    return min(happened.gap(days) for days in known) > _REPORTED


def _days(profile: Profile) -> Days | None:
    """The days of the event, where they are known."""
    days = event_days(profile)
    return Days(min(days), max(days)) if days else None


def _none_alike(entry: Profile, story: Profile, family: str) -> bool:
    """Whether both have things of a family, and none is the same."""
    ours, theirs = entry.of(family).keys(), story.of(family).keys()
    return bool(ours and theirs) and not ours & theirs


def is_incident(profile: Profile) -> bool:
    """Whether it tells of an incident; the dead of a farewell or a debate are those of all the years."""
    return "incident" in profile.of("kind") or not profile.of("kind")


def _counts(profile: Profile, harm: str) -> set[int]:
    return {int(count) for count in profile.of(harm)}


def _sums(profile: Profile) -> set[int]:
    return {sum(pair) for pair in product(_counts(profile, "killed") or {0}, _counts(profile, "injured") or {0})}
