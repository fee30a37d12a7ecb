"""What stands over and under a chart: its title, and what is said of its rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.language import N_, _, plural, plural_forms
from bot.pictures.model import By, Measure
from bot.pictures.plan.tally import Scope


def chart_title(measure: Measure, by: str, scope: Scope) -> str:
    """ "Killed by month since Aug 2026"."""
    told = {"measure": _(MEASURE_NAMES[measure]), "by": _(_BY[by])}
    if scope.ever:
        return _("{measure} by {by}, all that is known").format(**told)
    return _("{measure} by {by} {when}").format(**told, when=scope.words)


MEASURE_NAMES: dict[Measure, str] = {"incidents": N_("Incidents"), "killed": N_("Killed"), "injured": N_("Injured")}
_BY = {
    "month": N_("month"),
    "quarter": N_("quarter"),
    "year": N_("year"),
    "place": N_("place"),
    "source": N_("source"),
    "contingent": N_("contingent"),
    "kind": N_("kind"),
}


def by_notes(by: By, none: int, measure: Measure) -> Iterator[str]:
    """That rows do not add up, and how many have none."""
    if by in _SEVERAL:
        yield _(_SEVERAL[by])
    if none:
        nobody = _("Nobody killed") if measure == "killed" else _("Nobody injured")
        yield plural(*_NOBODY[by], none, nobody=nobody)


NONE_KNOWN: dict[Measure, str] = {
    "incidents": N_("No incident is known"),
    "killed": N_("No killed are known"),
    "injured": N_("No injured are known"),
}
_SEVERAL: dict[By, str] = {
    "source": N_("One incident may count for several sources, so rows do not add up."),
    "contingent": N_("One incident may count for several contingents, so rows do not add up."),
}
_NOBODY: dict[By, tuple[str, str]] = {
    "place": plural_forms("{nobody}: {n} place more.", "{nobody}: {n} places more."),
    "kind": plural_forms("{nobody}: {n} kind more.", "{nobody}: {n} kinds more."),
    "source": plural_forms("{nobody}: {n} source more.", "{nobody}: {n} sources more."),
    "contingent": plural_forms("{nobody}: {n} contingent more.", "{nobody}: {n} contingents more."),
}
