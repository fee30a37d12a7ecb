"""The terminal: what it prints of cards and replies, and how it reads commands while alerts arrive."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import re
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot import render
from bot.card import Card, Field, Reply, Span
from bot.console.paper import paper
from bot.console.prompt import Talk, piped
from bot.console.transport import Terminal
from bot.delivery.transport import Sent
from bot.desk import Asker
from feeds.model import Action, Delivery
from feeds.stories.account import account
from tests.proofs import examples
from tests.story_kit import CHANNEL, HOUR, NOW, STORY, source, story

ROOT = Path(__file__).resolve().parents[1]
# A pretended terminal does not answer when it is asked where its cursor is.
ENVIRONMENT = os.environ | {"TERM": "xterm", "PYTHONPATH": str(ROOT), "PROMPT_TOOLKIT_NO_CPR": "1"}


def delivery(kind="alert", **more):
    return Delivery("b75e00000001", "alerts", kind, NOW, NOW, story=12, **more)


def terminal(width=80, colour=False):
    out = io.StringIO()
    return Terminal(paper(out, width, colour)), out


def told():
    return story(source(1, "Wire", injured=20), source(2, "Le Matin", NOW - HOUR, injured=28, language="fr"))


@pytest.mark.parametrize("width", [40, 80, 120])
async def test_an_alert_fits_the_terminal(width):
    """Every line is within the width, carries the bar, and the card ends with the story's number and the marker."""
    screen, out = terminal(width)
    await screen.send(delivery(action=Action.PING), [render.alert(told())], CHANNEL)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    assert lines[1].startswith("── ALERT · 19:12 UTC · pings")
    assert all(line.startswith("│ ") for line in lines[2:])
    assert lines[-1] == "│ Story 12 · b75e00000001"


async def test_plain_output_has_no_escape_codes():
    """Without a terminal there is no colour, and addresses follow the words that they belong to."""
    screen, out = terminal(120)
    await screen.send(delivery(), [render.alert(told())], CHANNEL)
    said = out.getvalue()
    assert "\x1b" not in said
    assert "Wire 11:07 UTC (en) https://example.org/wire/1" in said


async def test_a_colour_terminal_carries_links_behind_words():
    """On a terminal the sources' names are links, and the tier has its colour."""
    screen, out = terminal(100, colour=True)
    await screen.send(delivery(), [render.alert(told())], CHANNEL)
    said = out.getvalue()
    assert "\x1b]8;" in said and "https://example.org/wire/1" in said
    assert "\x1b[31m" in said


async def test_an_edit_shows_what_is_new():
    """The message stays the same one; the screen shows title, label and only the lines that were not there before."""
    screen, out = terminal(100)
    sent = await screen.send(delivery(), [render.alert(told())], CHANNEL)
    before = len(out.getvalue())
    sources = (*told().sources, source(3, "Agency", NOW, killed=1))
    grown = replace(told(), sources=sources, account=account(sources), updated=NOW)
    edit = delivery("edit", message=sent.message)
    assert await screen.edit(edit, [render.alert(grown)], CHANNEL) == sent
    said = out.getvalue()[before:]
    assert "── UPDATED · 20:07 UTC" in said
    assert "Incident · Kerena" in said and "Killed: 1 (Agency)" in said and "3 independent publishers" in said
    assert "Injured" not in said and "example.org/le-matin" not in said
    await screen.edit(edit, [render.alert(grown)], CHANNEL)
    assert len(out.getvalue()) == before + len(said)


async def test_words_that_were_shown_are_not_announced_again():
    """When another outlet carries the same quote, the line that says whose it is stays away with it."""
    screen, out = terminal()
    card = render.alert(told())
    assert card.quotes
    await screen.send(delivery(), [card], CHANNEL)
    out.truncate(out.seek(0))
    other = (Span("Harbour Post, 14:50 UTC:"),)
    await screen.edit(delivery(), [replace(card, lines=(*card.lines[:-1], (Span("News"),), other))], CHANNEL)
    assert "News" in out.getvalue()
    assert "Harbour Post" not in out.getvalue()


async def test_an_edit_of_an_earlier_runs_alert_is_shown_whole():
    """What this run never printed is printed in full."""
    screen, out = terminal(100)
    await screen.edit(delivery("edit", message="older"), [render.alert(told())], CHANNEL)
    assert "Sources" in out.getvalue() and "Story 12 · older" in out.getvalue()


async def test_a_note_is_one_line():
    """A note names its story; a notice without one says that it is for the operators."""
    screen, out = terminal()
    assert isinstance(await screen.note(delivery("note"), "killed 3 → 4", CHANNEL), Sent)
    await screen.note(Delivery("x", "operators", "notice", NOW, NOW), "wire: back.", CHANNEL)
    assert "· story 12: killed 3 → 4" in out.getvalue()
    assert "· operators: wire: back." in out.getvalue()


