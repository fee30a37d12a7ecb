"""Sentences of rooms that know no other language than English: each is its English text, and remembers its form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self


class Sentence(str):
    """A text that whoever prints it can say in another language: its form, which the catalogue knows, and what fills
    its holes, sentences among it."""

    __slots__ = ("form", "holes")
    form: str
    holes: dict[str, object]

    def __new__(cls, form: str, **holes: object) -> Self:
        """The form with its holes filled."""
        made = super().__new__(cls, form.format(**holes))
        made.form, made.holes = form, holes
        return made

    def __str__(self) -> str:
        return self  # what an exception tells stays a sentence

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.form, self.holes)


def worded(form: str) -> str:
    """A form itself, which is filled later, and belongs in the catalogue."""
    return form


def unreadable(error: OSError) -> Sentence:
    """Why a file cannot be read."""
    return Sentence("cannot be read ({error})", error=error.strerror or error)


def _again(form: str, holes: dict[str, object]) -> Sentence:
    return Sentence(form, **holes)


def joined(between: str, parts: Iterable[str]) -> Sentence:
    """Several texts as one, each of which stays what it is."""
    holes = {f"p{at}": part for at, part in enumerate(parts)}
    return Sentence(between.join(f"{{{name}}}" for name in holes), **holes)


def apart(text: str) -> tuple[str, ...]:
    """The lines that were joined, or that a text has."""
    if not isinstance(text, Sentence):
        return tuple(text.splitlines())
    return tuple(map(str, text.holes.values())) if "\n" in text.form else (text,)
