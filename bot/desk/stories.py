"""Answers about stories: the newest, those found by words, one with its timeline, a citation, the next digest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot import render
from bot.card import Card, Field, Line, Reply, Span
from bot.citation.reference import wording_name
from bot.desk.parse import Trouble
from bot.desk.question import Question, paged, past_the_end, said
from bot.wording import facts, formats
from bot.wording.formats import clean, cut
from bot.wording.headline import headline
from feeds.model import EarlierWording, Found, MemberNote, Page, Source, Story
from feeds.store import Store
from feeds.stories.tellings import tellings
from feeds.stories.told import told_at, told_order

PER_PAGE = 5
TOLD_PER_PAGE = 9
_SNIPPET = 220
_KEY = re.compile(r"(?<!\S)[a-z]{2,}:(?=[^\s/])", re.IGNORECASE)  # "place:", but no address


async def latest(question: Question) -> Reply:
    """`latest [n]`: n stories a page, those with the newest news first."""
    size, watches = question.number("n"), question.watches
    offset = (question.page - 1) * size
    total = await question.house.ask(lambda store: store.stories.count(watches))
    stories = await question.house.ask(lambda store: store.stories.latest(size, offset, watches))
    if not total:
        return said(f"No story yet: nothing that concerns {_these(question)} has come in.")
    if not stories:
        raise past_the_end(paged(total, size))
    cards = tuple(_brief(question, story) for story in stories)
    return Reply(cards=cards, page=question.page, pages=paged(total, size))


async def search(question: Question) -> Reply:
    """`search <words>`: flagged items that hold all of the words, newest first, behind them those that held them in an
    earlier wording; other ones if there are none."""
    page = await _hits(question)
    heading = formats.count(page.total, "item")
    if page.partial:
        keys = f"{_advice(question.text('words'))} " if _KEY.search(question.text("words")) else ""
        heading = f"{keys}Nothing has all of these words; {heading} {'has' if page.total == 1 else 'have'} some"
    if not page.total:
        page = await _hits(question, everything=True)
        heading = _besides(question, page.total)
    if not page.total:
        text = cut(clean(question.text("words")), 100)
        return said(f"Nothing found for “{text}”. {_advice(text)}")
    stories = await question.house.ask(lambda store: _stories_of(store, page))
    told = [(found, await _numbers(question, found)) for found in page.items]
    cards = tuple(_hit(found, stories.get(found.story), numbers, question.now) for found, numbers in told)
    return Reply(f"{heading}:", cards, question.page, paged(page.total, PER_PAGE))


def _advice(text: str) -> str:
    if key := _KEY.search(text):
        return f"Keys like {key[0]} are not understood yet: search for the words alone."
    return "Fewer words, or a place's name, may find more."


async def _hits(question: Question, *, everything: bool = False) -> Page:
    text, offset = question.text("words"), (question.page - 1) * PER_PAGE
    watches = () if everything else question.watches
    return await question.house.ask(
        lambda store: store.archive.search(text, PER_PAGE, offset, watches=watches, everything=everything)
    )


def _besides(question: Question, count: int) -> str:
    """What is found where nothing was flagged: by no watch, or by none of this channel's."""
    if set(question.house.watches) <= set(question.watches or question.house.watches):
        return f"Nothing flagged; {formats.count(count, 'item')} that no watch flagged"
    return f"Nothing flagged for this channel; {formats.count(count, 'other item')}"


def _stories_of(store: Store, page: Page) -> dict[int | None, Story]:
    """The stories that the hits are in, by number."""
    found = (store.stories.resolve(one) for one in {hit.story for hit in page.items} if one is not None)
    return {story.id: story for story in found if story is not None and story.sources}


async def _numbers(question: Question, found: Found) -> str:
    """The story that a hit is in; where several watches flagged it, each one's, the channel's own if it is in any."""
    number = found.source.entry
    item = await question.house.ask(lambda store: store.archive.entry(number)) if question.label(found.watch) else None
    told = [(story, one.match.watch) for story, one in item.findings] if item else [(found.story, found.watch)]
    here = [(story, watch) for story, watch in told if watch in question.watches] or told
    return ", ".join(render.number(story, question.label(watch)) for story, watch in here if story is not None)


async def story(question: Question) -> Reply:
    """`story <id>`: each source with its time, toll and quote, again for each rewrite, and members' notes; then what
    changed when."""
    found = await _story(question, question.number("story"))
    told = await question.house.ask(lambda store: _timeline(store, found))
    pages, first = paged(len(told), TOLD_PER_PAGE), (question.page - 1) * TOLD_PER_PAGE
    chosen = told[first : first + TOLD_PER_PAGE]
    if not chosen:
        raise past_the_end(pages)
    fields = [_entry(one, question.now) for one in chosen]
    if question.page == pages and found.changes:
        fields.append(_changes(found, question.now))
    card = _brief(question, found)
    card = Card(card.title, card.url, card.tier, card.lines, fields=tuple(fields), footer=card.footer, at=card.at)
    return Reply(cards=(card,), page=question.page, pages=pages)


