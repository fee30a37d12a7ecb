"""A sentence whose holes are filled by spans: one message for translators, although parts of it are live or linked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from string import Formatter

from bot.card import Line, Span


def phrase(form: str, **holes: str | Span | Line) -> Line:
    """The sentence as a line: `phrase(_("Quiet here until {when}."), when=moment_span(…))`."""
    return tuple(_joined(_filled(form, holes)))


def _filled(form: str, holes: dict[str, str | Span | Line]) -> Iterator[str | Span]:
    for text, name, *_ in Formatter().parse(form):
        yield text
        if name is not None:
            filling = holes[name]
            yield from filling if isinstance(filling, tuple) else (filling,)


def _joined(parts: Iterator[str | Span]) -> Iterator[Span]:
    """The spans as they are, and what stands between two of them as one."""
    for plain, some in groupby(parts, lambda one: isinstance(one, str)):
        if not plain:
            yield from some  # type: ignore[misc]
        elif text := "".join(map(str, some)):
            yield Span(text)
