"""`channel …`: settings that are changed in chat, and those that go back to what the file says."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.card import Reply
from bot.channels.texts import channel_value, setting_text, wish_value
from bot.desk.channel.address import here, meant_by, numbered
from bot.desk.channel.commands import SETTINGS
from bot.desk.channel.show import shown_settings
from bot.desk.channel.told import settings_told
from bot.desk.channel.values import LONGEST_SETTING, OFF, misread_setting, read_setting
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.desk.setup.trial import try_out
from bot.language import _, numeral
from bot.wording.formats import clean, cut, enumerated
from bot.wording.query import misread_text
from feeds.model import Channel, Subscription
from feeds.query import Misread
from feeds.query.filters import parse_filter
from feeds.store import Store
from feeds.store.delivery.choices import CHANNEL_SETTINGS


async def channel(question: Question) -> Reply:
    """`channel [setting] [value] [of]`: show the settings, try them, change one, or let the file decide again."""
    name, text = question.text("setting"), question.text("value").strip()
    if name == "test" and not text:
        return await try_out(question)
    if name == "reset":
        return await _reset(question, text)
    if name in SETTINGS:
        return await _set(question, name, text)
    if text:
        raise _unknown(text.split()[0])
    return shown_settings(question)


async def _set(question: Question, name: str, text: str) -> Reply:
    """Change a setting. Raises Trouble."""
    here(question)
    if len(text) > LONGEST_SETTING:
        form = _("That is too long: {most} characters at most, please.")
        raise Trouble(form.format(most=numeral(LONGEST_SETTING)))
    if not text:
        raise misread_setting(name, text)
    return await change_settings(question, await read_choice(question, name, text))


async def read_choice(question: Question, name: str, text: str) -> dict[str, Any]:
    """The values that a setting's text names in the place where it was asked. Raises Trouble."""
    if name == "role":
        return {"role": read_role(question, text)}
    if name == "only":
        return {"only": await read_only(question, text)}
    return read_setting(name, text, _zone(question))


async def change_settings(question: Question, chosen: Mapping[str, Any]) -> Reply:
    """Set these in the channel in which it was asked, for what `of` means there, all of it when it is left out.

    Raises Trouble where it is not clear for which of several a filter is meant.
    """
    wishes = meant_by(question, question.text("of"))
    _check(question, chosen, wishes)
    if not await question.house.change(lambda store: write_settings(store, question, chosen, wishes)):
        return said(
            _("Nothing to change: it is so already. {told}").format(told=settings_told(question, chosen, wishes))
        )
    known = here(question).name
    all_ = await question.house.ask(lambda store: store.subscriptions.of_channel(known))
    changed = [one for one in all_ if one.id in {wish.id for wish in wishes}]
    return said(settings_told(question, chosen, changed, several=len(all_) > 1))


def _check(question: Question, chosen: Mapping[str, Any], wishes: Sequence[Subscription]) -> None:
    if question.text("of") and not chosen.keys() - set(CHANNEL_SETTINGS):
        raise Trouble(_("That holds for the whole channel: please ask without of:."))
    if "only" not in chosen:
        return
    if len(wishes) > 1:
        listed = ", ".join(numbered(question.wishes))
        raise Trouble(_("Which of these is meant? Add of: and its number, such as of:1. {list}").format(list=listed))
    alike = [one for one in question.wishes if (one.watch, one.filter) == (wishes[0].watch, chosen["only"])]
    if alike and alike[0].id != wishes[0].id:
        number = question.wishes.index(alike[0]) + 1
        raise Trouble(_("That is wanted here already, as number {number}.").format(number=number))


def write_settings(store: Store, question: Question, chosen: Mapping[str, Any], wishes: Sequence[Subscription]) -> bool:
    """Change what holds otherwise now and note what it was, both or neither. False where all of it holds already."""
    place, changed = here(question), False
    with store.together():
        for name, value in chosen.items():
            own = name in CHANNEL_SETTINGS
            others = wishes if own else [one for one in wishes if wish_value(name, one) != value]
            if channel_value(name, place) != value if own else others:
                store.choices.change(place.name, {name: value}, of=[one.id for one in others])
                _note(store, question, name, (place, others), setting_text(value))
                changed = True
    return changed


