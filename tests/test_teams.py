"""Several teams on one bot: who may do what, who sees what, and that nobody's change reaches another's things."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from functools import reduce

import pytest

from bot.desk import COMMANDS, Asker, Desk, PlaceRole
from bot.desk.rights import ALL_RIGHTS, CHANNEL_RIGHTS, NO_RIGHTS, SERVER_RIGHTS, refusal_text, rights_of
from config.schema import Discord, Settings
from feeds.model import (
    MOST_TEAM_ROLES,
    AddedFeed,
    Cause,
    CauseKind,
    Channel,
    Follower,
    FollowRequest,
    Look,
    Pause,
    Server,
    TeamRole,
)
from feeds.store.db.thread import StoreThread
from tests.store_kit import DAY, FEED, HOUR, MINUTE, NOW, cause, opened, plan, reading, wish
from tests.test_desk import Watch, text

A, B = Server("1001", "Alpha", "en-GB"), Server("2002", "Bravo", "en-US")
# Words that only the team A's own things hold: none of them may ever be read in B.
SECRETS = ("alphapost", "alphaquiet", "Alphonse", "alphanote", "alphafeed", "alphaquery", "alphafilter", "9111", "9222")
ROLES = {"7": PlaceRole("bravos", rings=True)}
CHIEF = Asker("21", "Bea", SERVER_RIGHTS, "discord", "2100", "!", ROLES, B.id)
ELSEWHERE = replace(CHIEF, target="2200")
DIRECT = Asker("21", "Bea", NO_RIGHTS, "discord", "77", "!", {})
ALPHA = Asker("11", "Alphonse", SERVER_RIGHTS, "discord", "9111", "!", {}, A.id)
# What is asked of each command, beside nothing at all; of one that is not here a number, a word and an address.
WORDS = {
    "merge": ("1 2",), "split": ("2", "#1"), "unnote": ("1", "2"), "unfollow": ("1", "all"), "story": ("1", "2"),
    "subscribe": ("w", 'w only:"place:gao"'), "mute": ("24",), "follow": ("town", "place:gao"), "note": ("1 words",),
    "feed": ("list", *(f"{do} {name}" for do in ("test", "pause", "resume", "remove", "inspect")
                       for name in ("alphafeed", "wire"))),
    "channel": ("show", "test", "reset", "incident post", "role <@&7>", 'only "place:gao"', "quiet 22:00-06:00",
                "lowband on", "language fr", "escalate un-word", "brief 06:00", "show alphapost",
                "of:alphapost incident post"),
    "setup": ('watches:"w"',), "watch": ("list", "show w", "add w", "drop w", "drop w yes"),
    "threshold": ("w 0.5", "w 0.5 yes"), "allow": ("w convoy yes",), "block": ("w convoy", "w convoy yes"),
    "tier": ("1 decision", "1 auto"),
    "why": ("1", "1 full"), "team": ("show", "add @", "remove 9333", "add 7"), "audit": ("", "15", "since:1y"),
}  # fmt: skip
USUAL = ("1", "alphafeed", "alphaquery", "add https://example.org/feed", "list", "show", "remove alphafeed")
MINE = ("channels", "subscriptions", "notes", "follows", "added_feeds", "paused_feeds", "team_roles", "servers",
        "digest_items", "stories", "findings", "audit", "pins", "watch_changes", "tier_corrections")  # fmt: skip


def channel(name, target, server, **more):
    return Channel(name, "discord", target, server=server, **more)


def settle(store):
    """Two teams with a story each has an alert of, and all that A can have of its own."""
    store.presence.roll_call("discord", {A: ["9111", "9222"], B: ["2100", "2200"]}, NOW)
    store.feeds.enrol([FEED, replace(FEED, name="alphafeed", url="https://alphafeed.example/rss")])
    added = AddedFeed(replace(FEED, name="alphafeed", url="https://alphafeed.example/rss"), "Alphonse", NOW, A.id)
    store.feeds.add(added)
    store.subscriptions.configure(
        [(channel("alphapost", "9111", A.id), wish("alphapost", filter="alphafilter OR town"))], NOW
    )
    store.subscriptions.add(channel("discord:9222", "9222", A.id), wish("discord:9222"))
    store.subscriptions.add(channel("discord:2100", "2100", B.id), wish("discord:2100"))
    store.channels.hold("discord:9222", cause("alphaquiet"))
    for number in (1, 2, 3):
        store.commit(plan(reading(number)), NOW)
    store.feeds.pause(Pause("wire", "Alphonse", NOW, A.id))
    store.notes.add(1, "discord:11", "Alphonse", "alphanote", NOW, server=A.id)
    store.follows.keep(FollowRequest(Follower("discord", A.id, "11"), "9111", "alphaquery", "dm"), (), NOW)
    store.follows.keep(FollowRequest(Follower("discord", "", "11"), "55", "alphaquery", "dm"), (), NOW)
    store.servers.allow(A.id, "9333", "server")
    store.briefs.looked("discord:9111", "11", Look(NOW, NOW))
    store.audit.note(A.id, "Alphonse (discord:11)", "mute", "alphapost", "", "alphanote", NOW)
    for delivery in store.outbox.claim(NOW):
        store.outbox.sent(delivery.id, f"9{delivery.channel[-4:]}{delivery.story}", None, NOW)


class Two:
    """A desk for two teams, of which the operator lets A change the archive."""

    def __init__(self, store, archive=(A.id,)):
        self.store = store
        settings = Settings(discord=Discord(archive_servers=archive))
        self.desk = Desk(store, {"w": Watch()}, settings, lambda: NOW + HOUR)

    async def ask(self, line, asker=CHIEF, page=1):
        name, _, args = line.partition(" ")
        return await self.desk.answer(name, args, page=page, asker=asker)

    async def say(self, line, asker=CHIEF):
        return text(await self.ask(line, asker))


@pytest.fixture
async def two(tmp_path):
    async with StoreThread(lambda: opened(tmp_path / "teams.db")) as store:
        await store.run(settle)
        yield Two(store)


def kept(store):
    """Every row of the tables in which A has anything, as long as it is not B's own."""
    theirs = {B.id, "discord:21", "discord:2100", "discord:2200", "21"}
    rows = {name: store._db.execute(f"SELECT * FROM {name}").fetchall() for name in MINE}
    return {name: [row for row in found if theirs.isdisjoint(row)] for name, found in rows.items()}


