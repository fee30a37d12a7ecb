"""Numbers, dates, lists and names as another language writes them. The only module that knows Babel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.localedata import load
from babel.numbers import format_decimal

# What Babel loads of a language and of the world and is never asked for here: currencies, zones, units, scripts.
_UNASKED = (
    "compact_currency_formats", "compact_decimal_formats", "compound_unit_patterns", "currency_names",
    "currency_names_plural", "date_fields", "interval_formats", "meta_zones", "scripts", "time_zones",
    "unit_display_names", "unit_patterns", "variants",
)  # fmt: skip
_UNASKED_OF_THE_WORLD = (
    "all_currencies", "likely_subtags", "meta_zones", "territory_currencies", "territory_languages",
    "territory_zones", "windows_zone_mapping", "zone_aliases", "zone_territories",
)  # fmt: skip


def number_written(digits: str, language: str) -> str:
    """A number, given in digits with an English point: with a sign where it has one, and with all that is behind it.
    What has no digits, "nan" or "inf", stays as it is."""
    known, number = _locale(language), Decimal(digits)
    if not number.is_finite():
        return digits
    whole = known.decimal_formats[None].pattern.partition(".")[0]
    places = max(-int(number.as_tuple().exponent), 0)
    written = str(format_decimal(number, f"{whole}.{'0' * places}" if places else whole, known))
    return f"+{written}" if digits.startswith("+") else written


def date_written(skeleton: str, at: date, language: str) -> str:
    """A date with the parts that a skeleton of CLDR names, such as "yMMMd", in the language's order."""
    known = _locale(language)
    if skeleton in known.datetime_skeletons:
        return str(format_skeleton(skeleton, at, locale=known))
    return str(format_date(at, skeleton, known))


def list_written(items: Sequence[str], language: str) -> str:
    """All of them: "A, B et C"."""
    return format_list(items, locale=_locale(language))


def country_written(code: str, language: str) -> str | None:
    """A country by its ISO 3166-1 alpha-2 code; None for an unknown one."""
    return _locale(language).territories.get(code)


def language_written(code: str, language: str) -> str | None:
    """A language by its ISO 639 code; None for an unknown one."""
    return _locale(language).languages.get(code)


@cache
def _locale(language: str) -> Locale:
    """A language as Babel knows it, without what nobody asks for: three megabytes."""
    for data in (load("root"), load(language)):
        for name in _UNASKED:
            data.pop(name, None)
    for name in _UNASKED_OF_THE_WORLD:
        dict.clear(get_global(name))  # type: ignore[arg-type]
    return Locale(language)
