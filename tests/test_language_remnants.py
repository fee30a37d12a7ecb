"""Nothing is said in English to whoever speaks another language: on the command line, in its help, and at the desk,
asked rightly, wrongly and oddly."""

from __future__ import annotations

import io
import shlex

import click
import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.console.paper import paper
from bot.console.prompt import Talk
from bot.console.reading import reading as at_desk
from bot.console.transport import Terminal
from bot.desk import COMMANDS, Asker, PlaceRole
from bot.desk.rights import ALL_RIGHTS, NO_RIGHTS
from bot.language import speaking
from bot.pictures.studio import Studio
from config.load import DEFAULT_FILE, load_settings
from feeds.model import Channel, Subscription
from feeds.store import Store
from tests.reader_kit import PoolHere
from tests.store_kit import ALL, FEED, NOW, plan, reading
from tests.third_kit import THIRD, english, third_language

SETTINGS = f"""
watches = "{DEFAULT_FILE.parents[1] / "seeds" / "watches"}"
database = "archive.db"
feeds = "feeds.toml"
[[watch]]
name = "minusma"
"""
# Names of things, which are the same in every language.
_GIVEN = """
main bluehelm nix chek run demo check poll feeds channels classify explain learn replay add import try new alerts wire
empty docs en fr de und mul official outlet local aggregator analysis bibtex ris csl csv xlsx geojson json extra databse
database doctor backup restore copy url interval standing fed none minurso minusca minusma monusco undof unficyp unifil
unisfa unmiss
"""
GIVEN = set(_GIVEN.split())


@pytest.fixture(scope="module")
def spoken_nowhere(tmp_path_factory):
    """The pretended language."""
    with third_language(tmp_path_factory.mktemp("language")):
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with settings, an archive of a few stories, and files that hold what they should not."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "docs").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    with Store(folder / "archive.db") as store:
        store.feeds.enrol([FEED])
        here = Channel("alerts", "discord", "42"), Subscription("alerts", "minusma", ALL)
        store.subscriptions.configure([here], NOW)
        for number in range(1, 8):
            store.commit(plan(reading(number, watch="minusma", publisher=f"WIRE {number}", title=f"TITLE {number}",
                                      summary="", facts={"place": "Kerena", "contingents": ("TG",)})), NOW)  # fmt: skip
    return folder


