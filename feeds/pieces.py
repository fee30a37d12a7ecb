"""What a fetch changes, as a plan; one that is too much for one transaction as several, for others wait as long as one
takes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feeds.model import Feed, FeedState, Judged, Notice, NoticeKind, Parsed, Plan
from feeds.sift import Sifted, oldest_first

# Finds that are put into stories in one transaction; each costs up to three hundredths of a second of CPU.
MOST_FINDS = 8


def plan_of(after: FeedState, sifted: Sifted, judged: Sequence[Judged], said: tuple[Notice, ...]) -> Plan:
    """What a fetch changes; `judged` are the new entries, then the changed ones."""
    count = len(sifted.new)
    updated = tuple((entry, one) for (entry, _), one in zip(sifted.changed, judged[count:], strict=False))
    new = tuple(oldest_first(judged[:count]))
    return Plan(after, new, updated, sifted.standing, sifted.aliases, said)


def renamed(feed: Feed, sifted: Sifted, parsed: Parsed) -> tuple[Notice, ...]:
    """What operators are told of a feed that gave its items new names."""
    if not sifted.renamed:
        return ()
    args = {"feed": feed.name, "renamed": sifted.renamed, "items": parsed.count}
    return (Notice(NoticeKind.FEED_RENAMED, args),)


def plan_pieces(plan: Plan, before: FeedState) -> list[Plan]:
    """A plan as several where it is too much for one transaction; all but the last leave the feed unfinished."""
    pieces: list[list[tuple[int | None, Judged]]] = [[]]
    finds = 0
    for one in (*((None, reading) for reading in plan.readings), *plan.updated):
        finds += len(one[1].findings)
        if finds > MOST_FINDS and pieces[-1]:
            pieces.append([])
            finds = len(one[1].findings)
        pieces[-1].append(one)
    part = replace(plan, state=unfinished(plan.state, before), standing=(), aliases=(), notices=(), polls=0)
    plans = [
        replace(
            part,
            readings=tuple(reading for entry, reading in piece if entry is None),
            updated=tuple((entry, reading) for entry, reading in piece if entry is not None),
        )
        for piece in pieces
    ]
    plans[0] = replace(plans[0], notices=plan.notices)
    plans[-1] = replace(plans[-1], state=plan.state, standing=plan.standing, aliases=plan.aliases, polls=plan.polls)
    return plans


def unfinished(after: FeedState, before: FeedState) -> FeedState:
    """The state of a feed of which only a part was taken: the same answer is read again at the next look."""
    return replace(after, etag=None, modified=None, body_hash=None, baseline=before.baseline)
