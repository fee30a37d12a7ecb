"""What Discord's answers mean for a delivery."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.backoff import LONGEST_ASKED, LONGEST_PAUSE, pause
from bot.delivery.transport import Held, Rejected, Retry
from bot.discord.answers import DiscordFailure, judge_answer
from bot.wording.causes import cause_text


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (DiscordFailure(None, text="ServerDisconnectedError"), Retry),
        (DiscordFailure(408), Retry),
        (DiscordFailure(429, retry_after=12.5), Retry),
        (DiscordFailure(500), Retry),
        (DiscordFailure(502, text="<html>"), Retry),
        (DiscordFailure(503), Retry),
        (DiscordFailure(401, text="401: Unauthorized"), Retry),
        (DiscordFailure(403, 0, text="error code: 1020"), Retry),
        (DiscordFailure(403, 40333, text="internal network error"), Retry),
        (DiscordFailure(404, 0), Retry),
        (DiscordFailure(403, 50013, text="Missing Permissions"), Held),
        (DiscordFailure(403, 50001, text="Missing Access"), Held),
        (DiscordFailure(404, 10003, text="Unknown Channel"), Held),
        (DiscordFailure(404, 10004), Held),
        (DiscordFailure(404, 10008, text="Unknown Message"), Rejected),
        (DiscordFailure(400, 50035, text="Invalid Form Body"), Rejected),
        (DiscordFailure(400, 50006), Rejected),
        (DiscordFailure(403, 200000, text="blocked by automatic moderation"), Rejected),
        (DiscordFailure(413), Rejected),
    ],
)
def test_every_answer_has_its_consequence(failure, expected):
    """Weather is tried again, missing rights hold the channel, faults of the message itself are final."""
    assert isinstance(judge_answer(failure), expected)


def test_the_time_that_discord_names_is_kept():
    """A 429 is tried again when Discord said, not before."""
    result = judge_answer(DiscordFailure(429, retry_after=12.5))
    assert result.after == 12.5
    assert pause(1, 0.0, result.after) >= 12.5


def test_too_many_edits_of_an_old_message_wait_an_hour():
    """Code 30046 comes with a 429 or a 400 and a short time; trying again soon would go on for ever."""
    for status in (429, 400):
        result = judge_answer(DiscordFailure(status, 30046, retry_after=0.5))
        assert result == Retry(result.reason, 3600.0, spent=True)


@pytest.mark.parametrize(("failure", "malformed"), [
    (DiscordFailure(400, 50035), True), (DiscordFailure(413), True), (DiscordFailure(400, 30046), False),
    (DiscordFailure(400, 50024), False),
    (DiscordFailure(403, 50013), False), (DiscordFailure(503), False), (DiscordFailure(None), False),
])  # fmt: skip
def test_only_a_fault_of_the_content_is_tried_as_bare_text(failure, malformed):
    """A plainer message helps against a 400 on the payload, not against missing rights or weather."""
    assert failure.malformed is malformed


def test_reasons_fit_on_a_line():
    """A proxy's page of HTML becomes one short line for the operator."""
    reason = cause_text(judge_answer(DiscordFailure(502, text="<html>\n" + "x" * 5000)).reason)
    assert "\n" not in reason
    assert len(reason) < 220


@given(st.integers(0, 10_000), st.floats(0, 1), st.none() | st.floats())
def test_pauses_are_bounded_and_never_shorter_than_asked(attempts, chance, after):
    """The wait lies between two seconds and five minutes and a quarter, or is what was asked for; more than an hour is
    not waited, and no such thing as for ever."""
    wait = pause(attempts, chance, after)
    if after is None or not math.isfinite(after):
        assert 2.0 <= wait <= LONGEST_PAUSE * 1.25
    else:
        assert min(max(after, 0), LONGEST_ASKED) <= wait <= min(max(after, 0), LONGEST_ASKED) + 1


def test_pauses_grow():
    """Each failure waits at least as long as the one before."""
    waits = [pause(attempt, 0.5) for attempt in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[0] < 3
    assert waits[-1] > 300
