"""The agenda's rules: when a job is due next, what becomes of times that were missed, and when it is quiet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feeds.model import At, Daily, Every, Job, Quiet, Recurrence


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
                yield _instant(day, minute, zone)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When the zone's clocks show a minute of a day."""
    return datetime.combine(day, time(*divmod(minute, 60), tzinfo=zone)).astimezone(UTC)


def quiet_until(quiet: Quiet | None, now: datetime) -> datetime | None:
    """When the quiet hours that `now` (aware) is in end, in UTC; None outside of them.

    They begin and end like a job's times: at an hour that the clocks skip an hour later, at one that they repeat when
    it comes first. So nights differ in length, and what is planned for their end is not held up.
    """
    if quiet is None:
        return None
    zone = ZoneInfo(quiet.zone)
    today = now.astimezone(zone).date()
    ends = (_night(quiet, today + timedelta(days=days), zone) for days in (-2, -1, 0, 1))
    return next((end for start, end in ends if start <= now < end), None)


def _night(quiet: Quiet, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The quiet hours that begin on a day."""
    last = day + timedelta(days=1) if quiet.end <= quiet.start else day
    return _instant(day, quiet.start, zone), _instant(last, quiet.end, zone)


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
