"""What a dry run found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from bot.card import Line, Span
from bot.desk.question import Question
from bot.wording.formats import clean, cut
from bot.wording.headline import headline
from feeds.watching.rehearsal import SECONDS, ChangeTrial, Forecast

_SHOWN = 3
_LONGEST_LINE = 160


async def forecast_lines(question: Question, watch: str, trial: ChangeTrial, found: Forecast) -> tuple[Line, ...]:
    """What a change would do to the archive, with up to three headlines of what is lost or gained."""
    title = clean(question.house.title(watch))
    ids = (found.lost or ())[:_SHOWN]
    lost = await question.house.ask(lambda store: store.stories.several(ids)) if ids else []
    headlines = [f"story {one.id} · {clean(headline(one))}" for one in lost] or [
        clean(one) for one in (found.gained or ())[:_SHOWN]
    ]
    lines = (*_sentences(f"“{title}”", trial, found), *(f"• {cut(one, _LONGEST_LINE)}" for one in headlines))
    return tuple((Span(one),) for one in lines)


def _sentences(title: str, trial: ChangeTrial, found: Forecast) -> Iterator[str]:
    if found.lost is not None:
        yield _losing(title, found, len(found.lost))
    else:
        yield _gaining(title, found, len(found.gained or ()))
    if not found.whole:
        yield f"There is more than I can look at in {SECONDS:g} seconds: these are the newest."
    elif trial.phrase and found.gained is not None and not found.read:
        yield "No item outside its stories holds these words so far."


def _losing(title: str, found: Forecast, number: int) -> str:
    of = f"{found.stories:,} stories"
    if not found.whole:
        return (
            f"{title} would lose {number:,} of the {found.looked:,} that I looked at, of its {of}; it would gain none."
        )
    return f"{title} would lose {number:,} of {of}, and gain none." if number else f"{title} would lose none of {of}."


def _gaining(title: str, found: Forecast, number: int) -> str:
    return (
        f"{title} would gain {number:,} beside its {found.stories:,} stories, and lose none; "
        f"{found.read:,} of {found.items:,} items were looked at."
    )
