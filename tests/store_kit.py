"""What tests of the store and the poller build their cases from."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from feeds.model import (
    Action,
    Cause,
    CauseKind,
    Channel,
    Entry,
    Feed,
    FeedState,
    Finding,
    Judged,
    Notice,
    NoticeKind,
    Plan,
    Subscription,
)
from feeds.store import Store
from seeds.model import Facts, Match, Tier, When

NOW = datetime(2021, 2, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed("wire", "http://127.0.0.1:9/wire", "en")
LOUD = ((Tier.INCIDENT, Action.PING), (Tier.DECISION, Action.POST), (Tier.FOLLOW_UP, Action.POST))
ALL = (*LOUD, (Tier.BACKGROUND, Action.DIGEST), (Tier.COMMEMORATION, Action.DIGEST))


def cause(text):
    """A cause that says no more than these words."""
    return Cause(CauseKind.TEXT, {"text": text})


def notice(text):
    """A line for the operators that says no more than these words."""
    return Notice(NoticeKind.TEXT, {"text": text})


def opened(path, **more):
    """A store over a new database at `path`."""
    path.unlink(missing_ok=True)
    return Store(path, **more)


def place(name="alerts", **more):
    return Channel(name, "terminal", name, **more)


def wish(channel="alerts", watch="w", actions=ALL, **more):
    return Subscription(channel, watch, actions, **more)


def channel(name="alerts", watch="w", actions=ALL, **more):
    """A channel with one subscription in it, as the configuration has it."""
    return place(name), wish(name, watch, actions, **more)


@contextmanager
def subscribed(folder):
    """A store in `folder` with one feed and one channel that is told everything of it."""
    with opened(folder / "archive.db") as fresh:
        fresh.feeds.enrol([FEED])
        fresh.subscriptions.add(*channel())
        yield fresh


def operators(name="operators"):
    """A channel that the lines for the operators go to."""
    return place(name), wish(name, "", (), kind="notices")


def entry(number=1, title=None, *, feed="wire", keys=None, published=NOW, **more):
    more = {"summary": f"Summary of item {number}.", "content_hash": f"hash{number}", "language": "en"} | more
    return Entry(
        feed=feed,
        keys=keys or (f"guid:{feed}:{number}", f"link:example.org/{number}"),
        title=title or f"Item {number}",
        link=f"https://example.org/{number}",
        published=When(published, "instant") if published else None,
        **more,
    )


def finding(tier=Tier.INCIDENT, watch="w", **facts):
    return Finding(Match(watch, True, 0.9, tier), Facts(**facts), ())


def reading(number=1, *, tier=Tier.INCIDENT, relevant=True, seen=NOW, publisher="Wire", silent=False, **more):
    # Each number tells of another place and contingent, so that only what a test makes alike is one story.
    facts = {"place": f"Town {number}", "contingents": (f"C{number}",), "language": "en"} | more.pop("facts", {})
    watch = more.pop("watch", "w")
    standing = more.pop("standing", "outlet")
    found = (finding(tier, watch, **facts),) if relevant else ()
    return Judged(entry(number, **more), publisher, standing, seen, found, silent)


def state(store, name="wire"):
    return next(one for one in store.feeds.all() if one.name == name)


def plan(*readings, **more):
    return Plan(more.pop("state", FeedState("wire", FEED.url, home=FEED.url)), readings, **more)
