"""Other languages: every sentence is in the catalogue, every message is translated, and a language is one file."""

from __future__ import annotations

import pickle
import re
import tomllib
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from string import Formatter

import discord
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from bot.__main__ import main
from bot.card import Attachment, Span
from bot.checkup.archive import archive_findings
from bot.desk.commands import COMMANDS, find_command, nearest
from bot.desk.names import lore
from bot.desk.parse import parse_line
from bot.discord.parts.translator import SlashTranslator
from bot.fit import Limits, refusal
from bot.language import decimal, in_context, languages, numeral, one_of, plural, speaking, spoken, translated
from bot.language.catalog import read_catalog
from bot.language.click_words import FORMS, MODULES, WORDS
from bot.language.environment import terminal_language
from bot.wording import formats
from bot.wording.languages import language_name
from bot.wording.phrase import phrase
from bot.wording.query import misread_text
from config.sentence import Said, apart, strung
from feeds.query import parse_query
from feeds.query.filters import parse_filter
from feeds.query.known import KnownNames
from feeds.store import Store
from feeds.store.upkeep.keeping import Condition
from feeds.worker.process import SetupError
from tests.catalog import FOLDER, ROOT, brought_up, left_out, messages, written
from tests.gallery.page import text_of
from tests.gallery.scenes import play
from tests.sentence_kit import all_sentences
from tests.test_wording import LINES
from tests.third_kit import outside, third_language

FILES = sorted(FOLDER.glob("*.po"))
# What is said in English to everybody: what is not read by members, and what is not yet in the catalogue.
ENGLISH_ALONE = {
    "bot/cli/jsonlines.py": "what is wrong with a line, in the JSON that answers it",
    "bot/citation/formats.py": "the note of a record in a file for other programs, which is data",
    "bot/delivery/courier.py": "the log, and names of tasks",
    "bot/demo/server.py": "an outlet of the demo that is down",
    "bot/desk/channel/commands.py": "examples of what is typed",
    "bot/desk/watching/commands.py": "the heading of a group, kept beside the table",
    "bot/desk/watching/watches.py": "what the record of changes keeps",
    "bot/export/columns.py": "what columns mean, for docs/data.md",
    "bot/fit.py": "names of units",
    "bot/wording/evidence.py": "a mark in the origin of a reason",
    "bot/wording/reasons.py": "names of signs, by which sentences are chosen",
    "config/legible.py": "how the validation library begins",
    "config/toml.py": "what Python's reader says",
    "feeds/catalog/file.py": "the title of a file for other programs",
}
# Where mistakes are worded that an operator reads, in rooms that know no language.
WORDING = (
    "bot", "config", "feeds/catalog", "feeds/web/documents.py", "seeds/lexicon", "seeds/learning/documents.py",
    "seeds/learning/items.py", "seeds/learning/study.py", "seeds/making/heard.py", "seeds/watch.py",
    "seeds/watchcheck.py", "seeds/watchfile.py", "seeds/watchfolder.py", "seeds/watchplaces.py", "seeds/weights.py",
)  # fmt: skip


def known(path):
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def holes(text):
    return {name for _, name, *_ in Formatter().parse(text) if name is not None}


