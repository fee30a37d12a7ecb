"""What members can ask, from a shell: `bluehelm story 9` answers as the terminal does, with no bot running."""

from __future__ import annotations

import asyncio
import shlex
from functools import cache
from pathlib import Path

import click

from bot.card import Reply
from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.desk.commands import COMMANDS, Command
from config.schema import Settings

_OPTIONS = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}
_PREFIX = "bluehelm "


@cache
def asked() -> dict[str, click.Command]:
    """The program's command for each command of the desk that reads, by its name there."""
    return {command.cli: _click(command) for command in COMMANDS if command.cli}


def _click(command: Command) -> click.Command:
    @click.command(command.cli, help=_help(command), short_help=_sentence(command), context_settings=_OPTIONS)
    @click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar=" ".join(map(str, command.arguments)))
    @click.option("--page", type=click.IntRange(1), default=1, help="The page, where there are several.")
    @click.option("--channel", help="Answer as in this channel (default: this terminal's).")
    @click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help="The database to look into.")
    @config_option
    def ask(
        *, words: tuple[str, ...], page: int, channel: str | None, db: Path | None, config_file: Path | None
    ) -> None:
        settings = settings_or_exit(config_file)
        settings = settings.model_copy(update={"database": db} if db else {})
        _answer(settings, command, " ".join(words), page, channel)

    return ask


def _answer(settings: Settings, command: Command, words: str, page: int, channel: str | None) -> None:
    """Print the answer; a mistake goes to standard error, with status 1."""
    from bot.console.paper import paper  # noqa: PLC0415 - `--help` needs no screen
    from bot.console.transport import Terminal  # noqa: PLC0415
    from feeds.store import StoreError  # noqa: PLC0415
    from feeds.worker.process import SetupError, StartError  # noqa: PLC0415

    try:
        with usable(settings.database):
            reply = asyncio.run(_asked(settings, command, words, page, channel))
    except (StoreError, SetupError, StartError) as error:
        fail(*str(error).splitlines(), status=1)
    if reply.private:
        fail(reply.text, status=1)
    more = f" · --page {reply.page + 1} for the next" if reply.page < reply.pages else ""
    Terminal(paper(), Path()).reply(reply, more)  # a file is put where it was asked for


async def _asked(settings: Settings, command: Command, words: str, page: int, channel: str | None) -> Reply:
    from bot.app import reading  # noqa: PLC0415
    from bot.desk import Asker  # noqa: PLC0415

    channel = channel and channel.encode("utf-8", "replace").decode()  # a shell passes on any bytes
    async with reading(settings) as (desk, store):
        place = await store.run(lambda opened: opened.channels.named(channel)) if channel else None
        if channel and place is None:
            fail(f"there is no channel {channel}", status=1)
        transport, target = (place.transport, place.target) if place else ("terminal", "terminal")
        asker = Asker("shell", "you", transport=transport, target=target, prefix=_PREFIX)
        return await desk.answer(command.name, words, page=page, asker=asker)


def _help(command: Command) -> str:
    """The help of `--help`, with examples as a shell takes them: what follows a bare # would be a comment there."""
    options = "".join(f"\n  {argument}  {argument.help}" for argument in command.arguments)
    typed = dict.fromkeys(shlex.join(("bluehelm", command.cli, *one.split()[1:])) for one in command.examples)
    examples = "".join(f"\n  {one}" for one in typed)
    sentence = _sentence(command)
    parts = (
        sentence if sentence.endswith("?") else f"{sentence}.",
        options and f"\b{options}",
        f"Such as:\n\n\b{examples}",
    )
    return "\n\n".join(filter(None, parts))


def _sentence(command: Command) -> str:
    return f"{command.help[:1].upper()}{command.help[1:]}"
