"""What maps and charts show: nothing too small to read, no label over another, and nothing that is not so."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import re
import struct
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import speaking
from bot.pictures.__main__ import DATA, FACES, drawn, rendered
from bot.pictures.boxes import Box, Dot, Table
from bot.pictures.charts import draw_chart
from bot.pictures.cut import BOUNDARIES, cut_boundaries
from bot.pictures.fonts import Fonts, read_face
from bot.pictures.geography import clip, frame_of, home_of, read_countries
from bot.pictures.layout import lay_out
from bot.pictures.maps import draw_map
from bot.pictures.model import Bar, ChartPicture, MapPicture, Mark, Panel, Town, as_picture, as_values
from bot.pictures.plan.bars import plan_chart
from bot.pictures.plan.months import MOST_COLUMNS, TimeColumn, periods, unwatched
from bot.pictures.plan.places import plan_map
from bot.pictures.plan.tally import Scope, counts, date_of, whose, within
from bot.pictures.svg import PALETTES
from feeds.model import NO_ACCOUNT, Figure, Figures
from seeds.model import Tier, When
from tests.gallery.looks import NOW, incidents, planned, scope
from tests.proofs import examples

AREA = Box(0, 150, 800, 870)
DIGESTS = {
    "DejaVuSans.ttf": "7da195a74c55bef988d0d48f9508bd5d849425c1770dba5d7bfc6ce9ed848954",
    "DejaVuSans-Bold.ttf": "e6476c1b80502924294eed40894c5b18e06c181444ca953e5334262df9c27724",
    "boundaries.json.gz": "8f62d903459727b05443aea1e6fe4cb856de24bc6608d8abd9f773614c0981fb",
}
degrees = st.tuples(st.floats(-60, 70), st.floats(-170, 170))
names = st.text(st.characters(codec="utf-8"), max_size=30)
marks = st.builds(Mark, names, names, degrees, st.integers(1, 500), st.booleans(), st.booleans())


@cache
def fonts():
    return Fonts(*(read_face(path.read_bytes()) for path in FACES))


@cache
def world():
    return read_countries(json.loads(gzip.decompress(BOUNDARIES.read_bytes())))


@cache
def plans():
    return dict(planned())


def texts(svg):
    """Every text of a picture with its attributes; the picture is well-formed XML."""
    tree = ElementTree.fromstring(svg)
    return [(one.text or "", one.attrib) for one in tree.iter("{http://www.w3.org/2000/svg}text")]


def words(svg):
    return [text for text, _ in texts(svg)]


# what is shipped


@pytest.mark.parametrize("name", DIGESTS)
def test_what_is_shipped_is_what_the_provenance_names(name):
    """Fonts and boundaries are the files whose origin stands beside them, bit for bit."""
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == DIGESTS[name]
    assert name in (DATA / "README.md").read_text(encoding="utf-8")


def test_boundaries_are_cut_to_hundredths_of_a_degree():
    """The cut keeps names and shape, drops what has shrunk to nothing, and is the same each time."""
    scale = {"scale": [0.001, 0.001], "translate": [10, 20]}
    square = [[0, 0], [5000, 0], [1, 0], [0, 5000], [-5001, 0], [0, -5000]]
    speck = [[0, 0], [1, 0], [0, 1], [-1, -1]]
    shapes = [
        {"type": "Polygon", "arcs": [[0]], "properties": {"name": "Square"}},
        {"type": "MultiPolygon", "arcs": [[[~0]], [[1]]], "properties": {"name": "Both"}},
        {"type": "Polygon", "arcs": [[1]], "properties": {"name": "Speck"}},
    ]
    topology = {"transform": scale, "arcs": [square, speck], "objects": {"countries": {"geometries": shapes}}}
    cut = cut_boundaries(topology)
    assert cut == cut_boundaries(topology)
    both, alone = read_countries(json.loads(gzip.decompress(cut)))
    assert (both.name, alone.name) == ("Both", "Square")
    assert alone.pieces[0][0] == [(10, 20), (15, 20), (15, 25), (10, 25), (10, 20)]
    assert both.pieces[0][0] == alone.pieces[0][0][::-1]


def test_the_world_is_whole():
    """All countries are there, each ring closed, and none runs back around the world at the 180th meridian."""
    assert len(world()) == 240
    rings = [ring for country in world() for piece in country.pieces for ring in piece]
    assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in rings)
    assert max(abs(x2 - x1) for ring in rings for (x1, _), (x2, _) in pairwise(ring)) < 20
    assert home_of([(-4.2, 14.5)], world()).name == "Mali"
    assert home_of([(35.5, 33.4)], world()).name == "Lebanon"
    assert home_of([(35.05, 33.25)], world()).name == "Lebanon"  # just off its shore
    assert home_of([(-30.0, 0.0)], world()) is None


def test_widths_are_those_of_the_font():
    """Text is never wider than is reckoned, and little narrower: by what the renderer makes of it."""
    for text, bold in (("Aguelhok 14 incidents", False), ("Ténenkou, Ké-Macina", True), ("WWWW iiii", False)):
        weight = ' font-weight="bold"' if bold else ""
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="60" font-family="DejaVu Sans">'
            f'<text x="0" y="40" font-size="24" fill="#000"{weight}>{text}</text></svg>'
        )
        shown, reckoned = _ink(rendered(svg)), fonts().width(text, 24, bold=bold)
        assert 0.93 * reckoned - 4 <= shown <= reckoned


def _ink(png):
    """The number of the last column of a PNG (8 bits, RGBA) that anything is drawn in."""
    width, height = struct.unpack(">II", png[16:24])
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + length
    raw, rows, before = zlib.decompress(data), [], bytes(4 * width)
    for row in range(height):
        line = raw[row * (4 * width + 1) : (row + 1) * (4 * width + 1)]
        before = _unfiltered(line[0], line[1:], before)
        rows.append(before)
    return max(x for row in rows for x in range(width) if row[4 * x + 3] > 40)


def _unfiltered(kind, line, before):
    """A row of a PNG, from what is written of it and the row above."""
    made = bytearray(line)
    for at, value in enumerate(line):
        left, up = made[at - 4] if at > 3 else 0, before[at]
        corner = before[at - 4] if at > 3 else 0
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(guess - one))
        made[at] = (value + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
    return bytes(made)


# legible


@pytest.mark.slow
def test_every_picture_can_be_read_on_a_phone():
    """800 pixels wide, well-formed, nothing smaller than 20 of them, nothing beyond the edges."""
    svgs = [drawn(plan.picture) for plan in plans().values()]
    assert all('width="800"' in svg[:80] for svg in svgs)
    for text, about in [one for svg in svgs for one in texts(svg)]:
        size, x = float(about["font-size"]), float(about["x"])
        assert size >= 20, text
        width = fonts().width(text, size, bold="font-weight" in about)
        left = {"start": x, "middle": x - width / 2, "end": x - width}[about["text-anchor"]]
        assert left >= -2 and left + width <= 802, text


@pytest.mark.parametrize("theme", PALETTES)
def test_colours_stand_out(theme):
    """Text has the contrast that WCAG asks for (4.5), marks that of graphics (3), against paper and land."""
    colours = PALETTES[theme]
    for paper in (colours.paper, colours.home, colours.land):
        assert _contrast(colours.ink, paper) >= 4.5
        assert min(_contrast(colours.marks[kind], paper) for kind in ("killed", "incidents")) >= 3
    assert _contrast(colours.muted, colours.land) >= 4.5
    assert min(_contrast(one, colours.paper) for one in colours.marks.values()) >= 3


def _contrast(one, other):
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(marks, max_size=80))
def test_labels_never_overlap(some):
    """No name covers another or a dot, and none leaves the map, wherever the places are."""
    layout = lay_out(MapPicture("", marks=tuple(some)), world(), fonts(), AREA)
    boxes = [caption.placed.box for caption in (*layout.labels, *layout.countries)]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(AREA.holds(box) for box in boxes)
    assert not any(box.overlaps(dot.box) for box in boxes for dot in layout.dots)
    assert layout.unnamed == len(some) - len(layout.labels)


@given(st.lists(st.builds(Dot, st.integers(40, 360), st.integers(40, 360), st.integers(5, 28)), max_size=30))
def test_a_name_stands_by_its_own_dot(dots):
    """Where no line leads to it, no other dot is nearer to it than the one that it names: none is taken for another."""
    table = Table(Box(0, 0, 400, 400), dots)
    for dot in dots:
        placed = table.place(dot, (90, 40), (0, 22))
        if placed and placed.leader is None:
            assert apart(dot, placed.box) <= min(apart(one, placed.box) for one in dots) + 1e-9


def apart(dot, box):
    across, down = max(box.left - dot.x, dot.x - box.right, 0), max(box.top - dot.y, dot.y - box.bottom, 0)
    return math.hypot(across, down) - dot.radius


def test_lines_to_labels_cross_nothing():
    """A line that leads to a far label runs through no other label and no other line."""
    table = Table(Box(0, 0, 400, 400))
    dots = [Dot(200 + 9 * (n % 3), 200 + 9 * (n // 3), 12) for n in range(6)]
    for dot in dots:
        table.take(dot.box)
    placed = [table.place(dot, (90, 40), (0, 22, 48, 80)) for dot in dots]
    led = [one for one in placed if one and one.leader]
    assert led
    boxes = [one.box for one in placed if one]
    for one in led:
        (x1, y1), (x2, y2) = one.leader
        points = [(x1 + (x2 - x1) * part / 50, y1 + (y2 - y1) * part / 50) for part in range(50)]
        others = [box for box in boxes if box != one.box]
        assert not any(box.left < x < box.right and box.top < y < box.bottom for x, y in points for box in others)


def test_arabic_runs_from_right_to_left():
    """Shaped and in its own order, a name is drawn as the font joins it: not as its letters one by one."""
    joined, apart = "صدى الساحل", "\u200c".join("صدى الساحل")
    rows = [ChartPicture("", panels=(Panel("rows", "", (Bar(name, 3),), "killed"),)) for name in (joined, apart)]
    assert joined in words(draw_chart(rows[0], fonts()))
    assert len({rendered(draw_chart(one, fonts())) for one in rows}) == 2


def test_a_chart_writes_its_numbers_as_its_language_does():
    """A thousand is parted by a comma in English, by a narrow space in French; the font has both."""
    picture = ChartPicture("", panels=(Panel("rows", "", (Bar("Gao", 1642, least=True),), "killed"),))
    assert "1,642+" in words(draw_chart(picture, fonts()))
    with speaking("fr"):
        assert "1\u202f642+" in words(draw_chart(picture, fonts()))
    assert fonts().covers("1\u202f642+")


def test_what_the_font_lacks_is_left_to_the_text():
    """A name in a script that cannot be drawn is no row of boxes: the picture sends its reader to the text."""
    picture = ChartPicture("", panels=(Panel("rows", "", (Bar("新沙报", 3), Bar("Радио", 2)), "killed"),))
    assert "(name in the text)" in words(draw_chart(picture, fonts()))
    assert "Радио" in words(draw_chart(picture, fonts()))


@settings(max_examples=examples(25), deadline=None)
@given(names, names)
def test_no_words_break_a_picture(title, name):
    """Markup, control characters, lone surrogates: whatever a name holds, the picture is whole."""
    odd = f"{name}<&>\"'\x00\ud800"
    chart = ChartPicture(title, (odd,), (Panel("rows", odd, (Bar(odd, 1),), "killed"),), (odd,), odd)
    assert texts(draw_chart(chart, fonts()))
    here = MapPicture(title, (odd,), (Mark(odd, odd, (1.0, 2.0)),), (odd,))
    assert texts(draw_map(here, world(), fonts()))


def test_a_picture_goes_to_another_process_and_back():
    """What JSON makes of a picture and back is the same picture."""
    for plan in plans().values():
        assert as_picture(json.loads(json.dumps(as_values(plan.picture)))) == plan.picture


# the frame


@given(degrees, st.lists(st.tuples(st.floats(-15, 15), st.floats(-15, 15)), min_size=1, max_size=20))
def test_the_frame_holds_all_places_with_room_around(middle, some):
    """A fifth of the places' extent is free on each side; it is at least 7.5 degrees high, in the map's ratio."""
    points = [(middle[1] + x, middle[0] + y) for y, x in some]
    frame = frame_of(points, 0.2, 7.5, 800 / 720)
    xs, ys = zip(*points, strict=True)
    assert frame.north - frame.south >= 7.5 - 1e-6
    assert frame.ratio == pytest.approx(800 / 720, rel=0.01)
    assert frame.west <= min(xs) - 0.19 * (max(xs) - min(xs)) and frame.east >= max(xs) + 0.19 * (max(xs) - min(xs))
    if max(map(abs, ys)) < 60:  # nearer to the poles the frame stays where it can be drawn
        assert frame.south <= min(ys) - 0.19 * (max(ys) - min(ys))
        assert frame.north >= max(ys) + 0.19 * (max(ys) - min(ys))


def test_clipping_keeps_to_the_frame():
    """What is cut off ends at the frame's edge; what is outside is nothing, what is inside stays as it is."""
    frame = frame_of([(0, 0), (10, 10)], 0, 1, 1)
    square = [(-100, -100), (5, -100), (5, 100), (-100, 100), (-100, -100)]
    cut = clip(square, frame)
    assert cut and all(frame.west <= x <= 5 and frame.south <= y <= frame.north for x, y in cut)
    assert clip([(200, 0), (210, 0), (210, 5), (200, 0)], frame) == []
    inner = [(4, 4), (6, 4), (6, 6), (4, 4)]
    assert clip(inner, frame) is inner


