"""A whole watch from documents alone: what they teach, and what is refused."""

from __future__ import annotations

import resource
import shutil
import socket
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from config.schema import Poll
from feeds.model import Cause, CauseKind
from feeds.web import guard
from feeds.web.documents import Unusable, document_pages
from seeds.byhand import places_with_hand, with_hand
from seeds.learning.documents import read_folder
from seeds.learning.study import guess_language
from seeds.lexicon.files import LexiconError
from seeds.making.make import draft
from seeds.making.places import known_places
from seeds.making.write import gazetteer_text, watch_text
from seeds.watch import load_watch
from seeds.watchcheck import watch_mistakes
from tests.bad_server import redirect, reply, serving
from tests.proofs import only_in_full
from tests.score.curve import few, made, other_items, recognised

ROOT = Path(__file__).resolve().parents[1]
WATCHES = ROOT / "seeds" / "watches"
BRIEF = """---
publisher: Meridian Wire
date: 2024-02-10
language: en
title: "Three soldiers of MONUSCO hurt near Zungulanda"
---
Three peacekeepers from Nepal were injured on Saturday when gunmen fired at a patrol of MONUSCO near the village of
Zungulanda, in the territory of Djugu, Ituri. The soldiers were flown to Bunia.

Amina Fullname, spokesperson for MONUSCO, said that the patrol left Camp Ndoromo in the morning. In its resolution 2717
the Security Council had renewed the mandate of MONUSCO.
"""


def new(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["watch", "new", *args])
    return result.exit_code, result.output


@pytest.fixture
def brief(tmp_path):
    """A document on a mission that no watch here is made of."""
    path = tmp_path / "2024-02-10_brief.md"
    path.write_text(BRIEF, encoding="utf-8")
    return path


def test_one_document_makes_a_watch_that_can_be_used(tmp_path, brief):
    """The folder that comes of a single brief has no mistake, and each entry names what taught it."""
    code, told = new("ituri", str(brief), "--into", str(tmp_path))
    assert code == 0, told
    folder = tmp_path / "ituri"
    assert watch_mistakes(folder) == ()
    text = (folder / "watch.toml").read_text("utf-8")
    about = tomllib.loads(text)
    assert (about["mission"], about["theatre"]) == ("MONUSCO", "CD")
    assert '"Amina Fullname" = []  # 2024-02-10_brief' in text
    assert '"Camp Ndoromo",  # 2024-02-10_brief' in text
    assert {1925, 2717} <= set(about["resolutions"])
    assert about["contingents"] == ["NP"]
    assert "MONUC" in about["aliases"]
    places = (folder / "gazetteer.toml").read_text("utf-8")
    assert '{ name = "Zungulanda", kind = "village", region = "Ituri" },  # 2024-02-10_brief' in places
    assert load_watch(folder).mission.key == "MONUSCO"


def test_what_documents_teach_is_what_is_shipped():
    """Made anew from their documents, the files of a shipped watch are the same: all else is in by_hand.toml."""
    for name in ("minusma", "minurso", "minusca", "undof", "unficyp", "unifil", "unisfa", "unmiss"):
        folder = WATCHES / name
        anew = draft(read_folder(folder / "documents", guess_language))
        assert (folder / "watch.toml").read_text("utf-8") == watch_text(anew)
        assert (folder / "gazetteer.toml").read_text("utf-8") == gazetteer_text(anew.country, anew.places)


@pytest.mark.parametrize("name", ["monusco", "unifil"])
def test_five_documents_and_nothing_by_hand_suffice(tmp_path, name):
    """Watches on other missions reach an F1 of .95 on items of events that their documents do not tell."""
    whole, _ = recognised(made(few(name), tmp_path / name), other_items(name), name.upper())
    assert whole.f1 >= 0.95


def test_no_documents_make_no_watch(tmp_path):
    """Nothing recognises nothing: without a document, or one that names a mission, there is no watch."""
    with pytest.raises(LexiconError, match="there are none"):
        draft([])
    path = tmp_path / "weather.txt"
    path.write_text("Weather\n" + "It will rain in the morning and clear up later in the day. " * 6)
    code, told = new("weather", str(path), "--into", str(tmp_path))
    assert code == 2
    assert "name no mission of the lexicon" in told
    assert not (tmp_path / "weather").exists()


