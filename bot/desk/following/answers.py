"""The answers to `follow`, `following` and `unfollow`."""

from __future__ import annotations

from datetime import timedelta

from bot import render
from bot.card import Card, Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.desk.search import story_card
from bot.follows.words import shown_query
from bot.wording.causes import cause_text
from bot.wording.formats import clean, count, span
from bot.wording.query import misread_text
from feeds.model import (
    MOST_FOLLOWS,
    MOST_FOLLOWS_OF_SERVER,
    Follow,
    Follower,
    FollowKept,
    FollowRequest,
    FollowWay,
    Rehearsal,
    Story,
)
from feeds.query import Misread, parse_query
from feeds.store import Store
from feeds.store.follows.book import LATELY

LONGEST_FOLLOW = 300
MOST_TOLD = 200
"""What would have told a member of more stories than this in 30 days has to be narrowed."""

_FULL = {
    FollowKept.MEMBER_FULL: f"You follow {MOST_FOLLOWS} searches here, as many as anybody may. {{prefix}}following "
    "shows them, {prefix}unfollow ends one.",
    FollowKept.SERVER_FULL: f"The members of this server follow {MOST_FOLLOWS_OF_SERVER:,} searches, as many as there "
    "may be: somebody has to end one first.",
}
_KEPT = {
    FollowKept.NEW: "Following {query}",
    FollowKept.KNOWN: "You follow {query} already",
    FollowKept.CHANGED: "You follow {query}; I changed how I tell you",
    FollowKept.RESUMED: "Following {query} again",
}


async def follow(question: Question) -> Reply:
    """`follow <query> [by]`: what it would have told lately, and from now on it tells."""
    wish = FollowRequest(_follower(question), question.asker.target, _query(question), _way(question))
    told = await question.house.ask(lambda store: _rehearsed(store, question, wish.query))
    if told.count > MOST_TOLD:
        raise Trouble(
            f"That would have told you {count(told.count, 'time')} {_lately(told, question)}: nobody reads so much. "
            f"Please narrow it down, such as {question.prefix}follow place:gao kind:attack"
        )
    kept = await question.house.change(lambda store: store.follows.keep(wish, told.known, question.now))
    if kept in _FULL:
        raise Trouble(_FULL[kept].format(prefix=question.prefix))
    said = _KEPT[kept].format(query=shown_query(wish.query))
    newest = None if told.newest is None else await question.house.story(told.newest)
    lines = (
        (Span(f"{_would(told, question)} {said}{_how(question, wish.way)}.{_instead(question)}"),),
        *_example(newest),
    )
    return Reply(lines=lines, cards=_cards(question, newest), own=True)


def _rehearsed(store: Store, question: Question, text: str) -> Rehearsal:
    """What a query would have told. Raises Trouble for what is no query."""
    query = parse_query(text, question.house.names.known(store), question.now)
    if isinstance(query, Misread):
        raise Trouble(misread_text(query))
    if query.tree is None:
        raise Trouble(f"That is everything there is. Name a place or a word: {question.prefix}follow place:gao")
    if query.cut:
        raise Trouble("Those are more words than I can look for; 16 different ones at most, please.")
    return store.follows.rehearse(query, question.watches, question.now)


def _would(told: Rehearsal, question: Question) -> str:
    often = count(told.count, "time") if told.count else ""
    would = f"Would have told you {often}" if often else "Would not have told you anything"
    return f"{would} {_lately(told, question)}."


def _lately(told: Rehearsal, question: Question) -> str:
    """The time that was looked at: shorter where nobody looked before."""
    passed = question.now - told.since
    if passed < timedelta(minutes=1):
        return "so far, for I have only begun to look"
    return f"in the last {LATELY.days} days" if passed >= LATELY else f"in the {span(passed)} since I first looked"


def _how(question: Question, way: FollowWay) -> str:
    if question.asker.transport == "terminal":
        return ""
    return " by direct message" if way == "dm" else ""


