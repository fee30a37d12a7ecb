"""The places of a watch's gazetteer: the country's, as the world's gazetteer knows them, and those documents teach."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import dist
from typing import Any

from seeds.lexicon.files import FOLDER, read_table
from seeds.making.heard import HeardDocument
from seeds.making.places import DECOY, HAMLET, KnownPlace
from seeds.relevance.vocabulary import Vocabulary
from seeds.text.fold import fold
from seeds.text.reading import Reading
from seeds.watchfile import FEWEST_TOWNS, LANDMARK, TOWNS

Frequency = Callable[[str, str], float]
_CHIEF = frozenset({"capital", "town"})  # of the world's gazetteer
_LONGEST = 5  # words of a place's name
_RARE = 3e-7  # the share of ordinary text below which a word with a capital is taken for a name
_PLACE = re.compile(
    r"\s+(?:(?:the\s)?(?:village|town|locality|hamlet)\sof\s|(?:le|la)\s(?:village|localité|ville)\sde\s)?"
    r"([A-ZÀ-Þ][\w’']{3,30}(?:-[A-ZÀ-Þ]\w{1,30}){0,2})"
)
_TOKEN = re.compile(r"[^\W_]+")


def gazetteer_rows(
    known: Iterable[KnownPlace], sites: Iterable[str], documents: Sequence[HeardDocument], vague: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """The rows of a gazetteer: what is known of the theatre, with the documents that name each place as `by`.

    `sites` are further places by which the lexicon knows the mission: of these no more is told than that they are its;
    `vague` are such names as may mean more than the theatre.
    """
    named = _named(documents)
    rows, seen = list[dict[str, Any]](), set[str]()
    for place in known:
        by = sorted({one for text in (place.name, *place.forms) for one in named.get(fold(text).strip(), ())})
        if place.kind not in (DECOY, HAMLET):
            rows.append(_row(place, by))
            seen.update(fold(text).strip() for text in (place.name, *place.forms))
    told = {**{name: {"common": True} for name in vague}, **{site: {} for site in sites}}
    rows += [
        {"name": name, "kind": "area", "region": "", **marks, "by": ["missions.toml"]}
        for name, marks in told.items()
        if fold(name).strip() not in seen
    ]
    return rows


def landmarks(rows: Iterable[Mapping[str, Any]], known: Iterable[KnownPlace]) -> list[dict[str, Any]]:
    """The nearest towns around a theatre that has few itself: a map is known by them, and no text is read by them."""
    own = {row["name"]: row["at"] for row in rows if row.get("at") and row["kind"] in TOWNS}
    if not own or len(own) >= FEWEST_TOWNS:
        return []
    around = [(place, at) for place in known if (at := place.at) and place.kind in _CHIEF and place.name not in own]
    nearest = sorted(around, key=lambda one: min(dist(one[1], at) for at in own.values()))[: 2 * FEWEST_TOWNS]
    return [{"name": place.name, "kind": LANDMARK, "region": place.region, "at": list(at)} for place, at in nearest]


def _row(place: KnownPlace, by: Sequence[str]) -> dict[str, Any]:
    kind = {"capital": "city", HAMLET: "village"}.get(place.kind, place.kind)
    row: dict[str, Any] = {"name": place.name, "kind": kind, "region": place.region or place.name}
    if place.kind == "capital":
        row["capital"] = True
    if place.at:
        row["at"] = list(place.at)
    if place.common:
        row["common"] = True
        if by:
            row["known"] = True
    return row | ({"forms": list(place.forms)} if place.forms else {}) | ({"by": list(by)} if by else {})


def taught_rows(
    words: Vocabulary, documents: Sequence[HeardDocument], known: Iterable[KnownPlace], frequency: Frequency
) -> list[dict[str, Any]]:
    """Places that only the documents know: names that are no words, told as scenes beside a place of the theatre."""
    found: dict[str, list[str]] = defaultdict(list)
    regions: dict[str, str] = {}
    for one in documents:
        for name, region in _scenes(words, one, frequency):
            if one.sample.id not in found[name]:
                found[name].append(one.sample.id)
            regions.setdefault(name, region)
    hamlets = {
        fold(text).strip(): place for place in known if place.kind == HAMLET for text in (place.name, *place.forms)
    }
    rows = []
    for name, by in sorted(found.items()):
        hamlet = hamlets.get(fold(name).strip())
        row: dict[str, Any] = {"name": name, "kind": "village", "region": regions[name]}
        if hamlet is not None:
            row |= {"region": hamlet.region or regions[name], **({"at": list(hamlet.at)} if hamlet.at else {})}
        rows.append({**row, "by": by})
    return rows


def _scenes(words: Vocabulary, one: HeardDocument, frequency: Frequency) -> Iterator[tuple[str, str]]:
    """Names told as scenes in a sentence that names a place of the theatre, with that place's region."""
    reading = one.reading
    finds = words.finds(reading)
    taken = {reading.origins[find.start] for find in finds if find.entry.kind != "locative"}
    regions = {row["name"]: row.get("region", "") for row in words.places}
    toward = set(read_table(FOLDER / "offices.toml")["toward"])
    beside: dict[int, str] = {}
    for find in finds:
        if find.entry.kind == "theatre":
            sentence = reading.sentence_at(reading.origins[find.start])
            beside[sentence] = beside.get(sentence) or regions.get(find.entry.concept, "")
    for find in finds:
        scene = find.entry.kind == "locative" and reading.folded[find.start : find.end] not in toward
        if scene and (match := _PLACE.match(reading.text, reading.origins[find.end - 1] + 1)):
            name, sentence = match[1], reading.sentence_at(match.start(1))
            if (
                sentence in beside
                and match.start(1) not in taken
                and _is_name(reading, match, one.sample.language, frequency)
            ):
                yield name, beside[sentence]


def _is_name(reading: Reading, match: re.Match[str], language: str, frequency: Frequency) -> bool:
    """Whether a word is rarer than words are, no acronym, and not the first of a person's names."""
    name = match[1]
    alone = not re.match(r" [A-ZÀ-Þ]", reading.text[match.end() :])
    return (
        alone and not name.isupper() and all(frequency(part.lower(), language) < _RARE for part in _TOKEN.findall(name))
    )


def _named(documents: Iterable[HeardDocument]) -> Mapping[str, set[str]]:
    """Which runs of words that begin with a capital stand in which documents."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in documents:
        words = [(match[0], fold(match[0]).strip()) for match in _TOKEN.finditer(one.reading.text)]
        for start, (word, _) in enumerate(words):
            if not word[:1].islower():
                for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
                    found[" ".join(folded for _, folded in words[start:end])].add(one.sample.id)
    return found
