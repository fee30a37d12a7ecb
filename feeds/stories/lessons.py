"""What each piece of evidence is worth when stories are told apart, learned from labelled items.

Items are read in several orders; each time an entry meets the stories that it may belong to, as they truly are, it is
a choice between them and a story of its own. Attacks of one day that differ in little are rare, and a story is lost
where they merge: each attack lends its words to made ones (`feeds.stories.twins`), which are known to be others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from feeds.stories.assign import MemoryStories, lookups
from feeds.stories.evidence.likeness import pieces
from feeds.stories.evidence.when import JOINING
from feeds.stories.profile import Profile, absorb, profile
from feeds.stories.twins import is_attack, twins
from seeds.learning.choices import Choice, weigh
from seeds.learning.items import Item
from seeds.learning.teach import NOW, Lesson, tier_weights
from seeds.model import Document, Tier
from seeds.rarity import EVENTS, word_counts
from seeds.watch import Watch, read_document
from seeds.weights import Features, Rows, Weights, put_weights, read_rows

#: The pieces of evidence (`feeds.stories.evidence.likeness`), each with what it says.
PIECES: Mapping[str, str] = {
    JOINING: "there is a story that it may belong to",
    "same day": "told on the same day",
    "next day": "told a day apart",
    "two days": "told two days apart",
    "three days": "told three days apart",
    "same week": "told four to seven days apart",
    "two weeks": "told up to two weeks apart",
    "later": "told longer apart",
    "same month": "told in one month, where no more is known",
    "near month": "told in months near each other",
    "undated": "one of them has no date: any two stories of all the years may meet",
    "no watch": "of no watch: the rest of the world has many more stories a day",
    "event a day off": "days of the event one apart, as reports differ",
    "event two days off": "days of the event two apart",
    "other event day": "other days of the event",
    "told before it happened": "one was told before the other's event",
    "weekday": "the same day of the week",
    "other weekday": "other days of the week",
    "mission": "the same mission, outside the watches",
    "site": "the same place of the incident",
    "place": "a place that both name",
    "region": "the same region",
    "twin": "another place of the same day, and a place that both name",
    "passing place": "another place, and a place that both name",
    "other site": "incidents at other places",
    "other place": "other places, one of them in passing",
    "contingent": "the same contingent",
    "other contingent": "other contingents",
    "contingent of one": "a contingent in one alone, and no harm: its departure is not the mission's",
    "country": "countries that both name",
    "other country": "other countries",
    "killed": "equal counts of dead",
    "killed many": "equal counts of dead, for each one more than one, up to eight",
    "killed updated": "counts of dead that an update explains",
    "other toll elsewhere": "other counts of dead or of hurt, at places apart",
    "other killed": "counts of dead that none explains",
    "injured": "equal counts of hurt",
    "injured updated": "counts of hurt that an update explains",
    "other injured": "counts of hurt that none explains",
    "undated update": "an update, where one of them has no date",
    "casualties": "as many harmed in all: hurt in one report, dead of it in the next",
    "little": "common concepts that both hold",
    "some": "less common concepts that both hold",
    "much": "rare concepts that both hold",
    "no topic": "no concept in common",
    "other means": "other ways to come to harm",
    "other kind": "other kinds of news",
    "other tier": "news of another tier: a funeral is no attack, a vote no visit",
    "trial": "a trial in one alone",
    "symbol": "the same UN document",
    "figure": "figures that both give",
    "year": "years that both give",
    "person": "people that both name",
    "other holder": "other holders of one office",
    "name": "names that both give",
    "words": "words that both hold, the more the fewer events have them",
    "no word": "no telling word in common, in one language",
    "like elsewhere": "words and concepts that both hold, of different places near each other",
    "like others": "words and concepts that both hold, of harm to others, on another day or days later, by other tolls",
    "title": "titles of one language that are alike",
    "copy": "titles of one language that are nearly the same, as copies of one report are",
}
_SPREAD = 0.7  # chosen on the validation part; 0.5 to 2 differ by less than chance
# What is known before any item is read: copies are of one story, what is told months apart is not.
_CENTRE: Weights = {"copy": 4.0, "later": -7.0}
_TWINS, _TWIN = 4, 0.5  # reports of each event that have twins, and for how many choices a twin stands
_LATE = datetime(2100, 1, 1, tzinfo=UTC)  # items without a date are read last
Labelled = tuple[str | None, Profile]  # the event, None for one of its own, and the profile


def story_weights(watch: Watch, items: Iterable[Item]) -> dict[str, float]:
    """The weight of each piece of evidence in log-odds, from items whose event is known."""
    known = [item for item in items if item.relevant is not None and item.event]
    choices = [c for order in _orders(watch, known) for c in (*story_choices(order), *twin_choices(order))]
    return weigh(choices, _SPREAD, _CENTRE)


def _orders(watch: Watch, known: Sequence[Item]) -> Iterator[list[Labelled]]:
    """The items as they are told, by date and otherwise, with and without their dates."""
    halves = _halves(watch, known)
    for dated in (True, False):
        documents = {item.id: _document(item, dated) for item in known}
        tiers = _tiers(watch, known, documents, halves)
        told = [(item, (item.event, _profile(watch, item, documents[item.id], tiers.get(item.id)))) for item in known]
        yield [one for _, one in sorted(told, key=lambda pair: _when(pair[0]))]
        yield [one for _, one in sorted(told, key=lambda pair: hashlib.sha256(pair[0].id.encode()).digest())]


def _when(item: Item) -> datetime:
    return item.document.published.start if item.document.published else _LATE


def _document(item: Item, dated: bool) -> Document:
    return item.document if dated else replace(item.document, published=None)


def _halves(watch: Watch, known: Sequence[Item]) -> list[Rows]:
    """The weights of tiers that the items outside of each half of the events teach."""
    return [tier_weights(watch, [item for item in known if _half(item) != half]) for half in (0, 1)]


def _tiers(
    watch: Watch, known: Sequence[Item], documents: Mapping[str, Document], halves: Sequence[Rows]
) -> dict[str, Tier]:
    """The tiers of relevant items as the items of other events teach to read them: what an item taught itself is read
    better than news will be."""
    learned, found = read_rows("tiers"), dict[str, Tier]()
    for half, rows in enumerate(halves):
        put_weights("tiers", rows)
        mine = [item for item in known if item.relevant and _half(item) == half]
        found |= {item.id: watch.ruling(read_document(documents[item.id]), NOW).tier for item in mine}
    put_weights("tiers", learned)
    return found


def _half(item: Item) -> int:
    return hashlib.sha256(item.event.encode()).digest()[1] % 2


def _profile(watch: Watch, item: Item, document: Document, tier: Tier | None) -> Profile:
    reading = read_document(document)
    scope = watch.name if item.relevant else ""
    return profile(document, watch.facts(reading), watch.fingerprint(reading), scope, tier=tier)


def story_choices(told: Iterable[Labelled]) -> Iterator[Choice]:
    """A choice for each entry that meets a story, and whose own story, if there is one, is among those it meets."""
    memory, stories = MemoryStories(), dict[str, int]()
    for event, entry in told:
        met, own = memory.candidates(lookups(entry)), stories.get(event) if event else None
        if met and (own is None or own in met):
            numbers = sorted(met)
            known = ((met[number], 1 if number == own else 2) for number in numbers)
            options: list[Features] = [{}, *(_summed(entry, *one) for one in known)]
            yield Choice(options, frozenset({0 if own is None else 1 + numbers.index(own)}))
        number = memory.open(entry) if own is None else memory.join(own, entry)
        if event:
            stories[event] = number


def twin_choices(told: Sequence[Labelled]) -> Iterator[Choice]:
    """A choice for each made twin of an event's first attack reports: none is a part of the story."""
    sites = sorted({(site, *entry.of("region")) for _, entry in told for site in entry.of("site")})
    sides = sorted({side for _, entry in told for side in entry.of("contingent")})
    stories = dict[str, Profile]()
    for event, entry in told:
        if event and is_attack(entry) and (event not in stories or stories[event].size < _TWINS):
            story = stories[event] = absorb(stories[event], entry) if event in stories else entry
            for twin in twins(event, entry, sites, sides):
                yield Choice([{}, _summed(twin, story, 1)], frozenset({0}), _TWIN)


def _summed(entry: Profile, story: Profile, taught: int) -> Features:
    found: dict[str, float] = {}
    for name, amount in pieces(entry, story, taught):
        found[name] = found.get(name, 0.0) + amount
    return found


def _counts(watch: Watch, items: Iterable[Item]) -> dict[str, float]:
    read = ((item.event, watch.fingerprint(read_document(item.document)).words) for item in items if item.event)
    return word_counts(read)


# In this order: the words that few events have are pieces of evidence.
STORY_LESSONS: Mapping[str, Lesson] = {
    "words": Lesson(
        f"In how many events each word stands, by its beginning; {EVENTS} is how many events there are.", _counts
    ),
    "stories": Lesson(
        "How much each piece of evidence speaks for one story rather than two, in log-odds.", story_weights
    ),
}
