"""What the database keeps, and that it keeps it whole."""

import re
import secrets
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.model import Action, Cause, CauseKind, Change, ChangeKind, Channel, Daily, Day, Feed, FeedState, Known, State
from feeds.route import Draft
from feeds.store import Store, StoreError
from feeds.store.db import rows
from feeds.store.naming.spelling import CHANCES, MARK_LENGTH, kind_in_mark, mark_of, topic
from seeds.model import Facts, Reason, Tier, Toll, When
from tests.store_kit import (
    DAY,
    FEED,
    HOUR,
    MINUTE,
    NOW,
    cause,
    channel,
    entry,
    finding,
    notice,
    opened,
    operators,
    plan,
    reading,
    state,
    wish,
)  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "archive.db"


@pytest.fixture
def store(path):
    with opened(path, busy_seconds=0.05) as fresh:
        fresh.feeds.enrol([FEED])
        fresh.subscriptions.add(*channel())
        yield fresh


def commit(store, *readings, now=NOW, **more):
    return store.commit(plan(*readings, **more), now)


# opening


def test_what_was_stored_is_there_after_a_restart(path):
    """A database outlives its program, its messages' marks included."""
    with Store(path) as store:
        store.subscriptions.add(*channel())
        commit(store, reading(1))
        first = store.outbox.claim(NOW)[0].id
    with Store(path) as store:
        assert [story.sources[0].title for story in store.stories.latest()] == ["Item 1"]
        assert store.outbox.half_sent()[0].id == first


def test_a_reader_sees_what_a_writer_wrote_and_can_write_nothing(store, path):
    """`search` and `latest` look into a database that the bot is writing."""
    commit(store, reading(1))
    with Store(path, read_only=True) as reader:
        assert len(reader.stories.latest()) == 1
        with pytest.raises(sqlite3.OperationalError):
            reader.days.tick(NOW)


