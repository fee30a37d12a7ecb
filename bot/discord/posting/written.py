"""Lines of spans as Discord's text: escaped, dressed, with links, and times in every reader's own clock."""

from __future__ import annotations

from datetime import datetime

from bot.card import Line, Span
from bot.discord.text import escape, masked_link

_STYLES = {"time": "t", "moment": "f", "ago": "R"}


def written_line(spans: Line) -> str:
    """A line as it stands in a message."""
    return "".join(map(_span, spans))


def time_stamp(at: datetime, shown: str) -> str:
    """An instant that Discord words: its "time" of the day, the "moment" with its day, or how long "ago" it was."""
    return f"<t:{int(at.timestamp())}:{_STYLES[shown]}>"


def _span(span: Span) -> str:
    """Escaped and dressed, with a space at either end kept outside: spans of one line are set side by side."""
    text, address = _live(span) or escape(span.text), masked_link(span.url)
    before, after = " " * span.text[:1].isspace(), " " * span.text[-1:].isspace()
    if not text:
        return before
    if address:
        text = f"[{text}]({address})"
    mark = "~~" if span.edit == "gone" else "**" if span.strong or span.edit else ""
    return f"{before}{mark}{text}{mark}{after}"


def _live(span: Span) -> str:
    """What Discord itself words: an instant in every reader's own time, a channel by its name now; "" for the rest."""
    if span.at is not None:
        return time_stamp(span.at, span.shown)
    return f"<#{span.place}>" if span.place.isdecimal() and not span.message else ""
