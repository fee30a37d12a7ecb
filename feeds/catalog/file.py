"""The operator's list of feeds: a TOML file, read with every mistake named at once, and OPML for exchange."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from config.legible import plain_sentence
from config.lines import KeyPath, key_lines, line_of
from config.mistakes import Mistake, Problem, by_line, did_you_mean, key_name
from config.sentence import Said, strung, why_unread
from config.toml import TomlError, read_around, read_text
from feeds.model import Feed, Standing
from feeds.model.teams import owner_of
from feeds.parsing import html
from feeds.parsing.urls import canonical, host_of
from feeds.web.credentials import scrubbed, without_secrets
from feeds.web.guard import origin

_CODES = {
    "language": Said("should be a code of two or three small letters, such as fr"),
    "section": Said("should be small letters and -, such as un"),
    "country": Said("should be a code of two capital letters, such as FR"),
}
_MISSING = Said("is missing")
_BLOCK = 8  # lines that a feed's table has
_NO_TABLE = Said("is not a table of a catalogue, which has only [[feed]]")


class CatalogError(Exception):
    """The catalogue cannot be used; `found` holds all mistakes, each with file, line and feed, `mistakes` as lines."""

    def __init__(self, found: Sequence[Mistake]) -> None:
        self.found = tuple(found)
        self.mistakes = tuple(map(str, found))
        super().__init__(strung("\n", self.mistakes))


def _address(url: str) -> str:
    if origin(url) is None or re.search(r"\s", url):
        raise ValueError(Said("is no http or https address"))
    return url


def _usable(url: str) -> bool:
    """Whether an address may stand in a catalogue."""
    return origin(url) is not None and re.search(r"\s", url) is None and len(url) <= 2000


def _unowned(name: str) -> str:
    if owner_of(name):
        raise ValueError(Said("should not end with @ and a number, as those of servers do"))
    return name


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_unowned)]
    url: Annotated[str, Field(max_length=2000), AfterValidator(_address)]
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    section: str = Field("media", pattern=r"^[a-z][a-z-]{0,30}$")
    standing: Standing = "outlet"
    enabled: bool = True
    interval: int | None = Field(None, ge=1, le=1440)
    publisher: str | None = None
    notes: str = ""
    country: str = Field("", pattern=r"^([A-Z]{2})?$")


def load_catalog(path: Path) -> tuple[Feed, ...]:
    """The feeds of a catalogue file in its order, the disabled ones too.

    Raises CatalogError with every mistake: wrong or misspelt keys, two feeds of one name or address, no feeds.
    """
    try:
        return parse_catalog(read_text(path), str(path))
    except OSError as error:
        raise CatalogError([Mistake(str(path), "", why_unread(error))]) from error
    except TomlError as error:
        raise CatalogError([_broken(str(path), error)]) from error


def parse_catalog(text: str, where: str) -> tuple[Feed, ...]:
    """As `load_catalog`, for the text of a catalogue; `where` names it in the mistakes."""
    text, tree, errors = read_around(text)
    broken = [_broken(where, error) for error in errors]
    problems: list[Problem] = [((key,), _NO_TABLE) for key in tree if key != "feed"]
    rows = tree.get("feed", [])
    if not isinstance(rows, list) or not rows:
        none = broken or [Mistake(where, "", Said("holds no [[feed]]"))]
        raise CatalogError([*_located(problems, where, text), *none])
    feeds: list[Feed] = []
    seen: dict[tuple[str, str], str] = {}
    for number, row in enumerate(rows):
        feed, found = _feed(row)
        problems += [(("feed", number, *key), told) for key, told in (*found, *_twins(row, seen))]
        feeds += [feed] if feed else []
    if problems or broken:
        told = [one for one in _located(problems, where, text, rows) if not _follows(one, broken)]
        raise CatalogError(by_line((*broken, *told)))
    return tuple(feeds)


def _follows(told: Mistake, broken: Sequence[Mistake]) -> bool:
    """Whether something is only missing from a feed because its line is broken: one in the feed's next few lines."""
    near = any(told.line and one.line and 0 <= one.line - told.line <= _BLOCK for one in broken)
    return near and told.text.endswith(_MISSING)


def _broken(where: str, error: TomlError) -> Mistake:
    return Mistake(where, "", Said("is not valid TOML: {told}", told=str(error)), error.line)


def new_feed(**values: Any) -> Feed:
    """A feed of these values, checked as a row of the file is. Raises CatalogError with every mistake."""
    feed, problems = _feed({key: value for key, value in values.items() if value is not None})
    if feed is None:
        raise CatalogError([Mistake("", key_name(key), told) for key, told in problems])
    return feed


def _feed(row: Any) -> tuple[Feed | None, list[Problem]]:
    try:
        return Feed(**_Row.model_validate(row).model_dump()), []
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        return None, [(problem["loc"], _sentence(problem)) for problem in problems]


def _sentence(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(problem["loc"][-1]), _Row.model_fields, 1)
        return did_you_mean(Said("is not a key of a feed"), close[0] if close else None)
    if problem["type"] == "string_pattern_mismatch":
        return _CODES[problem["loc"][-1]]
    return plain_sentence(problem)


def _located(problems: Iterable[Problem], where: str, text: str, rows: Sequence[Any] = ()) -> list[Mistake]:
    """The problems with their lines; what is missing is on the line on which its feed begins."""
    lines = key_lines(text)
    return [Mistake(where, _named(path, rows), told, line_of(lines, path)) for path, told in problems]


