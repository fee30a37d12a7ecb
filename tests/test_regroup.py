"""Stories merged and split by members: the sources move, and the messages that are out follow."""

from dataclasses import replace

import pytest

from feeds.model import Action, Change, ChangeKind, State
from feeds.route import Draft
from seeds.model import Tier
from tests.store_kit import HOUR, NOW, cause, channel, plan, reading, subscribed


@pytest.fixture
def store(tmp_path):
    with subscribed(tmp_path) as fresh:
        yield fresh


def stories(store, *readings):
    """Each reading in a story of its own; the ids."""
    return [store.commit(plan(one), NOW).stories[0] for one in readings]


def deliver(store, now=NOW):
    """Send what is due; what was sent."""
    claimed = store.outbox.claim(now)
    for one in claimed:
        store.outbox.sent(one.id, one.message or f"message of {one.story}", None, now)
    return [(one.kind, one.story, one.message) for one in claimed]


FAR = {"published": NOW - 400 * 24 * HOUR}


def two(store, **more):
    """Two stories that nothing but a member's word brings together."""
    return stories(
        store,
        reading(1, title="Patrol opens a school", **more),
        reading(2, title="Ministers speak of finance abroad", **FAR, **more),
    )


def test_merging_moves_all_sources_to_the_elder_story(store):
    """The younger number stays valid, as a pointer."""
    elder, younger = two(store)
    assert store.regroup.merge(younger, elder, "me", NOW) == elder
    assert [source.entry for source in store.stories.story(elder).sources] == [1, 2]
    assert store.stories.story(younger).sources == ()
    assert store.stories.story(younger).merged_into == elder
    assert [story.id for story in store.stories.latest()] == [elder]
    assert store.archive.entry(2).findings[0][0] == elder


def test_merging_edits_the_younger_alert_into_a_pointer_and_the_elder_into_the_whole(store):
    """No new message; two messages tell where the story went."""
    elder, younger = two(store)
    deliver(store)
    store.regroup.merge(elder, younger, "me", NOW)
    assert sorted(deliver(store)) == [
        ("edit", elder, f"message of {elder}"),
        ("edit", younger, f"message of {younger}"),
    ]


def test_an_alert_that_still_waits_is_not_sent_for_a_merged_story(store):
    """Its sources are in the other alert."""
    elder, younger = two(store)
    store.regroup.merge(elder, younger, "me", NOW)
    assert deliver(store) == [("alert", elder, None)]


def test_the_only_alert_becomes_the_elder_storys(store):
    """A story found in silence merges with one that was posted: the message stays, and is edited."""
    elder = stories(store, reading(1, title="Patrol opens a school", silent=True))[0]
    younger = stories(store, reading(2, title="Ministers speak of finance abroad", **FAR))[0]
    deliver(store)
    store.regroup.merge(elder, younger, "me", NOW)
    assert store.outbox.delivered(elder, "alerts").message == f"message of {younger}"
    assert deliver(store) == [("edit", elder, f"message of {younger}")]


def test_a_digest_names_a_merged_story_once(store):
    """By its elder number."""
    elder, younger = two(store, tier=Tier.BACKGROUND)
    store.regroup.merge(elder, younger, "me", NOW)
    assert [story.id for story in store.digest("alerts")] == [elder]


def test_a_merged_storys_number_leads_to_the_elder(store):
    """Merging by an old number merges what it leads to."""
    one, two_ = two(store)
    three = stories(store, reading(3, title="Engineers mend a bridge", published=NOW - 900 * 24 * HOUR))[0]
    store.regroup.merge(one, two_, "me", NOW)
    assert store.regroup.merge(two_, three, "me", NOW) == one
    assert len(store.stories.story(one).sources) == 3


def test_what_cannot_be_merged_is_left_alone(store):
    """The unknown, the same, what is one already, and stories of two watches."""
    elder, younger = two(store)
    other = stories(store, reading(3, watch="other"))[0]
    assert store.regroup.merge(elder, 99, "me", NOW) is None
    assert store.regroup.merge(elder, elder, "me", NOW) is None
    assert store.regroup.merge(elder, other, "me", NOW) is None
    store.regroup.merge(elder, younger, "me", NOW)
    assert store.regroup.merge(elder, younger, "me", NOW) is None


