"""A forum's posts: one an incident, opened once, found again, kept under a title and tags that fit.

Discord remembers no nonce of a post. So the library's own second try, after an answer that says nothing of what was
done, is stopped, and what may stand already is looked for by its mark before it is posted again.
"""

from __future__ import annotations

import contextlib
import functools
import io
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord.http import Route, handle_message_parameters

from bot.card import Card
from bot.delivery.transport import Sent
from bot.discord import answers, embeds
from bot.discord.text import cut_units
from bot.language import _, languages, speaking
from bot.wording.formats import tier_title
from feeds.model import Cause, CauseKind, Delivery
from seeds.model import Tier
from seeds.text.fold import fold

log = logging.getLogger(__name__)

LONGEST_TITLE = 100
MOST_TAGS = 5


class PostClosed(Exception):
    """The post is gone or locked; its forum is not."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.kind)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a post: its title, and the words by which it may be filed."""

    title: str
    tags: tuple[str, ...] = ()

    def tells(self, cards: Sequence[Card]) -> bool:
        """Whether the title is all that the cards' first line says, so that nobody need read it twice."""
        return bool(cards) and cards[0].leading and cards[0].title == self.title


class _Once(discord.File):
    """Stands among a request's files, which the library winds back before each try: there is no second one."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), filename="once")

    def reset(self, *, seek: int | bool = True) -> None:
        """Raise TimeoutError where it is not the first time."""
        if seek:
            raise TimeoutError(_("it is not known whether the post was opened"))


def post_heading(cards: Sequence[Card]) -> Heading:
    """The heading of the post that the cards are shown in."""
    first = next(iter(cards), None)
    title = cut_units(first.title, LONGEST_TITLE) if first else ""
    return Heading(title or "…", first.tags if first else ())


def fitting(tags: Iterable[discord.ForumTag], words: Iterable[str], *, required: bool) -> list[discord.ForumTag]:
    """The tags that are called like one of the words, as many as a post takes, in the order of the words; where a post
    must have one and none fits, the first that there is. Moderators' tags are theirs."""
    free = {fold(tag.name): tag for tag in tags if not tag.moderated}
    found = [free[word] for word in dict.fromkeys(map(fold, words)) if word in free]
    return found[:MOST_TAGS] or (list(free.values())[:1] if required else [])


async def open_post(bot: discord.Client, forum: discord.ForumChannel, over: Heading, **said: Any) -> discord.Object:
    """Open a post with its first message, whose parts are named as the library names them; returns its id, which is the
    first message's as well. Raises discord.py's errors; TimeoutError where nobody knows whether it was opened."""
    tags = fitting(forum.available_tags, over.tags, required=forum.flags.require_tag)
    head: dict[str, Any] = {
        "name": over.title,
        "auto_archive_duration": forum.default_auto_archive_duration,
    }
    if tags:
        head["applied_tags"] = [str(tag.id) for tag in tags]
    with handle_message_parameters(**said, channel_payload=head) as made:
        route = Route("POST", "/channels/{channel_id}/threads", channel_id=forum.id)
        body: dict[str, Any] = {"form": made.multipart} if made.files else {"json": made.payload}
        files = [*(made.files or ()), _Once()]
        answer = await bot.http.request(route, files=files, params={"use_nested_fields": 1}, **body)
    return discord.Object(int(answer["id"]))


async def keep_heading(bot: discord.Client, post: int, over: Heading) -> bool:
    """Open a post anew that rests, and put the heading over it; whether its title is that now. Raises PostClosed, and
    discord.RateLimited where the title may not be changed yet."""
    thread = await woken(bot, post)
    changed = _changed(thread, over)
    try:
        if changed:
            await thread.edit(**changed)
    except discord.HTTPException as error:
        log.info("post %s keeps its title (%s)", post, error)
        return thread.name == over.title
    return True


