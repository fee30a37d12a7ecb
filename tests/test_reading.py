"""One reading a document: what is worked out once, in which language, and how its cost grows."""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.classify import Classifier
from bot.cli.explain import explained
from feeds.judge import judge_entry
from feeds.model import Entry, Feed
from seeds.lexicon.load import shared
from seeds.lexicon.world import world
from seeds.model import Document, When
from seeds.text import reading as readings
from seeds.text.reading import LONGEST_READ, Reading
from seeds.text.scan import Scanner
from seeds.watch import load_watch, read_document

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "watches"
WATCHES = [load_watch(SEEDS / name) for name in ("minusma", "monusco")]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FEED = Feed("f", "http://f.example/feed", "en")
TITLE = "Four UN peacekeepers from Chad killed in Mali"
TEXT = "The soldiers died near Aguelhok on Friday. MINUSMA and MONUSCO condemned the attack in Mali and in Congo."
_LEAST = 0.005  # CPU seconds below which the clock says little
# Every kind of token that a rule counts, repeats or looks behind, alone and in pairs that rules tie together.
_TOKENS = (
    "科纳|科纳 |Mali |UN |UN base in Mali |L’ONU |soldats L’ONU |mission L’ONU |force of the UN |"
    "two soldiers killed |killed two soldiers and |killed and injured |a wounded soldier has died |"
    "one of the six |Chadian soldiers |Chad, Niger, |between Gao and Kidal |from Gao to Kidal |Gao, |"
    "25 km from Gao |since 2013 |1 January 2013 |said on Monday |111,|M. |a. |St. |! | |\n|MINUSMA|minusma |"
    "ー|マリ |مقتل جنديين في مالي |والأمم |মালি|병사 2명이 |resolution 2690 (2023) |S/RES/2690 |Aa Bb |"
    "Captain Abc Def |including two |attack since |“|d'|é |Read more "
)


def everything(document: Document) -> None:
    """All that is ever asked of a document, for two watches."""
    reading = read_document(document)
    for watch in WATCHES:
        match, facts = watch.match(reading, NOW), watch.facts(reading)
        watch.quotes(reading, match, facts)
        watch.fingerprint(reading)
        watch.evidence(reading)


def cpu(text: str, times: int = 2) -> float:
    """The least CPU seconds that everything takes for a text."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        everything(Document("", text, "en", When(NOW, "day")))
        spent.append(time.process_time() - start)
    return min(spent)


def test_a_document_is_folded_cut_and_scanned_once_for_all_watches(monkeypatch):
    """Two watches that both flag an item fold it once, cut it once, and look for the world's names once."""
    asked: Counter[str] = Counter()
    everything(Document(TITLE, TEXT, "en"))

    def counting(name, work):
        def counted(*given):
            asked[name] += 1
            return work(*given)

        return counted

    find = Scanner.finds
    monkeypatch.setattr(readings, "fold", counting("fold", readings.fold))
    monkeypatch.setattr(readings, "sentences", counting("cut", readings.sentences))
    monkeypatch.setattr(Scanner, "finds", lambda self, reading: asked.update([id(self)]) or find(self, reading))
    entry = Entry("f", ("k",), TITLE, TEXT, None, "en", When(NOW, "day"))
    flagged = judge_entry(entry, FEED, WATCHES, NOW).findings
    assert len(flagged) == 2
    assert (asked.pop("fold"), asked.pop("cut")) == (1, 1)
    assert asked[id(world(shared()))] == 1
    assert set(asked.values()) == {1}


def test_what_the_gate_turns_away_is_only_folded(monkeypatch):
    """An item that names nothing of the mission is neither cut nor split into words."""
    monkeypatch.setattr(readings, "sentences", lambda *_: pytest.fail("was cut"))
    monkeypatch.setattr(readings, "split_words", lambda *_: pytest.fail("was split"))
    reading = read_document(Document("Storm hits the coast of Norway", "Ferries stay in port until Monday.", "en"))
    assert not WATCHES[0].match(reading, NOW).relevant


def test_nothing_is_kept_of_a_document():
    """When a reading goes, all that was made of it goes: judging many items leaves the memory as it was."""
    everything(Document(TITLE, TEXT, "en"))
    documents = [Document(f"{TITLE} {number}", f"{TEXT} It was attack number {number}.", "en") for number in range(60)]
    for document in documents:
        everything(document)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for document in documents:
        everything(document)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 40_000, grown


