"""Pictures are drawn apart: in a short process of its own, one at a time, kept for minutes, at a member's pace."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import sys
import time

import pytest

from bot.pictures import studio
from bot.pictures.model import Bar, ChartPicture, MapPicture, Mark, Panel, as_values
from bot.pictures.studio import PACE_SECONDS, Studio, Undrawn, draw_apart
from tests.store_kit import MINUTE, NOW

MAP = MapPicture("Incidents", ("a watch",), (Mark("Kidal", "1 incident", (18.4, 1.4)),))
CHART = ChartPicture("Killed", panels=(Panel("rows", "", (Bar("Kidal", 3),), "killed"),))


def asked(picture):
    return json.dumps(as_values(picture)).encode()


def numbered(number):
    return ChartPicture(f"Chart {number}")


class Brush:
    """Stands for the process: counts what it drew and how many pictures it was at once at."""

    def __init__(self, gives=b"png"):
        self.gives, self.drawn, self.at_once, self.most = gives, [], 0, 0
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, picture):
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.drawn.append(picture)
        await self.go.wait()
        self.at_once -= 1
        return self.gives


@pytest.mark.slow
async def test_a_picture_is_a_png_800_wide():
    """Map and chart come back as PNG of the width that phones show well, and of a size that every chat takes."""
    for picture in (MAP, CHART):
        png = await draw_apart(asked(picture))
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">I", png[16:20]) == (800,)
        assert len(png) < 300_000


@pytest.mark.slow
async def test_drawing_holds_nobody_up():
    """While the process draws, the loop goes on: it is never away for a quarter of a second."""
    gaps, last = [], time.monotonic()
    drawing = asyncio.create_task(draw_apart(asked(MAP)))
    while not drawing.done():
        await asyncio.sleep(0.005)
        gaps.append(time.monotonic() - last)
        last = time.monotonic()
    assert drawing.result() is not None
    assert max(gaps) < 0.25


@pytest.mark.slow
def test_the_process_knows_nothing_of_the_house():
    """It imports its own folder and the standard library, so that it starts in a tenth of a second."""
    code = "import bot.pictures.__main__, sys; print([name for name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20).stdout
    assert not [name for name in ("feeds", "seeds", "config", "discord", "pydantic", "aiohttp") if f"'{name}" in loaded]


@pytest.mark.slow
async def test_what_cannot_be_drawn_is_no_picture():
    """Nonsense ends the process, and the house has no picture rather than an exception."""
    assert await draw_apart(b"nonsense") is None
    assert await draw_apart(json.dumps({"kind": "map"}).encode()) is None


@pytest.mark.slow
async def test_a_process_that_takes_too_long_is_ended(monkeypatch):
    """Its patience over, the house ends it and has no picture; nothing is left running."""
    monkeypatch.setattr(studio, "PATIENCE_SECONDS", 0.02)
    assert await draw_apart(asked(MAP)) is None
    assert _children() == []


@pytest.mark.slow
async def test_a_question_that_is_given_up_ends_its_process():
    """Who goes away takes the process along."""
    drawing = asyncio.create_task(draw_apart(asked(MAP)))
    await asyncio.sleep(0.05)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert _children() == []


def _children():
    """The processes that draw for this one."""
    found = []
    for entry in os.scandir("/proc") if os.path.isdir("/proc") else ():
        try:
            with open(f"/proc/{entry.name}/stat") as stat, open(f"/proc/{entry.name}/cmdline") as line:
                if stat.read().rpartition(")")[2].split()[1] == str(os.getpid()) and "bot.pictures" in line.read():
                    found.append(entry.name)
        except OSError:
            continue
    return found


@pytest.mark.slow
async def test_the_process_may_use_so_much_and_no_more():
    """Memory and CPU of a process are bound before it reads what is asked of it."""
    code = (
        "import resource, bot.pictures.__main__ as one; one.limit_process();"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_DATA)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.split() == ["10", str(128 * 2**20)]


async def test_what_was_drawn_is_kept_for_minutes():
    """The same picture costs nothing for ten minutes, whoever asks; then it is drawn anew."""
    brush = Brush()
    house = Studio(brush)
    for member in "abcdef":
        assert await house.png(MAP, member, NOW) == b"png"
    assert len(brush.drawn) == 1
    assert await house.png(MAP, "g", NOW + 9 * MINUTE) == b"png"
    assert len(brush.drawn) == 1
    assert await house.png(MAP, "h", NOW + 11 * MINUTE) == b"png"
    assert len(brush.drawn) == 2


async def test_few_pictures_are_kept():
    """A dozen at most stay in memory, the newest."""
    house = Studio(Brush())
    for number in range(40):
        await house.png(numbered(number), str(number), NOW)
    assert len(house._made) == 12


async def test_a_member_has_two_drawn_and_then_waits():
    """A map and a chart are drawn at once, a third after a while; others need not wait for that."""
    passed = [1000.0]
    house = Studio(Brush(), lambda: passed[0])
    for number in range(2):
        assert await house.png(numbered(number), "a", NOW) == b"png"
    passed[0] += 5
    assert await house.png(numbered(2), "a", NOW) == Undrawn("cooling", 15)
    assert await house.png(numbered(1), "a", NOW) == b"png"  # it was drawn already
    assert await house.png(numbered(3), "b", NOW) == b"png"
    passed[0] += PACE_SECONDS - 5
    assert await house.png(numbered(2), "a", NOW) == b"png"  # though the time that is told stands still, as in a demo


async def test_members_are_forgotten():
    """Who asked long ago takes no room."""
    house = Studio(Brush())
    for number in range(1200):
        await house.png(MAP, str(number), NOW + number * 11 * MINUTE)
    assert len(house._asked) <= 501


async def test_one_is_drawn_at_a_time_and_few_wait():
    """Processes never run side by side; who comes when four wait is told to come again."""
    brush = Brush()
    brush.go.clear()
    house = Studio(brush)
    waiting = [asyncio.create_task(house.png(numbered(number), str(number), NOW)) for number in range(4)]
    await asyncio.sleep(0)
    assert await house.png(numbered(9), "z", NOW) == Undrawn("busy")
    brush.go.set()
    assert await asyncio.gather(*waiting) == [b"png"] * 4
    assert brush.most == 1


async def test_two_who_ask_alike_get_one_drawing():
    """Who waits for what another just had drawn gets that."""
    brush = Brush()
    brush.go.clear()
    house = Studio(brush)
    both = [asyncio.create_task(house.png(MAP, member, NOW)) for member in "ab"]
    await asyncio.sleep(0)
    brush.go.set()
    assert await asyncio.gather(*both) == [b"png"] * 2
    assert len(brush.drawn) == 1


async def test_what_failed_is_said_and_tried_again():
    """A failure is not kept; what is asked too large is not even tried."""
    brush = Brush(gives=None)
    house = Studio(brush)
    assert await house.png(MAP, "a", NOW) == Undrawn("failed")
    brush.gives = b"png"
    assert await house.png(MAP, "b", NOW) == b"png"
    assert await house.png(ChartPicture("x" * 600_000), "c", NOW) == Undrawn("failed")
    assert len(brush.drawn) == 2
