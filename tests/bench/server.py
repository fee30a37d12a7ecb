"""Serves many synthetic feeds on many loopback addresses, cheaply, in a process of its own.

Run as `python -m tests.bench.server COUNT [ITEMS]`: prints its port, then serves until its standard input ends. Feeds
hold ITEMS items, or 20 to 90. A line on standard input sets what the next cycle is like: "unchanged" (304 to whoever
sends a validator), "same" (the same body every time), or "mixed N" (5 % of the feeds have two new items in cycle N,
10 % resend the body, the rest say 304).
"""

from __future__ import annotations

import asyncio
import gzip
import random
import sys
from functools import lru_cache

HOSTS = 250  # addresses that the feeds are spread over
_WORDS = {
    language: words.split()
    for language, words in {
        "en": "council mission force report border talks region army convoy market river school village rain road",
        "fr": "conseil mission force rapport frontière pourparlers région armée convoi marché fleuve école route",
        "ar": "مجلس بعثة قوة تقرير حدود محادثات منطقة جيش قافلة سوق نهر مدرسة قرية مطر طريق",
    }.items()
}
_ITEMS = {
    "rss": "<item><title>{t}</title><link>{u}</link><guid>{u}</guid><pubDate>{d}</pubDate>"
    "<description>&lt;p&gt;{s}&lt;/p&gt;</description></item>",
    "atom": "<entry><title>{t}</title><link href='{u}'/><id>{u}</id><updated>{i}</updated>"
    "<summary type='html'>&lt;p&gt;{s}&lt;/p&gt;</summary></entry>",
    "rdf": "<item rdf:about='{u}'><title>{t}</title><link>{u}</link><dc:date>{i}</dc:date>"
    "<description>{s}</description></item>",
}
_FRAMES = {
    "rss": "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Feed {n}</title>{x}"
    "</channel></rss>",
    "atom": "<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Feed {n}</title>"
    "<id>urn:{n}</id><updated>2026-01-01T00:00:00Z</updated>{x}</feed>",
    "rdf": "<?xml version='1.0' encoding='utf-8'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
    "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='urn:{n}'>"
    "<title>Feed {n}</title></channel>{x}</rdf:RDF>",
}


def address(number: int) -> str:
    """The loopback address that serves a feed."""
    return f"127.0.{1 + number % HOSTS // 200}.{1 + number % HOSTS % 200}"


def changes(number: int, cycle: int) -> int:
    """How many times a feed has changed up to that cycle of the mixed mode."""
    return sum((number + turn) % 20 == 0 for turn in range(1, cycle + 1))


def item(number: int, index: int, kind: str, words: list[str]) -> str:
    """One item; the same for the same numbers, always."""
    chance = random.Random(number * 100_003 + index)
    text = " ".join(chance.choices(words, k=chance.randint(60, 300)))
    day = 1 + index % 28
    return _ITEMS[kind].format(
        t=f"{' '.join(chance.choices(words, k=9))} {number}-{index}",
        u=f"https://site{number}.example/news/{index}",
        d=f"{day:02d} Jan 2026 {index % 24:02d}:{index % 60:02d}:09 GMT",
        i=f"2026-01-{day:02d}T{index % 24:02d}:{index % 60:02d}:09Z",
        s=text,
    )


ITEMS = int(sys.argv[2]) if len(sys.argv) > 2 else 0


@lru_cache(maxsize=4096)
def body(number: int, version: int) -> bytes:
    """A feed as it stands after so many changes, packed."""
    chance = random.Random(number)
    kind = chance.choices(("rss", "atom", "rdf"), (67, 30, 3))[0]
    words = _WORDS[chance.choices(("en", "fr", "ar"), (45, 40, 15))[0]]
    newest = (ITEMS or chance.randint(20, 90)) + 2 * version
    items = (item(number, index, kind, words) for index in range(newest, 2 * version, -1))
    document = _FRAMES[kind].format(n=number, x="".join(items)).encode()
    return gzip.compress(document, 1)


class Mode:
    """What this cycle is like."""

    kind, cycle = "unchanged", 0

    def version(self, number: int) -> int:
        """Which state of the feed is served."""
        return changes(number, self.cycle)

    def answer(self, number: int, validator: str) -> bytes:
        """The whole response to a request that sent that If-None-Match."""
        version = self.version(number)
        tag = f'"{number}-{version}"'
        careless = self.kind == "same" or (self.kind == "mixed" and (number + self.cycle) % 20 in (1, 2))
        if validator == tag and not careless:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        packed = body(number, version)
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Encoding: gzip\r\nETag: {tag}\r\n"
            f"Content-Length: {len(packed)}\r\n\r\n"
        )
        return head.encode() + packed


class Serving(asyncio.Protocol):
    """Just enough HTTP/1.1 with connections kept alive."""

    def __init__(self, mode: Mode) -> None:
        self.mode, self.waiting = mode, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers every whole request."""
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            number = int(lines[0].split()[1].rpartition("/")[2])
            fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            self.transport.write(self.mode.answer(number, fields.get("if-none-match", "")))


async def main(count: int) -> None:
    """Serves `count` feeds until standard input ends."""
    mode, loop = Mode(), asyncio.get_running_loop()
    for number in range(count):
        body(number, 0)  # made before anyone waits for it
    hosts = sorted({address(number) for number in range(count)})
    first = await loop.create_server(lambda: Serving(mode), hosts[0], 0, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    servers = [first]
    servers += [await loop.create_server(lambda: Serving(mode), host, port, backlog=1024) for host in hosts[1:]]
    print(port, flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        kind, _, cycle = line.strip().partition(" ")
        mode.kind, mode.cycle = kind, int(cycle or 0)
        print("ready", flush=True)
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
