"""One wording of an item as a citation names it, with the moments that make it true. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.language import _
from bot.wording.formats import clean, cut, day, in_turn, moment, quoted
from feeds.model import History, Source, Wording
from seeds.model import When
from seeds.text.language import language_code

_TITLE, _QUOTE = 240, 400
_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reference:
    """A wording that is cited. `name` finds it again: "#28.2" is item 28 in its wording 2 (of `wordings`).

    `read` is when it was last read anew in these words, and `stood` until when they were seen to stand. The moments
    with a name are readings in other words: the `first`, one in `between`, and the one that followed (`since`).
    `ahead` is what the publisher dates it where we had read it before: no time of publication.
    """

    entry: int
    number: int
    wordings: int
    title: str
    publisher: str
    url: str | None
    language: str
    published: When | None
    content_hash: str
    quotes: tuple[str, ...]
    story: int | None
    read: datetime
    stood: datetime
    original: datetime
    first: tuple[datetime, str] | None = None
    between: tuple[datetime, str] | None = None
    since: tuple[datetime, str] | None = None
    lost: int = 0
    overrun: datetime | None = None
    ahead: When | None = None

    @property
    def name(self) -> str:
        """What finds it again: "#28.2"."""
        return wording_name(self.entry, self.number)


def wording_name(entry: int, number: int) -> str:
    """How a wording of an item is called: "#28.2"."""
    return f"#{entry}.{number}"


def cited(source: Source, history: History, wording: Wording, story: int | None) -> Reference:
    """The reference to one wording of a source; `source` tells what all its wordings share.

    `story` is the number of the story it is cited for.
    """
    moments = [(at, one) for at, one in history.readings]
    mine = [place for place, (_, one) in enumerate(moments) if one.number == wording.number]
    named = [(at, wording_name(history.entry, one.number)) for at, one in moments]
    follows = mine[-1] + 1
    return Reference(
        entry=history.entry,
        number=wording.number,
        wordings=len(history.wordings),
        title=clean(wording.title) or _("(untitled)"),
        publisher=clean(source.publisher),
        url=clean(source.url) if source.url else None,
        language=clean(_language(source, history, wording) or ""),
        published=None if _ahead(source) else source.published,
        ahead=source.published if _ahead(source) else None,
        content_hash=wording.content_hash,
        quotes=tuple(cut(quote, _QUOTE) for quote in map(clean, _quotes(wording)) if quote),
        story=story,
        read=moments[mine[-1]][0],
        stood=wording.last_read,
        original=wording.first_read,
        first=named[0] if mine[0] > 0 else None,
        between=named[mine[-1] - 1] if len(mine) > 1 else None,
        since=named[follows] if follows < len(named) else None,
        lost=history.lost,
        overrun=history.overrun if wording.number == history.current else None,
    )


def _ahead(source: Source) -> bool:
    return source.published is not None and source.published.start > source.seen


def _language(source: Source, history: History, wording: Wording) -> str | None:
    """The language of a wording: of a rewritten item that which its words tell, else what its feed says."""
    said = next((finding.facts.language for finding in wording.findings), None)
    told = said if len(history.wordings) > 1 else source.language
    return told if told and language_code(told) else None


def citation_lines(one: Reference) -> tuple[str, ...]:
    """The whole citation as sentences to be copied: who, what, when, where; as read when; kept as what; its hash."""
    when = dated(one.published)
    if one.ahead:
        read = exactly(one.first[0] if one.first else one.original)
        when = _("dated {day} by the publisher, read {when}").format(day=dated(one.ahead), when=read)
    parts = (
        f"{one.publisher or _('Unnamed source')}, {quoted(cut(one.title, _TITLE))}",
        _("first published {when}").format(when=when) if one.published and one.first else when,
        one.url or _("no address"),
    )
    return (
        f"{', '.join(parts)}.",
        f"{_as_read(one)}.",
        _kept(one),
        _("Content hash of title and lead (BLAKE2b-96): {hash}").format(hash=one.content_hash or _("none")),
        *_remarks(one),
    )


def _kept(one: Reference) -> str:
    form = _("Kept as {name} (item #{entry}, wording {number} of {wordings}).")
    if one.story:
        form = _("Kept as {name} (item #{entry}, wording {number} of {wordings}) of story {story}.")
    return form.format(name=one.name, entry=one.entry, number=one.number, wordings=one.wordings, story=one.story)


def _as_read(one: Reference) -> str:
    """ "As read 10 Feb 2021 20:30 UTC; first read 11:45 in other words (#28.1)"."""
    said = [_("As read {when}").format(when=exactly(one.read))]
    if one.between:
        again, name = _again(one.original, one.read), one.between[1]
        said.append(_("so already {when}, in between in other words ({name})").format(when=again, name=name))
    if one.first:
        again, name = _again(one.first[0], one.read), one.first[1]
        said.append(_("first read {when} in other words ({name})").format(when=again, name=name))
    return in_turn(said)


def _remarks(one: Reference) -> list[str]:
    said = []
    if one.since:
        said.append(_("Since {when} it says otherwise: {name}.").format(when=exactly(one.since[0]), name=one.since[1]))
    elif one.stood > one.read:
        said.append(_("Last seen unchanged {when}.").format(when=exactly(one.stood)))
    if one.lost:
        said.append(_("It was rewritten before every wording was kept: when wording 1 was first read is not known."))
    if one.overrun:
        said.append(
            _("It is rewritten without end: what it says since {when} is not kept.").format(when=exactly(one.overrun))
        )
    return said


def dated(when: When | None) -> str:
    """When something was published, only as exact as it is known, with its year; "undated"."""
    if when is None:
        return _("undated")
    return exactly(when.start) if when.precision == "instant" else moment(when, _ALWAYS)


def exactly(at: datetime) -> str:
    """ "10 Feb 2021 20:30 UTC"."""
    return f"{day(at.astimezone(UTC))} {at.astimezone(UTC):%H:%M} UTC"


def _again(at: datetime, then: datetime) -> str:
    """A moment beside a later one: without its day where that is the same."""
    same = at.astimezone(UTC).date() == then.astimezone(UTC).date()
    return f"{at.astimezone(UTC):%H:%M}" if same else exactly(at)


def _quotes(wording: Wording) -> tuple[str, ...]:
    """What the first watch quoted of it; of what nobody flagged its lead."""
    quoted = next((one.quotes for one in wording.findings if one.quotes), ())
    return quoted or ((wording.summary,) if wording.summary else ())
