"""How a feed looks that was read on trial, and one that is polled. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot import render
from bot.card import Button, Card, Field, Line, Reply, Span
from bot.language import N_, _, ngettext, numeral, plural, plural_forms
from bot.wording.causes import cause_text, problem_text
from bot.wording.formats import clean, colon, cut, in_turn, listed, quoted, tier_word
from bot.wording.languages import language_name
from bot.wording.phrase import phrase
from feeds.catalog.addresses import shown_address
from feeds.catalog.roster import Listed
from feeds.discovery.model import FeedSeen
from feeds.model import FeedState, Judged
from feeds.model.teams import plain_name
from feeds.parsing.urls import host_of

_STANDINGS = {
    "official": N_("An official source"),
    "outlet": N_("A news outlet"),
    "local": N_("A local outlet"),
    "aggregator": N_("An aggregator, which repeats what others tell"),
    "analysis": N_("Analysts or a rights group"),
}
_MOST_NOTES, _MOST_OTHERS = 3, 3


def trial_card(seen: FeedSeen, name: str, titles: Mapping[str, str], notes: Sequence[str], now: datetime) -> Card:
    """A feed that was read once: what it is, a few items with what would become of them, and its terms. `titles` are
    those of the watches, `notes` what the operator's catalogue says of its host."""
    lines: list[Line] = [_plain(shown_address(seen.url)), _measure(seen, now), _plain(_flagged(seen))]
    lines += [_plain(clean(cause_text(one))) for one in seen.problems[:2]]
    if seen.others:
        named = listed((shown_address(one.url) for one in seen.others), _MOST_OTHERS)
        lines.append(_plain(_("The page names other feeds too: {names}").format(names=named)))
    items = Field(_("Items"), tuple(_item(one, titles, now) for one in seen.shown) or (_plain(_("It holds none.")),))
    terms = Field(_("Terms"), tuple(_plain(one) for one in _terms(seen, notes)))
    return Card(quoted(name), lines=tuple(lines), fields=(items, terms))


def offered(card: Card, code: str, prefix: str) -> Reply:
    """The card of a feed that may be added, with the question whether it shall be."""
    ask = _(
        "Shall I read it from now on, for this server? Press the button, or type {prefix}feed add #{code} yes"
    ).format(prefix=prefix, code=code)
    return Reply(ask, cards=(card,), buttons=(Button(_("Add it"), "feed", f"add #{code} yes"),))


def _measure(seen: FeedSeen, now: datetime) -> Line:
    language = language_name(seen.language)
    if seen.newest is None:
        forms = plural_forms("{n} item, in {language}, without dates", "{n} items, in {language}, without dates")
        return _plain(plural(*forms, seen.items, language=language))
    newest = render.ago_span(min(seen.newest, now), now)
    form = ngettext(
        "{n} item, in {language}, the newest {ago}", "{n} items, in {language}, the newest {ago}", seen.items
    )
    return phrase(form, n=numeral(seen.items), language=language, ago=newest)


def _flagged(seen: FeedSeen) -> str:
    if not seen.judged:
        return _("None of its items could be read.")
    if not seen.flagged:
        forms = plural_forms(
            "None of the {n} item that I read would be told.", "None of the {n} items that I read would be told."
        )
        return plural(*forms, seen.judged)
    forms = plural_forms(
        "{flagged} of the {n} item that I read would be told.", "{flagged} of the {n} items that I read would be told."
    )
    return plural(*forms, seen.judged, flagged=seen.flagged)


def _item(one: Judged, titles: Mapping[str, str], now: datetime) -> Line:
    title = cut(clean(one.entry.title or one.entry.summary), 120)
    told = one.entry.published
    when: Line = (Span(", "), render.ago_span(min(told.start, now), now)) if told else ()
    return (Span(title or _("untitled"), url=one.entry.link), *when, Span(f" → {_verdict(one, titles)}"))


def _verdict(one: Judged, titles: Mapping[str, str]) -> str:
    if one.unreadable is not None:
        return _("unreadable")
    said = [f"{tier_word(found.match.tier)}, {clean(titles.get(found.match.watch, found.match.watch))}"
            for found in one.findings if found.match.tier is not None]  # fmt: skip
    return in_turn(said) or _("not told")


def _terms(seen: FeedSeen, notes: Sequence[str]) -> Iterator[str]:
    if seen.allowed:
        yield _("robots.txt does not keep programs away from it.")
    else:
        yield _("Its robots.txt asks programs to stay away, or cannot be had: please ask its publisher first.")
    if seen.rights:
        yield _("It says of itself: “{rights}”").format(rights=cut(clean(seen.rights), 200))
    yield from (
        _("The operator's catalogue notes of this publisher: {note}").format(note=clean(one))
        for one in notes[:_MOST_NOTES]
    )
    if not seen.rights and not notes:
        yield _("Nothing more is known of its terms; its publisher's pages may say under which it may be read.")


def notes_of(host: str, rows: Iterable[Listed]) -> list[str]:
    """What the operator's catalogue notes of a host, each once."""
    named = (row.feed.notes for row in rows if row.added is None and host_of(row.feed.url) == host)
    return [cut(one, 200) for one in dict.fromkeys(named) if one]


def list_line(row: Listed, state: FeedState | None, now: datetime) -> Line:
    """A feed in the list of those that a server added."""
    parts: Line = (Span(clean(plain_name(row.feed.name)), strong=True), Span(colon() + _how(row, state)))
    by = (Span(" · "), *_added(row, now)) if row.added else ()
    return (*parts, Span(f" · {shown_address(row.feed.url)}"), *by)


def _how(row: Listed, state: FeedState | None) -> str:
    if row.paused:
        return _("paused")
    if not row.feed.enabled:
        return _("switched off")
    if state is None or state.last_checked is None:
        return _("not asked yet")
    if state.problem and state.failures:
        return _("fails: {problem}").format(problem=clean(problem_text(state.problem)))
    return _("read")


def _added(row: Listed, now: datetime) -> Line:
    assert row.added is not None, "it was added"
    return phrase(_("added by {name} {ago}"), name=clean(row.added.by), ago=render.ago_span(row.added.at, now))


def inspect_card(row: Listed, said: Line | None, notes: Sequence[str], now: datetime) -> Card:
    """All that is known of one feed; `said` is how it is doing."""
    feed = row.feed
    operators = row.added is None or not row.added.server
    whose = _("One of the operator's feeds, in {language}") if operators else _("A feed of this server, in {language}")
    kind = _(_STANDINGS[feed.standing]) if feed.standing in _STANDINGS else clean(feed.standing)
    under = _("listed under {section}").format(section=quoted(clean(feed.section))) if feed.section else ""
    lines: list[Line] = [_plain(shown_address(feed.url)), _plain(whose.format(language=language_name(feed.language)))]
    lines.append(_plain(in_turn(filter(None, (kind, under)))))
    lines += [said] if said else [_plain(_how(row, None))]
    lines += [_added(row, now)] if row.added else []
    every = plural("every {n} minute", "every {n} minutes", feed.interval) if feed.interval else ""
    lines += [_plain(every)] if every else []
    fields = (Field(_("Terms"), tuple(_plain(clean(one)) for one in notes)),) if notes else ()
    return Card(clean(plain_name(feed.name)), lines=tuple(lines), fields=fields)


def _plain(text: str) -> Line:
    return (Span(text),)
