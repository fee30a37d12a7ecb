"""On which line each key of a TOML text stands."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lines import key_lines, line_of
from config.mistakes import Mistake, by_line, key_name

TEXT = """# a list of things
a = 1
"b c" = '''x
[not.a.header]
'''

[t]
x.y = [
  1, # ]
  { z = 2 },
]
[[row]]
name = "one"
inline = { hour = 3 }
[[row]]
name = "two"
[row.deep]
key = "v"
[[row.deeper]]
q = 1
[[row.deeper]]
q = 2
"""


def test_every_key_has_its_line():
    """Comments, texts and lists over several lines, dotted and quoted keys, tables of lists within such tables."""
    lines = key_lines(TEXT)
    assert lines["a",] == 2
    assert lines["b c",] == 3
    assert lines["t",] == 7
    assert lines["t", "x", "y"] == lines["t", "x", "y", 1, "z"] == 8
    assert lines["row",] == lines["row", 0] == 12
    assert lines["row", 0, "inline", "hour"] == 14
    assert lines["row", 1, "name"] == 16
    assert lines["row", 1, "deep"] == 17
    assert lines["row", 1, "deep", "key"] == 18
    assert [lines["row", 1, "deeper", at, "q"] for at in (0, 1)] == [20, 22]
    assert ("not",) not in lines


def paths(tree, above=()):
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield (*above, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, key))


def test_what_stands_in_the_tree_stands_on_a_line():
    """Neither more nor less than what the standard library reads, also with the line ends of Windows."""
    assert set(key_lines(TEXT)) == set(paths(tomllib.loads(TEXT)))
    assert key_lines(TEXT.replace("\n", "\r\n")) == key_lines(TEXT)


def test_what_is_missing_is_where_it_belongs():
    """The line of the nearest table that is written; none for what nothing of is."""
    lines = key_lines(TEXT)
    assert line_of(lines, ("row", 1, "role")) == 15
    assert line_of(lines, ("t", "x", "other")) == 8
    assert line_of(lines, ("poll", "contact")) is None


VALUES = st.sampled_from(["1", '"#"', "[1,\n2]", '"""\n[x]\n"""', "'''\na = 2'''", "{ a = [3] }", "[\n]"])


@given(st.lists(st.tuples(st.booleans(), VALUES, st.sampled_from(["", " # [c]", "\n\n# d"])), max_size=8))
def test_values_over_several_lines_move_no_other(rows):
    """Each key is found where its text begins, whatever the values before it look like."""
    text, expected = "", {}
    for number, (header, value, comment) in enumerate(rows):
        if header:
            text += "[[row]]\n"
        expected[f"k{number}"] = text.count("\n") + 1
        text += f"k{number} = {value}{comment}\n"
    found = {path[-1]: line for path, line in key_lines(text).items() if str(path[-1]).startswith("k")}
    assert found == expected
    tomllib.loads(text)


@pytest.mark.parametrize(("path", "name"), [
    (("poll", "contact"), "poll.contact"), (("channel", 1, "tiers", "incident"), "channel[2].tiers.incident"), ((), ""),
])  # fmt: skip
def test_keys_are_named_as_operators_count(path, name):
    """Tables of a list are counted from one."""
    assert key_name(path) == name


def test_mistakes_read_as_compilers_write_them():
    """File, line, key, text, as far as there are; in the order in which they stand in the file."""
    one, two, three = Mistake("f", "k", "is odd", 3), Mistake("f", "", "is empty"), Mistake("", "", "alone")
    assert [str(one), str(two), str(three)] == ["f:3: k: is odd", "f: is empty", "alone"]
    assert by_line((one, two)) == (two, one)
