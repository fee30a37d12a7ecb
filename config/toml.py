"""TOML as every reader here takes it: what Python's own reader trips over is a mistake like any other."""

from __future__ import annotations

import re
import sys
import tomllib
from typing import Any

_DIGITS = re.compile("[0-9_]+")


def read_toml(text: str) -> dict[str, Any]:
    """The tables of a text. Raises tomllib.TOMLDecodeError, also for absurdly long numbers and absurd nesting."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("It is nested too deeply") from None
    except ValueError as error:
        raise tomllib.TOMLDecodeError(f"{_absurd(text) or error}") from None


def _absurd(text: str) -> str:
    """The mistake of a whole number that is longer than Python turns into one; "" when that is not it."""
    most = sys.get_int_max_str_digits()
    for number, line in enumerate(text.splitlines(), 1):
        if any(len(digits.replace("_", "")) > most for digits in _DIGITS.findall(line)):
            return f"A number has more than {most:,} digits (at line {number})"
    return ""
