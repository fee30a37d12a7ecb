"""How far a story is confirmed, and how urgent it is, by all its sources together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from feeds.model import Confirmation, Rung, Source
from feeds.stories.told import first_told, told_order
from feeds.stories.voices import Voice, speaker
from seeds.model import Tier


def confirmation(spoken: Sequence[Voice]) -> Confirmation:
    """How far a story is confirmed, its independent publishers (`voices`), and when the UN spoke."""
    sources = [source for voice in spoken for source in voice]
    official = [source for source in sources if source.standing == "official"]
    several = Rung.SEVERAL if len(spoken) > 1 else Rung.SINGLE
    return Confirmation(
        Rung.OFFICIAL if official else several,
        tuple(speaker(voice) for voice in spoken),
        first_told(sources),
        first_told(official),
    )


def story_headline(sources: Sequence[Source]) -> Source:
    """The source whose title names the story: the newest official one, else the first of the loudest tier.

    Raises ValueError for no sources.
    """
    official = [source for source in sources if source.standing == "official"]
    if official:
        return max(official, key=lambda source: (_loudness(source.tier), told_order(source)))
    return max(sources, key=lambda source: (_loudness(source.tier), source.standing != "aggregator"))


def loudest(tiers: Iterable[Tier | None]) -> Tier:
    """A story's tier: the most urgent of its sources' tiers; *background* when none has one."""
    known = [tier for tier in tiers if tier is not None]
    return max(known, key=_loudness, default=Tier.BACKGROUND)


def _loudness(tier: Tier | None) -> int:
    return -len(Tier) if tier is None else -list(Tier).index(tier)