def test_part_of_a_country_has_an_inset_of_the_whole():
    """Where places are close together the whole country stands beside; where the map shows it all, it does not."""
    few = MapPicture("", marks=(Mark("A", "", (14.5, -4.0)), Mark("B", "", (15.2, -3.4))))
    assert 'id="inset"' in draw_map(few, world(), fonts())
    wide = MapPicture("", marks=(Mark("A", "", (24.0, -5.0)), Mark("B", "", (10.5, -11.0)), Mark("C", "", (16, 3.9))))
    assert 'id="inset"' not in draw_map(wide, world(), fonts())


def test_a_map_of_nothing_shows_where_nothing_was():
    """Without incidents the frame is that of the watch's places, and in its middle it is said that there is none."""
    plan = plan_map([], scope())
    said = words(draw_map(plan.picture, world(), fonts()))
    assert "No incident is known" in said and "Mali" in said


def test_the_map_goes_where_the_incidents_are():
    """Nothing knows one theatre: the same code draws the east of another continent's middle, and its country's name."""
    svg = draw_map(plan_map(incidents(12, "monusco"), scope(watch="monusco")).picture, world(), fonts())
    assert "Dem. Rep. Congo" in words(svg)
    assert "Mali" not in words(svg)


# honest


def row(number=1, **changes):
    """One incident with something else about it."""
    (one,) = incidents(1)
    account = {key: changes.pop(key) for key in list(changes) if key in NO_ACCOUNT.__slots__}
    return replace(one, story=number, account=replace(one.account, **account), **changes)


