"""Another mission is another folder: the second watch recognises its own with no line of code of its own."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from seeds import watch as watches
from seeds.model import Document
from tests.shared import SHARED, needs_shared

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "seeds" / "watches" / "monusco"
DATA = Path(__file__).parent / "data"
CASES = tomllib.loads((DATA / "monusco.toml").read_text("utf-8"))["case"]
LATER = tomllib.loads((DATA / "monusco_later.toml").read_text("utf-8"))["case"]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
GOAL = 0.9
# The development corpus' items on the mission, by our own reading; the gray ones are on its forerunner of before
# 2010, or name it in half a sentence.
OURS = {"n0005", "n0045", "n0046", "n0047", "n0048", "n0050", "n0051", "n0052", "n0053"}
GRAY = {"n0293", "n0422"}


@cache
def watch(name: str = "monusco"):
    return watches.load_watch(ROOT / "seeds" / "watches" / name)


def flags(case: dict, name: str = "monusco") -> bool:
    document = Document(case["title"], case["summary"], case.get("language") or case.get("lang"))
    return watch(name).match(watches.read_document(document), NOW).relevant


def f1(pairs) -> float:
    """The harmonic mean of precision and recall over (flagged, ours) pairs."""
    counts = Counter(pairs)
    hits, alarms, misses = counts[True, True], counts[True, False], counts[False, True]
    return 2 * hits / (2 * hits + alarms + misses)


def unseen(case: dict) -> bool:
    return int(hashlib.sha256(case["name"].encode()).hexdigest(), 16) % 2 == 1


@pytest.mark.parametrize("half", [False, True], ids=["seen", "unseen"])
def test_it_tells_its_own_items_from_hard_neighbours(half):
    """Over our own items in two dozen languages F1 is at least 0.9, on the half kept unseen as well."""
    cases = [case for case in CASES if unseen(case) is half]
    assert len(cases) > 40
    assert f1((flags(case), case["relevant"]) for case in cases) >= GOAL


def test_it_tells_items_written_when_it_was_done():
    """Items that were written last and read once are told apart as well."""
    assert len(LATER) >= 50
    assert f1((flags(case), case["relevant"]) for case in LATER) >= GOAL


@pytest.mark.slow
def test_its_patterns_are_what_its_documents_teach():
    """Learning again gives the very same file; after a change of the documents: `bluehelm learn --watch monusco`."""
    pytest.importorskip("wordfreq")
    from seeds.learning.study import relearn

    assert relearn(FOLDER).dump() == (FOLDER / "patterns.toml").read_text("utf-8")


@needs_shared
def test_it_finds_its_items_in_the_development_corpus():
    """Among all items of the corpus, its mission's are told from those of every other with F1 of at least 0.9."""
    lines = [
        line
        for name in ("positives", "negatives")
        for line in (SHARED / "corpus" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    items = [item for item in map(json.loads, lines) if item["id"] not in GRAY]
    assert f1((flags(item), item["id"] in OURS) for item in items) >= GOAL


@pytest.mark.parametrize(
    ("title", "summary", "language"),
    [
        ("Ebola reaches Goma", "WHO vaccinates health workers in North Kivu.", "en"),
        ("SADC mission leaves Goma", "SAMIDRC troops crossed into Rwanda.", "en"),
        ("Brazzaville : Sassou reçoit l'ONU", "Le président du Congo a parlé du climat.", "fr"),
        ("Casques bleus tués à Bangui", "La Minusca a perdu deux hommes.", "fr"),
        ("Jadotville veterans honoured", "They fought for the UN in Katanga in 1961.", "en"),
        ("M23 seizes town in Masisi", "The FARDC fell back towards Goma.", "en"),
        ("UN experts blame Rwanda", "The sanctions panel on the Congo describes troops in North Kivu.", "en"),
        ("Ten UN peacekeepers killed in Mali", "MINUSMA's camp at Aguelhok was attacked.", "en"),
    ],
)
def test_neighbours_are_left_alone(title, summary, language):
    """The country without the mission, other missions, the other Congo and the mission of the sixties are not ours."""
    assert not flags({"title": title, "summary": summary, "language": language})


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("RDC : un Casque bleu tué près de Beni", "fr"),
        ("UN peacekeeper killed in eastern Congo", "en"),
        ("Blauhelm-Soldaten im Kongo angegriffen", "de"),
        ("Cascos azules atacados en la República Democrática del Congo", "es"),
        ("Миротворцы ООН погибли в ДР Конго", "ru"),
        ("مقتل جنود حفظ السلام في غوما", "ar"),
        ("联合国维和人员在刚果(金)遇袭身亡", "zh"),
        ("MONUSCO", "en"),
    ],
)
def test_a_title_alone_is_enough(title, language):
    """A peacekeeping role in the theatre, or the mission's name, is recognised without any summary."""
    assert flags({"title": title, "summary": "", "language": language})


@pytest.mark.parametrize("case", [case for case in CASES if case["relevant"]][:20], ids=lambda case: case["name"])
def test_two_watches_do_not_mix(case):
    """What belongs to the second watch is not flagged by the first, in one process."""
    assert not flags(case, "minusma")


def test_it_ships_disabled():
    """An operator of the first watch hears nothing of the second until it is switched on."""
    settings = tomllib.loads((ROOT / "config" / "bluehelm.toml").read_text("utf-8"))
    shipped = {folder.parent.name for folder in (ROOT / "seeds" / "watches").glob("*/watch.toml")}
    assert {one["name"]: one["enabled"] for one in settings["watch"]} == {one: one == "minusma" for one in shipped}


def test_the_gazetteer_is_a_map():
    """At least a hundred places, each once, inside the country's bounds, with its province."""
    places = tomllib.loads((FOLDER / "gazetteer.toml").read_text("utf-8"))["place"]
    assert len(places) >= 100
    assert len({place["name"] for place in places}) == len(places)
    for place in places:
        latitude, longitude = place["at"]
        assert -13.5 <= latitude <= 5.4, place["name"]
        assert 12.0 <= longitude <= 31.4, place["name"]
        assert place["region"]
        assert place["kind"]


def test_the_towns_are_known_in_many_scripts():
    """The towns that reports name most are spelt in Latin, Arabic, Cyrillic and Chinese at least."""
    places = {place["name"]: place for place in tomllib.loads((FOLDER / "gazetteer.toml").read_text("utf-8"))["place"]}
    for name in ("Goma", "Bukavu", "Bunia", "Uvira", "Kinshasa", "North Kivu", "South Kivu", "Ituri"):
        forms = "".join(places[name]["forms"])
        assert all(any(low <= sign <= high for sign in forms) for low, high in ("ءي", "Ая", "一龥")), name