@pytest.mark.parametrize("content", [None, b"", b"this is a text file, not a database, and long enough to be one" * 20])
def test_what_is_no_archive_is_refused_with_one_line(path, content):
    """A missing, an empty and a foreign file have plain messages."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError) as refused:
        Store(path, read_only=True)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_is_not_overwritten(path):
    """A wrong path must not cost anyone a file."""
    path.write_text("notes of mine, in plain text" * 100)
    with pytest.raises(StoreError):
        Store(path)
    assert path.read_text().startswith("notes of mine")


# identity


def test_an_entry_is_stored_once_under_any_of_its_keys(store):
    """The same link from another feed is the same entry, and its guid there becomes an alias."""
    assert commit(store, reading(1)).new == 1
    copy = reading(1, feed="other", keys=("guid:other:x", "link:example.org/1"))
    assert commit(store, copy).new == 0
    alone = entry(1, feed="other", keys=("guid:other:x",))
    assert store.archive.known([alone])[0].entry == 1


def test_two_entries_of_one_fetch_that_share_a_key_are_one(store):
    """Also when neither was known before."""
    assert commit(store, reading(1), reading(2, keys=("link:example.org/1",))).new == 1


def test_known_says_which_keys_are_missing_and_whose_text_is_stored(store):
    """Enough to decide what changed without reading the entry."""
    commit(store, reading(1))
    seen = entry(1, keys=("guid:wire:moved", "link:example.org/1"))
    assert store.archive.known([seen, entry(9)]) == [Known(1, "wire", "hash1", ("guid:wire:moved",), NOW), None]


def test_thousands_of_keys_are_looked_up_at_once(store):
    """More keys than one statement takes parameters."""
    commit(store, reading(3000))
    found = store.archive.known([entry(n) for n in range(2000, 4000)])
    assert [n for n, one in enumerate(found) if one] == [1000]


@pytest.mark.parametrize("kept", ["", "und"])
def test_a_language_that_nobody_tells_is_none(store, kept):
    """It is so in what comes back, also of what an earlier version stored as a word or left empty."""
    commit(store, reading(1, language=None))
    assert store.archive.entry(1).entry.language is None
    store._db.execute("UPDATE entries SET language = ?", [kept])
    [story] = store.stories.latest(1)
    assert store.archive.entry(1).entry.language is None and story.headline.language is None


def test_a_purged_item_does_not_return(store):
    """Its text is forgotten, its keys are not; what was flagged is kept for good."""
    commit(store, reading(1, relevant=False), reading(2))
    assert store.archive.purge(NOW + DAY) == 1
    assert store.archive.entry(1) is None
    assert store.archive.search("item", everything=True).total == 1
    assert commit(store, reading(1)).new == 0
    assert store.archive.known([entry(1)])[0].content_hash == ""
    assert store.archive.entry(2) is not None


def test_why_a_purged_item_was_unreadable_goes_with_it(store):
    """What is said of an entry does not outlive it; of one that stays, it stays."""
    why = Cause(CauseKind.CPU)
    commit(store, replace(reading(1, relevant=False), unreadable=why), replace(reading(2), unreadable=why))
    store.archive.purge(NOW + DAY)
    assert (store.unreadable.entry(1), store.unreadable.entry(2)) == (None, why)


def test_unreadable_bodies_are_remembered_up_to_a_number(store):
    """Of a feed that never sends the same: the latest hundred, and those of others. Each day one is worth a word."""
    why = Cause(CauseKind.CPU)
    assert store.unreadable.refuse("other", "h0", why, NOW)
    for number in range(103):
        assert store.unreadable.refuse("wire", f"h{number}", why, NOW + number * HOUR) == (number == 0)
    assert not store.unreadable.refuse("wire", "h102", why, NOW + 103 * HOUR)
    known = [number for number in range(103) if store.unreadable.body("wire", f"h{number}", NOW + 200 * DAY)]
    assert known == list(range(3, 103))
    assert store.unreadable.body("other", "h0", NOW) == why
    assert store.unreadable.refuse("wire", "h103", why, NOW + 128 * HOUR)


def test_a_body_that_met_a_fault_of_ours_is_tried_again_after_a_day(store):
    """The program may have been mended; what exceeds the limits is refused for good, unless they are others."""
    store.unreadable.refuse("wire", "h1", Cause(CauseKind.READING_FAULT), NOW, "a")
    store.unreadable.refuse("wire", "h2", Cause(CauseKind.MEMORY), NOW, "a")
    assert store.unreadable.body("wire", "h1", NOW + HOUR, "a")
    assert store.unreadable.body("wire", "h1", NOW + 2 * DAY, "a") is None
    assert store.unreadable.body("wire", "h2", NOW + 900 * DAY, "a")
    assert store.unreadable.body("wire", "h2", NOW, "b") is None


def test_the_number_of_a_purged_entry_is_not_given_again(store):
    """Or the keys of the purged one would name the new one."""
    commit(store, reading(1, relevant=False))
    store.archive.purge(NOW + DAY)
    commit(store, reading(2))
    assert store.archive.known([entry(1), entry(2)])[0].entry != store.archive.known([entry(2)])[0].entry


def test_an_entry_is_found_by_number_and_by_any_form_of_its_address(store):
    """Members paste links with tracking in them."""
    commit(store, reading(1))
    for which in (1, "1", "#1", "https://www.example.org/1?utm_source=x", "<http://example.org/1/>"):
        assert store.archive.entry(which).entry.title == "Item 1"
    for which in (2, "#2", "https://example.org/2", "nonsense", "9" * 400, "²"):
        assert store.archive.entry(which) is None


def test_the_archive_can_be_replayed_in_order(store):
    """Unflagged entries too, a stretch at a time."""
    commit(store, *(reading(n, relevant=n % 2 == 0) for n in range(1, 6)))
    first = store.archive.entries(limit=3)
    assert [one.entry.title for one in first] == ["Item 1", "Item 2", "Item 3"]
    assert [bool(one.findings) for one in first] == [False, True, False]
    assert [one.id for one in store.archive.entries(after=3)] == [4, 5]


# texts that change


def test_a_changed_text_replaces_the_old_one(store):
    """And is what a search finds; the old one is found as an earlier wording."""
    commit(store, reading(1, title="Peacekeepers attacked"))
    changed = reading(1, title="Three peacekeepers killed", content_hash="new")
    commit(store, updated=((1, changed),))
    assert store.archive.entry(1).entry.title == "Three peacekeepers killed"
    found = [
        [hit.earlier and hit.earlier.number for hit in store.archive.search(w).items] for w in ("killed", "attacked")
    ]
    assert found == [[None], [1]]


def test_a_text_that_never_stands_still_is_left_alone_at_last(store):
    """Some feeds write the time of day into every item: 24 versions are enough."""
    commit(store, reading(1))
    for n in range(40):
        commit(store, updated=((1, reading(1, title=f"Version {n}", content_hash=f"version {n}")),))
    assert store.archive.entry(1).entry.title == "Version 23"


def test_a_changed_text_can_turn_an_entry_into_a_story(store):
    """Outlets publish a stub and fill it in."""
    commit(store, reading(1, relevant=False))
    assert store.outbox.claim(NOW) == []
    commit(store, updated=((1, reading(1, title="Now it says what happened", content_hash="new")),))
    assert [one.kind for one in store.outbox.claim(NOW)] == ["alert"]


def test_a_changed_toll_edits_the_alert(store):
    """The item's new figures are a change of its story, announced as any other."""
    commit(store, reading(1, facts={"tolls": (Toll("injured", 4, "peacekeepers", "q"),), "injured": 4}))
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "77", None, NOW)
    toll = {"tolls": (Toll("killed", 1, "peacekeepers", "q"),), "killed": 1, "injured": 4}
    commit(store, updated=((1, reading(1, facts=toll, content_hash="new")),), now=NOW + HOUR)
    died = Change(NOW + HOUR, ChangeKind.KILLED, None, 1, material=True)
    first = store.outbox.claim(NOW + HOUR)
    assert [(one.kind, one.change) for one in first] == [("edit", None), ("note", died)]
    store.outbox.sent(first[0].id, "77", None, NOW + HOUR)
    aloud = store.outbox.claim(NOW + HOUR)
    assert [(one.kind, one.change) for one in aloud] == [("escalation", replace(died, old=0))]
    assert store.stories.story(1).changes == (died,)


