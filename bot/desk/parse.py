"""From what was typed, or chosen in a slash command, to a command's typed values; a mistake is a sentence. Pure.

Typed are the required options in their order, then the others; any may be named: `name:value`, `--name=value`, for a
flag `--name`; a choice may end the line as it is said. A lone `--` says that nothing after it is a name, and so does
the first word of a line that ends with a verbatim text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import takewhile

from bot.desk.commands import Argument, Command
from bot.language import N_, _, in_context, numeral
from bot.wording.formats import clean, cut, in_a_row, quoted
from feeds.query.times import read_time
from seeds.model import When

Value = str | int | bool | When | None
Values = Mapping[str, Value]

_TOKEN = re.compile(r'(?:[^\s"]+|"[^"]*"?)+')
_NAMED = re.compile(r"(?s)--(?P<long>[a-z]+)(?:=(?P<set>.*))?|(?P<short>[a-z]+):(?P<value>.+)", re.IGNORECASE)
_ROLE = re.compile(r"(?P<mention><@&)?(?P<id>\d{1,20})(?(mention)>)")
_WORDING = re.compile(r"\.\d{1,3}$")
_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}
_MOST_DIGITS = 18
# A query's phrases, each with the mark that ends it, and its other signs one by one; as the grammar reads them.
_PHRASES = {'"': '"', "“": "”", "«": "»"}
_PIECES = re.compile(r"""\"[^"]*"?|“[^”]*”?|«[^»]*»?|.""", re.S)
_EITHER = re.compile(r"(?:^|[\s()])(?:OR|\|{1,2})(?=[\s()]|$)")
_TIMES = N_(
    "{said} should be a day (2021-02-10), a month, a year, or so long ago: 12h, 3d, 2w, 6m, 1y. "
    "An hour is in UTC: 06:00."
)


class Trouble(Exception):
    """A member's mistake, said in a sentence that helps."""


def parse_line(command: Command, line: str, now: datetime, prefix: str = "") -> Values:
    """The values of a typed line (without the command's name). Raises Trouble."""
    ending, line = _ending(command, line)
    named, rest = _named(command, line)
    given = {**ending, **named, **_positional(command, rest, {**ending, **named})}
    return parse_options(command, given, now, prefix)


def parse_options(command: Command, given: Mapping[str, object], now: datetime, prefix: str = "") -> Values:
    """The values of options by name, as text or already typed; what is left out has its default. Raises Trouble."""
    values: dict[str, Value] = {}
    for argument in command.arguments:
        text = str(given.get(argument.name, argument.default)).strip()
        if not text and argument.required:
            raise Trouble(missing(argument, f"{prefix}{command.usage}"))
        values[argument.name] = _read(argument, text, now, prefix)
    return values


def missing(argument: Argument, usage: str) -> str:
    """What is said where an option that must be there is left out."""
    hint = _(argument.hint) if argument.hint else _("What about?")
    return in_a_row(hint, _("Ask like this: {usage}").format(usage=usage))


def with_offered(command: Command, given: Mapping[str, object]) -> dict[str, object]:
    """Options of a slash command as those that a line can name: what it offers beside them stands in its text."""
    names = [one.name for one in command.offered]
    values = {name: str(given[name]).replace('"', " ").strip() for name in names if given.get(name) is not None}
    told = [f'{name}:"{value}"' if re.search(r"[^\w-]", value) else f"{name}:{value}" for name, value in values.items()]
    rest = {name: value for name, value in given.items() if name not in names}
    if not told:
        return rest
    text = next(one.name for one in command.arguments if one.kind == "text")
    return {**rest, text: " ".join(filter(None, (_whole(str(rest.get(text) or "")), *told)))}


def _whole(text: str) -> str:
    """A query that more may follow, which then holds for all of it: what is open is closed, and parentheses stand
    around what has an OR."""
    depth, kept = 0, ""
    for piece in _PIECES.findall(text.strip()):
        depth += (piece == "(") - (piece == ")")
        kept += _closed(piece) if depth >= 0 else " "
        depth = max(depth, 0)
    closed = kept + ")" * depth
    return f"({closed})" if _EITHER.search(closed) else closed


def _closed(piece: str) -> str:
    """A phrase that ends where it should; anything else as it is."""
    end = _PHRASES.get(piece[0], "")
    return piece if len(piece) > 1 and piece.endswith(end) else piece + end


def spelled(command: Command, given: Mapping[str, object]) -> str:
    """Options by name as a line that `parse_line` reads as the same."""
    texts = {name: str(value).strip() for name, value in given.items() if value is not None}
    order = [one.name for one in _in_order(command)]
    typed = list(takewhile(texts.__contains__, order))
    names = [_spell(name, text) for name, text in texts.items() if name not in typed]
    words = [word for name in typed for word in _TOKEN.findall(texts[name])]
    guard = ["--"] if any(word == "--" or _name(command, word) for word in words) else []
    return " ".join((*names, *guard, *(texts[name] for name in typed)))


def _spell(name: str, text: str) -> str:
    text = text.replace('"', "")
    return f'{name}:"{text}"' if re.search(r"\s", text) else f"{name}:{text}"


def _in_order(command: Command) -> Sequence[Argument]:
    """The options that may be typed without their names: those before and with the first text, or all; no flags, no
    roles and nothing else that is always named."""
    plain = [one for one in command.arguments if one.bare or one.kind not in ("flag", "role", "named")]
    last = next((at for at, one in enumerate(plain) if one.kind == "text"), len(plain))
    return plain[: last + 1]


