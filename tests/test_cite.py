"""Citations after rewrites, in words and as files, and what a rewrite changed: through the desk, over a real store."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from bot.citation.formats import CITATION_FORMATS
from bot.citation.reference import Reference, cited
from bot.console.paper import paper
from bot.console.transport import Terminal
from bot.render import language_shown
from feeds.model import Plan
from feeds.parsing.identity import content_hash
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from feeds.stories.told import told_at, told_when
from seeds.model import When
from tests.discord_kit import Clock, addresses_kept, check_payloads
from tests.discord_kit import House as DiscordHouse
from tests.fakes.discord_server import DiscordServer
from tests.store_kit import DAY, HOUR, NOW, plan, reading
from tests.story_kit import TEXT
from tests.test_desk import MANAGER, House, house, text  # noqa: F401 - the fixture
from tests.test_wordings import EXACT, SOME, told

LATER = NOW + 8 * HOUR


async def rewrite(desk, title, at, number=1, **more):
    """The publisher of an item says something else."""
    said = Plan(
        (await desk.store.run(lambda store: store.feeds.all()))[0], updated=((number, told(title, at, **more)),)
    )
    await desk.store.run(lambda store: store.commit(said, at))


@pytest.fixture
async def rewritten(house):  # noqa: F811
    """Read at noon, and eight hours later in other words."""
    await house.commit(told(SOME, injured=20, published=NOW - HOUR, spoken="fr"))
    await rewrite(house, EXACT, LATER, injured=28)
    house.now = NOW + DAY
    return house


# in words


async def test_a_citation_says_when_these_words_were_read(rewritten):
    """The later moment stands by the later words, and where the earlier ones are found."""
    said = await rewritten.say("cite #1")
    assert f"Wire, “{EXACT}”, first published 10 Feb 2021 11:00 UTC, https://example.org/1." in said
    assert "As read 10 Feb 2021 20:00 UTC; first read 12:00 in other words (#1.1)." in said
    assert "Kept as #1.2 (item #1, wording 2 of 2) of story 1." in said
    assert content_hash(EXACT, "s") in said
    assert said.count(EXACT) == 2 and SOME not in said


async def test_a_wording_once_cited_can_always_be_shown(rewritten):
    """By the name that the citation gave it, with its own moment, hash and quotes, and what became of it."""
    for words in ("#1.1", "1.1", "item #1.1"):
        said = await rewritten.say(f"cite {words}")
        assert f"Wire, “{SOME}”, 10 Feb 2021 11:00 UTC" in said
        assert "As read 10 Feb 2021 12:00 UTC." in said
        assert "Since 10 Feb 2021 20:00 UTC it says otherwise: #1.2." in said
        assert content_hash(SOME, "s") in said
        assert EXACT not in said
    assert "There is no wording #1.3. Item #1 was read in 2 wordings: #1.1 to #1.2." in await rewritten.say("cite #1.3")
    assert "No item of that number" in await rewritten.say("cite #9.1")


async def test_words_that_are_back_say_so(rewritten):
    """Read, read otherwise, and read again: all three moments are told."""
    await rewrite(rewritten, SOME, NOW + DAY)
    said = await rewritten.say("cite #1")
    assert "As read 11 Feb 2021 12:00 UTC; so already 10 Feb 2021 12:00 UTC, in between in other words (#1.2)." in said
    said = await rewritten.say("cite #1.2")
    assert "Since 11 Feb 2021 12:00 UTC it says otherwise: #1.1." in said


async def test_words_that_still_stand_say_until_when(house):  # noqa: F811
    """As last noted; it may have been longer."""
    await house.commit(told(SOME))
    state = (await house.store.run(lambda store: store.feeds.all()))[0]
    await house.store.run(lambda store: store.commit(Plan(state, standing=(1,)), NOW + DAY))
    assert "Last seen unchanged 11 Feb 2021 12:00 UTC." in await house.say("cite #1")


async def test_what_is_rewritten_without_end_says_so(house):  # noqa: F811
    """After 24 rewrites no more are kept, and the citation does not pretend."""
    await house.commit(told("Version 0"))
    for n in range(1, 27):
        await rewrite(house, f"Version {n}", NOW + n * HOUR)
    said = await house.say("cite #1")
    assert "“Version 24”" in said
    assert "It is rewritten without end: what it says since 11 Feb 2021 13:00 UTC is not kept." in said
    assert "without end" not in await house.say("cite #1.3")


async def test_what_no_watch_flagged_is_kept_once_it_is_cited(house):  # noqa: F811
    """A citation must be found again, also when nobody else wants the item."""
    await house.commit(told("Football", relevant=False))
    assert "“Football”" in await house.say("cite #1")
    await house.store.run(lambda store: store.archive.purge(NOW + DAY))
    assert "“Football”" in await house.say("cite #1.1")


async def test_beside_a_running_bot_that_cannot_be_promised(tmp_path):
    """The command line reads only, and says what to do."""
    Store(tmp_path / "desk.db").close()
    async with StoreThread(lambda: Store(tmp_path / "desk.db")) as store:
        await House(store).commit(told("Football", relevant=False), told("Mine", number=2))
    async with StoreThread(lambda: Store(tmp_path / "desk.db", read_only=True)) as store:
        shell = House(store)
        assert "ask the bot itself, and they are kept" in await shell.say("cite #1")
        assert "ask the bot itself" not in await shell.say("cite #2")


async def test_a_storys_citations_are_a_line_each(house):  # noqa: F811
    """Seventeen sources fit on one page or two, each with its name, title, link and date; a hint leads to the file."""
    for n in range(1, 18):
        await house.commit(reading(n, publisher=f"Outlet {n}", title=f"Item {n} of the day, told at some length"))
    for n in range(2, 18):
        await house.store.run(lambda store, n=n: store.regroup.merge(1, n, "me", NOW))
    first = await house.ask("cite 1")
    assert first.pages <= 2
    lines = [line for page in range(first.pages) for line in (await house.ask("cite 1", page=page + 1)).cards[0].lines]
    assert len(lines) == 17
    assert text(first).count("#1.1 Outlet 1, “Item 1 of the day, told at some length”, 10 Feb 2021 12:00 UTC") == 1
    assert "!cite 1 as bibtex" in text(first)
    assert f"{first.pages} page" in await house.say("cite 1", page=9)


# as files


async def test_a_story_is_one_file(rewritten):
    """Every format, typed, as an option and by name; each source in the wording that the story tells."""
    await rewritten.commit(reading(2, publisher="Radio Écho", title="Attaque à Kéréna {28} & 50 %", language="fr"))
    await rewritten.store.run(lambda store: store.regroup.merge(1, 2, "me", NOW))
    for line in ("cite 1 as bibtex", "cite story 1 as BibTeX", "cite 1 format:bibtex", "cite --format=bibtex 1"):
        reply = await rewritten.ask(line)
        (file,) = reply.files
        assert (reply.text, file.name) == ("Story 1 as BibTeX: 2 sources.", "story-1.bib")
    library = bibtexparser.parse_string(file.content.decode())
    assert not library.failed_blocks
    first, second = (one.fields_dict for one in library.entries)
    assert EXACT in first["title"].value
    assert first["urldate"].value == "2021-02-10"
    assert content_hash(EXACT, "s") in first["note"].value
    assert "as read 2021-02-10T20:00Z; first read 2021-02-10T12:00Z in other words" in first["note"].value
    assert "Attaque à Kéréna" in second["title"].value
    assert (second["date"].value, second["language"].value) == ("2021-02-10", "fr")

    (file,) = (await rewritten.ask("cite 1 as ris")).files
    first, second = rispy.loads(file.content.decode())
    assert file.name == "story-1.ris"
    assert (second["title"], second["publisher"], second["language"]) == (
        "Attaque à Kéréna {28} & 50 %",
        "Radio Écho",
        "fr",
    )
    assert (first["urls"], first["access_date"]) == (["https://example.org/1"], "2021/02/10/")

    (file,) = (await rewritten.ask("cite 1 as csl")).files
    first, second = json.loads(file.content)
    assert (first["accessed"], first["issued"]) == ({"date-parts": [[2021, 2, 10]]}, {"date-parts": [[2021, 2, 10]]})
    assert (second["publisher"], second["URL"], second["type"]) == ("Radio Écho", "https://example.org/2", "webpage")


async def test_one_wording_is_a_file_too(rewritten):
    """By its name, which is the file's as well."""
    (file,) = (await rewritten.ask("cite #1.1 as csl")).files
    assert file.name == "item-1.1.json"
    assert [one["title"] for one in json.loads(file.content)] == [SOME]


