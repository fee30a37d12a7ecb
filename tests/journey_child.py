"""The bots of a journey, as `tests/mortal.py` runs them; a line names its `feed` (an address) and its `channel`, too.

Each bot forks its reading process, so that this is not imported and made ready again for every death either.
"""

from __future__ import annotations

from feeds.model import Feed
from feeds.worker import child, process
from seeds.watch import load_watch
from tests.forked import FORKING
from tests.mortal import WATCHES, run, serve


def bot_of(order):
    feeds = [Feed("wire", order["feed"], "en")]
    return run(order, feeds, [order["channel"]], {"tick_seconds": 0.1}, chance=lambda: 0.0)


if __name__ == "__main__":
    child._warm([load_watch(WATCHES / "minusma")])
    child._settle()
    process.subprocess = FORKING
    serve(bot_of)
