"""Where a text goes on to something else: entries of a live blog, items of a newsletter, headings of a roundup.

A sign alone says nothing ("Weather: …", "at 7:30"); several of them make the text a list of things apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from seeds.text.sentences import Sentence

_ENTRIES = 3  # signs from which on a text is a list
_ITEMS = 4  # parts between semicolons from which on a sentence is one
_BULLET = re.compile(r"[•▪■►◆●]|\*\*\*")
_STAMP = re.compile(r"\d{1,2}[:.h]\d\d\b")
_LABEL = re.compile(r"\w{2,20}(?: \w{1,20}){0,2}\s?[:：]")
_HEADING = re.compile(r"\w{2,20}(?: \w{1,20}){0,2}\.?$")  # "Burkina Faso.", with a capital each
_SIGN = re.compile(r"[:：;；؛•▪■►◆●]|\*\*\*|\d[.h]\d\d|\.\s\w{2,20}(?: \w{1,20}){0,2}\.\s")  # what any of them needs
_SEMICOLON = re.compile("[;；؛]")


def passages(text: str, cut: Sequence[Sentence], title_end: int) -> tuple[int, ...]:
    """Where in `text` the passages after the first begin, in order; `cut` are its sentences, the title the first."""
    if _SIGN.search(text) is None:
        return ()
    body = [one for one in cut if one.start >= title_end]
    signs = [one.start for one in body if _begins(text, one)]
    bullets = [found.start() for found in _BULLET.finditer(text, title_end)]
    apart = {place for found in (signs, bullets) if len(found) >= _ENTRIES for place in found}
    for one in cut:
        breaks = [found.end() for found in _SEMICOLON.finditer(text, one.start, one.end)]
        if len(breaks) + 1 >= _ITEMS:
            apart.update(breaks)
    first = body[0].start if body else 0
    return tuple(sorted(place for place in apart if place > first))


def _begins(text: str, one: Sentence) -> bool:
    """Whether a sentence begins with a time stamp or a label, or is a heading of its own."""
    if _STAMP.match(text, one.start) or _LABEL.match(text, one.start, one.end):
        return True
    heading = _HEADING.match(text, one.start, one.end)
    return heading is not None and heading[0].istitle()