def _instead(question: Question) -> str:
    """What becomes of a wish that a place cannot meet: nobody can be written to at a terminal."""
    unmet = question.asker.transport == "terminal" and question.text("by") == "dm"
    return " There are no direct messages at a terminal: what it finds is printed here." if unmet else ""


def _example(newest: Story | None) -> tuple[Line, ...]:
    return () if newest is None or not newest.sources else ((Span("The newest of them:"),),)


def _cards(question: Question, newest: Story | None) -> tuple[Card, ...]:
    return () if newest is None or not newest.sources else (story_card(question, newest, None),)


async def following(question: Question) -> Reply:
    """`following`: the member's follows in this server, numbered."""
    found = await _mine(question)
    if not found:
        return Reply(f"You follow nothing here. {question.prefix}follow place:gao begins.", own=True)
    head = (Span(f"You follow {count(len(found), 'search', 'searches')} here:"),)
    return Reply(lines=(head, *(_told(number, one, question) for number, one in enumerate(found, 1))), own=True)


def _told(number: int, one: Follow, question: Question) -> Line:
    """ "2 · place:gao · told 4 times in 30 days, last 10 Feb 14:05 UTC · by direct message"."""
    often = f"told {count(one.told, 'time')} in {LATELY.days} days" if one.told else f"not told in {LATELY.days} days"
    last: Line = () if one.last is None else (Span(", last "), render.moment_span(one.last, question.now))
    name = (Span(f"{number} · "), Span(shown_query(one.query), strong=True), Span(f" · {often}"), *last)
    how = " · by direct message" if _how(question, one.way) else ""
    if one.paused is None:
        return (*name, Span(how)) if how else name
    again = f"{question.prefix}follow with the same words takes it up again"
    return (*name, Span(f" · paused, because {cause_text(one.paused)}; {again}"))


async def unfollow(question: Question) -> Reply:
    """`unfollow <number|words|all>`: tell the member no more of it."""
    found, which = await _mine(question), clean(question.text("which"))
    chosen = found if which.casefold() == "all" else [one for at, one in enumerate(found, 1) if _meant(which, at, one)]
    if not found:
        return Reply("You follow nothing here.", own=True)
    if not chosen:
        raise Trouble(f"Name it by its number, 1 to {len(found)}, or say all; {question.prefix}following shows them.")
    ids = [one.id for one in chosen]
    await question.house.change(lambda store: store.follows.end(chosen[0].follower, ids))
    what = shown_query(chosen[0].query) if len(chosen) == 1 else f"all {len(chosen)} searches"
    return Reply(f"You are told no more of {what}.", own=True)


def _meant(which: str, number: int, one: Follow) -> bool:
    return which.removeprefix("#") == str(number) or which.casefold() == one.query.casefold()


async def _mine(question: Question) -> list[Follow]:
    follower, now = _follower(question), question.now
    return await question.house.ask(lambda store: store.follows.of(follower, now))


def _query(question: Question) -> str:
    """The query on one line. Raises Trouble."""
    text = clean(question.text("query")).encode("utf-8", "replace").decode()
    if len(text) > LONGEST_FOLLOW:
        raise Trouble(f"What you follow may have {LONGEST_FOLLOW} characters; yours has {len(text):,}.")
    if not text:
        raise Trouble(f"What shall I tell you of? Ask like this: {question.prefix}follow place:gao")
    return text


def _way(question: Question) -> FollowWay:
    return "thread" if question.text("by") == "thread" and question.asker.server else "dm"


def _follower(question: Question) -> Follower:
    """Who asks, in this server. Who sits at the terminal or a shell there is one person. Raises Trouble."""
    asker = question.asker
    if asker.transport == "terminal":
        return Follower("terminal", "", "terminal")
    if not asker.id.isdecimal():
        raise Trouble("A shell can be told nothing in a channel. Leave out the channel, or follow it there.")
    return Follower(asker.transport, asker.server, asker.id)
