"""The one registry of transports: another one is a folder of its own and a line here."""

from __future__ import annotations

from collections.abc import Iterator

from bot.console.spec import TERMINAL
from bot.delivery.spec import OptionsError, TransportSpec
from bot.discord.spec import DISCORD
from config.schema import ChannelSettings, Settings

TRANSPORTS: dict[str, TransportSpec] = {
    "discord": DISCORD,
    "terminal": TERMINAL,
}


def chosen(settings: Settings) -> tuple[TransportSpec, ...]:
    """The transports that run: those that are set up, else those that always can."""
    wanted = tuple(spec for spec in TRANSPORTS.values() if not spec.fallback and spec.wanted(settings))
    return wanted or tuple(spec for spec in TRANSPORTS.values() if spec.fallback)


def prefix(settings: Settings, transport: str) -> str:
    """What commands begin with where they are typed."""
    return TRANSPORTS[transport].options(settings).prefix


def mistakes(settings: Settings) -> Iterator[str]:
    """What is wrong with the settings of transports and with the channels on them, a line each."""
    for number, channel in enumerate(settings.channel, 1):
        yield from (f"channel[{number}] ({channel.name}): {text}" for text in _channel_mistakes(channel))
    for unknown in settings.transport.keys() - TRANSPORTS.keys():
        yield f"transport.{unknown}: is no transport; there is {', '.join(TRANSPORTS)}"
    for spec in TRANSPORTS.values():
        try:
            spec.options(settings)
        except OptionsError as error:
            yield str(error)
        else:
            yield from (f"{spec.name}: {text}" for text in spec.mistakes(settings))


def _channel_mistakes(channel: ChannelSettings) -> Iterator[str]:
    if channel.transport in TRANSPORTS:
        yield from TRANSPORTS[channel.transport].channel_mistakes(channel)
    else:
        yield f"transport: {channel.transport} is no transport; there is {', '.join(TRANSPORTS)}"
