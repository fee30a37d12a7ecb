"""Pictures of the page by a browser without a window, where one is installed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from tests.gallery.page import Frame

CHROMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_BROWSER = f"No pictures: neither {', '.join(CHROMES)} nor firefox is on the path here. The page shows the same."
SECONDS = 60.0  # a browser that takes longer for one thing hangs
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
_PLACES = """
(async () => {
if (document.readyState !== "complete") return {};
await document.fonts.ready;
for (const walls of document.querySelectorAll(".walls")) walls.style.overflow = "visible";
return Object.fromEntries([...document.querySelectorAll(".frame")].map(frame => {
  const {x, y, width, height} = frame.getBoundingClientRect();
  return [frame.id, {x: x + scrollX, y: y + scrollY, width, height}];
}));
})()
"""


def browser() -> str | None:
    """The first browser on the path, or None."""
    return next((path for name in (*CHROMES, "firefox") if (path := shutil.which(name))), None)


def take(program: str, page: Path, frames: Sequence[Frame], scale: float = 1) -> list[str]:
    """One PNG a frame beside the page; returns the names of those that came out."""
    if Path(program).name == "firefox":
        return [frame.name for frame in frames if _by_firefox(program, page, frame)]
    return asyncio.run(_by_chrome(program, page, frames, scale))


def _by_firefox(program: str, page: Path, frame: Frame) -> bool:
    """It takes one whole page a run, which is never shorter than its own window."""
    target = page.with_name(f"{frame.name}.png")
    where = f"{page.resolve().as_uri()}?only={frame.name}"
    command = [program, "--headless", f"--window-size={frame.width}", f"--screenshot={target}", where]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    return target.is_file()


async def _by_chrome(program: str, page: Path, frames: Sequence[Frame], scale: float) -> list[str]:
    """It is told over its own protocol what to cut out of the page, which it lays out once."""
    taken = []
    async with _chrome(program) as tell:
        target = (await tell("Target.createTarget", url=page.resolve().as_uri()))["targetId"]
        session = (await tell("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        await tell("Emulation.setDeviceMetricsOverride", session, width=2400, height=1000, deviceScaleFactor=scale,
                   mobile=False)  # fmt: skip
        places = await _laid_out(tell, session)
        for frame in frames:
            clip = places[frame.name] | {"scale": 1}
            got = await tell("Page.captureScreenshot", session, clip=clip, captureBeyondViewport=True)
            page.with_name(f"{frame.name}.png").write_bytes(base64.b64decode(got["data"]))
            taken.append(frame.name)
    return taken


async def _laid_out(tell, session) -> dict[str, dict]:
    """Where on the page each frame stands, once it is there in its own fonts."""
    async with asyncio.timeout(SECONDS):
        while True:
            told = await tell("Runtime.evaluate", session, expression=_PLACES, returnByValue=True, awaitPromise=True)
            if places := told["result"].get("value"):
                return places
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def _chrome(program: str):
    """A browser as a function that tells it something and returns its answer."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program, *_FLAGS, f"--user-data-dir={profile}", stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with aiohttp.ClientSession() as http, http.ws_connect(await _door(profile), max_msg_size=0) as socket:
                count = itertools.count(1)

                async def tell(method, session=None, **params):
                    number = next(count)
                    more = {"sessionId": session} if session else {}
                    await socket.send_json({"id": number, "method": method, "params": params, **more})
                    async with asyncio.timeout(SECONDS):
                        while (answer := await socket.receive_json()).get("id") != number:
                            pass
                    return answer["result"]

                yield tell
        finally:
            process.terminate()
            await process.wait()


async def _door(profile: str) -> str:
    """The address at which the browser listens, once it does."""
    told = Path(profile) / "DevToolsActivePort"
    async with asyncio.timeout(SECONDS):
        while not told.is_file() or len(lines := told.read_text().split()) < 2:
            await asyncio.sleep(0.05)
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
