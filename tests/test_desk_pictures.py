"""`!map` and `!chart` as members ask them: a picture with its words, or the words alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.card import Attachment, Reply, Span
from bot.console.paper import paper
from bot.console.transport import Terminal
from bot.desk import Desk
from bot.desk.commands import find_command
from bot.desk.incidents.asked import with_years
from bot.desk.incidents.theatre import MOST_TOWNS, main_towns
from bot.desk.parse import parse_line, spelled
from config.schema import Settings
from feeds.model import Channel, Day
from seeds.model import Tier, Toll, When
from seeds.text.fold import fold
from seeds.watchfile import FEWEST_TOWNS
from tests.store_kit import DAY, NOW, wish
from tests.test_desk import HERE, MEMBER, Watch, quoted, text
from tests.test_desk import house as house

OTHER = replace(MEMBER, id="8")


class Easel:
    """Stands for the process: keeps what it was asked to draw, and gives what it is told to."""

    def __init__(self):
        self.asked, self.gives = [], b"\x89PNG"

    async def __call__(self, picture):
        self.asked.append(json.loads(picture))
        return self.gives


@pytest.fixture
def easel(house):
    house.desk._house.studio._draw = made = Easel()
    return made


def attack(number, place="Kidal", days=3, killed=2, voice=None):
    """A report of an attack at a place so many days ago."""
    tolls = (Toll("killed", killed, "peacekeepers", "killed"),) if killed is not None else ()
    told = NOW - days * DAY
    return quoted(
        number,
        f"Attack {number} near the river at {place}",
        published=told,
        killed=killed,
        tolls=tolls,
        place=place,
        region="North",
        coordinates=(18.44, 1.41) if place else None,
        event=When(told.replace(hour=0), "day"),
    )


async def test_a_map_is_a_picture_and_its_numbers(house, easel):
    """The picture has words for who cannot see it; the same numbers are text."""
    await house.commit(attack(1))
    reply = await house.ask("map")
    (file,) = reply.files
    assert (file.media_type, file.content) == ("image/png", b"\x89PNG")
    assert file.name == "incidents-since-nov-2021-02-10.png"
    assert "Kidal" in file.alt and "2 killed" in file.alt
    assert "Kidal: 1 incident, 2 killed" in text(reply)
    assert "Killed: 2 peacekeepers. Attackers are not counted." in text(reply)
    assert [button.label for button in reply.buttons] == ["30 days", "1 year", "All"]
    assert not reply.private
    assert easel.asked[0]["lines"][0] == "The river watch"


async def test_the_map_is_of_the_last_ninety_days(house, easel):
    """Older incidents are there when they are asked for: by a day, a month, a year, or all."""
    await house.commit(attack(1, days=100), attack(2, "Gao", days=5))
    assert "Kidal" not in await house.say("map")
    for since in ("since:120d", "since:2020-10", "since:2020", "since:all", "SINCE:ALL"):
        asker = replace(MEMBER, id=since)
        assert "Kidal: 1 incident" in await house.say(f"map {since}", asker), since
    assert "All known incidents" in await house.say("map since:all", replace(MEMBER, id="9"))


async def test_nothing_to_show_is_a_sentence(house, easel):
    """Where no incident is known, or none has a place, there is no picture but the words and the way to more."""
    reply = await house.ask("map")
    assert "No incident is known since 12 Nov 2020." in text(reply)
    assert (reply.files, [button.words for button in reply.buttons]) == ((), ["since:30d", "since:365d", "since:all"])
    await house.commit(attack(1, place=None))
    assert "1 of 1 is of no known place, so not on the map." in await house.say("map")
    assert "No incident is known" in await house.say("chart killed by:place since:1d")
    assert easel.asked == []


class Named(Watch):
    """A watch that is shipped."""

    def __init__(self, name):
        self.name = self.title = name


async def test_a_map_of_nothing_is_a_map_of_the_theatre(house, easel):
    """With the main places of the channel's watch, and it says that nothing is there; a city of another's is not on
    it."""
    house.desk = Desk(house.store, {"w": Watch(), "monusco": Named("monusco")}, Settings(), lambda: house.now)
    house.desk._house.studio._draw = easel
    there = Channel("there", "discord", "78"), wish("there", "minusma")
    await house.store.run(lambda store: store.subscriptions.configure([HERE, there], NOW))
    reply = await house.ask("map", replace(OTHER, target="78"))
    assert "No incident is known since 12 Nov 2020." in text(reply)
    assert "Map without a mark, between Bamako, Sikasso, " in reply.files[0].alt
    (drawn,) = easel.asked
    towns = [one["name"] for one in drawn["towns"]]
    assert {"Bamako", "Gao", "Kidal", "Timbuktu", "Mopti"} <= set(towns) and "Goma" not in towns
    assert drawn["empty"] == "No incident is known" and drawn["marks"] == []


def test_the_main_places_of_each_shipped_watch_are_known():
    """The capital first where there is one, no place twice, and no more than a map has room for; a small theatre has
    a few as well. Of a folder that is none there are none."""
    firsts = {"minurso": "Laayoune", "minusca": "Bangui", "minusma": "Bamako", "monusco": "Kinshasa",
              "undof": "Damascus", "unficyp": "Nicosia", "unifil": "Beirut", "unisfa": "Kadugli",
              "unmiss": "Juba"}  # fmt: skip
    assert set(firsts) == {one.name for one in Settings().watches.iterdir() if (one / "watch.toml").is_file()}
    for name, first in firsts.items():
        towns = main_towns([Settings().watches / name])
        assert towns[0].name == first
        assert FEWEST_TOWNS <= len({fold(one.name) for one in towns}) == len(towns) <= MOST_TOWNS, name
    assert main_towns([Path("/nowhere")]) == ()


def test_a_gazetteer_that_is_broken_hides_no_answer(tmp_path):
    """The map has no towns then."""
    (tmp_path / "gazetteer.toml").write_text("place = [")
    assert main_towns([tmp_path]) == ()


async def test_a_chart_by_month_is_drawn_even_of_nothing(house, easel):
    """That nothing happened is worth a look, and where nobody looked is told apart from it."""
    reply = await house.ask("chart")
    assert len(reply.files) == 1
    assert "Dec 2020: not watched" in text(reply)
    assert [panel["heading"] for panel in easel.asked[0]["panels"]] == ["Incidents", "Killed", "Injured"]
    assert [button.label for button in reply.buttons] == ["By place", "By source", "By contingent", "By kind"]


async def test_a_chart_counts_what_is_asked(house, easel):
    """Measure, grouping and time may stand in any order; what is not said is incidents, by month, of a year."""
    await house.commit(attack(1), attack(2, "Gao", killed=5))
    assert "Gao: 5\nKidal: 2" in await house.say("chart killed by:place")
    assert "Gao: 5\nKidal: 2" in await house.say("chart by:place killed since:30d", OTHER)
    assert "Incidents by place since Feb 2021" in await house.say("chart by:place since:2021-02-01")
    assert "Wire: 2" in await house.say("chart by:source since:2021", OTHER)
    reply = await house.ask("chart killed since:30d theme:light", replace(MEMBER, id="9"))
    assert reply.buttons[0].words == "killed by:place theme:light since:30d"
    assert easel.asked[-1]["theme"] == "light"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("map colour:red", "I know no “colour:”."),
        ("map since:soon", "“soon” should be a day (2021-02-10), a month, a year, a span"),
        ("map since:2022", "That time is still to come."),
        ("map theme:pink", "“pink” should be one of: dark, light."),
        ("chart by:colour", "“colour” should be one of: month, place, source, contingent, kind."),
        ("chart wounded:many", "should be a number"),
        ("map since:\x00\ud800", "should be a day"),
    ],
)
async def test_what_is_not_understood_is_told_privately(house, easel, line, said):
    """A mistake is a sentence with the choices, for the asker's eyes."""
    reply = await house.ask(line)
    assert reply.private
    assert said in text(reply)


