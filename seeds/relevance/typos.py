"""Slips of the pen: what an acronym looks like when it is typed in a hurry."""

from __future__ import annotations


def misspellings(acronym: str) -> tuple[str, ...]:
    """What a hurried hand makes of an acronym: a letter too few, one too many or another, two swapped."""
    letters, made = sorted(set(acronym)), set[str]()
    for place, letter in enumerate(acronym):
        before, after = acronym[:place], acronym[place + 1 :]
        made.add(before + after)
        made.update(before + other + letter + after for other in letters)
        made.update(before + chr(other) + after for other in range(ord("A"), ord("Z") + 1))
        for second in range(place + 1, len(acronym)):
            swapped = acronym[second] + acronym[place + 1 : second] + letter
            made.add(before + swapped + acronym[second + 1 :])
    return tuple(sorted(made - {acronym}))
