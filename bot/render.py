"""Stories as cards: the alert of one event, the line for its thread, the digest. Pure; `now` is an argument.

Texts are plain: each transport escapes them in its own way and cuts again where its own limits are tighter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.card import Button, Card, Field, Line, Span
from bot.fit import shorten
from bot.gloss import gloss
from bot.language import N_, _
from bot.wording import facts, formats
from bot.wording.counts import sources_counted, stories_counted
from bot.wording.formats import clean, colon, cut, quoted
from bot.wording.headline import digest_words, filing_words, headline, subject, unsaid
from bot.wording.phrase import phrase
from feeds.model import Change, Rung, Source, Story
from feeds.stories.told import first_order, told_order, told_when
from seeds.model import Tier, When
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
NO_LONGER = N_("no longer says so")
_TITLE = 240
_NO_DAY = datetime.min.replace(tzinfo=UTC)  # beside it, every time is told with its date


def alert(story: Story, layout: Layout = DEFAULT, *, labelled: bool = False) -> Card:
    """The one message of a story: what happened, who says so, how sure that is, and what changed since.

    A merged story becomes a pointer to the elder one. Times are told as on the day the story opened, when the message
    was posted: it is read on later days as well. `labelled` cards say of which watch they are.
    """
    if story.merged_into is not None:
        return _pointer(story, layout)
    if not story.sources:
        gone = _("Story {id} has no sources any more").format(id=story.id)
        return Card(gone, tier=story.tier, footer=_("Story {id}").format(id=story.id), leading=True)
    quoted, day = _quoted(story), story.opened
    quotes = _quotes(quoted, clean(_voice(story).title), layout)
    lines = [*_summary(story), *_updates(story, day, layout), _outlet(_voice(story), headline(story))]
    if quoted is not None and quotes:
        lines.append(_credit(quoted, day))
    return Card(
        title=headline(story),
        tier=story.tier,
        lines=tuple(shorten(line, layout.line) for line in lines),
        quotes=quotes,
        language=language_shown(quoted) if quoted and quotes else None,
        fields=(_sources(story, day, layout),),
        footer=_footer(story, labelled=labelled),
        at=story.updated,
        leading=True,
        buttons=(*asking(story.id), Button("✅", verdict="✅"), Button("❌", verdict="❌")),
        tags=filing_words(story),
    )


def asking(story: int) -> tuple[Button, ...]:
    """The buttons that ask about a story."""
    return Button(_("Why"), "why", str(story)), Button(_("Timeline"), "story", str(story))


def note_text(story: Story, changes: Sequence[Change]) -> str:
    """One plain line beside the story's alert: what changed, and of what."""
    if story.merged_into is not None:
        return _elsewhere(story)
    text = facts.changes_told(changes)
    of = subject(story) if story.sources else _("story {id}").format(id=story.id)
    return cut(f"{text[:1].upper()}{text[1:]} — {of}", 300)


def digest_cards(stories: Sequence[Story], now: datetime, *, labelled: bool = False) -> tuple[Card, ...]:
    """The quiet stories of a day as one list, grouped by tier, loudest first; `labelled` as for alerts."""
    told = [story for story in stories if story.sources and not story.withdrawn]
    by_tier = [(tier, tuple(_item(story, labelled) for story in told if story.tier is tier)) for tier in Tier]
    fields = tuple(Field(formats.tier_title(tier), lines) for tier, lines in by_tier if lines)
    if not fields:
        nothing, title = ((Span(_("Nothing new in this one.")),),), _("Digest of {day}").format(day=formats.day(now))
        return (Card(title, lines=nothing, at=now, leading=True, tags=("digest",)),)
    title = _("Digest of {day}: {stories}").format(day=formats.day(now), stories=stories_counted(len(told)))
    return (Card(title, fields=fields, at=now, continued=_("Digest, continued"), leading=True, tags=("digest",)),)


def brief(story: Story, layout: Layout = DEFAULT, *, labelled: bool = False) -> Card:
    """A story as one entry of a list: headline, place and day, toll, how far it is confirmed, when it was last told;
    `labelled` as for alerts."""
    if not story.sources:
        return Card(_("Story {id} has no sources any more").format(id=story.id), tier=story.tier)
    told = (*_summary(story, voices=2), _outlet(_voice(story), headline(story)))
    lines = tuple(shorten(line, layout.line) for line in told)
    footer, newest = _footer(story, labelled=labelled), max(story.sources, key=told_order)
    return Card(headline(story), None, story.tier, lines, footer=footer, at=exact_time(newest))


