"""The agenda's rules: when a job is due next, and what becomes of the times that were missed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feeds.model import At, Daily, Every, Job, Recurrence


def next_time(recurrence: Recurrence, now: datetime) -> datetime:
    """The first time after `now` (aware), in UTC.

    An hour that the clocks skip in spring falls an hour later; one that they repeat in autumn is taken the first time.
    """
    if isinstance(recurrence, Every):
        return now.astimezone(UTC) + timedelta(minutes=recurrence.minutes)
    return min(at for at in _times(_at(recurrence), now, forward=True) if at > now)


def last_time(recurrence: At, now: datetime) -> datetime:
    """The last time before `now`, in UTC."""
    return max(at for at in _times(recurrence, now, forward=False) if at < now)


def _at(recurrence: Daily | At) -> At:
    if isinstance(recurrence, At):
        return recurrence
    return At(tuple(hour * 60 for hour in recurrence.hours), recurrence.zone)


def _times(times: At, now: datetime, *, forward: bool) -> Iterable[datetime]:
    """The times of so many days around today, as the zone's clocks show it, that one before or after now is there."""
    zone, far = ZoneInfo(times.zone), 34 if times.monthday else 9 if times.weekday is not None else 3
    today = now.astimezone(zone).date()
    for number in range(far) if forward else range(-far, 2):
        day = today + timedelta(days=number)
        if times.weekday in (None, day.weekday()) and times.monthday in (None, day.day):
            for minute in times.minutes:
                shown = time(*divmod(minute, 60), tzinfo=zone)
                yield datetime.combine(day, shown).astimezone(UTC)


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
