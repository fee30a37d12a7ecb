"""Stories as cards: the alert of one event, the line for its thread, the digest. Pure; `now` is an argument.

Texts are plain: each transport escapes them in its own way and cuts again where its own limits are tighter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import words
from bot.card import Card, Field, Line, Span
from bot.fit import shorten
from bot.words import clean, cut
from feeds.model import Channel, Source, Story
from feeds.stories.confirmation import Figure, Figures, HarmKind, Ladder, Rung, figures, ladder, story_headline, told_at
from seeds.model import Tier, Victims


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
_HARMS: tuple[tuple[HarmKind, str], ...] = (("killed", "Killed"), ("injured", "Injured"))
_VICTIMS: tuple[tuple[Victims, tuple[str, str]], ...] = (
    ("peacekeepers", ("peacekeeper", "peacekeepers")),
    ("national_forces", ("member of national forces", "of national forces")),
    ("civilians", ("civilian", "civilians")),
    ("contractors", ("contractor", "contractors")),
    ("attackers", ("attacker", "attackers")),
)


def alert(story: Story, channel: Channel | None, now: datetime, layout: Layout = DEFAULT) -> Card:
    """The one message of a story: what happened, who says so, how sure that is, and what changed since.

    A merged story becomes a pointer to the elder one. `channel` is the place it goes to, None for an answer. Times
    are told as on the day the story opened, when the message was posted: it is read on later days as well.
    """
    if story.merged_into is not None:
        return _pointer(story, layout)
    if not story.sources:
        return Card(f"Story {story.id} has no sources any more", tier=story.tier, footer=f"Story {story.id}")
    lead, quoted, day = story_headline(story), _quoted(story), story.opened
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
        language=quoted.language if quoted and quotes else None,
        fields=(_sources(story, day, layout),),
        footer=_footer(story),
        at=story.updated,
    )


def note_text(story: Story, text: str) -> str:
    """One plain line for the story's thread: what changed, and of what."""
    if story.merged_into is not None:
        return _elsewhere(story)
    return cut(f"{text[:1].upper()}{text[1:]} — {clean(_headline(story))}", 300)


def digest_cards(stories: Sequence[Story], channel: Channel | None, now: datetime) -> tuple[Card, ...]:
    """The quiet stories of a day as one list, grouped by tier, loudest first."""
    told = [story for story in stories if story.sources]
    by_tier = [(tier, tuple(_item(story) for story in told if story.tier is tier)) for tier in Tier]
    fields = tuple(Field(words.TIERS[tier], lines) for tier, lines in by_tier if lines)
    if not fields:
        return (Card(f"Digest of {words.day(now)}", lines=((Span("Nothing new in this one."),),), at=now),)
    title = f"Digest of {words.day(now)}: {words.count(len(told), 'story')}"
    return (Card(title, fields=fields, at=now, continued="Digest, continued"),)


def brief(story: Story, layout: Layout = DEFAULT) -> Card:
    """A story as one entry of a list: headline, place and day, toll, how far it is confirmed."""
    if not story.sources:
        return Card(f"Story {story.id} has no sources any more", tier=story.tier)
    lead = story_headline(story)
    lines = tuple(shorten(line, layout.line) for line in _summary(story, voices=2))
    return Card(_title(lead), lead.url, story.tier, lines, footer=_footer(story), at=story.updated)


def label(story: Story) -> str:
    """Tier, place and day: "Incident · Springfield, Springfield region · 10 Feb 2021"."""
    return words.joined((words.TIERS[story.tier], place(story), happened(story)))


def place(story: Story) -> str:
    """The place that most sources name (of equals the headline's, then the first), with its region; "" for none."""
    named = Counter(source.facts.place for source in story.sources if source.facts.place)
    if not named:
        return ""
    lead = story_headline(story).facts.place
    chosen = max(named, key=lambda one: (named[one], one == lead))
    stated = (source.facts for source in story.sources)
    region = next((facts.region for facts in stated if facts.place == chosen and facts.region), "")
    name, region = clean(chosen), clean(region or "")
    return f"{name}, {region} region" if region and region.casefold() != name.casefold() else name


