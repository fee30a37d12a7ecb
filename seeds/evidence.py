"""What a document gives to judge by: who is spoken of (roles), where (theatre, elsewhere), and what is tied to what.

A *role* is a word for a UN peace operation. Some are one by themselves ("peacekeeper"), others only as the
organisation with one of its units ("UN base", "base de la ONU"): these are put together here. Each role is then tied
to the nearest place named: in the same phrase, the same sentence, across title and text, or anywhere. A role tied to
another mission's theatre speaks of that mission.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from seeds.model import Document
from seeds.scan import Entry, Find, Reading
from seeds.text import Sentence, sentences

_HIDING = frozenset({"name", "other", "agency", "force", "decoy", "person", "document"})
_BRIDGES = frozenset({"glue", "theatre"})
_PARTS = frozenset({"unit", "glue"})  # of use only in putting roles together
_MOST_BETWEEN = 7  # words between organisation and unit
_PHRASE = 4  # words between a role and a place of one phrase ("peacekeepers killed in …")
_STOPS = re.compile(r"[.,:;!?()\[\]\"«»“”„—–|…、。،؛\n]")


class Tie(IntEnum):
    """How closely a role and a place stand together."""

    NONE = 0
    DOCUMENT = 1
    ACROSS = 2
    SENTENCE = 3
    PHRASE = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """One piece of evidence at `text[start:end]`, in sentence number `sentence`.

    `kind` is name, misspelt, person, document, role, org, theatre, other, force, agency or context; `concept` the
    lexicon's or watch's key; `common` marks a place whose name is an ordinary word too.
    """

    kind: str
    concept: str
    start: int
    end: int
    sentence: int
    text: str
    language: str = ""
    common: bool = False


@dataclass(frozen=True, slots=True)
class Bond:
    """A role, how closely it is tied to this watch's theatre (`place`), and how closely to another's (`rival`)."""

    role: Hit
    own: Tie
    place: Hit | None
    other: Tie
    rival: Hit | None

    @property
    def ours(self) -> bool:
        """Whether this theatre is the nearer one."""
        return self.place is not None and (
            self.rival is None or _rank(self.role, self.place, self.own) >= _rank(self.role, self.rival, self.other)
        )


class Evidence:
    """All hits in a document, with sentences and ties; the text is the title, a line break and the summary."""

    def __init__(self, text: str, title_end: int, cut: Sequence[Sentence], hits: Iterable[Hit]) -> None:
        self.text = text
        self.title_end = title_end
        self.sentences = tuple(cut)
        self.hits = tuple(hits)

    def of(self, *kinds: str) -> tuple[Hit, ...]:
        """The hits of these kinds, in order."""
        return tuple(hit for hit in self.hits if hit.kind in kinds)

    def quote(self, hit: Hit) -> str:
        """The sentence in which a hit stands."""
        sentence = self.sentences[hit.sentence]
        return self.text[sentence.start : sentence.end]

    def in_title(self, hit: Hit) -> bool:
        """Whether the hit stands in the title."""
        return hit.start < self.title_end

    @cached_property
    def bonds(self) -> tuple[Bond, ...]:
        """Every role with the places it is tied to."""
        own, other = self.of("theatre"), self.of("other")
        return tuple(self._bond(role, own, other) for role in self.of("role", "org"))

    def _bond(self, role: Hit, own: Sequence[Hit], other: Sequence[Hit]) -> Bond:
        place = max(own, key=lambda hit: _rank(role, hit, self._tie(role, hit)), default=None)
        rival = max(other, key=lambda hit: _rank(role, hit, self._tie(role, hit)), default=None)
        return Bond(role, self._tie(role, place), place, self._tie(role, rival), rival)

    def _tie(self, role: Hit, place: Hit | None) -> Tie:
        if place is None:
            return Tie.NONE
        if role.sentence == place.sentence:
            return Tie.PHRASE if _between(self.text, role, place) <= _PHRASE else Tie.SENTENCE
        if self.in_title(role) != self.in_title(place) or abs(role.sentence - place.sentence) == 1:
            return Tie.ACROSS
        return Tie.DOCUMENT


def _rank(role: Hit, place: Hit, tie: Tie) -> tuple[int, int]:
    distance = max(place.start - role.end, role.start - place.end, 0)
    return tie, -distance


def _between(text: str, one: Hit, two: Hit) -> int:
    first, second = sorted((one, two), key=lambda hit: hit.start)
    return len(text[first.end : max(first.end, second.start)].split())


def gather(reading: Reading, title_end: int, finds: Sequence[Find], people: Container[str] = ()) -> Evidence:
    """The evidence in a text from what a scanner found in it.

    `title_end` is where the title ends; `people` knows the words for countries and their people, which may stand
    between an organisation and its unit ("soldats tchadiens de l'ONU").
    """
    cut = cut_document(reading.text, title_end, reading.language)
    shown = _visible(finds)
    parts = [find for find in shown if find.entry.kind not in _PARTS]
    kept = _visible([*parts, *_composed(shown, reading, people)])
    hits = [_hit(find, reading, cut) for find in kept if find.entry.kind != "decoy"]
    return Evidence(reading.text, title_end, cut, sorted(hits, key=lambda hit: (hit.start, hit.end)))


def cut_document(text: str, title_end: int, language: str | None) -> tuple[Sentence, ...]:
    """The title as one sentence, then the sentences of the rest."""
    title = [Sentence(0, title_end)] if title_end else []
    rest = sentences(text[title_end:], language)
    return (*title, *(Sentence(one.start + title_end, one.end + title_end) for one in rest))


def join(document: Document) -> tuple[str, int]:
    """The text that is read for a document, and where its title ends."""
    title = document.title.strip()
    return f"{title}\n{document.summary.strip()}", len(title)


def _visible(finds: Sequence[Find]) -> list[Find]:
    """Without what lies inside a longer find of its own kind, or of one that takes its parts' meaning away."""
    return [find for find in finds if not any(_hides(other, find) for other in finds)]


