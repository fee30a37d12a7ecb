"""What the store is asked before an attempt at a delivery and told after it, and how alerts are kept true.

An alert is true when it shows what its story says now. What it shows is noted as a digest before it is given away. It
is compared with what it should show once it was sent or found again, and at every start, and edited where they differ.
Only alerts whose story has changed since are compared: a card that a new version words otherwise is no reason to edit
thousands of old messages, it gets its new form with its next news.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery.attempt import Subject, shown_digest
from bot.delivery.backoff import pause
from bot.delivery.tongue import language_in
from bot.delivery.transport import Held, Rejected, Retry, SendResult, Sent
from bot.language import ENGLISH
from feeds.model import HANDOVERS, Channel, Delivery
from feeds.route import Draft
from feeds.store import Store

# Edits that a start finds to be due go out so far apart, so that news finds room between them.
EDIT_PACE = timedelta(seconds=2)
# Of alerts that an earlier version posted nobody knows what they show; it is left at that when they are older.
UNKNOWN_FOR = timedelta(days=30)


def subject_of(store: Store, delivery: Delivery) -> Subject:
    """What a delivery is about, now, and the language in which its channel is told."""
    channel = store.channels.named(delivery.channel)
    language = language_in(store, channel) if channel else ENGLISH
    return replace(_subject(store, delivery), language=language)


def _subject(store: Store, delivery: Delivery) -> Subject:
    if delivery.kind in HANDOVERS:
        channel = store.channels.named(delivery.channel)
        with store.told_to(channel.server if channel else ""):
            return _handed_over(store, delivery)
    ids = delivery.stories or (() if delivery.story is None else (delivery.story,))
    stories = tuple(story for one in ids if (story := store.stories.story(one)) is not None)
    alert = None if delivery.story is None else store.outbox.delivered(delivery.story, delivery.channel)
    watches = {one.watch for one in store.subscriptions.of_channel(delivery.channel)} if stories else set()
    return Subject(store.channels.named(delivery.channel), stories, alert, len(watches) > 1)


def _handed_over(store: Store, delivery: Delivery) -> Subject:
    """What happened in the stretch of which a handover tells, as it is known now."""
    assert delivery.notice is not None, "a handover tells of a stretch"
    since, until = (datetime.fromisoformat(str(delivery.notice.args[end])) for end in ("since", "until"))
    channel, wishes = store.channels.named(delivery.channel), store.subscriptions.of_channel(delivery.channel)
    watches = list(dict.fromkeys(one.watch for one in wishes))
    if delivery.kind == "coverage":
        return Subject(channel, brief=store.coverage.coverage(since, until, watches, _scope(channel)))
    zone = next((at.zone for kind, at in channel.handovers if kind == delivery.kind), "UTC") if channel else "UTC"
    wanted = store.filters.stories(wishes, until)
    brief = store.briefs.between(since, until, watches=watches, place=channel, zone=zone, stories=wanted)
    return Subject(channel, mixed=len(watches) > 1, brief=brief)


def _scope(channel: Channel | None) -> str | None:
    return channel.server or None if channel else None


def note_trying(store: Store, delivery: Delivery, subject: Subject, at: datetime) -> None:
    """A delivery is about to be given away, `at` an instant of the other side's clock; of an alert or its edit, what it
    shows."""
    with store.together():
        if delivery.tried is None:
            store.outbox.trying(delivery.id, at)
        if delivery.kind in ("alert", "edit") and subject.stories:
            shown = shown_digest(subject)
            store.alerts.drawn(delivery.channel, subject.stories[0], shown, aloud=delivery.kind == "alert")


def note_adopting(store: Store, delivery: Delivery, subject: Subject) -> None:
    """A message that shows nobody knows what is about to become the alert's: it is edited once it is."""
    store.alerts.drawn(delivery.channel, subject.stories[0], "", aloud=True)


def note_result(store: Store, delivery: Delivery, result: SendResult, now: datetime, chance: float) -> None:
    """What came of an attempt."""
    match result:
        case Sent(message, thread, at):
            with store.together():  # killed between the two, nobody would look at the alert again
                store.outbox.sent(delivery.id, message, thread, now, at)
                if delivery.kind == "alert" and delivery.story is not None:
                    keep_true(store, delivery.channel, delivery.story, now)
                if delivery.kind in HANDOVERS and at is not None:
                    store.handovers.stood(delivery.id, at)
        case Rejected(reason):
            store.outbox.reject(delivery.id, reason, now)
        case Held(reason):
            store.outbox.retry(delivery.id, now, reason)
        case Retry(reason, after, spent):
            wait = timedelta(seconds=pause(delivery.attempts + 1, chance, after))
            store.outbox.retry(delivery.id, now + wait, reason)
            if spent and delivery.reason is None:
                _say_in_thread(store, delivery, now)


def keep_true(store: Store, channel: str, story: int, now: datetime, later: timedelta = timedelta(0)) -> bool:
    """Queue an edit of a posted alert, `later` than now, if it does not show what it should, and what of that is told
    aloud; whether an edit was due. An alert of a channel that wants no such stories any more stays as it is."""
    alert = store.outbox.delivered(story, channel)
    subject = None if alert is None else subject_of(store, alert)
    if alert is None or subject is None or not subject.stories or not _wanted(store, channel, subject):
        return False
    if alert.shown == shown_digest(subject):
        store.alerts.drawn(channel, subject.stories[0], alert.shown, aloud=False)
        return False
    store.alerts.catch_up(channel, subject.stories[0], now)
    return store.outbox.queue(channel, story, [Draft("edit")], now, later) > 0


def _wanted(store: Store, channel: str, subject: Subject) -> bool:
    return bool(store.subscriptions.of_story(subject.stories[0], channel))


def _say_in_thread(store: Store, delivery: Delivery, now: datetime) -> None:
    """The alert may not be edited for now: its newest change goes to the thread, unless it is said there anyway."""
    story = None if delivery.story is None else store.stories.story(delivery.story)
    if story is not None and story.changes and not story.changes[-1].material:
        store.outbox.queue(delivery.channel, story.id, [Draft("note", change=story.changes[-1])], now)
