"""The desk: every command against a real store, and the table that all transports register from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import COMMANDS, Asker, Desk, PlaceRole, find_command
from bot.desk.commands import nearest
from bot.desk.rights import ALL_RIGHTS
from config.schema import Settings
from feeds.model import Action, Channel, Daily, Day, FeedState, Finding, Opinion, Origin, Pause, Plan
from feeds.store import Store
from feeds.store.db.thread import StoreThread, TooLong, TooMany
from seeds.model import Facts, Match, Reason, Tier, When
from tests.store_kit import ALL, DAY, FEED, HOUR, NOW, reading, wish

MEMBER = Asker("7", "Awa", transport="discord", target="42", server="900")
MANAGER = replace(MEMBER, rights=ALL_RIGHTS)
HERE = Channel("alerts", "discord", "42", server="900"), wish()


class Watch:
    """A watch that flags what names the river, and says why not otherwise."""

    name, title = "w", "The river watch"

    async def explain(self, document, now):
        if "river" in document.title:
            for_it = Reason("name", "river", 3.0, document.title, "names")
            return Opinion(Match("w", True, 0.9, Tier.INCIDENT, (for_it,)), ())
        against = Reason("counter", "lake", -2.0, document.title, "another water", learned=True)
        named = (("other", "lake"),) if "lake" in document.title else ()
        return Opinion(Match("w", False, 0.1, None, (against,)), named)


def quoted(number, text, *, tier=Tier.INCIDENT, published=NOW, **facts):
    """A reading whose finding has reasons, facts and a quote."""
    why = (Reason("name", "river", 3.0, text, "river"), Reason("counter", "lake", -0.5, text, "elsewhere"))
    found = Finding(Match("w", True, 0.93, tier, why), Facts(**facts), (text,))
    return replace(reading(number, tier=tier, published=published), findings=(found,))


class House:
    """A desk over a real store, and short ways to fill and to ask it."""

    def __init__(self, store):
        self.store, self.now = store, NOW
        self.desk = Desk(store, {"w": Watch()}, Settings(), lambda: self.now)

    async def commit(self, *readings, state=None):
        known = state or FeedState("wire", FEED.url, home=FEED.url, last_ok=NOW, last_new=NOW)
        return await self.store.run(lambda store: store.commit(Plan(known, readings), NOW))

    async def ask(self, line, asker=MEMBER, page=1):
        name, _, args = line.partition(" ")
        return await self.desk.answer(name, args, page=page, asker=asker)

    async def say(self, line, asker=MEMBER, page=1):
        return text(await self.ask(line, asker, page))


@pytest.fixture
async def house(tmp_path):
    async with StoreThread(lambda: Store(tmp_path / "desk.db")) as store:
        await store.run(lambda opened: opened.feeds.enrol([FEED]))
        await store.run(lambda opened: opened.subscriptions.configure([HERE], NOW))
        yield House(store)


def text(reply):
    """A reply as plain text."""
    said = [reply.text, *map(line, reply.lines)]
    for card in reply.cards:
        fields = [part for field in card.fields for part in (field.name, *map(line, field.lines))]
        said += [card.title, *map(line, card.lines), *card.quotes, *fields, card.footer]
    return "\n".join(said)


def line(spans):
    return "".join(span.text for span in spans)


# the table


def test_no_two_commands_share_a_name():
    """Names and aliases are unique, lower-case and short enough for every transport; each finds its command."""
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))
    assert all(name.isalpha() and name.islower() and len(name) <= 32 for name in names)
    assert all(find_command(name.upper()) is not None for name in names)


def test_every_command_can_be_registered():
    """Help texts and arguments fit Discord's limits; required arguments come first."""
    for command in COMMANDS:
        assert 0 < len(command.help) <= 100
        assert all(0 < len(one.help) <= 100 and one.name.isalpha() for one in command.arguments)
        required = [one.required for one in command.arguments]
        assert required == sorted(required, reverse=True)


def test_a_misspelt_name_is_guessed():
    """A near miss of a name or an alias names the command; a far one does not."""
    assert nearest("lates") == "latest"
    assert nearest("serach") == "search"
    assert nearest("xyzzy") is None


