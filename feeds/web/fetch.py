"""Asks publishers for feeds and pages: conditional, bounded, guarded. The only httpx and aiohttp user."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self
from urllib.parse import urlsplit

import aiohttp
import httpx

from config.schema import Poll
from feeds.cadence import address
from feeds.model import Cause, CauseKind, Feed, FeedState, Fetched, Outcome
from feeds.parsing.urls import absolute
from feeds.web import guard, hints
from feeds.web.credentials import without_secrets
from feeds.web.exchange import Exchange
from feeds.web.inflate import Body, CorruptError, TooLargeError
from feeds.web.pacing import Pacing

MOST_REDIRECTS = 5
_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
_FEEDS = "application/rss+xml, application/atom+xml, application/feed+json, application/xml, text/xml, */*;q=0.5"
_PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


# With a body httpx adds no headers of its own to a request, which aiohttp would only replace.
_NOTHING = httpx.ByteStream(b"")


# What may go wrong on the way; surprises climb on.
_WEATHER = (
    TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError, ValueError
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Ask:
    """One exchange as it goes from hop to hop. `local` says that it may talk to this machine."""

    url: str
    headers: tuple[tuple[str, str], ...]
    known: FeedState | None
    limit: int
    local: bool
    hops: int = 0
    moved: bool = True


class Fetcher:
    """An HTTP client for one event loop; use it as an async context manager.

    `own` are the addresses of the operator's file: those that name this machine (localhost, 127.0.0.1) may be
    asked, and nothing else that is not on the public internet ever is.
    """

    def __init__(self, poll: Poll, own: Iterable[str] = (), *, version: str = "0.1") -> None:
        self._poll = poll
        self.trust(own)
        agent = f"Bluehelm/{version} (feed reader; +{without_secrets(poll.contact)})"
        self._agent = agent.encode("ascii", "ignore").decode()  # as a header may hold it
        self._limit = int(poll.max_megabytes * 2**20)

    async def __aenter__(self) -> Self:
        self._turns = Pacing(self._poll.concurrency, self._poll.per_host, self._poll.host_gap_seconds)
        # Two pools, so that a connection to this machine can never be reused for a stranger's redirect.
        self._public, self._loopback = Exchange(guard.public_only), Exchange(guard.loopback_only)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._public.aclose()
        await self._loopback.aclose()

    def trust(self, own: Iterable[str]) -> None:
        """From now on these are the addresses of the operator's file, and no others."""
        self._local = guard.loopback_origins(own)

    async def fetch(self, feed: Feed, state: FeedState) -> Outcome:
        """Asks for a feed, with the validators of its last answer. Every trouble is an Outcome; nothing is raised."""
        url = address(feed, state)
        known = state if url == (state.url or feed.url) else replace(state, etag=None, modified=None, body_hash=None)
        outcome = await self._get(url, _FEEDS, known, local=feed.local)
        if outcome.reason == "bad_http":
            # Some servers send a body after a 304, which is no HTTP and may meet the next request on the connection;
            # asked again, without conditions, they answer properly.
            outcome = await self._get(url, _FEEDS, replace(known, etag=None, modified=None), local=feed.local)
        return outcome

    async def page(self, url: str, limit: int | None = None, *, local: bool = False) -> Outcome:
        """Asks for any page (an article) under the same guard, at most `limit` bytes; if `local`, here as well."""
        return await self._get(url, _PAGES, None, limit, local=local)

    async def _get(
        self, url: str, accept: str, known: FeedState | None, limit: int | None = None, *, local: bool
    ) -> Outcome:
        place = guard.origin(url)
        if place is None:
            return _failed(url, "bad_url", CauseKind.NO_HTTP)
        local = local and place in self._local
        async with self._turns.turn(None if local else place[0]):
            most = min(limit or self._limit, self._limit)
            ask = _Ask(url, self._headers(accept, known), known, most, local=local)
            try:
                async with asyncio.timeout(self._poll.timeout_seconds):
                    return await self._follow(ask)
            except TooLargeError:
                return _failed(url, "too_large", CauseKind.TOO_LARGE)
            except CorruptError as error:
                return _failed(url, "bad_encoding", CauseKind.PACKED, error=str(error))
            except _WEATHER as error:
                return _named(url, error)

    def _headers(self, accept: str, known: FeedState | None) -> tuple[tuple[str, str], ...]:
        said = [("User-Agent", self._agent), ("Accept", accept), ("Accept-Encoding", "gzip, br")]
        if known and known.etag:
            said.append(("If-None-Match", known.etag))
        if known and known.modified:
            said.append(("If-Modified-Since", known.modified))
        return tuple(said)

    async def _follow(self, ask: _Ask) -> Outcome:
        """Goes from redirect to redirect by itself, so that every hop passes the guard."""
        while True:
            response = await self._answer(ask)
            try:
                headers = _headers(response)
                if response.status_code not in _REDIRECTS or "location" not in headers:
                    return await self._read(ask, response, headers)
                onward = absolute(headers["location"], ask.url).partition("#")[0]
            finally:
                await response.stream.aclose()  # type: ignore[union-attr]
            if refusal := _refused(ask, onward):
                return refusal
            place = guard.origin(onward)
            ask = replace(
                ask,
                url=onward,
                hops=ask.hops + 1,
                moved=ask.moved and response.status_code in _PERMANENT,
                local=ask.local and place in self._local,
            )

    async def _answer(self, ask: _Ask) -> httpx.Response:
        request = _request(ask.url, ask.headers)
        # Judged once more by httpx's own reading of the address, which is where the request goes.
        transport = self._loopback if ask.local and _place(request.url) in self._local else self._public
        # The transport itself, not httpx's client around it: what that adds (cookies, auth, its own redirects) is
        # unwanted here and costs as much as the exchange.
        return await transport.handle_async_request(request)

    async def _read(self, ask: _Ask, response: httpx.Response, headers: dict[str, str]) -> Outcome:
        status, known = response.status_code, ask.known
        held = known if status == 304 and known and (known.etag or known.modified) else None  # what is still good
        outcome = Outcome(
            Fetched.NOT_MODIFIED if held else Fetched.FAILED,
            status=status,
            url=ask.url,
            etag=_short(headers.get("etag")) or (held.etag if held else None),
            modified=_short(headers.get("last-modified")) or (held.modified if held else None),
            moved_to=ask.url if ask.hops and ask.moved else None,
            retry_after=hints.retry_after(headers),
            max_age=hints.max_age(headers),
            body_hash=held.body_hash if held else None,
        )
        if held:
            return outcome
        if status == 304:
            return replace(outcome, reason="http_304", cause=Cause(CauseKind.UNASKED_304))
        if not 200 <= status < 300:
            return replace(outcome, reason=_status_name(status), cause=Cause(CauseKind.STATUS, {"status": status}))
        mark = known.body_hash if known else None
        with Body(headers.get("content-encoding", ""), ask.limit, spool=known is not None, known=mark) as body:
            async for piece in response.stream:  # type: ignore[union-attr]
                body.feed(piece)
            plain, digest = body.finish()
        if plain is None:
            return replace(outcome, kind=Fetched.SAME_BODY, body_hash=digest)
        found = replace(outcome, kind=Fetched.BODY, body_hash=digest, headers=tuple(headers.items()))
        return replace(found, body=plain) if isinstance(plain, bytes) else replace(found, file=plain)


