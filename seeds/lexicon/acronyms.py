"""Acronyms as other scripts spell them: letter by letter, by what the letters are called there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def spelt_out(acronyms: Iterable[str], letters: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Each acronym of Latin capitals in every script of `letters`, which names each capital in each."""
    for acronym in acronyms:
        for names in letters.values():
            if set(acronym) <= names.keys():
                yield "".join(names[letter] for letter in acronym)