# who sees and changes what


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_no_command_shows_or_changes_what_is_another_teams(two, command):
    """Each command, asked by whoever may do most in another server, in its channels and in direct messages: not a word
    of A's own, and not a row of it changed."""
    before = await two.store.run(kept)
    for asker in (CHIEF, ELSEWHERE, DIRECT, replace(CHIEF, rights=NO_RIGHTS)):
        for words in ("", *WORDS.get(command.name, USUAL)):
            for page in (1, 2):
                said = text(await two.ask(f"{command.name} {words}", asker, page))
                own = reduce(
                    lambda told, word: told.replace(word, ""), re.split(r"[\s:]+", words), said
                )  # an echo tells nothing
                assert not [one for one in SECRETS if one in own], (asker, words, said)
    assert await two.store.run(kept) == before


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.needs == "archive"], ids=lambda one: one.name)
async def test_who_may_change_the_archive_sees_nothing_of_another_team_either(two, command):
    """What changes for all is said without a word of whose channels it changes elsewhere."""
    both = Two(two.store, archive=(A.id, B.id))
    for words in WORDS[command.name]:
        said = await both.say(f"{command.name} {words}")
        assert not [one for one in SECRETS if one in said], (words, said)


async def test_the_same_things_are_seen_at_home(two):
    """What B never sees is there for A: the walk above looks for words that are really shown."""
    assert "alphapost" in await two.say("status", ALPHA) and "alphaquiet" in await two.say("status", ALPHA)
    assert "alphafeed" in await two.say("feeds", ALPHA) and "paused by Alphonse" in await two.say("feeds", ALPHA)
    assert "alphanote" in await two.say("story 1", ALPHA)
    assert "alphaquery" in await two.say("following", ALPHA)
    assert "alphapost" in await two.say("why 1 full", ALPHA)
    assert "Alphonse (discord:11) · mute alphapost: none → alphanote" in await two.say("audit", ALPHA)
    assert "Merged" in await two.say("merge 1 2", ALPHA)


