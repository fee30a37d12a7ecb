"""The worker process: what it reads, what stops it, and who waits for whom."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.causes import cause_text
from bot.wording.notices import notice_text
from feeds.model import CauseKind, Feed, Fetched, Outcome
from feeds.parsing.lead import lead
from feeds.parsing.parse import parse_feed
from feeds.worker.jobs import PackedKeys, ParseBody, ReadLead
from feeds.worker.pool import Pool
from feeds.worker.process import SetupError, StartError, Worker
from feeds.worker.reader import Reader
from feeds.worker.wire import Inbox, packed
from tests.store_kit import DAY, HOUR, NOW
from tests.test_article import PAGE
from tests.test_poll import House, houses
from tests.worker_kit import FEED, HASTY, SETUP, SLOW, STATE, STUBBORN, answer, entry, loud, rss

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


# What is about the process itself, how it dies and what it holds, is shown by those that start as in production.
STARTED = ("another_process", "holds", "EAT", "outlive", "secrets", "starting", "never_starts")


@pytest.fixture(autouse=True)
def _started(request):
    """The reading processes of all other tests are forks, which are ready at once."""
    if any(word in request.node.name for word in STARTED):
        request.getfixturevalue("started_readers")


@pytest.fixture
async def pool(request):
    async with Pool(getattr(request, "param", SETUP)) as running:
        await running.ready()
        yield running


@pytest.fixture
def reader(pool):
    return Reader(pool)


async def judged(reader, *titles, feed=FEED):
    return await reader.judge(feed, [entry(title) for title in titles], NOW, loud)


def alive(pid):
    """Whether a process runs; one that has ended and was not yet asked for its status does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def gone(pid, within=3.0):
    deadline = time.monotonic() + within
    while alive(pid) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return not alive(pid)


# what it reads


async def test_texts_are_read_in_another_process(reader):
    """What the watches find comes back as it was found, from a process that is not the house."""
    verdicts = await judged(reader, "blue helmets", "football")
    [first, second] = verdicts.judged
    assert first.findings[0].match.relevant and second.findings == ()
    assert first.findings[0].quotes != (f"read by {os.getpid()}",)
    assert verdicts.said == ()


@pytest.mark.parametrize("filed", [False, True])
async def test_a_body_is_parsed_as_it_would_be_here(reader, filed):
    """Entries, keys and what is said of the feed are the same, whether the body travels in the message or as a file."""
    raw = rss(*(f"item {number}" for number in range(2_500)), "item 7")
    outcome = Outcome(Fetched.BODY, 200, raw)
    here = parse_feed(outcome, FEED, seen=NOW)
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.flush()
        given = replace(outcome, body=b"", file=file) if filed else outcome
        there = await reader.parse(FEED, STATE, given, NOW)
    assert [one for stretch in there.stretches() for one in stretch] == list(here.entries)
    assert replace(there.parsed, entries=here.entries) == here


_HOUSE = """
import asyncio, sys
import bot.cli.run
from feeds.worker.pool import Pool
from feeds.worker.reader import Reader
from tests.store_kit import NOW
from tests.worker_kit import FEED, HASTY, SETUP, STATE, answer

async def main():
    async with Pool(SETUP) as pool:
        read = await Reader(pool).parse(FEED, STATE, answer("blue helmets", "football"), NOW)
        assert [one.title for stretch in read.stretches() for one in stretch] == ["blue helmets", "football"]

asyncio.run(main())
print({"feedparser", "trafilatura", "ahocorasick_rs"} & set(sys.modules))
"""


