"""The language that is spoken, and sentences in it. Nothing is read as long as only English is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from bot.language.catalog import Catalog, read_catalog

ENGLISH = "en"
_FOLDER = Path(__file__).parent
_SPOKEN: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """The ISO 639-1 codes of the languages that can be spoken: English, and those that have a catalogue."""
    return (ENGLISH, *sorted(path.stem for path in _FOLDER.glob("*.po")))


def spoken() -> str:
    """The language that is spoken here."""
    return _SPOKEN.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak one of `languages` in what follows; of any other, English."""
    token = _SPOKEN.set(language if language in languages() else ENGLISH)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def one_of(*wishes: str | None) -> str:
    """The first of the wishes that can be spoken, "fr" as well as "fr_CA.UTF-8" or "fr-FR"; else English."""
    codes = (wish.replace("-", "_").partition("_")[0].partition(".")[0].casefold() for wish in wishes if wish)
    return next((code for code in codes if code in languages()), ENGLISH)


def N_(message: str) -> str:
    """The message itself: it is wrapped later, and belongs in the catalogue."""
    return message


def _(message: str) -> str:
    """The message in the language that is spoken."""
    known = _known()
    return message if known is None else known.one(message)


def in_context(context: str, message: str) -> str:
    """A word whose meaning depends on where it stands, as `_`."""
    known = _known()
    return message if known is None else known.one(message, context)


def plural(one: str, many: str, n: int, **holes: object) -> str:
    """A sentence that depends on a number, whose hole {n} holds it; the other holes are filled as they are named."""
    return ngettext(one, many, n).format(n=numeral(n), **holes)


def ngettext(one: str, many: str, n: int) -> str:
    """The form of a sentence that goes with a number, its holes not yet filled."""
    known = _known()
    return (one if n == 1 else many) if known is None else known.many(one, many, n)


def plural_forms(one: str, many: str) -> tuple[str, str]:
    """Both forms of a sentence, as `N_` the one of another: they are handed to `plural` later."""
    return one, many


def translated(text: str) -> str:
    """A text of another room, in the language that is spoken where that room worded it as a sentence."""
    if spoken() == ENGLISH:
        return text
    from config.sentence import Said  # noqa: PLC0415 - the process that draws pictures knows nothing of the house

    if not isinstance(text, Said):
        return text
    holes = {name: translated(one) if isinstance(one, str) else one for name, one in text.holes.items()}
    return _(text.form).format(**holes)


def numeral(number: int) -> str:
    """A whole number as it is written: "1,642", in French "1 642"."""
    if spoken() == ENGLISH:
        return f"{number:,}"
    return _written(str(number))


def decimal(number: float, form: str = "g") -> str:
    """A number with a point, laid out by one of Python's formats: of 0.5 by ".2f" it is "0.50", in French "0,50"."""
    digits = format(number, form)
    return digits if spoken() == ENGLISH else _written(digits.replace(",", ""))


def _written(digits: str) -> str:
    from bot.language.locales import number_written  # noqa: PLC0415 - costs four megabytes that English saves

    return number_written(digits, spoken())


def _known() -> Catalog | None:
    language = _SPOKEN.get()
    return None if language == ENGLISH else catalog_of(language)


@cache
def catalog_of(language: str) -> Catalog:
    """The catalogue of a language other than English, read once."""
    return read_catalog((_FOLDER / f"{language}.po").read_text("utf-8"))
