"""A story in one line of facts, as a phone's notification shows it, made from its account alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.language import _, plural
from bot.wording import formats
from bot.wording.facts import HARM_LABELS, happened, harm_words, others, place, region_name, unconfirmed_by
from bot.wording.formats import attack_word, clean, cut, joined, quoted, tier_title
from feeds.model import Account, Figure, Figures, Rung, Story
from seeds.model import Tier

TIER_SIGNS: Mapping[Tier, str] = {
    Tier.INCIDENT: "🔴",
    Tier.DECISION: "🔵",
    Tier.FOLLOW_UP: "🟠",
    Tier.BACKGROUND: "⚪",
    Tier.COMMEMORATION: "🟣",
}
LONGEST_HEADLINE = 120
_KIND, _TITLE, _PLACE = 32, 80, 4


def headline(story: Story) -> str:
    """ "🔴 Attack · Springfield (Southern) · 1 killed, 27 injured · UN + 7", in at most 120 characters.

    Where nobody gives a place, a figure or a document, the outlet's title stands for them in quotes. Only for a story
    that has sources.
    """
    kind = f"{TIER_SIGNS[story.tier]} {event_kind(story)}"
    toll, who = toll_words(story.account), _confirmed_by(story)
    kind = cut(kind, LONGEST_HEADLINE - len(joined((toll, who))) - len(" · "))
    room = LONGEST_HEADLINE - len(joined((kind, toll, who))) - len(" · ")
    return joined((kind, _where(story.account, room) or (None if toll else _said(story, room)), toll, who))


def unsaid(story: Story) -> str:
    """What the headline leaves out of tier, place and day: "Incident · 10 Feb 2021", "Event of 3 Jan 2021", ""."""
    title, account, tier = headline(story), story.account, tier_title(story.tier)
    where, day = _where(account, LONGEST_HEADLINE), happened(account)
    said = event_kind(story) == tier
    there = None if where is None or where in title else place(account)
    return joined((None if said else tier, there, _("Event of {day}").format(day=day) if said and day else day))


def subject(story: Story) -> str:
    """Which story it is, without what may change: "Attack · Springfield (Southern)". Only for a story with sources."""
    return joined((event_kind(story), _where(story.account, _TITLE) or _said(story, _TITLE)))


def digest_words(story: Story) -> str:
    """What happened where to how many and when, as far as it is known: "Springfield (Southern) · 1 killed"."""
    account = story.account
    day = account.day
    when = formats.day(day.start) if day is not None and day.precision == "day" else None
    return joined((_attack(account), _where(account, _TITLE), toll_words(account), when))


def filing_words(story: Story) -> tuple[str, ...]:
    """The words by which a story may be filed: its tier, what happened, where, of which watch."""
    where = story.account.location
    places = (where.place, where.region) if where else ()
    tier = (story.tier.value.replace("_", " "), formats.tier_title(story.tier))
    return tuple(dict.fromkeys(clean(word) for word in (*tier, story.account.attack, *places, story.watch) if word))


def event_kind(story: Story) -> str:
    """The kind of attack of an incident, where it is known; else the tier."""
    return (_attack(story.account) if story.tier is Tier.INCIDENT else None) or tier_title(story.tier)


def toll_words(account: Account) -> str | None:
    """The figures to believe: "1 killed, at least 27 injured", "none killed (5 Wire)"; None when nobody gives any."""
    told = (_harm(account, toll, one) for harm, _ in HARM_LABELS if (one := (toll := account.toll(harm)).current))
    return ", ".join(told) or None


def _harm(account: Account, toll: Figures, figure: Figure) -> str:
    """One count; beside the UN's word stands whose it is if not the UN's, with what the UN counts instead, and who
    contradicts its none."""
    if account.confirmation.rung is Rung.OFFICIAL and not figure.official:
        return harm_words(toll, figure) + unconfirmed_by(toll, figure)
    return harm_words(Figures(toll.harm, (figure,)) if figure.count else toll, figure)


def _attack(account: Account) -> str | None:
    attack = attack_word(account.attack) if account.attack else ""
    return cut(f"{attack[:1].upper()}{attack[1:]}", _KIND) or None


def _where(account: Account, room: int) -> str | None:
    where = account.location
    name = clean(where.place) if where else ""
    if where is None or not name or room < _PLACE:
        return None
    region = clean(where.region or "")
    if where.region_only:
        full = region_name(name)
    else:
        full = f"{name} ({region})" if region and region.casefold() != name.casefold() else name
    return full if len(full) <= room else cut(name, room)


def _said(story: Story, room: int) -> str | None:
    """The documents it is about, else the outlet's own words in quotes."""
    symbols = story.account.symbols
    if symbols:
        return cut(formats.listed(map(clean, symbols), 2), room)
    title = cut(clean(story.headline.title), room - 2)
    return quoted(title) if title else None


def _confirmed_by(story: Story) -> str:
    """ "UN + 7", "3 publishers", "single source", "no longer reported"."""
    step = story.account.confirmation
    if not step.voices:
        return _("no longer reported")
    official = {source.publisher for source in story.sources if source.standing == "official"}
    match step.rung:
        case Rung.OFFICIAL:
            beside = others(step, official)
            return _("UN + {number}").format(number=beside) if beside else _("UN")
        case Rung.SEVERAL:
            return plural("{n} publisher", "{n} publishers", len(step.voices))
        case Rung.SINGLE:
            return _("single source")
