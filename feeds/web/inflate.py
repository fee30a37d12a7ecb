"""Unpacks what a server packed, never past a limit: a bomb ends as an error after at most one step too many."""

from __future__ import annotations

import io
import tempfile
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from types import TracebackType
from typing import IO, Protocol, Self

import brotli  # type: ignore[import-untyped]

_STEP = 65_536
LARGE_BODY = 512_000  # bytes above which a body waits in a file, not in memory
_GZIP = b"\x1f\x8b"
_ANY_ZLIB = zlib.MAX_WBITS | 32  # gzip or zlib, by its header
_RAW = -zlib.MAX_WBITS
_MOST_MEMBERS = 10_000  # of one gzip body; who packs in parts makes parts of kilobytes
_DEEPEST = 2  # layers of packing that anyone sends by mistake
_HELD = 65_536  # bytes as they came that wait for the end, which may show that they need not be unpacked
_DIGEST = 16  # bytes of a hash


class TooLargeError(Exception):
    """More came out, or went in, than the limit allows."""


class CorruptError(Exception):
    """The bytes are not what their encoding says, or end too early."""


class Body:
    """Takes raw pieces of a body as they arrive and keeps the plain bytes and what tells them from others.

    A context manager; with `spool` more than `LARGE_BODY` plain bytes wait in a file without a name.

    `encoding` is the Content-Encoding header ("" for none); gzip is also found by its first bytes when no header
    names it. `limit` bounds raw and plain bytes each. `known` is the mark of an earlier body: one that comes packed
    as that did is not unpacked. Raises TooLargeError and CorruptError; unknown encodings are CorruptError.
    """

    def __init__(self, encoding: str, limit: int, *, spool: bool = False, known: str | None = None) -> None:
        names = [name.strip().lower() for name in encoding.split(",")]
        self._names = [name for name in names if name and name != "identity"]
        if len(self._names) > _DEEPEST:
            raise CorruptError("too many encodings")
        self._limit, self._known = limit, known or ""
        self._raw = self._size = 0
        self._head = bytearray()
        self._chain: list[_Unpacker] | None = None
        self._room = LARGE_BODY if spool else limit
        self._plain: IO[bytes] = io.BytesIO()
        self._hash = blake2b(digest_size=_DIGEST)
        self._packed = ""  # the hash of a small body as it came

    def feed(self, piece: bytes) -> None:
        """Takes the next raw piece."""
        self._raw += len(piece)
        if self._raw > self._limit:
            raise TooLargeError
        if self._chain is None:
            self._head += piece
            if len(self._head) > _HELD:
                self._begin()
        else:
            self._pass(piece, 0)

    def finish(self) -> tuple[bytes | IO[bytes] | None, str]:
        """The plain bytes, or the file that they are in (the caller's to close), None for those that are known; and
        their mark, by which they are known from now on as they came."""
        if self._chain is None:
            self._packed = blake2b(self._head, digest_size=_DIGEST, key=",".join(self._names).encode()[:64]).hexdigest()
            if self._known.endswith(f":{self._packed}"):
                return None, self._known
            self._begin()
        assert self._chain is not None
        if self._raw and any(not unpacker.done for unpacker in self._chain):
            raise CorruptError("the packed body ends too early")
        told = self._hash.hexdigest()
        mark = f"{told}:{self._packed}".rstrip(":")
        if told == plain_hash(self._known):
            return None, mark
        plain, self._plain = self._plain, io.BytesIO()
        plain.flush()
        return (plain.getvalue() if isinstance(plain, io.BytesIO) else plain), mark

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._plain.close()

    def _begin(self) -> None:
        """Chooses the unpackers by the first bytes and passes these on."""
        head, self._head = bytes(self._head), bytearray()
        self._chain = self._unpackers(head)
        self._pass(head, 0)

    def _unpackers(self, head: bytes) -> list[_Unpacker]:
        """One for each layer, the outermost first. A header that lies about gzip is not believed."""
        if not self._names:
            return [_Zlib()] if head.startswith(_GZIP) else []
        if all("gzip" in name for name in self._names) and not head.startswith(_GZIP):
            return []
        return [_unpacker(name) for name in reversed(self._names)]

    def _pass(self, piece: bytes, layer: int) -> None:
        assert self._chain is not None
        if layer == len(self._chain):
            self._size += len(piece)
            if self._size > self._limit:
                raise TooLargeError
            if self._size > self._room and isinstance(self._plain, io.BytesIO):
                self._spool()
            self._plain.write(piece)
            self._hash.update(piece)
            return
        for plain in self._chain[layer].steps(piece):
            self._pass(plain, layer + 1)

    def _spool(self) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the body, or by who gets it
        self._plain.seek(0)
        file.write(self._plain.read())
        self._plain = file


def plain_hash(mark: str) -> str:
    """What of a body's mark is the same however it was packed."""
    return mark.partition(":")[0]


class _Unpacker(Protocol):
    """One layer of packing: `done` once its end was seen."""

    done: bool

    def steps(self, piece: bytes) -> Iterator[bytes]:
        """What the next piece unpacks to, a bounded step at a time."""


def _unpacker(name: str) -> _Unpacker:
    if name in {"gzip", "x-gzip", "deflate"}:
        return _Zlib()
    if name == "br":
        return _Brotli()
    raise CorruptError(f"unknown encoding {name[:20]}")


class _Zlib:
    """gzip (also of several members), zlib, and the bare deflate that some servers send under that name."""

    def __init__(self) -> None:
        self.done = False
        self._began, self._members = False, 1
        self._stream = zlib.decompressobj(_ANY_ZLIB)

    def steps(self, piece: bytes) -> Iterator[bytes]:
        """See _Unpacker."""
        while not self.done or piece.startswith(_GZIP):
            if self.done:  # the next member; anything else after the end is padding
                self.done, self._stream = False, zlib.decompressobj(_ANY_ZLIB)
                self._members += 1
                if self._members > _MOST_MEMBERS:
                    raise CorruptError("too many parts")
            plain = self._step(piece)
            yield plain
            piece, self.done = self._stream.unconsumed_tail, self._stream.eof
            if self.done:
                piece = self._stream.unused_data
            elif not piece and len(plain) < _STEP:
                return

    def _step(self, piece: bytes) -> bytes:
        began, self._began = self._began, True
        try:
            return self._stream.decompress(piece, _STEP)
        except zlib.error as error:
            if began:
                raise CorruptError(str(error)) from error
        self._stream = zlib.decompressobj(_RAW)
        try:
            return self._stream.decompress(piece, _STEP)
        except zlib.error as error:
            raise CorruptError(str(error)) from error


class _Brotli:
    """Brotli; its steps overshoot by a half."""

    def __init__(self) -> None:
        self.done = False
        self._stream = brotli.Decompressor()

    def steps(self, piece: bytes) -> Iterator[bytes]:
        """See _Unpacker."""
        while not self.done:
            try:
                plain = self._stream.process(piece, output_buffer_limit=_STEP)
            except brotli.error as error:
                raise CorruptError(str(error)) from error
            yield plain
            piece, self.done = b"", self._stream.is_finished()
            # It also says that it takes more while output is waiting, so only an empty step ends the turn.
            if not plain and self._stream.can_accept_more_data():
                return