def test_the_house_holds_no_parser():
    """To hear what a body holds, the house loads neither the parser nor the watches' automata."""
    done = subprocess.run(
        [sys.executable, "-c", _HOUSE], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() == "set()"


@given(st.lists(st.none() | st.lists(st.text(max_size=5), max_size=3).map(tuple), max_size=1200))
def test_packed_keys_are_the_keys(keys):
    """Keys come out as they went in, in order, as often as one goes through them."""
    packed_keys = PackedKeys.of(iter(keys))
    assert list(packed_keys) == keys
    assert list(packed_keys) == keys


async def test_a_page_gives_the_same_lead(pool):
    """The extraction of articles runs there too."""
    assert (await pool.run("a", ReadLead(PAGE.encode()))).pieces == ((lead(PAGE.encode()),),)


async def test_the_worker_holds_nothing_to_fetch_or_guess_with(pool):
    """What the extraction of articles brings along for that is left out, and nothing of it is missed."""
    await pool.run("a", ReadLead(PAGE.encode()))
    maps = Path(f"/proc/{pool._worker.pid}/maps").read_text()
    assert "lxml/etree" in maps
    assert not {name for name in ("charset_normalizer", "_ssl", "_hashlib") if f"/{name}" in maps}


async def test_a_worker_that_has_read_a_page_reads_no_large_body(pool):
    """What pages take stays in the process, so a fresh one reads what is large; small bodies are not worth that."""
    await pool.run("a", ReadLead(PAGE.encode()))
    laden = pool._worker.pid
    small, large = answer("blue helmets"), answer("blue helmets " * 80_000)
    for outcome, same in ((small, True), (large, False)):
        job = ParseBody(outcome, FEED, NOW, False, len(outcome.body))
        assert (await pool.run("a", job)).trouble is None
        assert (pool._worker.pid == laden) is same


@pytest.mark.parametrize("pool", [SLOW], indirect=True)
async def test_a_worker_that_is_slow_to_get_ready_is_not_ended_for_it(pool):
    """What it does once for all comes before the first turn, in which its silence would hold up others."""
    first = pool._worker.pid
    await asyncio.gather(*(pool.run(source, ReadLead(PAGE.encode())) for source in "abc"))
    assert pool._worker.pid == first


async def test_a_page_and_a_large_body_do_not_make_each_other_begin_anew(pool):
    """Both come to their end side by side, however many turns they take."""
    page = (PAGE + "<p>Blue helmets were seen in the harbour again.</p>" * 3000).encode()
    body = answer("blue helmets " * 80_000, *("blue helmets" for _ in range(2000)))
    jobs = [("a", ReadLead(page)), ("b", ParseBody(body, FEED, NOW, False, len(body.body))), ("a", ReadLead(page))]
    async with asyncio.timeout(30):
        results = await asyncio.gather(*(pool.run(source, job) for source, job in jobs))
    assert [one.trouble for one in results] == [None] * 3


async def test_a_watch_explains_itself(reader):
    """The desk's question why is answered there, for the text may be anyone's."""
    said = await reader.explain("blue", entry("blue helmets").document(), NOW)
    assert said.match.relevant and said.named == (("colour", "blue"),)
    assert (await reader.explain("blue", entry("HANG").document(), NOW)).cause.kind is CauseKind.CPU


@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 50))
def test_messages_are_put_together_from_any_pieces(messages, size):
    """However the bytes arrive, the same messages come out in order."""
    sent = b"".join(part for message in messages for part in packed(message))
    inbox, found = Inbox(), []
    for start in range(0, len(sent), size):
        inbox.add(sent[start : start + size])
        while (message := inbox.next()) is not None:
            found.append(message)
    assert found == messages


# what stops it


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("HANG", "more computing"),
        ("SLEEP 30", "did not come to an end"),
        ("EAT", "more memory"),
        ("CRASH", "ended the reading process (SIGSEGV)"),
        ("VANISH", "ended the reading process (status 3)"),
        ("FAULT", "a fault of ours"),
    ],
)
async def test_an_item_that_cannot_be_read_is_named_and_passed_over(reader, does, why):
    """What hangs, eats memory, crashes or meets a bug costs its own item only; those before and after are judged."""
    verdicts = await judged(reader, "blue one", f"{does} blue", "blue two")
    assert [bool(one.findings) for one in verdicts.judged] == [True, False, True]
    assert why in cause_text(verdicts.judged[1].unreadable)
    assert verdicts.judged[0].unreadable is None and verdicts.judged[2].unreadable is None
    [said] = verdicts.said
    assert notice_text(said).startswith(f"a: the item “{does} blue” is unreadable and was passed over.")


async def test_an_innocent_item_is_not_blamed(reader, tmp_path):
    """A worker that dies once at an item may have died of something else: the item gets a second chance, alone."""
    verdicts = await judged(reader, "blue", f"blue ONCE {tmp_path / 'seen'}", "blue too")
    assert [bool(one.findings) for one in verdicts.judged] == [True, True, True]
    assert verdicts.said == ()


