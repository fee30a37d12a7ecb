"""Stories as files for other programs: what each column holds, and that readers of each format take them."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from codecs import BOM_UTF8
from dataclasses import replace
from pathlib import Path

import geojson
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import SHELL
from bot.desk.incidents.export import MOST_BYTES, MOST_IN_A_SHELL
from bot.export.columns import EXPORT_COLUMNS, row_of
from bot.export.formats import EXPORT_FORMATS, write_rows
from feeds.model import Account, Confirmation, Figure, Figures, Incident, Location, Rung
from seeds.model import Tier, When
from tests.store_kit import NOW, reading
from tests.story_kit import TEXT
from tests.test_desk import (
    MEMBER,
    house,  # noqa: F401 - the fixture
)

DATA = Path(__file__).resolve().parents[1] / "docs" / "data.md"
IN_A_SHELL = replace(MEMBER, id=SHELL, transport="terminal")
KERENA = Location("Kerena", "Mopti", (14.8, -2.9))
DAY = When(NOW.replace(hour=0, minute=0, second=0, microsecond=0), "day")


def incident(number=9, *, where=KERENA, title="Camp attacked", quote="One died."):
    figures = (
        Figures("killed", (Figure(1, ("UN News", "Wire"), True, False, DAY), Figure(2, ("Radio",), False, False, DAY))),
        Figures("killed", (Figure(1, ("UN News",), True, False, DAY),), "peacekeepers"),
    )
    said = Account(
        headline=3, location=where, day=DAY, figures=figures, contingents=("TG",), attack="ambush",
        confirmation=Confirmation(Rung.OFFICIAL, ("UN News", "Wire"), DAY, DAY), symbols=("S/RES/2690",),
    )  # fmt: skip
    return Incident(
        number,
        "minusma",
        Tier.INCIDENT,
        NOW,
        NOW,
        said,
        17,
        title,
        "https://example.org/1",
        "UN News",
        "en",
        quote,
        "ab12",
    )


def written(name, *incidents, most=MOST_BYTES):
    writer = EXPORT_FORMATS[name].writer()
    return write_rows(writer, incidents, most), writer.done()


def test_a_row_says_what_the_story_says():
    """The believed count with its range and whose it is, the place with its precision, who confirms, the quote."""
    row = row_of(incident())
    assert (row["story"], row["event_date"], row["date_precision"]) == (9, NOW.date().isoformat(), "day")
    assert (row["killed"], row["killed_low"], row["killed_high"]) == (1, 1, 2)
    assert (row["killed_source"], row["peacekeepers_killed"], row["injured"]) == (("UN News", "Wire"), 1, None)
    assert (row["place"], row["region"], row["geo_precision"]) == ("Kerena", "Mopti", "place")
    assert (row["confirmation"], row["publishers"], row["reports"]) == ("official", 2, 17)


def test_a_region_is_no_place():
    """Where only the region is known, no place is named, and the point is said to be the region's."""
    row = row_of(incident(where=Location("Gao", None, (16.3, -0.05), region_only=True)))
    assert (row["place"], row["region"], row["geo_precision"], row["latitude"]) == (None, "Gao", "region", 16.3)


def test_csv_is_read_back():
    """A header and a row a story; lists are joined, what nobody knows is empty."""
    rows, content = written("csv", incident(), incident(10, where=None))
    first, second = csv.DictReader(io.StringIO(content.decode()))
    assert rows == 2
    assert (first["story"], first["killed_source"], first["withdrawn"]) == ("9", "UN News; Wire", "false")
    assert second["place"] == second["latitude"] == ""


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])).map(lambda text: text.replace("\r", "")))
def test_what_others_wrote_is_never_run(text):
    """A title that begins like a formula is no formula in a spreadsheet, and is otherwise as it was written."""
    _, content = written("csv", incident(title=text))
    (row,) = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert not row["title"].startswith(("=", "+", "-", "@", "\t"))
    assert row["title"].removeprefix("'") == text.removeprefix("'")


def test_whose_count_it_is_is_never_run_either():
    """An aggregator names outlets as it likes: those who state a toll are words of others as well."""
    one = incident()
    figure = Figures("killed", (Figure(1, ("=1+1", "Wire"), True, False, DAY),))
    _, content = written("csv", replace(one, account=replace(one.account, figures=(figure,))))
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert row["killed_source"] == "'=1+1; Wire"


def test_geojson_is_valid():
    """A validator takes it; longitude comes first, and a story without a place has no geometry."""
    _, content = written("geojson", incident(), incident(10, where=None))
    found = geojson.loads(content.decode())
    assert found.is_valid, found.errors()
    known, unknown = found["features"]
    assert known["geometry"]["coordinates"] == [-2.9, 14.8]
    assert unknown["geometry"] is None
    assert "latitude" not in known["properties"]


def test_json_keeps_lists():
    """Contingents and sources are lists there."""
    (row,) = json.loads(written("json", incident())[1])
    assert (row["contingents"], row["killed_source"]) == (["TG"], ["UN News", "Wire"])


def test_a_spreadsheet_opens():
    """Numbers are numbers, words are words, also those that look like formulas."""
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", incident(title="=1+1"))[1]))
    sheet = book.active
    head, row = sheet.iter_rows(values_only=True)
    found = dict(zip(head, row, strict=True))
    assert (found["story"], found["killed"], found["title"], found["latitude"]) == (9, 1, "=1+1", 14.8)
    assert list(book["columns"].iter_rows(values_only=True)) == [(one.name, one.meaning) for one in EXPORT_COLUMNS]


