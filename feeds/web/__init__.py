"""Asking publishers: fetching, within limits, guarded, at their pace."""

import sys

# httpx brings a command line of its own, with five megabytes of terminal colours, and does without where it is missing.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
