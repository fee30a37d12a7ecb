"""Start-up time and peak memory of `bluehelm run` and its worker, as `make figures` prints them.

A server process on loopback serves 24 feeds, one of 10 MB; each small feed gains an item now and then and the large
one changes every 25th time. Some items of every feed, in six languages and in none that is told, are what a watch
flags, so that its whole vocabulary is at work; those of one feed say nothing but their title, so that their pages are
read. A server that speaks as Discord does stands beside it: the program runs from its command line as in production,
with a token, a channel, its health page and a fresh database, until every feed has been asked CYCLES times: with one
watch, with ten of them (all that are shipped, and one of them again under another name), and with ten in French. The
peak is the most that the program and its workers held together; pages that both have mapped count twice.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from aiohttp import web

from tests.fakes.discord_server import CHANNEL, DiscordServer
from tests.planted import PLANTED

FEEDS, CYCLES, LARGE = 24, 100, 10_000_000
STARTED = "polling "
GIVE_UP = 900.0
_ITEM = (
    "<item><guid isPermaLink='false'>{feed}-{number}</guid><title>{title}</title>"
    "<link>{link}</link><description>{text}</description></item>"
)
_ROOT = Path(__file__).parent.parent
_CHANNEL = """
[[channel]]
name = "alerts"
watch = "minusma"
id = {channel}
language = "{language}"
"""
_MORE = ("monusco", "another")  # the watch that is there twice, and what it is called the second time
_THIN = 2  # the feed whose items must be read on their pages
_PAGE = (
    "<html><head><title>Outlet</title></head><body><nav><a href='/'>Home</a></nav><article>{}</article></body></html>"
)
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


def rss(feed: int, newest: int, count: int, text: str, base: str = "") -> bytes:
    """An RSS 2.0 body with `count` items, numbered down from `newest`."""
    items = "".join(_item(feed, newest - back, text, base) for back in range(count))
    body = f"<rss version='2.0'><channel><title>Outlet {feed}</title><link>https://outlet{feed}.example</link>{items}"
    return f"{body}</channel></rss>".encode()


def _item(feed: int, number: int, text: str, base: str) -> str:
    title, link = f"Report {number} of outlet {feed}", f"https://outlet{feed}.example/{number}"
    if number % _SELDOM == 0 and (feed or number % 1000 == 0):
        title, lead = (part.format(n=number) for part in _NEWS[_language(feed)])
        text = f"{lead} {text}"  # long enough that nobody looks for more on the outlet's page
        if feed == _THIN:
            text, link = "", f"{base}/page/{number}"
    return _ITEM.format(feed=feed, number=number, title=title, text=text, link=link)


def _language(feed: int) -> str:
    return _LANGUAGES[feed % len(_LANGUAGES)]


def serve(port: Synchronized[int], fewest: Synchronized[int]) -> None:
    """The feed server; writes its port and the smallest number of requests any feed has had."""
    asked = [0] * FEEDS
    count, chat = LARGE // len(rss(0, 0, 1, _TEXT * 8)), DiscordServer()
    large = lru_cache(1)(lambda newest: rss(0, newest, count, _TEXT * 8))

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["feed"])
        asked[number] += 1
        fewest.value = min(asked)
        if number == 0:
            return web.Response(body=large(100_000 + asked[0] // 25), content_type="application/xml")
        base = f"http://{request.host}"
        return web.Response(body=rss(number, 100 + asked[number] // 5, 20, _TEXT, base), content_type="application/xml")

    async def page(request: web.Request) -> web.Response:
        title, text = (part.format(n=request.match_info["number"]) for part in _NEWS[_language(_THIN)])
        paragraphs = f"<h1>{title}</h1>" + f"<p>{text} {_TEXT}</p>" * 300
        return web.Response(text=_PAGE.format(paragraphs), content_type="text/html")

    async def nothing(_: web.Request) -> web.Response:
        raise web.HTTPNotFound

    async def discord(_: web.Request) -> web.Response:
        return web.Response(text=str(chat.port))

    async def main() -> None:
        application = web.Application()
        application.router.add_get("/robots.txt", nothing)
        application.router.add_get("/discord", discord)
        application.router.add_get("/page/{number}", page)
        application.router.add_get("/{feed}", feed)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        async with chat:
            port.value = site._server.sockets[0].getsockname()[1]
            await asyncio.sleep(GIVE_UP)

    asyncio.run(main())


@dataclass(frozen=True)
class Form:
    """How the program runs: with one watch or with ten, and the language in which it speaks."""

    ten: bool = False
    language: str = "en"

    def __str__(self) -> str:
        return f"{'ten watches' if self.ten else 'one watch'}, in {self.language}"


ONE, TEN, TEN_IN_FRENCH = Form(), Form(ten=True), Form(ten=True, language="fr")


def settings(folder: Path, form: Form) -> dict[str, str]:
    """The settings of such a form, written into a folder, and what of the environment belongs to them."""
    text, watches = (_ROOT / "config/bluehelm.toml").read_text(), _ROOT / "seeds/watches"
    if form.ten:
        text = text.replace("enabled = false", "enabled = true") + f'\n[[watch]]\nname = "{_MORE[1]}"\n'
        shutil.copytree(watches, folder / "watches")
        watches = folder / "watches"
        shutil.copytree(watches / _MORE[0], watches / _MORE[1])
    text += _CHANNEL.format(channel=CHANNEL, language=form.language)
    (folder / "bluehelm.toml").write_text(text)
    return {
        "BLUEHELM_CONFIG": str(folder / "bluehelm.toml"),
        "BLUEHELM_WATCHES": str(watches),
        "LC_ALL": {"en": "C.UTF-8", "fr": "fr_FR.UTF-8"}[form.language],
    }


def environment(folder: Path, port: int, form: Form = ONE) -> dict[str, str]:
    """The program's environment: the server's feeds, a channel, a fresh database, no pause between polls."""
    rows = (
        f'[[feed]]\nname = "outlet {n}"\nurl = "http://127.0.0.1:{port}/{n}"\nlanguage = "{_language(n)}"\n'
        for n in range(FEEDS)
    )
    (folder / "feeds.toml").write_text("\n".join(rows))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/discord") as answer:
        chat = int(answer.read())
    with socket.create_server(("127.0.0.1", 0)) as free:
        page = free.getsockname()[1]
    # To compile the program anew at each start would cost seconds and megabytes.
    other = ("BLUEHELM_", "DISCORD_", "PYTHONDONTWRITEBYTECODE", "LANGUAGE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(other)}
    return (
        kept
        | settings(folder, form)
        | {
            "BLUEHELM_ENV_FILE": "",
            "DISCORD_TOKEN": PLANTED,
            "DISCORD_API_BASE": f"http://127.0.0.1:{chat}/api/v10",
            "DISCORD_GATEWAY_URL": f"ws://127.0.0.1:{chat}/gateway",
            "BLUEHELM_FEEDS": str(folder / "feeds.toml"),
            "BLUEHELM_DATABASE": str(folder / "bluehelm.db"),
            "BLUEHELM_HEALTH__PORT": str(page),
            "BLUEHELM_POLL__TICK_SECONDS": "0.05",
            "BLUEHELM_POLL__INTERVAL_MINUTES": "0.001",
            "BLUEHELM_POLL__HOST_GAP_SECONDS": "0",
            "BLUEHELM_POLL__PER_HOST": "8",
            "BLUEHELM_POLL__MAX_MEGABYTES": "11",
        }
    )


def measure(folder: Path, port: int, fewest: Synchronized[int], cycles: int, form: Form = ONE) -> tuple[float, Peak]:
    """(seconds from exec to the first poll scheduled, the peak over `cycles` more of every feed)."""
    log, enough, deadline = folder / "log", fewest.value + cycles, time.monotonic() + GIVE_UP
    began, peak = time.perf_counter(), Peak()
    with log.open("w") as said:
        program = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env=environment(folder, port, form),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        while STARTED not in log.read_text():
            wait(program, deadline, log, 0.005)
        started = time.perf_counter() - began
        while fewest.value < enough:
            wait(program, deadline, log, 0.01)
            peak.look(program.pid)
        program.send_signal(signal.SIGTERM)
        program.wait(10)
    except BaseException:
        program.kill()
        raise
    return started, peak


class Peak:
    """The most megabytes that a process and its children held at one moment: `together`, and what each then had;
    `shared` is how much less that is if pages that several processes have mapped are divided among them."""

    def __init__(self) -> None:
        self.together, self.shared = 0.0, 0.0
        self.each: tuple[float, ...] = ()

    def look(self, pid: int) -> None:
        """Look now."""
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return
        # One that has just been forked holds its parent's memory, not its own, until it becomes a program.
        programs = [one for one in children if command(int(one)) != command(pid)]
        each = tuple(filter(None, (resident(int(one)) for one in (pid, *programs))))
        if sum(each) > self.together:
            self.together, self.each = sum(each), each
            self.shared = sum(each) - sum(map(proportional, (pid, *map(int, programs))))


def resident(pid: int) -> float:
    """The resident megabytes of a process; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, IndexError):
        return 0.0


