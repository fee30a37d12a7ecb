"""The agenda: what is to be done at set times, and when it was done last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from pydantic import TypeAdapter
from sqlite_utils import Database

from feeds.agenda import advanced, reconciled
from feeds.model import Job, Recurrence
from feeds.store.db import rows
from feeds.store.db.connection import writing

_RECURRENCE: TypeAdapter[Recurrence] = TypeAdapter(Recurrence)


class Agenda:
    """Timed jobs over one connection."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Job]:
        """All jobs, by kind and subject."""
        return [_job(row) for row in self._db.query("SELECT * FROM agenda ORDER BY kind, subject")]

    def due(self, now: datetime) -> list[Job]:
        """What is to be done now, the longest due first."""
        sql = "SELECT * FROM agenda WHERE next <= ? ORDER BY next, kind, subject"
        return [_job(row) for row in self._db.query(sql, [rows.stamp(now)])]

    def plan(self, wanted: Iterable[Job], now: datetime) -> None:
        """Make these the jobs, each with its first time: known ones keep their next time (see `reconciled`), others
        are struck out. Nothing is written when nothing changes."""
        kept = {(job.kind, job.subject): job for job in self.all()}
        jobs = [reconciled(job, kept.get((job.kind, job.subject)), now) for job in wanted]
        changed = [job for job in jobs if kept.pop((job.kind, job.subject), None) != job]
        if kept or changed:
            with writing(self._db):
                self._db.conn.executemany("DELETE FROM agenda WHERE kind = ? AND subject = ?", list(kept))
                for job in changed:
                    self._put(job)

    def hasten(self, kind: str, at: datetime) -> None:
        """Do the jobs of a kind at an instant, where they are not due before it."""
        with writing(self._db):
            sql = "UPDATE agenda SET next = ? WHERE kind = ? AND next > ?"
            self._db.execute(sql, [rows.stamp(at), kind, rows.stamp(at)])

    def carry_out(self, job: Job, work: Callable[[], object], now: datetime) -> None:
        """Do a job and note that it was done, both or neither. Raises what `work` raises."""
        with writing(self._db):
            work()
            self._put(advanced(job, now))

    def _put(self, job: Job) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO agenda (kind, subject, recurrence, next, done) VALUES (?, ?, ?, ?, ?)",
            [
                job.kind, job.subject, _RECURRENCE.dump_json(job.recurrence).decode(),
                rows.stamp(job.next), rows.stamped(job.done),
            ],
        )  # fmt: skip


def _job(row: rows.Row) -> Job:
    return Job(
        kind=row["kind"],
        recurrence=_RECURRENCE.validate_json(row["recurrence"]),
        next=rows.time_in(row["next"]),
        subject=row["subject"],
        done=rows.instant_of(row["done"]),
    )
