"""The form of `setup`: five questions about a channel, filled in with what holds now. Pure, save for whom it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.card import FormField, FormOption, ReplyForm
from bot.desk.question import Question
from bot.language import _, languages
from bot.wording.formats import clean, cut, tier_title
from config.escalation import FIRST_DEATH, TOLL_STEP, UN_WORD
from config.schema import Tiers
from feeds.model import Action, Channel, Subscription
from feeds.route import wishes_of
from seeds.model import Tier

MOST_OPTIONS = 25
NONE_CHOSEN, SERVERS = "none", "server"
DIGEST_AT, BRIEF_AT = "digest@", "brief@"
_HOURS = (5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22)
_LONGEST = 100


def setup_form(question: Question) -> ReplyForm:
    """The questions, with what holds in the channel in which it was asked."""
    return ReplyForm(
        "setup",
        _("Alerts in this channel"),
        (
            watches_field(question),
            role_field(question),
            pings_field(question),
            times_field(question),
            _language(question),
        ),
    )


def watches_field(question: Question) -> FormField:
    """Which watches' alerts go here."""
    house, chosen = question.house, question.watches or tuple(question.house.watches)[:1]
    names = list(dict.fromkeys((*chosen, *sorted(house.watches))))[:MOST_OPTIONS]
    options = tuple(FormOption(name, cut(clean(house.title(name)), _LONGEST)) for name in names)
    return FormField("watches", _("What is watched"), _("Their alerts go here."), options, chosen, 1, len(options))


def role_field(question: Question) -> FormField:
    """Who is pinged."""
    role = next((one.role for one in question.wishes if one.role), None)
    known = tuple(one for one in (role,) if one and one in (question.asker.roles or {}))
    return FormField("role", _("Who is pinged"), _("A role; leave it empty to ping nobody."), chosen=known, roles=True)


def pings_field(question: Question) -> FormField:
    """What pings them: tiers, and what is told of a story later."""
    wish = _first(question)
    step = next((one for one in wish.escalate if one.startswith(TOLL_STEP)), f"{TOLL_STEP}5")
    later = {
        FIRST_DEATH: _("Later: the first death"),
        UN_WORD: _("Later: the UN's first word"),
        step: _("Later: each {n} more killed").format(n=step.removeprefix(TOLL_STEP)),
    }
    options = (
        *(FormOption(tier.value, tier_title(tier)) for tier in Tier),
        *(FormOption(name, label) for name, label in later.items()),
    )
    loud = tuple(tier.value for tier, action in wish.actions if action is Action.PING)
    chosen = (*loud, *(one for one in wish.escalate if one in later))
    help_ = _("The rest is posted without a ping, or waits for the digest.")
    return FormField("pings", _("What pings"), help_, options, chosen, 0, len(options))


def times_field(question: Question) -> FormField:
    """When the digest and briefs come."""
    digest, brief, zone = _digest(question), _brief(question.channel), zone_here(question)
    options = (
        *(FormOption(DIGEST_AT + at, _("Digest at {time}").format(time=f"{at} {zone}")) for at in _offered(digest)),
        *(FormOption(BRIEF_AT + at, _("Brief at {time}").format(time=f"{at} {zone}")) for at in _offered(brief)),
    )
    chosen = (*(DIGEST_AT + at for at in digest), *(BRIEF_AT + at for at in brief))
    help_ = _("Times of {zone}. One digest a day, as many briefs as you like.").format(zone=zone)
    return FormField("times", _("Digest and briefs"), help_, options, chosen, 0, len(options))


def _language(question: Question) -> FormField:
    now = question.channel.language if question.channel else None
    options = (FormOption(SERVERS, _("The server's")), *(FormOption(code, _named(code)) for code in languages()))
    return FormField("language", _("Language"), _("What is said here."), options, (now or SERVERS,), 1, 1)


def _named(code: str) -> str:
    """A language in its own words."""
    from bot.language.locales import language_written  # noqa: PLC0415 - Babel, which nothing else needs in English

    name = language_written(code, code) or code
    return f"{name[:1].upper()}{name[1:]}"


def _first(question: Question) -> Subscription:
    """What is wanted here, the first of it; the usual wish where nothing is yet."""
    return next(iter(question.wishes), Subscription("", "", wishes_of(Tiers())))


def zone_here(question: Question) -> str:
    """The time zone of the channel's times, the house's where it has none."""
    place = question.channel
    mine = (*(at for _kind, at in place.handovers), place.digest) if place else ()
    return next((one.zone for one in mine if one is not None), question.house.settings.digest.zone)


def _digest(question: Question) -> list[str]:
    own = question.channel.digest if question.channel else None
    return [f"{hour:02d}:00" for hour in (own.hours if own else (question.house.settings.digest.hour,))]


def _brief(place: Channel | None) -> list[str]:
    at = dict(place.handovers).get("brief") if place else None
    return ["{:02d}:{:02d}".format(*divmod(minute, 60)) for minute in at.minutes] if at else []


def _offered(now: Sequence[str]) -> list[str]:
    """A dozen times, those that hold now among them."""
    return sorted({*now[: len(_HOURS)], *_kept(now)})


def _kept(now: Sequence[str]) -> Iterable[str]:
    usual: Iterator[str] = (f"{hour:02d}:00" for hour in _HOURS)
    return [one for one in usual if one not in now][: len(_HOURS) - len(now[: len(_HOURS)])]
