"""The answer to `search`: stories that a query finds, each with its best sentence; or items, where that is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot import render
from bot.card import Card, Line, Reply, Span
from bot.citation.reference import wording_name
from bot.desk.parse import Trouble
from bot.desk.question import Question, paged, past_the_end, said
from bot.desk.stories import PER_PAGE, SNIPPET, earlier_line, hit_card, telling_quotes
from bot.gloss import gloss
from bot.language import _, plural, plural_forms
from bot.wording.counts import stories_counted
from bot.wording.formats import clean, colon, cut, quoted, spaced
from bot.wording.headline import headline
from bot.wording.passages import passage_line
from bot.wording.query import counted, misread_text
from feeds.model import Found, Matching, Page, Source, Story
from feeds.query import Misread, Query, parse_query
from feeds.store import Store
from feeds.store.search.texts import Passage
from feeds.stories.told import told_order

_LAST_PAGE = 2000  # of 10,000 stories


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was found: stories with their passages, or items with the stories that they are in."""

    query: Query
    matching: Matching
    stories: Sequence[Story] = ()
    passages: Mapping[int, Passage] = field(default_factory=dict)
    page: Page | None = None
    items_of: Mapping[int | None, Story] = field(default_factory=dict)
    unflagged: bool = False
    guess: str = ""


async def search(question: Question) -> Reply:
    """`search <query>`: the stories that it finds, newest or best first, five on a page; with `as:items` the items.
    Where no watch flagged any, plain words find other items."""
    if question.page > _LAST_PAGE:
        raise Trouble(_("Nobody reads that far: please narrow it, by a place: or by since:"))
    found = await question.house.ask(lambda store: _look(store, question))
    if isinstance(found, Misread):
        raise Trouble(misread_text(found))
    if not found.matching.total:
        return said(spaced(_cut_said(found.query), _nothing(question.text("words"), found)))
    if not found.matching.ids:
        raise past_the_end(paged(found.matching.total, PER_PAGE))
    heading = spaced(_cut_said(found.query), _heading(question, found) + colon().rstrip(" "))
    cards = _story_cards(question, found) if found.page is None else await _item_cards(question, found, found.page)
    return Reply(heading, tuple(cards), question.page, paged(min(found.matching.total, 10_000), PER_PAGE))


def _look(store: Store, question: Question) -> _Answer | Misread:
    """What the archive holds for the question, on the thread of a reader."""
    known = question.house.names.known(store)
    query = parse_query(question.text("words"), known, question.now)
    if isinstance(query, Misread):
        return query
    offset, watches = (question.page - 1) * PER_PAGE, question.watches
    if query.as_items:
        return _items(store, query, offset, watches)
    matching = store.queries.stories(query, watches, PER_PAGE, offset)
    if not matching.total:
        return _otherwise(store, query, offset, known.guess(_words(query)))
    return _Answer(query, matching, store.stories.several(matching.ids), store.queries.passages(query, matching.ids))


def _otherwise(store: Store, query: Query, offset: int, guess: str) -> _Answer:
    """What no watch of this place flagged; of plain words only, for facts are those of what was flagged."""
    if not query.plain:
        return _Answer(query, Matching((), 0), guess=guess)
    found = _items(store, query, offset, (), everything=True)
    return replace(found, unflagged=True, guess=guess)


def _items(store: Store, query: Query, offset: int, watches: Sequence[str], *, everything: bool = False) -> _Answer:
    page = store.archive.items(query, PER_PAGE, offset, watches=watches, everything=everything)
    stories = (store.stories.resolve(one) for one in {hit.story for hit in page.items} if one is not None)
    held: dict[int | None, Story] = {story.id: story for story in stories if story is not None and story.sources}
    matching = Matching(tuple(hit.source.entry for hit in page.items), page.total, page.partial)
    return _Answer(query, matching, page=page, items_of=held)


def _words(query: Query) -> list[str]:
    return [term.text for words in query.words for term in words.terms]


# in words

_STORIES_PARTLY = plural_forms(
    "Nothing has all of these words; {total} story has some",
    "Nothing has all of these words; {total} stories have some",
)
_ITEMS = plural_forms("{total} item", "{total} items")
_ITEMS_PARTLY = plural_forms(
    "Nothing has all of these words; {total} item has some", "Nothing has all of these words; {total} items have some"
)
_UNFLAGGED = plural_forms(
    "Nothing flagged; {total} item that no watch flagged", "Nothing flagged; {total} items that no watch flagged"
)
_UNFLAGGED_PARTLY = plural_forms(
    "Nothing flagged; {total} item that no watch flagged has some of these words, none all",
    "Nothing flagged; {total} items that no watch flagged have some of these words, none all",
)
_OTHERS = plural_forms(
    "Nothing flagged for this channel; {total} other item", "Nothing flagged for this channel; {total} other items"
)
_OTHERS_PARTLY = plural_forms(
    "Nothing flagged for this channel; {total} other item has some of these words, none all",
    "Nothing flagged for this channel; {total} other items have some of these words, none all",
)