async def test_every_command_of_the_table_is_answered(house):
    """Whatever is in the table has an answer, for members and managers, with and without words."""
    for command in COMMANDS:
        for asker in (MEMBER, MANAGER):
            for words in ("", "1", "nonsense words", "#1", "https://example.org/1"):
                reply = await house.ask(f"{command.name} {words}", asker)
                assert reply.text or reply.lines or reply.cards


async def test_what_is_no_command_gets_a_hint(house):
    """Unknown names are answered with the nearest command and the way to the list, for the asker alone."""
    reply = await house.ask("lates")
    assert reply.private
    assert "Did you mean !latest?" in reply.text
    assert "!help" in reply.text


async def test_missing_words_show_the_usage(house):
    """A command without its argument shows how it is asked."""
    assert "!search <words>" in await house.say("search")
    assert "!story <story>" in await house.say("story")


async def test_managers_commands_are_for_managers(house):
    """A member is told kindly; the store is not touched."""
    reply = await house.ask("mute 3")
    assert reply.private
    assert "needs the permission “Manage Channels”" in reply.text
    assert (await house.store.run(lambda store: store.channels.named("alerts"))).muted_until is None


# reading


async def test_latest_pages_through_the_stories(house):
    """The newest story first, n to a page, with the number of pages."""
    for n in range(1, 8):
        await house.commit(reading(n, published=NOW - n * DAY, facts={"place": f"Place {n}", "killed": n}))
    first, second = await house.ask("latest 3"), await house.ask("latest 3", page=2)
    assert [card.title.split(" · ")[1:3] for card in first.cards] == [[f"Place {n}", f"{n} killed"] for n in (1, 2, 3)]
    assert (first.page, first.pages) == (1, 3)
    assert [card.title.split(" · ")[1] for card in second.cards] == ["Place 4", "Place 5", "Place 6"]
    assert "3 pages" in (await house.ask("latest 3", page=9)).text
    assert "from 1 to 10" in (await house.ask("latest 99")).text
    assert "Incident" in text(first) and "Place 1" in text(first)


async def test_latest_of_an_empty_archive_is_kind(house):
    """Nothing yet is an answer, not an error."""
    assert "No story yet" in await house.say("latest")


async def test_latest_keeps_to_the_channels_watch(house):
    """In a channel of one watch only its stories are listed; elsewhere all are."""
    await house.commit(reading(1), reading(2, watch="other"))
    assert (await house.ask("latest")).pages == 1
    (only,) = (await house.ask("latest")).cards
    assert only.footer == "Story 1"
    elsewhere = await house.ask("latest", Asker("1", "x", transport="discord", target="other"))
    assert len(elsewhere.cards) == 2


async def test_search_finds_stories(house):
    """All words, accents ignored; each story with its facts, its best sentence, who said it, and how many more did."""
    same = {"place": "Kerena", "event": When(NOW - HOUR, "day"), "contingents": ("TD",)}
    first = reading(1, title="Attaque à Kéréna", summary="C'est loin. Vingt soldats sont blessés.", facts=same)
    await house.commit(first, reading(2, title="Attaque à Kéréna : vingt blessés", publisher="Radio", facts=same))
    await house.commit(reading(3))
    reply = await house.ask("search kerena soldats")
    heading, facts, sentence, credit, number = text(reply).splitlines()
    assert (heading, number) == ("1 story:", "Story 1") and facts.startswith("🔴 Incident · Kerena")
    assert sentence == "“Vingt soldats sont blessés.”" and credit == "Wire · 12:00 UTC · en · +1 report"
    assert [span.text for span in reply.cards[0].lines[0] if span.strong] == ["soldats"]
    assert "1 story:" in await house.say("search place:kerena -zebra")


async def test_search_lists_items_where_that_is_asked(house):
    """All words, accents ignored; each hit with its story, time and a sentence."""
    await house.commit(reading(1, title="Attaque à Kéréna", summary="Vingt soldats sont blessés."), reading(2))
    said = await house.say("search kerena soldats as:items")
    assert "1 item:" in said
    assert "Attaque à Kéréna" in said
    assert "Incident · story 1 · item #1" in said
    assert "Vingt soldats sont blessés." in said


