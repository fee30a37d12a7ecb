"""Rounds of kills: in each a new archive, a new Discord, events, faults, restores; then what stands is judged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import signal
import struct
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import render
from feeds.model import State
from feeds.store import Store, StoreError
from feeds.store.naming.spelling import kind_in_mark, topic
from tests.crash.events import FEEDS, NUMBERS, PLACES, Press
from tests.fakes.discord_server import CHANNEL, OPERATORS, ROLE, DiscordServer
from tests.mortal import STEPS

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2021, 2, 10, 11, tzinfo=UTC)  # while the mission was there
ASKS_WITHIN = 10.0  # seconds until a bot has asked a feed
DIES_WITHIN = 2.5  # … and from then on, until it has come to the step at which it dies
SETTLES_WITHIN = 20.0
NEWS_FOR = timedelta(hours=24)  # config/schema.py, fresh_hours
MARK = re.compile(r"mark=([0-9a-z]{25})\b")
LINK = re.compile(r"example\.org/(\d+)-\d")
MESSAGES = f"/channels/{CHANNEL}/messages"
TOLL = re.compile(r"(\d+|" + "|".join(NUMBERS) + r")\b[^.]*?(?:killed|dead)", re.IGNORECASE)


class Zygote:
    """The process that forks bots."""

    async def __aenter__(self):
        self.log = Path(os.environ.get("CRASH_LOG", os.devnull)).open("ab")  # noqa: SIM115 - closed at its end
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crash.bot", cwd=ROOT, limit=1 << 20, stderr=self.log,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_):
        self.process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), 10)
        self.process._transport.close()
        self.log.close()

    async def start(self, order):
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        return int(await self.process.stdout.readline())

    async def ended(self):
        return int(await self.process.stdout.readline())


class Round:
    """One archive from its first start to the day on which nobody is killed any more."""

    def __init__(self, zygote, folder, seed, counts):
        self.zygote, self.folder, self.counts = zygote, folder, counts
        self.chance = random.Random(seed)
        self.database = folder / "archive.db"
        self.ahead = START - datetime.now(UTC)  # of Discord's clock and the press's, to ours
        self.off = timedelta(minutes=self.chance.choice((0, 0, 20, -20)))  # what the bot's clock is wrong by
        self.copies, self.told, self.faults = [], {}, Counter()

    def now(self):
        return datetime.now(UTC) + self.ahead

    async def play(self, kills, calms=3):
        """Kill so often, then let it work; returns what is wrong then, in words."""
        async with DiscordServer(now=self.now) as self.server, Press() as self.press:
            await self._calm()
            for _ in range(kills):
                await self._kill()
            self.server.faults.clear()
            self.press.away.clear()
            for _ in range(calms):  # what is due an hour later is due then
                self.ahead += timedelta(hours=1)
                await self._calm()
            return self._judge()

    def _order(self, step=None):
        discord = {
            "token": self.server.token, "api_base": self.server.api_base, "gateway_url": self.server.gateway_url,
            "operators_channel": OPERATORS,
        }  # fmt: skip
        alerts = {"name": "alerts", "watch": "minusma", "id": CHANNEL, "role": ROLE,
                  "pings_per_hour": 1000, "posts_per_day": 1000}  # fmt: skip
        return {"database": str(self.database), "base": self.press.base, "discord": discord, "channels": [alerts],
                "step": step, "later": (self.ahead + self.off).total_seconds()}  # fmt: skip

    # what happens

    async def _kill(self):
        for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
            self._happen()
        self._fault()
        step = self.chance.choice((None, *(name for name, *_ in STEPS[:9])))
        self.press.asked.clear()
        pid = await self.zygote.start(self._order(step))
        ended = asyncio.create_task(self.zygote.ended())
        upset = asyncio.create_task(self._upset_gateway())
        await self._live(ended, step)
        at = step or "anywhere"
        if not ended.done():
            at = "anywhere"
            with contextlib.suppress(ProcessLookupError):  # it has died by itself just now
                os.kill(pid, signal.SIGKILL)
        upset.cancel()
        status = await ended
        if status != -signal.SIGKILL:
            raise AssertionError(f"a bot ended by itself, with {status}")
        self.counts["kills"] += 1
        self.counts[f"killed {at}"] += 1
        self._between()

    async def _live(self, ended, step):
        """Let a bot work for a while: some die before they have asked a feed, others after."""
        if step is None and self.chance.random() < 0.25:
            await asyncio.wait([ended], timeout=self.chance.uniform(0.1, 1.5))
            return
        asked = asyncio.create_task(self.press.asked.wait())
        await asyncio.wait([ended, asked], timeout=ASKS_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        self.press.asked.clear()
        await asyncio.wait([ended], timeout=self.chance.uniform(0.0, 2.0) if step is None else DIES_WITHIN)

    def _happen(self):
        """A new event, or more dead in one that is known."""
        open_ones = [
            event for event, (dead, _) in self.told.items() if dead < 9 and len(self.told[event][1]) < len(FEEDS)
        ]
        fresh = len(self.told)
        at = self.now() - timedelta(seconds=5)
        if fresh < len(PLACES) and (not open_ones or self.chance.random() < 0.6):
            dead, links = self.chance.randint(1, 3), []
            self.told[fresh] = dead, [*links, self.press.write("wire", fresh, dead, at)]
            self.counts["items"] += 1
        elif open_ones:
            event = self.chance.choice(open_ones)
            dead, links = self.told[event]
            dead += self.chance.randint(1, 2)
            feed = FEEDS[len(links)]
            self.told[event] = dead, [*links, self.press.write(feed, event, min(dead, 9), at)]
            self.counts["items"] += 1

    def _fault(self):
        how = self.chance.choice(("none", "none", "lost", "lost", "429", "500", "502 after", "cut", "edit lost"))
        fail, times = self.server.fail, self.chance.randint(1, 2)
        match how:
            case "lost":
                fail("POST", MESSAGES, lose=True, times=times)
            case "429":
                fail("POST", MESSAGES, status=429, times=times, headers={"Retry-After": "0.3"},
                     body={"message": "You are being rate limited.", "retry_after": 0.3, "global": False})  # fmt: skip
            case "500":
                fail("POST", MESSAGES, status=500, body={"message": "oops"}, times=times)
            case "502 after":
                fail("POST", MESSAGES, status=502, body="<html>", after=True, times=times)
            case "cut":
                fail("POST", MESSAGES, drop=True, times=times)
            case "edit lost":
                fail("PATCH", f"{MESSAGES}/*", lose=True, times=times)
        self.counts[f"fault {how}"] += how != "none"

    async def _upset_gateway(self):
        """Discord asks for a reconnect (op 7), calls the session invalid (op 9), or is gone."""
        how = self.chance.choice(("none", "none", "op 7", "op 9", "dropped"))
        await asyncio.sleep(self.chance.uniform(0.5, 2.0))
        if how == "none":
            return
        self.counts[f"gateway {how}"] += 1
        if how == "dropped":
            await self.server.drop_gateway()
            return
        for socket in [one for one in self.server.sockets if not one.closed]:
            await self.server._send(socket, {"op": 7, "d": None} if how == "op 7" else {"op": 9, "d": False})

    def _between(self):
        """While no bot runs: time passes, members talk, a write is torn, a backup is taken or put back."""
        self.ahead += timedelta(seconds=self.chance.choice((1, 5, 30, 240, 3600, 5 * 3600)))
        for _ in range(self.chance.choice((0, 0, 3, 150))):
            self.server.messages[CHANNEL].append(self.server._message(CHANNEL, {"content": "so sad"}, 5001))
        self.press.away.clear()
        drawn = self.chance.random()
        if drawn < 0.25:
            self._copy()
        elif drawn < 0.40 and self.copies:
            self._put_back(self.chance.choice(self.copies))
            if self.chance.random() < 0.5:
                self.press.away.add(self.chance.choice(FEEDS))
                self.counts["feeds away after a restore"] += 1
        elif drawn < 0.55:
            self._tear()

    def _files(self, name):
        return [Path(f"{self.database}{end}") for end in ("", "-wal")], [
            self.folder / f"{name}{end}" for end in ("", "-wal")
        ]

    def _copy(self):
        name = f"copy{len(self.copies)}"
        for here, there in zip(*self._files(name), strict=True):
            if here.exists():
                shutil.copy(here, there)
        self.copies.append(name)
        self.counts["backups"] += 1

    def _put_back(self, name):
        Path(f"{self.database}-shm").unlink(missing_ok=True)
        for here, there in zip(*self._files(name), strict=True):
            here.unlink(missing_ok=True)
            if there.exists():
                shutil.copy(there, here)
        self.counts["restores"] += 1

    def _tear(self):
        """A power cut: the end of the log never reached the disk, or reached it as nonsense."""
        wal = Path(f"{self.database}-wal")
        size = wal.stat().st_size if wal.exists() else 0
        if size < 64:
            return
        cut = self.chance.randint(min(self._on_disk(), size), size)
        data = bytearray(wal.read_bytes())
        wal.write_bytes(data[:cut] + (os.urandom(min(4096, size - cut)) if self.chance.random() < 0.5 else b""))
        Path(f"{self.database}-shm").unlink(missing_ok=True)
        self.counts["power cuts"] += 1

    def _on_disk(self):
        """The bytes of the log that no power cut takes: the disk keeps them before SQLite writes them to the file."""
        shm = Path(f"{self.database}-shm")
        if not shm.exists():
            return 0
        attempted, *_ = struct.unpack_from("=I", shm.read_bytes(), 128)  # nBackfillAttempted, sqlite.org/walformat.html
        return 32 + attempted * (24 + 4096) if attempted else 0

    # what comes of it

    async def _calm(self):
        """Let a bot work until nothing is left to do, and end it as an operator does."""
        pid = await self.zygote.start(self._order())
        ended = asyncio.create_task(self.zygote.ended())
        deadline, quiet = time.monotonic() + SETTLES_WITHIN, 0
        while quiet < 4 and time.monotonic() < deadline and not ended.done():
            await asyncio.sleep(0.3)
            quiet = quiet + 1 if self._idle() else 0
        os.kill(pid, signal.SIGTERM)
        if await ended != 0:
            raise AssertionError("a bot did not end well")
        self.counts["starts without a kill"] += 1

    def _idle(self):
        """Whether every item was read, everything went out, and the edits that are due are made."""
        with contextlib.suppress(StoreError), Store(self.database, read_only=True) as store:
            read = len(store.archive.entries()) >= sum(len(links) for _, links in self.told.values())
            return read and store.meta.get("last_tick") is not None and store.outbox.waiting() == 0
        return False

    def _judge(self):
        """What is lost, doubled, stale, or out of order, as members see it.

        An archive that was put back from days ago need not know an alert of an event that is too old to be told anew:
        the one that stands must tell of it, and what the archive knows of it. Where none came to be posted in a day of
        kills, the digest must tell of it.
        """
        alert, posted = kind_in_mark("alert", "minusma"), self.server.posted()
        stands = {one["id"]: _shown(one) for one in posted if _kind(one) == alert}
        digests = [_events(_shown(one)) for one in posted if _kind(one) == kind_in_mark("digest")]
        late = self._old() & set().union(*digests)
        with Store(self.database, read_only=True) as store:
            stories = [story for story in store.stories.latest(1000) if story.sources]
            rows = [row for story in stories for row in store.outbox.of_story(story.id) if row.kind == "alert"]
        sent = Counter(row.message for row in rows if row.state is State.SENT)
        read = {source.url for story in stories for source in story.sources}
        telling = {event: [one for one, text in stands.items() if event in _events(text)] for event in self.told}
        wrong = [f"lost: {link}" for _, links in self.told.values() for link in links if link not in read]
        silent = {event for event, alerts in telling.items() if not alerts}
        wrong += [f"lost: event {event} is told by no alert" for event in sorted(silent - late)]
        self.counts["events too old to be alerts, told by a digest"] += len(silent & late)
        wrong += [f"lost: alert {one} does not stand" for one in sent.keys() - stands.keys()]
        wrong += [f"doubled: event {event} by {alerts}" for event, alerts in telling.items() if len(alerts) > 1]
        wrong += [f"doubled: {one} is {count} alerts" for one, count in sent.items() if count > 1]
        wrong += [f"doubled: {one} tells of nothing that happened" for one, text in stands.items() if not _events(text)]
        for link in (link for story in stories for link in _links(story)):
            alerts = telling.get(_event(link), ())
            wrong += [f"stale: alert {one} does not show {link}" for one in alerts if link not in stands[one]]
        self.counts["alerts"] += len(stands)
        self.counts["alerts too old for the archive put back"] += len(stands.keys() - sent.keys())
        return wrong + self._lines_out_of_order(stands)

    def _old(self):
        """The events that were told so long ago that they are no news any more."""
        told = (one for items in self.press.items.values() for one in items)
        return {_event(link) for *_, link, at in told if self.now() - at > NEWS_FOR}

    def _lines_out_of_order(self, stands):
        """Lines that are said twice in one place, before their alert, or with fewer dead than the line before."""
        wrong = []
        for place in self.server.messages.keys() - {OPERATORS}:
            lines = [one for one in self.server.posted(place) if one["id"] not in stands]
            texts = Counter((_plain(one["content"]), _answers(one)) for one in lines if one["content"])
            wrong += [f"doubled: “{text[0][:60]}” {n} times" for text, n in texts.items() if n > 1]
            for one in lines:
                about = _answers(one) or (str(place) if str(place) in stands else None)
                if about in stands and int(one["id"]) < int(about):
                    wrong.append(f"out of order: “{one['content'][:60]}” before its alert")
            self.counts["lines"] += len(lines)
            by_alert = {}
            for one in lines:
                by_alert.setdefault(_answers(one) or str(place), []).append(_toll(one["content"]))
            for tolls in by_alert.values():
                known = [toll for toll in tolls if toll is not None]
                wrong += [f"out of order: tolls {known}"] if known != sorted(known) else []
        return wrong


def _links(story):
    """The addresses that an alert of a story shows."""
    return [span.url for field in render.alert(story).fields for line in field.lines for span in line if span.url]


def _event(link):
    return int(link.rpartition("/")[2].partition("-")[0])


def _events(text):
    return {int(number) for number in LINK.findall(text)}


def _kind(message):
    found = MARK.search(json.dumps(message["embeds"]))
    return topic(found[1])[0] if found else None


def _shown(message):
    return f"{message['content']} {json.dumps(message['embeds'], ensure_ascii=False)}"


def _plain(text):
    return re.sub("[\u200b-\u200d]", "", text)


def _answers(message):
    return (message.get("message_reference") or {}).get("message_id")


def _toll(text):
    found = TOLL.search(_plain(text))
    if found is None:
        return None
    return int(found[1]) if found[1].isdigit() else NUMBERS.index(found[1].capitalize()) + 1


async def crash(kills, seed, folder, *, a_round=25, minutes=None, at_once=1, calms=3, said=print):
    """So many kills, in rounds, so many of them `at_once` (none begins after so many `minutes`); the counts, and what
    is wrong."""
    counts, wrong, began = Counter(), [], time.monotonic()
    numbers = iter(range(-(-kills // a_round)))

    async def play():
        async with Zygote() as zygote:
            for number in numbers:
                if minutes is not None and time.monotonic() - began > 60 * minutes:
                    break
                here = folder / f"round{number}"
                here.mkdir()
                found = await Round(zygote, here, f"{seed}/{number}", counts).play(a_round, calms)
                wrong.extend(f"round {number}: {line}" for line in found)
                counts["rounds"] += 1
                passed = time.monotonic() - began
                said(f"{counts['kills']} kills, {len(wrong)} findings, {passed:.0f} s", *found, sep="\n  ")
                if not found:
                    shutil.rmtree(here)

    await asyncio.gather(*(play() for _ in range(at_once)))
    return counts, wrong
