"""What a text that is not flagged lacks: one rule for the desk's `why` and for `explain`, each in its own words."""

from __future__ import annotations

from collections.abc import Container, Mapping

# Kinds of evidence that stand for each other: any of them is a place of the watch, any a word for a peace operation.
PLACES, ROLES = ("theatre", "person"), ("role", "org", "name", "misspelt")


def lacking(kinds: Container[str], texts: Mapping[tuple[str, ...], str]) -> list[str]:
    """The texts, in their order, of those groups of which no kind was found; `kinds` are those that were."""
    return [text for group, text in texts.items() if not any(kind in kinds for kind in group)]
