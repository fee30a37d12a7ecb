"""Cards and replies: what members see, before any transport gives it its own look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from seeds.model import Tier


@dataclass(frozen=True, slots=True)
class Span:
    """A run of plain text; each transport escapes it and makes the link or the weight in its own way.

    An `edit` marks in a text that was rewritten what is gone and what is new. A span with `at` is that instant, and its
    text says it in UTC; a transport that knows its readers' clocks writes it in theirs, as `shown`: only the time of
    the day, the day as well, or how long ago. `place` is the id of a channel that the text names, on the transport
    that shows it; with the id of a `message` there, the text leads to that, where the transport knows the way.
    """

    text: str
    url: str | None = None
    strong: bool = False
    edit: Literal["", "gone", "new"] = ""
    at: datetime | None = None
    shown: Literal["time", "moment", "ago"] = "moment"
    place: str = ""
    message: str = ""


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
class Button:
    """Something to press under a message, where a transport has buttons.

    With a `command` it asks that for who pressed it, with `words` as its line; with a `verdict` it keeps what who
    pressed it thinks of the message ("✅", "❌"); with a `form` it opens that command's form.
    """

    label: str
    command: str = ""
    words: str = ""
    verdict: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One alert or one found item. `quotes` are the source's own words, in `language`; `footer` is small print.

    The title of a `leading` card is a line of its own before it, which a notification can show.

    The first picture among `files` is shown on the card. A list whose fields may be too long for one card names in
    `continued` the title of the cards on which it goes on; any other card is cut. `tags` are words by which a place
    may file its messages.
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
    leading: bool = False
    buttons: tuple[Button, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormOption:
    """One thing to choose: the value that is given back, and what is read."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A question of a form: what is chosen among `options`, or a role of the place where `roles`; `chosen` are the
    values that hold now, and `least` to `most` may be."""

    name: str
    label: str
    help: str = ""
    options: tuple[FormOption, ...] = ()
    chosen: tuple[str, ...] = ()
    least: int = 0
    most: int = 1
    roles: bool = False


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """Questions that are answered at once, at most five; the values chosen become options of the `command`, with
    commas between those of one field, "none" for nothing."""

    command: str
    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command, in its `language`: its `text`, then its `lines`, whose times readers see in their own
    clocks, then its `cards`. `page` counts from 1; `private` replies are for the asker's eyes, as what was not
    understood is; `own` ones as well, because they tell of what is the asker's own. `lowband` ones go where lines are
    thin: short, in text. `alone` ones are for nobody else's eyes however they were asked for. A `form` is filled in
    where a transport has forms; elsewhere the text says what can be typed."""

    text: str = ""
    cards: tuple[Card, ...] = ()
    page: int = 1
    pages: int = 1
    private: bool = False
    files: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    lines: tuple[Line, ...] = ()
    own: bool = False
    lowband: bool = False
    alone: bool = False
    form: ReplyForm | None = None
    language: str = "en"
