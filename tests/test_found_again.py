"""What was found on another server, in further forms: restarts, two watches, wishes of the file and of chat."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.delivery import outages
from feeds.model import Action, State
from tests.discord_kit import House, alerts, operators, wanted
from tests.fakes.discord_server import CHANNEL, OPERATORS
from tests.store_kit import DAY, finding, notice, plan, reading
from tests.test_file_channels import MANAGE_CHANNELS
from tests.test_outages import AWAY, POSTS
from tests.test_watches_discord import MANAGE_SERVER

pytestmark = pytest.mark.slow

TWO = (wanted(), wanted("v"))


class Again(House):
    """A house that is up and delivers, as its file wants it."""

    def __init__(self, server, tmp_path, *wishes):
        super().__init__(server, tmp_path / "db", server.now)
        self.wishes = (*(wishes or (wanted(),)), operators())

    async def __aenter__(self):
        await super().__aenter__()
        await self.up()
        self.deliver()
        return self

    async def tell(self, *readings):
        now = self.clock()
        await self.store.run(lambda store: store.commit(plan(*readings), now))
        self.wake()

    async def say(self, name, said, permissions=MANAGE_CHANNELS, **options):
        token = await self.server.slash(name, options, permissions=permissions)
        await self.server.until(lambda: said in str(self.server.interactions[token]))


def shown(server, at):
    return str(server.posted()[at]["embeds"])


def of_both(number, **more):
    told = reading(number, **more)
    facts = told.findings[0].facts
    return replace(told, findings=tuple(replace(finding(watch=watch), facts=facts) for watch in "vw"))


async def test_cards_are_right_after_restarts_between_merge_edit_and_split(server, tmp_path):
    """Merged as the house goes down, split as it goes down again: each start brings the cards up to date."""
    async with Again(server, tmp_path) as house:
        await house.happen(1, title="Patrol opens a school")
        await house.happen(2, title="Ministers speak of finance abroad", facts={"place": "Elsewhere"})
        await house.until(State.SENT)
        await house.until(State.SENT, story=2)
    before = [message["content"] for message in server.posted()]
    for act, pointing in (("merge", True), ("split", False), ("merge", True), ("split", False)):
        server.now.move(hours=2)
        async with House(server, tmp_path / "db", server.now) as house:
            args = (1, 2) if act == "merge" else (2,)
            now = server.now()
            await house.store.run(lambda store, a=act, args=args, now=now: getattr(store.regroup, a)(*args, "me", now))
        async with Again(server, tmp_path):
            await server.until(lambda to=pointing: ("same event as story 1" in shown(server, 1)) is to)
            await asyncio.sleep(0.1)
    assert [message["content"] for message in server.posted()] == before


async def test_an_item_of_two_watches_in_one_channel_is_merged_and_split_in_both(server, tmp_path):
    """Four messages: the younger of each watch points to its elder, and stops when the item is split off."""
    async with Again(server, tmp_path, *TWO) as house:
        await house.tell(of_both(1, title="Patrol opens a school"))
        await house.tell(of_both(2, title="Ministers speak of finance abroad", facts={"place": "Elsewhere"}))
        await server.until(lambda: len(server.posted()) == 4)
        server.now.move(hours=1)
        for elder, younger in ((1, 3), (2, 4)):
            now = server.now()
            merged = await house.store.run(lambda s, e=elder, y=younger, now=now: s.regroup.merge(e, y, "me", now))
            assert merged == elder
        house.wake()
        await server.until(lambda: sum("same event" in str(one["embeds"]) for one in server.posted()) == 2)
        server.now.move(hours=1)
        await house.say("split", "Item #2 is now story 3 and story 4", MANAGE_SERVER, item="2")
        server.now.move(minutes=1)  # where the last edit was settled only after the hour
        house.wake()
        await server.until(lambda: not any("same event" in str(one["embeds"]) for one in server.posted()))
        assert len(server.posted()) == 4


async def test_an_end_outlives_restarts_a_new_name_and_the_other_watch(server, tmp_path):
    """One of the file's two watches was ended: the other goes on, also under the name that the file gives it next."""
    async with Again(server, tmp_path, *TWO) as house:
        await house.say("unsubscribe", "no more", watch="v")
    renamed = tuple((replace(place, name="news"), replace(wish, channel="news")) for place, wish in TWO)
    for number, wishes in ((1, TWO), (3, renamed), (5, renamed)):
        async with Again(server, tmp_path, *wishes) as house:
            before = len(server.posted())
            await house.tell(reading(number, watch="v"), reading(number + 1))
            await server.until(lambda before=before: len(server.posted()) > before)
            await asyncio.sleep(0.2)
            assert len(server.posted()) == before + 1


