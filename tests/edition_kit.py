"""Two editions of a page, English and French: what one names and the other does not, section by section."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import zip_longest

from bot.language.speech import catalog_of
from tests import paper_kit as papers

_NUMBER = re.compile(r"\d+(?:[,\u00a0]\d{3})*")
# The names of settings, as what `check` says begins with them.
_KEY = re.compile(r"(?:\b(?:channel|watch|database)|[a-z_]+[\[.][a-z_\[\].\d]+)(?=: )")
_LEVELS = {"warning:": "attention :", "note:": "note :"}
_GAP = re.compile(rf"…|\d+|DISCORD_TOKEN:?|{_KEY.pattern}: |{'|'.join((*_LEVELS, *_LEVELS.values()))}")


def english(line):
    """A French command with what stands for its values as in English; the words of a note are anybody's."""
    known = {said.strip("[]"): told.strip("[]") for told, said in _messages() if told.isupper()}
    words = [known.get(word, word) for word in line.split()]
    return " ".join(words[:3] if words[:2] == ["bluehelm", "note"] else words)


def differences(page, french):
    """What one edition holds and the other does not: code, numbers, rows of tables and links, by number of section."""
    pairs = zip_longest(papers.sections(page), papers.sections(french), fillvalue="")
    return [(at, *found) for at, pair in enumerate(pairs) for found in (_code(*pair), *_counts(*pair)) if any(found)]


def _counts(ours, theirs):
    for found in (_numbers, _rows, lambda section: [len(papers.links_in(section))]):
        left, right = Counter(found(ours)), Counter(found(theirs))
        yield sorted((left - right).elements()), sorted((right - left).elements())


def _code(ours, theirs):
    """The spans of code that only one of the two sections has."""
    left, right = papers.code(ours), list(map(_plain, papers.code(theirs)))
    lacking = []
    for span in left:
        said = next((one for one in right if _same(span, one)), None)
        lacking += [span] if said is None else []
        right = right if said is None else [*right[: right.index(said)], *right[right.index(said) + 1 :]]
    return lacking, right


def _same(span, french):
    """Whether a French span is the English one or, as what is not said in the log has to be, its translation."""
    if span.startswith(tuple(_LEVELS)):
        return french.startswith(_LEVELS[span.split()[0]]) and _translated(span, french)
    return english(span) == english(french) or _translated(span, french)


def _translated(span, french):
    """Whether two spans are the same parts of one message of the catalogue, of the same settings."""
    parts, said = _parts(span), _parts(french)
    fits = any(all(one in told for one in parts) and all(one in form for one in said) for told, form in _messages())
    return _KEY.findall(span) == _KEY.findall(french) and bool(parts) == bool(said) and fits


def _parts(span):
    return [part.strip() for part in _GAP.split(span) if part.strip(" :")]


@cache
def _messages():
    """Each message of the French catalogue with each form that it has there."""
    return {(key[1], _plain(form)) for key, forms in catalog_of("fr").messages.items() for form in forms}


def _plain(text):
    return re.sub("[\u00a0\u202f]", " ", text)


def _numbers(section):
    return [re.sub(r"\D", "", one) for one in _NUMBER.findall(papers.prose(section))]


def _rows(section):
    return [line.count(" | ") for line in section.splitlines() if line.startswith("|")]
