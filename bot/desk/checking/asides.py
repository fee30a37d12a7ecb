"""What stands above a verdict on an item: that its publisher took it back, that a member corrected its story's tier."""

from __future__ import annotations

from collections.abc import Iterable

from bot.card import Line, Span
from bot.desk.question import Question
from bot.language import _
from bot.wording.facts import correction
from feeds.model import Archived, Story


async def asides(question: Question, item: Archived) -> tuple[Line, ...]:
    """The lines, each strong; of the stories that the item is in those whose tier was corrected."""
    ids = list(dict.fromkeys(story for story, _ in item.findings))
    stories = await question.house.ask(lambda store: store.stories.several(ids))
    return tuple((Span(text, strong=True),) for text in (*_taken_back(item), *_corrected(stories)))


def _taken_back(item: Archived) -> Iterable[str]:
    if any(finding.facts.retracted for _, finding in item.findings):
        yield _("Its publisher has taken it back.")


def _corrected(stories: Iterable[Story]) -> Iterable[str]:
    for story in stories:
        if story.pinned is not None:
            told = correction(story.pinned)
            yield _("Story {id} was {corrected}. Without that it reads like this:").format(id=story.id, corrected=told)