async def test_a_title_without_end_is_cut(reader):
    """What is kept of an unreadable item is enough to know it again, and no more."""
    verdicts = await judged(reader, "VANISH " + "x" * 8_000)
    assert len(verdicts.judged[0].entry.title) <= 300
    assert verdicts.judged[0].entry.keys == ("VANISH " + "x" * 8_000,)


async def test_after_five_unreadable_items_the_rest_waits(reader):
    """A feed that is made of trouble does not hold up its own good items for ever, nor fill the operators' channel."""
    verdicts = await judged(reader, *(f"VANISH {number}" for number in range(20)))
    assert len(verdicts.judged) == len(verdicts.said) == 5


async def test_a_watch_that_cannot_be_used_is_named():
    """The house does not start on a mistake in a watch's folder, and says which it is."""
    with pytest.raises(SetupError, match=r"broken/watch\.toml:3: what is this\?"):
        async with Pool(replace(SETUP, folders=("broken",))) as pool:
            await pool.ready()


# who waits for whom


async def test_nobody_waits_for_a_feed_that_hangs():
    """While an item hangs for its whole limit, the items of all other feeds are judged within a second."""
    async with Pool(replace(SETUP, scale=1.0)) as pool:
        began = time.monotonic()
        await pool.ready()
        starting = time.monotonic() - began
        reader = Reader(pool)
        hanging = asyncio.create_task(judged(reader, "HANG"))
        await asyncio.sleep(0.05)

        async def other(number):
            began = time.monotonic()
            await judged(reader, "blue", feed=Feed(f"f{number}", "http://f.example/", "en"))
            return time.monotonic() - began

        waits = await asyncio.gather(*map(other, range(8)))
        assert not hanging.done()
        assert max(waits) < max(1.0, 4 * starting)  # most of it is the start of a fresh worker: slow when all is
        assert len(pool._workers) == 1  # it has ended before the fresh one began
        hanging.cancel()


async def test_what_hangs_comes_to_its_end_though_others_always_come(monkeypatch):
    """It is tried again when nobody waits, and where that never is, in a second process after a while."""
    monkeypatch.setattr("feeds.worker.queue._LONGEST_SUSPICION", 1.0)
    async with Pool(SETUP) as pool:
        await pool.ready()
        reader = Reader(pool)

        async def busy(name):
            while True:
                await judged(reader, "BUSY 0.01 blue", feed=replace(FEED, name=name))

        others = [asyncio.create_task(busy(name)) for name in "bc"]
        async with asyncio.timeout(20):
            verdicts = await judged(reader, "blue", "HANG")
        assert [bool(one.findings) for one in verdicts.judged] == [True, False]
        assert "the item “HANG” is unreadable" in notice_text(verdicts.said[0])  # by CPU, or by time where others are
        for other in others:
            other.cancel()


async def test_a_worker_that_was_idle_is_not_silent(pool):
    """What comes after a pause, even all at once, is read by the worker that waited for it."""
    reader, before = Reader(pool), pool._worker.pid
    await asyncio.sleep(0.7)
    await asyncio.gather(*(judged(reader, "blue", feed=replace(FEED, name=name)) for name in "bcde"))
    assert pool._worker.pid == before


@pytest.mark.parametrize("when", ["idle", "starting"])
async def test_nobody_waits_for_a_worker_that_was_stopped(when):
    """A fresh one does its work, and no item is blamed; so too when it is stopped before it is ready."""
    async with Pool(SETUP) as pool:
        began = time.monotonic()
        await pool.ready()
        starting, reader = time.monotonic() - began, Reader(pool)
        stopped = pool._worker.pid
        os.kill(stopped, signal.SIGSTOP)
        began = time.monotonic()
        work = [asyncio.create_task(judged(reader, "blue", feed=replace(FEED, name=name))) for name in "bcd"]
        if when == "starting":
            next_one = await child_beside(stopped)
            os.kill(next_one, signal.SIGSTOP)
        verdicts = await asyncio.gather(*work)
        took = time.monotonic() - began
    assert [one.said for one in verdicts] == [()] * 3
    assert took < (1 if when == "idle" else 2) * max(1.0, 4 * starting)
    assert await gone(stopped)


