"""The answer to `tier`: a member says how urgent a story is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.card import Reply
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.wording.formats import TIERS, clean, listed
from feeds.store import Store
from feeds.store.watching.correcting import Corrected
from seeds.model import Tier

_AUTO = "auto"


async def tier(question: Question) -> Reply:
    """`tier <story> <tier|auto>`: the story is of that tier from now on; its alerts are edited, and it is posted where
    that tier is wanted more loudly and it was not."""
    number, wanted = question.number("story"), question.text("tier")
    chosen = None if wanted == _AUTO else Tier(wanted.replace("-", "_"))
    done = await question.house.change(lambda store: _correct(store, question, number, chosen))
    if done is None:
        raise Trouble(f"There is no story {number}. {question.prefix}latest shows the newest.")
    return said(" ".join((_head(done, chosen), *_told(done, question.asker.scope))))


def _correct(store: Store, question: Question, number: int, chosen: Tier | None) -> Corrected | None:
    fresh = timedelta(hours=question.house.settings.poll.fresh_hours)
    with store.together():
        done = store.correct.tier(number, chosen, question.asker.id, question.now, fresh)
        if done is not None:
            new = done.after.tier.value if chosen else f"{_AUTO} ({done.after.tier.value})"
            question.record(store, "tier", f"story {done.after.id}", done.before.tier.value, new)
    return done


def _head(done: Corrected, chosen: Tier | None) -> str:
    story, name = done.after.id, TIERS[done.after.tier].lower()
    if chosen is None and done.before.pinned is None:
        return f"Nobody corrected story {story}: its sources make it {name}."
    if chosen is None:
        return f"Story {story} is what its sources say again: {name}."
    if done.before.tier is not done.after.tier:
        before = TIERS[done.before.tier].lower()
        return f"Story {story} is {name} from now on, not {before}, whatever comes later."
    if done.before.pinned is not None:
        return f"Story {story} was corrected to {name} already; it is noted that you say so too."
    return f"Story {story} is {name} already, and stays so whatever comes later."


def _told(done: Corrected, scope: str | None) -> Iterator[str]:
    """Where that is told, of the asker's own channels."""
    edited, told = ([one.name for one in some if scope in (None, one.server)] for some in (done.edited, done.told))
    if edited:
        yield f"Its alert is edited in {_names(edited)}."
    if told:
        yield f"It is posted in {_names(told)}."
    if done.old and done.after.tier is not done.before.tier:
        yield "It is too old to be news, so it is posted nowhere."


def _names(channels: Sequence[str]) -> str:
    return listed(map(clean, channels), 4)
