"""What a document states of its main incident: toll, place, contingents, day, kind of attack, actor, UN symbols.

The reader knows no language and no theatre by itself: numbers, words of harm and the rest come from `lexicon/`,
places from the watch's gazetteer. Each sentence is folded and tagged once; small rules then read the tags.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from seeds.facts.contingents import Contributor, contingents, contributors
from seeds.facts.elsewhere import at_place, away, contrary
from seeds.facts.eventdate import event_date
from seeds.facts.line import TaggedLine
from seeds.facts.lines import line_reader, with_places
from seeds.facts.places import Named, Role, gazetteer, named_places
from seeds.facts.scenes import Scene, likeliest_scene, scenes
from seeds.facts.symbols import symbol_reader
from seeds.facts.tolls.binding import HARM_NAMES, HarmName
from seeds.facts.tolls.claims import Claim, claims
from seeds.facts.tolls.incident import tolls
from seeds.facts.tolls.rank import Candidate, candidates, likeliest
from seeds.lexicon.homes import homes
from seeds.lexicon.load import Lexicon
from seeds.lexicon.world import COVER, THEATRE
from seeds.model import Facts
from seeds.text.reading import Reading
from seeds.text.scan import Find, Finder
from seeds.text.words import COMMA
from seeds.weights import read_weights

_NOTICE = 2  # words before what takes a report back: "NOTICE: RETRACTED: …"
_COVERS = frozenset({COVER, "decoy"})


class _Item(NamedTuple):
    """A document taken apart: its lines, those of other incidents (`away`), and what was claimed and found."""

    lines: Sequence[TaggedLine]
    away: frozenset[int]
    place: Named | None
    claims: Sequence[Claim]
    killed: Candidate
    injured: Candidate

    @property
    def heads(self) -> tuple[Claim, ...]:
        """The claims that the figures rest on."""
        return (*self.killed.claims, *self.injured.claims)


def _none_strange(_: Reading) -> Container[int]:
    return ()


class FactReader:
    """Reads facts.

    `places` are the rows of a watch's gazetteer, which `scanner` finds as entries of the theatre; `theatre` are the
    ISO codes of the countries it watches, `apart` those of countries whose soldiers there serve beside the mission,
    not in it, `serving` of those that serve in it. `strange` tells which sentences of a text are of something else.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        places: Iterable[Mapping[str, Any]],
        scanner: Finder,
        theatre: Iterable[str],
        apart: Iterable[str] = (),
        *,
        serving: Container[str] = (),
        strange: Callable[[Reading], Container[int]] = _none_strange,
    ) -> None:
        self._lines = line_reader(lexicon)
        self._scanner = scanner
        self._places = gazetteer(places)
        self._theatre = frozenset(theatre)
        self._apart = self._theatre | frozenset(apart)
        self._serving = serving
        self._homes = homes(lexicon)
        self._symbols = symbol_reader(lexicon)
        self._strange = strange

    def read(self, reading: Reading) -> Facts:
        """The facts of a document; never raises, and gives empty facts where nothing is stated."""
        read = reading.once(self._lines.read)
        item = self._item(self.lines(reading), self._elsewhere(reading))
        heads = item.heads
        place = self._places[item.place.place.town or item.place.place.name] if item.place else None
        when = event_date(item.lines, reading.document.published, item.away | contrary(item.claims, heads))
        attack = _attack(item)
        actor = _actor(item, read.actors) if attack or heads else None
        symbols = reading.once(self._symbols.of)
        return Facts(
            killed=item.killed.count,
            injured=item.injured.count,
            tolls=tolls(item.lines, item.claims, heads),
            place=place.name if place else None,
            coordinates=place.at if place else None,
            region=(place.region or None) if place else None,
            contingents=contingents(self._contributors(item, reading), read_weights("contingents")),
            event=when[0] if when else None,
            attack=attack[1] if attack else None,
            actor=actor[1] if actor else None,
            symbols=symbols,
            quotes=tuple(self._quotes(item, when, attack, actor, symbols)),
            retracted=_retracted(item.lines),
            language=reading.spoken,
            region_only=item.place is not None and item.place.role is Role.REGION,
        )

    def lines(self, reading: Reading) -> tuple[TaggedLine, ...]:
        """The lines of a text as this watch sees them."""
        return with_places(reading.once(self._lines.read), reading, self._named(reading))

    def _named(self, reading: Reading) -> list[Find]:
        """The places of the gazetteer in a text."""
        finds = reading.once(self._scanner.finds)
        named = [find for find in finds if find.entry.kind == THEATRE and find.entry.concept in self._places]
        covers = [find for find in finds if find.entry.kind in _COVERS] if named else ()
        if not covers:
            return named
        return [find for find in named if not any(one.start <= find.start and find.end <= one.end for one in covers)]

    def _elsewhere(self, reading: Reading) -> frozenset[int]:
        """The lines of sentences that tell of something else; the first line is always the item's."""
        strange, starts = self._strange(reading), reading.once(self._lines.read).starts
        return frozenset(n for n, start in enumerate(starts) if n and reading.sentence_at(start) in strange)

    def _contributors(self, item: _Item, reading: Reading) -> tuple[Contributor, ...]:
        return contributors(
            item.lines,
            item.claims,
            item.heads,
            self._apart,
            item.away,
            serving=self._serving,
            homes=self._homes.of(reading.document.url, reading.language),
        )

    def contributors(self, reading: Reading) -> tuple[Contributor, ...]:
        """The countries whose contingents a document may be about."""
        return self._contributors(self._item(self.lines(reading), self._elsewhere(reading)), reading)

    def tolls(self, reading: Reading, harm: HarmName) -> tuple[Candidate, ...]:
        """The figures that may be the toll of a document's main incident."""
        lines = self.lines(reading)
        return candidates(lines, self._stated(lines, self._elsewhere(reading))[2], harm)

    def _stated(
        self, lines: Sequence[TaggedLine], elsewhere: frozenset[int]
    ) -> tuple[frozenset[int], Named | None, list[Claim]]:
        """The lines of other incidents, the place of the main one, and all that is claimed."""
        others, places = away(lines) | elsewhere, named_places(lines, self._places)
        claimed = [claim for line in lines for claim in claims(line, self._theatre, self._apart)]
        place = likeliest_scene(scenes(lines, places, claimed, others), read_weights("places")).place
        return others, place, at_place(lines, claimed, place, others, places)

    def scenes(self, reading: Reading) -> tuple[Scene, ...]:
        """The places that may be a document's main incident's."""
        lines = self.lines(reading)
        claimed = [claim for line in lines for claim in claims(line, self._theatre, self._apart)]
        return scenes(lines, named_places(lines, self._places), claimed, away(lines) | self._elsewhere(reading))

    def _item(self, lines: Sequence[TaggedLine], elsewhere: frozenset[int]) -> _Item:
        others, place, stated = self._stated(lines, elsewhere)
        weights = read_weights("tolls")
        killed, injured = (likeliest(candidates(lines, stated, harm), weights) for harm in HARM_NAMES)
        return _Item(lines, others, place, stated, killed, injured)

    def _quotes(
        self,
        item: _Item,
        when: tuple[object, int] | None,
        attack: tuple[int, str] | None,
        actor: tuple[int, str] | None,
        symbols: Sequence[str],
    ) -> Iterator[tuple[str, str]]:
        """Each fact's name with the sentence it was read in."""
        told = {
            "killed": item.killed.claims[0].line if item.killed.claims else None,
            "injured": item.injured.claims[0].line if item.injured.claims else None,
            "place": item.place.line if item.place else None,
            "event": when[1] if when else None,
            "attack": attack[0] if attack else None,
            "actor": actor[0] if actor else None,
        }
        yield from ((name, item.lines[line].text) for name, line in told.items() if line is not None)
        if symbols:
            yield from (("symbols", line.text) for line in item.lines if self._symbols.read(line.text))


