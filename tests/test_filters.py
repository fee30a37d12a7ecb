"""What a channel wants only: stories that a query finds, judged when they are to be told, and never lost by it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.wording.notices import notice_text
from config.schema import ChannelSettings, Health, Settings
from feeds.model import Origin
from feeds.query import Misread, Query
from feeds.query.filters import LONGEST_FILTER, parse_filter
from feeds.query.known import known_names
from feeds.store.search.queries import Queries
from seeds.model import Tier
from tests.proofs import examples
from tests.store_kit import DAY, FEED, MINUTE, NOW, opened, operators, place, plan, reading, wish
from tests.test_cli_check import check
from tests.test_desk import HERE, MANAGER, THERE, house  # noqa: F401

KNOWN = known_names({"w": ("w", None)}).with_names("place", ["Gao", "Kidal", "Town 1", "Ménaka"])


@pytest.fixture
def store(tmp_path):
    """An archive whose one channel wants what the test says."""
    with opened(tmp_path / "archive.db") as fresh:
        fresh.feeds.enrol([FEED])
        fresh.filters.know(lambda: KNOWN)
        yield fresh


def wants(store, *filters, **more):
    store.subscriptions.configure([(place(), wish(filter=one, **more)) for one in filters], NOW)


def told_of(store, story=1):
    """What was ever queued of a story."""
    return [(one.kind, str(one.action)) for one in store.outbox.of_story(story)]


def send(store):
    """What waits goes out."""
    for number, one in enumerate(store.outbox.claim(NOW + DAY)):
        store.outbox.sent(one.id, f"m{number}{one.id}", None, NOW)


def lines(store):
    return [notice_text(one.notice) for one in store.outbox.notices()]


def grows(number, **facts):
    """A further report of the story that `reading(1)` opens."""
    return reading(number, publisher=f"Paper {number}",
                   facts={"place": "Town 1", "contingents": ("C1",), "language": "en", **facts})  # fmt: skip


# what is told


@pytest.mark.parametrize(("only", "passes"), [
    ("place:gao", True), ("place:kidal", False), ("place:gao,kidal lang:fr,en", True), ("lang:fr", False),
    ("killed:>3", False), ("-killed:>3", True), ("kind:mine OR kind:attack", True), ("source:wire", True),
    ("source:nobody-was-ever-read-of", False), ("-source:nobody", True), ("contingent:TD", False), ("convoy", True),
    ('"burning convoy"', False), ("tier:decision", False), ("since:3d", True), ("before:2015", False),
])  # fmt: skip
def test_a_story_is_told_where_it_is_what_is_wanted(store, only, passes):
    """By its place, languages, tolls, kind, sources, words and times, as a search would find it."""
    wants(store, only)
    facts = {"place": "Gao", "attack": "mine", "killed": 2}
    store.commit(plan(reading(1, title="A mine, a convoy", facts=facts)), NOW)
    assert told_of(store) == ([("alert", "ping")] if passes else [])
    assert lines(store) == []


def test_the_digest_is_filtered_as_well(store):
    """What waits for the digest is told as much as what is posted."""
    wants(store, "place:gao")
    quiet = [reading(n, tier=Tier.BACKGROUND, facts={"place": name}) for n, name in ((1, "Gao"), (2, "Kidal"))]
    store.commit(plan(*quiet), NOW)
    assert store.digests.waiting("alerts") == [1]


@pytest.mark.parametrize(("only", "later"), [
    ("killed:>3", {"killed": 4}), ("lang:fr", {"language": "fr"}), ("contingent:TG", {"contingents": ("C1", "TG")}),
])  # fmt: skip
def test_a_story_is_told_when_a_later_report_makes_it_wanted(store, only, later):
    """As loudly as a new one: for this channel it is one."""
    wants(store, only)
    store.commit(plan(reading(1, facts={"place": "Town 1", "contingents": ("C1",)})), NOW)
    assert told_of(store) == []
    more = grows(2, **later)
    more = replace(more, entry=replace(more.entry, language=later.get("language", "en")))
    store.commit(plan(more), NOW + MINUTE)
    assert told_of(store) == [("alert", "ping")]


def test_words_that_come_later_count_as_well(store):
    """Only what the new report says is new."""
    wants(store, "Wagner")
    store.commit(plan(reading(1)), NOW)
    store.commit(plan(replace(grows(2), entry=replace(grows(2).entry, title="Wagner men were seen"))), NOW + MINUTE)
    assert told_of(store) == [("alert", "ping")]


def test_a_wanted_story_that_was_found_in_silence_is_no_news_later(store):
    """It is one line in the digest, as without a filter."""
    wants(
        store,
        "place:kidal",
    )
    facts = {"place": "Kidal", "contingents": ("C1",)}
    store.commit(plan(reading(1, silent=True, facts=facts)), NOW)
    store.commit(plan(reading(2, publisher="Other", facts=facts)), NOW + MINUTE)
    assert (told_of(store), store.digests.waiting("alerts")) == ([], [1])


def test_an_alert_that_stands_is_kept_true_whatever_the_story_becomes(store):
    """It is edited, and its deaths are told aloud, though the story is not wanted any more."""
    wants(store, "-killed:>0")
    store.commit(plan(reading(1, facts={"place": "Town 1", "contingents": ("C1",), "killed": 0})), NOW)
    send(store)
    store.commit(plan(grows(2, killed=2)), NOW + MINUTE)
    assert [kind for kind, _ in told_of(store)] == ["alert", "edit", "note", "escalation"]


def test_each_filter_rings_its_own_role(store):
    """Two wishes of one watch in one channel: a story rings those who want it; what nobody wants is not told."""
    both = [(place(), wish(filter="place:gao", role="1")), (place(), wish(filter="killed:>0", role="2"))]
    store.subscriptions.configure(both, NOW)
    deadly = [reading(n, facts={"place": name, "killed": n}) for n, name in ((1, "Gao"), (2, "Kidal"))]
    store.commit(plan(*deadly, reading(3)), NOW)
    assert [one.roles for n in (1, 2, 3) for one in store.outbox.of_story(n)] == [("1", "2"), ("2",)]


def test_a_split_story_is_judged_by_what_it_says_itself(store):
    """What is split off is posted only where it is wanted."""
    wants(store, "killed:>3")
    store.commit(plan(reading(1, facts={"place": "Town 1", "contingents": ("C1",), "killed": 5})), NOW)
    send(store)
    store.commit(plan(grows(2, killed=None)), NOW + MINUTE)
    (new,) = store.regroup.split(2, "7", NOW + MINUTE)
    assert told_of(store, new) == []


def apart(store, *facts, **more):
    """Two stories with these facts, which nothing but a member's word brings together."""
    titles = "Patrol opens a school", "Ministers speak of finance abroad"
    for n, (title, one) in enumerate(zip(titles, facts, strict=True), 1):
        store.commit(plan(reading(n, title=title, facts=one, **more)), NOW)


