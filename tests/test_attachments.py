"""Cards and replies that hold files: on Discord over real sockets, and in the terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from bot.card import Attachment, Card, Reply, Span
from bot.console.paper import paper
from bot.console.transport import Terminal, free_path
from bot.delivery.transport import Sent
from bot.discord import embeds
from bot.discord.marks import hidden
from tests.discord_kit import House, alerts, row
from tests.fakes.discord_server import CHANNEL, EVERYTHING

ATTACH = 1 << 15
PNG = Attachment("Tolls of May.png", "image/png", b"\x89PNG picture", "Bars: 4 in April, 9 in May.")
TEXT = Attachment("stories.csv", "text/csv", b"story;killed\n1;4\n")
CARD = Card("A title", "https://a.example/1", lines=((Span("Killed: 4"),),), footer="Story 1", files=(PNG, TEXT))


@pytest.fixture
async def house(server, tmp_path):
    async with House(server, tmp_path / "db", server.now) as opened:
        yield opened


async def test_a_card_goes_out_with_its_files(server, house):
    """The picture is shown in the embed and described, the text hangs on the message; the marker stays."""
    await house.up()
    result = await house.transport.send(row(), [CARD], alerts())
    (request,) = server.sent()
    assert request.files == [("Tolls_of_May.png", PNG.content), ("stories.csv", TEXT.content)]
    names = [(one["filename"], one.get("description")) for one in request.body["attachments"]]
    assert names == [("Tolls_of_May.png", PNG.alt), ("stories.csv", None)]
    (embed,) = request.body["embeds"]
    assert embed["image"] == {"url": "attachment://Tolls_of_May.png"}
    assert embed["footer"]["text"] == "Story 1"
    assert request.body["nonce"] == "ab1200000001"
    assert await house.transport.find(row(), alerts()) == result


async def test_an_edit_replaces_the_files(server, house):
    """A newer picture takes the older one's place; an alert without one keeps none."""
    await house.up()
    sent = await house.transport.send(row(), [CARD], alerts())
    newer = replace(CARD, files=(replace(PNG, content=b"\x89PNG newer"),))
    assert await house.transport.edit(row(message=sent.message), [newer], alerts()) == Sent(sent.message)
    (edit,) = server.sent("PATCH", "*")
    assert edit.files == [("Tolls_of_May.png", b"\x89PNG newer")]
    assert len(edit.body["attachments"]) == 1
    await house.transport.edit(row(message=sent.message), [replace(CARD, files=())], alerts())
    assert server.posted()[0]["attachments"] == []


async def test_a_file_too_large_is_a_sentence(server, house):
    """What Discord would refuse is not sent: the card says so, and what the picture shows."""
    await house.up()
    large = replace(PNG, content=b"x" * (embeds.DISCORD_LIMITS.file_bytes + 1))
    await house.transport.send(row(), [replace(CARD, files=(large,))], alerts())
    (message,) = server.posted()
    assert message["attachments"] == []
    said = r"Tolls of May.png (10.0 MB) is too large to be sent here: Bars: 4 in April, 9 in May."
    assert said in message["embeds"][0]["description"]


async def test_files_that_are_refused_do_not_lose_the_alert(server, house):
    """A 413 is answered with bare text, which names the files and what they show."""
    server.fail("POST", f"/channels/{CHANNEL}/messages", status=413, body={"code": 40005, "message": "too large"})
    await house.up()
    await house.transport.send(row(), [CARD], alerts())
    (message,) = server.posted()
    assert "A title\nhttps://a.example/1" in message["content"].replace(hidden("ab1200000001"), "")
    assert "Bars: 4 in April, 9 in May." in message["content"]
    assert hidden("ab1200000001") in message["content"]


async def test_where_nothing_may_be_attached_words_stand_for_it(server, house):
    """A missing permission to attach files holds no channel: the alert goes out, and says what the picture shows."""
    server.permissions[CHANNEL] = EVERYTHING & ~ATTACH
    await house.up()
    result = await house.transport.send(row(), [CARD], alerts())
    (message,) = server.posted()
    assert result == Sent(message["id"])
    assert "Tolls of May.png cannot be sent here: Bars: 4 in April, 9 in May." in message["embeds"][0]["description"]
    assert "stories.csv cannot be sent here." in message["embeds"][0]["description"]