FILES = {
    "bluehelm.toml": SETTINGS,
    "feeds.toml": '[[feed]]\nname = "ALPHA"\nurl = "https://a.example/rss"\nlanguage = "en"\n',
    "bad.toml": '[[feed]]\nname = "ALPHA"\nurl = "ftp://a"\nlanguage = "xx"\ninterval = -3\nstanding = "x"\n[[fed]]\n',
    "odd.toml": 'database = "x.db"\ndatabse = 3\n[poll]\ntick_seconds = "3"\n[[watch]]\nname = "nix"\n',
    "noise.toml": "<opml>\n",
    "date.toml": "a = 2021-13-01\n",
    "slash.toml": 'a = "\\q"\n',
    "list.opml": '<opml version="2.0"><body><outline type="rss" text="B" xmlUrl="https://b.example/f"/></body></opml>',
    "bad.opml": "<opml><bo",
    "none.opml": "<opml><body/></opml>",
    "chan.toml": '[[channel]]\nname = "a"\nwatch = "nix"\nquiet = "22-6"\nfoo = 1\n',
    "pat.toml": "threshold = 3\n[[pattern]]\nx = 1\n",
    "docs/a.txt": "Hello",
}
MISTAKES = """
nix | chek | run --nix | check extra | check | check --config nix.toml | check --config . | check --config odd.toml
check --config noise.toml | check --config date.toml | check --config slash.toml | demo --watch nix | demo --pace x
demo --pace 99 | demo --pace | health | health --config odd.toml
feeds nix | feeds list | feeds add | feeds add nonsense | feeds add ftp://x.example/a | feeds add https://127.0.0.1/a
feeds add https://c.example/f --language | feeds add https://c.example/f --standing nix
feeds add https://c.example/f --interval x | feeds add https://c.example/f --interval 0
feeds add https://c.example/f --name CHARLIE | feeds add https://d.example/f --name CHARLIE | feeds list
feeds pause CHARLIE | feeds pause CHARLIE | feeds list | feeds resume CHARLIE | feeds resume CHARLIE
feeds remove CHARLIE | feeds remove | feeds remove nix | feeds remove ALPHA
feeds import list.opml --dry-run | feeds import list.opml | feeds import bad.opml | feeds import none.opml
feeds import nix.opml | feeds import docs | feeds export docs | feeds export nix/out.opml
feeds check --feeds bad.toml | feeds check nix | feeds try | feeds try nonsense | feeds try http://10.0.0.1/x
channels | channels export docs | channels import chan.toml | channels import nix.toml | channels import noise.toml
search | search TITLE | search kind:nix | search place: | search TITLE --page 0 | search TITLE --page 99
search TITLE --limit x | search TITLE --limit 3 | search ((( | search TITLE --db nix.db | search TITLE --db docs
search TITLE --db list.opml | latest 0 | latest 3 | latest 3 4 | latest x
classify nix | classify docs | classify docs/a.txt --watch nix | explain | explain TITLE --watch nix
learn nix | learn empty | learn --weights --feedback | learn --check --watch nix | learn --weights docs
watch | watch new | watch new x | watch new here nix.txt | watch new here docs/a.txt | watch new A/B docs/a.txt
watch new here docs/a.txt --into list.opml | replay | replay nix | replay pat.toml | replay pat.toml --watch nix
replay noise.toml | replay pat.toml --items nix
story | story 1 | story 999 | story x | story 1 --page 9 | story 1 --channel nix | story 1 --db nix.db | story --nix
story 1 --db list.opml | story 1 --db docs
poll --once --feeds bad.toml | poll --once --feeds nix.toml | poll --nix
"""


@pytest.fixture
def run(home, spoken_nowhere, monkeypatch):
    """Says a line to the program in a terminal of the pretended language; what is English in what it answers."""
    monkeypatch.setattr("bot.console.reading.Pool", PoolHere)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("BLUEHELM_CONFIG", str(home / "bluehelm.toml"))
    monkeypatch.chdir(home)

    def command(line):
        told = CliRunner().invoke(main, shlex.split(line))
        assert told.exception is None or isinstance(told.exception, SystemExit), f"{line}: {told.exception!r}"
        return english(told.output, GIVEN)

    return command


def _every(command, name=""):
    """The names of a command and of all below it."""
    yield name
    for below in getattr(command, "commands", {}):
        yield from _every(command.commands[below], f"{name} {below}")


def test_no_help_is_english(run):
    """Sentences, options, and what stands for their values, of every command and of those below it."""
    context = click.Context(main)
    names = [one for name in main.list_commands(context) for one in _every(main.get_command(context, name), name)]
    found = {name: left for name in ("", *names) if (left := run(f"{name} --help"))}
    assert found == {}


def test_the_help_speaks_the_language_of_now(run, monkeypatch):
    """What was said in one language before is in the next one's when that is spoken: nothing is kept."""
    assert run("story --help") == run("feeds add --help") == []
    monkeypatch.setenv("LANG", "C")
    for line, said in (("story --help", "The page, where"), ("feeds add --help", "--interval INTEGER"),
                       ("poll --help", "--db FILE")):  # fmt: skip
        assert said in CliRunner().invoke(main, line.split()).output


@pytest.mark.slow
def test_no_mistake_on_the_command_line_is_answered_in_english(run):
    """Wrong options, names, files, settings and archives, and what they are answered with."""
    lines = [line.strip() for row in MISTAKES.strip().splitlines() for line in row.split("|")]
    found = [(line, left) for line in lines if (left := run(line))]
    assert found == []


