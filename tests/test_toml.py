"""TOML that is broken: where, in plain words, and what can be read beside it."""

from __future__ import annotations

import time

import pytest

from config.toml import TomlError, read_around, read_text, read_toml

GOOD = "[last]\nz = 1\n"


@pytest.mark.parametrize(("text", "line", "told", "left"), [
    ("[poll\nx = 1\n", 1, "the header is not closed", {}),
    ("a = 1\n[t]\nx = 1\n[t]\ny = 2\n", 4, "the table [t] stands twice", {"a": 1, "t": {"x": 1}}),
    ("a = 1\na = 2\nb = 3\n", 2, "this key or table stands twice", {"a": 1, "b": 3}),
    ('a = "x\nb = 2\n', 1, "a quote is not closed", {"b": 2}),
    ("a = [1,\nb = 2\n", 1, "a quote, a list or a table that begins here is not closed", {"b": 2}),
    ("a = [\n1\n2\n]\nb = 3\n", 3, "a list is not closed, or lacks a comma", {"b": 3}),
    ("a = True\nb = 3\n", 1, "the value is none: text stands in quotes", {"b": 3}),
    ("a\nb = 1\n", 1, "there is no = between a key and its value", {"b": 1}),
    ("a = 1 2\nb = 1\n", 1, "something follows the value", {"b": 1}),
    ("a = " + "9" * 5000 + "\nb = 1\n", 1, "A number has more than 4,300 digits", {"b": 1}),
])  # fmt: skip
def test_one_broken_statement_hides_no_other(text, line, told, left):
    """It has its line and plain words; what stands before and behind it is read, with every line where it was."""
    rest, tree, (error,) = read_around(text + GOOD)
    assert error.line == line and str(error).startswith(told)
    assert tree == left | {"last": {"z": 1}}
    assert rest.count("\n") == (text + GOOD).count("\n")


def test_every_mistake_has_its_line():
    """Several in one text."""
    _, tree, errors = read_around("a = x\nb = 1\nc = 'y\n[d\ne = 1\n[f]\ng = 2\n")
    assert [error.line for error in errors] == [1, 3, 4]
    assert tree == {"b": 1, "f": {"g": 2}}


@pytest.mark.parametrize(("data", "line"), [
    ("a = 1\nb = 'é'".encode("latin-1"), 2), ("a = 1".encode("utf-16"), 1), (b"\xef\xbb\xbfa = 1\n\xff", 2),
])  # fmt: skip
def test_what_is_not_utf_8_is_named(tmp_path, data, line):
    """With its line, also behind a mark of the encoding."""
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(TomlError, match="store it as UTF-8") as caught:
        read_text(tmp_path / "x")
    assert caught.value.line == line


def test_a_mark_of_the_encoding_is_left_out(tmp_path):
    """What editors on Windows write before the text."""
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read_toml(read_text(tmp_path / "x")) == {"a": 1}


@pytest.mark.parametrize(
    "text", ["[a\n", "a = [\n", "a = '''\n", "x\n", "a = [1,\n", "[[a]]\n" * 9 + "[a]\n", "[" * 500 + "\n"]
)
def test_broken_texts_cost_little(text):
    """Twenty thousand broken lines are given up within three seconds of CPU."""
    began = time.process_time()
    _, _, errors = read_around(text * (20_000 // text.count("\n")))
    assert 1 <= len(errors) <= 20
    assert time.process_time() - began < 3
