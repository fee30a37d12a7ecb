"""How a document is read is learned from labelled items: for each decision its choices, and from them its weights.

All items teach but those of the test part; those of the validation part chose between ways to learn before. Signs and
features know no language and no mission, so what the items of one watch teach serves all watches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from seeds.facts.tolls.binding import HARM_NAMES
from seeds.learning.choices import Choice, weigh
from seeds.learning.items import Item
from seeds.learning.verdicts import relevance_weights
from seeds.model import Tier
from seeds.tiers.ruling import BIAS, ORDER, options
from seeds.tiers.signs import Sign
from seeds.watch import Watch, read_document
from seeds.weights import dump_weights, put_weights

NOW = datetime(2100, 1, 1, tzinfo=UTC)  # items are judged as of their own publication
_LEAST = 0.03  # log-odds: a sign that says less of every tier is not kept
_EVEN = 0.8  # 0 takes tiers as often as the items have them, 1 all alike
_FEW = 3  # events that must hold a sign before it is weighed
SPREADS: Mapping[str, float] = {"tiers": 0.45, "tolls": 0.9, "places": 0.9, "contingents": 1.4}


class Lesson(NamedTuple):
    """One decision that is learned: what its weights mean, and what learns them from items."""

    means: str
    learn: Callable[[Watch, Sequence[Item]], Mapping[str, float] | Mapping[str, Sequence[float]]]


_NO_MORE: Mapping[str, Lesson] = MappingProxyType({})


def taught(
    watch: Watch, items: Iterable[Item], more: Mapping[str, Lesson] = _NO_MORE, own: Sequence[Item] = ()
) -> dict[str, str]:
    """The text of each decision's weights file, by its name, learned from all items but those of the test part.

    `more` are lessons that are taught last, `own` the operator's items, which all teach.
    """
    known = [*(item for item in items if item.part != "test"), *own]
    events = len({item.event for item in known})
    told = f"Learned from {len(known)} labelled items of {events} events: do not edit, run `bluehelm learn --weights`."
    texts = {}
    for name, lesson in {**LESSONS, **more}.items():
        learned = lesson.learn(watch, known)
        put_weights(name, learned)
        texts[name] = dump_weights(learned, (lesson.means, told))
    return texts


def tier_weights(watch: Watch, items: Iterable[Item]) -> dict[str, tuple[float, ...]]:
    """What each sign weighs for each tier, from relevant items that have one."""
    known = [(item, watch.signs(read_document(item.document), NOW)) for item in items if item.tier]
    counts = _evened(item.tier for item, _ in known if item.tier)
    often = _often((item.event, found) for item, found in known)
    weights = weigh(_tier_choices(known, often, counts), SPREADS["tiers"])
    rows = {name: tuple(weights.get(f"{tier} {name}", 0.0) for tier in ORDER) for name in (BIAS, *sorted(often))}
    return {name: row for name, row in rows.items() if name == BIAS or max(map(abs, row)) >= _LEAST}


def _evened(tiers: Iterable[Tier]) -> dict[Tier, float]:
    """For how many items one of each tier stands, so that rare tiers are learned as well as frequent ones: which tiers
    a feed brings differs from year to year."""
    found = Counter(tiers)
    return {tier: (found.total() / len(ORDER) / number) ** _EVEN for tier, number in found.items()}


def _tier_choices(
    known: Iterable[tuple[Item, tuple[Sign, ...]]], often: frozenset[str], counts: Mapping[Tier, float]
) -> Iterator[Choice]:
    for item, found in known:
        if item.tier is not None:
            told = options(sign.name for sign in found if sign.name in often)
            yield Choice(told, frozenset({ORDER.index(item.tier)}), counts[item.tier])


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


def place_weights(watch: Watch, items: Iterable[Item]) -> dict[str, float]:
    """The weights of what is said of places, from relevant items whose place the readers agree on.

    An item whose place the gazetteer does not know teaches nothing.
    """
    return weigh(_place_choices(watch, items), SPREADS["places"])


def _place_choices(watch: Watch, items: Iterable[Item]) -> Iterator[Choice]:
    for item in items:
        if item.relevant and "place" in item.facts:
            found = watch.scenes(read_document(item.document))
            named = _plain(item.facts["place"])
            right = frozenset(number for number, one in enumerate(found) if _plain(one.name) == named)
            if right and len(found) > 1:
                yield Choice([one.features for one in found], right)


def contingent_weights(watch: Watch, items: Iterable[Item]) -> dict[str, float]:
    """The weights of what is said of countries, from relevant items whose contingents the readers agree on."""
    return weigh(_contingent_choices(watch, items), SPREADS["contingents"])


def _contingent_choices(watch: Watch, items: Iterable[Item]) -> Iterator[Choice]:
    for item in items:
        if item.relevant and "contingents" in item.facts:
            for one in watch.contributors(read_document(item.document)):
                yield Choice([one.features, {}], frozenset({0 if one.code in item.facts["contingents"] else 1}))


def _plain(name: str | None) -> str | None:
    return name and name.replace("-", " ").casefold()


def _often(found: Iterable[tuple[str, tuple[Sign, ...]]]) -> frozenset[str]:
    """The signs that enough events have."""
    events: dict[str, set[str]] = {}
    for event, signs in found:
        for sign in signs:
            events.setdefault(sign.name, set()).add(event)
    return frozenset(name for name, held in events.items() if len(held) >= _FEW)


# In this order: the place tells which figures are of another incident, and the facts are signs of a tier.
LESSONS: Mapping[str, Lesson] = {
    "relevance": Lesson(
        "What each feature of a document, and each two together, say for its being of a watch, in log-odds.",
        relevance_weights,
    ),
    "places": Lesson("How much each thing said of a place speaks for its being the scene, in log-odds.", place_weights),
    "tolls": Lesson("How much each thing said of a figure speaks for its being the toll, in log-odds.", toll_weights),
    "contingents": Lesson(
        "How much each thing said of a country speaks for its contingent's being told of, in log-odds.",
        contingent_weights,
    ),
    "tiers": Lesson(
        f"What each sign of a document says for each tier ({', '.join(ORDER)}), in log-odds.", tier_weights
    ),
}
