"""What is said, in the language of whoever reads it: English stands in the code, each other language in one file here.

A sentence is wrapped where it is said, `_("No feed is listed.")`, and one with numbers in both its forms,
`plural("{n} feed", "{n} feeds", n)`; holes are filled afterwards. A text that is kept in a table is marked there with
`N_` and wrapped when it is said. The language is that of the surrounding `with speaking("fr"):`, which stands where
a question or a delivery comes in.
"""

from bot.language.speech import (
    ENGLISH,
    N_,
    _,
    decimal,
    in_context,
    languages,
    ngettext,
    numeral,
    one_of,
    plural,
    plural_forms,
    speaking,
    spoken,
    translated,
)

__all__ = [
    "ENGLISH",
    "N_",
    "_",
    "decimal",
    "in_context",
    "languages",
    "ngettext",
    "numeral",
    "one_of",
    "plural",
    "plural_forms",
    "speaking",
    "spoken",
    "translated",
]
