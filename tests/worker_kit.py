"""A watch that misbehaves on demand, for the worker process; see `load`."""

from __future__ import annotations

import os
import re
import signal
import time

from config.schema import Poll
from feeds.model import Feed, FeedState, Fetched, Outcome
from feeds.worker.jobs import Setup
from seeds.lexicon.load import LexiconError
from seeds.model import NO_FINGERPRINT, Facts, Match, Tier

SETUP = Setup(("blue",), "tests.worker_kit:load")
FEED = Feed("a", "http://a.example/feed", "en")
STATE = FeedState("a", FEED.url)
POLL = Poll(tick_seconds=30, interval_minutes=30, fresh_hours=24)


def load(folder):
    """A watch by a folder's name; "broken" ones can't be used."""
    if folder.name == "broken":
        raise LexiconError("broken/watch.toml:3: what is this?")
    return Watch(folder.name)


class Watch:
    """Flags what names its colour. What else a title says, it does: HANG, EAT, CRASH, VANISH, FAULT, "BUSY 0.5"."""

    def __init__(self, name):
        self.name, self.title = name, f"The {name} watch"

    def match(self, document, now):
        does = {"HANG": hang, "EAT": eat, "CRASH": crash, "VANISH": vanish, "FAULT": fault, "BUSY": busy, "SLEEP": sleep}
        for word, do in does.items():
            if word in document.title:
                do(document.title.partition(word)[2])
        relevant = self.name in document.title.casefold()
        return Match(self.name, relevant, float(relevant), Tier.INCIDENT if relevant else None)

    def facts(self, document):
        return Facts(place=document.url)

    def quotes(self, document, match, facts):
        return (f"read by {os.getpid()}",)

    def marks(self, document):
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


def busy(seconds):
    ends = time.process_time() + float(seconds.split()[0])
    while time.process_time() < ends:
        pass


def sleep(seconds):
    time.sleep(float(seconds.split()[0]))


def rss(*titles):
    """A feed of titles."""
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><link>https://a.example/{n}</link>"
        "<description>All of this item, in a whole sentence that says what happened there and when.</description></item>"
        for n, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>Feed</title>{items}</channel></rss>".encode()


def answer(*titles):
    """What a publisher answers."""
    raw = rss(*titles)
    return Outcome(Fetched.BODY, 200, raw, body_hash=str(hash(raw)))
