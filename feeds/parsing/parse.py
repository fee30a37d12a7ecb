"""Bytes and headers to entries in plain text, or the name of what was served instead. The only feedparser user."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

import feedparser  # type: ignore[import-untyped]

from feeds.model import Entry, Feed, Outcome, Parsed
from feeds.parsing import dates, html, identity, jsonfeed
from feeds.parsing.chunks import Cut, ReadItem, cut_items, memo_of, remembered, slices
from feeds.parsing.gathered import Gathered, settle
from feeds.parsing.held import HeldBody, held_body
from feeds.parsing.settled import Settled
from feeds.parsing.sniff import UTF8, absurd, legal, no_feed, stateful, text_encoding
from feeds.parsing.urls import absolute, host_of, located
from feeds.web.credentials import FeedPlace, scrubbed
from seeds.model import When
from seeds.text.language import language_code

_LONGEST_RIGHTS = 300
_STRETCH = 100  # items of a JSON feed that are read in one step
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
# What feedparser says of headers and encodings, not of the document.
_HARMLESS = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
_STUMBLES = (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, RecursionError, AssertionError)
# Re-publishers that name the original publisher as the item's author, not as its <source>.
_AUTHOR_IS_OUTLET = frozenset({"reliefweb.int"})


def parse_feed(
    outcome: Outcome,
    feed: Feed,
    *,
    seen: datetime | None = None,
    degraded: bool = False,
    pages: Collection[str] = (),
) -> Parsed:
    """What the body of `outcome` holds, as this feed's entries in the feed's own order.

    `seen` clamps dates that lie in the future (UTC; None leaves them); `degraded` says that this feed's guids
    were found worthless before (`FeedState.degraded_ids`), `pages` of which pages it showed parts (`FeedState.pages`).
    Pure, takes about a fifth of a second per megabyte.
    Never raises for what a publisher may send: `Parsed.failure` names what is no feed.
    """
    entries: list[Entry] = []
    for found in parse_steps(outcome, feed, seen=seen, degraded=degraded, pages=pages):
        if isinstance(found, Settled):
            return replace(found.parsed, entries=tuple(found.keyed(entries)))
        entries += found
    raise AssertionError("the last step settles it")


def parse_steps(
    outcome: Outcome,
    feed: Feed,
    *,
    seen: datetime | None = None,
    degraded: bool = False,
    pages: Collection[str] = (),
    memo: bytes | None = None,
) -> Iterator[list[Entry] | Settled]:
    """As `parse_feed`, in steps that are short for an honest body: entries without keys, at last what settles them.

    With the `memo` of an earlier body (`Settled.memo`) items that stand as they stood then may come without words.
    """
    headers, url, status = dict(outcome.headers), outcome.url or feed.url, outcome.status
    body, content_type = text_encoding(held_body(outcome), headers.get("content-type", ""))
    del outcome
    failure = no_feed(body, headers, status)
    yield []
    if failure := failure or absurd(body):
        yield Settled(Parsed(failure=failure.name, problems=(failure.cause,)))
        return
    yield []
    found = _cut(body, content_type, feed, url)
    read = partial(_next, feed=feed, source=FeedPlace.of(feed.url, url), seen=seen)
    skimmed = _skimmed(found, remembered(memo, found), content_type, read, feed.name) if found and memo else None
    if skimmed is not None:
        entries, channel = skimmed
        yield entries
    else:
        channel, documents = Gathered(), _documents(body, content_type)
        del body
        for piece in documents:
            _take(piece, channel)
            yield [entry for item in piece["entries"] if (entry := read(item, channel))]
    settled = settle(channel, feed, degraded, pages)
    sure = found is not None and not channel.odd and settled.parsed.failure is None
    kept = memo_of(found, channel.items) if found and sure else None
    yield replace(settled, memo=kept, skimmed=skimmed is not None)


def _cut(body: HeldBody, content_type: str, feed: Feed, url: str) -> Cut | None:
    """The document at its items, under all that the reading of an item depends on; None of one so large that it is
    left in its file."""
    if (
        not isinstance(body, bytes)
        or jsonfeed.looks_like_json(body)
        or not (body.isascii() or content_type == UTF8)
        or stateful(content_type)
    ):
        return None
    context = (feedparser.__version__, content_type, url, feed.url, feed.name, feed.language, feed.publisher)
    return cut_items(body, (*context, feed.standing))


def _skimmed(
    found: Cut,
    known: Mapping[str, ReadItem],
    content_type: str,
    read: Callable[[Mapping[str, Any], Gathered], Entry | None],
    name: str,
) -> tuple[list[Entry], Gathered] | None:
    """The entries of a document of which most items are known, these without words; None when it is to be read whole:
    little is known, or what is new is not well-formed, so that it may change how the others read."""
    left = found.without(known)
    if left is None:
        return None
    channel, (document, count) = Gathered(), left
    piece = _parsed(document, content_type)
    _take(piece, channel)
    if channel.odd or not channel.kind or len(piece["entries"]) != count:
        return None
    new, entries = iter(piece["entries"]), []
    for digest in found.digests:
        if (item := known.get(digest)) is None:
            entry = read(next(new), channel)
        else:
            channel.add(item)
            entry = Entry(name, (), "", "", None, None, None, None, item.told) if item.names else None
        entries += [entry] if entry else []
    return entries, channel


def _documents(body: HeldBody, content_type: str) -> Iterator[Mapping[str, Any]]:
    """The feed in feedparser's shape, a slice of items at a time."""
    if jsonfeed.looks_like_json(body):
        document = jsonfeed.load_json(body)
        del body
        items = jsonfeed.items(document)
        yield {"version": "json", "feed": jsonfeed.about_feed(document), "entries": ()}
        while some := tuple(islice(items, _STRETCH)):
            yield {"version": "json", "feed": {}, "entries": some}
        return
    yield from (_parsed(piece, content_type) for piece in slices(body))


