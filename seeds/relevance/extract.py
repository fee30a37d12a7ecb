"""From finds to evidence: what only looks like something is left out, roles are put together, scenes are told."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from seeds.lexicon.inflections import script_of
from seeds.lexicon.world import COVER
from seeds.relevance.evidence import Evidence, Hit
from seeds.relevance.roles import composed
from seeds.relevance.serving import served
from seeds.text.passages import passages
from seeds.text.reading import Reading
from seeds.text.scan import Find

_HIDING = frozenset({"name", "other", "agency", "force", "decoy", "person", "document", COVER})
# Of use only in putting roles together, telling scenes and hiding others.
_PARTS = frozenset({"stranger", "glue", "locative", "genitive", "possessive", "saying", "conjunction", "origin", COVER})
_WORD = re.compile(r"\w+")
_AFTER = re.compile(r"[ -]\w")
_LOCATED = frozenset({"theatre", "other", "land", "seat"})
_NEAR = 5  # characters of white space and a comma between two places of a list


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where the names `concepts` may be other words, by language.

    "inside" a sentence they are, save as a scene; at its "beginning", or "anywhere", they are as sure as common words.
    """

    concepts: frozenset[str] = frozenset()
    where: Mapping[str, str] = field(default_factory=dict)


NO_DOUBT = Doubt()


def gather(reading: Reading, finds: Iterable[Find], people: Container[str] = (), doubt: Doubt = NO_DOUBT) -> Evidence:
    """The evidence in a text from what a scanner found in it, in order.

    `people` knows the words for countries and their people, which may stand between an organisation and its unit
    ("soldats tchadiens de l'ONU"); `doubt` says which names may be other words.
    """
    names = _Names(reading)
    shown = _visible([find for find in finds if not (find.entry.common and names.part(find))])
    parts = [find for find in shown if find.entry.kind not in _PARTS]
    made = [*composed(shown, reading, people), *served(shown, reading)]
    kept = _visible(sorted([*parts, *made], key=_place)) if made else parts
    around = _Around(shown, reading)
    found = (_hit(find, reading, around) for find in kept if find.entry.kind != "decoy")
    hits = [sure for hit in found if (sure := _surely(hit, reading, doubt)) is not None]
    return Evidence(
        reading.text, reading.title_end, reading.sentences, sorted(hits, key=_order), reading.once(_passages)
    )


def _passages(reading: Reading) -> tuple[int, ...]:
    return passages(reading.text, reading.sentences, reading.title_end)


_order = attrgetter("start", "end")


def _visible(finds: Iterable[Find]) -> list[Find]:
    """Finds in order without those inside a longer one of their kind, or of one that takes its parts' meaning away."""
    kept, around, reached = [], list[Find](), 0
    for find in finds:
        start, end = find.start, find.end
        # most begin where all before them have ended
        around = [other for other in around if other.end > start] if start < reached else []
        if not around or not _hidden(find, around):
            kept.append(find)
        around.append(find)
        reached = max(reached, end)
    return kept


def _place(find: Find) -> tuple[int, int]:
    return find.start, -find.end


def _hidden(find: Find, around: Iterable[Find]) -> bool:
    for other in around:  # noqa: SIM110 - asked of every find
        if _hides(other, find):
            return True
    return False


def _hides(other: Find, find: Find) -> bool:
    if not (other.start <= find.start and find.end <= other.end):
        return False
    if other.end - other.start == find.end - find.start:
        return other.entry.kind == "decoy" and find.entry.kind != "decoy"
    return other.entry.kind in _HIDING or other.entry.kind == find.entry.kind


class _Names:
    """Tells whether an ordinary word is rather part of a longer name ("San Salvador"), or an acronym."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._shouting: dict[int, bool] = {}

    def part(self, find: Find) -> bool:
        """Whether it is. Where most words of a sentence begin with a capital, capitals tell nothing."""
        reading = self._reading
        start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
        number = reading.sentence_at(start)
        if self._shouts(number):
            return False
        sentence, text = reading.sentences[number], reading.text
        if end - start > 1 and text[start:end].isupper():
            return True
        before = _word_before(text, sentence.start, start)
        after = _AFTER.match(text, end, sentence.end)
        begins = before is not None and before == sentence.start
        beside = [place for place in (before, after.start() + 1 if after else None) if place is not None]
        return not begins and any(text[place].isupper() for place in beside)

    def _shouts(self, number: int) -> bool:
        """Whether most words of a sentence begin with a capital."""
        if number not in self._shouting:
            sentence = self._reading.sentences[number]
            words = _WORD.findall(self._reading.text, sentence.start, sentence.end)
            self._shouting[number] = sum(word[0].isupper() for word in words) * 2 > len(words)
        return self._shouting[number]


def _word_before(text: str, first: int, end: int) -> int | None:
    """Where the word begins that stands before `end`, with one space or hyphen between; None when there is none."""
    start = end - 1
    if start < first or text[start] not in " -":
        return None
    while start > first and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return start if start < end - 1 else None


def _surely(hit: Hit, reading: Reading, doubt: Doubt) -> Hit | None:
    """The hit, unless its name is another word there; less sure of itself where it may be one."""
    if hit.concept not in doubt.concepts or hit.located or reading.text[hit.end : hit.end + 1] in ("'", "’"):
        return hit
    where = doubt.where.get(reading.language or "") or doubt.where.get(script_of(hit.text))
    begins = not _WORD.search(reading.text, reading.sentences[hit.sentence].start, hit.start)
    if where == "inside" and not begins:
        return None
    return hit._replace(common=True) if where == "anywhere" or (where == "beginning" and begins) else hit


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
        if before - 1 in self._ands:
            return True
        place = self._reading.origins[before]
        return self._reading.text[max(place - _NEAR, 0) : place].rstrip().endswith((",", "،", "、", "و"))


def _hit(find: Find, reading: Reading, around: _Around) -> Hit:
    start, end = reading.origins[find.start], reading.origins[find.end - 1] + 1
    entry, place = find.entry, find.entry.kind in _LOCATED
    return Hit(
        kind=entry.kind,
        concept=entry.concept,
        start=start,
        end=end,
        sentence=reading.sentence_at(start),
        text=reading.text[start:end],
        language=entry.form.language,
        common=entry.common and not entry.known,
        located=place and around.located(find),
        listed=place and around.listed(find),
        until=entry.until,
        since=entry.since,
        known=entry.known,
        folded=reading.folded[find.start : find.end],
    )
