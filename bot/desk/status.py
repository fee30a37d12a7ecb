"""Answers about the house itself: is it running, how fresh are its feeds, what can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot import render
from bot.card import Card, Field, Line, Reply, Span
from bot.desk.commands import COMMANDS, Argument, Command, find_command, unknown_command
from bot.desk.parse import Trouble
from bot.desk.question import Question, paged, past_the_end
from bot.desk.rights import WHO_MAY
from bot.health import ailment
from bot.language import N_, _, ngettext, numeral, plural, plural_forms
from bot.wording import formats
from bot.wording.causes import cause_text, network_text, problem_text
from bot.wording.counts import feeds_counted, items_counted
from bot.wording.formats import clean, colon, cut, in_turn
from bot.wording.phrase import phrase
from feeds.agenda import next_time, quiet_until
from feeds.freshness import Freshness, freshness, network_trouble, usual_gap
from feeds.model import Cause, Channel, Day, FeedState, Pause, Subscription
from feeds.model.teams import plain_name, shared_with
from feeds.store import Store

FEEDS_PER_PAGE = 12
_ORDER = list(Freshness)[::-1]  # what needs looking at comes first


async def status(question: Question) -> Reply:
    """`status`: the watches, the feeds in numbers with those in trouble, today's counts, the channels, the clock."""
    house, now = question.house, question.now
    states, pauses = await house.ask(lambda store: _feeds_kept(store, question.asker.scope))
    day = await house.ask(lambda store: store.days.day(now.astimezone(UTC).date()))
    tick = await house.ask(lambda store: store.days.last_tick())
    channels = await house.ask(
        lambda store: [
            (one, store.subscriptions.of_channel(one.name), store.channels.doubts(one.name))
            for one in _channels_shown(question, store)
        ]
    )
    waiting = await house.ask(lambda store: store.outbox.waiting(question.asker.scope))
    late = ailment(tick, now, house.settings.poll.tick_seconds)
    pulse = _("late, last tick {ago}") if late else _("running, last tick {ago}")
    queue = plural("{n} message", "{n} messages", waiting) if waiting else _("nothing waits")
    titles = _titles(house.watches, question) or _("nothing")
    lines = (
        (Span(_("Watching: {titles}").format(titles=titles)),),
        phrase(_("Scheduler: {pulse}"), pulse=phrase(pulse, ago=render.ago_span(tick, now))),
        (Span(_("Today: {day}").format(day=_day(day))),),
        (Span(_("To be posted: {messages}").format(messages=queue)),),
    )
    fields = [Field(_("Feeds"), tuple(_troubles(states, pauses, now)))]
    if channels:
        told = (
            (question.place(one), Span(colon()), *_channel(question, one, wishes, doubts))
            for one, wishes, doubts in channels
        )
        fields.append(Field(_("Channels"), tuple(told)))
    return Reply(cards=(Card(_("Status"), lines=lines, fields=tuple(fields), at=now),))


async def feeds(question: Question) -> Reply:
    """`feeds`: each feed with its freshness, its last news, its trouble and the next look; troubled ones first."""
    now = question.now
    states, pauses = await question.house.ask(lambda store: _feeds_kept(store, question.asker.scope))
    if not states and not pauses:
        raise Trouble(_("No feed is listed; see the catalogue in config/feeds.toml."))
    ordered = sorted(states, key=lambda state: (_ORDER.index(freshness(state, now)), state.name))
    lines = [*(feed_line(state, now) for state in ordered), *(_paused(pause, now) for pause in pauses)]
    first = (question.page - 1) * FEEDS_PER_PAGE
    chosen = tuple(lines[first : first + FEEDS_PER_PAGE])
    pages = paged(len(lines), FEEDS_PER_PAGE)
    if not chosen:
        raise past_the_end(pages)
    card = Card(_headcount(states, pauses, now), lines=(*_network(states), *chosen))
    return Reply(cards=(card,), page=question.page, pages=pages)


def _channels_shown(question: Question, store: Store) -> list[Channel]:
    """The asker's channels; where the operators' lines are read, also those of their file that are in no known one."""
    here = store.channels.at(question.asker.transport, question.asker.target)
    theirs = store.subscriptions.filed() if here and here.name in store.subscriptions.notices() else frozenset[str]()
    return [one for one in store.channels.all() if question.sees(one) or (one.name in theirs and not one.server)]


def _network(states: Sequence[FeedState]) -> Iterable[Line]:
    """Why nobody answers, when that is our own fault."""
    trouble = network_trouble(states)
    if trouble is not None:
        yield (Span(network_text(trouble)),)


def _feeds_kept(store: Store, scope: str | None) -> tuple[list[FeedState], list[Pause]]:
    """The feeds that are polled and the paused ones, but for those that other servers added; a mark counts at once,
    though the poller follows at its tick. Who of another server paused one is not said."""
    hidden = store.feeds.foreign(scope)
    pauses = [_named_here(one, scope) for one in store.feeds.pauses() if one.feed not in hidden]
    resting = {pause.feed for pause in pauses} | hidden
    return [state for state in store.feeds.all() if state.name not in resting], pauses


