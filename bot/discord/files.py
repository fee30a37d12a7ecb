"""Files as Discord's attachments: names that it keeps as they are, no two alike in one message."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import discord

from bot.card import Attachment, Card
from bot.wording.formats import clean, cut

LONGEST_ALT = 1024
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def named_apart(cards: Sequence[Card]) -> list[Card]:
    """The cards with their files renamed, so that each can be named in an embed."""
    taken: set[str] = set()
    return [replace(card, files=tuple(_renamed(file, taken) for file in card.files)) for card in cards]


def opened(files: Iterable[Attachment]) -> list[discord.File]:
    """The files as the library sends them, once each; the words for a picture are its description."""
    return [
        discord.File(
            io.BytesIO(file.content), filename=_safe(file.name), description=cut(clean(file.alt), LONGEST_ALT) or None
        )
        for file in files
    ]


def _renamed(file: Attachment, taken: set[str]) -> Attachment:
    name, number = _safe(file.name), 1
    while name in taken:
        number += 1
        name = f"{number}-{_safe(file.name)}"
    taken.add(name)
    return replace(file, name=name)


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name)[-80:].lstrip(".") or "file"
