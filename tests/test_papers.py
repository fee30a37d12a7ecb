"""The papers: every command that a page names works as it stands there, and every link leads somewhere."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.console.prompt import Talk, at_terminal
from bot.console.reading import reading
from bot.console.transport import Terminal
from bot.desk import COMMANDS, Asker, Desk, PlaceRole, find_command
from bot.desk.rights import ALL_RIGHTS, may
from bot.pictures.studio import Studio
from config.load import load_settings
from config.schema import Settings
from feeds.model import Channel
from feeds.store import Store
from feeds.store.db.thread import StoreThread
from tests import edition_kit as editions
from tests import paper_kit as papers
from tests import source_kit
from tests.reader_kit import PoolHere, watching_over
from tests.store_kit import wish

ROOT = papers.ROOT
END = datetime(2021, 2, 17, 16, tzinfo=UTC)
# What is not tried here, and why. Targets of make and modules must be there all the same.
UNTRIED = {
    "make demo": "tests/test_demo.py watches it from its first line to its last",
    "make test": "it is what runs this test",
    "make fast": "it is a part of what runs this test",
    "make proofs": "it is a part of what runs this test, for longer",
    "make run": "it runs until it is stopped; tests/test_app.py and tests/test_welcome.py start it over sockets",
    "make fix": "it would mend the copy",
    "make lock": "it asks the package index",
    "make score": "it needs a corpus that is not always at hand, and a minute",
    "make holdout": "it learns five times over; what it learns with is what `make learn` does",
    "make curve": "it makes two dozen watches, for minutes; tests/test_watch_new.py makes some",
    "make bench": "it asks the package index, and takes minutes",
    "make bench-read": "it measures for a minute",
    "make figures": "it measures for minutes",
    "make archive-million": "it writes a gigabyte, and takes minutes",
    "make crash": "it kills for an hour",
    "make torture": "it asks the package index",
    "make fuzz": "it looks for an hour; tests/test_fuzz.py does so for seconds",
    "make audit": "it asks a source of advisories; tests/test_supply.py stands in for one",
    "make licences": "tests/test_supply.py makes the page",
    "make soak": "it takes hours",
    "make soak DAYS=1": "it takes an hour",
    "make flood": "it takes minutes",
    "make gallery": "it draws pictures with a browser, for a minute",
    "make learn": "half a minute; tests/test_cli_learn.py learns what is shipped",
    "python -m tests.bench_reading": "it measures for a minute",
    "python -m tests.bench_teams": "it measures for a minute",
    "python -m tests.bench_parts": "it measures for half a minute",
    "python -m tests.bench_delay": "it simulates for half a minute",
    "python -m tests.test_ties seen unseen blind": "tests/test_ties.py holds what it prints",
    "bluehelm feeds try ADDRESS": "it asks a publisher; tests/test_cli_feeds.py has one",
    "bluehelm feeds check": "it asks publishers; tests/test_cli_feeds.py asks some of its own",
    "bluehelm feeds check --all": "it asks publishers",
    "bluehelm doctor": "it asks publishers; tests/test_doctor.py asks a Discord of its own",
    "bluehelm doctor --json": "it asks publishers",
    "docker compose stop": "it needs Docker",
    "docker compose run --rm bluehelm restore /data/backups/bluehelm-20260301T030000Z-m210.db": "it needs Docker",
    "bluehelm poll --once": "it asks publishers; tests/test_poll.py asks some of its own",
    "python -m seeds.making.build_places": "it needs GeoNames' files",
    "bluehelm watch new": "it needs documents; tests/test_watch_new.py makes watches of some",
    "bluehelm learn DIR --out FILE": "tests/test_cli_learn.py learns from a folder",
    "docker compose up -d": "it needs Docker; tests/test_packaging.py reads the files",
    "docker compose logs -f": "it needs Docker",
    "docker compose exec bluehelm": "it needs Docker",
    "docker compose exec bluehelm bluehelm status": "it needs Docker",
}
# What stands for what in commands, where they name no example.
STANDS_FOR = {
    "bluehelm feeds add ADDRESS": "bluehelm feeds add https://wire.example/feed",
    "bluehelm feeds remove NAME": "bluehelm feeds remove wire.example",
    "bluehelm feeds pause NAME": "bluehelm feeds pause 'UN News'",
    "bluehelm feeds resume NAME": "bluehelm feeds resume 'UN News'",
    "bluehelm feeds import FILE": "bluehelm feeds import some.opml",
    "bluehelm classify FILE": "bluehelm classify some.jsonl",
}
STATUS = {"bluehelm health": 1}  # nothing ticks here, and it says so
OPML = '<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="https://a.example/feed"/></body></opml>'


def named(find, pages=papers.PAGES):
    """Each page that names something of a kind, with what it names, for parametrisation."""
    return [pytest.param(page, found, id=papers.name(page)) for page in pages if (found := find(page))]


# links


@pytest.mark.parametrize("page", [*papers.PAGES, papers.CHANGELOG], ids=papers.name)
def test_every_link_leads_somewhere(page):
    """Files are there, in the same letters, and so are the headings and pictures that links name."""
    inside = [papers.target(page, link) for link in papers.links(page) if not re.match(r"https?://[\w.-]+", link)]
    assert [path for path, _ in inside if not path.exists() or path.name not in os.listdir(path.parent)] == []
    assert [(path, anchor) for path, anchor in inside if anchor and anchor not in papers.anchors(path)] == []


def test_every_page_can_be_reached():
    """Whoever begins with the README comes to every page, and back from there."""
    met, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        met.add(page)
        found = {path for path, _ in (papers.target(page, link) for link in papers.links(page)) if path.suffix == ".md"}
        ahead += [path for path in found if path not in met and path.is_file()]
    assert set(papers.PAGES) <= met
    docs = [page for page in papers.MANUAL if page.parent != ROOT]
    assert [page for page in docs if (ROOT / "README.md", "") not in
            [papers.target(page, link) for link in papers.links(page)]] == []  # fmt: skip


def test_the_readme_fits_three_screens():
    """What comes after that is on pages of its own."""
    assert len(papers.text(ROOT / "README.md").splitlines()) <= 120


def test_pictures_are_also_told_in_words():
    """There are some, and each has a text for those who do not see it."""
    told = [words for page in papers.PAGES for words in papers.pictures(page)]
    assert told and all(len(words.split()) > 5 for words in told)


# two languages


@pytest.mark.parametrize("name", ["members.md", "leads.md", "operators.md"])
def test_the_french_editions_keep_up(name):
    """They have the sections of the English ones and name the same commands, and each links to the other."""
    english, french = ROOT / "docs" / name, ROOT / "docs" / "fr" / name
    assert len(papers.headings(english)) == len(papers.headings(french))

    def commands(page):
        words = [span.split() for span in papers.typed(page)]
        return [(first, sum(re.match(r"[\d#]", one) is not None for one in rest)) for first, *rest in words]

    assert commands(english) == commands(french)
    assert list(map(editions.english, papers.shell(english))) == list(map(editions.english, papers.shell(french)))
    assert [papers.blocks(english, kind) == papers.blocks(french, kind) for kind in ("sh", "toml")] == [True, True]
    assert f"fr/{name}" in papers.links(english) and f"../{name}" in papers.links(french)


def test_operators_read_the_same_in_french():
    """Section by section the page has the same code, numbers, rows of tables and links; what the program says in the
    operator's language stands there in French, as the catalogue has it, and what only the log says in English."""
    assert editions.differences(ROOT / "docs" / "operators.md", ROOT / "docs" / "fr" / "operators.md") == []


