"""What is done once a day: the proof of silence, and forgetting what nobody will ask for again."""

from __future__ import annotations

from datetime import datetime, timedelta

from feeds.freshness import proof_of_silence
from feeds.route import next_digest
from feeds.store import Store

# How long the text of items that nobody flagged is kept (for `why` and `replay`), and old lines for the operators.
UNFLAGGED = timedelta(days=60)
NOTICES = timedelta(days=7)
_NEXT = "next_chores"
_HALF = timedelta(hours=12)  # before the digest's hour lies the day that it closes


def chores(store: Store, now: datetime, hour: int, zone: str) -> bool:
    """Do the day's chores when their time, the digest's hour, has come; returns whether they were done.

    The next time is kept in the store, so that a stop over that hour only delays them; the proof tells of the day
    before it, and the first one of a day on which the program ran. Raises
    sqlite3.OperationalError when the database can't be written: then they come at the next call.
    """
    planned = store.meta.get(_NEXT)
    if planned is not None and now < datetime.fromisoformat(planned):
        return False
    if planned is not None:
        day = store.days.day((datetime.fromisoformat(planned) - _HALF).date())
        store.outbox.notice(proof_of_silence(store.feeds.all(), day.read, day.matched, now), now)
        store.archive.purge(now - UNFLAGGED)
        store.outbox.forget(now - NOTICES)
    store.meta.put(_NEXT, next_digest(now if planned is not None else now + _HALF, hour, zone).isoformat())
    return planned is not None
