"""Asks for the page of an item of which its feed gives less than a sentence, where robots.txt allows it."""

from __future__ import annotations

import time
from collections.abc import Callable

from feeds.model import Fetched, Outcome
from feeds.parsing.sniff import declared_charset, page_text
from feeds.parsing.urls import host_of
from feeds.web.guard import names_loopback, origin
from feeds.web.robots import Pages, Robots

LONGEST_PAGE = 2_000_000  # bytes; a news page of more is not worth the time
# Pages that hold no article of their own.
_NO_ARTICLE = frozenset(
    {"news.google.com", "undocs.org", "docs.un.org", "youtube.com", "facebook.com", "x.com", "twitter.com"}
)


class Articles:
    """Asks for pages through the guarded fetcher, for one event loop; `clock` counts seconds for the age of rules."""

    def __init__(self, pages: Pages, clock: Callable[[], float] = time.monotonic) -> None:
        self._pages, self._robots = pages, Robots(pages, clock)

    async def page(self, url: str, *, local: bool = False) -> bytes | None:
        """The page of an article, in UTF-8 where its header names another encoding; None when there is none, or we may
        not have it. Never raises for the weather.

        Only with `local`, which is for feeds of this machine, it may lie there as well; else not even its rules are
        asked for, which would be refused and then kept for those who may.
        """
        if origin(url) is None or host_of(url) in _NO_ARTICLE or (names_loopback(url) and not local):
            return None
        if not await self._robots.allow(url, local=local):
            return None
        outcome = await self._pages.page(url, LONGEST_PAGE, local=local)
        page = _utf8(outcome) if outcome.kind is Fetched.BODY else b""
        return page if b"<" in page[:4096] else None


def _utf8(outcome: Outcome) -> bytes:
    """Its body; only here is it known what the header says."""
    page, told = outcome.content(), dict(outcome.headers).get("content-type", "")
    return (page_text(page, told) or "").encode() if declared_charset(told) not in {None, "utf-8"} else page