async def test_files_are_named_apart(server, house):
    """Two cards with pictures of one name: each embed shows its own."""
    await house.up()
    await house.transport.send(row(), [CARD, replace(CARD, title="Another")], alerts())
    (request,) = server.sent()
    images = [one["image"]["url"] for one in request.body["embeds"]]
    assert images == ["attachment://Tolls_of_May.png", "attachment://2-Tolls_of_May.png"]
    assert [name for name, _ in request.files] == [
        "Tolls_of_May.png", "stories.csv", "2-Tolls_of_May.png", "2-stories.csv",
    ]  # fmt: skip


class Desk:
    """Answers everything with two pages and files."""

    async def answer(self, command, args="", *, page=1, asker):
        picture = replace(PNG, name=f"page{page}.png")
        return Reply("As a table:", (Card("Chart", files=(picture,)),), page, 2, files=(TEXT,))


async def test_answers_carry_files_too(server, house):
    """Typed and as a slash command, the reply's own files and its cards'; a turned page has its own picture."""
    house.transport._desk = Desk()
    await house.up()
    await server.say("!status")
    (answer,) = await server.until(server.posted)
    assert [one["filename"] for one in answer["attachments"]] == ["page1.png", "stories.csv"]
    token = await server.slash("status")
    body = await server.until(lambda: server.interactions[token])
    assert [one["filename"] for one in body["data"]["attachments"]] == ["page1.png", "stories.csv"]
    token = await server.click(answer, answer["components"][0]["components"][2]["custom_id"])
    turned = await server.until(lambda: server.interactions[token])
    assert [one["filename"] for one in turned["data"]["attachments"]] == ["page2.png", "stories.csv"]


async def test_an_answer_without_the_right_to_attach_says_it_in_words(server, house):
    """A typed command is answered all the same."""
    server.permissions[CHANNEL] = EVERYTHING & ~ATTACH
    house.transport._desk = Desk()
    await house.up()
    await server.say("!status")
    (answer,) = await server.until(server.posted)
    assert answer["attachments"] == []
    assert answer["content"] == r"As a table:" "\n" "stories.csv cannot be sent here."
    assert "page1.png cannot be sent here: Bars: 4 in April" in answer["embeds"][0]["description"]


def screen(tmp_path):
    out = io.StringIO()
    return Terminal(paper(out, 400), tmp_path), out


async def test_the_terminal_saves_files_and_says_where(tmp_path):
    """The path stands on the card with what the picture shows; an edit saves only what is new."""
    terminal, out = screen(tmp_path)
    await terminal.send(row(), [CARD], alerts())
    path = tmp_path / "Tolls_of_May.png"
    assert path.read_bytes() == PNG.content
    assert f"{path}: Bars: 4 in April, 9 in May." in out.getvalue()
    assert (tmp_path / "stories.csv").read_bytes() == TEXT.content
    before = len(out.getvalue())
    await terminal.edit(row(message="ab1200000001"), [CARD], alerts())
    assert len(out.getvalue()) == before
    newer = replace(CARD, files=(replace(PNG, content=b"newer"), TEXT))
    await terminal.edit(row(message="ab1200000001"), [newer], alerts())
    assert (tmp_path / "2-Tolls_of_May.png").read_bytes() == b"newer"
    assert str(tmp_path / "2-Tolls_of_May.png") in out.getvalue()[before:]
    assert "stories.csv" not in out.getvalue()[before:]


def test_a_reply_in_the_terminal_names_its_files(tmp_path):
    """A file of the answer itself is a line of it."""
    terminal, out = screen(tmp_path)
    terminal.reply(Reply("As a table:", files=(TEXT,)))
    assert out.getvalue() == f"As a table:\n{tmp_path / 'stories.csv'}\n"


def test_a_file_that_cannot_be_saved_is_a_sentence(tmp_path):
    """A full disk or a folder that is gone loses the file, not the alert."""
    terminal, out = screen(tmp_path / "gone")
    terminal.reply(Reply(cards=(CARD,)))
    assert "Tolls of May.png could not be saved (No such file or directory): Bars: 4" in out.getvalue()
    assert "Killed: 4" in out.getvalue()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", ".hidden", "", "a\x00b", "x" * 300, "\\..\\x"]
)
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    """However odd a file's name, it is saved beside the others."""
    path = free_path(tmp_path, name)
    assert path.parent == tmp_path
    path.write_bytes(b"")
    assert free_path(tmp_path, name) != path