async def test_the_operators_channel_shows_of_unknown_servers_only_what_their_own_file_names(two):
    """A channel of the file that lies in no server that the bot knows is theirs to mend; what the managers of a server
    wanted that the bot does not know yet is not theirs to read."""
    await two.store.run(lambda store: store.subscriptions.configure(
        [(channel("ops", "2200", B.id), replace(wish("ops", ""), kind="notices")),
         (channel("lost", "3", ""), wish("lost"))], NOW))  # fmt: skip
    await two.store.run(lambda store: store.subscriptions.add(channel("discord:4", "4", ""), wish("discord:4")))
    said = await two.say("status", ELSEWHERE)
    assert "lost" in said and "discord:4" not in said
    assert "lost" not in await two.say("status")


async def test_who_paused_a_feed_elsewhere_is_not_named(two):
    """A pause holds for all, so all see it; who set it is another team's affair."""
    said = await two.say("feeds")
    assert "wire: paused" in said and "Alphonse" not in said


async def test_the_terminal_sees_all(two):
    """The operator's own place shows every server's channels, feeds, notes and changes, and whose they are."""
    terminal = Asker("terminal", "you", ALL_RIGHTS, "terminal", "terminal")
    status = await two.say("status", terminal)
    assert "alphapost" in status and "discord:2100" in status
    assert "alphafeed" in await two.say("feeds", terminal)
    assert "alphanote" in await two.say("story 1", terminal)
    assert "Alpha · Alphonse (discord:11)" in await two.say("audit", terminal)
    assert "note 1 is gone" in (await two.say("unnote 1", terminal)).lower()


async def test_notes_in_direct_messages_are_ones_own(two):
    """A note that was left in direct messages is seen there by who left it, and by nobody else."""
    await two.say("note 1 only for me", DIRECT)
    assert "only for me" in await two.say("story 1", DIRECT)
    other = replace(DIRECT, id="22")
    for asker in (other, CHIEF, ALPHA):
        assert "only for me" not in await two.say("story 1", asker)
    assert "There is no note" in await two.say("unnote 2", other)
    assert "gone" in await two.say("unnote 2", DIRECT)


async def test_one_teams_notes_leave_room_for_anothers(two):
    """Fifty notes on a story are a team's own bound."""
    for number in range(50):
        await two.store.run(lambda store, n=number: store.notes.add(2, f"discord:{n}", "x", "y", NOW, server=A.id))
    assert "Noted" in await two.say("note 2 first of ours")


async def test_what_waits_in_status_and_brief_is_the_servers_own(two):
    """A message that waits for A's held channel is nothing that B has to wonder about."""
    await two.store.run(lambda store: store.commit(plan(reading(9)), NOW + HOUR))
    waiting = await two.store.run(lambda store: (store.outbox.waiting(), store.outbox.waiting(B.id)))
    assert waiting[0] > waiting[1] > 0


async def test_a_briefs_links_lead_into_the_own_server(two):
    """Of a story with alerts in several servers the one of the asker's is linked, though another is newer."""
    place = channel("", "2200", B.id)
    brief = await two.store.run(lambda store: store.briefs.between(NOW - HOUR, NOW + HOUR, place=place))
    assert {one.message[0] for one in brief.lines if one.message} == {"2100"}


