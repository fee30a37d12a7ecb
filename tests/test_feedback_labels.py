"""What members say of alerts becomes labels of the operator's own, once two of them agree; it is never taken."""

from __future__ import annotations

import time

import pytest
from click.testing import CliRunner

from bot.cli import proposal
from feeds.store.db.rows import stamp
from feeds.store.labels import MOST
from seeds.learning.items import ITEMS
from seeds.watch import load_watch
from seeds.weights import WEIGHTS, swap_weights
from tests.store_kit import FEED, HOUR, NOW, channel, opened, plan, reading, subscribed

FAR = {"published": NOW - 400 * 24 * HOUR}


@pytest.fixture
def store(tmp_path):
    with subscribed(tmp_path) as fresh:
        yield fresh


def alerted(store, *readings):
    """Each reading in a story of its own, with its alert posted; the stories' ids."""
    found = [store.commit(plan(one), NOW).stories[0] for one in readings]
    for one in store.outbox.claim(NOW):
        store.outbox.sent(one.id, one.message or f"message of {one.story}", None, NOW)
    return found


def said(store, story, *people, emoji="✅", at=NOW):
    for person in people:
        store.feedback.press(f"message of {story}", person, emoji, at)


def labels(store):
    return {item.id: item.relevant for item in store.labels.items("w")}


def test_two_members_who_agree_make_a_label(store):
    """Two ticks say that the item is right, two crosses that it is wrong."""
    right, wrong = alerted(store, reading(1, title="Patrol opens a school"), reading(2, title="Finance abroad", **FAR))
    said(store, right, "ann", "ben")
    said(store, wrong, "ann", "ben", emoji="❌")
    assert labels(store) == {"own-1": True, "own-2": False}


def test_one_member_alone_moves_nothing(store):
    """However often one member presses, he is one voice."""
    (story,) = alerted(store, reading(1))
    for _ in range(101):
        said(store, story, "ann")
    assert labels(store) == {}


def test_members_who_differ_make_no_label(store):
    """A single cross beside many ticks leaves the item open."""
    (story,) = alerted(store, reading(1))
    said(store, story, "ann", "ben", "cid")
    said(store, story, "dan", emoji="❌")
    assert labels(store) == {}


def test_a_verdict_taken_back_is_none(store):
    """Pressing the same again takes the voice away."""
    (story,) = alerted(store, reading(1))
    said(store, story, "ann", "ben")
    said(store, story, "ben")
    assert labels(store) == {}


def test_a_merge_that_a_second_person_agrees_to_makes_an_event(store):
    """One manager's merge alone says nothing of which items are one event; with another's tick it does."""
    elder, younger = alerted(
        store, reading(1, title="Patrol opens a school"), reading(2, title="Finance abroad", **FAR)
    )
    store.regroup.merge(elder, younger, "ann", NOW)
    assert store.labels.items("w") == []
    said(store, elder, "ben")
    found = store.labels.items("w")
    assert {item.event for item in found} == {f"own-{elder}"}
    assert [item.id for item in found] == ["own-2", "own-1"]


def two_stories(store):
    return alerted(store, reading(1, title="Patrol opens a school"), reading(2, title="Finance abroad", **FAR))


def test_a_tick_given_before_a_merge_does_not_agree_to_it(store):
    """Who ticked a story before another merged something into it has said nothing of the merge: it is one voice."""
    elder, younger = two_stories(store)
    said(store, elder, "ben")
    store.regroup.merge(elder, younger, "ann", NOW + HOUR)
    assert store.labels.items("w") == []
    said(store, elder, "cid", at=NOW + 2 * HOUR)
    assert labels(store) == {"own-1": True, "own-2": True}


def test_ticks_do_not_speak_of_what_was_merged_in_later(store):
    """Two ticks on a story label what it told then, not what a third person moved into it afterwards."""
    elder, younger = two_stories(store)
    said(store, elder, "ann", "ben")
    store.regroup.merge(elder, younger, "ann", NOW + HOUR)
    assert labels(store) == {"own-1": True}


