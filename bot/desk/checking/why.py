"""Answers about one thing and its way through the house: what a member names by number or address, and `why`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot import render
from bot.card import Button, Card, Field, Line, Reply, Span
from bot.citation.reference import wording_name
from bot.desk.checking.asides import asides
from bot.desk.checking.fate import delivered
from bot.desk.checking.wordings import as_worded, wording_of, wording_read
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.language import N_, _, decimal, numeral, plural
from bot.wording import formats
from bot.wording.causes import cause_text
from bot.wording.evidence import PLACES, ROLES, kind_word, lacking, taught_by
from bot.wording.formats import clean, cut, quoted
from bot.wording.phrase import phrase
from bot.wording.reasons import why_flagged, why_passed_over
from feeds.model import (
    Archived,
    Cause,
    History,
    Opinion,
    Story,
    Unreadable,
)
from feeds.model.teams import plain_name, seen_by
from seeds.model import Match, Reason, Tier

# A wording's name (#45.2) names its item too.
_ITEM = re.compile(r"(?:#|e|entry\s*|item\s*#?)(\d{1,18})(?:\.(\d{1,3}))?", re.IGNORECASE)
_STORY = re.compile(r"(?:s|story\s*)?(\d{1,18})", re.IGNORECASE)
_REASONS = 6
_NAMED = {
    PLACES: N_("of this watch: {names}"),
    ROLES: N_("peace operations: {names}"),
    ("other", "force", "agency"): N_("of others: {names}"),
}
_LACKS = {PLACES: N_("no place of this watch"), ROLES: N_("no UN peace operation")}


async def look_up(question: Question) -> Story | Archived:
    """The story or item that the words name: "12", "story 12", "#45", an address. Raises Trouble."""
    text, house = question.text("item").strip("<>"), question.house
    if found := _STORY.fullmatch(text):
        number = int(found[1])
        story = await house.story(number)
        if story is not None and story.sources:
            return story
        raise Trouble(
            _("There is no story {number}. {prefix}latest shows the newest; items are named #{number}.").format(
                number=number, prefix=question.prefix
            )
        )
    item = _ITEM.fullmatch(text)
    if item is None and "/" not in text and ":" not in text:
        raise Trouble(_("Name a story by its number (12), an item by its #number (#45) or by its address."))
    which: int | str = int(item[1]) if item else text
    entry = await house.ask(lambda store: store.archive.entry(which))
    if entry is None:
        raise Trouble(_("No item of that number or address was read. It may be in no feed, or too old."))
    return entry


async def why(question: Question) -> Reply:
    """`why <item> [full]`: three sentences on the verdict; in full where it was seen, how it was judged and by what,
    its story, and where it was posted or why not. Of a wording that is named (#45.1), the verdict on that one."""
    answer = _why_item if question.flag("full") else _why_briefly
    found = await look_up(question)
    if isinstance(found, Archived):
        named = _ITEM.fullmatch(question.text("item"))
        return await answer(question, await as_worded(question, found, int(named[2])) if named and named[2] else found)
    headline = found.headline.entry
    entry = await question.house.ask(lambda store: store.archive.entry(headline))
    if entry is None:
        raise Trouble(_("The item that opened this story is no longer kept."))
    return await answer(question, entry, found)


async def _why_briefly(question: Question, item: Archived, story: Story | None = None) -> Reply:
    """The verdict in plain words, with the sentence that weighed most, and a button for the rest."""
    said = await _said(question, item)
    flagged = [(name, one) for name, one in said if isinstance(one, Opinion) and one.match.relevant]
    lines = [line for name, one in flagged or said for line in _verdict(question, name, one, several=len(said) > 1)]
    history = await question.house.ask(lambda store: store.archive.wordings(item.id))
    rewritten = tuple(_rewritten(question, item, history))
    quotes = tuple(one for one in _weighed(one for _, one in flagged) if one != _title(item))
    name = _name(item, history)
    number = _("Item {name}").format(name=name)
    if story:
        number = _("Story {id} · item #{entry}").format(id=story.id, entry=item.id)
    more = (Button(_("In full"), "why", f"{question.text('item')} full"),)
    hint = _("{prefix}why {name} full says more").format(prefix=question.prefix, name=story.id if story else name)
    told = (*await asides(question, item), *lines)
    card = Card(_title(item), item.entry.link, _tier(item), told, quotes, fields=rewritten, footer=f"{number} · {hint}")
    return Reply(cards=(card,), buttons=more)


def _verdict(question: Question, name: str, said: Opinion | Unreadable, *, several: bool) -> Iterable[Line]:
    title = clean(question.house.title(name))
    if several:
        yield (Span(title, strong=True),)
    if isinstance(said, Unreadable):
        yield (Span(_("It was not judged. {cause}").format(cause=cause_text(said.cause))),)
    elif said.match.relevant:
        flagged = Span(f"{_flagged(said.match.tier)}.", strong=True)
        yield (flagged, Span(" "), Span(" ".join(why_flagged(said.match))))
    else:
        yield (Span(_("Not flagged."), strong=True), Span(" "), Span(_passed_over(said, title)))


def _flagged(tier: Tier | None) -> str:
    return _("Flagged as {tier}").format(tier=formats.tier_word(tier)) if tier else _("Flagged")


def _passed_over(said: Opinion, title: str) -> str:
    return " ".join(why_passed_over(said.match, said.named, title, said.mission, said.start))


def _weighed(flagged: Iterable[Opinion | Unreadable]) -> tuple[str, ...]:
    """The sentence in which the weightiest reason stood."""
    told = [one for said in flagged if isinstance(said, Opinion) for one in said.match.reasons if one.kind != "tier"]
    heaviest = max(told, key=lambda one: one.weight, default=None)
    quote = cut(clean(heaviest.quote), 300) if heaviest else ""
    return (quote,) if quote else ()


def _tier(item: Archived) -> Tier | None:
    return item.findings[0][1].match.tier if item.findings else None


def _name(item: Archived, history: History | None) -> str:
    """What it is called: "#45", as an earlier wording "#45.1"."""
    current = history is None or item.wording == history.current
    return f"#{item.id}" if current else wording_name(item.id, item.wording)


def _title(item: Archived) -> str:
    return cut(clean(item.entry.title), 240) or "(untitled)"


async def _why_item(question: Question, item: Archived, story: Story | None = None) -> Reply:
    reason = await question.house.ask(lambda store: store.unreadable.entry(item.id))
    history = await question.house.ask(lambda store: store.archive.wordings(item.id))
    fields = [_seen(question, item, reason), *_rewritten(question, item, history)]
    for name, said in await _said(question, item):
        if isinstance(said, Unreadable):
            fields.append(Field(_("Not judged"), _plain([question.house.title(name), cause_text(said.cause)])))
        else:
            fields += _judged(question, said.match)
            fields += () if said.match.relevant else _named(said)
    for number in dict(item.findings):
        told = story if story and story.id == number else await question.house.story(number)
        if told is not None:
            fields.append(await delivered(question, told))
    above = await asides(question, item)
    return Reply(cards=(Card(_title(item), item.entry.link, _tier(item), above, fields=tuple(fields)),))


async def _said(question: Question, item: Archived) -> Sequence[tuple[str, Opinion | Unreadable]]:
    """The stored verdicts; then, of watches that did not flag it, what they say now."""
    stored = {finding.match.watch: Opinion(finding.match, ()) for _, finding in item.findings}
    document = item.entry.document(item.publisher, item.seen)
    return [
        (name, stored.get(name) or await watch.explain(document, item.seen))
        for name, watch in sorted(question.house.watches.items(), key=lambda pair: (pair[0] not in stored, pair[0]))
    ]


def _seen(question: Question, item: Archived, unreadable: Cause | None) -> Field:
    published, name = item.entry.published, clean(item.publisher)
    by = _plain([_("published by {name}, undated").format(name=name)])
    if published:
        by = (phrase(_("published by {name}, {when}"), name=name, when=render.when_span(published, question.now)),)
    lost: list[str] = []
    if unreadable:
        lost = [_("unreadable, so only its name is kept. {cause}").format(cause=cause_text(unreadable))]
    read = render.moment_span(item.seen, question.now)
    feed = clean(plain_name(item.entry.feed)) if seen_by(item.entry.feed, question.asker.scope) else _("a feed")
    seen = phrase(_("in {feed}, {when}, as item #{entry}"), feed=feed, when=read, entry=str(item.id))
    return Field(_("Seen"), (seen, *by, *_plain(lost)))


def _rewritten(question: Question, item: Archived, history: History | None) -> Iterable[Field]:
    """That an item was read in several wordings, and whether the verdict is on the last one."""
    if history is None or len(history.wordings) == 1:
        return
    at = history.readings[-1][0]
    read = phrase(
        _("read in {n} wordings, the last {when}; {prefix}diff #{entry} shows what changed"),
        n=numeral(len(history.wordings)),
        when=render.moment_span(at, question.now),
        prefix=question.prefix,
        entry=str(item.id),
    )
    lines: list[str] = []
    if item.wording != history.current:
        lines.append(
            _("the verdict is on {wording}").format(wording=wording_read(item.id, wording_of(history, item.wording)))
        )
    elif item.findings and not history.now.findings:
        lines.append(_("no watch flags what it says now: the verdict is on what it said before"))
        judged = [one for one in history.wordings if item.findings[0][1] in one.findings]
        lines += [_("that is {wording}").format(wording=wording_read(item.id, one)) for one in judged[-1:]]
    yield Field(_("Rewritten"), (read, *_plain(lines)))


def _judged(question: Question, match: Match) -> Iterable[Field]:
    """The verdict, what spoke for it and what against, weightiest first."""
    verdict = _flagged(match.tier) if match.tier else _("Not flagged")
    head = _("{verdict}: score {score}").format(verdict=verdict, score=decimal(match.score, ".2f"))
    yield Field(head, _plain([question.house.title(match.watch)]))
    ordered = _quoted_once(sorted(match.reasons, key=lambda reason: -abs(reason.weight)))
    subject = [one for one in ordered if one.kind != "tier"]
    for name, chosen in (
        (_("For"), [one for one in subject if one.weight >= 0]),
        (_("Against"), [one for one in subject if one.weight < 0]),
        (_("Of this tier because"), [one for one in ordered if one.kind == "tier" and one.weight >= 0]),
    ):
        if chosen:
            yield Field(name, tuple(_evidence(chosen)))


def _quoted_once(reasons: Iterable[Reason]) -> list[Reason]:
    """The reasons, each sentence quoted only where it stands first."""
    told: set[str] = set()
    kept = []
    for one in reasons:
        kept.append(replace(one, quote="") if one.quote in told else one)
        told.add(one.quote)
    return kept


def _named(said: Opinion) -> Iterable[Field]:
    """What an unflagged item names that could have spoken for or against it, and what it lacks."""
    found = {kinds: list(dict.fromkeys(clean(text) for kind, text in said.named if kind in kinds)) for kinds in _NAMED}
    lines = [_(form).format(names=formats.listed(found[kind], 5)) for kind, form in _NAMED.items() if found[kind]]
    lines += map(_, lacking({kind for kind, _text in said.named}, _LACKS))
    yield Field(_("What it names"), _plain(lines))


def _evidence(reasons: Sequence[Reason]) -> Iterable[Line]:
    for reason in reasons[:_REASONS]:
        head = formats.joined((clean(kind_word(reason.kind)), f"{reason.weight:+.2f}", clean(taught_by(reason))))
        quote = cut(clean(_(reason.quote) if reason.quote else ""), 160)  # or what a sign means, which is a message
        yield (Span(quoted(cut(clean(reason.pattern), 60)), strong=True), Span(f" ({head})"))
        if quote:
            yield (Span(_("in: {quote}").format(quote=quote)),)
    if len(reasons) > _REASONS:
        yield (Span(plural("and {n} more reason", "and {n} more reasons", len(reasons) - _REASONS)),)


def _plain(lines: Iterable[str]) -> tuple[Line, ...]:
    return tuple((Span(line),) for line in lines)
