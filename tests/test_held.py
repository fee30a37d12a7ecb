"""Bodies that stay in their file: read as others are, and never in memory as a whole."""

import os
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.model import Feed, Fetched, Outcome
from feeds.parsing import held
from feeds.parsing.parse import parse_feed, parse_steps
from tests.figures import resident
from tests.proofs import examples
from tests.test_parse import ATOM, JSON, RDF, SEEN, big, item, rss

FEED = Feed("f", "https://a.example/feed.xml", "en")


def outcome(body, file=None):
    about = {"status": 200, "headers": (("content-type", "application/xml"),), "url": FEED.url}
    if file is None:
        return Outcome(Fetched.BODY, body=body, **about)
    file.write(body)
    file.flush()
    return Outcome(Fetched.BODY, file=file, **about)


@pytest.mark.parametrize(
    "body",
    [
        big(100, "rss").encode(),
        big(100, "atom").encode(),
        ATOM.encode(),
        RDF.encode(),
        rss(item()).encode("utf-16"),
        rss(item()).replace("Title", "Títle").encode("latin-1"),
        JSON.encode(),
        b"<html><body>Just a moment...</body></html>",
        b'{"error": "none"}',
        b"  \n\n ",
        b"<a>" * 600_000,
        ("<rss><channel>" + "<item><![CDATA[" * 30_000).encode(),
        b"<rss><item a='" + b"x" * 700_000,
    ],
)
def test_a_body_is_read_alike_wherever_it_is(body):
    """In memory or in a file: the same entries, or the same that is wrong."""
    with tempfile.TemporaryFile() as file:
        assert parse_feed(outcome(body, file), FEED, seen=SEEN) == parse_feed(outcome(body), FEED, seen=SEEN)


@settings(max_examples=examples(40))
@given(st.integers(0, 300), st.sampled_from([b"<", b"<!ENTITY", b'\\"']), st.data())
def test_what_stands_across_two_windows_is_counted_once(size, part, data):
    """However a body is cut into windows, what is counted in it is what is there."""
    pieces = data.draw(st.lists(st.sampled_from([part, part[:-1], b"x", b"y" * size]), max_size=60))
    whole = b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held, "_WINDOW", 7)
        assert held.count_part(whole, part) == whole.count(part)
        assert b"".join(held.body_windows(whole)) == whole


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="the system does not tell")
def test_a_large_body_is_gone_through_without_being_held():
    """Ten megabytes are examined, cut and begun to be read with four more in memory at the most."""
    rows = "".join(item(n, f"<c>{'lorem ipsum ' * 80}</c>") for n in range(9000))
    with tempfile.TemporaryFile() as file:
        found = outcome(rss(rows).encode(), file)
        assert os.fstat(file.fileno()).st_size > 9_000_000
        del rows
        before, most = resident(os.getpid()), 0.0
        for _step, _entries in zip(range(6), parse_steps(found, FEED), strict=False):
            most = max(most, resident(os.getpid()) - before)
    assert most < 4
