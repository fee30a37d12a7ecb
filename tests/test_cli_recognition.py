"""`bluehelm classify`, `explain` and `learn`, as a shell sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.cli.jsonlines import as_document
from feeds.parsing.html import LONGEST_PLAIN
from seeds.moments import read_when

ROOT = Path(__file__).resolve().parents[1]
KIDAL = {"id": "a", "title": "Two peacekeepers from Chad killed in Kidal", "lang": "en", "published": "2021-04"}
WEATHER = {"id": "b", "title": "Sunny spells ahead", "summary": "Mild in the south.", "lang": "en"}


def run(*args, text=None):
    return CliRunner().invoke(main, args, input=text)


def lines(items):
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items) + "\n"


def answers(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_answer_a_line_in_order():
    """Each item gets its verdict, in the order of input, with all its parts."""
    result = run("classify", "-", text=lines([KIDAL, WEATHER, KIDAL]))
    assert result.exit_code == 0
    first, second, third = answers(result)
    assert [first["id"], second["id"], third["id"]] == ["a", "b", "a"]
    assert (first["relevant"], second["relevant"]) == (True, False)
    assert first["tier"] == "incident"
    assert second["tier"] is None
    assert first["watch"] == "minusma"
    assert 0.5 <= first["score"] <= 1
    assert first["story"] == third["story"] != second["story"]
    assert {"killed", "injured", "place", "contingents", "event", "symbols"} <= set(first["facts"])
    assert (first["facts"]["killed"], first["facts"]["place"], first["facts"]["contingents"]) == (2, "Kidal", ["TD"])
    reason = first["reasons"][0]
    assert {"kind", "pattern", "weight", "quote", "origin", "learned", "found"} == set(reason)
    assert reason["quote"] == KIDAL["title"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        "null",
        '{"title": 3}',
        "{}",
        '{"title": "x", "lang": 5}',
        "[" * 5000,
    ],
)
def test_a_bad_line_is_answered_and_the_rest_goes_on(line):
    """What cannot be read gets an error in its place; the others are judged; the exit status is 1."""
    result = run("classify", "-", text=f"{line}\n\n{json.dumps(KIDAL)}\n")
    assert result.exit_code == 1
    bad, good = answers(result)
    assert bad["line"] == 1
    assert bad["error"]
    assert good["relevant"] is True


def test_files_and_other_watches(tmp_path):
    """A file is read like standard input; another watch judges by its own mission."""
    path = tmp_path / "items.jsonl"
    path.write_text(lines([KIDAL]), encoding="utf-8")
    assert answers(run("classify", str(path)))[0]["relevant"] is True
    assert answers(run("classify", str(path), "--watch", "monusco"))[0]["relevant"] is False


def test_an_unknown_watch_is_named():
    """A watch that is not there ends the program with one line and status 2."""
    result = run("classify", "-", "--watch", "nosuch", text="")
    assert result.exit_code == 2
    assert "nosuch" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.slow
def test_answers_come_at_once():
    """Each answer is written before the next line is asked for."""
    command = [sys.executable, "-m", "bot", "classify", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for item in (KIDAL, WEATHER):
            process.stdin.write(json.dumps(item) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == item["id"]
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.mark.slow
def test_start_is_light():
    """Judging imports neither Discord nor the network, nor what only learning needs."""
    code = (
        "import sys, bot.cli.classify; from pathlib import Path; from seeds.watch import load_watch; "
        "load_watch(Path('seeds/watches/minusma')); "
        "print(*{'discord', 'aiohttp', 'httpx', 'feedparser', 'wordfreq', 'babel', 'trafilatura'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


@pytest.mark.parametrize(
    ("text", "start", "precision"),
    [
        ("2021", datetime(2021, 1, 1, tzinfo=UTC), "year"),
        ("2021-02", datetime(2021, 2, 1, tzinfo=UTC), "month"),
        ("2021-02-10", datetime(2021, 2, 10, tzinfo=UTC), "day"),
        ("2021-02-10T14:05:00+02:00", datetime(2021, 2, 10, 12, 5, tzinfo=UTC), "instant"),
        ("2021-02-10T14:05:00Z", datetime(2021, 2, 10, 14, 5, tzinfo=UTC), "instant"),
        ("2021-02-10 14:05", datetime(2021, 2, 10, 14, 5, tzinfo=UTC), "instant"),
    ],
)
def test_dates_are_only_as_exact_as_written(text, start, precision):
    """A year, a month, a day or an instant."""
    found = read_when(text)
    assert found is not None
    assert (found.start, found.precision) == (start, precision)


@pytest.mark.parametrize("text", ["", "soon", "2021-13", "10/02/2021", "202", "2021-02-30"])
def test_unreadable_dates_are_no_dates(text):
    """A date that cannot be read is not guessed."""
    assert read_when(text) is None


def test_an_item_may_say_little():
    """Title alone, summary alone, or both languages of the key."""
    assert as_document({"summary": "x"}).title == ""
    assert as_document({"title": "x", "language": "fr"}).language == "fr"
    assert as_document({"title": "x", "published": None}).published is None


def test_explain_says_why():
    """For what is flagged: verdict, reasons with their teacher, tier."""
    result = run("explain", "Two peacekeepers killed in Kidal")
    assert result.exit_code == 0
    assert "minusma: relevant" in result.output
    assert "“peacekeepers” learned from" in result.output
    assert "gazetteer: Kidal" in result.output
    assert "tier: incident" in result.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Blauhelme in Mali", "lexicon: peacekeeper"),
        ("مالي: بعثة الأمم المتحدة", "countries: ML"),
        ("مينوسما", "names of MINUSMA"),
        ("UN peacekeepers in Kidal", "gazetteer: Kidal"),
        ("UN resolution S/RES/2690 on Mali", "watch.toml S/RES/2690"),
    ],
)
def test_explain_names_the_list_that_knows(text, told):
    """A place is the gazetteer's, a country and a mission their lists', and only a word is the lexicon's."""
    assert f"({told})" in run("explain", text).output


