"""Numbers, dates, lists and names as another language writes them. The only module that knows Babel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal


def number_written(number: int, language: str) -> str:
    """A whole number."""
    return str(format_decimal(number, locale=language))


def date_written(skeleton: str, at: date, language: str) -> str:
    """A date with the parts that a skeleton of CLDR names, such as "yMMMd", in the language's order."""
    known = Locale(language).datetime_skeletons
    return str(
        format_skeleton(skeleton, at, locale=language) if skeleton in known else format_date(at, skeleton, language)
    )


def list_written(items: Sequence[str], language: str) -> str:
    """All of them: "A, B et C"."""
    return format_list(items, locale=language)


def country_written(code: str, language: str) -> str | None:
    """A country by its ISO 3166-1 alpha-2 code; None for an unknown one."""
    return Locale(language).territories.get(code)


def language_written(code: str, language: str) -> str | None:
    """A language by its ISO 639 code; None for an unknown one."""
    return Locale(language).languages.get(code)
