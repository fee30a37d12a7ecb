"""What one member is told of their follows: a mention in a story's thread, or a direct message.

Before anything is said, Discord is asked whether the member is still there and still sees the place in which they
asked: who left a team is told nothing more by it. The functions raise discord.py's errors, as those of
`bot.discord.post` do.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import discord

from bot.card import Card
from bot.delivery.transport import Rejected, Retry, SendResult, Sent
from bot.discord import answers, embeds, marks
from bot.discord.links import with_links
from bot.discord.post import open_thread
from bot.discord.posting.history import stretch
from bot.follows.words import follow_card, follow_line
from bot.language import _
from feeds.model import AlertPlace, Cause, CauseKind, FollowMessage, Story
from feeds.store.naming.spelling import item_name, name_in_list

log = logging.getLogger(__name__)

_CLOCKS_APART = timedelta(days=1)  # few messages stand where members are told; our clock may be wrong
_UNREADY = Retry(Cause(CauseKind.NOT_CONNECTED, answers.SERVICE), after=5.0)


@dataclass(frozen=True, slots=True)
class _Whom:
    """The member, and the alerts that they can see, by story; those of the newest story first in `newest`."""

    member: discord.Member | None
    alerts: dict[int, AlertPlace]
    newest: tuple[AlertPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """What a message says, and what the stories of one that tells of several are called: of many it shows the newest
    alone, and those that it leaves out are told too."""

    card: Card
    names: tuple[str, ...] = ()

    def listing(self, content: str) -> str:
        """The message's text with the stories' names out of sight."""
        return marks.listing(content, self.names, embeds.DISCORD_LIMITS.text)


async def tell(bot: discord.Client, telling: FollowMessage, stories: Sequence[Story]) -> SendResult:
    """Tell a follower: in the thread of the newest story's alert, where that is wished and can be done, else in a
    direct message."""
    whom = await _whom(bot, telling)
    if not isinstance(whom, _Whom):
        return whom
    told = _told(telling, stories, whom)
    if telling.doubtful and (found := await _found(bot, telling, whom)) is not None:
        return found
    if telling.way == "thread" and (sent := await _mention(bot, telling, told, whom)) is not None:
        return sent
    return await _directly(bot, telling, told)


def _told(telling: FollowMessage, stories: Sequence[Story], whom: _Whom) -> _Told:
    card = with_links([follow_card(telling, stories, whom.alerts)], whom.member.guild if whom.member else None)[0]
    first = (story.sources[0] for story in stories if len(stories) > 1)
    items = (item_name(one.url, one.content_hash) for one in first)
    return _Told(card, tuple(name_in_list(telling.follower.member, name) for name in items))


async def _whom(bot: discord.Client, telling: FollowMessage) -> _Whom | SendResult:
    """Who is to be told, or why nobody is."""
    if not telling.follower.server:
        return _Whom(None, {})
    guild = bot.get_guild(int(telling.follower.server))
    if guild is None:
        return Rejected(Cause(CauseKind.SERVER_GONE)) if bot.is_ready() else _UNREADY
    if guild.me is None:
        return _UNREADY  # it has not introduced itself yet
    try:
        member = await guild.fetch_member(int(telling.follower.member))
    except discord.NotFound as error:
        if error.code in (answers.UNKNOWN_MEMBER, answers.UNKNOWN_USER):
            return Rejected(Cause(CauseKind.MEMBER_LEFT))
        raise
    hidden = [place for place in telling.places if not await _seen(guild, member, place)]
    if hidden:
        return Rejected(Cause(CauseKind.PLACE_HIDDEN, {"places": hidden}))
    return _visible(guild, member, telling)


def _visible(guild: discord.Guild, member: discord.Member, telling: FollowMessage) -> _Whom:
    seen = {
        story: [one for one in alerts if _sees(member, guild.get_channel(int(one.target)))]
        for story, alerts in telling.alerts.items()
    }
    newest = seen.get(telling.hits[-1].story, [])
    return _Whom(member, {story: alerts[0] for story, alerts in seen.items() if alerts}, tuple(newest))


async def _seen(guild: discord.Guild, member: discord.Member, place: str) -> bool:
    """Whether a member sees a channel or a thread of a server; one that is gone is seen by nobody."""
    try:
        known = guild.get_channel_or_thread(int(place)) or await guild.fetch_channel(int(place))
        return _sees(member, known) and (not isinstance(known, discord.Thread) or await _belongs(member, known))
    except (discord.NotFound, discord.Forbidden, discord.InvalidData):
        return False


async def _belongs(member: discord.Member, thread: discord.Thread) -> bool:
    """Whether a member may read a thread: a private one only who was let in, or manages threads. Raises NotFound for
    who was not."""
    if not thread.is_private() or thread.permissions_for(member).manage_threads:
        return True
    await thread.fetch_member(member.id)
    return True


def _sees(member: discord.Member, place: discord.abc.GuildChannel | discord.Thread | None) -> bool:
    if isinstance(place, discord.Thread):
        return place.parent is not None and place.permissions_for(member).view_channel
    return place is not None and place.permissions_for(member).view_channel


async def _mention(bot: discord.Client, telling: FollowMessage, told: _Told, whom: _Whom) -> Sent | None:
    """Mention the member in a thread that they see; None where there is none."""
    for alert in whom.newest:
        place = whom.member.guild.get_channel(int(alert.target)) if whom.member else None
        if not isinstance(place, discord.TextChannel | discord.ForumChannel):
            continue  # only there messages have threads, or are one
        try:
            name = _("Story {story}: updates").format(story=telling.hits[-1].story)
            thread = alert.thread or await _opened(place, alert.message, name)
            if thread is not None:
                return await _in_thread(bot, thread, telling, told)
        except (discord.Forbidden, discord.NotFound) as error:
            log.info("nobody can be mentioned under %s (%s)", alert.message, error)
    return None


async def _opened(place: discord.TextChannel | discord.ForumChannel, alert: str, name: str) -> str | None:
    """The thread of an alert; in a forum that is the alert's post."""
    if isinstance(place, discord.ForumChannel):
        return alert
    return await open_thread(place.get_partial_message(int(alert)), name)


