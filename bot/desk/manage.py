"""What managers change: where alerts go, silence, and which items belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import render
from bot.card import Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Asker, Question, said
from bot.wording.formats import TIERS, clean, cut, listed
from bot.wording.query import misread_text
from config.schema import Tiers
from feeds.model import Action, Channel, Origin, Subscription
from feeds.query import Misread
from feeds.query.filters import parse_filter
from feeds.route import wishes_of
from feeds.store import Store
from seeds.model import Tier


async def subscribe(question: Question) -> Reply:
    """`subscribe [watch] [role] [only]`: post the watch's alerts where this was asked, beside what is posted there
    already; with `only` those that it finds.

    The answer says who is pinged, or why nobody is.
    """
    asker, watch, role, only = question.asker, _watch(question), _role(question), await _only(question)
    place = question.channel or _place(asker)
    old = _of_watch(question.wishes, watch)
    if old is None:
        made = replace(_like(question.wishes, place.name, watch), filter=only or "")
        await question.house.change(lambda store: _begin(store, question, place, replace(made, role=role or made.role)))
    elif old.origin is Origin.CHAT and (role or only is not None):
        await question.house.change(lambda store: _change(store, question, old, (role, only)))
    wanted = await question.house.ask(lambda store: _wanted(store, place, watch))
    title, since = clean(question.house.title(watch)), "already" if old else "from now on"
    narrowed = f", only what “{cut(clean(wanted.filter), 100)}” finds" if wanted.filter else ""
    head = f"Alerts on “{title}” go to this channel {since}{narrowed}."
    return said(" ".join(filter(None, (head, *_unheard(wanted, role, only), _pinged(wanted, question)))))


def _wanted(store: Store, place: Channel, watch: str) -> Subscription:
    """What is wanted of a watch in a place: the file's wish, where it had been ended before and is taken up again."""
    known = store.channels.at(place.transport, place.target) or place
    wanted = _of_watch(store.subscriptions.of_channel(known.name), watch)
    assert wanted is not None, "it was wanted just now"
    return wanted


def _of_watch(wishes: Sequence[Subscription], watch: str) -> Subscription | None:
    """What is wanted of a watch: a manager's wish before the file's, which only the file can change."""
    return max((one for one in wishes if one.watch == watch), key=lambda one: one.origin is Origin.CHAT, default=None)


def _begin(store: Store, question: Question, place: Channel, wanted: Subscription) -> None:
    with store.together():
        store.subscriptions.add(place, wanted)
        question.record(store, "subscribe", f"{wanted.watch} in {wanted.channel}", new=_told(wanted, question))


def _change(store: Store, question: Question, old: Subscription, given: tuple[str | None, str | None]) -> None:
    """Give a manager's wish another role or filter."""
    role, only = given
    with store.together():
        narrowed = old if only is None else store.subscriptions.narrow(old, only)
        new = replace(narrowed, role=role or old.role)
        store.subscriptions.change(new)
        if new != old:
            question.record(
                store, "subscribe", f"{old.watch} in {old.channel}", _told(old, question), _told(new, question)
            )


def _told(wanted: Subscription, question: Question) -> str:
    """A wish for the record: its role and its filter."""
    role = (question.asker.roles or {}).get(wanted.role or "")
    name = f"@{clean(role.name)}" if role else wanted.role
    named = (name and f"role {name}", wanted.filter and f"only {wanted.filter}")
    return ", ".join(filter(None, named)) or "all"


async def _only(question: Question) -> str | None:
    """The filter that is named, "" where everything is wanted again, None where none is named. Raises Trouble."""
    text = question.text("only").strip()
    if not text or text.casefold() == "all":
        return "" if text else None
    known = question.house.names.known
    found = await question.house.ask(lambda store: parse_filter(text, known(store), question.now))
    if isinstance(found, Misread):
        raise Trouble(misread_text(found))
    return text


def _role(question: Question) -> str | None:
    """The role that is named, when it is one of the place's. Raises Trouble."""
    role, roles = question.text("role") or None, question.asker.roles
    if role and role not in (roles or ()):
        raise Trouble("There is no such role here. Mention one: " + question.prefix + "subscribe role:@name")
    return role


def _unheard(wanted: Subscription, role: str | None, only: str | None) -> Iterator[str]:
    """That a role or a filter cannot be set from here, where the operator's file has the say."""
    there = "stands in the bot's configuration file, and only whoever runs the bot can change it there."
    if role is not None and wanted.role != role:
        yield f"What it pings {there}"
    if only is not None and wanted.filter != only:
        yield f"Which stories it wants {there}"


def _pinged(wanted: Subscription, question: Question) -> str:
    """Who is pinged for what, or why nobody is; "" where nothing is to be pinged, or a place has no roles."""
    roles, prefix = question.asker.roles, question.prefix
    loud = listed([TIERS[tier].lower() for tier, action in wanted.actions if action is Action.PING], len(Tier))
    if roles is None or not loud:
        return ""
    if wanted.role is None:
        chat = f"{prefix}subscribe {wanted.watch} role:@name names a role"
        how = chat if wanted.origin is Origin.CHAT else "the bot's configuration file names no role for this channel"
        return f"Nobody is pinged for it yet ({loud}): {how}."
    role = roles.get(wanted.role)
    if role is None:
        return f"Nobody is pinged: the role {wanted.role} is none of this server's."
    if not role.rings:
        return (
            f"@{clean(role.name)} cannot be pinged yet: in the server's settings, under Roles, let anyone mention it, "
            "or let this bot mention all roles."
        )
    return f"@{clean(role.name)} is pinged for each {loud}."


