"""Members' notes: a line of one's own in a story's timeline, marked, bounded, removable, and never a source."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import Asker, find_command
from bot.desk.handover.notes import LONGEST_NOTE
from bot.desk.parse import Trouble, parse_line, parse_options, spelled
from bot.discord import embeds
from feeds.model import MOST_NOTES, MOST_NOTES_A_DAY, NoteRefused
from tests.store_kit import HOUR, MINUTE, NOW, plan, reading, subscribed
from tests.test_desk import MANAGER, MEMBER, House, house, quoted, text  # noqa: F401 - a fixture

OTHER = replace(MEMBER, id="8", name="Kofi")


# in the timeline


async def test_a_note_stands_in_the_timeline_with_name_time_and_mark(house: House):  # noqa: F811
    """Between what was told before it and after it; it says whose it is, and that it is no source."""
    early, late = NOW - 2 * HOUR, NOW
    for number, at in enumerate((early, late), 1):
        await house.commit(quoted(number, "Twenty were hurt.", published=at, place="Ford", contingents=("TG",)))
    house.now = NOW - HOUR
    assert "as note 1" in await house.say("note 1 Phoned the mission, no answer yet")
    house.now = NOW
    fields = (await house.ask("story 1")).cards[0].fields
    assert [field.name.split(" · ")[0] for field in fields[:3]] == ["Wire", "📝 Note by Awa", "Wire"]
    assert "not a source" in fields[1].name
    assert [span.text for line in fields[1].lines for span in line] == [
        "11:00 UTC", "Phoned the mission, no answer yet"
    ]  # fmt: skip


async def test_a_note_counts_for_nothing(house: House):  # noqa: F811
    """The story's card, its citation, the file of that and the search are as they were without it."""
    await house.commit(quoted(1, "Twenty were hurt.", place="Ford", killed=1))
    before = [text(await house.ask(one)) for one in ("latest", "cite 1", "search zebra", "digest", "why 1")]
    story = await house.store.run(lambda store: store.stories.story(1))
    await house.ask("note 1 5 killed near the zebra crossing, says UN News")
    assert [text(await house.ask(one)) for one in ("latest", "cite 1", "search zebra", "digest", "why 1")] == before
    assert await house.store.run(lambda store: store.stories.story(1)) == story
    file = (await house.ask("cite 1 as bibtex")).files[0]
    assert b"zebra" not in file.content


async def test_many_notes_have_pages_like_sources(house: House):  # noqa: F811
    """Nine to a page, whatever they are."""
    await house.commit(quoted(1, "Twenty were hurt."))
    for number in range(9):
        await house.ask(f"note 1 line {number}")
    assert (await house.ask("story 1")).pages == 2
    assert "line 8" in text(await house.ask("story 1", page=2))


async def test_notes_follow_a_merge_and_come_back_with_a_split(tmp_path):
    """What was noted on the younger story stands in the elder one's timeline while they are one."""
    with subscribed(tmp_path) as store:
        store.commit(plan(reading(1), reading(2)), NOW)
        store.notes.add(2, "discord:7", "Awa", "on the second", NOW)
        store.regroup.merge(1, 2, "7", NOW)
        assert [one.text for one in store.notes.of_story(1)] == ["on the second"]
        store.regroup.split(2, "7", NOW)
        assert store.notes.of_story(1) == []
        assert [one.text for one in store.notes.of_story(2)] == ["on the second"]


async def test_a_note_on_a_merged_story_goes_to_the_elder(house: House):  # noqa: F811
    """Its number leads there, as everywhere."""
    await house.commit(reading(1), reading(2))
    await house.ask("merge 1 2", MANAGER)
    assert "Noted in story 1" in await house.say("note 2 hello")


# taken away


async def test_who_wrote_a_note_takes_it_away_and_managers_any(house: House):  # noqa: F811
    """Another member is told who may, and the note stays; its number is never another's."""
    await house.commit(reading(1))
    await house.ask("note 1 mine")
    refused = await house.ask("unnote 1", OTHER)
    assert refused.private and "another member's" in refused.text
    assert await house.say("unnote #1") == "Note 1 is gone from story 1."
    assert "mine" not in text(await house.ask("story 1"))
    await house.ask("note 1 again")
    assert "Note 2 is gone" in await house.say("unnote 2", MANAGER)
    assert "There is no note 2." in await house.say("unnote 2")


async def test_the_same_id_on_another_transport_is_somebody_else(house: House):  # noqa: F811
    """Member 7 of one service did not write what member 7 of another did."""
    await house.commit(reading(1))
    await house.ask("note 1 mine")
    assert "another member's" in await house.say("unnote 1", replace(MEMBER, transport="elsewhere"))


