"""What every watch looks for, whatever its mission: countries and their people, seats of government, leaders, peace
operations, armed groups; and the words for peace operations. Automata hold it all, made once and shared by all
readers of all watches.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from seeds.lexicon.declension import declined
from seeds.lexicon.load import Lexicon
from seeds.text.scan import Lexeme, Scanner, lexemes, once_each

#: The kinds of its entries: a country by name, in another case of the name, by adjective, by what stands for it, by its
#: armed forces …
COUNTRY, CASE, PEOPLE, SEAT, ARMY = "country", "case", "people", "seat", "army"
#: … an operation by name and by where it is, a person of an office, an armed group.
MISSION, SITE, PERSON, ACTOR = "mission", "site", "person", "actor"
#: … what stands before or behind a country's name in the name of an outlet, a bank or a university.
BEFORE, BEHIND = "before", "behind"
#: The kind of a watch's own entries for where its mission is: countries and the places of its gazetteer.
THEATRE = "theatre"
#: … and for longer names inside which such a name means nothing.
COVER = "cover"
_GATE = frozenset({"role", "org"})  # without which a text that does not name a mission concerns none


@lru_cache(maxsize=1)
def world(lexicon: Lexicon) -> Scanner:
    """The scanner. Raises LexiconError when a file of the lexicon is wrong."""
    return lexicon.keeper.kept("world", lambda: _scanner(lexicon, _entries(lexicon)))


@lru_cache(maxsize=1)
def roles(lexicon: Lexicon) -> Scanner:
    """The scanner of the words for peace operations, and of those that speak beside them."""
    return lexicon.keeper.kept("roles", lambda: _scanner(lexicon, role_entries(lexicon)))


@lru_cache(maxsize=1)
def role_gate(lexicon: Lexicon) -> Scanner:
    """The scanner of those of them without which a text concerns no mission."""
    return lexicon.keeper.kept("roles.gate", lambda: _scanner(lexicon, _gate_entries(lexicon)))


def role_entries(lexicon: Lexicon) -> Iterator[Lexeme]:
    """What `roles` looks for."""
    return once_each(
        one for concept in lexicon.concepts.values() for one in lexemes(concept.id, concept.kind, concept.forms)
    )


def _gate_entries(lexicon: Lexicon) -> Iterator[Lexeme]:
    return (one for one in role_entries(lexicon) if one[1].kind in _GATE)


def _scanner(lexicon: Lexicon, entries: Iterator[Lexeme]) -> Scanner:
    inflections = lexicon.inflections
    return Scanner(entries, inflections.endings(), inflections.lowercase)


def _entries(lexicon: Lexicon) -> Iterator[Lexeme]:
    for code in lexicon.countries:
        names, adjectives = lexicon.country_forms(code)
        yield from lexemes(code, COUNTRY, names)
        yield from lexemes(code, CASE, declined(lexicon, code))
        yield from lexemes(code, PEOPLE, adjectives)
    for code, seats in lexicon.table("capitals").items():
        yield from lexemes(code, SEAT, lexicon.proper(seats))
    for code, forces in lexicon.table("armies").items():
        yield from lexemes(code, ARMY, lexicon.proper(forces))
    for key, mission in lexicon.missions.items():
        yield from lexemes(key, MISSION, (*mission.acronyms, *mission.names))
        yield from lexemes(key, SITE, mission.places)
    for office, holders in lexicon.table("leaders").items():
        for name, forms in holders.items():
            yield from lexemes(f"{office}/{name}", PERSON, lexicon.proper((name, *forms)))
    for place, forms in lexicon.table("outlets").items():
        yield from lexemes(place, place, lexicon.proper(forms))
    for key, row in lexicon.table("actors").items():
        yield from lexemes(key, ACTOR, lexicon.proper(row["forms"]))
