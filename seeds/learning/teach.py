"""How a document is read is learned from labelled items: for each decision its choices, and from them its weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from seeds.facts.tolls.binding import HARM_NAMES
from seeds.learning.choices import Choice, weigh
from seeds.learning.items import Item
from seeds.tiers.ruling import TIERS, options
from seeds.tiers.signs import Sign
from seeds.watch import Watch, read_document

NOW = datetime(2100, 1, 1, tzinfo=UTC)  # items are judged as of their own publication
_FEW = 4  # events that must hold a sign before it is weighed
SPREADS: Mapping[str, float] = {"tiers": 0.55, "tolls": 0.9}


def tier_weights(watch: Watch, items: Iterable[Item]) -> dict[str, float]:
    """The weights of the signs of tiers, from relevant items that have one."""
    known = [(item, watch.signs(read_document(item.document), NOW)) for item in items if item.tier]
    often = _often((item.event, found) for item, found in known)
    return weigh(_tier_choices(known, often), SPREADS["tiers"])


def _tier_choices(known: Iterable[tuple[Item, tuple[Sign, ...]]], often: frozenset[str]) -> Iterator[Choice]:
    for item, found in known:
        if item.tier is not None:
            told = options(sign for sign in found if sign.name in often)
            yield Choice(told, frozenset({TIERS.index(item.tier)}))


def toll_weights(watch: Watch, items: Iterable[Item]) -> dict[str, float]:
    """The weights of what is said of figures, from relevant items whose toll the readers agree on.

    An item whose figure is no candidate teaches nothing.
    """
    return weigh(_toll_choices(watch, items), SPREADS["tolls"])


def _toll_choices(watch: Watch, items: Iterable[Item]) -> Iterator[Choice]:
    for item in items:
        for harm in HARM_NAMES if item.relevant else ():
            if harm in item.facts:
                found = watch.tolls(read_document(item.document), harm)
                right = frozenset(number for number, one in enumerate(found) if one.count == item.facts[harm])
                if right:
                    yield Choice([one.features for one in found], right)


def _often(found: Iterable[tuple[str, tuple[Sign, ...]]]) -> frozenset[str]:
    """The signs that enough events have."""
    events: dict[str, set[str]] = {}
    for event, signs in found:
        for sign in signs:
            events.setdefault(sign.name, set()).add(event)
    return frozenset(name for name, held in events.items() if len(held) >= _FEW)
