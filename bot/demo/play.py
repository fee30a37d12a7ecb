"""Plays a watch's samples through the very app that production runs: only settings, clock and feeds differ."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App
from bot.card import Reply
from bot.console.prompt import Talk, at_terminal, talk
from bot.console.transport import Terminal
from bot.demo.samples import BASE, Samples
from bot.demo.server import SampleServer
from bot.language import _
from bot.wording import formats
from config.schema import NO_BACKUP, Health, Poll, Settings, WatchSettings
from feeds import catalog
from feeds.store import Store

TICK_SECONDS = 0.25
# Between two releases the clock also stops here, so that a change that had to wait for its turn is shown.
LATER = timedelta(minutes=75)
_CALM_SECONDS = 5.0


class DemoClock:
    """A clock that stands at a moment until it is moved on to the next."""

    def __init__(self, start: datetime, moments: tuple[datetime, ...]) -> None:
        self._now, self._ahead = start, sorted({*moments, *(moment + LATER for moment in moments)})
        self.done = asyncio.Event()

    def __call__(self) -> datetime:
        """The moment."""
        return self._now

    def advance(self) -> datetime | None:
        """Go to the next moment; None, and `done` is set, when there is none left."""
        if not self._ahead:
            self.done.set()
            return None
        self._now = self._ahead.pop(0)
        return self._now


async def play(watches: Path, name: str, *, interactive: bool, pace: float) -> None:
    """Run the demo of the watch `name` under `watches` in this terminal; `pace` is seconds between two releases.

    Interactive, it goes on until the prompt says goodbye; otherwise it ends with the samples' own script.
    """
    samples = Samples(watches / name / "samples")
    moments = samples.moments()
    clock = DemoClock(samples.start, moments)
    terminal = Terminal()
    with TemporaryDirectory(prefix="bluehelm-demo-") as folder:
        async with SampleServer(samples, clock) as server:
            settings = _settings(Path(folder), watches, name, samples.catalogue(server.base))
            stage = _Stage(terminal, clock, moments, pace)
            feeds = catalog.load_catalog(settings.feeds)
            terminal.reply(Reply(_opening(len(feeds), clock(), interactive)))
            async with App(settings, feeds, [watches / name], transports=[terminal], clock=clock, chance=lambda: 0.5,
                           after_tick=stage.after_tick) as app:  # fmt: skip
                stage.app = app
                if interactive:
                    await _converse(app, terminal, clock)
                else:
                    await clock.done.wait()
                    await _recite(app, terminal, samples.script, server.base)


class _Stage:
    """Moves the clock on when a round is over and everything it brought has been told."""

    def __init__(self, terminal: Terminal, clock: DemoClock, moments: tuple[datetime, ...], pace: float) -> None:
        self._terminal, self._clock, self._releases, self._pace = terminal, clock, set(moments), pace
        self.app: App | None = None

    async def after_tick(self) -> None:
        """Called by the app after each round of polling."""
        if self.app is None or self.app.first_look or self._clock.done.is_set():
            return
        await _calm(self.app, self._clock())
        now = self._clock.advance()
        if now in self._releases:
            await asyncio.sleep(self._pace)
            self._terminal.aside(f"{formats.day(now)}, {now:%H:%M} UTC")


async def _calm(app: App, now: datetime) -> None:
    """Wait until nothing more goes out at this moment of the clock."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CALM_SECONDS):
            while not await app.store.run(lambda store: store.outbox.idle(now)):
                await app.courier.deliver_due()
                await app.courier.settled()
            await app.teller.round()


async def _converse(app: App, terminal: Terminal, clock: DemoClock) -> None:
    """Answer at the prompt, and say when the samples are over."""

    async def last_word() -> None:
        await clock.done.wait()
        terminal.aside(_("That was the last of the samples. Ask on, or !quit."))

    saying = asyncio.create_task(last_word())
    try:
        await talk(app.desk, terminal, at_terminal(app.settings))
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)


async def _recite(app: App, terminal: Terminal, script: tuple[str, ...], base: str) -> None:
    """Ask what the script asks, as if it were typed."""
    story, item = await app.store.run(_first_posted)
    conversation = Talk(app.desk, terminal, at_terminal(app.settings))
    for line in script:
        asked = line.replace("{story}", str(story)).replace("{item}", str(item)).replace(BASE, base)
        terminal.aside(f"> {asked}")
        await conversation.hear(asked)


def _first_posted(store: Store) -> tuple[int, int]:
    """The story that was posted first, and of its items the first that was rewritten, else the first; 1 for none."""
    latest = store.stories.latest(200)
    told = [story for story in latest if any(one.kind == "alert" for one in store.outbox.of_story(story.id))]
    if not told:
        return 1, 1
    first = min(told, key=lambda story: story.id)
    return first.id, max(first.sources, key=lambda source: source.rewritten).entry


def _settings(folder: Path, watches: Path, name: str, catalogue: str) -> Settings:
    """Production's settings with a database and a catalogue of the demo's own, and no pauses between requests."""
    feeds = folder / "feeds.toml"
    feeds.write_text(catalogue, encoding="utf-8")
    return Settings(
        database=folder / "demo.db",
        feeds=feeds,
        watches=watches,
        poll=Poll(tick_seconds=TICK_SECONDS, host_gap_seconds=0, per_host=8),
        health=Health(port=0),
        backup=NO_BACKUP,
        watch=(WatchSettings(name=name),),
    )


def _opening(feeds: int, now: datetime, interactive: bool) -> str:
    lines = [
        _(
            "Bluehelm's demo: {feeds} sample feeds on a server of this machine, and a clock that "
            "starts on {day}. The outlets are invented, the events are real."
        ).format(feeds=feeds, day=formats.day(now)),
        _("The first look fills the archive in silence; then alerts appear as the news comes in."),
    ]
    if interactive:
        lines.append(_("Ask at any time: !latest, !search <words>, !help; !quit ends."))
    return "\n".join(lines)
