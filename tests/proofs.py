"""How long properties are looked at: in full by `make proofs`, in short whenever the tests are run."""

from __future__ import annotations

import pytest
from hypothesis import settings

#: Hypothesis profiles by name: how many examples a property gets that does not say how many it is worth. A property
#: that breaks mostly breaks soon, and what chance finds late it finds in one of many runs.
PROFILES = {"proofs": 100, "usual": 25, "fast": 10}


def examples(worth: int) -> int:
    """How many examples to take of a property that is worth so many in full, by the profile that is in use."""
    return max(5, worth * settings().max_examples // PROFILES["proofs"])


def in_full() -> bool:
    """Whether all is looked at in full, by the profile that is in use."""
    return settings().max_examples >= PROFILES["proofs"]


def only_in_full():
    """Marks a case that others like it say most of: `make proofs` runs it, `make test` skips it and says so."""
    return pytest.mark.proof, pytest.mark.skipif(not in_full(), reason="in full only: make proofs")
