"""One delivery shown through one transport: what it says now, in the way the transport can say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from bot import render
from bot.card import Card
from bot.delivery.transport import SendResult, Sent, Transport
from bot.language import ENGLISH, one_of, speaking
from bot.wording import facts
from bot.wording.notices import notice_text
from feeds.escalate import still_true
from feeds.model import Briefing, Channel, Coverage, Delivery, Story


@dataclass(frozen=True, slots=True)
class Subject:
    """What a delivery is about, read in one visit to the store. `alert` is the story's message in the channel; `mixed`
    says that the channel has several watches; `brief` is what a handover tells; all of it is said in `language`,
    "" as long as nobody knows which server the channel is in."""

    channel: Channel | None
    stories: tuple[Story, ...] = ()
    alert: Delivery | None = None
    mixed: bool = False
    brief: Briefing | Coverage | None = None
    language: str = ENGLISH


async def show(
    transport: Transport, delivery: Delivery, subject: Subject, channel: Channel, now: datetime
) -> SendResult:
    """Show the delivery as it stands `now`, in the language of its channel; where the transport has no threads or no
    edits, as a line of its own."""
    with speaking(subject.language or one_of(await transport.locale(channel))):
        return await _show(transport, delivery, subject, channel, now)


async def show_again(
    transport: Transport, delivery: Delivery, subject: Subject, channel: Channel, now: datetime
) -> SendResult:
    """Show an alert or a list as it stands `now` in `delivery.message`, which says another state of it."""
    with speaking(subject.language or one_of(await transport.locale(channel))):
        return await transport.edit(delivery, _cards(delivery, subject, now), channel)


async def _show(
    transport: Transport, delivery: Delivery, subject: Subject, channel: Channel, now: datetime
) -> SendResult:
    if delivery.kind in ("notice", "greeting"):
        assert delivery.notice is not None, "a notice tells something"
        return await transport.note(delivery, notice_text(delivery.notice), channel)
    if delivery.kind == "note":
        assert delivery.change is not None, "a note tells a change"
        text = render.note_text(subject.stories[0], [delivery.change])
        return await transport.note(delivery if transport.capabilities.threads else _alone(delivery), text, channel)
    if delivery.kind == "escalation":
        return await _say_aloud(transport, delivery, subject.stories[0], channel)
    if delivery.kind == "edit" and subject.alert is not None:
        if not transport.capabilities.edit:
            return await _add(transport, delivery, subject.stories[0], channel)
        return await transport.edit(subject.alert, _cards(delivery, subject, now), channel)
    return await transport.send(delivery, _cards(delivery, subject, now), channel)


async def _add(transport: Transport, delivery: Delivery, story: Story, channel: Channel) -> SendResult:
    """What an edit would have changed, as a line; nothing when notes tell all of it."""
    said = [change for change in story.changes if change.at >= delivery.created and not change.material]
    if not said and story.merged_into is None:
        return Sent(delivery.message)
    return await transport.note(_alone(delivery), render.note_text(story, said), channel)


async def _say_aloud(transport: Transport, delivery: Delivery, story: Story, channel: Channel) -> SendResult:
    """A line under the alert, or what it should say instead in its message; nothing where none was said."""
    line = _escalation(delivery, story)
    if delivery.again:
        return await transport.reword(delivery, line or _correction(delivery, story), channel)
    return Sent() if line is None else await transport.announce(delivery, line, channel)


def _escalation(delivery: Delivery, story: Story) -> str | None:
    """The line, in figures that still hold; None when they have been taken back or the story is another's now."""
    assert delivery.change is not None, "an escalation tells a change"
    change = still_true(delivery.change, story)
    return None if change is None else facts.escalation_text(story, change)


def _correction(delivery: Delivery, story: Story) -> str:
    assert delivery.change is not None, "an escalation tells a change"
    return facts.correction_text(story, delivery.change)


def _alone(delivery: Delivery) -> Delivery:
    return replace(delivery, message=None, thread=None)


def shown_digest(subject: Subject) -> str:
    """A digest of what the alert of a subject says; when its story was updated does not count."""
    with speaking(subject.language):
        card = replace(render.alert(subject.stories[0], labelled=subject.mixed), at=None)
    return blake2b(repr(card).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _cards(delivery: Delivery, subject: Subject, now: datetime) -> Sequence[Card]:
    if isinstance(subject.brief, Coverage):
        from bot.handover.coverage import coverage_card  # noqa: PLC0415 - most houses send none for weeks

        return (coverage_card(subject.brief, now, alone=True),)
    if subject.brief is not None:
        from bot.handover.brief import brief_card  # noqa: PLC0415

        weekly = delivery.kind == "weekly"
        return (brief_card(subject.brief, now, labelled=subject.mixed, weekly=weekly, alone=True),)
    if delivery.kind == "digest":
        return render.digest_cards(subject.stories, now, labelled=subject.mixed)
    return (render.alert(subject.stories[0], labelled=subject.mixed),)
