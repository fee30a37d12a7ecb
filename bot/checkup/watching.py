"""Whether the bot runs and reads its feeds, as the archive tells. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.checkup.findings import Remark, bad, doubtful, well
from bot.language import _
from bot.wording.causes import problem_text
from bot.wording.counts import feeds_counted
from bot.wording.formats import ago, short_day
from feeds.freshness import Freshness, freshness
from feeds.model import FeedState


def running(holder: str | None, reason: str | None, last_ok: datetime | None, now: datetime) -> Remark:
    """Whether a bot uses the archive, and the `reason` why it counts as dead, if so, as `bluehelm health` gives it;
    with the time at which a feed was last read."""
    if holder is None:
        return doubtful("bot", _("No bot runs on this archive."))
    read = _("A feed was last read {when}.").format(when=ago(last_ok, now))
    if reason:
        told = _("A bot runs (process {holder}), but {reason}.").format(holder=holder, reason=reason)
        return bad("bot", f"{told} {read}")
    return well("bot", f"{_('A bot runs (process {holder}).').format(holder=holder)} {read}")


def feed_findings(states: Sequence[FeedState], now: datetime) -> Iterator[Remark]:
    """The feeds that fail, each with since when and why; how many do not."""
    broken = [one for one in states if freshness(one, now) is Freshness.BROKEN]
    for one in broken:
        why = problem_text(one.problem or "")
        if one.failing_since is None:
            yield doubtful("feeds", _("{feed} fails: {why}.").format(feed=one.name, why=why))
        else:
            told = _("{feed} fails since {day}: {why}.")
            yield doubtful("feeds", told.format(feed=one.name, day=short_day(one.failing_since), why=why))
    if states:
        fine = len(states) - len(broken)
        yield well("feeds", _("{feeds} can be read.").format(feeds=feeds_counted(fine)))
