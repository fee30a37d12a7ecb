"""Prepares the demo: which watch has samples, how fast they are played, and how it is ended."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

import seeds
from bot import logs
from bot.cli.options import fail
from bot.demo.play import play
from bot.language import _
from config.sentence import apart
from feeds.worker.process import SetupError, StartError
from seeds.watchfolder import watch_names

#: Seconds between two moments of the samples when somebody watches.
PACE = 2.5


def present(watch: str | None, pace: float | None) -> None:
    """Play the samples of a watch, or of the first that has some, until they or whoever watches come to an end.

    Ends the program with a line and status 2 when there are no samples, or the watch can't be used.
    """
    logs.configure("warning")
    root = Path(seeds.__file__).parent / "watches"
    having = [name for name in watch_names(root) if (root / name / "samples" / "demo.toml").is_file()]
    name = watch or next(iter(having), "")
    if name not in having:
        fail(
            _("there are no samples for {watch}; there are some for: {names}").format(
                watch=watch or _("any watch"), names=", ".join(having) or _("none")
            )
        )
    interactive = sys.stdin is not None and sys.stdin.isatty()
    pause = pace if pace is not None else PACE if interactive else 0.0
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        try:
            asyncio.run(_played(root, name, interactive, pause))
        except SetupError as error:
            fail(*apart(str(error)))
        except StartError as error:
            fail(str(error), status=1)


async def _played(root: Path, name: str, interactive: bool, pause: float) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await play(root, name, interactive=interactive, pace=pause)
