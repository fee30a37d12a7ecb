"""The answer to `tier`: a member says how urgent a story is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.card import Reply
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.language import _
from bot.wording.formats import clean, listed, tier_word
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
        text = _("There is no story {number}. {prefix}latest shows the newest.")
        raise Trouble(text.format(number=number, prefix=question.prefix))
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
    before = tier_word(done.before.tier)
    return _sentence(done, chosen).format(id=done.after.id, tier=tier_word(done.after.tier), before=before)


def _sentence(done: Corrected, chosen: Tier | None) -> str:
    if chosen is None and done.before.pinned is None:
        return _("Nobody corrected story {id}: its sources make it {tier}.")
    if chosen is None:
        return _("Story {id} is what its sources say again: {tier}.")
    if done.before.tier is not done.after.tier:
        return _("Story {id} is {tier} from now on, not {before}, whatever comes later.")
    if done.before.pinned is not None:
        return _("Story {id} was corrected to {tier} already; it is noted that you say so too.")
    return _("Story {id} is {tier} already, and stays so whatever comes later.")


def _told(done: Corrected, scope: str | None) -> Iterator[str]:
    """Where that is told, of the asker's own channels."""
    edited, told = ([one.name for one in some if scope in (None, one.server)] for some in (done.edited, done.told))
    if edited:
        yield _("Its alert is edited in {channels}.").format(channels=_names(edited))
    if told:
        yield _("It is posted in {channels}.").format(channels=_names(told))
    if done.old and done.after.tier is not done.before.tier:
        yield _("It is too old to be news, so it is posted nowhere.")


def _names(channels: Sequence[str]) -> str:
    return listed(map(clean, channels), 4)
