"""A watch's sample feeds: what each looks like at a given moment. Reads files, knows no network and no clock."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from xml.dom.minidom import Document, Element, parseString

BASE = "http://samples.example"
"""What stands in the templates for the server that sends them."""

_KINDS = {"feed": "application/atom+xml", "rdf:RDF": "application/rdf+xml", "rss": "application/rss+xml"}


@dataclass(frozen=True, slots=True)
class SampleBody:
    """A feed as it is sent at one moment."""

    data: bytes
    kind: str
    gzip: bool = False


class Samples:
    """The samples of one folder: `demo.toml`, and beside it a template for every feed it lists.

    Raises OSError or tomllib.TOMLDecodeError when the folder holds no readable `demo.toml`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._catalogue = (folder / "demo.toml").read_text(encoding="utf-8")
        tree = tomllib.loads(self._catalogue)
        self.start: datetime = tree["start"]
        self.script: tuple[str, ...] = tuple(tree["script"])
        self.names: tuple[str, ...] = tuple(feed["name"] for feed in tree["feed"])

    def catalogue(self, base: str) -> str:
        """The feeds as a catalogue file of the operator's, on the server at `base`."""
        first = self._catalogue.index("[[feed]]")
        return self._catalogue[first:].replace(BASE, base)

    def moments(self) -> tuple[datetime, ...]:
        """When something appears, in order."""
        found = {_moment(item.getAttribute("s:release")) for name in self.names for item in _items(self._parsed(name))}
        return tuple(sorted(moment for moment in found if moment is not None))

    def feed(self, name: str, now: datetime, base: str) -> SampleBody | None:
        """The feed as it is at `now`; None while its server is down."""
        document = self._parsed(name)
        root = document.documentElement
        assert root is not None
        if _during(root.getAttribute("s:down"), now):
            return None
        kind, gzip = _KINDS[root.tagName], root.getAttribute("s:gzip") == "yes"
        encoding = root.getAttribute("s:encoding") or "utf-8"
        _show(document, now)
        data = document.toxml(encoding=encoding)
        return SampleBody(data.replace(BASE.encode(), base.encode()), f"{kind}; charset={encoding}", gzip)

    def article(self, path: str, now: datetime) -> str | None:
        """The page of an item by the path of its address ("un-newsroom/some-title"); None when there is none yet."""
        name = path.partition("/")[0]
        if name not in self.names:
            return None
        shown = (item for item in _items(self._parsed(name)) if _visible(item, now))
        item = next((item for item in shown if _link(item) == f"{BASE}/{path}"), None)
        return None if item is None else _page(item)

    def _parsed(self, name: str) -> Document:
        text = (self._folder / f"{name}.xml").read_bytes()
        return parseString(text)  # noqa: S318 - our own files


def _items(document: Document) -> Iterator[Element]:
    yield from document.getElementsByTagName("item")
    yield from document.getElementsByTagName("entry")


def _show(document: Document, now: datetime) -> None:
    """Take out what is not there at `now`, and every trace of the demo's own marks."""
    for item in list(_items(document)):
        parent = item.parentNode
        assert parent is not None
        if not _visible(item, now):
            parent.removeChild(item)
        for mark in item.getElementsByTagName("s:article"):
            item.removeChild(mark)
        _strip(item)
    root = document.documentElement
    assert root is not None
    _strip(root)
    for node in [node for node in document.childNodes if node.nodeType == node.COMMENT_NODE]:
        document.removeChild(node)


def _strip(element: Element) -> None:
    marks = [name for name, _ in element.attributes.items() if name.startswith("s:") or name == "xmlns:s"]
    for name in marks:
        element.removeAttribute(name)


def _visible(item: Element, now: datetime) -> bool:
    release, until = _moment(item.getAttribute("s:release")), _moment(item.getAttribute("s:until"))
    return (release is None or release <= now) and (until is None or now < until)


def _during(stretch: str, now: datetime) -> bool:
    start, _, end = stretch.partition("/")
    first, last = _moment(start), _moment(end)
    return first is not None and first <= now and (last is None or now < last)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _link(item: Element) -> str:
    link = item.getElementsByTagName("link")[0]
    address = link.getAttribute("href") or _text(link)
    return address.partition("?")[0]


def _text(element: Element) -> str:
    return "".join(
        node.data for node in element.childNodes if node.nodeType in (node.TEXT_NODE, node.CDATA_SECTION_NODE)
    )


def _page(item: Element) -> str:
    """A plain newspaper page around the item's article, or around its lead when there is no more."""
    title = escape(_text(item.getElementsByTagName("title")[0]))
    articles = item.getElementsByTagName("s:article")
    if articles:
        paragraphs = [f"<p>{escape(_text(one))}</p>" for one in articles[0].getElementsByTagName("p")]
    else:
        leads = [*item.getElementsByTagName("description"), *item.getElementsByTagName("summary")]
        paragraphs = [f"<p>{_text(one)}</p>" for one in leads[:1]]
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        '<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>'
        f"<main><article><h1>{title}</h1>{''.join(paragraphs)}</article></main>"
        "<footer>A sample page of the demonstration.</footer></body></html>"
    )
