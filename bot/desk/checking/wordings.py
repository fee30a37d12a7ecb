"""An item in one of the wordings in which it was read, as a member names it: #45.1."""

from __future__ import annotations

from dataclasses import replace

from bot.citation.reference import exactly, wording_name
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.language import _, plural, plural_forms
from bot.wording.formats import clean, cut
from feeds.model import Archived, History, Wording


async def as_worded(question: Question, item: Archived, number: int) -> Archived:
    """The item as one of its wordings had it, with what was found in that. Raises Trouble."""
    history = await question.house.ask(lambda store: store.archive.wordings(item.id))
    if history is None:
        raise Trouble(_("That item is no longer kept."))
    one = wording_of(history, number)
    stories = {finding.match.watch: story for story, finding in item.findings}
    found = tuple((stories[each.match.watch], each) for each in one.findings if each.match.watch in stories)
    entry = replace(item.entry, title=one.title, summary=one.summary, content_hash=one.content_hash)
    return replace(item, entry=entry, findings=found, wording=number)


def wording_of(history: History, number: int) -> Wording:
    """The wording of a number. Raises Trouble."""
    found = history.wording(number)
    if found is None:
        raise Trouble(_no_such(history, number))
    return found


def _no_such(history: History, number: int) -> str:
    total, entry = len(history.wordings), history.entry
    forms = plural_forms(
        "There is no wording #{entry}.{number}. Item #{entry} was read in {n} wording: #{entry}.1.",
        "There is no wording #{entry}.{number}. Item #{entry} was read in {n} wordings: #{entry}.1 to "
        "#{entry}.{total}.",
    )
    return plural(*forms, total, entry=entry, number=number, total=total)


def wording_read(item: int, one: Wording) -> str:
    """Which wording, its title and when it was first read."""
    return _("{name}, “{title}”, read {when}").format(
        name=wording_name(item, one.number), title=cut(clean(one.title), 80), when=exactly(one.first_read)
    )