def happened(story: Story) -> str:
    """The day of the event as most sources state it (of equals the first to say so); "" when none does."""
    stated = (source.facts.event for source in story.sources)
    days = Counter(one.start.date() for one in stated if one is not None and one.precision in ("day", "instant"))
    return words.day(days.most_common(1)[0][0]) if days else ""


def toll(stated: Figures, name: str, voices: int = 3, first: Container[str] = ()) -> Line | None:
    """Who states which count: "Killed: 4 (UN News, AFP) · 3 (early reports)"; None when nobody counts.

    Publishers in `first` are named before the others.
    """
    if not stated.stated:
        return None
    held = [f"{_amount(one)} ({_who(one, voices, first)})" for one in stated.stated[1:] if not _early(one)]
    early = [_amount(one) for one in stated.stated[1:] if _early(one)]
    if early:
        held.append(f"{' and '.join(early)} (early reports)")
    current = stated.stated[0]
    rest = "".join(f" · {one}" for one in held)
    return (
        Span(f"{name}: "),
        Span(_amount(current), strong=True),
        Span(f" ({_who(current, voices, first)}){rest}"),
    )


def rung(step: Ladder) -> str:
    """How far it is confirmed: "single source", "3 independent publishers", "UN statement, 2 h 10 min after …"."""
    others = len(step.voices)
    if step.rung is Rung.SINGLE:
        return "Single source"
    if step.rung is Rung.SEVERAL:
        return words.count(others, "independent publisher")
    delay = f", {words.span(step.delay)} after the first report" if step.delay else ", the first report"
    return words.joined((f"UN statement{delay}", words.count(others, "independent publisher") if others > 1 else None))


def classes(story: Story, harm: HarmKind) -> str:
    """The believed counts by class of victims: "4 peacekeepers, 1 civilian"; "" when all are peacekeepers."""
    found = [
        (current.count, names) for victims, names in _VICTIMS if (current := figures(story, harm, victims).current)
    ]
    counted = [(count, names) for count, names in found if count]
    if [names for _, names in counted] in ([], [_VICTIMS[0][1]]):
        return ""
    return ", ".join(words.count(count, one, many) for count, (one, many) in counted)


def details(story: Story) -> str:
    """What else the sources state: kind of attack, actor, contingents, document symbols; "" for nothing."""
    sources = (story_headline(story), *story.sources)
    attack = next((one.facts.attack for one in sources if one.facts.attack not in (None, "attack")), None)
    actor = next((one.facts.actor for one in sources if one.facts.actor), None)
    codes = Counter(code for source in story.sources for code in source.facts.contingents)
    named = words.listed((words.country(code) for code, _ in codes.most_common()), 5)
    symbols = dict.fromkeys(symbol for source in story.sources for symbol in source.facts.symbols)
    parts = (
        clean(attack).capitalize() if attack else None,
        f"named: {clean(actor)}" if actor else None,
        f"{'contingent' if len(codes) == 1 else 'contingents'}: {named}" if codes else None,
        words.listed(map(clean, symbols), 3) if symbols else None,
    )
    said = words.joined(parts)
    return said[:1].upper() + said[1:]


def _summary(story: Story, voices: int = 3) -> Iterable[Line]:
    yield (Span(label(story), strong=True),)
    if said := details(story):
        yield (Span(said),)
    official = {source.publisher for source in story.sources if source.standing == "official"}
    for harm, name in _HARMS:
        line = toll(figures(story, harm), name, voices, official)
        if line is not None:
            yield line
        if by_class := classes(story, harm):
            yield (Span(f"{name} by class: {by_class}"),)
    yield (Span(rung(ladder(story))),)


