"""Whose turn it is in the worker."""

import asyncio
from itertools import count
from types import SimpleNamespace

import pytest

from feeds.model import CauseKind
from feeds.worker.bounds import unreadable
from feeds.worker.jobs import JudgeItems, ParseBody, ReadLead
from feeds.worker.queue import Task, TaskQueue
from tests.store_kit import NOW
from tests.worker_kit import FEED, answer

SMALL, LARGE = (ParseBody(answer(), FEED, NOW, False, size) for size in (1_000, 10_000_000))
PAGE = ReadLead(b"<p>")
NUMBERS = count()


@pytest.fixture
def make():
    """Makes a task of a source."""
    loop = asyncio.new_event_loop()
    yield lambda source, job=SMALL, since=0.0: Task(source, job, None, loop.create_future(), since, next(NUMBERS))
    loop.close()


def worker():
    return SimpleNamespace(begun=0, load=None)


def order(queue, at=None, now=0.0):
    found = []
    while (task := queue.next(at, now)) is not None:
        found.append(task)
    return found


def test_sources_take_turns(make):
    """The second task of a source comes after the first of all others."""
    queue, tasks = TaskQueue(), [make(source) for source in "aab"]
    for task in tasks:
        queue.add(task)
    assert order(queue) == [tasks[0], tasks[2], tasks[1]]
    assert not queue


@pytest.mark.parametrize("other", [PAGE, LARGE])
def test_large_work_is_done_one_at_a_time(make, other):
    """While a large body is in the middle, pages and other large bodies wait and what is small does not."""
    queue, at = TaskQueue(), worker()
    large, waiting, small = make("a", LARGE), make("b", other), make("c")
    large.begin(at)
    for task in (waiting, large, small):
        queue.add(task)
    assert [queue.next(at, 0.0) for _ in range(2)] == [large, small]
    assert queue.next(at, 0.0) is waiting  # the large one has not come back


def test_large_work_does_not_wait_for_ever(make):
    """After half a minute it begins beside the other; a busy machine may take most of that for a large body."""
    queue, at = TaskQueue(), worker()
    large, waiting = make("a", LARGE), make("b", PAGE)
    large.begin(at)
    queue.add(waiting)
    queue.add(large)
    assert queue.next(at, 20.0) is large
    queue.add(large)
    assert queue.next(at, 60.0) is waiting


def test_in_another_worker_a_large_body_hinders_nobody(make):
    """It begins anew there, whenever its turn comes."""
    queue, large, page = TaskQueue(), make("a", LARGE), make("b", PAGE)
    large.begin(worker())
    for task in (page, large):
        queue.add(task)
    assert order(queue, worker()) == [page, large]


def test_a_suspect_waits_for_a_quiet_moment_but_not_too_long(make):
    """It is no one's turn but the others' until then."""
    queue, suspect = TaskQueue(), make("a")
    queue.suspect(suspect, 10.0)
    assert queue.next(None, 11.0) is None and not queue and queue.suspicion
    assert queue.overdue(39.0) is None
    assert queue.overdue(41.0) is suspect
    queue.suspect(suspect, 50.0)
    assert queue.overdue(51.0) is suspect  # its time counts from the first suspicion
    queue.suspect(suspect, 52.0)
    assert queue.quiet() is suspect and not queue.suspicion


def test_what_nobody_waits_for_is_dropped(make):
    """Neither as a suspect nor in a source's turn."""
    queue, one, other = TaskQueue(), make("a"), make("b")
    queue.add(one)
    queue.suspect(other, 0.0)
    one.done.cancel()
    other.settle(unreadable(CauseKind.TIME))
    assert queue.next(None, 0.0) is None and queue.quiet() is None


def test_items_go_on_where_they_were_and_bodies_begin_anew(make):
    """An item's verdict stands for itself; entries need the keys that come at the end."""
    items, body = make("a", JudgeItems(FEED, ("x", "y", "z"), NOW)), make("b")
    for task in (items, body):
        task.begin(worker())
        task.pieces.append("first")
        task.begin(worker())
    assert items.job.entries == ("y", "z") and items.pieces == ["first"]
    assert body.pieces == []
