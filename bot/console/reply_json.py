"""The answer to a command as JSON values, for scripts: one form for every command, told in docs/operators.md. Pure."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from bot.card import Attachment, Card, Line, Reply, Span
from bot.wording.formats import clean

Json = dict[str, Any]


def reply_json(reply: Reply) -> Json:
    """All that a reply says: its text, lines, cards, page, number of pages, and files."""
    return {
        "text": reply.text,
        "lines": [_line_json(line) for line in reply.lines],
        "cards": [_card_json(card) for card in reply.cards],
        "page": reply.page,
        "pages": reply.pages,
        "files": [_file_json(file) for file in reply.files],
    }


def _card_json(card: Card) -> Json:
    return {
        "title": clean(card.title),
        "url": card.url,
        "tier": card.tier,
        "lines": [_line_json(line) for line in card.lines],
        "quotes": [clean(quote) for quote in card.quotes],
        "language": card.language,
        "fields": [
            {"name": clean(field.name), "lines": [_line_json(line) for line in field.lines]} for field in card.fields
        ],
        "footer": clean(card.footer),
        "at": card.at.isoformat() if card.at else None,
        "files": [_file_json(file) for file in card.files],
    }


def _line_json(line: Line) -> Json:
    """The line as it is read, and those of its parts that are more than words: links, instants, messages."""
    more = [told for span in line if len(told := _span_json(span)) > 1]
    return {"text": clean("".join(span.text for span in line)), "parts": more}


def _span_json(span: Span) -> Json:
    told: Json = {"text": clean(span.text)}
    told |= {"url": span.url} if span.url else {}
    told |= {"at": span.at.isoformat()} if span.at else {}
    told |= {"edit": span.edit} if span.edit else {}
    return told | ({"message": span.message, "place": span.place} if span.message else {})


def _file_json(file: Attachment) -> Json:
    """A file with its content: as it is where that is text, else in base64."""
    about: Json = {"name": clean(file.name), "media_type": file.media_type, "alt": clean(file.alt)}
    try:
        return about | {"content": file.content.decode("utf-8"), "encoding": "utf-8"}
    except UnicodeDecodeError:
        return about | {"content": b64encode(file.content).decode("ascii"), "encoding": "base64"}
