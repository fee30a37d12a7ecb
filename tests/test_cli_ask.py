"""What members can ask, asked from a shell: the terminal's answers over a real database, with no bot running."""

from __future__ import annotations

import json
import re
from base64 import b64decode

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.card import Attachment, Reply
from bot.console.ask import asked
from bot.console.reply_json import reply_json
from bot.desk import COMMANDS
from config.load import DEFAULT_FILE
from feeds.model import Channel, Subscription
from feeds.store import Store
from feeds.store.db.lock import lock
from seeds.model import Tier
from tests.reader_kit import PoolHere
from tests.store_kit import ALL, FEED, NOW, plan, reading

pytestmark = pytest.mark.slow

SETTINGS = f"""
watches = "{DEFAULT_FILE.parents[1] / "seeds" / "watches"}"
database = "archive.db"
[[watch]]
name = "minusma"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with settings and an archive of a few stories."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "bluehelm.toml").write_text(SETTINGS)
    with Store(folder / "archive.db") as store:
        store.feeds.enrol([FEED])
        here = Channel("alerts", "discord", "42"), Subscription("alerts", "minusma", ALL)
        store.subscriptions.configure([here], NOW)
        for number in range(1, 11):
            store.commit(plan(reading(number, watch="minusma", publisher=f"Wire {number}",
                                      facts={"place": "Kerena", "contingents": ("TG",)})), NOW)  # fmt: skip
        store.commit(plan(reading(11, watch="minusma", tier=Tier.BACKGROUND, title="A long view")), NOW)
    return folder


@pytest.fixture
def run(home, monkeypatch):
    """Says a command in this process, where watches are read as well."""
    monkeypatch.setattr("bot.console.reading.Pool", PoolHere)
    return told_by(home)


def told_by(home):
    def command(*arguments, status=0):
        result = CliRunner().invoke(main, [*arguments], env={"BLUEHELM_CONFIG": str(home / "bluehelm.toml")})
        assert result.exit_code == status, result.output + repr(result.exception)
        return result

    return command


def test_every_command_that_reads_can_be_asked(run):
    """One table for all ways in; only where the program has a command of that name does the desk's step back."""
    own = {"latest", "search", "help"}
    assert {one.name for one in COMMANDS if not one.needs or one.cli} - own == {
        one.name for one in COMMANDS if one.cli in asked()
    }
    listed = run("--help").stdout
    for name, command in asked().items():
        assert f"  {name} " in listed
        assert command.help.splitlines()[0] in run(name, "--help").stdout


def test_the_help_is_tidy_and_its_examples_can_be_pasted(run):
    """No line is cut off, no sentence ends twice, no gap is wider than a line; a shell takes examples as they stand."""
    for name in (*asked(), "feeds", "feeds add", "feeds import"):
        said = run(*name.split(), "--help").stdout
        assert "...\n" not in said.partition("\n")[2] and "?." not in said and "\n\n\n" not in said
    assert "    bluehelm why '#45' full\n" in run("why", "--help").stdout
    assert "    bluehelm diff '#28' 1 2\n" in run("diff", "--help").stdout
    assert "    bluehelm follow '\"convoy mine\"' by:dm\n" in run("follow", "--help").stdout


def test_a_story_is_told_as_in_the_terminal(run):
    """Title, sources in order, the page and the way to the next one, in the shell's own spelling."""
    first = run("story", "1").stdout
    assert "“Item 1”" in first
    assert "Wire 1 · en · #1" in first
    assert "page 1 of 2 · --page 2 for the next" in first
    second = run("story", "story:1", "--page", "2").stdout
    assert "Wire 10 · en · #10" in second
    assert "page 2 of 2" in second


def test_the_other_commands_answer_too(home):
    """Why, citation, status and the feeds' freshness, each by its own name, with a reader in a process of its own."""
    run = told_by(home)
    assert "Flagged as incident" in run("why", "#1").stdout
    assert "Citation of item #1" in run("cite", "https://example.org/1").stdout
    assert "Watching: " in run("status").stdout
    assert "1 feed: " in run("freshness").stdout


def test_a_digest_is_of_a_channel(run):
    """In the shell nobody is in a channel: it is named."""
    assert "A long view" in run("digest", "--channel", "alerts").stdout
    assert "No digest goes to this place" in run("digest", status=1).stderr
    assert run("digest", "--channel", "nowhere", status=1).stderr == "there is no channel nowhere\n"


def test_a_mistake_is_a_line_on_standard_error(run):
    """With status 1 and nothing on standard output; hints are typed as in a shell."""
    for arguments, said in (
        (("story",), "What about? Ask like this: bluehelm story <story>"),
        (("story", "nine"), "A story has a number, such as 12. bluehelm latest shows the newest."),
        (("story", "99"), "There is no story 99. bluehelm latest shows the newest."),
        (("why", "nonsense"), "Name a story by its number"),
    ):
        result = run(*arguments, status=1)
        assert said in result.stderr
        assert result.stdout == ""


