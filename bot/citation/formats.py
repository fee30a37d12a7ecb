"""References in the formats of reference managers: BibTeX, RIS and CSL-JSON. Pure.

Dates are only as exact as they are known. Every record has a note that finds the wording again and proves it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.citation.reference import Reference
from seeds.model import When

_PARTS = {"year": 1, "month": 2, "day": 3, "instant": 3}
# What TeX takes for its own; unbalanced braces would end a field, so they are named.
_TEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{sign: "\\" + sign for sign in "$&#_%"},
})  # fmt: skip
# An address is taken as it stands, save for what could end the field.
_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


@dataclass(frozen=True, slots=True)
class CitationFormat:
    """A file format: what members call it, the end of its file's name, its media type, and who writes it."""

    name: str
    suffix: str
    media_type: str
    write: Callable[[Sequence[Reference]], str]


def _bibtex(references: Sequence[Reference]) -> str:
    return "\n".join(map(_bibtex_entry, references))


def _bibtex_entry(one: Reference) -> str:
    fields = {
        "title": f"{{{_tex(one.title)}}}",
        "organization": f"{{{_tex(one.publisher)}}}" if one.publisher else "",
        "publisher": f"{{{_tex(one.publisher)}}}" if one.publisher else "",
        "date": _iso(one.published),
        "year": _iso(one.published)[:4],
        "url": (one.url or "").translate(_ADDRESS),
        "urldate": _day(one.read),
        "language": _tex(one.language),
        "abstract": _tex(" ".join(one.quotes)),
        "note": _tex(_note(one)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@online{{{_key(one)},", *lines, "}", ""))


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _ris(references: Sequence[Reference]) -> str:
    return "".join(f"{tag}  - {value}\r\n" for one in references for tag, value in _ris_fields(one))


def _ris_fields(one: Reference) -> Iterable[tuple[str, str]]:
    year, month, day = (*_numbers(one.published), "", "", "")[:3]
    fields = (
        ("ID", _key(one)),
        ("TI", one.title),
        ("T2", one.publisher),
        ("PB", one.publisher),
        ("PY", year),
        ("DA", f"{year}/{month}/{day}/" if year else ""),
        ("Y2", f"{_day(one.read).replace('-', '/')}/"),
        ("UR", one.url or ""),
        ("LA", one.language),
        ("AB", " ".join(one.quotes)),
        ("N1", _note(one)),
    )
    yield "TY", "ELEC"
    yield from ((tag, value) for tag, value in fields if value)
    yield "ER", ""


def _csl(references: Sequence[Reference]) -> str:
    return json.dumps([_csl_item(one) for one in references], ensure_ascii=False, indent=2) + "\n"


def _csl_item(one: Reference) -> dict[str, object]:
    issued = [int(part) for part in _numbers(one.published)]
    fields: Mapping[str, object] = {
        "id": _key(one),
        "type": "webpage",
        "title": one.title,
        "container-title": one.publisher,
        "publisher": one.publisher,
        "issued": {"date-parts": [issued]} if issued else None,
        "accessed": {"date-parts": [[int(part) for part in _day(one.read).split("-")]]},
        "URL": one.url,
        "language": one.language,
        "abstract": " ".join(one.quotes),
        "note": _note(one),
    }
    return {name: value for name, value in fields.items() if value}


def _key(one: Reference) -> str:
    """A name for the record that is unique and plain: publisher, year, item and wording."""
    plain = unicodedata.normalize("NFKD", one.publisher).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]", "", plain.casefold())[:24] or "item"
    return f"{slug}{_iso(one.published)[:4]}-{one.entry}.{one.number}"


def _note(one: Reference) -> str:
    """Where it is kept, when it was read, and the hash that proves the words."""
    at = one.read.astimezone(UTC).isoformat(timespec="minutes")
    of = f", story {one.story}" if one.story else ""
    other = f"; first read {_minute(one.first[0])} in other words ({one.first[1]})" if one.first else ""
    hashed = f". BLAKE2b-96 of title and lead: {one.content_hash}" if one.content_hash else ""
    return f"Item {one.name}{of}; as read {at}{other}{hashed}".replace("+00:00", "Z")


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="minutes")


def _numbers(when: When | None) -> tuple[str, ...]:
    """Year, month and day, as far as they are known."""
    return () if when is None else tuple(_day(when.start).split("-")[: _PARTS[when.precision]])


def _iso(when: When | None) -> str:
    return "-".join(_numbers(when))


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()


CITATION_FORMATS: Mapping[str, CitationFormat] = {
    "bibtex": CitationFormat("BibTeX", "bib", "application/x-bibtex", _bibtex),
    "ris": CitationFormat("RIS", "ris", "application/x-research-info-systems", _ris),
    "csl": CitationFormat("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", _csl),
}
