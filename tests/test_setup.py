"""`/setup`, the test card and what is missing: a channel is set up in one form, and says what would not work there."""

from __future__ import annotations

import re

import pytest

from bot.card import ReplyForm
from bot.desk import Asker, Desk, PlaceRole
from bot.desk.rights import CHANNEL_RIGHTS
from bot.discord.parts.forms import modal_of
from bot.discord.posting.lowband import LOWBAND_TEXT
from config.schema import Settings
from feeds.model import Action, At, Cause, CauseKind, Daily
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from seeds.model import Tier
from tests.discord_kit import House, Watch, as_read
from tests.fakes.discord_server import (
    CHANNEL,
    DIRECT,
    EVERYTHING,
    FORUM,
    GUILD,
    MEMBER,
    ROLE,
)
from tests.store_kit import NOW, plan, reading

MANAGE = 1 << 4
ADMINISTRATOR, THREADS, ATTACH = 1 << 3, 1 << 35, 1 << 15
MAY_ALL = CHANNEL_RIGHTS
ROLES = {"7": PlaceRole("analysts", rings=True), "8": PlaceRole("quiet ones", rings=False)}


def manager(look=None, roles=ROLES):
    return Asker("1", "Awa", MAY_ALL, "discord", "77", "!", roles, "5", look=look)


def lacking(*causes):
    async def look(_channel, _roles):
        return causes

    return look


@pytest.fixture
async def desk(tmp_path):
    """A desk of two watches; no alerts go anywhere yet."""
    async with StoreThread(lambda: Store(tmp_path / "db")) as store:
        made = Desk(store, {"w": Watch(), "v": Watch()}, Settings(), lambda: NOW)
        made.kept = store
        yield made


async def wishes(desk):
    return await desk.kept.run(lambda store: store.subscriptions.all())


async def place(desk):
    return await desk.kept.run(lambda store: store.channels.at("discord", "77"))


def chosen(form, name):
    return next(field for field in form.fields if field.name == name).chosen


async def test_setup_offers_a_form_with_what_holds_now(desk):
    """Five questions; where nothing is wanted yet the usual wish is filled in, later what was chosen."""
    reply = await desk.answer("setup", asker=manager())
    assert [field.name for field in reply.form.fields] == ["watches", "role", "pings", "times", "language"]
    assert chosen(reply.form, "watches") == ("w",)
    assert chosen(reply.form, "role") == ()
    assert chosen(reply.form, "pings") == ("incident", "first-death")
    assert chosen(reply.form, "times") == ("digest@07:00",)
    assert chosen(reply.form, "language") == ("server",)
    given = {
        "watches": "v",
        "role": "7",
        "pings": "decision,un-word",
        "times": "digest@08:00,brief@06:00",
        "language": "fr",
    }
    await desk.answer("setup", given, asker=manager())
    form = (await desk.answer("setup", asker=manager())).form
    assert {name: ",".join(chosen(form, name)) for name in given} == given


async def test_what_comes_back_is_set_noted_and_tried(desk):
    """Watches, role, pings, times and language in one go; each change is in the record."""
    given = {"watches": "w,v", "role": "7", "pings": "incident,decision,toll+5", "times": "brief@06:00,brief@18:30"}
    reply = await desk.answer("setup", {**given, "language": "en"}, asker=manager())
    assert reply.alone
    one, other = await wishes(desk)
    assert {one.watch, other.watch} == {"w", "v"}
    for wish in (one, other):
        assert (wish.role, wish.escalate) == ("7", ("toll+5",))
        assert wish.action(Tier.INCIDENT) is wish.action(Tier.DECISION) is Action.PING
    here = await place(desk)
    assert dict(here.handovers)["brief"] == At((360, 1110), "UTC")
    assert (here.language, here.digest) == ("en", None)
    noted = await desk.kept.run(lambda store: store.audit.count("5"))
    assert noted == 2 + 2 * 3 + 2  # what is wanted, three settings of each, two of the channel
    assert "in earnest that would be @analysts" in reply.text


async def test_what_is_left_as_it_was_changes_nothing(desk):
    """Sent off again as it was opened: no setting of the file is overridden, nothing is noted."""
    await desk.answer("setup", {"watches": "w"}, asker=manager())
    before = (await wishes(desk), await place(desk), await desk.kept.run(lambda store: store.audit.count("5")))
    form = (await desk.answer("setup", asker=manager())).form
    again = {field.name: ",".join(field.chosen) or "none" for field in form.fields}
    await desk.answer("setup", again, asker=manager())
    assert (await wishes(desk), await place(desk), await desk.kept.run(lambda store: store.audit.count("5"))) == before


