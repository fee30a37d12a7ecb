"""Start-up time and peak memory of `bluehelm run`, as `make figures` prints them.

A server process on loopback serves 24 feeds, one of 10 MB; each small feed gains an item now and then and the large
one changes every 25th time. Some items of every feed, in six languages and in none that is told, are what a watch
flags, so that its whole vocabulary is at work. The program runs from its command line with a fresh database, with
Discord's library and the article reader loaded as in production, until every feed has been asked CYCLES times; the
system's own account of the process gives the peak.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from aiohttp import web

FEEDS, CYCLES, LARGE = 24, 100, 10_000_000
STARTED = "polling "
GIVE_UP = 900.0
_ITEM = (
    "<item><guid isPermaLink='false'>{feed}-{number}</guid><title>{title}</title>"
    "<link>https://outlet{feed}.example/{number}</link><description>{text}</description></item>"
)
# For the peak: as `python -m bot run`, with what a bot that serves Discord and has read a page also holds.
_PROGRAM = "import trafilatura, bot.discord.transport, runpy; runpy.run_module('bot', run_name='__main__')"
_NEWS = {
    "en": ("{n} peacekeepers of MINUSMA hurt", "A convoy struck a mine near Kidal, the UN in Mali said. Case {n}."),
    "fr": ("{n} Casques bleus de la MINUSMA blessés", "Un convoi a sauté sur une mine près de Gao. Cas {n}."),
    "de": ("{n} Blauhelme der MINUSMA verletzt", "Ein Konvoi fuhr bei Kidal in Mali auf eine Mine. Fall {n}."),
    "es": ("{n} cascos azules de la MINUSMA heridos", "Un convoy pisó una mina cerca de Gao, en Malí. Caso {n}."),
    "ar": ("إصابة {n} من حفظة السلام في مالي", "انفجر لغم في قافلة لبعثة مينوسما قرب كيدال. الحالة {n}."),
    "ru": ("Ранены {n} миротворцев МИНУСМА", "Колонна миссии ООН в Мали подорвалась на мине у Кидаля. Случай {n}."),
    "mul": ("MINUSMA: {n}", "Kidal, Mali, peacekeepers, casques bleus, Blauhelme: {n}."),
}
_LANGUAGES = tuple(_NEWS)
_SELDOM = 10  # one item in so many is flagged
_TEXT = "The council met on the harbour works and heard the engineers; a vote follows next week. "


def rss(feed: int, newest: int, count: int, text: str) -> bytes:
    """An RSS 2.0 body with `count` items, numbered down from `newest`."""
    items = "".join(_item(feed, newest - back, text) for back in range(count))
    body = f"<rss version='2.0'><channel><title>Outlet {feed}</title><link>https://outlet{feed}.example</link>{items}"
    return f"{body}</channel></rss>".encode()


def _item(feed: int, number: int, text: str) -> str:
    title = f"Report {number} of outlet {feed}"
    if number % _SELDOM == 0 and (feed or number % 1000 == 0):
        title, lead = (part.format(n=number) for part in _NEWS[_language(feed)])
        text = f"{lead} {text}"  # long enough that nobody looks for more on the outlet's page
    return _ITEM.format(feed=feed, number=number, title=title, text=text)


def _language(feed: int) -> str:
    return _LANGUAGES[feed % len(_LANGUAGES)]


def serve(port: Synchronized[int], fewest: Synchronized[int]) -> None:
    """The feed server; writes its port and the smallest number of requests any feed has had."""
    asked = [0] * FEEDS
    count = LARGE // len(rss(0, 0, 1, _TEXT * 8))

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["feed"])
        asked[number] += 1
        fewest.value = min(asked)
        if number == 0:
            return web.Response(body=rss(0, 100_000 + asked[0] // 25, count, _TEXT * 8), content_type="application/xml")
        return web.Response(body=rss(number, 100 + asked[number] // 5, 20, _TEXT), content_type="application/xml")

    async def main() -> None:
        application = web.Application()
        application.router.add_get("/{feed}", feed)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        port.value = site._server.sockets[0].getsockname()[1]
        await asyncio.sleep(GIVE_UP)

    asyncio.run(main())


def environment(folder: Path, port: int) -> dict[str, str]:
    """The program's environment: a catalogue of the server's feeds, a fresh database, no pause between polls."""
    rows = (
        f'[[feed]]\nname = "outlet {n}"\nurl = "http://127.0.0.1:{port}/{n}"\nlanguage = "{_language(n)}"\n'
        for n in range(FEEDS)
    )
    (folder / "feeds.toml").write_text("\n".join(rows))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEHELM_", "DISCORD_"))}
    return kept | {
        "BLUEHELM_FEEDS": str(folder / "feeds.toml"),
        "BLUEHELM_DATABASE": str(folder / "bluehelm.db"),
        "BLUEHELM_HEALTH__PORT": "0",
        "BLUEHELM_POLL__TICK_SECONDS": "0.05",
        "BLUEHELM_POLL__INTERVAL_MINUTES": "0.001",
        "BLUEHELM_POLL__HOST_GAP_SECONDS": "0",
        "BLUEHELM_POLL__PER_HOST": "8",
        "BLUEHELM_POLL__MAX_MEGABYTES": "11",
    }


def measure(folder: Path, port: int, fewest: Synchronized[int], cycles: int) -> tuple[float, float]:
    """(seconds from exec to the first poll scheduled, peak resident megabytes after `cycles` more of every feed)."""
    log, enough, deadline = folder / "log", fewest.value + cycles, time.monotonic() + GIVE_UP
    began = time.perf_counter()
    with log.open("w") as said:
        program = subprocess.Popen(
            [sys.executable, *(("-c", _PROGRAM) if cycles else ("-m", "bot")), "run"],
            env=environment(folder, port),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        while STARTED not in log.read_text():
            wait(program, deadline, log, 0.005)
        started = time.perf_counter() - began
        while fewest.value < enough:
            wait(program, deadline, log, 0.1)
        program.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(program.pid, 0)
    except BaseException:
        program.kill()
        raise
    return started, usage.ru_maxrss / 1024


def wait(program: subprocess.Popen[bytes], deadline: float, log: Path, seconds: float) -> None:
    """Let the program go on; ends this one with its log when it died or takes too long."""
    if program.poll() is not None or time.monotonic() > deadline:
        raise SystemExit(f"the program did not get there:\n{log.read_text()[-2000:]}")
    time.sleep(seconds)


def main() -> None:
    """Print both figures; the first start only warms the bytecode."""
    port, fewest = multiprocessing.Value("i", 0), multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=serve, args=(port, fewest), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.05)
    starts = []
    for cycles in (0, 0, 0):
        with tempfile.TemporaryDirectory() as folder:
            starts.append(measure(Path(folder), port.value, fewest, cycles)[0])
    with tempfile.TemporaryDirectory() as folder:
        _, peak = measure(Path(folder), port.value, fewest, CYCLES)
    server.terminate()
    print(f"from exec to the first poll scheduled (warm): {min(starts[1:]):.2f} s (goal < 2)")
    print(f"peak resident memory after {CYCLES} cycles of {FEEDS} feeds, one of 10 MB: {peak:.0f} MB (goal < 150)")


if __name__ == "__main__":
    main()
