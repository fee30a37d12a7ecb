"""Answers about stories: the newest, one with its timeline, the next digest; and items as cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot import render
from bot.card import Card, Field, Line, Reply, Span
from bot.citation.reference import wording_name
from bot.desk.parse import Trouble
from bot.desk.question import Question, paged, past_the_end, said
from bot.gloss import gloss, tolls_told
from bot.language import _
from bot.wording import facts, formats
from bot.wording.formats import clean, colon, cut, quoted
from bot.wording.headline import headline
from bot.wording.phrase import phrase
from feeds.model import EarlierWording, Found, MemberNote, Source, Story
from feeds.store import Store
from feeds.stories.tellings import tellings
from feeds.stories.told import told_at, told_order

PER_PAGE = 5
TOLD_PER_PAGE = 9
SNIPPET = 220


async def latest(question: Question) -> Reply:
    """`latest [n]`: n stories a page, those with the newest news first."""
    size, watches = question.number("n"), question.watches
    offset = (question.page - 1) * size
    total = await question.house.ask(lambda store: store.stories.count(watches))
    stories = await question.house.ask(lambda store: store.stories.latest(size, offset, watches))
    if not total:
        return said(_none_yet(question))
    if not stories:
        raise past_the_end(paged(total, size))
    cards = tuple(_brief(question, story) for story in stories)
    return Reply(cards=cards, page=question.page, pages=paged(total, size))


async def story(question: Question) -> Reply:
    """`story <id>`: each source with its time, toll and quote, again for each rewrite, and members' notes; then what
    changed when."""
    found = await _story(question, question.number("story"))
    told = await question.house.ask(lambda store: _timeline(store, found, question))
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
    hours, labelled = question.digest_hours(channel), len(question.watches) > 1
    if not stories:
        form = _("The next digest is empty so far. Digests go out daily at {hours}.")
        return Reply(lines=(phrase(form, hours=hours),))
    when = phrase(_("So far. Digests go out daily at {hours}."), hours=hours)
    return Reply(lines=(when,), cards=render.digest_cards(stories, question.now, labelled=labelled))


def _no_digest(question: Question) -> str:
    """What to do in a place that has none: there is something for everyone."""
    sign = question.prefix
    mine = _(
        "No digest goes to this place; {sign}latest shows the newest stories. You can change that with {sign}subscribe."
    )
    others = _(
        "No digest goes to this place; {sign}latest shows the newest stories. A manager can change that with "
        "{sign}subscribe."
    )
    return (mine if question.may("channel") else others).format(sign=sign)


def _brief(question: Question, found: Story) -> Card:
    return render.brief(found, labelled=question.label(found.watch) is not None)


def _none_yet(question: Question) -> str:
    if len(question.watches or question.house.watches) == 1:
        return _("No story yet: nothing that concerns this watch has come in.")
    return _("No story yet: nothing that concerns these watches has come in.")


async def _story(question: Question, number: int) -> Story:
    """The story of a number, or the one it was merged into. Raises Trouble."""
    found = await question.house.story(number)
    if found is None or not found.sources:
        raise Trouble(
            _("There is no story {number}. {prefix}latest shows the newest.").format(
                number=number, prefix=question.prefix
            )
        )
    return found


def hit_card(found: Found, story: Story | None, numbers: str, now: datetime) -> Card:
    """An item under its story's line of facts, its own title quoted below; without a story, under its title."""
    source, language = found.source, render.language_shown(found.source)
    title, url = (headline(story), None) if story else (_title(source), source.url)
    tongue = (Span(f" · {language}"),) if language else ()
    lines: list[Line] = [(Span(quoted(_title(source)), source.url),)] if story else []
    lines.append((Span(f"{clean(source.publisher)} · "), *render.told_line(source, now), *tongue))
    tier = formats.tier_title(source.tier) if source.tier is not None and numbers else _("not flagged")
    lines.append((Span(formats.joined((tier, numbers, _("item #{entry}").format(entry=source.entry)))),))
    if known := gloss(source, title):
        lines.append((Span(known),))
    if found.earlier:
        lines += _earlier(found.earlier, source.entry, now)
    quote = () if found.earlier else telling_quotes((*source.quotes, found.summary), source.title)
    spoken, at = language if quote else None, render.exact_time(source)
    return Card(title, url, source.tier, tuple(lines), quote, spoken, at=at)


def _earlier(one: EarlierWording, entry: int, now: datetime) -> Iterable[Line]:
    """That the words stand there no more, when they did, and what stood there."""
    name = wording_name(entry, one.number)
    yield earlier_line(name, one.read, now)
    yield (Span(quoted(cut(clean(one.passage), SNIPPET))),)


def earlier_line(name: str, read: datetime, now: datetime) -> Line:
    """That the words stood in an earlier wording of that name, and when it was read."""
    form, when = _("in an earlier wording, {name}, read {when}"), render.moment_span(read, now)
    return phrase(form, name=Span(name, strong=True), when=when)


def telling_quotes(quotes: Sequence[str], title: str) -> tuple[str, ...]:
    """The first of the sentences that says more than the title."""
    said = (cut(clean(quote), SNIPPET) for quote in quotes)
    return tuple(one for one in said if one and one.casefold() != clean(title).casefold())[:1]


def _timeline(store: Store, story: Story, question: Question) -> list[Source | MemberNote]:
    """What the sources told, in order of time: a rewritten one stands there once for each of its wordings. The notes of
    the asker's server stand between them, each behind what was told before it was written."""
    kept = ((source, store.archive.wordings(source.entry) if source.rewritten else None) for source in story.sources)
    told = sorted((told for source, known in kept for told in tellings(source, known, story.watch)), key=told_order)
    notes = store.notes.of_story(story.id, question.asker.scope, question.asker.key)
    return sorted((*told, *notes), key=_moment)


def _moment(one: Source | MemberNote) -> datetime:
    return one.at if isinstance(one, MemberNote) else told_at(one)


def _entry(one: Source | MemberNote, now: datetime) -> Field:
    return _noted(one, now) if isinstance(one, MemberNote) else _told(one, now)


def _noted(note: MemberNote, now: datetime) -> Field:
    """A member's own line: it says whose it is, and that it is no source's."""
    name = formats.joined(
        (_("📝 Note by {name}").format(name=clean(note.name)), _("not a source"), _("note {id}").format(id=note.id))
    )
    return Field(name, ((render.moment_span(note.at, now),), (Span(clean(note.text)),)))


def _told(source: Source, now: datetime) -> Field:
    """One source in a timeline."""
    told = render.told_line(source, now)
    when = phrase(_("rewritten {when}"), when=told) if source.reworded else told
    lines: list[Line] = [when, (Span(_title(source), source.url),)]
    if toll := gloss(source) or tolls_told(source):
        lines.append((Span(toll, strong=True),))
    lines += [(Span(quoted(quote)),) for quote in telling_quotes(source.quotes, source.title)]
    lines += [(Span(_(render.NO_LONGER)),)] if source.outdated else []
    number = wording_name(source.entry, source.wording) if source.rewritten else f"#{source.entry}"
    return Field(formats.joined((clean(source.publisher), render.language_shown(source), number)), tuple(lines))


def _changes(story: Story, now: datetime) -> Field:
    lines = tuple((render.moment_span(one.at, now), Span(colon() + facts.change(one))) for one in story.changes[-10:])
    return Field(_("What changed"), lines)


def _title(source: Source) -> str:
    return cut(clean(source.title), 240) or _("(untitled)")
