"""What managers change: where alerts go, silence, and which items belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import render
from bot.card import Reply
from bot.desk.parse import Trouble
from bot.desk.question import Asker, Question, said
from bot.language import _
from bot.wording.formats import clean, cut, enumerated, listed, spaced, tier_word
from bot.wording.phrase import phrase
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
        await question.house.change(lambda store: store.subscriptions.add(place, replace(made, role=role or made.role)))
    elif old.origin is Origin.CHAT and (role or only is not None):
        await question.house.change(lambda store: _change(store, old, role, only))
    wanted = await question.house.ask(lambda store: _wanted(store, place, watch))
    head = _subscribed(wanted, clean(question.house.title(watch)), known=old is not None)
    return said(spaced(head, *_unheard(wanted, role, only), _pinged(wanted, question)))


def _subscribed(wanted: Subscription, title: str, *, known: bool) -> str:
    """What goes to the channel, and whether it did before."""
    if not wanted.filter:
        already = _("Alerts on “{title}” go to this channel already.")
        now = _("Alerts on “{title}” go to this channel from now on.")
        return (already if known else now).format(title=title)
    already = _("Alerts on “{title}” go to this channel already, only what “{filter}” finds.")
    now = _("Alerts on “{title}” go to this channel from now on, only what “{filter}” finds.")
    return (already if known else now).format(title=title, filter=cut(clean(wanted.filter), 100))


def _wanted(store: Store, place: Channel, watch: str) -> Subscription:
    """What is wanted of a watch in a place: the file's wish, where it had been ended before and is taken up again."""
    known = store.channels.at(place.transport, place.target) or place
    wanted = _of_watch(store.subscriptions.of_channel(known.name), watch)
    assert wanted is not None, "it was wanted just now"
    return wanted


def _of_watch(wishes: Sequence[Subscription], watch: str) -> Subscription | None:
    """What is wanted of a watch: a manager's wish before the file's, which only the file can change."""
    return max((one for one in wishes if one.watch == watch), key=lambda one: one.origin is Origin.CHAT, default=None)


def _change(store: Store, old: Subscription, role: str | None, only: str | None) -> None:
    """Give a wish another role or filter."""
    chosen = ({"role": role} if role else {}) | ({} if only is None else {"only": only})
    store.choices.change(old.channel, chosen, of=[old.id])


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
        said = _("There is no such role here. Mention one: {prefix}subscribe role:@name")
        raise Trouble(said.format(prefix=question.prefix))
    return role


def _unheard(wanted: Subscription, role: str | None, only: str | None) -> Iterator[str]:
    """That a role or a filter cannot be set from here, where the operator's file has the say."""
    if role is not None and wanted.role != role:
        yield _(
            "What it pings stands in the bot's configuration file, and only whoever runs the bot can change it there."
        )
    if only is not None and wanted.filter != only:
        yield _(
            "Which stories it wants stands in the bot's configuration file, and only whoever runs the bot can change "
            "it there."
        )


def _pinged(wanted: Subscription, question: Question) -> str:
    """Who is pinged for what, or why nobody is; "" where nothing is to be pinged, or a place has no roles."""
    roles, prefix = question.asker.roles, question.prefix
    loud = listed([tier_word(tier) for tier, action in wanted.actions if action is Action.PING], len(Tier))
    if roles is None or not loud:
        return ""
    if wanted.role is None:
        how = (
            _("Nobody is pinged for it yet ({tiers}): {prefix}subscribe {watch} role:@name names a role.")
            if wanted.origin is Origin.CHAT
            else _(
                "Nobody is pinged for it yet ({tiers}): the bot's configuration file names no role for this channel."
            )
        )
        return how.format(tiers=loud, prefix=prefix, watch=wanted.watch)
    role = roles.get(wanted.role)
    if role is None:
        return _("Nobody is pinged: the role {role} is none of this server's.").format(role=wanted.role)
    if not role.rings:
        return _(
            "@{name} cannot be pinged yet: in the server's settings, under Roles, let anyone mention "
            "it, or let this bot mention all roles."
        ).format(name=clean(role.name))
    return _("@{name} is pinged for each {tiers}.").format(name=clean(role.name), tiers=loud)


async def unsubscribe(question: Question) -> Reply:
    """`unsubscribe [watch]`: post nothing more of a watch, or of any, where this was asked."""
    name, now, watch = _here(question).name, question.now, question.text("watch").casefold() or None
    title = clean(question.house.title(watch or ""))
    if watch and watch not in question.watches:
        raise Trouble(
            _("No alerts on “{title}” go to this channel. Name one of: {names}.").format(
                title=title, names=", ".join(question.watches)
            )
        )
    await question.house.change(lambda store: store.subscriptions.end(name, now, watch))
    if watch is None or question.watches == (watch,):
        return said(_("This channel gets no more alerts. What was posted stays."))
    return said(_("Alerts on “{title}” go to this channel no more. What was posted stays.").format(title=title))


async def mute(question: Question) -> Reply:
    """`mute [hours]`: new stories wait in the digest until then."""
    name, until = _here(question).name, question.now + timedelta(hours=question.number("hours"))
    await question.house.change(lambda store: store.channels.mute(name, until))
    until_then = render.moment_span(until, question.now)
    return Reply(lines=(phrase(_("Quiet here until {when}; new stories wait in the digest."), when=until_then),))


async def unmute(question: Question) -> Reply:
    """`unmute`: speak again."""
    here = _here(question)
    if here.muted_until is None or here.muted_until <= question.now:
        return said(_("Nothing was muted here; new stories are posted as before."))
    await question.house.change(lambda store: store.channels.mute(here.name, None))
    return said(_("New stories are posted here again."))


async def merge(question: Question) -> Reply:
    """`merge <story> <other>`: they tell one event."""
    one, other = question.number("story"), question.number("other")
    if one == other:
        raise Trouble(_("These are one story already."))
    by, now = question.asker.id, question.now
    elder = await question.house.change(lambda store: store.regroup.merge(one, other, by, now))
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
    entry, by, now = question.number("item"), question.asker.id, question.now
    opened = await question.house.change(lambda store: store.regroup.split(entry, by, now))
    if not opened:
        raise Trouble(
            _("Item #{entry} cannot be split off: it is in no story, or is the only item of one.").format(entry=entry)
        )
    stories = enumerated([_("story {id}").format(id=one) for one in opened])
    return said(_("Item #{entry} is now {stories}.").format(entry=entry, stories=stories))


def _here(question: Question) -> Channel:
    if question.channel is None:
        raise Trouble(_("No alerts go to this channel."))
    return question.channel


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
    return replace(wishes[0], watch=watch, filter="", story=None) if wishes else usual
