"""How much of a story says what an entry says too."""

from __future__ import annotations

from collections.abc import Iterable

from feeds.stories.profile import Profile

# Of counts and topics that stand in few of a story's entries, sharing says about half.
_ENOUGH = 4


def best_share(story: Profile, family: str, things: Iterable[str]) -> float:
    """The largest share of any of these things in a story."""
    return max(share(story, family, thing) for thing in things)


def share(story: Profile, family: str, thing: str) -> float:
    """1 for what at least four, or all, of a story's entries say; towards a half for what one of many says."""
    return 0.5 + 0.5 * min(1.0, story.of(family)[thing] / min(story.size, _ENOUGH))
