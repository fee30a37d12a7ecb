"""One message to Discord and what became of it: posts, edits, thread lines.

The functions raise discord.py's errors; `send_failure` turns those into values that `bot.discord.answers` judges.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.card import Card
from bot.delivery.transport import Sent
from bot.discord import answers, embeds
from bot.discord.links import with_links
from bot.discord.parts import pressing
from bot.discord.posting import forum
from bot.discord.posting.failures import send_failure
from bot.discord.posting.lowband import LOWBAND_TEXT, lowband_text
from bot.discord.posting.places import posting_place
from bot.discord.text import cut_units
from bot.fit import NO_FILES, with_files
from bot.language import _
from bot.wording.notices import notice_times
from feeds.model import Action, Channel, Delivery

log = logging.getLogger(__name__)

Embeds = list[discord.Embed]
Files = list[discord.File]
Show = Callable[[str | None, Embeds, Files], Awaitable[discord.abc.Snowflake]]


@dataclass(frozen=True, slots=True)
class _Form:
    """How cards are shown: below a title that says their first line already, or as text for thin lines."""

    titled: bool = False
    lowband: bool = False


async def send(bot: discord.Client, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> Sent:
    """Post the cards with their files, in the best form that Discord takes."""
    place = await posting_place(bot, channel.target)
    ping, allowed = _ping(delivery)
    cards, over = with_links(cards, place.guild), forum.post_heading(cards)

    async def post(content: str | None, built: Embeds, files: Files) -> discord.abc.Snowflake:
        more: dict[str, Any] = {"files": files} if files else {}
        if (view := pressing.alert_view(cards)) is not None:
            more["view"] = view
        more |= {"content": content, "embeds": built, "allowed_mentions": allowed}
        if isinstance(place, discord.ForumChannel):
            return await forum.open_post(bot, place, over, **more)
        return await place.send(nonce=delivery.id, **more)

    in_post = isinstance(place, discord.ForumChannel)
    form = _Form(titled=in_post and over.tells(cards), lowband=channel.lowband)
    made = await _in_some_form(post, cards, delivery, ping, form)
    return Sent(str(made.id), str(made.id) if in_post else None)


async def edit(bot: discord.Client, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> Sent:
    """Replace what the alert `delivery` says in its message."""
    place = await posting_place(bot, channel.target)
    if isinstance(place, discord.ForumChannel):
        return await _edit_post(bot, delivery, cards, lowband=channel.lowband)
    message = place.get_partial_message(int(delivery.message or 0))
    await _change(message, cards, delivery, _Form(lowband=channel.lowband))
    return Sent(delivery.message)


async def _edit_post(bot: discord.Client, delivery: Delivery, cards: Sequence[Card], *, lowband: bool) -> Sent:
    """Put the heading right first: where it may not be changed yet, the text says all until it is tried again."""
    post, over = int(delivery.message or 0), forum.post_heading(cards)
    with forum.within_post(bot, post):
        later: discord.RateLimited | None = None
        try:
            titled = await forum.keep_heading(bot, post, over)
        except discord.RateLimited as error:
            titled, later = False, error
        message = bot.get_partial_messageable(post).get_partial_message(post)
        await _change(message, cards, delivery, _Form(titled and over.tells(cards), lowband))
        if later is not None:
            raise later
    return Sent(delivery.message, delivery.message)


async def _change(message: discord.PartialMessage, cards: Sequence[Card], delivery: Delivery, form: _Form) -> None:
    ping, allowed = _ping(delivery)

    async def change(content: str | None, built: Embeds, files: Files) -> discord.Message:
        view = pressing.alert_view(cards)
        return await message.edit(content=content, embeds=built, attachments=files, allowed_mentions=allowed, view=view)

    await _in_some_form(change, cards, delivery, ping, form)


async def _in_some_form(
    show: Show, cards: Sequence[Card], delivery: Delivery, ping: str | None, form: _Form
) -> discord.abc.Snowflake:
    """Show the cards: without their files where none may be attached, as bare text and links where Discord finds fault
    with them. What a notification shows comes first, then whom it pings."""
    if form.lowband:
        return await show(lowband_text(cards, delivery.id, ping or "", titled=form.titled), [], [])
    first, rest = embeds.parted(cards)
    content = " ".join(filter(None, ("" if form.titled else first, ping))) or None
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
    """Post one line: in the alert's thread or post, else as a reply to it; without an alert just in the channel."""
    place = await posting_place(bot, channel.target)
    times = notice_times(delivery.notice) if delivery.notice else {}
    line: dict[str, Any] = {"content": embeds.signed(text, delivery.id, times=times, most=_most(channel))}
    line["allowed_mentions"] = discord.AllowedMentions.none()
    if isinstance(place, discord.ForumChannel):
        return await _line_in_forum(bot, place, delivery, forum.line_heading(text), line)
    line["nonce"] = delivery.id
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
    """Post one line in the channel (of a forum in the post) that answers the alert, and then whom it pings."""
    place = await posting_place(bot, channel.target)
    ping, allowed = _ping(delivery)
    line: dict[str, Any] = {
        "content": embeds.signed(text, delivery.id, ping, most=_most(channel)),
        "allowed_mentions": allowed,
    }
    if isinstance(place, discord.ForumChannel):
        return await _line_in_forum(bot, place, delivery, forum.line_heading(text), line, reply=True)
    if delivery.message is not None:
        alert = place.get_partial_message(int(delivery.message))
        line["reference"] = alert.to_reference(fail_if_not_exists=False)
    return Sent(str((await place.send(nonce=delivery.id, **line)).id))


async def _line_in_forum(
    bot: discord.Client,
    place: discord.ForumChannel,
    delivery: Delivery,
    over: forum.Heading,
    line: dict[str, Any],
    *,
    reply: bool = False,
) -> Sent:
    """Post a line in the alert's post; without an alert in a post of its own."""
    if delivery.message is None:
        made = await forum.open_post(bot, place, over, **line)
        return Sent(str(made.id), str(made.id))
    post = bot.get_partial_messageable(int(delivery.message))
    if reply:
        alert = post.get_partial_message(int(delivery.message))
        line["reference"] = alert.to_reference(fail_if_not_exists=False)
    with forum.within_post(bot, int(delivery.message)):
        return Sent(str((await post.send(nonce=delivery.id, **line)).id), delivery.message)


async def reword(bot: discord.Client, delivery: Delivery, text: str, channel: Channel) -> Sent:
    """Say another line in a message of ours."""
    place = await posting_place(bot, channel.target)
    said: dict[str, Any] = {"content": embeds.signed(text, delivery.id, most=_most(channel))}
    said["allowed_mentions"] = discord.AllowedMentions.none()
    if isinstance(place, discord.ForumChannel):
        post = int(delivery.thread or 0)
        with forum.within_post(bot, post):
            await (await forum.woken(bot, post)).get_partial_message(int(delivery.message or 0)).edit(**said)
    else:
        await place.get_partial_message(int(delivery.message or 0)).edit(**said)
    return Sent(delivery.message)


def _most(channel: Channel) -> int:
    """How long a line may be there."""
    return LOWBAND_TEXT if channel.lowband else embeds.DISCORD_LIMITS.text


def _ping(delivery: Delivery) -> tuple[str | None, discord.AllowedMentions]:
    """The content that pings the delivery's roles, and who may be mentioned at all: these roles or nobody."""
    if delivery.action is not Action.PING or not delivery.roles:
        return None, discord.AllowedMentions.none()
    roles = [discord.Object(int(role)) for role in delivery.roles]
    content = " ".join(f"<@&{role}>" for role in delivery.roles)
    return content, discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


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
