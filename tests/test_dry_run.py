"""What a change of a watch would do to the archive is what it does; within bounds of time, and said where these end."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import Asker, Desk
from bot.desk.rights import ALL_RIGHTS, SERVER_RIGHTS
from bot.desk.watching.forecast import _sentences
from config.load import DEFAULT_FILE
from config.schema import Settings
from feeds.judge import judge_entry
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.watching.rehearsal import ChangeTrial, DryRun
from feeds.worker.reader import Reader, RemoteWatch
from seeds.byhand import WatchChanges
from seeds.model import Document
from seeds.watch import load_watch, read_document
from seeds.watchcheck import watch_mistakes
from tests.reader_kit import Here
from tests.store_kit import FEED, HOUR, NOW, entry, opened, plan
from tests.test_desk import text

HOME = DEFAULT_FILE.parents[1] / "seeds" / "watches" / "minusma"
WATCH = load_watch(HOME)
NAME = WATCH.name
WORDS = (
    "MINUSMA patrol", "UN peacekeepers in Mali", "a chess club", "the Kidal camp", "a bakery opens", "blue helmets",
    "Mali", "the peace operation", "a choir of Gao",
)  # fmt: skip
PHRASES = ("chess club", "Mali", "bakery opens", "peacekeepers", "MINUSMA", "Kidal camp")


def remote():
    return RemoteWatch(NAME, WATCH.title, Reader(Here([WATCH])))


def archived(number, title):
    """An item as the watch judges it, of a day of its own, so that only what is alike is one story."""
    one = entry(number, title, published=NOW - number * 30 * 24 * HOUR, summary="")
    return judge_entry(one, FEED, [WATCH], NOW)


def fill(path, titles):
    with opened(path) as store:
        store.feeds.enrol([FEED])
        for number, title in enumerate(titles, 1):
            store.commit(plan(replace(archived(number, title), seen=NOW)), NOW)


def reality(path, changed):
    """The stories that the changed watch would not flag any more, and how many items it would flag newly."""
    with Store(path, read_only=True) as store:
        placed = {one.id: one for one in store.archive.entries(0, 500)}
        relevant = {
            number: changed.match(read_document(one.entry.document(one.publisher, one.seen)), NOW).relevant
            for number, one in placed.items()
        }
        stories = [store.stories.story(story.id) for story in store.stories.latest(500)]
        lost = {one.id for one in stories if not any(relevant[source.entry] for source in one.sources)}
        gained = [number for number, one in placed.items() if not one.findings and relevant[number]]
        return lost, gained


async def tried(path, trial, **more):
    async with StoreThread(lambda: Store(path), lambda: Store(path, read_only=True)) as store:
        return await DryRun(store.read, remote(), trial, NOW, **more).run()


@settings(deadline=None, max_examples=25)
@given(
    titles=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" and ".join), min_size=1, max_size=8),
    change=st.one_of(
        st.floats(0.05, 1.0).map(lambda value: WatchChanges(threshold=round(value, 2))),
        st.tuples(st.sampled_from(PHRASES), st.sampled_from(["allow", "block"])).map(
            lambda pair: WatchChanges(phrases=(pair,))
        ),
    ),
)
def test_a_dry_run_says_what_happens(tmp_path_factory, titles, change):
    """The stories that it says are lost, and whether anything is gained, are those of the watch with the change."""
    path = tmp_path_factory.mktemp("dry") / "a.db"
    fill(path, titles)
    lost, gained = reality(path, load_watch(HOME, change))
    if change.threshold is not None:
        loses, phrase = change.threshold > WATCH.judge.threshold, ""
    else:
        ((phrase, use),) = change.phrases
        loses = use == "block"
    found = asyncio.run(tried(path, ChangeTrial(change, loses, phrase)))
    assert found.whole
    assert set(found.lost or ()) == (lost if loses else set())
    assert bool(found.gained) == (bool(gained) and not loses)
    assert len(found.gained or ()) <= len(gained)
    if not loses:
        assert lost == set()
    else:
        assert gained == []


def test_changes_of_a_watch_are_those_of_its_files(tmp_path):
    """A phrase and a threshold from chat do what the same words in its files do."""
    import shutil

    shutil.copytree(HOME, tmp_path / NAME)
    file = tmp_path / NAME / "by_hand.toml"
    changes = WatchChanges(0.9, (("a chess club", "allow"), ("the choir of Gao", "block")))
    written = 'threshold = 0.9\nallow = ["a chess club"]\nblock = ["the choir of Gao"]\n'
    file.write_text("\n".join(line for line in (written, *_without(file.read_text()))) if file.exists() else written)
    assert watch_mistakes(tmp_path / NAME) == ()
    filed, changed = load_watch(tmp_path / NAME), load_watch(HOME, changes)
    for title in (*WORDS, "A chess club in Oslo", "MINUSMA and the choir of Gao", "Nothing at all"):
        document = Document(title, language="en")
        one, two = (watch.match(read_document(document), NOW) for watch in (filed, changed))
        assert (one.relevant, one.score, one.tier) == (two.relevant, two.score, two.tier), title


def _without(text):
    return [line for line in text.splitlines() if not line.startswith(("threshold", "allow", "block"))]


def test_a_phrase_of_the_files_can_be_switched_off(tmp_path):
    """What the files block, chat may let decide nothing, or let in."""
    import shutil

    shutil.copytree(HOME, tmp_path / NAME)
    (tmp_path / NAME / "by_hand.toml").write_text('block = ["Gao choir"]\n')
    reading = read_document(Document("MINUSMA hears the Gao choir", language="en"))
    said = [load_watch(tmp_path / NAME, WatchChanges(phrases=some)).match(reading, NOW).relevant
            for some in ((), (("gao CHOIR", ""),), (("Gao choir", "allow"),))]  # fmt: skip
    assert said == [False, True, True]


async def test_a_dry_run_ends_in_time_and_says_so(tmp_path):
    """When the time is over it tells of what it has seen, the newest; it never runs on."""
    path = tmp_path / "a.db"
    fill(path, [f"MINUSMA patrol number {n}" for n in range(120)])
    seconds = iter(range(0, 100, 3))
    trial = ChangeTrial(WatchChanges(phrases=(("MINUSMA", "block"),)), loses=True, phrase="MINUSMA")
    found = await tried(path, trial, clock=lambda: next(seconds))
    assert not found.whole
    assert 0 < found.looked < found.stories
    assert len(found.lost) <= found.looked


async def test_a_dry_run_that_has_gained_enough_says_that_and_not_that_time_was_short(tmp_path, monkeypatch):
    """It stops at its bound of items; where that is all there is, nothing is said of more."""
    monkeypatch.setattr("feeds.watching.rehearsal.MOST_GAINED", 150)
    path, name = tmp_path / "a.db", "“mission”"
    fill(path, [f"a chess club, number {n}" for n in range(170)])
    trial = ChangeTrial(WatchChanges(phrases=(("chess club", "allow"),)), loses=False, phrase="chess club")
    found = await tried(path, trial, seconds=600)
    assert (found.whole, found.full, found.read) == (False, True, 150)
    said = list(_sentences(name, trial, found))
    assert said[1] == "I stopped at 500 items that it would gain: these are the newest, and there may be more."
    monkeypatch.setattr("feeds.watching.rehearsal.MOST_GAINED", 170)
    found = await tried(path, trial, seconds=600)
    assert (found.whole, found.full, found.read) == (True, False, 170)


@pytest.mark.parametrize("loses", [True, False])
async def test_what_time_was_too_short_for_is_not_said_to_be_looked_at(tmp_path, loses):
    """Time ends within the last stretch: what nobody judged any more is no part of what was looked at."""
    fill(tmp_path / "a.db", ["MINUSMA patrol in Kidal camp" if loses else "a chess club"] * 5)
    now = 0.0

    class Slow:
        name = NAME

        async def rehearse(self, changes, documents, at):
            nonlocal now
            now += 5.0
            return (await remote().rehearse(changes, documents, at))[:1]

    change = WatchChanges(phrases=(("MINUSMA", "block") if loses else ("chess club", "allow"),))
    async with StoreThread(lambda: Store(tmp_path / "a.db"), lambda: Store(tmp_path / "a.db", read_only=True)) as store:
        trial = ChangeTrial(change, loses)
        found = await DryRun(store.read, Slow(), trial, NOW, clock=lambda: now).run()
    assert not found.whole
    assert (found.looked if loses else found.read) < 5


async def test_what_cannot_be_read_is_passed_over(tmp_path):
    """An item that the worker gives up on counts as unchanged, and the others are judged all the same."""

    class Halting:
        name = NAME

        async def rehearse(self, changes, documents, now):
            whole = await remote().rehearse(changes, documents, now)
            bad = next((at for at, one in enumerate(documents) if "number 3" in one.title), len(documents))
            return whole[:bad]

    path = tmp_path / "a.db"
    fill(path, [f"MINUSMA patrol number {n}" for n in range(6)])
    trial = ChangeTrial(WatchChanges(phrases=(("MINUSMA", "block"),)), loses=True)
    async with StoreThread(lambda: Store(path)) as store:
        found = await DryRun(store.read, Halting(), trial, NOW).run()
    assert found.whole and len(found.lost) == found.stories - 1


# what members are told


class Watching:
    """Keeps watches current without a worker."""

    def __init__(self, store):
        self.store, self.kept, self.root, self.listed = store, (), HOME.parent, (NAME,)
        self.watches = {NAME: remote()}
        self.rehearsing = asyncio.Lock()

    async def change(self, kept, write):
        await self.store.run(write)
        self.kept = await self.store.run(lambda store: store.watches.all())


MANAGER = Asker("7", "Awa", rights=ALL_RIGHTS, transport="terminal", target="terminal")
OUTSIDER = Asker("8", "Ben", rights=SERVER_RIGHTS, transport="discord", target="42", server="1")


@pytest.fixture
async def ask(tmp_path):
    fill(tmp_path / "a.db", ["MINUSMA patrol leaves", "A chess club opens", "The chess club of MINUSMA", "A bakery"])
    async with StoreThread(lambda: Store(tmp_path / "a.db")) as store:
        watching = Watching(store)
        desk = Desk(store, watching.watches, Settings(watches=HOME.parent), lambda: NOW, watching=watching)

        async def asked(line, asker=MANAGER):
            name, _, args = line.partition(" ")
            return await desk.answer(name, args, asker=asker)

        asked.store, asked.watching = store, watching
        yield asked


async def test_a_change_is_told_before_it_is_made(ask):
    """How many stories would be lost, their headlines, and how to go on: by a button, or typed."""
    reply = await ask(f'block {NAME} "chess club"')
    said = text(reply)
    assert "would lose 1 of 2 stories, and gain none." in said
    assert "• story 2 · " in said and "The chess club of MINUSMA" in said
    (button,) = reply.buttons
    assert (button.command, button.words) == ("block", f'{NAME} "chess club" yes')
    assert ask.watching.kept == ()
    done = text(await ask(f"{button.command} {button.words}"))
    assert "“chess club” alone keeps an item out" in done
    assert [(one.phrase, one.value) for one in ask.watching.kept] == [("chess club", "block")]
    (noted,) = await ask.store.run(lambda store: store.audit.of(None, 5))
    assert (noted.action, noted.subject, noted.old, noted.new) == ("block", f"{NAME}: chess club", "nothing", "block")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("threshold nowhere 0.6", "There is no watch “nowhere”"),
        (f"threshold {NAME} two", "should be a number above 0"),
        (f"threshold {NAME} 1.5", "should be a number above 0"),
        (f"threshold {NAME} nan", "should be a number above 0"),
        (f"threshold {NAME} 0.5", "already"),
        (f"threshold {NAME} auto", "already"),
        (f"allow {NAME} a", "too short"),
        (f"allow {NAME} {'x' * 101}", "may have 100 characters"),
        (f"allow {NAME} chess off", "nothing to switch off"),
        ("allow", "Of which watch?"),
        ("threshold monusco 0.6", "monusco is off"),
        ("watch add nowhere", "There is no watch"),
        (f"watch drop {NAME}", "the only watch"),
        ("tier 77 decision", "There is no story 77"),
        ("tier 1 urgent", "should be one of: incident, decision"),
        ("tier 1", "Which tier?"),
    ],
)
async def test_what_cannot_be_done_is_said(ask, line, told):
    """A mistake is a sentence for who made it, and changes nothing."""
    reply = await ask(line)
    assert reply.private and told in reply.text, reply.text
    assert ask.watching.kept == () and await ask.store.run(lambda store: store.audit.count(None)) == 0


@pytest.mark.parametrize("line", [f"threshold {NAME} 0.6 yes", f"allow {NAME} chess yes", f"block {NAME} chess yes",
                                  f"watch add {NAME}", f"watch drop {NAME}", "tier 1 decision"])  # fmt: skip
async def test_only_servers_that_may_change_the_archive_change_it(ask, line):
    """Who manages another team's server is told who may."""
    reply = await ask(line, OUTSIDER)
    assert reply.private and ("archive" in reply.text or "Manage Server" in reply.text)
    assert ask.watching.kept == ()


