"""A forum as a channel of alerts: one post an incident, opened once whatever happens on the way, and kept true."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.card import Card, Span
from bot.delivery.transport import Held, Rejected, Retry, Sent
from bot.discord.posting.forum import fitting
from bot.wording.causes import cause_text
from feeds.model import Action, Cause, CauseKind, Channel, Delivery, State
from seeds.model import Tier
from tests.discord_kit import House, as_read, check_payloads, operators, wanted
from tests.fakes.discord_server import BOT, EVERYTHING, FORUM, GUILD, ROLE, DiscordServer
from tests.store_kit import NOW
from tests.test_journey import START, Bots, Publisher

pytestmark = pytest.mark.slow

SEND, IN_THREADS, EMBEDS, ADMINISTRATOR = 1 << 11, 1 << 38, 1 << 14, 1 << 3
FORUMS = Channel("alerts", "discord", str(FORUM))
CARD = Card("🔴 Attack · Springfield", "https://a.example/1", leading=True, lines=((Span("Killed: 1"),),),
            footer="Story 1", tags=("incident", "attack", "Springfield"))  # fmt: skip
OPENED = f"/channels/{FORUM}/threads"


def row(kind="alert", number=1, **more):
    return Delivery(f"ab120000000{number}", "alerts", kind, more.pop("created", NOW), NOW, story=1, **more)


@pytest.fixture
async def house(server, tmp_path):
    """A house whose alerts go to a forum, connected."""
    server.forum("Incident", "follow-up", "Springfield", "*attack", "Digest")
    opened = House(server, tmp_path / "db", server.now)
    opened.wishes = ((FORUMS, wanted()[1]), operators())
    async with opened:
        await opened.up()
        yield opened


def starter(server, post):
    return next(one for one in server.messages[post] if int(one["id"]) == post)


async def test_an_alert_is_a_post_with_title_and_tags(server, house):
    """The facts are its title, said once; tags of that name are put on it, none of the moderators' own; it rings."""
    house.deliver()
    await house.happen(1, facts={"place": "Springfield", "killed": 1})
    sent = await house.until(State.SENT)
    ((post, title, tags),) = server.posts()
    assert (title, tags) == ("🔴 Incident · Springfield · 1 killed · single source", ["Incident", "Springfield"])
    assert (sent.message, sent.thread) == (str(post), str(post))
    assert starter(server, post)["content"] == f"<@&{ROLE}>"
    assert starter(server, post)["embeds"] and starter(server, post)["components"]
    (request,) = server.sent(path=OPENED)
    assert request.query == {"use_nested_fields": "1"}
    assert request.body["message"]["allowed_mentions"]["roles"] == [ROLE]


async def test_an_edit_keeps_title_tags_and_text_true(server, house):
    """Also of a post that rests, and with a tag that a member put on it."""
    house.deliver()
    await house.happen(1, facts={"place": "Springfield", "killed": 1})
    post = int((await house.until(State.SENT)).message)
    server.channels[FORUM]["available_tags"].append(
        {**server.channels[FORUM]["available_tags"][0], "id": "8", "name": "mine"}
    )
    server.channels[post]["applied_tags"].append("8")
    server.archive(post)
    house.clock.move(hours=2)
    await house.happen(1, keys=("guid:b",), publisher="Other", facts={"killed": 3, "place": "Springfield"})
    await server.until(lambda: "3 killed" in server.posts()[0][1])
    await server.until(
        lambda: "3" in str(starter(server, post)["embeds"]) and starter(server, post)["edited_timestamp"]
    )
    assert len(server.posts()) == 1
    assert not server.channels[post]["thread_metadata"]["archived"]
    assert starter(server, post)["content"] == f"<@&{ROLE}>"


async def test_a_tag_of_another_tier_gives_way(server, house):
    """A follow-up that turns out an incident is filed as one; what members put on it stays."""
    sent = await house.transport.send(row(), [replace(CARD, tags=("follow up", "Springfield"))], FORUMS)
    assert server.posts()[0][2] == ["follow-up", "Springfield"]
    await house.transport.edit(row(message=sent.message), [CARD], FORUMS)
    assert server.posts()[0][2] == ["Springfield", "Incident"]


