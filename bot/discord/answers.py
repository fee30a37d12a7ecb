"""What an answer of Discord's means for a delivery: the table from status and error code to what is done next.

Codes are those of https://discord.com/developers/docs/topics/opcodes-and-status-codes#json.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.transport import Held, Rejected, Retry
from feeds.model import Cause, CauseKind

EDITS_SPENT = 30046
EDITS_SPENT_PAUSE = 3600.0
UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE = 10003, 10004, 10008
MISSING_ACCESS, MISSING_PERMISSION = 50001, 50013
INTERNAL_NETWORK = 40333
THREAD_EXISTS, THREAD_LOCKED, THREAD_ARCHIVED = 160004, 160005, 50083
UNKNOWN_MEMBER, UNKNOWN_USER = 10007, 10013
DM_REFUSED = (50007, 50278)  # by the member's own wish, or because no server is shared
SERVICE = {"service": "Discord"}

_HELD = {
    UNKNOWN_CHANNEL: CauseKind.CHANNEL_GONE,
    UNKNOWN_GUILD: CauseKind.SERVER_GONE,
    MISSING_ACCESS: CauseKind.NOT_SEEN,
    MISSING_PERMISSION: CauseKind.NOT_PERMITTED,
    50024: CauseKind.WRONG_CHANNEL,
    40001: CauseKind.NOT_AUTHORISED,
}


@dataclass(frozen=True, slots=True)
class DiscordFailure:
    """An exchange that did not end in a 2xx. `status` is None when no answer came; `retry_after` is in seconds."""

    status: int | None
    code: int = 0
    retry_after: float | None = None
    text: str = ""

    @property
    def malformed(self) -> bool:
        """Whether the other side found fault with what the message says, so that a plainer one may pass."""
        return self.status in (400, 413) and self.code not in _HELD and self.code != EDITS_SPENT


def judge_answer(failure: DiscordFailure) -> Retry | Rejected | Held:
    """What to do after a failure.

    No answer, 408, 429 and 5xx are tried again; so is a 401 or a 403 without one of Discord's own codes, which
    comes from what stands in front of it. Missing rights and channels hold the channel; the rest is refused.
    """
    if failure.code == EDITS_SPENT:
        return Retry(Cause(CauseKind.EDITS_SPENT, SERVICE), EDITS_SPENT_PAUSE, spent=True)
    if failure.status is None:
        return Retry(Cause(CauseKind.NO_ANSWER, {"text": failure.text}))
    if failure.code in _HELD:
        return Held(Cause(_HELD[failure.code]))
    if failure.code == UNKNOWN_MESSAGE:
        return Rejected(Cause(CauseKind.MESSAGE_DELETED))
    if _passing(failure):
        return Retry(_answered(failure), failure.retry_after)
    return Rejected(_answered(failure))


def _passing(failure: DiscordFailure) -> bool:
    status = failure.status or 0
    in_front = status in (401, 403, 404) and failure.code in (0, INTERNAL_NETWORK)
    rests = failure.code == THREAD_ARCHIVED  # since it was opened anew, a moment ago
    return rests or status in (408, 429) or status >= 500 or in_front


def _answered(failure: DiscordFailure) -> Cause:
    said = {"status": failure.status, "code": failure.code, "text": " ".join(failure.text.split())[:160]}
    return Cause(CauseKind.ANSWERED, {**SERVICE, **said})
