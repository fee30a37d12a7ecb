"""Discord as a transport: keeps a connection alive under a supervisor and delivers through whatever client is up."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import discord

from bot.card import Card
from bot.delivery.transport import Capabilities, Held, Rejected, Retry, SendResult, Standings, Transport
from bot.desk import Desk
from bot.discord import address, embeds, post
from bot.discord.answers import SERVICE, judge_answer
from bot.discord.client import Client, Part, client_of
from bot.discord.limits.absence import ANSWER_SECONDS, EXAMINE_SECONDS, LOGIN_SECONDS, Sessions, absence, keep_trying
from bot.discord.parts.commands import CommandsPart
from bot.discord.parts.feedback import FeedbackPart
from bot.discord.parts.forms import FormsPart
from bot.discord.parts.invite import InvitePart
from bot.discord.parts.paging import PagesPart
from bot.discord.parts.pressing import PressingPart
from bot.discord.parts.rights import RightsPart
from bot.discord.parts.servers import ServersPart
from bot.discord.parts.strange import StrangePart
from bot.discord.posting import garbled, history, places
from bot.discord.posting.clock import TheirClock
from bot.discord.posting.failures import WEATHER, send_failure
from bot.discord.posting.forum import PostClosed
from bot.discord.posting.places import Unfit
from bot.wording.notices import notice_logged
from config.schema import Discord
from feeds.model import Cause, CauseKind, Channel, Delivery, FollowMessage, Notice, NoticeKind, Story
from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)
T = TypeVar("T")

CLOSE_SECONDS = 1.5
REFUSED_PAUSE = 300.0  # a wrong token stays wrong until somebody changes it
NOT_CONNECTED = Retry(Cause(CauseKind.NOT_CONNECTED, SERVICE), after=1.0)


class DiscordTransport(Transport):
    """`run` connects and keeps connected until `close`; the rest is `bot.delivery.transport.Transport`.

    `clock` gives the time for feedback rows; `chance` in 0..1 spreads reconnects. `on_ready` is called whenever the
    connection is up, so that what waits goes out at once. Raises AddressError when an address must not get the token.
    """

    name = "discord"
    capabilities = Capabilities(
        edit=True, find=True, history=True, threads=True, pictures=True, buttons=True, limits=embeds.DISCORD_LIMITS
    )

    def __init__(
        self,
        settings: Discord,
        desk: Desk,
        store: StoreThread,
        clock: Callable[[], datetime],
        *,
        on_ready: Callable[[], None] = lambda: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        address.checked(settings)
        keep_trying()
        garbled.hear_well()
        self._settings, self._desk, self._store, self._clock = settings, desk, store, clock
        self._on_ready, self._chance = on_ready, chance
        self._message_content, self._theirs = True, TheirClock()
        self._client: Client | None = None
        self._closing, self._sessions = asyncio.Event(), Sessions()

    @property
    def connected(self) -> bool:
        """Whether Discord knows us: from the login on, so that alerts go out even while the gateway is down."""
        client = self._client
        return client is not None and client.user is not None and not client.is_closed()

    async def run(self) -> None:
        """Stay connected until `close`. An unreachable Discord is one log line and another try, never an exception."""
        address.apply(self._settings)
        failures = 0
        while not self._closing.is_set():
            self._client = client = self._build()
            try:
                wait = await self._connected(client, failures)
            finally:
                await _shut(client)
            failures = 0 if client.was_ready else failures + 1
            await self._sleep(absence(failures, self._chance()) if wait is None else wait)

    async def close(self) -> None:
        """End `run`: it returns within about two seconds."""
        self._closing.set()

    # Transport

    async def send(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """See Transport."""
        return await self._attempt(lambda client: post.send(client, delivery, cards, channel)) or NOT_CONNECTED

    async def edit(self, delivery: Delivery, cards: Sequence[Card], channel: Channel) -> SendResult:
        """See Transport."""
        return await self._attempt(lambda client: post.edit(client, delivery, cards, channel)) or NOT_CONNECTED

    async def note(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """See Transport."""
        return await self._attempt(lambda client: post.post_note(client, delivery, text, channel)) or NOT_CONNECTED

    async def locale(self, channel: Channel) -> str:
        """See Transport."""
        found = await self._attempt(lambda client: places.locale(client, channel), EXAMINE_SECONDS)
        return found if isinstance(found, str) else ""

    async def announce(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """See Transport."""
        return await self._attempt(lambda client: post.announce(client, delivery, text, channel)) or NOT_CONNECTED

    async def reword(self, delivery: Delivery, text: str, channel: Channel) -> SendResult:
        """See Transport."""
        return await self._attempt(lambda client: post.reword(client, delivery, text, channel)) or NOT_CONNECTED

    async def tell(self, telling: FollowMessage, stories: Sequence[Story]) -> SendResult:
        """See Transport."""
        from bot.discord import personal  # noqa: PLC0415 - for houses where somebody follows

        return await self._attempt(lambda client: personal.tell(client, telling, stories)) or NOT_CONNECTED

    async def find(self, delivery: Delivery, channel: Channel) -> SendResult | None:
        """See Transport."""
        return await self._attempt(lambda client: history.find_marked(client, delivery, channel))

    def now(self) -> datetime | None:
        """See Transport."""
        return self._theirs.now()

    async def posted(self, channel: Channel, since: datetime, thread: str | None = None) -> Standings | SendResult:
        """See Transport."""
        return await self._attempt(lambda client: history.standing(client, channel, since, thread))

    async def told(self, member: str, since: datetime) -> Standings | SendResult:
        """See Transport."""
        return await self._attempt(lambda client: history.personal(client, member, since))

    async def probe(self, channel: Channel) -> Held | Retry | None:
        """See Transport."""
        found = await self._attempt(lambda client: places.probe(client, channel), EXAMINE_SECONDS)
        return found if isinstance(found, Held | Retry) else None

    async def examine(self, channel: Channel, roles: Sequence[str]) -> Sequence[Cause] | None:
        """See Transport."""
        found = await self._attempt(lambda client: places.examine(client, channel, roles), EXAMINE_SECONDS)
        return found if isinstance(found, tuple) else None

    async def _attempt(self, act: Callable[[Client], Awaitable[T]], seconds: float = ANSWER_SECONDS) -> T | SendResult:
        """What `act` returns within that time, or what its failure means."""
        client = self._client
        if client is None or not self.connected:
            return NOT_CONNECTED
        try:
            with garbled.hearing():
                async with asyncio.timeout(seconds):
                    return await act(client)
        except Unfit:
            return Held(Cause(CauseKind.WRONG_CHANNEL))
        except PostClosed as error:
            return Rejected(error.cause)
        except WEATHER as error:
            return judge_answer(send_failure(error))
        except Exception as error:
            if client.is_closed():  # the library's session was closed under the call
                return Retry(Cause(CauseKind.CLOSED, {"error": type(error).__name__}))
            raise

    # the supervisor

    def _build(self) -> Client:
        parts = discord_parts(self._settings, self._desk, self._store, self._clock, self._on_ready, stirred=self.stir)
        more: dict[str, Any] = {
            "message_content": self._message_content,
            "when_ready": self._on_ready,
            "sessions": self._sessions,
            "http_trace": self._theirs.trace(),
        }
        return client_of(self._settings.shards, self._settings.prefix, parts, **more)

    async def _connected(self, client: Client, failures: int) -> float | None:
        """Run one client until it ends; how many seconds to wait then, None for the usual back-off."""
        try:
            await _either(self._start(client), self._closing)
        except discord.PrivilegedIntentsRequired:
            self._message_content = False
            await self._say_no_content()
            return 0.0
        except discord.LoginFailure:
            log.error("Discord refused the token; trying again in %.0f min", REFUSED_PAUSE / 60)
            return REFUSED_PAUSE
        except discord.ConnectionClosed as error:
            log.warning("Discord closed the connection for good (code %s)", error.code)
            return REFUSED_PAUSE if error.code == 4004 else None
        except Exception as error:
            cause = _weather(error)
            if cause is None:
                log.exception("the Discord client met a fault of ours")
            else:
                rare = failures & (failures - 1) == 0  # after 0, 1, 2, 4 … failures: hours are no thousand lines
                level = logging.WARNING if rare else logging.INFO
                log.log(level, "Discord cannot be reached (%s: %s); trying again", type(cause).__name__, cause)
        return None

    async def _start(self, client: Client) -> None:
        token = self._settings.token.get_secret_value() if self._settings.token else ""
        async with asyncio.timeout(LOGIN_SECONDS):
            await client.login(token)
        await client.connect()

    async def _say_no_content(self) -> None:
        notice = Notice(NoticeKind.NO_MESSAGE_CONTENT, {"prefix": self._settings.prefix})
        log.warning(notice_logged(notice))
        now = self._clock()
        try:
            await self._store.run(lambda store: store.outbox.notice(notice, now))
        except sqlite3.OperationalError as error:
            log.warning("the operators could not be told (%s)", error)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            pass


def discord_parts(
    settings: Discord,
    desk: Desk,
    store: StoreThread,
    clock: Callable[[], datetime],
    opened: Callable[[], None] = lambda: None,
    *,
    stirred: Callable[[], None] = lambda: None,
) -> tuple[Part, ...]:
    """What a client does beside posting: it answers commands, turns pages, answers buttons, keeps verdicts and the list
    of its servers; `opened` is called when channels are open again, `stirred` when rights may have changed."""
    return (
        ServersPart(store, clock, opened),
        RightsPart(stirred),
        CommandsPart(desk, store, settings.prefix, sync=settings.sync_commands),
        PagesPart(desk, settings.prefix),
        PressingPart(desk, store, settings.prefix, clock),
        FormsPart(desk, settings.prefix),
        StrangePart(desk, settings.prefix),
        FeedbackPart(store, clock),
        InvitePart(store),
    )


async def _either(work: Awaitable[None], stop: asyncio.Event) -> None:
    """Await `work` until it ends or `stop` is set; raises what `work` raised."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        stopped.cancel()
        task.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)


async def _shut(client: Client) -> None:
    """Close the client; a gateway that does not answer the farewell is left after a moment."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.close()
    except TimeoutError:
        await client.http.close()
    except Exception as error:
        log.info("closing the Discord client: %s", error)


def _weather(error: BaseException | None) -> BaseException | None:
    """The outage behind an error: discord.py masks a failed first handshake with an AttributeError (its #10520)."""
    while error is not None and not isinstance(error, WEATHER):
        error = error.__context__
    return error