async def test_an_end_of_what_the_file_and_chat_want_ends_both(server, tmp_path):
    """The file wants one watch, a manager added another and ends all: no start brings either back."""
    async with Again(server, tmp_path) as house:
        await house.store.run(lambda store: store.subscriptions.add(alerts(), wanted("v")[1]))
        await house.say("unsubscribe", "no more alerts")
    for number in (1, 2):
        async with Again(server, tmp_path) as house:
            await house.tell(of_both(number))
            await asyncio.sleep(0.2)
            assert not server.posted()


async def test_an_operators_channel_of_that_name_keeps_what_a_manager_added(server, tmp_path):
    """A place that the file calls operators, a second watch from chat, and the operators' own: alerts and lines find
    theirs over a restart."""
    here = replace(alerts(), name="operators")
    own = (
        replace(operators()[0], name=f"discord:{OPERATORS}"),
        replace(operators()[1], channel=f"discord:{OPERATORS}"),
    )
    wishes = ((here, replace(wanted()[1], channel="operators")), own)
    for number in (1, 2):
        house = House(server, tmp_path / "db", server.now)
        house.wishes = wishes
        async with house:
            now = server.now()
            await house.store.run(lambda store: store.subscriptions.add(alerts(), wanted("v")[1]))
            await house.up()
            house.deliver()
            told = of_both(number)
            await house.store.run(lambda store, told=told, now=now: store.commit(plan(told), now))
            line = notice(f"This is line {number}")
            await house.store.run(lambda store, line=line, now=now: store.outbox.notice(line, now))
            await server.until(lambda number=number: len(server.posted()) == 2 * number)
            await server.until(lambda number=number: f"line {number}" in str(server.posted(OPERATORS)))
            assert "line" not in str([one["content"] for one in server.posted()])


async def test_what_is_months_old_stays_quiet_for_two_watches_and_over_a_restart(server, tmp_path):
    """It stands in the digest; a second old report of it rings nobody either; a fresh one does."""
    old = server.now() - 90 * DAY
    async with Again(server, tmp_path, *TWO) as house:
        await house.tell(replace(of_both(1, published=old), stale=True))
        await asyncio.sleep(0.2)
    async with Again(server, tmp_path, *TWO) as house:
        second = of_both(1, keys=("guid:b",), publisher="Herald", published=old, facts={"killed": 3})
        await house.tell(replace(second, stale=True))
        await asyncio.sleep(0.2)
        assert not server.sent("POST", POSTS)
        await house.tell(of_both(9))
        await server.until(lambda: len(server.posted()) == 2)
        assert len(await house.store.run(lambda store: store.digest("alerts"))) == 2


@pytest.mark.parametrize("before", [3, 8])
async def test_503_in_a_row_over_a_restart_and_for_two_watches(server, tmp_path, monkeypatch, before):
    """The pauses grew in one run and the server comes back in the next: all alerts go out, once each, at once."""
    monkeypatch.setattr(outages, "LOOK_SECONDS", 0.02)
    server.fail("POST", POSTS, **AWAY, times=before)
    async with Again(server, tmp_path, *TWO) as house:
        await house.tell(of_both(1))
        await server.until(lambda: len(server.sent("POST", POSTS)) >= min(before, 3))
    async with Again(server, tmp_path, *TWO) as house:
        for story in (1, 2):
            row = await house.until(State.SENT, story=story)
            assert row.action is Action.PING
        assert len(server.posted(CHANNEL)) == 2