def test_it_reads_beside_a_running_bot(home, run):
    """Another process holds the lock: reading needs none, and changes nothing."""
    before = (home / "archive.db").read_bytes()
    with lock(home / "archive.db"):
        assert "“Item 1”" in run("story", "1").stdout
    assert (home / "archive.db").read_bytes() == before


def test_no_archive_is_one_line(run, tmp_path):
    """Not a traceback, and no empty database made on the way."""
    result = run("status", "--db", str(tmp_path / "none.db"), status=1)
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "none.db").exists()


def test_a_channel_of_odd_bytes_is_unknown(run):
    """What a shell passes on need not be text: one line, no traceback."""
    assert "there is no channel ?" in run("digest", "--channel", "\udcff", status=1).stderr


def test_a_citation_file_lies_where_it_was_asked_for(run, tmp_path, monkeypatch):
    """The shell names it; a second one of that name overwrites nothing."""
    monkeypatch.chdir(tmp_path)
    assert "Story 1 as BibTeX: 10 sources." in run("cite", "1", "as", "bibtex").stdout
    assert "2-story-1.bib" in run("cite", "1", "--format=bibtex").stdout
    assert (tmp_path / "story-1.bib").read_text() == (tmp_path / "2-story-1.bib").read_text()
    assert "one wording only" in run("diff", "#1").stdout


FORM = {"text", "lines", "cards", "page", "pages", "files"}
ARGUMENTS = {"story": ("1",), "why": ("#1",), "cite": ("1",), "diff": ("#1",), "note": ("2", "a", "line"),
             "digest": ("--channel", "alerts"), "follow": ("item",), "unfollow": ("all",),
             "threshold": ("minusma", "0.6"), "allow": ("minusma", "chess"), "block": ("minusma", "chess"),
             "tier": ("2", "auto")}  # fmt: skip


@pytest.mark.parametrize("name", sorted(asked()))
def test_every_answer_can_be_had_as_json(run, name):
    """One object of one form, whatever the command; nothing else on standard output."""
    if name == "unnote":
        given = [str(json.loads(run("note", "2", "x", "--json").stdout)["text"].split("note ")[1].split(":")[0])]
    else:
        given = ARGUMENTS.get(name, ())
    if name == "unfollow":
        run("follow", "item")
    told = json.loads(run(name, *given, "--json").stdout)
    assert told.keys() >= FORM
    assert told["text"] or told["lines"] or told["cards"]


def test_json_says_all_that_the_answer_says(run):
    """Cards with their lines, links and times, the page, and files with their content."""
    story = json.loads(run("story", "1", "--json").stdout)
    (card,) = story["cards"]
    assert (story["page"], story["pages"]) == (1, 2)
    assert card["tier"] == "incident" and card["fields"][0]["name"] == "Wire 1 · en · #1"
    when, title = card["fields"][0]["lines"][:2]
    assert when["parts"][0]["at"].startswith("2021-02-10T12:00")
    assert title == {"text": "Item 1", "parts": [{"text": "Item 1", "url": "https://example.org/1"}]}
    (file,) = json.loads(run("cite", "1", "as", "bibtex", "--json").stdout)["files"]
    assert file["name"] == "story-1.bib" and file["encoding"] == "utf-8" and "@" in file["content"]


def test_a_files_bytes_survive_json():
    """What is no text is base64."""
    picture = Attachment("map.png", "image/png", b"\x89PNG\xff", "a map")
    told = reply_json(Reply("x", files=(picture,)))["files"][0]
    assert (told["encoding"], b64decode(told["content"]), told["alt"]) == ("base64", picture.content, "a map")


def test_a_brief_and_the_coverage_are_told_in_a_shell(run, home):
    """Of the last day, without a mark of who asked; the archive stays as it is."""
    before = (home / "archive.db").read_bytes()
    assert "The last 24 hours; bluehelm brief since:06:00 tells of another." in run("brief").stdout
    assert "Nothing new" in run("brief", "since:6h").stdout
    assert "nothing was new" in run("coverage").stdout
    assert "still to come" in run("brief", "since:2150", status=1).stderr
    assert (home / "archive.db").read_bytes() == before


def test_a_note_is_left_and_taken_away_beside_a_running_bot(home, run):
    """It bears the name of who sits at the shell, and is in the bot's own archive at once."""
    with lock(home / "archive.db"):
        said = run("note", "1", "phoned:", "no", "answer").stdout
        number = re.search(r"as note (\d+)", said)[1]
        with Store(home / "archive.db", read_only=True) as store:
            (note,) = store.notes.of_story(1)
        assert (note.text, note.by) == ("phoned: no answer", "terminal:shell")
        assert f"note {number}" in run("story", "1").stdout + run("story", "1", "--page", "2").stdout
        assert run("unnote", number).stdout == f"Note {number} is gone from story 1.\n"
    assert "There is no story 99" in run("note", "99", "words", status=1).stderr


def test_a_note_makes_no_archive(run, tmp_path):
    """Where there is none, there is none afterwards."""
    result = run("note", "1", "words", "--db", str(tmp_path / "none.db"), status=1)
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "none.db").exists()
