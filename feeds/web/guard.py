"""Keeps the fetcher on the public internet: every address is judged at the moment of connecting to it.

Feeds, redirects and articles name hosts that strangers chose. A name is resolved once, and the socket that is to be
connected is made (or refused) here, so no later answer of a name server can slip past. What is special is
ssrfguard's table, transcribed from the IANA registries. Special is refused even where the registry says that it can be
reached: an anycast service (PCP, AS112, AMT) is answered by the nearest one, which may be our own network's, and none
of them publishes anything. Of IPv6 only what IANA gives out to the public (2000::/3) and what stands for an IPv4
address are asked, the latter by the IPv4 address that they carry.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from ssrfguard import DEFAULT_DENIED, Reach

AddressInfo = tuple[
    int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]
]
SocketFactory = Callable[[AddressInfo], socket.socket]
HostPort = tuple[str, int]

# A cloud's inner service that answers on a public address.
_METADATA = frozenset({IPv4Address("168.63.129.16")})
_PORTS = {"http": 80, "https": 443}
# IANA's IPv6 address space: the only part that is given out; all else is special, or reserved by the IETF.
_GIVEN_OUT = IPv6Network("2000::/3")
# ... and what stands for an IPv4 address: mapped (RFC 4291), NAT64 (RFC 6052).
_CARRIERS = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
_TEREDO, _SIX_TO_FOUR = IPv6Network("2001::/32"), IPv6Network("2002::/16")
# An interface that tunnels to the IPv4 address at its end, in any network (ISATAP, RFC 5214).
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
# Names for this machine and its network: RFC 6761 (localhost), RFC 6762 (local), RFC 8375, and ICANN's for inner use.
_INNER_NAMES = ("localhost", "local", "home.arpa", "internal")
# What no host has and programs read in different ways: a backslash before an @ leads some to this host, some to that.
_STRANGE = re.compile(r"[\s\x00-\x20\x7f\\<>\"^`{|}]")
_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")


class PrivateAddress(OSError):
    """A connection to an address that is not on the public internet was refused; never retried elsewhere."""

    def __init__(self) -> None:
        # One text for all addresses of a host, so that the connector reports one error and keeps its type.
        super().__init__("the address is not on the public internet")


def public_only(info: AddressInfo) -> socket.socket:
    """A socket for a public address. Raises PrivateAddress for every other, in whatever spelling it came."""
    if _zoned(info) or not is_public(info[4][0]):
        raise PrivateAddress
    return _socket(info)


def loopback_only(info: AddressInfo) -> socket.socket:
    """A socket for this machine's own addresses, for feeds that the operator's catalogue names there."""
    if not ip_address(info[4][0].partition("%")[0]).is_loopback:
        raise PrivateAddress
    return _socket(info)


def is_public(text: str) -> bool:
    """Whether an IPv4 or IPv6 address is on the public internet, with each IPv4 address that it carries.

    One with a zone (`fe80::1%eth0`) is not. Raises ValueError for what is no address in its full form.
    """
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return _is_public(address)
    carried = _carried(address)
    if any(address in network for network in _CARRIERS):
        return _is_public(carried[0])
    block = DEFAULT_DENIED.match(address)
    ordinary = block is None or block.reach is Reach.TRANSLATED
    return ordinary and address in _GIVEN_OUT and address.scope_id is None and all(map(_is_public, carried))


def _is_public(address: IPv4Address) -> bool:
    return address not in _METADATA and DEFAULT_DENIED.match(address) is None


def _carried(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses to which a packet for this one may go."""
    whole = int(address)
    last = IPv4Address(whole & 0xFFFFFFFF)
    if any(address in network for network in _CARRIERS) or (whole >> 32) & 0xFFFFFFFF in _ISATAP:
        return (last,)
    if address in _SIX_TO_FOUR:
        return (IPv4Address((whole >> 80) & 0xFFFFFFFF),)
    if address in _TEREDO:  # its server, and its client with every bit turned (RFC 4380)
        return (IPv4Address((whole >> 64) & 0xFFFFFFFF), IPv4Address(~whole & 0xFFFFFFFF))
    return ()


@lru_cache(maxsize=1024)
def origin(url: str) -> HostPort | None:
    """Host and port of an http(s) address; None for anything else, and for what has a host that none can have."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme.lower())
    except ValueError:
        return None
    strange = _STRANGE.search(parts.netloc) or "%" in (parts.hostname or "")
    if parts.scheme.lower() not in _PORTS or not parts.hostname or port is None or strange:
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
    """Whether an address says by itself that it is not on the public internet; names of hosts are not looked up.

    IPv4 addresses count in every form that a resolver takes: 127.1, 0x7f.0.0.1, 017700000001, ①②⑦.0.0.1 and
    with dots of other scripts.
    """
    place = origin(url)
    if place is None:
        return False
    host = unicodedata.normalize("NFKC", place[0]).translate(_DOTS).rstrip(".")
    if any(host == name or host.endswith(f".{name}") for name in _INNER_NAMES):
        return True
    try:
        return not is_public(_literal(host))
    except ValueError:
        return False


def _literal(host: str) -> str:
    """An IPv4 address in the form that everybody reads; anything else as it is."""
    try:
        return str(IPv4Address(socket.inet_aton(host)))
    except (OSError, UnicodeError):
        return host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _zoned(info: AddressInfo) -> bool:
    """Whether an IPv6 address is meant on one link only."""
    place = info[4]
    return len(place) == 4 and bool(place[3])


def _socket(info: AddressInfo) -> socket.socket:
    return socket.socket(info[0], info[1], info[2])
