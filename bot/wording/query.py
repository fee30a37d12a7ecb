"""What is said of queries: why one was not understood, with the choices and the name that was probably meant. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording.formats import clean, cut
from feeds.query import Misread

_SHOWN = 9
_THINGS = {
    "place": "place", "region": "region", "kind": "kind of incident", "source": "source", "tier": "tier",
    "contingent": "country", "actor": "group", "lang": "language", "watch": "watch", "sort": "order", "as": "form",
}  # fmt: skip
_SUCH_AS = {
    "place": "place:gao", "region": "region:gao", "kind": "kind:mine", "source": "source:rfi",
    "tier": "tier:incident", "contingent": "contingent:TD", "actor": "actor:jnim", "lang": "lang:fr",
    "since": "since:7d", "until": "until:2021-02", "before": "before:2021",
    "on": "on:2021-02-10", "killed": "killed:>3", "injured": "injured:3..5", "story": "story:9",
    "symbol": "symbol:S/RES/2690", "title": "title:convoy", "sort": "sort:best", "as": "as:items",
}  # fmt: skip


def such_as(key: str) -> str:
    """How a key is typed."""
    return _SUCH_AS.get(key, f"{key}:…")


def misread_text(misread: Misread) -> str:
    """Why a line is no query, and what to do, in one or two sentences."""
    key, value, near = (_text(misread, name) for name in ("key", "value", "near"))
    if misread.kind == "key":
        meant = f" Did you mean {near}:?" if near else ""
        choices = f" You can ask for {_listed(misread)}; for the words themselves in quotes."
        return f"I know no “{key}:”.{meant}{choices if 'choices' in misread.args else ''}"
    if misread.kind == "value":
        thing = _THINGS.get(key, "value")
        meant = f" Did you mean {near}?" if near else _choices(misread, thing)
        return f"I know no {thing} “{value}”.{meant}"
    return _SENTENCES[misread.kind].format(key=key, value=value, most=_text(misread, "most"), example=such_as(key))


_SENTENCES = {
    "empty": 'What shall I look for? Words, a "phrase in quotes", or facts: kind:attack place:gao since:7d',
    "valueless": "{key}: needs a value, such as {example}",
    "number": "“{value}” should be a number: {key}:3, {key}:>3, {key}:<=3 or {key}:3..5",
    "number_of_story": "“{value}” should be the number of a story, such as story:9",
    "time": "“{value}” should be a day (2021-02-10), a month, a year, a span (2021..2023), yesterday, or so long ago: "
    "12h, 7d, 3w, 6m, 1y. Such as {key}:7d",
    "deep": "So many parentheses stand in each other that I lose count; please ask with fewer.",
    "filter": "That is more than a filter can hold: {most} at most, please.",
    "long": "That is more than I can look for at once: {most} conditions at most, please.",
}


def _choices(misread: Misread, thing: str) -> str:
    if "choices" not in misread.args:
        return ""
    return f" Known: {_listed(misread)}." if misread.args["choices"] else f" The archive has no {thing} yet."


def _listed(misread: Misread) -> str:
    """The choices as a sentence names them, the first of many."""
    choices = misread.args.get("choices", ())
    names: Sequence[str] = (choices,) if isinstance(choices, str) else choices
    shown = names if misread.kind == "key" or len(names) <= _SHOWN + 1 else names[:_SHOWN]
    more = f" and {len(names) - len(shown):,} more" if len(shown) < len(names) else ""
    return f"{', '.join(map(clean, shown))}{more}"


def _text(misread: Misread, name: str) -> str:
    value = misread.args.get(name, "")
    return cut(clean(value), 60) if isinstance(value, str) else ""


def counted(total: int, noun: str, nouns: str) -> str:
    """ "1 story", "310 stories", "10,000+ stories"."""
    if total > 10_000:
        return f"10,000+ {nouns}"
    return f"{total:,} {noun if total == 1 else nouns}"
