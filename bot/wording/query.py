"""What is said of queries: why one was not understood, with the choices and the name that was probably meant. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import N_, _, numeral, plural
from bot.wording.formats import clean, cut, in_a_row
from feeds.query import Misread

_SHOWN = 9
_THINGS = {
    "place": N_("I know no place “{value}”."),
    "region": N_("I know no region “{value}”."),
    "kind": N_("I know no kind of incident “{value}”."),
    "source": N_("I know no source “{value}”."),
    "tier": N_("I know no tier “{value}”."),
    "contingent": N_("I know no country “{value}”."),
    "actor": N_("I know no group “{value}”."),
    "lang": N_("I know no language “{value}”."),
    "watch": N_("I know no watch “{value}”."),
    "sort": N_("I know no order “{value}”."),
    "as": N_("I know no form “{value}”."),
}
_VALUE = N_("I know no value “{value}”.")
_NONE_YET = {
    "place": N_("The archive has no place yet."),
    "region": N_("The archive has no region yet."),
    "kind": N_("The archive has no kind of incident yet."),
    "source": N_("The archive has no source yet."),
    "tier": N_("The archive has no tier yet."),
    "contingent": N_("The archive has no country yet."),
    "actor": N_("The archive has no group yet."),
    "lang": N_("The archive has no language yet."),
    "watch": N_("The archive has no watch yet."),
    "sort": N_("The archive has no order yet."),
    "as": N_("The archive has no form yet."),
}
_VALUE_YET = N_("The archive has no value yet.")
_SUCH_AS = {
    "place": "place:gao", "region": "region:gao", "kind": "kind:mine", "source": "source:rfi",
    "tier": "tier:incident", "contingent": "contingent:TD", "actor": "actor:jnim", "lang": "lang:fr",
    "since": "since:7d", "until": "until:2021-02", "before": "before:2021",
    "on": "on:2021-02-10", "killed": "killed:>3", "injured": "injured:3..5", "story": "story:9",
    "symbol": "symbol:S/RES/2690", "title": "title:convoy", "sort": "sort:best", "as": "as:items",
}  # fmt: skip


def such_as(key: str) -> str:
    """How a key is typed."""
    return _SUCH_AS.get(key, f"{key}:…")


def misread_text(misread: Misread) -> str:
    """Why a line is no query, and what to do, in one or two sentences."""
    key, value, near = (_text(misread, name) for name in ("key", "value", "near"))
    if misread.kind == "key":
        meant = _("Did you mean {name}?").format(name=f"{near}:") if near else ""
        choices = _("You can ask for {names}; for the words themselves in quotes.").format(names=_listed(misread))
        unknown = _("I know no “{key}:”.").format(key=key)
        return in_a_row(unknown, meant, choices if "choices" in misread.args else "")
    if misread.kind == "value":
        meant = _("Did you mean {name}?").format(name=_named(key, near)) if near else _choices(misread, key)
        return in_a_row(_(_THINGS.get(key, _VALUE)).format(value=value), meant)
    form = _(_SENTENCES[misread.kind])
    return form.format(key=key, value=value, most=_text(misread, "most"), example=such_as(key))


_SENTENCES = {
    "empty": N_('What shall I look for? Words, a "phrase in quotes", or facts: kind:attack place:gao since:7d'),
    "valueless": N_("{key}: needs a value, such as {example}"),
    "number": N_("“{value}” should be a number: {key}:3, {key}:>3, {key}:<=3 or {key}:3..5"),
    "number_of_story": N_("“{value}” should be the number of a story, such as story:9"),
    "time": N_(
        "“{value}” should be a day (2021-02-10), a month, a year, a span (2021..2023), yesterday, or so long ago: "
        "12h, 7d, 3w, 6m, 1y. Such as {key}:7d"
    ),
    "deep": N_("So many parentheses stand in each other that I lose count; please ask with fewer."),
    "filter": N_("That is more than a filter can hold: {most} characters at most, please."),
    "filter_words": N_("That is more than a filter can hold: {most} different words at most, please."),
    "long": N_("That is more than I can look for at once: {most} conditions at most, please."),
}


def _choices(misread: Misread, key: str) -> str:
    if "choices" not in misread.args:
        return ""
    if misread.args["choices"]:
        return _("Known: {names}.").format(names=_listed(misread))
    return _(_NONE_YET.get(key, _VALUE_YET))


def _listed(misread: Misread) -> str:
    """The choices as a sentence names them, the first of many."""
    choices = misread.args.get("choices", ())
    names: Sequence[str] = (choices,) if isinstance(choices, str) else choices
    shown = names if misread.kind == "key" or len(names) <= _SHOWN + 1 else names[:_SHOWN]
    said, rest = ", ".join(_named(_text(misread, "key"), clean(one)) for one in shown), len(names) - len(shown)
    return plural("{names} and {n} more", "{names} and {n} more", rest, names=said) if rest else said


def _named(key: str, name: str) -> str:
    """A value's name: kinds of incident and tiers are understood as they are called in any language."""
    return _(name) if key in ("kind", "tier") else name


def _text(misread: Misread, name: str) -> str:
    value = misread.args.get(name, "")
    return cut(clean(value), 60) if isinstance(value, str) else ""


def counted(total: int) -> str:
    """How many, as far as anybody counts: "310", "10,000+"."""
    return f"{numeral(10_000)}+" if total > 10_000 else numeral(total)
