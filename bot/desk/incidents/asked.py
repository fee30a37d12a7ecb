"""The one query language for what is made of incidents: which stories a line asks for, and of which time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.language import _
from bot.wording.query import misread_text
from feeds.query import Misread, Query, parse_query
from feeds.query.model import And, Node, Not, Or, Period
from feeds.store import Store

# Keys with their values and phrases stay as they are, each other word is looked at.
_PART = re.compile(r'\w+:\s*(?:"[^"]*"?|“[^”]*”?|[^\s()"“«]*)|"[^"]*"?|“[^”]*”?|«[^»]*»?|[^\s()"“”«»]+')
_YEAR = re.compile(r"-?(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for: a `query` (None for everything), of which `period` (None where none is named), and whether
    `ever` is wanted, so that no usual time holds."""

    query: Query | None
    period: Period | None = None
    ever: bool = False


def with_years(text: str) -> str:
    """The line with each year that stands alone as that time, for nobody looks for the word: "gao on:2021"."""
    return _PART.sub(lambda found: _dated(found[0]), text)


def bare_words(text: str) -> list[str]:
    """The words that stand alone in a line: none of a phrase, of a key's value, or of what is not wanted."""
    words = (found[0].strip(",;") for found in _PART.finditer(text))
    return [word for word in words if word.isalpha()]


def _dated(word: str) -> str:
    return f"{word[:-4]}on:{word[-4:]}" if _YEAR.fullmatch(word) else word


async def asked_of(question: Question) -> Asked:
    """What the question's `query` asks for. Raises Trouble for what is not understood."""
    text = with_years(question.text("query")).strip()
    if not text:
        return Asked(None)
    query = await question.house.ask(lambda store: parse_query(text, question.house.names.known(store), question.now))
    if isinstance(query, Misread):
        raise Trouble(misread_text(query))
    everything = query.tree is None and query.sort == "newest"
    ever = query.ever or names_times(query.tree)
    return Asked(None if everything else replace(query, as_items=False), ever=ever)


def with_period(found: Asked) -> Asked:
    """The same with the time that all of it must be of apart from the query."""
    if found.query is None:
        return found
    tree = found.query.tree
    parts = tree.parts if isinstance(tree, And) else (tree,) if tree else ()
    times = [part for part in parts if isinstance(part, Period)]
    rest = tuple(part for part in parts if not isinstance(part, Period))
    left = And(rest) if len(rest) > 1 else rest[0] if rest else None
    query = replace(found.query, tree=left, sort="newest") if left else None
    return replace(found, query=query, period=_common(times) if times else None)


def _common(times: list[Period]) -> Period:
    starts = [one.start for one in times if one.start is not None]
    ends = [one.end for one in times if one.end is not None]
    return Period(max(starts, default=None), min(ends, default=None))


def names_times(node: Node | None) -> bool:
    """Whether a query speaks of any time."""
    if isinstance(node, Not):
        return names_times(node.part)
    return any(map(names_times, node.parts)) if isinstance(node, And | Or) else isinstance(node, Period)


def coming(period: Period, now: datetime) -> str:
    """Why nothing can be of a time: it is still to come, or ends before it begins; "" for any other."""
    if period.start is not None and period.start > now:
        return _("That time is still to come.")
    ends_first = period.start is not None and period.end is not None and period.end <= period.start
    return _("That time ends before it begins.") if ends_first else ""


def found_by(store: Store, query: Query, watches: tuple[str, ...], limit: int | None = None) -> tuple[int, ...]:
    """The stories that a query finds: those that have some of its words only are none, for they would be counted."""
    matching = store.queries.stories(query, watches, limit)
    return () if matching.partial else matching.ids