def _named_here(pause: Pause, scope: str | None) -> Pause:
    return pause if shared_with(pause.server, scope) else replace(pause, by=_("another team"))


async def help_(question: Question) -> Reply:
    """`help [command]`: the list, or one command with its arguments."""
    prefix = question.prefix
    if asked := question.text("command").removeprefix(prefix).split():
        return _explained(asked[0], prefix, min(question.house.watches, default="name"))
    groups: dict[str, list[Line]] = {}
    for one in COMMANDS:
        if question.may(one.needs):
            line = (Span(f"{prefix}{one.shown}", strong=True), Span(f" {_(one.short or one.help)}"))
            groups.setdefault(_(one.group), []).append(line)
    fields = tuple(Field(name, tuple(lines)) for name, lines in groups.items())
    return Reply(
        cards=(
            Card(_("What you can ask"), fields=fields, footer=_("{prefix}help search says more").format(prefix=prefix)),
        ),
        private=True,
    )


def _explained(name: str, prefix: str, watch: str) -> Reply:
    command = find_command(name)
    if command is None:
        raise Trouble(unknown_command(name, prefix))
    lines = [f"{prefix}{command.usage} — {_(command.help)}"]
    lines += [f"  {argument}{colon()}{_meaning(argument)}" for argument in command.arguments]
    lines += _small_print(command, prefix, watch)
    return Reply("\n".join(lines), private=True)


def _meaning(argument: Argument) -> str:
    choices = f" ({', '.join(argument.choices)})" if argument.choices else ""
    return f"{_(argument.help)}{choices}"


def _small_print(command: Command, prefix: str, watch: str) -> Iterable[str]:
    typed = dict.fromkeys(prefix + example.replace("{watch}", watch) for example in command.shown_examples)
    yield "  " + _("such as: {examples}").format(examples=", ".join(typed))
    if command.aliases:
        yield "  " + _("also: {names}").format(names=", ".join(prefix + alias for alias in command.aliases))
    if command.needs:
        yield f"  {_(WHO_MAY[command.needs])}"


def _day(day: Day) -> str:
    items, flagged = items_counted(day.read), numeral(day.matched)
    if not day.failures:
        forms = plural_forms(
            "{n} look at feeds, {items} read, {flagged} flagged", "{n} looks at feeds, {items} read, {flagged} flagged"
        )
        return plural(*forms, day.polls, items=items, flagged=flagged)
    forms = plural_forms(
        "{n} look at feeds ({failed} failed), {items} read, {flagged} flagged",
        "{n} looks at feeds ({failed} failed), {items} read, {flagged} flagged",
    )
    return plural(*forms, day.polls, failed=numeral(day.failures), items=items, flagged=flagged)


def _headcount(states: Sequence[FeedState], pauses: Sequence[Pause], now: datetime) -> str:
    found = Counter(freshness(state, now) for state in states)
    named = [plural(*_COUNTED[one], found[one]) for one in Freshness if found[one]]
    named += [plural("{n} paused", "{n} paused", len(pauses))] if pauses else []
    return _("{feeds}: {names}").format(feeds=feeds_counted(len(states) + len(pauses)), names=", ".join(named))


_NAMES = {
    Freshness.NEW: N_("too new to tell"),
    Freshness.FRESH: N_("fresh"),
    Freshness.DELAYED: N_("delayed"),
    Freshness.STALE: N_("stale"),
    Freshness.BROKEN: N_("failing"),
}
_COUNTED = {
    Freshness.NEW: plural_forms("{n} too new to tell", "{n} too new to tell"),
    Freshness.FRESH: plural_forms("{n} fresh", "{n} fresh"),
    Freshness.DELAYED: plural_forms("{n} delayed", "{n} delayed"),
    Freshness.STALE: plural_forms("{n} stale", "{n} stale"),
    Freshness.BROKEN: plural_forms("{n} failing", "{n} failing"),
}


def _troubles(states: Sequence[FeedState], pauses: Sequence[Pause], now: datetime) -> Iterable[Line]:
    yield (Span(_headcount(states, pauses, now) if states or pauses else _("none is listed")),)
    yield from _network(states)
    bad = [one for one in states if freshness(one, now) in (Freshness.BROKEN, Freshness.STALE, Freshness.DELAYED)]
    bad += [one for one in states if one.problem and one.failures and one not in bad]
    for state in sorted(bad, key=lambda state: state.name)[:8]:
        yield feed_line(state, now)