@pytest.mark.parametrize("since", ["9" * 400 + "d", "0d", "1900", "x" * 2000, "9999", "00", "-1d", "2021-13"])
async def test_odd_times_end_in_words(house, easel, since):
    """Whatever stands behind since:, the answer is a map or a sentence."""
    assert text(await house.ask(f"map since:{since}"))


async def test_where_nothing_can_be_drawn_the_numbers_are_there(house, easel):
    """A process that fails costs the picture, not the answer."""
    easel.gives = None
    await house.commit(attack(1))
    reply = await house.ask("map")
    assert reply.files == ()
    assert "Kidal: 1 incident, 2 killed" in text(reply)
    assert "The picture could not be drawn, so these are the numbers alone." in text(reply)


async def test_a_member_is_held_to_a_pace(house, easel):
    """A third picture within seconds is refused kindly, for the asker's eyes; one that is kept is not."""
    passed = [0.0]
    house.desk._house.studio._seconds = lambda: passed[0]
    await house.commit(attack(1))
    for line in ("map", "chart", "map"):
        assert (await house.ask(line)).files
    reply = await house.ask("map theme:light")
    assert reply.private
    assert text(reply) == "Pictures take a while to draw. Ask again in 20 s, please."
    passed[0] += 30
    assert (await house.ask("map theme:light")).files