def test_members_and_leads_find_every_command():
    """Each command stands on the page of those who may give it."""
    pages = {False: ROOT / "docs" / "members.md", True: ROOT / "docs" / "leads.md"}
    told = {who: {span[1:].split()[0] for span in papers.typed(page)} for who, page in pages.items()}
    assert [one.name for one in COMMANDS if one.name not in told[bool(one.needs)]] == []


# commands


@pytest.mark.slow
async def test_the_alert_that_pages_show_is_the_demos(archive):
    """Its first line and the figures that a page quotes, in both languages, as story 9 says them at the end."""
    async with reading(_over(archive)) as (desk, _):
        card = (await desk.answer("story", "9", asker=HERE)).cards[0]
    lines = ["".join(span.text for span in line) for line in card.lines]
    for page in (ROOT / "docs" / "members.md", ROOT / "docs" / "fr" / "members.md"):
        figures = re.findall(r"(?:Killed|Injured): \d[^;”\"»]*\)", " ".join(papers.text(page).split()))
        assert papers.quoted(page) == [card.title]
        assert figures and set(figures) <= set(lines)


@pytest.fixture(scope="module")
def archive(demo_archive, tmp_path_factory):
    """The demo's archive at its end, with a channel of a server beside the terminal."""
    mine = shutil.copy(demo_archive, tmp_path_factory.mktemp("demo") / "demo.db")
    with Store(mine) as store:
        here = Channel("alerts", "discord", "42"), wish("alerts", "minusma")
        store.subscriptions.configure([(store.channels.named("terminal"), wish("terminal", "minusma")), here], END)
    return mine