def test_a_change_that_nobody_sees_edits_nothing(store):
    """A comma in a paragraph that is not quoted is no reason to touch the alert."""
    commit(store, reading(1))
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "77", None, NOW)
    commit(store, updated=((1, reading(1, summary="Another summary.", content_hash="new")),))
    assert store.outbox.claim(NOW) == []
    commit(store, updated=((1, reading(1, title="Another title", content_hash="newer")),))
    assert [one.kind for one in store.outbox.claim(NOW)] == ["edit"]


# searching


@pytest.fixture
def library(store):
    commit(
        store,
        reading(1, title="Attaque à Ménaka : un Casque bleu tué", published=NOW - DAY, language="fr"),
        reading(2, title="Peacekeepers come under attack", summary="Near Kidal, the UN says.", published=NOW),
        reading(3, title="هجوم على قوات حفظ السلام", published=NOW - 2 * DAY, facts={"place": "Kidal"}),
        reading(4, title="Football in Kidal", relevant=False),
        reading(5, title="Council acts", facts={"symbols": ("S/RES/2690 (2023)",)}, published=NOW - 3 * DAY),
    )
    return store


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("menaka", [1]),
        ("MÉNAKA", [1]),
        ("tue bleu", [1]),
        ("peacekeeper", [2]),
        ("attack kidal", [2]),
        ("kidal", [2, 3]),
        ("هجوم", [3]),
        ('"under attack"', [2]),
        ("S/RES/2690", [5]),
        ("2690", [5]),
        ("atta", [2, 1]),
        ("und", []),
        ("", []),
        ("...", []),
        ('"', []),
        ("kidal)", [2, 3]),
        ("title:council", []),
        ('NOT "" NEAR(', [2]),
        ("kidal\0", [2, 3]),
    ],
)
def test_search_finds_flagged_entries_by_their_words(library, words, found):
    """All words, newest first, without accents and case; nothing a member types is query syntax."""
    page = library.archive.search(words)
    assert [one.source.entry for one in page.items] == found
    assert page.total == len(found)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("bare") / "archive.db") as fresh:
        commit(fresh, reading(1, title="Near Kidal"))
        yield fresh


@given(words=st.text(max_size=40))
def test_search_never_fails(bare, words):
    """Whatever a member types."""
    assert bare.archive.search(words).total <= 1


def test_search_falls_back_to_some_of_the_words_and_says_so(library):
    """Better the nearest than nothing."""
    page = library.archive.search("menaka helicopter")
    assert [one.source.entry for one in page.items] == [1]
    assert page.partial
    assert not library.archive.search("menaka").partial


def test_search_pages_with_a_total(library):
    """Page two begins where page one ends."""
    first, second = library.archive.search("kidal", 1, 0), library.archive.search("kidal", 1, 1)
    assert [one.source.entry for page in (first, second) for one in page.items] == [2, 3]
    assert first.total == second.total == 2


def test_search_covers_what_nobody_flagged_only_when_asked(library):
    """The whole archive is there for the curious."""
    found = library.archive.search("kidal", everything=True)
    assert {one.source.entry: one.story is None for one in found.items} == {2: False, 3: False, 4: True}


def test_search_keeps_to_one_watch(library):
    """Two watches share an archive, not their answers."""
    commit(library, reading(6, title="Patrol near Kidal street", watch="other"))
    assert [one.source.entry for one in library.archive.search("kidal", watches=["other"]).items] == [6]
    assert library.archive.search("kidal").total == 3


# stories


def test_the_latest_stories_are_those_told_last(store):
    """The publisher's date counts, the moment we saw it where there is none, and no date of the future."""
    commit(
        store,
        reading(1, published=NOW - 3 * HOUR),
        reading(2, published=NOW + 9 * DAY),
        reading(3, published=None, seen=NOW - HOUR),
        reading(4, published=NOW - 2 * HOUR),
    )
    order = [2, 3, 4, 1]
    assert [story.sources[0].entry for story in store.stories.latest()] == order
    assert [story.sources[0].entry for story in store.stories.latest(2, 1)] == order[1:3]
    assert store.stories.count() == 4


def test_the_latest_stories_of_one_watch(store):
    """Each watch has its own."""
    commit(store, reading(1), reading(2, watch="other"))
    assert [story.watch for story in store.stories.latest(watches=["other"])] == ["other"]
    assert store.stories.count(["other"]) == 1


