"""Where the worker process begins: `python -m feeds.worker DESCRIPTOR`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from feeds.worker.lean import leave_out

    leave_out()  # before anything else is imported
    from feeds.worker.child import serve_house

    serve_house(int(sys.argv[1]))
