"""A brief as one card: the bottom line first, then at most ten lines, each of which leads to its alert. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot import render
from bot.card import Card, Line, Span
from bot.fit import shorten
from bot.handover.sparkline import days_told
from bot.language import N_, _, numeral, plural, plural_forms
from bot.wording import facts, formats
from bot.wording.causes import cause_text, network_text
from bot.wording.counts import more_stories_counted
from bot.wording.formats import clean, colon, in_turn, listed, span
from bot.wording.headline import headline, subject, toll_words
from bot.wording.phrase import phrase
from feeds.model import Briefing, BriefLine, Story, Wakefulness
from seeds.model import Tier

LONGEST_LINE = 260
_HEADS = {"new": N_("New"), "changed": N_("Changed"), "confirmed": N_("Confirmed")}


def brief_card(
    brief: Briefing, now: datetime, sign: str = "", *, labelled: bool = False, weekly: bool = False, alone: bool = False
) -> Card:
    """The card of a brief; `sign` is what commands begin with, "" where they are not named. `labelled` ones say
    of which watch a story is, and a message of its own stands `alone`."""
    told = [_told(line, labelled=labelled) for line in brief.lines]
    days = [phrase(_("By day: {days}"), days=Span(days_told(brief.days)))] if brief.days else []
    trouble = [(Span("⚠ "), *one) for one in _troubles(brief.awake, now, sign)]
    lines = (_since(brief, now), *told, _quiet(brief, sign), *days, *trouble)
    line, shown = bottom_line(brief), tuple(shorten(one, LONGEST_LINE) for one in lines)
    title = formats.cut(_("The week: {news}").format(news=line) if weekly else line, 240)
    return Card(title, lines=shown, at=now, leading=alone, tags=("brief",))


def bottom_line(brief: Briefing) -> str:
    """The brief in one sentence: "1 new incident: Attack · Springfield · 1 killed; 2 other new stories; 1 changed"."""
    counts = brief.counts
    incidents = dict(counts.new).get(Tier.INCIDENT, 0)
    others = counts.all_new - incidents
    parts = (
        _incidents(brief, incidents),
        plural(*(_OTHER if incidents else _NEW), others) if others else None,
        _others(brief, "changed", counts.changed),
        _others(brief, "confirmed", counts.confirmed),
    )
    said = in_turn(part for part in parts if part)
    return said or (_("Nothing new, as far as anyone looked") if _doubtful(brief.awake) else _("Nothing new"))


_NEW = plural_forms("{n} new story", "{n} new stories")
_OTHER = plural_forms("{n} other new story", "{n} other new stories")
_OF_KIND = {
    "changed": plural_forms("{n} story changed", "{n} stories changed"),
    "confirmed": plural_forms("{n} story confirmed", "{n} stories confirmed"),
}


def _incidents(brief: Briefing, incidents: int) -> str | None:
    """How many there are, with the one that harmed most."""
    new = [line.story for line in brief.lines if line.kind == "new" and line.story.tier is Tier.INCIDENT]
    if not incidents or not new:
        return plural("{n} new incident", "{n} new incidents", incidents) if incidents else None
    worst = max(new, key=_harm)
    told = formats.joined((subject(worst), toll_words(worst.account)))
    return plural("{n} new incident: {told}", "{n} new incidents, the worst: {told}", incidents, told=told)


def _others(brief: Briefing, kind: str, number: int) -> str | None:
    """How many stories there are of a kind; where nothing else happened and there is one, which."""
    told = [line for line in brief.lines if line.kind == kind]
    alone = len(brief.lines) == len(told) == number == 1
    said = plural(*_OF_KIND[kind], number)
    return said + colon() + _changed(told[0]) if alone else said if number else None


def _harm(story: Story) -> tuple[int, int]:
    return story.account.believed("killed") or 0, story.account.believed("injured") or 0


def _since(brief: Briefing, now: datetime) -> Line:
    """Of what the brief tells; until when, where that is not just now."""
    since, until = render.moment_span(brief.since, now), render.moment_span(brief.until, now)
    if now > brief.until:
        return phrase(_("Since {since} until {until}:"), since=since, until=until)
    return phrase(_("Since {since}:"), since=since)


def _told(line: BriefLine, *, labelled: bool) -> Line:
    """ "New 🔴 Attack · Springfield · 1 killed · single source · story 9", the facts leading to the alert."""
    place, message = line.message or ("", "")
    said = headline(line.story) if line.kind == "new" else _changed(line)
    head = (Span(_(_HEADS[line.kind]), strong=True), Span(" "))
    number = render.number(line.story.id, line.story.watch if labelled else None)
    return (*head, Span(said, place=place, message=message), Span(f" · {number}"))


def _changed(line: BriefLine) -> str:
    return subject(line.story) + colon() + facts.changes_told(line.changes)


def _quiet(brief: Briefing, sign: str) -> Line:
    """What else was read, so that silence is evidence."""
    awake, old = brief.awake, brief.counts.old
    parts = (
        _fresh(awake),
        plural("{n} item read", "{n} items read", awake.read),
        plural("{n} older report filed", "{n} older reports filed", old) if old else None,
        _rest(brief, sign),
    )
    return (Span(_("Quiet"), strong=True), Span(f" {', '.join(part for part in parts if part)}"))


def _fresh(awake: Wakefulness) -> str:
    if awake.fresh >= awake.feeds:
        return plural("{n} feed fresh", "{n} feeds fresh", awake.feeds)
    forms = plural_forms("{fresh} of {n} feed fresh", "{fresh} of {n} feeds fresh")
    return plural(*forms, awake.feeds, fresh=numeral(awake.fresh))


def _rest(brief: Briefing, sign: str) -> str:
    if brief.more:
        return more_stories_counted(brief.more) + (f" ({sign}latest)" if sign else "")
    return _("nothing else") if brief.lines else _("nothing to tell")


def _troubles(awake: Wakefulness, now: datetime, sign: str) -> Iterable[Line]:
    """What makes the silence doubtful: nobody looked, feeds that are not read, messages that wait."""
    if awake.absences:
        yield _unwatched(awake.absences, now)
    if awake.network:
        yield (Span(network_text(awake.network)),)
    elif awake.late:
        form = _("failing or silent: {names} ({sign}{command} says why)") if sign else _("failing or silent: {names}")
        yield (Span(form.format(names=listed(map(clean, awake.late), 3), sign=sign, command=_feeds(sign))),)
    if awake.held:
        yield (Span(_("nothing is posted here: {cause}").format(cause=clean(cause_text(awake.held)))),)
    elif awake.stuck:
        forms = plural_forms(
            "{n} message could not be posted yet; tried again by and by",
            "{n} messages could not be posted yet; tried again by and by",
        )
        yield (Span(plural(*forms, awake.stuck)),)


def _feeds(sign: str) -> str:
    """The command that tells of feeds; `bluehelm feeds`, in a shell, looks after their list."""
    return "freshness" if sign.endswith(" ") else "feeds"


def _unwatched(absences: Sequence[tuple[datetime, datetime]], now: datetime) -> Line:
    """How long nobody looked in all, and when that was last."""
    lost = sum((ended - began for began, ended in absences), timedelta(0))
    began, ended = absences[-1]
    form = _("nobody looked for {span}, from {began} to {ended}")
    if len(absences) > 1:
        form = _("nobody looked for {span}, lastly from {began} to {ended}")
    return phrase(form, span=span(lost), began=render.moment_span(began, now), ended=render.moment_span(ended, now))


def _doubtful(awake: Wakefulness) -> bool:
    return bool(awake.absences or awake.network) or not awake.fresh
