"""What a dry run found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from bot.card import Line, Span
from bot.desk.question import Question
from bot.language import _, decimal, numeral
from bot.wording.formats import clean, cut, quoted
from bot.wording.headline import headline
from feeds.watching.rehearsal import MOST_GAINED, SECONDS, ChangeTrial, Forecast

_SHOWN = 3
_LONGEST_LINE = 160


async def forecast_lines(question: Question, watch: str, trial: ChangeTrial, found: Forecast) -> tuple[Line, ...]:
    """What a change would do to the archive, with up to three headlines of what is lost or gained."""
    title = clean(question.house.title(watch))
    ids = (found.lost or ())[:_SHOWN]
    lost = await question.house.ask(lambda store: store.stories.several(ids)) if ids else []
    headlines = [_("story {id} · {headline}").format(id=one.id, headline=clean(headline(one))) for one in lost] or [
        clean(one) for one in (found.gained or ())[:_SHOWN]
    ]
    lines = (*_sentences(quoted(title), trial, found), *(f"• {cut(one, _LONGEST_LINE)}" for one in headlines))
    return tuple((Span(one),) for one in lines)


def _sentences(title: str, trial: ChangeTrial, found: Forecast) -> Iterator[str]:
    if found.lost is not None:
        yield _losing(title, found, len(found.lost))
    else:
        yield _gaining(title, found, len(found.gained or ()))
    if found.full:
        yield _("I stopped at {most} items that it would gain: these are the newest, and there may be more.").format(
            most=numeral(MOST_GAINED)
        )
    elif not found.whole:
        yield _("There is more than I can look at in {seconds} seconds: these are the newest.").format(
            seconds=decimal(SECONDS)
        )
    elif trial.phrase and found.gained is not None and not found.read:
        yield _("No item outside its stories holds these words so far.")


def _losing(title: str, found: Forecast, number: int) -> str:
    of = {"title": title, "stories": numeral(found.stories), "number": numeral(number)}
    if not found.whole:
        form = _(
            "{title} would lose {number} of the {looked} that I looked at, of its {stories} stories; it would gain "
            "none."
        )
        return form.format(looked=numeral(found.looked), **of)
    form = _("{title} would lose {number} of {stories} stories, and gain none.")
    return (form if number else _("{title} would lose none of {stories} stories.")).format(**of)


def _gaining(title: str, found: Forecast, number: int) -> str:
    return _(
        "{title} would gain {number} beside its {stories} stories, and lose none; {read} of "
        "{items} items were looked at."
    ).format(
        title=title,
        number=numeral(number),
        stories=numeral(found.stories),
        read=numeral(found.read),
        items=numeral(found.items),
    )