async def test_search_says_when_only_some_words_were_found(house):
    """When nothing has all of the words the reply says so before it shows what has some."""
    await house.commit(reading(1, title="Attack at the ford"))
    assert "Nothing has all of these words; 1 story has some" in await house.say("search attack zebra")
    assert "Nothing has all of these words; 1 item has some" in await house.say("search attack zebra as:items")


async def test_search_pages_through_stories_by_order(house):
    """Five on a page, with their number; a page behind the last is said to be none."""
    await house.commit(*(reading(n, title=f"Convoy {n}", published=NOW - n * DAY) for n in range(1, 8)))
    first, second = await house.ask("search convoy"), await house.ask("search convoy", page=2)
    assert (first.text, first.page, first.pages) == ("7 stories, newest first:", 1, 2)
    assert [card.footer for card in (*first.cards, *second.cards)] == [f"Story {n}" for n in range(1, 8)]
    assert "7 stories, best first:" in await house.say("search convoy sort:best")
    assert "2 pages, no more" in await house.say("search convoy", page=3)
    assert "please narrow it" in await house.say("search convoy", page=10**9)


async def test_search_says_what_it_does_not_understand(house):
    """With the choices, and the name that was probably meant; for the asker alone."""
    await house.commit(reading(1, title="Attack", facts={"place": "Springfield"}))
    for line, said in {
        "plase:springfield": "I know no “plase:”. Did you mean place:?",
        "place:sprinfield": "I know no place “sprinfield”. Did you mean Springfield?",
        "lang:zz": "I know no language “zz”. Known: ",
        "killed:many": "“many” should be a number: killed:3, killed:>3, killed:<=3 or killed:3..5",
        "since:soon": "“soon” should be a day (2021-02-10), a month, a year, a span (2021..2023), yesterday",
        "story:last": "“last” should be the number of a story, such as story:9",
        "sort:up": "I know no order “up”. Known: newest, best.",
        "place:": "place: needs a value, such as place:gao",
        "()": "What shall I look for?",
        "a (b OR " * 30: "So many parentheses",
    }.items():
        reply = await house.ask(f"search {line}")
        assert reply.private and said in reply.text, line
    assert "Did you mean Springfield?" in await house.say("search sprinfeild", replace(MEMBER, id="8"))


async def test_search_says_when_words_were_left_out(house):
    """More than sixteen are not looked for."""
    await house.commit(reading(1, title=" ".join(f"w{n}" for n in range(20))))
    said = await house.say("search " + " ".join(f"w{n}" for n in range(20)))
    assert said.startswith("Only the first 16 different words were looked for. 1 story:")
    nothing = await house.say("search " + " OR ".join(f"zebra{n}" for n in range(20)))
    assert nothing.startswith("Only the first 16 different words were looked for. Nothing found")


async def test_a_question_that_takes_too_long_is_answered_with_a_way_out(house, monkeypatch):
    """As is one among too many; neither is an exception."""
    for trouble, said in ((TooLong, "That took too long"), (TooMany, "Many are asking")):

        async def read(work, trouble=trouble):
            raise trouble

        monkeypatch.setattr(house.store, "read", read)
        reply = await house.ask("search zebra")
        assert reply.private and said in reply.text


@pytest.mark.parametrize(("line", "way"), [
    ("search zebra", "Fewer words, a place: or since:30d"), ("map", "?map since:30d"), ("chart", "?chart since:90d"),
    ("export csv", "?export csv since:30d"), ("brief", "?brief since:12h"), ("coverage", "?coverage since:7d"),
    ("latest", "Please ask again in a moment."),
])  # fmt: skip
async def test_what_took_too_long_is_answered_for_what_was_asked(house, monkeypatch, line, way):
    """Each command says how it is asked for less."""

    async def read(work):
        raise TooLong

    monkeypatch.setattr(house.store, "read", read)
    assert way in await house.say(line, replace(MEMBER, prefix="?"))


async def test_who_asks_a_lot_at_once_waits_a_moment(house):
    """Politely, each member for themselves; at the terminal nobody waits."""
    asked = [(await house.ask("search zebra")).text for _ in range(12)]
    assert sum("One moment, please" in text for text in asked) == 2
    assert "Nothing found" in await house.say("search zebra", replace(MEMBER, id="8"))
    assert "No story yet" in await house.say("latest")
    for _ in range(30):
        assert "Nothing found" in await house.say("search zebra", replace(MEMBER, id="9", transport="terminal"))


