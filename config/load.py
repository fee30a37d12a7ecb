"""Reads the settings: the TOML file, then the environment, then secret files; every mistake at once, with its line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from config.environment import CONFIG_FILE, from_environment
from config.legible import legible
from config.lines import KeyPath, key_lines, line_of
from config.mistakes import Mistake, Problem, by_line, key_name
from config.schema import Settings
from config.toml import read_toml

HOME = Path(__file__).resolve().parent
DEFAULT_FILE = HOME / "bluehelm.toml"

_NEVER = (
    "never belongs into this file, which is shared and kept: put it into DISCORD_TOKEN, or into a file that "
    "DISCORD_TOKEN_FILE names"
)


class ConfigError(Exception):
    """The settings cannot be used; `mistakes` holds all of them, `rest` what can be read beside them, if anything."""

    def __init__(self, mistakes: tuple[Mistake, ...], rest: Settings | None = None) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes, self.rest = mistakes, rest


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file under the environment: `settings` are what of it can be used (None when it is no TOML), then come
    every mistake, the line of each key, and the variable that each value from the environment has."""

    file: Path
    settings: Settings | None
    mistakes: tuple[Mistake, ...] = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    origins: Mapping[KeyPath, str] = field(default_factory=dict)

    def mistake(self, path: KeyPath, text: str) -> Mistake:
        """A mistake in the value of a path, with the place where that is written."""
        if path in self.origins:
            return Mistake(self.origins[path], key_name(path), text)
        return Mistake(str(self.file), key_name(path), text, line_of(self.lines, path))

    @property
    def usable(self) -> Settings:
        """The settings, with nothing wrong in them. Raises ConfigError with every mistake."""
        if self.settings is None or self.mistakes:
            rest = self.settings if self.sound("feeds") and self.sound("watches") else None
            raise ConfigError(self.mistakes, rest)
        return self.settings

    def sound(self, key: str) -> bool:
        """Whether nothing is wrong with a key, as mistakes name it, nor with the tables that it is in."""
        around = {key[:end] for end in range(1, len(key) + 1) if key[end : end + 1] in ("", ".", "[")}
        return self.settings is not None and around.isdisjoint(one.key for one in self.mistakes)


def load_settings(path: Path | None, env: Mapping[str, str]) -> Settings:
    """The settings of `path` (or of BLUEHELM_CONFIG, or the default file) under the environment's.

    Relative paths in a file are relative to the folder above it when that folder is named `config`, else
    to the file's own folder. Raises ConfigError with every mistake found.
    """
    return read_settings(path, env).usable


def read_settings(path: Path | None, env: Mapping[str, str]) -> SettingsFile:
    """The settings as `load_settings` finds them, with all that is wrong in them. Never raises."""
    file = path or (Path(env[CONFIG_FILE]) if env.get(CONFIG_FILE) else DEFAULT_FILE)
    mistakes: list[Mistake] = []
    text, tree = _read(file, mistakes)
    is_toml = not mistakes
    token = _taken_token(tree)
    origins: dict[KeyPath, str] = {}
    for name, key, value in from_environment(env, mistakes):
        _put(tree, key.split("."), value)
        origins[tuple(key.split("."))] = name
    settings, problems = legible(tree)
    written = SettingsFile(file, None, lines=key_lines(text) if is_toml else {})
    merged = replace(written, origins=origins)
    mistakes += [*(written.mistake(*one) for one in token), *(merged.mistake(*one) for one in problems)]
    anchored = _anchored(settings, file, origins) if is_toml else None
    return replace(merged, settings=anchored, mistakes=by_line(mistakes))


def _read(file: Path, mistakes: list[Mistake]) -> tuple[str, dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
        return text, read_toml(text)
    except OSError as error:
        mistakes.append(Mistake(str(file), "", f"cannot be read ({error.strerror or error})"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(str(file), "", f"is not valid TOML: {error}"))
    return "", {}


def _taken_token(tree: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Take a token out of what the file says; it is used from nowhere but the environment."""
    discord = tree.get("discord")
    given = isinstance(discord, dict) and discord.pop("token", None) is not None
    return ((("discord", "token"), _NEVER),) if given else ()


def _put(tree: dict[str, Any], keys: list[str], value: str) -> None:
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
