"""`channel show`: all settings of a channel, by what is wanted there, and which of them were set in chat. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.card import Card, Field, Line, Reply, Span
from bot.desk.channel.address import here
from bot.desk.channel.told import pinged, quiet_hours_told, times_told
from bot.desk.question import Question
from bot.language import _, plural
from bot.wording.formats import clean, cut, enumerated, joined, tier_word
from bot.wording.languages import language_name
from bot.wording.phrase import phrase
from feeds.model import Action, Channel, HandoverKind, Origin, Subscription
from seeds.model import Tier

# Cards hold so many fields; the rest is counted.
_MOST_SHOWN = 20


def shown_settings(question: Question) -> Reply:
    """The settings as they hold now. Raises Trouble where no alerts go to the channel."""
    place = here(question)
    shown = [_wanted(question, number, one) for number, one in enumerate(question.wishes[:_MOST_SHOWN], 1)]
    rest = len(question.wishes) - len(shown)
    more = [Field(plural("{n} more is wanted here", "{n} more are wanted here", rest), ())] if rest > 0 else []
    whole = Field(_("The whole channel"), tuple(_of_channel(question, place)))
    footer = _("{prefix}help channel says how each is set").format(prefix=question.prefix)
    card = Card(_("Settings of this channel"), fields=(*shown, *more, whole), footer=footer)
    return Reply(cards=(card,))


def _wanted(question: Question, number: int, one: Subscription) -> Field:
    """One of the things that are wanted in the channel, with its number where there are several."""
    title = clean(question.house.title(one.watch))
    name = f"{number} · {title}" if len(question.wishes) > 1 else title
    texts = (*_loudness(question, one), *_bounds(one), _source(one))
    return Field(name, tuple((Span(text),) for text in texts))


def _loudness(question: Question, one: Subscription) -> Iterator[str]:
    by_action = {action: [tier_word(t) for t, wanted in one.actions if wanted is action] for action in Action}
    forms = (
        (Action.PING, _("Pinged: {tiers}")), (Action.POST, _("Posted: {tiers}")), (Action.DIGEST, _("Digest: {tiers}")),
    )  # fmt: skip
    yield from (form.format(tiers=", ".join(by_action[action])) for action, form in forms if by_action[action])
    silent = [tier_word(tier) for tier in Tier if one.action(tier) is None]
    if silent:
        yield _("Not told: {tiers}").format(tiers=", ".join(silent))
    if named := pinged(one, question):
        yield named


def _bounds(one: Subscription) -> Iterator[str]:
    if one.filter:
        yield _("Only what “{filter}” finds").format(filter=cut(clean(one.filter), 200))
    if one.story is not None:
        yield _("Only story {number}").format(number=one.story)
    pings = plural("{n} ping an hour at most", "{n} pings an hour at most", one.pings_per_hour)
    yield joined((pings, plural("{n} post a day at most", "{n} posts a day at most", one.posts_per_day)))
    if one.escalate:
        yield _("Told again, under the alert: {steps}").format(steps=", ".join(one.escalate))


def _source(one: Subscription) -> str:
    """Who wanted it, and what was set in chat since."""
    wanted = _("From the bot's file") if one.origin is Origin.FILE else _("Subscribed in chat")
    return joined((wanted, _changed(one.changed)))


def _changed(names: Sequence[str]) -> str | None:
    if not names:
        return None
    return _("set here: {names}").format(names=enumerated([name.replace("_", "-") for name in names]))


def _of_channel(question: Question, place: Channel) -> Iterator[Line]:
    yield phrase(_("Digest at {times}"), times=question.digest_hours(place))
    names: dict[HandoverKind, str] = {
        "brief": _("Brief at {times}"), "weekly": _("Brief of the week: {times}"), "coverage": _("Coverage: {times}"),
    }  # fmt: skip
    yield from ((Span(names[kind].format(times=times_told(at))),) for kind, at in place.handovers)
    told = (
        place.quiet and _("Quiet {hours}").format(hours=quiet_hours_told(place.quiet)),
        place.lowband and _("Short plain texts"),
        place.language and _("Spoken here: {language}").format(language=language_name(place.language)),
        _changed(place.changed),
    )
    yield from ((Span(text),) for text in told if text)
