"""Labelled items: what a feed gave, and what two readers, each by themselves, say of it. JSON Lines, one item a line.

Items of one real event share its slug, and whole events go to one part: `train`, `validation` or `test`. Weights come
from the first, are chosen between by the second, and are only reported on the third. What was looked at before says
that it only teaches. What the readers differ on is left out; `items/README.md` says what each label means.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from config.sentence import Said, placed, strung
from seeds.lexicon.files import LexiconError
from seeds.model import Document, Tier
from seeds.moments import read_when

Split = Literal["train", "validation", "test"]
ITEMS = Path(__file__).parents[1] / "items"
_PARTS: tuple[Split, ...] = (*("train",) * 6, "validation", *("test",) * 3)
_FACTS = ("killed", "injured", "place", "contingents")


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `relevant` is None where the readers cannot tell or differ; so is `tier`, also of what is not relevant.

    `facts` holds what the readers agree on, by name; a value of None says that the text states nothing.
    """

    id: str
    document: Document
    event: str
    relevant: bool | None
    tier: Tier | None
    loudness: str | None
    facts: Mapping[str, Any]
    only_teaches: bool = False

    @property
    def part(self) -> Split:
        """Where the item belongs: by its event alone, if it does not only teach."""
        return "train" if self.only_teaches else _PARTS[lot(self.event)]

    @property
    def title_only(self) -> Document:
        """The item as if its feed gave no summary."""
        whole = self.document
        return Document(whole.title, "", whole.language, whole.published, whole.source, whole.url)


def lot(event: str) -> int:
    """The number, 0 to 9, that an event draws by its slug: what belongs together is parted by it."""
    return hashlib.sha256(event.encode()).digest()[0] % len(_PARTS)


def read_items(paths: Iterable[Path]) -> Iterator[Item]:
    """The items of files, in their order. Raises LexiconError with file and line where one cannot be read."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                yield item_of(json.loads(line))
            except KeyError as error:
                told = Said("{key} is missing", key=error.args[0])
                raise LexiconError(strung(": ", (f"{path}:{number}", told))) from error
            except (AttributeError, TypeError, ValueError) as error:
                raise LexiconError(placed(f"{path}:{number}", error)) from error


def item_of(row: Mapping[str, Any]) -> Item:
    """A row as an item. Raises KeyError for what is missing, ValueError for a tier there is none of."""
    facts = row.get("facts") or {}
    unsure = facts.get("unsure") or ()
    label = row.get("label")
    return Item(
        id=row["id"],
        document=Document(
            row["title"],
            row.get("summary") or "",
            row["lang"],
            read_when(row.get("published") or ""),
            None,
            row.get("url"),
        ),
        event=row.get("event") or row["id"],
        relevant=None if label not in ("relevant", "irrelevant") else label == "relevant",
        tier=Tier(row["tier"]) if row.get("tier") else None,
        loudness=row.get("loudness"),
        facts={name: facts[name] for name in _FACTS if name in facts and name not in unsure},
        only_teaches=bool(row.get("only_teaches")),
    )
