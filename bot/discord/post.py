"""One message to Discord and what became of it: posts, edits, thread lines, the look into a channel's history.

The functions raise discord.py's errors; `send_failure` turns those into values that `bot.discord.answers` judges.
"""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord

from bot.card import Card
from bot.delivery.transport import Held, Sent
from bot.discord import answers, embeds
from bot.discord.answers import DiscordFailure
from bot.discord.links import with_links
from bot.discord.parts import pressing
from bot.discord.text import cut_units
from bot.fit import NO_FILES, with_files
from bot.language import _
from bot.wording.notices import notice_times
from feeds.model import Action, Cause, CauseKind, Channel, Delivery

log = logging.getLogger(__name__)

_Postable = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel
Embeds = list[discord.Embed]
Files = list[discord.File]
Show = Callable[[str | None, Embeds, Files], Awaitable[discord.Message]]

# An answer that says it is JSON and is not comes from what stands in front of Discord.
WEATHER = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, json.JSONDecodeError)
LOOK_AT_MOST = 500  # messages from either end of the stretch in which a delivery may have arrived
CLOCKS_APART = timedelta(minutes=10)
NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
THREAD_NEEDED = tuple("send_messages_in_threads" if name == "send_messages" else name for name in NEEDED)

WANTED = ("attach_files", "create_public_threads", "send_messages_in_threads")
_RIGHTS = {"send_messages_in_threads": "write_in_threads"}


class Unfit(Exception):
    """The channel is of a kind that takes no messages."""


