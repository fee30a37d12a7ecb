"""Members' own lines in a story's timeline: put there, and taken away again."""

from __future__ import annotations

from bot.card import Reply
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.language import N_, _, numeral
from bot.wording.formats import clean
from feeds.model import MOST_NOTES, MOST_NOTES_A_DAY, MemberNote, NoteRefused
from feeds.store import Store

LONGEST_NOTE = 500
LONGEST_NAME = 40
_REFUSED = {
    NoteRefused.STORY_FULL: N_("Story {story} has {most} notes, and that is as many as a story may have."),
    NoteRefused.MEMBER_BUSY: N_("You left {daily} notes within a day; please wait with the next one."),
}


async def note(question: Question) -> Reply:
    """`note <story> <text>`: the member's own line, marked as such in the story's timeline."""
    text, number = _text(question), question.number("story")
    story = await question.house.story(number)
    if story is None or not story.sources:
        raise Trouble(
            _("There is no story {number}. {prefix}latest shows the newest.").format(
                number=number, prefix=question.prefix
            )
        )
    by, name, now, server = question.asker.key, _name(question), question.now, question.asker.scope or ""
    kept = await question.house.change(lambda store: store.notes.add(story.id, by, name, text, now, server=server))
    if isinstance(kept, NoteRefused):
        raise Trouble(_(_REFUSED[kept]).format(story=story.id, most=MOST_NOTES, daily=MOST_NOTES_A_DAY))
    return said(
        _(
            "Noted in story {story}, as note {note}: “{text}”. Whoever asks for the story sees it with "
            "your name; {prefix}unnote {note} takes it away."
        ).format(story=story.id, note=kept.id, text=kept.text, prefix=question.prefix)
    )


async def unnote(question: Question) -> Reply:
    """`unnote <note>`: forget a note, of one's own or, for managers, of anybody."""
    number = question.number("note")
    found = await question.house.ask(lambda store: store.notes.note(number))
    if found is None or not _sees(question, found):
        raise Trouble(
            _("There is no note {number}. {prefix}story <number> shows those of a story.").format(
                number=number, prefix=question.prefix
            )
        )
    if not _may_remove(question, found):
        raise Trouble(
            _("Note {number} is another member's; who wrote it, or a manager, can take it away.").format(number=number)
        )
    await question.house.change(lambda store: _remove(store, question, found))
    return said(_("Note {number} is gone from story {story}.").format(number=number, story=found.story))


def _text(question: Question) -> str:
    """What the note says, on one line. Raises Trouble."""
    text = clean(question.text("text")).encode("utf-8", "replace").decode()
    if not text:
        raise Trouble(
            _("What should it say? Ask like this: {prefix}note 9 no answer yet").format(prefix=question.prefix)
        )
    if len(text) > LONGEST_NOTE:
        raise Trouble(
            _("A note may have {most} characters; yours has {n}.").format(most=LONGEST_NOTE, n=numeral(len(text)))
        )
    return text


def _remove(store: Store, question: Question, found: MemberNote) -> None:
    """Forget it; where it was another's, that stands in the record, without its words."""
    with store.together():
        store.notes.remove(found.id)
        if found.by != question.asker.key:
            question.record(store, "unnote", f"{found.id} story:{found.story}", old=found.name)


def _name(question: Question) -> str:
    return clean(question.asker.name)[:LONGEST_NAME].encode("utf-8", "replace").decode() or _("a member")


def _may_remove(question: Question, found: MemberNote) -> bool:
    return question.may("channel") or found.by == question.asker.key


def _sees(question: Question, found: MemberNote) -> bool:
    """Whether a note is of the asker's server, or the asker's own."""
    return question.asker.scope in (None, found.server) or found.by == question.asker.key