def _summary(story: Story, voices: int = 3) -> Iterable[Line]:
    """What the headline does not say already."""
    account = story.account
    label, more = unsaid(story), facts.details(story)
    first = (Span(label, strong=True),) if label else ()
    if label or more:
        yield (*first, *((Span(f" · {more}" if label else more[:1].upper() + more[1:]),) if more else ()))
    official = {source.publisher for source in story.sources if source.standing == "official"}
    for harm, name in facts.HARM_LABELS:
        line = facts.toll(account.toll(harm), name, voices, official)
        if line is not None:
            yield line
        if by_class := facts.classes(account, harm):
            yield (Span(_("{name} by class: {counts}").format(name=_(name), counts=by_class)),)
    if account.confirmation.rung is not Rung.SINGLE or story.withdrawn:
        yield (Span(facts.confirmed(account.confirmation, official)),)


def _updates(story: Story, now: datetime, layout: Layout) -> Iterable[Line]:
    """The latest changes, one line a moment, newest last; what came within a minute of the first report is no news."""
    moments: dict[datetime, list[Change]] = {}
    for change in story.changes:
        if change.at - story.opened > timedelta(minutes=1):
            moments.setdefault(change.at, []).append(change)
    newest = sorted(moments)[-layout.updates :]
    day = now if all(_shown(at, now) == "time" for at in newest) else _NO_DAY
    for at in newest:
        updated, told = Span(_("Updated"), strong=True), facts.changes_told(moments[at])
        yield phrase(_("{updated} {when}: {changes}"), updated=updated, when=moment_span(at, day), changes=told)


def _quoted(story: Story) -> Source | None:
    """Whose words stand on the card: an official source's, else one that states the believed toll, else the newest;
    of equals one in the title's language, so that a card does not change its language with every report."""
    language = story.headline.language
    believed = [(harm, count) for harm, _ in facts.HARM_LABELS if (count := story.account.believed(harm)) is not None]

    def worth(source: Source) -> tuple[bool, int, bool, tuple[datetime, int, int]]:
        stated = sum(getattr(source.facts, harm) == count for harm, count in believed)
        return source.standing == "official", stated, source.language == language, told_order(source)

    quotable = (source for source in story.sources if source.quotes and not source.outdated)
    return max(quotable, key=worth, default=None)


def _voice(story: Story) -> Source:
    """Whose title stands for the story: of the source that is quoted, so that it fits the figures and the quote."""
    return _quoted(story) or story.headline


def _credit(source: Source, now: datetime) -> Line:
    return (Span(f"{_publisher(source)}, "), *told_line(source, now), Span(colon().rstrip(" ")))


def _outlet(source: Source, said: str) -> Line:
    """A source's title as a quoted link; of a foreign one also what of it the facts above have not `said`."""
    known = gloss(source, said)
    return (Span(quoted(_title(source)), source.url), *((Span(f" · {known}"),) if known else ()))


def _quotes(source: Source | None, title: str, layout: Layout) -> tuple[str, ...]:
    """The source's sentences; a title only when it is not the card's and there is nothing else."""
    quotes = [clean(quote) for quote in source.quotes if clean(quote)] if source else []
    titles = {title.casefold(), clean(source.title).casefold() if source else ""}
    kept = [quote for quote in quotes if quote.casefold() not in titles]
    kept = kept or [quote for quote in quotes if quote.casefold() != title.casefold()]
    return tuple(cut(quote, layout.line) for quote in kept[: layout.quotes])


def _sources(story: Story, now: datetime, layout: Layout) -> Field:
    """Each publisher with a link to its newest word, in the order in which these were first told; where they are too
    many, official ones are kept first, then those that told it last, and the rest are counted."""
    newest = {_publisher(source): source for source in sorted(story.sources, key=told_order)}
    ordered = sorted(newest.items(), key=lambda pair: first_order(pair[1]))
    first = sorted(ordered, key=lambda pair: (pair[1].standing == "official", told_order(pair[1])), reverse=True)
    kept = first if len(first) <= layout.sources else first[: layout.sources - 1]
    told = [at for _, source in kept for at in (told_when(_unmoved(source)).start, source.reworded) if at]
    day = now if all(_shown(at, now) == "time" for at in told) else _NO_DAY
    lines = [_mention(name, one, day) for name, one in ordered if (name, one) in kept]
    if len(kept) < len(ordered):
        lines.append((Span(_("also: {sources}").format(sources=sources_counted(len(ordered) - len(kept)))),))
    return Field(_("Sources"), tuple(lines))


