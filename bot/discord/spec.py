"""Discord as the registry of transports knows it: only here it is asked whether there is a token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.delivery.spec import Surroundings, TransportSpec
from bot.delivery.transport import Transport
from bot.discord import address
from config.schema import ChannelSettings, Settings


def _build(given: Surroundings) -> Transport:
    from bot.discord.transport import DiscordTransport  # noqa: PLC0415 - half a second: only with a token

    return DiscordTransport(
        given.settings.discord, given.desk, given.store, given.clock, on_ready=given.ready, chance=given.chance
    )


def _greeting(settings: Settings) -> str:
    told = len({one.id for one in settings.channel if one.transport == "discord"})
    subscribe = f"a manager subscribes one with {settings.discord.prefix}subscribe"
    return f"Posting to Discord, {f'{told} configured channel(s)' if told else f'no channel yet: {subscribe}'}."


def _mistakes(settings: Settings) -> Iterator[str]:
    yield from address.mistakes(settings.discord)
    operators = settings.discord.operators_channel
    if operators is not None and not operators.isdecimal():
        yield "operators_channel: should be a number, the id of a Discord channel"


def _channel_mistakes(channel: ChannelSettings) -> Iterable[str]:
    if channel.id is None:
        yield "id: a Discord channel needs its id"
    for key, given in (("id", channel.id), ("role", channel.role)):
        if given is not None and not given.isdecimal():
            yield f"{key}: should be a number, as Discord's ids are"


DISCORD = TransportSpec(
    name="discord",
    options=lambda settings: settings.discord,
    build=_build,
    place="Discord",
    greeting=_greeting,
    wanted=lambda settings: settings.discord.token is not None,
    mistakes=_mistakes,
    channel_mistakes=_channel_mistakes,
    operators=lambda settings: settings.discord.operators_channel,
)