async def test_search_falls_back_on_what_nobody_flagged(house):
    """Items that no watch flagged are found when no flagged one matches, and are called so."""
    await house.commit(reading(1, title="Weather for farmers", relevant=False))
    said = await house.say("search farmers")
    assert "Nothing flagged; 1 item that no watch flagged" in said
    assert "not flagged · item #1" in said
    assert "Nothing found for “zebra”" in await house.say("search zebra")
    assert "1 item that no watch flagged has some of these words, none all:" in await house.say("search farmers zebra")


async def test_search_words_are_never_query_syntax(house):
    """Whatever a member types is looked for, never run."""
    await house.commit(reading(1, title="Attack at the ford"))
    for words in ('"', "attack AND", "NEAR(", "title:attack", "*", "(((", "'; DROP TABLE entries; --", "\0"):
        assert (await house.ask(f"search {words}")).text


async def test_a_story_is_told_in_order(house):
    """The timeline shows each source's time, publisher, item number, toll and sentence, then the changes."""
    same = {"place": "Kerena", "event": When(NOW - HOUR, "day"), "injured": 20}
    one = quoted(1, "Twenty men were hurt at the river.", **same)
    await house.commit(one)
    said = await house.say("story 1")
    assert "Wire · en · #1" in said
    assert "20 injured" in said
    assert "“Twenty men were hurt at the river.”" in said
    assert "There is no story 99" in await house.say("story 99")
    assert "A story has a number" in await house.say("story abc")


async def test_a_citation_is_complete_text(house):
    """Publisher, title, date, address, when it was read, stored quote and content hash, to be copied as text."""
    await house.commit(quoted(1, "Twenty men were hurt at the river."))
    for words in ("1", "story 1", "#1", "https://example.org/1", "<https://example.org/1>"):
        said = await house.say(f"cite {words}")
        assert "Wire, “Item 1”, 10 Feb 2021 12:00 UTC, https://example.org/1." in said
        assert "As read 10 Feb 2021 12:00 UTC." in said
        assert "Kept as #1.1 (item #1, wording 1 of 1) of story 1." in said
        assert "hash1" in said
        assert "Twenty men were hurt at the river." in said


async def test_the_digest_to_come_can_be_seen(house):
    """What waits for the channel's next digest; elsewhere the reply says what is missing."""
    await house.commit(reading(1, tier=Tier.BACKGROUND, title="A long view"))
    assert "A long view" in await house.say("digest")
    assert "07:00 UTC" in await house.say("digest")
    assert "!subscribe" in await house.say("digest", Asker("1", "x"))


# why


async def test_why_shows_every_stage(house):
    """Seen where and when, score, evidence for and against with weight and origin, and where it was posted."""
    await house.commit(quoted(1, "Twenty men were hurt at the river."))
    said = await house.say("why 1 full")
    assert "in wire, 12:00 UTC, as item #1" in said
    assert "Flagged as incident: score 0.93" in said
    assert "“river” (name · +3.00 · names of river)" in said
    assert "in: Twenty men were hurt at the river." in said
    assert "“lake” (counter · -0.50 · lexicon: elsewhere)" in said
    assert "alerts: waiting since 12:00 UTC" in said


async def test_why_tells_what_became_of_the_alert(house):
    """Posted with its marker, refused with the reason, in the next digest, or never asked for."""
    await house.commit(quoted(1, "The river rose."))
    (delivery,) = await house.store.run(lambda store: store.outbox.claim(NOW, 5))
    await house.store.run(lambda store: store.outbox.sent(delivery.id, "9001", None, NOW))
    assert f"alerts: posted 12:00 UTC as {delivery.id}" in await house.say("why 1 full")
    await house.commit(quoted(2, "The river is long.", tier=Tier.BACKGROUND, published=NOW - 90 * DAY))
    assert "alerts: in its next digest" in await house.say("why #2 full")
    quiet = HERE[0], wish(actions=ALL[:1])
    await house.store.run(lambda store: store.subscriptions.configure([quiet], NOW))
    await house.commit(quoted(3, "The river will be dammed.", tier=Tier.DECISION, published=NOW - 200 * DAY))
    assert "alerts: does not ask for what is decision" in await house.say("why #3 full")


