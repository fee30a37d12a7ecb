"""The development corpus as scored items."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from seeds.model import Document
from seeds.moments import read_when
from tests.shared import SHARED

FOLDER = SHARED / "corpus"
FILES = ("positives.jsonl", "negatives.jsonl")


@dataclass(frozen=True)
class Item:
    """One item: what is read of it, and what is known of it."""

    id: str
    document: Document
    relevant: bool
    language: str
    category: str
    acronym: bool
    event: str | None
    facts: dict[str, Any]

    @property
    def developed(self) -> bool:
        """Whether it is in the half, split by event, on which recognition was developed."""
        return hashlib.sha256((self.event or self.id).encode()).digest()[0] % 2 == 0

    @property
    def title_only(self) -> Document:
        """The item as if its feed gave no summary."""
        whole = self.document
        return Document(whole.title, "", whole.language, whole.published, whole.source, whole.url)


def load() -> tuple[Item, ...]:
    """All items that are scored (not the gray ones); none where the corpus is absent."""
    if not FOLDER.is_dir():
        return ()
    rows = [json.loads(line) for name in FILES for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
    return tuple(_item(row) for row in rows if row["label"] != "gray")


def _item(row: dict[str, Any]) -> Item:
    return Item(
        id=row["id"],
        document=Document(
            row["title"], row["summary"], row["lang"], read_when(row["published"] or ""), None, row["url"]
        ),
        relevant=row["label"] == "relevant",
        language=row["lang"],
        category=row.get("category") or row.get("kind") or "",
        acronym=bool(row.get("acronym")),
        event=row.get("event"),
        facts=row.get("facts") or {},
    )
