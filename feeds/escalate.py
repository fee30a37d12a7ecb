"""What of a story that has its alert is told aloud: the first death, a toll that has grown by a step, the UN's word.

Pure. A channel remembers what it was told aloud (`Heard`); steps of a toll are counted from the highest count of
that, so that a toll that flaps, a merge, a revision or a restart tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from config.escalation import FIRST_DEATH, UN_WORD, toll_step
from feeds.model import Account, Action, Change, ChangeKind, Channel, HarmKind, Heard, Rung, Story, Subscription
from feeds.route import Draft, Load, limited_action, loudest_action, silent
from seeds.model import Tier

HOLDS, _CORRECTED = "holds", "corrected"
_TOLLS: tuple[tuple[ChangeKind, HarmKind], ...] = ((ChangeKind.KILLED, "killed"), (ChangeKind.INJURED, "injured"))


def heard_of(account: Account) -> Heard:
    """What is told aloud by an alert that says what the account says."""
    killed = account.believed("killed") or 0
    official = account.confirmation.rung is Rung.OFFICIAL
    return Heard(killed, account.believed("injured") or 0, killed > 0, official)


def either(one: Heard, other: Heard) -> Heard:
    """What was told by either."""
    return Heard(
        max(one.killed, other.killed),
        max(one.injured, other.injured),
        one.death or other.death,
        one.official or other.official,
    )


def noticed(heard: Heard, account: Account) -> Heard:
    """What a channel knows once its alert says what the account says, without a word about it: that somebody died and
    that the UN spoke is news once, told aloud or not; a toll counts only once it was told."""
    now = heard_of(account)
    return replace(heard, death=heard.death or now.death, official=heard.official or now.official)


def escalated(heard: Heard, account: Account, names: Iterable[str], now: datetime) -> Change | None:
    """The most telling of what the names ask for and the channel has not heard; None when it has heard it all."""
    return next(_steps(heard, heard_of(account), frozenset(names), now), None)


def still_true(change: Change, story: Story) -> Change | None:
    """A change that was to be told, in the figures of the story as it is now; None when there is nothing left of it."""
    if change.kind is ChangeKind.OFFICIAL:
        return change if story.account.confirmation.rung is Rung.OFFICIAL else None
    harm = next(harm for kind, harm in _TOLLS if kind is change.kind)
    new, old = story.account.believed(harm) or 0, change.old
    return replace(change, new=new) if isinstance(old, int) and new > old else None


def held(change: Change, story: Story) -> str:
    """How far a change that was told aloud still holds: `HOLDS`, "holds 5" where the toll has fallen since but not to
    what it was before, "corrected" or "corrected 2" where it does not."""
    holds = still_true(change, story) is not None
    if change.kind is ChangeKind.OFFICIAL:
        return HOLDS if holds else _CORRECTED
    count = story.account.believed(next(harm for kind, harm in _TOLLS if kind is change.kind)) or 0
    if holds and isinstance(change.new, int) and count >= change.new:
        return HOLDS
    return f"{HOLDS if holds else _CORRECTED} {count}"


def _steps(heard: Heard, told: Heard, names: frozenset[str], now: datetime) -> Iterator[Change]:
    if FIRST_DEATH in names and told.death and not heard.death:
        yield Change(now, ChangeKind.KILLED, 0, told.killed, material=True)
    steps = [step for name in names if (step := toll_step(name)) is not None]
    for kind, harm in _TOLLS:
        old, new = getattr(heard, harm), getattr(told, harm)
        if steps and new >= old + min(steps):
            yield Change(now, kind, old, new, material=True)
    if UN_WORD in names and told.official and not heard.official:
        yield Change(now, ChangeKind.OFFICIAL, material=True)


def escalation(
    story: Story,
    channel: Channel,
    wishes: Sequence[Subscription],
    *,
    heard: Heard,
    load: Load,
    now: datetime,
) -> Draft | None:
    """What a channel is told aloud of a story as it is now; None when nothing is.

    `wishes` are its subscriptions that ask for the story. Each that wants something told is heard as loudly as it wants
    such a story, whatever the source that brought the news, within its limits, and at least by a post; the loudest
    decides how it is told; while the channel is silent (`feeds.route.silent`) it is a line in the digest.
    """
    silence = silent(channel, story.tier, now)
    asked = [(one, change) for one in wishes if (change := escalated(heard, story.account, one.escalate, now))]
    told = [(one, limited_action(action, one, load, silence)) for one, _ in asked if (action := _loud(one, story.tier))]
    action = loudest_action(heard_as for _, heard_as in told)
    if action is None:
        return None
    if action is Action.DIGEST:
        return Draft("digest", action)
    names = {name for one, _ in asked for name in one.escalate}
    rung = [one.role for one, heard_as in told if heard_as is Action.PING and one.role is not None]
    change = escalated(heard, story.account, names, now)
    return Draft("escalation", action, change=change, roles=tuple(dict.fromkeys(rung)))


def _loud(wish: Subscription, tier: Tier) -> Action | None:
    """How loudly a subscription wants to hear of such a story; nothing below a post is told aloud."""
    action = wish.action(tier)
    return action if action in (Action.PING, Action.POST) else None
