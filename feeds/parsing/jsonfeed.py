"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org) into the shape that feedparser gives; feedparser itself cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from feeds.parsing.held import HeldBody, count_part

_JSON = re.compile(rb"[\xef\xbb\xbf \t\r\n]*[{\[]")
# A document of ten megabytes may hold millions of empty lists, keys or numbers, which would cost hundreds of megabytes.
_MOST_CONTAINERS, _MOST_QUOTES, _MOST_COMMAS = 100_000, 500_000, 1_000_000


def looks_like_json(body: HeldBody) -> bool:
    """Whether a body starts like a JSON document."""
    return _JSON.match(body) is not None


def load_json(body: HeldBody) -> Any:
    """The document, or None when it is no JSON (or an absurd one)."""
    if _endless(body):
        return None
    try:
        return json.loads(body[:].lstrip(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None


def _endless(body: HeldBody) -> bool:
    """Whether there is more of anything than in the largest honest feed; quotes that a text holds are escaped."""
    quotes = count_part(body, b'"') - count_part(body, b'\\"')
    containers = count_part(body, b"{") + count_part(body, b"[")
    return containers > _MOST_CONTAINERS or quotes > _MOST_QUOTES or count_part(body, b",") > _MOST_COMMAS


def is_feed(document: Any) -> bool:
    """Whether a JSON document says that it is a JSON Feed."""
    version = document.get("version") if isinstance(document, dict) else None
    return isinstance(version, str) and re.match(r"https?://(?:www\.)?jsonfeed\.org/version/", version) is not None


def complaint(document: Any) -> str:
    """What a JSON document that is no feed says went wrong; empty when it does not say."""
    for _ in range(3):
        if not isinstance(document, dict):
            break
        document = next((document[key] for key in ("error", "errors", "message", "detail") if document.get(key)), None)
        if isinstance(document, list):
            document = document[0] if document else None
    return document if isinstance(document, str) else ""


def about_feed(document: dict[str, Any]) -> dict[str, Any]:
    """What the feed says of itself, under feedparser's names."""
    return {"title": _text(document.get("title")), "language": _text(document.get("language"))}


def items(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The items under feedparser's names, one at a time; what is no item is left out."""
    found = document.get("items")
    return (_item(item) for item in (found if isinstance(found, list) else ()) if isinstance(item, dict))


def _item(item: dict[str, Any]) -> dict[str, Any]:
    number = item.get("id")
    return {
        "id": str(number) if isinstance(number, (int, float)) else _text(number),
        "link": _text(item.get("url")) or _text(item.get("external_url")),
        "title": _text(item.get("title")),
        "summary": _text(item.get("summary")),
        "content": [{"value": _text(item.get("content_html")) or _plain(item.get("content_text"))}],
        "published": _text(item.get("date_published")),
        "updated": _text(item.get("date_modified")),
        "language": _text(item.get("language")),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: Any) -> str:
    """Plain text as markup, so that a "<" in it stays one."""
    return _text(value).replace("&", "&amp;").replace("<", "&lt;")