def test_splitting_posts_one_new_alert_and_edits_the_old(store):
    """Without a ping: a person asked for it."""
    (elder,) = stories(store, reading(1, title="Patrol opens a school"))
    store.commit(plan(reading(2, title="Patrol opens a school", facts={"place": "Town 1"})), NOW)
    deliver(store)
    later = NOW + HOUR
    (opened,) = store.regroup.split(2, "me", later)
    assert opened not in (elder, None)
    assert [source.entry for source in store.stories.story(opened).sources] == [2]
    assert [source.entry for source in store.stories.story(elder).sources] == [1]
    claimed = store.outbox.claim(later)
    assert sorted((one.kind, one.story, one.action) for one in claimed) == [
        ("alert", opened, Action.POST),
        ("edit", elder, Action.POST),
    ]


def test_what_a_moved_item_changed_leaves_with_it(store):
    """The parent's card tells no toll of another story's, its thread says that a source moved, and its counts go on."""
    same = {"place": "Town 1", "contingents": ("C1",)}
    (elder,) = stories(store, reading(1, title="Patrol opens a school", facts={"killed": 2, **same}))
    deliver(store)
    for number, killed, hours in ((2, 4, 1), (3, 5, 2)):
        at = NOW + hours * HOUR
        told = reading(
            number, title="Patrol opens a school", seen=at, published=at, publisher=f"Paper {number}",
            facts={"killed": killed, **same},
        )  # fmt: skip
        store.commit(plan(told), at)
    later = NOW + 3 * HOUR
    deliver(store, later)
    assert (ChangeKind.KILLED, 2, 4) in [(one.kind, one.old, one.new) for one in store.stories.story(elder).changes]
    store.regroup.split(2, "me", later)
    told = [(one.kind, one.old, one.new) for one in store.stories.story(elder).changes]
    assert (ChangeKind.KILLED, 2, 5) in told
    assert not any(4 in one or "Paper 2" in one for one in told)
    assert ("note", elder, f"message of {elder}") in [*deliver(store, later), *deliver(store, later)]


def test_splitting_what_was_merged_gives_the_younger_story_its_number_and_its_message_back(store):
    """The card that had become a pointer is edited into what it was; nothing is posted anew."""
    elder, younger = two(store)
    deliver(store)
    store.regroup.merge(elder, younger, "me", NOW)
    deliver(store)
    assert store.regroup.split(2, "me", NOW + HOUR) == (younger,)
    assert [source.entry for source in store.stories.story(younger).sources] == [2]
    assert store.stories.story(younger).merged_into is None
    assert [source.entry for source in store.stories.story(elder).sources] == [1]
    assert sorted(deliver(store, NOW + HOUR)) == [
        ("edit", elder, f"message of {elder}"),
        ("edit", younger, f"message of {younger}"),
    ]


def test_splitting_what_was_merged_before_it_was_told_tells_it(store):
    """The younger story's alert was withdrawn with the merge: it gets another."""
    elder, younger = two(store)
    store.regroup.merge(elder, younger, "me", NOW)
    deliver(store)
    assert store.regroup.split(2, "me", NOW + HOUR) == (younger,)
    assert ("alert", younger, None) in deliver(store, NOW + HOUR)


def test_splitting_after_two_merges_leads_back_to_the_first_story(store):
    """Each item to the story that it came from, by whatever way."""
    one, two_ = two(store)
    (three,) = stories(store, reading(3, title="Engineers mend a bridge", published=NOW - 900 * 24 * HOUR))
    store.regroup.merge(two_, three, "me", NOW)
    store.regroup.merge(one, two_, "me", NOW)
    assert store.regroup.split(3, "me", NOW) == (three,)
    assert store.stories.story(two_).merged_into == one
    assert store.regroup.split(2, "me", NOW) == (two_,)
    assert store.stories.story(one).sources[0].entry == 1
    assert len(store.stories.story(one).sources) == 1


