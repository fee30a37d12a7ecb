"""What was before a mission is not about it."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seeds.model import Document, Facts, When
from seeds.relevance import era
from seeds.relevance.evidence import Evidence
from seeds.watch import load_watch, read_document

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
WATCHES = {name: load_watch(SEEDS / "watches" / name) for name in ("minusma", "monusco")}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def when(text):
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return When(datetime(year, month, day, tzinfo=UTC), ("year", "month", "day")[text.count("-")])


def judge(watch, title, summary="", on=None):
    document = Document(title, summary, "en", when(on) if on else None)
    return WATCHES[watch].match(read_document(document), NOW)


@pytest.mark.parametrize(
    ("watch", "title", "on", "relevant"),
    [
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", "2012-11-02", False),
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", "2012", False),
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", "2013-03", False),
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", "2013-04-24", False),
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", "2013-04-25", True),
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", "2013-04", True),
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", "2013", True),
        ("minusma", "UN peacekeepers patrol Kidal in northern Mali", None, True),
        ("minusma", "Trial opens over the killing of UN peacekeepers in Mali", "2026-01-01", True),
        ("minusma", "African soldiers of AFISMA to replace French troops in Mali, UN says", "2012-12-20", False),
        ("monusco", "UN peacekeepers hold Goma in eastern Congo", "2009-11-02", False),
        ("monusco", "UN peacekeepers hold Goma in eastern Congo", "2010-07-02", True),
    ],
)
def test_what_is_dated_before_the_mission_is_not_about_it(watch, title, on, relevant):
    """Only a date that lies before the first day as a whole decides; without a date nothing is concluded."""
    assert judge(watch, title, on=on).relevant is relevant


def test_the_reason_names_the_date_and_who_knows_the_first_day():
    """Who asks why hears of the date first, and what else was found."""
    match = judge("minusma", "UN peacekeepers patrol Kidal", on="2012-11-02")
    first = match.reasons[0]
    assert (first.kind, first.pattern, first.origin) == ("date", "2012-11-02", "lexicon/missions.toml from")
    assert {"role", "theatre"} <= {reason.kind for reason in match.reasons}
    assert (match.score, match.tier) == (0.0, None)


@pytest.mark.parametrize(
    ("title", "summary", "relevant"),
    [
        ("On 14 December 2012 peacekeepers were killed in Mali, a veteran recalls", "", False),
        ("A peacekeeper remembers", "On 14 December 2012 African peacekeepers were ambushed in Mali.", False),
        ("On 14 December 2016 peacekeepers were killed in Mali, a veteran recalls", "", True),
        ("Peacekeepers hit by mine near Kidal", "Rebels took the Malian town on 30 March 2012.", True),
        ("MINUSMA: what was before", "On 14 December 2012 peacekeepers were called for in Mali.", True),
    ],
)
def test_events_told_before_the_mission_are_not_its_own(title, summary, relevant):
    """An event of before in the title or lead decides, where it is told of peacekeepers and no name is given."""
    assert judge("minusma", title, summary, on="2019-06-01").relevant is relevant
    assert judge("minusma", title, summary).relevant is relevant


NOTHING_FOUND = Evidence("", 0, (), ())
MISSIONS = tomllib.loads((SEEDS / "lexicon" / "missions.toml").read_text(encoding="utf-8"))
DATED = {key: row for key, row in MISSIONS.items() if key != "ELSEWHERE"}


def test_every_mission_has_a_first_day():
    """Only the entry for places without a mission has none."""
    assert [key for key, row in MISSIONS.items() if "from" not in row] == ["ELSEWHERE"]
    assert all(row["from"] < row["to"] for row in MISSIONS.values() if "to" in row)


@pytest.mark.parametrize("key", DATED)
def test_every_first_and_last_day_has_its_source(key):
    """A resolution or letter of the UN by its symbol, or in words who says so; a last day that is given has one too."""
    first, _, last = DATED[key]["source"].partition("; its end ")
    assert re.match(r"[SA]/(RES/)?\d+|the ", first)
    assert bool(last) == ("to" in DATED[key])


@pytest.mark.parametrize("key", DATED)
def test_the_day_before_a_mission_is_not_its_own(key):
    """Told the day before it began a text is of something else; told on the first day it may be about it."""
    start = DATED[key]["from"]

    def early(day):
        return era.before(start, Document("UN peacekeepers", "", "en", when(day.isoformat())), NOTHING_FOUND, Facts())

    assert early(start - timedelta(days=1)) is not None
    assert early(start) is None
