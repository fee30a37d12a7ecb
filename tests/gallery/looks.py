"""Maps and charts of made-up incidents, as members may come to see them: of few and of many, dark and light."""

from __future__ import annotations

import asyncio
import json
import random
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.desk.incidents.theatre import main_towns
from bot.pictures.model import as_values
from bot.pictures.plan.bars import plan_chart, twelve_months
from bot.pictures.plan.places import plan_map
from bot.pictures.plan.tally import Scope, within
from bot.pictures.studio import draw_apart
from feeds.model import Account, Confirmation, Figure, Figures, Incident, Location, Rung
from seeds.model import Tier, When

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2021, 2, 17, 16, tzinfo=UTC)
FIRST_LOOK = date(2020, 6, 12)
SIZES = (0, 1, 4, 40, 400)
THEMES = ("dark", "light")
_KINDS = ("ambush", "mine", "rockets", "attack", "crash", None)
_VOICES = ("UN News", "Meridian Wire", "Radio Sahel", "صدى الساحل", "Голос Африки", "新沙报", "Le Matin du Fleuve")
_CODES = ("TD", "SN", "TG", "EG", "BD", "NG", "GN", "BF", "DE", "MR", "NE", "CI")
_TITLES = {
    "unifil": "UNIFIL, the UN mission in Lebanon",
    "minusma": "MINUSMA, the UN mission in Mali",
    "monusco": "MONUSCO, the UN mission in DR Congo",
}


@cache
def gazetteer(watch="minusma"):
    """The places of a watch: name, region, latitude and longitude."""
    text = (ROOT / "seeds" / "watches" / watch / "gazetteer.toml").read_text(encoding="utf-8")
    places = tomllib.loads(text)["place"]
    return [(one["name"], one.get("region"), tuple(one["at"])) for one in places if "at" in one]


def incidents(number, watch="minusma", seed=11, now=NOW):
    """So many incidents of the last year, always the same: most in few places, some of no place, region or toll."""
    chance = random.Random(seed)
    places = chance.sample(gazetteer(watch), min(60, len(gazetteer(watch))))
    weights = [1 / (rank + 1) for rank in range(len(places))]
    return [_incident(at, chance, chance.choices(places, weights)[0], now, watch) for at in range(1, number + 1)]


def _incident(number, chance, place, now, watch):
    day = (now - timedelta(days=chance.randrange(300))).replace(hour=0, minute=0)
    when = When(day, "day")
    name, region, at = place
    where = Location(name, region, at)
    if chance.random() < 0.1:
        chief = next((at for name, _, at in gazetteer(watch) if name == region), at)
        where = Location(region, region, chief, region_only=True)
    voices = tuple(chance.sample(_VOICES, chance.randrange(1, 4)))
    said = Account(
        headline=1,
        location=where if chance.random() > 0.08 else None,
        day=when if chance.random() > 0.05 else None,
        figures=tuple(_figures(chance, voices, when)),
        contingents=tuple(chance.sample(_CODES, chance.randrange(0, 3))),
        attack=chance.choice(_KINDS),
        confirmation=Confirmation(Rung.SINGLE, voices, when),
    )
    return Incident(number, "w", Tier.INCIDENT, day, day, said, 3, "", None, "", None, "", "")


def _figures(chance, voices, when):
    if chance.random() < 0.2:
        return
    killed = chance.choice((0, 0, 1, 1, 2, 4, 11))
    least = chance.random() < 0.1
    yield Figures("killed", (Figure(killed, voices, False, least, when),))
    if killed and chance.random() < 0.7:
        yield Figures("killed", (Figure(killed, voices, False, False, when),), "peacekeepers")
    yield Figures("injured", (Figure(chance.randrange(9), voices, False, False, when),))


def scope(since=None, theme="dark", watch="minusma"):
    """What is asked for; feeds were looked at from the first look on, but for a week of November."""
    days = {FIRST_LOOK + timedelta(days=number) for number in range((NOW.date() - FIRST_LOOK).days + 1)}
    around = tuple(at for _, _, at in gazetteer(watch))
    days -= {date(2020, 11, number) for number in range(10, 18)}
    towns = main_towns([ROOT / "seeds" / "watches" / watch])
    return Scope(since, NOW, (_TITLES[watch],), frozenset(days), theme=theme, around=around, towns=towns)


def planned():
    """Every picture by name."""
    year = twelve_months(NOW)
    for theme in THEMES:
        for size in SIZES:
            rows = incidents(size)
            yield f"map-{size}-{theme}", plan_map(rows, scope(year, theme))
            yield f"chart-{size}-{theme}", plan_chart(rows, None, "month", scope(year, theme))
        rows = incidents(40)
        for by in ("place", "source", "contingent", "kind"):
            yield f"chart-by-{by}-{theme}", plan_chart(rows, "killed", by, scope(year, theme))
        part = replace(scope(NOW - timedelta(days=200), theme), until=NOW - timedelta(days=20))
        cut = [row for row in rows if within(row, part.since, part.until)]
        yield f"chart-part-{theme}", plan_chart(cut, None, "month", part)
        yield f"chart-killed-{theme}", plan_chart(rows, "killed", "month", scope(year, theme))
        yield f"map-small-{theme}", plan_map(incidents(12, "unifil"), scope(None, theme, "unifil"))
        yield f"map-elsewhere-{theme}", plan_map(incidents(12, "monusco"), scope(None, theme, "monusco"))
        years = [replace(row, account=replace(row.account, day=_earlier(row))) for row in rows]
        yield f"chart-years-{theme}", plan_chart(years, None, "month", scope(None, theme))


def _earlier(row):
    return When(NOW - timedelta(days=100 * row.story), "day")


async def draw_all(folder):
    """Draw every picture into the folder; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for name, plan in planned():
        png = await draw_apart(json.dumps(as_values(plan.picture)).encode())
        assert png is not None, name
        (folder / f"{name}.png").write_bytes(png)
        (folder / f"{name}.txt").write_text("\n".join((*plan.lines, "", "alt:", plan.alt)), encoding="utf-8")
        names.append(name)
    return names


if __name__ == "__main__":
    print(len(asyncio.run(draw_all(ROOT / "build" / "gallery" / "pictures"))))
