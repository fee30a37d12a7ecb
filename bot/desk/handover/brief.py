"""What happened since a member last asked in this place, or since a moment that is named."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from bot.card import Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.handover.brief import brief_card
from feeds.handover.choice import FIRST_BRIEF, LONGEST_BRIEF, brief_start
from feeds.model import Channel, Look
from feeds.store import Store

_FIRST = f"The last {FIRST_BRIEF // timedelta(hours=1)} hours"


async def hand_over(question: Question) -> Reply:
    """`brief [since]`: the bottom line, then at most ten lines."""
    since, hint = await _since(question)
    now, watches, place = question.now, question.watches, _place(question)
    found = await question.house.ask(lambda store: store.briefs.between(since, now, watches=watches, place=place))
    labelled = len(watches or question.house.watches) > 1
    card = brief_card(found, now, question.prefix, labelled=labelled)
    return Reply(lines=hint, cards=(card,))


async def _since(question: Question) -> tuple[datetime, tuple[Line, ...]]:
    """Since when to tell, and a line on that where it is not what was asked for. Raises Trouble."""
    asked, now = question.time("since"), question.now
    look = await question.house.ask(lambda store: store.briefs.look(*_who(question)))
    if asked is None:
        since, hint = brief_start(look, now), _hint(look, now)
    elif asked.start > now:
        raise Trouble(f"That is still to come. Ask like this: {question.prefix}brief since:12h")
    else:
        since = max(asked.start, now - LONGEST_BRIEF)
        hint = () if since == asked.start else (_line(f"A brief goes back {LONGEST_BRIEF.days} days, no further."),)
    if look is None or since <= look.at:  # what was asked of a shorter stretch has not told all that is new
        kept = await question.house.change(lambda store: _remember(store, question, Look(since, now)))
        hint = hint if kept or asked else (_line(f"{_FIRST}; {question.prefix}brief since:06:00 tells of another."),)
    return since, hint


def _hint(look: Look | None, now: datetime) -> tuple[Line, ...]:
    if look is None:
        return (_line(f"{_FIRST}, as you ask here for the first time."),)
    if now - look.at > LONGEST_BRIEF:
        return (_line(f"You last asked longer ago than the {LONGEST_BRIEF.days} days that a brief goes back."),)
    return ()


def _remember(store: Store, question: Question, look: Look) -> bool:
    """Note it; False where the archive is only read, from a shell."""
    try:
        store.briefs.looked(*_who(question), look)
    except sqlite3.OperationalError:
        return False
    return True


def _who(question: Question) -> tuple[str, str]:
    """The place and the member, each told from all others."""
    asker = question.asker
    return f"{asker.transport}:{asker.target}", asker.id


def _place(question: Question) -> Channel:
    """The place in which it was asked, whether or not alerts go there."""
    asker = question.asker
    return question.channel or Channel("", asker.transport, asker.target, server=asker.scope or "")


def _line(text: str) -> Line:
    return (Span(text),)