def figures(killed, *classes, least=False):
    """Figures of so many killed, and of classes of them."""
    told = [Figures("killed", (Figure(killed, ("Wire",), False, least, When(NOW, "instant")),))]
    told += [
        Figures("killed", (Figure(count, ("Wire",), False, False, When(NOW, "instant")),), victims)
        for victims, count in classes
    ]
    return tuple(told)


def test_only_incidents_are_counted_once():
    """A decision is none, one that nobody tells any more is none, and a later word on an earlier one counts nothing."""
    assert counts(row())
    assert not counts(row(tier=Tier.DECISION))
    assert not counts(row(linked_to=7))
    assert not counts(row(confirmation=NO_ACCOUNT.confirmation))


def test_it_is_said_whose_dead_are_counted():
    """By class where it is stated; how many are not told apart; and that attackers are not among them."""
    some = [row(1, figures=figures(19, ("civilians", 16))), row(2, figures=figures(4, ("peacekeepers", 4)))]
    assert whose(some) == "Killed: 4 peacekeepers, 16 civilians and 3 not told apart. Attackers are not counted."
    plan = plan_map(some, scope())
    assert whose(some) in plan.picture.lines and whose(some) in plan.lines and whose(some) in plan.alt


def test_a_least_number_stays_one():
    """A sum with an "at least" in it is one, of nobody it is not; what nobody states is no zero."""
    assert "at least 5 killed" in plan_map([row(figures=figures(5, least=True))], scope()).lines[1]
    assert " 0 killed" in plan_map([row(figures=figures(0, least=True))], scope()).lines[1]
    plan = plan_map([row(figures=())], scope())
    assert "an unknown number killed" in plan.lines[1]
    assert "No number of killed is stated for 1 incident." in plan.lines


