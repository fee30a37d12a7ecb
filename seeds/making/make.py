"""A whole watch from documents alone: the draft of its files, nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path

from config.sentence import Said
from seeds.learning.documents import Sample
from seeds.learning.study import frequency
from seeds.lexicon.countries import PEOPLE_SUFFIX
from seeds.lexicon.files import LexiconError
from seeds.lexicon.load import Lexicon, Mission, shared
from seeds.making.gazette import gazetteer_rows, landmarks, taught_rows
from seeds.making.heard import HeardDocument, Taught, Teaching, heard, mission_named, mission_of
from seeds.making.places import DECOY, KnownPlace, known_places
from seeds.making.write import WatchDraft
from seeds.model import Document
from seeds.relevance.evidence import Evidence
from seeds.relevance.patterns import PatternSet
from seeds.relevance.vocabulary import Vocabulary
from seeds.text.fold import fold
from seeds.watch import read_document, watch_of

_LATIN, _VOWELS = ("en", "de"), "aeiou"
_ORDINARY = 1e-4  # the share of ordinary text from which a word is one that everybody reads daily
_WRITTEN_IN = ("en", "fr", "es", "pt", "de", "ar", "ru")  # whose names of countries no village may have
_CLOSE = 24  # characters between a country and the peacekeepers that are said to be its
_SPACE = 1  # … where any country may be meant


def draft(samples: Sequence[Sample], key: str | None = None) -> WatchDraft:
    """What these documents teach of their mission, or of that with this `key` in the lexicon.

    Raises LexiconError when there are none, when they name no mission, or two equally, or the key is none.
    """
    lexicon, documents = shared(), heard(samples)
    if not documents:
        raise LexiconError(Said("a watch is made of documents; there are none"))
    mission = mission_named(key, lexicon) if key else mission_of(documents, lexicon)
    if not mission.theatre:
        raise LexiconError(Said("the lexicon knows no theatre of {key}", key=mission.key))
    return _with_contingents(_with_places(_named(documents, mission, lexicon), documents, lexicon), documents, lexicon)


def _named(documents: Sequence[HeardDocument], mission: Mission, lexicon: Lexicon) -> WatchDraft:
    teaching = Teaching(documents, mission, lexicon)
    country = _plain_name(mission.theatre[0], lexicon)
    return WatchDraft(
        mission=mission,
        title=f"{mission.key}, the UN mission in {mission.where or country}",
        country=country,
        aliases={**teaching.predecessors(), **teaching.aliases()},
        people=teaching.people(),
        camps=teaching.camps(),
        resolutions=teaching.resolutions(),
        false_friends=dict(_false_friends(mission, lexicon)),
        contingents={},
        apart=dict.fromkeys(mission.apart, ("missions.toml",)),
    )


def _plain_name(code: str, lexicon: Lexicon) -> str:
    """A country's English name as it stands in a sentence, where a dash would part it."""
    name = lexicon.country_names[code]
    others = lexicon.countries[code].names.get("en", ())
    return next((one for one in (name, *others) if " - " not in one and "+" not in one), name)


