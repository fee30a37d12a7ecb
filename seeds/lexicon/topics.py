"""Which concepts of the field a text contains, whatever its language: ambush, mandate, verdict, handover of a camp.

The concepts are data (`seeds/lexicon/topics.toml`), and so are their forms, in the file of each language, written as
`seeds/text/matcher.py` reads them. Text is read folded (`seeds/text/fold.py`), so the forms of scripts without spaces
are found inside runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from seeds.lexicon.load import Lexicon
from seeds.model import Topic
from seeds.text.matcher import PhraseMatcher, split_phrase
from seeds.text.reading import Reading


class TopicForm(NamedTuple):
    """One way to say something: what it means, the language it is of (None for all), and the words."""

    name: str
    language: str | None
    text: str


class Forms:
    """An index of forms that finds those in a text in time that grows with the text alone."""

    def __init__(self, forms: Iterable[TopicForm]) -> None:
        ordered = sorted(set(forms), key=lambda form: (form.name, form.language or "", form.text))
        self._matcher = PhraseMatcher((split_phrase(form.text), (form.name, form.language)) for form in ordered)

    def find(self, folded: str, language: str | None = None) -> frozenset[str]:
        """The names whose forms stand in a folded text.

        Languages share words that mean other things, so only the forms of `language` count, unless there are none
        (the language may be wrong or unknown).
        """
        return frozenset(self.where(folded, language))

    def where(self, folded: str, language: str | None = None) -> Mapping[str, frozenset[int]]:
        """The same names, each with where in the text its forms begin."""
        own: dict[str, set[int]] = {}
        others: dict[str, set[int]] = {}
        for start, _, form in self._matcher.finds(folded):
            name, spoken = form.value
            found = own if spoken is None or spoken == language else others
            found.setdefault(name, set()).add(start)
        return {name: frozenset(starts) for name, starts in (own or others).items()}


class Topics:
    """The concepts of the lexicon's table of topics."""

    def __init__(self, table: Mapping[str, Mapping[str, Any]]) -> None:
        self._known = {name: _topic(name, entry) for name, entry in table.items()}
        self._forms = Forms(
            TopicForm(name, language, text)
            for name, entry in table.items()
            for language, row in entry.items()
            if isinstance(row, list)
            for text in row
        )

    def of(self, reading: Reading) -> frozenset[Topic]:
        """The concepts in a text."""
        return frozenset(self._known[name] for name in reading.once(self.where))

    def where(self, reading: Reading) -> Mapping[str, frozenset[int]]:
        """The names of the concepts in a text, each with where in the folded text it is spoken of."""
        return self._forms.where(reading.folded, reading.language)


@lru_cache(maxsize=1)
def topic_finder(lexicon: Lexicon) -> Topics:
    """The concepts that all watches share."""
    return lexicon.keeper.kept("topics", lambda: Topics(lexicon.table("topics")))


def _topic(name: str, entry: Mapping[str, Any]) -> Topic:
    flags = {flag: entry.get(flag, False) for flag in ("means", "later", "echo")}
    return Topic(name, entry["tells"], entry.get("kind"), **flags)
