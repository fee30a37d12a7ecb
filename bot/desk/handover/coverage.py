"""What is watched and what is not, and how well what happened is known."""

from __future__ import annotations

from datetime import timedelta

from bot.card import Reply
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.handover.coverage import coverage_card
from bot.language import _

LONGEST_COVERAGE = timedelta(days=366)
_USUAL = timedelta(days=30)


async def coverage(question: Question) -> Reply:
    """`coverage [since]`: languages, countries and kinds of source, the share of single sources, and the delays."""
    asked, now, watches, scope = question.time("since"), question.now, question.watches, question.asker.scope
    if asked is not None and asked.start > now:
        raise Trouble(
            _("That is still to come. Ask like this: {prefix}coverage since:90d").format(prefix=question.prefix)
        )
    since = max(asked.start if asked else now - _USUAL, now - LONGEST_COVERAGE)
    told = await question.house.ask(lambda store: store.coverage.coverage(since, now, watches, scope))
    return Reply(cards=(coverage_card(told, now),))
