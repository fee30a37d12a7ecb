"""`subscribe` and `unsubscribe`: what goes to a channel. One thing that is wanted there never ends another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.card import Reply
from bot.desk.channel.address import here, meant_by
from bot.desk.channel.change import read_only, read_role
from bot.desk.channel.told import pinged_of
from bot.desk.parse import Trouble
from bot.desk.question import Asker, Question, said
from bot.language import _
from bot.wording.formats import clean, cut, spaced
from config.schema import Tiers
from feeds.model import Channel, Subscription
from feeds.route import wishes_of
from feeds.store import Store
from feeds.store.delivery.choices import ChosenValues

MOST_WISHES = 25
"""How much may be wanted in one channel."""


async def subscribe(question: Question) -> Reply:
    """`subscribe [watch] [role] [only]`: post the watch's alerts where this was asked, beside what is posted there
    already; with `only` those that it finds.

    The answer says who is pinged, or why nobody is.
    """
    watch, role = _watch(question), question.text("role")
    only = await read_only(question, question.text("only").strip()) if question.text("only").strip() else None
    place = question.channel or _place(question.asker)
    chosen: ChosenValues = {"role": read_role(question, role)} if role else {}
    known = [one for one in question.wishes if one.watch == watch and only in (None, one.filter)]
    if not known and len(question.wishes) >= MOST_WISHES:
        raise Trouble(_("So much is wanted here that nothing more can be: end something first."))
    wanted = replace(_like(question.wishes, place.name, watch), filter=only or "", **chosen)
    await question.house.change(
        lambda store: _set_role(store, question, known, chosen) if known else _begin(store, question, place, wanted)
    )
    there = await question.house.ask(lambda store: _there(store, place, watch, only))
    return said(spaced(*_subscribed(question, there, known=bool(known)), *pinged_of(there, question)))


def _subscribed(question: Question, there: Sequence[Subscription], *, known: bool) -> Iterator[str]:
    """What goes to the channel, and whether it did before."""
    title, filters = clean(question.house.title(there[0].watch)), [one.filter for one in there if one.filter]
    if len(filters) < len(there):
        already = _("Alerts on “{title}” go to this channel already.")
        now = _("Alerts on “{title}” go to this channel from now on.")
    else:
        already = _("Alerts on “{title}” go to this channel already, only what “{filter}” finds.")
        now = _("Alerts on “{title}” go to this channel from now on, only what “{filter}” finds.")
    yield (already if known else now).format(title=title, filter=cut(clean("; ".join(filters)), 100))
    if question.wishes and not known:
        yield _("What went here before still does: {prefix}channel shows it all.").format(prefix=question.prefix)


def _there(store: Store, place: Channel, watch: str, only: str | None) -> list[Subscription]:
    """What is wanted of a watch in a place: the file's wish, where it had been ended before and is taken up again."""
    known = store.channels.at(place.transport, place.target) or place
    of_watch = [one for one in store.subscriptions.of_channel(known.name) if one.watch == watch]
    return [one for one in of_watch if only in (None, one.filter)] or of_watch


def _begin(store: Store, question: Question, place: Channel, wanted: Subscription) -> None:
    with store.together():
        store.subscriptions.add(place, wanted)
        question.record(store, "subscribe", f"{wanted.watch} {wanted.channel}", new=wish_text(wanted, question))


def _set_role(
    store: Store, question: Question, known: Sequence[Subscription], chosen: ChosenValues
) -> None:  # fmt: skip
    """Give what is wanted already another role."""
    with store.together():
        for old in known if chosen else ():
            new = replace(old, role=chosen["role"])
            store.choices.change(old.channel, chosen, of=[old.id])
            if new != old:
                told = (wish_text(one, question) for one in (old, new))
                question.record(store, "subscribe", f"{old.watch} {old.channel}", *told)


def wish_text(wanted: Subscription, question: Question) -> str:
    """A wish for the record, as it could be typed: its role and its filter."""
    role = (question.asker.roles or {}).get(wanted.role or "")
    name = f"@{clean(role.name)}" if role else wanted.role
    return " ".join(filter(None, (name and f"role:{name}", f"only:{wanted.filter or 'all'}")))


async def unsubscribe(question: Question) -> Reply:
    """`unsubscribe [watch]`: post nothing more where this was asked of a watch, of what has a number in the list of
    settings, or of anything."""
    name, ended = here(question).name, meant_by(question, question.text("watch"))
    await question.house.change(lambda store: _end(store, question, name, ended))
    if len(ended) == len(question.wishes):
        return said(_("This channel gets no more alerts. What was posted stays."))
    title, left = (
        clean(question.house.title(ended[0].watch)),
        {one.watch for one in question.wishes if one not in ended},
    )
    if ended[0].watch not in left:
        return said(_("Alerts on “{title}” go to this channel no more. What was posted stays.").format(title=title))
    if not ended[0].filter:
        return said(
            _("Not all alerts on “{title}” go to this channel any more. What was posted stays.").format(title=title)
        )
    gone = _("What “{filter}” finds of “{title}” goes to this channel no more. What was posted stays.")
    return said(gone.format(title=title, filter=cut(clean(ended[0].filter), 100)))


def _end(store: Store, question: Question, channel: str, ended: Sequence[Subscription]) -> None:
    with store.together():
        store.subscriptions.end(channel, question.now, of={one.id for one in ended})
        for one in ended:
            question.record(store, "unsubscribe", f"{one.watch} {channel}", wish_text(one, question))


def _watch(question: Question) -> str:
    """The watch that is named, or the only one. Raises Trouble."""
    watches = question.house.watches
    name = question.text("watch").casefold()
    if name in watches:
        return name
    if not name and len(watches) == 1:
        return next(iter(watches))
    wrong = _("There is no watch “{name}”.").format(name=clean(name)) if name else ""
    if ":" in name:  # what ends a filter before its end is taken for the watch
        quoted = _('Put all that is wanted into straight quotes: {prefix}subscribe only:"place:gao lang:fr".')
        wrong = quoted.format(prefix=question.prefix)
    raise Trouble(spaced(wrong, _("Name one of: {names}.").format(names=", ".join(sorted(watches)))))


def _place(asker: Asker) -> Channel:
    """The place that the asker is in, under a name of its own. Raises Trouble."""
    if not asker.target:
        raise Trouble(_("Alerts cannot be posted here. Ask again in the channel that they should go to."))
    return Channel(f"{asker.transport}:{asker.target}", asker.transport, asker.target, server=asker.server)


def _like(wishes: Sequence[Subscription], channel: str, watch: str) -> Subscription:
    """A wish as loud as the channel's first one, with its role and limits; the usual one where there is none."""
    usual = Subscription(channel, watch, wishes_of(Tiers()))
    return replace(wishes[0], watch=watch, filter="", story=None, changed=(), id=0) if wishes else usual
