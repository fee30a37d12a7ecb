"""Write `lexicon/countries.tsv` and `regions.tsv`: what countries and larger regions are called in all languages.

The names come from the Unicode CLDR as the library Babel carries it (Unicode licence). Run it again after an
update of Babel with `python -m seeds.learning.build_countries`; the running bot only reads the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from babel import Locale
from babel.core import get_global

from seeds.lexicon.files import FOLDER

LANGUAGES = """
    en fr es pt it de nl sv no da fi is pl cs sk sl hr sr bg ro hu el ru uk tr az ar he fa ur hi bn ne si ta km mn my
    id ms tl vi th zh zh_Hant ja ko sw am ha so sq mk et lv lt ka hy kk ca
"""
# What the lexicon calls Norwegian, the CLDR knows by its written forms.
_CLDR = {"no": "nb"}
# Continents, dependencies without a voice of their own and CLDR's private codes are left out.
LEFT_OUT = """
    AC AQ AS AI AW AX BL BM BQ BV CC CK CP CQ CW CX DG EA EU EZ FK FO GF GG GI GP GS GU HM IC IM IO JE KY MF MO MP MQ
    MS NC NF NU PF PM PN PR RE SH SJ SX TA TC TF TK UM UN VG VI WF XA XB YT ZZ
"""
HEADER = """# What each country (by ISO 3166-1 code) is called, written by `python -m seeds.learning.build_countries`.
# Source: Unicode CLDR {version} through Babel, Unicode License v3 (https://www.unicode.org/license.txt).
# Adjectives, short names and inflected forms are kept by hand, in [adjectives] and [names] of each language.
"""


REGIONS_HEADER = """# What continents and their parts (by the UN's M49 code) are called; written like `countries.tsv`.
# Source: as there. A place's name inside one of these is no place of its own.
"""


def country_names() -> dict[str, dict[str, str]]:
    """Per country code, the CLDR's name in each language that has one."""
    return _names(lambda code: len(code) == 2 and code not in LEFT_OUT.split())


def region_names() -> dict[str, dict[str, str]]:
    """The same per code of a region."""
    return _names(str.isdecimal)


def _names(wanted: Callable[[str], bool]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES.split():
        for code, name in Locale.parse(_CLDR.get(language, language)).territories.items():
            if wanted(code):
                found.setdefault(code, {})[language] = name
    return dict(sorted(found.items()))


def write_names(path: Path, header: str, names: Mapping[str, Mapping[str, str]]) -> None:
    """Write a file: a line per code, its names in tab-separated columns."""
    languages = LANGUAGES.split()
    lines = ["\t".join(["code", *languages])]
    lines += ["\t".join([code, *(row.get(one, "") for one in languages)]) for code, row in names.items()]
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    version = get_global("cldr")["version"]
    write_names(FOLDER / "countries.tsv", HEADER.format(version=version), country_names())
    write_names(FOLDER / "regions.tsv", REGIONS_HEADER, region_names())
