"""Stories as cards: the alert of one event, the line for its thread, the digest. Pure; `now` is an argument.

Texts are plain: each transport escapes them in its own way and cuts again where its own limits are tighter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.card import Card, Field, Line, Span
from bot.fit import shorten
from bot.wording import facts, formats
from bot.wording.formats import clean, cut
from feeds.model import Change, Source, Story
from feeds.stories.told import told_order, told_when
from seeds.model import Tier
from seeds.text.language import language_code


@dataclass(frozen=True, slots=True)
class Layout:
    """How much is told: characters of one line or quote, then how many sources, quotes and updates.

    What of it fits into a message is decided by `bot.fit`, for each transport by its own limits.
    """

    line: int = 320
    sources: int = 6
    quotes: int = 3
    updates: int = 3


DEFAULT = Layout()
_TITLE = 240


def alert(story: Story, layout: Layout = DEFAULT, *, labelled: bool = False) -> Card:
    """The one message of a story: what happened, who says so, how sure that is, and what changed since.

    A merged story becomes a pointer to the elder one. Times are told as on the day the story opened, when the message
    was posted: it is read on later days as well. `labelled` cards say of which watch they are.
    """
    if story.merged_into is not None:
        return _pointer(story, layout)
    if not story.sources:
        return Card(f"Story {story.id} has no sources any more", tier=story.tier, footer=f"Story {story.id}")
    lead, quoted, day = story.headline, _quoted(story), story.opened
    quotes = _quotes(quoted, clean(lead.title), layout)
    lines = [*_summary(story), *_updates(story, day, layout)]
    if quoted is not None and quotes:
        lines.append(_credit(quoted, day))
    return Card(
        title=_title(lead),
        url=lead.url,
        tier=story.tier,
        lines=tuple(shorten(line, layout.line) for line in lines),
        quotes=quotes,
        language=language_shown(quoted) if quoted and quotes else None,
        fields=(_sources(story, day, layout),),
        footer=_footer(story, labelled=labelled),
        at=story.updated,
    )


def note_text(story: Story, changes: Sequence[Change]) -> str:
    """One plain line beside the story's alert: what changed, and of what."""
    if story.merged_into is not None:
        return _elsewhere(story)
    text = "; ".join(map(facts.change, changes))
    return cut(f"{text[:1].upper()}{text[1:]} — {clean(_headline(story))}", 300)


def digest_cards(stories: Sequence[Story], now: datetime, *, labelled: bool = False) -> tuple[Card, ...]:
    """The quiet stories of a day as one list, grouped by tier, loudest first; `labelled` as for alerts."""
    told = [story for story in stories if story.sources]
    by_tier = [(tier, tuple(_item(story, labelled) for story in told if story.tier is tier)) for tier in Tier]
    fields = tuple(Field(formats.TIERS[tier], lines) for tier, lines in by_tier if lines)
    if not fields:
        return (Card(f"Digest of {formats.day(now)}", lines=((Span("Nothing new in this one."),),), at=now),)
    title = f"Digest of {formats.day(now)}: {formats.count(len(told), 'story')}"
    return (Card(title, fields=fields, at=now, continued="Digest, continued"),)


def brief(story: Story, layout: Layout = DEFAULT, *, labelled: bool = False) -> Card:
    """A story as one entry of a list: headline, place and day, toll, how far it is confirmed, when it was last told;
    `labelled` as for alerts."""
    if not story.sources:
        return Card(f"Story {story.id} has no sources any more", tier=story.tier)
    lead = story.headline
    lines = tuple(shorten(line, layout.line) for line in _summary(story, voices=2))
    footer, newest = _footer(story, labelled=labelled), max(story.sources, key=told_order)
    return Card(_title(lead), lead.url, story.tier, lines, footer=footer, at=exact_time(newest))


def _summary(story: Story, voices: int = 3) -> Iterable[Line]:
    account = story.account
    yield (Span(facts.label(story), strong=True),)
    if said := facts.details(account):
        yield (Span(said),)
    official = {source.publisher for source in story.sources if source.standing == "official"}
    for harm, name in facts.HARM_LABELS:
        line = facts.toll(account.toll(harm), name, voices, official)
        if line is not None:
            yield line
        if by_class := facts.classes(account, harm):
            yield (Span(f"{name} by class: {by_class}"),)
    yield (Span(facts.confirmed(account.confirmation)),)


def _updates(story: Story, now: datetime, layout: Layout) -> Iterable[Line]:
    """The latest changes, one line a moment, newest last; what came within a minute of the first report is no news."""
    moments: dict[datetime, list[str]] = {}
    for change in story.changes:
        if change.at - story.opened > timedelta(minutes=1):
            moments.setdefault(change.at, []).append(facts.change(change))
    for at in sorted(moments)[-layout.updates :]:
        yield (Span(f"Updated {formats.instant(at, now)}: ", strong=True), Span("; ".join(moments[at])))