# who may


@pytest.mark.parametrize(("granted", "roles", "archive", "may"), [
    (NO_RIGHTS, set(), True, NO_RIGHTS),
    (CHANNEL_RIGHTS, set(), True, CHANNEL_RIGHTS),
    (SERVER_RIGHTS, set(), False, SERVER_RIGHTS),
    (SERVER_RIGHTS, set(), True, ALL_RIGHTS),
    (NO_RIGHTS, {"5"}, True, {"channel"}),
    (NO_RIGHTS, {"6"}, False, {"channel", "server"}),
    (NO_RIGHTS, {"6"}, True, {"channel", "server", "archive"}),
    (NO_RIGHTS, {"99"}, True, NO_RIGHTS),
])  # fmt: skip
def test_rights_come_from_permissions_roles_and_the_operators_file(granted, roles, archive, may):
    """The list of roles itself is only for who manages the server by Discord's permissions."""
    listed = (TeamRole("5", "channels"), TeamRole("6", "server"))
    assert rights_of(granted, roles, listed, archive=archive) == may


@pytest.mark.parametrize(("need", "rights", "in_server", "said"), [
    ("channel", NO_RIGHTS, True, "the permission “Manage Channels”, which you do not have here; or a role that"),
    ("channel", NO_RIGHTS, True, "(!team add @role)"),
    ("server", CHANNEL_RIGHTS, True, "the permission “Manage Server”"),
    ("server", CHANNEL_RIGHTS, True, "(!team add @role may:server)"),
    ("team", CHANNEL_RIGHTS, True, "needs the permission “Manage Server”, which you do not have here."),
    ("archive", CHANNEL_RIGHTS, True, "the permission “Manage Server”"),
    ("archive", SERVER_RIGHTS, True, "this server is not among those that may do that"),
    ("archive", NO_RIGHTS, False, "belongs to a server's channels: please ask there."),
])  # fmt: skip
def test_a_refusal_names_what_is_missing(need, rights, in_server, said):
    """The permission as Discord calls it, and how a role is let in; or that only the operator can help."""
    assert said in refusal_text("!word", need, rights, in_server=in_server)


async def test_a_role_on_the_list_may_manage(two):
    """`!team add` lets in who has the role, at once, for channels or for the whole server; `remove` shuts them out."""
    member = replace(CHIEF, id="23", name="Bo", rights=NO_RIGHTS, holds=frozenset({"7"}))
    assert "needs the permission “Manage Channels”" in await two.say("mute 3", member)
    assert "@bravos may change the settings of channels from now on" in await two.say("team add <@&7>")
    assert "Quiet here until" in await two.say("mute 3", member)
    assert "needs the permission “Manage Server”" in await two.say("team", member)
    assert "@bravos may change the settings of channels" in await two.say("team")
    assert "feeds and watches" in await two.say("team add 7 may:server")
    assert "needs the permission “Manage Server”, which" in await two.say("team add 7", member)
    assert "no more on the list" in await two.say("team remove <@&7>")
    assert "needs the permission" in await two.say("unmute", member)
    assert "is not on the list" in await two.say("team remove 7")


@pytest.mark.parametrize(("words", "said"), [
    ("add", "Which role? Ask like this: !team add @role"),
    ("add 12345", "There is no such role here"),
    ("add nonsense", "should be a role"),
    ("throw 7", "should be one of"),
    ("remove 12345", "is not on the list"),
])  # fmt: skip
async def test_mistakes_with_the_list_are_explained(two, words, said):
    """A role that is missing, unknown or no role at all; nothing is written."""
    before = await two.store.run(kept)
    assert said in await two.say(f"team {words}")
    assert await two.store.run(kept) == before


