"""Which language a text is in: the one its source names, unless its own words plainly speak another.

Languages are ISO 639-1 codes as the lexicon uses them; None stands for a language that nobody knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

# What sources write, and what the lexicon calls it; what names no one language is unknown.
_ALIASES: Mapping[str, str | None] = {
    **dict.fromkeys(("nb", "nn"), "no"),
    **dict.fromkeys(("ms", "in"), "id"),
    **dict.fromkeys(("bs", "sh"), "hr"),
    **dict.fromkeys(("ary", "arz", "apc", "arq", "ajp", "aeb"), "ar"),
    **dict.fromkeys(("cmn", "yue", "zho"), "zh"),
    **dict.fromkeys(("fil", "tgl"), "tl"),
    "iw": "he",
    "mo": "ro",
    "pes": "fa",
    "prs": "fa",
    **dict.fromkeys(("", "und", "mul", "mis", "zxx"), None),
}
# Languages whose press shares names and acronyms, by the one that stands for them.
_SHARED: Mapping[str, str] = {"sv": "no", "da": "no", "af": "nl", "sr": "hr"}
_PRESS = {**{code: _SHARED.get(known, known) for code, known in _ALIASES.items() if known}, **_SHARED}
_FEW = 8  # words, of which fewer never outvote what the source says
_SHARE = 0.2  # of the words, which another language's own must be to outvote it …
_SHARE_UNKNOWN = 0.4  # … and to outvote a language of which no word is known
_TIMES, _MARGIN = 2, 4  # how far it must lead


def language_code(hint: str | None) -> str | None:
    """The language that a source's hint ("FR", "pt-BR", "nb") names; None where it names none ("und", "mul")."""
    code = (hint or "").strip().lower().replace("_", "-").partition("-")[0]
    return _ALIASES.get(code, code)


def same_press(one: str, two: str) -> bool:
    """Whether two languages share the names and acronyms of their press."""
    return one == two or _PRESS.get(one, one) == _PRESS.get(two, two)


class LanguageGuess:
    """Tells languages by words of theirs.

    `words` are folded words by language. Where two are equally likely, neither is told.
    """

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        spoken: dict[str, set[str]] = {}
        for language, row in words.items():
            for word in row:
                spoken.setdefault(word, set()).add(language)
        self._languages = frozenset(words)
        same: dict[frozenset[str], frozenset[str]] = {}  # most words have one language: a set for each would be many
        self._spoken: Mapping[str, frozenset[str]] = {
            word: same.setdefault(of := frozenset(row), of) for word, row in spoken.items()
        }

    def decide(self, hint: str | None, words: Sequence[str]) -> str | None:
        """The language of a text's folded words, given its source's `hint` as `language_code` tells it."""
        if hint is not None and len(words) < _FEW:
            return hint
        told = list(filter(None, map(self._spoken.get, words)))
        own = sum(hint in spoken for spoken in told) if hint is not None else 0
        if len(told) < _TIMES * own + _MARGIN and hint is not None:
            return hint  # no other language can have that many
        votes = Counter(chain.from_iterable(told)).most_common(2)
        if hint is None:
            alone = len(votes) == 1 or (len(votes) == 2 and votes[1][1] < votes[0][1])
            return votes[0][0] if alone else None
        language, count = votes[0]
        share = _SHARE if hint in self._languages else _SHARE_UNKNOWN
        return language if count >= max(share * len(words), _TIMES * own + _MARGIN) else hint