def test_a_source_comes_back_with_everything_that_was_found_in_it(store):
    """Facts, quotes and reasons survive the way into the database and out of it."""
    facts = Facts(
        killed=4,
        tolls=(Toll("killed", 4, "peacekeepers", "Four died.", at_least=True),),
        place="Kidal",
        coordinates=(18.44, 1.41),
        contingents=("TD", "TG"),
        event=When(datetime(2021, 2, 9, tzinfo=UTC), "day"),
        symbols=("S/2021/1",),
        quotes=(("place", "In Kidal."),),
    )
    found = finding()
    reasons = (Reason("role", "peacekeepers", 2.5, "Four peacekeepers died.", "seed", learned=True),)
    found = replace(found, facts=facts, quotes=("Four died.",), match=replace(found.match, reasons=reasons))
    commit(store, replace(reading(1), findings=(found,)))
    source = store.stories.latest()[0].sources[0]
    assert (source.facts, source.quotes, source.tier) == (facts, ("Four died.",), Tier.INCIDENT)
    assert store.archive.entry(1).findings == ((1, found),)


def test_unknown_stories_are_none(store):
    """Nothing is made up."""
    assert store.stories.story(99) is None
    assert store.stories.several([]) == []


# commits


def test_entries_stories_deliveries_validators_and_counters_are_one_transaction(store, monkeypatch):
    """When the last step fails, nothing of the first remains."""
    monkeypatch.setattr(store.days, "count", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        commit(store, reading(1), state=FeedState("wire", FEED.url, etag="new", home=FEED.url))
    assert store.archive.entry(1) is None
    assert store.stories.latest() == []
    assert store.outbox.claim(NOW) == []
    assert state(store).etag is None
    assert store.archive.known([entry(1)]) == [None]


def test_a_commit_says_what_it_did(store):
    """New and matched entries, and what waits for the outbox worker."""
    done = commit(store, reading(1), reading(2, relevant=False))
    assert (done.new, done.matched, done.stories, done.queued) == (2, 1, (1,), 1)
    again = commit(store, reading(1), reading(2, relevant=False))
    assert (again.new, again.matched, again.queued) == (0, 0, 0)


def test_silent_readings_fill_the_archive_without_a_word(store):
    """But their stories are there for later sources to join."""
    done = commit(store, reading(1, silent=True))
    assert (done.matched, done.queued) == (1, 0)
    assert store.outbox.claim(NOW) == []
    assert len(store.stories.latest()) == 1


def test_each_channel_of_the_watch_gets_its_own_alert(store):
    """Channels of other watches get none."""
    store.subscriptions.add(*channel("second"))
    store.subscriptions.add(*channel("elsewhere", watch="other"))
    commit(store, reading(1))
    assert [one.channel for one in store.outbox.claim(NOW)] == ["alerts", "second"]


def test_limits_count_within_one_commit(store):
    """Five attacks in one fetch: three pings, then posts, then the digest."""
    store.subscriptions.configure([channel(posts_per_day=4)], NOW)
    commit(store, *(reading(n) for n in range(1, 7)))
    assert [one.action for one in store.outbox.claim(NOW)] == [Action.PING] * 3 + [Action.POST]
    assert [story.sources[0].entry for story in store.digest("alerts")] == [5, 6]


def test_limits_forget_what_is_old(store):
    """Three pings an hour, not three in all."""
    commit(store, *(reading(n) for n in range(1, 4)))
    later = NOW + 2 * HOUR
    commit(store, reading(4), now=later)
    assert [one.action for one in store.outbox.claim(later)] == [Action.PING] * 4


# feeds and days

MOMENTS = st.datetimes(datetime(2, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC))  # what a row may hold
STATES = st.builds(
    FeedState,
    name=st.just("wire"),
    url=st.just(FEED.url),
    etag=st.none() | st.text(max_size=20),
    modified=st.none() | st.text(max_size=20),
    body_hash=st.none() | st.text(max_size=20),
    next_check=st.none() | MOMENTS,
    last_checked=st.none() | MOMENTS,
    last_ok=st.none() | MOMENTS,
    last_new=st.none() | MOMENTS,
    failures=st.integers(0, 1000),
    problem=st.none() | st.text(max_size=20),
    announced=st.booleans(),
    baseline=st.booleans(),
    degraded_ids=st.booleans(),
    held=st.integers(0, 1000),
    gaps=st.lists(st.floats(0, 1e9), max_size=5).map(tuple),
    home=st.just(FEED.url),
)


@given(STATES)
def test_a_feed_state_comes_back_as_it_was_written(written):
    """Every field, to the microsecond."""
    assert rows.feed_state(rows.feed_row(written)) == written


def test_the_catalogue_decides_which_feeds_are_polled(store):
    """A feed that left rests with its state; one that came is due at once."""
    store.feeds.enrol([Feed("new", "http://127.0.0.1:9/new", "en")])
    assert [one.name for one in store.feeds.all()] == ["new"]
    store.feeds.enrol([FEED])
    assert [one.name for one in store.feeds.due(NOW)] == ["wire"]


def test_a_new_address_in_the_catalogue_starts_over_in_silence(store):
    """The old validators say nothing about the new address, and its items may all be old."""
    store.record([replace(state(store), etag="e", baseline=True, next_check=NOW + DAY, failures=3)], [], Day(), NOW)
    store.feeds.enrol([replace(FEED, url="http://127.0.0.1:9/moved")])
    moved = state(store)
    assert (moved.url, moved.etag, moved.baseline, moved.failures) == ("http://127.0.0.1:9/moved", None, False, 0)
    assert store.feeds.due(NOW) == [moved]


def test_an_answer_of_the_old_address_does_not_undo_the_new_one(store):
    """A slow feed may be asked while the operator corrects its address: its items are kept, its state is not."""
    asked = replace(state(store), etag="old", next_check=NOW + DAY)
    store.feeds.enrol([replace(FEED, url="http://127.0.0.1:9/moved")])
    moved = state(store)
    commit(store, reading(1), state=asked)
    assert state(store) == moved and store.archive.entry(1) is not None


def test_a_remembered_redirect_outlives_a_restart(store):
    """Only a changed catalogue overrules it."""
    store.record([replace(state(store), url="http://127.0.0.1:9/elsewhere")], [], Day(), NOW)
    store.feeds.enrol([FEED])
    assert state(store).url == "http://127.0.0.1:9/elsewhere"


def test_feeds_fall_due_at_their_time(store):
    """The longest waiting first."""
    store.feeds.enrol([FEED, Feed("b", "http://b/", "en"), Feed("c", "http://c/", "en")])
    one, two, three = store.feeds.all()
    late = [replace(one, next_check=NOW), replace(two, next_check=NOW - HOUR), replace(three, next_check=NOW + MINUTE)]
    store.record(late, [], Day(), NOW)
    assert [feed.name for feed in store.feeds.due(NOW)] == [two.name, one.name]


def test_days_add_up(store):
    """For the proof of silence."""
    store.record([], [], Day(polls=3, failures=1), NOW)
    commit(store, reading(1), reading(2, relevant=False))
    assert store.days.day(NOW.date()) == Day(polls=4, failures=1, read=2, matched=1)
    store.record([], [], Day(polls=1), NOW + DAY)
    assert store.days.total() == Day(polls=5, failures=1, read=2, matched=1)


def test_the_last_tick_is_remembered(store):
    """A watchdog reads it."""
    assert store.days.last_tick() is None
    store.days.tick(NOW)
    assert store.days.last_tick() == NOW


# channels


def test_the_configuration_adds_changes_and_removes_its_channels_only(store):
    """What managers subscribed stays; what they muted or a fault held stays so."""
    store.subscriptions.configure([channel("main"), channel("second")], NOW)
    store.channels.mute("main", NOW + DAY)
    store.channels.hold("main", cause("no permission"))
    store.subscriptions.configure([channel("main", pings_per_hour=9)], NOW)
    assert [one.name for one in store.channels.all()] == ["alerts", "main"]
    main, (wanted,) = store.channels.named("main"), store.subscriptions.of_channel("main")
    assert (wanted.pings_per_hour, main.muted_until, main.held) == (9, NOW + DAY, cause("no permission"))


def test_what_waits_for_a_removed_channel_is_given_up(store):
    """Its history stays."""
    commit(store, reading(1))
    assert store.subscriptions.end("alerts", NOW) == 1
    assert store.subscriptions.end("alerts", NOW) == 0
    assert [(one.state, one.reason) for one in store.outbox.of_story(1)] == [
        (State.REJECTED, Cause(CauseKind.CHANNEL_REMOVED))
    ]


def test_a_channel_comes_back_as_it_was_written(store):
    """Its wishes too."""
    known = Channel("x", "terminal", "x", muted_until=NOW, held=cause("gone"), digest=Daily((6, 18), "Asia/Tokyo"))
    wanted = wish("x", role="9")
    store.subscriptions.configure([(known, wanted)], NOW)
    store.channels.mute("x", NOW)
    store.channels.hold("x", cause("gone"))
    assert store.channels.named("x") == known
    assert store.subscriptions.of_channel("x") == (wanted,)


# the outbox


def test_what_is_claimed_is_marked_and_not_claimed_again(store):
    """Nothing is sent twice by two looks."""
    commit(store, reading(1))
    claimed = store.outbox.claim(NOW)
    assert [one.state for one in claimed] == [State.SENDING]
    assert store.outbox.claim(NOW + DAY) == []
    assert [one.id for one in store.outbox.half_sent()] == [claimed[0].id]


def test_ids_are_marks_that_chance_gives(store):
    """They are Discord's nonce (at most 25 characters) and the mark in the channel's history; nobody can guess one."""
    commit(store, *(reading(n) for n in range(1, 4)))
    ids = [one.id for one in store.outbox.claim(NOW)]
    assert len({one[:15] for one in ids}) == 3
    assert all(len(one) == MARK_LENGTH and re.fullmatch("[0-9a-z]+", one) for one in ids)
    assert len({int(one[:15], 36) % 64 for one in (mark_of(secrets.randbelow(CHANCES), "x") for _ in range(999))}) == 64
    assert store.outbox.delivery(ids[0]).id == ids[0]
    for foreign in ("", "test", ids[0][:-1], ids[0].upper()):
        assert store.outbox.delivery(foreign) is None


def test_what_a_message_is_about_is_told_by_its_mark_in_any_database(tmp_path):
    """Two databases that read the same items in another order, and number them otherwise, call the alerts alike but for
    the part that chance gives; another watch's alert of it, and its own later line, are something else."""
    marks = []
    for numbers in ((1, 2), (2, 1)):
        with opened(tmp_path / f"{numbers[0]}.db") as store:
            store.subscriptions.add(*channel())
            commit(store, *(reading(n) for n in numbers))
            marks.append({store.stories.story(one.story).sources[0].title: one.id for one in store.outbox.claim(NOW)})
    assert {title: topic(mark) for title, mark in marks[0].items()} == {
        title: topic(mark) for title, mark in marks[1].items()
    }
    assert len({mark for one in marks for mark in one.values()}) == 4
    assert len({topic(mark) for mark in marks[0].values()}) == 2
    assert kind_in_mark("alert", "w") != kind_in_mark("alert", "v") != kind_in_mark("note", "v")


def test_a_sent_alert_is_found_by_story_and_by_message(store):
    """The message's id is kept for edits, reactions and questions."""
    commit(store, reading(1))
    one = store.outbox.claim(NOW)[0]
    assert store.outbox.delivered(1, "alerts") is None
    store.outbox.sent(one.id, "77", "88", NOW)
    sent = store.outbox.delivered(1, "alerts")
    assert (sent.message, sent.thread, sent.state, sent.attempts) == ("77", "88", State.SENT, 1)
    assert store.outbox.by_message("77") == sent
    assert store.outbox.by_message("78") is None


def test_a_failed_attempt_comes_again_with_its_reason(store):
    """Not before its time."""
    commit(store, reading(1))
    store.outbox.retry(store.outbox.claim(NOW)[0].id, NOW + MINUTE, cause("Discord answered 503"))
    assert store.outbox.claim(NOW) == []
    again = store.outbox.claim(NOW + MINUTE)[0]
    assert (again.attempts, again.reason) == (1, cause("Discord answered 503"))


def test_a_rejected_alert_is_told_in_the_digest(store):
    """Nothing is lost because one message could not be posted."""
    commit(store, reading(1))
    store.outbox.reject(store.outbox.claim(NOW)[0].id, cause("Discord answered 400"), NOW)
    assert [story.id for story in store.digest("alerts")] == [1]
    assert store.outbox.claim(NOW + DAY) == []


def test_held_and_muted_channels_wait(store):
    """And resume by themselves; a muted channel's posted alerts are still edited."""
    commit(store, reading(1))
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "77", None, NOW)
    commit(store, reading(2))
    store.outbox.queue("alerts", 1, [Draft("edit")], NOW)
    store.channels.hold("alerts", cause("missing permission"))
    assert store.outbox.claim(NOW) == []
    store.channels.release("alerts")
    store.channels.mute("alerts", NOW + HOUR)
    assert [one.kind for one in store.outbox.claim(NOW)] == ["edit"]
    assert [one.kind for one in store.outbox.claim(NOW + HOUR)] == ["alert"]