async def test_a_watch_that_is_not_chosen_any_more_ends_alone(desk):
    """The others stay, with their settings; the role is taken away where nobody is chosen."""
    await desk.answer("setup", {"watches": "w,v", "role": "7"}, asker=manager())
    await desk.answer("setup", {"watches": "v", "role": "none"}, asker=manager())
    (left,) = await wishes(desk)
    assert (left.watch, left.role) == ("v", None)


async def test_times_may_name_their_zone(desk):
    """Typed with them; alone it moves those that there are. Each time is shown with it."""
    await desk.answer("setup", {"times": "digest@08:00,brief@06:00,Africa/Dakar"}, asker=manager())
    here = await place(desk)
    assert (here.digest, dict(here.handovers)["brief"]) == (Daily((8,), "Africa/Dakar"), At((360,), "Africa/Dakar"))
    await desk.answer("setup", {"times": "Europe/Paris"}, asker=manager())
    here = await place(desk)
    assert (here.digest, dict(here.handovers)["brief"]) == (Daily((8,), "Europe/Paris"), At((360,), "Europe/Paris"))
    form = (await desk.answer("setup", asker=manager())).form
    labels = {one.label for field in form.fields if field.name == "times" for one in field.options}
    assert {"Digest at 08:00 Europe/Paris", "Brief at 06:00 Europe/Paris"} <= labels


@pytest.mark.parametrize(("given", "said"), [
    ({"language": "fr,en"}, "One language is spoken in a channel: name one of en and fr."),
    ({"watches": "nowhere"}, "“nowhere” is none of the choices for watches: w, v, none."),
    ({"watches": "none"}, "Name at least one watch"),
    ({"role": "99"}, "There is no such role here"),
    ({"pings": "everything"}, "“everything” pings nobody"),
    ({"times": "digest@soon"}, "“soon” is no time"),
    ({"times": "06:00"}, "“06:00” is no time"),
    ({"language": "xx"}, "“xx” is no language"),
    ({"watches": "x" * 5000}, "none of the choices"),
])  # fmt: skip
async def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(desk, given, said):
    """Forms hold no such values; what is typed may."""
    reply = await desk.answer("setup", given, asker=manager())
    assert said in reply.text and reply.private and len(reply.text) < 400
    assert await wishes(desk) == []


async def test_typed_it_says_how_and_offers_a_button(desk):
    """Where there are no forms the steps stand in the text; who may not is told what is missing."""
    reply = await desk.answer("setup", "", asker=manager())
    assert "!channel role @name" in reply.text
    assert [button.form for button in reply.buttons] == ["setup"]
    refused = await desk.answer("setup", "", asker=Asker("2", "Ben", transport="discord", target="77", server="5"))
    assert "Manage Channels" in refused.text and refused.form is None
    typed = await desk.answer("setup", 'watches:w role:"<@&7>" pings:incident', asker=manager())
    assert "Alerts on" in typed.text
    assert (await wishes(desk))[0].role == "7"


SILENT, GONE = Cause(CauseKind.ROLE_SILENT, {"role": "quiet ones"}), Cause(CauseKind.ROLE_GONE, {"role": "9"})


@pytest.mark.parametrize(("cause", "said"), [
    (Cause(CauseKind.LACKING, {"rights": ["create_public_threads"]}), "I may not create threads here"),
    (Cause(CauseKind.LACKING, {"rights": ["send_messages", "embed_links"]}), "I may not send messages here"),
    (Cause(CauseKind.LACKING, {"rights": ["create_posts"]}), "I may not create posts here"),
    (Cause(CauseKind.LACKING, {"rights": ["attach_files"]}), "I may not attach files here"),
    (Cause(CauseKind.LACKING, {"rights": ["something_new"]}), "I lack a right here: something_new."),
    (SILENT, "@quiet ones cannot be pinged: in the server's settings"),
    (GONE, "The server has no role 9, so nobody is pinged."),
    (Cause(CauseKind.WRONG_CHANNEL), "This kind of channel"),
    (Cause(CauseKind.NOT_SEEN), "The bot may not see the channel."),
    (Cause(CauseKind.NO_FITTING_TAG, {"tags": ["Incident"]}), "Each post there needs a tag"),
])  # fmt: skip
async def test_each_thing_that_is_missing_has_its_sentence(desk, cause, said):
    """In the bot's own voice, with what follows from it."""
    await desk.answer("setup", {"watches": "w", "role": "7"}, asker=manager())
    reply = await desk.answer("setup", {"watches": "w"}, asker=manager(lacking(cause)))
    assert f"• {said}" in reply.text


