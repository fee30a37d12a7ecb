"""Which addresses the fetcher may connect to."""

import socket
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ssrfguard import DEFAULT_DENIED

from feeds.catalog.addresses import bad_address
from feeds.web import guard
from feeds.web.guard import PrivateAddress


def info(address, port=80):
    """What the connector hands over just before it connects."""
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


TABLE = Path(__file__).parent / "data" / "special_addresses.tsv"
ROWS = [
    line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
]


@pytest.mark.parametrize(("address", "public", "source"), ROWS, ids=[row[0] for row in ROWS])
def test_only_the_public_internet_is_connected_to(address, public, source):
    """IANA's registries row by row, their edges, and IPv4 within IPv6 in every form; the table names each source."""
    assert guard.is_public(address) is (public == "yes"), source
    if public == "no":
        with pytest.raises(PrivateAddress):
            guard.public_only(info(address))
        return
    try:
        guard.public_only(info(address)).close()
    except PrivateAddress:
        pytest.fail(f"{address} is public: {source}")
    except OSError:
        assert ":" in address  # this machine has no IPv6


def test_the_table_has_every_network_of_the_registries():
    """No block that ssrfguard took from IANA is without a row."""
    found = {DEFAULT_DENIED.match(ip_address(address)) for address, *_ in ROWS}
    assert {block.network for block in DEFAULT_DENIED.blocks if block not in found} <= {
        ip_network("169.254.170.2/32"),  # clouds' inner services, within networks that have rows
        ip_network("100.100.100.200/32"),
    }


def test_a_scope_beside_the_address_is_a_zone():
    """Resolvers hand the zone over as a number of its own."""
    with pytest.raises(PrivateAddress):
        guard.public_only((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2606:4700::1111", 80, 0, 2)))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["::ffff:{}", "64:ff9b::{}", "2606:4700::5efe:{}"]))
def test_an_address_that_carries_another_is_as_public_as_that(number, form):
    """Wrapped or bare, an IPv4 address gets the same answer; forms of use within a network are refused."""
    bare = str(IPv4Address(number))
    assert guard.is_public(form.format(bare)) == guard.is_public(bare)
    assert not guard.is_public(f"::{bare}")
    assert not guard.is_public(f"::ffff:0:{bare}")


SPELLINGS = [
    "127.1", "127.0.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "2130706433", "017700000001", "127.0.0.1.", "0",
    "①②⑦.0.0.1", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "１２７.0.0.1", "0xa9fea9fe", "169.254.43518",
    "[::1]", "[::ffff:7f00:1]", "[::ffff:0:7f00:1]", "[fe80::1%25eth0]", "[fec0::1]", "10.1", "0xa.1",
    "localhost", "LOCALHOST.", "db.localhost", "printer.local", "router.home.arpa", "metadata.google.internal",
    "press.un.org@127.0.0.1", "press.un.org:80@127.0.0.1", "a@b@127.0.0.1", "press.un.org%40@10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_private_address_is_known_in_every_spelling(host):
    """In short, octal and hexadecimal form, with other dots and digits, behind a login, or by a name of inner use."""
    assert guard.names_private(f"http://{host}/feed") or guard.origin(f"http://{host}/feed") is None
    assert bad_address(f"http://{host}/feed") is not None


@pytest.mark.parametrize(
    "host",
    ["press.un.org", "1.1.1.1", "8.8", "134744072", "[2606:4700::1111]", "locality.org", "local.ml", "münchen.de"],
)
def test_public_hosts_are_not_taken_for_private_ones(host):
    """What only looks alike may be asked."""
    assert not guard.names_private(f"https://{host}/feed")
    assert guard.origin(f"https://{host}/feed") is not None


@pytest.mark.parametrize(
    "url",
    ["http://press.un.org\\@127.0.0.1/", "http://a b/", "http://press.un.org%2f@[x/", "http://%31%32%37.0.0.1/",
     "http://a\x00.org/x", "http://<a>/", "http://a|b/", "file:///etc/passwd", "gopher://a/", "http://"],
)  # fmt: skip
def test_what_programs_read_in_different_ways_is_no_address(url):
    """A host of characters that none has is asked by nobody."""
    assert guard.origin(url) is None


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
