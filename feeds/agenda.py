"""The agenda's rules: when a job is due next, and what becomes of the times that were missed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from feeds.model import Daily, Every, Job, Recurrence


def next_time(recurrence: Recurrence, now: datetime) -> datetime:
    """The first time after `now` (aware), in UTC.

    An hour that the clocks skip in spring falls an hour later; one that they repeat in autumn is taken the first time.
    """
    if isinstance(recurrence, Every):
        return now.astimezone(UTC) + timedelta(minutes=recurrence.minutes)
    return min(at for at in _hours(recurrence, now) if at > now)


def _hours(daily: Daily, now: datetime) -> Iterable[datetime]:
    """The hours of today, tomorrow and the day after in the zone: one of them is still to come."""
    zone = ZoneInfo(daily.zone)
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=days) for days in range(3)):
        for hour in daily.hours:
            yield datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)


def reconciled(wanted: Job, kept: Job | None, now: datetime) -> Job:
    """The job as the agenda should hold it: `wanted` with its first time, `kept` as it was planned before.

    A time that has passed is made up, whatever the new hours are. One that lies further ahead than two rounds was
    planned by a clock that was wrong then, or is now, and is planned anew.
    """
    if kept is None:
        return wanted
    if kept.next <= now:
        return replace(kept, recurrence=wanted.recurrence)
    strayed = kept.next > next_time(wanted.recurrence, next_time(wanted.recurrence, now))
    if strayed or kept.recurrence != wanted.recurrence:
        return replace(wanted, done=kept.done)
    return kept


def advanced(job: Job, now: datetime) -> Job:
    """The job after it was done at `now`: however many times were missed, the next one lies ahead."""
    return replace(job, done=now, next=next_time(job.recurrence, now))
