"""Plays the demo's samples through the whole bot before the fake Discord, and keeps what was shown at each moment."""

from __future__ import annotations

import base64
import copy
import json
import mimetypes
import re
from dataclasses import replace
from pathlib import Path

from bot import render
from bot.demo.play import DemoClock
from bot.demo.samples import Samples
from bot.demo.server import SampleServer
from bot.desk.commands import COMMANDS
from bot.language import one_of, speaking
from config.schema import Digest
from feeds import catalog
from feeds.model import Action, Channel, Delivery, Notice
from tests.discord_kit import addresses_kept
from tests.fakes.discord_server import BOT, CHANNEL, DIRECT, FORUM, MEMBER, OPERATORS, ROLE, DiscordServer
from tests.gallery.page import Scene
from tests.journey_kit import MANAGER, WATCHES, Journey, Press, buttons, settings_of

WATCH = "minusma"
OUTLETS = "https://news.example"  # for the address of this machine's servers
_HERE = re.compile(r"(?:http://)?127\\*\.0\.0\.1:\d+")  # as text, its first dot is escaped
NAMES = {str(ROLE): "analysts", str(CHANNEL): "alerts", str(OPERATORS): "operators", str(MEMBER): "Mariam",
         str(BOT): "Bluehelm", str(MANAGER): "Awa"}  # fmt: skip
TITLES = {
    "alert": "alerts, as they arrive", "edit": "alerts, as they are kept true", "note": "notes in threads",
    "escalation": "escalations", "digest": "digests", "notice": "operators' notices", "greeting": "greetings",
    "brief": "briefs by schedule", "weekly": "the week by schedule", "coverage": "coverage by schedule",
}  # fmt: skip
# What is asked; {story} is the first that was told, {item} an item of it that was rewritten, {other} another story.
ASKED = (
    "latest", "search kidal", 'search "blue helmets"', "search nothing like this", "story {story}",
    "why {story}", "why {story} full", "why {base}/un-newsroom/bangui-convoy", "cite #{item}", "cite {story}",
    "cite {story} as bibtex", "diff #{item}", "note {story} Phoned the mission, no answer yet", "story {story}",
    "unnote 1", "brief", "brief since:7d", "follow place:kidal", "follow killed:>3 by:dm", "following", "unfollow 1",
    "coverage", "map since:all",
    "chart killed by:source since:all", "export", "digest", "status", "feeds", "help", "help cite", "helf",
    "subscribe minusma role:<@&{role}>", "setup", "channel test", "channel", "channel incident ping",
    "channel quiet 22:00-06:00 Europe/Paris but incident", "channel reset quiet",
    "feed", "feed inspect un-newsroom", "team", "team add <@&{role}> may:channels", "team remove <@&{role}>",
    "watch", "watch show minusma", "threshold minusma 0.9", 'allow minusma "chess club"', 'block minusma "convoy"',
    'block minusma "chess club" yes', 'block minusma "chess club" off yes', "tier {other} background",
    "tier {other} auto", "audit",
    "merge {story} {other}", "split #{item}", "mute 6", "unmute", "unsubscribe",
    "digest", "status",
)  # fmt: skip
# What cannot be answered.
MISTAKEN = (
    "story", "story 999", "story nine", "story {story} page:9", "why 999", "cite #9999", "cite {story} as word",
    "diff #1", "note {story}", "note 999 words", "unnote 9", "brief since:soon", "follow",
    "follow plce:kidal", "follow place:kidl", "unfollow", "merge 1 1",
    "merge 1 999", "split #9999", "subscribe nowhere", "subscribe minusma role:<@&77>",
    "mute 999", "map nosuch:place", "chart by:colour", "channel quiet always", "feed add http://10.0.0.1/news",
    "watch show nowhere", "threshold minusma 7", "tier 999 decision", "tier 1 urgent", "team add <@&77>",
)  # fmt: skip
# What waits for the digest; the demo has nothing of its kind.
REMEMBRANCE = (
    "Day of UN Peacekeepers: MINUSMA remembers its fallen",
    "A wreath was laid at the memorial in Bamako; medals went to those who served.",
)


