"""Many outlets in a process of their own: feeds on loopback that report made-up events, and fail as outlets do.

Run as `python -m tests.outlets COUNT SEED`: prints its port, then obeys a line on its standard input, each with a
line. `at SECONDS` lets that time come (from START on), `flood ITEMS` has every feed report so many events at once,
`spoil SHARE` makes so many of a thousand answers fail. Each is answered with how many items were published so far, how
many of them tell of an event, how many requests were answered, and how many of these badly.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tomllib
from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path

START = datetime(2021, 2, 1, tzinfo=UTC)
EVENTS_AN_HOUR, REPORTS = 10, range(1, 20)  # of an event, each number as likely: a hundred reports an hour
QUIET_EVERY = 6 * 3600.0  # seconds between two items of a feed that tell of nothing
WINDOW = 25  # items that a feed shows
_HOSTS = 200
# What happened, each told in two ways.
_HAPPENED = (
    (("{n} peacekeepers hurt by a mine near {place}", "A convoy of MINUSMA struck a mine near {place} in the north of "
      "Mali; {n} peacekeepers from {side} were injured, the UN mission said."),
     ("Mali : une mine blesse {n} Casques bleus près de {place}", "{n} Casques bleus du contingent {side_fr} ont été "
      "blessés près de {place} quand leur convoi a sauté sur une mine, selon la MINUSMA.")),
    (("Attack on MINUSMA camp in {place}", "Gunmen fired on the camp of the UN mission in {place}, Mali. {n} blue "
      "helmets from {side} were wounded, a spokesman said."),
     ("MINUSMA : le camp de {place} attaqué", "Des hommes armés ont tiré sur le camp de la mission de l'ONU à {place}, "
      "au Mali. {n} Casques bleus du contingent {side_fr} sont blessés.")),
    (("Ambush near {place} wounds {n} UN peacekeepers", "A patrol of MINUSMA was ambushed near {place}, Mali; {n} "
      "peacekeepers from {side} were wounded."),
     ("MINUSMA: {n} Casques bleus blessés à {place}", "Une patrouille de la MINUSMA est tombée dans une embuscade près "
      "de {place}, au Mali : {n} Casques bleus du contingent {side_fr} ont été blessés.")),
)  # fmt: skip
# Prime to places and contingents: for ten days no toll comes back to its place or contingent.
_TOLLS = range(2, 33)
# In English, and in French behind "du contingent".
_SIDES = (
    ("Chad", "tchadien"), ("Togo", "togolais"), ("Egypt", "égyptien"), ("Niger", "nigérien"), ("Guinea", "guinéen"),
    ("Senegal", "sénégalais"), ("Burkina Faso", "burkinabè"), ("Bangladesh", "bangladais"), ("Nigeria", "nigérian"),
    ("Benin", "béninois"), ("Nepal", "népalais"), ("Cambodia", "cambodgien"), ("Jordan", "jordanien"),
    ("Sri Lanka", "sri-lankais"), ("Germany", "allemand"), ("Sweden", "suédois"), ("Netherlands", "néerlandais"),
    ("Norway", "norvégien"), ("Denmark", "danois"), ("Finland", "finlandais"), ("Portugal", "portugais"),
    ("Spain", "espagnol"), ("Italy", "italien"), ("Belgium", "belge"), ("Austria", "autrichien"),
    ("Romania", "roumain"), ("Estonia", "estonien"), ("Latvia", "letton"), ("Lithuania", "lituanien"),
    ("Canada", "canadien"), ("China", "chinois"), ("Indonesia", "indonésien"), ("Pakistan", "pakistanais"),
    ("India", "indien"), ("Kenya", "kényan"), ("Rwanda", "rwandais"), ("Ghana", "ghanéen"), ("Gambia", "gambien"),
    ("Liberia", "libérien"), ("Sierra Leone", "sierra-léonais"), ("Mauritania", "mauritanien"),
)  # fmt: skip
_TOGETHER = 10  # feeds that tell of the same events in a flood
_NOTHING = (
    "Harbour works of lot {n} to be voted on",
    "The town council heard the engineers on lot {n}; a vote follows.",
)
_GAZETTEER = Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma" / "gazetteer.toml"
_ITEM = (
    "<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>https://outlet{feed}.example/{guid}</link>"
    "<pubDate>{at}</pubDate><description>{text}</description></item>"
)


def outlet_address(number: int) -> str:
    """The loopback address that serves a feed."""
    return f"127.1.0.{1 + number % _HOSTS}"


@cache
def places() -> list[str]:
    """The places that events are told of, those whose names are no ordinary words."""
    known = tomllib.loads(_GAZETTEER.read_text(encoding="utf-8"))["place"]
    return [one["name"] for one in known if not one.get("common") and not one.get("capital")]


def event_of(link: str) -> int:
    """Which event an item's address is about."""
    return int(link.rpartition("/")[2].partition("-")[0].removeprefix("e"))