async def test_the_list_of_roles_is_bounded(two):
    """A server's list ends at its bound, with a sentence."""
    for number in range(MOST_TEAM_ROLES):
        await two.store.run(lambda store, n=number: store.servers.allow(B.id, str(500 + n), "channels"))
    assert "as many as it may" in await two.say("team add 7")


def archive(store, *named):
    return store.servers.of_the_archive(named)


def test_which_servers_may_change_the_archive(tmp_path):
    """Those that are named; else those of the file's channels; else the only one there is, and of several none."""
    with opened(tmp_path / "db") as store:
        assert archive(store) == frozenset()
        store.presence.roll_call("discord", {A: ["9111"]}, NOW)
        assert archive(store) == {A.id}
        store.presence.roll_call("discord", {A: ["9111"], B: ["2100"]}, NOW)
        assert archive(store) == frozenset()
        store.subscriptions.configure([(channel("post", "2100", ""), wish("post"))], NOW)
        assert archive(store) == frozenset()  # not known to be B's before the next look
        store.presence.roll_call("discord", {A: ["9111"], B: ["2100"]}, NOW)
        assert archive(store) == {B.id}
        assert archive(store, A.id) == {A.id}


async def test_only_named_servers_merge_and_split(two):
    """B's chief manages B and cannot merge what is everybody's; with no server named, the file's channels decide."""
    assert "is not among those that may do that" in await two.say("merge 1 2")
    assert "is not among those" in await two.say("split 1")
    assert "Merged" in await Two(two.store, archive=()).say("merge 1 2", ALPHA)


# the record


async def test_every_change_in_chat_is_on_record(two):
    """Who, what, from what to what; what changed nothing is not on it."""
    both = Two(two.store, archive=(A.id, B.id))
    for words in ("unmute", "mute 24", "unmute", 'subscribe w role:7 only:"killed:>3"', "subscribe w", "unsubscribe",
                  "team add 7", "team add 7", "team remove 7", "merge 2 1", "merge 2 1", "note 1 mine",
                  "unnote 2"):  # fmt: skip
        await both.say(words)
    found = await two.store.run(lambda store: store.audit.of(B.id, 50))
    assert [(one.action, one.subject, one.old, one.new) for one in reversed(found)] == [
        ("mute", "discord:2100", "", "2021-02-11 13:00 UTC"),
        ("unmute", "discord:2100", "2021-02-11 13:00 UTC", ""),
        ("subscribe", "w discord:2100", "", "role:@bravos only:killed:>3"),
        ("unsubscribe", "w discord:2100", "only:all", ""),
        ("unsubscribe", "w discord:2100", "role:@bravos only:killed:>3", ""),
        ("team add", "@bravos", "", "channels"),
        ("team remove", "@bravos", "channels", ""),
        ("merge", "2 1", "", "1"),
    ]
    assert {one.by for one in found} == {"Bea (discord:21)"}


async def test_a_note_that_a_manager_takes_away_is_on_record_without_its_words(two):
    """Who took whose away, and from which story."""
    await two.say("note 3 a secret thought", replace(CHIEF, id="24", name="Ben", rights=NO_RIGHTS))
    await two.say("unnote 2")
    (told,) = await two.store.run(lambda store: store.audit.of(B.id, 5))
    assert (told.action, told.subject, told.old, told.new) == ("unnote", "2 story:3", "Ben", "")


async def test_the_record_has_pages_and_a_beginning(two):
    """Newest first, as many on a page as were asked for; since: leaves out what was before."""
    for number in range(25):
        at = NOW + number * MINUTE
        await two.store.run(
            lambda store, n=number, at=at: store.audit.note(
                B.id, "Bea (discord:21)", "tier", f"story {n}", "a", "b", at
            )
        )
    first = await two.ask("audit")
    assert (first.page, first.pages) == (1, 3)
    assert "25 changes" in text(first) and "tier story 24: a → b" in text(first)
    assert "story 4:" in text(await two.ask("audit", page=3))
    assert "There are 3 pages" in text(await two.ask("audit", page=4))
    assert (await two.ask("audit 5")).pages == 5
    assert "5 changes" in await two.say("audit since:2021-02-10T12:20")
    assert "Nothing was changed here since then" in await two.say("audit since:2021-02-10T12:40")


