"""How much two profiles look like one story: named pieces of evidence, each worth so many log-odds.

The sum of all pieces is the log-odds that an entry belongs to a story; above zero it is more likely than not. Each
piece is a fact of the two profiles ("the same place", "tolls that no update explains") times its learned weight
(`seeds/weights/stories.toml`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from rapidfuzz import fuzz

from feeds.stories.evidence.harm import is_incident, other_harm, toll_pieces
from feeds.stories.evidence.shares import best_share, share
from feeds.stories.evidence.when import JOINING, Piece, when
from feeds.stories.profile import Profile
from seeds.rarity import rarity
from seeds.weights import read_weights

_MOST_SHARED = {
    "little": 2.0,
    "some": 2.0,
    "much": 2.0,
    "country": 2.0,
    "person": 2.0,
    "year": 2.0,
    "figure": 3.0,
    "name": 3.0,
    "symbol": 1.0,
    "words": 4.0,
    "like elsewhere": 6.0,
    "like others": 6.0,
}
_TOPICS = (("topic:little", "little"), ("topic:some", "some"), ("topic:much", "much"))
_WORDING = frozenset({"little", "some", "much", "words"})
_ROUND, _LARGE = 32, 1000
_LIKE = 50.0  # rapidfuzz token_set_ratio of unrelated titles of one field

_COPY = 90.0
_ANCHORS = ("mission", "country", "place", "name", "person")

_NONE: set[str] = set()


def likeness(entry: Profile, story: Profile) -> float:
    """The log-odds that the entry belongs to the story; minus infinity where the two can never meet."""
    if entry.scope != story.scope or _strangers(entry, story):
        return float("-inf")
    weights = read_weights("stories")
    return sum(weights.get(name, 0.0) * amount for name, amount in pieces(entry, story))


def _strangers(entry: Profile, story: Profile) -> bool:
    """Whether they tell of other missions, or, outside the watches, hold nothing in common that could make them one."""
    ours, theirs = entry.of("mission").keys(), story.of("mission").keys()
    if ours and theirs and not ours & theirs:
        return True
    return not entry.scope and not _anchored(entry, story) and _alike(entry, story) < _COPY


def pieces(entry: Profile, story: Profile, taught: int = 0) -> Iterator[Piece]:
    """Each piece of evidence with its amount, by its name (`feeds.stories.lessons.PIECES`); of a story that tells of
    several places, what it tells of the entry's.

    `taught` is of how many events the two are that words were counted in: while learning, one or two.
    """
    story = story.part_for(entry)
    yield JOINING, 1.0
    yield from when(entry, story)
    yield from _where(entry, story)
    yield from _who(entry, story)
    yield from toll_pieces(entry, story, _apart(entry, story))
    yield from _about(entry, story)
    yield from _given(entry, story)
    if not _elsewhere(entry, story):  # what any two attacks of a week have in common says nothing of one
        yield from _told_alike(entry, story, taught)


def _told_alike(entry: Profile, story: Profile, taught: int) -> Iterator[Piece]:
    """What wording says. Attacks of one kind are told in like words, and titles, too: at places near each other, or
    there on others or on another day."""
    another = "like elsewhere" if _apart(entry, story) else "like others" if other_harm(entry, story) else ""
    titles = [] if another else _titles(entry, story)
    told = [*_topics(entry, story), *_names(entry, story), *titles, *_rare_words(entry, story, taught)]
    yield from told
    alike = sum(amount for name, amount in told if name in _WORDING)
    if another and alike:
        yield another, min(_MOST_SHARED[another], alike)


def _where(entry: Profile, story: Profile) -> Iterator[Piece]:
    ours, theirs = entry.of("mission").keys(), story.of("mission").keys()
    if ours & theirs and not entry.scope:
        yield "mission", 1.0
    yield from _place(entry, story)


def _place(entry: Profile, story: Profile) -> Iterator[Piece]:
    common = entry.of("place").keys() & story.of("place").keys()
    if sites := entry.of("site").keys() & story.of("site").keys():
        yield "site", best_share(story, "site", sites)
    elif entry.of("site") and story.of("site"):
        twin = common and entry.of("event").keys() & story.of("event").keys()
        near = _area(entry) & _area(story)
        yield ("twin" if twin else "region" if near else "passing place" if common else "other site"), 1.0
    elif common:
        yield "place", best_share(story, "place", common)
    elif _area(entry) & _area(story):
        yield "region", 1.0
    elif entry.of("place") and story.of("place"):
        yield "other place", 1.0


def _area(profile: Profile) -> set[str]:
    """The incident's place and region; all places named when it is not known."""
    return {*profile.of("region"), *(profile.of("site") or profile.of("place"))}


def _elsewhere(entry: Profile, story: Profile) -> bool:
    """Whether they tell of incidents at different places in different regions, and neither names the other's place."""
    if not (_apart(entry, story) and is_incident(entry) and is_incident(story)):
        return False
    return not _area(entry) & _area(story)


def _apart(entry: Profile, story: Profile) -> bool:
    """Whether they tell of different places, and neither names the other's."""
    sites = entry.of("site"), story.of("site")
    return bool(all(sites)) and not _common(entry, story, "site") and not _common(entry, story, "place")


