"""The look into a channel's history: whether a message of ours stands there already, and all that stands since a time.

What was written since is read to its end, however much it is: only time bounds it, by Discord's own clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord

from bot.delivery.transport import Posted, Sent, Standings
from bot.discord import answers, embeds, marks
from bot.discord.links import led_to
from bot.discord.posting import forum
from bot.discord.posting.places import posting_place
from bot.discord.text import as_read, mentioned
from feeds.model import Channel, Delivery

# The clock's own second, and what an answer takes; of what an earlier version tried only our clock is known.
_LATE, _UNSURE = timedelta(seconds=30), timedelta(days=1)
# Messages that one look reads, a hundred a request: what comes after them is another look, so that none takes too long.
MOST_READ = 1000
_INSTANT = timedelta(milliseconds=1)  # several messages may stand in one


async def find_marked(bot: discord.Client, delivery: Delivery, channel: Channel) -> Sent | None:
    """Look for our message that carries the delivery's mark, since it was first tried: in the alert's thread, then in
    the channel."""
    since, known = _since(delivery), delivery.thread or delivery.message  # a thread has the id of its message
    if known is not None:
        found = await _marked_in(bot, bot.get_partial_messageable(int(known)), delivery.id, since)
        if found is not None:
            return Sent(found, known)
    place = await posting_place(bot, channel.target)
    if isinstance(place, discord.ForumChannel):
        return None if known else await forum.find_post(bot, place, delivery, since)
    there = await _marked_in(bot, place, delivery.id, since, needed=True)
    return Sent(there) if there else None


async def standing(bot: discord.Client, channel: Channel, since: datetime, thread: str | None = None) -> Standings:
    """The marked messages of ours in a channel (of a forum all posts), or in one thread of it, since."""
    if thread is not None:
        return await _standing_in(bot, bot.get_partial_messageable(int(thread)), since, thread)
    place = await posting_place(bot, channel.target)
    if isinstance(place, discord.ForumChannel):
        found = [_posted(one, str(one.id)) async for one in forum.first_messages(bot, place, since)]
        return Standings(tuple(one for one in found if one.mark))
    return await _standing_in(bot, place, since, None)


async def personal(bot: discord.Client, member: str, since: datetime) -> Standings:
    """The marked direct messages of ours to a member since."""
    try:
        place = await bot.create_dm(discord.Object(int(member)))
        return await _standing_in(bot, place, since, None)
    except discord.NotFound:
        return Standings()
    except discord.HTTPException as error:
        if error.code in answers.DM_REFUSED:
            return Standings()
        raise


async def stretch(
    place: discord.abc.Messageable, since: datetime, most: int | None = None
) -> AsyncIterator[discord.Message]:
    """What stands in a place since, oldest first."""
    async for message in place.history(limit=most, after=since, oldest_first=True):
        yield message


async def _standing_in(
    bot: discord.Client, place: discord.abc.Messageable, since: datetime, thread: str | None
) -> Standings:
    try:
        read = [one async for one in stretch(place, since, MOST_READ)]
    except discord.NotFound:
        if thread is None:
            raise
        return Standings()
    found = (_posted(one, thread) for one in read if forum.is_ours(bot, one))
    more = read[-1].created_at - _INSTANT if len(read) == MOST_READ else None
    return Standings(tuple(one for one in found if one.mark), more)


def _posted(message: discord.Message, thread: str | None) -> Posted:
    place = message.channel
    post = place if isinstance(place, discord.Thread) and place.id == message.id else None  # of a forum
    said = (
        post.name if post else "",
        message.content,
        *(text for one in message.embeds for text in (one.title, one.description)),
    )
    links = marks.shown_links(message.embeds)
    return Posted(
        str(message.id), thread, marks.read(message), links, as_read("\n".join(filter(None, said))),
        at=message.created_at, names=marks.names_listed(message.content), leads=led_to(links),
        mentions=mentioned(message.content), opened=post is not None or message.flags.has_thread,
    )  # fmt: skip


async def _marked_in(
    bot: discord.Client, place: discord.abc.Messageable, mark: str, since: datetime, *, needed: bool = False
) -> str | None:
    """The id of our message with a mark in a place, which may be gone unless it is `needed`."""
    try:
        async for message in stretch(place, since):
            if forum.is_ours(bot, message) and embeds.carries(message, mark):
                return str(message.id)
    except discord.NotFound:
        if needed:
            raise
    return None


def _since(delivery: Delivery) -> datetime:
    return delivery.created - _UNSURE if delivery.tried is None else delivery.tried - _LATE