async def test_hostile_words_on_record_stay_words(two):
    """Line breaks, mentions, invisible signs, lone surrogates, and far too much of everything."""
    odd = "@everyone\n\u202e```\ud800" + "x" * 10_000
    await two.store.run(lambda store: store.audit.note(B.id, odd, odd, odd, odd, odd, NOW))
    said = await two.say("audit")
    assert "\n" not in said.partition("Bea")[2]
    assert len(said) < 4000


def test_the_record_cannot_be_edited(tmp_path):
    """No statement changes, deletes or replaces a row, whoever sends it; the store has no verb that would."""
    with opened(tmp_path / "db") as store:
        store.audit.note("1", "me", "mute", "alerts", "", "x", NOW)
        row = "INTO audit VALUES (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g')"
        for sql in ("UPDATE audit SET by = 'you'", "DELETE FROM audit",
                    f"INSERT OR REPLACE {row}", f"INSERT {row} ON CONFLICT DO UPDATE SET by = 'x'"):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError, match="stays on record"):
                store._db.conn.execute(sql)
        store._db.conn.rollback()
        assert [one.by for one in store.audit.of(None, 5)] == ["me"]


def test_a_change_and_its_record_are_one(tmp_path):
    """What goes wrong between the two leaves neither."""
    with opened(tmp_path / "db") as store:
        store.subscriptions.add(channel("post", "1", "1"), wish("post"))
        with pytest.raises(ZeroDivisionError), store.together():
            store.channels.mute("post", NOW + HOUR)
            store.audit.note("1", "me", "mute", "post", "", "x", NOW)
            _ = 1 / 0
        assert store.channels.named("post").muted_until is None
        assert store.audit.count(None) == 0


# coming and going


GONE = Cause(CauseKind.SERVER_GONE)


@pytest.fixture
def home(tmp_path):
    with opened(tmp_path / "db") as store:
        store.feeds.enrol([FEED])
        store.presence.roll_call("discord", {A: ["9111", "9222"], B: ["2100"]}, NOW)
        for name, target, server in (("one", "9111", A.id), ("two", "2100", B.id)):
            store.subscriptions.add(channel(name, target, server), wish(name))
        yield store


def test_a_server_that_is_left_is_held_and_nothing_is_deleted(home):
    """Its channels wait, others do not; its subscriptions, roles, follows and notes stand as they were."""
    home.servers.allow(A.id, "5", "channels")
    home.notes.add(1, "discord:7", "x", "y", NOW, server=A.id) if home.stories.story(1) else None
    before = (home.subscriptions.all(), home.servers.roles(A.id))
    home.presence.left(A.id, NOW)
    assert (home.channels.named("one").held, home.channels.named("two").held) == (GONE, None)
    assert home.channels.named("one").gone
    assert home.servers.named(A.id).gone == NOW
    assert (home.subscriptions.all(), home.servers.roles(A.id)) == before


def test_news_of_the_time_away_come_in_one_digest(home):
    """Alerts that waited for more than a day, and all that happened since, are lines of the next digest: a team that
    invites the bot again is not flooded. What is younger is posted."""
    home.commit(plan(reading(1)), NOW)
    home.presence.left(A.id, NOW)
    home.commit(plan(reading(2, seen=NOW + HOUR, published=NOW + HOUR)), NOW + HOUR)
    assert home.presence.arrived("discord", A, ["9111"], NOW + 3 * DAY)
    assert home.channels.named("one").held is None
    assert home.digests.waiting("one") == [2, 1]
    assert [one.channel for one in home.outbox.claim(NOW + 3 * DAY)] == ["two", "two"]