def forms(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def ids(message):
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_every_sentence_is_in_the_catalogue():
    """No text of two English words or more is said past the catalogue; what is, is listed here with the reason."""
    found = {file: lines for room in WORDING for file, lines in all_sentences(room).items()}
    assert {file: lines for file, lines in found.items() if file not in ENGLISH_ALONE} == {}
    assert ENGLISH_ALONE.keys() <= found.keys(), "what says nothing any more is taken off the list"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_message_is_translated(path):
    """A catalogue has what the code says and nothing else, all of it translated and none of it in doubt."""
    assert left_out(brought_up(path)) == []
    assert [one.id for one in known(path) if one.fuzzy and one.id] == []
    assert path.read_bytes() == written(brought_up(path)), "make catalog"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_has_the_holes_of_its_message(path):
    """Whatever fills a sentence fills its translation: no hole is lost, none is new."""
    wrong = []
    for one in known(path):
        wanted, least = set.union(set(), *map(holes, ids(one))), set.intersection(*map(holes, ids(one)))
        wrong += [form for form in forms(one) if one.id and not least - {"n"} <= holes(form) <= wanted]
    assert wrong == []


def test_no_sentence_lays_out_a_number_itself():
    """What fills a hole was written in the language that is spoken, and so a French sentence has a French number."""
    told = [form for path in FILES for one in known(path) for form in (*ids(one), *forms(one)) if one.id]
    assert [form for form in told if any(laid_out for _, _, laid_out, _ in Formatter().parse(form))] == []


def test_french_is_set_as_french_is():
    """A narrow space that does not break stands before ; : ! ? and within quotation marks, none before a comma."""
    told = [form for one in known(FOLDER / "fr.po") if one.id for form in forms(one)]
    assert [form for form in told if re.search(r" [;:!?»]|« | ,|\.\.\.", form)] == []
    assert [form for form in told if re.search(r"«(?!\u202f)|(?<!\u202f)»", form)] == []
    plain = [re.sub(r"\{[^}]*\}|https?:\S+|\b\w+:\S*|@\w+", "", form) for form in told]
    assert [form for form in plain if re.search(r"\w[;!?]", form)] == []
    assert [form for form in told if re.search(r"\b[Vv]ous\b|\b[Vv]otre\b|\b[Vv]os\b", form)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_commands_have_names_that_discord_takes(path):
    """Names in every language are lower-case, short, and each another one; so are those of a command's options."""
    with speaking(path.stem):
        names = [one.shown for one in COMMANDS]
        options = [[in_context("option", each.name) for each in (*one.arguments, *one.offered)] for one in COMMANDS]
    assert len(set(names)) == len(names)
    for some in (names, *options):
        assert len(set(some)) == len(some)
        assert [one for one in some if not re.fullmatch(r"[-_'\w]{1,32}", one) or one != one.lower()] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_names_commands_that_there_are(path):
    """What a sentence tells members to type is understood, in their language as in English."""
    told = [form for one in known(path) if one.id for form in forms(one)]
    named = {name for form in told for name in re.findall(r"\{(?:prefix|sign)\}([\w-]+)", form)}
    more = {"more", "quit", "commandes", "team"}
    with speaking(path.stem):
        assert {name for name in named - more if (it := find_command(name)) is None or it.shown != name} == set()


def test_commands_are_understood_in_every_language():
    """A command answers to its name in English and in each other language, with accents or without."""
    assert {one.name for one in COMMANDS} == {find_command(one.name).name for one in COMMANDS}
    assert find_command("dernières") is find_command("Dernieres") is find_command("latest")
    assert find_command("nonsense") is None
    with speaking("fr"):
        assert nearest("dernier") == "dernières"
        assert find_command("story").usage == "affaire <affaire>"
    assert find_command("story").usage == "story <story>"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_understood_as_the_english_one_is(path):
    """Whoever types what the help shows in another language asks the same, words of their own aside."""
    now = datetime(2021, 2, 10, tzinfo=UTC)
    for command in COMMANDS:
        with speaking(path.stem):
            shown = command.shown_examples
        for one, english in zip(shown, command.examples, strict=True):
            (name, _, words), (_, _, meant) = one.partition(" "), english.partition(" ")
            assert find_command(name) is command, one
            if "@" not in one:  # a role is mentioned, which Discord does
                with speaking(path.stem):
                    assert _typed(command, words, now) == _typed(command, meant, now), one


def _typed(command, words, now):
    """The values of a line that are not words of whoever typed it."""
    values = parse_line(command, words.replace("{watch}", "w"), now)
    own = {one.name for one in command.arguments if one.kind == "text" and one.name in ("text", "phrase", "query")}
    return {name: value for name, value in values.items() if name not in own}


def test_kinds_and_tiers_are_asked_for_in_every_language(tmp_path):
    """As they are called in French and in English, whatever is spoken: what a channel wants is kept as it was typed."""
    known = lore({}, tmp_path)
    assert known.find("kind", "embuscade") == known.find("kind", "ambush") == ("ambush",)
    assert known.find("kind", "Attaque") == known.find("kind", "attack")
    assert known.find("tier", "hommage") == ("commemoration",)
    with speaking("fr"):
        told = misread_text(parse_query("kind:embuscado", known, datetime(2021, 1, 1, tzinfo=UTC)))
        assert "embuscade" in told
        told = misread_text(parse_query("kind:xyz", known, datetime(2021, 1, 1, tzinfo=UTC)))
        assert "attaque complexe" in told


async def test_slash_commands_have_french_names_and_descriptions():
    """Discord is told what a command and its options are called in French, and nothing for languages we lack."""
    said = SlashTranslator()
    for text, where in (("latest", "command_name"), ("place", "parameter_name")):
        context = discord.app_commands.TranslationContext(
            location=getattr(discord.app_commands.TranslationContextLocation, where), data=None
        )
        told = await said.translate(discord.app_commands.locale_str(text), discord.Locale.french, context)
        assert told == {"latest": "dernières", "place": "lieu"}[text]
        assert await said.translate(discord.app_commands.locale_str(text), discord.Locale.german, context) is None


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "br:fr:de"}, "fr"),
        ({"LANG": "C", "LANGUAGE": "fr"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "en"}, "en"),
        ({"LANG": "xx_XX"}, "en"),
    ],
)
def test_a_terminal_speaks_the_language_of_its_environment(environment, wanted):
    """LANGUAGE before LC_ALL, LC_MESSAGES and LANG, as gettext looks; C and what nobody knows is English."""
    assert terminal_language(environment) == wanted