def test_a_region_alone_is_hollow():
    """Its mark is a ring, around that of its chief town where that has one too, and is named as a region."""
    region = Mark("North region", "", (14.0, -4.0), 1, False, True)
    svg = draw_map(MapPicture("", marks=(region,)), world(), fonts())
    rings = [one for one in re.findall(r"<circle [^>]*>", svg) if 'fill="none"' in one]
    assert rings and "only the region is known" in words(svg)
    both = lay_out(MapPicture("", marks=(Mark("North", "", (14.0, -4.0), 9), region)), world(), fonts(), AREA)
    assert both.dots[1].radius > both.dots[0].radius
    (mark,) = plan_map(
        [row(location=replace(row().account.location, place="North", region_only=True))], scope()
    ).picture.marks
    assert (mark.name, mark.hollow) == ("North region", True)


def test_incidents_without_a_place_are_counted_not_drawn():
    """They are in the sums, and a note says how many are not on the map; nothing is put at a guess."""
    plan = plan_map([row(1), row(2, location=None)], scope())
    assert len(plan.picture.marks) == 1 and plan.picture.marks[0].incidents == 1
    assert "1 of 2 is of no known place, so not on the map." in plan.picture.notes
    assert plan.lines[1].startswith("2 incidents")


def test_boundaries_endorse_nothing():
    """Every map says whose its boundaries are, and that they are no endorsement."""
    for rows in ([], [row()]):
        said = " ".join(words(draw_map(plan_map(rows, scope()).picture, world(), fonts())))
        assert "Natural Earth, simplified. No endorsement." in said


