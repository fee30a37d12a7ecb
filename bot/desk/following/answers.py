"""The answers to `follow`, `following` and `unfollow`."""

from __future__ import annotations

from datetime import timedelta

from bot import render
from bot.card import Card, Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.desk.search import story_card
from bot.follows.words import shown_query
from bot.language import N_, _, numeral, plural, plural_forms
from bot.wording.causes import cause_text
from bot.wording.formats import clean, spaced, span
from bot.wording.phrase import phrase
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
    FollowKept.MEMBER_FULL: N_(
        "You follow {mine} searches here, as many as anybody may. {prefix}following shows them, {prefix}unfollow ends "
        "one."
    ),
    FollowKept.SERVER_FULL: N_(
        "The members of this server follow {all} searches, as many as there may be: somebody has to end one first."
    ),
}
_KEPT = {
    FollowKept.NEW: N_("Following {query}."),
    FollowKept.KNOWN: N_("You follow {query} already."),
    FollowKept.CHANGED: N_("You follow {query}; I changed how I tell you."),
    FollowKept.RESUMED: N_("Following {query} again."),
}
_KEPT_DIRECTLY = {
    FollowKept.NEW: N_("Following {query} by direct message."),
    FollowKept.KNOWN: N_("You follow {query} already by direct message."),
    FollowKept.CHANGED: N_("You follow {query}; I changed how I tell you by direct message."),
    FollowKept.RESUMED: N_("Following {query} again by direct message."),
}


async def follow(question: Question) -> Reply:
    """`follow <query> [by]`: what it would have told lately, and from now on it tells."""
    wish = FollowRequest(_follower(question), question.asker.target, _query(question), _way(question))
    told = await question.house.ask(lambda store: _rehearsed(store, question, wish.query))
    if told.count > MOST_TOLD:
        raise Trouble(_too_often(told, question))
    kept = await question.house.change(lambda store: store.follows.keep(wish, told.known, question.now))
    if kept in _FULL:
        raise Trouble(_full(kept, question))
    said = _((_KEPT_DIRECTLY if _directly(question, wish.way) else _KEPT)[kept]).format(query=shown_query(wish.query))
    newest = None if told.newest is None else await question.house.story(told.newest)
    lines = ((Span(spaced(_would(told, question), said, _instead(question))),), *_example(newest))
    return Reply(lines=lines, cards=_cards(question, newest), own=True)


def _rehearsed(store: Store, question: Question, text: str) -> Rehearsal:
    """What a query would have told. Raises Trouble for what is no query."""
    query = parse_query(text, question.house.names.known(store), question.now)
    if isinstance(query, Misread):
        raise Trouble(misread_text(query))
    if query.tree is None:
        raise Trouble(
            _("That is everything there is. Name a place or a word: {prefix}follow place:gao").format(
                prefix=question.prefix
            )
        )
    if query.cut:
        raise Trouble(_("Those are more words than I can look for; 16 different ones at most, please."))
    return store.follows.rehearse(query, question.watches, question.now)


def _full(kept: FollowKept, question: Question) -> str:
    most = {"mine": MOST_FOLLOWS, "all": numeral(MOST_FOLLOWS_OF_SERVER)}
    return _(_FULL[kept]).format(prefix=question.prefix, **most)


def _too_often(told: Rehearsal, question: Question) -> str:
    forms = plural_forms(
        "That would have told you {n} time {lately}: nobody reads so much. Please narrow it down, such as "
        "{prefix}follow place:gao kind:attack",
        "That would have told you {n} times {lately}: nobody reads so much. Please narrow it down, such as "
        "{prefix}follow place:gao kind:attack",
    )
    return plural(*forms, told.count, lately=_lately(told, question), prefix=question.prefix)


def _would(told: Rehearsal, question: Question) -> str:
    lately = _lately(told, question)
    if not told.count:
        return _("Would not have told you anything {lately}.").format(lately=lately)
    forms = plural_forms("Would have told you {n} time {lately}.", "Would have told you {n} times {lately}.")
    return plural(*forms, told.count, lately=lately)


def _lately(told: Rehearsal, question: Question) -> str:
    """The time that was looked at: shorter where nobody looked before."""
    passed = question.now - told.since
    if passed < timedelta(minutes=1):
        return _("so far, for I have only begun to look")
    if passed >= LATELY:
        return _("in the last {days} days").format(days=LATELY.days)
    return _("in the {span} since I first looked").format(span=span(passed))


def _directly(question: Question, way: FollowWay) -> bool:
    return question.asker.transport != "terminal" and way == "dm"


