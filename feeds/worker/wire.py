"""Messages between the house and its worker: a length, then pickled values; a large body travels as an open file."""

from __future__ import annotations

import pickle
import socket
import struct
from typing import Any

_HEAD = struct.Struct("<I")
_PIECE = 65_536


def packed(message: object) -> tuple[bytes, bytes]:
    """Head and body of a message."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(body)), body


class Inbox:
    """Puts messages together from what arrives in pieces."""

    def __init__(self) -> None:
        self._held = bytearray()

    def add(self, piece: bytes) -> None:
        """Take what came next."""
        self._held += piece

    def next(self) -> Any:
        """The next whole message; None when it has not arrived yet."""
        if len(self._held) < _HEAD.size:
            return None
        end = _HEAD.size + _HEAD.unpack_from(self._held)[0]
        if len(self._held) < end:
            return None
        message = pickle.loads(memoryview(self._held)[_HEAD.size : end])  # noqa: S301 - our own program at both ends
        del self._held[:end]
        return message


def send_message(connection: socket.socket, message: object) -> None:
    """Send a message and wait until it is gone (the worker's side)."""
    connection.sendall(b"".join(packed(message)))


def receive_message(connection: socket.socket) -> tuple[Any, int | None]:
    """The next message and the file that came with it, or (None, None) when the other side is gone (the worker's)."""
    head, files, _, _ = socket.recv_fds(connection, _HEAD.size, 1)
    head += _exactly(connection, _HEAD.size - len(head)) if head else b""
    if len(head) < _HEAD.size:
        return None, None
    length = _HEAD.unpack(head)[0]
    body = _exactly(connection, length)
    return (pickle.loads(body), next(iter(files), None)) if len(body) == length else (None, None)  # noqa: S301


def _exactly(connection: socket.socket, count: int) -> bytes:
    """So many bytes; fewer when the other side is gone."""
    pieces = []
    while count and (piece := connection.recv(min(count, _PIECE))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