def _who(entry: Profile, story: Profile) -> Iterator[Piece]:
    ours, theirs = entry.of("contingent").keys(), story.of("contingent").keys()
    if not entry.scope:
        ours = theirs = {}.keys()  # elsewhere a contingent cannot be told from the country it is in
    countries = entry.of("country").keys() & story.of("country").keys()
    if ours & theirs:
        yield "contingent", best_share(story, "contingent", ours & theirs)
    elif ours and theirs:
        yield "other contingent", 0.7 if countries else 1.0
    elif countries:
        yield "country", _shared(entry, story, "country", "country")
    elif entry.of("country") and story.of("country"):
        yield "other country", 1.0
    elif bool(ours) != bool(theirs) and not _harmed(entry) and not _harmed(story):
        yield "contingent of one", 1.0
    if amount := _shared(entry, story, "person", "person"):
        yield "person", amount
    elif entry.of("person") and _offices(entry) & _offices(story):
        yield "other holder", 1.0


def _harmed(profile: Profile) -> bool:
    return "incident" in profile.of("kind")


def _offices(profile: Profile) -> set[str]:
    return {person.partition("/")[0] for person in profile.of("person")}


def _topics(entry: Profile, story: Profile) -> Iterator[Piece]:
    shared = [(name, amount) for family, name in _TOPICS if (amount := _shared(entry, story, family, name))]
    yield from shared
    if not shared and _topical(entry) and _topical(story):
        yield "no topic", 1.0


def _about(entry: Profile, story: Profile) -> Iterator[Piece]:
    ours, theirs = entry.of("means").keys(), story.of("means").keys()
    if ours and theirs and not ours & theirs:
        yield "other means", 1.0
    ours, theirs = entry.of("kind").keys(), story.of("kind").keys()
    if ours and theirs and not ours & theirs:
        yield "other kind", 1.0
    if amount := _other_tier(entry, story):
        yield "other tier", amount
    if ("justice" in ours) != ("justice" in theirs):
        yield "trial", 1.0


def _other_tier(entry: Profile, story: Profile) -> float:
    """The share of the story's tiers that are not the entry's; 0 where one of them has none."""
    ours, theirs = entry.of("tier"), story.of("tier")
    if not ours or not theirs:
        return 0.0
    return 1 - sum(theirs.get(tier, 0) for tier in ours) / sum(theirs.values())


def _topical(profile: Profile) -> bool:
    return any(profile.of(family) for family, _ in _TOPICS)


def _given(entry: Profile, story: Profile) -> Iterator[Piece]:
    for family in ("symbol", "figure", "year"):
        if amount := _shared(entry, story, family, family):
            yield family, amount


def _names(entry: Profile, story: Profile) -> Iterator[Piece]:
    if amount := _shared(entry, story, "name", "name"):
        yield "name", amount


def _titles(entry: Profile, story: Profile) -> Iterator[Piece]:
    alike = _alike(entry, story)
    if alike > _LIKE:
        yield "title", (alike - _LIKE) / (100 - _LIKE)
        if alike >= _COPY and _alike(entry, story, fuzz.ratio) >= _COPY:
            yield "copy", 1.0


def _alike(entry: Profile, story: Profile, measure: Callable[[str, str], float] = fuzz.token_set_ratio) -> float:
    """How alike titles of one language are at most, 0..100; a title that is part of another is wholly like it, save by
    `fuzz.ratio`."""
    return max(
        (measure(one, other)
         for (language, one), (spoken, other) in product(entry.titles, story.titles) if language == spoken),
        default=0.0,
    )  # fmt: skip


def _rare_words(entry: Profile, story: Profile, taught: int) -> Iterator[Piece]:
    """What words that few events have say, the more the rarer; in one language also that there are none."""
    if common := _common(entry, story, "word"):
        amount = sum(share(story, "word", word) * rarity(word, taught) for word in sorted(common))
        yield "words", min(_MOST_SHARED["words"], amount)
    elif entry.of("word") and story.of("word") and _languages(entry) & _languages(story):
        yield "no word", 1.0


def _languages(profile: Profile) -> set[str]:
    return {language for language, _ in profile.titles}


def _anchored(entry: Profile, story: Profile) -> bool:
    return any(_common(entry, story, family) for family in _ANCHORS)


def _common(entry: Profile, story: Profile, family: str) -> set[str]:
    """The things of a family that both have; most have none."""
    ours, theirs = entry.tallies.get(family), story.tallies.get(family)
    return ours.keys() & theirs.keys() if ours and theirs else _NONE


def _shared(entry: Profile, story: Profile, family: str, name: str) -> float:
    """What it amounts to that both have things of a family, a piece of that name; 0 when they have none."""
    if not (common := _common(entry, story, family)):
        return 0.0
    amount = sum(share(story, family, thing) * _rarity(family, thing) for thing in sorted(common))
    return min(_MOST_SHARED[name], amount)


def _rarity(family: str, thing: str) -> float:
    if family != "figure":
        return 1.0
    figure = int(thing)
    return 0.5 if figure < _ROUND else 1.0 if figure < _LARGE else 1.5