def _retracted(lines: Sequence[TaggedLine]) -> bool:
    """Whether the title begins with a word that takes the report back, set off from what it says: "RETRACTED: …"."""
    title = lines[0] if lines else None
    if title is None or not title.tells("retracted"):
        return False
    return any(mark.has("retracted") and _set_off(title, mark.start, mark.end) for mark in title.marks)


def _set_off(line: TaggedLine, start: int, end: int) -> bool:
    """Whether words stand apart in front of a line: alone or behind another such word, and before a colon or dash."""
    before = start == 0 or (start <= _NOTICE and line.words[start].gap >= COMMA)
    return before and end < len(line.words) and line.words[end].gap >= COMMA


def _attack(item: _Item) -> tuple[int, str] | None:
    """The line and the kind of the attack: the first specific one, else the first general one ("attack")."""
    found = [
        (line.number, str(mark.get("attack")))
        for line in item.lines
        if line.number not in item.away and line.tells("attack")
        for mark in line.marks
        if mark.has("attack")
    ]
    return next((one for one in found if one[1] != "attack"), found[0] if found else None)


def _actor(item: _Item, found: Iterable[tuple[int, str]]) -> tuple[int, str] | None:
    """The line and the name of the armed group that is named first."""
    return next((one for one in found if one[0] not in item.away), None)