class Newsroom:
    """What all feeds show at a time; the same for the same seed."""

    def __init__(self, count: int, seed: int) -> None:
        self.chance, self.places = random.Random(seed), places()
        self.shown: list[deque[str]] = [deque(maxlen=WINDOW) for _ in range(count)]
        self.versions = [0] * count
        self.coming: list[tuple[float, int, int]] = []  # reports of events: when, of which, by whom
        self.now, self.events, self.items, self.relevant = 0.0, 0, 0, 0
        self.quiet = [self.chance.uniform(0, QUIET_EVERY) for _ in range(count)]

    def at(self, seconds: float) -> None:
        """Everything up to then is published."""
        while (due := self.events * 3600 / EVENTS_AN_HOUR) <= seconds:
            for turn in range(self.chance.choice(REPORTS)):
                late = due + turn * self.chance.uniform(120, 2400)
                self.coming.append((late, self.events, self.chance.randrange(len(self.shown))))
            self.events += 1
        ready = sorted(one for one in self.coming if one[0] <= seconds)
        self.coming = [one for one in self.coming if one[0] > seconds]
        for when, event, feed in ready:
            self.report(feed, event, when)
        for feed, due in enumerate(self.quiet):
            if due <= seconds:
                self.quiet[feed] = due + QUIET_EVERY
                self.publish(feed, f"q{feed}-{self.items}", *(part.format(n=self.items) for part in _NOTHING), due)
        self.now = seconds

    def flood(self, each: int) -> None:
        """Every feed reports so many events at once, a few feeds the same."""
        for feed, shown in enumerate(self.shown):
            self.shown[feed] = deque(shown, maxlen=max(WINDOW, each))
            for number in range(each):
                self.report(feed, self.events + feed // _TOGETHER * each + number, self.now)
        self.events += -(-len(self.shown) // _TOGETHER) * each

    def report(self, feed: int, event: int, when: float) -> None:
        """A feed tells of an event, as every other does."""
        place, toll = self.places[event % len(self.places)], _TOLLS[event % len(_TOLLS)]
        side, side_fr = _SIDES[event % len(_SIDES)]
        told = {"n": toll, "side": side, "side_fr": side_fr, "place": place}
        title, text = (part.format(**told) for part in _HAPPENED[event % len(_HAPPENED)][feed % 2])
        self.relevant += 1
        self.publish(feed, f"e{event}-{feed}-{self.items}", title, text, when)

    def publish(self, feed: int, guid: str, title: str, text: str, when: float) -> None:
        """A feed has one item more."""
        at = format_datetime(START + timedelta(seconds=when))
        self.shown[feed].appendleft(_ITEM.format(guid=guid, title=title, text=text, at=at, feed=feed))
        self.versions[feed] += 1
        self.items += 1

    def body(self, feed: int) -> bytes:
        """The feed as it stands."""
        head = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Outlet {feed}</title>"
        return f"{head}<link>https://outlet{feed}.example/</link>{''.join(self.shown[feed])}</channel></rss>".encode()


class Desk:
    """Answers requests, a share of them badly; `faulty` of a thousand."""

    def __init__(self, room: Newsroom, seed: int) -> None:
        self.room, self.chance, self.faulty = room, random.Random(seed), 0.0
        self.answered = self.failed = 0

    def answer(self, feed: int, validator: str) -> bytes | None:
        """The whole response; None for none at all, b"" to hang up."""
        self.answered += 1
        if self.chance.random() * 1000 < self.faulty:
            self.failed += 1
            return self.trouble(feed)
        tag = f'"{feed}-{self.room.versions[feed]}"'
        if validator == tag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        return _response("200 OK", self.room.body(feed), f"ETag: {tag}\r\n")

    def trouble(self, feed: int) -> bytes | None:
        """One of the ways in which outlets fail."""
        body = self.room.body(feed)
        kind = self.chance.choices(("503", "429", "cut", "page", "broken", "silent"), (40, 20, 15, 10, 10, 5))[0]
        return {
            "503": _response("503 Service Unavailable", b"later"),
            "429": _response("429 Too Many Requests", b"slowly", "Retry-After: 900\r\n"),
            "cut": b"",
            "page": _response("200 OK", b"<!doctype html><html><title>Outlet</title><body>Maintenance</body></html>"),
            "broken": _response("200 OK", body[: len(body) // 2]),
            "silent": None,
        }[kind]


def _response(status: str, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Line(asyncio.Protocol):
    """Just enough HTTP/1.1 with connections kept alive."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.waiting = desk, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers every whole request."""
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            fields = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines[1:])}
            answer = self.desk.answer(int(lines[0].split()[1].rpartition("/")[2]), fields.get("if-none-match", ""))
            if answer == b"":
                self.transport.abort()
            elif answer is not None:
                self.transport.write(answer)


async def main(count: int, seed: int) -> None:
    """Serves until standard input ends."""
    room = Newsroom(count, seed)
    desk, loop = Desk(room, seed), asyncio.get_running_loop()
    hosts = sorted({outlet_address(number) for number in range(count)})
    servers = [await loop.create_server(lambda: Line(desk), hosts[0], 0)]
    port = servers[0].sockets[0].getsockname()[1]
    servers += [await loop.create_server(lambda: Line(desk), host, port) for host in hosts[1:]]
    print(port, flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order, _, more = line.strip().partition(" ")
        if order == "at":
            room.at(float(more))
        elif order == "flood":
            room.flood(int(more))
        else:
            desk.faulty = float(more or 0)
        print(room.items, room.relevant, desk.answered, desk.failed, flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
