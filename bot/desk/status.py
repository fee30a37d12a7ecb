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
from bot.wording import formats
from bot.wording.causes import cause_text, network_text, problem_text
from bot.wording.formats import clean, cut
from feeds.agenda import next_time
from feeds.freshness import Freshness, freshness, network_trouble, usual_gap
from feeds.model import Cause, Channel, Day, FeedState, Pause, Subscription
from feeds.model.teams import plain_name, shared_with
from feeds.store import Store

FEEDS_PER_PAGE = 12
_OPEN: Line = (Span("open"),)
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
            for one in store.channels.all()
            if question.sees(one)
        ]
    )
    waiting = await house.ask(lambda store: store.outbox.waiting(question.asker.scope))
    late = ailment(tick, now, house.settings.poll.tick_seconds)
    pulse = (Span("late" if late else "running"), Span(", last tick "), render.ago_span(tick, now))
    lines = (
        (Span(f"Watching: {_titles(house.watches, question) or 'nothing'}"),),
        (Span("Scheduler: "), *pulse),
        (Span(f"Today: {_day(day)}"),),
        (Span(f"To be posted: {formats.count(waiting, 'message') if waiting else 'nothing waits'}"),),
    )
    fields = [Field("Feeds", tuple(_troubles(states, pauses, now)))]
    if channels:
        told = (
            (question.place(one), Span(": "), *_channel(question, one, wishes, doubts))
            for one, wishes, doubts in channels
        )
        fields.append(Field("Channels", tuple(told)))
    return Reply(cards=(Card("Status", lines=lines, fields=tuple(fields), at=now),))


async def feeds(question: Question) -> Reply:
    """`feeds`: each feed with its freshness, its last news, its trouble and the next look; troubled ones first."""
    now = question.now
    states, pauses = await question.house.ask(lambda store: _feeds_kept(store, question.asker.scope))
    if not states and not pauses:
        raise Trouble("No feed is listed; see the catalogue in config/feeds.toml.")
    ordered = sorted(states, key=lambda state: (_ORDER.index(freshness(state, now)), state.name))
    lines = [*(feed_line(state, now) for state in ordered), *(_paused(pause, now) for pause in pauses)]
    first = (question.page - 1) * FEEDS_PER_PAGE
    chosen = tuple(lines[first : first + FEEDS_PER_PAGE])
    pages = paged(len(lines), FEEDS_PER_PAGE)
    if not chosen:
        raise past_the_end(pages)
    card = Card(_headcount(states, pauses, now), lines=(*_network(states), *chosen))
    return Reply(cards=(card,), page=question.page, pages=pages)


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
    return pause if shared_with(pause.server, scope) else replace(pause, by="")


async def help_(question: Question) -> Reply:
    """`help [command]`: the list, or one command with its arguments."""
    prefix = question.prefix
    if asked := question.text("command").removeprefix(prefix).split():
        return _explained(asked[0], prefix, min(question.house.watches, default="name"))
    groups: dict[str, list[Line]] = {}
    for one in COMMANDS:
        if question.may(one.needs):
            line = (Span(f"{prefix}{one.name}", strong=True), Span(f" {one.short or one.help}"))
            groups.setdefault(one.group, []).append(line)
    fields = tuple(Field(name, tuple(lines)) for name, lines in groups.items())
    return Reply(
        cards=(Card("What you can ask", fields=fields, footer=f"{prefix}help search says more"),), private=True
    )


def _explained(name: str, prefix: str, watch: str) -> Reply:
    command = find_command(name)
    if command is None:
        raise Trouble(unknown_command(name, prefix))
    lines = [f"{prefix}{command.usage} — {command.help}"]
    lines += [f"  {argument}: {_meaning(argument)}" for argument in command.arguments]
    lines += _small_print(command, prefix, watch)
    return Reply("\n".join(lines), private=True)


def _meaning(argument: Argument) -> str:
    choices = f" ({', '.join(argument.choices)})" if argument.choices else ""
    return f"{argument.help}{choices}"


def _small_print(command: Command, prefix: str, watch: str) -> Iterable[str]:
    typed = dict.fromkeys(prefix + example.replace("{watch}", watch) for example in command.examples)
    yield f"  such as: {', '.join(typed)}"
    if command.aliases:
        yield f"  also: {', '.join(prefix + alias for alias in command.aliases)}"
    if command.needs:
        yield f"  {WHO_MAY[command.needs]}"


def _day(day: Day) -> str:
    looks = formats.count(day.polls, "look")
    failed = f" ({day.failures:,} failed)" if day.failures else ""
    return f"{looks} at feeds{failed}, {formats.count(day.read, 'item')} read, {day.matched:,} flagged"


