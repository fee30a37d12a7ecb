"""The archive as evidence: an item that never names the mission may tell an event that the archive knows as the
mission's. Pure.

Precision first: place and day must be the same, and a toll or a contingent too, and nothing may speak for another
event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from feeds.model import Finding
from feeds.stories.evidence.likeness import likeness
from feeds.stories.profile import Profile
from seeds.model import Reason

_DAYS = 3  # between two reports of one event
_SURE = 2.0  # log-odds from which an item tells an event
#: The kind of the reason that an item tells a story's event; it names the story, the place and the day.
STORY = "story"


def recall(lead: Profile, candidates: Mapping[int, Profile]) -> int | None:
    """The id of the story whose event a lead tells, None where none is sure; of equals the lower id."""
    likely = {story: likeness(lead, known) for story, known in sorted(candidates.items()) if _same(lead, known)}
    best = max(likely, key=lambda story: likely[story], default=None)
    return best if best is not None and likely[best] >= _SURE else None


def _same(lead: Profile, story: Profile) -> bool:
    return (
        bool(_both(lead, story, "site"))
        and _near(lead, story)
        and (_both(lead, story, "killed") or _both(lead, story, "injured") or _both(lead, story, "contingent"))
        and not (lead.of("contingent") and story.of("contingent") and not _both(lead, story, "contingent"))
    )


def _both(one: Profile, two: Profile, family: str) -> bool:
    return not one.of(family).keys().isdisjoint(two.of(family))


def _near(lead: Profile, story: Profile) -> bool:
    """Whether both are dated, and of one stretch of days."""
    if lead.told is None or story.told is None or lead.told.vague or story.told.vague:
        return False
    if lead.of("event") and story.of("event") and not _both(lead, story, "event"):
        return False
    return lead.told.gap(story.told) <= _DAYS


def recalled(lead: Finding, story: int) -> Finding:
    """A lead as a finding: it is relevant for telling that story's event."""
    facts = lead.facts
    told = (facts.place, facts.event.start.date().isoformat() if facts.event else "")
    named = ", ".join(one for one in told if one)
    quote = dict(facts.quotes).get("place", "")
    reason = Reason(STORY, f"#{story}" + (f": {named}" if named else ""), _SURE, quote, STORY)
    return replace(lead, match=replace(lead.match, relevant=True, reasons=(reason, *lead.match.reasons)))
