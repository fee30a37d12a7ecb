"""What is done at set times: each channel's digest, and once a day what the house does for itself."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from config.schedule import set_times
from config.schema import NO_BACKUP, Digest, Settings
from feeds.agenda import last_time, next_time
from feeds.freshness import proof_of_silence
from feeds.model import HANDOVERS, At, Channel, Daily, Job, Notice, NoticeKind
from feeds.store import Store
from feeds.store.upkeep.shelf import copies_of

log = logging.getLogger(__name__)

# How long the text of items that nobody flagged is kept (for `why` and `replay`), and old lines for the operators.
UNFLAGGED = timedelta(days=60)
NOTICES = timedelta(days=7)
BRIEFED = timedelta(days=90)  # … and who was briefed when, or told of what they follow
BACKUP = "backup"  # the kind of the job that is a copy of the database
_COPIED_AFTER = timedelta(minutes=10)  # from a start: what is more urgent then has the disk
_FORGETTING = timedelta(days=2)  # that much more is forgotten at a time, however long the last time is past
_HALF = timedelta(hours=12)  # before the digest's hour lies the day that it closes


def keep_agenda(
    store: Store, now: datetime, digest: Digest, backup: At | None = None, *, digests: bool = True
) -> list[Job]:
    """Do what is due now and plan what comes next; returns what was done. `digest` is the house's own hour; whoever
    asks makes the copy that falls due with `backup`, for that takes longer than a store may be held. Without `digests`
    these wait: after a restore those of the time since are known again by what they name, once feeds were read.

    A time that was missed is made up once. A fault of ours in one job is logged and that job waits for its next time.
    Raises sqlite3.OperationalError when the database can't be written: then what is left comes at the next call.
    """
    usual = Daily((digest.hour,), digest.zone)
    copies = [Job(BACKUP, backup, next_time(backup, now))] if backup else []
    store.agenda.plan((*_wanted(store.subscriptions.listeners(), now, usual), *copies), now)
    jobs = [job for job in store.agenda.due(now) if digests or job.kind != "digest"]
    for job in jobs:
        _carry_out(store, job, now)
    return jobs


def backup_times(settings: Settings) -> At | None:
    """When the database is copied; None for never."""
    if settings.backup == NO_BACKUP:
        return None
    found = set_times(settings.backup, "day")
    return At(found.minutes, found.zone)


def catch_up_copy(store: Store, database: Path, now: datetime) -> None:
    """Plan the copy that was due last for a while from now where it is not there: the bot was ended, or killed, before
    it was made."""
    done = max((job.done for job in store.agenda.all() if job.kind == BACKUP and job.done), default=None)
    if done and not any(copy.at >= done.replace(microsecond=0) for copy in copies_of(database)):
        store.agenda.hasten(BACKUP, now + _COPIED_AFTER)


def question_times(store: Store, now: datetime, *, thoroughly: bool = False) -> Notice | None:
    """Take back the times that lie further ahead than they can; what the operators are told where there were any."""
    with store.together():
        strayed = store.clocks.question(now, thoroughly=thoroughly)
        if not strayed:
            return None
        notice = Notice(NoticeKind.CLOCK_STRAYED, {"times": strayed})
        store.outbox.notice(notice, now)
    return notice


def _wanted(channels: Iterable[Channel], now: datetime, usual: Daily) -> Iterator[Job]:
    """Each channel's digest, and the day's chores: these for the first time when there is a day to tell of."""
    yield Job("daily", usual, next_time(usual, now + _HALF))
    for channel in channels:
        when = channel.digest or usual
        yield Job("digest", when, next_time(when, now), channel.name)
        for kind, at in channel.handovers:
            yield Job(kind, at, next_time(at, now), channel.name)


def _carry_out(store: Store, job: Job, now: datetime) -> None:
    try:
        store.agenda.carry_out(job, lambda: _WORK[job.kind](store, job, now), now)
    except sqlite3.OperationalError:
        raise
    except Exception:
        log.exception("%s %s met a fault of ours; it waits for its next time", job.kind, job.subject)
        store.agenda.carry_out(job, lambda: None, now)


def _digest(store: Store, job: Job, now: datetime) -> None:
    store.outbox.queue_digest(job.subject, now, job.next)


def _hand_over(store: Store, job: Job, now: datetime) -> None:
    """What happened since the last one; before the first one, since the time at which it would have been."""
    assert isinstance(job.recurrence, At), "handovers come at set times"
    kind = next(one for one in HANDOVERS if one == job.kind)
    store.handovers.queue(job.subject, kind, last_time(job.recurrence, job.next), now, job.next)


def _daily(store: Store, job: Job, now: datetime) -> None:
    """The proof of silence for the day before the planned time; then what nobody will ask for again is forgotten."""
    day = store.days.day((job.next - _HALF).date())
    hidden = store.foreign_to_operators()
    states = [state for state in store.feeds.all() if state.name not in hidden]
    closed = proof_of_silence(states, day.read, day.matched, now)
    store.outbox.notice(replace(closed, args={**closed.args, "day": job.next.date().isoformat()}), now)
    # A clock that is a year ahead for an hour makes two days' worth be forgotten, not a year's.
    upto = min(now, (job.done or job.next) + _FORGETTING)
    store.archive.purge(upto - UNFLAGGED)
    store.outbox.forget(upto - NOTICES)
    store.briefs.forget(upto - BRIEFED)
    store.tellings.forget(upto - BRIEFED)


_WORK: Mapping[str, Callable[[Store, Job, datetime], None]] = {
    BACKUP: lambda *_: None,
    "digest": _digest,
    "daily": _daily,
    **dict.fromkeys(HANDOVERS, _hand_over),
}
