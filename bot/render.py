"""Stories as cards: the alert of one event, the line for its thread, the digest. Pure; `now` is an argument.

Texts are plain: each transport escapes them in its own way and cuts again where its own limits are tighter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import wording, words
from bot.card import Card, Field, Line, Span
from bot.words import clean, cut
from feeds.model import Change, Source, Story
from feeds.stories.voices import told_at
from seeds.model import Tier


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a card may hold, in characters: a title, one line or quote, a field, the whole card; then counts.

    The defaults suit a terminal and leave room for escapes below Discord's 256, 1024, 4096 and 6000
    (https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
    """

    title: int = 240
    line: int = 320
    field: int = 1000
    total: int = 3600
    sources: int = 6
    quotes: int = 3
    updates: int = 3
    cards: int = 10


DEFAULT = Limits()


def alert(story: Story, limits: Limits = DEFAULT) -> Card:
    """The one message of a story: what happened, who says so, how sure that is, and what changed since.

    A merged story becomes a pointer to the elder one. Times are told as on the day the story opened, when the message
    was posted: it is read on later days as well.
    """
    if story.merged_into is not None:
        return _pointer(story, limits)
    if not story.sources:
        return Card(f"Story {story.id} has no sources any more", tier=story.tier, footer=f"Story {story.id}")
    lead, quoted, day = story.headline, _quoted(story), story.opened
    quotes = _quotes(quoted, clean(lead.title), limits)
    lines = [*_summary(story), *_updates(story, day, limits)]
    if quoted is not None and quotes:
        lines.append(_credit(quoted, day))
    card = Card(
        title=_title(lead, limits),
        url=lead.url,
        tier=story.tier,
        lines=tuple(_short(line, limits.line) for line in lines),
        quotes=quotes,
        language=quoted.language if quoted and quotes else None,
        fields=(_sources(story, day, limits),),
        footer=_footer(story),
        at=story.updated,
    )
    return _fitting(card, limits.total)


def note_text(story: Story, changes: Sequence[Change]) -> str:
    """One plain line beside the story's alert: what changed, and of what."""
    if story.merged_into is not None:
        return _elsewhere(story)
    text = "; ".join(map(wording.change, changes))
    return cut(f"{text[:1].upper()}{text[1:]} — {clean(_headline(story))}", 300)


def digest_cards(stories: Sequence[Story], now: datetime, limits: Limits = DEFAULT) -> tuple[Card, ...]:
    """The quiet stories of a day as one list, grouped by tier, loudest first; more cards when one is too small."""
    ordered = sorted((story for story in stories if story.sources), key=lambda story: list(Tier).index(story.tier))
    blocks = [_packed(words.TIERS[tier], [_item(s) for s in ordered if s.tier is tier], limits) for tier in Tier]
    fields = [field for block in blocks for field in block]
    if not fields:
        return (Card(f"Digest of {words.day(now)}", lines=((Span("Nothing new in this one."),),), at=now),)
    groups = _grouped(fields, limits)[: limits.cards]
    total = words.count(len(ordered), "story")
    return tuple(
        Card(f"Digest of {words.day(now)}: {total}" if at == 0 else "Digest, continued", fields=group, at=now)
        for at, group in enumerate(groups)
    )


def brief(story: Story, limits: Limits = DEFAULT) -> Card:
    """A story as one entry of a list: headline, place and day, toll, how far it is confirmed."""
    if not story.sources:
        return Card(f"Story {story.id} has no sources any more", tier=story.tier)
    lead = story.headline
    lines = tuple(_short(line, limits.line) for line in _summary(story, voices=2))
    return Card(_title(lead, limits), lead.url, story.tier, lines, footer=_footer(story), at=story.updated)


def _summary(story: Story, voices: int = 3) -> Iterable[Line]:
    account = story.account
    yield (Span(wording.label(story), strong=True),)
    if said := wording.details(account):
        yield (Span(said),)
    official = {source.publisher for source in story.sources if source.standing == "official"}
    for harm, name in wording.HARM_LABELS:
        line = wording.toll(account.toll(harm), name, voices, official)
        if line is not None:
            yield line
        if by_class := wording.classes(account, harm):
            yield (Span(f"{name} by class: {by_class}"),)
    yield (Span(wording.confirmed(account.confirmation)),)


def _updates(story: Story, now: datetime, limits: Limits) -> Iterable[Line]:
    """The latest changes, one line a moment, newest last; what came within a minute of the first report is no news."""
    moments: dict[datetime, list[str]] = {}
    for change in story.changes:
        if change.at - story.opened > timedelta(minutes=1):
            moments.setdefault(change.at, []).append(wording.change(change))
    for at in sorted(moments)[-limits.updates :]:
        yield (Span(f"Updated {words.instant(at, now)}: ", strong=True), Span("; ".join(moments[at])))


def _quoted(story: Story) -> Source | None:
    """Whose words stand on the card: an official source's, else one that states the believed toll, else the newest;
    of equals one in the title's language, so that a card does not change its language with every report."""
    language = story.headline.language
    believed = [(harm, count) for harm, _ in wording.HARM_LABELS if (count := story.account.believed(harm)) is not None]

    def worth(source: Source) -> tuple[bool, int, bool, datetime]:
        stated = sum(getattr(source.facts, harm) == count for harm, count in believed)
        return source.standing == "official", stated, source.language == language, told_at(source)

    return max((source for source in story.sources if source.quotes), key=worth, default=None)


