"""Reads the beginning of an article for an item whose feed gives less than a sentence. The only trafilatura user."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import time
from collections.abc import Callable
from typing import Protocol
from urllib.robotparser import RobotFileParser

from feeds.model import Fetched, Outcome
from feeds.parsing import html
from feeds.parsing.urls import host_of
from feeds.web.guard import origin

LONGEST_PAGE = 2_000_000  # bytes; a news page of more is not worth the time
SHORTEST, LONGEST = 80, 700  # characters of a lead
AGENT = "Bluehelm"
_SENTENCE_END = re.compile(r"[.!?…؟。][»”’\"')\]]*(?=\s|$)")
_ROBOTS_KEPT = 24 * 3600.0
_HOSTS_KEPT = 200
# Pages that hold no article of their own.
_NO_ARTICLE = frozenset(
    {"news.google.com", "undocs.org", "docs.un.org", "youtube.com", "facebook.com", "x.com", "twitter.com"}
)


class Pages(Protocol):
    """What asks for a page: `feeds.web.fetch.Fetcher` in production."""

    async def page(self, url: str, limit: int | None = None) -> Outcome:
        """One exchange; never raises for the weather."""
        ...


class Articles:
    """Reads leads through the guarded fetcher, for one event loop, as robots.txt allows.

    `clock` counts seconds; it ages what robots.txt said.
    """

    def __init__(self, pages: Pages, clock: Callable[[], float] = time.monotonic) -> None:
        self._pages, self._clock = pages, clock
        self._robots: dict[str, tuple[float, RobotFileParser]] = {}
        self._turn = asyncio.Semaphore(1)  # extraction is all CPU

    async def __call__(self, url: str) -> str | None:
        """The first sentences of the article, one to a few hundred characters; None when they cannot be had."""
        if origin(url) is None or host_of(url) in _NO_ARTICLE or not await self._allowed(url):
            return None
        outcome = await self._pages.page(url, LONGEST_PAGE)
        if outcome.kind is not Fetched.BODY or b"<" not in outcome.body[:4096]:
            return None
        async with self._turn:
            return await asyncio.to_thread(lead, outcome.body)

    async def _allowed(self, url: str) -> bool:
        base = "/".join(url.split("/", 3)[:3])
        asked, rules = self._robots.get(base, (float("-inf"), None))
        if rules is None or self._clock() - asked > _ROBOTS_KEPT:
            rules = await self._rules(base)
            if len(self._robots) >= _HOSTS_KEPT:
                self._robots.clear()
            self._robots[base] = self._clock(), rules
        return rules.can_fetch(AGENT, url)

    async def _rules(self, base: str) -> RobotFileParser:
        """A host's robots.txt (RFC 9309): none means everything, one that is refused or broken means nothing."""
        outcome = await self._pages.page(base + "/robots.txt", LONGEST_PAGE // 4)
        rules = RobotFileParser()
        rules.modified()  # it forbids everything until it thinks that it was read
        if outcome.kind is Fetched.BODY:
            rules.parse(outcome.body.decode("utf-8", "replace").splitlines())
        elif outcome.status is None or outcome.status >= 500 or outcome.status in {401, 403, 429}:
            rules.parse(["User-agent: *", "Disallow: /"])
        return rules


def lead(page: bytes) -> str | None:
    """The first paragraphs of the article on an HTML page, cut at a sentence; None when there is none to find."""
    import trafilatura  # noqa: PLC0415 - costs a fifth of a second and some megabytes, for few items

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without an article
    try:
        found = trafilatura.bare_extraction(page, include_comments=False, include_tables=False, favor_precision=True)
        about = found or trafilatura.extract_metadata(page)
    except Exception:  # a parser of other people's pages; what it stumbles over is no fault of ours
        return None
    said = None if found is None or isinstance(found, dict) else _cut(_plain(_headless(found.text, found.title)))
    return said or (None if about is None or isinstance(about, dict) else _cut(_plain(about.description)))


def _headless(text: str | None, title: str | None) -> str | None:
    """The text without the title before its first sentence, on whose line a short article's extraction leaves it."""
    head, title = (text or "").lstrip(), (title or "").strip()
    return head.removeprefix(title) if title and head.startswith(f"{title} ") else text


def _plain(text: str | None) -> list[str]:
    """The lines of a text from the first that is more than a heading."""
    lines = html.plain_text((text or "").replace("&", "&amp;").replace("<", "&lt;")).split("\n")
    return list(itertools.dropwhile(lambda line: not _SENTENCE_END.search(line), lines))


def _cut(lines: list[str]) -> str | None:
    """The first lines up to the length of a lead."""
    said = ""
    for line in lines:
        if said and len(said) + len(line) > LONGEST:
            break
        said = f"{said}\n{line}".strip()
        if len(said) >= LONGEST // 2:
            break
    if len(said) > LONGEST:
        ends = [found.end() for found in _SENTENCE_END.finditer(said[:LONGEST])]
        said = said[: ends[-1]] if ends and ends[-1] >= SHORTEST else said[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return said if len(said) >= SHORTEST else None
