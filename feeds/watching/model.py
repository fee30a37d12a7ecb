"""What members changed of the watches, as values, and what comes of it beside the operator's files. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.schema import Settings, WatchSettings
from seeds.byhand import PhraseUse, WatchChanges
from seeds.text.fold import fold

ChangedSetting = Literal["enabled", "threshold", "phrase"]
# Thai, Lao, Burmese, Khmer, Chinese and Japanese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uabff\uf900-\ufaff]")
MOST_OWN_PHRASES = 200
"""Phrases of one watch that may be changed."""
LONGEST_OWN_PHRASE = 100


@dataclass(frozen=True, slots=True)
class WatchChange:
    """One thing that a member changed of a watch: `value` is "on" or "off", a number, or what the `phrase` does."""

    watch: str
    setting: ChangedSetting
    value: str
    by: str
    at: datetime
    phrase: str = ""


def changes_of(watch: str, kept: Iterable[WatchChange]) -> WatchChanges:
    """What was changed of what a watch flags."""
    mine = [one for one in kept if one.watch == watch]
    threshold = next((float(one.value) for one in mine if one.setting == "threshold"), None)
    uses: dict[str, PhraseUse] = {"allow": "allow", "block": "block"}
    phrases = ((one.phrase, uses.get(one.value, "")) for one in mine if one.setting == "phrase")
    return WatchChanges(threshold, tuple(sorted(phrases)))


def switched(kept: Iterable[WatchChange], there: Container[str]) -> dict[str, bool]:
    """Which watches were switched on and off; not those that have no folder any more."""
    said = (one for one in kept if one.setting == "enabled" and (one.value == "off" or one.watch in there))
    return {one.watch: one.value == "on" for one in said}


def as_changed(settings: Settings, kept: Iterable[WatchChange], there: Container[str]) -> Settings:
    """The settings with the watches that are on: what was changed goes before the file, watch by watch.

    What was switched on and is not `there` (has no folder) any more is as the file says. Those that the file does not
    list stand behind its own.
    """
    said = switched(kept, there)
    listed = [one.model_copy(update={"enabled": said.get(one.name, one.enabled)}) for one in settings.watch]
    known = {one.name for one in listed}
    further = [WatchSettings(name=name) for name, on in sorted(said.items()) if on and name not in known]
    return settings.model_copy(update={"watch": (*listed, *further)})


def with_change(kept: Iterable[WatchChange], change: WatchChange, *, gone: bool = False) -> tuple[WatchChange, ...]:
    """What was changed once a further change is made, or forgotten (`gone`)."""
    others = tuple(one for one in kept if _same(one) != _same(change))
    return others if gone else (*others, change)


def _same(one: WatchChange) -> tuple[str, str, str]:
    return one.watch, one.setting, fold(one.phrase).strip()


def spaced(phrase: str) -> str:
    """The phrase, where it can be looked up by its words; "" where its script sets no spaces between them."""
    return "" if _UNSPACED.search(phrase) else phrase