@lru_cache(maxsize=1024)
def _request(url: str, headers: tuple[tuple[str, str], ...]) -> httpx.Request:
    """Made once: as long as a feed is unchanged it is asked for in the same words. Nothing changes a request."""
    return httpx.Request("GET", url, headers=headers, stream=_NOTHING)


def _place(url: httpx.URL) -> guard.HostPort:
    return url.host, url.port or (443 if url.scheme == "https" else 80)


def _headers(response: httpx.Response) -> dict[str, str]:
    """The headers by lower-case name, repeated ones joined; a plain dict, because httpx's own is slow to ask."""
    found: dict[str, str] = {}
    for raw, value in response.headers.raw:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _refused(ask: _Ask, onward: str) -> Outcome | None:
    """Why a redirect is not followed; None when it is."""
    if ask.hops >= MOST_REDIRECTS:
        return _failed(onward, "redirect_loop", CauseKind.REDIRECTS, most=MOST_REDIRECTS)
    if guard.origin(onward) is None:
        return _failed(onward, "bad_redirect", CauseKind.BAD_REDIRECT)
    if urlsplit(ask.url).scheme == "https" and urlsplit(onward).scheme != "https":
        return _failed(onward, "downgrade", CauseKind.DOWNGRADE)
    return None


def _status_name(status: int) -> str:
    return "gone" if status == 410 else f"http_{status}"


def _short(value: str | None) -> str | None:
    """A validator worth keeping; absurdly long ones are not."""
    return value if value and len(value) <= 1000 else None


def _failed(url: str, reason: str, kind: CauseKind, **args: object) -> Outcome:
    return Outcome(Fetched.FAILED, url=url, reason=reason, cause=Cause(kind, args))


# What a cause of the trouble is called, the most telling first: any of its exceptions decides.
_NAMES: tuple[tuple[tuple[type[BaseException], ...], str, CauseKind], ...] = (
    ((guard.PrivateAddress,), "private_address", CauseKind.PRIVATE),
    ((aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError), "tls", CauseKind.CERTIFICATE),
    ((aiohttp.ClientConnectorDNSError, socket.gaierror), "dns", CauseKind.UNKNOWN_NAME),
    ((aiohttp.ClientSSLError, ssl.SSLError), "tls", CauseKind.INSECURE),
    ((aiohttp.ClientPayloadError,), "incomplete", CauseKind.INCOMPLETE),
    ((ConnectionRefusedError,), "refused", CauseKind.REFUSED),
    ((aiohttp.ServerDisconnectedError, ConnectionError), "reset", CauseKind.RESET),
    (
        (aiohttp.InvalidURL, httpx.InvalidURL, httpx.UnsupportedProtocol),
        "bad_url",
        CauseKind.BAD_ADDRESS,
    ),
    ((aiohttp.ClientResponseError, aiohttp.http.HttpProcessingError), "bad_http", CauseKind.BAD_HTTP),
    ((TimeoutError,), "timeout", CauseKind.TIMEOUT),
)
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})


def _named(url: str, error: BaseException) -> Outcome:
    """A transport's exception as an outcome, named after what caused it."""
    causes = list(_causes(error))
    for kinds, reason, kind in _NAMES:
        if any(isinstance(cause, kinds) for cause in causes):
            return _failed(url, reason, kind)
    if any(isinstance(cause, OSError) and cause.errno in _NO_WAY for cause in causes):
        return _failed(url, "unreachable", CauseKind.UNREACHABLE)
    return _failed(url, "connect", CauseKind.EXCHANGE, error=type(causes[-1]).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