def _named(path: KeyPath, rows: Sequence[Any]) -> str:
    """A key as operators know it: "feed 'Radio': url"."""
    match path:
        case ("feed", int(number), *key):
            name = rows[number].get("name") if isinstance(rows[number], dict) else None
            called = Said("feed {name}", name=repr(name) if isinstance(name, str) else number + 1)
            return strung(": ", filter(None, (called, key_name(tuple(key)))))
        case _:
            return key_name(path)


def _twins(row: Any, seen: dict[tuple[str, str], str]) -> Iterator[Problem]:
    """The name or the address that a row shares with one before it; `seen` are those, each with the name of its row."""
    for key in ("name", "url") if isinstance(row, dict) else ():
        value = row.get(key)
        mark = key, str(value).casefold() if key == "name" else str(value)
        if mark in seen:
            yield (key,), Said("is that of another feed ({name})", name=seen[mark])
        elif value is not None:
            seen[mark] = str(row.get("name"))


def dumps(feeds: Iterable[Feed]) -> str:
    """A catalogue file's text; only what differs from the defaults is written."""
    return "\n".join(_table(feed) for feed in feeds)


def _table(feed: Feed) -> str:
    plain = _Row(name=feed.name, url=feed.url, language=feed.language)
    lines = ["[[feed]]"]
    for key in _Row.model_fields:
        value = getattr(feed, key)
        if key in {"name", "url", "language"} or value != getattr(plain, key):
            lines.append(f"{key} = {_literal(value)}")
    return "\n".join(lines) + "\n"


def _literal(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


def to_opml(feeds: Sequence[Feed], title: str = "Bluehelm feeds") -> bytes:
    """OPML 2.0 with an outline for each section. What OPML has no attribute for travels as categories."""
    from xml.etree import ElementTree  # noqa: PLC0415 - half a megabyte for an export that is rarely asked for

    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    for section in dict.fromkeys(feed.section for feed in feeds):
        outline = ElementTree.SubElement(body, "outline", text=section, title=section)
        for feed in feeds:
            if feed.section == section:
                ElementTree.SubElement(outline, "outline", _attributes(feed))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _attributes(feed: Feed) -> dict[str, str]:
    facts = {"section": feed.section, "language": feed.language, "standing": feed.standing}
    if not feed.enabled:
        facts["enabled"] = "no"
    if feed.interval:
        facts["interval"] = str(feed.interval)
    if feed.publisher:
        facts["publisher"] = quote(feed.publisher, safe=" ")
    found = {
        "type": "rss",
        "text": feed.name,
        "title": feed.name,
        "xmlUrl": without_secrets(feed.url),
        "htmlUrl": f"https://{host_of(feed.url)}/",
        "language": feed.language,
        "category": ",".join(f"/{key}/{value}" for key, value in facts.items()),
        "description": feed.notes,
    }
    return {key: _XML_FORBIDS.sub("", value) for key, value in found.items() if value}


def from_opml(document: bytes, language: str = "mul") -> tuple[Feed, ...]:
    """The feeds of an OPML list, nested ones with their folder as section, each address once.

    `language` is for feeds that do not tell theirs. Raises CatalogError when there is nothing to read.
    """
    import listparser  # noqa: PLC0415 - lxml comes with it, for one command

    found = listparser.parse(document)
    rows = {row.url: row for row in found.feeds if canonical(row.url) and _usable(row.url)}
    if not rows:
        text = Said("the OPML file lists no feed")
        if found.bozo:
            text = Said("the OPML file lists no feed and is not well-formed")
        raise CatalogError([Mistake("", "", text)])
    return unknown_feeds((_imported(row, language) for row in rows.values()), ())


def unknown_feeds(found: Iterable[Feed], known: Iterable[Feed]) -> tuple[Feed, ...]:
    """The feeds whose address is not known yet, renamed where their name is taken."""
    addresses = {feed.url for feed in known}
    taken = {feed.name.casefold() for feed in known}
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(2))
    added = []
    for feed in found:
        if feed.url not in addresses:
            added.append(_renamed(feed, taken, numbers[feed.name[:90].casefold()]))
            addresses.add(feed.url)
            taken.add(added[-1].name.casefold())
    return tuple(added)


def _renamed(feed: Feed, taken: Collection[str], numbers: Iterator[int]) -> Feed:
    """The feed under a name that is free, by the next number that was not tried for its name yet."""
    names = itertools.chain([feed.name], (f"{feed.name[:90]} ({number})" for number in numbers))
    return replace(feed, name=next(name for name in names if name.casefold() not in taken))


def _imported(row: Any, language: str) -> Feed:
    facts = {path[0]: unquote(path[1]) for path in row.get("categories", []) if len(path) == 2 and path[0] in _FACTS}
    folders = [path[-1] for path in row.get("categories", []) if len(path) == 1]
    section = re.sub(r"[^a-z]+", "-", (facts.get("section") or next(iter(folders), "media")).lower()).strip("-")
    values = {
        "name": (scrubbed(html.plain_line(row.title)) or host_of(row.url))[:100],
        "url": row.url,
        "language": facts.get("language", language),
        "section": section[:31] or "media",
        "standing": facts.get("standing", "outlet"),
        "enabled": facts.get("enabled") != "no",
        "interval": int(facts["interval"]) if re.fullmatch(r"[0-9]{1,9}", facts.get("interval", "")) else None,
        "publisher": facts.get("publisher"),
    }
    try:
        return Feed(**_Row.model_validate(values).model_dump())
    except ValidationError:  # someone else's categories under our names
        return Feed(values["name"], row.url, language, section[:31] or "media")


_FACTS = frozenset({"section", "language", "standing", "enabled", "interval", "publisher"})
_XML_FORBIDS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
