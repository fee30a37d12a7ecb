"""Bytes and headers to entries in plain text, or the name of what was served instead. The only feedparser user."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]

from feeds.model import Cause, CauseKind, Entry, Feed, Outcome, Parsed
from feeds.parsing import dates, html, identity, jsonfeed
from feeds.parsing.chunks import slices
from feeds.parsing.credentials import FeedPlace, scrubbed
from feeds.parsing.held import HeldBody, held_body
from feeds.parsing.settled import Settled
from feeds.parsing.sniff import absurd, legal, no_feed, text_encoding
from feeds.parsing.urls import absolute, host_of, located
from seeds.model import When
from seeds.text.language import language_code

MOST_ITEMS = 20_000
_LONGEST_RIGHTS = 300
_STRETCH = 100  # items of a JSON feed that are read in one step
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
# What feedparser says of headers and encodings, not of the document.
_HARMLESS = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
# Re-publishers that name the original publisher as the item's author, not as its <source>.
_AUTHOR_IS_OUTLET = frozenset({"reliefweb.int"})


@dataclass(slots=True)
class _Channel:
    """What is read of a feed while its slices go by."""

    title: str = ""
    language: str = ""
    kind: str = ""
    ttl: float | None = None
    rights: str = ""
    broken: str = ""
    undated: int = 0
    empty: int = 0
    dropped: int = 0
    stamp: str = ""
    names: list[identity.Names] = field(default_factory=list)


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
) -> Iterator[list[Entry] | Settled]:
    """As `parse_feed`, in steps that are short for an honest body: entries without keys, at last what settles them."""
    headers, url, status = dict(outcome.headers), outcome.url or feed.url, outcome.status
    body, content_type = text_encoding(held_body(outcome), headers.get("content-type", ""))
    del outcome
    failure = no_feed(body, headers, status)
    yield []
    if failure := failure or absurd(body):
        yield Settled(Parsed(failure=failure.name, problems=(failure.cause,)))
        return
    yield []
    channel, documents, source = _Channel(), _documents(body, content_type), FeedPlace.of(feed.url, url)
    del body
    for found in documents:
        _take(found, channel)
        yield [entry for item in found["entries"] if (entry := _next(item, channel, feed, source, seen))]
    yield _settled(channel, feed, degraded, pages)


def _settled(channel: _Channel, feed: Feed, degraded: bool, pages: Collection[str]) -> Settled:
    nothing = (None,) * len(channel.names)
    if not channel.kind:
        return Settled(Parsed(failure="not_a_feed", problems=(Cause(CauseKind.OTHER_XML),)), nothing)
    if wrong := _wrong(feed, channel.title):
        told = Parsed(title=channel.title, kind=channel.kind, failure="wrong_feed", problems=(wrong,))
        return Settled(told, nothing)
    named, worthless = identity.distinct(channel.names, degraded=degraded, pages=pages)
    keys = tuple(names.keys() if names else None for names in named)
    problems = _problems(channel, worthless)
    items = sum(one is not None for one in keys)
    parts = identity.parted_pages(named)
    return Settled(
        Parsed(
            (), channel.title, channel.kind, channel.ttl, problems,
            degraded=worthless, items=items, pages=parts, rights=channel.rights,
        ),
        keys,
    )  # fmt: skip


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
    # The page's address is not told: resolving every link against it is a fifth of feedparser's time, see `_link`.
    told = {"content-type": content_type}
    for piece in map(legal, slices(body)):
        try:
            yield feedparser.parse(
                io.BytesIO(piece), response_headers=told, sanitize_html=False, resolve_relative_uris=False
            )
        except (
            ValueError,
            LookupError,
            ArithmeticError,
            TypeError,
            AttributeError,
            RecursionError,
            AssertionError,
        ) as error:
            # It stumbles over some malformed documents; the other slices are no worse for it.
            yield {"version": "", "feed": {}, "entries": [], "bozo_exception": f"the parser gave up ({error!r})"}


def _take(found: Mapping[str, Any], channel: _Channel) -> None:
    about = found["feed"]
    channel.title = channel.title or scrubbed(html.plain_line(_get(about, "title")))
    channel.language = channel.language or str(_get(about, "language") or "")
    channel.kind = channel.kind or str(found["version"])
    channel.ttl = channel.ttl or _ttl(about)
    channel.rights = channel.rights or scrubbed(html.plain_line(_get(about, "rights")))[:_LONGEST_RIGHTS]
    error = found.get("bozo_exception")
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
    item: Mapping[str, Any], channel: _Channel, feed: Feed, source: FeedPlace, seen: datetime | None
) -> Entry | None:
    """The item as an entry without keys, its names kept with the channel; None for an empty one or one too many."""
    if len(channel.names) >= MOST_ITEMS:
        channel.dropped += 1
        return None
    outlet = _outlet(item, feed)
    title, summary = source.kept(_title(item, feed, outlet)), source.kept(_summary(item, feed))
    if not title and not summary:
        channel.empty += 1
        return None
    link, language = _link(item, source), _language(item, channel, feed)
    published = _dated(item, language, channel, seen)
    channel.names.append(identity.name_item(feed.name, str(_get(item, "id") or ""), link, title, summary))
    told = identity.content_hash(title, summary)
    return Entry(feed.name, (), title, summary, link, language, published, outlet, told)


def _dated(item: Mapping[str, Any], language: str | None, channel: _Channel, seen: datetime | None) -> When | None:
    stamp, published = _published(item, language)
    if published is None:
        channel.undated += 1
        channel.stamp = channel.stamp or stamp
    elif seen is not None:
        published = dates.clamped(published, seen)
    return published


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


def _language(item: Mapping[str, Any], channel: _Channel, feed: Feed) -> str | None:
    """The feed's language; of one that has several the item's own, None where it names none."""
    if language_code(feed.language) is not None:
        return feed.language
    said = str(_get(item, "language") or channel.language).lower()
    return said[:2] if re.match(r"[a-z]{2}(?:[-_]|$)", said) else None


def _wrong(feed: Feed, title: str) -> Cause | None:
    """ReliefWeb drops a filter that it cannot read and serves everything, under its plain title."""
    filtered = host_of(feed.url) == "reliefweb.int" and "advanced-search=" in urlsplit(feed.url).query
    if filtered and re.fullmatch(r"ReliefWeb\s*[-–]\s*(?:(?:Updates|Headlines|Reports)\s*)?", title):
        return Cause(CauseKind.UNFILTERED, {"title": title})
    return None


def _problems(channel: _Channel, worthless: bool) -> tuple[Cause, ...]:
    said = []
    if channel.broken:
        said.append(Cause(CauseKind.ILL_FORMED, {"error": channel.broken}))
    if channel.undated:
        said.append(Cause(CauseKind.UNDATED, {"items": channel.undated, "stamp": channel.stamp[:60]}))
    if channel.empty:
        said.append(Cause(CauseKind.EMPTY_ITEMS, {"items": channel.empty}))
    if channel.dropped:
        said.append(Cause(CauseKind.TOO_MANY_ITEMS, {"items": channel.dropped, "most": MOST_ITEMS}))
    if worthless:
        said.append(Cause(CauseKind.REPEATED_IDS))
    return tuple(said)


def _get(mapping: Any, key: str) -> Any:
    """What stands there, without feedparser's stand-ins for missing keys."""
    return dict.get(mapping, key) if isinstance(mapping, dict) else None
