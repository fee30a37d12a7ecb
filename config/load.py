"""Reads the settings: the TOML file, then the environment, then secret files; every mistake at once."""

from __future__ import annotations

import difflib
import re
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from config.schema import Settings
from config.toml import read_toml

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
# What the validation library calls a mistake -> what an operator understands.
_SENTENCES = {
    "missing": "is missing",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "string_type": "should be text",
    "string_pattern_mismatch": "should be 1 to 40 of a-z, 0-9, - and _",
    "model_type": "should be a table",
    "tuple_type": "should be a list of tables ([[…]])",
}
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
    """The settings cannot be used; `mistakes` holds all of them, `rest` what can be read beside them, if anything."""

    def __init__(self, mistakes: tuple[Mistake, ...], rest: Settings | None = None) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes, self.rest = mistakes, rest


def load_settings(path: Path | None, env: Mapping[str, str]) -> Settings:
    """The settings of `path` (or of BLUEHELM_CONFIG, or the default file) under the environment's.

    Relative paths in a file are relative to the folder above it when that folder is named `config`, else
    to the file's own folder. Raises ConfigError with every mistake found.
    """
    file = settings_file(path, env)
    mistakes: list[Mistake] = []
    origins: dict[str, str] = {}
    tree = _read(file, mistakes)
    legible = not mistakes
    for name, key, value in _from_env(env, mistakes):
        _put(tree, key.split("."), value)
        origins[key] = name
    settings = _validate(tree, file, origins, mistakes) or _rest(tree)
    anchored = _anchored(settings, file, origins) if settings else None
    if mistakes or anchored is None:
        raise ConfigError(tuple(mistakes), anchored if legible else None)
    return anchored


def settings_file(path: Path | None, env: Mapping[str, str]) -> Path:
    """The file that `load_settings` reads."""
    return path or (Path(env[_CONFIG_FILE]) if env.get(_CONFIG_FILE) else DEFAULT_FILE)


def table_lines(file: Path, table: str) -> list[int]:
    """On which lines of a file the tables `[[table]]` begin, as far as that shows; none when it can't be read."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    opening = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
    return [number for number, line in enumerate(lines, 1) if opening.match(line)]


def _read(file: Path, mistakes: list[Mistake]) -> dict[str, Any]:
    try:
        return read_toml(file.read_text(encoding="utf-8"))
    except OSError as error:
        mistakes.append(Mistake(str(file), "", f"cannot be read ({error.strerror or error})"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(str(file), "", f"is not valid TOML: {error}"))
    return {}


def _from_env(env: Mapping[str, str], mistakes: list[Mistake]) -> list[tuple[str, str, str]]:
    """(name, dotted key, value) for each setting in the environment; NAME_FILE names a file that holds NAME."""
    found = []
    keys = {key.replace(".", "__").upper(): key for key in _scalar_keys(Settings)}
    for name, given in sorted(env.items()):
        base, raw = name.removesuffix("_FILE"), given.strip()
        named = _NAMED.get(name) or (_NAMED.get(base) if base != name else None)
        if named is None and name.startswith(_PREFIX) and name != _CONFIG_FILE:
            stem = name.removeprefix(_PREFIX)
            named = keys.get(stem) or keys.get(stem.removesuffix("_FILE"))
            if named is None:
                hint = difflib.get_close_matches(stem, keys, 1)
                mistakes.append(Mistake(name, "", "is not a setting" + _hint(_PREFIX + hint[0] if hint else None)))
        if named is None and (meant := _misspelt(name, env)):
            mistakes.append(Mistake(name, "", "is not a setting" + _hint(meant)))
        if named is None or (raw == "" and name in _NAMED):
            continue
        if name.endswith("_FILE") and name not in {_PREFIX + key for key in keys}:
            value = _secret(name, raw, mistakes)
        else:
            value = raw
        if value is not None:
            found.append((name, named, value))
    return found


def _misspelt(name: str, env: Mapping[str, str]) -> str | None:
    """The name of Discord's that this one looks like, where that is not set: others may have variables of their own."""
    if not name.startswith("DISCORD"):
        return None
    close = difflib.get_close_matches(name, [*_NAMED, *(one + "_FILE" for one in _NAMED)], 1, 0.8)
    return close[0] if close and close[0] not in env and close[0].removesuffix("_FILE") not in env else None


def _secret(name: str, path: str, mistakes: list[Mistake]) -> str | None:
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        mistakes.append(Mistake(name, "", f"names {path}, which cannot be read ({error.strerror or error})"))
    except UnicodeDecodeError:
        mistakes.append(Mistake(name, "", f"names {path}, which holds no text"))
    else:
        if text:
            return text
        mistakes.append(Mistake(name, "", f"names {path}, which is empty"))
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
        elif typing.get_origin(part) not in (tuple, dict):
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


def _rest(tree: dict[str, Any]) -> Settings | None:
    """The settings without the tables that hold mistakes; None when the paths are among those."""
    try:
        Settings.model_validate(tree)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors(include_url=False)}
        if not wrong & {"feeds", "watches"}:
            return Settings.model_validate({key: value for key, value in tree.items() if key not in wrong})
    return None


def _sentence(kind: str, message: str, loc: tuple[int | str, ...]) -> str:
    if kind == "extra_forbidden":
        hint = difflib.get_close_matches(str(loc[-1]), _siblings(loc), 1)
        return "is not a setting" + _hint(hint[0] if hint else None)
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    message = message.removeprefix("Value error, ").replace("Input should", "should")
    return message[:1].lower() + message[1:]


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
