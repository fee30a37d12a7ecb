"""How much each feature speaks for a document's being of its watch is learned from labelled items.

A false alarm costs as much as many misses, so what only may be the mission's is left alone.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from seeds.learning.choices import Choice, weigh
from seeds.learning.documents import read_folder
from seeds.learning.items import Item
from seeds.learning.study import guess_language, windows
from seeds.model import Document
from seeds.relevance.features import CONSTANT, CONSTANT_VALUE, speaks, weighed
from seeds.watch import Watch, read_document
from seeds.weights import Features, Weights

# What says much of relevance before any item is read, in log-odds: some of it is too rare to be learned.
CENTRE: Weights = {
    CONSTANT: -5.0 / CONSTANT_VALUE,
    "name": 10.0,
    "document": 6.0,
    "misspelt": 6.0,
    "person": 3.0,
    "rival": -3.0,
    "agency": -0.5,
    "role:document": 6.0,
    **{f"role:{tie}": 7.0 for tie in ("phrase", "sentence", "across")},
}
_LEAST = 0.02  # log-odds: what says less is not kept
_SPREAD = 0.32
_ENOUGH = 10  # events that must hold a feature before it is weighed
_SILENT = 300.0  # documents that tell nothing of a watch, for one that tells something
_HARM = 20.0  # items whose miss is as bad as one false alarm


def relevance_weights(watch: Watch, items: Iterable[Item]) -> dict[str, float]:
    """What each feature, and each two together, weigh for a document's being of the watch, by labelled items.

    Each item is read whole and by its title alone. What names the mission teaches nothing, for a name decides.
    So do the near misses of the watch, and the documents of those beside it.
    """
    mine = [
        (one.event, document, one.relevant) for one in items if one.relevant is not None for document in _shown(one)
    ]
    known = list(_weighed(watch, [*mine, *_strangers(watch.folder)]))
    often = _many((event, features) for event, features, _ in known)
    silence = Choice([{CONSTANT: CONSTANT_VALUE}, {}], frozenset({1}), _SILENT)
    found = weigh([silence, *_verdicts(known, often)], _SPREAD, CENTRE)
    return {name: weight for name, weight in found.items() if abs(weight) >= _LEAST}


_Case = tuple[str, Features, bool]


def _shown(item: Item) -> Iterator[Document]:
    yield item.document
    if item.document.summary:
        yield item.title_only


def _weighed(watch: Watch, shown: Iterable[tuple[str, Document, bool]]) -> Iterator[_Case]:
    """Of the documents those that the weights decide, with what is weighed in them."""
    for event, document, relevant in shown:
        reading = read_document(document)
        if not watch.vocabulary.may_concern(reading) or watch.evidence(reading).of("name", "allow"):
            continue
        found = watch.judge.features(watch.evidence(reading), watch.telling(reading))
        if speaks(found):
            yield event, weighed(found), relevant


def _verdicts(known: Iterable[_Case], often: Container[str]) -> Iterator[Choice]:
    for _, features, relevant in known:
        kept = {name: value for name, value in features.items() if name in often}
        yield Choice(
            [{**kept, CONSTANT: CONSTANT_VALUE}, {}], frozenset({0 if relevant else 1}), 1.0 if relevant else _HARM
        )


def _many(found: Iterable[tuple[str, Features]]) -> frozenset[str]:
    """The features that enough events have."""
    events: dict[str, set[str]] = {}
    for event, features in found:
        for name in features:
            events.setdefault(name, set()).add(event)
    return frozenset(name for name, held in events.items() if len(held) >= _ENOUGH)


def _strangers(folder: Path) -> Iterator[tuple[str, Document, bool]]:
    """What feeds might give of documents that are not of the watch in `folder`, by document."""
    others = (path.parent for path in sorted(folder.parent.glob("*/watch.toml")) if path.parent.name != folder.name)
    for place in (folder / "near_misses", *(other / "documents" for other in others)):
        for sample in read_folder(place, guess_language):
            yield from ((sample.id, document, False) for document in windows(sample))