async def test_another_format_is_named_back(rewritten):
    """With those that there are."""
    said = await rewritten.say("cite 1 as endnote")
    assert "“endnote” should be one of: bibtex, ris, csl." in said


async def test_a_file_is_saved_where_the_terminal_says(rewritten, tmp_path):
    """The terminal cannot attach: it saves the file and names it."""
    out = io.StringIO()
    Terminal(paper(out, 400), tmp_path).reply(await rewritten.ask("cite 1 as ris"))
    assert (tmp_path / "story-1.ris").read_bytes().startswith(b"TY  - ELEC\r\n")
    assert str(tmp_path / "story-1.ris") in out.getvalue()


def reference(**more):
    usual = {
        "entry": 28, "number": 2, "wordings": 2, "title": "A title", "publisher": "Wire", "url": "https://example.org/1",
        "language": "en", "published": When(NOW, "instant"), "content_hash": "0" * 24, "quotes": ("A quote.",),
        "story": 9, "read": NOW, "stood": NOW, "original": NOW,
    }  # fmt: skip
    return Reference(**usual | more)


@pytest.mark.parametrize(
    ("published", "bibtex", "ris", "csl"),
    [
        (None, None, None, None),
        (When(datetime(2021, 1, 1, tzinfo=UTC), "year"), "2021", "2021///", [2021]),
        (When(datetime(2021, 2, 1, tzinfo=UTC), "month"), "2021-02", "2021/02//", [2021, 2]),
        (When(datetime(2021, 2, 10, tzinfo=UTC), "day"), "2021-02-10", "2021/02/10/", [2021, 2, 10]),
        (When(NOW, "instant"), "2021-02-10", "2021/02/10/", [2021, 2, 10]),
    ],
)
def test_a_date_is_only_as_exact_as_it_is_known(published, bibtex, ris, csl):
    """A month is a month in every format, and nothing is no date."""
    made = {name: form.write([reference(published=published)]) for name, form in CITATION_FORMATS.items()}
    (entry,) = bibtexparser.parse_string(made["bibtex"]).entries
    assert (entry.fields_dict["date"].value if "date" in entry.fields_dict else None) == bibtex
    assert rispy.loads(made["ris"])[0].get("date") == ris
    assert json.loads(made["csl"])[0].get("issued") == (csl and {"date-parts": [csl]})


