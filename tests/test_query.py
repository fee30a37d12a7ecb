"""The query language: what each form of it asks for, what is answered to what nobody understands, and that nothing
breaks it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.query import Misread, Query, parse_query
from feeds.query.known import known_names
from feeds.query.meaning import DEEPEST, KEY_ALIASES, MOST_LEAVES, MOST_TERMS, QUERY_KEYS
from feeds.query.model import And, Count, Key, Not, Or, Period, Sought, Words
from feeds.query.times import read_period
from tests.proofs import examples

NOW = datetime(2021, 2, 10, 12, 30, tzinfo=UTC)
WATCHES = Path(__file__).resolve().parents[1] / "seeds" / "watches"
KNOWN = (
    known_names({path.parent.name: (path.parent.name, path.parent) for path in WATCHES.glob("*/watch.toml")})
    .with_names("source", ["RFI", "RFI Afrique", "Wire, Inc."])
    .with_names("place", ["Town 1"])
)


def asked(line):
    return parse_query(line, KNOWN, NOW)


def tree(line):
    found = asked(line)
    assert isinstance(found, Query), found
    return found.tree


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def words(*texts):
    return Words(tuple(Sought(text.rstrip("*"), text.endswith("*")) for text in texts))


KIDAL = Or((Key("place", ("Kidal",)), Key("region", ("Kidal",))))  # the town, or the region of its name


@pytest.mark.parametrize(("line", "meaning"), [
    ("convoy", words("convoy*")),
    ("un mali convoy", words("un", "mali*", "convoy*")),
    ('"blue helmet" un', words("blue helmet", "un")),
    ("“blue helmet” «casque bleu»", words("blue helmet", "casque bleu")),
    ("un un UN", words("un", "UN")),
    ("a OR b", Or((words("a"), words("b")))),
    ("a b OR c", Or((words("a", "b"), words("c")))),
    ("a || b", Or((words("a"), words("b")))),
    ("(a OR b) c", And((words("c"), Or((words("a"), words("b")))))),
    ("a AND b && c", words("a", "b", "c")),
    ("a -b", And((words("a"), Not(words("b"))))),
    ("a NOT b", And((words("a"), Not(words("b"))))),
    ("-(a b)", Not(words("a", "b"))),
    ("a or b", words("a", "or", "b")),
    ("well-known", words("well-known*")),
    ("--", None), ("-", None), ("()", None), ("OR", None), ("NOT", None), ("\"\"", None),
    ("((a)", words("a")), ("a)) b", words("a", "b")), ("OR a OR", words("a")), ("a (OR) b", words("a", "b")),
    ("place:aguelhok", Key("place", ("Aguelhok",))),
    ("place:kidal", KIDAL), ("place: kidal", KIDAL), ("PLACE:KIDAL", KIDAL),
    ('place:"Town 1"', Key("place", ("Town 1",))),
    ("-place:kidal", Not(KIDAL)),
    ("place:kidal,gao", Or((Key("place", ("Kidal", "Gao")), Key("region", ("Kidal", "Gao"))))),
    ("place:أجلهوك,ber", Key("place", ("Aguelhok", "Ber"))),
    ("region:kidal", Key("region", ("Kidal",))),
    ("kind:mine", Key("kind", ("mine",))),
    ("kind:rocket", Key("kind", ("rocket or mortar fire",))),
    ("lang:fr", Key("lang", ("fr",))), ("language:french,en", Key("lang", ("fr", "en"))),
    ("source:rfi", Key("source", ("RFI", "RFI Afrique"))), ('source:"wire, inc"', Key("source", ("Wire, Inc.",))),
    ("tier:incident", Key("tier", ("incident",))), ("tier:follow-up", Key("tier", ("follow_up",))),
    ("contingent:TD", Key("contingent", ("TD",))), ("contingent:tchad", Key("contingent", ("TD",))),
    ("actor:gsim", Key("actor", ("JNIM",))),
    ("watch:minusma", Key("watch", ("minusma",))),
    ("story:9", Key("story", ("9",))), ("story:#9,12", Key("story", ("9", "12"))),
    ("symbol:s/res/2690", Key("symbol", ("S/RES/2690",))),
    ('symbol:"S/RES/2690 (2023)"', Key("symbol", ("S/RES/2690",))),
    ("S/RES/2690", Or((Key("symbol", ("S/RES/2690",)), words("S/RES/2690")))),
    ("title:attack", Words((Sought("attack", True),), title=True)),
    ("killed:3", Count("killed", 3, 3)), ("killed:>3", Count("killed", 4)), ("killed:>=3", Count("killed", 3)),
    ("killed:<3", Count("killed", None, 2)), ("injured:<=3", Count("injured", None, 3)),
    ("killed:=3", Count("killed", 3, 3)), ("killed:3..5", Count("killed", 3, 5)),
    ("killed:5..3", Count("killed", 3, 5)),
    ("killed:3..", Count("killed", 3)), ("killed:..5", Count("killed", None, 5)), ("killed:3+", Count("killed", 3)),
    ("since:2021-02", Period(day("2021-02-01"), None)), ("after:2021", Period(day("2021-01-01"), None)),
    ("before:2021-02", Period(None, day("2021-02-01"))), ("until:2021-02", Period(None, day("2021-03-01"))),
    ("on:2021-02-03", Period(day("2021-02-03"), day("2021-02-04"))),
    ("on:2021..2023", Period(day("2021-01-01"), day("2024-01-01"))),
    ("2021..2023", Period(day("2021-01-01"), day("2024-01-01"))),
    ("2021-02-03", Period(day("2021-02-03"), day("2021-02-04"))),
    ("since:7d", Period(datetime(2021, 2, 3, 12, 30, tzinfo=UTC), None)),
    ("2021", words("2021*")),
    ("https://example.org/1", words("https://example.org/1*")),
    ("Mali: attaque 10:30", words("Mali:", "attaque*", "10:30*")),
])  # fmt: skip
def test_each_form_asks_for_what_readers_expect(line, meaning):
    """Words, phrases, OR, not, parentheses, keys with names, counts and times."""
    if meaning is None:
        assert asked(line) == Misread("empty")
    else:
        assert tree(line) == meaning


def test_the_general_kind_is_all_of_its_kinds():
    """An ambush and a mine are attacks, an accident is none."""
    values = tree("kind:attack").values
    assert {"attack", "ambush", "mine"} <= set(values) and "accident" not in values
    assert tree("kind:ied").values == ("mine",)


@pytest.mark.parametrize("line", ["since:all", "SINCE: All", "after:all", "from:all"])
def test_all_times_are_no_condition(line):
    """`since:all` can be said wherever a query can, and adds nothing to it; `ever` says that it was."""
    assert asked(line) == Query(ever=True)
    assert asked(f"convoy {line} place:kidal") == Query(And((words("convoy*"), KIDAL)), ever=True)
    assert not asked("convoy").ever
    assert asked("before:all").kind == "time"


def test_how_the_answer_comes_is_no_condition():
    """`sort:` and `as:` say in which order, and as what."""
    found = asked("convoy sort:best as:items")
    assert (found.tree, found.sort, found.as_items) == (words("convoy*"), "best", True)
    assert asked("sort:best").tree is None
    assert (asked("convoy").sort, asked("convoy").as_items) == ("newest", False)


@pytest.mark.parametrize(("line", "kind", "args"), [
    ("plase:kidal", "key", {"key": "plase", "near": "place"}),
    ("zzzz:kidal", "key", {"near": ""}),
    ("place:menka", "value", {"key": "place", "value": "menka", "near": "Ménaka"}),
    ("kind:zzz", "value", {"near": ""}),
    ("tier:incidnet", "value", {"near": "incident"}),
    ("lang:fr,zz", "value", {"value": "zz"}),
    ("contingent:Chd", "value", {"near": "Chad"}),
    ("sort:oldest", "value", {"choices": ("newest", "best")}),
    ("as:pages", "value", {"choices": ("items", "stories")}),
    ("killed:many", "number", {"value": "many"}),
    ("killed:9999999999", "number", {}),
    ("since:soon", "time", {"value": "soon"}), ("on:2021-13", "time", {}), ("on:..", "time", {}),
    ("story:last", "number_of_story", {}),
    ("place:", "valueless", {"key": "place"}), ("lang:,", "valueless", {}),
    ("", "empty", {}), ("   ", "empty", {}),
])  # fmt: skip
def test_what_nobody_understands_is_told_apart(line, kind, args):
    """With the name that was probably meant, and the choices."""
    found = asked(line)
    assert isinstance(found, Misread) and found.kind == kind
    assert args.items() <= found.args.items()
    if kind in ("key", "value"):
        assert found.args["choices"]


@pytest.mark.parametrize(("text", "start", "end"), [
    ("2021", "2021-01-01", "2022-01-01"), ("2020-02", "2020-02-01", "2020-03-01"),
    ("2021-02-10", "2021-02-10", "2021-02-11"), ("today", "2021-02-10", "2021-02-11"),
    ("Yesterday", "2021-02-09", "2021-02-10"), ("2021..2023", "2021-01-01", "2024-01-01"),
    ("2023..2021", "2021-01-01", "2024-01-01"), ("2021-01..2021-02-03", "2021-01-01", "2021-02-04"),
    ("2021..", "2021-01-01", None), ("..2021", None, "2022-01-01"), ("2021...2022", "2021-01-01", "2023-01-01"),
    ("12h", "2021-02-10T00:30", None), ("7d", "2021-02-03T12:30", None), ("3w", "2021-01-20T12:30", None),
    ("6m", "2020-08-10T12:30", None), ("1y", "2020-02-10T12:30", None), ("06:00", "2021-02-10T06:00", None),
    ("06:00 UTC", "2021-02-10T06:00", None), ("06:00z", "2021-02-10T06:00", None),
    ("13:00", "2021-02-09T13:00", None), ("14d..7d", "2021-01-27T12:30", "2021-02-03T12:30"),
    ("yesterday..today", "2021-02-09", "2021-02-11"),
])  # fmt: skip
def test_times_and_spans_are_as_exact_as_they_are_typed(text, start, end):
    """From the first instant to behind the last; what is so long ago goes on until now."""
    found = read_period(text, NOW)
    assert found == Period(day(start) if start else None, day(end) if end else None)


def test_a_month_ago_is_the_last_day_of_a_shorter_month():
    """The thirty-first has no month before that is as long."""
    assert read_period("1m", datetime(2021, 3, 31, tzinfo=UTC)).start == day("2021-02-28")
    assert read_period("13m", datetime(2021, 3, 31, tzinfo=UTC)).start == day("2020-02-29")


@pytest.mark.parametrize("text", ["", "soon", "99999y", "99999m", "99999w", "25:00", "2021-02-30", "1/2/2021", ".."])
def test_what_is_no_time_is_none(text):
    """Also what is before any news."""
    assert read_period(text, NOW) is None


def test_too_many_words_are_cut_and_said():
    """Sixteen different ones are looked for, each once; what is asked for twice counts once."""
    found = asked(" ".join(f"word{n}" for n in range(40)))
    assert len(found.tree.terms) == MOST_TERMS and found.cut
    again = asked("word " * 300)
    assert len(again.tree.terms) == 1 and not again.cut
    assert asked("a OR " * 20 + " OR ".join(f"w{n}" for n in range(60))).cut


def test_what_is_too_deep_or_too_long_is_said():
    """Instead of being read in part."""
    assert asked("a (b OR " * (DEEPEST + 1)) == Misread("deep")
    assert isinstance(asked("(" * 500 + "a" + ")" * 500), Query)
    assert asked("killed:1 OR " * 3 + " OR ".join(f"killed:{n}" for n in range(60))) == Misread(
        "long", {"most": str(MOST_LEAVES)}
    )


PIECES = st.sampled_from(
    ["a", "OR", "AND", "NOT", "-", "(", ")", '"', "“", "”", "«", "place:", "kidal", "killed:", ">", "..", "2021", ":",
     " ",     "\0", "\ud800", "NEAR(", "*", "^", "title:", "as:items", "🔴", "S/RES/1", "ٱ", "-(", '-"', "7d", ",", "'"]
    + [f"{key}:" for key in (*QUERY_KEYS, *KEY_ALIASES)]
)  # fmt: skip


@settings(deadline=None, max_examples=examples(300))
@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_no_line_breaks_the_language(line):
    """Whatever is typed is a query or a reason; the same line always the same one, and within its bounds."""
    found = asked(line)
    assert isinstance(found, Query | Misread)
    assert found == asked(line)
    if isinstance(found, Query):
        assert sum(len(one.terms) for one in found.words) <= MOST_LEAVES * MOST_TERMS
        assert all(term.text.encode() and "\0" not in term.text for one in found.words for term in one.terms)


NAMES = st.sampled_from(["a", "b", "c", "killed:3", "lang:fr"])


@settings(deadline=None)
@given(st.recursive(NAMES, lambda inner: st.tuples(st.sampled_from(["OR", "AND", "-"]), inner, inner), max_leaves=8))
def test_parentheses_say_what_belongs_together(shape):
    """A line that is written from a tree is read as that tree."""

    def written(one):
        if isinstance(one, str):
            return one
        sign, left, right = one
        return f"-({written(left)})" if sign == "-" else f"({written(left)} {sign} {written(right)})"

    def holds(node, true):
        match node:
            case Words(terms):
                return all(term.text in true for term in terms)
            case Key():
                return "lang:fr" in true
            case Count():
                return "killed:3" in true
            case Not(part):
                return not holds(part, true)
            case And(parts):
                return all(holds(part, true) for part in parts)
            case Or(parts):
                return any(holds(part, true) for part in parts)

    def meant(one, true):
        if isinstance(one, str):
            return one in true
        sign, left, right = one
        if sign == "-":
            return not meant(left, true)
        return (any if sign == "OR" else all)((meant(left, true), meant(right, true)))

    found = asked(written(shape))
    for true in ({"a"}, {"a", "b"}, {"c", "killed:3"}, {"lang:fr", "b"}, set()):
        assert holds(found.tree, true) == meant(shape, true)


@pytest.mark.parametrize("line", [
    "(" * 2000, ")" * 2000, '"' * 2000, "a " * 1000, "-" * 2000, "a:" * 1000, "place:" * 300, "x" * 10**6, "OR " * 700,
    "a OR (" * 300, "«" * 2000, "kidal,menka," * 170, "place:" + "kidal," * 300, "-(" * 1000, "NOT " * 500,
    "place:" + "x" * 1990, "2021..2022 " * 180, "word" * 500,
], ids=lambda line: line[:12])  # fmt: skip
def test_a_long_line_costs_little(line):
    """Two thousand characters are read in less than a fifth of a second of CPU."""
    asked("a place:kidal")
    began = time.process_time()
    assert isinstance(asked(line), Query | Misread)
    assert time.process_time() - began < 0.2
