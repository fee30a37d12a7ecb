"""Unpacking within a limit, whatever the pieces are."""

import contextlib
import gzip
import random
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.web.inflate import Body, CorruptError, TooLargeError, plain_hash

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


def told(data, encoding, known=None, limit=1_000_000):
    """What a body comes to that arrives in one piece; `known` is what an earlier one was told by."""
    body = Body(encoding, limit, known=known)
    body.feed(data)
    return body.finish()


def test_a_body_is_known_again_however_it_is_packed():
    """What tells the plain bytes is the same for every packing, and shows that the body is known."""
    marks = {told(pack(b"the same"), encoding)[1] for encoding, pack in PACKINGS.items()}
    assert len({plain_hash(mark) for mark in marks}) == 1
    for mark in [*marks, *map(plain_hash, marks)]:
        assert [told(pack(b"the same"), encoding, mark)[0] for encoding, pack in PACKINGS.items()] == [None] * 5
        assert told(gzip.compress(b"another"), "gzip", mark)[0] == b"another"


def test_a_body_that_comes_packed_as_before_is_not_unpacked():
    """The bytes as they came are enough to know it; under the name of another packing they are another body."""
    data = random.Random(1).randbytes(2000)
    _, mark = told(data, "")
    with pytest.raises(CorruptError):
        told(data, "br", mark)
    packed = gzip.compress(bytes(100_000))
    _, mark = told(packed, "gzip")
    assert told(packed, "gzip", mark, limit=1000) == (None, mark)


def test_a_known_body_is_known_from_now_on_as_it_came():
    """One that was known by its plain bytes alone, or by another packing, need not be unpacked a second time."""
    packed = gzip.compress(bytes(100_000))
    _, mark = told(packed, "gzip")
    for earlier in (plain_hash(mark), told(bytes(100_000), "", limit=200_000)[1]):
        assert told(packed, "gzip", earlier, limit=200_000) == (None, mark)


def test_a_large_body_is_unpacked_as_it_comes_and_known_by_its_plain_bytes():
    """Only so much waits for the end; of more the plain bytes tell."""
    packed = gzip.compress(random.Random(1).randbytes(100_000))
    plain, mark = told(packed, "gzip")
    assert len(plain) == 100_000
    assert mark == plain_hash(mark)
    assert told(packed, "gzip", mark) == (None, mark)
