"""What a dry run found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from bot.card import Line, Span
from bot.desk.question import Question
from bot.language import _, numeral
from bot.wording.counts import items_counted, stories_counted
from bot.wording.formats import clean, cut, quoted
from bot.wording.headline import headline
from feeds.watching.rehearsal import SECONDS, ChangeTrial, Forecast

_SHOWN = 3
_LONGEST_LINE = 160


async def forecast_lines(question: Question, watch: str, trial: ChangeTrial, found: Forecast) -> tuple[Line, ...]:
    """What a change would do to the archive, with up to three headlines of what is lost or gained."""
    title = clean(question.house.title(watch))
    ids = (found.lost or ())[:_SHOWN]
    lost = await question.house.ask(lambda store: store.stories.several(ids)) if ids else []
    headlines = [f"{_('story {id}').format(id=one.id)} · {clean(headline(one))}" for one in lost] or [
        clean(one) for one in (found.gained or ())[:_SHOWN]
    ]
    lines = (*_sentences(quoted(title), trial, found), *(f"• {cut(one, _LONGEST_LINE)}" for one in headlines))
    return tuple((Span(one),) for one in lines)


def _sentences(title: str, trial: ChangeTrial, found: Forecast) -> Iterator[str]:
    if found.lost is not None:
        yield _losing(title, found, len(found.lost))
    else:
        yield _gaining(title, found, len(found.gained or ()))
    if not found.whole:
        yield _("There is more than I can look at in {n} seconds: these are the newest.").format(n=f"{SECONDS:g}")
    elif trial.phrase and found.gained is not None and not found.read:
        yield _("No item outside its stories holds these words so far.")


def _losing(title: str, found: Forecast, number: int) -> str:
    if not found.whole:
        text = _("{title} would lose {n} of the {looked} that I looked at, of its {stories}; it would gain none.")
    elif number:
        text = _("{title} would lose {n} of {stories}, and gain none.")
    else:
        text = _("{title} would lose none of {stories}.")
    told = stories_counted(found.stories)
    return text.format(title=title, n=numeral(number), looked=numeral(found.looked), stories=told)


def _gaining(title: str, found: Forecast, number: int) -> str:
    text = _("{title} would gain {n} beside its {stories}, and lose none; {read} of {items} were looked at.")
    told, items = stories_counted(found.stories), items_counted(found.items)
    return text.format(title=title, n=numeral(number), stories=told, read=numeral(found.read), items=items)