async def test_a_spreadsheet_leaves_nothing_on_disk(house, tmp_path, monkeypatch):  # noqa: F811
    """Its rows wait in a file, which is gone when it was made, when nothing was found, and when it failed."""
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(waiting))
    await house.commit(reading(1))
    assert (await house.ask("export xlsx")).text.startswith("1 story, as a spreadsheet.")
    assert "Nothing found" in await house.say("export xlsx killed:9")
    monkeypatch.setattr("bot.desk.incidents.export.write_rows", failing)
    with pytest.raises(OSError, match="full"):
        await house.ask("export xlsx")
    assert list(waiting.iterdir()) == []


def failing(*_):
    raise OSError("full")


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_a_file_has_a_bound(name):
    """What does not fit is left out, and the file is whole."""
    many = [incident(number, quote="A long sentence. " * 50) for number in range(200)]
    rows, content = written(name, *many, most=20_000)
    assert 0 < rows < 200
    assert len(content) < 40_000


@given(TEXT, TEXT)
def test_any_words_can_be_written(title, quote):
    """Half characters, control signs and line ends break no format."""
    for name in EXPORT_FORMATS:
        assert written(name, incident(title=title, quote=quote))[1]


def test_the_dictionary_is_the_columns():
    """docs/data.md names every column in its order, with what it holds."""
    told = re.findall(r"^\| `(\w+)` \| (.+) \|$", DATA.read_text(encoding="utf-8"), re.MULTILINE)
    assert told == [(column.name, column.meaning) for column in EXPORT_COLUMNS]


async def test_a_member_takes_stories_away(house):  # noqa: F811
    """`export` gives a file with the stories of the channel; of nothing it says so."""
    assert "no story" in await house.say("export csv")
    await house.commit(*(reading(number, facts={"place": f"Town {number}", "killed": number}) for number in (1, 2, 3)))
    reply = await house.ask("export csv")
    (file,) = reply.files
    assert len(file.content.decode().splitlines()) == 4
    assert reply.text.startswith("3 stories, as CSV")


async def test_a_file_holds_what_is_written_within_a_second(house, monkeypatch):  # noqa: F811
    """Beyond so many rows a member is told how to get the others, at the prompt too; who asks from a shell gets all."""
    formats = {name: replace(form, most_rows=2) for name, form in EXPORT_FORMATS.items()}
    monkeypatch.setattr("bot.desk.incidents.export.EXPORT_FORMATS", formats)
    await house.commit(*(reading(number) for number in (1, 2)))
    assert (await house.ask("export")).text.startswith("2 stories, as CSV. Empty")
    await house.commit(reading(3))
    reply = await house.ask("export")
    assert reply.text.startswith("The newest 2 stories that fit in one file, as CSV. For the others name a time")
    assert len(reply.files[0].content.decode().splitlines()) == 3
    prompt = await house.ask("export", replace(MEMBER, id="terminal", transport="terminal"))
    assert "For the others name a time or a place" in prompt.text
    assert "In a shell, bluehelm export gives more." in prompt.text and "In a shell" not in reply.text
    assert (await house.ask("export", IN_A_SHELL)).text.startswith("3 stories, as CSV. Empty")


async def test_a_file_for_a_shell_has_a_bound_that_is_said(house, monkeypatch):  # noqa: F811
    """It is larger than a member's, and what finds no room in it is told of just so."""
    assert MOST_IN_A_SHELL > MOST_BYTES
    monkeypatch.setattr("bot.desk.incidents.export.MOST_IN_A_SHELL", 900)
    await house.commit(*(reading(number) for number in range(1, 9)))
    reply = await house.ask("export", IN_A_SHELL)
    assert reply.text.startswith("The newest ") and "For the others name a time or a place" in reply.text
    assert 1 < len(reply.files[0].content.decode().splitlines()) < 9


async def test_what_people_open_has_its_accents(house):  # noqa: F811
    """A spreadsheet takes CSV for another encoding unless a mark says which; programs behind a shell get none."""
    await house.commit(reading(1, title="Attaque à Ménaka"))
    (file,) = (await house.ask("export")).files
    assert file.content.startswith(BOM_UTF8) and "Ménaka" in file.content.decode("utf-8-sig")
    (file,) = (await house.ask("export", replace(IN_A_SHELL, transport="discord"))).files
    assert file.content.startswith(b"story,")
    for name in ("json", "geojson"):
        (file,) = (await house.ask(f"export {name}", replace(MEMBER, id=name))).files
        assert json.loads(file.content)


@pytest.mark.parametrize(("form", "said"), [
    ("csv", "in the second sheet of !export xlsx."), ("geojson", "in the second sheet of !export xlsx."),
    ("xlsx", "The second sheet says what each column holds."),
])  # fmt: skip
async def test_a_member_can_read_what_the_columns_hold(house, form, said):  # noqa: F811
    """Where they are: no page of the project is named, which members cannot open."""
    await house.commit(reading(1))
    reply = await house.ask(f"export {form}")
    assert "Empty is not stated, which is not zero" in reply.text and said in reply.text and "docs/" not in reply.text


async def test_a_member_takes_away_what_a_query_finds(house):  # noqa: F811
    """The same language as a search, behind the format or without one; of nothing it says so."""
    await house.commit(*(reading(number, facts={"place": f"Town {number}", "killed": number}) for number in (1, 2, 3)))
    (file,) = (await house.ask("export json killed:>=2")).files
    assert [row["killed"] for row in json.loads(file.content)] == [3, 2]
    (file,) = (await house.ask("export killed:1")).files
    assert file.name.endswith(".csv")
    assert len(file.content.decode().splitlines()) == 2
    assert (await house.ask("export since:all")).text.startswith("3 stories")
    assert "Nothing found for “killed:9”" in await house.say("export csv killed:9")
    assert "Nothing found" in await house.say("export 1999")
    assert "you can have csv, geojson, json, xlsx" in await house.say("export pdf")
    assert "I know no place" in await house.say("export place:atlantis")
