"""What changed between two texts, word by word. Pure; the cost is bounded by the words that are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq, Opcode

from bot.card import Line, Span
from bot.language import plural
from bot.wording.formats import clean, cut

# Of longer texts the beginning is compared; a feed's item has fewer.
MOST_WORDS = 4000
# So few words between two changes belong to the change; so many around one are shown.
_GLUE, _AROUND = 2, 8
# What one line shows: changes, and characters of either side of each.
_MOST_CHANGES, _LONGEST = 30, 400
# Scripts that set no spaces between words are compared sign by sign.
_WORDS = re.compile(r"[\u0e00-\u0eff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]\s?|[^\s\u0e00-\u0eff\u2e80-\u9fff"
                    r"\uf900-\ufaff\U00020000-\U0003ffff]+\s?")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the old text and what stands for them in the new one; the same in both where nothing `changed`."""

    old: str
    new: str
    changed: bool


def word_diff(old: str, new: str) -> tuple[Stretch, ...]:
    """The two texts as stretches in order, kept and changed ones by turns; none for two empty texts."""
    before, after = _words(old), _words(new)
    steps = LCSseq.opcodes([word.strip() for word in before], [word.strip() for word in after])
    raw = (_stretch(step, before, after) for step in steps)
    return tuple(_merged(_glued(tuple(_merged(raw)))))


def _stretch(step: Opcode, old: Sequence[str], new: Sequence[str]) -> Stretch:
    gone, come = old[step.src_start : step.src_end], new[step.dest_start : step.dest_end]
    return Stretch("".join(gone), "".join(come), step.tag != "equal")


def _words(text: str) -> list[str]:
    return _WORDS.findall(clean(text))[:MOST_WORDS]


def _merged(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Neighbours of one kind as one."""
    last: Stretch | None = None
    for one in stretches:
        if last is not None and last.changed == one.changed:
            last = Stretch(last.old + one.old, last.new + one.new, one.changed)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _glued(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Too few kept words between two changes are part of them: a phrase is easier to read than its letters."""
    for place, one in enumerate(stretches):
        inner = 0 < place < len(stretches) - 1
        short = inner and len(one.new.split()) <= _GLUE
        yield Stretch(one.old, one.new, one.changed or short)


def diff_line(old: str, new: str) -> Line:
    """The change as a line: what is gone struck out, what is new in bold, a few words around; empty for no change."""
    stretches = word_diff(old, new)
    changes = sum(one.changed for one in stretches)
    if not changes:
        return ()
    shown, last = stretches[: 2 * _MOST_CHANGES], len(stretches) - 1
    spans = [span for place, one in enumerate(shown) for span in _spans(one, first=place == 0, last=place == last)]
    left = changes - sum(one.changed for one in shown)
    more = plural("… and {n} more change", "… and {n} more changes", left)
    return (*spans, *([Span(f" {more}")] if left else []))


def _spans(one: Stretch, *, first: bool, last: bool) -> Iterator[Span]:
    return _change(one) if one.changed else _kept(one.new, first=first, last=last)


def _change(one: Stretch) -> Iterator[Span]:
    gone, come = (cut(side.strip(), _LONGEST) for side in (one.old, one.new))
    if gone:
        yield Span(gone, edit="gone")
    if gone and come:
        yield Span(" → ")
    if come:
        yield Span(come, edit="new")
    yield Span(" ")


def _kept(text: str, *, first: bool, last: bool) -> Iterator[Span]:
    """Kept words, of many only those beside the changes."""
    words = text.split()
    if len(words) > 2 * _AROUND:
        head = "" if first else " ".join(words[:_AROUND])
        tail = "" if last else " ".join(words[-_AROUND:])
        text = f"{head} … {tail}".strip()
    yield Span(text if last else f"{text.rstrip()} ")
