"""What members can ask, from a shell: `bluehelm story 9` answers as the terminal does, with no bot running."""

from __future__ import annotations

import asyncio
import re
import shlex
from functools import cache
from getpass import getuser
from pathlib import Path
from typing import Any

import click

from bot.card import Reply
from bot.cli.options import config_option, fail, settings_or_exit, usable
from bot.desk.commands import COMMANDS, Command
from bot.language import ENGLISH, N_, _, speaking
from bot.language.click_commands import said_command
from config.schema import Settings
from config.sentence import apart

_OPTIONS = {"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]}
_PREFIX = "bluehelm "
_PLAIN = re.compile(r"[\w@%+=:,./-]+")  # as `shlex.quote`, which knows only ASCII's letters
_WORD = re.compile(r'(?:[^\s"]+|"[^"]*")+')  # a phrase is one


@cache
def asked(language: str = ENGLISH) -> dict[str, click.Command]:
    """The program's command for each command of the desk that reads, by its name there, as it is said in a language."""
    with speaking(language):
        return {command.cli: said_command(_click(command)) for command in COMMANDS if command.cli}


def _click(command: Command) -> click.Command:
    @click.command(command.cli, help=_help(command), short_help=_sentence(command), context_settings=_OPTIONS)
    @click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar=" ".join(map(str, command.arguments)))
    @click.option("--page", type=click.IntRange(1), default=1, help=N_("The page, where there are several."))
    @click.option("--channel", help=N_("Answer as in this channel (default: this terminal's)."))
    @click.option("--db", type=click.Path(dir_okay=False, path_type=Path), help=N_("The database to look into."))
    @click.option("--json", "as_json", is_flag=True, help=N_("The answer as one JSON object."))
    @config_option
    def ask(*, words: tuple[str, ...], db: Path | None, as_json: bool, config_file: Path | None, **where: Any) -> None:
        settings = settings_or_exit(config_file)
        settings = settings.model_copy(update={"database": db} if db else {})
        reply = _answer(settings, command, " ".join(words), **where)
        _print_json(reply) if as_json else _print(reply)

    return ask


def _answer(settings: Settings, command: Command, words: str, page: int, channel: str | None) -> Reply:
    """The answer; the program ends with a mistake on standard error, and status 1."""
    from feeds.store import StoreError  # noqa: PLC0415 - `--help` needs no store
    from feeds.worker.process import SetupError, StartError  # noqa: PLC0415

    try:
        with usable(settings.database):
            reply = asyncio.run(_asked(settings, command, words, page, channel))
    except (StoreError, SetupError, StartError) as error:
        fail(*apart(str(error)), status=1)
    if reply.private:
        fail(reply.text, status=1)
    return reply


def _print_json(reply: Reply) -> None:
    from bot.cli.jsonlines import dumped  # noqa: PLC0415
    from bot.console.reply_json import reply_json  # noqa: PLC0415

    click.echo(dumped(reply_json(reply)))


def _print(reply: Reply) -> None:
    from bot.console.paper import paper  # noqa: PLC0415 - `--help` and `--json` need no screen
    from bot.console.transport import Terminal  # noqa: PLC0415

    page = _("--page {page} for the next").format(page=reply.page + 1)
    more = f" · {page}" if reply.page < reply.pages else ""
    Terminal(paper(), Path()).reply(reply, more)  # a file is put where it was asked for


async def _asked(settings: Settings, command: Command, words: str, page: int, channel: str | None) -> Reply:
    from bot.console.reading import reading  # noqa: PLC0415
    from bot.desk import SHELL, Asker  # noqa: PLC0415
    from bot.desk.rights import ALL_RIGHTS, NO_RIGHTS  # noqa: PLC0415

    channel = channel and channel.encode("utf-8", "replace").decode()  # a shell passes on any bytes
    async with reading(settings, writing=command.writes) as (desk, store):
        place = await store.run(lambda opened: opened.channels.named(channel)) if channel else None
        if channel and place is None:
            fail(_("there is no channel {channel}").format(channel=channel), status=1)
        transport, target = (place.transport, place.target) if place else ("terminal", "terminal")
        rights = ALL_RIGHTS if command.writes or command.needs else NO_RIGHTS
        server = place.server if place else ""
        asker = Asker(SHELL, _who(), rights, transport, target, _PREFIX, server=server)
        return await desk.answer(command.name, words, page=page, asker=asker)


def _who() -> str:
    """What whoever sits at the shell is called there: a note bears a name."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container may run as a number
        return _("the operator")


def _help(command: Command) -> str:
    """The help of `--help`, with examples as a shell takes them: what follows a bare # would be a comment there."""
    options = "".join(f"\n  {argument}  {_(argument.help)}" for argument in command.arguments)
    typed = dict.fromkeys(" ".join(("bluehelm", command.cli, *_words(one))) for one in _typed(command))
    examples = "".join(f"\n  {one}" for one in typed)
    sentence = _sentence(command)
    parts = (
        sentence if sentence.endswith("?") else f"{sentence}.",
        options and f"\b{options}",
        _("Such as:") + f"\n\n\b{examples}",
    )
    return "\n\n".join(filter(None, parts))


def _typed(command: Command) -> list[str]:
    return [one.replace("{watch}", _("WATCH")) for one in command.shown_examples]


def _words(line: str) -> list[str]:
    """The words after a command's name as a shell takes them; letters of any language need no quotes there."""
    return [one if _PLAIN.fullmatch(one) else shlex.quote(one) for one in _WORD.findall(line)[1:]]


def _sentence(command: Command) -> str:
    said = _(command.help)
    return f"{said[:1].upper()}{said[1:]}"
