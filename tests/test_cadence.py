"""When a feed is asked next, and what is remembered of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Poll
from feeds import cadence
from feeds.model import Entry, Feed, FeedState, Fetched, Outcome, Parsed

NOW = datetime(2026, 2, 2, 12, tzinfo=UTC)
POLL = Poll(interval_minutes=30)
FEED = Feed("f", "https://a.example/feed", "en")
UN = replace(FEED, section="un")
STATE = FeedState("f", FEED.url, baseline=True)
OK = Outcome(Fetched.NOT_MODIFIED, 304)
ENTRIES = tuple(Entry("f", (str(n),), f"T {n}", "", None, "en", None) for n in range(10))


def failed(reason="http_503", **more):
    return Outcome(Fetched.FAILED, reason=reason, **more)


def step(outcome=OK, state=STATE, feed=FEED, parsed=None, new=0, chance=0.5, poll=POLL, **more):
    return cadence.next_state(feed, state, outcome, parsed, new=new, now=NOW, chance=chance, poll=poll, **more)


def minutes(state):
    """How long after NOW the feed is asked again."""
    return (state.next_check - NOW).total_seconds() / 60


def test_an_ordinary_check_comes_after_the_interval():
    """Without history or hints the default rules, or the feed's own interval."""
    assert minutes(step()) == pytest.approx(30)
    assert minutes(step(feed=replace(FEED, interval=120))) == pytest.approx(120)


def test_chance_spreads_the_checks_by_five_per_cent():
    """Feeds that start together do not stay together."""
    assert minutes(step(chance=0.0)) == pytest.approx(28.5)
    assert minutes(step(chance=1.0)) == pytest.approx(31.5)


@pytest.mark.parametrize(
    ("outcome", "parsed", "expected"),
    [
        (replace(OK, max_age=7200), None, 120),
        (replace(OK, max_age=60), None, 30),
        (replace(OK, retry_after=10800), None, 180),
        (replace(OK, kind=Fetched.BODY), Parsed(kind="rss20", ttl=3600), 60),
        (replace(OK, kind=Fetched.BODY, max_age=5400), Parsed(kind="rss20", ttl=3600), 90),
        (replace(OK, max_age=10**8), None, 6 * 60),
        (replace(OK, retry_after=10**8), None, 24 * 60),
    ],
)
def test_hints_lengthen_the_pause_within_bounds(outcome, parsed, expected):
    """The largest of interval, ttl, max-age and Retry-After counts; caching is believed for six hours at most."""
    assert minutes(step(outcome, parsed=parsed, chance=0.0)) == pytest.approx(max(expected, 28.5), rel=0.06)


def test_un_feeds_are_asked_every_hour_whatever_they_say():
    """No header, back-off or interval keeps us from a feed of section "un" for longer."""
    for outcome in (replace(OK, max_age=86400), replace(OK, retry_after=86400), failed(retry_after=86400), failed()):
        after = step(outcome, replace(STATE, failures=9), replace(UN, interval=300))
        assert minutes(after) <= 60


def test_failures_back_off_and_never_end():
    """From five minutes it doubles up to six hours, and stays there."""
    waits = [minutes(step(failed(), replace(STATE, failures=n))) for n in range(40)]
    assert waits[:4] == [pytest.approx(5), pytest.approx(10), pytest.approx(20), pytest.approx(40)]
    assert max(waits) == waits[-1] == pytest.approx(360)


def test_a_fast_schedule_backs_off_from_its_own_interval():
    """With an interval of seconds the first retry comes in seconds, too."""
    quick = Poll(interval_minutes=0.01)
    assert minutes(step(failed(), poll=quick)) == pytest.approx(0.01)
    assert minutes(step(failed(), replace(STATE, failures=3), poll=quick)) == pytest.approx(0.08)


def test_a_refusal_with_a_date_is_obeyed():
    """A 429 that asks for an hour gets at least that."""
    assert minutes(step(failed("http_429", retry_after=3600))) >= 60


