"""The grammar: from a typed line to its parts. Whatever is typed has some reading, so that nothing fails here.

Words and "phrases" side by side are all wanted, OR stands between what may do instead, a minus before what is not
wanted, parentheses around what belongs together; `key:value` asks for a fact. What makes no sense (an OR at the end, a
parenthesis that opens or closes nothing) is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from lark import Lark

# Each conflict of this grammar is between going on and ending a part: the parser goes on, which is what is meant.
_GRAMMAR = r"""
    start: either (_CLOSE either)*
    either: every (_OR every)*
    every: part*
    ?part: atom | negated
    negated: _NOT atom | _NOT negated | _NOT
    ?atom: KEYED | PHRASE | WORD | _OPEN either _CLOSE | _OPEN either

    _OPEN: "("
    _CLOSE: ")"
    _OR.4: /(?:OR|\|{1,2})(?=[\s()]|$)/
    _NOT.4: /-(?=[\w("“«])|NOT(?=[\s()]|$)/
    _AND.4: /(?:AND|&{1,2})(?=[\s()]|$)/
    KEYED.3: /(?:KEYS):\s*(?:"[^"]*"?|“[^”]*”?|[^\s()"“«]*)/i | /[A-Z_]{2,20}:(?!\/\/)(?:"[^"]*"?|[^\s()"“«]+)/i
    PHRASE.2: /"[^"]*"?|“[^”]*”?|«[^»]*»?/
    WORD: /[^\s()"“”«»]+/
    _GAP: /[\s”»]+/
    %ignore _AND
    %ignore _GAP
"""
_QUOTES = '"“”«»'

LinePartKind = Literal["word", "phrase", "keyed", "not", "and", "or"]


@dataclass(frozen=True, slots=True)
class LinePart:
    """One part of a line: a "word" or "phrase" with its `text`, a "keyed" value with its `key` as it was typed, or what
    holds other `parts`. `depth` counts how deep these stand in each other."""

    kind: LinePartKind
    text: str = ""
    key: str = ""
    parts: tuple[LinePart, ...] = ()
    depth: int = 1


def parts_of_line(line: str, keys: Sequence[str]) -> LinePart:
    """A line as one part; of the given keys the value may stand after a space."""
    return _made(_parser(tuple(keys)).parse(line))


@cache
def _parser(keys: tuple[str, ...]) -> Lark:
    from lark import Lark  # noqa: PLC0415 - three megabytes and a thirtieth of a second: only where somebody asks

    return Lark(_GRAMMAR.replace("KEYS", "|".join(keys)), parser="lalr", lexer="basic", transformer=_maker())


def _maker() -> Any:
    from lark import Transformer  # noqa: PLC0415

    class Maker(Transformer[Any, LinePart]):
        """Makes parts while the line is read: no tree is ever walked, however deep it is."""

        def start(self, found: list[LinePart]) -> LinePart:
            return _joined("and", found)

        def either(self, found: list[LinePart]) -> LinePart:
            return _joined("or", found)

        def every(self, found: list[LinePart]) -> LinePart:
            return _joined("and", found)

        def negated(self, found: list[LinePart]) -> LinePart:
            return _negated(found)

        def KEYED(self, token: str) -> LinePart:
            return _keyed(token)

        def PHRASE(self, token: str) -> LinePart:
            return LinePart("phrase", token.strip(_QUOTES))

        def WORD(self, token: str) -> LinePart:
            return LinePart("word", str(token))

    return Maker()


def _made(part: Any) -> LinePart:
    assert isinstance(part, LinePart)
    return part


def _keyed(text: str) -> LinePart:
    key, _, value = text.partition(":")
    return LinePart("keyed", value.strip().strip(_QUOTES).strip(), key.casefold())


_NOTHING = LinePart("and")


def _joined(kind: LinePartKind, found: Sequence[LinePart]) -> LinePart:
    """One part of several; of one that one itself, and what is empty adds nothing."""
    parts = [part for part in found if part != _NOTHING]
    flat = tuple(inner for part in parts for inner in (part.parts if part.kind == kind else (part,)))
    if len(flat) == 1:
        return flat[0]
    return LinePart(kind, parts=flat, depth=1 + max(part.depth for part in flat)) if flat else _NOTHING


def _negated(found: Sequence[LinePart]) -> LinePart:
    part = found[0] if found else _NOTHING
    if part == _NOTHING:
        return part
    return part.parts[0] if part.kind == "not" else LinePart("not", parts=(part,), depth=part.depth + 1)
