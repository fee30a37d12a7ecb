"""Stories as a file to take away: the newest that fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.card import Attachment, Reply
from bot.desk.incidents.asked import asked_of, found_by
from bot.desk.question import Question, said
from bot.export.formats import EXPORT_FORMATS, ExportFormat, Writer, write_rows
from bot.language import _, plural, plural_forms
from bot.wording.formats import clean, cut, spaced
from feeds.model import Incident
from feeds.query import Query

#: Bytes of one file: what every chat takes, and what a shell is given, whose process does nothing else.
MOST_BYTES, MOST_IN_A_SHELL = 8_000_000, 64_000_000
_PIECE = 200  # stories read at a time: the store has others to serve


async def take_away(question: Question) -> Reply:
    """`export [format] [query]`: a row a story, the newest first unless a query says otherwise, as many as are written
    within a second and fit in one file; to a shell all that fit.

    What people open begins with the format's mark: without it a spreadsheet takes the letters of CSV for others, and
    accents are lost. To a shell it is not given: programs would take it for a part of the first column's name.
    """
    wanted = (await asked_of(question)).query
    form = EXPORT_FORMATS[question.text("format")]
    writer = form.writer()
    try:
        written, full = await _write(question, wanted, form, writer)
        if not written:
            return said(_nothing(question) if wanted else _("There is no story yet to export."))
        content = (b"" if question.asker.shell else form.mark) + await asyncio.to_thread(writer.done)
    finally:
        await asyncio.to_thread(writer.drop)
    file = Attachment(f"stories-{question.now:%Y-%m-%d}.{form.name}", form.media_type, content)
    told = _what(question, wanted, written, form, full=full)
    return Reply(spaced(told, _columns(question, form)), files=(file,))


async def _write(question: Question, wanted: Query | None, form: ExportFormat, writer: Writer) -> tuple[int, bool]:
    """How many stories were written, and whether no more had room."""
    most, rows = (MOST_IN_A_SHELL, None) if question.asker.shell else (MOST_BYTES, form.most_rows)
    written = 0
    async for piece in _incidents(question, wanted):
        some = piece if rows is None else piece[: rows - written]
        added = await asyncio.to_thread(write_rows, writer, some, most)
        written += added
        if added < len(piece):
            return written, True
    return written, False


def _nothing(question: Question) -> str:
    text = clean(question.text("query"))
    words = _("Nothing found for “{text}”, so there is nothing to export.").format(text=cut(text, 100))
    if " " in text:
        return words
    return spaced(words, _("As a file you can have {names}.").format(names=", ".join(EXPORT_FORMATS)))


def _columns(question: Question, form: ExportFormat) -> str:
    """What to know of the columns, and where each of them is explained."""
    know = _("Empty is not stated, which is not zero; killed and injured leave attackers out.")
    if form.name == "xlsx":
        return spaced(know, _("The second sheet says what each column holds."))
    where = _("What each column holds stands in the second sheet of {prefix}export xlsx.")
    return spaced(know, where.format(prefix=question.prefix))


def _what(question: Question, wanted: Query | None, written: int, form: ExportFormat, *, full: bool) -> str:
    """How many stories the file has, and why not more."""
    told = plural("{n} story, as {form}.", "{n} stories, as {form}.", written, form=_(form.title))
    words = _("Only the first 16 different words were looked for.") if wanted is not None and wanted.cut else ""
    if not full:
        return spaced(told, words)
    best = wanted is not None and wanted.sort == "best"
    told = plural(*(_FIRST if best else _NEWEST), written, form=_(form.title))
    at_prompt = question.asker.transport == "terminal" and not question.asker.shell
    shell = _("In a shell, bluehelm export gives more.") if at_prompt else ""
    return spaced(told, _("For the others name a time or a place, such as before:2021."), shell, words)


_FIRST = plural_forms(
    "The first {n} story that fit in one file, as {form}.", "The first {n} stories that fit in one file, as {form}."
)
_NEWEST = plural_forms(
    "The newest {n} story that fit in one file, as {form}.", "The newest {n} stories that fit in one file, as {form}."
)


async def _incidents(question: Question, wanted: Query | None) -> AsyncIterator[list[Incident]]:
    """The stories that are wanted, of the channel's watches, in pieces."""
    async for piece in _all(question) if wanted is None else _found(question, wanted):
        yield piece


async def _found(question: Question, wanted: Query) -> AsyncIterator[list[Incident]]:
    """Those that a query finds, in its order."""
    ids = await question.house.ask(lambda store: found_by(store, wanted, question.watches))
    for first in range(0, len(ids), _PIECE):
        places = {number: place for place, number in enumerate(ids[first : first + _PIECE])}
        rows = await question.house.ask(lambda store, some=tuple(places): store.incidents.of(some))  # type: ignore[misc]
        yield sorted(rows, key=lambda row: places[row.story])


async def _all(question: Question) -> AsyncIterator[list[Incident]]:
    """All, the newest first."""
    last: Incident | None = None
    while piece := await question.house.ask(
        lambda store, last=last: store.incidents.newest(_PIECE, last, question.watches)  # type: ignore[misc]
    ):
        yield piece
        last = piece[-1]