def _positional(command: Command, rest: str, named: Mapping[str, str]) -> dict[str, str]:
    """One word for each option in order; the last takes what is left. A choice before a text may be left out."""
    order = [one for one in _in_order(command) if one.name not in named]
    given: dict[str, str] = {}
    for at, one in enumerate(order):
        if at == len(order) - 1:
            given |= {one.name: rest} if rest else {}
        elif (found := _TOKEN.match(rest)) and not _left_out(one, found[0], order[-1]):
            given[one.name], rest = found[0].strip(","), rest[found.end() :].lstrip(" \t\n,")
    return given


def _left_out(argument: Argument, word: str, last: Argument) -> bool:
    """Whether a word is none of an option's choices, and may belong to the text that ends the line."""
    return last.kind == "text" and argument.kind == "choice" and word.strip(",").casefold() not in argument.choices


def _ending(command: Command, line: str) -> tuple[dict[str, str], str]:
    """The options that end the line as they are said, "as bibtex" or "off yes", and the line without them."""
    given: dict[str, str] = {}
    left = [argument for argument in command.arguments if argument.said]
    while (ends := next((found for one in left if (found := _ends_with(one, line))), None)) is not None:
        name, value, line = ends
        given[name], left = value, [one for one in left if one.name != name]
    return given, line


def _ends_with(argument: Argument, line: str) -> tuple[str, str, str] | None:
    """An option with its value, where the line ends with it as it is said, and the line before it."""
    value = r"()" if argument.kind == "flag" else r"\s+(\S+)"
    said = rf"{argument.said}{value}"
    if argument.choices:  # one of them is clear without the word before it
        said = rf"(?:{argument.said}\s+(\S+)|({'|'.join(argument.choices)}))"
    found = re.search(rf"(?i)(?:^|\s){said}\s*$", line)
    return (argument.name, found[found.lastindex or 1] or "yes", line[: found.start()]) if found else None


def _named(command: Command, line: str) -> tuple[dict[str, str], str]:
    """The options that the line names, and the line without them."""
    named: dict[str, str] = {}
    kept: list[str] = []
    at, verbatim = 0, any(one.verbatim for one in command.arguments)
    for found in _TOKEN.finditer(line):
        if found[0] == "--":
            kept, at = [*kept, line[at : found.start()]], found.end()
            break
        option = _name(command, found[0])
        if option is None and verbatim:
            break
        if option:
            named[option[0]] = option[1]
            kept, at = [*kept, line[at : found.start()]], found.end()
    return named, "".join((*kept, line[at:])).strip()


def _name(command: Command, token: str) -> tuple[str, str] | None:
    """The option that a word names, and its value."""
    found = _NAMED.fullmatch(token)
    name = (found["long"] or found["short"]).casefold() if found else ""
    known = next((one for one in command.arguments if one.name == name), None)
    if found is None or known is None or (known.kind == "text" and known.required):
        return None
    value = found["value"] if found["short"] else found["set"]
    if value is None:
        return (name, "yes") if known.kind == "flag" else None
    return name, value.strip('"')


def _read(argument: Argument, text: str, now: datetime, prefix: str) -> Value:
    """The text as what the option takes; None (of a flag False, of words "") when there is none."""
    said = quoted(cut(clean(text), 40))
    match argument.kind:
        case "number":
            return _number(argument, text) if text else None
        case "choice":
            if text and text.casefold() not in argument.choices:
                raise Trouble(
                    _("{said} should be one of: {names}.").format(said=said, names=", ".join(argument.choices))
                )
            return text.casefold()
        case "flag":
            if text.casefold() not in _YES | _NO | {""}:
                raise Trouble(
                    _("{said} should be yes or no: {name} is {help}.").format(
                        said=said, name=argument.name, help=_(argument.help)
                    )
                )
            return text.casefold() in _YES
        case "time":
            when = read_time(text, now)
            if text and when is None:
                raise Trouble(_(_TIMES).format(said=said))
            return when
        case "story" | "item":
            return _numbered(argument, text, prefix)
        case _:
            return _role_id(text) if argument.kind == "role" else text


def _role_id(text: str) -> str:
    """The id of a role that is mentioned, or written as its id; "" for none."""
    found = _ROLE.fullmatch(text)
    if text and found is None:
        raise Trouble(
            _("“{text}” should be a role: mention it (@name), or write its id.").format(text=cut(clean(text), 40))
        )
    return found["id"] if found else ""


def _number(argument: Argument, text: str) -> int:
    digits = text.removeprefix("#")
    if not digits.isdecimal() or not argument.least <= int(digits[:_MOST_DIGITS]) <= argument.most:
        raise Trouble(
            _("“{text}” should be a number from {least} to {most}.").format(
                text=cut(clean(text), 40), least=argument.least, most=numeral(argument.most)
            )
        )
    return int(digits)


@cache
def _fillers(spoken: str) -> re.Pattern[str]:
    """What may stand before a number: any of these words or the English ones, and what stands between numbers."""
    words = "|".join(dict.fromkeys(("and", "into", "story", "item", *spoken.split())))
    return re.compile(rf"(?:(?:{words})\b|[\s,#])*", re.IGNORECASE)


def _numbered(argument: Argument, text: str, prefix: str) -> int:
    """The number of a story or an item, "12", "#12" or "story 12"; of an item also by a wording's name, "#12.2"."""
    before = _fillers(in_context("before a number", "and into story item")).match(text)
    digits = text[before.end() :] if before else text
    if argument.kind == "item":
        digits = _WORDING.sub("", digits)
    if digits.isdecimal():
        return int(digits[:_MOST_DIGITS])
    if argument.kind == "story":
        raise Trouble(_("A story has a number, such as 12. {prefix}latest shows the newest.").format(prefix=prefix))
    raise Trouble(_("Name the item by its #number; {prefix}story <number> shows them.").format(prefix=prefix))
