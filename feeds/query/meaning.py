"""From a typed line to a query: each part with what it asks of the archive, or the first that nobody understands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from feeds.model import HarmKind
from feeds.query.language import LinePart, parts_of_line
from feeds.query.model import (
    And,
    Count,
    Key,
    Misread,
    MisreadKind,
    Node,
    Not,
    Or,
    Period,
    Query,
    Sort,
    Sought,
    ValueNames,
    Words,
)
from feeds.query.times import read_period

LONGEST_QUERY = 2000  # characters that are read
MOST_TERMS = 16  # different words and phrases that are looked for
MOST_LEAVES = 48  # conditions
DEEPEST = 12  # conditions that stand in each other
_MOST_VALUES = 8
PREFIX_FROM = 4  # a word this long also finds its longer forms: "peacekeeper" the plural, "attack" what is attacked

#: Keys whose values have names; `ValueNames` knows them.
NAME_KEYS: Final = ("place", "region", "kind", "source", "tier", "contingent", "actor", "lang", "watch")
TIME_KEYS: Final = ("since", "until", "before", "on")
COUNT_KEYS: Final = ("killed", "injured")
OTHER_KEYS: Final = ("story", "symbol", "title", "sort", "as")
QUERY_KEYS: Final = (*NAME_KEYS, *TIME_KEYS, *COUNT_KEYS, *OTHER_KEYS)
KEY_ALIASES: Final = {
    "language": "lang", "after": "since", "from": "since", "type": "kind", "dead": "killed", "wounded": "injured",
    "outlet": "source", "country": "contingent", "troops": "contingent", "group": "actor", "order": "sort",
}  # fmt: skip
SORT_ORDERS: Final[tuple[Sort, ...]] = ("newest", "best")

_HARMS: Final[Mapping[str, HarmKind]] = {"killed": "killed", "injured": "injured"}
_WORDLIKE = re.compile(r"\w")
_SYMBOL = re.compile(r"(?:S|A|SC|SG|PKO|PEACE|AFR|GA)/(?=\D{0,20}\d)[\w./]+", re.IGNORECASE)
_YEARED = re.compile(r"\(\d{4}\)$")
_DATED = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2})?|[\d-]{0,10}\.\.[\d-]{4,10}|\d{4}[\d-]{0,6}\.\.")
_COUNT = re.compile(r"(?P<sign>>=|<=|≥|≤|>|<|=)?\s*(?P<number>\d{1,9})(?P<more>\+)?")
_RANGE = re.compile(r"(\d{0,9})\.\.\.?(\d{0,9})")


class _Trouble(Exception):
    """A part that nobody understands."""

    def __init__(self, kind: MisreadKind, **args: str | tuple[str, ...]) -> None:
        self.misread = Misread(kind, args)


def parse_query(text: str, known: ValueNames, now: datetime) -> Query | Misread:
    """What a line asks for; what is wrong with it, where a key or a value is not understood.

    Of any text there is an answer, in bounded time: the first 2,000 characters are read, the first 16 different words
    looked for (`Query.cut` says where there were more).
    """
    plain = text[:LONGEST_QUERY].replace("\0", " ").encode("utf-8", "replace").decode()
    part = parts_of_line(plain, (*QUERY_KEYS, *KEY_ALIASES))
    if part.depth > DEEPEST:
        return Misread("deep")
    reading = _Reading(known, now)
    try:
        tree = reading.node(part)
    except _Trouble as trouble:
        return trouble.misread
    if reading.leaves > MOST_LEAVES:
        return Misread("long", {"most": str(MOST_LEAVES)})
    if tree is None and not reading.set:
        return Misread("empty")
    return Query(tree, reading.sort, reading.as_items, reading.cut or len(text) > LONGEST_QUERY, reading.ever)


@dataclass(slots=True)
class _Reading:
    """What is noted on the way through a line."""

    known: ValueNames
    now: datetime
    sort: Sort = "newest"
    as_items: bool = False
    cut: bool = False
    ever: bool = False
    set: bool = False
    leaves: int = 0
    terms: dict[Sought, None] = field(default_factory=dict)

    def node(self, part: LinePart) -> Node | None:
        """The condition that a part sets; None for none."""
        match part.kind:
            case "and" | "or":
                return self._joined(part.kind, part.parts)
            case "not":
                inner = self.node(part.parts[0])
                return None if inner is None else Not(inner)
            case "keyed":
                self.leaves += 1
                return self._keyed(part.key, part.text)
            case "phrase":
                return self._words(Sought(part.text))
        return self._word(part.text)

    def _joined(self, kind: Literal["and", "or"], parts: Sequence[LinePart]) -> Node | None:
        nodes = [node for node in map(self.node, parts) if node is not None]
        if kind == "and":
            nodes = list(dict.fromkeys(_together(nodes)))
        joined = tuple(dict.fromkeys(nodes))
        if len(joined) < 2:
            return joined[0] if joined else None
        return And(joined) if kind == "and" else Or(joined)

    def _word(self, text: str) -> Node | None:
        if _SYMBOL.fullmatch(text):
            self.leaves += 1
            words = self._words(Sought(text))
            return Or((_symbol(text), words)) if words else _symbol(text)
        if _DATED.fullmatch(text) and (period := read_period(text, self.now)):
            self.leaves += 1
            return period
        return self._words(Sought(text, len(text) >= PREFIX_FROM and bool(_WORDLIKE.match(text[-1]))))

    def _words(self, *terms: Sought, title: bool = False) -> Words | None:
        """The terms that can be looked for, as long as there are not too many."""
        wanted = tuple(one for one in terms if _WORDLIKE.search(one.text))
        for one in wanted:
            if one not in self.terms and len(self.terms) >= MOST_TERMS:
                self.cut = True
                wanted = tuple(other for other in wanted if other != one)
            else:
                self.terms[one] = None
        return Words(wanted, title) if wanted else None

    def _keyed(self, typed: str, value: str) -> Node | None:
        key = KEY_ALIASES.get(typed, typed)
        if key not in QUERY_KEYS:
            raise _Trouble("key", key=typed, near=self.known.near("", typed), choices=QUERY_KEYS)
        if not value:
            raise _Trouble("valueless", key=key)
        if key in NAME_KEYS:
            return self._named(key, value)
        if key in TIME_KEYS:
            return self._time(key, value)
        return _OWN_KEYS[key](self, key, value)

    def _named(self, key: str, value: str) -> Node:
        """One of several values, with commas between: "lang:fr,en". A place that gives its name to a region stands for
        all of that."""
        found: dict[str, None] = {}
        regions: dict[str, None] = {}
        whole = bool(self.known.find(key, value))  # a name may have commas of its own
        for one in [value] if whole else filter(None, map(str.strip, value.split(",")[:_MOST_VALUES])):
            names, around = self.known.find(key, one), self.known.find("region", one) if key == "place" else ()
            if not names and not around:
                near = self.known.near(key, one)
                raise _Trouble("value", key=key, value=one, near=near, choices=self.known.choices(key))
            found |= dict.fromkeys(names)
            regions |= dict.fromkeys(around)
        parts = [Key(name, tuple(values)) for name, values in ((key, found), ("region", regions)) if values]
        if not parts:
            raise _Trouble("valueless", key=key)
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _time(self, key: str, value: str) -> Node | None:
        if key == "since" and value.casefold() == "all":
            self.ever = self.set = True
            return None
        period = read_period(value, self.now)
        if period is None:
            raise _Trouble("time", key=key, value=value)
        match key:
            case "since":
                return Period(period.start, None)
            case "until":
                return Period(None, period.end or period.start)
            case "before":
                return Period(None, period.start or period.end)
        return period

    def _count(self, key: str, value: str) -> Node:
        found = _count_of(_HARMS[key], value.replace(",", "").replace(" ", ""))
        if found is None:
            raise _Trouble("number", key=key, value=value)
        return found

    def _story(self, _: str, value: str) -> Node:
        numbers = [one.strip().lstrip("#") for one in value.split(",")[:_MOST_VALUES]]
        if not all(one.isdecimal() and len(one) < 19 for one in numbers):
            raise _Trouble("number_of_story", value=value)
        return Key("story", tuple(dict.fromkeys(str(int(one)) for one in numbers)))

    def _title(self, _: str, value: str) -> Node | None:
        phrase = len(value.split()) > 1
        return self._words(Sought(value, not phrase and len(value) >= PREFIX_FROM), title=True)

    def _sorted(self, key: str, value: str) -> None:
        chosen = next((one for one in SORT_ORDERS if one == value.casefold()), None)
        if chosen is None:
            raise _Trouble("value", key=key, value=value, near="", choices=SORT_ORDERS)
        self.sort, self.set = chosen, True

    def _as(self, key: str, value: str) -> None:
        if value.casefold() not in ("items", "stories"):
            raise _Trouble("value", key=key, value=value, near="", choices=("items", "stories"))
        self.as_items, self.set = value.casefold() == "items", True


_OWN_KEYS: dict[str, Callable[[_Reading, str, str], Node | None]] = {
    "killed": _Reading._count,
    "injured": _Reading._count,
    "story": _Reading._story,
    "symbol": lambda _, __, value: _symbol(value),
    "title": _Reading._title,
    "sort": _Reading._sorted,
    "as": _Reading._as,
}


def _together(nodes: Iterable[Node]) -> Iterator[Node]:
    """The same, of an "and", with all words of the text as one condition: they stand in one wording."""
    words: list[Sought] = []
    rest: list[Node] = []
    for node in nodes:
        for part in node.parts if isinstance(node, And) else (node,):
            if isinstance(part, Words) and not part.title:
                words += part.terms
            else:
                rest.append(part)
    if words:
        yield Words(tuple(dict.fromkeys(words)))
    yield from rest


def _symbol(text: str) -> Key:
    """A document symbol as the archive keeps it, without the year that may stand behind it."""
    return Key("symbol", (_YEARED.sub("", "".join(text.split())).upper(),))


def _count_of(harm: HarmKind, text: str) -> Count | None:
    if span := _RANGE.fullmatch(text):
        return _range_of(harm, *(int(one) if one else None for one in span.groups()))
    found = _COUNT.fullmatch(text)
    if found is None:
        return None
    number, sign = int(found["number"]), ">=" if found["more"] else found["sign"] or "="
    least, most = _BOUNDS[sign]
    return Count(harm, None if least is None else number + least, None if most is None else number + most)


# What a sign adds to its number to give the least and the most; None for no bound.
_BOUNDS: Final[Mapping[str, tuple[int | None, int | None]]] = {
    ">": (1, None), ">=": (0, None), "≥": (0, None), "<": (None, -1), "<=": (None, 0), "≤": (None, 0), "=": (0, 0),
}  # fmt: skip


def _range_of(harm: HarmKind, least: int | None, most: int | None) -> Count | None:
    if least is None and most is None:
        return None
    if least is not None and most is not None:
        least, most = sorted((least, most))
    return Count(harm, least, most)


def with_watches(query: Query, watches: Sequence[str]) -> Query:
    """The same of these watches only, unless it names watches itself; of all where none is given."""
    if not watches or any(isinstance(leaf, Key) and leaf.name == "watch" for leaf in query.leaves):
        return query
    own = Key("watch", tuple(watches))
    return replace(query, tree=own if query.tree is None else And((own, query.tree)))
