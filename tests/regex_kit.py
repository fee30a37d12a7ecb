"""Finds the regular expressions of the house, and strings that could make each of them slow.

The strings come from the pattern itself: what it can begin with, then what it can repeat, pumped, then something that
it cannot end with; and its letters and classes alone, some in pairs and with what commonly separates them.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import itertools
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from re import _parser

from tests.proofs import in_full

LENGTHS = (4_000, 8_000, 16_000, 32_000)
_QUICK = 0.0005  # seconds at the first length that squared growth would not make noticeable at the last
# A glance at a quarter of that length tells as much of most: what is squared takes a sixteenth there.
_GLANCE, _GLANCED = LENGTHS[0] // 4, _QUICK / 32
_BATCH, _BATCH_SECONDS = 20, 0.3  # what a glance is interrupted at is looked at again, alone
FLOOR = 0.012  # seconds below which growth is noise
MOST = 2.7  # times as long for twice the length
_GIVE_UP = 0.5
_METHODS = {"search", "match", "fullmatch", "sub", "subn", "finditer", "findall", "split"}
_UNSAID = ("search", "fullmatch", "sub")
_THROUGHOUT = ("sub", "subn", "finditer", "findall", "split")  # each goes through the whole text, from match to match
_CALLS = _METHODS | {"compile"}
_CLASSES = {"DIGIT": "7", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "a", "NOT_SPACE": "a", "NOT_WORD": "-"}
_COMMON = (" ", "\n", "a", "1", "<", "é", "科纳")
_PAIRED, _PAIRED_IN_FULL = 5, 9  # letters of which each pair is tried; in full by `make proofs`
_ENDS = ("", "\0", "!", "\n")


@dataclass(frozen=True)
class Expression:
    """A regular expression, where it stands and how it is used there."""

    where: str
    pattern: re.Pattern
    methods: tuple[str, ...]


@cache
def expressions(module: str, source: str) -> tuple[Expression, ...]:
    """The expressions of a module: its values, those in its classes and collections, and literal ones in its code."""
    return tuple(_expressions(module, source))


def _expressions(module: str, source: str) -> Iterator[Expression]:
    tree = ast.parse(source)
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _METHODS:
            used.setdefault(ast.unparse(node.value).rpartition(".")[2], set()).add(node.attr)
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    stored |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for name, value in vars(importlib.import_module(module)).items():
        if name not in stored:
            continue  # another module's
        for pattern in _inside(value, 4):
            yield Expression(f"{module}.{name}", pattern, _differing(used.get(name) or _ways(name, used)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{name}" for name in _CALLS} and node.args:
            try:
                pattern = re.compile(ast.literal_eval(node.args[0]), _flags(node))
            except ValueError:
                continue  # put together when it runs
            name = ast.unparse(node.func).removeprefix("re.")
            if name != "compile":
                yield Expression(f"{module}:{node.lineno}", pattern, (name,))


def _ways(name: str, used: dict[str, set[str]]) -> set[str]:
    """How an expression may be used that is called by another name: a private one in a way of its module's own."""
    return (name.startswith("_") and set().union(*used.values())) or set(_UNSAID)


def _differing(methods: set[str]) -> tuple[str, ...]:
    """The ways in which it takes a time of its own."""
    throughout = [name for name in _THROUGHOUT if name in methods]
    return tuple(sorted(methods - set(throughout[1:])))


def _flags(node: ast.Call) -> int:
    said = [word.value for word in node.keywords if word.arg == "flags"] + node.args[2:]
    return sum(int(getattr(re, ast.unparse(part).removeprefix("re."), 0)) for part in said)


