"""What a command and its options are, as data: the forms in which `bot.desk.commands` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.desk.rights import Need
from bot.language import _, in_context

Kind = Literal["text", "word", "number", "choice", "flag", "time", "story", "item", "role", "named"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One option of a command, in the order in which they are typed.

    A "text" takes the rest of the line, a "flag" is there or not, a "time" is a day, month, year, moment, "3d" (ago)
    or "06:00" (the last one); "story" and "item" are their numbers, a "role" is one of the place's and, as a
    "named" text, always named, unless it is `bare`.
    `least` and `most` bound a "number"; `choices` are what a "choice" may be, and `said` a word before it with which
    it may end a typed line ("as bibtex"), of a flag the word itself. `default` holds when it is left out (as it is
    typed; "" for nothing); `hint` is said when it is missing. `completes` is what a slash command offers while it is
    filled in: "place", "source", "contingent", "story" or "feed". Before a `verbatim` text options are named only in
    front of the line: what follows is taken as it stands.
    """

    name: str
    help: str
    kind: Kind = "word"
    required: bool = False
    least: int = 1
    most: int = 100
    choices: tuple[str, ...] = ()
    default: str = ""
    hint: str = ""
    said: str = ""
    completes: str = ""
    verbatim: bool = False
    bare: bool = False

    def __str__(self) -> str:
        if self.kind == "flag":
            return f"[{self.said or f'--{self.name}'}]"
        if self.kind == "role":
            return _("[@role]") if self.bare else _("[{name}:@name]").format(name=self.name)
        if self.kind == "named":
            return f'[{self.name}:"…"]'
        if self.said:
            return f"[{self.said} {self.name}]"
        name = in_context("option", self.name)
        return f"<{name}>" if self.required else f"[{name}]"


@dataclass(frozen=True, slots=True)
class Command:
    """What members can ask, with two examples, in which {watch} stands for one of the house's. `needs` is the right
    that it takes (`bot.desk.rights`), "" for everybody; `paged` ones have more pages. `cli` is its name among the
    program's own commands; "" where these have one of that name. `short` is its help in a few words, for a phone, and
    `group` the heading that it stands under there. A `costly` one is answered to each member only so often; one that
    `writes` changes what is kept, and needs an archive that is not only read. `offered` are further options of the
    slash command, which stand in a typed line's text as "name:value". `quicker` says how to ask for less where it took
    too long; {prefix} stands for the sign before it. The options of one with a `form` are asked for in that.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    aliases: tuple[str, ...] = ()
    needs: Need = ""
    paged: bool = False
    examples: tuple[str, str] = ("", "")
    cli: str = ""
    short: str = ""
    group: str = "More"
    costly: bool = False
    writes: bool = False
    offered: tuple[Argument, ...] = ()
    quicker: str = "Please ask again in a moment."
    form: bool = False

    @property
    def usage(self) -> str:
        """The command as it is typed, without a prefix: "latest [n]"."""
        return " ".join((self.shown, *map(str, self.arguments)))

    @property
    def shown_examples(self) -> tuple[str, ...]:
        """The examples in the language that is spoken."""
        return tuple(in_context("example", one) for one in self.examples)

    @property
    def shown(self) -> str:
        """What it is called in the language that is spoken; by its own name it goes in every language."""
        return in_context("command", self.name)
