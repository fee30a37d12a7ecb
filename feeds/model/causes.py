"""Why something did not go well, or not at all, as data: a kind and its arguments. `bot/wording/causes.py` words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CauseKind(StrEnum):
    """What was the matter. What the arguments of such a `Cause` hold stands beside each; most have none.

    What others said (`text`, `error`, `title`) is kept as they said it, and cut to a length when it is stored.
    """

    # of a delivery or a channel
    NEWER_EDIT = "newer_edit"
    ALERT_REJECTED = "alert_rejected"
    ALERT_MISSING = "alert_missing"
    TOLD_AS = "told_as"  # name: the channel's other name, under which it is told
    UNWANTED = "unwanted"
    WITHDRAWN = "withdrawn"
    TIER_CORRECTED = "tier_corrected"
    CHANNEL_REMOVED = "channel_removed"
    CHANNEL_UNKNOWN = "channel_unknown"
    STORY_MERGED = "story_merged"  # younger, elder: the stories' ids
    STOPPED = "stopped"
    CATCHING_UP = "catching_up"
    SLOW = "slow"  # seconds
    FAULT = "fault"
    NOT_RUNNING = "not_running"  # transport
    NO_EDITS = "no_edits"  # transport
    NOT_CONNECTED = "not_connected"  # service: the name of what does not answer, as of the next four
    EDITS_SPENT = "edits_spent"  # service
    ANSWERED = "answered"  # service, status; code: its own, 0 for none; text
    NO_ANSWER = "no_answer"  # text
    CLOSED = "closed"  # error
    MESSAGE_DELETED = "message_deleted"
    CHANNEL_GONE = "channel_gone"
    SERVER_GONE = "server_gone"
    NOT_SEEN = "not_seen"
    NOT_PERMITTED = "not_permitted"
    NOT_AUTHORISED = "not_authorised"
    LACKING = "lacking"  # rights: the names of those that are missing
    ROLE_GONE = "role_gone"  # role: the id of one that the server does not have
    ROLE_SILENT = "role_silent"  # role: the name of one that the bot may not mention
    WRONG_CHANNEL = "wrong_channel"
    POST_LOCKED = "post_locked"
    NO_FITTING_TAG = "no_fitting_tag"  # tags: the names of some that would fit a forum's posts
    # of a member's follow
    MEMBER_LEFT = "member_left"
    PLACE_HIDDEN = "place_hidden"  # places: the targets of the channels that the member does not see any more
    DM_CLOSED = "dm_closed"
    NOT_PERSONAL = "not_personal"  # transport
    MISREAD = "misread"
    # of what could not be read; text: more about it, if there is more
    CPU = "cpu"
    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"
    READING_FAULT = "reading_fault"
    NO_WORKER = "no_worker"
    # of an exchange with a publisher
    NO_HTTP = "no_http"
    BAD_ADDRESS = "bad_address"
    STATUS = "status"  # status
    UNASKED_304 = "unasked_304"
    REDIRECTS = "redirects"  # most: how many are followed
    BAD_REDIRECT = "bad_redirect"
    DOWNGRADE = "downgrade"
    TOO_LARGE = "too_large"
    PACKED = "packed"  # error
    PRIVATE = "private"
    CERTIFICATE = "certificate"
    UNKNOWN_NAME = "unknown_name"
    INSECURE = "insecure"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    RESET = "reset"
    BAD_HTTP = "bad_http"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    EXCHANGE = "exchange"  # error
    POLL_FAULT = "poll_fault"  # error
    # of a body
    EMPTY = "empty"
    CHALLENGE = "challenge"
    WEB_PAGE = "web_page"  # title: the page's own, if it has one
    PLAIN_TEXT = "plain_text"  # text
    OTHER_JSON = "other_json"  # text: what it says of itself, if anything
    ABSURD = "absurd"
    OTHER_XML = "other_xml"
    UNFILTERED = "unfiltered"  # title
    ILL_FORMED = "ill_formed"  # error
    UNDATED = "undated"  # items; stamp: what stands in the place of a date, if anything
    EMPTY_ITEMS = "empty_items"  # items
    TOO_MANY_ITEMS = "too_many_items"  # items: those left out; most: how many are read
    REPEATED_IDS = "repeated_ids"
    NO_ITEMS = "no_items"
    QUIET = "quiet"
    FUTURE = "future"
    MOVED = "moved"  # url
    TEXT = "text"  # text: a line that an earlier version wrote, as it was


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause; `args` are those of its kind, JSON values by name."""

    kind: CauseKind
    args: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def outage(self) -> bool:
        """Whether it says that the other side of a delivery was away: no answer, or one of 500 and more."""
        status = self.args.get("status")
        answered = self.kind is CauseKind.ANSWERED and isinstance(status, int) and status >= 500
        return answered or self.kind in (CauseKind.NO_ANSWER, CauseKind.CLOSED, CauseKind.SLOW)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something could not be read, and why; the causes are those of reading."""

    cause: Cause
