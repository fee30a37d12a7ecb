"""What the lexicon knows of each language, as `make coverage` prints it and writes it to `seeds/lexicon/COVERAGE.md`.

Every subject of a language is known in `full`, in `part` or not at all (`none`), by the bars in SUBJECTS; what follows
from that for a report in that language is said in words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from seeds.lexicon.files import FOLDER, LanguageFiles, read_table

TARGET = FOLDER / "COVERAGE.md"
FULL, PART, NONE = "full", "part", "none"
_UNITS = ("mission", "force", "base", "convoy", "police", "envoy", "spokesman", "mandate", "withdrawal", "service")
HEAD = """# What is known of each language

Written by `make coverage` from the files in `languages/`; a test compares. `full` is what the list says, `part` is too
little to be relied on, and the last column says what follows. A report in a language with gaps is still flagged, for
names and places need no language.

- **recognition**: words for peacekeepers, for the organisation, and for four of its units (base, convoy, force …)
- **people**: how many countries' adjectives are known; some languages need none, for they use the country's name
- **tiers**: half of the markers of `tiers.toml`, and small words by which the language is told
- **harm**: words for killed and injured, nouns for every sort of victim, words that mark another incident
- **numbers**: number words up to ten and beyond
- **months**: months, days of the week, today and yesterday
- **scene**: what tells where it happened from where somebody is from, was taken to or spoke
- **attacks**: half of the kinds of incident
- **topics**: half of the topics by which reports are joined to stories
"""

Section = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """A section of a language's file: how well it is known (`level`), and what a report loses if it is not."""

    name: str
    level: Callable[[Section], str]
    in_part: str
    without: str

    def said(self, level: str) -> str:
        """What a report loses at that level; "" for nothing."""
        return {FULL: "", PART: self.in_part, NONE: self.without}[level]


@cache
def _defined(name: str) -> Section:
    return read_table(FOLDER / f"{name}.toml")


def _graded(full: bool, anything: object) -> str:
    return FULL if full else PART if anything else NONE


def _recognition(roles: Section) -> str:
    named = "un" in roles and ("peacekeeper" in roles or "peacekeeping" in roles)
    return _graded(named and sum(unit in roles for unit in _UNITS) >= 4, roles)


def _tiers(tiers: Section) -> str:
    markers, defined = tiers.get("marker", {}), _defined("tiers")["marker"]
    return _graded("language" in tiers and 2 * len(markers) >= len(defined), markers)


def _harm(harm: Section) -> str:
    nouns = harm.get("one", {}).keys() >= {"peacekeepers", "soldiers", "civilians", "people", "attackers"}
    return _graded(nouns and {"killed", "injured"} <= harm.keys() and {"elsewhere", "stop"} <= harm.keys(), harm)


def _numbers(numbers: Section) -> str:
    small = {str(number) for number in range(2, 11)} <= numbers.keys()
    return _graded(small and ("20" in numbers or "tens" in numbers), numbers)


def _months(months: Section) -> str:
    return _graded({"month", "weekday", "today", "yesterday"} <= months.keys(), months)


def _scene(scene: Section) -> str:
    return _graded({"region", "unit", "taken", "said"} <= scene.keys(), scene)


def _share(name: str) -> Callable[[Section], str]:
    """At least half of the concepts of a table."""
    return lambda section: _graded(2 * len(section) >= len(_defined(name)), section)


SUBJECTS = (
    Subject("roles", _recognition, "flagged by few words", "flagged by names alone"),
    Subject("tiers", _tiers, "tiered by few markers", "tiered by facts and dates alone"),
    Subject("harm", _harm, "counted by few words", "never counted"),
    Subject("numbers", _numbers, "small numbers in words", "numbers in digits alone"),
    Subject("months", _months, "few words for days", "dates in digits alone"),
    Subject("scene", _scene, "scene by few words", "no scene"),
    Subject("attacks", _share("attacks"), "few kinds of incident", "no kind of incident"),
    Subject("topics", _share("topics"), "joined by few topics", "joined without topics"),
)
_TITLES = {"roles": "recognition"}


def languages() -> dict[str, dict[str, Any]]:
    """The parsed files by code, in the order of the codes."""
    paths = sorted(LanguageFiles(FOLDER).paths)
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def levels(file: Section) -> dict[str, str]:
    """How well each subject is known, by the language's own file."""
    return {subject.name: subject.level(file.get(subject.name, {})) for subject in SUBJECTS}


def known_of(code: str, files: Mapping[str, Section]) -> dict[str, str]:
    """How well each subject is known of a language, or else of the one that it is read `like`."""
    file = files[code]
    own = levels(file)
    other = known_of(file["like"], files) if "like" in file else own
    return {name: other[name] if level == NONE else level for name, level in own.items()}


def meaning(known: Mapping[str, str]) -> str:
    """What follows for a report in the language."""
    if all(known[subject.name] == NONE for subject in SUBJECTS if subject.name != "roles"):
        return "flagged, never counted" if known["roles"] == FULL else "flagged by few words, never counted"
    said = (subject.said(known[subject.name]) for subject in SUBJECTS)
    return ", ".join(filter(None, said)) or "all"


def _called(file: Section, files: Mapping[str, Section]) -> str:
    return f"{file['name']}, read like {files[file['like']]['name']}" if "like" in file else str(file["name"])


def table() -> str:
    """The table, in Markdown."""
    titles = [_TITLES.get(subject.name, subject.name) for subject in SUBJECTS]
    titles.insert(1, "people")
    rows = []
    files = languages()
    for code, file in files.items():
        known = known_of(code, files)
        cells = [known[subject.name] for subject in SUBJECTS]
        cells.insert(1, str(len(file.get("adjectives", {}))))
        rows.append(f"| {code} | {_called(file, files)} | {' | '.join(cells)} | {meaning(known)} |")
    whole = sum(row.endswith("| all |") for row in rows)
    count = f"\n{len(rows)} languages, {whole} of them known in full.\n"
    head = f"| | language | {' | '.join(titles)} | a report in it is |"
    return "\n".join([HEAD + count, head, "|---|---|" + "---|" * len(titles) + "---|", *rows, ""])


if __name__ == "__main__":
    TARGET.write_text(table(), encoding="utf-8")
    print(table())