def test_a_merge_after_an_agreed_one_needs_agreement_of_its_own(store):
    """What one person moves into a story that others regrouped before is labelled once somebody else speaks."""
    elder, second = two_stories(store)
    (third,) = alerted(store, reading(3, title="A budget", published=NOW - 800 * 24 * HOUR))
    store.regroup.merge(elder, second, "ann", NOW)
    said(store, elder, "ben", at=NOW + HOUR)
    store.regroup.merge(elder, third, "ann", NOW + 2 * HOUR)
    assert set(labels(store)) == {"own-1", "own-2"}
    said(store, elder, "cid", at=NOW + 3 * HOUR)
    assert set(labels(store)) == {"own-1", "own-2", "own-3"}


def test_a_flood_of_verdicts_costs_bounded_time(store):
    """A hundred thousand rows of a hostile crowd are looked at as far as the bound goes, within seconds."""
    (story,) = alerted(store, reading(1))
    rows = [(f"message of {story}", f"user {n}", "✅", stamp(NOW), 0) for n in range(100_000)]
    with store.feedback._db.conn as connection:
        connection.executemany("INSERT INTO feedback (message, user, emoji, at, removed) VALUES (?, ?, ?, ?, ?)", rows)
    started = time.process_time()
    found = store.labels.items("w")
    assert time.process_time() - started < 5
    assert 0 < len(found) <= MOST


def test_without_verdicts_there_is_one_plain_sentence(store, tmp_path):
    """Nothing is learned and nothing written before two members have said the same."""
    out = _propose(store, tmp_path)
    assert out == "There is nothing to learn yet: no two members have said the same of any item.\n"


def _propose(store, tmp_path, *, out=None):
    import click

    class _Watch:
        name = "w"

    @click.command()
    def command():
        proposal.propose(_Watch(), tmp_path / "archive.db", [], out)

    result = CliRunner().invoke(command)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_cross_leaves_open_what_a_merge_says(store):
    """Items that one member calls wrong are no labels, whoever regrouped them."""
    elder, younger = alerted(store, reading(1, title="A school"), reading(2, title="Finance abroad", **FAR))
    store.regroup.merge(elder, younger, "ann", NOW)
    said(store, elder, "ben")
    said(store, elder, "cid", emoji="❌")
    assert store.labels.items("w") == []


def test_weights_that_flag_otherwise_are_told_so(store):
    """What learned weights would gain or lose is judged by a watch that reads them."""
    alerted(store, reading(1, title="Blue helmets attacked near Kidal, Mali"))
    watch = load_watch(WEIGHTS.parent / "watches" / "minusma")
    silent = {"relevance": {"bias": -10.0}}
    assert [change and change.kind for change in proposal._changes(watch, store, silent)] == ["lost"]
    assert [change and change.kind for change in proposal._changes(watch, store, {})] == [None]
    assert swap_weights({}) == {}


def test_a_proposal_is_told_and_written_and_not_taken(tmp_path):
    """The weights that would come of it are written where the operator says; those in use stay as they are."""
    from bot.__main__ import main

    before = {path.name: path.read_bytes() for path in WEIGHTS.glob("*.toml")}
    archive = tmp_path / "archive.db"
    with opened(archive) as store:
        store.feeds.enrol([FEED])
        store.subscriptions.add(*channel(watch="minusma"))
        mine = [reading(n, title=f"MINUSMA opens school {n} in Gao", watch="minusma") for n in (1, 2)]
        for story in alerted(store, *mine):
            said(store, story, "ann", "ben")
    settings = tmp_path / "bluehelm.toml"
    settings.write_text(
        f'database = "{archive}"\nwatches = "{WEIGHTS.parent / "watches"}"\n[[watch]]\nname = "minusma"\n',
        encoding="utf-8",
    )
    out, items = tmp_path / "proposed", tmp_path / "items"
    items.mkdir()
    few = (ITEMS / "a.jsonl").read_text(encoding="utf-8").splitlines()[:60]
    (items / "few.jsonl").write_text("\n".join(few), encoding="utf-8")
    result = CliRunner().invoke(main, ["learn", str(items), "--feedback", "--out", str(out), "--config", str(settings)])
    assert result.exit_code == 0, result.output
    assert "agree on" in result.output
    assert "not in use" in result.output
    assert {path.name for path in out.glob("*.toml")} <= set(before)
    assert {path.name: path.read_bytes() for path in WEIGHTS.glob("*.toml")} == before
    assert swap_weights({}) == {}
