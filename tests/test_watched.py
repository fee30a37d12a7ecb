"""`!coverage`: what is watched and what is not, and how well what happened is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.ledger import subject_of
from bot.handover.concern import countries_concerned
from bot.handover.coverage import coverage_card
from bot.wording.languages import language_name, languages_read
from config.load import HOME
from feeds import catalog
from feeds.catalog.live import LiveCatalog
from feeds.catalog.roster import as_listed, roster
from feeds.model import AddedFeed, At, Coverage, Delays, Feed, ListedFeed, Pause
from seeds.model import Tier, When
from tests.store_kit import DAY, FEED, HOUR, MINUTE, NOW, channel, finding, plan, reading, subscribed
from tests.test_desk import House, house, line  # noqa: F401 - a fixture

WATCHES = HOME.parent / "seeds" / "watches"
FEEDS = (
    ListedFeed("a", "fr", "media", "outlet", "FR", "polled"),
    ListedFeed("b", "fr", "media", "outlet", "FR", "polled"),
    ListedFeed("c", "en", "un", "official", "", "polled"),
    ListedFeed("d", "es", "un", "official", "", "off"),
    ListedFeed("e", "ar", "media", "aggregator", "QA", "paused"),
)


def fields(told):
    card = coverage_card(told, NOW)
    return card.title, {field.name: [line(one) for one in field.lines] for field in card.fields}


def coverage(**more):
    return Coverage(NOW - 30 * DAY, NOW, **({"feeds": FEEDS, "countries": ("ML", "FR", "TD")} | more))


# as a card


def test_it_says_what_is_watched_and_what_is_not():
    """Languages, countries and kinds, each with what is missing."""
    title, told = fields(coverage(late=("b",)))
    assert title == "Coverage: 3 feeds in 2 languages, 1 of them failing or silent, 2 listed and not watched"
    languages = told["Languages"]
    assert languages[:2] == ["French (2), English (1)", "not watched, though feeds are listed: Arabic, Spanish"]
    assert f"{len(languages_read()) - 4} more languages could be read and have no feed" in languages[2]
    assert told["Countries of the sources"] == [
        "France (2), no one country, or none named (1)",
        "of 3 countries concerned (where the mission works, around it, serving in it) 2 have no source here: "
        "Mali, Chad",
    ]
    assert told["Kinds of source"] == [
        "outlets (2), official (1)",
        "listed and not watched: aggregators (1), official (1)",
        "none at all: local outlets, aggregators, analysts and rights groups",
        "never watched: social networks, radio and television, closed groups, and what has no public feed",
    ]


def test_it_says_how_well_stories_are_known():
    """The share of single sources, of all and of incidents; when incidents were first told; how soon that was read."""
    delays = Delays(same=6, next=3, later=1, unknown=2, reading=25 * MINUTE, exact=20)
    _, told = fields(coverage(stories=30, single=12, incidents=12, single_incidents=3, delays=delays))
    assert told["How well it is known"] == [
        "of what was new since 11 Jan 12:00 UTC:",
        "12 (40 %) of 30 stories known from one source only",
        "3 (25 %) of 12 incidents likewise",
        "first told on the day of the incident: 6 of 10; on the next: 3; later: 1; day not known: 2",
        "read 25 min after its source told it (the middle one of 20)",
    ]


def test_without_news_no_share_is_claimed():
    """Nothing was new: no percentage of nothing. Before the bot has run, nothing is said of feeds."""
    _, told = fields(coverage())
    assert told["How well it is known"][1:] == ["nothing was new"]
    title, told = fields(coverage(feeds=()))
    assert "once the bot has run" in title and list(told) == ["How well it is known"]


def test_languages_have_english_names():
    """From the lexicon; a code that it does not know stays one."""
    assert (language_name("fr"), language_name("xx"), language_name("mul")) == ("French", "xx", "several languages")
    assert {"en", "fr", "ar", "ha"} <= set(languages_read())


# from the archive


@pytest.fixture
def store(tmp_path):
    with subscribed(tmp_path) as fresh:
        yield fresh


def incident(number, day=None, told=NOW, seen=NOW, **facts):
    event = When(datetime(2021, 2, day, tzinfo=UTC), "day") if day else None
    found = finding(place=f"Town {number}", contingents=(f"C{number}",), event=event, **facts)
    return replace(reading(number, published=told, seen=seen), findings=(found,))


def test_delays_are_counted_by_the_date(store):
    """The day of the event, the next, later; no known day is no delay. What a source dates ahead counts as the day."""
    told = [
        incident(1, 10),
        incident(2, 9),
        incident(3, 5),
        incident(4, None),
        reading(5, tier=Tier.DECISION, published=NOW - HOUR),
        reading(6, published=NOW - 5 * DAY),  # old news, which is filed
    ]
    store.commit(plan(*told), NOW)
    found = store.coverage.coverage(NOW - DAY, NOW)
    assert (found.stories, found.single, found.incidents, found.single_incidents) == (5, 5, 4, 4)
    assert found.delays == Delays(1, 1, 1, 1, timedelta(0), 5)
    assert store.coverage.coverage(NOW - DAY, NOW, ["sea"]).stories == 0
    assert store.coverage.coverage(NOW, NOW + DAY).stories == 0


def test_what_two_publishers_tell_is_no_single_source(store):
    """A second one makes the difference."""
    first = incident(1, 10)
    store.commit(plan(first), NOW)
    again = replace(first, entry=reading(2).entry, publisher="AFP")
    store.commit(plan(again), NOW)
    found = store.coverage.coverage(NOW - DAY, NOW)
    assert (found.stories, found.single) == (1, 0)


def test_feeds_are_listed_as_they_are(store):
    """Those of the file and added ones; polled, paused or off. What did not change is not written again."""
    file = [Feed("A", "https://a.example/f", "fr", country="FR"), Feed("B", "https://b.example/f", "en", enabled=False)]
    added = [AddedFeed(Feed("C", "https://c.example/f", "ar"), "me", NOW)]
    rows = [as_listed(row) for row in roster(file, added, [Pause("c", "me", NOW)])]
    store.coverage.enlist(rows)
    assert [(one.name, one.language, one.country, one.use) for one in store.coverage.listed()] == [
        ("A", "fr", "FR", "polled"), ("B", "en", "", "off"), ("C", "ar", "", "paused")
    ]  # fmt: skip
    before = store._db.conn.total_changes
    store.coverage.enlist(rows)
    store.coverage.concern({})
    assert store._db.conn.total_changes == before + 1


async def test_the_running_bot_keeps_the_list(house: House, tmp_path):  # noqa: F811
    """At its first look, and again when the file or what was added has changed."""

    class Nothing:
        def poll_these(self, feeds): ...
        def trust(self, own): ...

    feeds = (FEED, replace(FEED, name="other", url="https://o.example/", enabled=False))
    live = LiveCatalog(tmp_path / "none", feeds, house.store, poller=Nothing(), fetcher=Nothing(), clock=lambda: NOW)
    await live.refresh()
    assert [one.use for one in await house.store.run(lambda store: store.coverage.listed())] == ["off", "polled"]
    await house.store.run(lambda store: store.feeds.pause(Pause("wire", "me", NOW)))
    await live.refresh()
    assert [one.use for one in await house.store.run(lambda store: store.coverage.listed())] == ["off", "paused"]


def test_an_added_feed_keeps_its_country(store):
    """It comes back with it."""
    store.feeds.add(AddedFeed(Feed("C", "https://c.example/f", "ar", country="QA"), "me", NOW))
    assert store.feeds.added()[0].feed.country == "QA"


def test_the_catalogues_countries_are_codes():
    """The shipped one names some; a country that is none is a mistake."""
    shipped = catalog.load_catalog(HOME / "feeds.toml")
    assert len({feed.country for feed in shipped}) > 5
    with pytest.raises(catalog.CatalogError, match="two capital letters"):
        catalog.new_feed(name="x", url="https://x.example/", language="en", country="France")


def test_the_countries_of_a_watch_come_nearest_first(tmp_path):
    """Where its mission works, those around, those who serve; of a folder that cannot be read nothing is said."""
    found = countries_concerned([WATCHES / "minusma", tmp_path])
    assert found["minusma"][0] == "ML"
    assert {"NE", "TD", "BD"} <= set(found["minusma"])
    assert found[tmp_path.name] == ()


# asked, and by schedule


async def test_it_is_asked_of_a_stretch(house: House):  # noqa: F811
    """A month when nothing is named, a year at most, nothing to come."""
    await house.commit(reading(1))
    house.now = NOW + HOUR
    assert "since 11 Jan 13:00 UTC" in await house.say("coverage")
    assert "since 10 Feb 2020 13:00 UTC" in await house.say("coverage since:2010")
    assert "since 9 Feb 13:00 UTC" in await house.say("coverage 24h")
    assert "1 (100 %) of 1 story known from one source only" in await house.say("coverage")
    assert (await house.ask("coverage since:2030")).private


def test_by_schedule_it_tells_of_the_month(store):
    """Of the stretch since the last one, in the watches of the channel."""
    place, wish = channel()
    store.subscriptions.configure([(replace(place, handovers=(("coverage", At((480,), monthday=1)),)), wish)], NOW)
    store.commit(plan(reading(1), reading(2, watch="sea")), NOW)
    store.handovers.queue("alerts", "coverage", NOW - DAY, NOW + DAY)
    one = next(one for one in store.outbox.claim(NOW + DAY) if one.kind == "coverage")
    told = subject_of(store, one).brief
    assert isinstance(told, Coverage)
    assert (told.stories, told.since) == (1, NOW - DAY)
