"""How requests take turns."""

import asyncio
import itertools
import time

from feeds.web.pacing import Pacing


async def _starts(turns, hosts, hold=0.02):
    """When each request began, and how many were under way at once."""
    began, running, most = [], [0], [0]

    async def one(host):
        async with turns.turn(host):
            began.append((host, time.monotonic()))
            running[0] += 1
            most[0] = max(most[0], running[0])
            await asyncio.sleep(hold)
            running[0] -= 1

    await asyncio.gather(*(one(host) for host in hosts))
    return began, most[0]


async def test_one_host_is_asked_one_at_a_time_with_pauses():
    """Two requests to one host start at least the gap apart, even when the host allows two at once."""
    began, _ = await _starts(Pacing(total=8, per_host=2, gap=0.1), ["a", "a", "a"])
    times = [moment for _, moment in began]
    assert all(later - earlier >= 0.095 for earlier, later in itertools.pairwise(times))


async def test_no_more_than_the_total_run_at_once():
    """Many hosts share the total."""
    _, most = await _starts(Pacing(total=3, per_host=1, gap=0), [str(number) for number in range(12)])
    assert most == 3


async def test_a_host_is_not_asked_more_at_once_than_allowed():
    """The limit of a host holds below the total."""
    _, most = await _starts(Pacing(total=8, per_host=2, gap=0), ["a"] * 8)
    assert most == 2


async def test_a_busy_host_holds_up_no_other():
    """While one host's requests wait for each other, others pass."""
    turns = Pacing(total=2, per_host=1, gap=0)
    began, _ = await _starts(turns, ["slow"] * 5 + ["quick"], hold=0.05)
    assert [host for host, _ in began].index("quick") <= 1


async def test_idle_hosts_are_forgotten():
    """Years of article hosts leave no heap behind."""
    turns = Pacing(total=8, per_host=1, gap=0)
    for number in range(2_500):
        async with turns.turn(str(number)):
            pass
    assert len(turns._hosts) <= 2_000


async def test_a_turn_given_up_is_free_again():
    """A request that is cancelled while it waits blocks no one after it."""
    turns = Pacing(total=1, per_host=1, gap=0)
    async with turns.turn("a"):
        waiting = asyncio.create_task(_starts(turns, ["a"]))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    began, _ = await asyncio.wait_for(_starts(turns, ["a"]), 1)
    assert len(began) == 1


async def test_the_operators_own_machine_needs_no_gentleness():
    """Without a host neither the gap nor the limit a host counts, only the limit in all."""
    turns = Pacing(total=2, per_host=1, gap=60)
    at_once = most = 0

    async def ask() -> None:
        nonlocal at_once, most
        async with turns.turn(None):
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.01)
            at_once -= 1

    await asyncio.wait_for(asyncio.gather(*(ask() for _ in range(6))), 5)

    assert most == 2