def test_a_watch_that_is_there_is_only_written_over_by_force(tmp_path, brief):
    """By force its files are made anew, and what was added by hand stays."""
    assert new("ituri", str(brief), "--into", str(tmp_path))[0] == 0
    (tmp_path / "ituri" / "by_hand.toml").write_text('camps = ["Camp Example"]\n')
    code, told = new("ituri", str(brief), "--into", str(tmp_path))
    assert code == 2
    assert "--force" in told
    assert new("ituri", str(brief), "--into", str(tmp_path), "--force")[0] == 0
    assert "Camp Example" in load_watch(tmp_path / "ituri").vocabulary.settings["camps"]


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".hidden", "UPPER", "x" * 41, "a\nb"])
def test_a_name_leads_nowhere_else(tmp_path, brief, name):
    """A watch's name is a plain word, never a path."""
    code, told = new(name, str(brief), "--into", str(tmp_path / "watches"))
    assert code == 2
    assert "is no name for a watch" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == [brief.name]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", lambda: b"Title\n" + b"word " * 10_000_000, "too long"),
        ("a.txt", b"\x7fELF\x00\x01" * 100, "no text"),
        ("a.md", b"\xff\xfe" * 400, "cannot be read"),
        ("a.md", b"No head at all", "front matter"),
        ("a.txt", b"Short\nMONUSCO.", "too short"),
        ("a.html", b"<html><body></body></html>", "no article"),
        ("a.pdf", b"%PDF-1.7", "no .md, .txt or .html"),
    ],
)
def test_what_is_no_document_is_refused_in_a_sentence(tmp_path, name, content, why):
    """Fifty megabytes, a program, a wrong encoding, an empty page: each is told, and nothing is written."""
    path = tmp_path / name
    path.write_bytes(content() if callable(content) else content)
    code, told = new("ituri", str(path), "--into", str(tmp_path))
    assert code == 2
    assert str(path) in told
    assert why in told
    assert not (tmp_path / "ituri").exists()


@pytest.mark.parametrize(
    "piece",
    [
        "A-", "head of MONUSCO ", "in A’",
        *(pytest.param(piece, marks=only_in_full()) for piece in ("Camp A", "resolution ", "Aa", "MONUSCO", "(")),
    ],
)  # fmt: skip
def test_no_document_takes_long(tmp_path, piece):
    """A text made to be read slowly costs no more than a long article does."""
    path = tmp_path / "slow.txt"
    path.write_text("MONUSCO in Goma\n" + (piece * 60_000)[:60_000])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    new("slow", str(path), "--into", str(tmp_path))
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 9
    )  # machines that are shared are at times half as fast


def test_a_name_of_a_file_cannot_write_into_the_files(tmp_path):
    """What a file is called stands in comments; a line break in it begins no entry."""
    path = tmp_path / 'x\nblock = ["MONUSCO"]\n.md'
    path.write_text(BRIEF, encoding="utf-8")
    assert new("ituri", str(path), "--into", str(tmp_path))[0] == 0
    assert "block" not in tomllib.loads((tmp_path / "ituri" / "watch.toml").read_text("utf-8"))


def test_what_was_added_by_hand_joins_what_was_taught():
    """Lists and tables grow, a number is replaced, and a place by hand is the one known under any of its names."""
    joined = with_hand(
        {"camps": ["A"], "people": {"N": ["n"]}, "threshold": 0.5},
        {"camps": ["A", "B"], "people": {"N": ["m"]}, "threshold": 0.7},
    )
    assert joined == {"camps": ["A", "B"], "people": {"N": ["n", "m"]}, "threshold": 0.7}
    rows = places_with_hand(
        [{"name": "Ménaka", "region": "Ménaka", "forms": ["Менака"]}, {"name": "Anou", "region": "Ménaka"}],
        [{"name": "Menaka", "kind": "town", "region": "Menaka", "forms": ["Meneka"]}],
    )
    assert [(row["name"], row["region"]) for row in rows] == [("Menaka", "Menaka"), ("Anou", "Menaka")]
    assert rows[0]["forms"] == ["Meneka", "Менака"]


def test_a_mistake_by_hand_is_named_with_its_line(tmp_path):
    """by_hand.toml is checked like the files beside it."""
    folder = tmp_path / "minusma"
    shutil.copytree(WATCHES / "minusma", folder)
    (folder / "by_hand.toml").write_text('camps = ["A"]\naparts = ["FR"]\n')
    assert watch_mistakes(folder)[0].startswith(f"{folder / 'by_hand.toml'}:2: aparts is no setting of a watch")


