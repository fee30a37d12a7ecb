"""What members say of items, as labelled items of the operator's own.

A tick or a cross under an alert is one voice on the items of its story, a merge or a split one on which items belong
together, a corrected tier one on how urgent they are; whose voice is his who gave it, however often he gives it. Only
what at least two people say, and nobody denies, is a label: one member alone moves nothing. A voice speaks of what
stood there when it was given: not of items that came, were rewritten or were moved in later, nor for a merge that
somebody did later.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlite_utils import Database

from feeds.store.archive import Archive
from seeds.learning.items import Item
from seeds.model import Tier

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


class _Verdict(NamedTuple):
    """A tick or a cross that stands under the alert of a story: whose, and since when (an ISO stamp, as stored)."""

    story: int
    user: str
    relevant: bool
    at: str


class _Pin(NamedTuple):
    """A merge or a split: whose, when, and which items it moved."""

    by: str
    at: str
    moved: frozenset[int | None]


class _Correction(NamedTuple):
    """What somebody said last of a story's tier (None: taken back), when, and of which items."""

    tier: str | None
    at: str
    entries: frozenset[int]


class Labels:
    """Members' verdicts over one connection; nothing is written."""

    def __init__(self, db: Database, archive: Archive) -> None:
        self._db, self._archive = db, archive

    def items(self, watch: str) -> list[Item]:
        """The labelled items of a watch, the newest first, at most `MOST`.

        `event` is empty where it is not known; a cross under a story leaves what it says of its items open.
        """
        heard, together, tiers = self._heard(watch), self._together(watch), self._tiers(watch)
        found: list[Item] = []
        for entry in sorted({*heard, *together, *tiers}, reverse=True):
            item = self._item(entry, heard.get(entry, _Heard()), together.get(entry, ""), tiers.get(entry))
            if item is not None and len(found) < MOST:
                found.append(item)
        return found

    def _item(self, entry: int, heard: _Heard, event: str, tier: Tier | None) -> Item | None:
        says = [relevant for relevant, voices in heard.voices.items() if len(voices) >= VOICES]
        relevant = says[0] if len(says) == 1 and not heard.voices[not says[0]] else None
        if (event or tier) and not heard.voices[False]:
            relevant = True  # who says with which reports an item belongs, or how urgent it is, takes it for one
        archived = self._archive.entry(entry) if relevant is not None else None
        if archived is None:
            return None
        document = archived.entry.document(archived.publisher, archived.seen)
        return Item(f"own-{entry}", document, event, relevant, tier if relevant else None, None, {})

    def _heard(self, watch: str) -> Mapping[int, _Heard]:
        """The voices on each item that an alert told: a verdict that was taken back is none."""
        found: dict[int, _Heard] = defaultdict(_Heard)
        for said in self._verdicts(watch):
            for entry in self._told(said, watch):
                found[entry].voices[said.relevant].add(said.user)
        return found

    def _verdicts(self, watch: str) -> Iterator[_Verdict]:
        sql = """SELECT d.story, f.user, f.emoji, f.at, f.removed FROM
                (SELECT * FROM feedback ORDER BY id DESC LIMIT ?) f
            JOIN deliveries d ON d.message = f.message AND d.kind = 'alert' JOIN stories s ON s.id = d.story
            WHERE s.watch = ? ORDER BY f.id"""
        standing: dict[tuple[int, str, str], str | None] = {}
        for row in self._db.query(sql, [NEWEST, watch]):
            standing[row["story"], row["user"], row["emoji"]] = None if row["removed"] else row["at"]
        for (story, user, emoji), at in standing.items():
            if at is not None and emoji in _SAYS:
                yield _Verdict(story, user, _SAYS[emoji], at)

    def _told(self, said: _Verdict, watch: str) -> list[int]:
        """The items that the story told when the verdict was given, in the words that they still have."""
        sql = """SELECT p.entry FROM placements p JOIN entries e ON e.id = p.entry JOIN wordings w ON w.id = e.wording
            WHERE p.story = :story AND p.watch = :watch AND w.first_read <= :at AND p.entry NOT IN (
                SELECT moved.value FROM pins, json_each(pins.entries) moved
                WHERE kind = 'merge' AND pins.story = :story AND pins.at > :at)
            ORDER BY p.entry LIMIT :most"""
        wanted = {"story": said.story, "watch": watch, "at": said.at, "most": _OF_A_STORY}
        return [row["entry"] for row in self._db.query(sql, wanted)]

    def _together(self, watch: str) -> Mapping[int, str]:
        """The event of each item of a story that one person regrouped and another agreed to afterwards, by regrouping
        it as well or by a tick under what it is now; not of the items about whose moving only one person has spoken."""
        pins: dict[int, list[_Pin]] = defaultdict(list)
        sql = """SELECT p.story, p.other, p.by, p.at, p.entry, p.entries FROM pins p JOIN stories s ON s.id = p.story
            WHERE s.watch = ? ORDER BY p.rowid DESC LIMIT ?"""
        for row in self._db.query(sql, [watch, NEWEST]):
            moved = {row["entry"], *json.loads(row["entries"])}
            for story in {row["story"], row["other"]} - {None}:
                pins[story].append(_Pin(row["by"], row["at"], frozenset(moved)))
        voices: dict[int, dict[str, str]] = defaultdict(dict)  # when each person spoke last
        for story, user, at in (
            *((story, pin.by, pin.at) for story, mine in pins.items() for pin in mine),
            *((said.story, said.user, said.at) for said in self._verdicts(watch) if said.relevant),
        ):
            voices[story][user] = max(at, voices[story].get(user, at))
        doubted = {story: [pin for pin in mine if not _agreed(pin, voices[story])] for story, mine in pins.items()}
        agreed = [story for story, mine in pins.items() if len(doubted[story]) < len(mine)]
        sql = "SELECT entry, story FROM placements WHERE watch = ? AND story IN (SELECT value FROM json_each(?))"
        return {
            row["entry"]: f"own-{row['story']}"
            for row in self._db.query(sql, [watch, json.dumps(agreed)])
            if not any(row["entry"] in pin.moved for pin in doubted[row["story"]])
        }

    def _tiers(self, watch: str) -> Mapping[int, Tier]:
        """The tier of each item of which two people say the same and nobody another: by correcting its story, or by a
        tick under what that was corrected to. Who took a correction back says another."""
        said: dict[int, dict[str, _Correction]] = defaultdict(dict)  # what each person said last of a story
        sql = """SELECT c.story, c.tier, c.by, c.at, c.entries FROM tier_corrections c JOIN stories s ON s.id = c.story
            WHERE s.watch = ? ORDER BY c.id DESC LIMIT ?"""
        for row in self._db.query(sql, [watch, NEWEST]):
            spoken = _Correction(row["tier"], row["at"], frozenset(json.loads(row["entries"])))
            said[row["story"]].setdefault(row["by"], spoken)
        ticks = [one for one in self._verdicts(watch) if one.relevant and one.story in said]
        found: dict[int, Tier] = {}
        for story, words in said.items():
            agreeing = [
                (one.user, self._told(one, watch)) for one in ticks if one.story == story and _behind(one, words)
            ]
            tier, entries = _agreed_tier(words, agreeing)
            if tier is not None:
                found.update(
                    (entry, tier) for entry in entries if self._stands(entry, min(one.at for one in words.values()))
                )
        return found

    def _stands(self, entry: int, at: str) -> bool:
        """Whether an item has had its words since a moment."""
        sql = "SELECT 1 FROM entries e JOIN wordings w ON w.id = e.wording WHERE e.id = ? AND w.first_read <= ?"
        return self._db.execute(sql, [entry, at]).fetchone() is not None


def _behind(tick: _Verdict, words: Mapping[str, _Correction]) -> bool:
    """Whether somebody ticked who did not correct, once all corrections were there."""
    return tick.user not in words and all(tick.at >= one.at for one in words.values())


def _agreed_tier(
    words: Mapping[str, _Correction], ticks: Iterable[tuple[str, list[int]]]
) -> tuple[Tier | None, frozenset[int]]:
    """The tier that all say, and the items of which at least two do; None where they do not."""
    tiers = {one.tier for one in words.values()}
    voices = Counter(entry for one in words.values() for entry in one.entries)
    voices.update(entry for _, told in ticks for entry in told if entry in voices)
    named = frozenset(entry for entry, number in voices.items() if number >= VOICES)
    tier = tiers.pop() if len(tiers) == 1 else None
    return (Tier(tier) if tier else None), named


def _agreed(pin: _Pin, voices: Mapping[str, str]) -> bool:
    """Whether anybody else spoke once the pin was there."""
    return any(who != pin.by and at >= pin.at for who, at in voices.items())
