"""A place with two watches, on Discord and in the terminal: every command answers, and says of what where that differs.

The terminal is the running bot with its own prompt; of Discord the desk is asked as a member of a channel asks it.
"""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.app import App
from bot.console.paper import paper
from bot.console.prompt import Talk, at_terminal
from bot.console.transport import Terminal
from bot.desk import COMMANDS, Asker, Desk
from bot.desk.rights import ALL_RIGHTS
from config.load import DEFAULT_FILE
from config.schema import Health, Poll, Settings, WatchSettings
from feeds.model import Channel, Opinion
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from seeds.model import Match, Tier
from tests.discord_kit import Clock
from tests.store_kit import FEED, NOW, finding, plan, reading, wish
from tests.test_desk import text

MANAGER = Asker("7", "Awa", rights=ALL_RIGHTS, transport="discord", target="42")
TITLES = {"river": "The river watch, as it was", "lake": "The lake watch, old and new"}
RAIN = {"place": "Bridge", "contingents": ("C9",)}
BOTH = replace(
    reading(3, title="Rain on both"), findings=tuple(finding(Tier.DECISION, name, **RAIN) for name in TITLES)
)
NEWS = (
    reading(1, watch="river", title="Flood at the mill", facts={"place": "Mill"}),
    reading(2, watch="lake", title="Storm at the pier", facts={"place": "Pier"}),
    BOTH,
    reading(4, watch="river", tier=Tier.BACKGROUND, title="Mills of old"),
    reading(5, watch="lake", tier=Tier.BACKGROUND, title="Piers of old"),
)


class Watch:
    def __init__(self, name):
        self.name, self.title = name, TITLES[name]

    async def explain(self, document, now):
        return Opinion(Match(self.name, False, 0.1, None), ())


@pytest.fixture
async def ask(tmp_path):
    """What a manager is answered in a channel with both watches."""
    async with StoreThread(lambda: Store(tmp_path / "desk.db")) as store:
        await store.run(lambda opened: opened.feeds.enrol([FEED]))
        here = Channel("alerts", "discord", "42")
        wanted = [(here, wish(watch=name)) for name in TITLES]
        await store.run(lambda opened: opened.subscriptions.configure(wanted, NOW))
        await store.run(lambda opened: opened.commit(plan(*NEWS), NOW))
        desk = Desk(store, {name: Watch(name) for name in TITLES}, Settings(), lambda: NOW)

        async def answer(line):
            name, _, words = line.partition(" ")
            return text(await desk.answer(name, words, asker=MANAGER))

        yield answer


LABELLED = {
    "latest": ["Story 1 (river)", "Story 2 (lake)", "Story 3 (river)", "Story 4 (lake)"],
    "search storm": ["Story 2 (lake)"],
    "search rain": ["2 stories", "Story 3 (river)", "Story 4 (lake)"],
    "search storm as:items": ["Incident · story 2 (lake) · item #2"],
    "search rain as:items": ["Decision · story 4 (lake), story 3 (river) · item #3"],
    "story 1": ["Story 1 (river)"],
    "digest": ["Town 4 · “Mills of old” · Wire · story 5 (river)", "Town 5 · “Piers of old” · Wire · story 6 (lake)"],
    "why #3 full": ["Story 3 (river)", "Story 4 (lake)", "alerts: waiting"],
    "status": ["Watching: The river watch, as it was; The lake watch, old and new",
               "alerts: open · The lake watch, old and new; The river watch, as it was"],
}  # fmt: skip


@pytest.mark.parametrize("asked", LABELLED)
async def test_answers_about_both_say_of_which(ask, asked):
    """By the name that commands take; an item that both flagged names the stories of both."""
    said = await ask(asked.replace("latest", "latest 10"))
    assert all(one in said for one in LABELLED[asked])


async def test_a_place_of_one_watch_needs_no_labels(ask):
    """After it has left the other, only what is the other's is called so, and is not said to be nobody's."""
    assert "The lake watch, old and new” go to this channel no more" in await ask("unsubscribe lake")
    said = await ask("latest 10")
    assert "Story 1" in said and "(river)" not in said and "Storm" not in said
    assert "Decision · story 3 · item #3" in await ask("search rain as:items")
    assert "1 story:" in await ask("search rain") and "(river)" not in await ask("search rain")
    assert "Nothing flagged for this channel; 1 other item:" in await ask("search storm")
    assert "story 2 (lake)" in await ask("search storm")
    assert "Story 2 (lake)" in await ask("story 2")
    assert "story 5" in await ask("digest") and "Piers" not in await ask("digest")


async def test_the_verdict_that_flagged_it_comes_first(ask):
    """Whichever watch's that is."""
    for item, first, second in (("#1", "river", "lake"), ("#2", "lake", "river")):
        said = await ask(f"why {item} full")
        assert said.index("Flagged as") < said.index(TITLES[first]) < said.index("Not flagged")
        assert said.index("Not flagged") < said.index(TITLES[second])


async def test_stories_of_two_watches_are_not_merged(ask):
    """And the reason is among those that are given."""
    assert "they are of different watches" in await ask("merge 1 2")