@pytest.mark.parametrize(("only", "told"), [
    ("place:gao killed:>3", [("alert", "ping")]), ("place:gao killed:>9", []),
    ("killed:>3 -place:gao", [("alert", "ping")]),  # that of the younger, which is the elder's now
])  # fmt: skip
def test_a_merge_that_makes_a_story_wanted_is_told_at_once(store, only, told):
    """By one report the place is known, by the other the toll: who wants both is told as of a new story."""
    wants(store, only)
    apart(store, {"place": "Gao"}, {"place": None, "killed": 5})
    assert (told_of(store, 1) == told_of(store, 2) == []) is (only != "killed:>3 -place:gao")
    store.regroup.merge(1, 2, "7", NOW + MINUTE)
    assert told_of(store, 1) == told


def test_a_merge_tells_nothing_anew(store):
    """One whose filter let either story pass was told, or chose not to be; nor is anything told without a filter."""
    for only in ("killed:>3", ""):
        wants(store, only)
        apart(store, {"place": "Gao"}, {"place": None, "killed": 5}, silent=True)
        store.regroup.merge(1, 2, "7", NOW + MINUTE)
        assert (told_of(store, 1), store.digests.waiting("alerts")) == ([], [])


def test_a_merge_of_what_is_old_is_a_line_in_a_digest(store):
    """As an old report is; of what nobody tells any more there is none."""
    wants(store, "place:gao killed:>3")
    apart(store, {"place": "Gao"}, {"place": None, "killed": 5})
    store.regroup.merge(1, 2, "7", NOW + 2 * DAY)
    assert (told_of(store, 1), store.digests.waiting("alerts")) == ([], [1])