async def child_beside(known):
    """The number of this process's next worker, as soon as it is a program."""
    while True:
        await asyncio.sleep(0.01)
        for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split():
            if int(pid) != known and b"feeds.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)


async def test_feeds_take_turns(reader):
    """A feed with hundreds of items that each take a while has one turn in two, not all of them."""
    many = asyncio.create_task(judged(reader, *(f"BUSY 0.02 {number}" for number in range(400))))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    for number in range(5):
        await judged(reader, "blue", feed=Feed(f"f{number}", "http://f.example/", "en"))
    waited = time.monotonic() - began
    assert not many.done()
    assert waited < 4  # five turns of 60 ms, on any machine
    many.cancel()


async def test_a_body_of_megabytes_lets_others_pass(reader):
    """Parsing takes turns as well."""
    raw = rss(*(f"item {number}" for number in range(4_000)))
    large = asyncio.create_task(reader.parse(FEED, STATE, Outcome(Fetched.BODY, 200, raw), NOW))
    await asyncio.sleep(0.1)
    for number in range(3):
        await judged(reader, "blue", feed=Feed(f"f{number}", "http://f.example/", "en"))
    assert not large.done()
    assert (await large).parsed.count == 4_000


@pytest.mark.parametrize("pool", [HASTY], indirect=True)
async def test_many_that_hang_share_one_place(reader):
    """Feeds that hang at the same time are dealt with one after the other, in one process."""
    hanging = [
        asyncio.create_task(judged(reader, "HANG", feed=Feed(f"h{number}", "http://h.example/", "en")))
        for number in range(3)
    ]
    most = 0
    while not all(task.done() for task in hanging):
        most = max(most, len(reader._pool._workers))
        await asyncio.sleep(0.02)
    assert all("unreadable" in notice_text(verdicts.said[0]) for verdicts in await asyncio.gather(*hanging))
    assert most == 1
    assert (await judged(reader, "blue")).judged[0].findings


# its life


async def test_an_idle_worker_ends_and_comes_back():
    """Nothing to read, nothing in memory."""
    async with Pool(SETUP, idle=0.1) as pool:
        await pool.ready()
        pid = pool._worker.pid
        assert await gone(pid)
        assert (await judged(Reader(pool), "blue")).judged[0].findings


async def test_the_end_waits_for_nobody():
    """Whatever is being read, the house can close at once."""
    async with Pool(replace(SETUP, scale=10)) as pool:
        await pool.ready()
        reader = Reader(pool)
        busy = [asyncio.create_task(judged(reader, "HANG", feed=replace(FEED, name=name))) for name in "ab"]
        await asyncio.sleep(0.5)
        while not pool._workers:  # one has ended and the next is on its way
            await asyncio.sleep(0.02)
        pids = [worker.pid for worker in pool._workers]
        for task in busy:
            task.cancel()
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert pids and not any(map(alive, pids))


@pytest.mark.parametrize("steps", range(5))
async def test_the_end_comes_though_something_else_comes_with_it(steps):
    """Whatever arrives in the same moment does not keep the house open."""
    async with asyncio.timeout(5), Pool(SETUP) as pool:
        await pool.ready()
        await asyncio.sleep(0.05)
        pool._more.set()
        for _ in range(steps):
            await asyncio.sleep(0)


async def test_a_worker_does_not_outlive_a_house_that_was_killed(tmp_path):
    """Not even while it hangs in the middle of a text."""
    program = (
        "import asyncio, dataclasses\n"
        "from feeds.worker.pool import Pool\nfrom feeds.worker.reader import Reader\nfrom tests.worker_kit import *\n"
        "async def main():\n"
        "    async with Pool(dataclasses.replace(SETUP, scale=50)) as pool:\n"
        "        await pool.ready()\n        print(pool._worker.pid, flush=True)\n"
        "        await Reader(pool).judge(FEED, [entry('HANG')], None, loud)\n"
        "asyncio.run(main())\n"
    )
    house = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert house.stdout is not None
    worker = int(house.stdout.readline())
    await asyncio.sleep(0.3)
    assert alive(worker)
    house.send_signal(signal.SIGKILL)
    house.communicate()
    assert await gone(worker)


async def test_the_worker_knows_no_secrets(monkeypatch):
    """What reads strangers' texts is not told the token."""
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")
    async with Pool(SETUP) as pool:
        await pool.ready()
        assert b"a.b.c" not in Path(f"/proc/{pool._worker.pid}/environ").read_bytes()


