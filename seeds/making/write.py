"""A watch's folder, written: what is said in `watch.toml` and `gazetteer.toml`, each entry with what taught it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seeds.learning.documents import Sample
from seeds.lexicon.load import Mission
from seeds.making.heard import Taught

_ROW = ("name", "kind", "capital", "region", "at", "common", "known", "forms")


@dataclass(frozen=True, slots=True)
class WatchDraft:
    """What a new watch is made of: lists of entries with the documents (or files of the lexicon) that taught each."""

    mission: Mission
    title: str
    country: str
    aliases: Taught
    people: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    camps: Taught
    resolutions: Mapping[int, tuple[str, ...]]
    false_friends: Taught
    contingents: Taught
    apart: Taught = field(default_factory=dict)
    places: tuple[dict[str, Any], ...] = ()

    def settings(self) -> dict[str, Any]:
        """The draft as `watch.toml` says it."""
        return {
            "title": self.title,
            "mission": self.mission.key,
            "theatre": self.mission.theatre[0],
            "aliases": list(self.aliases),
            "camps": list(self.camps),
            "false_friends": list(self.false_friends),
            "contingents": list(self.contingents),
            "apart": list(self.apart),
            "resolutions": list(self.resolutions),
            "people": {name: list(forms) for name, (forms, _) in self.people.items()},
        }


def write_watch(draft: WatchDraft, samples: Iterable[Sample], folder: Path) -> None:
    """Write a watch's files into a folder, all but what is learned from them. Raises OSError."""
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    for sample in samples:
        (folder / "documents" / f"{sample.id}.md").write_text(document_text(sample), encoding="utf-8")
    (folder / "watch.toml").write_text(watch_text(draft), encoding="utf-8")
    (folder / "gazetteer.toml").write_text(gazetteer_text(draft.country, draft.places), encoding="utf-8")


def watch_text(draft: WatchDraft) -> str:
    """The text of `watch.toml`."""
    return "\n".join(_watch(draft)) + "\n"


def _watch(draft: WatchDraft) -> Iterator[str]:
    yield "# A watch, made by `bluehelm watch new`: behind each entry stands the document that taught it, or the file"
    yield "# of the lexicon that knew it. What you add by hand goes into by_hand.toml, which is never written anew."
    yield ""
    yield f"title = {_told(draft.title)}"
    yield f"mission = {_told(draft.mission.key)}  # its key in the lexicon's missions.toml: names, acronyms, dates"
    yield f"theatre = {_told(draft.mission.theatre[0])}  # the country in which it works, by its ISO 3166-1 code"
    yield ""
    yield "# From this score on (0 to 1) a document is relevant."
    yield "threshold = 0.5"
    yield from _list("aliases", "Further names by which the mission goes; each decides alone.", draft.aliases)
    yield from _list("camps", "Camps that were the mission's alone.", draft.camps)
    yield from _list("false_friends", "Names that hold a place's name and mean something else.", draft.false_friends)
    yield from _list("contingents", "Whose soldiers the documents tell of, by ISO 3166-1 code.", draft.contingents)
    yield from _list("apart", "Whose own soldiers are there beside the mission.", draft.apart)
    yield from _list("resolutions", "The Security Council's resolutions on it, as far as known.", draft.resolutions)
    yield ""
    yield "# Who led the mission or its force, or speaks for it; a name counts beside the UN or the theatre."
    yield "[people]"
    for name, (forms, by) in draft.people.items():
        yield f"{_told(name)} = {_told(list(forms))}  # {', '.join(by)}"


def _list(key: str, about: str, entries: Mapping[Any, Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"# {about}"
    if not entries:
        yield f"{key} = []"
        return
    yield f"{key} = ["
    yield from (f"  {_told(entry)},  # {', '.join(by)}" for entry, by in entries.items())
    yield "]"


def gazetteer_text(country: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """The text of `gazetteer.toml`."""
    head = (
        f"# Places of {country}, made by `bluehelm watch new` from GeoNames (https://www.geonames.org, CC BY 4.0) and",
        "# the documents, which are named behind the places that they name. What each key means stands in",
        "# docs/watches.md; places added by hand go into by_hand.toml.",
        "",
        "place = [",
    )
    return "\n".join((*head, *(f"  {_place(row)}," + _by(row) for row in rows), "]")) + "\n"


def _place(row: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {_told(row[key])}" for key in _ROW if key in row) + " }"


def _by(row: Mapping[str, Any]) -> str:
    return f"  # {', '.join(row['by'])}" if row.get("by") else ""


def document_text(sample: Sample) -> str:
    """The text of a document's file."""
    facts = {"language": sample.language, "title": sample.title, **dict(sample.facts)}
    order = sorted(facts, key=lambda key: ["publisher", "date", "language", "title", key].index(key))
    lines = (f'{key}: "{facts[key]}"' if key == "title" else f"{key}: {facts[key]}" for key in order)
    return "\n".join(("---", *lines, "---", sample.text.strip())) + "\n"


def _told(value: Any) -> str:
    """A value as TOML writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