def test_success_forgets_the_failures():
    """One good answer clears the count, the problem and the announcement."""
    after = step(OK, replace(STATE, failures=7, problem="dns", announced=True))
    assert (after.failures, after.problem, after.announced, after.last_ok) == (0, None, False, NOW)


def test_validators_and_hash_follow_the_answer():
    """A body brings all three; an unchanged one keeps the hash, with how it came packed; a failure keeps everything."""
    known = replace(STATE, etag='"a"', modified="m", body_hash="h")
    body = Outcome(Fetched.BODY, 200, b"x", etag='"b"', body_hash="i")
    read = step(body, known, parsed=Parsed(kind="rss20"))
    assert (read.etag, read.modified, read.body_hash) == ('"b"', None, "i")
    same = step(Outcome(Fetched.SAME_BODY, 200, etag='"c"', body_hash="h"), known)
    assert (same.etag, same.body_hash) == ('"c"', "h")
    assert step(Outcome(Fetched.SAME_BODY, 200, body_hash="h:p"), known).body_hash == "h:p"
    for bad in (step(failed(), known), step(body, known, parsed=Parsed(failure="html_page"))):
        assert (bad.etag, bad.modified, bad.body_hash, bad.failures) == ('"a"', "m", "h", 1)


def test_a_body_that_is_no_feed_is_a_failure_with_its_name():
    """What the parser calls the answer is what the feed's problem is called."""
    after = step(Outcome(Fetched.BODY, 200, b"<html>"), parsed=Parsed(failure="challenge_page"))
    assert (after.problem, after.failures) == ("challenge_page", 1)


def test_a_move_is_remembered_and_left_when_it_fails():
    """The new address is asked from then on; after three failures in a row the old one gets every other turn."""
    moved = step(replace(OK, moved_to="https://b.example/feed"))
    assert moved.url == cadence.address(FEED, moved) == "https://b.example/feed"
    asked = [cadence.address(FEED, replace(moved, failures=n)) for n in range(6)]
    assert asked == ["https://b.example/feed"] * 3 + [FEED.url, "https://b.example/feed", FEED.url]
    back = step(OK, replace(moved, failures=3))
    assert back.url == FEED.url


def test_the_third_failure_is_announced_and_a_410_at_once():
    """The flag says that the operators were told."""
    states = [step(failed(), replace(STATE, failures=n)) for n in range(4)]
    assert [state.announced for state in states] == [False, False, True, True]
    assert step(failed("gone")).announced


def test_degraded_ids_stay_degraded():
    """Once found worthless, for good."""
    body = Outcome(Fetched.BODY, 200, b"x")
    worse = step(body, parsed=Parsed(kind="rss20", degraded=True))
    assert worse.degraded_ids
    assert step(body, worse, parsed=Parsed(kind="rss20", degraded=False)).degraded_ids


@pytest.mark.parametrize(
    ("gap_minutes", "expected"),
    [(10, 15), (60, 30), (120, 60), (200, 100), (10_000, 120)],
)
def test_the_interval_is_learned_within_bounds(gap_minutes, expected):
    """Half of the usual gap, between half and four times the default."""
    state = replace(STATE, gaps=(gap_minutes * 60.0,) * 8)
    assert cadence.interval(FEED, state, POLL) / 60 == pytest.approx(expected)


def test_little_history_or_an_operators_word_teaches_nothing():
    """Seven gaps are too few; a feed's own interval and a default below five minutes are orders."""
    gaps = (36_000.0,) * 8
    assert cadence.interval(FEED, replace(STATE, gaps=gaps[:7]), POLL) == 1800
    assert cadence.interval(replace(FEED, interval=45), replace(STATE, gaps=gaps), POLL) == 2700
    assert cadence.interval(FEED, replace(STATE, gaps=gaps), Poll(interval_minutes=0.1)) == pytest.approx(6)