def test_a_brief_by_schedule_tells_of_what_is_wanted(store):
    """All that a channel is told unasked passes its filters; what cannot be read passes all."""
    facts = [{"place": name} for name in ("Gao", "Kidal")]
    store.commit(plan(*(reading(n, facts=one) for n, one in enumerate(facts, 1)), reading(9, watch="other")), NOW)
    for filters, stories in (
        (["place:kidal"], {2}), (["place:gao", "place:kidal"], {1, 2}), (["place:nowhere"], {1, 2}),
        (["zebra x"], set()), (["place:kidal", ""], {1, 2}),
    ):  # fmt: skip
        assert store.filters.stories([wish(filter=one) for one in filters], NOW) == stories
    assert store.filters.stories([wish()], NOW) is None
    both = [wish(filter="place:kidal"), wish(watch="other")]
    wanted = store.filters.stories(both, NOW)
    brief = store.briefs.between(NOW - DAY, NOW + DAY, watches=["w", "other"], stories=wanted)
    assert sorted(line.story.id for line in brief.lines) == [2, 3]


# what cannot be read


@pytest.mark.parametrize("only", ["place:nowhere", "plaice:gao", "killed:many", "sort:best", "x " * 400])
def test_what_cannot_be_read_lets_everything_pass_and_says_so(store, only):
    """No alert is lost by a slip of the pen; the operators hear of it once, not at every story."""
    store.subscriptions.configure([(place(), wish(filter=only)), operators()], NOW)
    store.commit(plan(reading(1)), NOW)
    store.commit(plan(reading(2)), NOW)
    assert (told_of(store, 1), told_of(store, 2)) == ([("alert", "ping")], [("alert", "ping")])
    (line,) = lines(store)
    assert line.startswith("What “alerts” wants only, “") and "so everything is told there." in line


def test_a_fault_of_ours_lets_everything_pass(store, monkeypatch, caplog):
    """The commit of a feed does not fail by it, and the log has it."""
    wants(store, "place:gao")
    monkeypatch.setattr(Queries, "which", lambda *_: 1 / 0)
    store.commit(plan(reading(1, facts={"place": "Kidal"})), NOW)
    assert told_of(store) == [("alert", "ping")]
    assert "a fault of ours" in caplog.text
    assert len(lines(store)) == 1


def test_a_house_that_knows_no_names_lets_pass_what_it_cannot_judge(tmp_path):
    """A filter is never taken for one that nothing meets."""
    with opened(tmp_path / "bare.db") as bare:
        bare.subscriptions.configure([(place(), wish(filter="kind:mine"))], NOW)
        bare.commit(plan(reading(1, facts={"attack": "ambush"})), NOW)
        assert told_of(bare) == [("alert", "ping")]


@settings(max_examples=examples(60), deadline=None)
@given(st.text(max_size=LONGEST_FILTER + 50))
def test_any_text_is_a_filter_or_has_a_reason(text):
    """Lone surrogates, half a quote, a thousand words: nothing is an error."""
    found = parse_filter(text, KNOWN, NOW)
    assert isinstance(found, Misread) or (isinstance(found, Query) and found.tree is not None and not found.cut)


