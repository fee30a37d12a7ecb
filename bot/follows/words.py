"""What a follower is told: that a story matches what they follow, or several do, with the way to each. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.card import Card, Line, Span
from bot.language import _, plural, plural_forms
from bot.wording.formats import clean, cut, enumerated
from bot.wording.headline import headline
from bot.wording.phrase import phrase
from feeds.model import AlertPlace, FollowHit, FollowMessage, Story

MOST_LISTED = 12
_QUERY, _QUERIES = 80, 3
_Alerts = Mapping[int, AlertPlace]


def follow_line(telling: FollowMessage) -> str:
    """What a mention in a thread says, behind the name: of one story that stands there, or of several."""
    if len(telling.hits) == 1:
        return _("this story matches {queries}, which you follow.").format(queries=_asked(telling.hits))
    return f"{_several(telling)}:"


def follow_card(telling: FollowMessage, stories: Sequence[Story], alerts: _Alerts) -> Card:
    """What a direct message says; `alerts` are those that the follower can see, by story."""
    if len(telling.hits) == 1 and stories:
        return _single(telling, stories[0], alerts.get(stories[0].id))
    return Card(_several(telling), lines=listed_lines(stories, alerts), leading=True)


def listed_lines(stories: Sequence[Story], alerts: _Alerts) -> tuple[Line, ...]:
    """A line for each of the newest stories, and how many more there are."""
    shown = stories[::-1][:MOST_LISTED]
    more = len(stories) - len(shown)
    said = plural("and {n} more story", "and {n} more stories", more)
    rest: tuple[Line, ...] = ((Span(said),),) if more else ()
    return (*(_line(story, alerts.get(story.id)) for story in shown), *rest)


def shown_query(query: str) -> str:
    """A query as a sentence names it."""
    return cut(clean(query), _QUERY)


def _single(telling: FollowMessage, story: Story, alert: AlertPlace | None) -> Card:
    matches = phrase(_("You follow {queries}"), queries=Span(_asked(telling.hits), strong=True))
    return Card(headline(story), lines=(matches, _way(story, alert)), tier=story.tier, leading=True)


def _line(story: Story, alert: AlertPlace | None) -> Line:
    return (Span(f"{headline(story)} · "), *_way(story, alert))


def _way(story: Story, alert: AlertPlace | None) -> Line:
    """How one gets to a story: to its first source, and to its alert."""
    source = story.headline
    to_source = Span(clean(source.publisher) or _("the source"), source.url)
    named = _("story {id}").format(id=story.id)
    here = Span(named) if alert is None else Span(named, place=alert.target, message=alert.message)
    return (to_source, Span(" · "), here)


def _several(telling: FollowMessage) -> str:
    queries = _asked(telling.hits)
    forms = plural_forms("{n} more story match {queries}", "{n} more stories match {queries}")
    return plural(*forms, len(telling.hits), queries=queries)


def _asked(hits: Sequence[FollowHit]) -> str:
    """The queries that found something, each once."""
    queries = list(dict.fromkeys(query for hit in hits for query in hit.queries))
    shown = [shown_query(query) for query in queries[:_QUERIES]]
    more = len(queries) - len(shown)
    return enumerated([*shown, *([plural("{n} more", "{n} more", more)] if more else [])])