async def send(bot: discord.Client, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> Sent:
    """Post the cards with their files, in the best form that Discord takes."""
    place = await _place(bot, channel.target)
    ping, allowed = _ping(delivery)

    cards = with_links(cards, place.guild)

    async def post(content: str | None, built: Embeds, files: Files) -> discord.Message:
        more: dict[str, Any] = {"files": files} if files else {}
        if (view := pressing.alert_view(cards)) is not None:
            more["view"] = view
        return await place.send(content, embeds=built, nonce=delivery.id, allowed_mentions=allowed, **more)

    return Sent(str((await _in_some_form(post, cards, delivery, ping)).id))


async def edit(bot: discord.Client, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> Sent:
    """Replace what the alert `delivery` says in its message."""
    place = await _place(bot, channel.target)
    ping, allowed = _ping(delivery)
    message = place.get_partial_message(int(delivery.message or 0))

    async def change(content: str | None, built: Embeds, files: Files) -> discord.Message:
        view = pressing.alert_view(cards)
        return await message.edit(content=content, embeds=built, attachments=files, allowed_mentions=allowed, view=view)

    await _in_some_form(change, cards, delivery, ping)
    return Sent(delivery.message)


async def _in_some_form(show: Show, cards: Sequence[Card], delivery: Delivery, ping: str | None) -> discord.Message:
    """Show the cards: without their files where none may be attached, as bare text and links where Discord finds fault
    with them. What a notification shows comes first, then whom it pings."""
    first, rest = embeds.parted(cards)
    content = " ".join(filter(None, (first, ping))) or None
    built, files = embeds.message(rest, delivery.id)
    try:
        return await show(content, built, files)
    except discord.HTTPException as error:
        failure = send_failure(error)
        if files and failure.code == answers.MISSING_PERMISSION:
            return await show(content, *embeds.message(with_files(rest, NO_FILES), delivery.id))
        if not failure.malformed:
            raise
        log.warning("delivery %s: Discord refused the embeds (%s); sending bare text", delivery.id, error)
    return await show(embeds.plain(cards, delivery.id, ping or ""), [], [])


async def post_note(bot: discord.Client, delivery: Delivery, text: str, channel: Channel) -> Sent:
    """Post one line: in the alert's thread, else as a reply to the alert; without an alert just in the channel."""
    place = await _place(bot, channel.target)
    times = notice_times(delivery.notice) if delivery.notice else {}
    line: dict[str, Any] = {"content": embeds.signed(text, delivery.id, times=times), "nonce": delivery.id}
    line["allowed_mentions"] = discord.AllowedMentions.none()
    if delivery.message is None:
        return Sent(str((await place.send(**line)).id))
    alert = place.get_partial_message(int(delivery.message))
    thread = delivery.thread or await open_thread(alert, _("Story {story}: updates").format(story=delivery.story))
    if thread is not None:
        try:
            message = await bot.get_partial_messageable(int(thread)).send(**line)
            return Sent(str(message.id), thread)
        except (discord.Forbidden, discord.NotFound) as error:
            log.info("the thread of %s takes no lines (%s); replying instead", delivery.message, error)
    message = await place.send(**line, reference=alert.to_reference(fail_if_not_exists=False))
    return Sent(str(message.id))


async def announce(bot: discord.Client, delivery: Delivery, text: str, channel: Channel) -> Sent:
    """Post one line in the channel that answers the alert, and then whom it pings."""
    place = await _place(bot, channel.target)
    ping, allowed = _ping(delivery)
    more: dict[str, Any] = {}
    if delivery.message is not None:
        alert = place.get_partial_message(int(delivery.message))
        more["reference"] = alert.to_reference(fail_if_not_exists=False)
    content = embeds.signed(text, delivery.id, ping)
    return Sent(str((await place.send(content, nonce=delivery.id, allowed_mentions=allowed, **more)).id))


async def reword(bot: discord.Client, delivery: Delivery, text: str, channel: Channel) -> Sent:
    """Say another line in a message of ours."""
    message = (await _place(bot, channel.target)).get_partial_message(int(delivery.message or 0))
    await message.edit(content=embeds.signed(text, delivery.id), allowed_mentions=discord.AllowedMentions.none())
    return Sent(delivery.message)


async def find_marked(bot: discord.Client, delivery: Delivery, channel: Channel) -> Sent | None:
    """Look for our message that carries the delivery's marker: in the alert's thread, then in the channel.

    Where more was written since than is looked through, both ends of that stretch are: the marker stands near its
    beginning when we were away for long, near its end when the channel was held for long.
    """
    places: list[tuple[discord.abc.Messageable, str | None]] = []
    if delivery.message is not None:
        known = delivery.thread or delivery.message  # a thread has the id of the message it hangs on
        places.append((bot.get_partial_messageable(int(known)), known))
    places.append((await _place(bot, channel.target), None))
    for place, thread in places:
        try:
            async for message in stretch(place, delivery.created):
                if bot.user and message.author.id == bot.user.id and embeds.carries(message, delivery.id):
                    return Sent(str(message.id), thread)
        except discord.NotFound:
            if thread is None:
                raise
    return None


async def locale(bot: discord.Client, channel: Channel) -> str:
    """The locale of a channel's server, asked of Discord as long as the server has not introduced itself."""
    guild = (await _place(bot, channel.target)).guild
    known = guild if guild.me is not None else await bot.fetch_guild(guild.id, with_counts=False)
    return str(known.preferred_locale)


async def probe(bot: discord.Client, channel: Channel) -> Held | None:
    """What the channel lacks now, None when nothing; asked of Discord, not of memory."""
    place = await bot.fetch_channel(int(channel.target))
    if not isinstance(place, _Postable):
        return Held(Cause(CauseKind.WRONG_CHANNEL))
    if place.guild.me is None:
        return None
    granted = place.permissions_for(place.guild.me)
    needed = THREAD_NEEDED if isinstance(place, discord.Thread) else NEEDED
    missing = [name for name in needed if not getattr(granted, name)]
    return Held(Cause(CauseKind.LACKING, {"rights": missing})) if missing else None


async def examine(bot: discord.Client, channel: Channel, roles: Sequence[str]) -> tuple[Cause, ...] | None:
    """What would not work in a channel that takes messages; None as long as the server has not introduced itself."""
    place = await bot.fetch_channel(int(channel.target))
    if not isinstance(place, _Postable):
        return ()
    if place.guild.me is None:
        return None
    granted = place.permissions_for(place.guild.me)
    wanted = WANTED if isinstance(place, discord.TextChannel) else WANTED[:1]
    missing = [_RIGHTS.get(name, name) for name in wanted if not getattr(granted, name)]
    lacking = [Cause(CauseKind.LACKING, {"rights": missing})] if missing else []
    return (*lacking, *_silent(place.guild, roles, all_of_them=granted.mention_everyone))


def _silent(guild: discord.Guild, roles: Sequence[str], *, all_of_them: bool) -> Iterator[Cause]:
    """The roles that a message of ours cannot ring."""
    for one in roles:
        role = guild.get_role(int(one))
        if role is None:
            yield Cause(CauseKind.ROLE_GONE, {"role": one})
        elif not (role.mentionable or all_of_them):
            yield Cause(CauseKind.ROLE_SILENT, {"role": role.name})


def send_failure(error: BaseException) -> DiscordFailure:
    """An error of discord.py's or of the network as a value."""
    if isinstance(error, discord.RateLimited):
        return DiscordFailure(429, retry_after=error.retry_after)
    if isinstance(error, discord.HTTPException):
        return DiscordFailure(error.status, error.code, _retry_after(error), error.text)
    return DiscordFailure(None, text=type(error).__name__ + (f": {error}" if str(error) else ""))


def _retry_after(error: discord.HTTPException) -> float | None:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError, TypeError):
        return None


def _ping(delivery: Delivery) -> tuple[str | None, discord.AllowedMentions]:
    """The content that pings the delivery's roles, and who may be mentioned at all: these roles or nobody."""
    if delivery.action is not Action.PING or not delivery.roles:
        return None, discord.AllowedMentions.none()
    roles = [discord.Object(int(role)) for role in delivery.roles]
    content = " ".join(f"<@&{role}>" for role in delivery.roles)
    return content, discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


async def _place(bot: discord.Client, target: str) -> _Postable:
    place = bot.get_channel(int(target)) or await bot.fetch_channel(int(target))
    if not isinstance(place, _Postable):
        raise Unfit
    return place


async def open_thread(alert: discord.PartialMessage, name: str) -> str | None:
    """The id of the alert's thread, opened if need be; None where threads are not to be had."""
    try:
        thread = await alert.create_thread(name=cut_units(name, 100))
    except discord.HTTPException as error:
        if error.code == answers.THREAD_EXISTS:
            return str(alert.id)
        if error.status in (400, 403):
            return None
        raise
    return str(thread.id)


async def stretch(place: discord.abc.Messageable, created: datetime) -> AsyncIterator[discord.Message]:
    """What stands in a place since a message may have come there: both ends of it, where that is very much."""
    since = created - CLOCKS_APART
    seen = itertools.count(1)
    async for message in place.history(limit=LOOK_AT_MOST, after=since, oldest_first=True):
        next(seen)
        yield message
    if next(seen) <= LOOK_AT_MOST:
        return
    async for message in place.history(limit=LOOK_AT_MOST, after=since, oldest_first=False):
        yield message
