"""The store on its own thread."""

import asyncio
import threading

import pytest

from feeds.store import StoreError
from feeds.store.db.thread import StoreThread
from tests.store_kit import NOW, opened


async def test_all_work_is_done_on_one_thread_in_order(tmp_path):
    """A connection belongs to the thread that opened it, and what is asked first is done first."""
    done = []

    def work(n):
        return lambda store: done.append((n, threading.current_thread(), store.days.last_tick()))

    async with StoreThread(lambda: opened(tmp_path / "db")) as store:
        await asyncio.gather(*(store.run(work(n)) for n in range(20)))
    assert [n for n, _, _ in done] == list(range(20))
    assert len({thread for _, thread, _ in done}) == 1
    assert done[0][1] is not threading.current_thread()


async def test_an_error_comes_to_who_asked_and_ends_nothing(tmp_path):
    """The next one gets an answer."""
    async with StoreThread(lambda: opened(tmp_path / "db")) as store:
        with pytest.raises(ZeroDivisionError):
            await store.run(lambda _: 1 / 0)
        assert await store.run(lambda opened: opened.stories.latest()) == []


async def test_a_store_that_cannot_be_opened_says_so_on_entry(tmp_path):
    """And leaves no thread behind."""

    def opening():
        raise StoreError("no archive")

    before = threading.active_count()
    with pytest.raises(StoreError, match="no archive"):
        async with StoreThread(opening):
            pass
    await asyncio.sleep(0.05)
    assert threading.active_count() == before


async def test_work_that_has_begun_is_finished_when_its_asker_is_cancelled(tmp_path):
    """A commit is not cut in two by a shutdown."""
    begun, go_on = threading.Event(), threading.Event()

    def work(store):
        begun.set()
        go_on.wait(5)
        store.days.tick(NOW)

    async with StoreThread(lambda: opened(tmp_path / "db")) as store:
        asking = asyncio.create_task(store.run(work))
        await asyncio.to_thread(begun.wait, 5)
        asking.cancel()
        await asyncio.wait([asking])
        go_on.set()
        assert await store.run(lambda opened: opened.days.last_tick()) == NOW


async def test_a_closed_store_is_closed(tmp_path):
    """The next program can have it at once."""
    async with StoreThread(lambda: opened(tmp_path / "db")) as store:
        pass
    with pytest.raises(RuntimeError):
        await store.run(lambda opened: opened.stories.latest())
