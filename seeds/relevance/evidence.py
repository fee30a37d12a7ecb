"""What a document gives to judge by: who is spoken of (roles), where (theatre, elsewhere), and what is tied to what.

A *role* is a word for a UN peace operation. Each is tied to the nearest place named: in the same phrase, the same
sentence, the one before or after, across title and lead, or within a few sentences; what stands further apart, or in
another passage, is tied by nothing. A role tied to another mission's theatre speaks of that mission.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from seeds.lexicon.countries import PEOPLE_SUFFIX
from seeds.text.sentences import Sentence

_PHRASE = 4  # words between a role and a place of one phrase ("peacekeepers killed in …")
_FAR = 80  # characters that hold more words than that
_LIST = 14  # characters between two places of one list ("in Haiti and in Nepal") …
_LINK = 3  # … and the longest word among them
_NEAREST = 8  # places on either side of a role that are looked at
_WORD = re.compile(r"\w+")
REACH = 4  # sentences from a role to a place within which one can be told of the other
_OWN = frozenset({"theatre", "name", "misspelt", "document"})
_PERSONS = frozenset({"peacekeeper", "un.force", "un.observer", "un.police"})  # roles that have a nationality


class Tie(IntEnum):
    """How closely a role and a place stand together."""

    NONE = 0
    DOCUMENT = 1
    ACROSS = 2
    SENTENCE = 3
    PHRASE = 4


class Hit(NamedTuple):
    """One piece of evidence at `text[start:end]`, in sentence number `sentence`.

    `kind` is name, misspelt, person, document, role, org, theatre, other, force, agency, context, allow or block, or
    what `seeds/relevance/features.py` names; `concept` the lexicon's or watch's key. `common` marks a place whose name
    is an ordinary word too and `known` one that is hardly meant as such beside a role, `located` one that is told as a
    scene ("in …", "… :"), `listed` one that goes on a list ("and …"); `since` and `until` are the first and the last
    year in which the hit says something.
    """

    kind: str
    concept: str
    start: int
    end: int
    sentence: int
    text: str
    language: str = ""
    common: bool = False
    located: bool = False
    listed: bool = False
    until: int | None = None
    since: int | None = None
    known: bool = False
    folded: str = ""


class Bond(NamedTuple):
    """A role, how closely it is tied to this watch's theatre (`place`), and how closely to another's (`rival`).

    `ours` says whether this theatre is the nearer one, or stands in one list with the other.
    """

    role: Hit
    own: Tie
    place: Hit | None
    other: Tie
    rival: Hit | None
    ours: bool


#: How near each tie is where the nearest place is looked for: one phrase is no nearer than one sentence.
_CLOSENESS = tuple(min(tie, Tie.SENTENCE) for tie in Tie)


class _Tied(NamedTuple):
    """A place that a role is tied to, and how nearly."""

    rank: tuple[int, bool, int]
    tie: Tie
    place: Hit


class Evidence:
    """All hits in a document, with sentences and ties; the text is the title, a line break and the summary.

    `passages` says where those after the first begin.
    """

    def __init__(
        self, text: str, title_end: int, cut: Sequence[Sentence], hits: Iterable[Hit], passages: Sequence[int] = ()
    ) -> None:
        self.text = text
        self.title_end = title_end
        self.sentences = tuple(cut)
        self.hits = tuple(hits)
        self.passages = passages

    def as_of(self, year: int | None) -> Evidence:
        """The evidence without what said nothing any more, or nothing yet, in that year."""
        if year is None or all(hit.until is None and hit.since is None for hit in self.hits):
            return self
        hits = [hit for hit in self.hits if (hit.since or year) <= year <= (hit.until or year)]
        return Evidence(self.text, self.title_end, self.sentences, hits, self.passages)

    def of(self, *kinds: str) -> tuple[Hit, ...]:
        """The hits of these kinds, in order."""
        if len(kinds) == 1:
            return self._by_kind.get(kinds[0], ())
        return tuple(hit for hit in self.hits if hit.kind in kinds)

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Hit, ...]]:
        found: dict[str, list[Hit]] = {}
        for hit in self.hits:
            found.setdefault(hit.kind, []).append(hit)
        return {kind: tuple(hits) for kind, hits in found.items()}

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
        if not own and not other:
            own = self.of("person")  # where no place is told, a name of the mission's says whose the role is
        return tuple(self._bond(role, own, other) for role in self.of("role", "org"))

    def bonds_of(self, kind: str) -> tuple[Bond, ...]:
        """What of another kind is tied to places, each once."""
        own, other = self.of("theatre"), self.of("other")
        once = {(hit.start, hit.end): hit for hit in self.of(kind)}
        return tuple(self._bond(hit, own, other) for hit in once.values())

    def _bond(self, role: Hit, own: Sequence[Hit], other: Sequence[Hit]) -> Bond:
        near = [found for found in self._ranked(role, own) if found.tie]
        best = max(near, key=_rank, default=None)
        rival = max(self._ranked(role, other), key=_rank, default=None)
        nearer = best is not None and (rival is None or best.rank >= rival.rank)
        ours = nearer or any(
            self._listed(one.place, rival.place) for one in near if rival and one.place.located <= rival.place.located
        )
        return Bond(role, *_pair(best), *_pair(rival), ours)

    def _ranked(self, role: Hit, places: Sequence[Hit]) -> list[_Tied]:
        found = []
        for place in self._around(role, places):
            tie = self._tie(role, place)
            distance = (place.start - role.end) if place.start > role.start else (role.start - place.end)
            found.append(_Tied((_CLOSENESS[tie], place.located, -distance if distance > 0 else 0), tie, place))
        return found

    def _around(self, role: Hit, places: Sequence[Hit]) -> Sequence[Hit]:
        """The places that a role may be tied to: the nearest ones, and those in the title."""
        if len(places) <= 2 * _NEAREST:
            return places
        middle = bisect_left(places, role.start, key=_start)
        titled = [hit for hit in places[:_NEAREST] if hit.start < self.title_end]
        return [*titled, *places[max(middle - _NEAREST, 0) : middle + _NEAREST]]

    def _tie(self, role: Hit, place: Hit) -> Tie:
        if self.passages and self.passage(role.start) != self.passage(place.start):
            return Tie.NONE
        if role.sentence == place.sentence:
            between = _between(self.text, role, place)
            if not between and place.concept.endswith(PEOPLE_SUFFIX) and role.concept in _PERSONS:
                return Tie.NONE  # an adjective beside a word for people says whose they are: "a … peacekeeper"
            return Tie.PHRASE if between <= _PHRASE else Tie.SENTENCE
        apart = abs(role.sentence - place.sentence)
        if apart > REACH:
            return Tie.NONE
        return Tie.ACROSS if apart == 1 or self.in_title(role) != self.in_title(place) else Tie.DOCUMENT

    @cached_property
    def strange(self) -> frozenset[int]:
        """The sentences below the title that tell of something else than the theatre: they tell a role of another
        mission's place and name none of this one, or stand out of reach of all that is this one's."""
        mine = [hit for hit in self.hits if hit.kind in _OWN]
        theirs = {hit.sentence for hit in self.of("other") if hit.located} - {hit.sentence for hit in mine}
        others = theirs and theirs & {hit.sentence for hit in self.of("role", "org")}
        first = 1 if self.title_end else 0
        if not mine or (len(self.sentences) <= REACH and not self.passages):
            return frozenset(number for number in others if number >= first)
        within = {number for hit in mine for number in self._within(hit)}
        return frozenset(n for n in range(first, len(self.sentences)) if n in others or n not in within)

    def _within(self, hit: Hit) -> Iterator[int]:
        """The sentences within reach of a hit, in its passage."""
        passage = self.passage(hit.start)
        for number in range(max(hit.sentence - REACH, 0), min(hit.sentence + REACH + 1, len(self.sentences))):
            if not self.passages or self.passage(self.sentences[number].start) == passage:
                yield number

    def passage(self, place: int) -> int:
        """The number of the passage in which `text[place]` stands; the title is of the first."""
        return bisect_right(self.passages, place) if self.passages else 0

    def _listed(self, one: Hit, two: Hit) -> bool:
        """Whether two places stand in one list, with nothing but a few short words between them."""
        first, second = (one, two) if one.start < two.start else (two, one)
        between = self.text[first.end : second.start]
        alike = one.concept.endswith(PEOPLE_SUFFIX) == two.concept.endswith(PEOPLE_SUFFIX)
        together = alike and one.sentence == two.sentence and second.listed and not set(between) & set(":;()–—")
        return together and len(between) <= _LIST and all(len(word) <= _LINK for word in _WORD.findall(between))


def _between(text: str, one: Hit, two: Hit) -> int:
    """The words between two hits; no more than tells that they are of no one phrase."""
    first, second = (one, two) if one.start <= two.start else (two, one)
    if second.start - first.end > _FAR:
        return _PHRASE + 1
    return len(text[first.end : max(first.end, second.start)].split())


_rank = attrgetter("rank")
_start = attrgetter("start")


def _pair(tied: _Tied | None) -> tuple[Tie, Hit | None]:
    return (Tie.NONE, None) if tied is None else (tied.tie, tied.place)