async def test_everybody_sees_what_is_watched(ask):
    """The list and what a watch watches are no secret."""
    assert NAME in text(await ask("watch", OUTSIDER))
    shown = text(await ask(f"watch show {NAME}", OUTSIDER))
    for piece in ("Mission", "Places", "Contingents", "5 documents", "a score of 0.5 on"):
        assert piece in shown
    assert shown == text(await ask(f"watch {NAME}", OUTSIDER))


async def test_a_tier_is_corrected_seen_and_taken_back(ask):
    """Whoever looks at the story or asks why sees that a member corrected it."""
    assert "is decision from now on, not" in text(await ask("tier 1 decision"))
    assert "corrected to decision by a member" in text(await ask("story 1"))
    assert "corrected by a member: decision" in text(await ask("story 1"))
    for line in ("why 1", "why 1 full", "why #1"):
        assert "Story 1 was corrected to decision by a member." in text(await ask(line))
    assert "you say so too" in text(await ask("tier 1 decision"))
    assert "what its sources say again" in text(await ask("tier 1 auto"))
    assert "corrected to decision" not in text(await ask("story 1"))
    assert "Nobody corrected story 1" in text(await ask("tier 1 auto"))
    found = await ask.store.run(lambda store: store.audit.of(None, 9))
    assert [one.new for one in found][-1] == "decision"


def test_the_longest_dry_run_takes_no_longer_than_it_may(tmp_path):
    """A thousand items that nobody flagged are judged beside everything else, and it ends in its time."""
    path = Path(tmp_path / "a.db")
    fill(path, [f"A bakery opens, number {n}" for n in range(300)])
    began = time.perf_counter()
    found = asyncio.run(tried(path, ChangeTrial(WatchChanges(threshold=0.1), loses=False), seconds=0.2))
    assert time.perf_counter() - began < 3.0
    assert found.read <= found.items == 300
