"""The sets of labelled items that are scored, and what two readings of them agree on.

*Development* is what was at hand: the corpus beside the project, where there is one. *Test* are the items of the test
part of `seeds/items`, of events that nothing was learned from and nobody looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from seeds.learning.items import ITEMS, Item, read_items
from seeds.lexicon.load import shared
from seeds.text.fold import fold
from tests.shared import SHARED

DEVELOPMENT = SHARED / "corpus" / "labelled.jsonl"


@cache
def sets() -> Mapping[str, Sequence[Item]]:
    """The sets by name, without items of which readers cannot tell whether they are relevant."""
    found = {"development": tuple(read_items([DEVELOPMENT]))} if DEVELOPMENT.is_file() else {}
    own = tuple(read_items(sorted(ITEMS.glob("*.jsonl"))))
    found["test"] = tuple(item for item in own if item.part == "test")
    return {name: [item for item in items if item.relevant is not None] for name, items in found.items()}


def named(item: Item) -> bool:
    """Whether the item gives the mission's acronym, in any script."""
    text = fold(f"{item.document.title} {item.document.summary}")
    return any(acronym in text for acronym in _acronyms())


@cache
def _acronyms() -> tuple[str, ...]:
    return tuple(form.folded.strip() for form in shared().missions["MINUSMA"].acronyms)
