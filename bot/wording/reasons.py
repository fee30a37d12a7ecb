"""Why something was flagged, or was not, in three plain sentences made of the kinds of its reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.wording.evidence import PLACES, ROLES
from bot.wording.formats import clean, cut, day, listed
from seeds.model import Match, Reason, Tier

_SHORT = 60
# How what was found is named, strongest first; of the last one only, if there is nothing else.
_NAMES: Mapping[tuple[str, ...], str] = {
    ("allow",): "It says {named}, which decides alone.",
    ("name", "misspelt"): "It names {named}.",
    ("document",): "It cites {named}.",
    ("story",): "It tells the event of story {named}, at the same place and time.",
    (*ROLES, *PLACES): "It names {named}.",
    ("context",): "It is worded as the documents of the watch are: {named}.",
}
# What happened, by the markers of a tier.
_EVENTS: Mapping[str, str] = {
    "accident": "People came to harm without an attack.",
    "detention": "People of the mission were arrested or barred.",
    "toll": "Peacekeepers or people of the mission are among the dead or hurt.",
    "decision": "Something was decided or announced.",
    "statement": "An official warns, asks or reports.",
    "condemnation": "An earlier act is condemned.",
    "justice": "A court or the police deal with an earlier act.",
    "inquiry": "An inquiry is at work, or has found something.",
    "mourning": "The dead of a recent act are mourned or brought home.",
    "toll_update": "The toll of an earlier act has grown.",
    "withdrawal": "A departure or a handover is under way.",
    "liquidation": "What the mission left behind is being wound up.",
    "look_back": "It looks back on the mission.",
    "explainer": "It explains, comments or portrays.",
    "anniversary": "It marks an anniversary.",
    "honours": "People of the mission are decorated.",
    "memorial": "The fallen are remembered.",
    **{f"topic {name}": said for names, said in (
        (("trial", "arrest", "pardon"), "A court or the police deal with an earlier act."),
        (("inquiry", "rights_report"), "An inquiry is at work, or has found something."),
        (("withdrawal", "handover", "liquidation", "end_of_mission"), "A departure or a handover is under way."),
        (("deployment", "homecoming", "takeover"), "Troops go out or come home."),
        (("mandate", "extension", "resolution", "vote", "council", "parliament", "appointment", "expulsion",
          "suspension", "demand_exit", "reinforce"), "Something was decided or announced."),
        (("tribute",), "The dead are mourned or honoured."),
        (("memorial",), "The fallen are remembered."),
        (("project", "patrol", "police", "visit", "medical"), "It tells of the mission's daily work."),
        (("protest",), "People protest."),
    ) for name in names},
}  # fmt: skip
_OWN = frozenset({"toll", "own"})
# How it is told: the surest sign of these that spoke for the tier.
_TELLING: Mapping[str, str] = {
    "fresh": "It is told as new.",
    "first_report": "It is told as new.",
    "weeks_old": "It happened weeks before it was told.",
    "years_old": "It happened more than a year before it was told.",
    "days_ago": "It goes back to some days or weeks before.",
    "old_year": "It names an earlier year.",
    "just_closed": "The mission had just closed by then.",
    "closed": "The mission had closed by then.",
    "passing": "The mission is mentioned only in passing.",
    "late": "The title is about something else.",
    "titled": "The title speaks of the mission.",
    "leading": "The first sentence speaks of the mission.",
    "undated": "Its source gives no date.",
    "same day": "It is told as new.",
    "days old": "It is told within days.",
    "a week old": "It is told within days.",
    "weeks old": "It happened weeks before it was told.",
    "fresh no more": "It happened weeks before it was told.",
    "months old": "It happened months before it was told.",
    "told ahead": "It tells of what is still to come.",
    "ending": "The mission was about to end.",
    "just closed": "The mission had just closed by then.",
    "closed a year": "The mission had closed by then.",
    "closed for years": "The mission had closed by then.",
}
_OTHERWISE: Mapping[Tier, str] = {
    Tier.INCIDENT: "Nothing says that it is old.",
    Tier.DECISION: "It is told as a new decision or statement.",
    Tier.FOLLOW_UP: "It is told as news of something earlier.",
    Tier.BACKGROUND: "It is told as background.",
    Tier.COMMEMORATION: "It is told in remembrance.",
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
        return _early(early, mission or title, start), "So nobody was told of it."
    found = list(named)
    roles, places = _texts(found, ROLES), _texts(found, PLACES)
    others = _texts(found, ("other", "force", "agency"))
    sentences = [_lacks(roles, places, title)]
    if ruled_out := _texts([(one.kind, _words(one)) for one in match.reasons], ("block",)):
        sentences = [f"It says {listed(ruled_out, 2)}, which rules it out."]
    if others:
        sentences.append(f"It also names {listed(others, 3)}, which speaks against it.")
    return (*sentences, "So nobody was told of it.")


def _early(reason: Reason, mission: str, start: date | None) -> str:
    """ "It is dated 9 Sep 2012; the mission began on 25 April 2013." A date that is quoted is of what is told."""
    when = day(date.fromisoformat(reason.pattern))
    told = f"It tells of {when}" if reason.quote else f"It is dated {when}"
    return f"{told}; {mission} began " + (f"on {start.day} {start:%B %Y}." if start else "later.")


def _lacks(roles: Sequence[str], places: Sequence[str], title: str) -> str:
    if roles and places:
        return f"It names {listed(roles)} and {listed(places)}, but too little ties them to {title}."
    if roles:
        return f"It names {listed(roles)}, but no place of {title}."
    if places:
        return f"It names {listed(places)}, but no UN peace operation."
    return f"It names neither a UN peace operation nor a place of {title}."


def _named(reasons: Iterable[Reason]) -> str:
    found = [(one.kind, _words(one)) for one in reasons if one.weight >= 0 and one.kind != "tier"]
    for kinds, form in _NAMES.items():
        # of a role and a place, one each: the first of a kind weighs most
        texts = [texts[0] for kind in _groups(kinds) if (texts := _texts(found, kind))]
        if texts:
            return form.format(named=" and ".join(texts))
    return "Its words as a whole speak for it."


def _groups(kinds: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (ROLES, PLACES) if set(PLACES) < set(kinds) else (kinds,)


def _happened(match: Match) -> str:
    found = _markers(match)
    if "attack" in found:
        return "Peacekeepers were attacked." if _OWN & set(found) else "An attack is reported."
    return next((_EVENTS[name] for name in found if name in _EVENTS), "")


def _told(match: Match) -> str:
    found = (_TELLING[name] for name in _markers(match) if name in _TELLING)
    return next(found, _OTHERWISE[match.tier] if match.tier else "")


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
