"""What a transport says of itself before it is built: its options, when it runs, what is wrong with its settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from bot.checkup.clocks import ClockReading
from bot.checkup.findings import Remark
from bot.delivery.transport import Transport
from bot.desk import Desk
from config.mistakes import Problem, key_name
from config.schema import ChannelSettings, Settings
from feeds.model import Channel
from feeds.store.db.thread import StoreThread

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a transport is built with. `ready` is called whenever it has come up, so that what waits goes out."""

    settings: Settings
    desk: Desk
    store: StoreThread
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    ready: Callable[[], None]


class Options(Protocol):
    """What every transport's options hold."""

    @property
    def prefix(self) -> str:
        """What commands begin with where they are typed."""
        ...


def _always(_: Settings) -> bool:
    return True


async def _nothing(*_: object) -> tuple[list[Remark], list[ClockReading]]:
    return [], []


def _none(_: object) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True)
class TransportSpec:
    """One transport as the registry knows it; nothing heavy is imported before `build`.

    `options` picks (and checks) its own settings; `wanted` says whether these are enough to run it, and a `fallback`
    runs when no other is wanted: it is one place only, whose target is its name. `place` names it in a sentence;
    `greeting` is the line that the program starts with.
    `sign` is what commands begin with where members read of them; one that `greets` says a word in new channels.
    For `check`, `mistakes` name what is wrong in the settings and `warnings` what will not work as it stands, each with
    the path of its key, and `channel_mistakes` what is wrong in one channel; `operators` is where its operators' lines
    go. `survey` asks the other side once, without connecting: what it says of the bot and of channels with the roles
    that they ring, by name, and what its clock shows.
    """

    name: str
    options: Callable[[Settings], Options]
    build: Callable[[Surroundings], Transport]
    place: str
    greeting: Callable[[Settings], str]
    sign: Callable[[Settings], str] = lambda _: ""
    greets: bool = False
    wanted: Callable[[Settings], bool] = _always
    fallback: bool = False
    mistakes: Callable[[Settings], Iterable[Problem]] = _none
    channel_mistakes: Callable[[ChannelSettings], Iterable[Problem]] = _none
    warnings: Callable[[Settings], Iterable[Problem]] = _none
    operators: Callable[[Settings], str | None] = lambda _: None
    survey: Callable[
        [Settings, Sequence[Channel], Mapping[str, Sequence[str]]], Awaitable[tuple[list[Remark], list[ClockReading]]]
    ] = _nothing


class OptionsError(ValueError):
    """A transport's own table of settings is wrong; `problems` name each key by its path."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{key_name(path)}: {text}" for path, text in self.problems))


def own_table(settings: Settings, name: str, model: type[M]) -> M:
    """The settings under `[transport.<name>]` as a transport's own model. Raises OptionsError."""
    given: Mapping[str, Any] = settings.transport.get(name, {})
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise OptionsError(
            (("transport", name, *one["loc"]), one["msg"]) for one in error.errors(include_url=False)
        ) from error
