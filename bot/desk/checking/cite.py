"""Answers that hold a source to its word: a citation of what was read when, and what a rewrite changed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.card import Attachment, Card, Line, Reply, Span
from bot.citation.formats import CITATION_FORMATS
from bot.citation.reference import Reference, citation_lines, cited, dated, exactly, wording_name
from bot.desk.checking.why import look_up
from bot.desk.checking.wordings import wording_of
from bot.desk.parse import Trouble
from bot.desk.question import Question, past_the_end, said
from bot.language import _
from bot.worddiff import diff_line
from bot.wording.counts import sources_counted
from bot.wording.formats import cut, in_turn, quoted, spaced
from feeds.model import Archived, History, Source, Story, Wording
from feeds.store import Store
from seeds.model import NO_FACTS, Tier

# "#45.2" is wording 2 of item 45. An address that ends so has a slash before it.
_WORDING = re.compile(r"(?:#|e|entry\s*|item\s*#?)?(\d{1,18})\.(\d{1,3})", re.IGNORECASE)
_SHORT = 90
# Characters of a list of citations that go on one page, links included.
_PAGE = 3200


async def cite(question: Question) -> Reply:
    """`cite <item> [as format]`: who wrote what, when, where, as read when, with quote and hash; a story's sources in
    a line each, or all in one file."""
    asked = _WORDING.fullmatch(question.text("item"))
    if asked is not None:
        question = replace(question, values={**question.values, "item": f"#{asked[1]}"})
    found = await look_up(question)
    if isinstance(found, Story):
        return await _cite_story(question, found)
    reply = await _cite_item(question, found, int(asked[2]) if asked else None)
    return _guessed(question, asked, reply) if asked and asked[0][0].isdecimal() else reply


def _guessed(question: Question, asked: re.Match[str], reply: Reply) -> Reply:
    """A bare "1.2" can only be a wording, but the 1 could be meant for a story: say how it was read."""
    note = _("Read as item #{item}, wording {number}; {prefix}cite {item} lists the sources of story {item}.")
    said = note.format(item=asked[1], number=asked[2], prefix=question.prefix)
    return replace(reply, text=spaced(said, reply.text))


async def _cite_story(question: Question, story: Story) -> Reply:
    references = await question.house.ask(lambda store: _of_story(store, story))
    if form := question.text("format"):
        return _file(form, references, f"story-{story.id}", _("Story {id}").format(id=story.id))
    if len(references) > 1:
        return _list(question, story.id, references)
    return Reply(cards=(_citation(references[0], story.tier),))


async def _cite_item(question: Question, item: Archived, number: int | None) -> Reply:
    one = await question.house.ask(lambda store: _of_item(store, item, number))
    note = "" if item.findings else await question.house.change(lambda store: _keep(store, item.id))
    if form := question.text("format"):
        return _file(form, [one], f"item-{one.name[1:]}", one.name, note)
    return Reply(note, cards=(_citation(one, _tier(item)),))


async def diff(question: Question) -> Reply:
    """`diff <item> [old] [new]`: what changed between two wordings; without numbers the last two that were read."""
    number = question.number("item")
    history = await question.house.ask(lambda store: store.archive.wordings(number))
    if history is None:
        raise Trouble(
            _("There is no item #{number}. {prefix}story <number> shows the items of a story.").format(
                number=number, prefix=question.prefix
            )
        )
    for one in (question.values["old"], question.values["new"]):
        if isinstance(one, int):
            wording_of(history, one)
    if len(history.wordings) == 1:
        return said(_unchanged(history))
    return Reply(cards=(_changed(number, *_compared(question, history)),))


def _changed(item: int, before: tuple[datetime, Wording], after: tuple[datetime, Wording]) -> Card:
    """What changed in title and lead, and when each was read."""
    old, new = before[1], after[1]
    read = in_turn(
        _("{name} read {when}").format(name=wording_name(item, one.number), when=exactly(at))
        for at, one in (before, after)
    )
    lines = [line for line in (diff_line(old.title, new.title), diff_line(old.summary, new.summary)) if line]
    told = lines or [(Span(_("Only signs and spaces.")),)]
    return Card(
        _("What changed in #{item}: wording {old} → {new}").format(item=item, old=old.number, new=new.number),
        lines=((Span(read),), *told),
    )


def _of_story(store: Store, story: Story) -> list[Reference]:
    """A reference to each source of a story, in the wording that the story tells."""
    histories = ((source, store.archive.wordings(source.entry)) for source in story.sources)
    return [cited(source, known, wording_of(known, source.wording), story.id) for source, known in histories if known]


def _of_item(store: Store, item: Archived, number: int | None) -> Reference:
    """A reference to an item in a wording, or its current one. Raises Trouble."""
    history = store.archive.wordings(item.id)
    if history is None:
        raise Trouble(_("That item is no longer kept."))
    wording = wording_of(history, history.current if number is None else number)
    return cited(_source_of(item), history, wording, item.findings[0][0] if item.findings else None)


def _keep(store: Store, item: int) -> str:
    """Never forget an item that no watch flagged, now that it is cited; what to say where that cannot be written."""
    try:
        store.archive.keep(item)
    except sqlite3.OperationalError:  # opened for reading, beside a running bot
        return _(
            "No watch flagged this item, so its words are forgotten one day; ask the bot itself, and they are kept."
        )
    return ""


def _compared(question: Question, history: History) -> tuple[tuple[datetime, Wording], tuple[datetime, Wording]]:
    """The two wordings that are named; one that is named and the current one; none named: the last two read.

    Each with when it was read. Raises Trouble.
    """
    named = [one for one in (question.values["old"], question.values["new"]) if isinstance(one, int)]
    if not named:
        before, after = history.readings[-2:]
        return before, after
    old, new = (wording_of(history, one) for one in (*named, history.current)[:2])
    if old.number == new.number:
        raise Trouble(
            _("That is one wording. Name two: {prefix}diff {entry} 1 2").format(
                prefix=question.prefix, entry=history.entry
            )
        )
    return (old.first_read, old), (new.first_read, new)


def _unchanged(history: History) -> str:
    (one,) = history.wordings
    once = _("Item #{entry} was read in one wording only, first {first} and last {last}.").format(
        entry=history.entry, first=exactly(one.first_read), last=exactly(one.last_read)
    )
    return spaced(once, _("What it said before its wordings were kept is not known.") if history.lost else "")


def _file(name: str, references: Sequence[Reference], stem: str, what: str, note: str = "") -> Reply:
    """All of them in one file."""
    form = CITATION_FORMATS[name]
    file = Attachment(f"{stem}.{form.suffix}", form.media_type, form.write(references).encode("utf-8", "replace"))
    told = _("{what} as {form}: {sources}.").format(what=what, form=form.name, sources=sources_counted(len(references)))
    return Reply(spaced(told, note), files=(file,))


def _list(question: Question, number: int, references: Sequence[Reference]) -> Reply:
    """A line each, as many as fit on a page."""
    pages = _pages([_line(one) for one in references])
    if question.page > len(pages):
        raise past_the_end(len(pages))
    hint = _(
        "{prefix}cite #number shows one in full, {prefix}cite {number} as bibtex (or ris, csl) gives all as a file"
    ).format(prefix=question.prefix, number=number)
    title = _("Story {id}: {sources}").format(id=number, sources=sources_counted(len(references)))
    card = Card(title, lines=pages[question.page - 1], footer=hint)
    return Reply(cards=(card,), page=question.page, pages=len(pages))


def _pages(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    pages: list[list[Line]] = [[]]
    room = _PAGE
    for line in lines:
        need = sum(len(span.text) + len(span.url or "") for span in line)
        if pages[-1] and need > room:
            pages.append([])
            room = _PAGE
        pages[-1].append(line)
        room -= need
    return list(map(tuple, pages))


def _line(one: Reference) -> Line:
    who = f"{one.name} {one.publisher or _('Unnamed source')}, "
    when = _("as read {when}").format(when=exactly(one.read)) if one.first or one.ahead else dated(one.published)
    return (Span(who), Span(quoted(cut(one.title, _SHORT)), one.url), Span(f", {when}"))


def _citation(one: Reference, tier: Tier | None) -> Card:
    """The whole of it as text that can be copied."""
    lines = tuple((Span(line),) for line in citation_lines(one))
    language = (one.language or None) if one.quotes else None
    return Card(
        _("Citation of item {name}").format(name=one.name), tier=tier, lines=lines, quotes=one.quotes, language=language
    )


def _tier(item: Archived) -> Tier | None:
    return item.findings[0][1].match.tier if item.findings else None


def _source_of(archived: Archived) -> Source:
    """An item outside any story, as a source."""
    entry = archived.entry
    return Source(
        entry=archived.id,
        title=entry.title,
        url=entry.link,
        publisher=archived.publisher,
        standing=archived.standing,
        language=entry.language,
        published=entry.published,
        seen=archived.seen,
        tier=_tier(archived),
        facts=NO_FACTS,
        quotes=(),
        content_hash=entry.content_hash,
        wording=archived.wording,
    )