def _private(folder, names):
    """What is no part of the project: environments, what an operator has beside it. What was compiled comes along, for
    each program would compile it anew; not what pytest made of the tests."""
    hidden = {one for one in names if one.startswith(".") and one not in (".ci", ".env.example")}
    hidden |= {one for one in names if ".cpython-" in one and "-pytest-" in one}
    return hidden | ({"data", "secrets", "build"} if Path(folder) == ROOT else set())


@pytest.fixture
def copy(tmp_path, archive, monkeypatch):
    """A copy of the project with its environment and the demo's archive, in which commands are said."""
    folder = tmp_path / "bluehelm"
    shutil.copytree(ROOT, folder, ignore=_private)
    (folder / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        (folder / ".venv" / part.name).symlink_to(part)
    (folder / ".venv" / ".ready").unlink(missing_ok=True)
    (folder / ".venv" / ".ready").touch()
    (folder / "data").mkdir()
    shutil.copy(archive, folder / "data" / "bluehelm.db")
    (folder / "some.opml").write_text(OPML)
    (folder / "some.jsonl").write_text('{"id": "a", "title": "Two peacekeepers killed in Kidal"}\n')
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BLUEHELM_CONFIG", str(folder / "config" / "bluehelm.toml"))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr("bot.console.reading.Pool", PoolHere)  # tests/test_cli_ask.py asks a worker
    for name in ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "MAKEFLAGS", "MAKELEVEL"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("page, lines", named(papers.shell, [one for one in papers.PAGES if one.parent.name != "fr"]))
def test_every_command_for_a_shell_works_as_it_stands(copy, page, lines):
    """In a copy of the project, in the order of the page; what is not tried is listed with its reason. The French
    editions have the same, which is held above."""
    for line in lines:
        status, said = (_there if line in UNTRIED else _run)(STANDS_FOR.get(line, line))
        assert status == STATUS.get(line, 0), f"{line}: {said}"


def test_nothing_is_left_untried_that_no_page_names():
    """The list of what is not tried names what pages name, and nothing that was."""
    assert set(UNTRIED) | set(STANDS_FOR) | set(STATUS) <= {
        line for page in papers.PAGES for line in papers.shell(page)
    }


def _run(line):
    """Status and words of a command: ours in this process, others in a shell."""
    first, *rest = shlex.split(line)
    if first == "bluehelm":
        result = CliRunner().invoke(main, rest)
        return result.exit_code, f"{result.output}{result.exception!r}"
    if not line.startswith(". ") and shutil.which(first) is None:
        return 0, "not on this machine"
    result = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=30, check=False)
    return result.returncode, result.stdout + result.stderr


def _there(line):
    """Status 0 where what is not tried is at least there: the target, the module, the command."""
    first, *rest = shlex.split(line)
    match first:
        case "make":
            return _run(f"make -n {rest[0]}")
        case "python":
            return (0 if (ROOT / f"{rest[1].replace('.', '/')}.py").is_file() else 1), "no such module"
        case "bluehelm":
            known = [word for word in rest if word.islower() and not word.startswith("-")]
            return _run(f"bluehelm {' '.join(known)} --help")
        case _:
            return 0, ""


@pytest.fixture
def at_home(monkeypatch):
    """Nothing is read or drawn in another process: tests/test_cli_ask.py and tests/test_picture_journey.py do that."""
    monkeypatch.setattr("bot.console.reading.Pool", PoolHere)
    monkeypatch.setattr(Studio, "png", lambda *_: asyncio.sleep(0, b""))