def test_a_filter_of_more_words_than_are_looked_for_is_none():
    """It would let pass what was not asked for."""
    assert parse_filter(" ".join(f"word{n}" for n in range(17)), KNOWN, NOW).kind == "filter_words"
    assert parse_filter(" ".join(f"word{n}" for n in range(16)), KNOWN, NOW).tree is not None


def test_judging_holds_up_nothing(store):
    """Forty filters over a story of two hundred reports cost a step less than a tenth of a second of CPU."""
    facts = {"place": "Town 1", "contingents": ("C1",), "language": "en"}
    store.commit(plan(*(reading(n, silent=True, facts=facts) for n in range(1, 201))), NOW)
    assert len(store.stories.story(1).sources) == 200
    wants(store, *(f"place:gao -word{n} OR killed:>{n + 500} OR “zebra {n}”" for n in range(40)))
    begun = time.process_time()
    for n in range(201, 206):
        store.commit(plan(grows(n)), NOW)
    filtered = time.process_time() - begun
    wants(store, "")
    begun = time.process_time()
    for n in range(206, 211):
        store.commit(plan(grows(n)), NOW)
    assert filtered - (time.process_time() - begun) < 0.5


# the settings


WATCHES = Path(__file__).resolve().parents[1] / "seeds" / "watches"
SETTINGS = f"""feeds = "feeds.toml"
watches = "{WATCHES}"
[[watch]]
name = "minusma"
[[channel]]
name = "a"
watch = "minusma"
id = 1
only = "{{}}"
"""


@pytest.mark.parametrize(("only", "told"), [
    ("place:kidel", "channel[1].only: I know no place “kidel”. Did you mean Kidal?"),
    ("plase:kidal", "channel[1].only: I know no “plase:”. Did you mean place:?"),
    ("killed:many", "channel[1].only: “many” should be a number"),
    ("sort:best", "channel[1].only: What shall I look for?"),
    ("place:kidal lang:fr,en -training source:rfi", ""),
    ("", ""),
])  # fmt: skip
def test_check_says_what_a_member_would_be_told(tmp_path, only, told):
    """The same sentences, with file and line."""
    found = check(tmp_path, SETTINGS.format(only))
    said = [line for line in found.stderr.splitlines() if ".only" in line]
    assert (told in said[0] and ":9: " in said[0]) if told else not said


def test_one_watch_may_be_wanted_twice_in_a_place_with_other_filters(tmp_path):
    """And is a mistake where both want the same."""
    table = '[[channel]]\nname = "a"\nwatch = "minusma"\nid = 1\nonly = "{}"\n'
    first = SETTINGS.format("place:gao")
    assert "twice" not in check(tmp_path, first + table.format("place:kidal")).stderr
    assert "is wanted twice in one place" in check(tmp_path, first + table.format("place:gao")).stderr


# in chat


async def test_a_manager_says_what_is_wanted_only(house):  # noqa: F811
    """A filter is set, changed and taken away; the answer and `!status` say what holds. Another one beside it ends
    nothing."""
    said = await house.say('subscribe only:"lang:fr killed:>0"', THERE)
    assert "go to this channel from now on, only what “lang:fr killed:>0” finds." in said
    assert "only “lang:fr killed:>0”" in await house.say("status", THERE)
    assert "lang:ar" in await house.say("channel only lang:ar", THERE)
    assert "already, only what “lang:ar” finds." in await house.say("subscribe role:5", THERE)
    (wanted,) = await house.store.run(lambda store: store.subscriptions.of_channel("discord:77"))
    assert (wanted.filter, wanted.role, wanted.origin) == ("lang:ar", "5", Origin.CHAT)
    assert "already, only what “lang:ar” finds. @Analysts" in await house.say("subscribe only:lang:ar", THERE)
    await house.say("channel only all", THERE)
    (wanted,) = await house.store.run(lambda store: store.subscriptions.of_channel("discord:77"))
    assert wanted.filter == ""
    assert "What went here before still does" in await house.say("subscribe only:lang:fr", THERE)
    both = await house.store.run(lambda store: store.subscriptions.of_channel("discord:77"))
    assert {one.filter for one in both} == {"", "lang:fr"}


