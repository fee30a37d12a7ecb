"""Whether a document tells of a time before its mission: then it is about something else, whatever it names.

Only what is sure is told: a document without a date may be of any day, and one of "2013" may be of December.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from seeds.model import Document, Facts, Reason, When
from seeds.relevance.evidence import Evidence

WEIGHT = -10.0  # told beside the other reasons; nothing outweighs it
_NAMES = ("name", "document", "misspelt")
_LEAD = 1  # the number of the sentence after the title


def last_day(when: When) -> date:
    """The last day of the year, month or day that is meant."""
    day = when.start.date()
    if when.precision == "year":
        return day.replace(month=12, day=31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if when.precision == "month" else day


def before(start: date | None, document: Document, evidence: Evidence, facts: Facts) -> Reason | None:
    """Why a document is of the time before `start`: it was published before, or tells of an event before; else None.

    What names the mission, or was published in its time, looks back at what is told later than in its lead.
    """
    if start is None or evidence.of("allow"):
        return None
    published, event = document.published, facts.event
    if published is not None and last_day(published) < start:
        return _reason(published, "")
    if event is None or last_day(event) >= start or evidence.of(*_NAMES):
        return None
    quote = dict(facts.quotes).get("event", "")
    if str(event.start.year) not in quote:
        return None  # a year that is only guessed
    leading = any(hit.sentence <= _LEAD and evidence.quote(hit) == quote for hit in evidence.of("role", "org"))
    return _reason(event, quote) if leading else None


def _reason(when: When, quote: str) -> Reason:
    return Reason("date", when.start.date().isoformat(), WEIGHT, quote, "lexicon/missions.toml from")
