"""Finds the article on an HTML page: its first sentences, or all of it. The only trafilatura user."""

from __future__ import annotations

import itertools
import logging
import re
from dataclasses import dataclass

import trafilatura

from feeds.parsing import html
from feeds.parsing.sniff import crowded, page_text

SHORTEST, LONGEST = 80, 700  # characters of a lead
_LANGUAGE, _HEAD = re.compile(r"<html[^<>]{0,400}?\blang\s*=\s*[\"']?([a-zA-Z]{2})\b", re.IGNORECASE), 4096
_SENTENCE_END = re.compile(r"[.!?…؟。][»”’\"')\]]*(?=\s|$)")


def lead(page: bytes) -> str | None:
    """The first paragraphs of the article on an HTML page, cut at a sentence; None when there is none to find."""
    if crowded(page) or (text := page_text(page)) is None:
        return None
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without an article
    try:
        found = trafilatura.bare_extraction(text, include_comments=False, include_tables=False, favor_precision=True)
        about = found or trafilatura.extract_metadata(text)
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


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a page tells it; what a page does not say is "". `date` is YYYY-MM-DD, `language` ISO 639-1."""

    title: str
    text: str
    publisher: str
    date: str
    language: str


def whole_article(page: bytes) -> Article | None:
    """The whole article on an HTML page; None when there is none to find. Never raises."""
    if crowded(page) or (markup := page_text(page)) is None:
        return None
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(markup, include_comments=False, include_tables=False, with_metadata=True)
    except Exception:  # as above
        return None
    if found is None or isinstance(found, dict) or not (found.text or "").strip():
        return None
    language = _LANGUAGE.search(markup[:_HEAD])
    told = (found.title, _headless(found.text, found.title), found.sitename or found.hostname, found.date)
    title, text, publisher, date = (html.plain_text((one or "").replace("<", "&lt;")) for one in told)
    return Article(" ".join(title.split()), text, publisher, date[:10], language[1].lower() if language else "")
