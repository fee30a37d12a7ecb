"""One reading of a document: everything that all readers of it need, worked out once and only when first asked for.

Made for each document and dropped with it; nothing outlives it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, TypeVar

from seeds.model import Document
from seeds.text.fold import fold, origins
from seeds.text.language import language_code, same_press
from seeds.text.sentences import Sentence, sentences
from seeds.text.words import Word, split_words

T = TypeVar("T")
#: Tells the language of folded words, given what their source says of it.
Guess = Callable[[str | None, Sequence[str]], str | None]
#: Characters of a document that are read, title included; what it is about stands before.
LONGEST_READ = 10_000
_NOTHING = Document("")
_SHOUT = 12  # the least length of a line whose capitals mean nothing
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]")


class Reading:
    """A text being read: `text[:title_end]` is its title, and the rest what follows.

    `hint` is the language that its source names; `guess`, when given, may know better from the words. `document` is
    what the text is of.
    """

    def __init__(
        self,
        text: str,
        hint: str | None = None,
        title_end: int = 0,
        document: Document = _NOTHING,
        guess: Guess | None = None,
    ) -> None:
        self.text = text
        self.title_end = title_end
        self.document = document
        self.folded = fold(text)
        self._hint, self._guess = language_code(hint), guess
        self._made: dict[Hashable, Any] = {}

    def once(self, make: Callable[[Reading], T]) -> T:
        """What `make` makes of this reading, made when first asked for."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def language(self) -> str | None:
        """The language of the text, None when nobody knows."""
        return self._guess(self._hint, self.folded.split()) if self._guess else self._hint

    @cached_property
    def spoken(self) -> str | None:
        """The language that the words tell whatever their source says; None where the two differ."""
        return self.language if self._guess and self._guess(None, self.folded.split()) == self.language else None

    @cached_property
    def origins(self) -> Sequence[int]:
        """For every position of the folded text the position in the original."""
        return origins(self.text)

    @cached_property
    def words(self) -> Sequence[Word]:
        """The folded words with the punctuation between them."""
        return split_words(self.text, self.folded, self.origins)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The title as one sentence, then the sentences of the rest."""
        end = self.title_end
        title = (Sentence(0, end),) if end else ()
        rest = sentences(self.text[end:], self.language)
        return (*title, *(Sentence(one.start + end, one.end + end) for one in rest))

    def sentence_at(self, place: int) -> int:
        """The number of the sentence in which `text[place]` stands, or which is the last before it."""
        return max(bisect_right(self._starts, place) - 1, 0)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [one.start for one in self.sentences]

    @cached_property
    def lower(self) -> bool:
        """Whether the text uses no capitals at all, so that they can tell nothing."""
        return self.text == self.text.lower()

    @cached_property
    def katakana(self) -> bool:
        """Whether any Katakana stands in the text."""
        return _KATAKANA.search(self.text) is not None

    def shouted(self, place: int) -> bool:
        """Whether the line around `text[place]` is written in capitals only."""
        starts, loud = self._lines
        return loud[bisect_right(starts, place) - 1]

    @cached_property
    def _lines(self) -> tuple[Sequence[int], Sequence[bool]]:
        """Where each line begins, and whether it is a long one in capitals."""
        lines = self.text.split("\n")
        starts = [0, *accumulate(len(line) + 1 for line in lines)][:-1]
        return starts, [line.isupper() and len(line) > _SHOUT for line in lines]

    def original(self, start: int, end: int) -> str:
        """The original of `folded[start:end]`."""
        places = self.origins
        return self.text[places[start] : places[end]]

    def folded_of(self, start: int, end: int) -> str:
        """What `text[start:end]` folds to, without the spaces around it."""
        places = self.origins
        return self.folded[bisect_left(places, start) : bisect_left(places, end)].strip()

    def speaks(self, language: str) -> bool:
        """Whether the text may be in that language: it is, or nobody knows."""
        return not language or self.language is None or same_press(self.language, language)


def join(document: Document) -> tuple[str, int]:
    """The text that is read for a document, and where its title ends."""
    title = document.title.strip()[:LONGEST_READ]
    return f"{title}\n{document.summary.strip()}"[:LONGEST_READ], len(title)


def reading_of(document: Document, guess: Guess | None = None) -> Reading:
    """The reading of a document."""
    text, title_end = join(document)
    return Reading(text, document.language, title_end, document, guess)