def test_splitting_an_item_that_two_watches_flagged_splits_both_stories(store):
    """Each in its watch's channels; the answer names both."""
    store.subscriptions.add(*channel("others", watch="v"))
    for number in (1, 2):
        told = reading(number, title="Patrol opens a school", facts={"place": "Town 1"})
        (found,) = told.findings
        other = replace(found, match=replace(found.match, watch="v"))
        store.commit(plan(replace(told, findings=(found, other))), NOW)
    deliver(store)
    old = [store.stories.of_entry(1, watch).id for watch in "vw"]
    opened = store.regroup.split(2, "me", NOW + HOUR)
    assert opened == tuple(store.stories.of_entry(2, watch).id for watch in "vw")
    assert [len(store.stories.story(story).sources) for story in (*old, *opened)] == [1] * 4
    sent = {(kind, story) for kind, story, _ in deliver(store, NOW + HOUR)}
    assert sent == {*(("edit", story) for story in old), *(("alert", story) for story in opened)}


def test_splitting_a_silent_story_tells_no_one(store):
    """What nobody was told of needs no correction."""
    elder, younger = two(store, silent=True)
    store.regroup.merge(elder, younger, "me", NOW)
    assert store.regroup.split(2, "me", NOW)
    assert store.outbox.claim(NOW) == []
    assert store.digest("alerts") == []


def test_splitting_a_digest_line_makes_two(store):
    """As loud as the story was."""
    elder, younger = two(store, tier=Tier.BACKGROUND)
    store.regroup.merge(elder, younger, "me", NOW)
    (opened,) = store.regroup.split(2, "me", NOW)
    assert [story.id for story in store.digest("alerts")] == [elder, opened]


def test_what_cannot_be_split_is_left_alone(store):
    """An unknown entry, one that nobody flagged, and one that is alone in its story."""
    store.commit(plan(reading(1), reading(2, relevant=False)), NOW)
    assert [store.regroup.split(entry, "me", NOW) for entry in (1, 2, 99)] == [(), (), ()]


def test_a_split_sticks_when_its_item_changes(store):
    """The item is read again, and stays where the member put it."""
    elder, younger = two(store)
    store.regroup.merge(elder, younger, "me", NOW)
    (opened,) = store.regroup.split(2, "me", NOW)
    changed = reading(2, title="Patrol opens a school", content_hash="new")
    store.commit(plan(updated=((2, changed),)), NOW)
    assert store.archive.entry(2).findings[0][0] == opened


def test_hands_are_on_record(store):
    """Who regrouped what."""
    elder, younger = two(store)
    store.regroup.merge(elder, younger, "ann", NOW)
    (opened,) = store.regroup.split(2, "ben", NOW)
    rows = list(store._db.query("SELECT kind, entry, story, other, by FROM pins ORDER BY id"))
    assert [tuple(row.values()) for row in rows] == [
        ("merge", None, elder, younger, "ann"),
        ("split", 2, opened, elder, "ben"),
    ]


def test_nothing_waits_for_a_pointer(store):
    """Its pending edit and notes go with the alert that was withdrawn."""
    elder, younger = two(store)
    store.outbox.queue("alerts", younger, [Draft("edit"), Draft("note", change=Change(NOW, ChangeKind.OFFICIAL))], NOW)
    store.regroup.merge(elder, younger, "me", NOW)
    assert {one.state for one in store.outbox.of_story(younger)} == {State.REJECTED}


def test_links_follow_a_merge(store):
    """What looked back on the younger story looks back on the elder; no story is linked to itself."""
    elder, younger = two(store)
    store.commit(plan(reading(3)), NOW)
    store._db.execute("UPDATE stories SET linked_to = ? WHERE id IN (?, 3)", [younger, elder])
    store._db.conn.commit()
    store.regroup.merge(elder, younger, "me", NOW)
    assert [store.stories.story(story).linked_to for story in (elder, 3)] == [None, elder]


def test_the_younger_alert_stands_for_an_elder_one_that_was_refused(store):
    """Otherwise it would point to a story of which nothing can be seen, and no news would ever come."""
    first = reading(1, title="Patrol opens a school")
    (elder,) = stories(store, first)
    store.outbox.reject(store.outbox.claim(NOW)[0].id, cause("400"), NOW)
    (younger,) = stories(store, reading(2, title="Ministers speak of finance abroad", **FAR))
    deliver(store)
    store.regroup.merge(elder, younger, "me", NOW)
    assert deliver(store, NOW + HOUR) == [("edit", elder, f"message of {younger}")]
    assert store.outbox.told("alerts", elder).alert is State.SENT
    assert store.outbox.told("alerts", younger).alert is None