async def test_no_role_is_said_and_all_well_as_well(desk):
    """Nothing can ping without a role; a role without anything that pings is a mistake as well."""
    reply = await desk.answer("setup", {"watches": "w"}, asker=manager(lacking()))
    assert "• No role: nothing can ping. !channel role @name names one." in reply.text
    reply = await desk.answer("setup", {"role": "7"}, asker=manager(lacking()))
    assert "Nothing is missing here." in reply.text
    reply = await desk.answer("setup", {"pings": "none"}, asker=manager(lacking()))
    assert "Nothing is set to ping" in reply.text


async def test_the_test_card_shows_a_real_story_and_says_that_it_is_a_test(desk):
    """The newest incident of the channel's watches, without buttons; a made-up one where there is none."""
    reply = await desk.answer("setup", {"watches": "w"}, asker=manager())
    (card,) = reply.cards
    assert card.title.startswith("TEST · 🔴 Incident") and not card.buttons
    told = plan(reading(1), reading(2, tier=Tier.BACKGROUND))
    await desk.kept.run(lambda store: store.commit(told, NOW))
    (card,) = (await desk.answer("setup", {"watches": "w"}, asker=manager())).cards
    assert card.title == "TEST · 🔴 Incident · Town 1 · single source"
    assert card.footer.startswith("A test: nothing was posted") and not card.buttons


def test_a_form_fits_discord():
    """Labels of 45 characters, 25 options at most, five questions."""
    from bot.card import FormField, FormOption

    many = tuple(FormOption(str(n), "x" * 100) for n in range(25))
    fields = tuple(FormField(f"n{n}", "l" * 80, "h" * 200, many, ("3",), 0, 25) for n in range(5))
    shown = modal_of(ReplyForm("setup", "t" * 80, fields)).to_dict()
    assert len(shown["title"]) == 45 and len(shown["components"]) == 5
    assert all(len(one["label"]) == 45 and len(one["description"]) == 100 for one in shown["components"])
    assert all(len(one["component"]["options"]) == 25 for one in shown["components"])


# over real sockets


@pytest.fixture
async def house(server, tmp_path):
    """A house that is connected."""
    async with House(server, tmp_path / "db", server.now) as opened:
        await opened.up()
        yield opened


@pytest.mark.slow
async def test_slash_setup_opens_a_modal_and_what_is_sent_off_is_set(server, house):
    """Discord's own selects, filled in; the answer is for the manager's eyes; a restart between loses nothing."""
    token = await server.slash("setup", permissions=MANAGE)
    shown = await server.until(lambda: server.interactions[token])
    assert shown["type"] == 9
    data = shown["data"]
    kinds = {one["component"]["custom_id"]: one["component"] for one in data["components"]}
    assert [kinds[name]["type"] for name in ("watches", "role", "pings", "times", "language")] == [3, 6, 3, 3, 3]
    assert kinds["role"]["default_values"] == [{"id": ROLE, "type": "role"}] or kinds["role"]["default_values"]
    token = await server.submit(data["custom_id"], {
        "watches": ["w"], "role": [], "pings": ["incident"], "times": ["digest@09:00"], "language": ["server"],
    }, permissions=MANAGE)  # fmt: skip
    await server.until(lambda: server.interactions[token])
    answer = server.interactions[token]["data"]
    assert answer["flags"] & 64
    assert "No role: nothing can ping" in answer["content"]
    assert answer["embeds"][0]["title"].startswith("TEST · ")
    (wish,) = await house.store.run(lambda store: store.subscriptions.of_channel("alerts"))
    assert (wish.role, wish.escalate) == (None, ())
    assert (await house.store.run(lambda store: store.channels.named("alerts"))).digest == Daily((9,), "UTC")
    assert not server.posted()


@pytest.mark.slow
async def test_typed_setup_has_a_button_that_opens_the_modal_for_managers_alone(server, house):
    """Whoever presses it is asked for their rights; who may not reads why."""
    await server.say("!setup", author=1)
    (answer,) = await server.until(server.posted)
    (button,) = answer["components"][0]["components"]
    token = await server.click(answer, button["custom_id"], permissions=MANAGE)
    await server.until(lambda: server.interactions[token])
    assert server.interactions[token]["type"] == 9
    token = await server.click(answer, button["custom_id"])
    await server.until(lambda: server.interactions[token])
    assert server.interactions[token]["type"] == 4
    assert "Manage Channels" in server.interactions[token]["data"]["content"]
    token = await server.submit("form:setup", {"watches": ["w"]})
    await server.until(lambda: server.interactions[token])
    assert "Manage Channels" in server.interactions[token]["data"]["content"]


