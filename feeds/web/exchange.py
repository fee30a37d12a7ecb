"""Carries httpx's requests over aiohttp's connections, which cost a third of httpx's own, and nothing around them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from functools import lru_cache

import aiohttp
import httpx
from yarl import URL

from feeds.web.guard import SocketFactory

_PIECE = 16_384


class Exchange(httpx.AsyncBaseTransport):
    """Belongs to one event loop; its sockets are made by `sockets`. Redirects, packed bodies and cookies are left to
    the caller, and so is how long it takes. Trouble is raised as aiohttp's own exceptions."""

    def __init__(self, sockets: SocketFactory) -> None:
        connector = aiohttp.TCPConnector(ssl=_certificates(), limit=0, socket_factory=sockets)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request without a body, its own body still to be read."""
        url, headers = _asked(request)
        found = await self._session.request(request.method, url, headers=headers, allow_redirects=False)
        return httpx.Response(found.status, headers=found.raw_headers, stream=_Pieces(found), request=request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.close()


class _Pieces(httpx.AsyncByteStream):
    """A body as it comes."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.content.iter_chunked(_PIECE):
            yield piece

    async def aclose(self) -> None:
        """Let the connection serve others; one whose body was not read to its end is closed."""
        self._response.release()
        await self._response.wait_for_close()


@lru_cache(maxsize=1024)
def _asked(request: httpx.Request) -> tuple[URL, tuple[tuple[str, str], ...]]:
    """Where to and with which headers, as aiohttp takes them; the address as it was judged, and not read anew."""
    headers = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
    return URL(str(request.url), encoded=True), tuple(headers)


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """What httpx trusts: certifi's list, or the operator's SSL_CERT_FILE."""
    return httpx.create_ssl_context()
