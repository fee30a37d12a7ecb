"""Discord's markdown as HTML, as much of it as the bot writes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape, unescape

_INLINE = re.compile(
    r"\\(?P<escaped>[^A-Za-z0-9\s])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>(?:\\.|[^\]\\])+)\]\(<?(?P<url>[^)\s>]+)>?\)"
    r"|\*\*(?P<strong>(?:\\.|(?!\*\*).)+)\*\*"
    r"|~~(?P<gone>(?:\\.|(?!~~).)+)~~"
    r"|\*(?P<slanted>(?:\\.|[^*\\])+)\*"
    r"|<@&(?P<role>\d+)>|<#(?P<channel>\d+)>|<@!?(?P<user>\d+)>"
    r"|<t:(?P<at>-?\d+)(?::(?P<style>[tTdDfFR]))?>"
    r"|<?(?P<bare>https?://[^\s<>]*[^\s<>.,:;'\")\]])>?",
    re.DOTALL,
)
_BLOCKS = (("> ", "blockquote"), ("-# ", "small"), ("### ", "h4"), ("## ", "h3"), ("# ", "h2"))
_STYLES = {
    "t": "%H:%M", "T": "%H:%M:%S", "d": "%d/%m/%Y", "D": "%-d %B %Y", "f": "%-d %B %Y %H:%M",
    "F": "%A, %-d %B %Y %H:%M",
}  # fmt: skip
_UNITS = ((365 * 86400, "year"), (30 * 86400, "month"), (86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True)
class Look:
    """What the reader's client knows: the time, and how the ids of roles, channels and members are called."""

    now: datetime
    names: dict[str, str] = field(default_factory=dict)


def html(text: str, look: Look) -> str:
    """Some lines of markdown as HTML: quotes, small print and headings by the line, the rest within it."""
    parts = re.split(r"```(?:\w*\n)?(.*?)```", text, flags=re.DOTALL)
    blocks = [f"<pre>{escape(part)}</pre>" if at % 2 else _lines(part, look) for at, part in enumerate(parts)]
    return "".join(blocks)


def _lines(text: str, look: Look) -> str:
    made, before = [], None
    for line in text.split("\n") if text else []:
        start, tag = next(((start, tag) for start, tag in _BLOCKS if line.startswith(start)), ("", "div"))
        inner = inline(line[len(start) :], look) or "<br>"
        if tag == before == "blockquote":
            made[-1] = made[-1].removesuffix("</blockquote>") + f"<br>{inner}</blockquote>"
        else:
            made.append(f"<{tag}>{inner}</{tag}>")
        before = tag
    return "".join(made)


def inline(text: str, look: Look) -> str:
    """A stretch of one line as HTML."""
    made, end = [], 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[end : found.start()]))
        made.append(_dressed(found, look))
        end = found.end()
    return "".join([*made, escape(text[end:])])


def plain(text: str) -> str:
    """What is read of a stretch of markdown, without its marks."""
    return unescape(re.sub(r"<[^>]+>", "", inline(text, Look(datetime(2000, 1, 1, tzinfo=UTC)))))


def _dressed(found: re.Match[str], look: Look) -> str:
    kind, text = found.lastgroup, found[found.lastgroup or 0]
    match kind:
        case "url":
            return f'<a href="{escape(text)}">{inline(found["label"], look)}</a>'
        case "bare":
            return f'<a href="{escape(text)}">{escape(text)}</a>'
        case "strong" | "gone" | "slanted":
            tag = {"strong": "b", "gone": "s", "slanted": "i"}[kind]
            return f"<{tag}>{inline(text, look)}</{tag}>"
        case "role" | "user":
            return f'<span class="mention">@{escape(look.names.get(text, "someone"))}</span>'
        case "channel":
            return f'<span class="mention">#{escape(look.names.get(text, "somewhere"))}</span>'
        case "at" | "style":
            return f'<time class="mention-time">{moment(int(found["at"]), found["style"] or "f", look.now)}</time>'
        case "code":
            return f"<code>{escape(text)}</code>"
    return escape(text)


def moment(seconds: int, style: str, now: datetime) -> str:
    """A time of Discord's as its client writes it, for a reader in UTC."""
    at = datetime.fromtimestamp(seconds, UTC)
    return ago(now - at) if style == "R" else at.strftime(_STYLES[style])


def ago(gone: object) -> str:
    """A stretch of time as "2 hours ago" or "in 2 hours"."""
    seconds = gone.total_seconds()
    size, unit = next(((size, unit) for size, unit in _UNITS if abs(seconds) >= size), _UNITS[-1])
    count = round(abs(seconds) / size)
    told = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{told} ago" if seconds >= 0 else f"in {told}"
