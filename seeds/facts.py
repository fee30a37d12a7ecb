"""What a document states of its main incident: toll, place, contingents, day, kind of attack, actor, UN symbols.

The reader knows no language and no theatre by itself: numbers, words of harm and the rest come from `lexicon/*.toml`,
places from the watch's gazetteer. Each sentence is folded and tagged once; small rules then read the tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from seeds.contingents import belongs, contingents, contradicts
from seeds.eventdate import event_date
from seeds.incident import headline
from seeds.lexicon import Lexicon
from seeds.lines import LineReader, Lines, Tongues, actor_entries, country_entries, place_entries
from seeds.model import Document, Facts, Toll
from seeds.phrases import Line
from seeds.places import Named, Place, Role, gazetteer, named_places, scene
from seeds.symbols import SymbolReader
from seeds.tolls import Claim, HarmName, claims
from seeds.words import COMMA

TABLES = ("harm", "numbers", "months", "scene", "attacks", "actors", "symbols")
_BEGINNING = 3  # words at a sentence's start that tell it speaks of another incident


class FactReader:
    """Reads facts.

    `tables` are the parsed files of `lexicon/` that `TABLES` names; `places` the rows of a watch's gazetteer;
    `theatre` the ISO codes of the countries it watches; `apart` those of countries whose soldiers there serve beside
    the mission, not in it.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Any]],
        lexicon: Lexicon,
        places: Iterable[Mapping[str, Any]],
        theatre: Iterable[str],
        apart: Iterable[str] = (),
    ) -> None:
        rows = list(places)
        entries = [*place_entries(rows, lexicon), *country_entries(lexicon), *actor_entries(tables["actors"], lexicon)]
        self._lines = LineReader(Tongues(tables), entries, lexicon)
        self._places = gazetteer(rows)
        self._theatre = frozenset(theatre)
        self._apart = self._theatre | frozenset(apart)
        self._symbols = SymbolReader(tables["symbols"])

    def read(self, document: Document) -> Facts:
        """The facts of a document; never raises, and gives empty facts where nothing is stated."""
        read = self._lines.read(document)
        lines = read.lines
        away = frozenset(line.number for line in lines if _elsewhere(line))
        places = named_places(lines, self._places)
        place = scene(places, away)
        stated = [claim for line in lines for claim in claims(line, self._theatre)]
        stated = [_placed(lines[claim.line], claim, place, places, away) for claim in stated]
        killed = headline(stated, "killed")
        if killed and len({one.place.name for one in places if one.role == Role.SCENE}) > 1:
            stated = [claim for claim in stated if not _other_contingent(lines, claim, killed[1])]
        injured = headline(stated, "injured")
        heads = [claim for found in (killed, injured) if found for claim in found[1]]
        when = event_date(lines, document.published, away | _contrary(stated, heads))
        attack = _attack(read, away)
        actor = next((found for found in read.actors if found[0] not in away), None) if _violent(stated, attack) else None
        quotes = list(_toll_quotes(lines, killed, injured))
        where = self._places[place.place.town or place.place.name] if place else None
        if place:
            quotes.append(("place", lines[place.line].text))
        if when:
            quotes.append(("event", lines[when[1]].text))
        if attack:
            quotes.append(("attack", lines[attack[0]].text))
        if actor:
            quotes.append(("actor", lines[actor[0]].text))
        symbols, symbol_quotes = self._symbols_of(lines)
        return Facts(
            killed=killed[0] if killed else None,
            injured=injured[0] if injured else None,
            tolls=tuple(_tolls(lines, stated, killed, injured)),
            place=where.name if where else None,
            coordinates=where.at if where else None,
            region=(where.region or None) if where else None,
            contingents=contingents(lines, stated, heads, self._apart, away),
            event=when[0] if when else None,
            attack=attack[1] if attack else None,
            actor=actor[1] if actor else None,
            symbols=symbols,
            quotes=(*quotes, *symbol_quotes),
        )

    def _symbols_of(self, lines: Sequence[Line]) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
        symbols = self._symbols.read("\n".join(line.text for line in lines))
        quotes = [("symbols", line.text) for line in lines if self._symbols.read(line.text)] if symbols else []
        return symbols, quotes


