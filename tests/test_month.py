"""A month of one feed's life, with everything that publishers do to their feeds, in a second.

The publisher is a model; parser, identity, cadence and the sorting of fetches are the real ones, and the clock is an
argument. What the publisher published is compared with what was stored.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

import pytest

from bot.wording.notices import notice_text
from config.schema import Poll
from feeds.cadence import next_state
from feeds.freshness import notices
from feeds.model import Feed, FeedState, Fetched, Known, Outcome
from feeds.parsing.parse import parse_feed
from feeds.sift import sift, suspicious
from tests.store_kit import cause

START = datetime(2026, 1, 31, tzinfo=UTC)
POLL = Poll(interval_minutes=30)
FEED = Feed("press", "https://press.example/rss.xml", "en", section="un")
WORDS = "council mission report border talks region convoy market river school village rain road bridge clinic"


@dataclass
class Publisher:
    """Ten items at most are shown, newest first; ten appear on a weekday, two on a Sunday. `chance` decides details."""

    chance: random.Random
    published: list = field(default_factory=list)
    moved: bool = False

    def write(self, now):
        """Publishes what is due in the last five minutes."""
        daily = 2 if now.weekday() == 6 else 10
        busy = 3 if 8 <= now.hour < 20 else 0.2
        if self.chance.random() < daily * busy / 2 / 288:
            number = len(self.published)
            title = f"{' '.join(self.chance.choices(WORDS.split(), k=6))} {number}".capitalize()
            self.published.append([number, title, now, 0])
        if self.published and self.chance.random() < 0.01:
            self.chance.choice(self.published[-10:])[3] += 1  # an item is revised

    def body(self):
        """The feed as it stands: a revision changes guid fragment and text, the move changes host and scheme."""
        rows = []
        for number, title, stamp, revision in self.published[:-11:-1]:
            host = "https://news.press.example" if self.moved else "http://press.example"
            link = f"{host}/2026/story-number-{number}?utm_source=rss{revision}"
            date = "" if number % 7 == 0 else f"<pubDate>{stamp:%a, %d %b %Y} 12:00:00 +0000</pubDate>"
            rows.append(
                f"<item><title>{title}</title><link>{link}</link><guid>{host}/2026/story-number-{number}#{revision}</guid>"
                f"<description>Revision {revision} of item {number}.</description>{date}</item>"
            )
        return f"<rss version='2.0'><channel><title>Press</title>{''.join(rows)}</channel></rss>".encode()


class Archive:
    """What the store does, in a dictionary."""

    def __init__(self):
        self.keys, self.rows, self.changed, self.notices = {}, [], 0, []

    def known(self, entries):
        found = []
        for entry in entries:
            ids = [self.keys[key] for key in entry.keys if key in self.keys]
            missing = tuple(key for key in entry.keys if key not in self.keys)
            found.append(Known(ids[0], entry.feed, self.rows[ids[0]].content_hash, missing) if ids else None)
        return found

    def store(self, parsed):
        known = self.known(parsed.entries)
        titles = [(n, row.title, row.link) for n, row in enumerate(self.rows)] if suspicious(known) else []
        sifted = sift(FEED.name, parsed.entries, known, titles)
        for entry in sifted.new:
            self.keys |= dict.fromkeys(entry.keys, len(self.rows))
            self.rows.append(entry)
        self.keys |= dict(sifted.aliases)
        for number, entry in sifted.changed:
            self.rows[number] = entry
        self.changed += len(sifted.changed)
        return len(sifted.new)


def answer(publisher, state, now, down):
    """What the fetcher would bring: failures while the publisher is down, 304s and repeated bodies otherwise."""
    if down:
        return Outcome(Fetched.FAILED, 503, reason="http_503", cause=cause("The server answered 503."))
    body = publisher.body()
    digest = sha256(body).hexdigest()
    if state.etag == digest:
        return Outcome(Fetched.NOT_MODIFIED, 304, etag=digest)
    if state.body_hash == digest:
        return Outcome(Fetched.SAME_BODY, 200, body_hash=digest)
    etag = digest if now.day % 2 else None  # every other day it forgets its validators
    return Outcome(Fetched.BODY, 200, body, url=FEED.url, etag=etag, body_hash=digest)


@lru_cache
def live(seed, days=30):
    """Lets a month pass in steps of five minutes; the feed is asked when its state says so."""
    chance, publisher, archive = random.Random(seed), Publisher(random.Random(seed + 1)), Archive()
    state, polls = FeedState(FEED.name, FEED.url), 0
    now, end = START, START + timedelta(days=days)
    outage = START + timedelta(days=12, hours=21)
    while now < end:
        publisher.write(now)
        publisher.moved = publisher.moved or now > START + timedelta(days=18)
        if state.next_check is None or state.next_check <= now:
            polls += 1
            outcome = answer(publisher, state, now, down=outage <= now < outage + timedelta(hours=7))
            parsed, new = None, 0
            if outcome.kind is Fetched.BODY:
                parsed = parse_feed(outcome, FEED, seen=now, degraded=state.degraded_ids)
                new = archive.store(parsed) if not parsed.failure else 0
            after = next_state(FEED, state, outcome, parsed, new=new, now=now, chance=chance.random(), poll=POLL)
            archive.notices += map(notice_text, notices(FEED, state, after, outcome, parsed, new=new))
            state = after if parsed is None else FeedState(**{**_fields(after), "baseline": True})
        now += timedelta(minutes=5)
    return publisher, archive, polls


def _fields(state):
    return {name: getattr(state, name) for name in FeedState.__dataclass_fields__}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_and_nothing_is_stored_twice(seed):
    """Through revisions, missing dates, forgotten validators, an outage of a night and a move to another host."""
    publisher, archive, polls = live(seed)
    numbers = [int(row.title.rpartition(" ")[2]) for row in archive.rows]
    last_seen = len(publisher.published) - 1  # what came in the last minutes may not have been asked for
    assert len(numbers) == len(set(numbers))
    assert set(range(last_seen)) <= set(numbers) | {last_seen}
    assert len(numbers) > 200
    assert archive.changed > 10
    assert 24 * 30 <= polls <= 24 * 30 * 4


@pytest.mark.slow
def test_the_operators_hear_of_the_outage_and_little_else():
    """A night of failures is announced once and its end once; a month of news says nothing."""
    _, archive, _ = live(1)
    assert [word for line in archive.notices for word in ("failed", "back", "moved", "ids") if word in line] == [
        "failed",
        "back",
    ]