def _parsed(document: bytes, content_type: str) -> Mapping[str, Any]:
    # The page's address is not told: resolving every link against it is a fifth of feedparser's time, see `_link`.
    told = {"content-type": content_type}
    try:
        return feedparser.parse(  # type: ignore[no-any-return]
            io.BytesIO(legal(document)), response_headers=told, sanitize_html=False, resolve_relative_uris=False
        )
    except _STUMBLES as error:
        # It stumbles over some malformed documents; the other slices are no worse for it.
        return {"version": "", "feed": {}, "entries": [], "bozo_exception": f"the parser gave up ({error!r})"}


def _take(found: Mapping[str, Any], channel: Gathered) -> None:
    about = found["feed"]
    channel.title = channel.title or scrubbed(html.plain_line(_get(about, "title")))
    channel.language = channel.language or str(_get(about, "language") or "")
    channel.kind = channel.kind or str(found["version"])
    channel.ttl = channel.ttl or _ttl(about)
    channel.rights = channel.rights or scrubbed(html.plain_line(_get(about, "rights")))[:_LONGEST_RIGHTS]
    error = found.get("bozo_exception")
    channel.odd = channel.odd or not (error is None or isinstance(error, feedparser.NonXMLContentType))
    if error is not None and not isinstance(error, _HARMLESS):
        channel.broken = channel.broken or " ".join(str(error).split())[:120]


def _ttl(about: Mapping[str, Any]) -> float | None:
    """How long the feed asks to be left alone, in seconds: RSS <ttl> (minutes) or the syndication module."""
    hints = []
    if re.fullmatch(r"\d{1,6}", ttl := str(_get(about, "ttl") or "").strip()):
        hints.append(int(ttl) * 60.0)
    if period := _PERIODS.get(str(_get(about, "sy_updateperiod") or "").strip().lower()):
        often = str(_get(about, "sy_updatefrequency") or _get(about, "sy_updatefequency") or "1").strip()
        hints.append(period / max(1, int(often) if re.fullmatch(r"\d{1,4}", often) else 1))
    return max(hints, default=None)


def _next(
    item: Mapping[str, Any], channel: Gathered, *, feed: Feed, source: FeedPlace, seen: datetime | None
) -> Entry | None:
    """The item as an entry without keys, its names kept with the channel; None for an empty one or one too many."""
    if channel.full():
        return None
    outlet = _outlet(item, feed)
    title, summary = source.kept(_title(item, feed, outlet)), source.kept(_summary(item, feed))
    if not title and not summary:
        channel.add(ReadItem(None))
        return None
    link, language = _link(item, source), _language(item, channel, feed)
    stamp, published = _published(item, language)
    names = identity.name_item(feed.name, str(_get(item, "id") or ""), link, title, summary)
    told = identity.content_hash(title, summary)
    channel.add(ReadItem(names, told, stamp if published is None else None))
    if published is not None and seen is not None:
        published = dates.clamped(published, seen)
    return Entry(feed.name, (), title, summary, link, language, published, outlet, told)


def _title(item: Mapping[str, Any], feed: Feed, outlet: str | None) -> str:
    title = html.plain_line(_get(item, "title"))
    for name in (outlet, feed.publisher):
        title = html.without_outlet(title, name)
    return title


def _summary(item: Mapping[str, Any], feed: Feed) -> str:
    """The longer of the lead and the full text, without its tail."""
    bodies = [str(_get(part, "value") or "") for part in _get(item, "content") or () if isinstance(part, Mapping)]
    texts = [html.plain_text(body) for body in (str(_get(item, "summary") or ""), *bodies[:3]) if body]
    longest = max(texts, key=len, default="")
    return html.without_tail(longest, feed.publisher, host_of(feed.url))


def _link(item: Mapping[str, Any], source: FeedPlace) -> str | None:
    link = str(_get(item, "link") or "").strip()
    if not link or (re.fullmatch(r"\d+", link) and link == str(_get(item, "id") or "").strip()):
        return None  # feedparser takes a guid for the link; a bare number is none
    return located(source.kept(absolute(link, source.base)))


def _published(item: Mapping[str, Any], language: str | None) -> tuple[str, When | None]:
    """The stamp that could be read (or the first that could not) and what it says."""
    unread = ""
    for key in ("published", "updated", "created"):
        stamp = str(_get(item, key) or "").strip()
        when = dates.read_date(stamp, language, _get(item, key + "_parsed"))
        if when is not None:
            return stamp, when
        unread = unread or stamp
    return unread, None


def _outlet(item: Mapping[str, Any], feed: Feed) -> str | None:
    """Who published an aggregated item first, where the item says so."""
    if feed.standing != "aggregator":
        return None
    host = host_of(feed.url)
    if host in _AUTHOR_IS_OUTLET:
        return html.plain_line(_get(item, "author")) or None
    source = _get(item, "source")
    if isinstance(source, Mapping) and host_of(str(_get(source, "href") or "")) != host:
        return html.plain_line(_get(source, "title")) or None
    return None


def _language(item: Mapping[str, Any], channel: Gathered, feed: Feed) -> str | None:
    """The feed's language; of one that has several the item's own, None where it names none."""
    if language_code(feed.language) is not None:
        return feed.language
    said = str(_get(item, "language") or channel.language).lower()
    return said[:2] if re.match(r"[a-z]{2}(?:[-_]|$)", said) else None


def _get(mapping: Any, key: str) -> Any:
    """What stands there, without feedparser's stand-ins for missing keys."""
    return dict.get(mapping, key) if isinstance(mapping, dict) else None
