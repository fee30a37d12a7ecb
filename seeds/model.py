"""The values that the reading half of the house hands on: a document in, a match and its facts out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

Precision = Literal["year", "month", "day", "instant"]


@dataclass(frozen=True, slots=True)
class When:
    """A point in time that is only as exact as its source.

    `start` is the first instant (UTC, aware) of the stated year, month or day, or the instant itself.
    """

    start: datetime
    precision: Precision

    @property
    def end(self) -> datetime:
        """The last instant (UTC, to the microsecond) of the stated year, month or day; an instant itself."""
        day = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        match self.precision:
            case "year":
                after = day.replace(month=12, day=31) + timedelta(days=1)
            case "month":
                after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
            case "day":
                after = day + timedelta(days=1)
            case "instant":
                return self.start
        return after - timedelta(microseconds=1)

    @property
    def day(self) -> date | None:
        """The day, where it is known to the day."""
        return self.start.date() if self.precision in ("day", "instant") else None


@dataclass(frozen=True, slots=True)
class Document:
    """What is read: plain text (no markup), with what its source says about it.

    `language` is a lower-case ISO 639-1 hint and may be wrong or missing; `published` may be missing.
    """

    title: str
    summary: str = ""
    language: str | None = None
    published: When | None = None
    source: str | None = None
    url: str | None = None


class Tier(StrEnum):
    """What a relevant document is, in the order of urgency."""

    INCIDENT = "incident"
    DECISION = "decision"
    FOLLOW_UP = "follow_up"
    BACKGROUND = "background"
    COMMEMORATION = "commemoration"


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: what was found, where, how much it weighs and who taught it.

    `kind` is the sort of evidence ("name", "role", "theatre", "pattern", "counter", "allow", "block", …);
    `weight` is negative for what spoke against; `quote` is the sentence of the document in which it stood, and
    `found` how it is written there; `learned` says that the pattern stands in `patterns.toml`. `origin` names who
    taught: the seed documents of a learned pattern, and the lexicon's entry as well where only that says that what is
    written there means the same; for all else the entry of the lexicon or the watch.
    """

    kind: str
    pattern: str
    weight: float
    quote: str
    origin: str
    learned: bool = False
    found: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict of one watch on one document. `score` is in 0..1; `tier` is None exactly when not relevant."""

    watch: str
    relevant: bool
    score: float
    tier: Tier | None
    reasons: tuple[Reason, ...] = ()


Victims = Literal["peacekeepers", "national_forces", "civilians", "contractors", "attackers", "unspecified"]


@dataclass(frozen=True, slots=True)
class Toll:
    """One figure as the document states it: how many of whom, and the sentence it was read in."""

    harm: Literal["killed", "injured"]
    count: int
    victims: Victims
    quote: str
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document states of its main incident.

    `killed` and `injured` are totals less the attackers, None when not stated. `place` is the UN's English
    spelling of the most specific place, `coordinates` its latitude and longitude in degrees; `region_only` says that
    the region of that name is meant, whose chief town the coordinates are of. `contingents` are sorted ISO 3166
    alpha-2 codes of the victims' or subject's contingents. `event` is the day of the incident. `attack` and
    `actor` are terms of the lexicon. `symbols` are UN document symbols in canonical form. `quotes` pairs each
    fact's name with the sentence it was read in. `retracted` says that the publisher takes the report back. `language`
    is the one that the words tell, whatever their source says of it (ISO 639-1); None where these differ.
    """

    killed: int | None = None
    injured: int | None = None
    tolls: tuple[Toll, ...] = ()
    place: str | None = None
    coordinates: tuple[float, float] | None = None
    region: str | None = None
    contingents: tuple[str, ...] = ()
    event: When | None = None
    attack: str | None = None
    actor: str | None = None
    symbols: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()
    region_only: bool = False
    retracted: bool = False
    language: str | None = None


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Topic:
    """A concept of `lexicon/topics.toml`: how much sharing it tells, the family it belongs to, whether it is a means by
    which people come to harm, whether it tells of days after the incident's, and whether it echoes what was told."""

    name: str
    tells: Literal["little", "some", "much"]
    kind: str | None = None
    means: bool = False
    later: bool = False
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What of a text survives translation, so that reports in different languages know each other.

    `topics` are the concepts in it; `countries` ISO 3166 alpha-2 codes; `missions`, `places` and `people` the
    lexicon's keys; `weekdays` "0" for Monday to "6"; `figures` numbers that are neither years nor very small;
    `names` folded words that the text writes with a capital and the lexicon does not know; `words` the beginnings of
    all its longer words.
    """

    topics: frozenset[Topic] = frozenset()
    countries: frozenset[str] = frozenset()
    missions: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    weekdays: frozenset[str] = frozenset()
    figures: frozenset[int] = frozenset()
    years: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


NO_FINGERPRINT = Fingerprint()