def _nothing(text: str, found: _Answer) -> str:
    advice = _("Fewer conditions may find more.")
    if found.guess:
        advice = _("Did you mean {name}?").format(name=found.guess)
    elif found.query.words:
        advice = _("Fewer words, or a place's name, may find more.")
    return spaced(_("Nothing found for “{text}”.").format(text=cut(clean(text), 100)), advice)


def _cut_said(query: Query) -> str:
    return _("Only the first 16 different words were looked for.") if query.cut else ""


def _heading(question: Question, found: _Answer) -> str:
    total, partial = found.matching.total, found.matching.partial
    if found.page is not None:
        return _items_heading(question, found, total)
    if partial:
        return plural(*_STORIES_PARTLY, total, total=counted(total))
    if total > 1 and found.query.sort == "best":
        return plural("{total} story, best first", "{total} stories, best first", total, total=counted(total))
    if total > 1:
        return plural("{total} story, newest first", "{total} stories, newest first", total, total=counted(total))
    return stories_counted(total)


def _items_heading(question: Question, found: _Answer, total: int) -> str:
    """What is found as items: flagged ones, or where nothing was flagged, by no watch or by none of this channel's."""
    partial = found.matching.partial
    if not found.unflagged:
        forms = _ITEMS_PARTLY if partial else _ITEMS
    elif set(question.house.watches) <= set(question.watches or question.house.watches):
        forms = _UNFLAGGED_PARTLY if partial else _UNFLAGGED
    else:
        forms = _OTHERS_PARTLY if partial else _OTHERS
    return plural(*forms, total, total=counted(total))


# as cards


def _story_cards(question: Question, found: _Answer) -> list[Card]:
    return [story_card(question, one, found.passages.get(one.id)) for one in found.stories if one.sources]


def story_card(question: Question, story: Story, passage: Passage | None) -> Card:
    """A story's line of facts, below it the sentence that was looked for, who said so and when, and how many more."""
    source = next((one for one in story.sources if passage and one.entry == passage.entry), story.headline)
    lines = list(_said(source, passage))
    lines.append((*_credit(source, question.now), *_more(story)))
    if known := gloss(source, headline(story)):
        lines.append((Span(known),))
    if passage is not None and passage.earlier is not None and passage.read is not None:
        lines.append(_gone(passage, passage.earlier, passage.read, question.now))
    named = render.number(story.id, question.label(story.watch))
    newest = render.exact_time(max(story.sources, key=told_order))
    footer = f"{named[:1].upper()}{named[1:]}"
    return Card(headline(story), None, story.tier, tuple(lines), footer=footer, at=newest)


def _said(source: Source, passage: Passage | None) -> list[Line]:
    if passage is not None:
        line = passage_line(passage.title, passage.text, SNIPPET)
        return [line] if line else []
    title = clean(source.title)
    quote = next(iter(telling_quotes(source.quotes, source.title)), cut(title, SNIPPET))
    return [(Span(quoted(quote)),)] if quote else []


def _credit(source: Source, now: datetime) -> Line:
    tongue = render.language_shown(source)
    publisher = Span(clean(source.publisher) or _("Unnamed source"), source.url)
    return (publisher, Span(" · "), *render.told_line(source, now), *((Span(f" · {tongue}"),) if tongue else ()))


def _more(story: Story) -> Line:
    others = len(story.sources) - 1
    return (Span(" · " + plural("+{n} report", "+{n} reports", others)),) if others else ()


def _gone(passage: Passage, wording: int, read: datetime, now: datetime) -> Line:
    return earlier_line(wording_name(passage.entry, wording), read, now)


async def _item_cards(question: Question, found: _Answer, page: Page) -> list[Card]:
    told = [(one, await _numbers(question, one)) for one in page.items]
    return [hit_card(one, found.items_of.get(one.story), numbers, question.now) for one, numbers in told]


async def _numbers(question: Question, found: Found) -> str:
    """The story that a hit is in; where several watches flagged it, each one's, the channel's own if it is in any."""
    number = found.source.entry
    item = await question.house.ask(lambda store: store.archive.entry(number)) if question.label(found.watch) else None
    told = [(story, one.match.watch) for story, one in item.findings] if item else [(found.story, found.watch)]
    here = [(story, watch) for story, watch in told if watch in question.watches] or told
    return ", ".join(render.number(story, question.label(watch)) for story, watch in here if story is not None)