def feed_line(state: FeedState, now: datetime) -> Line:
    """One feed: "rfi: failing: no answer in time, 4 times since 10 Feb 11:30 UTC · next look in 20 min"."""
    how = freshness(state, now)
    said = _failing(state, how, now) if state.problem and state.failures else _read(state, how, now)
    if state.problem and not state.failures:
        why = clean(problem_text(state.problem))
        said = phrase(_("{state}, no answer at the last look ({why})"), state=said, why=why)
    held = plural("{n} item held for the operator", "{n} items held for the operator", state.held) if state.held else ""
    due = state.next_check is not None and state.next_check > now
    look = (
        phrase(_("next look {ago}"), ago=render.ago_span(state.next_check, now)) if due else _plain(_("next look now"))
    )
    return (Span(clean(plain_name(state.name)), strong=True), Span(colon()), *_joined(said, _plain(held), look))


def _failing(state: FeedState, how: Freshness, now: datetime) -> Line:
    """ "failing: no answer in time, 4 times since 10 Feb 11:30 UTC"."""
    said = _unread(state, how) + colon() + clean(problem_text(state.problem or ""))
    if began := state.failing_since or state.last_ok:
        since = render.moment_span(began, now)
        form = ngettext("{said}, once since {when}", "{said}, {n} times since {when}", state.failures)
        return phrase(form, said=said, when=since, n=numeral(state.failures))
    if state.failures == 1:
        return _plain(said)
    return _plain(plural("{said}, once", "{said}, {n} times", state.failures, said=said))


def _read(state: FeedState, how: Freshness, now: datetime) -> Line:
    """ "fresh, last news 5 min ago"."""
    if state.last_new is None:
        return _plain(_("not read yet") if state.last_ok is None else _("read, but it holds nothing yet"))
    gap, name, last = usual_gap(state), _(_NAMES[how]), render.ago_span(state.last_new, now)
    if gap and how in (Freshness.DELAYED, Freshness.STALE):
        form = _("{state}, last news {ago}, usually within {span}")
        return phrase(form, state=name, ago=last, span=formats.span(gap))
    return phrase(_("{state}, last news {ago}"), state=name, ago=last)


def _plain(text: str) -> Line:
    return (Span(text),) if text else ()


def _unread(state: FeedState, how: Freshness) -> str:
    if state.last_ok is None:
        return _("not read")
    name = _(_NAMES[how])
    return name if how is Freshness.BROKEN else _("{state}, but not read").format(state=name)


def _paused(pause: Pause, now: datetime) -> Line:
    ago = render.ago_span(pause.at, now)
    said = phrase(_("paused by {name} {ago}"), name=clean(pause.by), ago=ago)
    if not pause.by:
        said = phrase(_("paused {ago}"), ago=ago)
    return (Span(clean(plain_name(pause.feed)), strong=True), Span(colon()), *said)


def _joined(*parts: Line) -> Line:
    """The parts that are there, with a middle dot between."""
    there = [part for part in parts if part]
    return tuple(span for at, part in enumerate(there) for span in ((Span(" · "),) * bool(at) + part))


def _channel(
    question: Question, channel: Channel, wishes: Sequence[Subscription], doubts: Sequence[Cause] = ()
) -> Line:
    """How a channel is; also what is wanted in it, where there is a choice, the hour of its digest, if its own, and
    when it is told next by schedule."""
    house = question.house
    titles = _titles((one.watch for one in wishes), question) if len(house.watches) > 1 else ""
    hours = phrase(_("digest at {hours}"), hours=question.digest_hours(channel)) if channel.digest else ()
    wrong = in_turn(clean(cause_text(one)) for one in doubts if one != channel.held)
    mend = (Span(_("to be mended: {causes}").format(causes=wrong)),) if wrong else ()
    state = _state(channel, question.now)
    coming = [
        phrase(_(_COMING[kind]), when=render.moment_span(next_time(at, question.now), question.now))
        for kind, at in channel.handovers
    ]
    only = [(Span(_("only “{filter}”").format(filter=cut(clean(one.filter), 60))),) for one in wishes if one.filter]
    return _joined(() if mend and state == _plain(_("open")) else state, mend, _plain(titles), *only, hours, *coming)


def _titles(watches: Iterable[str], question: Question) -> str:
    """What members call the watches; a title may hold commas."""
    return "; ".join(clean(question.house.title(name)) for name in dict.fromkeys(watches))


def _state(channel: Channel, now: datetime) -> Line:
    if channel.held:
        return (Span(_("held: {cause}").format(cause=clean(cause_text(channel.held)))),)
    if channel.muted_until and channel.muted_until > now:
        return phrase(_("muted until {when}"), when=render.moment_span(channel.muted_until, now))
    if until := quiet_until(channel.quiet, now):
        return phrase(_("quiet until {when}"), when=render.moment_span(until, now))
    return _plain(_("open"))


_COMING = {
    "brief": N_("brief {when}"),
    "weekly": N_("weekly {when}"),
    "coverage": N_("coverage {when}"),
}