async def test_later_reports_count_no_dead_again(house, easel):
    """What follows an earlier incident may name its dead: it is left out, and the picture says so."""
    await house.commit(attack(1, days=40))
    await house.commit(attack(2, days=1))
    await house.store.run(lambda store: store._db.execute("UPDATE stories SET linked_to = 1 WHERE id = 2"))
    said = await house.say("map")
    assert "1 incident, 2 killed" in said
    assert "1 later report on earlier incidents not counted again." in said


async def test_many_stories_are_read_in_pieces_and_not_without_end(house, easel, monkeypatch):
    """The store serves others in between; beyond a number it is said how far back was looked."""
    monkeypatch.setattr("bot.desk.incidents.pictures._PIECE", 2)
    monkeypatch.setattr("bot.desk.incidents.pictures._MOST_STORIES", 4)
    await house.commit(*(attack(number, f"Town {number}", days=10 * number) for number in range(1, 8)))
    said = await house.say("map since:all")
    assert "4 incidents" in said
    assert "Only the newest 4 stories were looked at, back to 1 Jan 2021." in said


@pytest.mark.parametrize(("line", "told"), [
    ("chart killed injured", "!chart killed or !chart injured."),
    ("chart killed and injured since:30d", "!chart killed or !chart injured."),
    ("chart INJURED, killed", "!chart injured or !chart killed."),
    ("chart place:kidal killed", "which is named first: !chart killed."),
])  # fmt: skip
async def test_a_chart_counts_one_thing(house, easel, line, told):
    """A second measure, or one that stands behind the query, is no word to look for: a sentence says how to ask."""
    await house.commit(attack(1))
    said = await house.say(line)
    assert said.startswith("A chart counts one thing") and told in said and 'For the word itself write "' in said
    assert easel.asked == []


@pytest.mark.parametrize("line", ['chart killed "injured"', "chart killed -injured", "chart killed title:injured"])
async def test_the_words_of_measures_can_be_looked_for(house, easel, line):
    """In quotes, as a key's value, or as what is not wanted."""
    await house.commit(attack(1))
    assert "Killed by month" in await house.say(line)


async def test_what_came_later_hides_nothing_of_a_time_that_is_over(house, easel, monkeypatch):
    """However many incidents there were since, with a query or without."""
    monkeypatch.setattr("bot.desk.incidents.pictures._MOST_STORIES", 3)
    late = [attack(n, "Gao", days=n) for n in range(2, 9)]
    await house.commit(*late, attack(20, "Kidal", days=60), attack(21, "Kidal", days=400))
    said = await house.say("map 2020")
    assert "Kidal: 2 incidents" in said and "Gao" not in said and "Only the newest" not in said
    assert "Kidal: 1 incident" in await house.say("map place:kidal before:2020-06", OTHER)
    assert "Dec 2020: 1 incident" in await house.say("chart before:2021-01", replace(MEMBER, id="9"))


