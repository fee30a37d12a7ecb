"""Quiet or broken: what the operators see and hear."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.wording.notices import notice_text
from feeds.freshness import Freshness, freshness, lateness, notices, proof_of_silence, usual_gap
from feeds.model import Cause, CauseKind, Entry, Feed, FeedState, Fetched, Outcome, Parsed
from tests.store_kit import cause

NOW = datetime(2026, 2, 2, 12, tzinfo=UTC)
DAY = 86400.0
FEED = Feed("RFI", "https://a.example/feed", "fr")
STATE = FeedState("RFI", FEED.url, baseline=True, last_ok=NOW, last_new=NOW, gaps=(DAY,) * 5)
OK = Outcome(Fetched.NOT_MODIFIED, 304)


def quiet(days, **more):
    return replace(STATE, last_new=NOW - timedelta(days=days), **more)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (quiet(1), Freshness.FRESH),
        (quiet(2), Freshness.FRESH),
        (quiet(2.1), Freshness.DELAYED),
        (quiet(6), Freshness.DELAYED),
        (quiet(6.1), Freshness.STALE),
        (quiet(0.1, failures=2), Freshness.FRESH),
        (quiet(0.1, failures=3), Freshness.BROKEN),
        (quiet(90, failures=3), Freshness.BROKEN),
        (FeedState("x", "u"), Freshness.NEW),
        (replace(quiet(9), gaps=(DAY,)), Freshness.FRESH),
    ],
)
def test_freshness_is_measured_by_the_feeds_own_habit(state, expected):
    """Up to twice the usual gap fresh, up to six times delayed, then stale; failing is broken, unknown is not late."""
    assert freshness(state, NOW) is expected


def test_nights_and_weekends_do_not_make_a_busy_feed_stale():
    """A feed of twenty items a day that stops on Friday evening is delayed on Monday, not stale."""
    busy = replace(STATE, gaps=(3600.0,) * 30)
    assert usual_gap(busy) == timedelta(hours=12)
    assert freshness(replace(busy, last_new=NOW - timedelta(hours=62)), NOW) is Freshness.DELAYED


def test_a_few_long_pauses_are_habit():
    """Of the known gaps nine in ten are shorter than the usual one."""
    assert usual_gap(replace(STATE, gaps=(3600.0,) * 8 + (3 * DAY, 3 * DAY))) == timedelta(days=3)
    assert lateness(replace(STATE, gaps=()), NOW) is None


def failed(reason="http_503", text="The server answered 503."):
    return Outcome(Fetched.FAILED, reason=reason, cause=cause(text))


def test_trouble_is_said_once_with_reason_and_next_try():
    """The third failure speaks, the fourth does not, and the recovery does."""
    second = replace(STATE, failures=2)
    third = replace(STATE, failures=3, announced=True, next_check=NOW + timedelta(minutes=20))
    [said] = map(notice_text, notices(FEED, second, third, failed(), None))
    assert said.startswith("RFI: failed 3 times in a row.") and "12:20 UTC" in said
    assert notices(FEED, third, replace(third, failures=4), failed(), None) == ()
    [back] = map(notice_text, notices(FEED, replace(third, failures=4), STATE, OK, None))
    assert "back" in back and "4" in back


def test_what_came_instead_of_a_feed_is_said():
    """The sentence of the parser reaches the operators."""
    after = replace(STATE, failures=3, announced=True, next_check=NOW)
    parsed = Parsed(failure="html_page", problems=(Cause(CauseKind.WEB_PAGE),))
    [said] = map(notice_text, notices(FEED, STATE, after, Outcome(Fetched.BODY, 200, b"x"), parsed))
    assert "A web page came" in said and "html_page" not in said


def test_a_feed_that_is_gone_is_announced_at_once():
    """410 is the publisher's last word, and the operator's to act on."""
    [said] = map(notice_text, notices(FEED, STATE, replace(STATE, failures=1, announced=True), failed("gone"), None))
    assert "410" in said


def test_moves_small_windows_and_worthless_ids_are_said():
    """Each is one line; an ordinary answer is none."""
    assert notices(FEED, STATE, STATE, OK, None) == ()
    [moved] = map(notice_text, notices(FEED, STATE, STATE, replace(OK, moved_to="https://b.example/feed"), None))
    assert "https://b.example/feed" in moved
    entries = tuple(Entry("RFI", (str(n),), "T", "", None, "fr", None) for n in range(10))
    shown = Parsed(entries, kind="rss20")
    [small] = map(notice_text, notices(FEED, STATE, STATE, replace(OK, kind=Fetched.BODY), shown, new=10))
    assert "10" in small
    [ids] = map(notice_text, notices(FEED, STATE, replace(STATE, degraded_ids=True), OK, None))
    assert "ids" in ids


def test_the_proof_of_silence():
    """One line: how much was read, that nothing was found, and who is late."""
    states = [replace(quiet(1), name=str(n)) for n in range(23)]
    assert notice_text(proof_of_silence(states, 1642, 0, NOW)) == (
        "The day in short: 23 feeds, 1,642 items read, none flagged; all feeds are fresh."
    )
    late = [*states, quiet(3), replace(quiet(1), name="BBC", failures=5, problem="dns")]
    said = notice_text(proof_of_silence(late, 1, 1, NOW))
    assert said.startswith("The day in short: 25 feeds, 1 item read, 1 flagged; ")
    assert "RFI delayed (silent for 3 usual gaps), BBC broken: its name is not found" in said
