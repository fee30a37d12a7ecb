"""Leaves out of the worker what its libraries import and it never uses: seven megabytes of fetching and guessing.

The house fetches its pages, they are decoded before they are read, and nobody asks when they were written.
"""

from __future__ import annotations

import sys
from types import ModuleType

# TLS, which feedparser would bring; it does without.
_WITHOUT = ("ssl", "_hashlib")
# What the extraction of articles takes from elsewhere, by name.
_STAND_INS = {
    "babel": ("Locale", "UnknownLocaleError"),
    "charset_normalizer": ("from_bytes",),
    "courlan.network": ("redirection_test",),
    "htmldate": ("find_date",),
    "trafilatura.downloads": ("fetch_response", "fetch_url"),
    "urllib3": (),
    "urllib3.response": ("HTTPResponse",),
}


class Unused(Exception):
    """Stands for a function or class that is left out: nothing is one of these, and called it gives None."""

    def __new__(cls, *_: object, **__: object) -> None:  # type: ignore[misc]
        """Nothing."""


def leave_out() -> None:
    """Put stand-ins in the place of these libraries, before anyone imports them."""
    sys.modules.update(dict.fromkeys(_WITHOUT))  # type: ignore[arg-type]
    for name, taken in _STAND_INS.items():
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(dict.fromkeys(taken, Unused))