class Film:
    """What the bot showed: a scene whenever one of its messages is new or has changed."""

    def __init__(self, server, clock):
        self._server, self._clock = server, clock
        self._shown, self.scenes = {}, []

    async def look(self, journey):
        """Keep what has changed since the last look; answers to members are kept by who asks."""
        for place, messages in list(self._server.messages.items()):
            for message in list(messages):
                if message["author"]["id"] != str(BOT) or self._shown.get(message["id"]) == message:
                    continue
                again = message["id"] in self._shown
                self._shown[message["id"]] = copy.deepcopy(message)
                row = await journey.app.store.run(lambda store, one=message["id"]: store.outbox.by_message(one))
                if row is not None:
                    self._keep("edit" if again else row.kind, place, message)

    def _keep(self, kind, place, message):
        name = self._server.channels[place]["name"]
        replied = (message.get("message_reference") or {}).get("message_id")
        caption = f"{self._clock():%-d %B %Y, %H:%M} UTC, in {'' if kind == 'note' else '#'}{name}"
        self.add(Scene(TITLES.get(kind, kind), caption, message, self._clock(), place=name,
                       answers=self._shown.get(replied)))  # fmt: skip

    def add(self, scene):
        """Keep a scene, with the outlets' address in the place of this machine's."""
        told = json.loads(_HERE.sub(OUTLETS, json.dumps(scene.message)))
        asked = _HERE.sub(OUTLETS, scene.asked)
        self.scenes.append(replace(scene, message=told, asked=asked, files=self._files(scene.message)))

    def _files(self, message):
        """What came with the message, by name, as addresses that hold it."""
        wanted = {one["filename"] for one in message.get("attachments") or ()}
        sent = [(name, content) for request in self._server.requests for name, content in request.files]
        return {name: _address(name, content) for name, content in sent if name in wanted}


async def play(folder: Path, notices: tuple[Notice, ...] = (), locale: str = "en-US") -> list[Scene]:
    """Every kind of message that the demo's two weeks bring, then every command's answer and every button's.

    `folder` holds the archive meanwhile; `notices` are told to the operators at the end. The server has a `locale`.
    """
    samples = Samples(WATCHES / WATCH / "samples")
    clock = DemoClock(samples.start, samples.moments())
    with addresses_kept():
        async with DiscordServer(now=clock) as server, SampleServer(samples, clock) as outlets, Press(clock) as press:
            server.locale = locale
            server.forum("Incident", "Decision", "Kidal", "Digest")
            feeds = catalog.parse_catalog(samples.catalogue(outlets.base), "demo.toml") + tuple(
                press.feeds(almanac="news")
            )
            settings = _all_told_aloud(settings_of(server, folder, digest=Digest(hour=7)))
            async with Journey(server, clock, settings, feeds) as journey:
                film = Film(server, clock)
                await film.look(journey)
                while clock.advance() is not None:
                    if clock().day == 15:
                        press.write("almanac", "wreath", *REMEMBRANCE)
                    await journey.round()
                    await film.look(journey)
                await _tell(journey, film, notices)
                await _press(journey, film)
                await _ask(journey, film, outlets.base)
                with speaking(one_of(locale)):
                    await _elsewhere(journey, film)
    return sorted(film.scenes, key=lambda scene: _place(scene.kind))


def _all_told_aloud(settings):
    """The settings with every kind of escalation, and all that may be told by schedule."""
    loud = {"escalate": ("first-death", "toll+5", "un-word")}
    times = {"brief": "18:00", "weekly": "Mon 07:00", "coverage": "15 08:00"}
    channels = [one.model_copy(update=loud | times) for one in settings.channel]
    return settings.model_copy(update={"channel": tuple(channels)})


def best(scenes: list[Scene]) -> Scene:
    """The alert that has most to say, as its last report left it: what the papers show of the bot."""
    over = max(scene.now for scene in scenes)  # then managers try their commands on it
    alerts = [scene for scene in scenes if scene.kind == TITLES["edit"] and scene.now < over]
    first = alerts[0].message["id"]
    return replace([scene for scene in alerts if scene.message["id"] == first][-1], kind="alert")


