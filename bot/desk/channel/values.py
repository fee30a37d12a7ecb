"""From what a manager typed after a setting's name to its value; a mistake is a sentence. Pure.

What needs to know the place or the archive, a role and a filter, is read in `bot.desk.channel.change`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.desk.channel.commands import SETTINGS
from bot.desk.parse import Trouble
from bot.language import _, languages, translated
from bot.wording.formats import clean, cut, enumerated, weekday_name
from config.escalation import FIRST_DEATH, TOLL_STEP, UN_WORD, checked_escalation
from config.quiet import quiet_hours
from config.schedule import WEEKDAYS, Round, WrongPart, set_times
from feeds.model import Action, At, Daily, HandoverKind, Quiet
from seeds.model import Tier
from seeds.text.fold import fold

LONGEST_SETTING = 1000
"""Characters that a setting may have; a filter takes the most."""
_MOST_STEPS = 6

OFF = frozenset({"off", "none", "no", "nobody", "nothing"})
_ACTIONS = ("ping", "post", "digest", "off")
_BUDGET = re.compile(r"(pings?|posts?):(\d{1,5})(?:/([a-z]+))?", re.IGNORECASE)
_UNITS = {"pings": ("h", "hour", 1000), "posts": ("d", "day", 10_000)}
_ROUNDS: Mapping[HandoverKind, Round] = {"brief": "day", "weekly": "week", "coverage": "month"}


def read_setting(name: str, text: str, zone: str) -> dict[str, Any]:
    """The values that a setting's text names, most often one, by the names that the store gives them; times are in
    `zone` where none is named. Raises Trouble."""
    try:
        return _READERS[name](name, text.strip(), zone)
    except WrongPart as error:
        told = _("{setting} {reason}. Write it like this: {example}")
        raise Trouble(told.format(setting=name, reason=translated(str(error)), example=SETTINGS[name])) from None
    except ValueError:
        raise misread_setting(name, text) from None


def misread_setting(name: str, text: str) -> Trouble:
    """What is said of a value that is none."""
    said = _("“{value}” is no value for {setting}. Write it like this: {example}")
    return Trouble(said.format(value=cut(clean(text), 60), setting=name, example=SETTINGS[name]))


def _none_of(word: str, choices: Sequence[str]) -> Trouble:
    said = _("“{value}” should be one of: {choices}.")
    return Trouble(said.format(value=cut(clean(word), 40), choices=", ".join(choices)))


def _tier(name: str, text: str, _zone: str) -> dict[str, Any]:
    if text.casefold() not in _ACTIONS:
        raise _none_of(text, _ACTIONS)
    return {name.replace("-", "_"): None if text.casefold() == "off" else Action(text.casefold())}


def _budget(_name: str, text: str, _zone: str) -> dict[str, Any]:
    words = re.split(r"[,\s]+", text)
    return dict(map(_limit, words))


def _limit(word: str) -> tuple[str, int]:
    found = _BUDGET.fullmatch(word)
    name = found[1].casefold().removesuffix("s") + "s" if found else ""
    if (
        found is not None
        and (found[3] or "").casefold() in ("", *_UNITS[name][:2])
        and int(found[2]) <= _UNITS[name][2]
    ):
        return name, int(found[2])
    said = _("“{value}” should be pings:3/h, up to 1,000 an hour, or posts:40/d, up to 10,000 a day.")
    raise Trouble(said.format(value=cut(clean(word), 40)))


def _escalate(_name: str, text: str, _zone: str) -> dict[str, Any]:
    if text.casefold() in OFF:
        return {"escalate": ()}
    words = [word for word in re.split(r"[,\s]+", text.casefold()) if word]
    steps = tuple(dict.fromkeys(_step(word) for word in words[: _MOST_STEPS + 1]))
    if not steps or len(words) > _MOST_STEPS:
        raise ValueError
    return {"escalate": steps}


def _step(word: str) -> str:
    try:
        return checked_escalation(word)
    except ValueError:
        raise _none_of(word, (FIRST_DEATH, UN_WORD, f"{TOLL_STEP}5")) from None


def _quiet(_name: str, text: str, zone: str) -> dict[str, Any]:
    if text.casefold() in OFF:
        return {"quiet": None}
    named = quiet_hours(text, zone)
    return {"quiet": Quiet(named.start, named.end, named.zone, tuple(map(Tier, named.but)))}


def _digest(_name: str, text: str, zone: str) -> dict[str, Any]:
    if text.casefold() in OFF:
        raise Trouble(_("The digest holds what is not posted. To leave a tier out of it: background off, for one."))
    named = set_times(text, "day", zone)
    if len(named.minutes) > 1 or named.minutes[0] % 60:
        raise Trouble(_("The digest comes once a day, on the hour: {example}").format(example=SETTINGS["digest"]))
    return {"digest": Daily((named.minutes[0] // 60,), named.zone)}


def _handover(name: str, text: str, zone: str) -> dict[str, Any]:
    if text.casefold() in OFF:
        return {name: None}
    kind = next(kind for kind in _ROUNDS if kind == name)
    named = set_times(_weekday_in_english(text) if kind == "weekly" else text, _ROUNDS[kind], zone)
    return {name: At(named.minutes, named.zone, named.weekday, named.monthday)}


def _weekday_in_english(text: str) -> str:
    """The text with the weekday in front of it as settings name it, where it stands there as members read it."""
    word, _space, rest = text.partition(" ")
    typed = fold(word).strip()
    names = [fold(weekday_name(number)).strip() for number in range(len(WEEKDAYS))]
    known = next((number for number, one in enumerate(names) if len(typed) > 2 and one.startswith(typed)), None)
    return text if known is None else f"{WEEKDAYS[known]} {rest}"


def _lowband(_name: str, text: str, _zone: str) -> dict[str, Any]:
    if text.casefold() not in ("on", "off"):
        raise ValueError
    return {"lowband": text.casefold() == "on"}


def _language(_name: str, text: str, _zone: str) -> dict[str, Any]:
    if text.casefold() not in languages():
        said = _("“{value}” is no language that can be spoken here. There are: {codes}.")
        raise Trouble(said.format(value=cut(clean(text), 40), codes=enumerated(languages())))
    return {"language": text.casefold()}


_READERS: Mapping[str, Callable[[str, str, str], dict[str, Any]]] = {
    **dict.fromkeys(("incident", "decision", "follow-up", "background", "commemoration"), _tier),
    "budget": _budget,
    "escalate": _escalate,
    "quiet": _quiet,
    "digest": _digest,
    **dict.fromkeys(_ROUNDS, _handover),
    "lowband": _lowband,
    "language": _language,
}
