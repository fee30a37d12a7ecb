"""One delivery shown through one transport: what it says now, in the way the transport can say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import render
from bot.card import Card
from bot.delivery.transport import SendResult, Sent, Transport
from bot.wording.notices import notice_text
from feeds.model import Channel, Delivery, Story


@dataclass(frozen=True, slots=True)
class Subject:
    """What a delivery is about, read in one visit to the store. `alert` is the story's message in the channel; `mixed`
    says that the channel has several watches."""

    channel: Channel | None
    stories: tuple[Story, ...] = ()
    alert: Delivery | None = None
    mixed: bool = False


async def show(
    transport: Transport, delivery: Delivery, subject: Subject, channel: Channel, now: datetime
) -> SendResult:
    """Show the delivery as it stands `now`; where the transport has no threads or no edits, as a line of its own."""
    if delivery.kind in ("notice", "greeting"):
        assert delivery.notice is not None, "a notice tells something"
        return await transport.note(delivery, notice_text(delivery.notice), channel)
    if delivery.kind == "note":
        assert delivery.change is not None, "a note tells a change"
        text = render.note_text(subject.stories[0], [delivery.change])
        return await transport.note(delivery if transport.capabilities.threads else _alone(delivery), text, channel)
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


def _alone(delivery: Delivery) -> Delivery:
    return replace(delivery, message=None, thread=None)


def _cards(delivery: Delivery, subject: Subject, now: datetime) -> Sequence[Card]:
    if delivery.kind == "digest":
        return render.digest_cards(subject.stories, now, labelled=subject.mixed)
    return (render.alert(subject.stories[0], labelled=subject.mixed),)
