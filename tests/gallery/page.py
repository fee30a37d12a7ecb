"""Payloads of Discord's API as one HTML page. Of Discord's markup it knows what the house writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

Payload = Mapping[str, Any]

STYLE = """
:root { --page: #313338; --card: #2b2d31; --text: #dbdee1; --quiet: #949ba4; --link: #00a8fc; --button: #4e5058;
  --name: #f2f3f5; --pill: #3c4270; --line: #4e5058 }
.light { --page: #fff; --card: #f2f3f5; --text: #313338; --quiet: #5c5e66; --link: #006ce7; --button: #e3e5e8;
  --name: #060607; --pill: #e6e9fd; --line: #c4c9ce }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.375 "gg sans", "DejaVu Sans", sans-serif }
h2 { font-size: 14px; color: var(--quiet); margin: 24px 16px 0; border-top: 1px solid var(--line); padding-top: 8px }
.message { padding: 8px 16px } .content { white-space: pre-wrap; overflow-wrap: anywhere }
.who { color: var(--name); font-weight: 600 } .small { font-size: 12px; color: var(--quiet) }
.embed { background: var(--card); border-left: 4px solid; border-radius: 4px; padding: 8px 12px 12px; margin-top: 4px;
  max-width: 520px; font-size: 14px; box-sizing: border-box; overflow-wrap: anywhere }
.title { font-size: 16px; font-weight: 600; margin-top: 4px } .field { margin-top: 8px }
.name { font-weight: 600; color: var(--name) } .inline { display: inline-block; min-width: 30% }
a { color: var(--link); text-decoration: none } .pill { background: var(--pill); border-radius: 3px; padding: 0 2px }
.quote { border-left: 4px solid var(--line); padding-left: 10px; margin: 2px 0 } .footer { margin-top: 8px }
.button { background: var(--button); border-radius: 8px; padding: 4px 14px; margin: 4px 6px 0 0; display: inline-block;
  font-size: 14px; color: var(--name) }
"""
_LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\((https?://[^)\s]+)\)")
_TIME = re.compile(r"&lt;t:(\d+):([tfR])&gt;")


def page(sections: Iterable[tuple[str, Payload]], *, dark: bool = True) -> str:
    """One page of all messages, each under the words that say which it is."""
    shown = "".join(f"<h2>{escape(name)}</h2>{message(payload)}" for name, payload in sections)
    kind = "dark" if dark else "light"
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><body class="{kind}">{shown}</body>'


def message(payload: Payload) -> str:
    """One message: its text, its embeds, its buttons."""
    content = payload.get("content") or ""
    who = '<div class="who">Bluehelm <span class="small">APP</span></div>'
    parts = [who, f'<div class="content">{marked(content)}</div>' if content else ""]
    parts += map(_embed, payload.get("embeds") or ())
    parts += map(_row, payload.get("components") or ())
    return f'<div class="message">{"".join(parts)}</div>'


def marked(text: str) -> str:
    """Markup as Discord shows it: escapes, links, weight, quotes, times, mentions."""
    return "".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    if line.startswith("> "):
        return f'<div class="quote">{_inline(line[2:])}</div>'
    if line.startswith("-# "):
        return f'<div class="small">{_inline(line[3:])}</div>'
    return f"<div>{_inline(line) or '&nbsp;'}</div>"


def _inline(text: str) -> str:
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\0{len(kept) - 1}\0"

    links = _LINK.sub(lambda found: f"\1{found[2]}\2{found[1]}\3", text)
    plain = escape(re.sub(r"\\([^0-9A-Za-z\s])", keep, links), quote=False)
    plain = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", plain)
    plain = re.sub(r"~~(.+?)~~", r"<s>\1</s>", plain)
    plain = _TIME.sub(lambda found: f'<span class="pill">{_clock(int(found[1]), found[2])}</span>', plain)
    plain = re.sub(r"&lt;(@&amp;|#)(\d+)&gt;", r'<span class="pill">\1\2</span>', plain)
    plain = re.sub("\1(.*?)\2(.*?)\3", r'<a href="\1">\2</a>', plain)
    return re.sub(r"\0(\d+)\0", lambda found: escape(kept[int(found[1])], quote=False), plain)


def _clock(stamp: int, style: str) -> str:
    at = datetime.fromtimestamp(stamp, UTC)
    return {"t": f"{at:%H:%M}", "f": f"{at.day} {at:%B %Y %H:%M}", "R": "5 minutes ago"}[style]


def _embed(embed: Payload) -> str:
    parts = []
    if title := embed.get("title"):
        shown = _inline(title)
        parts.append(f'<div class="title">{f"<a>{shown}</a>" if embed.get("url") else shown}</div>')
    if embed.get("description"):
        parts.append(f'<div class="description">{marked(embed["description"])}</div>')
    for field in embed.get("fields") or ():
        inline = " inline" if field.get("inline") else ""
        parts.append(
            f'<div class="field{inline}"><div class="name">{_inline(field["name"])}</div>{marked(field["value"])}</div>'
        )
    small = " • ".join(filter(None, ((embed.get("footer") or {}).get("text"), _dated(embed.get("timestamp")))))
    if small:
        parts.append(f'<div class="footer small">{escape(small)}</div>')
    return f'<div class="embed" style="border-color:#{embed.get("color") or 0x4E5058:06x}">{"".join(parts)}</div>'


def _dated(stamp: str | None) -> str | None:
    return f"{datetime.fromisoformat(stamp):%d/%m/%Y %H:%M}" if stamp else None


def _row(row: Payload) -> str:
    shown = (f'<span class="button">{escape(one.get("label") or "")}</span>' for one in row.get("components") or ())
    return f"<div>{''.join(shown)}</div>"
