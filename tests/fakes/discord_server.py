"""A small Discord on loopback: REST and gateway, as much of both as the bot uses, with faults to order.

What it gets right because the library depends on it: the JSON content type is exactly `application/json`; a 429 has
a `Via` header and `retry_after` in its body; READY names a `resume_gateway_url` that differs from the first address;
a nonce is remembered for some minutes only, and with `enforce_nonce` gives the first message back.
"""

from __future__ import annotations

import asyncio
import contextlib
import fnmatch
import itertools
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import WSCloseCode, WSMsgType, web

from tests.planted import PLANTED, look

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
MESSAGE_CONTENT = 1 << 15
EVERYTHING = (1 << 50) - 1
BOT, APP, GUILD, CHANNEL, OPERATORS, ROLE, MEMBER = 1001, 1001, 2001, 3001, 3002, 4001, 5001
FORUM = 3003
DIRECT = 1_000_000  # and the member's id: the channel of their direct messages


@dataclass
class Fault:
    """How the next matching request goes wrong.

    `status` answers with that and `body`; `drop` closes the connection before anything happened; `lose` does what was
    asked and then, after `call`, closes the connection without a word; with `after` the status comes
    when that is done; `delay` waits that many seconds first.
    """

    method: str
    path: str
    status: int = 0
    body: dict | str | None = None
    headers: dict = field(default_factory=dict)
    drop: bool = False
    lose: bool = False
    delay: float = 0.0
    after: bool = False
    call: object = None
    times: int = 1


@dataclass
class Request:
    method: str
    path: str
    body: object
    headers: dict
    query: dict
    files: list = field(default_factory=list)


