"""The language of a terminal, from its environment, in the order in which gettext looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.language.speech import one_of

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def terminal_language(environment: Mapping[str, str]) -> str:
    """The first language of LANGUAGE that can be spoken, else that of the locale for messages; English for neither.

    As in gettext, LANGUAGE holds for no locale of machines ("C", "POSIX").
    """
    locale = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    if locale.partition(".")[0] in ("", "C", "POSIX"):
        return one_of()
    return one_of(*environment.get("LANGUAGE", "").split(":"), locale)