async def woken(bot: discord.Client, post: int) -> discord.Thread:
    """A post in which messages can be changed: one that rests is opened again. Raises PostClosed."""
    thread = bot.get_channel(post) or await bot.fetch_channel(post)
    if not isinstance(thread, discord.Thread):
        raise PostClosed(Cause(CauseKind.MESSAGE_DELETED))
    return await thread.edit(archived=False) if thread.archived else thread


@contextlib.contextmanager
def within_post(bot: discord.Client, post: int) -> Iterator[None]:
    """What Discord says of a post is not held against its forum. Raises PostClosed."""
    try:
        yield
    except discord.HTTPException as error:
        thread = bot.get_channel(post)
        locked = isinstance(thread, discord.Thread) and thread.locked and error.code == answers.MISSING_PERMISSION
        if locked or error.code == answers.THREAD_LOCKED:
            raise PostClosed(Cause(CauseKind.POST_LOCKED)) from error
        if error.code == answers.UNKNOWN_CHANNEL:
            raise PostClosed(Cause(CauseKind.MESSAGE_DELETED)) from error
        raise


async def find_post(
    bot: discord.Client, forum: discord.ForumChannel, delivery: Delivery, since: datetime
) -> Sent | None:
    """The post of ours whose first message carries the delivery's mark, of those opened since."""
    async for message in first_messages(bot, forum, since):
        if embeds.carries(message, delivery.id):
            return Sent(str(message.id), str(message.id))
    return None


async def first_messages(
    bot: discord.Client, forum: discord.ForumChannel, since: datetime
) -> AsyncIterator[discord.Message]:
    """The first message of each post of ours opened since, oldest first; each is asked for by itself."""
    mine = [one async for one in _posts(forum, since) if bot.user and one.owner_id == bot.user.id]
    for thread in sorted(mine, key=lambda one: one.id):
        with contextlib.suppress(discord.NotFound):
            yield await thread.fetch_message(thread.id)


def is_ours(bot: discord.Client, message: discord.Message) -> bool:
    """Whether we wrote a message."""
    return bot.user is not None and message.author.id == bot.user.id


async def _posts(forum: discord.ForumChannel, since: datetime) -> AsyncIterator[discord.Thread]:
    """The posts opened since, those that rest among them."""
    for thread in await forum.guild.active_threads():
        if thread.parent_id == forum.id and discord.utils.snowflake_time(thread.id) >= since:
            yield thread
    async for thread in forum.archived_threads(limit=None):
        if thread.archive_timestamp < since:
            return
        if discord.utils.snowflake_time(thread.id) >= since:
            yield thread


def _changed(thread: discord.Thread, over: Heading) -> dict[str, Any]:
    """What of a post's heading is to be changed."""
    changed: dict[str, Any] = {} if thread.name == over.title else {"name": over.title}
    if isinstance(thread.parent, discord.ForumChannel):
        now, wanted = thread.applied_tags, fitting(thread.parent.available_tags, over.tags, required=False)
        kept = [tag for tag in now if tag in wanted or not is_tier_tag(tag)]
        tags = [*kept, *(tag for tag in wanted if tag not in kept)][:MOST_TAGS]
        changed |= {} if tags == now or not tags else {"applied_tags": tags}
    return changed


@functools.cache
def _tier_tags() -> frozenset[str]:
    """What a tag of a tier may be called, folded: its name in any language that we speak."""
    found = {fold(tier.value.replace("_", " ")) for tier in Tier}
    for language in languages():
        with speaking(language):
            found |= {fold(tier_title(tier)) for tier in Tier}
    return frozenset(found)


def is_tier_tag(tag: discord.ForumTag) -> bool:
    """Whether a tag is called like a tier, and ours to put on a post."""
    return not tag.moderated and fold(tag.name) in _tier_tags()


def line_heading(text: str) -> Heading:
    """The heading over a line that has a post of its own: how it begins."""
    return Heading(cut_units(text.split(". ", maxsplit=1)[0].strip() or "…", LONGEST_TITLE))