def test_the_program_answers_in_the_language_of_the_environment(monkeypatch):
    """`bluehelm --help` is French where LANG says so."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert "Suivre les flux et publier" in CliRunner().invoke(main, ["--help"]).output
    monkeypatch.setenv("LANG", "C")
    assert "Watch the feeds and post" in CliRunner().invoke(main, ["--help"]).output


WRONG = """databse = "x"
[poll]
concurrency = 900
tick_seconds = "30"
[[channel]]
name = "a"
watch = "b"
quiet = "22-6"
[[watch]]
x = = 3
"""


def test_mistakes_are_told_in_the_language_of_the_environment(tmp_path, monkeypatch):
    """What settings, catalogue and system have to say is French in a French terminal, and English for programs."""
    file = tmp_path / "bluehelm.toml"
    file.write_text(f'feeds = "feeds.toml"\n{WRONG}')
    (tmp_path / "feeds.toml").write_text('[[feed]]\nname = "A"\nurl = "ftp://a"\nlangage = "fr"\nlanguage = "en"\n')
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    told = CliRunner().invoke(main, ["check", "--config", str(file)]).stderr
    for one in (
        "databse: n'est pas un réglage (peut-être database\u202f?)",
        "poll.concurrency: devrait être inférieur ou égal à 64",
        "poll.tick_seconds: devrait être un nombre, sans guillemets",
        "channel[1].quiet: devrait être des heures et un fuseau",
        "n'est pas du TOML valide\u202f: ce n'est pas une valeur",
        "flux 'A': url: n'est pas une adresse http ou https",
        "flux 'A': langage: n'est pas une clé d'un flux (peut-être language\u202f?)",
    ):
        assert one in told
    rows = CliRunner().invoke(main, ["check", "--json", "--config", str(file)]).stdout
    assert "is not a setting (did you mean database?)" in rows
    assert "devrait" not in rows
    gone = CliRunner().invoke(main, ["check", "--config", str(tmp_path / "none.toml")])
    assert gone.stderr.strip() == f"{tmp_path}/none.toml: ne peut être lu (fichier ou dossier introuvable)"


def test_mistakes_of_a_watch_are_told_in_the_language_of_the_environment(tmp_path, monkeypatch):
    """What its files say that cannot be used keeps file and line."""
    (tmp_path / "seeds" / "here").mkdir(parents=True)
    (tmp_path / "seeds" / "here" / "watch.toml").write_text('titel = "x"\nmission = "NOPE"\nthreshold = 3\n')
    file = tmp_path / "bluehelm.toml"
    file.write_text('watches = "seeds"\n[[watch]]\nname = "here"\n')
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    told = CliRunner().invoke(main, ["check", "--config", str(file)]).stderr
    assert "watch.toml:1: titel n'est pas un réglage d'une veille (peut-être title\u202f?)" in told
    assert "watch.toml:2: la mission NOPE n'est pas dans le lexique" in told
    assert "watch.toml:3: threshold n'est pas un nombre de 0 à 1" in told


@pytest.mark.parametrize("line", ["story 1", "demo"])
def test_each_of_several_mistakes_is_told_in_the_language_of_the_environment(tmp_path, monkeypatch, line):
    """What a watch's files have wrong comes as one text of several lines."""

    async def wrong(*_args, **_more):
        raise SetupError(
            strung("\n", [strung(": ", ["a.toml:1", Said("is not a setting")]), Said("Permission denied")])
        )

    (tmp_path / "bluehelm.toml").write_text(f'database = "{tmp_path / "a.db"}"\n')
    monkeypatch.setattr("bot.console.ask._asked", wrong)
    monkeypatch.setattr("bot.demo.stage.play", wrong)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.setenv("BLUEHELM_CONFIG", str(tmp_path / "bluehelm.toml"))
    told = CliRunner().invoke(main, line.split()).stderr.splitlines()
    assert told[-2:] == ["a.toml:1: n'est pas un réglage", "accès refusé"]