async def test_only_incidents_are_read_for_a_picture(house, easel, monkeypatch):
    """However many other stories there are, they crowd none out, with a query or without."""
    monkeypatch.setattr("bot.desk.incidents.pictures._MOST_STORIES", 2)
    others = [quoted(n, f"A river of words {n}", tier=Tier.BACKGROUND, published=NOW) for n in range(10, 20)]
    await house.commit(attack(1), *others)
    assert "1 incident" in await house.say("map since:all")
    said = await house.say("map item since:all", OTHER)
    assert "1 incident" in said and "Only the newest" not in said


@pytest.mark.parametrize(("line", "told", "others"), [
    ("chart since:30d", "Jan 2021 (from 11 Jan): 1 incident, 2 killed", 1),
    ("chart before:2021-01-20", "Jan 2021 (to 19 Jan): 1 incident, 2 killed", 1),
    ("chart until:2021-01-20", "Jan 2021 (to 20 Jan): 2 incidents, 4 killed", 1),
    ("chart since:2021-01-06 before:2021-01-20", "Jan 2021 (6 Jan to 19 Jan): not watched", 1),
    ("chart since:2015-06", "2015 (from 1 Jun): not watched", 1),
    ("chart since:2021-01", "Jan 2021: 2 incidents", 0),
    ("chart 2021", "Jan 2021: 2 incidents", 0),
    ("chart", "Jan 2021: 2 incidents", 0),
])  # fmt: skip
async def test_a_month_of_which_only_a_part_was_asked_for_says_so(house, easel, line, told, others):
    """It counts no more than was asked, is drawn paler, and the text, the small print and the alt text name it."""
    await house.commit(attack(1, days=36), attack(2, "Gao", days=21))
    reply = await house.ask(line)
    assert told in text(reply)
    (drawn,) = easel.asked
    assert [sum(bar["part"] for bar in panel["bars"]) for panel in drawn["panels"]] == [others] * 3
    assert ("Paler, as only a part was asked for: " in " ".join(drawn["notes"])) is bool(others)
    assert ("Paler" in reply.files[0].alt) is bool(others)


async def test_times_among_alternatives_may_cut_months(house, easel):
    """Nobody knows which; that much is said."""
    await house.commit(attack(1))
    assert "so months may be counted in part" in await house.say("chart since:2021-01-15 OR gao")
    assert "counted in part" not in await house.say("chart by:place since:2021-01-15 OR gao", OTHER)


def test_a_choice_before_the_text_may_be_left_out():
    """The first word of a line is the choice only where it is one of the choices."""
    chart = find_command("chart")
    assert parse_line(chart, "killed since:30d", NOW)["measure"] == "killed"
    assert parse_line(chart, "KILLED, since:30d", NOW)["measure"] == "killed"
    values = parse_line(chart, "since:30d", NOW)
    assert (values["measure"], values["query"], values["by"]) == ("", "since:30d", "month")
    options = {"measure": "killed", "query": "since:30d", "by": "place", "theme": "light"}
    assert parse_line(chart, spelled(chart, options), NOW) == options
    assert parse_line(chart, spelled(chart, {"query": "since:30d"}), NOW)["query"] == "since:30d"


def test_a_terminal_saves_the_picture_and_names_it(tmp_path, capsys):
    """Where no pictures are shown, it is a file that can be opened, with what it shows beside its name."""
    file = Attachment("map.png", "image/png", b"\x89PNG", "One")
    Terminal(paper(), tmp_path).reply(Reply("Incidents", files=(file,)))
    assert (tmp_path / "map.png").read_bytes() == b"\x89PNG"
    assert "map.png: One" in capsys.readouterr().out.replace("\n", "")
    Terminal(paper(), tmp_path).reply(Reply(lines=((Span("One incident"),),), files=(file,)))
    assert "map.png: One" not in capsys.readouterr().out.replace("\n", "")  # the words are there


async def test_days_with_a_look_are_known(house):
    """A day on which every look failed is none."""

    def fill(store):
        store.days.count(datetime(2021, 2, 1, 9, tzinfo=NOW.tzinfo), Day(polls=3))
        store.days.count(datetime(2021, 2, 2, 9, tzinfo=NOW.tzinfo), Day(polls=3, failures=3))
        return store.days.looked()

    assert [day.day for day in await house.store.run(fill)] == [1]


