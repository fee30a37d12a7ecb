"""A watch that misbehaves on demand, for the worker process; see `load`."""

from __future__ import annotations

import gc
import os
import re
import signal
import time
from dataclasses import replace
from hashlib import blake2b
from types import SimpleNamespace

from config.schema import Poll
from feeds.model import Entry, Feed, FeedState, Fetched, Outcome
from feeds.worker.jobs import Setup
from seeds.lexicon.load import LexiconError
from seeds.model import NO_FINGERPRINT, Facts, Match, Tier

SETUP = Setup(("blue",), "tests.worker_kit:load", scale=0.2)
SLOW = replace(SETUP, loading="tests.worker_kit:load_slowly")
SHORT = 0.05  # scale of the limits where all that takes long hangs for good: what hangs computes for as long as it may
HASTY = replace(SETUP, scale=SHORT)
STUBBORN = Setup(("blue",), "tests.worker_kit:load_stubborn", scale=SHORT)
FEED = Feed("a", "http://a.example/feed", "en")
STATE = FeedState("a", FEED.url)
POLL = Poll(tick_seconds=30, interval_minutes=30, fresh_hours=24)


def load(folder):
    """A watch by a folder's name; "broken" ones can't be used."""
    if folder.name == "broken":
        raise LexiconError("broken/watch.toml:3: what is this?")
    return Watch(folder.name)


def load_stubborn(folder):
    """As `load`; and a body that holds HANG is never parsed to its end."""
    from feeds.parsing import parse

    honest = parse.parse_steps

    def stubborn(outcome, *args, **more):
        if b"HANG" in outcome.body:
            hang("")
        return honest(outcome, *args, **more)

    parse.parse_steps = stubborn
    return load(folder)


def load_slowly(folder):
    """As `load`, on a machine that takes long to go through all that was loaded."""
    collect = gc.collect

    def slow():
        gc.collect = collect
        busy("0.4")
        return collect()

    gc.collect = slow
    return load(folder)


class Watch:
    """Flags what names its colour. What else a title says, it does: HANG, EAT, CRASH, VANISH, FAULT, "BUSY 0.5"."""

    def __init__(self, name):
        self.name, self.title = name, f"The {name} watch"
        self.mission = SimpleNamespace(key=name.upper(), start=None)

    def lead(self, reading, match, now):
        return None

    def match(self, reading, now):
        document = reading.document
        for word, do in DOES.items():
            if word in document.title:
                do(document.title.partition(word)[2])
        relevant = self.name in document.title.casefold()
        return Match(self.name, relevant, float(relevant), Tier.INCIDENT if relevant else None)

    def evidence(self, reading):
        return SimpleNamespace(hits=(SimpleNamespace(kind="colour", text=self.name),))

    def facts(self, reading):
        return Facts(place=reading.document.url)

    def quotes(self, reading, match, facts):
        return (f"read by {os.getpid()}",)

    def fingerprint(self, reading):
        return NO_FINGERPRINT


def hang(_):
    """Inside the C code of the standard library, where no Python code gets a turn."""
    re.fullmatch(r"(a+)+b", "a" * 60)


def eat(_):
    list(range(200_000_000))


def crash(_):
    os.kill(os.getpid(), signal.SIGSEGV)


def vanish(_):
    os._exit(3)


def fault(_):
    raise ZeroDivisionError("a bug of ours")


def once(path):
    """Die the first time only."""
    try:
        os.close(os.open(path.strip(), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def busy(seconds):
    ends = time.process_time() + float(seconds.split()[0])
    while time.process_time() < ends:
        pass


def sleep(seconds):
    time.sleep(float(seconds.split()[0]))


DOES = {
    "HANG": hang, "EAT": eat, "CRASH": crash, "VANISH": vanish, "FAULT": fault, "BUSY": busy, "SLEEP": sleep,
    "ONCE": once,
}  # fmt: skip


def rss(*titles):
    """A feed of titles."""
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><link>https://a.example/{n}</link>"
        "<description>All of this item, in a whole sentence that says what happened there and when.</description>"
        "</item>"
        for n, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>Feed</title>{items}</channel></rss>".encode()


def answer(*titles):
    """What a publisher answers."""
    raw = rss(*titles)
    return Outcome(Fetched.BODY, 200, raw, body_hash=blake2b(raw).hexdigest()[:16])


def entry(title):
    """An item of that title."""
    return Entry("a", (title,), title, "", "https://a.example/", "en", None, content_hash=title)


def loud(_):
    """Nothing is silent."""
    return False