# the whole way


async def test_an_unreadable_item_never_comes_back(tmp_path, pool):
    """It is stored with its reason, named once, and neither the next poll nor the next start tries it again."""
    listed = answer("blue helmet one", "VANISH blue helmet", "blue helmet two")
    async with houses(tmp_path) as make:
        house = make("a")
        for _ in range(2):  # as after a restart
            again = with_worker(house, pool)
            await again.tick(a=replace(listed, body_hash=None))
            house.now = again.now + HOUR
        told = await house.notices()
        assert [text for text in told if "unreadable" in text] == told[:1]
        [item] = (await house.ask(lambda store: store.archive.search("vanish", everything=True))).items
        reason = await house.ask(lambda store: store.unreadable.entry(item.source.entry))
        assert "ended the reading process" in cause_text(reason)
        assert item.summary == ""
        assert (await house.ask(lambda store: store.days.total())).read == 3


async def test_an_unreadable_body_is_never_tried_again(tmp_path, monkeypatch):
    """Its hash is remembered: the same bytes are passed over, also after others, until the limits are others."""
    async with Pool(STUBBORN) as pool, houses(tmp_path) as make:
        await pool.ready()
        house = with_worker(make("a"), pool)
        tried = []
        parse = house.reader.parse

        async def counted(*args):
            tried.append(house.now)
            return await parse(*args)

        house.reader.parse = counted
        bad, good = answer("HANG"), answer("blue helmet")
        first = (await house.tick(a=bad))["a"]
        assert (first.outcome, first.reason) == ("failed", "unreadable")
        assert (await house.tick(7 * HOUR, a=bad))["a"].reason == "unreadable"
        assert len(tried) == 1
        await house.tick(DAY, a=bad)
        assert (await house.tick(DAY, a=good))["a"].new == 1
        await house.tick(30 * DAY, a=bad)
        assert len(tried) == 2  # the first time, and the good one
        monkeypatch.setattr("feeds.intake.LIMITS", "wider")
        await house.tick(DAY, a=bad)
        assert len(tried) == 3
        assert len([text for text in await house.notices() if "unreadable" in text]) == 1


async def test_nothing_is_blamed_when_no_worker_can_be_started(tmp_path, monkeypatch):
    """Neither the body nor its items: all of it is read when a worker can be started again."""
    async with Pool(SETUP) as pool, houses(tmp_path) as make:
        await pool.ready()
        house = with_worker(make("a"), pool)
        start = Worker.start

        async def refused(_):
            raise BlockingIOError("no more processes")

        monkeypatch.setattr(Worker, "start", refused)
        pool._retire()
        said = (await house.tick(a=answer("blue helmet")))["a"]
        assert (said.outcome, said.reason, said.new) == ("failed", "no_worker", 0)
        parse = house.reader.parse

        async def parsed(*args):
            monkeypatch.setattr(Worker, "start", start)
            found = await parse(*args)
            monkeypatch.setattr(Worker, "start", refused)
            pool._retire()
            return found

        house.reader.parse = parsed
        assert (await house.tick(7 * HOUR, a=answer("blue helmet")))["a"].new == 0
        house.reader.parse = parse
        monkeypatch.setattr(Worker, "start", start)
        assert (await house.tick(7 * HOUR, a=answer("blue helmet")))["a"].matched == 1
        assert not [text for text in await house.notices() if "unreadable" in text]


async def test_a_worker_that_never_starts_is_said_in_one_line(monkeypatch):
    """Who enters the pool is told what no worker could be started for."""
    monkeypatch.setattr("feeds.worker.process.sys.executable", "/bin/false")
    with pytest.raises(StartError, match=r"^the reading process cannot be started: crash: status 1$"):
        async with Pool(SETUP) as pool:
            await pool.ready()


def with_worker(house: House, pool: Pool) -> House:
    """The same house with a poller that reads in a worker, as if just started."""
    from feeds.poll import Poller
    from tests.test_poll import POLL

    house.reader = Reader(pool)
    house.poller = Poller(
        house.feeds, house.store, house.publishers, house.reader, POLL, clock=lambda: house.now, chance=lambda: 0.5
    )
    return house