def _instead(question: Question) -> str:
    """What becomes of a wish that a place cannot meet: nobody can be written to at a terminal."""
    unmet = question.asker.transport == "terminal" and question.text("by") == "dm"
    return _("There are no direct messages at a terminal: what it finds is printed here.") if unmet else ""


def _example(newest: Story | None) -> tuple[Line, ...]:
    return () if newest is None or not newest.sources else ((Span(_("The newest of them:")),),)


def _cards(question: Question, newest: Story | None) -> tuple[Card, ...]:
    return () if newest is None or not newest.sources else (story_card(question, newest, None),)


async def following(question: Question) -> Reply:
    """`following`: the member's follows in this server, numbered."""
    found = await _mine(question)
    if not found:
        return Reply(
            _("You follow nothing here. {prefix}follow place:gao begins.").format(prefix=question.prefix), own=True
        )
    head = (Span(plural("You follow {n} search here:", "You follow {n} searches here:", len(found))),)
    return Reply(lines=(head, *(_told(number, one, question) for number, one in enumerate(found, 1))), own=True)


def _told(number: int, one: Follow, question: Question) -> Line:
    """ "2 · place:gao · told 4 times in 30 days, last 10 Feb 14:05 UTC · by direct message"."""
    name = (Span(f"{number} · "), Span(shown_query(one.query), strong=True), Span(" · "), *_often(one, question))
    how = (Span(" · " + _("by direct message")),) if _directly(question, one.way) else ()
    if one.paused is None:
        return (*name, *how)
    again = _("paused, because {cause}; {prefix}follow with the same words takes it up again")
    return (*name, Span(" · " + again.format(cause=cause_text(one.paused), prefix=question.prefix)))


def _often(one: Follow, question: Question) -> Line:
    """How often it told the member lately, and when it last did."""
    days = LATELY.days
    if not one.told:
        said = _("not told in {days} days").format(days=days)
    else:
        said = plural("told {n} time in {days} days", "told {n} times in {days} days", one.told, days=days)
    if one.last is None:
        return (Span(said),)
    return phrase(_("{told}, last {when}"), told=said, when=render.moment_span(one.last, question.now))


async def unfollow(question: Question) -> Reply:
    """`unfollow <number|words|all>`: tell the member no more of it."""
    found, which = await _mine(question), clean(question.text("which"))
    chosen = found if which.casefold() == "all" else [one for at, one in enumerate(found, 1) if _meant(which, at, one)]
    if not found:
        return Reply(_("You follow nothing here."), own=True)
    if not chosen:
        raise Trouble(
            _("Name it by its number, 1 to {n}, or say all; {prefix}following shows them.").format(
                n=len(found), prefix=question.prefix
            )
        )
    ids = [one.id for one in chosen]
    await question.house.change(lambda store: store.follows.end(chosen[0].follower, ids))
    if len(chosen) == 1:
        return Reply(_("You are told no more of {query}.").format(query=shown_query(chosen[0].query)), own=True)
    said = plural("You are told no more of all {n} searches.", "You are told no more of all {n} searches.", len(chosen))
    return Reply(said, own=True)


def _meant(which: str, number: int, one: Follow) -> bool:
    return which.removeprefix("#") == str(number) or which.casefold() == one.query.casefold()


async def _mine(question: Question) -> list[Follow]:
    follower, now = _follower(question), question.now
    return await question.house.ask(lambda store: store.follows.of(follower, now))


def _query(question: Question) -> str:
    """The query on one line. Raises Trouble."""
    text = clean(question.text("query")).encode("utf-8", "replace").decode()
    if len(text) > LONGEST_FOLLOW:
        raise Trouble(
            _("What you follow may have {most} characters; yours has {n}.").format(
                most=LONGEST_FOLLOW, n=numeral(len(text))
            )
        )
    if not text:
        raise Trouble(
            _("What shall I tell you of? Ask like this: {prefix}follow place:gao").format(prefix=question.prefix)
        )
    return text


def _way(question: Question) -> FollowWay:
    return "thread" if question.text("by") == "thread" and question.asker.server else "dm"


def _follower(question: Question) -> Follower:
    """Who asks, in this server. Who sits at the terminal or a shell there is one person. Raises Trouble."""
    asker = question.asker
    if asker.transport == "terminal":
        return Follower("terminal", "", "terminal")
    if not asker.id.isdecimal():
        raise Trouble(_("A shell can be told nothing in a channel. Leave out the channel, or follow it there."))
    return Follower(asker.transport, asker.server, asker.id)