ROLES = {"5": PlaceRole("Analysts", True)}
HERE = Asker("7", "Awa", rights=ALL_RIGHTS, transport="discord", target="42", roles=ROLES, server="1")
# What the terminal says of commands that belong to a server: a terminal has no roles.
ELSEWHERE = {("team", "!team belongs to a server's channels: please ask there.")}
AT_PROMPT = {"!quit": False, "!more": True}  # what the terminal knows beside the desk: does the talk go on?


@pytest.mark.slow
@pytest.mark.parametrize("page, lines", named(papers.typed))
async def test_every_command_for_chat_is_answered(archive, tmp_path, at_home, page, lines):
    """Each is asked of the demo's archive as a manager of a channel would; none is a mistake, and searches find."""
    settings = _over(archive)
    async with reading(settings) as (reader, _):
        for number, line in enumerate(dict.fromkeys(lines)):
            mine = shutil.copy(archive, tmp_path / f"{number}.db")
            async with StoreThread(lambda file=mine: Store(file)) as store:
                await store.run(partial(source_kit.settle, line=line, server=HERE.server))
                live = watching_over(reader, store)
                desk = Desk(store, live.watches, settings, lambda: END, source_kit.Given(), watching=live)
                assert await _answered(desk, line), line


@pytest.mark.slow
async def test_the_examples_that_help_gives_find_something_in_the_demo(archive, at_home):
    """Whoever types what `!help search` shows sees how it works, not that there is nothing."""
    async with reading(_over(archive)) as (desk, _):
        looking = ("latest", "search", "story", "why", "cite", "diff", "export", "brief", "coverage")
        for line in (one for name in looking for one in find_command(name).examples):
            name, _, words = line.partition(" ")
            reply = await desk.answer(name, words, asker=HERE)
            assert not reply.private and (reply.cards or reply.files), line


@pytest.mark.slow
async def test_every_example_of_help_works_at_the_demos_prompt(archive, tmp_path, at_home):
    """Each on an archive of its own; what takes something back comes after the examples of what it takes back. What is
    a server's alone says so there, and `!help` does not list it."""
    before = {"unnote": "note", "unfollow": "follow"}
    settings = _over(archive)
    asker = at_terminal(settings)
    async with reading(settings) as (reader, _):
        watches = {name: reader._house.watches[name] for name in ("minusma",)}  # the demo knows no other
        for number, (command, line) in enumerate((one, line) for one in COMMANDS for line in one.examples):
            mine = shutil.copy(archive, tmp_path / f"{number}.db")
            async with StoreThread(lambda file=mine: Store(file)) as store:
                live = watching_over(reader, store)
                desk = Desk(store, watches, settings, lambda: END, source_kit.Given(), watching=live)
                earlier = find_command(before.get(command.name, ""))
                for each in (*(earlier.examples if earlier else ()), line):
                    name, _, words = each.replace("{watch}", "minusma").partition(" ")
                    reply = await desk.answer(name, words, asker=asker)
                    if may(asker.rights, find_command(name).needs):
                        assert not reply.private or name == "help", f"{each}: {reply.text}"
                    else:
                        assert (name, reply.text) in ELSEWHERE


def _over(database):
    """The project's settings over another archive."""
    return load_settings(ROOT / "config" / "bluehelm.toml", {}).model_copy(update={"database": database})


async def _answered(desk, line):
    if line in AT_PROMPT:
        return await Talk(desk, Terminal(), HERE).hear(line) is AT_PROMPT[line]
    name, _, words = re.sub(r"@(name|nom)\b", "<@&5>", line[1:]).partition(" ")
    command = find_command(name)
    if command is None:
        return False
    if not words and any(one.required for one in command.arguments):
        return True  # the command is spoken of, not typed
    reply = await desk.answer(name, words, asker=HERE)
    mistaken = reply.private and command.name != "help"  # what is said of mistakes is for whoever made them
    return not mistaken and not re.match("“.+” is no command|Nothing found", reply.text)


# settings


@pytest.mark.parametrize("page, found", named(lambda page: papers.blocks(page, "toml")))
def test_settings_that_a_page_shows_are_settings(page, found):
    """Each block of them can stand in the settings file as it is."""
    for block in found:
        assert Settings.model_validate(tomllib.loads(block))