TOWNS = st.lists(st.builds(Town, st.text(st.characters(codec="utf-8"), max_size=40), degrees), max_size=14)


@settings(max_examples=examples(40), deadline=None)
@given(TOWNS, st.text(st.characters(codec="utf-8"), max_size=200))
def test_nothing_on_an_empty_map_covers_anything(towns, said):
    """The sentence, the towns, their names and the countries' stand apart, all within the map."""
    layout = lay_out(MapPicture("Nothing", towns=tuple(towns), empty=said or "Nothing"), world(), fonts(), AREA)
    boxes = [
        layout.said,
        *(label.placed.box for _, label in layout.towns),
        *(one.placed.box for one in layout.countries),
    ]
    boxes += [dot.box for dot, _ in layout.towns]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(AREA.left <= box.left and box.right <= AREA.right for box in boxes[1:])


def test_an_empty_map_says_so_among_its_towns():
    """Drawn in grey, with their names, and not one mark."""
    towns = (Town("Bamako", (12.61, -7.98)), Town("Kidal", (18.44, 1.41)))
    plan = plan_map([], replace(scope(datetime(2020, 3, 1, tzinfo=UTC)), around=(), towns=towns))
    picture = as_picture(json.loads(json.dumps(as_values(plan.picture))))
    assert picture == plan.picture
    shown = words(draw_map(picture, world(), fonts()))
    assert {"No incident is known", "Bamako", "Kidal", "Mali"} <= set(shown)
    assert any(text.startswith("Grey: main places") for text in shown)
    assert plan_map([row()], replace(scope(None), towns=towns)).picture.towns == ()


def test_months_before_the_first_look_are_never_zero():
    """They are hatched, have no number where nothing is known, and the text says "not watched"."""
    plan = plan_chart([row()], "incidents", "month", scope(datetime(2020, 3, 1, tzinfo=UTC)))
    (panel,) = plan.picture.panels
    early = panel.bars[:3]
    assert [bar.unwatched for bar in early] == [((0.0, 1.0),)] * 3
    zeros = [text for text in words(draw_chart(plan.picture, fonts())) if text == "0"]
    assert len(zeros) == sum(bar.value == 0 and not bar.unwatched for bar in panel.bars) > 3
    assert "Mar 2020: not watched" in plan.lines and "Jul 2020: 0 incidents" in plan.lines
    assert "12 Jun 2020" in plan.picture.hatched