async def _tell(journey, film, notices):
    """Have the notices told, and all else that waits."""
    now = journey.clock()
    for notice in notices:
        await journey.app.store.run(lambda store, one=notice: store.outbox.notice(one, now))
    await journey.calm()
    await film.look(journey)


async def _press(journey, film):
    """Every button of the alert that was told first."""
    alert = await _first_alert(journey)
    for button in buttons(alert):
        label = button.get("label") or button["emoji"]["name"]
        told = await journey.press(alert, label)
        film.add(Scene("buttons of an alert", label, told, journey.clock(), asked=label, private=True))
    told = await journey.press(alert, "❌")  # a second time
    film.add(Scene("buttons of an alert", "❌ again", told, journey.clock(), asked="❌", private=True))


async def _ask(journey, film, base):
    alert = await _first_alert(journey)
    story = (await journey.app.store.run(lambda store: store.outbox.by_message(alert["id"]))).story
    sources = (await journey.app.store.run(lambda store: store.stories.story(story))).sources
    item = max(sources, key=lambda source: source.rewritten).entry
    words = {"story": story, "item": item, "other": story + 1, "base": base, "role": ROLE}
    for line in (*MISTAKEN, *ASKED):
        asked, kind = f"!{line.format(**words)}", "mistakes" if line in MISTAKEN else f"!{line.split()[0]}"
        journey.app.desk._cooldown._full_at.clear()  # so much within a second nobody may ask
        answer = await journey.ask(asked)
        shown = asked.replace(base, OUTLETS).replace(f"<@&{ROLE}>", "@analysts")
        film.add(Scene(kind, shown, answer, journey.clock(), asked=asked))
        if line.split()[0] in ("merge", "split"):
            await _tell(journey, film, ())  # what that made of the alerts


async def _elsewhere(journey, film):
    """The test card as it comes to who typed for it; an alert and a digest as a forum's posts, and over a thin line."""
    film.add(Scene("!channel test", "by direct message", journey.server.posted(DIRECT + MANAGER)[-1], journey.clock(),
                   asked="!channel test", private=True))  # fmt: skip
    transport = journey.app.courier._transports["discord"]
    alert = await journey.app.store.run(lambda store: store.outbox.by_message(_posted(journey)["id"]))
    story = await journey.app.store.run(lambda store: store.stories.story(alert.story))
    with speaking(one_of(journey.server.locale)):
        told = {"alert": [render.alert(story)], "digest": render.digest_cards([story], journey.clock())}
    for target, lowband, kind in ((FORUM, False, "posts in a forum"), (CHANNEL, True, "text for thin lines")):
        place = Channel(kind, "discord", str(target), lowband=lowband)
        for number, (name, cards) in enumerate(told.items()):
            ring = {"action": Action.PING, "roles": (str(ROLE),)} if name == "alert" else {}
            row = Delivery(f"gallery{target}{number}", kind, name, journey.clock(), journey.clock(), **ring)
            sent = await transport.send(row, cards, place)
            shown = journey.server.posted(int(sent.thread or target))[-1]
            heads = [f"“{title}” [{', '.join(tags)}]" for post, title, tags in journey.server.posts()
                     if str(post) == sent.thread]  # fmt: skip
            film.add(Scene(kind, f"{name} {' '.join(heads)}", shown, journey.clock()))


def _posted(journey):
    return next(one for one in journey.server.posted() if "🔴" in one["content"])


async def _first_alert(journey):
    for message in journey.server.posted():
        row = await journey.app.store.run(lambda store, one=message["id"]: store.outbox.by_message(one))
        if row is not None and row.kind == "alert":
            return message
    raise LookupError("the samples brought no alert")


def _place(kind):
    order = [*TITLES.values(), "buttons of an alert"]
    return order.index(kind) if kind in order else len(order)


def _address(name, content):
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def unasked() -> set[str]:
    """The commands that the gallery does not ask."""
    return {command.name for command in COMMANDS} - {line.split()[0] for line in ASKED}
