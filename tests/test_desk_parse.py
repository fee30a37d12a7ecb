"""From words and options to typed values: one reading for typed lines, slash commands and the command line."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import COMMANDS, Argument, Command
from bot.desk.parse import Trouble, parse_line, parse_options, spelled
from feeds.query.times import read_time
from seeds.model import When
from seeds.moments import iso, read_when
from tests.store_kit import DAY, HOUR, NOW

MANY = Command(
    "many",
    "a command of every kind of option",
    (
        Argument("place", "where", "word", required=True),
        Argument("story", "which", "story", required=True),
        Argument("words", "what", "text", required=True),
        Argument("n", "how many", "number", least=1, most=50, default="5"),
        Argument("order", "in which order", "choice", choices=("newest", "oldest"), default="newest"),
        Argument("since", "from when on", "time"),
        Argument("all", "unflagged ones too", "flag"),
    ),
)
FULL = {"place": "kidal", "story": 9, "words": "two words", "n": 7, "order": "oldest",
        "since": When(datetime(2021, 2, 1, tzinfo=UTC), "month"), "all": True}  # fmt: skip


def parse(line, command=MANY):
    return dict(parse_line(command, line, NOW, "!"))


@pytest.mark.parametrize("line", [
    "kidal 9 two words n:7 order:oldest since:2021-02 all:yes",
    "n:7 kidal 9 two words --order=oldest --since=2021-02 --all",
    "--all kidal story:#9 order:OLDEST since:\"2021-02\" n:7 -- two words",
    "  KIDAL  9   two words  N:7 Order:oldest SINCE:2021-02 ALL:on ".replace("KIDAL", "kidal"),
])  # fmt: skip
def test_seven_options_are_read_in_any_spelling(line):
    """In their order or by name, before or after the words, as Discord spells them or as a shell does."""
    assert parse(line) == FULL


def test_what_is_left_out_has_its_default():
    """A default is typed like the rest; without one a time is None, a flag off."""
    found = parse("kidal 9 words")
    assert (found["n"], found["order"], found["since"], found["all"]) == (5, "newest", None, False)


@pytest.mark.parametrize(("line", "said"), [
    ("", "What about? Ask like this: !many <place> <story> <words> [n] [order] [since] [--all]"),
    ("kidal", "Ask like this: !many <place>"),
    ("kidal nine words", "A story has a number, such as 12. !latest shows the newest."),
    ("kidal 9 words n:many", "“many” should be a number from 1 to 50."),
    ("kidal 9 words n:0", "“0” should be a number from 1 to 50."),
    ("kidal 9 words n:999999999999999999999999", "should be a number from 1 to 50."),
    ("kidal 9 words order:best", "“best” should be one of: newest, oldest."),
    ("kidal 9 words since:soon", "“soon” should be a day (2021-02-10), a month, a year, or so long ago: 12h, 3d, 2w,"),
    ("kidal 9 words all:perhaps", "“perhaps” should be yes or no"),
])  # fmt: skip
def test_mistakes_are_sentences(line, said):
    """Each kind of option says what it takes."""
    with pytest.raises(Trouble) as caught:
        parse(line)
    assert said in str(caught.value)


@pytest.mark.parametrize("words", [
    "title:attack", "https://example.org/1", "10:30", "a --b c", "x:y --z=1", "“odd” \"quotes", "--", "a = b",
])  # fmt: skip
def test_words_that_look_like_options_are_words(words):
    """Only a command's own options are names; everything else is looked for as it was typed."""
    search = next(one for one in COMMANDS if one.name == "search")
    expected = "" if words == "--" else words
    if expected:
        assert parse_line(search, words, NOW) == {"words": expected}
    assert parse_line(search, f"-- {words}", NOW) == {"words": words}


WORD = st.text(st.sampled_from("abé:-=#"), min_size=1, max_size=8)
GIVEN = st.fixed_dictionaries(
    {"place": WORD, "story": st.integers(1, 10**6), "words": st.lists(WORD | st.just("n:3"), min_size=1).map(" ".join)},
    optional={
        "n": st.integers(1, 50),
        "order": st.sampled_from(["newest", "oldest"]),
        "since": st.sampled_from(["2021", "2021-02", "2021-02-10", "3d"]),
        "all": st.booleans(),
    },
)


@settings(deadline=None)
@given(GIVEN)
def test_slash_options_and_their_spelling_are_the_same(given):
    """What a slash command gives is what its spelling, which page buttons keep, is read as."""
    assert parse_line(MANY, spelled(MANY, given), NOW) == parse_options(MANY, given, NOW)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_example_is_right(command):
    """The two examples of each command are not the same, are read without a mistake, and name it."""
    assert len(set(command.examples)) == 2
    for example in command.examples:
        name, _, line = example.partition(" ")
        assert name in (command.name, *command.aliases)
        values = parse_line(command, line.replace("@analysts", "<@&5>"), NOW)  # Discord makes a mention of it
        assert values.keys() == {one.name for one in command.arguments}


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from([MANY, *COMMANDS]))
def test_no_line_breaks_the_parser(line, command):
    """Whatever is typed is read or answered with a sentence."""
    try:
        parse_line(command, line, NOW)
    except Trouble as trouble:
        assert str(trouble)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["n:" * 20_000, '"' * 20_000, "a " * 20_000, "-" * 20_000, "#, " * 12_000, "9" * 20_000]
)
def test_a_long_line_is_read_at_once(line):
    """However long a line, reading it costs next to nothing."""
    began = time.process_time()
    for command in (MANY, *COMMANDS):
        with contextlib.suppress(Trouble):
            parse_line(command, line, NOW)
    assert time.process_time() - began < 0.08 * len(COMMANDS)


@pytest.mark.parametrize(("text", "found"), [
    ("2021", "2021"), ("2021-02", "2021-02"), ("2021-02-10", "2021-02-10"),
    ("2021-02-10T09:30Z", "2021-02-10T09:30:00+00:00"), ("today", "2021-02-10"), ("Yesterday", "2021-02-09"),
])  # fmt: skip
def test_times_are_as_exact_as_they_are_typed(text, found):
    """A year stays a year; a day by name is a day."""
    assert iso(read_time(text, NOW)) == found


def test_so_long_ago_is_an_instant():
    """Hours, days and weeks before now; nonsense and what is before any news is nothing."""
    assert read_time("12h", NOW).start == NOW - 12 * HOUR
    assert read_time("3 d", NOW).start == NOW - 3 * DAY
    assert read_time("2w", NOW).start == NOW - 14 * DAY
    assert read_time("1M", NOW).start == NOW.replace(month=NOW.month - 1)
    assert read_time("1y", NOW).start == NOW.replace(year=NOW.year - 1)
    for text in ("", "soon", "99999w", "-3d", "1/2/2021"):
        assert read_time(text, NOW) is None
    assert read_when("today") is None