async def test_subscribing_names_one_of_several(ask):
    """Where both are wanted already, where one is, and where none is left."""
    assert "go to this channel already" in await ask("subscribe lake")
    assert await ask("subscribe") == "Name one of: lake, river."
    await ask("unsubscribe lake")
    assert "go to this channel from now on" in await ask("subscribe LAKE")
    assert await ask("unsubscribe") == "This channel gets no more alerts. What was posted stays."
    assert "No alerts go to this channel" in await ask("mute")
    assert "from now on" in await ask("subscribe river")


# the terminal

WATCHES = ("minusma", "monusco")
ASKED = [f"{one.name} {words}" for one in COMMANDS for words in ("", "1", "#1", "monusco")]


@pytest.fixture
def settings(tmp_path):
    return Settings(
        database=tmp_path / "a.db", watches=DEFAULT_FILE.parents[1] / "seeds" / "watches", health=Health(port=0),
        poll=Poll(tick_seconds=60), watch=tuple(WatchSettings(name=name) for name in WATCHES),
    )  # fmt: skip


def of_missions():
    names = dict(zip(TITLES, WATCHES, strict=True))
    found = [tuple(replace(one, match=replace(one.match, watch=names[one.match.watch])) for one in news.findings)
             for news in NEWS]  # fmt: skip
    return [replace(news, findings=some) for news, some in zip(NEWS, found, strict=True)]


@pytest.mark.slow
async def test_every_command_works_at_a_prompt_with_two_watches(settings):
    """Asked in any way nothing fails; what is wanted at this terminal is found, muted, ended and taken up again."""
    clock, out = Clock(), io.StringIO()
    screen = Terminal(paper(out, width=110))
    async with App(settings, [], [settings.watches / name for name in WATCHES], transports=[screen], clock=clock,
                   once=True) as app:  # fmt: skip
        await app.store.run(lambda store: (store.feeds.enrol([FEED]), store.commit(plan(*of_missions()), clock())))
        talk = Talk(app.desk, screen, at_terminal(settings))

        async def says(line):
            out.seek(0)
            out.truncate()
            await talk.hear(line)
            return out.getvalue()

        assert "Town 4 · “Mills of old” · Wire · story 5 (minusma)" in await says("!digest")
        assert "Story 2 (monusco)" in await says("!latest 10")
        assert "terminal: open · MINUSMA" in await says("!status")
        assert "Quiet here until" in await says("!mute 2")
        assert "terminal: muted until" in await says("!status")
        assert "posted here again" in await says("!unmute")
        assert "no more" in await says("!unsubscribe monusco")
        assert "Story 2" not in await says("!latest 10")
        assert "from now on" in await says("!subscribe monusco")
        for line in ASKED:
            said = await says(line)
            assert said.strip() and "Sorry" not in said


@pytest.mark.slow
async def test_alerts_and_digest_in_one_place_say_of_which_watch_they_are(settings):
    """Two that tell the same item would look like one told twice."""
    clock, out = Clock(), io.StringIO()
    async with App(settings, [], [settings.watches / name for name in WATCHES],
                   transports=[Terminal(paper(out, width=110))], clock=clock, once=True) as app:  # fmt: skip
        await app.store.run(lambda store: (store.feeds.enrol([FEED]), store.commit(plan(*of_missions()), clock())))
        await app.store.run(lambda store: store.outbox.queue_digest("terminal", clock()))
        app.connect()
        await app.courier.deliver_due()
        await app.courier.settled()
    said = out.getvalue()
    assert said.count("── ALERT") == 4 and said.count("· terminal\n") == 5
    for number, name in ((1, "minusma"), (2, "monusco"), (3, "minusma"), (4, "monusco")):
        assert f"Story {number} ({name}) · " in said
    assert "Town 5 · “Piers of old” · Wire · story 6 (monusco)" in said


@pytest.mark.slow
def test_a_shell_asks_in_the_terminals_place(tmp_path):
    """`bluehelm digest` finds the digest of the one place, with a watch or two."""
    folder = DEFAULT_FILE.parents[1] / "seeds" / "watches"
    tables = "".join(f'[[watch]]\nname = "{name}"\n' for name in WATCHES)
    (tmp_path / "bluehelm.toml").write_text(f'watches = "{folder}"\ndatabase = "a.db"\n{tables}')
    with Store(tmp_path / "a.db") as store:
        store.feeds.enrol([FEED])
        here = Channel("terminal", "terminal", "terminal")
        wanted = [(here, wish("terminal", watch=name)) for name in WATCHES]
        store.subscriptions.configure(wanted, NOW)
        store.commit(plan(*of_missions()), NOW)
    env = {"BLUEHELM_CONFIG": str(tmp_path / "bluehelm.toml")}
    said = CliRunner().invoke(main, ["digest"], env=env).stdout
    assert "story 5 (minusma)" in said and "story 6 (monusco)" in said
    assert "Story 2 (monusco)" in CliRunner().invoke(main, ["story", "2"], env=env).stdout