PLAIN = TEXT.map(lambda one: " ".join(one.split())[:200]) | st.text("\\{}$&#_%^~\"'@,=é世", max_size=40)


@given(st.lists(st.tuples(PLAIN, PLAIN, PLAIN), min_size=1, max_size=4))
def test_whatever_outlets_write_the_files_stay_whole(texts):
    """Braces, backslashes, quotes, any script: every parser finds each record with its fields, and no others."""
    references = [
        reference(entry=n, title=title, publisher=publisher, quotes=(quote,))
        for n, (title, publisher, quote) in enumerate(map(cleaned, texts), 1)
    ]
    library = bibtexparser.parse_string(CITATION_FORMATS["bibtex"].write(references))
    assert not library.failed_blocks
    names = {"title", "organization", "publisher", "date", "year", "url", "urldate", "language", "abstract", "note"}
    assert len(library.entries) == len(references)
    assert all(entry.fields_dict.keys() <= names for entry in library.entries)
    assert all(balanced(field.value) for entry in library.entries for field in entry.fields)
    records = rispy.loads(CITATION_FORMATS["ris"].write(references))
    assert [one.get("title", "") for one in records] == [one.title.strip() for one in references]
    told = json.loads(CITATION_FORMATS["csl"].write(references))
    assert [one.get("title", "") for one in told] == [one.title for one in references]
    assert len({one["id"] for one in told}) == len(references)


def cleaned(texts):
    from bot.wording.formats import clean

    return tuple(map(clean, texts))


def balanced(value):
    """Whether braces open and close in order, as BibTeX counts them: an escape does not help."""
    depth = 0
    for sign in value:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


# what a rewrite changed


async def test_the_last_rewrite_is_shown_word_by_word(rewritten):
    """Struck what is gone, bold what is new, and when each was read."""
    reply = await rewritten.ask("diff #1")
    (card,) = reply.cards
    assert card.title == "What changed in #1: wording 1 → 2"
    assert "#1.1 read 10 Feb 2021 12:00 UTC; #1.2 read 10 Feb 2021 20:00 UTC" in text(reply)
    marks = [(span.text, span.edit) for span in card.lines[1]]
    assert ("Une vingtaine de", "gone") in marks
    assert ("28", "new") in marks
    assert await rewritten.say("diff #1 1 2") == await rewritten.say("diff #1 1") == text(reply)


