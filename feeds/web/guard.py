"""Keeps the fetcher on the public internet: every address is judged at the moment of connecting to it.

Feeds, redirects and articles name hosts that strangers chose. A name is resolved once, and the socket that is to be
connected is made (or refused) here, so no later answer of a name server can slip past. The table of special-purpose
networks is ssrfguard's, transcribed from the IANA registries; it also looks inside NAT64, 6to4 and Teredo addresses.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from ssrfguard import DEFAULT_DENIED

AddressInfo = tuple[
    int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]
]
SocketFactory = Callable[[AddressInfo], socket.socket]
HostPort = tuple[str, int]

# A cloud's inner service that answers on a public address.
_METADATA = frozenset({"168.63.129.16"})
_PORTS = {"http": 80, "https": 443}


class PrivateAddress(OSError):
    """A connection to an address that is not on the public internet was refused; never retried elsewhere."""

    def __init__(self) -> None:
        # One text for all addresses of a host, so that the connector reports one error and keeps its type.
        super().__init__("the address is not on the public internet")


def public_only(info: AddressInfo) -> socket.socket:
    """A socket for a public address. Raises PrivateAddress for every other, in whatever spelling it came."""
    address = _bare(info)
    if address in _METADATA or DEFAULT_DENIED.classify(address).blocked:
        raise PrivateAddress
    return _socket(info)


def loopback_only(info: AddressInfo) -> socket.socket:
    """A socket for this machine's own addresses, for feeds that the operator's catalogue names there."""
    if not ip_address(_bare(info)).is_loopback:
        raise PrivateAddress
    return _socket(info)


@lru_cache(maxsize=1024)
def origin(url: str) -> HostPort | None:
    """Host and port of an http(s) address; None for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme.lower())
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS or not parts.hostname or port is None:
        return None
    return parts.hostname.lower(), port


def loopback_origins(urls: Iterable[str]) -> frozenset[HostPort]:
    """The origins among the operator's own addresses that say by themselves that they mean this machine.

    Only "localhost" and literal loopback addresses count: a public name must not turn local by an answer of DNS.
    """
    found = (origin(url) for url in urls)
    return frozenset(place for place in found if place is not None and _is_loopback(place[0]))


def names_loopback(url: str) -> bool:
    """Whether an http(s) address says by itself that it means this machine."""
    place = origin(url)
    return place is not None and _is_loopback(place[0])


def names_private(url: str) -> bool:
    """Whether an address says by itself that it is not on the public internet; names of hosts are not looked up."""
    place = origin(url)
    if place is None or _is_loopback(place[0]):
        return place is not None
    try:
        return DEFAULT_DENIED.classify(place[0]).blocked
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _bare(info: AddressInfo) -> str:
    return info[4][0].partition("%")[0]


def _socket(info: AddressInfo) -> socket.socket:
    return socket.socket(info[0], info[1], info[2])
