"""Where the worker process begins: `python -m feeds.worker DESCRIPTOR`."""

from __future__ import annotations

import sys


def main() -> None:
    """Serve the house at the other end of a socket."""
    # The worker talks to nobody else: without TLS, which feedparser would bring, it is five megabytes smaller.
    sys.modules["ssl"] = sys.modules["_hashlib"] = None  # type: ignore[assignment]
    from feeds.worker.child import serve_house  # noqa: PLC0415 - only now

    serve_house(int(sys.argv[1]))


if __name__ == "__main__":
    main()
