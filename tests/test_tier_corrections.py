"""A member corrects the tier of a story: told in place, kept whatever is reported, undone, and a label."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.model import Action, ChangeKind
from seeds.model import Tier
from tests.proofs import examples
from tests.store_kit import DAY, HOUR, NOW, cause, channel, opened, plan, reading, subscribed

FRESH = timedelta(hours=24)
FAR = {"published": NOW - 400 * DAY}


@pytest.fixture
def store(tmp_path):
    with subscribed(tmp_path) as fresh:
        yield fresh


def told(store, *readings):
    """The story that the readings make."""
    return store.commit(plan(*readings), NOW).stories[0]


def deliver(store, now=NOW):
    claimed = store.outbox.claim(now)
    for one in claimed:
        store.outbox.sent(one.id, one.message or f"message of {one.story}", None, now)
    return [(one.kind, one.story, one.action) for one in claimed]


def correct(store, story, tier, by="ann", now=NOW):
    return store.correct.tier(story, tier, by, now, FRESH)


def test_a_story_corrected_down_is_edited_and_never_posted_again(store):
    """The alert that is out shows the new tier; correcting it up again edits it once more."""
    story = told(store, reading(1))
    assert [kind for kind, *_ in deliver(store)] == ["alert"]
    done = correct(store, story, Tier.BACKGROUND)
    edited, posted = ([one.name for one in some] for some in (done.edited, done.told))
    assert (done.before.tier, done.after.tier, edited, posted) == (
        Tier.INCIDENT,
        Tier.BACKGROUND,
        ["alerts"],
        [],
    )
    assert deliver(store, NOW + HOUR) == [("edit", story, Action.POST)]
    correct(store, story, Tier.INCIDENT, now=NOW + 2 * HOUR)
    assert [kind for kind, *_ in deliver(store, NOW + 3 * HOUR)] == ["edit"]


def test_a_story_corrected_to_incident_is_told_as_one(store):
    """What was for the digest is posted now, with the ping that its channel wants, and waits for no digest any more."""
    story = told(store, reading(1, tier=Tier.BACKGROUND))
    assert deliver(store) == []
    assert store.digests.waiting("alerts") == [story]
    done = correct(store, story, Tier.INCIDENT)
    assert [one.name for one in done.told] == ["alerts"]
    assert deliver(store) == [("alert", story, Action.PING)]
    assert store.digests.waiting("alerts") == []


def test_an_old_story_is_corrected_without_a_word(store):
    """What was told long ago is news to nobody, whatever its tier is now."""
    story = told(store, reading(1, tier=Tier.BACKGROUND, silent=True, **FAR))
    done = correct(store, story, Tier.INCIDENT)
    assert (done.old, done.told, done.edited) == (True, (), ())
    assert deliver(store) == []


def test_a_story_filed_in_silence_and_corrected_down_is_told_to_nobody(store):
    """Only what becomes louder is told."""
    story = told(store, reading(1, silent=True))
    assert correct(store, story, Tier.FOLLOW_UP).told == ()
    assert deliver(store) == []
    assert store.digests.waiting("alerts") == []


def test_a_waiting_alert_is_told_as_its_tier_is_now(store):
    """Corrected before it was sent, a ping becomes a post, or a line of the digest."""
    one, two = (
        told(store, reading(n, title=title, **more))
        for n, title, more in ((1, "Patrol opens a school", {}), (2, "Finance abroad", {"published": NOW - 5 * HOUR}))
    )
    correct(store, one, Tier.DECISION)
    correct(store, two, Tier.BACKGROUND)
    assert deliver(store) == [("alert", one, Action.POST)]
    assert store.digests.waiting("alerts") == [two]
    correct(store, two, Tier.INCIDENT)
    assert deliver(store) == [("alert", two, Action.PING)]


def test_what_may_have_been_sent_is_not_taken_back(store):
    """An alert that was tried once may be there: it goes out again under the same mark rather than twice."""
    story = told(store, reading(1))
    (first,) = store.outbox.claim(NOW)
    store.outbox.retry(first.id, NOW, cause("no answer"))
    correct(store, story, Tier.BACKGROUND)
    correct(store, story, Tier.INCIDENT)
    assert [one.id for one in store.outbox.claim(NOW)] == [first.id]


def test_a_story_that_nobody_wants_any_more_leaves_the_digest(tmp_path):
    """Corrected to a tier that the channel does not ask for, it is not named either."""
    with opened(tmp_path / "archive.db") as store:
        store.feeds.enrol([])
        store.subscriptions.add(*channel(actions=((Tier.BACKGROUND, Action.DIGEST),)))
        story = told(store, reading(1, tier=Tier.BACKGROUND))
        assert store.digests.waiting("alerts") == [story]
        correct(store, story, Tier.COMMEMORATION)
        assert store.digests.waiting("alerts") == []


def test_a_later_report_does_not_move_a_corrected_tier(store):
    """A louder report joins the story, and neither rings nor says that the tier changed."""
    story = told(store, reading(1, tier=Tier.FOLLOW_UP, facts={"killed": 1, "place": "Town"}))
    deliver(store)
    correct(store, story, Tier.BACKGROUND)
    deliver(store, NOW + HOUR)
    later = NOW + 2 * HOUR
    joined = store.commit(
        plan(
            reading(
                2,
                tier=Tier.INCIDENT,
                title="Item 1",
                seen=later,
                published=later,
                publisher="Other",
                facts={"killed": 5, "place": "Town", "contingents": ("C1",)},
            )
        ),
        later,
    )
    assert joined.stories == (story,)
    found = store.stories.story(story)
    assert (found.tier, found.pinned) == (Tier.BACKGROUND, Tier.BACKGROUND)
    assert [one.kind for one in found.changes if one.kind is ChangeKind.TIER] == []


def test_a_later_report_does_not_tell_a_story_corrected_down(tmp_path):
    """Without an alert, a material report of a story that was corrected to background waits for the digest."""
    with subscribed(tmp_path) as store:
        story = told(store, reading(1, silent=True, facts={"place": "Town"}))
        correct(store, story, Tier.BACKGROUND)
        later = NOW + 2 * HOUR
        store.commit(
            plan(
                reading(
                    2,
                    title="Item 1",
                    seen=later,
                    published=later,
                    publisher="Other",
                    facts={"killed": 5, "place": "Town", "contingents": ("C1",)},
                )
            ),
            later,
        )
        assert len(store.stories.story(story).sources) == 2
        assert deliver(store, later) == []


def test_auto_gives_the_tier_back_to_the_sources(store):
    """A correction taken back is told in place as well."""
    story = told(store, reading(1))
    deliver(store)
    correct(store, story, Tier.BACKGROUND)
    done = correct(store, story, None)
    assert (done.after.tier, done.after.pinned) == (Tier.INCIDENT, None)
    assert [(one.kind, one.new) for one in done.after.changes] == [
        (ChangeKind.CORRECTED, Tier.BACKGROUND), (ChangeKind.TIER, Tier.INCIDENT),
    ]  # fmt: skip


def test_a_merge_keeps_a_correction_and_a_split_gives_it_back(store):
    """What was corrected of a story holds for what it is merged into, and for nobody else once it is split off."""
    elder = told(store, reading(1, title="Patrol opens a school"))
    younger = told(store, reading(2, title="Finance abroad", **FAR))
    correct(store, younger, Tier.DECISION)
    store.regroup.merge(elder, younger, "ann", NOW)
    assert store.stories.story(elder).pinned is Tier.DECISION
    assert correct(store, younger, Tier.DECISION).after.id == elder
    store.regroup.split(2, "ann", NOW)
    assert store.stories.story(younger).pinned is Tier.DECISION


def test_there_is_no_such_story(store):
    """Nothing is kept of a correction of nothing."""
    assert correct(store, 77, Tier.DECISION) is None


@settings(deadline=None, max_examples=examples(60))
@given(
    steps=st.lists(st.one_of(st.sampled_from([*Tier]), st.integers(0, 1)), min_size=1, max_size=8),
    pinned=st.sampled_from([*Tier]),
)
def test_a_pinned_tier_never_moves_by_reports(tmp_path_factory, steps, pinned):
    """Whatever joins, is rewritten or is merged: the tier is the member's, and the story has one alert at most."""
    with subscribed(tmp_path_factory.mktemp("pin")) as store:
        story = told(store, reading(1, tier=Tier.FOLLOW_UP, facts={"place": "Town"}))
        correct(store, story, pinned)
        for n, step in enumerate(steps, 2):
            at = NOW + n * timedelta(minutes=10)
            tier = step if isinstance(step, Tier) else Tier.INCIDENT
            number = n if isinstance(step, Tier) else 1
            more = {
                "title": "Item 1",
                "seen": at,
                "published": at,
                "publisher": f"P{number}",
                "facts": {"place": "Town", "killed": n, "contingents": ("C1",)},
            }
            store.commit(plan(reading(number, tier=tier, **more)), at)
            deliver(store, at)
            assert store.stories.story(story).tier is pinned
        alerts = [one for one in store.outbox.of_story(story) if one.kind == "alert"]
        assert len(alerts) <= 1


