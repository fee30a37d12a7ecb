"""What languages are called, and which of them can be read: from the lexicon's files. Pure but for these."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.language import ENGLISH, _, spoken
from seeds.lexicon.files import FOLDER

_NAME = re.compile(r'^name = "([^"]+)"', re.MULTILINE)
SEVERAL = "mul"


@cache
def languages_read() -> Mapping[str, str]:
    """The English name of each language that recognition knows, by its ISO 639 code."""
    found = {path.stem: _NAME.search(path.read_text("utf-8")) for path in (FOLDER / "languages").glob("*.toml")}
    return {code: name[1] for code, name in sorted(found.items()) if name}


def language_name(code: str) -> str:
    """A language's name; of one that nobody knows, its code."""
    if code == SEVERAL:
        return _("several languages")
    known = languages_read().get(code, code)
    if spoken() == ENGLISH:
        return known
    from bot.language.locales import language_written  # noqa: PLC0415 - costs four megabytes that English saves

    return language_written(code, spoken()) or known
