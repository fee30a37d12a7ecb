"""`channel test`: how an alert looks in the channel, for the asker alone, and what is missing there."""

from __future__ import annotations

from dataclasses import replace

from bot import render
from bot.card import Card, Reply, Span
from bot.desk.question import Question
from bot.desk.setup.missing import missing_here, rings
from bot.language import _
from bot.wording.formats import clean, enumerated, joined, tier_title
from bot.wording.headline import TIER_SIGNS
from feeds.model import Story
from feeds.store import Store
from seeds.model import Tier

_LOOKED_AT = 20  # newest stories, among which an incident is shown first


async def try_out(question: Question, done: str = "") -> Reply:
    """A test card and what is missing, for nobody else's eyes, after what was `done`. It is posted nowhere and pings
    nobody. Raises Trouble where no alerts can go."""
    missing = await missing_here(question)
    story = await question.house.ask(lambda store: _sample(store, question.watches)) if question.wishes else None
    card = render.alert(story, labelled=len(question.watches) > 1) if story else _made_up()
    words = (done, _rung(question), *_listed(missing))
    lowband = question.channel is not None and question.channel.lowband
    return Reply("\n".join(filter(None, words)), (_marked(card),), alone=True, lowband=lowband)


def _listed(missing: list[str]) -> tuple[str, ...]:
    if not missing:
        return (_("✅ Nothing is missing here."),)
    return (_("What is missing or would not work:"), *(f"• {line}" for line in missing))


def _rung(question: Question) -> str:
    """Whom it would ping in earnest."""
    roles = dict.fromkeys(one.role for one in question.wishes if one.role and rings(one))
    known = question.asker.roles or {}
    named = [f"@{clean(known[role].name)}" for role in roles if role in known and known[role].rings]
    if not named:
        return _("This is a test, for your eyes only. Nobody is pinged.")
    said = _("This is a test, for your eyes only. Nobody is pinged; in earnest that would be {roles}.")
    return said.format(roles=enumerated(named))


def _sample(store: Store, watches: tuple[str, ...]) -> Story | None:
    """The newest story of these watches that can be shown, an incident before others."""
    told = [one for one in store.stories.latest(_LOOKED_AT, watches=watches) if one.sources and not one.withdrawn]
    return next((one for one in told if one.tier is Tier.INCIDENT), next(iter(told), None))


def _made_up() -> Card:
    """A card where there is no story yet."""
    line = _("Here stand the figures and who gives them, what changed, a source's own words, and all sources.")
    title = joined((f"{TIER_SIGNS[Tier.INCIDENT]} {tier_title(Tier.INCIDENT)}", _("place · figures · who confirms it")))
    return Card(title, tier=Tier.INCIDENT, lines=((Span(line),),), leading=True)


def _marked(card: Card) -> Card:
    """The card as a test: said in front, in the small print, and without buttons."""
    title = _("TEST · {headline}").format(headline=card.title)
    footer = joined((_("A test: nothing was posted"), card.footer))
    return replace(card, title=title, footer=footer, buttons=(), leading=False)