@pytest.mark.slow
async def test_a_typed_test_comes_by_direct_message_and_leaves_the_channel_quiet(server, house):
    """A card that looks like an alert frightens nobody: it comes to who asked, and the word about it goes."""
    server.mentionable.add(1)
    await server.say("!setup watches:w", author=1)
    (card,) = await server.until(lambda: server.posted(DIRECT + 1))
    assert card["embeds"][0]["title"].startswith("TEST · ")
    (word,) = await server.until(server.posted)
    assert as_read(word) == "I sent it to you by direct message."


@pytest.mark.slow
async def test_where_direct_messages_are_closed_nothing_of_it_ever_stands_in_the_channel(server, house):
    """A bot that is killed within the minute leaves no test behind: the channel hears only how to see it alone."""
    server.closed.add(1)
    await server.say("!setup watches:w", author=1)
    (word,) = await server.until(server.posted)
    assert "Use /channel test, whose answer only you see" in as_read(word)
    assert not word.get("embeds") and "TEST" not in as_read(word)


@pytest.mark.slow
@pytest.mark.parametrize(("deny", "said"), [(THREADS, "I may not create threads here"), (ATTACH, "I may not attach")])
async def test_what_discord_does_not_grant_is_said(server, tmp_path, deny, said):
    """Asked of Discord at that moment."""
    server.role_permissions = EVERYTHING & ~ADMINISTRATOR
    server.channels[CHANNEL]["permission_overwrites"] = [{"id": str(GUILD), "type": 0, "allow": "0", "deny": str(deny)}]
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        token = await server.submit("form:setup", {"watches": ["w"]}, permissions=MANAGE)
        await server.until(lambda: server.interactions[token])
        assert said in server.interactions[token]["data"]["content"]


@pytest.mark.slow
async def test_a_forum_is_set_up_in_one_of_its_posts(server, tmp_path):
    """Alerts go to the forum, not into the post; what it lacks is that of a forum."""
    server.forum("staff", required=True)
    server._new_thread(4242, FORUM, "hello", 11)
    async with House(server, tmp_path / "db", server.now) as house:
        await house.up()
        token = await server.submit("form:setup", {"watches": ["w"]}, channel=4242, permissions=MANAGE)
        await server.until(lambda: server.interactions[token])
        content = server.interactions[token]["data"]["content"]
        assert "Each post there needs a tag" in content
        made = await house.store.run(lambda store: store.channels.at("discord", str(FORUM)))
        assert made is not None and made.target == str(FORUM)


@pytest.mark.slow
async def test_a_thin_channel_gets_its_test_as_text(server, house):
    """As its alerts come."""
    await house.store.run(lambda store: store.choices.change("alerts", {"lowband": True}))
    token = await server.submit("form:setup", {"watches": ["w"]}, permissions=MANAGE)
    await server.until(lambda: server.interactions[token])
    data = server.interactions[token]["data"]
    assert not data.get("embeds") and len(data["content"]) <= LOWBAND_TEXT
    assert re.search("test", data["content"], re.IGNORECASE)


async def test_channel_test_shows_the_card_and_changes_nothing(desk):
    """Also where no alerts go yet: then it is said how that begins."""
    reply = await desk.answer("channel", "test", asker=manager(lacking()))
    assert "No alerts go to this channel yet: !setup" in reply.text
    await desk.answer("setup", {"watches": "w"}, asker=manager())
    before = (await wishes(desk), await place(desk))
    reply = await desk.answer("channel", "test", asker=manager(lacking(SILENT)))
    assert reply.alone and reply.cards[0].title.startswith("TEST · ")
    assert reply.text.splitlines()[0] == "This is a test, for your eyes only. Nobody is pinged."
    assert "• @quiet ones cannot be pinged" in reply.text
    assert (await wishes(desk), await place(desk)) == before


@pytest.mark.slow
async def test_a_slash_test_is_for_the_askers_eyes(server, house):
    """Nothing of it stands in the channel."""
    token = await server.slash("channel", {"setting": "test"}, permissions=MANAGE)
    await server.until(lambda: server.interactions[token])
    data = server.interactions[token]["data"]
    assert data["flags"] & 64 and data["embeds"][0]["title"].startswith("TEST · ")
    assert not server.posted() and not server.posted(DIRECT + MEMBER)
