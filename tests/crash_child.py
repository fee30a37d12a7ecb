"""A small bot that kills itself at a chosen step.

It polls two items from a canned publisher and posts their alerts into the file `posted`, which stands for the other
side: a line there is a message that members see. Started again, it looks there for what was left half-sent.
"""

from __future__ import annotations

import asyncio
import os
import signal

from feeds.model import Feed, Fetched, Outcome
from feeds.poll import Poller
from feeds.store import Store
from feeds.store.days import DayCounts
from feeds.store.db.lock import lock
from feeds.store.db.thread import StoreThread
from tests.reader_kit import reader
from tests.store_kit import NOW, channel
from tests.test_poll import POLL, YOUNG, Watcher, rss

STEPS = ("fetched", "in_commit", "committed", "claimed", "posted", "sent", "never")


class Canned:
    async def fetch(self, feed, state):
        body = rss((1, "Blue helmet one", YOUNG), (2, "Blue helmet two", YOUNG))
        if state.etag == '"1"':
            return Outcome(Fetched.NOT_MODIFIED, 304, etag='"1"')
        return Outcome(Fetched.BODY, 200, body, etag='"1"', body_hash="1")


def die_at(step, here):
    if step == here:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(database, posted, step):
    count = DayCounts.count

    def count_and_die(self, *args):  # the last statement of a commit
        count(self, *args)
        die_at(step, "in_commit")

    DayCounts.count = count_and_die
    with lock(database):
        async with StoreThread(lambda: Store(database)) as store:
            await store.run(lambda opened: opened.subscriptions.add(*channel()))
            feeds = [Feed("a", "http://a.example/feed", "en")]
            fetcher = Canned()
            canned = fetcher.fetch

            async def fetch(feed, state):
                outcome = await canned(feed, state)
                die_at(step, "fetched")
                return outcome

            fetcher.fetch = fetch
            await Poller(feeds, store, fetcher, reader([Watcher()]), POLL, clock=lambda: NOW).tick()
            die_at(step, "committed")
            await deliver(store, posted, step)


async def deliver(store, posted, step):
    left = await store.run(lambda opened: opened.outbox.half_sent())
    claimed = await store.run(lambda opened: opened.outbox.claim(NOW))
    die_at(step, "claimed")
    for one in [*left, *claimed]:
        story = await store.run(lambda opened, n=one.story: opened.stories.story(n))
        if one.id not in posted.read_text():
            with posted.open("a") as file:
                file.write(f"{one.id} {story.sources[0].title}\n")
        die_at(step, "posted")
        await store.run(lambda opened, n=one.id: opened.outbox.sent(n, n, None, NOW))
        die_at(step, "sent")


def run(database, posted, step):
    asyncio.run(main(database, posted, step))