async def test_why_of_what_was_taken_back_says_so_first(house):
    """Before the verdict, in brief and in full; of anything else it says no such thing."""
    await house.commit(quoted(1, "The river rose.", retracted=True), quoted(2, "The river fell.", place="Town"))
    for asked in ("why #1", "why #1 full"):
        said = await house.say(asked)
        assert 0 < said.index("Its publisher has taken it back.") < said.index("Flagged as incident")
    assert "taken it back" not in await house.say("why #2")


async def test_why_explains_what_was_not_flagged(house):
    """An item that nobody flagged is judged again on the spot, and shows what spoke against it."""
    await house.commit(reading(1, title="A lake in the hills", relevant=False))
    said = await house.say("why https://example.org/1 full")
    assert "Not flagged: score 0.10" in said
    assert "“lake” (counter · -2.00 · learned from another water)" in said
    assert "of others: lake" in said
    assert "no place of this watch" in said and "no UN peace operation" in said


async def test_why_of_what_was_never_read_helps_on(house):
    """An unknown number, address or word each get a sentence that says what to name."""
    assert "There is no story 5" in await house.say("why 5")
    assert "No item of that number or address" in await house.say("why #5")
    assert "No item of that number or address" in await house.say("why https://example.org/none")
    assert "Name a story by its number" in await house.say("why river")


# the house


async def test_status_tells_the_state_of_the_house(house):
    """Watches, scheduler, today's counts, feeds and channels on one card."""
    await house.store.run(lambda store: store.days.tick(NOW))
    await house.commit(reading(1))
    said = await house.say("status")
    assert "Watching: The river watch" in said
    assert "Scheduler: running, last tick just now" in said
    assert "1 look at feeds, 1 item read, 1 flagged" in said
    assert "1 message" in said
    assert "1 feed: 1 fresh" in said
    assert "alerts: open" in said
    house.now = NOW + HOUR
    assert "Scheduler: late, last tick 1 h ago" in await house.say("status")


async def test_feeds_show_trouble_first(house):
    """A failing feed comes before a fresh one, with its reason, how often, since when, and the next look."""
    bad = FeedState("wire", FEED.url, home=FEED.url, failures=4, problem="timeout", last_ok=NOW - HOUR,
                    next_check=NOW + timedelta(minutes=20))  # fmt: skip
    await house.store.run(
        lambda store: store.feeds.enrol([FEED, replace(FEED, name="agency", url="http://127.0.0.1:9/a")])
    )
    await house.store.run(lambda store: store.record([bad], (), Day(), NOW))
    reply = await house.ask("feeds")
    assert reply.cards[0].title == "2 feeds: 1 too new to tell, 1 failing"
    assert line(reply.cards[0].lines[0]).startswith(
        "wire: failing: no answer in time, 4 times since 11:00 UTC · next look in 20 min"
    )


@pytest.mark.parametrize(
    ("problem", "said", "why"),
    [
        ("dns", "its name is not found", "the names of the publishers' servers cannot be looked up"),
        ("odd", "odd", "no publisher can be reached"),
    ],
)
async def test_a_network_that_is_down_has_its_reason_in_one_line(house, problem, said, why):
    """In `feeds` and `status`, in plain words; the feeds say that they were asked in vain, and are not blamed."""
    silent = FeedState("wire", FEED.url, home=FEED.url, problem=problem, last_checked=NOW, next_check=NOW + HOUR)
    await house.store.run(lambda store: store.feeds.enrol([FEED]))
    await house.store.run(lambda store: store.record([silent], (), Day(), NOW))
    reply = await house.ask("feeds")
    assert reply.cards[0].title == "1 feed: 1 too new to tell"
    assert [line(one) for one in reply.cards[0].lines] == [
        f"Our own network seems to be down: {why}. No feed is blamed for it.",
        f"wire: not read yet, no answer at the last look ({said}) · next look in 1 h",
    ]
    assert (await house.say("status")).count(why) == 1
    answered = replace(silent, problem=None, last_ok=NOW + HOUR, last_checked=NOW + HOUR)
    await house.store.run(lambda store: store.record([answered], (), Day(), NOW))
    assert "network" not in await house.say("feeds")


