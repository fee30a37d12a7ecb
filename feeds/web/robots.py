"""Says what a host's robots.txt lets us read (RFC 9309: wildcards, the longest rule wins). The only protego user."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from protego import Protego

from feeds.model import Fetched, Outcome

AGENT = "Bluehelm"
_LONGEST = 512_000  # bytes, as RFC 9309 asks for at least
_KEPT = 24 * 3600.0
_HOSTS_KEPT = 200
# Rules are kept once for each program that a group names, so a file is as long as one number times the other.
_MOST_RULES = 300_000
_NOTHING = "User-agent: *\nDisallow: /\n"
_REFUSED = frozenset({401, 403, 429})


class Pages(Protocol):
    """What asks for a page: `feeds.web.fetch.Fetcher` in production."""

    async def page(self, url: str, limit: int | None = None, *, local: bool = False) -> Outcome:
        """One exchange, with this machine only when it is `local`; never raises for the weather."""
        ...


class Robots:
    """The rules of the hosts asked lately, each asked for once a day; `clock` counts seconds."""

    def __init__(self, pages: Pages, clock: Callable[[], float] = time.monotonic) -> None:
        self._pages, self._clock = pages, clock
        self._rules: dict[str, tuple[float, Protego]] = {}

    async def allow(self, url: str, *, local: bool = False) -> bool:
        """Whether we may ask for an http or https address; `local` as for pages."""
        base = "/".join(url.split("/", 3)[:3])
        asked, rules = self._rules.get(base, (float("-inf"), None))
        if rules is None or self._clock() - asked > _KEPT:
            rules = Protego.parse(await self._text(base, local=local))
            if len(self._rules) >= _HOSTS_KEPT:
                self._rules.clear()
            self._rules[base] = self._clock(), rules
        return bool(rules.can_fetch(url, AGENT))

    async def _text(self, base: str, *, local: bool) -> str:
        """A host's robots.txt: none means everything, one that is refused or broken means nothing."""
        outcome = await self._pages.page(f"{base}/robots.txt", _LONGEST, local=local)
        if outcome.kind is Fetched.BODY:
            return _bounded(outcome.content().decode("utf-8", "replace"))
        refused = outcome.status is None or outcome.status >= 500 or outcome.status in _REFUSED
        return _NOTHING if refused else ""


def _bounded(text: str) -> str:
    """The rules; those of a file that is made to be endless allow nothing."""
    return text if text.lower().count("agent") * text.count("low") <= _MOST_RULES else _NOTHING