def _false_friends(mission: Mission, lexicon: Lexicon) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Places elsewhere whose names hold one of the theatre's, and other countries whose names hold the theatre's."""
    for place in known_places(mission.theatre):
        if place.kind == DECOY:
            yield place.name, ("GeoNames",)
    own = {fold(text) for code in mission.theatre for texts in lexicon.countries[code].names.values() for text in texts}
    least = [one for one in own if not any(other in one for other in own - {one})]
    for code, country in lexicon.countries.items():
        if code in mission.theatre:
            continue
        for name in dict.fromkeys(text for texts in country.names.values() for text in texts if "+" not in text):
            folded = fold(name)
            if any(one in folded for one in least if one != folded):
                yield name, (f"countries.tsv {code}",)


def _with_places(made: WatchDraft, documents: Sequence[HeardDocument], lexicon: Lexicon) -> WatchDraft:
    known = _known(made.mission, lexicon)
    rows = gazetteer_rows(known, _sites(made.mission), documents, made.mission.vague)
    words = Vocabulary(made.mission, made.settings(), tuple(rows), PatternSet(), lexicon)
    camps = [{"name": camp, "kind": "camp", "region": "", "by": list(by)} for camp, by in made.camps.items()]
    around = landmarks(rows, known_places(made.mission.theatre))
    return replace(made, places=(*rows, *taught_rows(words, documents, known, frequency), *camps, *around))


def _known(mission: Mission, lexicon: Lexicon) -> tuple[KnownPlace, ...]:
    """What the world's gazetteer has of where the mission works, without spellings that are a country's name."""
    names = (country.names for code, country in lexicon.countries.items() if code not in mission.theatre)
    lands = {fold(text) for one in names for language in _WRITTEN_IN for text in one.get(language, ())}
    sites = {fold(site) for site in _sites(mission)}
    return tuple(
        replace(place, forms=tuple(form for form in place.forms if fold(form) not in lands and not _word(form)))
        for place in known_places(mission.theatre)
        if place.kind == DECOY or (_works_in(mission, place, sites) and fold(place.name) not in lands)
    )


def _word(name: str) -> bool:
    """Whether a name is an ordinary word but for its last vowel, which languages change: "Hausa", "zu Hause"."""
    if name[-1] not in _VOWELS:
        return False
    near = {name[:-1].lower() + vowel for vowel in _VOWELS}
    return any(frequency(word, language) >= _ORDINARY for word in near for language in _LATIN)


def _works_in(mission: Mission, place: KnownPlace, sites: Set[str]) -> bool:
    if mission.part_only and not mission.regions:
        return not sites.isdisjoint(fold(text) for text in (place.name, *place.forms))
    return not mission.regions or place.region in mission.regions or place.kind == "capital"


def _sites(mission: Mission) -> list[str]:
    """The places by which the lexicon knows the mission, as they are written there."""
    from seeds.lexicon.files import FOLDER, read_table  # noqa: PLC0415

    sites: list[str] = read_table(FOLDER / "missions.toml")[mission.key].get("places", [])
    return sites


def _with_contingents(made: WatchDraft, documents: Sequence[HeardDocument], lexicon: Lexicon) -> WatchDraft:
    """Where the lexicon does not know who serves in the mission, any country may."""
    known = made.mission.contributors
    may = known or lexicon.countries.keys() - set(made.mission.theatre)
    settings = {**made.settings(), "contingents": sorted(may)}
    watch = watch_of(Path(made.mission.key.lower()), settings, made.places, PatternSet())
    found: dict[str, list[str]] = {}
    for one in documents:
        reading = read_document(Document(one.sample.title, one.sample.text, one.sample.language))
        for code in _serving(watch.evidence(reading), surely=not known):
            found.setdefault(code, []).append(one.sample.id)
    taught: Taught = {code: tuple(by) for code, by in sorted(found.items())}
    return replace(made, contingents=taught)


def _serving(evidence: Evidence, *, surely: bool) -> set[str]:
    """The contributors whose soldiers are told of: "Nepalese soldiers", "peacekeepers from Nepal"; `surely` leaves out
    those only named near peacekeepers ("Nepal … peacekeepers"), and takes a people right beside them.
    """
    roles, near, kinds = (
        evidence.of("role"),
        _SPACE if surely else _CLOSE,
        ("people",) if surely else ("land", "people"),
    )
    beside = (
        hit
        for hit in evidence.of(*kinds)
        if any(role.sentence == hit.sentence and -near <= hit.start - role.end <= near for role in roles)
        or (surely and any(0 <= role.start - hit.end <= near for role in roles))
    )
    told = () if surely else evidence.of("serving")  # whose soldiers they are, though not whose peacekeepers
    return {hit.concept.removesuffix(PEOPLE_SUFFIX) for hit in (*told, *beside)}


def unnamed(samples: Sequence[Sample], mission: Mission) -> bool:
    """Whether none of the documents names the mission."""
    lexicon = shared()
    return not any(one.spans(mission.key, lexicon) for one in heard(samples))
