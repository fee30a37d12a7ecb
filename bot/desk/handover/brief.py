"""What happened since a member last asked in this place, or since a moment that is named."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from bot.card import Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.handover.brief import brief_card
from bot.language import _
from feeds.handover.choice import FIRST_BRIEF, LONGEST_BRIEF, brief_start
from feeds.model import Channel, Look
from feeds.store import Store

_FIRST_HOURS = FIRST_BRIEF // timedelta(hours=1)


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
        raise Trouble(_("That is still to come. Ask like this: {prefix}brief since:12h").format(prefix=question.prefix))
    else:
        since = max(asked.start, now - LONGEST_BRIEF)
        far = _("A brief goes back {days} days, no further.").format(days=LONGEST_BRIEF.days)
        hint = () if since == asked.start else (_line(far),)
    if look is None or since <= look.at:  # what was asked of a shorter stretch has not told all that is new
        kept = await question.house.change(lambda store: _remember(store, question, Look(since, now)))
        if not (kept or asked):
            other = _("The last {hours} hours; {prefix}brief since:06:00 tells of another.")
            hint = (_line(other.format(hours=_FIRST_HOURS, prefix=question.prefix)),)
    return since, hint


def _hint(look: Look | None, now: datetime) -> tuple[Line, ...]:
    if look is None:
        first = _("The last {hours} hours, as you ask here for the first time.")
        return (_line(first.format(hours=_FIRST_HOURS)),)
    if now - look.at > LONGEST_BRIEF:
        long_ago = _("You last asked longer ago than the {days} days that a brief goes back.")
        return (_line(long_ago.format(days=LONGEST_BRIEF.days)),)
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