async def test_the_files_filter_is_taken_up_again_with_its_wish(house):  # noqa: F811
    """Who unsubscribed and comes back gets what the file wants, unless another filter is named."""
    filed = (HERE[0], replace(HERE[1], filter="lang:fr"))
    await house.store.run(lambda store: store.subscriptions.configure([filed], NOW))
    await house.say("unsubscribe", MANAGER)
    assert "from now on, only what “lang:fr” finds" in await house.say("subscribe", MANAGER)
    await house.say("unsubscribe", MANAGER)
    assert "only what “lang:ar” finds" in await house.say("subscribe only:lang:ar", MANAGER)
    wanted = await house.store.run(lambda store: store.subscriptions.of_channel("alerts"))
    assert [(one.filter, one.origin) for one in wanted] == [("lang:ar", Origin.CHAT)]


async def test_a_filter_that_nobody_understands_changes_nothing(house):  # noqa: F811
    """The manager is told why; one without its quotes is told to use them."""
    assert "I know no language “xx”" in await house.say("subscribe only:lang:xx", THERE)
    assert "at most, please" in await house.say(f'subscribe only:"{"word " * 120}"', THERE)
    assert "straight quotes" in await house.say("subscribe only:lang:fr killed:>3", THERE)
    assert await house.store.run(lambda store: store.channels.named("discord:77")) is None


async def test_a_filter_of_the_file_may_be_overruled_in_chat(house):  # noqa: F811
    """What chat says wins, over a restart too, until it is reset; then the file's holds again, whatever that says by
    then."""

    async def holds(*filters):
        found = await house.store.run(lambda store: store.subscriptions.of_channel("alerts"))
        return [(one.filter, one.origin) for one in found] == [(one, Origin.FILE) for one in filters]

    async def start(only):
        filed = HERE[0], replace(HERE[1], filter=only)
        await house.store.run(lambda store: store.subscriptions.configure([filed], NOW))

    await start("lang:ar")
    assert "lang:fr" in await house.say("channel only lang:fr", MANAGER)
    assert await holds("lang:fr")
    await start("lang:ar")
    assert await holds("lang:fr")
    await start("lang:de")
    assert await holds("lang:fr")
    assert "lang:fr" in await house.say("status", MANAGER)
    await house.say("channel reset only", MANAGER)
    assert await holds("lang:de")


async def test_a_filter_beside_what_the_file_wants_ends_nothing(house):  # noqa: F811
    """The manager learns that both go to the channel."""
    said = await house.say("subscribe only:lang:fr", MANAGER)
    assert "only what “lang:fr” finds. What went here before still does" in said
    wanted = await house.store.run(lambda store: store.subscriptions.of_channel("alerts"))
    assert {(one.filter, one.origin) for one in wanted} == {("", Origin.FILE), ("lang:fr", Origin.CHAT)}


async def test_why_says_that_a_channel_wants_something_else(house):  # noqa: F811
    """And that the story was posted, where it is wanted."""
    await house.say("subscribe only:killed:>9", THERE)
    await house.commit(reading(1, facts={"killed": 1}))
    assert "discord:77: wants only what “killed:>9” finds" in await house.say("why 1 full")


async def test_the_running_bot_judges_by_the_names_that_it_knows(tmp_path):
    """What the file wants only is read as a member's query would be: other kinds are not posted, and none complains."""
    table = ChannelSettings(name="room", watch="w", transport="terminal", only="kind:mine")
    settings = Settings(database=tmp_path / "db", health=Health(port=0), channel=(table,))
    async with App(settings, [], [], once=True) as app:
        facts = {"attack": "mine"}, {"attack": "ambush"}
        told = plan(*(reading(n, facts=one) for n, one in enumerate(facts, 1)))
        await app.store.run(lambda store: store.commit(told, NOW))
        found = await app.store.run(lambda store: (told_of(store, 1), told_of(store, 2), lines(store)))
    assert found == ([("alert", "ping")], [], [])
