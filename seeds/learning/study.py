"""From a watch's folder to its `patterns.toml`: the documents are read and keyness learned, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from config.sentence import Said
from seeds.learning.documents import Sample, read_folder
from seeds.learning.keyness import Label, concept_weights, learn_patterns
from seeds.lexicon.files import LexiconError
from seeds.lexicon.load import shared
from seeds.lexicon.world import CASE, COUNTRY, MISSION, PEOPLE, world
from seeds.model import Document
from seeds.relevance.extract import gather
from seeds.relevance.patterns import KINDS, PatternSet
from seeds.text.reading import Reading
from seeds.text.sentences import sentences
from seeds.watch import Watch, assemble

_LEAD = 3  # sentences of a text without a title
#: What looks like peacekeeping news and is none, or another mission's; all watches learn from it.
SHARED_NEAR_MISSES = Path(__file__).parents[1] / "near_misses"
_ABOUT = frozenset({COUNTRY, CASE, PEOPLE, MISSION})
_GUESSES = ("en", "fr", "es", "pt", "de")


def relearn(folder: Path, documents: Path | None = None) -> PatternSet:
    """What the watch in `folder` learns from its documents (or those in `documents`) and near misses.

    Raises LexiconError, naming file and line, when a document or the watch cannot be read.
    """
    seeds = read_folder(documents or folder / "documents", guess_language)
    if not seeds:
        place = documents or folder / "documents"
        raise LexiconError(Said("{place}: there is nothing to learn from", place=place))
    return study(folder, seeds, near_misses(folder))


def near_misses(folder: Path) -> tuple[Sample, ...]:
    """A watch's near misses, by name: its own, and those that all watches share and that tell nothing of its mission or
    its theatre."""
    mission = assemble(folder, PatternSet()).mission
    about = {mission.key, *mission.theatre}
    common = read_folder(SHARED_NEAR_MISSES, guess_language)
    own = read_folder(folder / "near_misses", guess_language)
    return tuple(sorted((*own, *(one for one in common if not _tells(one) & about)), key=lambda sample: sample.id))


def _tells(sample: Sample) -> frozenset[str]:
    """The countries and missions that a text names."""
    finds = world(shared()).finds(Reading(f"{sample.title}\n{sample.text}", sample.language))
    return frozenset(find.entry.concept for find in finds if find.entry.kind in _ABOUT)


def study(folder: Path, seeds: Sequence[Sample], near: Sequence[Sample]) -> PatternSet:
    """What a watch learns from these samples."""
    plain = assemble(folder, PatternSet())
    label = labeller(plain)
    found = learn_patterns(seeds, near, frequency, label)
    return PatternSet(found, {}, concept_weights(found), tuple(sample.id for sample in seeds))


def windows(sample: Sample) -> Iterator[Document]:
    """What a feed might give of a document: its title, a sentence, the title with one, two in a row, or a few."""
    cut = [sample.text[one.start : one.end] for one in sentences(sample.text, sample.language)]
    pairs = [(sample.title, ""), *((sample.title, sentence) for sentence in cut), *((sentence, "") for sentence in cut)]
    leads = [("", " ".join(cut[start : start + _LEAD])) for start in range(len(cut) - _LEAD + 1)]
    for title, summary in (*pairs, *pairwise(cut), *leads):
        yield Document(title, summary, sample.language)


def labeller(watch: Watch) -> Label:
    """What the lexicon and the watch's own words say of a phrase: its kind and concept; "context" when nothing."""

    def label(phrase: str, language: str) -> tuple[str, str | None]:
        reading = Reading(phrase, language, len(phrase))
        finds = watch.vocabulary.finds(reading)
        whole = [find.entry for find in finds if find.start == 1 and find.end == len(reading.folded) - 1]
        entries = [(entry.kind, entry.concept) for entry in whole]
        hits = gather(reading, finds, watch.vocabulary.shared.people).hits
        entries += [(hit.kind, hit.concept) for hit in hits if hit.start == 0 and hit.end == len(phrase)]
        known = [pair for pair in entries if pair[0] in KINDS]
        return min(known, key=lambda pair: KINDS.index(pair[0]), default=("context", None))

    return label


def frequency(word: str, language: str) -> float:
    """A word's share of ordinary text (0..1) by wordfreq's lists. Raises LexiconError for a language without one."""
    return _frequencies(language)(word)


@lru_cache(maxsize=8)
def _frequencies(language: str) -> Callable[[str], float]:
    from wordfreq import available_languages, get_frequency_dict  # noqa: PLC0415

    lists = available_languages("best")
    if language not in lists:  # wordfreq would silently answer with English
        told = Said("there are no background frequencies for the language {language!r}", language=language)
        raise LexiconError(told)
    table = get_frequency_dict(language, "best")
    return lambda word: table.get(word, 0.0)


def guess_language(text: str) -> str:
    """The language, of a few, whose frequent words the text uses most; for plain text files, which do not say."""
    words = text.lower().split()[:300]

    def common(language: str) -> float:
        share = _frequencies(language)
        return sum(min(share(word), 1e-3) for word in words)

    return max(_GUESSES, key=common)