async def _in_thread(bot: discord.Client, thread: str, telling: FollowMessage, told: _Told) -> Sent:
    """Only the one member is mentioned, whatever the text holds."""
    who = discord.Object(int(telling.follower.member))
    allowed = discord.AllowedMentions(everyone=False, users=[who], roles=False, replied_user=False)
    content = told.listing(embeds.addressed(follow_line(telling), telling.id, who.id))
    several = [replace(told.card, title="", leading=False)] if len(telling.hits) > 1 else []
    place = bot.get_partial_messageable(int(thread))
    sent = await place.send(content, embeds=embeds.embeds(several), nonce=telling.id, allowed_mentions=allowed)
    return Sent(str(sent.id), thread)


async def _directly(bot: discord.Client, telling: FollowMessage, told: _Told) -> SendResult:
    try:
        place = await bot.create_dm(discord.Object(int(telling.follower.member)))
        return Sent(str((await _sent_to(place, telling, told)).id))
    except discord.HTTPException as error:
        if error.code in answers.DM_REFUSED:
            return Rejected(Cause(CauseKind.DM_CLOSED))
        raise


async def _sent_to(place: discord.DMChannel, telling: FollowMessage, told: _Told) -> discord.Message:
    first, rest = embeds.parted([told.card])
    more: dict[str, Any] = {"nonce": telling.id, "allowed_mentions": discord.AllowedMentions.none()}
    return await place.send(told.listing(first), embeds=embeds.embeds(rest, telling.id), **more)


async def _found(bot: discord.Client, telling: FollowMessage, whom: _Whom) -> Sent | None:
    """The message, where it has come already; raises discord.py's errors where nobody could look."""
    threads = [alert.thread or alert.message for alert in whom.newest if telling.way == "thread"]
    places: list[discord.abc.Messageable] = [bot.get_partial_messageable(int(one)) for one in threads]
    try:
        places.append(await bot.create_dm(discord.Object(int(telling.follower.member))))
    except (discord.NotFound, discord.Forbidden) as error:
        log.debug("member %s has no direct messages (%s)", telling.follower.member, error)
    for place in places:
        if (message := await _marked_in(bot, place, telling)) is not None:
            return Sent(str(message.id))
    return None


async def _marked_in(
    bot: discord.Client, place: discord.abc.Messageable, about: FollowMessage
) -> discord.Message | None:
    try:
        async for message in stretch(place, about.created - _CLOCKS_APART):
            if bot.user and message.author.id == bot.user.id and embeds.carries(message, about.id):
                return message
    except (discord.NotFound, discord.Forbidden):
        return None
    return None
