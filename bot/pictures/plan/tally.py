"""Which stories a picture counts, their sums, and the sentences that say what the sums are of. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.language import _, numeral, plural, plural_forms
from bot.pictures.model import Picture, Theme, Town
from bot.wording.counts import incidents_counted
from bot.wording.facts import harmed, of_class
from bot.wording.formats import clean, cut, day, enumerated, month
from feeds.model import HarmKind, Incident
from seeds.model import Tier, Victims, When

_CLASSES: tuple[Victims, ...] = ("peacekeepers", "national_forces", "civilians", "contractors")
_LONGEST_ALT = 1000


@dataclass(frozen=True, slots=True)
class Planned:
    """A picture, the same numbers as lines of text, and what it shows in one sentence or two, for those who cannot see
    it."""

    picture: Picture
    lines: tuple[str, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for: `since` when (None: all that is known) and before `until` (None: up to now), of which
    `watches` (their titles), as of `now`.

    `looked` are the days on which feeds were read, `around` places (latitude, longitude) and `towns` that a map without
    incidents shows, `notes` say what was left out before.
    """

    since: datetime | None
    now: datetime
    watches: tuple[str, ...] = ()
    looked: frozenset[date] = frozenset()
    notes: tuple[str, ...] = ()
    theme: Theme = "dark"
    around: tuple[tuple[float, float], ...] = ()
    until: datetime | None = None
    towns: tuple[Town, ...] = ()

    @property
    def last(self) -> datetime:
        """The last moment that is asked for."""
        return self.now if self.until is None else min(self.now, self.until - timedelta(microseconds=1))

    @property
    def ever(self) -> bool:
        """Whether all is asked for that is known."""
        return self.since is None and self.until is None

    @property
    def words(self) -> str:
        """ "since 31 Aug 2026", "since Aug 2026", "since 31 Aug 2026, 06:00 UTC", "in 2021", "from 3 Feb 2021 to 5 Feb
        2021", "until 5 Feb 2021", "in all that is known"."""
        if self.until is not None:
            return _span_words(self.since, self.until)
        if self.since is None:
            return _("in all that is known")
        recent = self.now - self.since < timedelta(days=2)
        at = self.since.astimezone(UTC)
        if at.day == 1 and not recent and not at.hour:
            return _("since {month}").format(month=month(at))
        if recent and (at.hour or at.minute):
            return _("since {day}, {time} UTC").format(day=day(at), time=f"{at:%H:%M}")
        return _("since {day}").format(day=day(at))

    @property
    def nothing(self) -> str:
        """What is said where there is no incident."""
        return _("No incident is known.") if self.ever else _("No incident is known {words}.").format(words=self.words)

    @property
    def heads(self) -> tuple[str, ...]:
        """Whose incidents they are."""
        return (cut(" · ".join(map(clean, self.watches)), 160),) if self.watches else ()


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum: `count` is None where nobody states any, `least` says that it is a least one, `silent` counts the
    incidents of which nobody states any."""

    count: int | None
    least: bool
    silent: int

    def words(self, harm: HarmKind) -> str:
        """ "at least 31 killed"; "an unknown number injured"."""
        if self.count is not None:
            return harmed(harm, self.count, at_least(self.count, least=self.least))
        return _("an unknown number killed") if harm == "killed" else _("an unknown number injured")


def _span_words(since: datetime | None, until: datetime) -> str:
    """A whole year, month or day by its name, any other time by its first and last day."""
    after = until.astimezone(UTC)
    last = after - timedelta(microseconds=1)
    if since is None:
        return _("until {day}").format(day=day(last))
    start = since.astimezone(UTC)
    whole = start == start.replace(hour=0, minute=0, second=0, microsecond=0)
    if whole and start.day == after.day == 1 and not after.hour:
        months = (after.year - start.year) * 12 + after.month - start.month
        if months == 1 or (months == 12 and start.month == 1):
            return _("in {month}").format(month=month(start)) if months == 1 else _("in {year}").format(year=start.year)
    if whole and after - start == timedelta(days=1):
        return _("on {day}").format(day=day(start))
    return _("from {first} to {last}").format(first=day(start), last=day(last))


def at_least(number: int, *, least: bool) -> str:
    """ "at least 31", "31"; of nothing there is no least."""
    said = numeral(number)
    return _("at least {number}").format(number=said) if least and number else said


def counts(row: Incident) -> bool:
    """Whether a story is counted: an incident that somebody still tells, and no later word on an earlier one."""
    return row.tier is Tier.INCIDENT and not row.withdrawn and row.linked_to is None


def date_of(row: Incident) -> When:
    """When it happened, as exactly as is known; where nobody says, when it was first told."""
    account = row.account
    return account.day or account.confirmation.first or When(row.opened, "instant")


def within(row: Incident, since: datetime | None, until: datetime | None = None) -> bool:
    """Whether it may have happened since then, and before `until`."""
    told = date_of(row)
    return (since is None or told.end >= since) and (until is None or told.start < until)


def toll_of(rows: Collection[Incident], harm: HarmKind, victims: Victims | None = None) -> Sum:
    """The sum of the counts to believe; nobody, where there is no incident at all."""
    stated = [one for row in rows if (one := row.account.toll(harm, victims).current) is not None]
    number = sum(one.count for one in stated) if stated or not rows else None
    return Sum(number, any(one.at_least for one in stated), len(rows) - len(stated))


def summary(rows: Sequence[Incident]) -> str:
    """ "14 incidents, at least 31 killed, 12 injured."."""
    harms: list[HarmKind] = ["killed", "injured"] if rows else []
    return ", ".join((incidents_counted(len(rows)), *(toll_of(rows, harm).words(harm) for harm in harms))) + "."


def whose(rows: Sequence[Incident], harm: HarmKind = "killed") -> str:
    """Whose dead or hurt are counted: "Killed: 12 peacekeepers, 3 civilians and 16 not told apart. Attackers are not
    counted."."""
    whole, outside = toll_of(rows, harm).count or 0, _("Attackers are not counted.")
    told = {victims: toll_of(rows, harm, victims).count or 0 for victims in _CLASSES}
    parts = [of_class(victims, number, numeral(number)) for victims, number in told.items() if number]
    rest = whole - sum(told.values())
    parts += [plural("{n} not told apart", "{n} not told apart", rest)] if rest > 0 else []
    head = _("Killed: {parts}.") if harm == "killed" else _("Injured: {parts}.")
    return f"{head.format(parts=enumerated(parts))} {outside}" if parts else outside


def silence(rows: Sequence[Incident], harms: Iterable[HarmKind]) -> tuple[str, ...]:
    """What is not in the sums because nobody states it."""
    silent = {harm: toll_of(rows, harm).silent for harm in harms}
    return tuple(plural(*_SILENT[harm], n) for harm, n in silent.items() if n)


_SILENT: dict[HarmKind, tuple[str, str]] = {
    "killed": plural_forms(
        "No number of killed is stated for {n} incident.", "No number of killed is stated for {n} incidents."
    ),
    "injured": plural_forms(
        "No number of injured is stated for {n} incident.", "No number of injured is stated for {n} incidents."
    ),
}


def alt_text(*parts: str) -> str:
    """The parts as what a picture shows, at most so long as every place takes it."""
    return cut(" ".join(filter(None, parts)), _LONGEST_ALT)
