"""The demo: sample feeds over real HTTP, and the transcript of the whole house working on them."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.demo.play import LATER, DemoClock
from bot.demo.samples import BASE, Samples
from bot.demo.server import SampleServer
from feeds import catalog
from feeds.model import Fetched, Outcome
from feeds.parsing.parse import parse_feed

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "seeds" / "watches" / "minusma" / "samples"
SAMPLES = Samples(FOLDER)
END = SAMPLES.moments()[-1]
FEEDS = {feed.name: feed for feed in catalog.parse_catalog(SAMPLES.catalogue("http://127.0.0.1:9"), "demo.toml")}
HERE = "http://127.0.0.1:9"


def entries(name, now):
    """The entries of a sample feed at a moment, as production's parser reads them."""
    body = SAMPLES.feed(name, now, HERE)
    outcome = Outcome(Fetched.BODY, 200, body.data, (("content-type", body.kind),), f"{HERE}/feeds/{name}")
    found = parse_feed(outcome, FEEDS[name], seen=now, degraded=False)
    assert found.failure is None
    return found.entries


# the samples


@pytest.mark.parametrize("name", SAMPLES.names)
def test_every_sample_feed_is_a_real_feed(name):
    """Production's parser reads each: titles, text, links to the demo's server, dates; nothing of the demo's marks."""
    found = entries(name, END)
    assert len(found) >= 3
    assert all(one.title and one.link.startswith(HERE) and one.published for one in found)
    assert {one.language for one in found} == {FEEDS[name].language}
    body = SAMPLES.feed(name, END, HERE).data
    assert b"urn:bluehelm" not in body and b"s:release" not in body and BASE.encode() not in body


def test_the_samples_are_of_many_kinds():
    """RSS 0.9x, 2.0, 1.0 and Atom; English, French, Arabic, Spanish and German; more than one encoding."""
    bodies = {name: SAMPLES.feed(name, END, HERE) for name in SAMPLES.names}
    kinds = {body.kind.partition(";")[0].rpartition("/")[2] for body in bodies.values()}
    assert kinds == {"rss+xml", "atom+xml", "rdf+xml"}
    assert {feed.language for feed in FEEDS.values()} == {"en", "fr", "ar", "es", "de"}
    assert any(b'version="0.92"' in body.data for body in bodies.values())
    assert any("iso-8859" in body.kind for body in bodies.values())


def test_items_come_and_change_with_the_clock():
    """Before the start nothing of the later days shows; an item that its outlet rewrites keeps its identity."""
    first = [one for name in SAMPLES.names for one in entries(name, SAMPLES.start)]
    assert all(one.published.start < SAMPLES.start for one in first)
    noon, night = datetime(2021, 2, 10, 12, tzinfo=UTC), datetime(2021, 2, 10, 21, tzinfo=UTC)
    before = next(one for one in entries("matin-du-fleuve", noon) if "Kéréna" in one.title)
    after = next(one for one in entries("matin-du-fleuve", night) if "Kéréna" in one.title)
    assert before.keys[0] == after.keys[0]
    assert before.content_hash != after.content_hash


def test_the_archive_holds_nothing_fresh_that_matters():
    """What is there at the start and names the mission is old, so that the first look is silent about it."""
    for name in SAMPLES.names:
        for one in entries(name, SAMPLES.start):
            if re.search("minusma|mali", f"{one.title} {one.summary}", re.IGNORECASE):
                assert SAMPLES.start - one.published.start > timedelta(hours=24) or "Aigles" in one.title


def test_samples_are_not_served_twice_under_one_identity():
    """No two different items of all feeds share a key."""
    owners = {}
    for name in SAMPLES.names:
        for one in entries(name, END):
            for key in one.keys:
                assert owners.setdefault(key, (name, one.title)) == (name, one.title)


# the server


@pytest.fixture
async def served():
    now = [END]
    async with SampleServer(SAMPLES, lambda: now[0]) as server, aiohttp.ClientSession() as session:
        yield server, session, now


async def test_an_unchanged_feed_is_answered_with_304(served):
    """The entity tag comes back as If-None-Match; the tag changes with the feed."""
    server, session, now = served
    now[0] = SAMPLES.start
    url = f"{server.base}/feeds/meridian-wire"
    async with session.get(url) as first:
        tag = first.headers["ETag"]
        assert first.status == 200 and server.base.encode() in await first.read()
    async with session.get(url, headers={"If-None-Match": tag}) as second:
        assert second.status == 304 and await second.read() == b""
    now[0] = END
    async with session.get(url, headers={"If-None-Match": tag}) as third:
        assert third.status == 200 and third.headers["ETag"] != tag


async def test_a_feed_can_be_down_for_a_while(served):
    """Inside its stretch of maintenance a feed answers 503, before and after it 200."""
    server, session, now = served
    for day, status in ((10, 200), (12, 503), (14, 200)):
        now[0] = datetime(2021, 2, day, 12, tzinfo=UTC)
        async with session.get(f"{server.base}/feeds/diario-del-estrecho") as answer:
            assert answer.status == status


async def test_gzip_pages_and_strangers(served):
    """One feed is always sent as gzip; items have pages once they are out; everything else is 404."""
    server, session, now = served
    async with session.get(f"{server.base}/feeds/hanse-blatt") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
    page = f"{server.base}/afrique-depeches/kerena-un-mort"
    async with session.get(page) as answer:
        said = await answer.text()
        assert "un mort et 27 blessés" in said and "<article>" in said
    now[0] = SAMPLES.start
    for path in (page, f"{server.base}/feeds/none", f"{server.base}/nothing/here", f"{server.base}/../../etc/passwd"):
        async with session.get(path) as answer:
            assert answer.status == 404