class DiscordServer:
    """`async with DiscordServer() as discord:` then `discord.api_base` and `discord.gateway_url`."""

    def __init__(self, now=None, nonce_seconds=180.0, privileged=True, heartbeat_ms=40_000, port=0):
        self.now = now or (lambda: datetime.now(UTC))
        self.nonce_seconds, self.privileged, self.heartbeat_ms = nonce_seconds, privileged, heartbeat_ms
        self.port = port  # 0 for any
        self.token, self.locale = PLANTED, "en-US"
        self.requests: list[Request] = []
        self.frames: list[dict] = []
        self.connected_to: list[str] = []
        self.faults: deque[Fault] = deque()
        self.refuse_handshakes = 0
        self.limited = 0
        self.rate: tuple[int, float] | None = None  # so many messages in so many seconds, in each channel
        self._posted_at: dict[str, deque[float]] = {}
        self.deaf = False
        self.sessions: dict[str, int] = {}
        self.commands: list[dict] = []
        self.interactions: dict[str, dict] = {}
        self.originals: dict[str, dict] = {}
        self.role_permissions = EVERYTHING
        self.left = False  # the bot is not in its server
        self.gone: set[int] = set()  # members who left the server
        self.closed: set[int] = set()  # … who take no direct messages
        self.hidden: set[int] = set()  # channels that members do not see
        self.let_in: dict[int, set[int]] = {}  # private threads, and the members who are in them
        self.mentionable: set[int] = set()  # members whom a test lets the bot mention
        self.shards = 1  # as many as Discord recommends
        self.guilds: dict[int, dict] = {}  # further servers, as GUILD_CREATE tells of them
        self.more_roles: dict[int, str] = {}
        self.permissions = {CHANNEL: EVERYTHING, OPERATORS: EVERYTHING}
        self.channels = {cid: self._channel(cid, name) for cid, name in ((CHANNEL, "alerts"), (OPERATORS, "operators"))}
        self.messages: dict[int, list[dict]] = {CHANNEL: [], OPERATORS: []}
        self.nonces: dict[tuple[int, str], tuple[datetime, dict]] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self._zlib: dict[int, object] = {}
        self._shards: dict[int, tuple[int, int]] = {}
        self._count = itertools.count(1)
        self._sequence = itertools.count(1)
        self._changed = asyncio.Event()

    async def __aenter__(self):
        app = web.Application(client_max_size=32 << 20)
        app.router.add_route("*", "/api/v10/{tail:.*}", self._rest)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/resume", self._gateway)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        for socket in self.sockets:
            await socket.close()
        await self._runner.cleanup()

    @property
    def api_base(self):
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self):
        return f"ws://127.0.0.1:{self.port}/gateway"

    # what a test does

    def fail(self, method, path, **how):
        """Make the next request that matches (`*` in the path is anything) go wrong."""
        self.faults.append(Fault(method, path, **how))

    def forum(self, *tags, required=False, channel=FORUM):
        """A forum with these tags is in the server from the next connection on; a `*` marks the moderators' own."""
        self.permissions[channel] = EVERYTHING
        self.messages[channel] = []
        self.channels[channel] = {
            **self._channel(channel, "incidents"), "type": 15, "flags": 16 if required else 0,
            "default_auto_archive_duration": 4320, "available_tags": [
                {"id": str(7001 + at), "name": one.removeprefix("*"), "moderated": one.startswith("*"),
                 "emoji_id": None, "emoji_name": None} for at, one in enumerate(tags)]}  # fmt: skip

    def posts(self, forum=FORUM):
        """The posts of a forum, oldest first: id, name, and the names of the tags."""
        names = {tag["id"]: tag["name"] for tag in self.channels[forum]["available_tags"]}
        found = sorted((one for one in self.channels.values() if one.get("parent_id") == str(forum)),
                       key=lambda one: int(one["id"]))  # fmt: skip
        return [(int(one["id"]), one["name"], [names[tag] for tag in one["applied_tags"]]) for one in found]

    def archive(self, post, locked=False):
        """A post rests, and may be locked."""
        self.channels[post]["thread_metadata"] |= {"archived": True, "locked": locked,
                                                   "archive_timestamp": self.now().isoformat()}  # fmt: skip

    def forget_nonces(self):
        """As if the nonces' few minutes had passed."""
        self.nonces.clear()

    def posted(self, channel=CHANNEL):
        """The bot's messages in a channel, oldest first."""
        return [one for one in self.messages.get(channel, []) if one["author"]["id"] == str(BOT)]

    def sent(self, method="POST", path="*/messages"):
        """The requests of that kind that arrived, faulty ones included."""
        return [one for one in self.requests if one.method == method and fnmatch.fnmatch(one.path, path)]

    async def until(self, condition, seconds=5.0):
        """Wait until `condition()` holds, looking whenever something arrived."""
        async with asyncio.timeout(seconds):
            while not (result := condition()):
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.02)
            return result

    async def say(self, content, channel=CHANNEL, mentions=(), author=MEMBER, guild=GUILD):
        """A member posts a message. Without the message-content intent the bot sees text only when mentioned."""
        message = self._message(channel, {"content": content}, author)
        message["mentions"] = [self._user(one) for one in mentions]
        if not self._sees_content and BOT not in mentions:
            message = {**message, "content": "", "embeds": [], "components": []}
        await self.dispatch("MESSAGE_CREATE", {**message, "guild_id": str(guild), "member": self._member(author)})
        return message

    async def react(self, message, emoji, channel=CHANNEL, user=MEMBER, removed=False, guild=GUILD):
        data = {"user_id": str(user), "channel_id": str(channel), "message_id": str(message), "guild_id": str(guild),
                "emoji": {"id": None, "name": emoji}, "burst": False, "type": 0}  # fmt: skip
        if not removed:
            data |= {"member": self._member(user), "message_author_id": str(BOT)}
        await self.dispatch(f"MESSAGE_REACTION_{'REMOVE' if removed else 'ADD'}", data)

    async def slash(self, name, options=(), channel=CHANNEL, permissions=0, user=MEMBER, guild=GUILD):
        """A member uses a slash command; returns the interaction's token."""
        token = f"token{next(self._count)}"
        data = {"id": "9001", "name": name, "type": 1, "options": [
            {"name": key, "type": 3, "value": value} for key, value in dict(options).items()]}  # fmt: skip
        await self._interact(token, 2, data, channel, permissions, user, None, guild)
        return token

    async def complete(self, name, option, typed, channel=CHANNEL, guild=GUILD):
        """A member types into an option that offers what may be meant; returns the interaction's token."""
        token = f"token{next(self._count)}"
        data = {"id": "9001", "name": name, "type": 1,
                "options": [{"name": option, "type": 3, "value": typed, "focused": True}]}  # fmt: skip
        await self._interact(token, 4, data, channel, 0, MEMBER, guild=guild)
        return token

    async def click(self, message, custom_id, channel=CHANNEL, user=MEMBER, guild=GUILD, permissions=0):
        token, data = f"token{next(self._count)}", {"custom_id": custom_id, "component_type": 2}
        await self._interact(token, 3, data, channel, permissions, user, message, guild)
        return token

    async def submit(self, custom_id, values, channel=CHANNEL, permissions=0, user=MEMBER, guild=GUILD):
        """A member sends a form off; `values` are lists by the names of its questions."""
        token = f"token{next(self._count)}"
        rows = [{"type": 18, "id": at, "component": {"type": 3, "id": 50 + at, "custom_id": name, "values": chosen}}
                for at, (name, chosen) in enumerate(values.items())]  # fmt: skip
        await self._interact(
            token, 5, {"custom_id": custom_id, "components": rows}, channel, permissions, user, None, guild
        )
        return token

    async def turn_deaf(self):
        """Listen to no gateway frame any more, farewells included."""
        self.deaf, before = True, len(self.frames)
        for socket in [one for one in self.sockets if not one.closed]:
            await self._send(socket, {"op": 1, "d": None})
        await self.until(lambda: len(self.frames) > before)

    async def drop_gateway(self, code=None):
        """Close every gateway connection; without a code as a cable does that is pulled out."""
        for socket in [one for one in self.sockets if not one.closed]:
            if code is None:
                socket._req.transport.abort()
            else:
                await socket.close(code=code)

    async def dispatch(self, event, data):
        """Tell whoever is connected; where there are several shards, the one that has the server."""
        guild = int(data["id"] if event.startswith("GUILD_") and "guild_id" not in data else data.get("guild_id") or 0)
        for socket in [one for one in self.sockets if not one.closed]:
            shard, count = self._shards.get(id(socket), (0, 1))
            if (guild >> 22) % count == shard:
                await self._send(socket, {"op": 0, "t": event, "s": next(self._sequence), "d": data})

    async def _interact(self, token, kind, data, channel, permissions, user, message=None, guild=GUILD):
        self.interactions[token] = {}
        member = {**self._member(user), "permissions": str(permissions)}
        # The library compares an interaction's age with the wall clock: after 15 minutes its token is void.
        payload = {"id": self._snowflake(datetime.now(UTC)), "application_id": str(APP), "type": kind, "data": data,
                   "token": token, "version": 1, "guild_id": str(guild), "channel_id": str(channel), "member": member,
                   "channel": {**self.channels[channel], "permissions": str(EVERYTHING)}, "locale": "en-GB",
                   "app_permissions": str(EVERYTHING), "entitlements": [], "context": 0,
                   "authorizing_integration_owners": {"0": str(guild)}, "attachment_size_limit": 10_000_000,
                   "guild": {"id": str(guild), "locale": "en-US", "features": []}}  # fmt: skip
        if message is not None:
            payload["message"] = message
        await self.dispatch("INTERACTION_CREATE", payload)

    # REST

    async def _rest(self, request):
        path = "/" + request.match_info["tail"]
        body, files = await self._body(request)
        self.requests.append(Request(request.method, path, body, dict(request.headers), dict(request.query), files))
        look((path, body, files, request.headers.get("User-Agent")), "what was sent to Discord")
        self._changed.set()
        fault = self._fault(request.method, path)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.drop:
            return self._cut(request)
        if fault and fault.status and not fault.after:
            return self._answer(fault.status, fault.body, fault.headers)
        open_to_all = path.startswith(("/webhooks", "/interactions"))
        if request.headers.get("Authorization") != f"Bot {self.token}" and not open_to_all:
            return self._error(401, 0, "401: Unauthorized")
        if limited := self._limited(request.method, path):
            return limited
        answer = self._route(request.method, path, body, request.query)
        answer.headers.update(self._rate_headers(request.method, path))
        self._changed.set()
        if fault and fault.call:
            fault.call()
        if fault and fault.after:
            return self._answer(fault.status, fault.body, fault.headers)
        return self._cut(request) if fault and fault.lose else answer

    async def _body(self, request):
        """The JSON of a request, and the files that came with it as (name, bytes)."""
        if request.content_type == "multipart/form-data":
            form = await request.post()
            files = [(one.filename, one.file.read()) for name, one in form.items() if name.startswith("files[")]
            return json.loads(form["payload_json"]), files
        raw = await request.read()
        return (json.loads(raw) if raw and request.content_type == "application/json" else None), []

    def _fault(self, method, path):
        for fault in self.faults:
            if fault.method == method and fnmatch.fnmatch(path, fault.path):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def _cut(self, request):
        request.transport.abort()
        return web.Response()

    def _answer(self, status, body, headers=()):
        headers = {
            "Content-Type": "application/json",
            "Date": format_datetime(self.now(), usegmt=True),
            **dict(headers),
        }
        if status == 429:
            headers.setdefault("Via", "1.1 fake")
        if isinstance(body, str):
            headers["Content-Type"] = "text/html"
        data = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        return web.Response(status=status, body=data, headers=headers)

    def _limited(self, method, path):
        """A 429 where a channel has had its messages for now."""
        if self.rate is None or method != "POST" or not fnmatch.fnmatch(path, "/channels/*/messages"):
            return None
        now, times = asyncio.get_running_loop().time(), self._posted_at.setdefault(path, deque())
        while times and now - times[0] >= self.rate[1]:
            times.popleft()
        if len(times) < self.rate[0]:
            times.append(now)
            return None
        wait = self.rate[1] - (now - times[0])
        self.limited += 1
        headers = self._rate_headers(method, path) | {"Retry-After": str(wait), "X-RateLimit-Scope": "user"}
        return self._answer(429, {"message": "limited", "retry_after": wait, "global": False}, headers)

    def _rate_headers(self, method, path):
        if self.rate is None or method != "POST" or not fnmatch.fnmatch(path, "/channels/*/messages"):
            return {}
        now, times = asyncio.get_running_loop().time(), self._posted_at.get(path) or [0.0]
        after = max(self.rate[1] - (now - times[0]), 0.0)
        return {"X-RateLimit-Limit": str(self.rate[0]), "X-RateLimit-Remaining": str(self.rate[0] - len(times)),
                "X-RateLimit-Reset-After": f"{after:.3f}", "X-RateLimit-Bucket": "messages",
                "X-RateLimit-Reset": f"{datetime.now(UTC).timestamp() + after:.3f}"}  # fmt: skip

    def _error(self, status, code, message):
        return self._answer(status, {"code": code, "message": message})

    def _route(self, method, path, body, query):
        match (method, *path.strip("/").split("/")):
            case ("GET", "gateway", "bot"):
                limit = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 16}
                return self._answer(200, {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit})
            case ("GET", "users", "@me"):
                return self._answer(200, self._user(BOT))
            case ("GET", "oauth2", "applications", "@me"):
                return self._answer(200, self._application())
            case ("PUT", "applications", _, "commands"):
                self.commands = [{**one, "id": str(9001 + at), "application_id": str(APP), "version": "1"}
                                 for at, one in enumerate(body)]  # fmt: skip
                return self._answer(200, self.commands)
            case ("GET", "applications", _, "commands"):
                return self._answer(200, self.commands)
            case ("POST", "interactions", _, token, "callback"):
                return self._callback(token, body)
            case ("POST", "webhooks", _, token):
                message = self._store(CHANNEL, body)
                return self._answer(200, message)
            case ("PATCH", "webhooks", _, token, "messages", "@original"):
                self.originals[token] = {**self.originals.get(token, self._message(CHANNEL, {}, BOT)), **body}
                return self._answer(200, self.originals[token])
            case ("GET", "webhooks", _, token, "messages", "@original"):
                return self._answer(200, self.originals.get(token, self._message(CHANNEL, {}, BOT)))
            case ("GET", "guilds", _):
                return self._answer(200, self._guild())
            case ("GET", "guilds", _, "threads", "active"):
                threads = [one for one in self.channels.values() if one["type"] == 11 and not _rests(one)]
                return self._answer(200, {"threads": threads, "members": []})
            case ("GET", "guilds", _, "members", user):
                if int(user) in self.gone:
                    return self._error(404, 10007, "Unknown Member")
                return self._answer(200, self._member(int(user)))
            case ("POST", "users", "@me", "channels"):
                return self._answer(200, self._direct(int(body["recipient_id"])))
            case (_, "channels", channel, *rest):
                return self._channels(method, int(channel), rest, body, query)
        return self._error(404, 0, f"404: Not Found ({method} {path})")

    def _direct(self, user):
        """The direct messages with a member."""
        channel = DIRECT + user
        self.messages.setdefault(channel, [])
        self.permissions.setdefault(channel, EVERYTHING)
        self.channels[channel] = {"id": str(channel), "type": 1, "last_message_id": None, "flags": 0,
                                  "recipients": [self._user(user)]}  # fmt: skip
        return self.channels[channel]

    def _callback(self, token, body):
        self.interactions[token] = body
        kind, data = body["type"], body.get("data") or {}
        if kind in (4, 7):
            self.originals[token] = self._message(CHANNEL, data, BOT)
        return self._answer(200, {"interaction": {"id": "1", "type": 2, "response_message_id": self._snowflake()},
                                  "resource": {"type": kind, "message": self.originals.get(token)}})  # fmt: skip

    def _channels(self, method, channel, rest, body, query):
        if channel not in self.channels:
            return self._error(404, 10003, "Unknown Channel")
        if not self._may(channel, 1 << 10):
            return self._error(403, 50001, "Missing Access")
        match (method, *rest):
            case ("GET",):
                return self._answer(200, self.channels[channel])
            case ("GET", "thread-members", user):
                if int(user) not in self.let_in.get(channel, ()):
                    return self._error(404, 10007, "Unknown Member")
                return self._answer(200, self._thread_member(channel, int(user)))
            case ("POST", "typing"):
                return self._answer(204, None)
            case ("PATCH",):
                return self._change_thread(self.channels[channel], body)
            case ("POST", "threads"):
                return self._open_post(channel, body)
            case ("GET", "threads", "archived", "public"):
                resting = [
                    one for one in self.channels.values() if one.get("parent_id") == str(channel) and _rests(one)
                ]
                return self._answer(200, {"threads": resting[::-1], "members": [], "has_more": False})
            case ("POST", "messages"):
                return self._post(channel, body)
            case ("GET", "messages"):
                return self._history(channel, query)
            case (_, "messages", message, *deeper):
                return self._one(method, channel, int(message), deeper, body)
        return self._error(404, 0, "404: Not Found")

    def _post(self, channel, body):
        if channel - DIRECT in self.closed:
            return self._error(403, 50007, "Cannot send messages to this user")
        if not self._may(channel, 1 << 11):
            return self._error(403, 50013, "Missing Permissions")
        if body.get("attachments") and not self._may(channel, 1 << 15):
            return self._error(403, 50013, "Missing Permissions")
        about = self.channels[channel].get("thread_metadata", {})
        if about.get("locked"):
            return self._error(403, 160005, "Thread is locked")
        if fault := too_long(body):
            return self._answer(400, {"code": 50035, "message": "Invalid Form Body", "errors": fault})
        about |= {"archived": False}
        nonce = body.get("nonce")
        known = self.nonces.get((channel, nonce)) if nonce and body.get("enforce_nonce") else None
        if known and self.now() - known[0] < timedelta(seconds=self.nonce_seconds):
            return self._answer(200, known[1])
        message = self._store(channel, body)
        if nonce:
            self.nonces[channel, nonce] = (self.now(), message)
        return self._answer(200, message)

    def _history(self, channel, query):
        limit = int(query.get("limit", 50))
        found = sorted(self.messages[channel], key=lambda one: int(one["id"]))
        if "after" in query:
            found = [one for one in found if int(one["id"]) > int(query["after"])][:limit]
        else:
            before = int(query.get("before", 1 << 62))
            found = [one for one in found if int(one["id"]) < before][-limit:]
        return self._answer(200, found[::-1])

    def _one(self, method, channel, message, deeper, body):
        known = next((one for one in self.messages[channel] if int(one["id"]) == message), None)
        if known is None:
            return self._error(404, 10008, "Unknown Message")
        match (method, *deeper):
            case ("GET",):
                return self._answer(200, known)
            case ("DELETE",):
                self.messages[channel].remove(known)
                return self._answer(204, None)
            case ("PATCH",) if _rests(self.channels[channel]):
                return self._error(400, 50083, "Tried to perform an operation on an archived thread")
            case ("PATCH",):
                known |= {**{key: value for key, value in body.items() if key in ("content", "embeds", "components")},
                          "edited_timestamp": self.now().isoformat()}  # fmt: skip
                if "attachments" in body:
                    known["attachments"] = attachments(body)
                return self._answer(200, known)
            case ("POST", "threads"):
                return self._thread(channel, known, body)
        return self._error(404, 0, "404: Not Found")

    def _thread(self, channel, message, body):
        if not self._may(channel, 1 << 35):
            return self._error(403, 50013, "Missing Permissions")
        thread = int(message["id"])
        if thread in self.channels:
            return self._error(400, 160004, "A thread has already been created for this message")
        message["flags"] |= 1 << 5
        return self._answer(201, self._new_thread(thread, channel, body["name"], 11))

    def _new_thread(self, thread, channel, name, kind, tags=()):
        self.messages[thread] = []
        self.permissions[thread] = self.permissions[channel]
        self.channels[thread] = {
            **self._channel(thread, name), "type": kind, "parent_id": str(channel), "owner_id": str(BOT),
            "applied_tags": list(tags),
            "message_count": 0, "member_count": 1, "thread_metadata": {
                "archived": False, "auto_archive_duration": 1440, "archive_timestamp": self.now().isoformat(),
                "locked": False}}  # fmt: skip
        return self.channels[thread]

    def _open_post(self, forum, body):
        """A forum's post: a thread, and its first message, which has its id. No nonce is remembered."""
        if not self._may(forum, 1 << 11) or (body["message"].get("attachments") and not self._may(forum, 1 << 15)):
            return self._error(403, 50013, "Missing Permissions")
        if self.channels[forum]["flags"] & 16 and not body.get("applied_tags"):
            return self._error(400, 40067, "A tag is required to create a forum post in this channel")
        if fault := too_long(body["message"]):
            return self._answer(400, {"code": 50035, "message": "Invalid Form Body", "errors": fault})
        message = self._message(forum, body["message"], BOT)
        thread = int(message["id"])
        opened = self._new_thread(thread, forum, body["name"], 11, body.get("applied_tags") or ())
        message["channel_id"] = str(thread)
        self.messages[thread].append(message)
        return self._answer(201, {**opened, "message": message})

    def _change_thread(self, thread, body):
        about = thread["thread_metadata"]
        if about["locked"]:
            return self._error(403, 160005, "Thread is locked")
        if about["archived"] and body.get("archived", True):
            return self._error(400, 50083, "Tried to perform an operation on an archived thread")
        about["archived"] = body.get("archived", about["archived"])
        thread |= {key: body[key] for key in ("name", "applied_tags") if key in body}
        return self._answer(200, thread)

    def _thread_member(self, thread, user):
        return {"id": str(thread), "user_id": str(user), "join_timestamp": self.now().isoformat(), "flags": 0}

    # gateway

    async def _gateway(self, request):
        if self.refuse_handshakes > 0:
            self.refuse_handshakes -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        self.connected_to.append(request.path)
        if request.query.get("compress") == "zlib-stream":
            self._zlib[id(socket)] = zlib.compressobj()
        self.sockets.append(socket)
        await self._send(socket, {"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}})
        async for raw in socket:
            if raw.type is WSMsgType.TEXT:
                await self._frame(socket, json.loads(raw.data))
            if self.deaf:
                await asyncio.sleep(30)
        return socket

    async def _frame(self, socket, frame):
        self.frames.append(frame)
        self._changed.set()
        match frame["op"]:
            case 1:
                await self._send(socket, {"op": 11})
            case 2:
                await self._identify(socket, frame["d"])
            case 6:
                known = frame["d"]["session_id"] in self.sessions
                await self._send(socket, {"op": 0, "t": "RESUMED", "s": next(self._sequence), "d": {}} if known
                                 else {"op": 9, "d": False})  # fmt: skip

    async def _identify(self, socket, data):
        if data["token"] != self.token:
            await socket.close(code=4004)
        elif data["intents"] & MESSAGE_CONTENT and not self.privileged:
            await socket.close(code=4014)
        else:
            self._sees_content = bool(data["intents"] & MESSAGE_CONTENT)
            session = f"session{next(self._count)}"
            self.sessions[session] = data["intents"]
            shard, count = self._shards[id(socket)] = data.get("shard") or (0, 1)
            here = {gid: one for gid, one in self._guilds().items() if (gid >> 22) % count == shard}
            await self._send(socket, {"op": 0, "t": "READY", "s": next(self._sequence), "d": {
                "v": 10, "user": self._user(BOT), "guilds": [{"id": str(gid), "unavailable": True} for gid in here],
                "session_id": session, "shard": [shard, count], "resume_gateway_url": f"ws://127.0.0.1:{self.port}/resume",
                "application": {"id": str(APP), "flags": 0}}})  # fmt: skip
            for one in here.values():
                await self._send(socket, {"op": 0, "t": "GUILD_CREATE", "s": next(self._sequence), "d": one})

    def _guilds(self):
        return {**({} if self.left else {GUILD: self._guild()}), **self.guilds}

    async def leave(self, guild=GUILD):
        """The bot is removed from a server."""
        self.left = self.left or guild == GUILD
        self.guilds.pop(guild, None)
        await self.dispatch("GUILD_DELETE", {"id": str(guild)})

    async def invite(self):
        """The bot is invited to its first server again."""
        self.left = False
        await self.dispatch("GUILD_CREATE", self._guild())

    def another(self, guild, channel):
        """A further server with one channel, as it is from the next connection on."""
        self.permissions[channel], self.messages[channel] = EVERYTHING, []
        place = {**self._channel(channel, "elsewhere"), "guild_id": str(guild)}
        self.channels[channel] = place
        self.guilds[guild] = {**self._guild(), "id": str(guild), "name": f"Server {guild}", "channels": [place],
                              "roles": [{**self._guild()["roles"][0], "id": str(guild)}], "threads": []}  # fmt: skip

    async def _send(self, socket, frame):
        text = json.dumps(frame)
        packer = self._zlib.get(id(socket))
        try:
            if packer is None:
                await socket.send_str(text)
            else:
                await socket.send_bytes(packer.compress(text.encode()) + packer.flush(zlib.Z_SYNC_FLUSH))
        except ConnectionError:
            await socket.close(code=WSCloseCode.GOING_AWAY)

    # what things look like

    _sees_content = True

    def _may(self, channel, permission):
        return bool(self.permissions.get(channel, 0) & permission)

    def _snowflake(self, at=None):
        milliseconds = int(((at or self.now()) - EPOCH).total_seconds() * 1000)
        return str(milliseconds << 22 | next(self._count) & 0x3FFFFF)

    def _store(self, channel, body):
        message = self._message(channel, body, BOT)
        self.messages[channel].append(message)
        return message

    def _message(self, channel, body, author):
        named = body.get("message_reference") or {}
        reply = {"message_reference": {key: str(one) for key, one in named.items()}} if named else {}
        return {**reply, "id": self._snowflake(), "channel_id": str(channel), "author": self._user(author), "type": 0,
                "content": body.get("content") or "", "embeds": body.get("embeds") or [],
                "attachments": attachments(body),
                "components": body.get("components") or [], "mentions": [], "mention_roles": [], "pinned": False,
                "mention_everyone": False, "tts": False, "timestamp": self.now().isoformat(),
                "edited_timestamp": None, "flags": body.get("flags") or 0}  # fmt: skip

    def _user(self, uid):
        return {"id": str(uid), "username": "bluehelm" if uid == BOT else f"member{uid}", "discriminator": "0",
                "avatar": None, "global_name": None, "bot": uid == BOT, "public_flags": 0}  # fmt: skip

    def _member(self, uid):
        return {"user": self._user(uid), "roles": [str(ROLE)] if uid == BOT else [], "joined_at": EPOCH.isoformat(),
                "deaf": False, "mute": False, "nick": None, "avatar": None, "flags": 0, "premium_since": None,
                "pending": False, "communication_disabled_until": None}  # fmt: skip

    def _application(self):
        return {"id": str(APP), "name": "bluehelm", "icon": None, "description": "", "bot_public": True,
                "bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0, "owner": self._user(MEMBER),
                "team": None, "rpc_origins": [], "summary": ""}  # fmt: skip

    def _channel(self, cid, name):
        return {"id": str(cid), "type": 0, "guild_id": str(GUILD), "name": name, "position": 0, "topic": None,
                "nsfw": False, "permission_overwrites": self._overwrites(cid), "parent_id": None,
                "last_message_id": None, "rate_limit_per_user": 0}  # fmt: skip

    def _overwrites(self, cid):
        return [{"id": str(GUILD), "type": 0, "allow": "0", "deny": str(1 << 10)}] if cid in self.hidden else []

    async def open_private_thread(self, thread, *members, channel=CHANNEL):
        """A thread that only these members see, and the bot."""
        self.let_in[thread] = set(members)
        await self.dispatch("THREAD_CREATE", self._new_thread(thread, channel, "among ourselves", 12))

    async def hide(self, channel=CHANNEL):
        """Members see a channel no more."""
        self.hidden.add(channel)
        self.channels[channel] |= {"permission_overwrites": self._overwrites(channel)}
        await self.dispatch("CHANNEL_UPDATE", self.channels[channel])

    def _guild(self):
        roles = [{"id": str(rid), "name": name, "permissions": str(value), "position": at, "color": 0, "hoist": False,
                  "managed": False, "mentionable": False, "flags": 0, "icon": None, "unicode_emoji": None,
                  "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
                 for at, (rid, name, value) in enumerate(
                     ((GUILD, "@everyone", 0x400 | 0x800 | 0x10000), (ROLE, "analysts", self.role_permissions),
                      *((rid, name, 0) for rid, name in self.more_roles.items())))]  # fmt: skip
        return {"id": str(GUILD), "name": "Watchers", "icon": None, "splash": None, "owner_id": "1", "afk_timeout": 60,
                "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
                "mfa_level": 0, "features": [], "roles": roles, "emojis": [], "stickers": [], "unavailable": False,
                "channels": [one for one in self.channels.values()
                             if one["type"] in (0, 15) and one["guild_id"] == str(GUILD)],
                "member_count": 2,
                "members": [self._member(BOT)],
                "threads": [one for one in self.channels.values() if 10 < one["type"] < 13],
                "presences": [], "voice_states": [], "stage_instances": [], "guild_scheduled_events": [],
                "joined_at": EPOCH.isoformat(), "large": False, "system_channel_id": None, "rules_channel_id": None,
                "system_channel_flags": 0, "premium_tier": 0, "preferred_locale": self.locale, "nsfw_level": 0,
                "premium_progress_bar_enabled": False, "soundboard_sounds": [], "public_updates_channel_id": None,
                "description": None, "banner": None, "vanity_url_code": None, "afk_channel_id": None,
                "discovery_splash": None, "application_id": None, "safety_alerts_channel_id": None}  # fmt: skip


def _rests(channel):
    """Whether a thread is archived."""
    return (channel.get("thread_metadata") or {}).get("archived", False)


def attachments(body):
    """The files that a message's body names, as Discord shows them."""
    place = {"size": 1, "url": "http://127.0.0.1/x", "proxy_url": "http://127.0.0.1/x"}
    return [{**place, **one, "id": str(one["id"])} for one in body.get("attachments") or []]


def too_long(body):
    """What of a message is over Discord's limits or empty, as its answer would name it; {} when all is well."""
    faults = {}
    embeds = body.get("embeds") or []
    if not (body.get("content") or embeds or body.get("components") or body.get("sticker_ids")):
        return {"code": "50006"}
    if len(body.get("content") or "") > 2000:
        faults["content"] = "2000"
    total = 0
    for at, one in enumerate(embeds):
        fields = one.get("fields") or []
        parts = [("title", one.get("title"), 256), ("description", one.get("description"), 4096),
                 ("footer", (one.get("footer") or {}).get("text"), 2048)]  # fmt: skip
        parts += [(f"fields.{n}.{key}", each.get(key), top) for n, each in enumerate(fields)
                  for key, top in (("name", 256), ("value", 1024))]  # fmt: skip
        for name, text, top in parts:
            total += len(text or "")
            if len(text or "") > top or (name.startswith("fields") and not (text or "").strip()):
                faults[f"embeds.{at}.{name}"] = top
        if len(fields) > 25 or not (one.get("title") or one.get("description") or fields):
            faults[f"embeds.{at}"] = "fields"
    if total > 6000 or len(embeds) > 10:
        faults["embeds"] = "total"
    return faults