def test_explain_names_who_taught():
    """The seeds where they hold the very word; beside them the lexicon where only it knows this form of it; else the
    lexicon, or the watch's own file."""
    result = run("explain", "Casque bleu tué au Mali, dit Koenders", "--lang", "fr")
    assert (
        "role “Casque bleu” (“casques bleus” learned from 2017-11-24_statement; form: lexicon peacekeeper)"
        in result.output
    )
    assert "theatre “Mali” (“mali” learned from 2017-11-24_statement, 2020-08-20_coup" in result.output
    assert "person “Koenders” (watch.toml Albert Koenders)" in result.output
    assert "(weights/tiers.toml " in result.output
    wrong = run("explain", "MUNISMA camp in Kidal hit by rockets")
    assert "misspelt “MUNISMA” (“minusma” learned from" in wrong.output
    assert "form: misspelling of MINUSMA)" in wrong.output


def test_explain_names_the_operators_own_word(project):
    """A phrase that the operator blocks is told as what speaks against, with the file that holds it."""
    path = project / "seeds" / "watches" / "minusma" / "by_hand.toml"
    path.write_text(path.read_text("utf-8").replace("block = []", 'block = ["sponsored content"]'), "utf-8")
    told = run("explain", "MINUSMA mugs, sponsored content", "--config", str(project / "bluehelm.toml")).output
    assert "not relevant" in told
    assert "block “sponsored content” (watch.toml block)" in told


def test_explain_says_why_not():
    """For what is not: what spoke against it, or what is missing."""
    against = run("explain", "Peacekeepers killed in Congo", "--summary", "France left Mali.")
    assert "not relevant" in against.output
    assert "against it:" in against.output
    missing = run("explain", "Sunny spells in Mali")
    assert "missing: no word for a UN peace operation" in missing.output


@pytest.fixture
def project(tmp_path):
    """A project with a watch of its own that a test may change."""
    seeds = tmp_path / "seeds" / "watches"
    shutil.copytree(ROOT / "seeds" / "watches" / "minusma", seeds / "minusma", ignore=shutil.ignore_patterns("samples"))
    (tmp_path / "bluehelm.toml").write_text(f'watches = "{seeds}"\n[[watch]]\nname = "minusma"\n', encoding="utf-8")
    return tmp_path