async def test_a_feed_that_was_never_read_says_why_in_words(house):
    """It counts as failing from the first time on, not as too new to tell; no code of the database is shown."""
    feeds = {"wire": ("http_503", 1), "agency": ("dns", 2), "daily": ("refused", 1)}
    names = {name: replace(FEED, name=name, url=f"http://127.0.0.1:9/{name}") for name in (*feeds, "young")}
    await house.store.run(lambda store: store.feeds.enrol(list(names.values())))
    bad = [FeedState(name, names[name].url, home=names[name].url, failures=times, problem=code)
           for name, (code, times) in feeds.items()]  # fmt: skip
    await house.store.run(lambda store: store.record(bad, (), Day(), NOW))
    reply = await house.ask("feeds")
    assert reply.cards[0].title == "4 feeds: 1 too new to tell, 3 failing"
    assert [line(one).partition(" ·")[0] for one in reply.cards[0].lines] == [
        "agency: not read: its name is not found, 2 times",
        "daily: not read: the server refuses the connection",
        "wire: not read: the server answers 503 (busy)",
        "young: not read yet",
    ]
    assert "http_503" not in await house.say("status")


async def test_paused_feeds_are_named_with_who_paused_them(house):
    """From the moment of the mark on, after the feeds that are polled, and counted as paused in `status` too."""
    await house.store.run(
        lambda store: store.feeds.enrol([FEED, replace(FEED, name="agency", url="http://127.0.0.1:9/a")])
    )
    await house.store.run(lambda store: store.feeds.pause(Pause("agency", "anna", NOW - 2 * HOUR)))
    reply = await house.ask("feeds")
    assert reply.cards[0].title == "2 feeds: 1 too new to tell, 1 paused"
    assert [line(one) for one in reply.cards[0].lines][1:] == ["agency: paused by anna 2 h ago"]
    assert "1 paused" in await house.say("status")


async def test_a_feed_without_news_is_said_plainly(house):
    """Before the first look, and when a feed was empty so far."""
    await house.store.run(lambda store: store.feeds.enrol([FEED]))
    assert "not read yet" in await house.say("feeds")
    state = FeedState("wire", FEED.url, home=FEED.url, last_ok=NOW)
    await house.commit(state=state)
    assert "holds nothing yet" in await house.say("feeds")
    assert "never" not in await house.say("feeds")


async def test_help_lists_what_the_asker_may_do(house):
    """Members see their commands, managers theirs as well; one command is explained with its arguments."""
    members, managers = await house.say("help"), await house.say("help", MANAGER)
    assert "!latest the newest stories" in members
    assert "!mute" not in members
    assert "!mute be quiet" in managers
    assert await house.say("help !") == members
    one = await house.say("help !find")
    assert "!search <words>" in one and "also: !find" in one
    assert "Did you mean !search" in await house.say("help serach")


async def test_help_for_one_command_shows_how_it_is_asked(house):
    """Usage, what each argument is, two examples; typed as the asker would type them."""
    said = await house.say("help search", replace(MEMBER, prefix="?"))
    assert "?search <words> — stories by words and facts" in said
    assert "<words>: words, a" in said
    assert "such as: ?search attack -training, ?search kind:attack killed:>3" in said
    assert "such as: !subscribe, !subscribe w only:" in await house.say("help subscribe", MANAGER)


# managers


async def test_managers_subscribe_and_silence_a_channel(house):
    """Subscribe, mute for some hours, speak again and leave; each answer says what holds from now on."""
    there = replace(MANAGER, target="77")
    assert "The river watch" in await house.say("subscribe", there)
    made = await house.store.run(lambda store: store.channels.named("discord:77"))
    (wanted,) = await house.store.run(lambda store: store.subscriptions.of_channel("discord:77"))
    assert (wanted.watch, made.target, made.transport) == ("w", "77", "discord")
    assert wanted.action(Tier.INCIDENT).value == "ping"
    assert "Quiet here until 15:00 UTC" in await house.say("mute 3", there)
    muted = await house.store.run(lambda store: store.channels.named("discord:77"))
    assert muted.muted_until == NOW + 3 * HOUR
    assert "muted until 15:00 UTC" in await house.say("status", there)
    assert "again" in await house.say("unmute", there)
    assert "Nothing was muted here" in await house.say("unmute", there)
    assert "no more alerts" in await house.say("unsubscribe", there)
    assert await house.store.run(lambda store: store.channels.named("discord:77")) is None
    assert "No alerts go to this channel" in await house.say("mute", there)
    assert "There is no watch “sea”" in await house.say("subscribe sea", there)


