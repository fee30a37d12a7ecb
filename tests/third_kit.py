"""A language that nobody speaks: every text of the catalogue stands in brackets, so that whatever stands in none was
said past it. What fills a sentence's holes stands outside, and shows for what it is."""

from __future__ import annotations

import re
from contextlib import contextmanager

from babel.messages.pofile import write_po

from bot.desk.channel.commands import SETTINGS
from bot.desk.commands import COMMANDS
from bot.language import speech
from feeds.query.meaning import KEY_ALIASES, QUERY_KEYS
from tests.catalog import template

THIRD = "de"  # German has a locale at Discord
_HOLE = re.compile(r"(\{[^{}]*\}|%\(\w+\)s)")
# What is typed as it stands in every language.
_TYPED = {word for one in COMMANDS for text in (
    one.name, one.cli, *one.aliases, *one.examples, *(str(each) for each in (*one.arguments, *one.offered)),
    *(choice for each in one.arguments for choice in each.choices),
) for word in re.findall(r"[a-z]+", text)} | {*QUERY_KEYS, *KEY_ALIASES, *SETTINGS}  # fmt: skip


def pretended(text):
    """A translation that nobody takes for English: its holes, and between them its words in brackets."""
    return "".join(
        piece if _HOLE.fullmatch(piece) or not piece.strip() else f"⟦{piece}⟧" for piece in _HOLE.split(text)
    )


@contextmanager
def third_language(folder):
    """The language of one file in `folder`, which is the only one beside English meanwhile."""
    made = template()
    made.locale = THIRD
    for one in made:
        if one.id and one.context in ("command", "option", "example", "before a number"):
            one.string = one.id
        elif one.id:
            one.string = pretended(one.id) if isinstance(one.id, str) else tuple(map(pretended, one.id))
    with (folder / f"{THIRD}.po").open("wb") as file:
        write_po(file, made)
    before, speech._FOLDER = speech._FOLDER, folder
    _forget()
    try:
        yield THIRD
    finally:
        speech._FOLDER = before
        _forget()


def _forget():
    speech.languages.cache_clear()
    speech.catalog_of.cache_clear()


def outside(text):
    """What of a text stands in no brackets, line by line; what a cut left open counts to its end."""
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = less
    return [re.sub(r"⟦.*", "", line) for line in text.splitlines()]


def english(text, given=()):
    """The lines of a text with words that stand in no brackets, are not typed so in every language, nor `given`: words
    are small letters alone, so data are written in capitals, and paths, addresses and settings hold other signs."""
    known = _TYPED | set(given)
    found = ((line, [word.strip(".,;:!?…()[]<>“”'\"·") for word in line.split()]) for line in outside(text))
    return [line for line, words in found if any(re.fullmatch(r"[a-z]{2,}", one) and one not in known for one in words)]