def test_pings_go_first(store):
    """Then what has waited longest."""
    commit(store, reading(1, tier=Tier.DECISION), reading(2, tier=Tier.INCIDENT), reading(3, tier=Tier.DECISION))
    assert [one.story for one in store.outbox.claim(NOW)] == [2, 1, 3]


def test_a_look_into_the_outbox_costs_the_same_after_years(store):
    """The worker looks every second: what was sent long ago must not be read for it."""
    statements = []
    store._db.conn.set_trace_callback(statements.append)
    store.outbox.claim(NOW)
    store.outbox.idle(NOW)
    store.outbox.half_sent()
    store._db.conn.set_trace_callback(None)
    assert not [one for one in statements if "SCAN d" in _plan(store, one)]


def test_edits_wait_for_their_alert_and_carry_its_message(store):
    """An edit of a message that nobody has yet is nonsense."""
    commit(store, reading(1))
    store.outbox.queue("alerts", 1, [Draft("edit"), Draft("note", change=Change(NOW, ChangeKind.OFFICIAL))], NOW)
    alert = store.outbox.claim(NOW)
    assert [one.kind for one in alert] == ["alert"]
    store.outbox.sent(alert[0].id, "77", "88", NOW)
    assert [(one.kind, one.message, one.thread) for one in store.outbox.claim(NOW)] == [
        ("edit", "77", "88"),
        ("note", "77", "88"),
    ]


