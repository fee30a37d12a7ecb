"""What is offered while a slash command is filled in: places, sources, contingents and stories, from memory."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.desk import COMMANDS, find_command
from bot.desk.names import MOST_OFFERED, NameBook
from bot.desk.parse import parse_options, spelled, with_offered
from bot.language import spoken
from config.schema import Settings
from feeds.query import parse_query
from feeds.query.known import known_names
from feeds.query.model import And, Key
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from tests.discord_kit import House as Discord
from tests.store_kit import NOW, opened, plan, reading
from tests.test_discord_commands import here, place, simcord_bot  # noqa: F401

SEARCH = find_command("search")
NEWS = (
    reading(1, title="Attack", publisher="Radio Nord", facts={"place": "Northport", "contingents": ("TD",)}),
    reading(2, title="Storm", publisher="Nordic Wire", facts={"place": "Eastford", "contingents": ("TG",)}),
    *(reading(n, publisher=f"Outlet {n}", facts={"place": f"Town {n}"}) for n in range(3, 60)),
)


class Ticking:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
async def book(tmp_path):
    with opened(tmp_path / "db") as store:
        store.commit(plan(*NEWS), NOW)
    async with StoreThread(lambda: Store(tmp_path / "db"), lambda: Store(tmp_path / "db", read_only=True)) as store:
        made = NameBook(store, {"w": "The watch"}, Settings().watches, Ticking())
        made.thread = store
        yield made


async def values(book, key, typed):
    return [(one.value, one.shown) for one in await book.offers(key, typed)]


async def test_names_are_offered_by_how_they_begin(book):
    """First what begins so, then what has a word that does, then what has it somewhere; accents and case are one."""
    assert await values(book, "place", "nor") == [("Northport", "Northport")]
    assert (await values(book, "source", "nord"))[:2] == [("Nordic Wire", "Nordic Wire"), ("Radio Nord", "Radio Nord")]
    assert ("TD", "Chad (TD)") in await values(book, "contingent", "chad")
    assert await values(book, "place", "zzz") == []
    (attack,) = await values(book, "story", "northport")
    assert attack[0] == "1" and attack[1].startswith("1 · 🔴 Incident · Northport")
    assert (await values(book, "story", "1"))[0][0].startswith("1")


async def test_no_more_is_offered_than_discord_shows(book):
    """Twenty-five values of at most a hundred characters, whatever is typed."""
    for key in ("place", "source", "contingent", "story", "nonsense"):
        for typed in ("", "t", "x" * 6000, "\ud800", '"('):
            offered = await book.offers(key, typed)
            assert len(offered) <= MOST_OFFERED
            assert all(0 < len(one.value) <= 100 and 0 < len(one.shown) <= 100 for one in offered)
    assert len(await book.offers("place", "")) == MOST_OFFERED


async def test_offers_come_from_memory_and_learn_what_is_new(book):
    """After the first look each costs next to nothing; what is new is looked up beside, once a minute."""
    await book.offers("place", "")
    begun = time.process_time()
    for _ in range(100):
        await book.offers("story", "town")
    assert time.process_time() - begun < 0.5
    await book.thread.run(lambda store: store.commit(plan(reading(99, facts={"place": "Newhaven"})), NOW))
    assert await values(book, "place", "newh") == []
    book._now.now += 61
    await book.offers("place", "newh")
    await asyncio.wait_for(book._looking[spoken()], 5)
    assert await values(book, "place", "newh") == [("Newhaven", "Newhaven")]


def test_what_was_chosen_stands_in_the_line():
    """So that its pages, which keep the line, ask the same; a quote in it ends nothing."""
    given = {"words": "attack", "place": 'New "Haven', "contingent": "TD", "source": "radio"}
    expected = 'attack place:"New  Haven" source:radio contingent:TD'
    assert with_offered(SEARCH, given) == {"words": expected}
    assert parse_options(SEARCH, with_offered(SEARCH, given), NOW)["words"] == expected
    assert spelled(SEARCH, with_offered(SEARCH, {"place": "Gao"})) == "place:Gao"
    assert with_offered(find_command("story"), {"story": "1"}) == {"story": "1"}


@pytest.mark.parametrize(("text", "line"), [
    ("mine OR ambush", "(mine OR ambush) place:Gao"),
    ("(mine OR ambush", "((mine OR ambush)) place:Gao"),
    ("mine | ambush)", "(mine | ambush ) place:Gao"),
    ('"mine OR', '"mine OR" place:Gao'),
    ("forces or mines", "forces or mines place:Gao"),
    ("(kind:mine)", "(kind:mine) place:Gao"),
    ("", "place:Gao"),
])  # fmt: skip
def test_what_was_chosen_holds_for_the_whole_line(text, line):
    """An OR in it leaves no part out."""
    assert with_offered(SEARCH, {"words": text, "place": "Gao"}) == {"words": line}


@example(["mine", "OR", "(", '"', ")"])
@given(
    st.lists(
        st.sampled_from(["mine", "OR", "|", "(", ")", '"', "“", "»", "«", "-", "kind:mine", "un", "lang:fr"]),
        max_size=12,
    )
)
def test_whatever_is_typed_the_place_that_was_chosen_must_be_met(words):
    """Half-open parentheses and quotes included."""
    known = known_names({}).with_names("place", ["Gao"])
    line = with_offered(SEARCH, {"words": " ".join(words), "place": "Gao"})["words"]
    tree = parse_query(str(line), known, NOW).tree
    assert Key("place", ("Gao",)) in (tree.parts if isinstance(tree, And) else (tree,))


def test_every_number_of_a_story_is_offered():
    """Wherever a command takes one."""
    for command in COMMANDS:
        for one in command.arguments:
            assert one.completes == "story" or one.kind != "story", command.name


async def test_discord_is_told_what_may_be_meant(server, tmp_path):
    """Over real sockets: choices for what is typed so far, with the values that are sent back; then the answer."""
    async with Discord(server, tmp_path / "db", lambda: NOW) as house:
        await house.store.run(lambda store: store.commit(plan(*NEWS), NOW))
        await house.up()
        for command, option, typed, value in (
            ("search", "place", "north", "Northport"), ("search", "source", "radio", "Radio Nord"),
            ("search", "contingent", "togo", "TG"), ("story", "story", "eastf", "2"), ("why", "item", "eastf", "2"),
        ):  # fmt: skip
            token = await server.complete(command, option, typed)
            body = await server.until(lambda token=token: server.interactions[token])
            assert body["type"] == 8 and body["data"]["choices"][0]["value"] == value, command
        token = await server.slash("search", {"place": "Northport"})
        body = await server.until(lambda: server.interactions[token])
        assert body["data"]["content"] == "1 story:"


async def test_what_may_be_meant_is_said_in_the_language_that_was_chosen(server, tmp_path):
    """That of the channel, whatever locale the server has; what is typed in English is found all the same."""
    async with Discord(server, tmp_path / "db", lambda: NOW) as house:
        await house.store.run(lambda store: store.commit(plan(*NEWS), NOW))
        await house.store.run(lambda store: store.choices.change("alerts", {"language": "fr"}))
        await house.up()
        for typed in ("tcha", "chad"):
            token = await server.complete("search", "contingent", typed)
            body = await server.until(lambda token=token: server.interactions[token])
            assert body["data"]["choices"][0] == {"name": "Tchad (TD)", "value": "TD"}


@pytest.mark.slow
async def test_a_search_may_be_all_choices(place):  # noqa: F811
    """`/search place:…` alone is a question; with nothing chosen it is said how to ask."""
    result = await place.member.slash(place.channel, "search", place="Town 7")
    assert result.response.content == "1 story:"
    result = await place.member.slash(place.channel, "search")
    assert "Ask like this: !search" in result.response.content
    offered = await place.member.autocomplete(place.channel, "search", "place", "town")
    assert len(offered) == 7
