"""`feed`: what a server reads beside the operator's feeds, changed and tried in chat.

A server sees and changes its own; the operator's feeds it may look at, and pause only where it may change the archive.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.card import Card, Reply
from bot.desk.parse import Trouble
from bot.desk.question import Question, Sources, paged, past_the_end, said
from bot.desk.sources import cards, words
from bot.desk.status import feed_line
from bot.language import _, plural, plural_forms
from bot.wording.formats import clean, cut, listed, quoted
from feeds import catalog
from feeds.catalog.addresses import bad_address
from feeds.catalog.changes import (
    Editor,
    FeedRefusal,
    NotListed,
    add_to_list,
    known_rows,
    pause_listed,
    refused_addition,
    remove_listed,
    resume_listed,
)
from feeds.catalog.roster import Listed, meant
from feeds.discovery.model import FeedSeen, NotSeen
from feeds.model import Feed, FeedState
from feeds.model.teams import plain_name
from feeds.parsing.urls import host_of
from feeds.web.guard import names_loopback
from seeds.text.language import language_code

FEEDS_LISTED = 12
_SEVERAL = "mul"


async def feed(question: Question) -> Reply:
    """`feed [action] [what] [yes]`: see the actions below."""
    action, what = question.text("action"), question.text("what").strip().strip("<>")
    if action == "list":
        return await (_inspect(question, what) if what else _list(question))
    if not what:
        raise Trouble(
            _("Which one? Ask like this: {prefix}feed {action} {example}").format(
                prefix=question.prefix, action=action, example=_EXAMPLES.get(action, _("its name"))
            )
        )
    return await _ACTIONS[action](question, what)


_EXAMPLES = {"add": "https://example.org/news"}


async def _list(question: Question) -> Reply:
    """What the server added, in the order in which it came."""
    rows, states = await _known(question)
    own = [row for row in rows if row.added and (question.asker.scope is None or row.added.server)]
    first, pages = (question.page - 1) * FEEDS_LISTED, paged(len(own), FEEDS_LISTED)
    lines = [cards.list_line(row, states.get(row.feed.name), question.now) for row in own[first : first + FEEDS_LISTED]]
    if own and not lines:
        raise past_the_end(pages)
    card = Card(
        _headline(question, own),
        lines=tuple(lines),
        footer=_("{prefix}feeds tells of all that is read").format(prefix=question.prefix),
    )
    return Reply(cards=(card,), page=question.page, pages=pages)


def _headline(question: Question, own: Sequence[Listed]) -> str:
    most = _most(question)
    if not own:
        return _("No source was added here. {prefix}feed add and the address of a page tries one.").format(
            prefix=question.prefix
        )
    if most is None:
        return plural("{n} added source", "{n} added sources", len(own))
    forms = plural_forms(
        "{n} added source of {most} that there may be", "{n} added sources of {most} that there may be"
    )
    return plural(*forms, len(own), most=most)


async def _add(question: Question, what: str) -> Reply:
    """Try an address, or add what was tried and is wanted."""
    if question.flag("yes") or what.startswith("#"):
        seen = _sources(question).take(question.asker.server, what, question.now)
        if seen is not None:
            return await _added(question, seen)
        if what.startswith("#"):
            raise Trouble(
                _("That was read too long ago. Try the address again: {prefix}feed add https://…").format(
                    prefix=question.prefix
                )
            )
    _checked_address(what)
    await _room(question, Feed("", what, _SEVERAL))
    seen = await _looked(question, what)
    _checked_address(seen.url)
    made = await _room(question, await _feed(question, seen))
    code = _sources(question).keep(question.asker.server, what, seen, question.now)
    return cards.offered(await _card(question, seen, made.name), code, question.prefix)


def _checked_address(url: str) -> None:
    if bad := bad_address(url):
        raise Trouble(_(words.BAD[bad]))


async def _room(question: Question, feed: Feed) -> Feed:
    """The feed, where nothing that is known beforehand stands in its way. Raises Trouble."""
    rows, _states = await _known(question)
    if refused := refused_addition(feed, rows, _editor(question)):
        raise _refused(question, refused, feed.name)
    return feed


async def _looked(question: Question, url: str) -> FeedSeen:
    seen = await _sources(question).look(question.asker, url)
    if isinstance(seen, NotSeen):
        raise Trouble(words.unseen_text(seen))
    return seen


async def _feed(question: Question, seen: FeedSeen) -> Feed:
    """The feed as it would be added, under a name that is free here."""
    rows, _states = await _known(question)
    name = words.fit_name(seen.title, host_of(seen.url))
    language = seen.language if language_code(seen.language) else _SEVERAL
    taken = [Feed(plain_name(row.feed.name), row.feed.url, _SEVERAL) for row in rows]
    taken += [Feed(row.feed.publisher, "", _SEVERAL) for row in rows if row.feed.publisher]
    made = Feed(name, seen.url, language, local=False)
    return next(iter(catalog.unknown_feeds([made], taken)), made)


async def _card(question: Question, seen: FeedSeen, name: str) -> Card:
    titles = {watch: question.house.title(watch) for watch in question.house.watches}
    rows, _states = await _known(question)
    return cards.trial_card(seen, name, titles, cards.notes_of(host_of(seen.url), rows), question.now)


async def _added(question: Question, seen: FeedSeen) -> Reply:
    made, editor, now = await _feed(question, seen), _editor(question), question.now
    file = _sources(question).listed()
    done = await question.house.change(lambda store: add_to_list(store, file, made, editor, now))
    if isinstance(done, NotListed):
        raise _refused(question, done, made.name)
    name = made.name
    return said(
        _("“{name}” is read from now on. What it holds already is filed in silence; what is new is told.").format(
            name=name
        )
    )


async def _test(question: Question, what: str) -> Reply:
    """Read a feed that is known once, or an address."""
    if "://" in what:
        _checked_address(what)
        seen = await _looked(question, what)
        return Reply(cards=(await _card(question, seen, words.fit_name(seen.title, host_of(seen.url))),))
    row = await _one(question, what)
    if names_loopback(row.feed.url):
        raise Trouble(
            _("That one lies on the bot's own machine. {prefix}feeds says how it is doing.").format(
                prefix=question.prefix
            )
        )
    seen = await _looked(question, row.feed.url)
    return Reply(cards=(await _card(question, seen, clean(plain_name(row.feed.name))),))


async def _inspect(question: Question, what: str) -> Reply:
    row = await _one(question, what)
    rows, states = await _known(question)
    state = states.get(row.feed.name)
    told = feed_line(state, question.now) if state and row.polled else None
    notes = cards.notes_of(host_of(row.feed.url), rows)
    return Reply(cards=(cards.inspect_card(row, told, notes, question.now),))


async def _pause(question: Question, what: str) -> Reply:
    row, editor, now = await _one(question, what), _editor(question), question.now
    refused = await question.house.change(lambda store: pause_listed(store, row, editor, now))
    return _done(question, refused, row, _("“{name}” is not read until somebody resumes it. What it brought stays."))


async def _resume(question: Question, what: str) -> Reply:
    row, editor, now = await _one(question, what), _editor(question), question.now
    refused = await question.house.change(lambda store: resume_listed(store, row, editor, now))
    return _done(question, refused, row, _("“{name}” is read again from now on."))


async def _remove(question: Question, what: str) -> Reply:
    row, editor, now = await _one(question, what), _editor(question), question.now
    refused = await question.house.change(lambda store: remove_listed(store, row, editor, now))
    return _done(question, refused, row, _("“{name}” is read no more. What it brought stays."))


_ACTIONS: Mapping[str, Callable[[Question, str], Awaitable[Reply]]] = {
    "add": _add,
    "test": _test,
    "inspect": _inspect,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}


def _done(question: Question, refused: FeedRefusal | None, row: Listed, text: str) -> Reply:
    if refused is not None:
        raise Trouble(words.refusal_of(refused, row.feed.name, question.prefix))
    return said(text.format(name=clean(plain_name(row.feed.name))))


def _refused(question: Question, refused: NotListed, name: str) -> Trouble:
    return Trouble(words.refusal_of(refused.why, refused.other.feed.name if refused.other else name, question.prefix))


async def _known(question: Question) -> tuple[tuple[Listed, ...], dict[str, FeedState]]:
    """All feeds that may be known where it was asked, and what is remembered of those that are polled."""
    file, scope = _sources(question).listed(), question.asker.scope
    return await question.house.ask(
        lambda store: (known_rows(store, file, scope), {one.name: one for one in store.feeds.all()})
    )


async def _one(question: Question, name: str) -> Listed:
    """The one feed that is meant. Raises Trouble."""
    rows, _states = await _known(question)
    found = meant(rows, name)
    if not found:
        raise Trouble(
            _("There is no feed “{name}” here. {prefix}feeds names them.").format(
                name=cut(clean(name), 40), prefix=question.prefix
            )
        )
    if len(found) > 1:
        named = listed((quoted(clean(plain_name(row.feed.name))) for row in found), 5)
        raise Trouble(_("That may be {names}. Say which.").format(names=named))
    return found[0]


def _sources(question: Question) -> Sources:
    if question.house.sources is None:
        raise Trouble(_("This is answered while the bot runs; `bluehelm feeds` does the same from a shell."))
    return question.house.sources


def _most(question: Question) -> int | None:
    return question.house.settings.discord.feeds_per_server if question.asker.server else None


def _editor(question: Question) -> Editor:
    asker = question.asker
    everything = asker.scope is None or question.may("archive")
    return Editor(asker.signature, asker.server, _most(question), everything=everything, scope=asker.scope)