def _hides(other: Find, find: Find) -> bool:
    if not (other.start <= find.start and find.end <= other.end):
        return False
    if other.end - other.start == find.end - find.start:
        return other.entry.kind == "decoy" and find.entry.kind != "decoy"
    return other.entry.kind in _HIDING or other.entry.kind == find.entry.kind


def _composed(finds: Sequence[Find], reading: Reading, people: Container[str]) -> Iterable[Find]:
    bridges = [find for find in finds if find.entry.kind in _BRIDGES]
    units = [find for find in finds if find.entry.kind == "unit"]
    for org in (find for find in finds if find.entry.kind == "org"):
        for unit in units:
            first, second = (org, unit) if org.start < unit.start else (unit, org)
            if first.end <= second.start and _bridged(first, second, bridges, reading, people):
                entry = Entry(f"un.{unit.entry.concept}", "role", unit.entry.form)
                yield Find(entry, first.start, second.end)


def _bridged(first: Find, second: Find, bridges: Sequence[Find], reading: Reading, people: Container[str]) -> bool:
    gap = reading.folded[first.end : second.start]
    words = gap.split()
    if len(words) > _MOST_BETWEEN or _STOPS.search(reading.original(first.end, second.start).lstrip(".)")):
        return False
    position = first.end
    while position < second.start:
        position += 1  # the space
        if position >= second.start:
            return True
        stop = reading.folded.index(" ", position)
        reach = [find.end for find in bridges if find.start == position and find.end <= second.start]
        word = reading.folded[position:stop]
        if not reach and not word.isdigit() and word not in people:
            return False
        position = max(reach, default=stop)
    return True


def _hit(find: Find, reading: Reading, cut: Sequence[Sentence]) -> Hit:
    start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
    number = next((index for index, one in enumerate(cut) if start < one.end), len(cut) - 1)
    entry = find.entry
    text = reading.text[start:end]
    return Hit(entry.kind, entry.concept, start, end, number, text, entry.form.language, entry.common)