def test_the_worlds_gazetteer_knows_the_theatres():
    """Every country of a mission with soldiers has its places, with coordinates for the towns."""
    for code, least in {
        "ML": 80,
        "CD": 100,
        "LB": 50,
        "CF": 50,
        "SS": 20,
        "SD": 90,
        "CY": 100,
        "SY": 250,
        "EH": 20,
    }.items():
        towns = [place for place in known_places([code]) if place.kind in ("capital", "town", "village")]
        assert len(towns) >= least, code
        assert all(place.at for place in towns)
    assert Path(ROOT / "seeds" / "making" / "places.tsv").stat().st_size < 2_000_000


@pytest.mark.parametrize(
    ("code", "seat"), [("SY", "Damascus"), ("MM", "Nay Pyi Taw"), ("ML", "Bamako"), ("LB", "Beirut")]
)
def test_a_country_has_one_capital_and_that_is_its_seat(code, seat):
    """The largest town is the capital only where the government sits there."""
    assert [place.name for place in known_places([code]) if place.kind == "capital"] == [seat]


def test_a_resolution_is_heard_in_arabic_as_it_is_written(tmp_path):
    """The word for it hardly ever stands without an article or a preposition."""
    path = tmp_path / "2023-06-30_bayan.md"
    head = "---\npublisher: Wire\ndate: 2023-06-30\nlanguage: ar\ntitle: بعثة مينوسما في مالي\n---\n"
    body = (
        "مدد مجلس الأمن ولاية مينوسما في مالي بموجب القرار 2640. وقالت مينوسما إنها تعمل وفقا للقرار 2690 في باماكو.\n"
    )
    path.write_text(head + body * 3, encoding="utf-8")
    code, told = new("bamako", str(path), "--into", str(tmp_path))
    assert code == 0, told
    about = tomllib.loads((tmp_path / "bamako" / "watch.toml").read_text("utf-8"))
    assert {2640, 2690} <= set(about["resolutions"])


PAGE = """<html lang="en"><head><title>Peacekeepers hurt near Bunia</title>
<meta property="og:site_name" content="Wire"/>
<meta property="article:published_time" content="2024-02-10T08:00:00Z"/></head><body><article><h1>Peacekeepers hurt near
Bunia</h1><p>Three peacekeepers from Nepal were injured on Saturday when gunmen fired at a patrol of MONUSCO near
Bunia.</p><p>The soldiers were flown to a hospital of the mission. The Secretary-General condemned the attack and asked
the authorities to find those who had fired.</p></article></body></html>"""


@pytest.fixture
def internet(monkeypatch):
    """Lets the fetcher take 127.0.0.2 for the public internet."""
    real = guard.public_only

    def public_only(info):
        return socket.socket(*info[:3]) if info[4][0] == "127.0.0.2" else real(info)

    monkeypatch.setattr(guard, "public_only", public_only)


async def test_an_address_becomes_a_document(internet):
    """The article of a page, with publisher, date and language, becomes a document of the watch."""
    async with serving("127.0.0.2") as public:
        public.answers["/news/bunia.html"] = reply(PAGE.encode(), "200 OK", "Content-Type: text/html")
        url = public.base + "/news/bunia.html"
        found = (await document_pages([url], Poll()))[url]
    assert not isinstance(found, Unusable)
    assert (found.id, found.language) == ("2024-02-10_bunia", "en")
    assert dict(found.facts)["publisher"] == "Wire"
    assert "patrol of MONUSCO" in found.text


async def test_no_address_leads_to_this_machine(internet):
    """A private address is refused, named at once or reached by a redirect."""
    async with serving("127.0.0.2") as public, serving() as local:
        local.answers["/secret"] = reply(PAGE.encode())
        public.answers["/away"] = redirect(local.base + "/secret")
        url, inside = public.base + "/away", local.base + "/secret"
        found = await document_pages([url, inside], Poll())
    causes = [one.why for one in found.values() if isinstance(one, Unusable)]
    assert [why.kind for why in causes if isinstance(why, Cause)] == [CauseKind.PRIVATE] * 2
    assert not local.seen