def test_gaps_are_remembered_newest_last():
    """Each time something is new the pause since the last time is kept, the latest thirty-two of them."""
    first = step(new=2)
    assert (first.gaps, first.last_new) == ((), NOW)
    later = step(new=1, state=replace(STATE, last_new=NOW - timedelta(hours=2), gaps=(1.0,) * 32))
    assert later.gaps == (*(1.0,) * 31, 7200.0)
    assert step(new=0, state=replace(STATE, last_new=NOW - timedelta(hours=2))).gaps == ()


def test_a_window_that_is_all_new_is_asked_again_sooner():
    """When everything a known feed shows is new, something may have passed unseen."""
    body = replace(OK, kind=Fetched.BODY)
    parsed = Parsed(ENTRIES, kind="rss20")
    assert minutes(step(body, parsed=parsed, new=10)) == pytest.approx(15)
    assert minutes(step(body, parsed=parsed, new=9)) == pytest.approx(30)
    assert minutes(step(body, replace(STATE, baseline=False), parsed=parsed, new=10)) == pytest.approx(30)


def test_when_nobody_answers_the_fault_is_ours():
    """Three hosts silent at once are our network; one answer of any kind, or few hosts, are not."""
    silent = [(f"{n}.example", failed(reason)) for n, reason in enumerate(("dns", "timeout", "unreachable"))]
    assert cadence.our_network(silent)
    assert not cadence.our_network([*silent, ("x.example", failed("http_503", status=503))])
    assert not cadence.our_network([*silent, ("x.example", OK)])
    assert not cadence.our_network([("a.example", failed("dns"))] * 9)


def test_an_outage_of_ours_costs_no_feed_anything():
    """The feed is asked again soon; its count, problem and validators stay as they were. One without trouble keeps why
    nothing came."""
    before = replace(STATE, failures=2, problem="dns", etag='"a"')
    after = step(failed("timeout"), before, ours=True)
    assert replace(after, next_check=None, last_checked=None) == before
    well = step(failed("timeout"), replace(before, failures=0, problem=None), ours=True)
    assert (well.failures, well.problem, well.announced) == (0, "timeout", False)
    assert minutes(after) == pytest.approx(5)


OUTCOMES = st.builds(
    Outcome,
    st.sampled_from(Fetched),
    reason=st.sampled_from([None, "dns", "gone", "http_429", "too_large"]),
    retry_after=st.none() | st.floats(0, 1e9),
    max_age=st.none() | st.floats(0, 1e9),
    moved_to=st.none() | st.just("https://b.example/feed"),
)
STATES = st.builds(
    FeedState,
    st.just("f"),
    st.just(FEED.url),
    failures=st.integers(0, 10_000),
    baseline=st.booleans(),
    last_new=st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.replace(tzinfo=UTC)),
    gaps=st.lists(st.floats(0.001, 1e8), max_size=32).map(tuple),
)


@given(
    OUTCOMES,
    STATES,
    st.sampled_from([FEED, UN, replace(FEED, interval=1), replace(UN, interval=1440)]),
    st.none() | st.builds(Parsed, ttl=st.none() | st.floats(0, 1e9), failure=st.sampled_from([None, "empty"])),
    st.integers(0, 50),
    st.floats(0, 0.999),
    st.floats(0.001, 1440),
)
def test_the_next_check_is_always_soon_and_never_now(outcome, state, feed, parsed, new, chance, interval):
    """Whatever happens a feed has a next check: after this moment, within a day, and within an hour for UN feeds."""
    poll = Poll(interval_minutes=interval)
    parsed = parsed if outcome.kind is Fetched.BODY else None
    after = step(outcome, state, feed, parsed, new, chance, poll)
    assert 0 < minutes(after) <= (60 if feed.section == "un" else 24 * 60 * 1.051)
    assert after.failures in (0, state.failures + 1)
    asked = min(outcome.retry_after or 0, cadence.longest(feed))
    assert minutes(after) * 60 >= asked * 0.999
