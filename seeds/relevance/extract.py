"""From finds to evidence: what only looks like something is left out, roles are put together, scenes are told."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from seeds.lexicon.inflections import script_of
from seeds.model import Document
from seeds.relevance.evidence import Evidence, Hit
from seeds.relevance.roles import composed
from seeds.text.fold import Sentence, sentences
from seeds.text.scan import Find, Reading

_HIDING = frozenset({"name", "other", "agency", "force", "decoy", "person", "document"})
# Of use only in putting roles together and telling scenes.
_PARTS = frozenset({"unit", "glue", "locative", "genitive", "possessive", "saying", "council", "conjunction", "origin"})
_LONGEST = 10_000  # characters of a document that are read; what it is about stands before
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where the names `concepts` may be other words, by language.

    "inside" a sentence they are, save as a scene; at its "beginning", or "anywhere", they are as sure as common words.
    """

    concepts: frozenset[str] = frozenset()
    where: Mapping[str, str] = field(default_factory=dict)


NO_DOUBT = Doubt()


def gather(
    reading: Reading,
    title_end: int,
    finds: Sequence[Find],
    people: Container[str] = (),
    doubt: Doubt = NO_DOUBT,
) -> Evidence:
    """The evidence in a text from what a scanner found in it.

    `title_end` is where the title ends; `people` knows the words for countries and their people, which may stand
    between an organisation and its unit ("soldats tchadiens de l'ONU"); `doubt` says which names may be other words.
    """
    cut = cut_document(reading.text, title_end, reading.language)
    numbers = _sentence_numbers(reading, cut)
    shown = _visible([find for find in finds if not (find.entry.common and _part_of_name(find, reading, cut, numbers))])
    parts = [find for find in shown if find.entry.kind not in _PARTS]
    kept = _visible([*parts, *composed(shown, reading, people, numbers)])
    around = _Around(shown, reading)
    found = (_hit(find, reading, numbers, around) for find in kept if find.entry.kind != "decoy")
    hits = [sure for hit in found if (sure := _surely(hit, reading, cut, doubt)) is not None]
    return Evidence(reading.text, title_end, cut, sorted(hits, key=lambda hit: (hit.start, hit.end)))


def cut_document(text: str, title_end: int, language: str | None) -> tuple[Sentence, ...]:
    """The title as one sentence, then the sentences of the rest."""
    title = [Sentence(0, title_end)] if title_end else []
    rest = sentences(text[title_end:], language)
    return (*title, *(Sentence(one.start + title_end, one.end + title_end) for one in rest))


def join(document: Document) -> tuple[str, int]:
    """The text that is read for a document, and where its title ends."""
    title = document.title.strip()[:_LONGEST]
    return f"{title}\n{document.summary.strip()}"[:_LONGEST], len(title)


def _visible(finds: Iterable[Find]) -> list[Find]:
    """Without what lies inside a longer find of its own kind, or of one that takes its parts' meaning away."""
    ordered = sorted(finds, key=lambda find: (find.start, -find.end))
    kept, open_finds = [], list[Find]()
    for find in ordered:
        open_finds = [other for other in open_finds if other.end > find.start]
        if not any(_hides(other, find) for other in open_finds):
            kept.append(find)
        open_finds.append(find)
    return kept


def _hides(other: Find, find: Find) -> bool:
    if not (other.start <= find.start and find.end <= other.end):
        return False
    if other.end - other.start == find.end - find.start:
        return other.entry.kind == "decoy" and find.entry.kind != "decoy"
    return other.entry.kind in _HIDING or other.entry.kind == find.entry.kind


def _sentence_numbers(reading: Reading, cut: Sequence[Sentence]) -> list[int]:
    starts = [one.start for one in cut]
    return [max(bisect_right(starts, place) - 1, 0) for place in reading.origins]


def _part_of_name(find: Find, reading: Reading, cut: Sequence[Sentence], numbers: Sequence[int]) -> bool:
    """Whether an ordinary word is rather part of a longer name ("San Salvador"), or an acronym.

    Where most words of a sentence begin with a capital, capitals tell nothing.
    """
    start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
    sentence = cut[numbers[find.start]]
    words = _WORD.findall(reading.text[sentence.start : sentence.end])
    if sum(word[0].isupper() for word in words) * 2 > len(words):
        return False
    before = re.search(r"(\w+)[ -]$", reading.text[sentence.start : start])
    after = re.match(r"[ -](\w+)", reading.text[end : sentence.end])
    beside = [found[1] for found in (before, after) if found]
    acronym = end - start > 1 and reading.text[start:end].isupper()
    return acronym or any(word[0].isupper() for word in beside if not (before and before.start() == 0))


def _surely(hit: Hit, reading: Reading, cut: Sequence[Sentence], doubt: Doubt) -> Hit | None:
    """The hit, unless its name is another word there; less sure of itself where it may be one."""
    if hit.concept not in doubt.concepts or hit.located or reading.text[hit.end : hit.end + 1] in ("'", "’"):
        return hit
    where = doubt.where.get(reading.language or "") or doubt.where.get(script_of(hit.text))
    begins = not _WORD.search(reading.text, cut[hit.sentence].start, hit.start)
    if where == "inside" and not begins:
        return None
    return replace(hit, common=True) if where == "anywhere" or (where == "beginning" and begins) else hit


class _Around:
    """What the words beside a place say of it."""

    def __init__(self, finds: Sequence[Find], reading: Reading) -> None:
        self._scenes = {find.end: find.start for find in finds if find.entry.kind == "locative"}
        self._ands = {find.end for find in finds if find.entry.kind == "conjunction"}
        self._reading = reading

    def located(self, find: Find) -> bool:
        """Whether it is told as a scene: "in …", "… :", or with a case ending."""
        end = self._reading.origins[find.end - 1] + 1
        colon = self._reading.text[end : end + 2].strip().startswith((":", "："))
        return find.start - 1 in self._scenes or find.longer or colon

    def listed(self, find: Find) -> bool:
        """Whether it goes on a list: ", …", "and …", "and in …", or with the Arabic "and" before it."""
        before = self._scenes.get(find.start - 1, find.start)
        place = self._reading.origins[before]
        return before - 1 in self._ands or self._reading.text[:place].rstrip().endswith((",", "،", "、", "و"))


def _hit(find: Find, reading: Reading, numbers: Sequence[int], around: _Around) -> Hit:
    start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
    entry = find.entry
    return Hit(
        kind=entry.kind,
        concept=entry.concept,
        start=start,
        end=end,
        sentence=numbers[find.start],
        text=reading.text[start:end],
        language=entry.form.language,
        common=entry.common and not entry.known,
        located=around.located(find),
        listed=around.listed(find),
        until=entry.until,
    )
