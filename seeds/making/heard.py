"""What documents say of their mission: which one it is, its further names, people, camps and resolutions.

Everything here is found by how it stands in a text, never by what it is called; each find names its documents.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property, reduce
from typing import Any, NamedTuple

from config.sentence import Said, worded
from seeds.learning.documents import Sample
from seeds.lexicon.files import FOLDER, LexiconError, read_table
from seeds.lexicon.load import Lexicon, Mission
from seeds.lexicon.world import COUNTRY, MISSION, PERSON, world
from seeds.text.fold import fold
from seeds.text.reading import Reading
from seeds.text.scan import Find

Taught = Mapping[str, tuple[str, ...]]
_NEAR = 90  # characters between a resolution and what says that it is the mission's
_BESIDE = 12  # … between a name and an office
_LINE = 200  # … of a sentence around an office
# Every run is bounded, so that no text takes longer than its length.
_WORD = r"[A-ZÀ-ÞĆČŠŽ][\w'’]{0,20}[a-zà-ÿ][\w'’]{0,20}(?:-[A-ZÀ-Þ][\w'’]{1,20}){0,2}"
_PARTICLE = "de|da|dos|van|von|der|del|el|al|bin|la"
_NAME = re.compile(rf"\b(?:{_WORD})(?: (?:{_PARTICLE})(?= ))*(?: {_WORD}| (?:{_PARTICLE})(?= )){{1,4}}")
_TITLED = r"[A-ZÀ-Þ][\w’'-]{1,30}|of|the|for|in|and|de|des|du|la|le|les|pour|en|au|et|à|del|y|do|da"
_RESOLUTION = re.compile(
    r"\b(?:[Rr][eé]solu[a-zçãõó]+|[Rr]isoluzione|резолюц\w+|(?:[وفبلك]{0,2}ال|لل)?قرار|S/RES/)\s*(?:n[o°]\s?|№\s?)?(\d{3,4})\b"
)
_MANDATE = re.compile(
    r"(?i)\b(?:mandat\w*|mand[aá]\w+|renew\w*|extend\w*|establish\w*|created|prorog\w*|renouvel\w*|replaced)\b"
)


class HeardDocument(NamedTuple):
    """A document being read: the sample and its reading, title and text in one."""

    sample: Sample
    reading: Reading

    def spans(self, key: str, lexicon: Lexicon) -> list[tuple[int, int]]:
        """Where the mission is named."""
        return [_span(self.reading, find) for find in self.finds(lexicon) if _is(find, key)]

    def finds(self, lexicon: Lexicon) -> list[Find]:
        """What all watches look for, as it stands in the document."""
        return self.reading.once(world(lexicon).finds)


def heard(samples: Iterable[Sample]) -> tuple[HeardDocument, ...]:
    """The documents, read in whole."""
    return tuple(
        HeardDocument(one, Reading(f"{one.title}\n{one.text}", one.language, len(one.title))) for one in samples
    )


def mission_of(documents: Sequence[HeardDocument], lexicon: Lexicon) -> Mission:
    """The mission that most of the documents name, and name most.

    Raises LexiconError when they name none that the lexicon knows, or two equally.
    """
    named = {key: [len(one.spans(key, lexicon)) for one in documents] for key in lexicon.missions}
    ranked = Counter({key: 1000 * sum(map(bool, counts)) + sum(counts) for key, counts in named.items() if any(counts)})
    first, second = (*ranked.most_common(2), ("", 0), ("", 0))[:2]
    if first[1] == second[1]:
        told = Said("the documents name no mission of the lexicon; --mission KEY says which one is meant")
        if first[1]:
            form = worded("the documents name {one} and {other} equally; --mission KEY says which one is meant")
            told = Said(form, one=first[0], other=second[0])
        raise LexiconError(told)
    return lexicon.missions[first[0]]


def mission_named(key: str, lexicon: Lexicon) -> Mission:
    """The mission with that key, in whatever letters. Raises LexiconError, with those that are like it, for none."""
    known = {one.casefold(): one for one in lexicon.missions}
    if key.casefold() in known:
        return lexicon.missions[known[key.casefold()]]
    alike = [known[one] for one in get_close_matches(key.casefold(), known, 3)]
    told = Said("{key} is no mission of the lexicon", key=key)
    if alike:
        told = Said("{told}; did you mean {names}?", told=told, names=reduce(_either, alike))
    raise LexiconError(told)


def _either(first: str, last: str) -> str:
    return Said("{first} or {last}", first=first, last=last)


class Teaching:
    """What the documents teach of their mission."""

    def __init__(self, documents: Sequence[HeardDocument], mission: Mission, lexicon: Lexicon) -> None:
        self._documents, self._mission, self._lexicon = documents, mission, lexicon

    @cached_property
    def _words(self) -> Mapping[str, list[str]]:
        return read_table(FOLDER / "offices.toml")

    def aliases(self) -> Taught:
        """Full names right before the acronym in brackets, and addresses that hold it; none that are known anyway."""
        forms = (*self._mission.names, *self._mission.acronyms)
        known = [form.folded for form in forms if form.folded != fold(self._mission.key)] + [fold(self._mission.key)]
        key = re.escape(self._mission.key)
        full = re.compile(rf"\b((?:{_TITLED}) ){{3,16}}\({key}\)")
        bodies = re.compile(rf"\b(?:{'|'.join(self._words['bodies'])})\b")
        found: dict[str, list[str]] = defaultdict(list)
        for one in self._documents:
            names = [match[0].rpartition(" (")[0] for match in full.finditer(one.reading.text)]
            names += [match[0] for match in re.finditer(rf"(?<!\w)@?\w{{0,10}}{key}\w{{0,10}}", one.reading.text)]
            for name in map(_from_capital, names):
                told = any(form in fold(name) for form in known) or not name
                if not told and (" " not in name or bodies.search(name)):
                    _add(found, name, one)
        return _taught(found)

    def predecessors(self) -> Taught:
        """The names of a mission that this one took over from in the same place, by the lexicon's days."""
        rows = read_table(FOLDER / "missions.toml")
        mine = rows[self._mission.key]
        return {
            name: (f"missions.toml {key}",)
            for key, row in rows.items()
            if key != self._mission.key and row["theatre"] == mine["theatre"] and _follows(row, mine)
            for name in (*row["acronyms"], *row["names"])
        }

    def people(self) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Who leads the mission or speaks for it: per name its other spellings, and what taught it."""
        found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        others: set[str] = set()
        for office, holders in self._lexicon.table("leaders").items():
            for name, forms in holders.items():
                if office.endswith(f" of {self._mission.key}"):
                    full = next((form for form in (name, *forms) if " " in form), name)
                    found[full] = tuple(form for form in (name, *forms) if form != full), ("leaders.toml",)
                others.add(fold(name).strip())
                others.update(fold(form).strip() for form in forms)
        for name, documents in self._beside_offices().items():
            if not any(f" {other} " in f" {fold(name).strip()} " for other in others):
                found[name] = (), documents
        return found

    def _beside_offices(self) -> Taught:
        office = re.compile(
            rf"\b(?:{'|'.join(map(re.escape, sorted(self._words['offices'], key=len, reverse=True)))})\b"
        )
        found: dict[str, list[str]] = defaultdict(list)
        for one in self._documents:
            text, missions = one.reading.text, one.spans(self._mission.key, self._lexicon)
            taken = [
                _span(one.reading, find)
                for find in one.finds(self._lexicon)
                if find.entry.kind in (COUNTRY, MISSION, PERSON)
            ]
            for title in office.finditer(text):
                sentence = one.reading.sentences[one.reading.sentence_at(title.start())]
                if not any(sentence.start <= start < sentence.end for start, _ in missions):
                    continue
                for name in _beside(text, title.span(), sentence):
                    if not any(start < name.end() and name.start() < end for start, end in taken) and not office.search(
                        name[0]
                    ):
                        _add(found, name[0], one)
        return _taught(found)

    def camps(self) -> Taught:
        """Camps that documents on the mission name: "Camp Castor", "Victoria Barracks"."""
        before, behind = ("|".join(self._words[name]) for name in ("camps", "barracks"))
        names = re.compile(rf"\b(?:(?:{before}) {_WORD}(?: \d+-\d+| {_WORD})?|{_WORD} (?:{behind}))")
        found: dict[str, list[str]] = defaultdict(list)
        for one in self._documents:
            if one.spans(self._mission.key, self._lexicon):
                for camp in names.finditer(one.reading.text):
                    _add(found, camp[0], one)
        return _taught(found)

    def resolutions(self) -> Mapping[int, tuple[str, ...]]:
        """The Security Council's resolutions on it: those of its beginning and end, and those told beside its name or
        a word for its mandate."""
        source = read_table(FOLDER / "missions.toml")[self._mission.key].get("source", "")
        found: dict[str, list[str]] = {number: ["missions.toml"] for number in re.findall(r"S/RES/(\d+)", source)}
        for one in self._documents:
            marks = [
                *one.spans(self._mission.key, self._lexicon),
                *(mark.span() for mark in _MANDATE.finditer(one.reading.text)),
            ]
            numbers = list(_RESOLUTION.finditer(one.reading.text))
            for number in numbers:
                if any(
                    _gap(number.span(), mark) <= _NEAR and _same(one.reading, number.start(), mark[0]) for mark in marks
                ):
                    _add(found, number[1], one)
        return {
            int(number): tuple(documents) for number, documents in sorted(found.items(), key=lambda pair: int(pair[0]))
        }


def _beside(text: str, title: tuple[int, int], sentence: tuple[int, int]) -> Iterator[re.Match[str]]:
    """The names right before and right behind an office, with at most a few words of it between."""
    before = list(_NAME.finditer(text, max(sentence[0], title[0] - _LINE), title[0]))
    if before and re.fullmatch(r",? ?(?:[\w’' ]{0,12})", text[before[-1].end() : title[0]]):
        yield before[-1]
    after = _NAME.search(text, title[1], min(sentence[1], title[1] + _LINE))
    between = text[title[1] : after.start()] if after else ""
    if after and len(between) <= 3 * _BESIDE and not set(between) & set(".;:") and between.count(",") <= 1:
        yield after


def _from_capital(name: str) -> str:
    """The name from its first word with a capital."""
    return re.sub(r"^(?:[a-zà-ÿ][\w’']* )+", "", name).strip()


def _follows(row: Mapping[str, Any], mine: Mapping[str, Any]) -> bool:
    return "to" in row and "from" in mine and (mine["from"] - row["to"]).days in (0, 1)


def _is(find: Find, key: str) -> bool:
    return find.entry.kind == MISSION and find.entry.concept == key


def _span(reading: Reading, find: Find) -> tuple[int, int]:
    return reading.origins[find.start], reading.origins[find.end - 1] + 1


def _gap(one: tuple[int, int], two: tuple[int, int]) -> int:
    return max(one[0] - two[1], two[0] - one[1], 0)


def _same(reading: Reading, one: int, two: int) -> bool:
    """Whether two places of a text are in one sentence, or one clause of it, or in two that follow each other."""
    between = reading.text[min(one, two) : max(one, two)]
    return abs(reading.sentence_at(one) - reading.sentence_at(two)) <= 1 and ";" not in between


def _add(found: dict[str, list[str]], name: str, one: HeardDocument) -> None:
    if one.sample.id not in found[name] if name in found else True:
        found.setdefault(name, []).append(one.sample.id)


def _taught(found: Mapping[str, Sequence[str]]) -> Taught:
    return {name: tuple(documents) for name, documents in sorted(found.items())}