async def test_a_second_watch_joins_the_first(house):
    """Subscribing twice changes nothing and says so; another watch comes beside the first, as loud and for its role."""
    assert "already" in await house.say("subscribe w", MANAGER)
    house.desk = Desk(house.store, {"w": Watch(), "sea": Watch()}, Settings(), lambda: house.now)
    assert "from now on" in await house.say("subscribe sea", MANAGER)
    assert "already" in await house.say("subscribe sea", MANAGER)
    assert "Name one of: sea, w." in await house.say("subscribe", MANAGER)
    wanted = await house.store.run(lambda store: store.subscriptions.of_channel("alerts"))
    assert wanted == (replace(HERE[1], watch="sea", origin=Origin.CHAT), HERE[1])


ROLES = {"5": PlaceRole("Analysts", True), "6": PlaceRole("Quiet", False)}
THERE = replace(MANAGER, target="77", roles=ROLES)


async def test_who_subscribes_learns_who_is_pinged(house):
    """Without a role nobody is, and how to name one is said; a named one is, once it may be mentioned."""
    said = await house.say("subscribe", THERE)
    assert "Nobody is pinged yet (incident): !channel role @name names a role." in said
    assert "@Analysts is pinged for each incident." in await house.say("subscribe role:<@&5>", THERE)
    (wanted,) = await house.store.run(lambda store: store.subscriptions.of_channel("discord:77"))
    assert wanted.role == "5"
    said = await house.say("subscribe w --role=6", THERE)
    assert "already. @Quiet cannot be pinged yet: in the server's settings" in said
    assert "There is no such role here." in await house.say("subscribe role:7", THERE)
    assert "“@Analysts” should be a role: mention it" in await house.say("subscribe role:@Analysts", THERE)
    assert "the role 6 is none of this server's" in await house.say("subscribe", replace(THERE, roles={}))


async def test_a_place_without_roles_is_told_nothing_of_them(house):
    """A terminal rings nobody by name."""
    assert (await house.say("subscribe", replace(THERE, roles=None))).endswith("from now on.")


async def test_managers_may_name_another_role_than_the_file(house):
    """It wins, and outlives the next start."""
    said = await house.say("subscribe role:5", replace(MANAGER, roles=ROLES))
    assert said.endswith("already. @Analysts is pinged for each incident.")
    await house.store.run(lambda store: store.subscriptions.configure([HERE], NOW))
    (wanted,) = await house.store.run(lambda store: store.subscriptions.of_channel("alerts"))
    assert (wanted.role, wanted.changed) == ("5", ("role",))


async def test_a_channel_of_the_file_without_a_role_is_told_how_to_name_one(house):
    """The manager learns that nobody is pinged, and what to type."""
    said = await house.say("subscribe", replace(MANAGER, roles=ROLES))
    assert said.endswith("Nobody is pinged yet (incident): !channel role @name names a role.")


async def test_another_filter_stands_beside_the_first(house):
    """Nothing ends what is wanted already; each goes by its number, and no more than so many are taken."""
    assert "from now on, only what “kind:attack” finds" in await house.say("subscribe only:kind:attack", THERE)
    said = await house.say('subscribe only:"lang:fr" role:5', THERE)
    assert "only what “lang:fr” finds. What went here before still does" in said and "@Analysts" in said
    assert "already" in await house.say("subscribe only:kind:attack", THERE)
    assert "already" in await house.say("subscribe", THERE)
    wanted = await house.store.run(lambda store: store.subscriptions.of_channel("discord:77"))
    assert [(one.filter, one.role) for one in wanted] == [("kind:attack", None), ("lang:fr", "5")]
    assert "What “kind:attack” finds of “The river watch” goes" in await house.say("unsubscribe 1", THERE)
    for number in range(3, 27):
        await house.ask(f"subscribe only:killed:{number}", THERE)
    assert "nothing more can be" in await house.say("subscribe only:killed:99", THERE)
    assert len(await house.store.run(lambda store: store.subscriptions.of_channel("discord:77"))) == 25