def test_back_on_the_same_day_what_waited_is_posted(home):
    """An alert that was queued an hour before comes as if nothing had been."""
    home.commit(plan(reading(1)), NOW)
    home.presence.left(A.id, NOW)
    home.presence.arrived("discord", A, ["9111"], NOW + HOUR)
    assert sorted(one.channel for one in home.outbox.claim(NOW + HOUR)) == ["one", "two"]


def test_what_happened_while_the_bot_was_down_is_noticed(home):
    """A server that is missing at the next connection is left; one that is there again is back."""
    assert home.presence.roll_call("discord", {B: ["2100"]}, NOW + HOUR) == []
    assert home.channels.named("one").gone
    assert home.presence.roll_call("discord", {A: ["9111"], B: ["2100"]}, NOW + 2 * HOUR) == [A]
    assert not home.channels.named("one").gone
    assert home.presence.roll_call("discord", {A: ["9111"], B: ["2100"]}, NOW + 2 * HOUR) == []


def test_a_channel_that_is_held_for_another_reason_stays_so(home):
    """Coming back opens what leaving had closed, and no more."""
    home.channels.hold("two", cause("a permission is missing"))
    home.presence.arrived("discord", B, ["2100"], NOW)
    assert home.channels.named("two").held is not None


def test_follows_are_told_again_when_the_server_is_back(home):
    """Those that were paused because the server was gone; those that a member's closed messages paused stay so."""
    ours, theirs = (Follower("discord", A.id, member) for member in ("7", "8"))
    for who in (ours, theirs):
        home.follows.keep(FollowRequest(who, "9111", "town", "dm"), (), NOW)
    home.follows.pause([1], GONE)
    home.follows.pause([2], Cause(CauseKind.DM_CLOSED))
    home.presence.left(A.id, NOW)
    home.presence.arrived("discord", A, [], NOW + HOUR)
    assert home.follows.of(ours, NOW)[0].paused is None
    assert home.follows.of(theirs, NOW)[0].paused is not None


def test_a_server_changes_its_name_and_keeps_its_language(home):
    """What the place says of itself is taken up; what was chosen in chat stays."""
    home.servers.speak(A.id, "fr")
    home.presence.arrived("discord", Server(A.id, "Omega", "de"), [], NOW)
    assert home.servers.named(A.id) == Server(A.id, "Omega", "de", "fr")


def test_notes_from_before_belong_to_the_only_server(tmp_path):
    """With one server they are its own; with several they are seen by who wrote them, and at the terminal."""
    for servers in ({A: []}, {A: [], B: []}):
        with opened(tmp_path / f"{len(servers)}.db") as store:
            store.commit(plan(reading(1)), NOW)
            store.notes.add(1, "discord:7", "x", "before", NOW)
            store.notes.add(1, "terminal:terminal", "you", "the operator's", NOW)
            store.presence.roll_call("discord", servers, NOW)
            seen = {by: [one.text for one in store.notes.of_story(1, A.id, by)] for by in ("discord:7", "discord:8")}
            assert seen == {"discord:7": ["before"], "discord:8": ["before"] if len(servers) == 1 else []}
            assert len(store.notes.of_story(1)) == 2


def test_a_channel_moves_to_the_server_that_lists_it(home):
    """The file names a place by its id alone: whose it is, the server says when it is there."""
    home.subscriptions.configure([(Channel("filed", "discord", "9222"), wish("filed"))], NOW)
    assert home.channels.named("filed").server == ""
    home.presence.arrived("discord", A, ["9111", "9222"], NOW)
    assert home.channels.named("filed").server == A.id
    home.subscriptions.configure([(Channel("filed", "discord", "9222"), wish("filed"))], NOW)
    assert home.channels.named("filed").server == A.id
    home.subscriptions.configure([(Channel("filed", "discord", "2100"), wish("filed"))], NOW)
    assert home.channels.named("filed").server == ""