async def test_a_title_that_may_not_be_changed_yet_is_said_in_the_text_and_tried_again(server, house):
    """Discord lets a title change twice in ten minutes: until then the message itself begins with what is true."""
    sent = await house.transport.send(row(), [CARD], FORUMS)
    server.fail("PATCH", f"/channels/{sent.message}", status=429, body={"message": "slow", "retry_after": 400.0})
    changed = replace(CARD, title="🔴 Attack · Springfield · 3 killed")
    result = await house.transport.edit(row(message=sent.message), [changed], FORUMS)
    assert isinstance(result, Retry) and result.after == 400.0
    assert starter(server, int(sent.message))["content"] == changed.title
    assert await house.transport.edit(row(message=sent.message), [changed], FORUMS) == Sent(sent.message, sent.message)
    assert server.posts()[0][1] == changed.title
    assert not starter(server, int(sent.message))["content"]


async def test_a_title_that_nobody_lets_us_change_is_said_in_the_text(server, house):
    """A refusal is not held against the forum."""
    sent = await house.transport.send(row(), [CARD], FORUMS)
    server.fail(
        "PATCH", f"/channels/{sent.message}", status=403, body={"code": 50013, "message": "Missing Permissions"}
    )
    changed = replace(CARD, title="🔴 Attack · Springfield · 3 killed")
    assert isinstance(await house.transport.edit(row(message=sent.message), [changed], FORUMS), Sent)
    assert starter(server, int(sent.message))["content"] == changed.title


@pytest.mark.parametrize("fault", [
    {"status": 502, "body": "bad gateway", "after": True},
    {"status": 500, "body": {"message": "no"}, "after": True},
    {"status": 504, "body": "upstream"},
    {"status": 429, "body": {"message": "slow", "retry_after": 0.05, "global": False}},
    {"drop": True},
    {"lose": True},
])  # fmt: skip
async def test_no_fault_on_the_way_opens_two_posts_or_none(server, house, fault):
    """Discord remembers no nonce of a post: whatever the answer was, it is looked for before it is opened again."""
    house.deliver()
    server.fail("POST", OPENED, **fault)
    await house.happen()
    sent = await house.until(State.SENT, tick=2, seconds=15)
    assert [post for post, _, _ in server.posts()] == [int(sent.message)]
    done = fault.get("after") or fault.get("lose")
    assert len(server.sent(path=OPENED)) == (1 if done else 2)


async def test_a_waiting_post_is_found_among_others_also_where_it_rests(server, house):
    """Ours or members', older or newer, at rest or not: the mark in the first message tells."""
    ours = await house.transport.send(row(), [CARD], FORUMS)
    for number in range(5):
        server.now.move(minutes=1)
        await house.transport.send(row(number=number + 2), [CARD], FORUMS)
    member = server._new_thread(77, FORUM, CARD.title, 11)
    member["owner_id"] = "5001"
    assert await house.transport.find(row(), FORUMS) == ours
    server.archive(int(ours.message))
    assert await house.transport.find(row(), FORUMS) == ours
    assert await house.transport.find(row(number=9), FORUMS) is None
    server.messages[int(ours.message)].clear()
    assert await house.transport.find(row(), FORUMS) is None


async def test_a_post_is_found_among_however_many(server, house):
    """Hundreds of posts since: time alone bounds the look."""
    ours = await house.transport.send(row(), [CARD], FORUMS)
    for number in range(300):
        server.messages[number] = []
        server.channels[number] = {**server.channels[int(ours.message)], "id": str(int(ours.message) + number + 1)}
    assert await house.transport.find(row(), FORUMS) == ours


async def test_a_look_that_fails_opens_nothing(server, house):
    """When nobody could look, the answer is to try again."""
    server.fail("GET", f"/guilds/{GUILD}/threads/active", status=503, times=5)
    assert isinstance(await house.transport.find(row(), FORUMS), Retry)