def test_a_gap_of_days_is_hatched_and_one_day_is_not():
    """Feeds keep what they told for some days: a day without a look loses nothing, a week may."""
    june = TimeColumn(date(2020, 6, 1), date(2020, 7, 1), "month")
    days = {date(2020, 6, 1) + timedelta(days=number) for number in range(30)}
    today = date(2020, 9, 1)
    around = {date(2020, 5, 31), date(2020, 7, 1)}
    assert unwatched(june, days | around, today) == ()
    assert unwatched(june, days | around - {date(2020, 6, 9)}, today) == ()
    week = {date(2020, 6, number) for number in range(16, 22)}
    assert unwatched(june, (days | around) - week, today) == ((15 / 30, 21 / 30),)
    assert unwatched(june, set(), date(2020, 6, 16)) == ((0.0, 0.5),)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_periods_follow_each_other(one, other):
    """From the first day to the last without a gap, thirteen at most, as fine as that allows."""
    first, last = sorted((one, other))
    found = periods(first, last)
    assert 1 <= len(found) <= MOST_COLUMNS
    assert all(before.after == after.first for before, after in pairwise(found))
    assert found[-1].first <= last < found[-1].after
    assert found[0].first <= first or found[0].unit == "year"


def test_what_has_no_month_stands_in_none():
    """Of a year that nobody knows more of, no month is guessed; of no date, it is counted when first told, and said."""
    rows = [row(1, day=When(datetime(2020, 1, 1, tzinfo=UTC), "year")), row(2, day=None)]
    plan = plan_chart(rows, "incidents", "month", scope(datetime(2020, 3, 1, tzinfo=UTC)))
    assert sum(bar.value for bar in plan.picture.panels[0].bars) == 1
    assert "1 incident not shown: earlier, or dated only roughly." in plan.picture.notes
    assert "1 incident of no known date: counted when first told." in plan.picture.notes
    assert within(rows[0], datetime(2020, 12, 1, tzinfo=UTC)) and not within(rows[0], datetime(2021, 1, 1, tzinfo=UTC))
    assert date_of(rows[1]) == rows[1].account.confirmation.first


def test_rows_tell_what_is_left():
    """Beyond ten rows the rest stand together, and those of which it is not known stand apart."""
    rows = [row(number, location=replace(row().account.location, place=f"Town {number}")) for number in range(1, 15)]
    plan = plan_chart([*rows, row(20, location=None)], "incidents", "place", scope())
    bars = plan.picture.panels[0].bars
    assert [bar.label for bar in bars[-2:]] == ["4 more", "No place known"]
    assert sum(bar.value for bar in bars) == 15
    assert all(bar.muted for bar in bars[-2:])


def test_one_incident_may_count_for_several():
    """Its sources each have it, and it is said that rows do not add up."""
    both = row(confirmation=replace(row().account.confirmation, voices=("Wire", "Radio")))
    plan = plan_chart([both], "incidents", "source", scope())
    assert [(bar.label, bar.value) for bar in plan.picture.panels[0].bars] == [("Radio", 1), ("Wire", 1)]
    assert "One incident may count for several sources, so rows do not add up." in plan.picture.notes


def test_the_text_has_the_numbers_of_the_picture():
    """Whoever sees no picture misses no number of it, nor a place or a source that is named."""
    for plan in plans().values():
        said = " ".join(plan.lines)
        for mark in getattr(plan.picture, "marks", ())[:7]:
            assert f"{mark.name}: {mark.detail}" in plan.lines
        for bar in (bar for panel in getattr(plan.picture, "panels", ()) for bar in panel.bars):
            assert not bar.value or bar.muted or f"{bar.value:,}" in said
            assert bar.muted or bar.label in said
        assert len(plan.alt) <= 1000


def test_a_member_s_hours_are_told():
    """A recent time is told with its hour, a month by its name, and all of it as what is known."""
    assert Scope(datetime(2021, 2, 17, 6, tzinfo=UTC), NOW).words == "since 17 Feb 2021, 06:00 UTC"
    assert Scope(datetime(2020, 3, 1, tzinfo=UTC), NOW).words == "since Mar 2020"
    assert Scope(datetime(2020, 3, 5, tzinfo=UTC), NOW).words == "since 5 Mar 2020"
    assert Scope(None, NOW).words == "in all that is known"
