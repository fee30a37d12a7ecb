"""The bots that are killed at random, as `tests/mortal.py` runs them; a line names `base` (of the feeds) and
`channels`, too."""

from __future__ import annotations

from feeds.model import Feed
from tests.crash.events import FEEDS
from tests.mortal import run, serve


def bot_of(order):
    feeds = [Feed(name, f"{order['base']}/{name}", "en", publisher=name.title()) for name in FEEDS]
    return run(order, feeds, order["channels"], {"tick_seconds": 0.3, "interval_minutes": 0.01})


if __name__ == "__main__":
    serve(bot_of)
