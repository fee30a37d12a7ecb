"""This terminal as the registry of transports knows it."""

from __future__ import annotations

from bot.delivery.spec import Surroundings, TransportSpec
from bot.delivery.transport import Transport
from bot.language import N_, _
from config.schema import Settings


def _build(_around: Surroundings) -> Transport:
    from bot.console.transport import Terminal  # noqa: PLC0415 - rich costs a tenth of a second: only where it is used

    return Terminal()


def _greeting(settings: Settings) -> str:
    sign = settings.terminal.prefix
    return _(
        "No Discord token: alerts appear in this terminal. Ask with {sign}latest, {sign}search "
        "<words>, {sign}help; {sign}quit ends."
    ).format(sign=sign)


TERMINAL = TransportSpec(
    name="terminal",
    options=lambda settings: settings.terminal,
    build=_build,
    place=N_("this terminal (no Discord token)"),
    greeting=_greeting,
    sign=lambda settings: settings.terminal.prefix,
    fallback=True,
    operators=lambda _: "terminal",
)
