"""The places of Discord that take messages of ours, and what one of them lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from bot.delivery.transport import Held
from bot.discord.posting.forum import is_tier_tag
from bot.wording.formats import TIERS
from feeds.model import Cause, CauseKind, Channel

Writable = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel
PostingPlace = Writable | discord.ForumChannel

_NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
_IN_THREADS = {"send_messages": "send_messages_in_threads"}
_WANTED = ("attach_files", "create_public_threads", "send_messages_in_threads")
# Rights that are called otherwise where they are wanted for another purpose.
_AS_WANTED = {"send_messages_in_threads": "write_in_threads"}
_IN_FORUMS = {"send_messages": "create_posts", **_AS_WANTED}


class Unfit(Exception):
    """The channel is of a kind that takes no messages."""


async def posting_place(bot: discord.Client, target: str) -> PostingPlace:
    """The place of an id, from memory where it is known. Raises Unfit, and discord.py's errors."""
    return _fit(bot.get_channel(int(target)) or await bot.fetch_channel(int(target)))


async def in_server(bot: discord.Client, target: str) -> tuple[PostingPlace, discord.Member]:
    """A place and the bot as a member of its server, all asked of Discord: for a client that is not connected. Raises
    Unfit, and discord.py's errors."""
    found = _fit(await bot.fetch_channel(int(target)))
    guild = await bot.fetch_guild(found.guild.id, with_counts=False)
    me = await guild.fetch_member(bot.user.id if bot.user else 0)
    place = _fit(await guild.fetch_channel(int(target)))
    if isinstance(place, discord.Thread):  # it has its parent's rights
        above = await guild.fetch_channel(place.parent_id)
        if isinstance(above, discord.TextChannel | discord.ForumChannel):
            guild._add_channel(above)
    return place, me


def asked_in(place: object) -> str:
    """The id of the place that is meant by "here": in a forum's post that is the forum, for alerts go there."""
    if isinstance(place, discord.Thread) and isinstance(place.parent, discord.ForumChannel):
        return str(place.parent.id)
    return str(getattr(place, "id", ""))


async def locale(bot: discord.Client, channel: Channel) -> str:
    """The locale of a channel's server, asked of Discord as long as the server has not introduced itself."""
    guild = (await posting_place(bot, channel.target)).guild
    known = guild if guild.me is not None else await bot.fetch_guild(guild.id, with_counts=False)
    return str(known.preferred_locale)


async def probe(bot: discord.Client, channel: Channel) -> Held | None:
    """What the channel lacks now, None when nothing; asked of Discord, not of memory."""
    place = _fit(await bot.fetch_channel(int(channel.target)))
    return None if place.guild.me is None else held_by(place, place.guild.me, channel)


def held_by(place: PostingPlace, me: discord.Member, channel: Channel) -> Held | None:
    """What keeps the bot from posting to a place; None where nothing does."""
    granted = place.permissions_for(me)
    missing = [shown for name, shown in _needed(place) if not (getattr(granted, name) or _needless(name, channel))]
    return Held(Cause(CauseKind.LACKING, {"rights": missing})) if missing else None


async def examine(bot: discord.Client, channel: Channel, roles: Sequence[str]) -> tuple[Cause, ...] | None:
    """What would not work in a channel that takes messages; None as long as the server has not introduced itself."""
    place = _fit(await bot.fetch_channel(int(channel.target)))
    return None if place.guild.me is None else lesser_of(place, place.guild.me, channel, roles)


def lesser_of(place: PostingPlace, me: discord.Member, channel: Channel, roles: Sequence[str]) -> tuple[Cause, ...]:
    """What would not work in a place that can be posted to, these roles' pings among it."""
    granted = place.permissions_for(me)
    wanted = _WANTED if isinstance(place, discord.TextChannel) else _WANTED[:1]
    missing = [
        _AS_WANTED.get(name, name) for name in wanted if not (getattr(granted, name) or _needless(name, channel))
    ]
    lacking = [Cause(CauseKind.LACKING, {"rights": missing})] if missing else []
    return (*lacking, *_untagged(place), *_silent(place.guild, roles, all_of_them=granted.mention_everyone))


def _untagged(place: PostingPlace) -> Iterator[Cause]:
    """That a forum wants a tag on each post and has none for ours."""
    if not isinstance(place, discord.ForumChannel) or not place.flags.require_tag:
        return
    if not any(is_tier_tag(tag) for tag in place.available_tags):
        yield Cause(CauseKind.NO_FITTING_TAG, {"tags": list(TIERS.values())})


def _fit(place: object) -> PostingPlace:
    """The place, if it takes messages. A media channel takes pictures only. Raises Unfit."""
    if not isinstance(place, PostingPlace) or (isinstance(place, discord.ForumChannel) and place.is_media()):
        raise Unfit
    return place


def _needed(place: PostingPlace) -> Iterator[tuple[str, str]]:
    """The rights without which nothing is posted, each with what it is called there."""
    if isinstance(place, discord.ForumChannel):
        yield from ((name, _IN_FORUMS.get(name, name)) for name in (*_NEEDED, "send_messages_in_threads"))
        return
    for name in _NEEDED:
        right = _IN_THREADS.get(name, name) if isinstance(place, discord.Thread) else name
        yield right, right


def _needless(right: str, channel: Channel) -> bool:
    """Whether a right is not used where only short text is sent."""
    return channel.lowband and right in ("embed_links", "attach_files")


def _silent(guild: discord.Guild, roles: Sequence[str], *, all_of_them: bool) -> Iterator[Cause]:
    """The roles that a message of ours cannot ring."""
    for one in roles:
        role = guild.get_role(int(one))
        if role is None:
            yield Cause(CauseKind.ROLE_GONE, {"role": one})
        elif not (role.mentionable or all_of_them):
            yield Cause(CauseKind.ROLE_SILENT, {"role": role.name})
