"""Reads the settings: the TOML file, then the environment, then secret files; every mistake at once."""

from __future__ import annotations

import difflib
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from config.schema import Settings

HOME = Path(__file__).resolve().parent
DEFAULT_FILE = HOME / "bluehelm.toml"

# Names that the outside world already uses; everything else is BLUEHELM_<TABLE>__<KEY>.
_NAMED = {
    "DISCORD_TOKEN": "discord.token",
    "DISCORD_API_BASE": "discord.api_base",
    "DISCORD_GATEWAY_URL": "discord.gateway_url",
    "DISCORD_ALLOWED_HOST": "discord.allowed_host",
}
_PREFIX = "BLUEHELM_"
_CONFIG_FILE = "BLUEHELM_CONFIG"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in the configuration: where, which key, and what."""

    where: str
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.key}: {self.text}" if self.key else f"{self.where}: {self.text}"


class ConfigError(Exception):
    """The settings cannot be used; `mistakes` holds all of them."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def load_settings(path: Path | None, env: Mapping[str, str]) -> Settings:
    """The settings of `path` (or of BLUEHELM_CONFIG, or the default file) under the environment's.

    Relative paths in a file are relative to the folder above it when that folder is named `config`, else
    to the file's own folder. Raises ConfigError with every mistake found.
    """
    file = path or (Path(env[_CONFIG_FILE]) if env.get(_CONFIG_FILE) else DEFAULT_FILE)
    mistakes: list[Mistake] = []
    origins: dict[str, str] = {}
    tree = _read(file, mistakes)
    for name, key, value in _from_env(env, mistakes):
        _put(tree, key.split("."), value)
        origins[key] = name
    settings = _validate(tree, file, origins, mistakes)
    if mistakes or settings is None:
        raise ConfigError(tuple(mistakes))
    return _anchored(settings, file, origins)


def _read(file: Path, mistakes: list[Mistake]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        mistakes.append(Mistake(str(file), "", f"cannot be read ({error.strerror or error})"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(str(file), "", f"is not valid TOML: {error}"))
    return {}


def _from_env(env: Mapping[str, str], mistakes: list[Mistake]) -> list[tuple[str, str, str]]:
    """(name, dotted key, value) for each setting in the environment; NAME_FILE names a file that holds NAME."""
    found = []
    keys = {key.replace(".", "__").upper(): key for key in _scalar_keys(Settings)}
    for name, raw in sorted(env.items()):
        base = name.removesuffix("_FILE")
        named = _NAMED.get(name) or (_NAMED.get(base) if base != name else None)
        if named is None and name.startswith(_PREFIX) and name != _CONFIG_FILE:
            stem = name.removeprefix(_PREFIX)
            named = keys.get(stem) or keys.get(stem.removesuffix("_FILE"))
            if named is None:
                hint = difflib.get_close_matches(stem, keys, 1)
                mistakes.append(Mistake(name, "", "is not a setting" + _hint(_PREFIX + hint[0] if hint else None)))
        if named is None or (raw == "" and name in _NAMED):
            continue
        if name.endswith("_FILE") and name not in {_PREFIX + key for key in keys}:
            value = _secret(name, raw, mistakes)
        else:
            value = raw
        if value is not None:
            found.append((name, named, value))
    return found


def _secret(name: str, path: str, mistakes: list[Mistake]) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(name, "", f"names a file that cannot be read ({error})"))
        return None


def _put(tree: dict[str, Any], keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):  # the file holds nonsense there, which validation will name
            return
        tree = inner
    tree[keys[-1]] = value


def _scalar_keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for name, field in model.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            keys += _scalar_keys(part, f"{prefix}{name}.")
        elif typing.get_origin(part) is not tuple:
            keys.append(prefix + name)
    return keys


def _validate(tree: dict[str, Any], file: Path, origins: Mapping[str, str], mistakes: list[Mistake]) -> Settings | None:
    try:
        # Lists of TOML are tuples of ours, and the environment's values are text: hence not strict.
        return Settings.model_validate(tree)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            loc = problem["loc"]
            key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
            mistakes.append(Mistake(origins.get(key, str(file)), key, _sentence(problem["type"], problem["msg"], loc)))
    return None


def _sentence(kind: str, message: str, loc: tuple[int | str, ...]) -> str:
    if kind == "extra_forbidden":
        hint = difflib.get_close_matches(str(loc[-1]), _siblings(loc), 1)
        return "is not a setting" + _hint(hint[0] if hint else None)
    return message.removeprefix("Value error, ")[:1].lower() + message.removeprefix("Value error, ")[1:]


def _siblings(loc: tuple[int | str, ...]) -> list[str]:
    """The settings that stand beside the last key of `loc`."""
    model: type[BaseModel] = Settings
    for part in loc[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            inner = model.model_fields[part].annotation
            args = typing.get_args(inner)
            inner = args[0] if args else inner
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                return []
            model = inner
    return list(model.model_fields)


def _hint(name: str | None) -> str:
    return f" (did you mean {name}?)" if name else ""


def _anchored(settings: Settings, file: Path, origins: Mapping[str, str]) -> Settings:
    """Paths of the file hang on the project's folder, so that the program runs from anywhere."""
    folder = file.resolve().parent
    root = folder.parent if folder.name == "config" else folder
    paths = {name: getattr(settings, name) for name in ("database", "feeds", "watches")}
    fixed = {name: path if path.is_absolute() or name in origins else root / path for name, path in paths.items()}
    return settings.model_copy(update=fixed)
