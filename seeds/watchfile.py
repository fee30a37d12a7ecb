"""What a `watch.toml` may say: keys and the shape of their values, with mistakes named by file and line."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from config.lines import key_lines, line_of
from config.mistakes import did_you_mean
from config.sentence import Said, strung
from config.toml import TomlError, read_toml
from seeds.lexicon.files import LexiconError

#: The score (0..1) from which a document is relevant where a watch's files name none.
USUAL_THRESHOLD = 0.5
#: Places of a gazetteer where many people live, and a place beside the theatre by which a map is known.
TOWNS, LANDMARK = ("city", "town"), "landmark"
#: From how many of them on a map needs no others.
FEWEST_TOWNS = 5
_WHERE = ("inside", "beginning", "anywhere")
Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, int) and not isinstance(one, bool) for one in value)


def _share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _people(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_texts, value.values()))


def _doubts(value: Any) -> bool:
    return isinstance(value, dict) and all(one in _WHERE for one in value.values())


_LISTS = ("aliases", "misspelt", "camps", "ordinary", "false_friends", "block", "allow", "apart", "contingents")
_KEYS: Mapping[str, tuple[Check, str]] = {
    "title": (_text, Said("is not a text")),
    "mission": (_text, Said("is not a text")),
    "theatre": (_text, Said("is not a text")),
    "threshold": (_share, Said("is not a number from 0 to 1")),
    **dict.fromkeys(_LISTS, (_texts, Said("is not a list of texts"))),
    "resolutions": (_numbers, Said("is not a list of numbers")),
    "people": (_people, Said("is not a table of names, each with a list of texts")),
    "doubtful": (_doubts, Said("is not a table of languages, each with one of {wheres}", wheres=", ".join(_WHERE))),
}
_NEEDED = ("title", "mission")


def parse_watchfile(text: str, name: str) -> dict[str, Any]:
    """The settings that a file's text holds. Raises LexiconError naming the file (`name`) and line of every mistake."""
    return _parsed(text, name, _NEEDED)


def parse_by_hand(text: str, name: str) -> dict[str, Any]:
    """What a file's text adds to a watch by hand: settings as above, none of them needed, and places under `place`."""
    return _parsed(text, name, (), frozenset({"place"}))


def _parsed(text: str, name: str, needed: Iterable[str], more: Container[str] = ()) -> dict[str, Any]:
    try:
        settings = read_toml(text)
    except TomlError as error:
        raise LexiconError(error.at(name)) from error
    if problems := list(_problems({key: value for key, value in settings.items() if key not in more}, needed)):
        lines = key_lines(text)
        places = ((f"{name}:{line_of(lines, (key,)) or 1}: {key}", told) for key, told in problems)
        raise LexiconError(strung("\n", (strung(" ", each) for each in places)))
    return settings


def _problems(settings: Mapping[str, Any], needed: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key in needed:
        if key not in settings:
            yield key, Said("is missing")
    for key, value in settings.items():
        check, wrong = _KEYS.get(key, (None, ""))
        if check is None:
            close = get_close_matches(key, _KEYS, 1)
            yield key, did_you_mean(Said("is no setting of a watch"), close[0] if close else None)
        elif not check(value):
            yield key, wrong
