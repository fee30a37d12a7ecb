"""A query as a tree of conditions, and what could not be understood of one, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from feeds.model import HarmKind

Sort = Literal["newest", "best"]


@dataclass(frozen=True, slots=True)
class Sought:
    """A word or a phrase to look for; with `prefix` also what begins with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """All of these stand in one wording of one report; with `title` in its title."""

    terms: tuple[Sought, ...]
    title: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A fact has one of these values, written as the archive keeps them: `name` is "place", "kind", "lang" …"""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The believed count of a harm lies between these, both included; None for no bound on that side."""

    harm: HarmKind
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """It was at `start` or later and before `end` (UTC); None for no bound on that side."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """What does not meet a condition."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """What meets all of these conditions."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What meets one of these conditions."""

    parts: tuple[Node, ...]


Leaf: TypeAlias = Words | Key | Count | Period
Node: TypeAlias = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: a `tree` of conditions (None for everything), in which order, as stories or as items.

    `cut` says that it had more words than are looked for, of which the last were left out; `ever` that all times were
    asked for by name, where else a usual one would hold.
    """

    tree: Node | None = None
    sort: Sort = "newest"
    as_items: bool = False
    cut: bool = False
    ever: bool = False

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The conditions that must or may be met: those that no "not" stands before."""
        return tuple(_wanted(self.tree))

    @property
    def words(self) -> tuple[Words, ...]:
        """The words that must or may stand in what is found."""
        return tuple(node for node in self.leaves if isinstance(node, Words))

    @property
    def plain(self) -> bool:
        """Whether it asks for nothing but words that stand together."""
        return isinstance(self.tree, Words) and not self.tree.title


def asks_for_words(node: Node | None) -> bool:
    """Whether a condition looks for words, or for what has none of them."""
    if isinstance(node, And | Or):
        return any(map(asks_for_words, node.parts))
    return asks_for_words(node.part) if isinstance(node, Not) else isinstance(node, Words)


def _wanted(node: Node | None) -> Iterator[Leaf]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _wanted(part)
    elif node is not None and not isinstance(node, Not):
        yield node


MisreadKind = Literal[
    "empty", "key", "value", "number", "time", "number_of_story", "valueless", "deep", "long", "filter", "filter_words"
]


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a line is no query; its words stand in `bot.wording.query`.

    `args` may hold the `key`, the `value`, `near` (the name that was probably meant) and `choices`.
    """

    kind: MisreadKind
    args: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


class ValueNames(Protocol):
    """The names that values may have (`feeds.query.known.KnownNames`)."""

    def find(self, key: str, value: str) -> tuple[str, ...]:
        """What the archive keeps for a value as it was typed; none for one that nobody knows."""
        ...

    def near(self, key: str, value: str) -> str:
        """The name that was probably meant by an unknown value; "" for none."""
        ...

    def choices(self, key: str) -> tuple[str, ...]:
        """Every name that a value of this key may have, to show; as many as there are."""
        ...
