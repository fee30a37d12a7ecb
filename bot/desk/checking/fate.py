"""What became of a story: what each channel that asks for it was told, and why not where it was not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot import render
from bot.card import Field, Line, Span
from bot.desk.question import Question
from bot.language import _, ngettext, numeral
from bot.wording.causes import cause_text
from bot.wording.formats import clean, colon, cut, tier_word
from bot.wording.phrase import phrase
from feeds.model import Channel, Delivery, State, Story, Subscription
from feeds.store import Store


async def delivered(question: Question, story: Story) -> Field:
    """What every channel of the asker's server that asks for the story was told of it, and why not where it was not."""
    asking, sent, waiting, passed = await question.house.ask(lambda store: _outbox(question, store, story))
    lines = [
        (
            question.place(one),
            Span(colon()),
            *_fate(question, one, sent, _untold(wishes, story, passed, waiting=one.name in waiting)),
        )
        for one, wishes in asking
        if question.sees(one)
    ]
    named = render.number(story.id, question.label(story.watch))
    name = f"{named[:1].upper()}{named[1:]}"
    return Field(name, tuple(lines) or ((Span(_("no channel listens to this watch")),),))


def _outbox(
    question: Question, store: Store, story: Story
) -> tuple[list[tuple[Channel, tuple[Subscription, ...]]], list[Delivery], set[str], frozenset[str]]:
    """The channels that ask for the story, what was ever queued for it, whose next digest names it, and which filters
    it passes."""
    store.filters.know(lambda: question.house.names.lore)
    passed = store.filters.passed(store.subscriptions.filters(story.watch), story.id, question.now)
    asking = store.subscriptions.of_story(story)
    waiting = {one.name for one, _ in asking if story.id in store.digests.waiting(one.name)}
    return asking, store.outbox.of_story(story.id), waiting, passed


def _fate(question: Question, channel: Channel, sent: Sequence[Delivery], untold: str) -> Line:
    mine = [one for one in sent if one.channel == channel.name]
    alert = next((one for one in mine if one.kind == "alert"), None)
    if alert is None:
        return (Span(untold),)
    edits = sum(one.kind == "edit" and one.state is State.SENT for one in mine)
    at = render.moment_span(alert.created, question.now)
    match alert.state:
        case State.SENT:
            return _posted(alert, at, edits)
        case State.REJECTED:
            why = clean(cause_text(alert.reason)) if alert.reason else _("no reason was given")
            return (Span(_("refused: {cause}").format(cause=why)),)
        case _other:
            held = channel.held or alert.reason
            if held:
                return phrase(_("waiting since {when}: {cause}"), when=at, cause=clean(cause_text(held)))
            return phrase(_("waiting since {when}"), when=at)


def _posted(alert: Delivery, at: Span, edits: int) -> Line:
    if not edits:
        return phrase(_("posted {when} as {id}"), when=at, id=alert.id)
    form = ngettext("posted {when} as {id}, updated once", "posted {when} as {id}, updated {n} times", edits)
    return phrase(form, when=at, id=alert.id, n=numeral(edits))


def _untold(wishes: Sequence[Subscription], story: Story, passed: Collection[str], *, waiting: bool) -> str:
    if waiting:
        return _("in its next digest")
    heard = [one for one in wishes if one.action(story.tier)]
    if not heard:
        return _("does not ask for what is {tier}").format(tier=tier_word(story.tier))
    if not any(one.filter in passed for one in heard):
        return _("wants only what “{filter}” finds").format(filter=cut(clean(heard[0].filter), 60))
    return _("not posted: its first item was filed silently, or an earlier digest named it")