async def test_what_pings_nothing_needs_no_role(house):
    """A channel that is only posted to is not asked for a role."""
    quiet = HERE[0], replace(HERE[1], actions=((Tier.INCIDENT, Action.POST),))
    await house.store.run(lambda store: store.subscriptions.configure([quiet], NOW))
    assert (await house.say("subscribe", replace(MANAGER, roles=ROLES))).endswith("already.")


async def test_one_watch_is_ended_and_the_other_goes_on(house):
    """`!unsubscribe watch` ends that one; without a word, all."""
    house.desk = Desk(house.store, {"w": Watch(), "sea": Watch()}, Settings(), lambda: house.now)
    await house.ask("subscribe sea", MANAGER)
    assert "No alerts on “lake”" in await house.say("unsubscribe lake", MANAGER)
    assert "no more. What was posted" in await house.say("unsubscribe W", MANAGER)
    wanted = await house.store.run(lambda store: store.subscriptions.of_channel("alerts"))
    assert [one.watch for one in wanted] == ["sea"]
    assert "gets no more alerts" in await house.say("unsubscribe sea", MANAGER)
    assert await house.store.run(lambda store: store.channels.all()) == []
    await house.ask("subscribe sea", MANAGER)
    await house.ask("subscribe w", MANAGER)
    assert "gets no more alerts" in await house.say("unsubscribe", MANAGER)
    assert await house.store.run(lambda store: store.channels.all()) == []


async def test_answers_are_about_all_that_the_channel_wants(house):
    """`latest`, `search` and `digest` take the watches of the channel together, and leave those of others out."""
    house.desk = Desk(house.store, {"w": Watch(), "sea": Watch(), "sky": Watch()}, Settings(), lambda: house.now)
    await house.ask("subscribe sea", MANAGER)
    await house.commit(*(
        reading(number, watch=watch, tier=Tier.BACKGROUND, title=f"What the {watch} brings")
        for number, watch in enumerate(("w", "sea", "sky"), 1)
    ))  # fmt: skip
    for asked in ("latest", "search brings", "digest"):
        said = await house.say(asked)
        assert "What the w brings" in said and "What the sea brings" in said
        assert "What the sky brings" not in said


async def test_a_channel_may_have_its_own_digest_hour(house):
    """`digest` and `status` say it; where there are several watches, `status` also says which go where."""
    own = replace(HERE[0], digest=Daily((6, 18), "Africa/Lagos")), HERE[1]
    await house.store.run(lambda store: store.subscriptions.configure([own], NOW))
    assert "06:00 and 18:00 Africa/Lagos" in await house.say("digest")
    assert "alerts: open · digest at 06:00 and 18:00 Africa/Lagos" in await house.say("status")
    house.desk = Desk(house.store, {"w": Watch(), "sea": Watch()}, Settings(), lambda: house.now)
    assert "alerts: open · The river watch · digest at" in await house.say("status")


async def test_managers_merge_and_split_stories(house):
    """Two stories become one and an item one of its own; what cannot be is said in a sentence."""
    await house.commit(quoted(1, "Twenty men were hurt."), quoted(2, "A bridge fell.", published=NOW - 90 * DAY))
    assert "Merged: story 1 now has all sources of both." in await house.say("merge 1 2", MANAGER)
    assert "#1" in await house.say("story 2") and "#2" in await house.say("story 2")
    assert "cannot be merged" in await house.say("merge 1 2", MANAGER)
    assert "one story already" in await house.say("merge 1 and 1", MANAGER)
    assert "Name two stories" in await house.say("merge 1", MANAGER)
    assert "Item #2 is now story 2." in await house.say("split #2", MANAGER)
    assert "cannot be split off" in await house.say("split 2", MANAGER)
    assert "by its #number" in await house.say("split it", MANAGER)
    assert "1 killed" not in await house.say("story 3")
