"""How values become rows and rows become values; nothing here touches the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, cast

from pydantic import TypeAdapter

from feeds.model import Action as Loudness
from feeds.model import (
    AddedFeed,
    Archived,
    Cause,
    Change,
    Delivery,
    Entry,
    Feed,
    FeedState,
    Finding,
    Heard,
    Notice,
    Source,
    State,
    Wording,
)
from seeds.model import Facts, Match, Precision, Reason, Tier, When

Row = Mapping[str, Any]

LONGEST_ARGUMENT = 1000  # characters of what others said, in a cause or a notice

FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)
REASONS: TypeAdapter[tuple[Reason, ...]] = TypeAdapter(tuple[Reason, ...])
CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
HEARD: TypeAdapter[Heard] = TypeAdapter(Heard)
CAUSE: TypeAdapter[Cause] = TypeAdapter(Cause)
NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)
TEXTS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


def stamp(at: datetime) -> str:
    """An instant as text that sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def stamped(at: datetime | None) -> str | None:
    """As `stamp`, for an instant that may be missing."""
    return None if at is None else stamp(at)


def time_in(text: object) -> datetime:
    """What `stamp` wrote: an instant in UTC, of the years 2 to 9998, so that a day can be added or taken away. Raises
    ValueError for whatever else a row may hold."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
        if at is not None and at.tzinfo is not UTC:
            at = None if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        at = None
    if at is None or not 1 < at.year < 9999:
        raise ValueError(f"no time: {str(text)[:60]!r}")
    return at


def instant_of(text: str | None) -> datetime | None:
    """What `stamped` wrote."""
    return None if text is None else time_in(text)


def language_row(language: str | None) -> str:
    """A language as the column holds it, which is never NULL: ISO 639's "und" is one that nobody knows."""
    return language or "und"


def language_of(text: str) -> str | None:
    """What `language_row` wrote; earlier versions also left it empty."""
    return None if text in {"", "und"} else text


def cause_row(cause: Cause) -> str:
    """A cause as JSON: {"kind": …, "args": {…}}."""
    return CAUSE.dump_json(_bounded_cause(cause)).decode()


def cause_of(text: str | None) -> Cause | None:
    """What `cause_row` wrote."""
    return None if text is None else CAUSE.validate_json(text)


def notice_row(notice: Notice) -> str:
    """A notice as JSON: as a cause, and with its own."""
    cause = None if notice.cause is None else _bounded_cause(notice.cause)
    return NOTICE.dump_json(replace(notice, args=_bounded(notice.args), cause=cause)).decode()


def _bounded_cause(cause: Cause) -> Cause:
    return replace(cause, args=_bounded(cause.args))


def _bounded(args: Mapping[str, object]) -> dict[str, object]:
    """What others said cut to a length, and fit for UTF-8."""
    return {
        name: value[:LONGEST_ARGUMENT].encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for name, value in args.items()
    }


