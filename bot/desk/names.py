"""The names that queries may have, and what is offered to who fills in an option: all from memory."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from bot.language import languages, speaking, spoken
from bot.wording.formats import ATTACK_KINDS, attack_word, clean, country, cut, tier_word
from bot.wording.headline import headline
from feeds.query.known import KnownNames, known_names
from feeds.store import Store
from feeds.store.db.thread import StoreThread, TooLong, TooMany
from seeds.lexicon.files import LexiconError
from seeds.model import Tier
from seeds.text.fold import fold

log = logging.getLogger(__name__)

MOST_OFFERED: Final = 25  # Discord's own limit
_LONGEST_CHOICE = 100
_STORIES = 300  # newest ones that are offered
_FRESH, _FIRST = 60.0, 1.0  # seconds
_FROM_STORE = ("place", "region", "kind", "actor", "source", "contingent", "lang")


def lore(watches: Mapping[str, str], folder: Path) -> KnownNames:
    """What the lexicon and the gazetteers of watches (titles by name, which lie in `folder`) know of names; of a watch
    whose files cannot be read only its own."""
    folders = {name: (title, folder / name) for name, title in watches.items()}
    try:
        known = known_names({name: (title, path if path.is_dir() else None) for name, (title, path) in folders.items()})
    except LexiconError as error:
        log.warning("names of places are not known to queries (%s)", error)
        known = known_names({name: (title, None) for name, title in watches.items()})
    return _in_every_language(known)


def _in_every_language(known: KnownNames) -> KnownNames:
    """With what kinds of incident and tiers are called in other languages: a channel's filter may be of any."""
    for language in languages():
        with speaking(language):
            known = known.spelled("kind", {one: (attack_word(one),) for one in ATTACK_KINDS})
            known = known.spelled("tier", {tier.value: (tier_word(tier),) for tier in Tier})
    return known


def with_archive(names: KnownNames, store: Store) -> KnownNames:
    """These names and those that stories in an archive have."""
    for key in _FROM_STORE:
        names = names.with_names(key, store.queries.names(key))
    return names


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that may be chosen, and what is shown for it."""

    value: str
    shown: str


class NameBook:
    """What is known of names. `watches` are titles by name, `folder` holds theirs; `now` counts seconds."""

    def __init__(self, store: StoreThread, watches: Mapping[str, str], folder: Path, now: Callable[[], float]) -> None:
        self._store, self._watches, self._folder, self._now = store, watches, folder, now
        # by language: what a story is offered as is a headline
        self._offers: dict[str, Mapping[str, tuple[tuple[str, Offer], ...]]] = {}
        self._fresh_until: dict[str, float] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}

    @cached_property
    def lore(self) -> KnownNames:
        """What files know of names, whatever is in the archive."""
        return lore(self._watches, self._folder)

    def watch(self, watches: Mapping[str, str]) -> None:
        """Other watches are on from now on."""
        self._watches = watches
        vars(self).pop("lore", None)

    def known(self, store: Store) -> KnownNames:
        """The names that a query may have over an archive, on the thread of that."""
        return with_archive(self.lore, store)

    async def offers(self, key: str, typed: str) -> list[Offer]:
        """At most 25 values for a "place", "source", "contingent" or "story", the best first, from memory alone.

        What is new in the archive is looked up beside, at most once a minute; only the very first who asks waits for
        that, for a second at most.
        """
        self._refresh()
        looking = self._looking.get(spoken())
        if spoken() not in self._offers and looking is not None:
            await asyncio.wait([looking], timeout=_FIRST)
        return _best(self._offers.get(spoken(), {}).get(key, ()), typed)

    def _refresh(self) -> None:
        looking, language = self._looking.get(spoken()), spoken()
        if self._now() < self._fresh_until.get(language, float("-inf")) or (looking is not None and not looking.done()):
            return
        self._fresh_until[language] = self._now() + _FRESH
        self._looking[language] = asyncio.get_running_loop().create_task(self.look())

    async def look(self) -> None:
        """Look up what is offered in the language that is spoken."""
        try:
            self._offers[spoken()] = await self._store.read(self._public)
        except (TooLong, TooMany, sqlite3.OperationalError) as error:
            log.debug("what is offered stays as it was (%s)", error)

    def _public(self, store: Store) -> Mapping[str, tuple[tuple[str, Offer], ...]]:
        """What is offered is offered in every server."""
        with store.told_to(""):
            return self._look(store)

    def _look(self, store: Store) -> Mapping[str, tuple[tuple[str, Offer], ...]]:
        known = self.known(store)
        offers = {key: _named(known, key, store.queries.names(key)) for key in ("place", "source", "contingent")}
        told = (story for story in store.stories.latest(_STORIES) if story.sources)
        stories = ((str(one.id), f"{one.id} · {clean(headline(one))}") for one in told)
        return {**offers, "story": tuple(_offer(value, shown) for value, shown in stories)}


def _named(known: KnownNames, key: str, kept: Iterable[str]) -> tuple[tuple[str, Offer], ...]:
    """The values that stories have, by the name that members read, then those that only the lexicon knows."""
    held = sorted(kept, key=lambda one: _titled(known, key, one).casefold())
    rest = sorted(set(known.shown.get(key, {})) - set(held)) if key != "source" else []
    values = (one for one in (*held, *rest) if len(one) <= _LONGEST_CHOICE)
    return tuple(_offer(one, _titled(known, key, one), known.name(key, one)) for one in values)


def _titled(known: KnownNames, key: str, value: str) -> str:
    if key != "contingent":
        return known.name(key, value)
    name = country(value)
    return f"{name} ({value})" if name != value else name


def _offer(value: str, shown: str, also: str = "") -> tuple[str, Offer]:
    """An offer, and the text in which what is typed is looked for: what is shown, and what it is `also` called."""
    text = cut(clean(shown), _LONGEST_CHOICE) or value
    return fold(text if also in text else f"{text} {also}"), Offer(value, text)


def ranked(offers: Iterable[Offer], typed: str) -> list[Offer]:
    """At most 25 of these that fit what is typed so far, the best first."""
    return _best([_offer(one.value, one.shown) for one in offers if len(one.value) <= _LONGEST_CHOICE], typed)


def _best(known: Sequence[tuple[str, Offer]], typed: str) -> list[Offer]:
    wanted = fold(typed[:_LONGEST_CHOICE]).strip()
    places = sorted((_rank(wanted, folded), place) for place, (folded, _) in enumerate(known))
    return [known[place][1] for rank, place in places[:MOST_OFFERED] if rank < _NO_MATCH]


_NO_MATCH = 3


def _rank(wanted: str, folded: str) -> int:
    """How well a name fits what was typed: it begins so, a word of it does, it has that somewhere, or not at all."""
    if not wanted or folded.startswith(f" {wanted}"):
        return 0
    return 1 if f" {wanted}" in folded else 2 if wanted in folded else _NO_MATCH
