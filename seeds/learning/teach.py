"""How a document is read is learned from labelled items: for each decision its choices, and from them its weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from seeds.facts.tolls.binding import HARM_NAMES
from seeds.learning.choices import Choice, weigh
from seeds.learning.items import Item
from seeds.model import Document, Tier
from seeds.relevance.features import BIAS, BIAS_VALUE, speaks, weighed
from seeds.tiers import ruling
from seeds.tiers.ruling import TIERS, options
from seeds.tiers.signs import Sign
from seeds.watch import Watch, read_document
from seeds.weights import Features, Weights

NOW = datetime(2100, 1, 1, tzinfo=UTC)  # items are judged as of their own publication
# What says much of relevance before any item is read, in log-odds: some of it is too rare to be learned.
CENTRE: Weights = {
    BIAS: -5.0 / BIAS_VALUE,
    "name": 10.0,
    "document": 6.0,
    "misspelt": 6.0,
    "person": 3.0,
    "rival": -3.0,
    "agency": -0.5,
    "role:document": 6.0,
    **{f"role:{tie}": 7.0 for tie in ("phrase", "sentence", "across")},
}
_LEAST = 0.03  # log-odds: a sign that says less of every tier is not kept
_EVEN = 0.8  # 0 takes tiers as often as the items have them, 1 all alike
_ENOUGH = 10  # … a feature of relevance
_SILENT = 300.0  # documents that tell nothing of a watch, for one that tells something
_HARM = 16.0  # items whose miss is as bad as one false alarm
_FEW = 3  # events that must hold a sign before it is weighed
SPREADS: Mapping[str, float] = {"tiers": 0.45, "tolls": 0.9, "relevance": 0.32}


def tier_weights(watch: Watch, items: Iterable[Item]) -> dict[str, tuple[float, ...]]:
    """What each sign weighs for each tier, from relevant items that have one."""
    known = [(item, watch.signs(read_document(item.document), NOW)) for item in items if item.tier]
    counts = _evened(item.tier for item, _ in known if item.tier)
    often = _often((item.event, found) for item, found in known)
    weights = weigh(_tier_choices(known, often, counts), SPREADS["tiers"])
    rows = {name: tuple(weights.get(f"{tier} {name}", 0.0) for tier in TIERS) for name in (ruling.BIAS, *sorted(often))}
    return {name: row for name, row in rows.items() if name == ruling.BIAS or max(map(abs, row)) >= _LEAST}


def _evened(tiers: Iterable[Tier]) -> dict[Tier, float]:
    """For how many items one of each tier stands, so that rare tiers are learned as well as frequent ones: which tiers
    a feed brings differs from year to year."""
    found = Counter(tiers)
    return {tier: (found.total() / len(TIERS) / number) ** _EVEN for tier, number in found.items()}


def _tier_choices(
    known: Iterable[tuple[Item, tuple[Sign, ...]]], often: frozenset[str], counts: Mapping[Tier, float]
) -> Iterator[Choice]:
    for item, found in known:
        if item.tier is not None:
            told = options(sign.name for sign in found if sign.name in often)
            yield Choice(told, frozenset({TIERS.index(item.tier)}), counts[item.tier])


def relevance_weights(watch: Watch, items: Iterable[Item], strangers: Iterable[Document] = ()) -> dict[str, float]:
    """What each feature, and each two together, weigh for a document's being of the watch, by labelled items.

    Each item is read whole and by its title alone. What names the mission teaches nothing, for a name decides.
    `strangers` are documents that are not of the watch.
    """
    mine = [
        (one.event, document, one.relevant) for one in items if one.relevant is not None for document in _shown(one)
    ]
    known = list(_weighed(watch, [*mine, *((one.title, one, False) for one in strangers)]))
    often = _many((event, features) for event, features, _ in known)
    silence = Choice([{BIAS: BIAS_VALUE}, {}], frozenset({1}), _SILENT)
    return weigh([silence, *_verdicts(known, often)], SPREADS["relevance"], CENTRE)


_Case = tuple[str, Features, bool]


def _shown(item: Item) -> Iterator[Document]:
    yield item.document
    if item.document.summary:
        yield item.title_only


def _weighed(watch: Watch, shown: Iterable[tuple[str, Document, bool]]) -> Iterator[_Case]:
    """Of the documents those that the weights decide, with what is weighed in them."""
    for event, document, relevant in shown:
        reading = read_document(document)
        if not watch.may_concern(reading) or watch.evidence(reading).of("name", "allow"):
            continue
        found = watch.judge.features(watch.evidence(reading), watch.scene(reading))
        if speaks(found):
            yield event, weighed(found), relevant


def _verdicts(known: Iterable[_Case], often: Container[str]) -> Iterator[Choice]:
    for _, features, relevant in known:
        kept = {name: value for name, value in features.items() if name in often}
        yield Choice([{**kept, BIAS: BIAS_VALUE}, {}], frozenset({0 if relevant else 1}), 1.0 if relevant else _HARM)


def _many(found: Iterable[tuple[str, Features]]) -> frozenset[str]:
    """The features that enough events have."""
    events: dict[str, set[str]] = {}
    for event, features in found:
        for name in features:
            events.setdefault(name, set()).add(event)
    return frozenset(name for name, held in events.items() if len(held) >= _ENOUGH)


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
