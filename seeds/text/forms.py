"""The spellings that texts are searched for, as they are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from seeds.text.fold import fold

_BRIEF = 2


class Shape(NamedTuple):
    """What a spelling asks of the text besides its letters, and the language it is of ("" for any).

    `proper` ones are names: case endings may follow them, and they begin with a capital where the script has any.
    `capitals` is how many of them a short all-capitals word asks of the text (UN, ONU; 0 for most forms), which is
    `brief` when it has no more than two letters. `plain` ones ask for nothing but the letters.
    """

    language: str = ""
    proper: bool = False
    capitals: int = 0
    brief: bool = False
    plain: bool = True


class Form(NamedTuple):
    """One spelling: folded for look-up (`" text "`), and its shape, which thousands of forms share."""

    folded: str
    shape: Shape

    @property
    def language(self) -> str:
        """The language it is of, "" for any."""
        return self.shape.language

    @property
    def proper(self) -> bool:
        """Whether it is a name."""
        return self.shape.proper

    @property
    def capitals(self) -> int:
        """How many capitals it asks of the text."""
        return self.shape.capitals


def _acronym_letters(word: str) -> int:
    bare = "".join(character for character in word if character.isalpha())
    return len(bare) if 2 <= len(bare) <= 4 and bare.isupper() else 0


def _capitals(text: str) -> int:
    if text == text.lower() or (text.istitle() and text.replace(" ", "").isalpha()):  # as nearly all are
        return 0
    return sum(_acronym_letters(word) for word in text.replace("-", " ").split() if word.isupper())


@cache
def _shape(language: str, proper: bool, capitals: int, brief: bool) -> Shape:
    """The one object for a shape: there are some hundred in all."""
    return Shape(language, proper, capitals, brief, not (proper or capitals))


def shape_of(text: str, language: str, proper: bool) -> Shape:
    """The shape of a spelling as it is written."""
    capitals = _capitals(text)
    return _shape(language, proper, capitals, capitals > 0 and len(text) <= _BRIEF)


def make_form(text: str, language: str = "", proper: bool = False) -> Form:
    """The form as it is looked up."""
    return Form(fold(text), shape_of(text, language, proper))


def unique(forms: Iterable[Form]) -> tuple[Form, ...]:
    """The forms without those that fold to the same look-up in the same language, or to nothing."""
    kept = {(form.folded, form.shape.language): form for form in forms if form.folded != " "}
    return tuple(kept.values())