async def unsubscribe(question: Question) -> Reply:
    """`unsubscribe [watch]`: post nothing more of a watch, or of any, where this was asked."""
    name, watch = _here(question).name, question.text("watch").casefold() or None
    title = clean(question.house.title(watch or ""))
    if watch and watch not in question.watches:
        raise Trouble(f"No alerts on “{title}” go to this channel. Name one of: {', '.join(question.watches)}.")
    await question.house.change(lambda store: _end(store, question, name, watch))
    if watch is None or question.watches == (watch,):
        return said("This channel gets no more alerts. What was posted stays.")
    return said(f"Alerts on “{title}” go to this channel no more. What was posted stays.")


def _end(store: Store, question: Question, channel: str, watch: str | None) -> None:
    ended = [one for one in store.subscriptions.of_channel(channel) if watch in (None, one.watch)]
    with store.together():
        store.subscriptions.end(channel, question.now, watch)
        for one in ended:
            question.record(store, "unsubscribe", f"{one.watch} in {channel}", _told(one, question))


async def mute(question: Question) -> Reply:
    """`mute [hours]`: new stories wait in the digest until then."""
    here, until = _here(question), question.now + timedelta(hours=question.number("hours"))
    await question.house.change(lambda store: _hush(store, question, here, until))
    quiet = (Span("Quiet here until "), render.moment_span(until, question.now))
    return Reply(lines=((*quiet, Span("; new stories wait in the digest.")),))


async def unmute(question: Question) -> Reply:
    """`unmute`: speak again."""
    here = _here(question)
    if here.muted_until is None or here.muted_until <= question.now:
        return said("Nothing was muted here; new stories are posted as before.")
    await question.house.change(lambda store: _hush(store, question, here, None))
    return said("New stories are posted here again.")


def _hush(store: Store, question: Question, here: Channel, until: datetime | None) -> None:
    old, new = (f"{at:%Y-%m-%d %H:%M} UTC" if at and at > question.now else "" for at in (here.muted_until, until))
    with store.together():
        store.channels.mute(here.name, until)
        question.record(store, "mute" if until else "unmute", here.name, old, new)


async def merge(question: Question) -> Reply:
    """`merge <story> <other>`: they tell one event."""
    one, other = question.number("story"), question.number("other")
    if one == other:
        raise Trouble("These are one story already.")
    elder = await question.house.change(lambda store: _join(store, question, one, other))
    if elder is None:
        raise Trouble(
            f"Stories {one} and {other} cannot be merged: one of them does not exist, "
            "they are one already, or they are of different watches."
        )
    return said(f"Merged: story {elder} now has all sources of both.")


async def split(question: Question) -> Reply:
    """`split <item>`: it tells another event than the story it is in."""
    entry = question.number("item")
    opened = await question.house.change(lambda store: _part(store, question, entry))
    if not opened:
        raise Trouble(f"Item #{entry} cannot be split off: it is in no story, or is the only item of one.")
    return said(f"Item #{entry} is now {' and '.join(f'story {one}' for one in opened)}.")


def _join(store: Store, question: Question, one: int, other: int) -> int | None:
    fresh = timedelta(hours=question.house.settings.poll.fresh_hours)
    with store.together():
        elder = store.regroup.merge(one, other, question.asker.id, question.now, fresh)
        if elder is not None:
            question.record(store, "merge", f"stories {one} and {other}", new=f"story {elder}")
    return elder


def _part(store: Store, question: Question, entry: int) -> tuple[int, ...]:
    with store.together():
        opened = store.regroup.split(entry, question.asker.id, question.now)
        if opened:
            question.record(store, "split", f"item #{entry}", new=", ".join(f"story {one}" for one in opened))
    return opened


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
    if ":" in name:  # what ends a filter before its end is taken for the watch
        wrong = f'Put all that is wanted into straight quotes: {question.prefix}subscribe only:"place:gao lang:fr". '
    raise Trouble(f"{wrong}Name one of: {', '.join(sorted(watches))}.")


def _place(asker: Asker) -> Channel:
    """The place that the asker is in, under a name of its own. Raises Trouble."""
    if not asker.target:
        raise Trouble("Alerts cannot be posted here. Ask again in the channel that they should go to.")
    return Channel(f"{asker.transport}:{asker.target}", asker.transport, asker.target, server=asker.server)


def _like(wishes: Sequence[Subscription], channel: str, watch: str) -> Subscription:
    """A wish as loud as the channel's first one, with its role and limits; the usual one where there is none."""
    usual = Subscription(channel, watch, wishes_of(Tiers()))
    return replace(wishes[0], watch=watch, filter="", story=None) if wishes else usual