async def test_a_map_is_of_what_a_query_finds(house, easel):
    """Words and facts choose; the picture and its words say so, and the buttons keep it."""
    await house.commit(attack(1), attack(2, "Gao", killed=5))
    reply = await house.ask("map place:gao")
    assert "1 incident, 5 killed" in text(reply)
    assert "Kidal" not in text(reply)
    assert "Counted is only what “place:gao” finds." in text(reply)
    assert "Counted is only what “place:gao” finds." in reply.files[0].alt
    assert [button.words for button in reply.buttons] == [
        f"{one} place:gao" for one in ("since:30d", "since:365d", "since:all")
    ]
    assert "2 incidents" in await house.say("map summary (place:gao OR kidal)", OTHER)
    assert "1 incident" in await house.say("map -gao", OTHER)


async def test_what_has_some_of_the_words_only_is_not_counted(house, easel):
    """A search may show what comes near; a count may not."""
    await house.commit(attack(1))
    assert "No incident is known since 12 Nov 2020." in await house.say("map kidal helicopter")


async def test_a_year_alone_is_a_time(house, easel):
    """Nobody looks for the word: a map of a year ends with it, and so does a chart."""
    await house.commit(attack(1, days=100), attack(2, "Gao", days=5))
    said = await house.say("map 2020")
    assert "Incidents in 2020" in said
    assert "Kidal: 1 incident" in said and "Gao" not in said
    said = await house.say("chart killed 2020", OTHER)
    assert "Killed by month in 2020" in said
    assert "2020" in said and "2021:" not in said
    assert "Gao: 1 incident" in await house.say("map -2020 since:all", replace(MEMBER, id="9"))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("map on:2021-02-07", "Incidents on 7 Feb 2021"),
        ("map 2021-02", "Incidents in Feb 2021"),
        ("map on:2021-01..2021-02", "Incidents from 1 Jan 2021 to 28 Feb 2021"),
        ("map since:2021-02-01 before:2021-02-09", "Incidents from 1 Feb 2021 to 8 Feb 2021"),
        ("map until:2021-02-09", "Incidents until 9 Feb 2021"),
        ("map since:2021 OR gao", "All known incidents"),
        ("chart by:place before:2021-03", "Incidents by place until 28 Feb 2021"),
        ("chart since:2020-11-15 until:2021-01-10", "Incidents by month from 15 Nov 2020 to 10 Jan 2021"),
        ("map since:2021 before:2020", "That time ends before it begins."),
    ],
)
async def test_the_time_of_a_query_is_said(house, easel, line, title):
    """Whatever the times of a query, the title has them."""
    await house.commit(attack(1, "Gao"))
    assert title in await house.say(line)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2021", "on:2021"),
        ("gao 2021", "gao on:2021"),
        ("-2021 (2020 OR gao)", "-on:2021 (on:2020 OR gao)"),
        ("since:2021 since: 2020 2019..2020", "since:2021 since: 2020 2019..2020"),
        ('"in 2021" «2021» 20211 2690', '"in 2021" «2021» 20211 2690'),
    ],
)
def test_only_a_year_that_stands_alone_is_read_as_one(typed, read):
    """Phrases, values of keys and other numbers stay as they are."""
    assert with_years(typed) == read


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("map 2020 gao", "gao"),
        ("map gao OR kidal", "(gao OR kidal)"),
        ("map (gao OR kidal) since:7d", "(gao OR kidal)"),
        ("map (gao) OR (kidal)", "((gao) OR (kidal))"),
        ("map on:2020..2021 -gao", "-gao"),
        ("map since:2021 OR gao", None),
    ],
)
async def test_a_button_asks_for_another_time_of_the_same(house, easel, line, kept):
    """It takes the place of the time that was asked for; where that cannot be told apart there is no button."""
    reply = await house.ask(line)
    assert [one.words for one in reply.buttons][:1] == ([f"since:30d {kept}"] if kept else [])


async def test_a_year_that_goes_on_is_called_by_its_name(house, easel):
    """A chart of this year says the year, though its last months are still to come."""
    said = await house.say("chart 2021")
    assert "Incidents by month in 2021" in said
    assert "Mar 2021" not in said
