"""The made-up archive that questions are timed on: the same from the same seed, whole, answered at a bounded cost."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.desk import Asker, Desk
from bot.pictures.studio import Studio
from config.schema import Settings
from feeds.query import parse_query
from feeds.query.known import KnownNames
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from tests.bench.archive import END, build
from tests.bench_archive import QUESTIONS, Watch, filled
from tests.test_queries import check_index, kept, made_anew

pytestmark = pytest.mark.slow
ITEMS = 8000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "archive.db"
    build(path, ITEMS, ITEMS // 5)
    return path


def test_it_is_the_same_each_time_and_whole(large, tmp_path):
    """As many items as were asked for, a fifth of them flagged; what queries are answered from agrees with the rest."""
    build(tmp_path / "again.db", 500, 100)
    build(tmp_path / "once.db", 500, 100)
    said = []
    for path in (tmp_path / "again.db", tmp_path / "once.db"):
        with Store(path) as store:
            said.append(
                [store._db.execute(f"SELECT * FROM {name}").fetchall() for name in ("wordings", "told", "entries")]
            )
    assert said[0] == said[1]
    with Store(large) as store:
        entries, flagged = store._db.execute("SELECT count(*), sum(kept) FROM entries").fetchone()
        assert entries == ITEMS and ITEMS * 0.17 < flagged < ITEMS * 0.23
        check_index(store)
        assert kept(store) == made_anew(store)


async def test_every_question_is_answered(large, monkeypatch):
    """None is a mistake, and none takes more than half a second of CPU beside the others; pictures are drawn by others'
    tests."""
    monkeypatch.setattr(Studio, "png", lambda *_: asyncio.sleep(0, b""))
    async with StoreThread(lambda: Store(large), lambda: Store(large, read_only=True)) as store:
        desk = Desk(store, {name: Watch(name) for name in ("minusma", "monusco")}, Settings(), lambda: END)
        for question in QUESTIONS:
            name, _, line = filled(question, 0).partition(" ")
            asker = Asker(question, "x", transport="terminal", target="terminal")  # nobody asks for many pictures
            begun = time.process_time()
            reply = await desk.answer(name, line, asker=asker)
            assert time.process_time() - begun < 0.5, question
            assert not reply.private or question.startswith("digest"), (question, reply.text)
            assert len(reply.text) < 400


def test_a_page_is_the_same_whichever_way_it_is_found(large):
    """Of many stories the first are met on a walk, of few all are sorted: the order is one."""
    with Store(large, read_only=True) as store:
        everything = store.queries.stories(parse_query("killed OR -killed", KnownNames(), END), limit=None).ids
        newest = store._db.execute("SELECT id FROM stories WHERE merged_into IS NULL ORDER BY newest DESC, id DESC")
        assert list(everything) == [one for (one,) in newest]
        from feeds.store.search import queries

        few, queries._FEW = queries._FEW, 5
        try:
            assert (
                store.queries.stories(parse_query("killed OR -killed", KnownNames(), END), limit=None).ids == everything
            )
        finally:
            queries._FEW = few
