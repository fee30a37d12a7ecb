"""The rules that decide who is told what, how loudly and when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.model import Action, Change, ChangeKind, State, Story
from feeds.route import Draft, Load, News, Told, edit_due, route
from seeds.model import Tier
from tests.store_kit import DAY, HOUR, LOUD, MINUTE, NOW, place, wish

STORY = Story(1, "w", Tier.INCIDENT, NOW, NOW, ())
NOTED = (Change(NOW, ChangeKind.KILLED, 3, 4), Change(NOW, ChangeKind.OFFICIAL, material=True))


def step(before=None, after=Tier.INCIDENT, tier=None, changes=(), silent=False):
    old = None if before is None else replace(STORY, tier=before)
    return News(old, replace(STORY, tier=after), tier or after, changes, silent)


NOTHING = Load()


def told(news, *, alert=None, digested=False, load=NOTHING, muted_until=None, **wishes):
    return route(news, place(muted_until=muted_until), (wish(**wishes),), Told(alert, digested), load, now=NOW)


@pytest.mark.parametrize(
    ("tier", "drafts"),
    [
        (Tier.INCIDENT, (Draft("alert", Action.PING),)),
        (Tier.DECISION, (Draft("alert", Action.POST),)),
        (Tier.BACKGROUND, (Draft("digest", Action.DIGEST),)),
    ],
)
def test_a_new_story_is_told_as_loudly_as_the_channel_wants_its_tier(tier, drafts):
    """The wish for the story's tier decides."""
    assert told(step(after=tier)) == drafts


def test_a_tier_that_the_channel_did_not_ask_for_is_not_told():
    """A missing tier means silence."""
    assert told(step(after=Tier.BACKGROUND), actions=LOUD) == ()


def test_a_silent_step_is_told_to_no_one():
    """A feed's first poll makes no noise, whatever it finds."""
    assert told(step(silent=True)) == ()
    assert told(step(before=Tier.BACKGROUND, silent=True)) == ()


def test_what_is_stale_is_one_line_in_one_digest():
    """A story of what was told long ago is never posted, however urgent it was; nor is an older one it makes urgent."""
    line = (Draft("digest", Action.DIGEST),)
    assert told(replace(step(), stale=True)) == line
    assert told(replace(step(Tier.BACKGROUND, changes=NOTED), stale=True)) == line
    assert told(replace(step(Tier.BACKGROUND, changes=NOTED), stale=True), digested=True) == ()
    assert told(replace(step(Tier.BACKGROUND, Tier.BACKGROUND), stale=True), actions=LOUD) == ()


def test_an_old_report_edits_an_alert_without_a_word():
    """What joins late completes the message; a rewrite of an old report, which tells something new, is noted."""
    joined = replace(step(Tier.INCIDENT, changes=NOTED), stale=True)
    rewritten, later = joined, replace(joined, after=replace(STORY, sources=(None,)))
    assert told(later, alert=State.SENT) == (Draft("edit"),)
    assert told(rewritten, alert=State.SENT) == (Draft("edit"), Draft("note", change=NOTED[1]))


def test_a_ping_too_many_is_a_post():
    """At most N pings an hour."""
    assert told(step(), load=Load(pings=3, posts=3)) == (Draft("alert", Action.POST),)
    assert told(step(), load=Load(pings=2, posts=2)) == (Draft("alert", Action.PING),)


def test_a_post_too_many_goes_to_the_digest():
    """At most N posts a day, pings among them; nothing is dropped."""
    assert told(step(after=Tier.DECISION), load=Load(posts=40)) == (Draft("digest", Action.DIGEST),)
    assert told(step(), load=Load(pings=0, posts=40)) == (Draft("digest", Action.DIGEST),)
    assert told(step(after=Tier.BACKGROUND), load=Load(posts=40)) == (Draft("digest", Action.DIGEST),)


def test_a_muted_channel_gets_new_stories_in_its_digest():
    """A mute is no loss: what is new waits in the digest."""
    assert told(step(), muted_until=NOW + HOUR) == (Draft("digest", Action.DIGEST),)
    assert told(step(), muted_until=NOW - HOUR) == (Draft("alert", Action.PING),)


@pytest.mark.parametrize("alert", [State.SENT, State.SENDING])
def test_a_posted_alert_is_edited_and_material_changes_are_noted(alert):
    """One message a story: what changes later edits it, what matters also gets a line in its thread."""
    assert told(step(Tier.INCIDENT, changes=NOTED), alert=alert) == (
        Draft("edit"),
        Draft("note", change=NOTED[1]),
    )


def test_old_items_of_a_new_feed_edit_an_alert_without_a_note():
    """A silent step may complete a message, but rings nobody up."""
    assert told(step(Tier.INCIDENT, changes=NOTED, silent=True), alert=State.SENT) == (Draft("edit"),)


@pytest.mark.parametrize("alert", [State.PENDING, State.REJECTED])
def test_an_alert_that_waits_or_failed_gets_nothing_added(alert):
    """What waits is rendered from the story as it is when it is sent."""
    assert told(step(Tier.INCIDENT, changes=NOTED), alert=alert) == ()


def test_a_story_known_in_silence_is_named_once_in_a_digest():
    """A late copy of an old story is no alert, and no daily line either."""
    assert told(step(Tier.INCIDENT)) == (Draft("digest", Action.DIGEST),)
    assert told(step(Tier.INCIDENT), digested=True) == ()


def test_a_material_change_of_a_story_known_in_silence_is_posted_without_a_ping():
    """The UN confirming an attack of last week is worth a post."""
    assert told(step(Tier.INCIDENT, changes=NOTED), digested=True) == (Draft("alert", Action.POST),)


def test_a_material_change_told_by_background_stays_in_the_digest():
    """A look-back that repeats an old toll does not make an alert of an old story."""
    assert told(step(Tier.INCIDENT, tier=Tier.BACKGROUND, changes=NOTED)) == (Draft("digest", Action.DIGEST),)


def test_a_story_that_becomes_louder_is_told_as_its_new_tier():
    """A digest line that turns out to be an attack rings."""
    assert told(step(Tier.BACKGROUND, Tier.INCIDENT), digested=True) == (Draft("alert", Action.PING),)
    assert told(step(Tier.BACKGROUND, Tier.FOLLOW_UP)) == (Draft("alert", Action.POST),)


@pytest.mark.parametrize(
    ("posted", "edited", "due"),
    [
        (None, None, NOW),
        (NOW - MINUTE, None, NOW),
        (NOW - 10 * MINUTE, NOW - timedelta(seconds=20), NOW + timedelta(seconds=40)),
        (NOW - 10 * MINUTE, NOW - 5 * MINUTE, NOW),
        (NOW - 2 * HOUR, NOW - 4 * MINUTE, NOW + 6 * MINUTE),
        (NOW - 2 * DAY, NOW - 10 * MINUTE, NOW + 50 * MINUTE),
    ],
)
def test_edits_of_one_message_keep_a_distance_that_grows_with_its_age(posted, edited, due):
    """A minute at first, ten after an hour, an hour after a day."""
    assert edit_due(NOW, posted, edited, MINUTE) == due