def test_edits_are_one_at_a_time_and_spaced(store):
    """A story that grows by the minute is not one edit a minute."""
    commit(store, reading(1))
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "77", None, NOW)
    assert store.outbox.queue("alerts", 1, [Draft("edit")], NOW) == 1
    assert store.outbox.queue("alerts", 1, [Draft("edit")], NOW) == 0
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "77", None, NOW)
    store.outbox.queue("alerts", 1, [Draft("edit")], NOW)
    assert store.outbox.claim(NOW) == []
    assert [one.kind for one in store.outbox.claim(NOW + MINUTE)] == ["edit"]


def test_a_failed_edit_gives_way_to_a_newer_one(store):
    """Both would say the same: an edit shows the story as it is."""
    commit(store, reading(1))
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "77", None, NOW)
    store.outbox.queue("alerts", 1, [Draft("edit")], NOW)
    first = store.outbox.claim(NOW)[0]
    store.outbox.queue("alerts", 1, [Draft("edit")], NOW)
    store.outbox.retry(first.id, NOW + HOUR, cause("30046"))
    assert store.outbox.delivery(first.id).state is State.REJECTED
    assert store.outbox.claim(NOW + 59 * MINUTE) == []
    assert len(store.outbox.claim(NOW + HOUR)) == 1