def test_a_stream_of_items_needs_no_more_memory_the_longer_it_is():
    """The stories that a stream remembers are bounded; an entry of a forgotten one opens it anew."""
    judge = Classifier(WATCHES[0])
    judge._stories._most = 20
    for number in range(200):
        day = f"20{10 + number // 20}-{1 + number % 12:02d}-05"
        judge.line(json.dumps({"title": f"Ferry {number} docks in Gdansk", "published": day}), number)
    kept = judge._stories
    assert len(kept) > 100
    assert len(kept._stories) <= 20
    assert {story for under in kept._index.values() for story in under} <= kept._stories.keys()


@pytest.mark.parametrize("token", _TOKENS.split("|"))
def test_the_cost_of_a_text_grows_with_its_length(token):
    """Four times as long a text of one repeated token takes about four times the CPU, and a full one under a second."""
    lead = "UN base in Mali. MINUSMA: "
    short, full = lead + (token * 2_000)[:2_000], lead + (token * 8_000)[:8_000]
    # Another program's load may fall on either side, never three times on the same one.
    assert any(cpu(full, times=1) < min(1.0, 8 * max(cpu(short), _LEAST)) for _ in range(3))


def test_unspaced_text_is_read_at_once():
    """844 characters without a space, once a second's work for one rule of evidence, take a moment."""
    everything(Document("", "UN in Mali", "zh"))
    assert cpu("联合国马里" + "科纳" * 420) < 0.3


def test_what_is_read_has_an_end():
    """No more than the first ten thousand characters are read, whatever comes."""
    assert len(read_document(Document("", "Mali " * 10_000)).text) == LONGEST_READ


@pytest.mark.parametrize("hint", [None, "und", "mul", "", "de", "de-DE", "EN"])
def test_a_source_that_names_no_language_or_the_wrong_one_does_no_harm(hint):
    """A feed without a language, one of many, and a wrong one are read by the words of the text."""
    text = "Die Blauhelme starben bei einem Angriff auf das Lager der Vereinten Nationen in Mali, es gab vier Tote."
    assert read_document(Document("", text, hint)).language == "de"


@pytest.mark.parametrize("hint", [None, "und", "mul"])
def test_the_contingent_is_told_without_a_language(hint):
    """Adjectives of countries count in a text whose source tells no language."""
    document = Document("Nord du Mali : quatre Casques bleus tchadiens tués dans leur camp d'Aguelhok", "", hint)
    assert WATCHES[0].facts(read_document(document)).contingents == ("TD",)


@pytest.mark.parametrize(("hint", "spoken"), [("fr", "fr"), (None, "fr"), ("en", "fr"), ("mul", "fr")])
def test_the_words_tell_their_language_whatever_their_source_says(hint, spoken):
    """A French text in an English feed is French; where words and source leave a doubt, nothing is told."""
    text = (
        "Les casques bleus ont été attaqués dans la nuit et trois soldats sont morts, dit la mission des Nations unies"
    )
    assert read_document(Document("", text, hint)).spoken == spoken
    assert read_document(Document("Xyzzy qwrtz", "", hint)).spoken is None


def test_a_language_nobody_can_tell_is_unknown():
    """Text without a known word has no language, and no hint stays a hint that names none."""
    assert read_document(Document("Xyzzy qwrtz", "", "und")).language is None
    assert Reading("Xyzzy", "mul").language is None


def test_the_seeds_are_credited_with_what_they_taught_only():
    """ "UN base", which the lexicon puts together, is no pattern of the seeds, though they taught "UN" and a name."""
    told = "\n".join(explained(WATCHES[0], Document("UN base in Timbuktu attacked", "", "en"), NOW))
    assert "“un” learned" not in told
    assert "role “UN base” (lexicon: un.base)" in told


@given(st.text(alphabet="aä 科UN.\n-é’", max_size=60), st.text(max_size=60))
def test_places_in_folded_and_written_text_agree(title, summary):
    """What is found in the folded text is quoted as written, and folds to itself again."""
    reading = read_document(Document(title, summary))
    for word in reading.words:
        assert 0 <= word.start < word.end <= len(reading.text)
        assert reading.folded_of(word.start, word.end)