def _inside(value: object, depth: int) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from _inside(part, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from _inside(part, depth - 1)
    elif depth and isinstance(value, type):
        yield from _inside(dict(vars(value)), depth - 1)


# strings


def attacks(pattern: re.Pattern) -> list[tuple[str, str, str]]:
    """(head, pump, end) of strings to be tried: the pump is repeated."""
    tree = _parser.parse(
        pattern.pattern, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )
    found: dict[tuple[str, str], None] = {}
    atoms: dict[str, None] = {}
    _walk(tree, "", found, atoms)
    letters = [*atoms][:14]
    paired = [*letters[: _PAIRED_IN_FULL if in_full() else _PAIRED], " ", "a"]
    pairs = ["".join(pair) for pair in itertools.permutations(paired, 2)]
    pumps = {*letters, *_COMMON, *pairs}
    heads = {head for head, _ in found}
    tries = [*found, *(("", pump) for pump in sorted(pumps))]
    tries += [(head, pump) for head in sorted(heads)[:6] for pump in (*letters[:8], *_COMMON[:3])]
    tries += [("", head) for head in sorted(heads) if head]
    ends = {} if in_full() else dict.fromkeys(pairs, _ENDS[:2])
    return [(head, pump, end) for head, pump in dict.fromkeys(tries) for end in ends.get(pump, _ENDS)]


def _walk(tree, head: str, found: dict, atoms: dict) -> str:
    """A short string that `tree` matches after `head`; on the way what can be repeated where, and the letters."""
    said = ""
    for kind, value in tree:
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            least, most, body = value
            one = _walk(body, head + said, found, atoms)
            if most > 1 and one:
                found[head + said, one] = None
                found[head + said + one, one] = None
            said += one * min(max(least, 1), 50)
        elif name == "BRANCH":
            options = [_walk(option, head + said, found, atoms) for option in value[1]]
            said += max(options, key=len, default="")
        elif name == "SUBPATTERN":
            said += _walk(value[3], head + said, found, atoms)
        elif name in {"ATOMIC_GROUP"}:
            said += _walk(value, head + said, found, atoms)
        elif name in {"ASSERT", "ASSERT_NOT"}:
            _walk(value[1], head + said, found, atoms)
        else:
            said += _atom(name, value, atoms)
    return said


def _atom(name: str, value, atoms: dict) -> str:
    if name == "LITERAL":
        letters = [chr(value)]
    elif name == "NOT_LITERAL":
        letters = ["a" if value != ord("a") else "b"]
    elif name == "ANY":
        letters = ["x"]
    elif name == "IN":
        letters = _members(value)
    else:
        return ""
    atoms.update(dict.fromkeys(letters))
    return letters[0] if letters else ""


def _members(items) -> list[str]:
    """Some letters of a class."""
    if str(items[0][0]) == "NEGATE":
        excluded = set(_members(items[1:]))
        return [one for one in ("a", " ", "7", "-", "é", "<", '"') if one not in excluded][:3]
    found = []
    for kind, value in items:
        if str(kind) == "LITERAL":
            found.append(chr(value))
        elif str(kind) == "RANGE":
            found.append(chr(value[0]))
        elif str(kind) == "CATEGORY":
            found.append(_CLASSES.get(str(value).removeprefix("CATEGORY_").replace("UNI_", ""), "a"))
    return found[:6]


# growth


class TooSlow(Exception):
    """One run took longer than it may."""


def slowest(expression: Expression) -> str | None:
    """The string whose doubling makes the expression take much more than twice as long; None when there is none."""
    for method in expression.methods:
        run = getattr(expression.pattern, method)
        for head, pump, end in _suspects(run, method, expression.pattern):
            if why := _grows(run, method, expression.pattern.pattern, head, pump, end):
                return f"{expression.where}.{method}: {head!r} + {pump!r} * n + {end!r} {why}"
    return None


def _suspects(run, method: str, pattern: re.Pattern) -> Iterator[tuple[str, str, str]]:
    """The attacks that a glance does not show to be harmless. Many are glanced at under one alarm, which costs more
    than the glance."""
    left = attacks(pattern)
    while left:
        batch, left = left[:_BATCH], left[_BATCH:]
        harmless: set[int] = set()
        with contextlib.suppress(TooSlow), _alarm(_BATCH_SECONDS):
            for number, (head, pump, end) in enumerate(batch):
                if _harmless(run, method, pattern.pattern, (head, pump, end)):
                    harmless.add(number)
        yield from (one for number, one in enumerate(batch) if number not in harmless)


def _harmless(run, method: str, pattern, attack: tuple[str, str, str]) -> bool:
    """Whether what is short shows it: it is read at once, or four times as much takes four times as long. What takes
    2.7 times as long for twice the last lengths takes 4.4 times as long here. Who was interrupted looks again."""
    head, pump, end = attack
    text = _encoded(pattern, head + pump * (_GLANCE // len(pump)) + end)
    spent = [_glance(run, method, text)]
    while len(spent) < 3 and spent[-1] >= _GLANCED:
        spent.append(_glance(run, method, text))
    if spent[-1] < _GLANCED:
        return True
    text = _encoded(pattern, head + pump * (LENGTHS[0] // len(pump)) + end)
    enough = max(_QUICK, 4.2 * min(spent))
    again = _glance(run, method, text)
    return again < enough or (again < 3 * enough and any(_glance(run, method, text) < enough for _ in range(2)))


def _grows(run, method: str, pattern, head: str, pump: str, end: str) -> str | None:
    before = None
    for length in LENGTHS:
        text = head + pump * (length // len(pump)) + end
        spent = _timed(run, method, _encoded(pattern, text))
        if spent < FLOOR:
            before = None
            if length == LENGTHS[0] and spent < _QUICK:
                return None
            continue
        if spent > _GIVE_UP:
            return f"takes more than {_GIVE_UP} s at {length:,} characters"
        if before is not None and spent > MOST * before:
            again = min(
                _timed(run, method, _encoded(pattern, head + pump * (length // len(pump)) + end)) for _ in range(3)
            )
            if again > MOST * before:
                return f"takes {before * 1000:.0f} ms, and {again * 1000:.0f} ms at twice that, {length:,} characters"
        before = spent
    return None


def _glance(run, method: str, text) -> float:
    """Seconds that pass during one call: the CPU's clock may tick too coarsely for so few."""
    began = time.perf_counter()
    _call(run, method, text)
    return time.perf_counter() - began


def _encoded(pattern, text: str):
    return text.encode() if isinstance(pattern, bytes) else text


def _timed(run, method: str, text) -> float:
    """CPU seconds of one call; more than _GIVE_UP when it was cut off."""
    began = time.process_time()
    try:
        with _alarm():
            _call(run, method, text)
    except TooSlow:
        return _GIVE_UP * 2
    return time.process_time() - began


@contextlib.contextmanager
def _alarm(seconds: float = _GIVE_UP * 1.5) -> Iterator[None]:
    """TooSlow is raised inside after so many seconds of CPU."""

    def stop(*_):
        raise TooSlow

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _call(run, method: str, text) -> None:
    if method in {"sub", "subn"}:
        run(b"" if isinstance(text, bytes) else "", text)
    elif method == "finditer":
        for _ in run(text):
            pass
    else:
        run(text)


__all__ = ["Expression", "attacks", "expressions", "slowest"]
