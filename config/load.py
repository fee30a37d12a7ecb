"""Reads the settings: TOML, then `.env`, the environment and secret files; every mistake at once, with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from config.envfile import NO_ENV_FILE, EnvFile
from config.environment import CONFIG_FILE, GivenSetting, from_environment
from config.legible import legible, take_mistyped
from config.lines import KeyPath, key_lines, line_of
from config.mistakes import Mistake, Problem, by_line, key_name
from config.schema import Settings
from config.sentence import Said, strung, why_unread
from config.toml import TomlError, read_around, read_text

HOME = Path(__file__).resolve().parent
DEFAULT_FILE = HOME / "bluehelm.toml"

_TOKEN = re.compile(r"\s*token\s*=")
_NEVER = Said(
    "never belongs into this file, which is shared and kept: put it into DISCORD_TOKEN, or into a file that "
    "DISCORD_TOKEN_FILE names"
)


class ConfigError(Exception):
    """The settings cannot be used; `mistakes` holds all of them, `rest` what can be read beside them, if anything."""

    def __init__(self, mistakes: tuple[Mistake, ...], rest: Settings | None = None) -> None:
        super().__init__(strung("\n", map(str, mistakes)))
        self.mistakes, self.rest = mistakes, rest


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file under the environment: `settings` are what of it can be used (None when it cannot be read), then
    come every mistake, the line of each key, the variable that each value from the environment has, whether the file is
    valid TOML, and the environment file with the environment that stands above it, and the keys of the mistakes."""

    file: Path
    settings: Settings | None
    mistakes: tuple[Mistake, ...] = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    origins: Mapping[KeyPath, str] = field(default_factory=dict)
    valid: bool = True
    env_file: EnvFile = NO_ENV_FILE
    env: Mapping[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()

    def mistake(self, path: KeyPath, text: str) -> Mistake:
        """A mistake in the value of a path, with the place where that is written."""
        for end in range(len(path), 0, -1):
            if (name := self.origins.get(path[:end])) is not None:  # of a list's value it is the list's
                return self.env_file.placed(Mistake(name, key_name(path), text), self.env)
        return Mistake(str(self.file), key_name(path), text, line_of(self.lines, path))

    @property
    def usable(self) -> Settings:
        """The settings, with nothing wrong in them. Raises ConfigError with every mistake."""
        if self.settings is None or self.mistakes:
            rest = self.settings if self.valid and self.sound("feeds") and self.sound("watches") else None
            raise ConfigError(self.mistakes, rest)
        return self.settings

    def stated(self, path: KeyPath) -> bool:
        """Whether a path is written, or may be said not to be: where the file has broken lines, it may be in those."""
        return self.valid or path in self.lines or any(path[:end] in self.origins for end in range(1, len(path) + 1))

    def sound(self, key: str) -> bool:
        """Whether nothing is wrong with a key, as mistakes name it, nor with the tables that it is in."""
        around = {key[:end] for end in range(1, len(key) + 1) if key[end : end + 1] in ("", ".", "[")}
        return self.settings is not None and around.isdisjoint(self.wrong)


def load_settings(path: Path | None, env: Mapping[str, str]) -> Settings:
    """The settings of `path` (or of BLUEHELM_CONFIG, or the default file) under the environment's.

    Relative paths in a file are relative to the folder above it when that folder is named `config`, else
    to the file's own folder. Raises ConfigError with every mistake found.
    """
    return read_settings(path, env).usable


def read_settings(path: Path | None, env: Mapping[str, str], env_file: EnvFile = NO_ENV_FILE) -> SettingsFile:
    """The settings as `load_settings` finds them, with all that is wrong in them; what only `env_file` sets counts as
    well. Never raises."""
    both = env_file.under(env)
    file = path or (Path(both[CONFIG_FILE]) if both.get(CONFIG_FILE) else DEFAULT_FILE)
    mistakes: list[Mistake] = []
    text, tree = _read(file, mistakes)
    written = SettingsFile(file, None, lines=key_lines(text), valid=not mistakes, env_file=env_file, env=env)
    mistakes += (written.mistake(*one) for one in (*_taken_token(tree), *take_mistyped(tree, Settings)))
    mistakes += env_file.mistakes
    origins: dict[KeyPath, str] = {}
    for name, key, value in _given(both, written, mistakes):
        _put(tree, key.split("."), value)
        origins[tuple(key.split("."))] = name
    settings, problems = legible(tree)
    merged = replace(written, origins=origins)
    mistakes += (merged.mistake(*one) for one in problems if merged.stated(one[0]))
    anchored = _anchored(settings, file, origins) if merged.valid or text.strip() else None
    return replace(merged, settings=anchored, mistakes=by_line(mistakes), wrong=frozenset(one.key for one in mistakes))


def _given(both: Mapping[str, str], written: SettingsFile, mistakes: list[Mistake]) -> list[GivenSetting]:
    """What the environment and its file set, with mistakes placed where the variable is."""
    found: list[Mistake] = []
    given = from_environment(both, found)
    mistakes += (written.env_file.placed(one, written.env) for one in found)
    return given


def _read(file: Path, mistakes: list[Mistake]) -> tuple[str, dict[str, Any]]:
    try:
        written = read_text(file)
        text, tree, broken = read_around(written)
    except OSError as error:
        mistakes.append(Mistake(str(file), "", why_unread(error)))
    except TomlError as error:
        mistakes.append(Mistake(str(file), "", Said("is not valid TOML: {told}", told=str(error)), error.line))
    else:
        mistakes += (Mistake(str(file), "", _broken(one, written), one.line) for one in broken)
        return text, tree
    return "", {}


def _broken(error: TomlError, text: str) -> str:
    """What is wrong in a line; of one that holds a token, that no quotes will mend it."""
    line = text.split("\n")[error.line - 1] if error.line else ""
    if _TOKEN.match(line):
        return Said("a token {never}", never=_NEVER)
    return Said("is not valid TOML: {told}", told=str(error))


def _taken_token(tree: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Take a token out of what the file says; it is used from nowhere but the environment."""
    discord = tree.get("discord")
    given = isinstance(discord, dict) and discord.pop("token", None) is not None
    return ((("discord", "token"), _NEVER),) if given else ()


def _put(tree: dict[str, Any], keys: list[str], value: str | list[str]) -> None:
    for key in keys[:-1]:
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):  # the file holds nonsense there, which validation will name
            return
        tree = inner
    tree[keys[-1]] = value


def _anchored(settings: Settings, file: Path, origins: Mapping[KeyPath, str]) -> Settings:
    """Paths of the file hang on the project's folder, so that the program runs from anywhere."""
    folder = file.resolve().parent
    root = folder.parent if folder.name == "config" else folder
    paths = {name: getattr(settings, name) for name in ("database", "feeds", "watches")}
    fixed = {name: path if path.is_absolute() or (name,) in origins else root / path for name, path in paths.items()}
    return settings.model_copy(update=fixed)
