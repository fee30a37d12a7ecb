"""Members' own lines in a story's timeline: put there, and taken away again."""

from __future__ import annotations

from bot.card import Reply
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.wording.formats import clean
from feeds.model import MOST_NOTES, MOST_NOTES_A_DAY, MemberNote, NoteRefused
from feeds.store import Store

LONGEST_NOTE = 500
LONGEST_NAME = 40
_REFUSED = {
    NoteRefused.STORY_FULL: f"Story {{story}} has {MOST_NOTES} notes, and that is as many as a story may have.",
    NoteRefused.MEMBER_BUSY: f"You left {MOST_NOTES_A_DAY} notes within a day; please wait with the next one.",
}


async def note(question: Question) -> Reply:
    """`note <story> <text>`: the member's own line, marked as such in the story's timeline."""
    text, number = _text(question), question.number("story")
    story = await question.house.story(number)
    if story is None or not story.sources:
        raise Trouble(f"There is no story {number}. {question.prefix}latest shows the newest.")
    by, name, now, server = question.asker.key, _name(question), question.now, question.asker.scope or ""
    kept = await question.house.change(lambda store: store.notes.add(story.id, by, name, text, now, server=server))
    if isinstance(kept, NoteRefused):
        raise Trouble(_REFUSED[kept].format(story=story.id))
    return said(
        f"Noted in story {story.id}, as note {kept.id}: “{kept.text}” Whoever asks for the story sees it with your "
        f"name; {question.prefix}unnote {kept.id} takes it away."
    )


async def unnote(question: Question) -> Reply:
    """`unnote <note>`: forget a note, of one's own or, for managers, of anybody."""
    number = question.number("note")
    found = await question.house.ask(lambda store: store.notes.note(number))
    if found is None or not _sees(question, found):
        raise Trouble(f"There is no note {number}. {question.prefix}story <number> shows those of a story.")
    if not _may_remove(question, found):
        raise Trouble(f"Note {number} is another member's; who wrote it, or a manager, can take it away.")
    await question.house.change(lambda store: _remove(store, question, found))
    return said(f"Note {number} is gone from story {found.story}.")


def _text(question: Question) -> str:
    """What the note says, on one line. Raises Trouble."""
    text = clean(question.text("text")).encode("utf-8", "replace").decode()
    if not text:
        raise Trouble(f"What should it say? Ask like this: {question.prefix}note 9 no answer yet")
    if len(text) > LONGEST_NOTE:
        raise Trouble(f"A note may have {LONGEST_NOTE} characters; yours has {len(text):,}.")
    return text


def _remove(store: Store, question: Question, found: MemberNote) -> None:
    """Forget it; where it was another's, that stands in the record, without its words."""
    with store.together():
        store.notes.remove(found.id)
        if found.by != question.asker.key:
            question.record(store, "unnote", f"note {found.id} by {found.name}, story {found.story}")


def _name(question: Question) -> str:
    return clean(question.asker.name)[:LONGEST_NAME].encode("utf-8", "replace").decode() or "a member"


def _may_remove(question: Question, found: MemberNote) -> bool:
    return question.may("channel") or found.by == question.asker.key


def _sees(question: Question, found: MemberNote) -> bool:
    """Whether a note is of the asker's server, or the asker's own."""
    return question.asker.scope in (None, found.server) or found.by == question.asker.key