def _credit(source: Source, now: datetime) -> Line:
    return (Span(f"{_publisher(source)}, {time(source, now)}:"),)


def _quotes(source: Source | None, title: str, limits: Limits) -> tuple[str, ...]:
    """The source's sentences; a title only when it is not the card's and there is nothing else."""
    quotes = [clean(quote) for quote in source.quotes if clean(quote)] if source else []
    titles = {title.casefold(), clean(source.title).casefold() if source else ""}
    kept = [quote for quote in quotes if quote.casefold() not in titles]
    kept = kept or [quote for quote in quotes if quote.casefold() != title.casefold()]
    return tuple(cut(quote, limits.line) for quote in kept[: limits.quotes])


def _sources(story: Story, now: datetime, limits: Limits) -> Field:
    """Each publisher with a link to its newest word, official ones first, then by arrival; the rest are counted."""
    newest: dict[str, Source] = {}
    for source in story.sources:
        newest[_publisher(source)] = source
    ordered = sorted(newest.items(), key=lambda pair: pair[1].standing != "official")
    lines: list[Line] = [
        (Span(name, one.url), Span(f" {time(one, now)} ({clean(one.language)})")) for name, one in ordered
    ]
    kept = lines if len(lines) <= limits.sources else lines[: limits.sources - 1]
    if len(kept) < len(lines):
        kept.append((Span(f"also: {words.count(len(lines) - len(kept), 'source')}"),))
    return Field("Sources", tuple(_fit(kept, limits.field)))


def _publisher(source: Source) -> str:
    return clean(source.publisher) or "Unnamed source"


def time(source: Source, now: datetime) -> str:
    """When a source told it: its own time; where that names the day only, that day, or the hour of it we saw it in."""
    published = source.published
    if published is None or published.precision == "instant" or abs(source.seen - published.start) < timedelta(days=1):
        return words.instant(told_at(source), now)
    return words.moment(published, now)


def _headline(story: Story) -> str:
    return story.headline.title if story.sources else f"story {story.id}"


def _title(source: Source, limits: Limits) -> str:
    title = clean(source.title) or clean(" ".join(source.quotes)) or f"Untitled item of {_publisher(source)}"
    return cut(title, limits.title)


def _footer(story: Story) -> str:
    more = f"linked to story {story.linked_to}" if story.linked_to else None
    return words.joined((f"Story {story.id}", more))


def _pointer(story: Story, limits: Limits) -> Card:
    title = cut(clean(_headline(story)) or f"Story {story.id}", limits.title)
    line = _short((Span(_elsewhere(story)),), limits.line)
    return Card(
        title, tier=story.tier, lines=(line,), footer=f"Story {story.id} → {story.merged_into}", at=story.updated
    )


def _elsewhere(story: Story) -> str:
    return f"This is the same event as story {story.merged_into}; news of it goes there."


def _item(story: Story) -> Line:
    lead, account = story.headline, story.account
    voices = words.listed(map(clean, account.confirmation.voices), 2)
    who = words.joined((wording.place(account), voices, f"story {story.id}"))
    return (Span(cut(clean(lead.title) or f"Story {story.id}", 160), lead.url), Span(f" · {who}"))


def _packed(name: str, lines: Sequence[Line], limits: Limits) -> list[Field]:
    """The lines as fields of that name, as many as their length needs."""
    fields: list[Field] = []
    rest = list(lines)
    while rest:
        kept = _fit(rest, limits.field) or rest[:1]
        fields.append(Field(name if not fields else f"{name}, continued", tuple(kept)))
        rest = rest[len(kept) :]
    return fields


def _grouped(fields: Sequence[Field], limits: Limits) -> list[tuple[Field, ...]]:
    groups: list[list[Field]] = [[]]
    room = limits.total
    for field in fields:
        size = _weight(field)
        if groups[-1] and size > room:
            groups.append([])
            room = limits.total
        groups[-1].append(field)
        room -= size
    return [tuple(group) for group in groups]


def _fit(lines: Sequence[Line], room: int) -> list[Line]:
    """The first lines that fit; addresses count too, since some transports write them out."""
    kept = []
    for line in lines:
        room -= _length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _short(line: Line, room: int) -> Line:
    """The line with its spans cut where the room ends."""
    kept = []
    for span in line:
        text = cut(span.text, room)
        if text:
            kept.append(Span(text, span.url, span.strong))
        room -= len(text)
    return tuple(kept)


def _fitting(card: Card, total: int) -> Card:
    """The card without its last quotes, then its last lines, then its fields, until it fits."""
    while weight(card) > total and len(card.quotes) > 1:
        card = replace(card, quotes=card.quotes[:-1])
    while weight(card) > total and len(card.lines) > 1:
        card = replace(card, lines=card.lines[:-1])
    return card if weight(card) <= total else replace(card, fields=())


def weight(card: Card) -> int:
    """How many characters a card holds in all, addresses included."""
    parts = [len(card.title), len(card.footer), *map(len, card.quotes), *map(_length, card.lines)]
    return sum(parts) + sum(map(_weight, card.fields))


def _weight(field: Field) -> int:
    return len(field.name) + sum(_length(line) + 1 for line in field.lines)


def _length(line: Line) -> int:
    return sum(len(span.text) + (len(span.url) + 4 if span.url else 0) for span in line)
