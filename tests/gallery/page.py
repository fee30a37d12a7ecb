"""Messages as a page in Discord's look. Pure: payloads, as Discord receives them, go in, HTML comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import groupby
from pathlib import Path

from tests.gallery.markdown import Look, html, inline, plain

WIDTHS = (640, 390)
THEMES = ("dark", "light")
_STYLE = Path(__file__).with_name("style.css")
_SCRIPT = """
const only = new URLSearchParams(location.search).get("only");
if (only) document.body.replaceChildren(document.getElementById(only));
"""


@dataclass(frozen=True)
class Scene:
    """A message at one moment: its `kind`, what it shows in words, the payload, and when it is looked at.

    `asked` is what it answers, `answers` the message of the bot's it replies to; `private` is for one reader's eyes;
    `place` names the channel or the thread.
    """

    kind: str
    caption: str
    message: dict
    now: datetime
    asked: str = ""
    answers: dict | None = None
    private: bool = False
    place: str = "alerts"
    files: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """The scenes of one kind at one width in one theme: what is one picture."""

    kind: str
    theme: str
    width: int

    @property
    def name(self):
        return f"{re.sub(r'[^a-z0-9]+', '-', self.kind.lower()).strip('-')}-{self.theme}-{self.width}"


def frames(scenes: Iterable[Scene]) -> list[Frame]:
    """One for each kind, theme and width, kinds in the order of their first scene."""
    kinds = list(dict.fromkeys(scene.kind for scene in scenes))
    return [Frame(kind, theme, width) for kind in kinds for theme in THEMES for width in WIDTHS]


def page(scenes: Sequence[Scene], names: dict[str, str], pictures: Iterable[str] = (), *, captions: bool = True) -> str:
    """The whole gallery. A frame whose name is among the `pictures` links to its own."""
    have = set(pictures)
    sections = []
    for kind, some in groupby(frames(scenes), key=lambda frame: frame.kind):
        shown = [scene for scene in scenes if scene.kind == kind]
        walls = "".join(_wall(frame, shown, names, frame.name in have, captions) for frame in some)
        sections.append(
            f'<section><h1 id="{escape(kind)}">{escape(kind)}</h1><div class="walls">{walls}</div></section>'
        )
    style = _STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Every message</title>'
        f"<style>{style}</style></head><body>{''.join(sections)}<script>{_SCRIPT}</script></body></html>"
    )


def _wall(frame: Frame, scenes: Sequence[Scene], names: dict[str, str], pictured: bool, captions: bool) -> str:
    told = [f"<p class=caption>{escape(scene.caption)}</p>" if captions else "" for scene in scenes]
    hung = "".join(above + scene_html(scene, names) for above, scene in zip(told, scenes, strict=True))
    link = f'<a class="picture" href="{frame.name}.png">as a picture</a>' if pictured else ""
    size = "phone" if frame.width < 500 else "desktop"
    return (
        f'<div class="wall"><p class="label">{frame.theme}, {frame.width} px {link}</p>'
        f'<div class="frame {frame.theme} {size}" id="{frame.name}" style="width:{frame.width}px">{hung}</div></div>'
    )


def scene_html(scene: Scene, names: dict[str, str]) -> str:
    """One message with what it answers above it."""
    look = Look(scene.now, names)
    asked = _said(scene.asked, look) if scene.asked and not scene.private else ""
    return asked + message_html(scene, look)


def message_html(scene: Scene, look: Look) -> str:
    """A message: reply line, author, text, embeds, files, buttons, small print."""
    message = scene.message
    edited = ' <small class="edited">(edited)</small>' if message.get("edited_timestamp") else ""
    body = f'<div class="content">{html(message.get("content") or "", look)}{edited}</div>'
    parts = [
        body if message.get("content") or edited else "",
        *(_embed(one, look, scene) for one in message.get("embeds") or ()),
        *_attachments(message, scene),
        *(_row(row) for row in message.get("components") or ()),
        '<div class="private">👁 Only you can see this · <a>Dismiss message</a></div>' if scene.private else "",
    ]
    rings = " rings" if message.get("mention_roles") or "<@&" in (message.get("content") or "") else ""
    return (
        f'<article class="message{rings}">{_reply_line(scene, look)}<div class="avatar">B</div><div class="column">'
        f'<div class="author"><b>Bluehelm</b> <span class="app">APP</span> {_stamp(message, look)}</div>'
        f"{''.join(parts)}</div></article>"
    )


def _said(text: str, look: Look) -> str:
    return (
        '<article class="message"><div class="avatar member">M</div><div class="column"><div class="author"><b>Mariam'
        f'</b> <span class="stamp">{look.now:%H:%M}</span></div><div class="content">{html(text, look)}</div></div>'
        "</article>"
    )


def _reply_line(scene: Scene, look: Look) -> str:
    if scene.answers is None:
        return (
            f'<div class="reply">@Mariam {inline(scene.asked, look)}</div>' if scene.asked and not scene.private else ""
        )
    told = scene.answers.get("content") or next((one.get("title") for one in scene.answers.get("embeds") or ()), "")
    return f'<div class="reply"><b>@Bluehelm</b> {inline((told or "").split(chr(10))[0], look)}</div>'


def _stamp(message: dict, look: Look) -> str:
    if not message.get("timestamp"):
        return f'<span class="stamp">{look.now:%H:%M}</span>'
    at = datetime.fromisoformat(message["timestamp"])
    return f'<span class="stamp">{at:%H:%M}</span>' if at.date() == look.now.date() else _older(at)


def _older(at: datetime) -> str:
    return f'<span class="stamp">{at:%d/%m/%Y %H:%M}</span>'


def _embed(embed: dict, look: Look, scene: Scene) -> str:
    colour = f"#{embed['color']:06x}" if embed.get("color") is not None else "var(--line)"
    title = inline(embed.get("title") or "", look)
    if embed.get("url"):
        title = f'<a href="{escape(embed["url"])}">{title}</a>'
    parts = [
        f'<div class="title">{title}</div>' if embed.get("title") else "",
        f'<div class="description">{html(embed["description"], look)}</div>' if embed.get("description") else "",
        _fields(embed.get("fields") or (), look),
        _picture((embed.get("image") or {}).get("url", ""), scene),
        _footer(embed, look),
    ]
    return f'<div class="embed" style="border-left-color:{colour}">{"".join(parts)}</div>'


def _fields(fields: Sequence[dict], look: Look) -> str:
    """Up to three inline ones side by side, any other on a line of its own."""
    made = []
    for inline_ones, some in groupby(fields, key=lambda one: bool(one.get("inline"))):
        shown = [
            f'<div class="field"><b>{inline(one["name"], look)}</b><div>{html(one["value"], look)}</div></div>'
            for one in some
        ]
        step = 3 if inline_ones else 1
        rows = [shown[at : at + step] for at in range(0, len(shown), step)]
        made += [f'<div class="fields of{len(row)}">{"".join(row)}</div>' for row in rows]
    return "".join(made)


def _footer(embed: dict, look: Look) -> str:
    told = [escape((embed.get("footer") or {}).get("text") or "")]
    if embed.get("timestamp"):
        told.append(f"{datetime.fromisoformat(embed['timestamp']):%d/%m/%Y %H:%M}")
    return f'<div class="footer">{" • ".join(filter(None, told))}</div>' if any(told) else ""


def _picture(address: str, scene: Scene) -> str:
    source = scene.files.get(address.removeprefix("attachment://"), address)
    return f'<img alt="" src="{escape(source)}">' if address else ""


def _attachments(message: dict, scene: Scene) -> Iterator[str]:
    shown = {(one.get("image") or {}).get("url") for one in message.get("embeds") or ()}
    for one in message.get("attachments") or ():
        if f"attachment://{one['filename']}" in shown:
            continue
        source = scene.files.get(one["filename"])
        if source and source.startswith("data:image/"):
            yield f'<img alt="{escape(one.get("description") or "")}" src="{source}">'
        else:
            yield f'<div class="file">📄 <a>{escape(one["filename"])}</a></div>'


def _row(row: dict) -> str:
    buttons = [
        f'<button class="style{one.get("style", 2)}"{" disabled" if one.get("disabled") else ""}>'
        f"{escape(' '.join(filter(None, ((one.get('emoji') or {}).get('name'), one.get('label')))))}</button>"
        for one in row.get("components") or ()
    ]
    return f'<div class="buttons">{"".join(buttons)}</div>'


def text_of(message: dict) -> str:
    """All words of a message, without marks."""
    words = [message.get("content") or ""]
    for one in message.get("embeds") or ():
        words += [one.get("title") or "", one.get("description") or "", (one.get("footer") or {}).get("text") or ""]
        words += [text for each in one.get("fields") or () for text in (each["name"], each["value"])]
    return "\n".join(plain(part) for part in words if part)
