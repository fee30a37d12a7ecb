"""Which of the things that are wanted in a channel is meant: the number in its list of settings, or the watch."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.language import _
from bot.wording.formats import clean, cut
from feeds.model import Channel, Subscription


def here(question: Question) -> Channel:
    """The channel in which it was asked. Raises Trouble where no alerts go there."""
    if question.channel is None:
        raise Trouble(
            _("No alerts go to this channel. {prefix}subscribe posts them here.").format(prefix=question.prefix)
        )
    return question.channel


def meant_by(question: Question, text: str) -> tuple[Subscription, ...]:
    """What is meant by "2" or by a watch, all of it when nothing is said. Raises Trouble."""
    wishes, name = question.wishes, text.strip().removeprefix("#").casefold()
    if not name:
        return wishes
    if name.isdecimal():
        found = wishes[int(name[:6]) - 1 : int(name[:6])] if int(name[:6]) else ()
    else:
        found = tuple(one for one in wishes if one.watch == name)
    if not found:
        said = _("No alerts on “{title}” go to this channel. Name one of: {names}.")
        raise Trouble(said.format(title=cut(clean(text), 40), names=", ".join(numbered(wishes))))
    return found


def numbered(wishes: Sequence[Subscription]) -> list[str]:
    """What is wanted in a channel, each with the number by which it is meant: "1 lake", "2 lake (place:gao)"."""
    return [
        f"{number} {one.watch}" + (f" ({cut(clean(one.filter), 40)})" if one.filter else "")
        for number, one in enumerate(wishes, 1)
    ]
