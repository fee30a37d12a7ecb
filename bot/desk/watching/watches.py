"""The answer to `watch`: which watches there are, what one watches; one is switched on or off."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.card import Card, Field, Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.desk.rights import refusal_text
from bot.desk.watching.about import AboutWatch, threshold_of, title_of
from bot.desk.watching.reach import change_watch, folder_of, read_about, watching_of
from bot.wording.formats import clean, count, country, cut, day, listed
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
    return refusal_text(f"{asker.prefix}watch {action}", "archive", asker.rights, in_server=bool(asker.server))


async def _list(question: Question) -> Reply:
    """Every watch that there is, with whether it is on and who says so."""
    watching = watching_of(question)
    known = await asyncio.to_thread(_titles, watching)
    names = [*known, *(name for name in watching.watches if name not in known)]
    stories = await question.house.ask(lambda store: store.watches.stories())
    lines = tuple(_line(question, name, known.get(name), stories.get(name, 0)) for name in names[:_MOST_LISTED])
    more = f" · {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    hint = f"{question.prefix}watch show <name> says what one watches{more}"
    return Reply(cards=(Card(f"{count(len(watching.watches), 'watch', 'watches')} on", lines=lines, footer=hint),))


def _titles(watching: LiveWatches) -> dict[str, str | None]:
    return {name: title_of(watching.root / name) for name in watch_names(watching.root)}


def _line(question: Question, name: str, title: str | None, stories: int) -> Line:
    """ "name · Its title · on, as a member said on 10 Feb 2021 · 214 stories"."""
    watching = watching_of(question)
    on = name in watching.watches
    told = title if title is not None else "its files cannot be used"
    state = f" · {clean(told)} · {'on' if on else 'off'}{_who(watching, name)} · {count(stories, 'story')}"
    return (Span(name, strong=True), Span(cut(state, 250)))


def _who(watching: LiveWatches, name: str) -> str:
    """Who says whether a watch is on; "" where nobody switched it on or off."""
    said_so = next((one for one in watching.kept if one.watch == name and one.setting == "enabled"), None)
    if said_so is not None:
        return f", as was said in chat on {day(said_so.at)}"
    return ", as the operator's file says" if name in watching.listed else ""


async def _show(question: Question, name: str) -> Reply:
    """What a watch watches, and what was changed of it."""
    folder = await folder_of(question, name)
    about, watching = await read_about(question, folder), watching_of(question)
    kept = [one for one in watching.kept if one.watch == folder.name]
    stories = (await question.house.ask(lambda store: store.watches.stories())).get(folder.name, 0)
    on = f"{'on' if folder.name in watching.watches else 'off'}{_who(watching, folder.name)}"
    lines = ((Span(f"{folder.name} · {on} · {count(stories, 'story')}"),),)
    return Reply(cards=(Card(clean(about.settings["title"]), lines=lines, fields=tuple(_fields(about, kept))),))


def _fields(about: AboutWatch, kept: Sequence[WatchChange]) -> Iterator[Field]:
    names = [*about.mission.get("acronyms", ())[:3], *about.mission.get("names", ())[:2]]
    every = len(about.mission.get("acronyms", ())) + len(about.mission.get("names", ()))
    yield _field("Mission", f"{about.settings['mission']}: {', '.join(names)}", f"{count(every, 'spelling')} in all")
    yield _field("Places", listed(about.places, _NAMES))
    codes = dict.fromkeys([*about.mission.get("contributors", ()), *about.settings.get("contingents", ())])
    yield _field("Contingents", listed(map(country, codes), _NAMES) or "none is known")
    yield _field("Learned from", count(about.documents, "document"))
    own = f"; its files say {threshold_of(about.settings):g}" if _changed(kept, "threshold") else ""
    yield _field("Flags from", f"a score of {about.threshold:g} on{own}")
    for use, title in (("allow", "These words alone let in"), ("block", "These words alone keep out")):
        if phrases := _phrases(about.changed, use, kept):
            yield _field(title, listed(phrases, _NAMES))


def _changed(kept: Sequence[WatchChange], setting: str) -> bool:
    return any(one.setting == setting for one in kept)


def _phrases(settings: Mapping[str, Any], use: str, kept: Sequence[WatchChange]) -> list[str]:
    """The phrases of one use, those of chat marked."""
    chat = {one.phrase for one in kept if one.setting == "phrase"}
    return [f"“{clean(one)}”{' (from chat)' if one in chat else ''}" for one in settings.get(use, ())]


def _field(name: str, *lines: str) -> Field:
    return Field(name, tuple((Span(cut(clean(line), 500)),) for line in lines))


async def _switch(question: Question, name: str, *, on: bool) -> Reply:
    """A watch is on from now on, or off; its archive stays as it is."""
    folder, watching = await folder_of(question, name), watching_of(question)
    name = folder.name
    title = f"“{clean(question.house.title(name))}”"
    if on == (name in watching.watches):
        return said(f"{title} is {'watched' if on else 'off'} already.")
    if not on and len(watching.watches) == 1:
        raise Trouble("It is the only watch that is on. Switch another one on first.")
    change = WatchChange(name, "enabled", "on" if on else "off", question.asker.signature, question.now)
    kept = with_change(watching.kept, change)
    await change_watch(question, kept, lambda store: _write(store, question, change))
    return said(await _switched_on(question, name) if on else f"{title} is off. Its stories stay in the archive.")


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
    title = f"“{clean(question.house.title(name))}”"
    if not told:
        return (
            f"{title} is watched from now on. No channel is told of it yet: "
            f"{question.prefix}subscribe {name} posts its alerts here."
        )
    return f"{title} is watched from now on. Its alerts go to {count(len(told), 'channel')}."
