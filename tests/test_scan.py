"""Finding forms in a text, and throwing out what only looks like one."""

import pytest

from seeds.lexicon.load import shared
from seeds.text.forms import make_form
from seeds.text.reading import Reading
from seeds.text.scan import Scanner, lexemes

NAMES = [("Mali", ""), ("マリ", "zh"), ("মালি", "bn")]
ENTRIES = [
    *lexemes("un", "org", [make_form("UN", "en"), make_form("FN", "nb"), make_form("ONU", "fr")]),
    *lexemes("place", "theatre", [make_form(text, language, proper=True) for text, language in NAMES]),
    *lexemes("helmet", "role", [make_form("casque bleu", "fr"), make_form("casque", "fr")]),
]


@pytest.fixture(scope="module")
def scanner():
    inflections = shared().inflections
    return Scanner(ENTRIES, inflections.endings(), inflections.lowercase)


def found(scanner, text, language=None):
    reading = Reading(text, language)
    return [reading.folded[find.start : find.end] for find in scanner.finds(reading)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("UN base in Mali", "en", ["un", "mali"]),
        ("un camp au Mali", "fr", ["mali"]),
        ("U.N. and ONU", "en", ["onu"]),
        ("Somalia, animalier, Malik", "en", []),
        ("Stigao je mali princ", "hr", []),
        ("everything small in mali, un too", "en", ["mali", "un"]),
        ("Maliban és Malissa", "hu", ["maliban"]),
        ("Maliban és Malissa", "fi", ["malissa"]),
        ("Maliban", "en", []),
        ("Maliban", None, ["maliban"]),
        ("Malin plaisir", None, []),
        ("a mali misszió", "hu", ["mali"]),
        ("FN protesterer", "no", ["fn"]),
        ("Le FN proteste", "fr", []),
        ("UN CONVOI AU MALI AUJOURD'HUI", "fr", ["mali"]),
        ("UN CONVOY IN MALI TODAY", "en", ["un", "mali"]),
        ("マリで、ソマリアで、マリオが", "ja", ["マ リ"]),
        ("মালিতে", "bn", ["মালিতে"]),
        ("মালিতে", "en", ["মালিতে"]),
        ("Un casque bleu", "fr", ["casque bleu", "casque"]),
    ],
)
def test_finds(scanner, text, language, expected):
    """Capitals, endings, runs of Katakana and the text's language decide what is a find."""
    assert found(scanner, text, language) == expected


def test_kinds_are_quick_and_unchecked(scanner):
    """The gate's question needs no way back to the original."""
    assert scanner.kinds(Reading("the un of mali").folded) == {"org", "theatre"}
    assert scanner.kinds(Reading("nothing here").folded) == set()


def test_a_find_is_quoted_as_written(scanner):
    """The original of a find keeps its case and accents."""
    reading = Reading("Le Casque  bleu de l’ONU", "fr")
    finds = scanner.finds(reading)
    assert [reading.original(find.start, find.end) for find in finds] == ["Casque  bleu", "Casque", "ONU"]