# labels


def labels(store):
    return {item.id: (item.relevant, item.tier) for item in store.labels.items("w")}


def test_two_members_who_correct_alike_make_a_label(store):
    """One alone moves nothing; a second who says the same makes the items teach their tier."""
    story = told(store, reading(1))
    correct(store, story, Tier.DECISION, "ann")
    assert labels(store) == {}
    correct(store, story, Tier.DECISION, "ben")
    assert labels(store) == {"own-1": (True, Tier.DECISION)}


def test_a_tick_under_a_correction_agrees_to_it(store):
    """Who ticks what a story was corrected to says so too; a tick of before does not."""
    story = told(store, reading(1))
    deliver(store)
    store.feedback.press(f"message of {story}", "cid", "✅", NOW - HOUR)
    correct(store, story, Tier.DECISION)
    assert labels(store) == {}
    store.feedback.press(f"message of {story}", "ben", "✅", NOW + HOUR)
    assert labels(store) == {"own-1": (True, Tier.DECISION)}


@pytest.mark.parametrize("other", [Tier.BACKGROUND, None])
def test_members_who_differ_teach_no_tier(store, other):
    """Another tier, or a correction that somebody takes back, leaves it open."""
    story = told(store, reading(1))
    for by in ("ann", "ben"):
        correct(store, story, Tier.DECISION, by)
    correct(store, story, other, "cid")
    assert labels(store) == {}


def test_a_correction_speaks_of_what_made_the_tier(store):
    """Raised, it teaches the loudest items; lowered, all that were louder than what it is."""
    facts = {"place": "Town", "contingents": ("C1",)}
    story = told(store, reading(1, tier=Tier.BACKGROUND, facts=facts))
    assert told(store, reading(2, tier=Tier.DECISION, title="Item 1", publisher="Other", facts=facts)) == story
    for by in ("ann", "ben"):
        correct(store, story, Tier.INCIDENT, by)
    assert labels(store) == {"own-2": (True, Tier.INCIDENT)}
