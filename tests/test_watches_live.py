"""Watches are switched on and off, and what they flag is changed, while the house runs; it holds after a restart."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.app import App
from bot.console.paper import paper
from bot.console.prompt import Talk, at_terminal
from bot.console.transport import Terminal
from config.load import DEFAULT_FILE
from config.schema import Health, Poll, Settings, WatchSettings
from feeds.watching.kept import kept_changes
from feeds.watching.model import MOST_OWN_PHRASES, WatchChange, as_changed, changes_of, with_change
from feeds.worker.jobs import Setup
from feeds.worker.pool import Pool
from feeds.worker.process import SetupError
from feeds.worker.reader import Reader
from seeds.byhand import WatchChanges
from tests.discord_kit import Clock
from tests.store_kit import FEED, NOW, opened, place, plan, reading, wish
from tests.worker_kit import SETUP, entry, loud

WATCHES = DEFAULT_FILE.parents[1] / "seeds" / "watches"
HOME, OTHER = "minusma", "monusco"
CATALOGUE = '[[feed]]\nname = "A"\nurl = "https://a.example/feed"\nlanguage = "en"\nsection = "un"\n'


def switched(name, value="on"):
    return WatchChange(name, "enabled", value, "ann", NOW)


def test_what_was_changed_goes_before_the_file():
    """Watch by watch: on or off as was said, else as the file says; a watch that is gone is as the file says."""
    file = Settings(watch=(WatchSettings(name="a"), WatchSettings(name="b", enabled=False)))
    kept = (switched("a", "off"), switched("b"), switched("c"), switched("d", "off"), switched("gone"))
    found = as_changed(file, kept, {"a", "b", "c", "d"})
    assert {one.name: one.enabled for one in found.watch} == {"a": False, "b": True, "c": True}
    assert as_changed(file, [switched("b")], set()).watch == file.watch


def test_one_thing_is_changed_once():
    """A later change of the same phrase, however it is spelled, stands instead of the earlier one."""
    kept = with_change((), WatchChange("a", "phrase", "allow", "ann", NOW, "Chess Club"))
    kept = with_change(kept, WatchChange("a", "threshold", "0.7", "ann", NOW))
    kept = with_change(kept, WatchChange("a", "phrase", "block", "ben", NOW, "chéss club"))
    assert changes_of("a", kept) == WatchChanges(0.7, (("chéss club", "block"),))
    assert changes_of("b", kept) == WatchChanges()
    assert changes_of("a", with_change(kept, kept[0], gone=True)).threshold is None


def test_changes_are_kept_by_what_they_change(tmp_path):
    """The archive keeps one row for each, and forgets it where the files are to have the say again."""
    with opened(tmp_path / "a.db") as store:
        for value in ("allow", "block"):
            store.watches.put(WatchChange("a", "phrase", value, "ann", NOW, "Chess club"))
        store.watches.put(switched("a", "off"))
        assert [(one.setting, one.value, one.phrase) for one in store.watches.all()] == [
            ("enabled", "off", ""), ("phrase", "block", "Chess club"),
        ]  # fmt: skip
        store.watches.forget("a", "phrase", "CHESS CLUB")
        assert [one.setting for one in store.watches.all()] == ["enabled"]
    assert kept_changes(tmp_path / "a.db") == (switched("a", "off"),)
    assert kept_changes(tmp_path / "nowhere.db") == ()


# the worker


RED = Setup(("blue", "red"), SETUP.loading, scale=SETUP.scale)


async def findings(reader, *titles):
    told = await reader.judge(FEED, [entry(title) for title in titles], NOW, loud)
    return [[one.match.watch for one in judged.findings] for judged in told.judged]


@pytest.mark.slow
async def test_a_worker_is_given_other_watches_between_two_turns():
    """What is asked next is judged by them; a job in hand ends with its results, each once."""
    async with Pool(SETUP) as pool:
        reader = Reader(pool)
        assert await pool.ready() == (("blue", "The blue watch"),)
        long = asyncio.create_task(findings(reader, *(f"blue and red BUSY 0.02 {n}" for n in range(30))))
        await asyncio.sleep(0.15)
        assert [name for name, _ in await pool.reload(RED)] == ["blue", "red"]
        told = await long
        assert len(told) == 30 and told[0] == ["blue"] and told[-1] == ["blue", "red"]
        assert await findings(reader, "blue and red") == [["blue", "red"]]


@pytest.mark.slow
async def test_a_watch_that_cannot_be_used_changes_nothing():
    """Who asked is told what is wrong, and the others go on being judged by the watches that were."""
    async with Pool(SETUP) as pool:
        reader = Reader(pool)
        with pytest.raises(SetupError, match="what is this"):
            await pool.reload(Setup(("blue", "broken"), SETUP.loading, scale=SETUP.scale))
        assert await findings(reader, "blue and red") == [["blue"]]


# the house


@pytest.fixture
def settings(tmp_path):
    return Settings(
        database=tmp_path / "a.db", feeds=tmp_path / "feeds.toml", watches=WATCHES, health=Health(port=0),
        poll=Poll(tick_seconds=60), watch=(WatchSettings(name=HOME), WatchSettings(name=OTHER, enabled=False)),
    )  # fmt: skip


class Running:
    """A running house with its prompt, until the block ends."""

    def __init__(self, settings):
        self.out = io.StringIO()
        self.settings = settings
        screen = Terminal(paper(self.out, width=200))
        folders = [WATCHES / one.name for one in settings.watch if one.enabled]
        self.app = App(settings, [], folders, transports=[screen], clock=Clock(), once=True)
        self.talk = lambda: Talk(self.app.desk, screen, at_terminal(settings))

    async def __aenter__(self):
        await self.app.__aenter__()
        await self.app.store.run(lambda store: store.feeds.enrol([FEED]))
        self.prompt = self.talk()
        return self

    async def __aexit__(self, *error):
        await self.app.__aexit__(*error)

    async def says(self, line):
        self.out.seek(0)
        self.out.truncate()
        await self.prompt.hear(line)
        return " ".join(self.out.getvalue().split())

    async def audit(self):
        found = await self.app.store.run(lambda store: store.audit.of(None, 50))
        return [(one.action, one.subject, one.old, one.new) for one in reversed(found)]


@pytest.mark.slow
async def test_a_watch_is_switched_on_and_off_while_the_house_runs(settings):
    """Its worker judges by it at once, its alerts go to the terminal, the list says who said so; a restart keeps it."""
    async with Running(settings) as house:
        listed = await house.says("!watch")
        assert "on, as the operator's file says" in listed and f"{OTHER} · " in listed and "off · 0 stories" in listed
        assert "is watched from now on" in await house.says(f"!watch add {OTHER}")
        assert set(house.app.watching.watches) == {HOME, OTHER}
        wishes = await house.app.store.run(lambda store: store.subscriptions.of_channel("terminal"))
        assert {one.watch for one in wishes} == {HOME, OTHER}
        assert "watched already" in await house.says(f"!watch add {OTHER}")
    async with Running(settings) as house:
        assert set(house.app.watching.watches) == {HOME, OTHER}
        assert "on, as was said in chat" in await house.says("!watch")
        assert "is off" in await house.says(f"!watch drop {HOME}")
        assert set(house.app.watching.watches) == {OTHER}
        assert "only watch" in await house.says(f"!watch drop {OTHER}")
        assert [one[:2] for one in await house.audit()] == [("watch add", OTHER), ("watch drop", HOME)]


@pytest.mark.slow
async def test_a_dropped_watch_keeps_its_archive(settings):
    """Its stories are found, told and counted as before."""
    async with Running(settings) as house:
        await house.says(f"!watch add {OTHER}")
        told = plan(reading(1, watch=HOME, title="Flood at the mill"))
        await house.app.store.run(lambda store: store.commit(told, NOW))
        await house.says(f"!watch drop {HOME}")
        assert "Flood at the mill" in await house.says("!story 1")
        assert "1 story" in await house.says(f"!watch show {HOME}")


@pytest.mark.slow
async def test_a_phrase_is_tried_then_used_by_the_worker_the_shell_and_after_a_restart(settings, tmp_path):
    """First what it would change, with headlines; with yes it holds for what comes, in every way in."""
    item = reading(1, title="A chess club opens in a far town", relevant=False)
    (tmp_path / "feeds.toml").write_text("")
    file = tmp_path / "bluehelm.toml"
    file.write_text(f'watches = "{WATCHES}"\ndatabase = "a.db"\nfeeds = "feeds.toml"\n[[watch]]\nname = "{HOME}"\n')

    def classified():
        line = json.dumps({"id": "1", "title": item.entry.title, "summary": "", "lang": "en"})
        return json.loads(CliRunner().invoke(main, ["classify", "--config", str(file)], input=line).stdout)["relevant"]

    async with Running(settings) as house:
        await house.app.store.run(lambda store: store.commit(plan(item), NOW))
        told = await house.says(f'!allow {HOME} "chess club"')
        assert "would gain 1 beside its 0 stories" in told and "• A chess club opens in a far town" in told
        assert "Nothing is changed yet" in told and f'!allow {HOME} "chess club" yes' in told
        assert not classified()
        assert "alone lets an item in" in await house.says(f'!allow {HOME} "chess club" yes')
        judged = await house.app.watching.watches[HOME].explain(item.entry.document("Wire", NOW), NOW)
        assert judged.match.relevant
        assert classified()
        assert "already" in await house.says(f"!allow {HOME} Chess Club")
    async with Running(settings) as house:
        judged = await house.app.watching.watches[HOME].explain(item.entry.document("Wire", NOW), NOW)
        assert judged.match.relevant
        assert "“chess club” (from chat)" in await house.says(f"!watch show {HOME}")
        assert "Done" in await house.says(f'!allow {HOME} "chess club" off yes')
        assert not classified()
        assert [one[2:] for one in await house.audit()] == [("nothing", "allow"), ("allow", "nothing")]


@pytest.mark.slow
async def test_a_shell_changes_a_running_house(settings, tmp_path):
    """What another program wrote is taken up at the next tick."""
    (tmp_path / "feeds.toml").write_text("")
    file = tmp_path / "bluehelm.toml"
    file.write_text(f'watches = "{WATCHES}"\ndatabase = "a.db"\nfeeds = "feeds.toml"\n[[watch]]\nname = "{HOME}"\n')
    async with Running(settings) as house:
        asked = await asyncio.to_thread(
            CliRunner().invoke, main, ["threshold", HOME, "0.75", "yes", "--config", str(file)]
        )
        assert "flags from a score of 0.75 on, not 0.5" in asked.stdout
        assert house.app.watching.kept == ()
        await house.app.watching.refresh()
        assert changes_of(HOME, house.app.watching.kept).threshold == 0.75
        assert "a score of 0.75 on; its files say 0.5" in await house.says(f"!watch show {HOME}")
        assert "from 0.75 on already" in await house.says(f"!threshold {HOME} 0.75")
        assert "not 0.75" in await house.says(f"!threshold {HOME} auto yes")
        assert await house.app.store.run(lambda store: store.watches.all()) == ()


@pytest.mark.slow
async def test_what_is_changed_beside_is_not_lost(settings):
    """What a shell wrote since the last tick, and what two managers confirm at once, is all used."""
    item = reading(1, title="A chess club opens in a far town", relevant=False)
    async with Running(settings) as house:
        watching = house.app.watching

        async def lets_in():
            return (await watching.watches[HOME].explain(item.entry.document("Wire", NOW), NOW)).match.relevant

        other = WatchChange(HOME, "phrase", "allow", "shell", NOW, "chess club")
        await house.app.store.run(lambda store: store.watches.put(other))
        assert "Done" in await house.says(f'!allow {HOME} "tea party" yes')
        assert await lets_in()
        await asyncio.gather(
            house.prompt.hear(f'!allow {HOME} "chess club" off yes'), house.prompt.hear(f"!threshold {HOME} 0.7 yes")
        )
        changes = changes_of(HOME, watching.kept)
        assert changes.threshold == 0.7 and not await lets_in()
        assert changes == changes_of(HOME, await house.app.store.run(lambda store: store.watches.all()))


@pytest.mark.slow
async def test_a_full_list_of_phrases_can_be_emptied(settings):
    """No further one is taken, but those that are there are switched off."""
    async with Running(settings) as house:
        own = [WatchChange(HOME, "phrase", "allow", "a", NOW, f"word{one} town") for one in range(MOST_OWN_PHRASES)]
        await house.app.store.run(lambda store: [store.watches.put(one) for one in own])
        await house.app.watching.refresh()
        assert "as many as there may be" in await house.says(f'!allow {HOME} "one more" yes')
        assert "Done" in await house.says(f'!allow {HOME} "WORD7 town" off yes')
        assert "Done" in await house.says(f'!allow {HOME} "one more" yes')


@pytest.mark.slow
async def test_a_watch_whose_files_are_wrong_is_not_switched_on(settings, tmp_path):
    """Whoever asked is told the line; the house goes on with the watches that it has, and nothing is kept."""
    import shutil

    root = tmp_path / "watches"
    shutil.copytree(WATCHES / HOME, root / HOME)
    (root / "odd").mkdir()
    (root / "odd" / "watch.toml").write_text('title = "Odd"\nmission = "NOWHERE"\n')
    async with Running(settings.model_copy(update={"watches": root})) as house:
        said = await house.says("!watch add odd")
        assert "Nothing was changed" in said and str(tmp_path) not in said
        assert set(house.app.watching.watches) == {HOME}
        assert await house.app.store.run(lambda store: store.watches.all()) == ()
        assert "Did you mean odd" in await house.says("!watch add od")


def test_check_says_which_wins(tmp_path):
    """What was said in chat is a warning beside the file's line, and a watch that is on in chat is no mistake."""
    (tmp_path / "feeds.toml").write_text(CATALOGUE)
    file = tmp_path / "bluehelm.toml"
    file.write_text(f'watches = "{WATCHES}"\ndatabase = "a.db"\nfeeds = "feeds.toml"\n'
                    f'[[watch]]\nname = "{HOME}"\n[[watch]]\nname = "{OTHER}"\nenabled = false\n')  # fmt: skip
    with opened(tmp_path / "a.db") as store:
        store.subscriptions.add(place("x"), wish("x", HOME))
        for one in (switched(HOME, "off"), switched(OTHER), WatchChange(OTHER, "threshold", "0.7", "ann", NOW)):
            store.watches.put(one)
    result = CliRunner().invoke(main, ["check", "--config", str(file)])
    said = result.stderr
    assert (
        f":4: watch[1]: {HOME} was switched off: said in chat on 10 Feb 2021, and goes before what the file says"
        in said
    )
    assert f":6: watch[2]: {OTHER} flags from 0.7 on: said in chat" in said
    assert f"watching {OTHER}" in result.stdout
    assert result.exit_code == 0
