"""Discord as the registry of transports knows it: only here it is asked whether there is a token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.checkup.clocks import ClockReading
from bot.checkup.findings import Remark
from bot.delivery.spec import Surroundings, TransportSpec
from bot.delivery.transport import Transport
from bot.discord import address
from bot.language import _, plural
from config.mistakes import Problem
from config.schema import ChannelSettings, Settings
from feeds.model import Channel

_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{25,}")


def _build(given: Surroundings) -> Transport:
    from bot.discord.transport import DiscordTransport  # noqa: PLC0415 - half a second: only with a token

    return DiscordTransport(
        given.settings.discord, given.desk, given.store, given.clock, on_ready=given.ready, chance=given.chance
    )


async def _survey(
    settings: Settings, channels: Sequence[Channel], roles: Mapping[str, Sequence[str]]
) -> tuple[list[Remark], list[ClockReading]]:
    from bot.discord.posting.survey import survey  # noqa: PLC0415 - half a second: only with a token

    return await survey(settings.discord, channels, roles)


def _greeting(settings: Settings) -> str:
    told = len({one.id for one in settings.channel if one.transport == "discord"})
    if told:
        return plural(
            "Posting to Discord, {n} configured channel(s).", "Posting to Discord, {n} configured channel(s).", told
        )
    said = _("Posting to Discord, no channel yet: a manager subscribes one with {prefix}subscribe.")
    return said.format(prefix=settings.discord.prefix)


def _mistakes(settings: Settings) -> Iterator[Problem]:
    yield from address.address_mistakes(settings.discord)
    operators = settings.discord.operators_channel
    if operators is not None and not operators.isdecimal():
        yield ("discord", "operators_channel"), _("should be a number, the id of a Discord channel")
    for at, server in enumerate(settings.discord.archive_servers):
        if not server.isdecimal():
            yield ("discord", "archive_servers", at), _("should be a number, the id of a Discord server")


def _channel_mistakes(channel: ChannelSettings) -> Iterable[Problem]:
    if channel.id is None:
        yield ("id",), _("a Discord channel needs its id")
    for key, given in (("id", channel.id), ("role", channel.role)):
        if given is not None and not given.isdecimal():
            yield (key,), _("should be a number, as Discord's ids are")


def _warnings(settings: Settings) -> Iterator[Problem]:
    token = settings.discord.token
    if token is not None and address.is_discords(settings.discord) and not _TOKEN.fullmatch(token.get_secret_value()):
        yield ("discord", "token"), _("cannot be a bot's token, which is three parts with dots between them, unquoted")
    if settings.discord.operators_channel is None:
        yield ("discord", "operators_channel"), _("is not set: troubles and the daily proof of silence are only logged")
    for at, channel in enumerate(settings.channel):
        if channel.transport == DISCORD.name and channel.role is None and "ping" in channel.tiers.model_dump().values():
            yield ("channel", at, "role"), _("is not set: a tier asks for a ping, and there is nobody to be pinged")


DISCORD = TransportSpec(
    name="discord",
    options=lambda settings: settings.discord,
    build=_build,
    place="Discord",
    greeting=_greeting,
    sign=lambda settings: "/" if settings.discord.sync_commands else settings.discord.prefix,
    greets=True,
    wanted=lambda settings: settings.discord.token is not None,
    mistakes=_mistakes,
    channel_mistakes=_channel_mistakes,
    warnings=_warnings,
    operators=lambda settings: settings.discord.operators_channel,
    survey=_survey,
)
