"""The settings, typed: what an operator may choose, with defaults that suit one server and one watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from config.escalation import USUAL_ESCALATIONS, checked_escalation
from config.quiet import quiet_hours
from config.schedule import Round, set_times, zone_name
from config.sentence import Said

MOST_TABLES = 1000
"""How many watches, and how many channels, one file may name."""

NO_BACKUP = "off"
"""What stands instead of a time for what is never done."""

ActionName = Literal["ping", "post", "digest", "off"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _id(given: object) -> object:
    """An id as text, written as a number or as text."""
    text = str(given).strip() if isinstance(given, int | str) and not isinstance(given, bool) else ""
    if not text or text.startswith(("0", "-")):
        raise ValueError(Said("should be an id"))
    return text


def _ids(given: object) -> object:
    if not isinstance(given, list | tuple):
        raise ValueError(Said("should be a list of ids, such as [123456789012345678]"))
    return given


Id = Annotated[str, BeforeValidator(_id)]


class Poll(_Part):
    """How feeds are asked. Times are in the unit that the name says."""

    tick_seconds: float = Field(30, ge=0.05, le=3600)
    interval_minutes: float = Field(30, ge=0.001, le=1440)
    fresh_hours: float = Field(24, ge=0, le=24 * 365)
    concurrency: int = Field(8, ge=1, le=64)
    per_host: int = Field(1, ge=1, le=8)
    host_gap_seconds: float = Field(1.0, ge=0, le=60)
    timeout_seconds: float = Field(30, ge=1, le=300)
    max_megabytes: float = Field(10, gt=0, le=100)
    read_articles: bool = True
    contact: str = "https://example.org/bluehelm"


class Digest(_Part):
    """When the daily digest goes out."""

    hour: int = Field(7, ge=0, le=23)
    zone: Annotated[str, AfterValidator(zone_name)] = "UTC"


class Tiers(_Part):
    """How loudly a channel is told of each tier."""

    incident: ActionName = "ping"
    decision: ActionName = "post"
    follow_up: ActionName = "post"
    background: ActionName = "digest"
    commemoration: ActionName = "digest"


def _names(given: object) -> object:
    if not isinstance(given, list | tuple):
        raise ValueError(Said('should be a list, such as ["first-death", "toll+5"]'))
    return given


Escalate = Annotated[tuple[Annotated[str, AfterValidator(checked_escalation)], ...], BeforeValidator(_names)]


def _at_set_times(each: Round) -> AfterValidator:
    """Checks a text that names times of a day, a week or a month."""

    def checked(text: str) -> str:
        set_times(text, each)
        return text

    return AfterValidator(checked)


def _backup_time(text: str) -> str:
    if text != NO_BACKUP:
        set_times(text, "day")
    return text


def _quiet(text: str) -> str:
    quiet_hours(text)
    return text


class ChannelSettings(_Part):
    """One watch that is wanted in one place; tables with the same `id` are one place."""

    name: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    watch: str
    transport: str = "discord"
    id: Id | None = None
    role: Id | None = None
    tiers: Tiers = Tiers()
    pings_per_hour: int = Field(3, ge=0, le=1000)
    posts_per_day: int = Field(40, ge=0, le=10000)
    escalate: Escalate = USUAL_ESCALATIONS
    only: str = ""
    digest: Digest | None = None
    brief: Annotated[str, _at_set_times("day")] | None = None
    weekly: Annotated[str, _at_set_times("week")] | None = None
    coverage: Annotated[str, _at_set_times("month")] | None = None
    quiet: Annotated[str, AfterValidator(_quiet)] | None = None
    lowband: bool = False
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$")


class WatchSettings(_Part):
    """One watch: a folder under the watches' root."""

    name: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    enabled: bool = True


class Discord(_Part):
    """How to reach Discord."""

    token: SecretStr | None = None
    api_base: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg/"
    allowed_host: str | None = None
    prefix: str = Field("!", min_length=1, max_length=3)
    operators_channel: Id | None = None
    feeds_per_server: int = Field(20, ge=0, le=500)
    shards: int = Field(1, ge=0, le=256)
    archive_servers: Annotated[tuple[Id, ...], BeforeValidator(_ids), Field(max_length=MOST_TABLES)] = ()
    sync_commands: bool = True


class TerminalSettings(_Part):
    """How the program listens in its own terminal."""

    prefix: str = Field("!", min_length=1, max_length=3)


class Health(_Part):
    """The health page, on loopback only; port 0 turns it off."""

    port: int = Field(8087, ge=0, le=65535)


class Settings(_Part):
    """Everything the operator chose."""

    database: Path = Path("data/bluehelm.db")
    feeds: Path = Path("config/feeds.toml")
    watches: Path = Path("seeds/watches")
    backup: Annotated[str, AfterValidator(_backup_time)] = "03:00 UTC"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    poll: Poll = Poll()
    digest: Digest = Digest()
    discord: Discord = Discord()
    terminal: TerminalSettings = TerminalSettings()
    transport: dict[str, dict[str, Any]] = {}  # the options of any further transport, by its name
    health: Health = Health()
    watch: tuple[WatchSettings, ...] = Field((), max_length=MOST_TABLES)
    channel: tuple[ChannelSettings, ...] = Field((), max_length=MOST_TABLES)
