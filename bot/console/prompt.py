"""Reads commands from the terminal or a pipe and prints the answers, while alerts go on arriving."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import logging
import os
import sys
from collections.abc import AsyncGenerator

from bot.card import Reply
from bot.console.transport import Terminal
from bot.desk import Asker, Desk
from bot.desk.rights import ALL_RIGHTS
from bot.language import _
from config.schema import Settings

log = logging.getLogger(__name__)

LEAVING = {"quit", "exit", "bye", "q"}
_CHUNK = 65536


class Talk:
    """One conversation at a terminal. `hear` takes a line as typed, with or without the prefix before the command.

    Beside the desk's commands it knows `more` (the next page) and `quit`.
    """

    def __init__(self, desk: Desk, terminal: Terminal, asker: Asker) -> None:
        self._desk, self._terminal, self._asker, self._prefix = desk, terminal, asker, asker.prefix
        self._last: tuple[str, str, int] | None = None

    async def hear(self, line: str) -> bool:
        """Answer one line; False when it says goodbye."""
        name, _, args = line.strip().removeprefix(self._prefix).partition(" ")
        if name.casefold() in LEAVING:
            return False
        if name.casefold() == "more":
            await self._more()
        elif name:
            await self._answer(name, args, 1)
        return True

    async def _more(self) -> None:
        if self._last is None:
            self._terminal.reply(Reply(_("There is no further page.")))
            return
        name, args, page = self._last
        await self._answer(name, args, page + 1)

    async def _answer(self, name: str, args: str, page: int) -> None:
        try:
            reply = await self._desk.answer(name, args, page=page, asker=self._asker)
        except Exception:
            log.exception("the command %s failed", name)
            reply = Reply(_("Sorry, that failed; the log says why."))
        self._last = (name, args, page) if reply.page < reply.pages else None
        more = _("{prefix}more for the next").format(prefix=self._prefix)
        self._terminal.reply(reply, f" · {more}" if self._last else "")


def at_terminal(settings: Settings) -> Asker:
    """Whoever sits at this terminal: the operator. It is one place, whatever is wanted in it; in no server, so it has
    no list of roles to change."""
    prefix, rights = settings.terminal.prefix, ALL_RIGHTS - {"team"}
    return Asker("terminal", "you", rights=rights, transport=Terminal.name, target=Terminal.name, prefix=prefix)


async def talk(desk: Desk, terminal: Terminal, asker: Asker) -> bool:
    """Answer what is typed or piped in until it ends or says `quit`.

    True when someone spoke and is done; False when standard input was closed from the start (a service without a
    terminal, say), so that nobody can have meant to stop the program.
    """
    heard, conversation = False, Talk(desk, terminal, asker)
    interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    async with contextlib.aclosing(typed() if interactive else piped()) as lines:
        async for line in lines:
            heard = True
            if not await conversation.hear(line):
                return True
    return heard or interactive


async def typed() -> AsyncGenerator[str, None]:
    """Lines typed at a prompt that alerts do not tear: they are printed above it. Ends at Ctrl-D or Ctrl-C."""
    from prompt_toolkit import PromptSession  # noqa: PLC0415 - 0.2 s, only where somebody types
    from prompt_toolkit.patch_stdout import patch_stdout  # noqa: PLC0415

    session: PromptSession[str] = PromptSession()
    with patch_stdout(raw=True):
        while True:
            try:
                line = await session.prompt_async("> ", handle_sigint=False)
            except (EOFError, KeyboardInterrupt):
                return
            yield line


async def piped(descriptor: int = 0) -> AsyncGenerator[str, None]:
    """Lines of a pipe or a file as they come; ends with it. The loop goes on meanwhile."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while True:
        data = await _read(descriptor)
        *lines, rest = (rest + decoder.decode(data, final=not data)).split("\n")
        for line in lines:
            yield line
        if not data:
            if rest:
                yield rest
            return


async def _read(descriptor: int) -> bytes:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:  # a file or /dev/null: never makes anybody wait
        return os.read(descriptor, _CHUNK)
    except (OSError, ValueError):  # closed
        return b""
    try:
        await ready.wait()
        return os.read(descriptor, _CHUNK)
    finally:
        loop.remove_reader(descriptor)
