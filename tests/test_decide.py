"""The rules that decide what is new and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.model import Action, Change, Known, State, Story
from feeds.route import Draft, Load, News, Told, edit_due, fresh, route, sift, suspicious, thin
from seeds.model import Tier, When
from tests.store_kit import DAY, HOUR, LOUD, MINUTE, NOW, entry, place, wish

STORY = Story(1, "w", Tier.INCIDENT, NOW, NOW, ())
NOTED = (Change(NOW, "killed 3 → 4"), Change(NOW, "confirmed by the UN", material=True))


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
        Draft("note", text="confirmed by the UN"),
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


@pytest.mark.parametrize(
    ("published", "answer"),
    [(None, False), (NOW - 23 * HOUR, True), (NOW - 25 * HOUR, False), (NOW, True)],
)
def test_only_dated_and_young_items_of_a_first_poll_are_told(published, answer):
    """An undated item of a first poll may be years old."""
    assert fresh(published and When(published, "instant"), NOW, DAY) is answer


@pytest.mark.parametrize(
    ("summary", "answer"),
    [
        ("", True),
        ("Read more", True),
        ("Blue helmets attacked in the north - Daily Paper", True),
        ("Four soldiers of the mission died when their vehicle struck a mine.", False),
    ],
)
def test_an_item_is_thin_when_its_feed_says_no_more_than_its_title(summary, answer):
    """Then, and only then, its page is worth reading."""
    assert thin(entry(1, "Blue helmets attacked in the north", summary=summary)) is answer


def test_what_the_store_does_not_know_is_new():
    """Dates play no part: an old item that was never seen is new."""
    old, new = entry(1), entry(2, published=NOW - 900 * DAY)
    sifted = sift("wire", [old, new], [Known(7, "wire", "hash 1"), None], [])
    assert (sifted.new, sifted.changed, sifted.aliases, sifted.renamed) == ((new,), (), (), 0)


def test_new_keys_of_a_known_entry_are_learned():
    """A guid that changes while the link stays is remembered beside the old one."""
    sifted = sift("wire", [entry(1)], [Known(7, "wire", "hash 1", ("guid:wire:1",))], [])
    assert sifted.aliases == (("guid:wire:1", 7),)


def test_only_the_feed_an_entry_came_from_changes_its_text():
    """An aggregator's copy of an outlet's item has a summary of its own."""
    changed = entry(1, content_hash="other")
    assert sift("wire", [changed], [Known(7, "wire", "hash 1")], []).changed == ((7, changed),)
    assert sift("wire", [changed], [Known(7, "outlet", "hash 1")], []).changed == ()
    assert sift("wire", [changed], [Known(7)], []).changed == (), "a purged item stays purged"


TITLES = [
    "Helicopter down near the river",
    "Council renews the mandate",
    "Convoy reaches the town",
    "Force commander leaves",
]


def renamed_feed(titles, keys="new"):
    return [
        entry(n, title, keys=(f"guid:wire:{keys}{n}", f"link:example.org/{keys}/{n}")) for n, title in enumerate(titles)
    ]


def test_a_feed_that_renames_its_items_brings_no_news():
    """More than half new, under familiar titles: the items are known, only their names are new."""
    stored = [(100 + n, title, None) for n, title in enumerate(TITLES)]
    entries = renamed_feed(TITLES)
    sifted = sift("wire", entries, [None] * 4, stored)
    assert (sifted.new, sifted.renamed) == ((), 4)
    assert ("guid:wire:new2", 102) in sifted.aliases


def test_what_is_truly_new_in_a_renamed_feed_is_still_news():
    """The held items do not swallow the one that nobody has seen."""
    stored = [(100 + n, title, None) for n, title in enumerate(TITLES)]
    entries = renamed_feed([*TITLES, "Two wounded by a mine this morning"])
    sifted = sift("wire", entries, [None] * 5, stored)
    assert [one.title for one in sifted.new] == ["Two wounded by a mine this morning"]
    assert sifted.renamed == 4


def test_a_feed_full_of_unfamiliar_items_is_simply_new():
    """A small window may hold nothing but news."""
    sifted = sift("wire", renamed_feed(TITLES), [None] * 4, [(1, "Something else entirely", None)])
    assert (len(sifted.new), sifted.renamed) == (4, 0)


def test_a_fetch_is_suspicious_when_most_of_it_is_new():
    """Only then are the stored titles worth a look."""
    assert suspicious([None, None, Known(1)])
    assert not suspicious([None, Known(1)])
    assert not suspicious([])