def test_edits_of_a_rejected_alert_are_dropped(store):
    """There is no message to edit."""
    commit(store, reading(1))
    store.outbox.queue("alerts", 1, [Draft("edit")], NOW)
    store.outbox.reject(store.outbox.claim(NOW)[0].id, cause("400"), NOW)
    assert {one.state for one in store.outbox.of_story(1)} == {State.REJECTED}
    assert store.outbox.waiting() == 0


def test_notices_wait_for_an_operators_channel(store):
    """Somebody may configure one; a week later nobody cares."""
    store.outbox.notice(notice("a feed fails"), NOW)
    assert store.outbox.claim(NOW) == []
    store.subscriptions.configure([operators()], NOW)
    assert [one.notice for one in store.outbox.claim(NOW)] == [notice("a feed fails")]
    store.outbox.notice(notice("another"), NOW)
    assert [one.notice for one in store.outbox.notices()] == [notice("another"), notice("a feed fails")]
    assert store.outbox.forget(NOW + DAY) == 1


# the digest


def test_a_digest_is_one_row_that_names_what_came_since_the_last(store):
    """Posted like any other delivery; an empty one is not posted."""
    assert store.outbox.queue_digest("alerts", NOW) is None
    commit(store, reading(1, tier=Tier.BACKGROUND), reading(2, tier=Tier.COMMEMORATION))
    assert [story.id for story in store.digest("alerts")] == [1, 2]
    queued = store.outbox.queue_digest("alerts", NOW)
    assert (queued.kind, queued.stories) == ("digest", (1, 2))
    assert store.digest("alerts") == []
    assert store.outbox.queue_digest("alerts", NOW) is None
    assert [one.id for one in store.outbox.claim(NOW)] == [queued.id]


def test_what_is_quiet_for_days_gets_one_digest(store):
    """A mute of a month does not end with thirty of them; one that may have arrived is left as it is."""
    store.channels.mute("alerts", NOW + 5 * DAY)
    ids = []
    for n in range(3):
        commit(store, reading(n + 1, tier=Tier.BACKGROUND), now=NOW + n * DAY)
        ids.append(store.outbox.queue_digest("alerts", NOW + n * DAY).id)
    assert len(set(ids)) == 1 and store.digests.waiting("alerts") == []
    (waiting,) = store.outbox.claim(NOW + 6 * DAY)
    assert waiting.stories == (1, 2, 3)
    store.outbox.retry(waiting.id, NOW + 6 * DAY, cause("no answer"))
    commit(store, reading(4, tier=Tier.BACKGROUND), now=NOW + 6 * DAY)
    assert store.outbox.queue_digest("alerts", NOW + 6 * DAY).stories == (4,)


def test_a_rejected_digest_is_told_in_the_next(store):
    """Nothing is dropped."""
    commit(store, reading(1, tier=Tier.BACKGROUND))
    store.outbox.queue_digest("alerts", NOW)
    store.outbox.reject(store.outbox.claim(NOW)[0].id, cause("400"), NOW)
    assert [story.id for story in store.digest("alerts")] == [1]


