"""Stories as a file to take away: the newest that fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.card import Attachment, Reply
from bot.desk.question import Question, said
from bot.export.formats import EXPORT_FORMATS, write_rows
from bot.wording.formats import count
from feeds.model import Incident

#: Bytes of one file: what every chat takes, and what a shell is given.
MOST_BYTES, MOST_IN_A_SHELL = 8_000_000, 64_000_000
_PIECE = 200  # stories read at a time: the store has others to serve


async def take_away(question: Question) -> Reply:
    """`export [format]`: a row a story, the newest first, as many as fit in one file."""
    form = EXPORT_FORMATS[question.text("format")]
    most = MOST_IN_A_SHELL if question.asker.transport == "terminal" else MOST_BYTES
    writer, written, full = form.writer(), 0, False
    async for piece in _incidents(question):
        rows = await asyncio.to_thread(write_rows, writer, piece, most)
        written += rows
        if full := rows < len(piece):
            break
    if not written:
        return said("There is no story yet to export.")
    name = f"stories-{question.now:%Y-%m-%d}.{form.name}"
    file = Attachment(name, form.media_type, await asyncio.to_thread(writer.done))
    what = f"The newest {count(written, 'story')} that fit in one file" if full else count(written, "story")
    return Reply(f"{what}, as {form.name.upper()}. docs/data.md says what each column holds.", files=(file,))


async def _incidents(question: Question) -> AsyncIterator[list[Incident]]:
    """The stories of the channel's watches in pieces, the newest first."""
    last: Incident | None = None
    while piece := await question.house.ask(
        lambda store, last=last: store.incidents.newest(_PIECE, last, question.watches)  # type: ignore[misc]
    ):
        yield piece
        last = piece[-1]
