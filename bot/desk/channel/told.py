"""What a manager is told of settings that were changed: what holds now, and who is pinged or why nobody is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.channels.texts import clock_text, setting_text
from bot.desk.question import Question
from bot.language import N_, _, plural
from bot.wording.formats import clean, cut, enumerated, in_a_row, listed, tier_title, tier_word, weekday_name
from bot.wording.languages import language_name
from feeds.model import Action, At, Origin, Quiet, Subscription
from seeds.model import Tier

_LOUDNESS: Mapping[Action | None, str] = {
    Action.PING: N_("{tier}: pinged here."),
    Action.POST: N_("{tier}: posted here."),
    Action.DIGEST: N_("{tier}: in the digest."),
    None: N_("{tier}: not told here."),
}


def settings_told(
    question: Question, chosen: Mapping[str, Any], wishes: Sequence[Subscription], *, several: bool | None = None
) -> str:
    """What holds after these were set for some of what is wanted in a place; where `several` is None nothing was set,
    and only what holds is told."""
    rung = pinged_of(wishes, question) if chosen.keys() & {"role", *Tier} else []
    if "role" in chosen and not rung:
        rung.append(
            _("Nothing is pinged here: {prefix}channel incident ping does that.").format(prefix=question.prefix)
        )
    besides = []
    if several and question.text("of") and not _whole(chosen):
        besides.append(_("The others here stay as they were."))
    if several is not None and any(one.origin is Origin.FILE for one in wishes):
        besides.append(_("It wins over the bot's file, until {prefix}channel reset.").format(prefix=question.prefix))
    return in_a_row(*(_SAID[name](value) for name, value in chosen.items() if name in _SAID), *rung, *besides)


def pinged_of(wishes: Sequence[Subscription], question: Question) -> list[str]:
    """Who is pinged for what, each sentence once."""
    return list(dict.fromkeys(filter(None, (pinged(one, question) for one in wishes))))


def pinged(wanted: Subscription, question: Question) -> str:
    """Who is pinged for what, or why nobody is; "" where nothing is to be pinged, or a place has no roles."""
    roles = question.asker.roles
    loud = listed([tier_word(tier) for tier, action in wanted.actions if action is Action.PING], len(Tier))
    if roles is None or not loud:
        return ""
    if wanted.role is None:
        how = _("Nobody is pinged yet ({tiers}): {prefix}channel role @name names a role.")
        return how.format(tiers=loud, prefix=question.prefix)
    role = roles.get(wanted.role)
    if role is None:
        return _("Nobody is pinged: the role {role} is none of this server's.").format(role=wanted.role)
    if not role.rings:
        return _(
            "@{name} cannot be pinged yet: in the server's settings, under Roles, let anyone mention "
            "it, or let this bot mention all roles."
        ).format(name=clean(role.name))
    return _("@{name} is pinged for each {tiers}.").format(name=clean(role.name), tiers=loud)


def times_told(at: At) -> str:
    """Set times in words: "06:00 and 18:00 UTC", "each Monday at 07:00 UTC", "on day 15 of each month at 08:00 UTC"."""
    times = f"{enumerated([clock_text(minute) for minute in at.minutes])} {at.zone}"
    if at.weekday is not None:
        return _("each {weekday} at {times}").format(weekday=weekday_name(at.weekday), times=times)
    if at.monthday is None:
        return times
    if at.monthday == 1:
        return _("on the first of each month at {times}").format(times=times)
    return _("on day {day} of each month at {times}").format(day=at.monthday, times=times)


def quiet_hours_told(quiet: Quiet) -> str:
    """Quiet hours in words: "22:00–06:00 Europe/Paris, but for incident"."""
    hours = f"{clock_text(quiet.start)}–{clock_text(quiet.end)} {quiet.zone}"
    if not quiet.but:
        return hours
    return _("{hours}, but for {tiers}").format(hours=hours, tiers=enumerated([tier_word(one) for one in quiet.but]))


def _whole(chosen: Mapping[str, Any]) -> bool:
    return not chosen.keys() & {"role", "only", "pings", "posts", "escalate", *Tier}


def _loud(tier: Tier) -> Callable[[Any], str]:
    return lambda action: _(_LOUDNESS[action]).format(tier=tier_title(tier))


def _only(text: str) -> str:
    if not text:
        return _("Every story is told here again.")
    return _("Only stories that “{filter}” finds are told here.").format(filter=cut(clean(text), 200))


def _escalated(steps: tuple[str, ...]) -> str:
    if not steps:
        return _("Nothing is told again under an alert.")
    return _("Told again, under the alert: {steps}.").format(steps=enumerated(steps))


def _quiet(quiet: Quiet | None) -> str:
    if quiet is None:
        return _("No hours are quiet here any more.")
    said = _("Quiet here {hours}. New stories wait in the digest then, and everything else until the hours are over.")
    return said.format(hours=quiet_hours_told(quiet))


def _timed(when: str, never: str) -> Callable[[Any], str]:
    def told(value: Any) -> str:
        if value is None:
            return _(never)
        return _(when).format(times=times_told(value) if isinstance(value, At) else setting_text(value))

    return told


def _lowband(on: bool) -> str:
    if on:
        return _("Messages here are short plain texts from now on.")
    return _("Messages here are whole cards again.")


_SAID: Mapping[str, Callable[[Any], str]] = {
    **{str(tier): _loud(tier) for tier in Tier},
    "only": _only,
    "pings": lambda number: plural("At most {n} ping an hour.", "At most {n} pings an hour.", number),
    "posts": lambda number: plural("At most {n} post a day.", "At most {n} posts a day.", number),
    "escalate": _escalated,
    "quiet": _quiet,
    "digest": _timed(N_("The digest comes at {times}."), ""),
    "brief": _timed(N_("A brief comes at {times}."), N_("No brief comes any more.")),
    "weekly": _timed(N_("A brief of the week comes {times}."), N_("No brief of the week comes any more.")),
    "coverage": _timed(
        N_("What is watched, and what is not, is told {times}."), N_("What is watched is told no more.")
    ),
    "lowband": _lowband,
    "language": lambda code: _("{language} is spoken here.").format(language=language_name(code)),
}