@pytest.mark.parametrize(("line", "said"), [
    ("learn nix", "Dossier 'nix' n'existe pas."),
    ("feeds import nix", "'nix': fichier ou dossier introuvable"),
    ("feeds export .", "Le fichier '.' ne peut être ouvert\u202f: c'est un dossier"),
    ("story 1 --db nix.db", "nix.db: il n'y a pas encore d'archive"),
    ("story 1 --db bluehelm.toml", "bluehelm.toml: le fichier n'est pas une base de données"),
])  # fmt: skip
def test_what_is_wrong_with_a_file_ends_with_the_systems_reason(tmp_path, monkeypatch, line, said):
    """Click's own, and those of the archive, in the language of the environment."""
    (tmp_path / "bluehelm.toml").write_text(f'feeds = "feeds.toml"\ndatabase = "{tmp_path / "a.db"}"\n')
    (tmp_path / "feeds.toml").write_text('[[feed]]\nname = "A"\nurl = "https://a.example/f"\nlanguage = "en"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.setenv("BLUEHELM_CONFIG", "bluehelm.toml")
    assert CliRunner().invoke(main, line.split()).stderr.splitlines()[-1].endswith(said)


def test_a_sentence_of_another_room_is_its_english_text_and_travels():
    """It is a text like another, within others too, after a copy, and on its way between processes."""
    inner = Said("{told} (did you mean {name}?)", told=Said("is not a setting"), name="{x}")
    whole = strung("\n", [strung(": ", ["a.toml:1", inner]), "b"])
    assert whole == "a.toml:1: is not a setting (did you mean {x}?)\nb"
    assert apart(str(whole)) == tuple(whole.splitlines())
    assert apart("one\ntwo") == ("one", "two")
    assert translated(whole) is whole
    with speaking("fr"):
        for one in (whole, pickle.loads(pickle.dumps(whole)), deepcopy(whole), str(ValueError(whole))):
            assert translated(one) == "a.toml:1: n'est pas un réglage (peut-être {x}\u202f?)\nb"
        assert translated("is not a setting") == "is not a setting"


def test_click_speaks_the_language_of_the_environment(monkeypatch):
    """Usage, options and what is wrong with a line that was typed are in French where LANG says so, else as ever."""
    monkeypatch.delenv("LC_ALL", raising=False)
    for language, said in (
        ("fr_FR.UTF-8", ("Utilisation\u202f:", "Afficher ce message et quitter.", "L'option '--nix' n'existe pas.")),
        ("C", ("Usage:", "Show this message and exit.", "No such option '--nix'.")),
    ):
        monkeypatch.setenv("LANG", language)
        told = CliRunner().invoke(main, ["--help"]).output + CliRunner().invoke(main, ["health", "--nix"]).output
        assert [one for one in said if one not in told] == []


@pytest.mark.parametrize("words", [WORDS, FORMS], ids=["words", "forms"])
def test_what_click_says_is_what_the_catalogue_knows(words):
    """A sentence that click words otherwise one day would be English again: each is one of its own."""
    text = "".join(Path(import_module(f"click.{name}").__file__).read_text("utf-8") for name in MODULES)
    assert [
        one for some in words for one in ([some] if isinstance(some, str) else some) if f'"{one}"' not in text
    ] == []


def test_a_wish_is_a_code_or_a_locale():
    """The first language that can be spoken counts, whatever it is written like."""
    assert one_of(None, "", "de", "fr-CA") == one_of("FR") == one_of("fr_FR.UTF-8@euro") == "fr"
    assert one_of() == one_of("tlh") == "en"


def test_what_is_spoken_ends_with_its_block():
    """A language holds within its block alone; one that nobody knows is English."""
    assert spoken() == "en"
    with speaking("fr"):
        assert spoken() == "fr"
        with speaking("nonsense"):
            assert spoken() == "en"
        assert spoken() == "fr"
    assert spoken() == "en"


def test_numbers_dates_and_lists_are_french():
    """Babel writes what gettext cannot: numbers, dates, lists, countries and languages; plurals as French has them."""
    at, now = datetime(2021, 2, 10, 14, 5, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)
    with speaking("fr"):
        assert (numeral(1642), numeral(-3)) == ("1\u202f642", "-3")
        assert [decimal(0.5), decimal(0.5, ".2f"), decimal(-1.25, "+.1f")] == ["0,5", "0,50", "-1,2"]
        assert [decimal(0.25, "+.2f"), decimal(1234.56, ",.1f"), decimal(8.0)] == ["+0,25", "1\u202f234,6", "8"]
        assert decimal(0.00001) == "0,00001"
        assert [decimal(float(odd), "+.2f") for odd in ("nan", "-inf")] == ["+nan", "-inf"]
        assert formats.day(date(2021, 2, 10)) == "10 févr. 2021"
        assert (formats.instant(at, now), formats.month(at)) == ("10 févr. 2021 14:05 UTC", "févr. 2021")
        assert (formats.long_day(at), formats.short_month(at)) == ("10 février 2021", "févr.")
        assert formats.weekday(at) == "mer. 10 févr."
        assert formats.enumerated(["A", "B", "C"]) == "A, B et C"
        assert formats.listed("ABCDE", 3) == "A, B et 3 autres"
        assert formats.span(timedelta(days=3, hours=4)) == "3 j 4 h"
        assert formats.ago(at, at + timedelta(minutes=5)) == "il y a 5 min"
        assert (formats.country("TD"), language_name("ar")) == ("Tchad", "arabe")
        assert plural("{n} story", "{n} stories", 0) == "0 affaire"
        assert plural("{n} story", "{n} stories", 2) == "2 affaires"


def test_sizes_scores_and_times_are_told_in_french_numbers(tmp_path, monkeypatch):
    """A copy's size, a score with its weights, and a file that is too large: with a comma, as the doctor's seconds."""
    with Store(tmp_path / "bluehelm.db"):
        pass
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    run = partial(CliRunner().invoke, main)
    copied = run(["backup", "--db", str(tmp_path / "bluehelm.db"), "--to", str(tmp_path / "copy.db")]).output
    assert re.search(r"entière, \d+,\d Mo", copied)
    explained = run(["explain", "A MINUSMA convoy hit a mine near Kidal"]).output
    assert re.search(r"score [01],\d\d \(retenu à partir de 0,\d\d", explained) and "  +0," in explained
    with speaking("fr"):
        large = Attachment("a.csv", "text/csv", bytes(3 << 19))
        assert "(1,5 Mo)" in refusal(large, Limits(file_bytes=9))
        found = archive_findings(Condition(there=True, seconds=0.25), datetime(2022, 1, 1, tzinfo=UTC), planned=True)
        assert "vérifiés en 0,2 s." in next(found).text


def test_a_live_part_stands_where_the_sentence_has_its_hole():
    """A sentence may have its live part anywhere; what stands around it is one run of text each."""
    when = Span("14:05 UTC", at=datetime(2021, 2, 10, 14, 5, tzinfo=UTC))
    assert phrase("Quiet until {when}, {name}.", when=when, name="Awa") == (
        Span("Quiet until "), when, Span(", Awa."))  # fmt: skip
    assert phrase("{when}", when=(when, Span(" (fr)"))) == (when, Span(" (fr)"))


def test_the_reader_of_catalogues_leaves_out_what_is_in_doubt():
    """Fuzzy, empty and obsolete messages count as not translated; contexts and plurals are told apart."""
    text = (
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=3; plural=n == 1 ? 0 : n < 5 ? 1 : 2;\\n"\n\n'
        '#, fuzzy\nmsgid "doubt"\nmsgstr "Zweifel"\n\nmsgid "empty"\nmsgstr ""\n\n'
        '#~ msgid "gone"\n#~ msgstr "fort"\n\nmsgctxt "a"\nmsgid "two"\n" lines"\nmsgstr "zwei \\"Zeilen\\"\\n"\n\n'
        'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "eins"\nmsgstr[1] "wenige"\nmsgstr[2] "viele"\n'
    )
    made = read_catalog(text)
    assert [made.one(one) for one in ("doubt", "empty", "gone", "two lines")] == ["doubt", "empty", "gone", "two lines"]
    assert made.one("two lines", "a") == 'zwei "Zeilen"\n'
    assert [made.many("{n} day", "{n} days", n) for n in (1, 3, 9)] == ["eins", "wenige", "viele"]
    assert [made.many("{n} hour", "{n} hours", n) for n in (1, 2)] == ["{n} hour", "{n} hours"]


def test_kinds_of_incident_are_those_of_the_lexicon():
    """Each kind that recognition knows has a name in every language."""
    lexicon = tomllib.loads((ROOT / "seeds" / "lexicon" / "attacks.toml").read_text(encoding="utf-8"))
    assert set(formats.ATTACK_KINDS) == set(lexicon)


def test_messages_are_found_with_their_contexts():
    """What commands are called is told apart from the same word in a sentence."""
    found = {(one.context, one.one) for one in messages()}
    assert {("command", "story"), ("option", "place"), ("", "Read")} <= found


# a third language


@pytest.fixture
def third(tmp_path):
    """The pretended language."""
    with third_language(tmp_path) as language:
        yield language


@pytest.mark.slow
async def test_a_third_language_is_one_file(tmp_path, third):
    """With a catalogue and nothing else, alerts, notices, handovers, every answer and every button speak it."""
    assert languages() == ("en", third)
    scenes = await play(tmp_path, tuple(notice for notice, _ in LINES.values()), locale=third)
    said = [one.one for one in messages() if not one.context and one.file.endswith(".py")]
    pieces = {piece.strip(" .:;,“”()") for one in said for piece in _pieces(one)}
    english = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(pieces, key=len, reverse=True)))})\b")
    left = {(scene.kind, line) for scene in scenes for line in outside(text_of(scene.message)) if english.search(line)}
    assert left == set()
    assert len([scene for scene in scenes if "⟦" in text_of(scene.message)]) > 100


def _pieces(text):
    """What stands between the holes of a message, where that is more than two words."""
    return [piece for piece in re.split(r"\{[^}]*\}", text) if len(re.findall(r"[A-Za-z]{2,}", piece)) > 2]


@pytest.mark.parametrize(
    ("most", "said"),
    [("filter", "C'est plus qu'un filtre ne peut contenir\u202f: 500 caractères au plus."),
     ("filter_words", "C'est plus qu'un filtre ne peut contenir\u202f: 16 mots différents au plus.")],
)  # fmt: skip
def test_a_filter_that_is_too_long_is_refused_in_it(most, said):
    """No word of what is below the catalogue stands in the sentence."""
    text = "gao " * 400 if most == "filter" else " ".join(f"word{one}" for one in range(30))
    misread = parse_filter(text, KnownNames(), datetime(2021, 1, 1, tzinfo=UTC))
    with speaking("fr"):
        assert (misread.kind, misread_text(misread)) == (most, said)