def proportional(pid: int) -> float:
    """As `resident`, of pages that several processes have only its part; of all processes on the machine."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def command(pid: int) -> bytes:
    """The command line of a process; b"" when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def wait(program: subprocess.Popen[bytes], deadline: float, log: Path, seconds: float) -> None:
    """Let the program go on; ends this one with its log when it died or takes too long."""
    if program.poll() is not None or time.monotonic() > deadline:
        raise SystemExit(f"the program did not get there:\n{log.read_text()[-2000:]}")
    time.sleep(seconds)


def main() -> None:
    """Print the figures of each form; its first start only warms the bytecode."""
    port, fewest = multiprocessing.Value("i", 0), multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=serve, args=(port, fewest), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.05)
    print(f"a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {FEEDS} feeds, one of 10 MB, {CYCLES} cycles")
    for form in (ONE, TEN, TEN_IN_FRENCH):
        starts = []
        for cycles in (0, 0, 0, CYCLES):
            with tempfile.TemporaryDirectory() as folder:
                start, peak = measure(Path(folder), port.value, fewest, cycles, form)
            starts.append(start)
        each = " + ".join(f"{part:.0f}" for part in peak.each)
        print(
            f"{form}: from exec to the first poll scheduled (warm) {min(starts[1:]):.2f} s (goal < 2); peak resident "
            f"memory {peak.together:.0f} MB = {each} (goal < 150), {peak.shared:.0f} of them others have too",
            flush=True,
        )
    server.terminate()


if __name__ == "__main__":
    main()
