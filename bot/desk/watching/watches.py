"""The answer to `watch`: which watches there are, what one watches; one is switched on or off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from bot.card import Card, Field, Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.desk.rights import refusal_text
from bot.desk.watching.about import AboutWatch, threshold_of, title_of
from bot.desk.watching.reach import change_watch, folder_of, read_about, watching_of
from bot.language import _, decimal, in_context, plural
from bot.wording.counts import stories_counted
from bot.wording.formats import clean, colon, country, cut, day, joined, listed, quoted
from feeds.store import Store
from feeds.watching.live import LiveWatches
from feeds.watching.model import WatchChange, with_change
from seeds.watchfolder import watch_names

_MOST_LISTED = 40
_NAMES = 8


async def watch(question: Question) -> Reply:
    """`watch [list|show|add|drop] [name]`: see the actions below."""
    action, name = question.text("action"), question.text("name").strip()
    if action == "list" and not name:
        return await _list(question)
    if action in ("list", "show"):
        return await _show(question, name)
    if not question.may("archive"):
        raise Trouble(_refused(question, action))
    return await _switch(question, name, on=action == "add")


def _refused(question: Question, action: str) -> str:
    asker = question.asker
    return refusal_text(
        f"{asker.prefix}{in_context('command', 'watch')} {action}",
        "archive",
        asker.rights,
        in_server=bool(asker.server),
    )


async def _list(question: Question) -> Reply:
    """Every watch that there is, with whether it is on and who says so."""
    watching = watching_of(question)
    known = await asyncio.to_thread(_titles, watching)
    names = [*known, *(name for name in watching.watches if name not in known)]
    stories = await question.house.ask(lambda store: store.watches.stories())
    lines = tuple(_line(question, name, known.get(name), stories.get(name, 0)) for name in names[:_MOST_LISTED])
    hint = _("{prefix}watch show <name> says what one watches").format(prefix=question.prefix)
    left = len(names) - _MOST_LISTED
    footer = joined((hint, plural("{n} more", "{n} more", left) if left > 0 else None))
    on = plural("{n} watch on", "{n} watches on", len(watching.watches))
    return Reply(cards=(Card(on, lines=lines, footer=footer),))


def _titles(watching: LiveWatches) -> dict[str, str | None]:
    return {name: title_of(watching.root / name) for name in watch_names(watching.root)}


def _line(question: Question, name: str, title: str | None, stories: int) -> Line:
    """ "name · Its title · on, as a member said on 10 Feb 2021 · 214 stories"."""
    watching = watching_of(question)
    told = _(title) if title is not None else _("its files cannot be used")
    state = joined((clean(told), _who(watching, name), stories_counted(stories)))
    return (Span(name, strong=True), Span(cut(f" · {state}", 250)))


def _who(watching: LiveWatches, name: str) -> str:
    """Whether a watch is on, and who says so, where it was switched on or off or stands in the file."""
    on = name in watching.watches
    said_so = next((one for one in watching.kept if one.watch == name and one.setting == "enabled"), None)
    if said_so is not None:
        form = _("on, as was said in chat on {day}") if on else _("off, as was said in chat on {day}")
        return form.format(day=day(said_so.at))
    if name in watching.listed:
        return _("on, as the operator's file says") if on else _("off, as the operator's file says")
    return _("on") if on else _("off")


async def _show(question: Question, name: str) -> Reply:
    """What a watch watches, and what was changed of it."""
    folder = await folder_of(question, name)
    about, watching = await read_about(question, folder), watching_of(question)
    kept = [one for one in watching.kept if one.watch == folder.name]
    stories = (await question.house.ask(lambda store: store.watches.stories())).get(folder.name, 0)
    state = joined((folder.name, _who(watching, folder.name), stories_counted(stories)))
    lines = ((Span(state),),)
    return Reply(cards=(Card(clean(_(about.settings["title"])), lines=lines, fields=tuple(_fields(about, kept))),))


def _fields(about: AboutWatch, kept: Sequence[WatchChange]) -> Iterator[Field]:
    names = [*about.mission.get("acronyms", ())[:3], *about.mission.get("names", ())[:2]]
    every = len(about.mission.get("acronyms", ())) + len(about.mission.get("names", ()))
    yield _field(
        _("Mission"),
        f"{about.settings['mission']}{colon()}{', '.join(names)}",
        plural("{n} spelling in all", "{n} spellings in all", every),
    )
    yield _field(_("Places"), listed(about.places, _NAMES))
    codes = dict.fromkeys([*about.mission.get("contributors", ()), *about.settings.get("contingents", ())])
    yield _field(_("Contingents"), listed(map(country, codes), _NAMES) or _("none is known"))
    yield _field(_("Learned from"), plural("{n} document", "{n} documents", about.documents))
    form = _("a score of {threshold} on")
    if _changed(kept, "threshold"):
        form = _("a score of {threshold} on; its files say {own}")
    own = decimal(threshold_of(about.settings))
    yield _field(_("Flags from"), form.format(threshold=decimal(about.threshold), own=own))
    for use, title in (("allow", _("These words alone let in")), ("block", _("These words alone keep out"))):
        if phrases := _phrases(about.changed, use, kept):
            yield _field(title, listed(phrases, _NAMES))


def _changed(kept: Sequence[WatchChange], setting: str) -> bool:
    return any(one.setting == setting for one in kept)


def _phrases(settings: Mapping[str, Any], use: str, kept: Sequence[WatchChange]) -> list[str]:
    """The phrases of one use, those of chat marked."""
    chat = {one.phrase for one in kept if one.setting == "phrase"}
    said = {one: quoted(clean(one)) for one in settings.get(use, ())}
    return [_("{phrase} (from chat)").format(phrase=said[one]) if one in chat else said[one] for one in said]


def _field(name: str, *lines: str) -> Field:
    return Field(name, tuple((Span(cut(clean(line), 500)),) for line in lines))


async def _switch(question: Question, name: str, *, on: bool) -> Reply:
    """A watch is on from now on, or off; its archive stays as it is."""
    folder, watching = await folder_of(question, name), watching_of(question)
    name = folder.name
    title = quoted(clean(question.house.title(name)))
    if on == (name in watching.watches):
        already = _("{title} is watched already.") if on else _("{title} is off already.")
        return said(already.format(title=title))
    if not on and len(watching.watches) == 1:
        raise Trouble(_("It is the only watch that is on. Switch another one on first."))
    change = WatchChange(name, "enabled", "on" if on else "off", question.asker.signature, question.now)
    made = partial(with_change, change=change)
    await change_watch(question, made, lambda store: _write(store, question, change))
    return said(
        await _switched_on(question, name)
        if on
        else _("{title} is off. Its stories stay in the archive.").format(title=title)
    )


def _write(store: Store, question: Question, change: WatchChange) -> None:
    with store.together():
        old = next((one.value for one in store.watches.all() if one.watch == change.watch and one.setting == "enabled"),
                   "as the file says")  # fmt: skip
        store.watches.put(change)
        question.record(store, "watch add" if change.value == "on" else "watch drop", change.watch, old, change.value)


async def _switched_on(question: Question, name: str) -> str:
    """That a watch is on, and where its alerts go."""
    found = await question.house.ask(lambda store: store.subscriptions.of_watch(name))
    told = [one for one, _ in found if question.asker.scope in (None, one.server)]
    title = quoted(clean(question.house.title(name)))
    if not told:
        return _(
            "{title} is watched from now on. No channel is told of it yet: {prefix}subscribe {name} "
            "posts its alerts here."
        ).format(title=title, prefix=question.prefix, name=name)
    return _("{title} is watched from now on. Its alerts go to {count}.").format(
        title=title, count=plural("{n} channel", "{n} channels", len(told))
    )
