"""The one registry of transports: another one is a folder of its own and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.console.spec import TERMINAL
from bot.delivery.destinations import SAME_NAME, Destination, destinations, namesake
from bot.delivery.spec import OptionsError, TransportSpec
from bot.discord.spec import DISCORD
from bot.language import _
from config.mistakes import Problem
from config.schema import Settings

TRANSPORTS: dict[str, TransportSpec] = {
    "discord": DISCORD,
    "terminal": TERMINAL,
}


# Transports that are one place, whatever their channels are called.
ONE_PLACE = tuple(spec.name for spec in TRANSPORTS.values() if spec.fallback)


def chosen(settings: Settings) -> tuple[TransportSpec, ...]:
    """The transports that run: those that are set up, else those that always can."""
    wanted = tuple(spec for spec in TRANSPORTS.values() if not spec.fallback and spec.wanted(settings))
    return wanted or tuple(spec for spec in TRANSPORTS.values() if spec.fallback)


def destinations_of(settings: Settings) -> tuple[Destination, ...]:
    """Where messages go with the transports that run, the operators' lines among them."""
    running = chosen(settings)
    places = ((spec.name, spec.operators(settings)) for spec in running)
    operators = next(((name, target) for name, target in places if target), None)
    single = {name: TRANSPORTS[name] in running for name in ONE_PLACE}
    return destinations(settings, single, operators)


def transport_mistakes(settings: Settings, specs: Iterable[TransportSpec] | None = None) -> Iterator[Problem]:
    """What is wrong with the settings of the transports (all of them) and with the channels on them."""
    looked_at = {spec.name: spec for spec in (TRANSPORTS.values() if specs is None else specs)}
    for at, channel in enumerate(settings.channel):
        spec, twin = looked_at.get(channel.transport), namesake(channel, settings.channel[:at], ONE_PLACE)
        if twin is not None:
            yield ("channel", at, "name"), f"{_(SAME_NAME)} (channel[{twin + 1}])"
        if channel.transport not in TRANSPORTS:
            yield ("channel", at, "transport"), _unknown(channel.transport)
        elif spec is not None:
            yield from ((("channel", at, *key), text) for key, text in spec.channel_mistakes(channel))
    yield from ((("transport", name), _unknown(name)) for name in settings.transport if name not in TRANSPORTS)
    for spec in looked_at.values():
        yield from _own_mistakes(spec, settings)


def _own_mistakes(spec: TransportSpec, settings: Settings) -> Iterable[Problem]:
    try:
        spec.options(settings)
    except OptionsError as error:
        return error.problems
    return spec.mistakes(settings)


def _unknown(name: str) -> str:
    return _("there is no {name}, only {names}").format(name=name, names=", ".join(TRANSPORTS))
