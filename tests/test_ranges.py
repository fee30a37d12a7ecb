"""Ranges and parts of a number: of "five to eight" the lower is told, of "two of the five" the two."""

from __future__ import annotations

from pathlib import Path

import pytest

import seeds
from seeds.model import Document
from seeds.watch import load_watch, read_document


@pytest.fixture(scope="module")
def watch():
    return load_watch(Path(seeds.__file__).parent / "watches" / "minusma")


@pytest.mark.parametrize(
    ("language", "title", "killed"),
    [
        ("en", "Between 5 and 8 UN peacekeepers were killed in an attack near Kidal", 5),
        ("en", "Five to eight UN peacekeepers killed in attack near Kidal", 5),
        ("fr", "Entre 5 et 8 Casques bleus de la Minusma tués dans une attaque à Kidal", 5),
        ("fr", "Cinq à huit Casques bleus de la Minusma tués dans une attaque à Kidal", 5),
        ("de", "Fünf bis acht Blauhelme bei Angriff in Kidal getötet", 5),
        ("es", "Entre cinco y ocho cascos azules muertos en un ataque en Kidal", 5),
        ("en", "Toll rises from five to eight UN peacekeepers killed near Kidal", 8),
        ("fr", "Le bilan passe de cinq à huit Casques bleus de la Minusma tués à Kidal", 8),
    ],
)
def test_of_a_range_the_lower_end_is_told(watch, language, title, killed):
    """A toll that rises from one figure to another is no range."""
    assert watch.facts(read_document(Document(title, "", language))).killed == killed


@pytest.mark.parametrize(
    ("language", "title", "killed"),
    [
        ("en", "Two of the five MINUSMA soldiers were killed near Kidal", 2),
        ("fr", "Deux des cinq soldats de la Minusma ont été tués à Kidal", 2),
        ("de", "Zwei der fünf Blauhelme wurden in Kidal getötet", 2),
        ("en", "One of the six UN soldiers killed in Mali on Sunday was a captain", 6),
        ("fr", "L'un des six soldats de la Minusma tués à Kidal était capitaine", 6),
    ],
)
def test_a_part_counts_for_itself_where_the_harm_is_said_of_it(watch, language, title, killed):
    """Who "were killed" are the two; who are only described as killed are all six."""
    assert watch.facts(read_document(Document(title, "", language))).killed == killed