async def test_notes_escalations_and_their_corrections_stand_in_the_post(server, house):
    """All lines of a story are in its post, an escalation answers the first message there and rings; each is found."""
    sent = await house.transport.send(row(), [CARD], FORUMS)
    post, about = int(sent.message), {"message": sent.message, "thread": sent.thread}
    note = row("note", 2, **about)
    noted = await house.transport.note(note, "Killed 1 → 3", FORUMS)
    aloud = row("escalation", 3, action=Action.PING, roles=(str(ROLE),), **about)
    told = await house.transport.announce(aloud, "🔴 First death", FORUMS)
    assert noted.thread == told.thread == sent.message
    assert await house.transport.find(note, FORUMS) == noted
    assert await house.transport.find(aloud, FORUMS) == told
    answer = server.messages[post][-1]
    assert as_read(answer) == f"🔴 First death <@&{ROLE}>"
    assert answer["message_reference"]["message_id"] == sent.message
    await house.transport.reword(row("escalation", 3, message=told.message, thread=told.thread), "Nobody died", FORUMS)
    assert as_read(server.messages[post][-1]) == "Nobody died"
    assert len(server.posts()) == 1


async def test_a_line_wakes_a_post_that_rests(server, house):
    """News of an old incident opens its post again."""
    sent = await house.transport.send(row(), [CARD], FORUMS)
    server.archive(int(sent.message))
    noted = await house.transport.note(row("note", 2, message=sent.message), "News", FORUMS)
    assert isinstance(noted, Sent)
    assert not server.channels[int(sent.message)]["thread_metadata"]["archived"]


@pytest.mark.parametrize("what", ["edit", "note", "announce", "reword"])
async def test_a_post_that_is_gone_or_locked_does_not_hold_its_forum(server, house, what):
    """What a moderator has closed stays closed, and the next incident is posted."""
    gone, locked = [await house.transport.send(row(number=n), [CARD], FORUMS) for n in (1, 2)]
    server.channels.pop(int(gone.message))
    server.archive(int(locked.message), locked=True)
    for sent, why in ((gone, CauseKind.MESSAGE_DELETED), (locked, CauseKind.POST_LOCKED)):
        about = row(message=sent.message, thread=sent.thread)
        said = [CARD] if what == "edit" else "News"
        result = await getattr(house.transport, what)(about, said, FORUMS)
        assert result == Rejected(Cause(why)), (what, why)
    assert await house.transport.find(row("note", 3, message=gone.message), FORUMS) is None
    assert isinstance(await house.transport.send(row(number=4), [CARD], FORUMS), Sent)


async def test_a_digest_a_greeting_and_an_operators_line_are_posts_of_their_own(server, house):
    """Each under a title that says what it is."""
    house.deliver()
    await house.tick()
    await house.happen(1, tier=Tier.BACKGROUND)
    house.clock.move(hours=30)
    await house.tick()
    await server.until(server.posts)
    ((_, title, tags),) = server.posts()
    assert title.startswith("Digest of ") and title.endswith(": 1 story")
    assert tags == ["Digest"]
    noted = await house.transport.note(row("notice", 5), "The catalogue was read. All is well.", FORUMS)
    assert server.posts()[-1][:2] == (int(noted.message), "The catalogue was read")
    assert await house.transport.find(row("notice", 5), FORUMS) == noted


@pytest.mark.parametrize(("missing", "said"), [
    (SEND, "create posts"), (IN_THREADS, "write in threads"), (EMBEDS, "embed links"),
])  # fmt: skip
async def test_what_a_forum_lacks_is_said_by_name(server, tmp_path, missing, said):
    """Creating posts and writing in them are two rights, each with its own name; short text needs no embeds."""
    server.forum()
    server.role_permissions = EVERYTHING & ~ADMINISTRATOR
    server.channels[FORUM]["permission_overwrites"] = [
        {"id": str(GUILD), "type": 0, "allow": "0", "deny": str(missing)}
    ]
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        held = await house.transport.probe(FORUMS)
        assert said in cause_text(held.reason)
        short = await house.transport.probe(replace(FORUMS, lowband=True))
        assert (short is None) is (missing == EMBEDS)


