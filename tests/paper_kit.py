"""What the pages for people name: links, headings, commands for a shell and for chat, blocks of settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
MANUAL = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: All pages; the changelog tells of commands as they were then, so these are not tried.
PAGES = [*MANUAL, ROOT / "CONTRIBUTING.md", ROOT / "seeds" / "lexicon" / "languages" / "README.md"]
CHANGELOG = ROOT / "CHANGELOG.md"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"""\]\(([^)\s]+)\)|<img\b[^>]*\bsrc="([^"]+)\"""")
_PICTURE = re.compile(r"""!\[([^\]]*)\]\(|<img\b(?:[^>]*\balt="([^"]*)")?""")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TYPED = re.compile(r"!\w")
_SHELL = re.compile(r"(?:bluehelm|make|cp|mkdir|docker|sqlite3|python -m|\.) \S")


def name(page: Path) -> str:
    """A page as test reports and messages name it."""
    return page.relative_to(ROOT).as_posix()


def text(page: Path) -> str:
    """A page as it is written."""
    return page.read_text(encoding="utf-8")


def links(page: Path) -> list[str]:
    """Where its links and pictures lead, as they are written."""
    return links_in(_FENCE.sub("", text(page)))


def links_in(words: str) -> list[str]:
    """Where links and pictures of a text without blocks lead."""
    found = _LINK.findall(_CODE.sub(lambda span: span[0].replace("](", "] ("), words))
    return [link or source for link, source in found]


def pictures(page: Path) -> list[str]:
    """What its pictures are said to show; "" for those of which nothing is said."""
    return [said or alt for said, alt in _PICTURE.findall(_CODE.sub("", _FENCE.sub("", text(page))))]


def anchors(page: Path) -> set[str]:
    """The names by which links reach its headings: in lower case, words joined by hyphens, marks left out."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(page)}


def headings(page: Path) -> list[str]:
    """Its headings, from the first to the last."""
    return _HEADING.findall(_FENCE.sub("", text(page)))


def sections(page: Path) -> list[str]:
    """What stands before its first heading, and under each, without blocks."""
    return re.split(r"^#+ .+\n", _FENCE.sub("", text(page)), flags=re.MULTILINE)


def prose(words: str) -> str:
    """A text without its code and without where its links lead."""
    return re.sub(r"\]\([^)\s]+\)", "]", _CODE.sub("", words))


def code(words: str) -> list[str]:
    """The code in a text without blocks, each on one line."""
    return [" ".join(span.split()) for span in _CODE.findall(words)]


def target(page: Path, link: str) -> tuple[Path, str]:
    """The file that a link on a page leads to, and the heading there ("" for none)."""
    path, _, anchor = unquote(link).partition("#")
    return ((page.parent / path).resolve() if path else page), anchor


def blocks(page: Path, language: str) -> list[str]:
    """Its blocks of a language."""
    return [body for kind, body in _FENCE.findall(text(page)) if kind == language]


def quoted(page: Path) -> list[str]:
    """The first lines of alerts that it shows."""
    return re.findall(r"^> ([🔴🔵🟠⚪🟣] .+)$", text(page), re.MULTILINE)


def typed(page: Path) -> list[str]:
    """What members are told to type: "!story 9"."""
    return [span for span in _spans(page) if _TYPED.match(span)]


def shell(page: Path) -> list[str]:
    """What is to be said in a shell, in the order of the page: lines of blocks, and commands between words."""
    lines = (line.partition(" # ")[0].strip() for block in blocks(page, "sh") for line in block.splitlines())
    return list(dict.fromkeys([*filter(None, lines), *(span for span in _spans(page) if _SHELL.match(span))]))


def _spans(page: Path) -> Iterator[str]:
    yield from code(_FENCE.sub("", text(page)))
