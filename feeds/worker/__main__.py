"""Where the worker process begins: `python -m feeds.worker DESCRIPTOR`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # The worker talks to nobody else: without TLS, which feedparser would bring, it is five megabytes smaller.
    sys.modules["ssl"] = sys.modules["_hashlib"] = None  # type: ignore[assignment]
    from feeds.worker.child import serve_house

    serve_house(int(sys.argv[1]))
