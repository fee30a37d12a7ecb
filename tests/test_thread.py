"""The store on its own thread."""

import asyncio
import sqlite3
import threading

import pytest

from feeds.store import Store, StoreError
from feeds.store.db.thread import StoreThread, TooLong, TooMany
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


async def read_beside(path):
    """A store and its readers over one new database."""
    opened(path).close()
    return StoreThread(lambda: Store(path), lambda: Store(path, read_only=True))


async def test_readings_hold_up_nobody(tmp_path):
    """While two readings take their time, writing goes on, and what it wrote is read next."""
    go_on, begun = threading.Event(), threading.Semaphore(0)

    def slow(store):
        begun.release()
        go_on.wait(5)
        return threading.current_thread().name

    async with await read_beside(tmp_path / "db") as store:
        slowly = [asyncio.create_task(store.read(slow)) for _ in range(2)]
        for _ in slowly:
            await asyncio.to_thread(begun.acquire, True, 5)
        await asyncio.wait_for(store.run(lambda opened: opened.days.tick(NOW)), 2)
        go_on.set()
        assert len(set(await asyncio.gather(*slowly))) == 2
        assert await store.read(lambda opened: opened.days.last_tick()) == NOW


async def test_a_reading_that_takes_too_long_is_ended(tmp_path):
    """It says so; the same reader goes on to the next."""
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    async with await read_beside(tmp_path / "db") as store:
        for _ in range(3):
            with pytest.raises(TooLong):
                await asyncio.wait_for(store.read(lambda opened: opened._db.execute(endless).fetchone(), 0.1), 5)
        assert await store.read(lambda opened: opened.stories.latest()) == []


async def test_a_reader_writes_nothing(tmp_path):
    """Whatever it is asked to do."""
    async with await read_beside(tmp_path / "db") as store:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await store.read(lambda opened: opened.days.tick(NOW))


async def test_more_than_can_wait_are_told_at_once(tmp_path):
    """Two are read and sixteen wait; the next hears that many ask, and the others get their answers."""
    go_on = threading.Event()
    async with await read_beside(tmp_path / "db") as store:
        waiting = [asyncio.create_task(store.read(lambda _: go_on.wait(5))) for _ in range(18)]
        await asyncio.sleep(0)
        with pytest.raises(TooMany):
            await store.read(lambda _: None)
        go_on.set()
        assert await asyncio.gather(*waiting) == [True] * 18
        assert await store.read(lambda _: 1) == 1


async def test_who_stops_waiting_leaves_the_reader_to_others(tmp_path):
    """A question that nobody waits for any more takes no place."""
    go_on = threading.Event()
    async with await read_beside(tmp_path / "db") as store:
        asked = [asyncio.create_task(store.read(lambda _: go_on.wait(5))) for _ in range(12)]
        await asyncio.sleep(0.05)
        for one in asked:
            one.cancel()
        await asyncio.wait(asked)
        go_on.set()
        assert await asyncio.gather(*(store.read(lambda _: 1) for _ in range(18))) == [1] * 18
