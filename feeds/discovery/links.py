"""The feeds that a web page names, at most ten of them. Pure; what a page may hold is bounded here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from feeds.discovery.model import FeedLink
from feeds.parsing import html
from feeds.parsing.urls import absolute, host_of

MOST_LINKS = 10
_LONGEST = 1000
_MOST_TAGS = 5_000  # of a page that are looked at
_LONGEST_PAGE = 2_000_000  # characters
_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z]{1,12})\s?=\s?("[^"]*"|'[^']*'|[^\s"'<>]+)""", re.IGNORECASE)
_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/rss"}
)
_NAMED = re.compile(r"(?:/(?:feed|rss|atom)(?:\.xml|\.json)?/?|\.(?:rss|atom|rdf)|/index\.xml)$", re.IGNORECASE)
_COMMENTS = re.compile(r"comment", re.IGNORECASE)


def feed_links(page: str, base: str) -> tuple[FeedLink, ...]:
    """The feeds that a page at `base` announces, else those that it links to by name; those of comments last."""
    announced: dict[str, FeedLink] = {}
    linked: dict[str, FeedLink] = {}
    own = base
    for tag, said in _tags(page[:_LONGEST_PAGE]):
        if tag == "base":
            base = absolute(said.get("href", "")[:_LONGEST], base)
        elif (found := _link(said, base)) is None or found.url == own:
            continue
        elif tag == "link" and _announces(said):
            announced.setdefault(found.url, found)
        elif tag == "a" and _NAMED.search(found.url.partition("?")[0]):
            linked.setdefault(found.url, found)
        if len(announced) == MOST_LINKS:
            break
    chosen = list((announced or linked).values())
    return tuple(sorted(chosen, key=_of_comments)[:MOST_LINKS])


def _tags(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    for number, found in enumerate(_TAG.finditer(page)):
        if number == _MOST_TAGS:
            return
        pairs = ((one[1].lower(), unescape(one[2].strip("\"'"))) for one in _ATTRIBUTE.finditer(found[2]))
        yield found[1].lower(), dict(pairs)


def _announces(said: dict[str, str]) -> bool:
    return "alternate" in said.get("rel", "").lower().split() and said.get("type", "").strip().lower() in _TYPES


def _link(said: dict[str, str], base: str) -> FeedLink | None:
    """Where a tag leads; None where that is no http or https address."""
    to = said.get("href", "").strip()
    url = absolute(to, base).partition("#")[0] if to and len(to) <= _LONGEST else ""
    if not url.startswith(("https://", "http://")) or not host_of(url):
        return None
    return FeedLink(url, html.plain_line(said.get("title", "")[:200]))


def _of_comments(link: FeedLink) -> bool:
    return bool(_COMMENTS.search(link.title) or _COMMENTS.search(link.url))