async def test_a_forum_that_wants_tags_and_has_none_of_ours_is_told_of(server, tmp_path):
    """The first tag is taken, for an alert with a tag that does not fit is better than none; the operators hear."""
    server.forum("*staff", "general", required=True)
    opened = House(server, tmp_path / "db", server.now)
    opened.wishes = ((FORUMS, wanted()[1]), operators())
    async with opened as house:
        await house.up()
        sent = await house.transport.send(row(), [CARD], FORUMS)
        assert server.posts() == [(int(sent.message), CARD.title, ["general"])]
        (cause,) = await house.transport.examine(FORUMS, [])
        assert "add one of “Incident”, “Decision”" in cause_text(cause)


async def test_a_media_channel_takes_no_alerts(server, tmp_path):
    """It wants a picture in each post."""
    server.forum()
    server.channels[FORUM]["type"] = 16
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        assert await house.transport.probe(FORUMS) == Held(Cause(CauseKind.WRONG_CHANNEL))
        assert await house.transport.send(row(), [CARD], FORUMS) == Held(Cause(CauseKind.WRONG_CHANNEL))


async def test_asked_in_a_post_here_is_the_forum(server, house):
    """A manager who mutes in an incident's post mutes the forum, for alerts go there."""
    sent = await house.transport.send(row(), [CARD], FORUMS)
    await house.tick()
    server.channels[int(sent.message)]["guild_id"] = str(GUILD)
    await server.dispatch("THREAD_CREATE", server.channels[int(sent.message)])
    token = await server.slash("mute", {"hours": "3"}, channel=int(sent.message), permissions=1 << 4)
    await server.until(lambda: "Quiet here" in str(server.interactions[token]))
    assert (await house.store.run(lambda store: store.channels.named("alerts"))).muted_until is not None


def test_at_most_five_tags_are_put_on_a_post():
    """In the order of the words; each once."""

    class Tag:
        moderated = False

        def __init__(self, name):
            self.name = name

    tags = [Tag(name) for name in ("f", "e", "d", "c", "b", "a")]
    assert [one.name for one in fitting(tags, "AABBCDEFG", required=False)] == ["a", "b", "c", "d", "e"]


@pytest.mark.timeout(120)
async def test_killed_at_every_step_a_post_is_opened_exactly_once(tmp_path):
    """Claimed, about to post, posted but unheard (then restarted days later, when the post rests), found, recorded: one
    post, and the row knows it."""
    later = START - datetime.now(UTC) + timedelta(hours=1)
    async with (
        DiscordServer(now=lambda: datetime.now(UTC) + later) as server,
        Publisher() as publisher,
        Bots(server, publisher, tmp_path / "db") as bots,
    ):
        server.forum("Incident")
        bots.later = later
        bots.order["channel"] |= {"id": str(FORUM)}
        bots.greet_beforehand()
        for step in ("committed", "claimed", "posting"):
            await bots.dies_at(step)
            assert not server.posts(), step
        pid = await bots.start()
        server.fail("POST", OPENED, lose=True, call=lambda: os.kill(pid, signal.SIGKILL))
        assert await bots.ended() == -signal.SIGKILL
        ((post, title, tags),) = server.posts()
        assert [row.state for row in bots.rows()] == [State.SENDING]
        server.archive(post)
        bots.later = later = later + timedelta(days=3)
        for step in ("found", "unrecorded", "recorded"):
            await bots.dies_at(step)
        before = len(server.sessions)
        pid = await bots.start()
        await server.until(lambda: len(server.sessions) > before, seconds=15)
        await server.until(lambda: bots.rows()[0].state is State.SENT, seconds=20)
        await asyncio.sleep(0.3)
        os.kill(pid, signal.SIGTERM)
        assert await bots.ended() == 0
        (row,) = bots.rows()
        assert (row.state, row.message, row.thread) == (State.SENT, str(post), str(post))
        assert [one for one, _, _ in server.posts()] == [post]
        assert title.startswith("🔴 Attack") and tags == ["Incident"]
        assert starter(server, post)["author"]["id"] == str(BOT)
        check_payloads(server)