def _elsewhere(line: Line) -> bool:
    """Whether a sentence of the text begins by saying that it tells of another incident."""
    return line.number > 0 and any(mark.has("elsewhere") and mark.start < _BEGINNING for mark in line.marks)


def _placed(line: Line, claim: Claim, main: Named | None, places: Sequence[Named], away: frozenset[int]) -> Claim:
    """The claim, marked as another incident's when its clause names another place than the main one."""
    if line.number in away:
        return replace(claim, elsewhere=True)
    if main is None or line.number == 0 or main.line == line.number:
        return claim
    start, end = _clause(line, claim)
    scenes = [one for one in places if one.line == line.number and start <= one.start < end and one.role == Role.SCENE]
    if not scenes or line.marked(start, end, "there") or any(_same_area(one.place, main.place) for one in scenes):
        return claim
    return replace(claim, elsewhere=True)


def _same_area(one: Place, two: Place) -> bool:
    """Whether two places are one, or one is the region (or town) the other lies in."""
    names = {one.name, one.town or one.name}, {two.name, two.town or two.name}
    return bool(names[0] & names[1]) or one.region == two.name or two.region == one.name


def _other_contingent(lines: Sequence[Line], claim: Claim, dead: Sequence[Claim]) -> bool:
    """Whether the injured are of other countries than the dead: where two places are told of, another incident's."""
    theirs = _nations(lines, claim)
    ours = {code for one in dead for code in _nations(lines, one)}
    return claim.harm == "injured" and bool(theirs and ours) and not theirs & ours


def _contrary(stated: Sequence[Claim], heads: Sequence[Claim]) -> frozenset[int]:
    """The sentences whose figures are all others than the item's own: they may tell of other days."""
    agreeing = {claim.line for claim in stated if claim.stands and not contradicts(claim, heads)}
    return frozenset({claim.line for claim in stated} - {claim.line for claim in heads} - agreeing)


def _nations(lines: Sequence[Line], claim: Claim) -> set[str]:
    line = lines[claim.line]
    return {nation.code for nation in line.nations if belongs(line, nation, claim)}


def _clause(line: Line, claim: Claim) -> tuple[int, int]:
    """The words around a claim up to the next comma or stop on either side."""
    start, end = claim.start, claim.end
    while start > 0 and line.words[start].gap < COMMA:
        start -= 1
    while end < len(line.words) and line.words[end].gap < COMMA:
        end += 1
    return start, end


def _attack(read: Lines, away: frozenset[int]) -> tuple[int, str] | None:
    """The line and the kind of the attack: the first specific one, else the first general one ("attack")."""
    found = [
        (line.number, str(mark.get("attack")))
        for line in read.lines
        if line.number not in away
        for mark in line.marks
        if mark.has("attack")
    ]
    return next((one for one in found if one[1] != "attack"), found[0] if found else None)


def _violent(stated: Sequence[Claim], attack: object) -> bool:
    return attack is not None or any(claim.stands for claim in stated)


_Headline = tuple[int, list[Claim]] | None


def _toll_quotes(lines: Sequence[Line], killed: _Headline, injured: _Headline) -> Iterator[tuple[str, str]]:
    for name, found in (("killed", killed), ("injured", injured)):
        if found:
            yield name, lines[found[1][0].line].text


def _tolls(lines: Sequence[Line], stated: Sequence[Claim], killed: _Headline, injured: _Headline) -> Iterator[Toll]:
    """The figures per class: those of the headline first, then classes that other sentences add."""
    told: set[tuple[HarmName, str]] = set()
    heads = [claim for found in (killed, injured) if found for claim in found[1]]
    for claim in (*heads, *(claim for claim in stated if claim.stands and not claim.named)):
        key = (claim.harm, claim.victims)
        if claim.count is None or key in told or (claim not in heads and claim.victims == "unspecified"):
            continue
        told.add(key)
        yield Toll(claim.harm, claim.count, claim.victims, lines[claim.line].text, claim.at_least)