def _headcount(states: Sequence[FeedState], pauses: Sequence[Pause], now: datetime) -> str:
    found = Counter(freshness(state, now) for state in states)
    named = [f"{found[one]} {_NAMES[one]}" for one in Freshness if found[one]]
    named += [f"{len(pauses)} paused"] if pauses else []
    return f"{formats.count(len(states) + len(pauses), 'feed')}: {', '.join(named)}"


_NAMES = {
    Freshness.NEW: "too new to tell",
    Freshness.FRESH: "fresh",
    Freshness.DELAYED: "delayed",
    Freshness.STALE: "stale",
    Freshness.BROKEN: "failing",
}


def _troubles(states: Sequence[FeedState], pauses: Sequence[Pause], now: datetime) -> Iterable[Line]:
    yield (Span(_headcount(states, pauses, now) if states or pauses else "none is listed"),)
    yield from _network(states)
    bad = [one for one in states if freshness(one, now) in (Freshness.BROKEN, Freshness.STALE, Freshness.DELAYED)]
    bad += [one for one in states if one.problem and one.failures and one not in bad]
    for state in sorted(bad, key=lambda state: state.name)[:8]:
        yield feed_line(state, now)


def feed_line(state: FeedState, now: datetime) -> Line:
    """One feed: "rfi: failing: no answer in time, 4 times since 10 Feb 11:30 UTC · next look in 20 min"."""
    how = freshness(state, now)
    name = _NAMES[how]
    if state.problem and state.failures:
        began = state.failing_since or state.last_ok
        since = (Span(" since "), render.moment_span(began, now)) if began else ()
        times = f", {'once' if state.failures == 1 else f'{state.failures} times'}"
        often = (Span(times), *since) if since or state.failures > 1 else ()
        said: Line = (Span(f"{_unread(state, how)}: {clean(problem_text(state.problem))}"), *often)
    elif state.last_new is None:
        said = (Span("not read yet" if state.last_ok is None else "read, but it holds nothing yet"),)
    else:
        gap = usual_gap(state)
        habit = f", usually within {formats.span(gap)}" if gap and how in (Freshness.DELAYED, Freshness.STALE) else ""
        said = (Span(f"{name}, last news "), render.ago_span(state.last_new, now), Span(habit))
    if state.problem and not state.failures:
        said = (*said, Span(f", no answer at the last look ({clean(problem_text(state.problem))})"))
    held = (Span(f"{formats.count(state.held, 'item')} held for the operator"),) if state.held else ()
    due = state.next_check is not None and state.next_check > now
    look = (Span("next look "), render.ago_span(state.next_check, now) if due else Span("now"))
    return (Span(clean(plain_name(state.name)), strong=True), Span(": "), *_joined(said, held, look))


def _unread(state: FeedState, how: Freshness) -> str:
    if state.last_ok is None:
        return "not read"
    return _NAMES[how] if how is Freshness.BROKEN else f"{_NAMES[how]}, but not read"


def _paused(pause: Pause, now: datetime) -> Line:
    by = f"paused by {clean(pause.by)}" if pause.by else "paused"
    return (Span(clean(plain_name(pause.feed)), strong=True), Span(f": {by} "), render.ago_span(pause.at, now))


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
    titles = _titles((one.watch for one in wishes), question) if len(house.watches) > 1 else None
    hours = (Span("digest at "), *question.digest_hours(channel)) if channel.digest else ()
    wrong = "; ".join(clean(cause_text(one)) for one in doubts if one != channel.held)
    mend = (Span(f"to be mended: {wrong}"),) if wrong else ()
    state = _state(channel, question.now)
    named = (Span(titles),) if titles else ()
    coming = [(Span(f"{kind} "), render.moment_span(next_time(at, question.now), question.now))
              for kind, at in channel.handovers]  # fmt: skip
    only = [(Span(f"only “{cut(clean(one.filter), 60)}”"),) for one in wishes if one.filter]
    return _joined(() if mend and state == _OPEN else state, mend, named, *only, hours, *coming)


def _titles(watches: Iterable[str], question: Question) -> str:
    """What members call the watches; a title may hold commas."""
    return "; ".join(clean(question.house.title(name)) for name in dict.fromkeys(watches))


def _state(channel: Channel, now: datetime) -> Line:
    if channel.held:
        return (Span(f"held: {clean(cause_text(channel.held))}"),)
    if channel.muted_until and channel.muted_until > now:
        return (Span("muted until "), render.moment_span(channel.muted_until, now))
    return _OPEN