async def test_any_two_wordings_can_be_compared(rewritten):
    """By their numbers; of what came back, the last two that were read."""
    await rewrite(rewritten, SOME, NOW + DAY)
    said = await rewritten.say("diff #1")
    assert "wording 2 → 1" in said
    assert "#1.2 read 10 Feb 2021 20:00 UTC; #1.1 read 11 Feb 2021 12:00 UTC" in said
    assert "wording 1 → 2" in await rewritten.say("diff #1 1 2")
    assert "That is one wording" in await rewritten.say("diff #1 2 2")
    assert "#1.1 to #1.2" in await rewritten.say("diff #1 1 7")


async def test_where_nothing_was_rewritten_that_is_said_kindly(house):  # noqa: F811
    """One wording, and since when; an unknown item leads on."""
    await house.commit(told(SOME))
    said = await house.say("diff #1")
    assert said.strip() == (
        "Item #1 was read in one wording only, first 10 Feb 2021 12:00 UTC and last 10 Feb 2021 12:00 UTC."
    )
    assert "There is no wording #1.9. " in await house.say("diff #1 1 9")
    assert "There is no item #99" in await house.say("diff #99")


# the timeline


async def test_a_timeline_shows_each_wording_at_its_moment(rewritten):
    """The old words at the old time, the new ones when they were read, and nothing else."""
    (card,) = (await rewritten.ask("story 1")).cards
    assert [field.name for field in card.fields[:2]] == ["Wire · fr · #1.1", "Wire · #1.2"]
    first, second = (["".join(span.text for span in line) for line in field.lines] for field in card.fields[:2])
    assert first[:3] == ["10 Feb 11:00 UTC", SOME, "fr · Kerena · 20 injured"]
    assert second[:3] == ["rewritten 10 Feb 20:00 UTC", EXACT, "28 injured"]


async def test_a_timeline_tells_no_rewrite_that_changed_nothing_of_the_story(house):  # noqa: F811
    """Another lead, the same title, toll and quote: one line."""
    await house.commit(told(SOME, spoken="fr"))
    state = (await house.store.run(lambda store: store.feeds.all()))[0]
    again = told(SOME, NOW + HOUR, spoken="fr")
    again = replace(again, entry=replace(again.entry, summary="t", content_hash=content_hash(SOME, "t")))
    await house.store.run(lambda store: store.commit(Plan(state, updated=((1, again),)), NOW + HOUR))
    (card,) = (await house.ask("story 1")).cards
    assert [field.name for field in card.fields] == ["Wire · fr · #1.1"]


async def test_a_wordings_name_names_its_item_everywhere(rewritten):
    """As it stands in the timeline it can be typed after any command."""
    assert await rewritten.say("why #1.2") == await rewritten.say("why #1")
    assert await rewritten.say("diff #1.2") == await rewritten.say("diff #1")
    assert "Item #1 cannot be split off" in await rewritten.say("split #1.2", MANAGER)


async def test_why_says_that_it_speaks_of_earlier_words(rewritten):
    """A verdict on words that the item no longer has is not told as one on those that it has."""
    assert "read in 2 wordings, the last 10 Feb 20:00 UTC; !diff #1 shows what changed" in await rewritten.say("why #1")
    assert "no watch flags what it says now" not in await rewritten.say("why #1")
    await rewrite(rewritten, "Page moved", NOW + DAY, relevant=False)
    assert "no watch flags what it says now: the verdict is on what it said before" in await rewritten.say("why #1")


# on Discord


@pytest.fixture
async def server():
    """A fake Discord whose every incoming payload is checked when the test is over."""
    with addresses_kept():
        async with DiscordServer(now=Clock(LATER)) as running:
            yield running
        check_payloads(running)


async def test_on_discord_a_file_is_attached_and_a_rewrite_is_marked(server, tmp_path):
    """Typed and as a slash command with a choice of formats, over real sockets."""
    async with DiscordHouse(server, tmp_path / "db", server.now) as opened:
        await opened.store.run(lambda store: store.commit(plan(told(SOME)), NOW))
        await opened.store.run(lambda store: store.commit(plan(updated=((1, told(EXACT, LATER)),)), LATER))
        await opened.up()
        await server.say("!cite 1 as bibtex")
        (answer,) = await server.until(server.posted)
        assert [one["filename"] for one in answer["attachments"]] == ["story-1.bib"]
        token = await server.slash("cite", {"item": "1", "format": "ris"})
        body = await server.until(lambda: server.interactions[token])
        assert [one["filename"] for one in body["data"]["attachments"]] == ["story-1.ris"]
        token = await server.slash("diff", {"item": "#1"})
        body = await server.until(lambda: server.interactions[token])
        assert "~~Une vingtaine de~~ → **28** blessés" in body["data"]["embeds"][0]["description"]