async def test_what_was_printed_is_found_again():
    """A marker of this run is found, another is not; a terminal can always be sent to."""
    screen, _ = terminal()
    assert await screen.find(delivery(), CHANNEL) is None
    await screen.send(delivery(), [Card("x")], CHANNEL)
    assert await screen.find(delivery(), CHANNEL) == Sent("b75e00000001")
    assert await screen.probe(CHANNEL) is None


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(STORY)
def test_no_feed_can_drive_the_terminal(told):
    """Whatever feeds hold, only printable characters and our own line breaks reach a plain screen."""
    screen, out = terminal(80)
    asyncio.run(screen.send(delivery(), [render.alert(told)], CHANNEL))
    hidden = [one for one in out.getvalue() if unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs")]
    assert set(hidden) <= set("\n\u200c\u200d")


async def test_nasty_cards_are_tamed_at_the_edge():
    """Control characters, markup and unsafe links of any part of a card stay harmless text."""
    nasty = "\x1b[2J[bold]x[/bold]\x07\u202e:smile:"
    field = Field(nasty, ((Span(nasty, "https://x.org/\x1b]0;t\x07"),),))
    lines = ((Span(nasty, "file:///etc/passwd"),),)
    card = Card(nasty, "javascript:alert(1)", None, lines, (nasty,), "\x1b", (field,), nasty)
    for colour in (False, True):
        screen, out = terminal(100, colour)
        await screen.send(delivery(), [card], CHANNEL)
        screen.reply(Reply(nasty, (card,)))
        said = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", out.getvalue())
        assert "\x1b" not in said and "\x07" not in said and "\u202e" not in said
        assert "[bold]x[/bold]:smile:" in said
        assert "javascript" not in out.getvalue() and "passwd" not in out.getvalue()


def test_a_reply_shows_its_page_and_the_way_on():
    """Several pages are numbered, with how to ask for the next; one page is not."""
    screen, out = terminal()
    screen.reply(Reply("one\n  two", page=1, pages=3), " · !more for the next")
    assert out.getvalue() == "one\n  two\npage 1 of 3 · !more for the next\n"
    screen, out = terminal()
    screen.reply(Reply("one"))
    assert out.getvalue() == "one\n"


class Desk:
    """Remembers what it was asked; has three pages of everything but `fail`."""

    def __init__(self):
        self.asked = []

    async def answer(self, command, args="", *, page=1, asker):
        if command == "fail":
            raise OSError("disk")
        self.asked.append((command, args, page))
        return Reply(f"{command} {args}", page=page, pages=3)


async def test_lines_become_questions():
    """With or without the prefix; `more` asks for the next page until there is none; blank lines are nothing."""
    desk, (screen, out) = Desk(), terminal()
    talk = Talk(desk, screen, Asker("t", "t"))
    for line in ("more", "!search kidal gao", "more", "!more", "more", "", "  latest "):
        assert await talk.hear(line)
    assert desk.asked == [("search", "kidal gao", n) for n in (1, 2, 3)] + [("latest", "", 1)]
    assert out.getvalue().count("There is no further page.") == 2
    assert not await talk.hear("!quit")
    assert not await talk.hear("exit")


async def test_a_failing_command_is_an_apology():
    """What the desk raises goes to the log; the prompt lives on."""
    screen, out = terminal()
    assert await Talk(Desk(), screen, Asker("t", "t")).hear("fail")
    assert "Sorry, that failed" in out.getvalue()


async def test_piped_lines_come_as_they_are_written():
    """Lines of a pipe are given at once, split writes and characters joined, the last without its line break."""
    read, write = os.pipe()
    lines = piped(read)
    os.write(write, b"latest\nsearch k")
    assert await anext(lines) == "latest"
    os.write(write, "idal é".encode()[:-1])
    waiting = asyncio.ensure_future(anext(lines))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    os.write(write, "é".encode()[-1:] + b"\nrest")
    assert await waiting == "search kidal é"
    os.close(write)
    assert [line async for line in lines] == ["rest"]
    os.close(read)


async def test_files_and_nothing_are_read_too(tmp_path):
    """A file is read to its end; /dev/null and a closed descriptor have no lines."""
    (tmp_path / "script").write_text("latest\nhelp\n")
    for path, expected in ((tmp_path / "script", ["latest", "help"]), (Path("/dev/null"), [])):
        descriptor = os.open(path, os.O_RDONLY)
        assert [line async for line in piped(descriptor)] == expected
        os.close(descriptor)
    assert [line async for line in piped(descriptor)] == []


def test_a_closed_pipe_silences_the_screen(tmp_path):
    """When the reader of a pipe has gone, printing goes on into nothing and the program ends as it would have."""
    program = "from bot.console.paper import paper\nout = paper()\nfor _ in range(2000): out.print(90 * 'x')\n"
    program += "open('ended', 'w')"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, env=ENVIRONMENT, stderr=subprocess.PIPE
    ) as one:
        one.stdout.readline()
        one.stdout.close()
        assert one.stderr.read() == b""
        assert one.wait(30) == 0
    assert (tmp_path / "ended").exists()


PROMPT = """
import asyncio, sys
from bot.card import Reply
from bot.console.prompt import talk
from bot.console.transport import Terminal
from bot.desk import Asker

class Desk:
    async def answer(self, command, args="", *, page=1, asker):
        return Reply(f"asked {command} {args}")

async def main():
    terminal = Terminal()
    async def alerts():
        await asyncio.sleep(0.6)
        terminal.aside("an alert arrives")
    task = asyncio.create_task(alerts())
    print("over", await talk(Desk(), terminal, Asker("t", "t")))
    await task

asyncio.run(main())
"""


@pytest.mark.slow
def test_a_half_typed_line_survives_an_alert():
    """At a real terminal an alert is printed above the prompt, and what was typed before it still counts."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-c", PROMPT], ENVIRONMENT)
    seen = b""

    def until(text):
        nonlocal seen
        while text not in seen:
            seen += os.read(master, 4096)

    until(b">")
    os.write(master, b"!search kid")
    until(b"an alert arrives")
    os.write(master, b"al\r")
    until(b"asked search kidal")
    time.sleep(0.3)
    os.write(master, b"\x04")
    until(b"over True")
    os.waitpid(pid, 0)
    os.close(master)
