"""Serves the sample feeds over real HTTP on loopback: entity tags, 304, gzip, an outage, and the items' pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo.samples import Samples


class SampleServer:
    """An async context manager; `base` is its address once it runs. `clock` says which moment it shows."""

    def __init__(self, samples: Samples, clock: Callable[[], datetime]) -> None:
        self._samples, self._clock = samples, clock
        app = web.Application()
        app.router.add_get("/feeds/{name}", self._feed)
        app.router.add_get("/{path:.+}", self._article)
        self._runner = web.AppRunner(app, access_log=None)
        self.base = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _feed(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._samples.names:
            raise web.HTTPNotFound
        body = self._samples.feed(name, self._clock(), self.base)
        if body is None:
            raise web.HTTPServiceUnavailable(text="Down for maintenance")
        tag = sha256(body.data).hexdigest()[:16]
        known = {one.value for one in request.if_none_match or ()}
        if tag in known:
            return web.Response(status=304, headers={"ETag": f'"{tag}"'})
        response = web.Response(body=body.data, headers={"ETag": f'"{tag}"', "Content-Type": body.kind})
        if body.gzip:
            response.enable_compression(web.ContentCoding.gzip)
        return response

    async def _article(self, request: web.Request) -> web.Response:
        page = self._samples.article(request.match_info["path"], self._clock())
        if page is None:
            raise web.HTTPNotFound
        return web.Response(text=page, content_type="text/html")