async def test_a_bare_number_of_a_wording_says_how_it_was_read(rewritten):
    """The 1 of "1.2" may be meant for a story."""
    note = "Read as item #1, wording 2; !cite 1 lists the sources of story 1."
    assert note in await rewritten.say("cite 1.2")
    assert "Read as" not in await rewritten.say("cite #1.2")


async def test_a_format_needs_no_word_before_it(rewritten):
    """As it is often typed."""
    for line in ("cite #1 bibtex", "cite #1 as bibtex", "cite #1.2 BibTeX"):
        assert "as BibTeX: 1 source." in await rewritten.say(line)


async def test_a_search_by_key_finds_what_is_stated(rewritten):
    """An address and a time are no keys; what a value may be is said."""
    assert "1 story:" in await rewritten.say("search place:kerena")
    assert "I know no place “zzz”. Known: Kerena." in await rewritten.say("search place:zzz")
    assert "Nothing found" in await rewritten.say("search https://a.example 10:30")


FRENCH = "Les casques bleus ont été attaqués dans la nuit et trois soldats sont morts, dit la mission des Nations unies"


async def test_a_rewrite_in_another_language_has_that_language(house):  # noqa: F811
    """Not the feed's; each wording has its own."""
    english = "The peacekeepers were attacked in the night and three of the soldiers have died, the mission says"
    await house.commit(told(english, injured=20, published=NOW - HOUR, spoken="en"))
    await rewrite(house, FRENCH, LATER, injured=20, spoken="fr")
    story = await house.store.run(lambda store: store.stories.story(1))
    history = await house.store.run(lambda store: store.archive.wordings(1))
    spoken = [cited(story.sources[0], history, one, 1).language for one in history.wordings]
    assert spoken == ["en", "fr"] and language_shown(story.sources[0]) == "fr"


async def test_a_date_that_lies_ahead_is_its_publishers_and_no_time(house):  # noqa: F811
    """What is dated a month after we read it was not told then, nor do we know when."""
    ahead = When(datetime(2021, 3, 9, tzinfo=UTC), "day")
    item = told(SOME, injured=20, published=NOW)
    await house.commit(replace(item, entry=replace(item.entry, published=ahead)))
    assert "dated 9 Mar 2021 by the publisher, read 10 Feb 2021 12:00 UTC" in await house.say("cite #1")
    source = (await house.store.run(lambda store: store.stories.story(1))).sources[0]
    assert told_at(source) == source.seen and told_when(source).precision == "day"


async def test_why_answers_about_the_wording_that_is_named(rewritten):
    """The words of then and the verdict on them, and it is said which those are; another number is refused."""
    for line in ("why #1.1", "why #1.1 full"):
        said = await rewritten.say(line)
        assert said.splitlines()[1] == SOME
        assert f"the verdict is on #1.1, “{SOME}”, read 10 Feb 2021 12:00 UTC" in said
    assert "Item #1.1 · !why #1.1 full says more" in await rewritten.say("why #1.1")
    assert "the verdict is on" not in await rewritten.say("why #1")
    assert "Item #1 was read in 2 wordings: #1.1 to #1.2." in await rewritten.say("why #1.3")


async def test_why_names_the_wording_that_was_flagged(rewritten):
    """Where what it says now is flagged by nobody, the title above the verdict is not what was judged."""
    await rewrite(rewritten, "Page moved", LATER + HOUR, relevant=False)
    said = await rewritten.say("why #1")
    assert f"that is #1.2, “{EXACT}”, read 10 Feb 2021 20:00 UTC" in said


async def test_search_says_where_the_words_stood(rewritten):
    """A hit begins with the story's facts, quotes the sentence, and names the earlier wording that has the words; among
    items it quotes the title of today."""
    facts, sentence, _, where, *_ = (await rewritten.say("search vingtaine")).splitlines()[1:]
    assert facts == "🔴 Incident · Kerena · 28 injured · single source" and sentence == f"“{SOME}”"
    assert where == "in an earlier wording, #1.1, read 10 Feb 12:00 UTC"
    said = await rewritten.say("search vingtaine as:items")
    facts, title = said.splitlines()[1:3]
    assert facts == "🔴 Incident · Kerena · 28 injured · single source" and title == f"“{EXACT}”"
    assert "in an earlier wording, #1.1, read 10 Feb 12:00 UTC" in said
    assert "earlier wording" not in await rewritten.say("search blesses")