def test_the_clock_stands_until_it_is_moved():
    """It goes from release to release, with a stop after each, and says when it is done."""
    one, two = END, END + timedelta(days=1)
    clock = DemoClock(END - timedelta(days=1), (one, two))
    assert clock() == END - timedelta(days=1)
    assert [clock.advance() for _ in range(5)] == [one, one + LATER, two, two + LATER, None]
    assert clock() == two + LATER
    assert clock.done.is_set()


# the transcript


class Transcript:
    """What `bluehelm demo` printed when nobody was at the prompt, cut into blocks."""

    def __init__(self, lines, first_alert, status):
        self.text, self.first_alert, self.status = "".join(lines), first_alert, status
        news, *asked = re.split(r"^> ", self.text, flags=re.MULTILINE)
        self.news = [block.split("\n\n")[0] for block in re.split(r"^── ", news, flags=re.MULTILINE)[1:]]
        self.answers = [(one.partition("\n")[0], one.partition("\n")[2]) for one in asked]

    def blocks(self, kind):
        return [block for block in self.news if block.startswith(kind)]

    def answer(self, command):
        return next(said for asked, said in self.answers if asked.startswith(command))


@pytest.fixture(scope="module")
def transcript():
    started, lines, first = time.monotonic(), [], None
    command = [sys.executable, "-m", "bot", "demo"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as demo:
        for line in demo.stdout:
            lines.append(line)
            if first is None and line.startswith("── ALERT"):
                first = time.monotonic() - started
        status = demo.wait(30)
    return Transcript(lines, first, status)


@pytest.mark.slow
def test_the_demo_ends_well_and_soon(transcript):
    """Exit status 0, no colour codes without a terminal, and the first alert soon: ten seconds are promised."""
    assert transcript.status == 0
    assert "\x1b" not in transcript.text
    assert transcript.first_alert < 20  # 3 to 6 s on an idle machine; the suite leaves it half a core


@pytest.mark.slow
def test_whoever_waits_sees_what_goes_on(transcript):
    """A line at once, then what is about to come, then what the silent first look found, before the first alert."""
    assert transcript.text.startswith("Bluehelm's demo is getting ready")
    before = transcript.text[: transcript.text.index("── ALERT")]
    summary = " ".join(before[before.index("operators:") :].split())
    assert summary.startswith("operators: The first look is done: 9 feeds read, ")
    assert "stories filed in silence; try !latest." in summary


@pytest.mark.slow
def test_one_event_is_one_alert(transcript):
    """Ten reports in six languages of one attack: one alert, which changes as the story grows."""
    kerena = [block for block in transcript.blocks("ALERT") if re.search("K[eé]r[eé]na", block)]
    assert len(kerena) == 1
    updated = "\n".join(block for block in transcript.blocks("UPDATED"))
    assert "injured 20 → 28" in updated
    assert "1 killed" in updated
    assert "injured 28 → 27" in updated
    assert "confirmed by the UN" in updated
    assert "Killed: 1 (" in updated and "UN statement · 6" in updated
    story = re.search(r"Story (\d+)", kerena[0])[1]
    assert all(f"Story {story} " in block for block in transcript.blocks("UPDATED") if "Togo" in block)


@pytest.mark.slow
def test_the_right_alerts_and_no_others(transcript):
    """Beside the attack: the meeting in the north and the inquiry, each once; none of the near misses."""
    titles = [block.splitlines()[1].removeprefix("│ ") for block in transcript.blocks("ALERT")]
    assert len([title for title in titles if "Kidal" in title or "كيدال" in title]) == 1
    assert len([title for title in titles if "Bounti" in title]) == 1
    assert len(titles) <= 4
    everything = "\n".join(transcript.news)
    for name in SAMPLES.names:
        for one in entries(name, END):
            if not re.search(
                "minusma|مينوسما|K[eé]r[eé]na|Kidal|Bounti|Gao", f"{one.title} {one.summary}", re.IGNORECASE
            ):
                assert one.title not in everything


def unwrapped(answer):
    return " ".join(answer.replace("│", "").split())


@pytest.mark.slow
def test_the_script_is_answered(transcript):
    """Every question of the script has its answer."""
    assert [asked.split()[0] for asked, _ in transcript.answers] == [line.split()[0] for line in SAMPLES.script]
    assert "Aguelhok" in transcript.answer("!search kidal")
    assert "page 1 of" in transcript.answer("!latest")
    assert "Meridian Wire · en" in transcript.answer("!story")
    assert "What changed" in transcript.answer("!more")
    assert "Flagged as incident" in transcript.answer("!why")
    assert "Content hash" in transcript.answer("!cite")
    assert re.search(r"first read \d\d:\d\d in other words \(#\d+\.1\)", unwrapped(transcript.answer("!cite")))
    assert "~~une vingtaine de blessés~~ → **28 blessés" in unwrapped(transcript.answer("!diff"))
    assert "9 feeds:" in transcript.answer("!feeds")
    assert "Scheduler: running" in transcript.answer("!status")
    assert "Did you mean !latest?" in transcript.answers[-2][1]
    assert "!search stories" in transcript.answer("!help")