# what cannot be


async def test_what_is_no_note_is_a_sentence(house: House):  # noqa: F811
    """No story, no words, too many of them: for the asker alone, and nothing is kept."""
    await house.commit(reading(1))
    for line, said in (
        ("note", "Ask like this: !note <story> <text>"),
        ("note 1", "What should it say?"),
        ("note 1 \u202e\u200b", "What should it say?"),
        ("note nine words", "A story has a number"),
        ("note 99 words", "There is no story 99."),
        (f"note 1 {'x' * (LONGEST_NOTE + 1)}", "A note may have 500 characters; yours has 501."),
        ("unnote", "Which note?"),
        ("unnote it", "should be a number"),
    ):
        reply = await house.ask(line)
        assert reply.private and said in reply.text, line
    assert await house.store.run(lambda store: store.notes.of_story(1)) == []


def test_a_story_and_a_member_have_bounds(tmp_path):
    """So many notes a story, so many a day a member; the next one is refused, and the day after is another day."""
    with subscribed(tmp_path) as store:
        store.commit(plan(reading(1), reading(2)), NOW)
        for number in range(MOST_NOTES_A_DAY):
            store.notes.add(1, "discord:7", "Awa", "x", NOW + number * MINUTE)
        assert store.notes.add(2, "discord:7", "Awa", "x", NOW + HOUR) is NoteRefused.MEMBER_BUSY
        for number in range(MOST_NOTES - MOST_NOTES_A_DAY):
            store.notes.add(1, f"discord:1{number}", "Kofi", "x", NOW + HOUR)
        assert store.notes.add(1, "discord:99", "Ama", "x", NOW + HOUR) is NoteRefused.STORY_FULL
        assert store.notes.add(2, "discord:7", "Awa", "x", NOW + 26 * HOUR).id == MOST_NOTES + 1


async def test_both_bounds_are_told_kindly(house: House, monkeypatch):  # noqa: F811
    """A sentence with the number."""
    await house.commit(reading(1))
    monkeypatch.setattr("feeds.store.handover.notes.MOST_NOTES", 0)
    assert "Story 1 has 50 notes" in await house.say("note 1 x")
    monkeypatch.undo()
    monkeypatch.setattr("feeds.store.handover.notes.MOST_NOTES_A_DAY", 0)
    assert "30 notes within a day" in await house.say("note 1 x")


# as typed, as shown


def test_what_follows_the_story_is_taken_as_it_stands():
    """No word of a note is an option, however it looks."""
    command = find_command("note")
    for words in ("see story:12 and text:x", "--story=3", '"quoted" -- as bibtex', "9 10 11"):
        assert parse_line(command, f"9 {words}", NOW) == {"story": 9, "text": words}
    assert parse_line(command, "story:9 see story:12", NOW) == {"story": 9, "text": "see story:12"}


@given(st.text(min_size=1).map(str.strip).filter(lambda words: bool(words) and words[0] != ","), st.integers(1, 10**6))
def test_a_slash_commands_note_can_be_typed(words, story):
    """Options and their line come to the same note, whatever it says (commas in front only part it from the number)."""
    command = find_command("note")
    options = {"story": str(story), "text": words}
    try:
        assert parse_line(command, spelled(command, options), NOW) == parse_options(command, options, NOW)
    except Trouble as error:  # pragma: no cover - there is none
        raise AssertionError(words) from error


@pytest.mark.parametrize(
    "words", ["@everyone look", "<@7> and <@&5>", "[UN News](https://evil.example/)", "# big", "<t:1:R> <#5>"]
)
async def test_a_note_pings_nobody_and_hides_no_link(house: House, words):  # noqa: F811
    """On Discord it is shown as it was typed: no mention, no masked link, no heading."""
    await house.commit(reading(1))
    for line in (f"note 1 {words}", "story 1"):
        content, made = embeds.reply(await house.ask(line))
        shown = (content or "") + "".join(field.value for one in made for field in one.fields)
        assert "](https://evil" not in shown.replace("\\](", "")
        assert not any(mark in shown for mark in ("@everyone", "<@7>", "<@&5>", "<#5>", "<t:1:R>"))


async def test_a_names_markup_and_length_do_no_harm(house: House):  # noqa: F811
    """A display name of any kind is one line of at most forty characters."""
    await house.commit(reading(1))
    await house.ask("note 1 x", Asker("9", "a\nb **c** " + "d" * 99, transport="discord", target="42"))
    (kept,) = await house.store.run(lambda store: store.notes.of_story(1))
    assert kept.name == ("a b **c** " + "d" * 99)[:40]