ODD = (
    "",
    "nix",
    "999",
    "0",
    "-1",
    "x y z",
    "nix:1",
    "#999",
    "since:nix",
    "place:nix",
    '"',
    "(((",
    "1 nix",
    "yes",
    "off",
)
AT_CHANNEL = ("channel incident nix", "channel budget nix", "channel escalate nix", "channel quiet nix",
              "channel digest nix", "channel brief nix", "channel weekly nix", "channel coverage nix",
              "channel lowband nix", "channel language nix", "channel role nix", "channel only nix:1",
              "channel only place:kerena", "channel brief 06:00,18:00", "channel weekly mon 07:00",
              "channel coverage 15 08:00", "channel coverage 1 08:00", "channel quiet 22:00-06:00 UTC but incident",
              "channel escalate toll+5", "channel lowband on", "channel reset nix", "channel", "channel reset",
              "setup language:de,en", "setup times:digest@08:00,brief@06:00,nix", "setup watches:nix",
              "setup role:nix", "setup pings:nix", "setup times:digest@08:00", "note 1 HELLO",
              "unnote 1", "follow place:kerena", "follow kind:mine by:dm", "following", "unfollow all",
              "merge 1 2", "merge 1 1", "split 1", "tier 1 decision", "tier 1 auto", "audit", "team", "team add",
              "team add <@&7>", "team remove <@&7>", "mute 3", "channel test", "unmute", "digest", "status",
              "threshold minusma 0.9", 'allow minusma "A B"', "watch show minusma", "watch add minusma",
              "watch drop minusma", "chart killed by:place", "export csv since:all", "coverage since:90d",
              "brief since:7d", "help", "help nix", "helf", "quit nix", "subscribe minusma only:place:kerena",
              "unsubscribe 2", "why 1", "why #1 full", "cite #1", "cite 1", "latest 1", "more", "more")  # fmt: skip
# What is shown as it is kept: changes as they were typed, features by their names, and what documents call a mission.
AS_KEPT = {
    "audit": {"story", "channel", "file", "place", "team", "split", "merge", "mute", "of", "threshold", "nothing",
              "auto", "the", "operator"},
    "why": {"words", "fact", "says", "name", "titled", "undated", "line", "place", "toll", "own", "attack"},
    "watch": {"in"},
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("rights", [ALL_RIGHTS, NO_RIGHTS], ids=["manager", "member"])
async def test_nothing_at_the_desk_is_answered_in_english(home, spoken_nowhere, monkeypatch, rights):
    """Every command with odd words and with its examples, and what managers change, at a terminal that shows all."""
    monkeypatch.chdir(home)  # where an export is put
    monkeypatch.setattr("bot.console.reading.Pool", PoolHere)
    monkeypatch.setattr(Studio, "png", _no_picture)
    settings = load_settings(home / "bluehelm.toml", {})
    examples = [line.replace("{watch}", "minusma") for one in COMMANDS for line in one.examples]
    lines = [*(f"{one.name} {odd}" for one in COMMANDS for odd in ODD), *examples, *AT_CHANNEL]
    found = []
    with speaking(THIRD):
        async with at_desk(settings, writing=True) as (desk, store):
            await store.run(lambda kept: kept.choices.change("alerts", {"language": THIRD}))
            roles = {"7": PlaceRole("ANALYSTS", True)}
            asker = Asker("7", "AWA", rights=rights, transport="discord", target="42", roles=roles, server="1")
            for line in lines:
                out = io.StringIO()
                talk = Talk(desk, Terminal(paper(out, 200, False), folder=home / "taken"), asker)
                await talk.hear(line)
                given = GIVEN | AS_KEPT.get(line.split()[0], set()) | set(line.replace(":", " ").split())
                found += [(line, left) for left in english(out.getvalue(), given)]
    assert found == []


async def _no_picture(*_):
    return b""