def test_a_story_that_is_posted_leaves_the_digest(store):
    """It would be told twice."""
    commit(store, reading(1, tier=Tier.BACKGROUND))
    store.outbox.queue("alerts", 1, [Draft("alert", Action.POST)], NOW)
    assert store.digest("alerts") == []


# members


def test_reactions_are_kept_as_they_came(store):
    """Who, what, when, and also what was taken back."""
    store.feedback.add("77", "5", "✅", NOW)
    store.feedback.add("77", "5", "✅", NOW + MINUTE, removed=True)
    assert [(one.user, one.emoji, one.at, one.removed) for one in store.feedback.on("77")] == [
        ("5", "✅", NOW, False),
        ("5", "✅", NOW + MINUTE, True),
    ]


# reports of one event


AMBUSH = {"place": "Kerena", "contingents": ("TG",)}


def report(number, publisher, title, **facts):
    more = {"standing": facts.pop("standing", "outlet"), "tier": facts.pop("tier", Tier.INCIDENT)}
    return reading(number, publisher=publisher, title=title, facts=AMBUSH | facts, **more)


def killed(count):
    return {"killed": count, "tolls": (Toll("killed", count, "peacekeepers", f"{count} died."),)}


def test_reports_of_one_event_are_one_story_with_one_alert(store):
    """The second and third edit the first one's message; what is material is noted in its thread."""
    commit(store, report(1, "Wire", "Base attacked in Kerena", injured=20))
    store.outbox.sent(store.outbox.claim(NOW)[0].id, "77", None, NOW)
    later = NOW + HOUR
    commit(store, report(2, "Radio", "Attaque contre une base à Kerena", injured=20), now=later)
    assert [(one.kind, one.message) for one in store.outbox.claim(later)] == [("edit", "77")]
    commit(
        store, report(3, "UN", "A peacekeeper dies after Kerena attack", standing="official", **killed(1)), now=later
    )
    noted = {(one.kind, one.change and one.change.kind) for one in store.outbox.of_story(1)}
    assert noted - {("alert", None), ("edit", None)} == {
        ("note", "killed"), ("note", "official"), ("escalation", "killed"),
    }  # fmt: skip
    story = store.stories.latest()[0]
    assert [source.publisher for source in story.sources] == ["Wire", "Radio", "UN"]
    assert store.stories.count() == 1


def test_a_later_report_can_make_a_story_louder(store):
    """A digest line becomes an alert, and leaves the digest."""
    commit(store, report(1, "Blog", "Looking at Kerena", tier=Tier.BACKGROUND))
    assert [story.id for story in store.digest("alerts")] == [1]
    commit(store, report(2, "Wire", "Base attacked in Kerena"))
    assert [(one.kind, one.action) for one in store.outbox.claim(NOW)] == [("alert", Action.PING)]
    assert store.digest("alerts") == []
    assert store.stories.story(1).tier is Tier.INCIDENT


def test_a_late_copy_of_a_silent_story_is_a_digest_line(store):
    """The first poll found it; nobody was told; nobody is rung up for its copy."""
    commit(store, replace(report(1, "Wire", "Base attacked in Kerena"), silent=True))
    commit(store, report(2, "Radio", "Attaque contre une base à Kerena"))
    assert store.outbox.claim(NOW) == []
    assert [story.id for story in store.digest("alerts")] == [1]


def test_watches_do_not_share_stories(store):
    """One entry that two watches flag is in two stories."""
    both = report(1, "Wire", "Base attacked in Kerena")
    commit(store, replace(both, findings=(both.findings[0], finding(watch="other", **AMBUSH))))
    commit(store, reading(2, title="Base attacked in Kerena", watch="other", facts=AMBUSH))
    assert {(story.watch, len(story.sources)) for story in store.stories.latest()} == {("w", 1), ("other", 2)}


@pytest.mark.slow
def test_placing_an_entry_costs_the_same_in_a_large_archive(store):
    """The look-ups are by key, and each key gives its newest stories only."""
    statements = []
    commit(store, report(1, "Wire", "Base attacked in Kerena"))
    store._db.conn.set_trace_callback(statements.append)
    commit(store, report(2, "Radio", "Attaque contre une base à Kerena"))
    few, statements[:] = len(statements), []
    store._db.conn.set_trace_callback(None)
    commit(store, *(reading(n, silent=True) for n in range(100, 400)))
    store._db.conn.set_trace_callback(statements.append)
    commit(store, report(3, "Paper", "Kerena base hit", injured=20))
    store._db.conn.set_trace_callback(None)
    assert len(statements) <= few + 10
    assert {one for one in statements if re.search(r"SCAN (?!\(subquery)", _plan(store, one))} == set()


def _plan(store, statement):
    if not statement.startswith(("SELECT", "UPDATE")):
        return ""
    return " ".join(row[3] for row in store._db.conn.execute("EXPLAIN QUERY PLAN " + statement))
