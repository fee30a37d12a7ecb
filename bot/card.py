"""Cards and replies: what members see, before any transport gives it its own look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from seeds.model import Tier


@dataclass(frozen=True, slots=True)
class Span:
    """A run of plain text; each transport escapes it and makes the link or the weight in its own way.

    An `edit` marks in a text that was rewritten what is gone and what is new.
    """

    text: str
    url: str | None = None
    strong: bool = False
    edit: Literal["", "gone", "new"] = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A named block of lines on a card; `inline` ones may stand side by side."""

    name: str
    lines: tuple[Line, ...]
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a card or a reply: its name, its media type ("image/png"), its bytes.

    `alt` says in words what a picture shows, for those who cannot see it and for places that show no pictures.
    """

    name: str
    media_type: str
    content: bytes
    alt: str = ""

    @property
    def picture(self) -> bool:
        """Whether it can be shown, and need not be opened."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Card:
    """One alert or one found item. `quotes` are the source's own words, in `language`; `footer` is small print.

    The first picture among `files` is shown on the card. A list whose fields may be too long for one card names in
    `continued` the title of the cards on which it goes on; any other card is cut.
    """

    title: str
    url: str | None = None
    tier: Tier | None = None
    lines: tuple[Line, ...] = ()
    quotes: tuple[str, ...] = ()
    language: str | None = None
    fields: tuple[Field, ...] = ()
    footer: str = ""
    at: datetime | None = None
    files: tuple[Attachment, ...] = ()
    continued: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command. `page` counts from 1; `private` replies are for the asker's eyes."""

    text: str = ""
    cards: tuple[Card, ...] = ()
    page: int = 1
    pages: int = 1
    private: bool = False
    files: tuple[Attachment, ...] = ()
