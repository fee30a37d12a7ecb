"""Cards and replies laid out for a terminal, wrapped to its width. The only module that knows rich.

Feed text is untrusted: it is cleaned of control and direction characters and never read as markup.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO
from urllib.parse import quote, urlsplit

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.card import Card, Field, Line, Reply
from bot.language import _
from bot.wording import formats
from bot.wording.formats import clean
from seeds.model import Tier

TERMINAL_COLOURS = {
    Tier.INCIDENT: "red",
    Tier.DECISION: "blue",
    Tier.FOLLOW_UP: "yellow",
    Tier.BACKGROUND: "bright_black",
    Tier.COMMEMORATION: "magenta",
}
WIDEST = 100
NARROWEST = 40
# Where there is no bold and no line through words, signs stand for them.
_EDITED = {"gone": "~~", "new": "**"}


class Paper(Console):
    """A console that falls silent when nobody reads it any more, instead of ending the program."""

    def on_broken_pipe(self) -> None:
        """What is printed from now on goes nowhere."""
        self.quiet = True
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Barred:
    """A block with a bar down its left side; there is none on the right, where mixed scripts would bend it."""

    def __init__(self, body: RenderableType, style: str) -> None:
        self._body, self._style = body, style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Each line of the body behind its piece of the bar."""
        bar = Segment("│ ", Style.parse(self._style))
        for line in console.render_lines(self._body, options.update_width(max(options.max_width - 2, 10)), pad=False):
            yield bar
            yield from _trimmed(line)
            yield Segment.line()


def _trimmed(line: list[Segment]) -> list[Segment]:
    """Without the blanks at its end, which padding leaves."""
    while line and not line[-1].text.strip():
        line = line[:-1]
    return [*line[:-1], Segment(line[-1].text.rstrip(), line[-1].style)] if line else []


def paper(out: TextIO | None = None, width: int | None = None, colour: bool | None = None) -> Console:
    """A console on `out` (standard output) that is plain when that is no terminal or NO_COLOR is set.

    Without a terminal the text is 100 columns wide, unless COLUMNS says otherwise.
    """
    console = Paper(
        file=out,
        width=width,
        force_terminal=colour,
        no_color=None if colour is None else not colour,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
    )
    if width is None:
        console.width = max(NARROWEST, min(WIDEST, console.width)) if console.is_terminal else _plain_width()
    return console


def block(head: str, cards: Sequence[Card], *, links: bool) -> Group:
    """Cards under a heading such as "ALERT"; `links` says that the terminal can carry addresses behind words."""
    tier = cards[0].tier if cards else None
    return Group("", _heading(head, _colour(tier)), *(_card(card, links) for card in cards))


def print_line(head: str, text: str) -> Group:
    """One line of news, such as a note on a story."""
    return Group("", Text.assemble((head, "bold"), " ", clean(text)))


def print_aside(text: str) -> Group:
    """A quiet line of the program's own."""
    return Group("", Text(clean(text), style="dim"))


def print_reply(reply: Reply, *, links: bool, more: str = "") -> Group:
    """A reply to a command; `more` says how to ask for the next page."""
    parts: list[RenderableType] = [Text(clean_lines(reply.text))] if reply.text else []
    parts += [_line(one, links) for one in reply.lines]
    for at, card in enumerate(reply.cards):
        parts += [""] * bool(at or reply.text or reply.lines) + [_card(_dated(card), links)]
    if reply.pages > 1:
        parts.append(Text(_("page {page} of {pages}").format(page=reply.page, pages=reply.pages) + more, style="dim"))
    return Group(*(parts or [Text(_("(nothing)"))]))


def _dated(card: Card) -> Card:
    """With its time in its small print: where nothing else says when it was."""
    at = card.at
    when = f"{formats.day(at)} {formats.clock(at, at)} UTC" if at else None
    return replace(card, footer=formats.joined((card.footer, when)))


def clean_lines(text: str) -> str:
    """Untrusted text with its line breaks and indents kept and everything invisible gone."""
    lines = text.expandtabs(4).split("\n")
    return "\n".join(one[: len(one) - len(one.lstrip(" "))] + clean(one) for one in lines)


def _heading(head: str, colour: str) -> Text:
    return Text(f"── {head}", style=f"bold {colour}")


def _card(card: Card, links: bool) -> Barred:
    parts: list[RenderableType] = [Text(clean(card.title), style="bold")]
    if address := _address(card.url):
        parts.append(Text(address, style="dim", overflow="fold"))
    parts += [_line(one, links) for one in card.lines]
    parts += _quotes(card)
    for field in card.fields:
        parts += _field(field, links)
    if card.footer:
        parts.append(Text(clean(card.footer), style="dim"))
    return Barred(Group(*parts), _colour(card.tier))


def _quotes(card: Card) -> list[RenderableType]:
    quotes = [quote for quote in map(clean, card.quotes) if quote]
    tag = f" ({clean(card.language)})" if card.language else ""
    tags = [""] * (len(quotes) - 1) + [tag]
    return [
        _indented(Text(f"{formats.quoted(said)}{mark}", style="italic"))
        for said, mark in zip(quotes, tags, strict=False)
    ]


def _field(field: Field, links: bool) -> list[RenderableType]:
    """A short field on one line, a longer one below its name."""
    lines = [_line(one, links) for one in field.lines]
    if field.inline and len(lines) == 1:
        return [Text(clean(field.name) + formats.colon(), style="bold") + lines[0]]
    return [Text(clean(field.name), style="bold"), *map(_indented, lines)]


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))


def _line(spans: Line, links: bool) -> Text:
    """One line of spans; where addresses cannot stand behind words they follow at its end."""
    text = Text()
    for span in spans:
        style = Style(
            bold=span.strong or span.edit == "new" or None,
            strike=span.edit == "gone" or None,
            link=_address(span.url) if links else None,
        )
        mark = "" if links else _EDITED.get(span.edit, "")
        text.append(_spaced(f"{mark}{span.text}{mark}"), style)
    if not links:
        for address in filter(None, (_address(span.url) for span in spans)):
            text.append(f" {address}", Style(dim=True))
    return text


def _spaced(text: str) -> str:
    """Cleaned, with a space at either end kept: spans of one line are set side by side."""
    body = clean(text)
    if not body:
        return " " if text else ""
    return f"{' ' * text[:1].isspace()}{body}{' ' * text[-1:].isspace()}"


def _address(url: str | None) -> str | None:
    """The address when it is safe to show and to click: http or https, everything unusual percent-encoded."""
    if not url:
        return None
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            return None
    except ValueError:
        return None
    return quote(clean(url), safe="%/:=&?~#+!$,;'@()*[]")


def _colour(tier: Tier | None) -> str:
    return TERMINAL_COLOURS[tier] if tier else "cyan"


def _plain_width() -> int:
    asked = os.environ.get("COLUMNS", "")
    return max(NARROWEST, int(asked)) if asked.isdecimal() else WIDEST
