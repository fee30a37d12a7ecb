"""No regular expression of the house takes much more than twice as long for a text of twice the length."""

import re

import pytest

from tests.regex_kit import Expression, expressions, slowest
from tests.test_structure import sources

pytestmark = pytest.mark.slow

MODULES = sorted(name for name, path in sources().items() if "re." in path.read_text(encoding="utf-8"))


@pytest.mark.proof
@pytest.mark.timeout(120)
@pytest.mark.parametrize("module", [name for name in MODULES if not name.endswith("__main__")])
def test_no_expression_grows_faster_than_its_text(module):
    """Each is run, as it is used, on repetitions of what it can repeat and of its own letters, up to 32,000 long."""
    source = sources()[module].read_text(encoding="utf-8")
    assert [found for one in expressions(module, source) if (found := slowest(one))] == []


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(\w+)[ -]$", "search"),
        (r"^(\s*<\?xml[^>]*?)\s+encoding\s*=", "search"),
        (r"\s*(?:UTC|GMT)$", "sub"),
        (r"(a|aa)+b", "fullmatch"),
        (rb"<title[^>]*>([^<]{1,200})", "search"),
        (r"([a-z]+\d+[a-z\d]*?)(?:\.doc)?$", "match"),
    ],
)
def test_what_is_slow_is_found(pattern, method):
    """Or the test above would prove nothing. Another program's load may hide it once, never three times."""
    assert any(slowest(Expression("here", re.compile(pattern), (method,))) for _ in range(3))


def test_expressions_are_found_wherever_they_stand():
    """In a module's values and collections, in its classes, and where they are written at their use."""
    found = {one.where for name in MODULES for one in expressions(name, sources()[name].read_text(encoding="utf-8"))}
    assert {"feeds.parsing.html._TAG", "feeds.parsing.sniff._ENCODING"} <= found
    assert any(where.startswith("feeds.parsing.dates:") for where in found)
    assert len(found) > 80
