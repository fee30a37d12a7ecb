"""Unpacking within a limit, whatever the pieces are."""

import contextlib
import gzip
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.web.inflate import Body, CorruptError, TooLargeError

PACKINGS = {
    "": lambda data: data,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "br, gzip": lambda data: gzip.compress(brotli.compress(data)),
}


def read(packed, encoding, limit=10_000_000, step=1000):
    """The plain bytes of a body that arrives in pieces."""
    body = Body(encoding, limit)
    for start in range(0, len(packed), step):
        body.feed(packed[start : start + step])
    return body.finish()[0]


@given(st.binary(max_size=5000), st.sampled_from(sorted(PACKINGS)), st.integers(1, 700))
def test_what_was_packed_comes_out_however_it_is_cut(data, encoding, step):
    """Every packing is undone for every content and every size of pieces; unpacked gzip counts as gzip."""
    if not encoding and data[:2] == b"\x1f\x8b":
        return
    assert read(PACKINGS[encoding](data), encoding, step=step) == data


@given(st.binary(max_size=400), st.sampled_from(["", "gzip", "deflate", "br", "br, gzip", "x"]), st.integers(1, 50))
def test_any_bytes_end_in_a_body_or_a_named_error(data, encoding, step):
    """Nothing but the two errors of this module ever comes out."""
    with contextlib.suppress(CorruptError, TooLargeError):
        assert len(read(data, encoding, 10_000, step)) <= 10_000


@given(st.integers(0, 3000), st.integers(1, 3000), st.sampled_from(sorted(PACKINGS)))
def test_the_limit_is_exact(size, limit, encoding):
    """Up to the limit a body passes, one byte more is too large."""
    packed = PACKINGS[encoding](bytes(size))
    if size > limit:
        with pytest.raises(TooLargeError):
            read(packed, encoding, limit)
    elif len(packed) <= limit:
        assert len(read(packed, encoding, limit)) == size


@pytest.mark.slow
@pytest.mark.parametrize("packing", ["gzip", "br", "deflate"])
def test_a_bomb_costs_little_memory(packing):
    """A body that would fill thirty megabytes ends a little above the limit."""
    packed = {
        "gzip": gzip.compress(bytes(30_000_000), 9),
        "br": brotli.compress(bytes(30_000_000), quality=5),
        "deflate": zlib.compress(bytes(30_000_000), 9),
    }[packing]
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            read(packed, packing, 1_000_000, step=65_536)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_members_and_padding_of_gzip_are_understood():
    """Several members are one body; zeros after the last are nothing."""
    assert read(gzip.compress(b"one ") + gzip.compress(b"two") + bytes(20), "gzip", step=7) == b"one two"


def test_a_body_in_a_million_parts_is_given_up():
    """Parts of nothing would keep the processor busy for seconds; who packs in parts makes them of kilobytes."""
    with pytest.raises(CorruptError):
        read(gzip.compress(b"") * 20_000, "gzip", 1_000_000, step=65_536)
    assert read(gzip.compress(b"a") * 500, "gzip", step=65_536) == b"a" * 500


def test_the_hash_is_of_the_plain_bytes():
    """The same body packed in two ways has one hash."""
    hashes = set()
    for encoding, pack in PACKINGS.items():
        body = Body(encoding, 1000)
        body.feed(pack(b"the same"))
        hashes.add(body.finish()[1])
    assert len(hashes) == 1
