"""Why something was flagged, or was not, in three plain sentences made of the kinds of its reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.language import N_, _
from bot.wording.evidence import PLACES, ROLES
from bot.wording.formats import clean, cut, day, enumerated, listed, long_day
from seeds.model import Match, Reason, Tier

_SHORT = 60
# How what was found is named, strongest first; of the last one only, if there is nothing else.
_NAMES: Mapping[tuple[str, ...], str] = {
    ("allow",): N_("It says {named}, which decides alone."),
    ("name", "misspelt"): N_("It names {named}."),
    ("document",): N_("It cites {named}."),
    ("story",): N_("It tells the event of story {named}, at the same place and time."),
    (*ROLES, *PLACES): N_("It names {named}."),
    ("context",): N_("It is worded as the documents of the watch are: {named}."),
}
# What happened, by the markers of a tier.
_EVENTS: Mapping[str, str] = {
    "accident": N_("People came to harm without an attack."),
    "detention": N_("People of the mission were arrested or barred."),
    "toll": N_("Peacekeepers or people of the mission are among the dead or hurt."),
    "decision": N_("Something was decided or announced."),
    "statement": N_("An official warns, asks or reports."),
    "condemnation": N_("An earlier act is condemned."),
    "justice": N_("A court or the police deal with an earlier act."),
    "inquiry": N_("An inquiry is at work, or has found something."),
    "mourning": N_("The dead of a recent act are mourned or brought home."),
    "toll_update": N_("The toll of an earlier act has grown."),
    "withdrawal": N_("A departure or a handover is under way."),
    "liquidation": N_("What the mission left behind is being wound up."),
    "look_back": N_("It looks back on the mission."),
    "explainer": N_("It explains, comments or portrays."),
    "anniversary": N_("It marks an anniversary."),
    "honours": N_("People of the mission are decorated."),
    "memorial": N_("The fallen are remembered."),
    **{f"topic {name}": said for names, said in (
        (("trial", "arrest", "pardon"), N_("A court or the police deal with an earlier act.")),
        (("inquiry", "rights_report"), N_("An inquiry is at work, or has found something.")),
        (("withdrawal", "handover", "liquidation", "end_of_mission"), N_("A departure or a handover is under way.")),
        (("deployment", "homecoming", "takeover"), N_("Troops go out or come home.")),
        (("mandate", "extension", "resolution", "vote", "council", "parliament", "appointment", "expulsion",
          "suspension", "demand_exit", "reinforce"), N_("Something was decided or announced.")),
        (("tribute",), N_("The dead are mourned or honoured.")),
        (("memorial",), N_("The fallen are remembered.")),
        (("project", "patrol", "police", "visit", "medical"), N_("It tells of the mission's daily work.")),
        (("protest",), N_("People protest.")),
    ) for name in names},
}  # fmt: skip
_OWN = frozenset({"toll", "own"})
# How it is told: the surest sign of these that spoke for the tier.
_TELLING: Mapping[str, str] = {
    "fresh": N_("It is told as new."),
    "first_report": N_("It is told as new."),
    "weeks_old": N_("It happened weeks before it was told."),
    "years_old": N_("It happened more than a year before it was told."),
    "days_ago": N_("It goes back to some days or weeks before."),
    "old_year": N_("It names an earlier year."),
    "just_closed": N_("The mission had just closed by then."),
    "closed": N_("The mission had closed by then."),
    "passing": N_("The mission is mentioned only in passing."),
    "late": N_("The title is about something else."),
    "titled": N_("The title speaks of the mission."),
    "leading": N_("The first sentence speaks of the mission."),
    "undated": N_("Its source gives no date."),
    "same day": N_("It is told as new."),
    "days old": N_("It is told within days."),
    "a week old": N_("It is told within days."),
    "weeks old": N_("It happened weeks before it was told."),
    "fresh no more": N_("It happened weeks before it was told."),
    "months old": N_("It happened months before it was told."),
    "told ahead": N_("It tells of what is still to come."),
    "ending": N_("The mission was about to end."),
    "just closed": N_("The mission had just closed by then."),
    "closed a year": N_("The mission had closed by then."),
    "closed for years": N_("The mission had closed by then."),
}
_OTHERWISE: Mapping[Tier, str] = {
    Tier.INCIDENT: N_("Nothing says that it is old."),
    Tier.DECISION: N_("It is told as a new decision or statement."),
    Tier.FOLLOW_UP: N_("It is told as news of something earlier."),
    Tier.BACKGROUND: N_("It is told as background."),
    Tier.COMMEMORATION: N_("It is told in remembrance."),
}


def why_flagged(match: Match) -> tuple[str, ...]:
    """Up to three sentences on a document that was flagged: what it names, what happened, how it is told."""
    said = (_named(match.reasons), _happened(match), _told(match))
    return tuple(sentence for sentence in said if sentence)


def why_passed_over(
    match: Match, named: Iterable[tuple[str, str]], title: str, mission: str = "", start: date | None = None
) -> tuple[str, ...]:
    """Up to three sentences on one that was not; `named` are (kind, text) of all that was found, `title` the watch's,
    `start` the day on which its `mission` began."""
    if early := next((one for one in match.reasons if one.kind == "date"), None):
        return _early(early, mission or title, start), _("So nobody was told of it.")
    found = list(named)
    roles, places = _texts(found, ROLES), _texts(found, PLACES)
    others = _texts(found, ("other", "force", "agency"))
    sentences = [_lacks(roles, places, title)]
    if ruled_out := _texts([(one.kind, _words(one)) for one in match.reasons], ("block",)):
        sentences = [_("It says {listed}, which rules it out.").format(listed=listed(ruled_out, 2))]
    if others:
        sentences.append(_("It also names {listed}, which speaks against it.").format(listed=listed(others, 3)))
    return (*sentences, _("So nobody was told of it."))


def _early(reason: Reason, mission: str, start: date | None) -> str:
    """ "It is dated 9 Sep 2012; the mission began on 25 April 2013." A date that is quoted is of what is told."""
    when = day(date.fromisoformat(reason.pattern))
    if start is None:
        if reason.quote:
            return _("It tells of {when}; {mission} began later.").format(when=when, mission=mission)
        return _("It is dated {when}; {mission} began later.").format(when=when, mission=mission)
    began = long_day(start)
    if reason.quote:
        return _("It tells of {when}; {mission} began on {day}.").format(when=when, mission=mission, day=began)
    return _("It is dated {when}; {mission} began on {day}.").format(when=when, mission=mission, day=began)


def _lacks(roles: Sequence[str], places: Sequence[str], title: str) -> str:
    if roles and places:
        return _("It names {roles} and {places}, but too little ties them to {title}.").format(
            roles=listed(roles), places=listed(places), title=title
        )
    if roles:
        return _("It names {listed}, but no place of {title}.").format(listed=listed(roles), title=title)
    if places:
        return _("It names {listed}, but no UN peace operation.").format(listed=listed(places))
    return _("It names neither a UN peace operation nor a place of {title}.").format(title=title)


def _named(reasons: Iterable[Reason]) -> str:
    found = [(one.kind, _words(one)) for one in reasons if one.weight >= 0 and one.kind != "tier"]
    for kinds, form in _NAMES.items():
        # of a role and a place, one each: the first of a kind weighs most
        texts = [texts[0] for kind in _groups(kinds) if (texts := _texts(found, kind))]
        if texts:
            return _(form).format(named=enumerated(texts))
    return _("Its words as a whole speak for it.")


def _groups(kinds: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (ROLES, PLACES) if set(PLACES) < set(kinds) else (kinds,)


def _happened(match: Match) -> str:
    found = _markers(match)
    if "attack" in found:
        return _("Peacekeepers were attacked.") if _OWN & set(found) else _("An attack is reported.")
    return next((_(_EVENTS[name]) for name in found if name in _EVENTS), "")


def _told(match: Match) -> str:
    found = (_(_TELLING[name]) for name in _markers(match) if name in _TELLING)
    return next(found, _(_OTHERWISE[match.tier]) if match.tier else "")


def _markers(match: Match) -> list[str]:
    """The names of what spoke for the tier, weightiest first."""
    told = sorted((one for one in match.reasons if one.kind == "tier" and one.weight > 0), key=lambda one: -one.weight)
    return [one.pattern.partition(":")[0] for one in told]


def _words(reason: Reason) -> str:
    return reason.found or reason.pattern


def _texts(found: Iterable[tuple[str, str]], kinds: Sequence[str]) -> list[str]:
    """What was found of the kinds, each once, as it stands there."""
    texts = (cut(clean(text), _SHORT) for kind, text in found if kind in kinds)
    return list({text.casefold(): text for text in texts if text}.values())
