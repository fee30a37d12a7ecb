"""Whatever happens to the outbox, in whatever order: every story is told, and told once."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.model import State
from feeds.store import Store
from seeds.model import Tier
from tests.proofs import examples
from tests.store_kit import DAY, FEED, HOUR, NOW, cause, channel, opened, plan, reading

TIERS = st.sampled_from([Tier.INCIDENT, Tier.DECISION, Tier.BACKGROUND])
STEPS = st.one_of(
    st.tuples(st.just("story"), TIERS),
    st.tuples(st.just("story"), TIERS),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("source"), TIERS),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["sent", "retry", "reject"]), st.integers(0, 5)),
    st.tuples(st.sampled_from(["crash", "digest", "mute", "hold"]), st.none()),
    st.tuples(st.just("later"), st.sampled_from([HOUR / 2, HOUR, DAY])),
)


class Life:
    """A store, the other side, and a clock."""

    def __init__(self, path):
        self.path, self.now = path, NOW
        self.store = opened(path)
        self.store.feeds.enrol([FEED])
        self.store.subscriptions.add(*channel(pings_per_hour=1, posts_per_day=3))
        self.posted, self.hands, self.stories, self.rejected = [], [], 0, set()

    def do(self, name, value):
        getattr(self, name)(value)

    def story(self, tier):
        self.stories += 1
        self._commit(1000 * self.stories, tier, self.stories)

    def source(self, tier):
        if self.stories:
            self._commit(1000 * self.stories + 1 + int((self.now - NOW) / timedelta(minutes=1)), tier, self.stories)

    def _commit(self, number, tier, event):
        facts = {"place": f"Town {event}", "contingents": (f"C{event}",)}
        self.store.commit(plan(reading(number, title=f"Story {event}", tier=tier, facts=facts)), self.now)

    def claim(self, limit):
        self.hands += self.store.outbox.claim(self.now, limit)

    def _take(self, place):
        return self.hands.pop(place % len(self.hands)) if self.hands else None

    def sent(self, place):
        if (one := self._take(place)) is not None:
            self._arrive(one)
            self.store.outbox.sent(one.id, f"m{one.id}", None, self.now)

    def _arrive(self, one):
        """What is posted a second time finds its marker there and is let be."""
        if one.id not in {marker for marker, _ in self.posted}:
            self.posted.append((one.id, one))

    def retry(self, place):
        if (one := self._take(place)) is not None:
            self.store.outbox.retry(one.id, self.now + HOUR, cause("503"))

    def reject(self, place):
        if (one := self._take(place)) is not None:
            self.rejected.add(one.id)
            self.store.outbox.reject(one.id, cause("400"), self.now)

    def crash(self, _):
        """Some of what was in hand had arrived; the new start looks for it."""
        for one in self.hands[::2]:
            self._arrive(one)
        self.store.close()
        self.store = Store(self.path)
        self.hands = self.store.outbox.half_sent()

    def digest(self, _):
        self.store.outbox.queue_digest("alerts", self.now)

    def mute(self, _):
        self.store.channels.mute("alerts", self.now + HOUR)

    def hold(self, _):
        self.store.channels.hold("alerts", cause("no permission"))

    def later(self, time):
        self.now += time
        self.store.channels.release("alerts")

    def end(self):
        """Everything that waits goes out."""
        self.store.channels.release("alerts")
        for _ in range(12):
            self.now += DAY
            self.digest(None)
            self.claim(100)
            while self.hands:
                self.sent(0)
        assert self.store.outbox.idle(self.now)


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(st.lists(STEPS, min_size=20, max_size=60))
def test_every_story_is_told_and_told_once(steps):
    """In one alert, or in a digest; never in two alerts, never in none, through crashes, limits, mutes and holds."""
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Path(folder) / "archive.db")
        for name, value in steps:
            life.do(name, value)
        life.end()
        alerts = [one.story for _, one in life.posted if one.kind == "alert"]
        digests = {story for _, one in life.posted if one.kind == "digest" for story in one.stories}
        stories = {story.id for story in life.store.stories.latest(1000)}
        markers = [marker for marker, _ in life.posted]
        assert len(stories) == life.stories
        assert len(alerts) == len(set(alerts))
        assert len(markers) == len(set(markers))
        assert set(alerts) | digests == stories
        assert {one.state for n in stories for one in life.store.outbox.of_story(n)} <= {State.SENT, State.REJECTED}
        life.store.close()
