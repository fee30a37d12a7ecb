"""Discord asked once, over REST and without connecting: the token, the intents, the clock, and what channels lack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import aiohttp
import discord

from bot.checkup.clocks import ClockReading
from bot.checkup.findings import Remark, bad, doubtful, well
from bot.discord import address
from bot.discord.answers import judge_answer
from bot.discord.posting.failures import WEATHER, send_failure
from bot.discord.posting.places import Unfit, held_by, in_server, lesser_of
from bot.language import _
from bot.wording.causes import cause_text
from config.schema import Discord
from feeds.model import Cause, CauseKind, Channel
from feeds.web.hints import header_time

_MOST_SECONDS = 30.0


async def survey(
    settings: Discord, channels: Sequence[Channel], roles: Mapping[str, Sequence[str]]
) -> tuple[list[Remark], list[ClockReading]]:
    """What Discord says of the bot and of these channels, and what its clock shows. `roles` are the ids of the roles
    that are rung in a channel, by its name. Never raises for the weather, and says nothing of the token but whether it
    works."""
    token = settings.token.get_secret_value() if settings.token else ""
    readings: list[ClockReading] = []
    try:
        address.apply(settings)
        async with asyncio.timeout(_MOST_SECONDS), _client(readings) as client:
            await client.login(token)
            found = [*_application(client), *[await _place(client, one, roles.get(one.name, ())) for one in channels]]
    except address.AddressError as error:
        found = [bad("discord", str(error))]
    except discord.LoginFailure:
        found = [bad("discord", _("Discord refuses the token: make a new one in the developer portal, under Bot."))]
    except WEATHER as error:
        why = cause_text(judge_answer(send_failure(error)).reason)
        found = [bad("discord", _("Discord cannot be asked: {why}.").format(why=why.rstrip(".")))]
    return found, readings[:1]


@asynccontextmanager
async def _client(readings: list[ClockReading]) -> AsyncIterator[discord.Client]:
    """A client that never opens the gateway, and notes the time that stands in Discord's answers."""
    trace = aiohttp.TraceConfig()

    async def answered(
        _session: aiohttp.ClientSession, _around: SimpleNamespace, given: aiohttp.TraceRequestEndParams
    ) -> None:
        if (said := header_time(given.response.headers.get("Date"))) is not None:
            readings.append(ClockReading("Discord", said, datetime.now(UTC)))

    trace.on_request_end.append(answered)
    client = discord.Client(intents=discord.Intents.none(), http_trace=trace, max_messages=None)
    try:
        yield client
    finally:
        await client.close()


def _application(client: discord.Client) -> Iterator[Remark]:
    name = client.user.name if client.user else ""
    yield well("discord", _("Discord knows the token, of the bot {name}.").format(name=name))
    flags = client.application_flags
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        yield well("discord", _("The message content intent is granted."))
    else:
        yield doubtful(
            "discord",
            _(
                "The message content intent is not granted: the bot answers slash commands and @mentions only. The "
                "switch is in the developer portal, under Bot."
            ),
        )


async def _place(client: discord.Client, channel: Channel, roles: Sequence[str]) -> Remark:
    """What a channel lacks, in one line."""
    keeping, lesser = await _lacking(client, channel, roles)
    told = "; ".join(cause_text(one).rstrip(".") for one in (*keeping, *lesser))
    if keeping:
        return bad("channel", _("Nothing can be posted to “{channel}”: {why}.").format(channel=channel.name, why=told))
    if lesser:
        return doubtful("channel", _("“{channel}” can be posted to, but {why}.").format(channel=channel.name, why=told))
    return well("channel", _("“{channel}” gives every right that is needed.").format(channel=channel.name))


async def _lacking(
    client: discord.Client, channel: Channel, roles: Sequence[str]
) -> tuple[Sequence[Cause], Sequence[Cause]]:
    """What keeps everything from being posted there, and what else does not work."""
    try:
        place, me = await in_server(client, channel.target)
        held = held_by(place, me, channel)
        return ((held.reason,) if held else ()), lesser_of(place, me, channel, roles)
    except Unfit:
        return (Cause(CauseKind.WRONG_CHANNEL),), ()
    except discord.LoginFailure:
        raise
    except WEATHER as error:
        return (judge_answer(send_failure(error)).reason,), ()