async def digest(question: Question) -> Reply:
    """`digest`: what waits for the channel's next digest."""
    channel = question.channel
    if channel is None:
        raise Trouble(_no_digest(question))
    stories = await question.house.ask(lambda store: store.digest(channel.name))
    when = (Span("Digests go out daily at "), *question.digest_hours(channel), Span("."))
    if not stories:
        return Reply(lines=((Span("The next digest is empty so far. "), *when),))
    labelled = len(question.watches) > 1
    return Reply(
        lines=((Span("So far. "), *when),), cards=render.digest_cards(stories, question.now, labelled=labelled)
    )


def _no_digest(question: Question) -> str:
    """What to do in a place that has none: there is something for everyone."""
    sign = question.prefix
    change = "You can change that with" if question.asker.manager else "A manager can change that with"
    return f"No digest goes to this place; {sign}latest shows the newest stories. {change} {sign}subscribe."


def _brief(question: Question, found: Story) -> Card:
    return render.brief(found, labelled=question.label(found.watch) is not None)


def _these(question: Question) -> str:
    count = len(question.watches or question.house.watches)
    return "this watch" if count == 1 else "these watches"


async def _story(question: Question, number: int) -> Story:
    """The story of a number, or the one it was merged into. Raises Trouble."""
    found = await question.house.story(number)
    if found is None or not found.sources:
        raise Trouble(f"There is no story {number}. {question.prefix}latest shows the newest.")
    return found


def _hit(found: Found, story: Story | None, numbers: str, now: datetime) -> Card:
    """An item under its story's line of facts, its own title quoted below; without a story, under its title."""
    source, language = found.source, render.language_shown(found.source)
    title, url = (headline(story), None) if story else (_title(source), source.url)
    tongue = (Span(f" · {language}"),) if language else ()
    lines: list[Line] = [(Span(f"“{_title(source)}”", source.url),)] if story else []
    lines.append((Span(f"{clean(source.publisher)} · "), *render.told_line(source, now), *tongue))
    tier = formats.TIERS[source.tier] if source.tier is not None and numbers else "not flagged"
    lines.append((Span(formats.joined((tier, numbers, f"item #{source.entry}"))),))
    if found.earlier:
        lines += _earlier(found.earlier, source.entry, now)
    quote = () if found.earlier else _telling((*source.quotes, found.summary), source.title)
    spoken, at = language if quote else None, render.exact_time(source)
    return Card(title, url, source.tier, tuple(lines), quote, spoken, at=at)


def _earlier(one: EarlierWording, entry: int, now: datetime) -> Iterable[Line]:
    """That the words stand there no more, when they did, and what stood there."""
    name = wording_name(entry, one.number)
    yield (Span("in an earlier wording, "), Span(name, strong=True), Span(", read "), render.moment_span(one.read, now))
    yield (Span(f"“{cut(clean(one.passage), _SNIPPET)}”"),)


def _telling(quotes: Sequence[str], title: str) -> tuple[str, ...]:
    """The first of the sentences that says more than the title."""
    said = (cut(clean(quote), _SNIPPET) for quote in quotes)
    return tuple(one for one in said if one and one.casefold() != clean(title).casefold())[:1]


def _timeline(store: Store, story: Story) -> list[Source | MemberNote]:
    """What the sources told, in order of time: a rewritten one stands there once for each of its wordings. Members'
    notes stand between them, each behind what was told before it was written."""
    kept = ((source, store.archive.wordings(source.entry) if source.rewritten else None) for source in story.sources)
    told = sorted((told for source, known in kept for told in tellings(source, known, story.watch)), key=told_order)
    return sorted((*told, *store.notes.of_story(story.id)), key=_moment)


def _moment(one: Source | MemberNote) -> datetime:
    return one.at if isinstance(one, MemberNote) else told_at(one)


def _entry(one: Source | MemberNote, now: datetime) -> Field:
    return _noted(one, now) if isinstance(one, MemberNote) else _told(one, now)


def _noted(note: MemberNote, now: datetime) -> Field:
    """A member's own line: it says whose it is, and that it is no source's."""
    name = formats.joined((f"📝 Note by {clean(note.name)}", "not a source", f"note {note.id}"))
    return Field(name, ((render.moment_span(note.at, now),), (Span(clean(note.text)),)))


def _told(source: Source, now: datetime) -> Field:
    """One source in a timeline."""
    told = render.told_line(source, now)
    when = (Span("rewritten "), *told) if source.reworded else told
    lines: list[Line] = [when, (Span(_title(source), source.url),)]
    if toll := _toll(source):
        lines.append((Span(toll, strong=True),))
    lines += [(Span(f"“{quote}”"),) for quote in _telling(source.quotes, source.title)]
    lines += [(Span(render.NO_LONGER),)] if source.outdated else []
    number = wording_name(source.entry, source.wording) if source.rewritten else f"#{source.entry}"
    return Field(formats.joined((clean(source.publisher), render.language_shown(source), number)), tuple(lines))


def _toll(source: Source) -> str:
    told = source.facts
    parts = (f"{told.killed:,} killed" if told.killed is not None else None,
             f"{told.injured:,} injured" if told.injured is not None else None)  # fmt: skip
    return formats.joined(parts)


def _changes(story: Story, now: datetime) -> Field:
    lines = tuple((render.moment_span(one.at, now), Span(f": {facts.change(one)}")) for one in story.changes[-10:])
    return Field("What changed", lines)


def _title(source: Source) -> str:
    return cut(clean(source.title), 240) or "(untitled)"