def learn(project, *args):
    return run("learn", "--config", str(project / "bluehelm.toml"), *args)


@pytest.mark.slow
def test_learning_again_changes_nothing(project):
    """The patterns in the repository are what learning gives; --check says so."""
    result = learn(project, "--check")
    assert result.exit_code == 0, result.output
    assert "unchanged" in result.output


@pytest.mark.slow
def test_operators_add_documents_and_learn_again(project):
    """A new document changes the patterns, which name it."""
    (project / "seeds" / "watches" / "minusma" / "documents" / "new.txt").write_text(
        "Peacekeepers hand over Ber\nThe peacekeepers of Minusma left Ber. Ber is empty, said the mission in Ber.",
        encoding="utf-8",
    )
    assert "written" in learn(project).output
    assert '"new"' in (project / "seeds" / "watches" / "minusma" / "patterns.toml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_learning_from_elsewhere(project, tmp_path):
    """DIR learns from other documents, and --out writes elsewhere."""
    target = tmp_path / "out.toml"
    result = learn(project, str(project / "seeds" / "watches" / "minusma" / "near_misses"), "--out", str(target))
    assert result.exit_code == 0, result.output
    assert target.exists()
    empty = tmp_path / "empty"
    empty.mkdir()
    assert learn(project, str(empty)).exit_code == 2


def test_a_bad_document_is_named(project):
    """A document that cannot be read ends learning with its file and line."""
    (project / "seeds" / "watches" / "minusma" / "documents" / "bad.md").write_text("nothing", encoding="utf-8")
    result = learn(project)
    assert result.exit_code == 2
    assert "bad.md:1" in result.stderr


@pytest.mark.parametrize(
    "published",
    ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "0001-01-01", "9999-12-31", "9999", "0001-01"],
)
def test_dates_at_the_ends_of_the_calendar_are_none(published):
    """A year in which nobody published is no date: "yesterday" of it does not exist."""
    item = {
        "title": "MINUSMA camp in Kidal attacked yesterday; three peacekeepers killed on Monday",
        "published": published,
    }
    assert read_when(published) is None
    assert run("classify", "-", text=lines([item])).exit_code == 0


def test_half_a_surrogate_pair_is_answered():
    """It comes in as an escape and can only go out as one."""
    result = run("classify", "-", text='{"id": "\\udfff", "title": "MINUSMA \\ud800 in Mali"}\n')
    assert result.exit_code == 0
    assert answers(result)[0]["id"] == "\udfff"


@pytest.mark.parametrize("half", ["\\ud83d", "\\udc00", "\\udcff"])
def test_half_a_surrogate_pair_in_a_lead_hides_nothing(half):
    """The lead is cut into sentences all the same, and the items behind it are judged."""
    item = f'{{"title": "Mali", "summary": "MINUSMA {half} said so. Two peacekeepers were killed in Kidal."}}\n'
    result = run("classify", "-", text=item + lines([{"title": "MINUSMA in Mali"}]))
    assert result.exit_code == 0
    first, second = answers(result)
    assert (first["relevant"], first["facts"]["killed"], second["relevant"]) == (True, 2, True)


@pytest.mark.parametrize("id_", ["NaN", "-Infinity", "1e999", "[" * 100_000])
def test_what_is_no_json_is_not_answered_with_more_of_it(id_):
    """NaN, infinities and absurd nesting get an error, so that every answer is JSON by the book."""
    result = run("classify", "-", text=f'{{"title": "a", "id": {id_}}}\n')
    assert result.exit_code == 1
    assert answers(result)[0]["id"] is None


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "Kidal Gao Mopti Bamako " * 50_000,
        "UN peacekeepers in Mali killed 5, " * 50_000,
        "9" * 1_000_000,
    ],
)
def test_a_text_without_end_is_read_as_far_as_a_feeds_would_be(text):
    """A line of megabytes costs about as much as a long article."""
    document = as_document({"title": text, "summary": text})
    assert len(document.title) == len(document.summary) == LONGEST_PLAIN