def _mention(name: str, source: Source, now: datetime) -> Line:
    language = language_shown(source)
    told: Line = told_line(_unmoved(source), now)
    if source.reworded:
        told = phrase(_("{when}, rewritten {again}"), when=told, again=moment_span(source.reworded, now))
    tongue = (Span(f" ({language})"),) if language else ()
    gone = (Span(f" · {_(NO_LONGER)}"),) if source.outdated else ()
    return (Span(name, source.url), Span(" "), *told, *tongue, *gone)


def _unmoved(source: Source) -> Source:
    """The source as of when it first told of it."""
    return replace(source, reworded=None)


def _publisher(source: Source) -> str:
    return clean(source.publisher) or _("Unnamed source")


def language_shown(source: Source) -> str:
    """A source's language as members read it; "" when nobody knows it, or it has several."""
    return clean(source.language) if source.language and language_code(source.language) else ""


def exact_time(source: Source) -> datetime | None:
    """The instant at which a source told it; None where it does not say as much."""
    when = told_when(source)
    return when.start if when.precision == "instant" else None


def _shown(at: datetime, now: datetime) -> Literal["time", "moment"]:
    """Whether the time of the day is enough."""
    return "time" if at.astimezone(UTC).date() == now.astimezone(UTC).date() else "moment"


def moment_span(at: datetime, now: datetime) -> Span:
    """An instant, with its day where that is not today's."""
    return Span(formats.instant(at, now), at=at, shown=_shown(at, now))


def ago_span(at: datetime | None, now: datetime) -> Span:
    """How long ago an instant was, or in how long it comes; "never" for none."""
    return Span(formats.ago(at, now), at=at, shown="ago")


def when_span(when: When, now: datetime) -> Span:
    """A time only as exact as its source; an instant can be written in the readers' own time."""
    exact = when.precision == "instant"
    return moment_span(when.start, now) if exact else Span(formats.moment(when, now))


def told_line(source: Source, now: datetime) -> Line:
    """When a source told what it says now, only as exactly as is known: "10 Feb 14:05 UTC", "10 Feb 2021"; what it says
    since it was rewritten, when that was read; of an undated one: "read 10 Feb 14:05 UTC"."""
    if source.published is None and source.reworded is None:
        return phrase(_("read {when}"), when=moment_span(source.seen, now))
    if source.published is not None and source.published.start > source.seen and source.reworded is None:
        dated, read = when_span(source.published, now), moment_span(source.seen, now)
        return phrase(_("dated {day}, read {when}"), day=dated, when=read)
    return (when_span(told_when(source), now),)


def _title(source: Source) -> str:
    title = (
        clean(source.title)
        or clean(" ".join(source.quotes))
        or _("Untitled item of {name}").format(name=_publisher(source))
    )
    return cut(title, _TITLE)


def _footer(story: Story, *, labelled: bool) -> str:
    more = _("linked to story {id}").format(id=story.linked_to) if story.linked_to else None
    named = number(story.id, story.watch if labelled else None)
    corrected = facts.correction(story.pinned) if story.pinned else None
    return formats.joined((f"{named[:1].upper()}{named[1:]}", corrected, more))


def number(story: int, watch: str | None) -> str:
    """ "story 12", or with its watch "story 12 (name)"."""
    return _("story {id} ({watch})").format(id=story, watch=watch) if watch else _("story {id}").format(id=story)


def _pointer(story: Story, layout: Layout) -> Card:
    line = shorten((Span(_elsewhere(story)),), layout.line)
    footer = _("Story {id} → {elder}").format(id=story.id, elder=story.merged_into)
    title = _("Story {id} is part of story {elder} now").format(id=story.id, elder=story.merged_into)
    return Card(title, tier=story.tier, lines=(line,), footer=footer, at=story.updated, leading=True)


def _elsewhere(story: Story) -> str:
    return _("This is the same event as story {id}; news of it goes there.").format(id=story.merged_into)


def _item(story: Story, labelled: bool) -> Line:
    """Facts first, then the outlet's words and who told it."""
    lead, said = _voice(story), digest_words(story)
    voices = formats.listed(map(clean, story.account.confirmation.voices), 2)
    who = formats.joined((voices, number(story.id, story.watch if labelled else None)))
    name = clean(lead.title) or _("Story {id}").format(id=story.id)
    title = Span(quoted(cut(name, 160)), lead.url)
    facts_first = (Span(said, strong=True), Span(" · ")) if said else ()
    known = gloss(lead, said)
    return (Span("• "), *facts_first, title, Span(f" · {formats.joined((known, who))}"))
