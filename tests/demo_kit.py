"""The archive that the demo leaves, for tests that only look at it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
from pathlib import Path

import pytest

from bot.demo import play

WATCHES = Path(__file__).resolve().parents[1] / "seeds" / "watches"


def played(shared: Path) -> Path:
    """The archive, played into a folder of the session by whoever comes first; others wait for it meanwhile."""
    folder = shared / "demo"
    folder.mkdir(exist_ok=True)
    done, archive = folder / "over", folder / "demo.db"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _play(folder)
            done.touch()
    return archive


def _play(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(play, "TemporaryDirectory", lambda **_: contextlib.nullcontext(str(folder)))
        asyncio.run(play.play(WATCHES, "minusma", interactive=False, pace=0.0))
