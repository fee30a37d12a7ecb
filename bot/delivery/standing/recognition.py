"""By what a message that stands is known again: its own mark, what its mark says that it is about, the sources that it
shows, the messages to which it leads. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from bot.delivery.attempt import Subject
from bot.delivery.transport import Posted
from feeds.model import HANDOVERS, Delivery, FollowMessage, Story
from feeds.store.naming.spelling import about_in_mark, item_name, name_in_list, topic

MEMBER = "@"
"""Before a member's id: the place where they are told alone."""

_OF_STORY = ("alert", "note", "escalation")
_LINES = ("note", "escalation", "notice", "greeting")

ReadSpot = tuple[str, str, str | None]
"""A transport, a channel's target or a member, and a thread."""


def standing_twin(delivery: Delivery, subject: Subject, stands: Sequence[Posted], *, lines: bool) -> Posted | None:
    """Which of the messages that stand is the delivery's: the one of its own mark, or one of its kind and watch that is
    about the same, whichever of the story's items came first, or, as an alert, shows one. Other than alerts only if
    `lines`."""
    own = next((one for one in stands if one.mark == delivery.id), None)
    if own is not None or not (lines or delivery.kind == "alert"):
        return own
    sources = subject.stories[0].sources if delivery.kind in _OF_STORY and subject.stories else ()
    change = () if delivery.change is None else (delivery.change.kind, delivery.change.new)
    named = (about_in_mark(item_name(one.url, one.content_hash), *change) for one in sources)
    abouts = {topic(delivery.id)[1], *named}
    links = {unquote(one.url) for one in sources if one.url and delivery.kind == "alert"}
    alike = of_kind(delivery.id, stands)
    return next((one for one in alike if topic(one.mark)[1] in abouts or links & set(map(unquote, one.links))), None)


def already_told(telling: FollowMessage, stories: Sequence[Story], stands: Sequence[Posted]) -> dict[int, Posted]:
    """The stories of which messages that stand told a follower: by their marks, by the sources that they show or name
    out of sight, or by the story's alert, to which they lead or in whose thread they mention the follower."""
    alike, told, member = of_kind(telling.id, stands), dict[int, Posted](), telling.follower.member
    for story in stories:
        names = [item_name(one.url, one.content_hash) for one in story.sources]
        abouts = {*(about_in_mark(member, name) for name in names), topic(telling.id)[1]}
        listed = {name_in_list(member, name) for name in names}
        links = {unquote(one.url) for one in story.sources if one.url}
        alerts = {one.message for one in telling.alerts.get(story.id, ())}
        threads = {one.thread or one.message for one in telling.alerts.get(story.id, ())}
        for one in alike:
            shown = links & set(map(unquote, one.links)) or listed & one.names or alerts & one.leads
            here = one.thread in threads and member in one.mentions
            if topic(one.mark)[1] in abouts or shown or here:
                told[story.id] = one
    return told


def said_whole(delivery: Delivery, subject: Subject, stands: Posted) -> bool:
    """Whether a message that is a delivery's may stay as it is: a line, what told of a stretch of time, or a digest
    that shows a source of each story, beside others that the archive may not know again."""
    links = set(map(unquote, stands.links))
    shown = (links & {unquote(one.url) for one in story.sources if one.url} for story in subject.stories)
    stays = delivery.kind in (*_LINES, *HANDOVERS) or (delivery.kind == "digest" and all(shown))
    return stays or stands.mark == delivery.id


def of_kind(mark: str, stands: Iterable[Posted]) -> list[Posted]:
    """Those that are of the kind and the watch of a mark."""
    kind = topic(mark)[0]
    return [one for one in stands if kind and topic(one.mark)[0] == kind]


def where_told(telling: FollowMessage, threads: Mapping[tuple[str, str], Iterable[str]]) -> Iterator[ReadSpot]:
    """Where a follower may have been told: alone, or in the threads of the newest story's alerts; what tells of several
    stands in one of the `threads` of these channels (by transport and target)."""
    name, alerts = telling.follower.transport, telling.alerts.get(telling.hits[-1].story, ()) if telling.hits else ()
    yield name, MEMBER + telling.follower.member, None
    for one in alerts if telling.way == "thread" else ():
        own = one.thread or one.message
        for thread in dict.fromkeys((own, *threads.get((name, one.target), ()))):
            yield name, one.target, thread