def _quoted(story: Story) -> Source | None:
    """Whose words stand on the card: an official source's, else one that states the believed toll, else the newest;
    of equals one in the title's language, so that a card does not change its language with every report."""
    language = story.headline.language
    believed = [(harm, count) for harm, _ in facts.HARM_LABELS if (count := story.account.believed(harm)) is not None]

    def worth(source: Source) -> tuple[bool, int, bool, tuple[datetime, int, int]]:
        stated = sum(getattr(source.facts, harm) == count for harm, count in believed)
        return source.standing == "official", stated, source.language == language, told_order(source)

    return max((source for source in story.sources if source.quotes), key=worth, default=None)


def _credit(source: Source, now: datetime) -> Line:
    return (Span(f"{_publisher(source)}, {time(source, now)}:"),)


def _quotes(source: Source | None, title: str, layout: Layout) -> tuple[str, ...]:
    """The source's sentences; a title only when it is not the card's and there is nothing else."""
    quotes = [clean(quote) for quote in source.quotes if clean(quote)] if source else []
    titles = {title.casefold(), clean(source.title).casefold() if source else ""}
    kept = [quote for quote in quotes if quote.casefold() not in titles]
    kept = kept or [quote for quote in quotes if quote.casefold() != title.casefold()]
    return tuple(cut(quote, layout.line) for quote in kept[: layout.quotes])


def _sources(story: Story, now: datetime, layout: Layout) -> Field:
    """Each publisher with a link to its newest word, official ones first, then as they spoke; the rest are counted."""
    newest: dict[str, Source] = {}
    for source in sorted(story.sources, key=told_order):
        newest[_publisher(source)] = source
    ordered = sorted(newest.items(), key=lambda pair: pair[1].standing != "official")
    lines = [_mention(name, one, now) for name, one in ordered]
    kept = lines if len(lines) <= layout.sources else lines[: layout.sources - 1]
    if len(kept) < len(lines):
        kept.append((Span(f"also: {formats.count(len(lines) - len(kept), 'source')}"),))
    return Field("Sources", tuple(kept))


def _mention(name: str, source: Source, now: datetime) -> Line:
    language = language_shown(source)
    return (Span(name, source.url), Span(f" {time(source, now)}" + (f" ({language})" if language else "")))


def _publisher(source: Source) -> str:
    return clean(source.publisher) or "Unnamed source"


def language_shown(source: Source) -> str:
    """A source's language as members read it; "" when nobody knows it, or it has several."""
    return clean(source.language) if source.language and language_code(source.language) else ""


def time(source: Source, now: datetime) -> str:
    """When a source told what it says now, only as exactly as is known: "10 Feb 14:05 UTC", "10 Feb 2021"; what it says
    since it was rewritten, when that was read; of an undated one: "read 10 Feb 14:05 UTC"."""
    if source.published is None and source.reworded is None:
        return f"read {formats.instant(source.seen, now)}"
    return formats.moment(told_when(source), now)


def exact_time(source: Source) -> datetime | None:
    """The instant at which a source told it; None where it does not say as much."""
    when = told_when(source)
    return when.start if when.precision == "instant" else None


def _headline(story: Story) -> str:
    return story.headline.title if story.sources else f"story {story.id}"


def _title(source: Source) -> str:
    title = clean(source.title) or clean(" ".join(source.quotes)) or f"Untitled item of {_publisher(source)}"
    return cut(title, _TITLE)


def _footer(story: Story, *, labelled: bool) -> str:
    more = f"linked to story {story.linked_to}" if story.linked_to else None
    named = number(story.id, story.watch if labelled else None)
    return formats.joined((f"{named[:1].upper()}{named[1:]}", more))


def number(story: int, watch: str | None) -> str:
    """ "story 12", or with its watch "story 12 (name)"."""
    return f"story {story} ({watch})" if watch else f"story {story}"


def _pointer(story: Story, layout: Layout) -> Card:
    title = cut(clean(_headline(story)) or f"Story {story.id}", _TITLE)
    line = shorten((Span(_elsewhere(story)),), layout.line)
    return Card(
        title, tier=story.tier, lines=(line,), footer=f"Story {story.id} → {story.merged_into}", at=story.updated
    )


def _elsewhere(story: Story) -> str:
    return f"This is the same event as story {story.merged_into}; news of it goes there."


def _item(story: Story, labelled: bool) -> Line:
    lead, account = story.headline, story.account
    voices = formats.listed(map(clean, account.confirmation.voices), 2)
    who = formats.joined((facts.place(account), voices, number(story.id, story.watch if labelled else None)))
    return (Span(cut(clean(lead.title) or f"Story {story.id}", 160), lead.url), Span(f" · {who}"))