def _updates(story: Story, now: datetime, layout: Layout) -> Iterable[Line]:
    """The latest changes, one line a moment, newest last; what came within a minute of the first report is no news."""
    moments: dict[datetime, list[str]] = {}
    for change in story.changes:
        if change.at - story.opened > timedelta(minutes=1):
            moments.setdefault(change.at, []).append(clean(change.text))
    for at in sorted(moments)[-layout.updates :]:
        yield (Span(f"Updated {words.instant(at, now)}: ", strong=True), Span("; ".join(moments[at])))


def _quoted(story: Story) -> Source | None:
    """Whose words stand on the card: an official source's, else one that states the believed toll, else the newest;
    of equals one in the title's language, so that a card does not change its language with every report."""
    language = story_headline(story).language
    believed = [(harm, current.count) for harm, _ in _HARMS if (current := figures(story, harm).current)]

    def worth(source: Source) -> tuple[bool, int, bool, datetime]:
        stated = sum(getattr(source.facts, harm) == count for harm, count in believed)
        return source.standing == "official", stated, source.language == language, told_at(source)

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
    """Each publisher with a link to its newest word, official ones first, then by arrival; the rest are counted."""
    newest: dict[str, Source] = {}
    for source in story.sources:
        newest[_publisher(source)] = source
    ordered = sorted(newest.items(), key=lambda pair: pair[1].standing != "official")
    lines: list[Line] = [
        (Span(name, one.url), Span(f" {time(one, now)} ({clean(one.language)})")) for name, one in ordered
    ]
    kept = lines if len(lines) <= layout.sources else lines[: layout.sources - 1]
    if len(kept) < len(lines):
        kept.append((Span(f"also: {words.count(len(lines) - len(kept), 'source')}"),))
    return Field("Sources", tuple(kept))


def _publisher(source: Source) -> str:
    return clean(source.publisher) or "Unnamed source"


def time(source: Source, now: datetime) -> str:
    """When a source told it: its own time; where that names the day only, that day, or the hour of it we saw it in."""
    published = source.published
    if published is None or published.precision == "instant" or abs(source.seen - published.start) < timedelta(days=1):
        return words.instant(told_at(source), now)
    return words.moment(published, now)


def _amount(figure: Figure) -> str:
    return f"at least {figure.count:,}" if figure.at_least else f"{figure.count:,}"


def _early(figure: Figure) -> bool:
    return figure.early or not figure.voices


def _who(figure: Figure, voices: int, first: Container[str]) -> str:
    ordered = sorted(figure.voices, key=lambda voice: voice not in first)
    return words.listed(map(clean, ordered), voices) or "early reports"


def _headline(story: Story) -> str:
    return story_headline(story).title if story.sources else f"story {story.id}"


def _title(source: Source) -> str:
    title = clean(source.title) or clean(" ".join(source.quotes)) or f"Untitled item of {_publisher(source)}"
    return cut(title, _TITLE)


def _footer(story: Story) -> str:
    more = f"linked to story {story.linked_to}" if story.linked_to else None
    return words.joined((f"Story {story.id}", more))


def _pointer(story: Story, layout: Layout) -> Card:
    title = cut(clean(_headline(story)) or f"Story {story.id}", _TITLE)
    line = shorten((Span(_elsewhere(story)),), layout.line)
    return Card(
        title, tier=story.tier, lines=(line,), footer=f"Story {story.id} → {story.merged_into}", at=story.updated
    )


def _elsewhere(story: Story) -> str:
    return f"This is the same event as story {story.merged_into}; news of it goes there."


def _item(story: Story) -> Line:
    lead = story_headline(story)
    who = words.joined((place(story), words.listed(map(clean, ladder(story).voices), 2), f"story {story.id}"))
    return (Span(cut(clean(lead.title) or f"Story {story.id}", 160), lead.url), Span(f" · {who}"))
