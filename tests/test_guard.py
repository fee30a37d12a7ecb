"""Which addresses the fetcher may connect to."""

import socket

import pytest

from feeds.web import guard
from feeds.web.guard import PrivateAddress


def info(address, port=80):
    """What the connector hands over just before it connects."""
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


REFUSED = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.254", "192.0.0.1",
    "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2002:c0a8:1::1", "2001:0:a9fe:a9fe::1",
    "2001:db8::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1", "100::1",
    "fe80::1%eth0",
]  # fmt: skip
ALLOWED = [
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "151.101.1.140", "192.0.0.9", "172.15.255.255", "172.32.0.1",
    "100.63.255.255", "100.128.0.1", "169.253.255.255", "223.255.255.254", "2606:4700:4700::1111",
    "2a00:1450:4001:830::200e", "::ffff:8.8.8.8", "64:ff9b::808:808",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_everything_but_the_public_internet_is_refused(address):
    """Private, link-local, metadata, multicast, reserved; bare or wrapped in NAT64, 6to4, Teredo or IPv4-mapped."""
    with pytest.raises(PrivateAddress):
        guard.public_only(info(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_the_public_internet_is_not(address):
    """Ordinary addresses get a socket, those just outside the special networks too."""
    try:
        guard.public_only(info(address)).close()
    except PrivateAddress:
        pytest.fail(f"{address} is public")
    except OSError:
        assert ":" in address  # this machine has no IPv6


@pytest.mark.parametrize("address", ["10.0.0.1", "8.8.8.8", "169.254.169.254", "0.0.0.0", "::ffff:10.0.0.1", "fd00::1"])
def test_the_local_pool_reaches_this_machine_only(address):
    """What the operator's leave opens is loopback and nothing else."""
    with pytest.raises(PrivateAddress):
        guard.loopback_only(info(address))
    guard.loopback_only(info("127.0.0.9")).close()


def test_only_plain_spellings_of_this_machine_count_as_named():
    """A public name in the catalogue opens nothing, wherever it may resolve to."""
    named = guard.loopback_origins(
        [
            "http://127.0.0.1:8000/a",
            "http://LOCALHOST/b",
            "https://[::1]/c",
            "https://press.un.org/d",
            "nonsense",
            "http://[x",
        ]
    )
    assert named == {("127.0.0.1", 8000), ("localhost", 80), ("::1", 443)}
