"""What members say of items, as labelled items of the operator's own.

A tick or a cross under an alert is one voice on the items of its story, a merge or a split one on which items belong
together; whose voice is his who gave it, however often he gives it. Only what at least two people say, and nobody
denies, is a label: one member alone moves nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlite_utils import Database

from feeds.store.archive import Archive
from seeds.learning.items import Item

VOICES = 2  # people who must say the same
NEWEST = 50_000  # verdicts that are looked at
MOST = 300  # labels that are given, of the newest items
_OF_A_STORY = 3  # items of a story that a verdict on it speaks of: those that it was told by
_SAYS = {"✅": True, "❌": False}


@dataclass(slots=True)
class _Heard:
    """Who says what of one item: relevant or not; and of which story it is."""

    voices: dict[bool, set[str]] = field(default_factory=lambda: {True: set(), False: set()})
    story: int | None = None


class Labels:
    """Members' verdicts over one connection; nothing is written."""

    def __init__(self, db: Database, archive: Archive) -> None:
        self._db, self._archive = db, archive

    def items(self, watch: str) -> list[Item]:
        """The labelled items of a watch, the newest first, at most `MOST`.

        `event` is empty where it is not known; a cross under a story leaves what it says of its items open.
        """
        heard, together = self._heard(watch), self._together(watch)
        found: list[Item] = []
        for entry in sorted({*heard, *together}, reverse=True):
            item = self._item(entry, heard.get(entry, _Heard()), together.get(entry, ""))
            if item is not None and len(found) < MOST:
                found.append(item)
        return found

    def _item(self, entry: int, heard: _Heard, event: str) -> Item | None:
        says = [relevant for relevant, voices in heard.voices.items() if len(voices) >= VOICES]
        relevant = says[0] if len(says) == 1 and not heard.voices[not says[0]] else None
        if event and not heard.voices[False]:
            relevant = True  # who says with which reports an item belongs takes it for the mission's
        archived = self._archive.entry(entry) if relevant is not None else None
        if archived is None:
            return None
        document = archived.entry.document(archived.publisher, archived.seen)
        return Item(f"own-{entry}", document, event, relevant, None, None, {})

    def _heard(self, watch: str) -> Mapping[int, _Heard]:
        """The voices on each item that an alert told: a verdict that was taken back is none."""
        found: dict[int, _Heard] = defaultdict(_Heard)
        for story, user, relevant in self._verdicts(watch):
            for entry in self._told(story, watch):
                found[entry].voices[relevant].add(user)
        return found

    def _verdicts(self, watch: str) -> Iterator[tuple[int, str, bool]]:
        sql = """SELECT d.story, f.user, f.emoji, f.removed FROM
                (SELECT * FROM feedback ORDER BY id DESC LIMIT ?) f
            JOIN deliveries d ON d.message = f.message AND d.kind = 'alert' JOIN stories s ON s.id = d.story
            WHERE s.watch = ? ORDER BY f.id"""
        standing: dict[tuple[int, str, str], bool] = {}
        for row in self._db.query(sql, [NEWEST, watch]):
            standing[row["story"], row["user"], row["emoji"]] = not row["removed"]
        for (story, user, emoji), stands in standing.items():
            if stands and emoji in _SAYS:
                yield story, user, _SAYS[emoji]

    def _told(self, story: int, watch: str) -> list[int]:
        sql = "SELECT entry FROM placements WHERE story = ? AND watch = ? ORDER BY entry LIMIT ?"
        return [row["entry"] for row in self._db.query(sql, [story, watch, _OF_A_STORY])]

    def _together(self, watch: str) -> Mapping[int, str]:
        """The event of each item of a story that one person regrouped and another agreed to, by regrouping it as well
        or by a tick under what it is now."""
        voices: dict[int, set[str]] = defaultdict(set)
        sql = """SELECT p.story, p.other, p.by FROM pins p JOIN stories s ON s.id = p.story
            WHERE s.watch = ? ORDER BY p.rowid DESC LIMIT ?"""
        for row in self._db.query(sql, [watch, NEWEST]):
            for story in (row["story"], row["other"]):
                if story is not None:
                    voices[story].add(row["by"])
        for story, user, relevant in self._verdicts(watch):
            if relevant and story in voices:
                voices[story].add(user)
        agreed = [story for story, people in voices.items() if len(people) >= VOICES]
        sql = "SELECT entry, story FROM placements WHERE watch = ? AND story IN (SELECT value FROM json_each(?))"
        return {row["entry"]: f"own-{row['story']}" for row in self._db.query(sql, [watch, json.dumps(agreed)])}
