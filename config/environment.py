"""Settings from the environment and from secret files: which variables there are, and what is wrong with those set."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

from pydantic import BaseModel

from config.envfile import ENV_FILE
from config.mistakes import Mistake, did_you_mean
from config.schema import Settings
from config.sentence import Said, reason_of
from config.toml import TomlError, read_text

CONFIG_FILE = "BLUEHELM_CONFIG"
"""Names the settings file itself."""

GivenSetting = tuple[str, str, str | list[str]]
"""The variable, the dotted key that it sets, and its value, or the values of a list."""

# Names that the outside world already uses; everything else is BLUEHELM_<TABLE>__<KEY>.
_NAMED = {
    "DISCORD_TOKEN": "discord.token",
    "DISCORD_API_BASE": "discord.api_base",
    "DISCORD_GATEWAY_URL": "discord.gateway_url",
    "DISCORD_ALLOWED_HOST": "discord.allowed_host",
}
_PREFIX = "BLUEHELM_"
_NO_SETTING = Said("is not a setting")


def from_environment(env: Mapping[str, str], mistakes: list[Mistake]) -> list[GivenSetting]:
    """(name, dotted key, value) for each setting in the environment; NAME_FILE names a file that holds NAME. A list is
    written with commas between its values, with or without spaces; nothing is an empty one."""
    found: list[GivenSetting] = []
    plain, lists = _keys(Settings)
    keys = {key.replace(".", "__").upper(): key for key in (*plain, *lists)}
    for name, given in sorted(env.items()):
        base, raw = name.removesuffix("_FILE"), given.strip()
        named = _NAMED.get(name) or (_NAMED.get(base) if base != name else None)
        if named is None and name.startswith(_PREFIX) and name not in (CONFIG_FILE, ENV_FILE):
            stem = name.removeprefix(_PREFIX)
            named = keys.get(stem) or keys.get(stem.removesuffix("_FILE"))
            if named is None:
                known = [*keys, *(one.removeprefix(_PREFIX) for one in (CONFIG_FILE, ENV_FILE))]
                hint = difflib.get_close_matches(stem, known, 1)
                told = did_you_mean(_NO_SETTING, _PREFIX + hint[0] if hint else None)
                mistakes.append(Mistake(name, "", told))
        if named is None and (meant := _misspelt(name, env)):
            mistakes.append(Mistake(name, "", did_you_mean(_NO_SETTING, meant)))
        if named is None or (raw == "" and name in _NAMED):
            continue
        if name.endswith("_FILE") and name not in {_PREFIX + key for key in keys}:
            value = _secret(name, raw, mistakes)
        else:
            value = raw
        if value is not None:
            found.append((name, named, _listed(value) if named in lists else value))
    return found


def _misspelt(name: str, env: Mapping[str, str]) -> str | None:
    """The name of Discord's that this one looks like, where that is not set: others may have variables of their own."""
    if not name.startswith("DISCORD"):
        return None
    close = difflib.get_close_matches(name, [*_NAMED, *(one + "_FILE" for one in _NAMED)], 1, 0.8)
    return close[0] if close and close[0] not in env and close[0].removesuffix("_FILE") not in env else None


def _secret(name: str, path: str, mistakes: list[Mistake]) -> str | None:
    shown = path if "/" in path else Said("a file")  # without a folder it may be the secret itself
    try:
        text = read_text(Path(path)).strip()
    except OSError as error:
        told = Said("names {file}, which cannot be read ({error})", file=shown, error=reason_of(error))
        mistakes.append(Mistake(name, "", told))
    except TomlError:
        mistakes.append(Mistake(name, "", Said("names {file}, which holds no text", file=path)))
    else:
        if text:
            return text
        mistakes.append(Mistake(name, "", Said("names {file}, which is empty", file=path)))
    return None


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",")] if text.strip() else []


def _keys(model: type[BaseModel], prefix: str = "") -> tuple[list[str], list[str]]:
    """The settings that hold one value, and those that hold a list of such; tables have no variable."""
    plain: list[str] = []
    lists: list[str] = []
    for name, field in model.model_fields.items():
        part, inner = field.annotation, typing.get_args(field.annotation)
        if _is_table(part):
            one, several = _keys(part, f"{prefix}{name}.")
            plain, lists = plain + one, lists + several
        elif typing.get_origin(part) not in (tuple, dict):
            plain.append(prefix + name)
        elif typing.get_origin(part) is tuple and not _is_table(inner[0]):
            lists.append(prefix + name)
    return plain, lists


def _is_table(part: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(part, type) and issubclass(part, BaseModel)
