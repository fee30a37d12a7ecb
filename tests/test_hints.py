"""What headers say about when to come back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.web.hints import header_time, max_age, retry_after

DATE = "Mon, 02 Feb 2026 10:00:00 GMT"
NOW = datetime(2026, 2, 2, 9, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "Mon, 02 Feb 2026 10:05:00 GMT", "date": DATE}, 300),
        ({"retry-after": "Mon, 02 Feb 2026 10:00:00 GMT"}, 60),
        ({"retry-after": "Mon, 02 Feb 2026 09:00:00 GMT", "date": DATE}, None),
        ({"retry-after": "9" * 23}, 10 * 365 * 86400),
        ({"retry-after": "9" * 5000}, 10 * 365 * 86400),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers, seconds):
    """Seconds or a date by the server's clock; the past and nonsense say nothing."""
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "700"}, None),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "private", "expires": "Mon, 02 Feb 2026 11:00:00 GMT", "date": DATE}, 3600),
        ({"cache-control": "max-age=60", "expires": "Mon, 02 Feb 2026 11:00:00 GMT", "date": DATE}, 60),
        ({"cache-control": f"max-age={'9' * 23}", "age": "10"}, 10 * 365 * 86400 - 10),
        ({"cache-control": "max-age=600", "age": "9" * 23}, None),
        ({"expires": "0"}, None),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT", "date": DATE}, None),
    ],
)
def test_max_age(headers, seconds):
    """max-age less Age, else Expires; forbidden caching says nothing."""
    assert max_age(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        (DATE, NOW.replace(hour=10, minute=0)),
        ("Mon, 02 Feb 2026 10:00:00 -0000", NOW.replace(hour=10, minute=0)),
        ("Mon, 02 Feb 2026 12:00:00 +0200", NOW.replace(hour=10, minute=0)),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("noon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_header(stamp, said):
    """UTC, whatever zone or none it names; what is no time says nothing."""
    assert header_time(stamp) == said


@given(
    st.dictionaries(st.sampled_from(["retry-after", "cache-control", "expires", "age", "date"]), st.text(max_size=60))
)
def test_no_header_breaks_the_reading(headers):
    """Whatever the headers hold, there is a number of seconds above zero or none."""
    for read in (retry_after, max_age):
        assert (read(headers, NOW) or 0) >= 0