def key_hash(key: str) -> int:
    """An identity key as the signed 64-bit number it is stored under. Among ten million keys two meet by chance
    with a probability of 3 in a million."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def feed_row(state: FeedState) -> tuple[object, ...]:
    """The columns of `feeds` in the order of `FEED_COLUMNS`."""
    return (
        state.name, state.url, state.home, state.etag, state.modified, state.body_hash, stamped(state.next_check),
        stamped(state.last_checked), stamped(state.last_ok), stamped(state.last_new), state.failures, state.problem,
        state.announced, state.baseline, state.degraded_ids, state.held, _listed(state.gaps),
        _listed(state.pages), stamped(state.failing_since),
    )  # fmt: skip


FEED_COLUMNS = (
    "name", "url", "home", "etag", "modified", "body_hash", "next_check", "last_checked", "last_ok", "last_new",
    "failures", "problem", "announced", "baseline", "degraded_ids", "held", "gaps", "pages",
    "failing_since",
)  # fmt: skip


def feed_state(row: tuple[Any, ...]) -> FeedState:
    """What `feed_row` wrote."""
    (name, url, home, etag, modified, body_hash, next_check, last_checked, last_ok, last_new,
     failures, problem, announced, baseline, degraded_ids, held, gaps, pages, failing) = row  # fmt: skip
    return FeedState(
        name, url, etag, modified, body_hash, instant_of(next_check), instant_of(last_checked), instant_of(last_ok),
        instant_of(last_new), failures, problem, bool(announced), bool(baseline), bool(degraded_ids), held,
        _of_list(gaps), home, _of_list(pages), instant_of(failing),
    )  # fmt: skip


def _listed(some: tuple[object, ...]) -> str:
    return json.dumps(some) if some else "[]"


def _of_list(text: str) -> tuple[Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def added_feed(row: Row) -> AddedFeed:
    """A row of `added_feeds`. What was added may never lie on this machine."""
    feed = Feed(
        row["name"], row["url"], row["language"], row["section"], row["standing"], interval=row["interval"],
        publisher=row["publisher"], notes=row["notes"], local=False, country=row["country"],
    )  # fmt: skip
    return AddedFeed(feed, row["by"], time_in(row["at"]), row["server"])


def when_of(start: str | None, precision: str | None) -> When | None:
    """The publication time from its two columns."""
    return None if start is None else When(time_in(start), cast("Precision", precision))


def finding(row: Row) -> Finding:
    """A row of `findings`."""
    match = Match(row["watch"], True, row["score"], Tier(row["tier"]), REASONS.validate_json(row["reasons"]))
    return Finding(match, FACTS.validate_json(row["facts"]), TEXTS.validate_json(row["quotes"]))


def entry(row: Row) -> Entry:
    """A row of `entries`, without its keys: they are kept as hashes."""
    return Entry(
        row["feed"], (), row["title"], row["summary"], row["link"], language_of(row["language"]),
        when_of(row["published"], row["precision"]), row["outlet"], row["content_hash"],
    )  # fmt: skip


def archived(row: Row, findings: tuple[tuple[int, Finding], ...]) -> Archived:
    """A row of `entries` joined with its current wording, with its findings."""
    seen = time_in(row["seen"])
    return Archived(row["id"], entry(row), row["publisher"], row["standing"], seen, findings, row["wording"])


def wording(row: Row, findings: tuple[Finding, ...]) -> Wording:
    """A row of `wordings` with its findings."""
    return Wording(
        number=row["n"],
        title=row["title"],
        summary=row["summary"],
        content_hash=row["content_hash"],
        first_read=time_in(row["first_read"]),
        last_read=time_in(row["last_read"]),
        returned=tuple(map(time_in, json.loads(row["returned"]))),
        findings=findings,
    )


def source(row: Row) -> Source:
    """An entry joined with its wording, placement and finding (those two are NULL for what nobody flagged)."""
    facts = FACTS.validate_json(row["facts"]) if row["facts"] else Facts()
    return Source(
        entry=row["id"],
        title=row["title"],
        url=row["link"],
        publisher=row["publisher"],
        standing=row["standing"],
        # what was rewritten need not be in its feed's language any more
        language=facts.language if row["rewritten"] else language_of(row["language"]),
        published=when_of(row["published"], row["precision"]),
        seen=time_in(row["seen"]),
        tier=Tier(row["tier"]) if row["tier"] else None,
        facts=facts,
        quotes=TEXTS.validate_json(row["quotes"]) if row["quotes"] else (),
        content_hash=row["content_hash"],
        wording=row["wording"],
        reworded=instant_of(row["since"]),
        rewritten=bool(row["rewritten"]),
        outdated=bool(row["outdated"]) or facts.retracted,
    )


def delivery(row: Row) -> Delivery:
    """A row of `deliveries`."""
    return Delivery(
        id=row["mark"],
        channel=row["channel"],
        kind=row["kind"],
        created=time_in(row["created"]),
        due=time_in(row["due"]),
        state=State(row["state"]),
        action=Loudness(row["action"]),
        story=row["story"],
        stories=tuple(json.loads(row["stories"])),
        change=CHANGE.validate_json(row["change"]) if row["change"] else None,
        notice=NOTICE.validate_json(row["notice"]) if row["notice"] else None,
        attempts=row["attempts"],
        message=row["message"],
        thread=row["thread"],
        reason=cause_of(row["reason"]),
        roles=tuple(json.loads(row["roles"])),
        shown=row["shown"],
        tried=instant_of(row["tried"]),
    )
