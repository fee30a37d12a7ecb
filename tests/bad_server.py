"""A loopback server that does to its clients whatever a test wants, byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(body=b"", status="200 OK", *headers, length=True) -> bytes:
    """A whole HTTP response; `headers` are "Name: value" lines."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(to, status="302 Found") -> bytes:
    """A redirect."""
    return reply(b"", status, f"Location: {to}")


class BadServer:
    """`answers` maps a path to bytes, to a function of the request's headers that gives bytes, or to a coroutine
    function that gets the writer. `seen` lists (path, headers) of every request."""

    def __init__(self):
        self.answers, self.seen, self.port, self.host = {}, [], 0, ""

    @property
    def base(self):
        """The address to put before a path."""
        return f"http://{self.host}:{self.port}"

    async def handle(self, reader, writer):
        """One connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                path = head[0].split()[1]
                headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
                headers = {name.lower(): value for name, value in headers.items()}
                self.seen.append((path, headers))
                answer = self.answers.get(path, reply(b"", "404 Not Found"))
                if isinstance(answer, list):
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                if asyncio.iscoroutinefunction(answer):
                    await answer(writer)
                    break
                writer.write(answer(headers) if callable(answer) else answer)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def serving(host="127.0.0.1") -> AsyncIterator[BadServer]:
    """A server while the block runs."""
    bad = BadServer()
    connections = set()

    async def handle(reader, writer):
        task = asyncio.current_task()
        connections.add(task)
        try:
            await bad.handle(reader, writer)
        finally:
            connections.discard(task)

    server = await asyncio.start_server(handle, host, 0)
    bad.host, bad.port = host, server.sockets[0].getsockname()[1]
    try:
        yield bad
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
