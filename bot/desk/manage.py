"""What managers change besides settings: silence, and which items belong together."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import render
from bot.card import Reply
from bot.desk.channel.address import here
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.language import _
from bot.wording.formats import enumerated
from bot.wording.phrase import phrase
from feeds.model import Channel
from feeds.store import Store


async def mute(question: Question) -> Reply:
    """`mute [hours]`: new stories wait in the digest until then."""
    place, until = here(question), question.now + timedelta(hours=question.number("hours"))
    await question.house.change(lambda store: _hush(store, question, place, until))
    until_then = render.moment_span(until, question.now)
    return Reply(lines=(phrase(_("Quiet here until {when}; new stories wait in the digest."), when=until_then),))


async def unmute(question: Question) -> Reply:
    """`unmute`: speak again."""
    place = here(question)
    if place.muted_until is None or place.muted_until <= question.now:
        return said(_("Nothing was muted here; new stories are posted as before."))
    await question.house.change(lambda store: _hush(store, question, place, None))
    return said(_("New stories are posted here again."))


def _hush(store: Store, question: Question, here: Channel, until: datetime | None) -> None:
    old, new = (f"{at:%Y-%m-%d %H:%M} UTC" if at and at > question.now else "" for at in (here.muted_until, until))
    with store.together():
        store.channels.mute(here.name, until)
        question.record(store, "mute" if until else "unmute", here.name, old, new)


async def merge(question: Question) -> Reply:
    """`merge <story> <other>`: they tell one event."""
    one, other = question.number("story"), question.number("other")
    if one == other:
        raise Trouble(_("These are one story already."))
    elder = await question.house.change(lambda store: _join(store, question, one, other))
    if elder is None:
        raise Trouble(
            _(
                "Stories {one} and {other} cannot be merged: one of them does not exist, they are one "
                "already, or they are of different watches."
            ).format(one=one, other=other)
        )
    return said(_("Merged: story {elder} now has all sources of both.").format(elder=elder))


async def split(question: Question) -> Reply:
    """`split <item>`: it tells another event than the story it is in."""
    entry = question.number("item")
    opened = await question.house.change(lambda store: _part(store, question, entry))
    if not opened:
        raise Trouble(
            _("Item #{entry} cannot be split off: it is in no story, or is the only item of one.").format(entry=entry)
        )
    stories = enumerated([_("story {id}").format(id=one) for one in opened])
    return said(_("Item #{entry} is now {stories}.").format(entry=entry, stories=stories))


def _join(store: Store, question: Question, one: int, other: int) -> int | None:
    fresh = timedelta(hours=question.house.settings.poll.fresh_hours)
    with store.together():
        elder = store.regroup.merge(one, other, question.asker.id, question.now, fresh)
        if elder is not None:
            question.record(store, "merge", f"{one} {other}", new=str(elder))
    return elder


def _part(store: Store, question: Question, entry: int) -> tuple[int, ...]:
    with store.together():
        opened = store.regroup.split(entry, question.asker.id, question.now)
        if opened:
            question.record(store, "split", f"#{entry}", new=" ".join(map(str, opened)))
    return opened