def _note(
    store: Store, question: Question, name: str, old: tuple[Channel, Sequence[Subscription]], new: str | None = None
) -> None:
    """Record a change of a setting, once for the channel, or for each that it was changed for; `new` is None where the
    file decides again."""
    place, wishes = old
    if name in CHANNEL_SETTINGS:
        before = [(place.name, channel_value(name, place))]
    else:
        before = [(f"{one.watch} {place.name}", wish_value(name, one)) for one in wishes]
    for subject, value in before:
        if setting_text(value) != new:
            question.record(store, f"channel {name}", subject, setting_text(value), "file" if new is None else new)


# going back


async def _reset(question: Question, text: str) -> Reply:
    """Forget what was set here, one setting or all of them. Raises Trouble."""
    place, wishes = here(question), meant_by(question, question.text("of"))
    names = None if not text or text.casefold() == "all" else _names(text)
    of = [one.id for one in wishes] if question.text("of") else None
    gone = await question.house.change(lambda store: _forget(store, question, names, of))
    if not gone:
        return said(_("Nothing of that was set here; it is as it was."))
    order = dict.fromkeys(name for changed in (place.changed, *(one.changed for one in wishes)) for name in changed)
    told_ = enumerated([name.replace("_", "-") for name in order if name in gone])
    return said(_("What was set here is forgotten: {names}. What held before holds again.").format(names=told_))


def _names(text: str) -> tuple[str, ...]:
    name = text.casefold().replace("_", "-")
    if name not in SETTINGS:
        raise _unknown(text)
    return ("pings", "posts") if name == "budget" else (name.replace("-", "_"),)


def _forget(
    store: Store, question: Question, names: Sequence[str] | None, of: Sequence[int] | None
) -> frozenset[str]:  # fmt: skip
    place = here(question)
    with store.together():
        gone = store.choices.reset(place.name, names, of)
        for name in sorted(gone):
            holders = [one for one in question.wishes if name in one.changed and (of is None or one.id in of)]
            _note(store, question, name, (place, holders))
    return gone


# values that need the place


def read_role(question: Question, text: str) -> str | None:
    """The id of the role that is mentioned or written as its id; None for nobody. Raises Trouble."""
    if text.casefold() in OFF:
        return None
    role, roles = text.removeprefix("<@&").removesuffix(">"), question.asker.roles
    if roles is None:
        raise Trouble(_("This place has no roles, so nobody can be pinged."))
    if role not in roles:
        known = [key for key, one in roles.items() if one.name.casefold() == text.removeprefix("@").casefold()]
        if len(known) == 1:
            return known[0]
        raise Trouble(
            _("There is no such role here. Mention one: {prefix}channel role @name").format(prefix=question.prefix)
        )
    return role


async def read_only(question: Question, text: str) -> str:
    """The filter that is named, "" for everything. Raises Trouble."""
    if text.casefold() in OFF | {"all"}:
        return ""
    known = question.house.names.known
    found = await question.house.ask(lambda store: parse_filter(text, known(store), question.now))
    if isinstance(found, Misread):
        raise Trouble(misread_text(found))
    return text


def _zone(question: Question) -> str:
    """The time zone that the channel's times are in, the house's where it has none."""
    place = here(question)
    mine = (place.quiet, *(at for _kind, at in place.handovers), place.digest)
    return next((one.zone for one in mine if one is not None), question.house.settings.digest.zone)


def _unknown(word: str) -> Trouble:
    """That a word is no setting, and which was probably meant."""
    near = difflib.get_close_matches(word.casefold()[:30], (*SETTINGS, "show", "reset", "test"), n=1)
    meant = _("I know no setting “{name}”. Did you mean {near}?")
    plain = _("I know no setting “{name}”. There are: {names}.")
    form = meant if near else plain
    return Trouble(form.format(name=cut(clean(word), 30), near="".join(near), names=", ".join(SETTINGS)))
