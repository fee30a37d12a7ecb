"""What managers change: where alerts go, silence, and which items belong together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import words
from bot.card import Reply
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.words import clean
from config.schema import Tiers
from feeds.model import Action, Channel
from seeds.model import Tier


async def subscribe(question: Question) -> Reply:
    """`subscribe [watch]`: post the watch's alerts where this was asked."""
    asker, known, watch = question.asker, question.channel, _watch(question)
    title = clean(question.house.title(watch))
    if known is not None and known.watch == watch:
        return said(f"Alerts on “{title}” go to this channel already.")
    if not asker.target:
        raise Trouble("Alerts cannot be posted here. Ask again in the channel that they should go to.")
    name = f"{asker.transport}:{asker.target}"
    new = Channel(name, asker.transport, asker.target, watch, _wishes(Tiers()))
    channel = replace(known, watch=watch) if known else new
    await question.house.ask(lambda store: store.channels.subscribe(channel))
    return said(f"Alerts on “{title}” go to this channel from now on.")


async def unsubscribe(question: Question) -> Reply:
    """`unsubscribe`: post nothing more where this was asked."""
    name, now = _here(question).name, question.now
    await question.house.ask(lambda store: store.channels.unsubscribe(name, now))
    return said("This channel gets no more alerts. What was posted stays.")


async def mute(question: Question) -> Reply:
    """`mute [hours]`: new stories wait in the digest until then."""
    name, until = _here(question).name, question.now + timedelta(hours=question.number("hours"))
    await question.house.ask(lambda store: store.channels.mute(name, until))
    return said(f"Quiet here until {words.instant(until, question.now)}; new stories wait in the digest.")


async def unmute(question: Question) -> Reply:
    """`unmute`: speak again."""
    name = _here(question).name
    await question.house.ask(lambda store: store.channels.mute(name, None))
    return said("New stories are posted here again.")


async def merge(question: Question) -> Reply:
    """`merge <story> <other>`: they tell one event."""
    one, other = question.number("story"), question.number("other")
    if one == other:
        raise Trouble("These are one story already.")
    by, now = question.asker.id, question.now
    elder = await question.house.ask(lambda store: store.regroup.merge(one, other, by, now))
    if elder is None:
        raise Trouble(
            f"Stories {one} and {other} cannot be merged: one of them does not exist, or they already are one."
        )
    return said(f"Merged: story {elder} now has all sources of both.")


async def split(question: Question) -> Reply:
    """`split <item>`: it tells another event than the story it is in."""
    entry, by, now = question.number("item"), question.asker.id, question.now
    opened = await question.house.ask(lambda store: store.regroup.split(entry, by, now))
    if opened is None:
        raise Trouble(f"Item #{entry} cannot be split off: it is in no story, or is the only item of one.")
    return said(f"Item #{entry} is now story {opened}.")


def _here(question: Question) -> Channel:
    if question.channel is None:
        raise Trouble("No alerts go to this channel.")
    return question.channel


def _watch(question: Question) -> str:
    """The watch that is named, or the only one. Raises Trouble."""
    watches = question.house.watches
    name = question.text("watch").casefold()
    if name in watches:
        return name
    if not name and len(watches) == 1:
        return next(iter(watches))
    wrong = f"There is no watch “{clean(name)}”. " if name else ""
    raise Trouble(f"{wrong}Name one of: {', '.join(sorted(watches))}.")


def _wishes(tiers: Tiers) -> tuple[tuple[Tier, Action], ...]:
    chosen = tiers.model_dump()
    return tuple((tier, Action(chosen[tier])) for tier in Tier if chosen[tier] != "off")
