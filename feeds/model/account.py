"""What a story says, in values: where and when it was, who states which figure, and how far it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from seeds.model import Victims, When

HarmKind = Literal["killed", "injured"]


class Rung(StrEnum):
    """How far a story is confirmed: by one publisher, by several independent ones, by the UN itself."""

    SINGLE = "single"
    SEVERAL = "several"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirms a story.

    `voices` names each independent publisher once, in order of arrival (official ones included); `first` is the
    time of the first report (None of a story without sources) and `confirmed` that of the first official statement,
    each as exact as its source.
    """

    rung: Rung = Rung.SINGLE
    voices: tuple[str, ...] = ()
    first: When | None = None
    confirmed: When | None = None

    @property
    def delay(self) -> timedelta | None:
        """From the first report to the UN's statement, zero when the UN spoke first; None without a statement, or
        when either time is not known exactly."""
        ends = [end.start for end in (self.first, self.confirmed) if end is not None and end.precision == "instant"]
        return max(ends[1] - ends[0], timedelta(0)) if len(ends) == 2 else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One count and the independent publishers whose latest word it is.

    `official` says that a UN source is among them; `since` is when it was first stated, as exactly as is known. `early`
    counts are what was last said before the believed count or the UN's word came up, or what nobody holds to any more:
    "3 (early reports)". Beside the UN's "none" no count that somebody holds to is early.
    """

    count: int
    voices: tuple[str, ...]
    official: bool
    at_least: bool
    since: When
    early: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """All counts of one harm, in total or of one class of `victims`: the one to believe first, early reports last."""

    harm: HarmKind
    stated: tuple[Figure, ...] = ()
    victims: Victims | None = None

    @property
    def current(self) -> Figure | None:
        """The count to believe now, None when nobody gives one."""
        return self.stated[0] if self.stated else None

    @property
    def range(self) -> tuple[int, int] | None:
        """The lowest and the highest count that somebody still holds to; alike where nobody disagrees."""
        held = [figure.count for figure in self.stated if not figure.early]
        return (min(held), max(held)) if held else None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a story happened: the UN's English spelling, its region, latitude and longitude in degrees.

    `region_only` says that nobody knows more than the region of that name; the coordinates are its chief town's.
    """

    place: str
    region: str | None = None
    coordinates: tuple[float, float] | None = None
    region_only: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What a story says, worked out from all its sources by one rule (see `feeds.stories.account`).

    `headline` is the id of the entry whose title names the story. `day` is that of the event, as exact as anyone
    knows it ("day", "month" or "year"). `figures` are the total of each harm and then its counts by class of victims,
    those that somebody states. `contingents` are ISO 3166 alpha-2 codes, the one named most first. `attack` and
    `actor` are terms of the lexicon, `symbols` UN document symbols in canonical form.
    """

    headline: int | None = None
    location: Location | None = None
    day: When | None = None
    figures: tuple[Figures, ...] = ()
    contingents: tuple[str, ...] = ()
    attack: str | None = None
    actor: str | None = None
    symbols: tuple[str, ...] = ()
    confirmation: Confirmation = Confirmation()

    def toll(self, harm: HarmKind, victims: Victims | None = None) -> Figures:
        """Who states which count of a harm, in total or of one class of victims; empty when nobody does."""
        for one in self.figures:
            if one.harm == harm and one.victims == victims:
                return one
        return Figures(harm, (), victims)

    def believed(self, harm: HarmKind, victims: Victims | None = None) -> int | None:
        """The count of a harm to believe now, None when nobody gives one."""
        current = self.toll(harm, victims).current
        return None if current is None else current.count


NO_ACCOUNT = Account()
