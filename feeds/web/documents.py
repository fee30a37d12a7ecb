"""Documents for a new watch: files of this machine, and pages asked for through the guarded fetcher."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from config.schema import Poll
from config.sentence import Said, why_unread, worded
from feeds.model import Cause, Fetched
from feeds.parsing.lead import Article, whole_article
from feeds.web.article import LONGEST_PAGE
from feeds.web.fetch import Fetcher
from seeds.learning.documents import Sample, read_sample
from seeds.learning.study import guess_language
from seeds.lexicon.files import LexiconError

LONGEST_FILE = 200_000  # bytes of a text; a brief has a few thousand
_LONGEST_TEXT = 50_000  # characters of an article that are read
_SHORTEST = 200  # characters of a text from which anything can be learned
_PAGES = (".html", ".htm")
_UNNAMED = re.compile(r"[^\w.-]+")
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a file or an address gave no document: a cause of the fetcher's, or a sentence that goes on with its name."""

    source: str
    why: Cause | str


def document_file(path: Path) -> Sample | Unusable:
    """A file as a sample, or why it is none; at most `LONGEST_FILE` bytes of it are read."""
    suffix = path.suffix.lower()
    if not path.exists() or suffix not in (*_PAGES, ".md", ".txt"):
        return Unusable(str(path), Said("is no .md, .txt or .html file") if path.exists() else Said("is not there"))
    longest = LONGEST_PAGE if suffix in _PAGES else LONGEST_FILE
    try:
        with path.open("rb") as file:
            content = file.read(longest + 1)
        if len(content) > longest or b"\x00" in content:
            told = Said("is too long to be an article") if len(content) > longest else Said("is no text")
            return Unusable(str(path), told)
        if suffix in _PAGES:
            return _sample(whole_article(content), str(path), "", path.stem)
        return _long_enough(read_sample(path, guess_language), str(path))
    except OSError as error:
        return Unusable(str(path), why_unread(error))
    except LexiconError as error:
        return Unusable("", str(error))


async def document_pages(urls: Sequence[str], poll: Poll) -> dict[str, Sample | Unusable]:
    """The articles at these addresses as samples, or a sentence for each that is none.

    Only the public internet is asked, redirects included, at most `LONGEST_PAGE` bytes a page.
    """
    async with Fetcher(poll) as fetcher:
        found = await asyncio.gather(*(_page(url, fetcher) for url in dict.fromkeys(urls)))
    return dict(zip(dict.fromkeys(urls), found, strict=True))


async def _page(url: str, fetcher: Fetcher) -> Sample | Unusable:
    outcome = await fetcher.page(url, LONGEST_PAGE)
    if outcome.kind is not Fetched.BODY:
        return Unusable(url, outcome.cause or Said("could not be had"))
    article = await asyncio.to_thread(whole_article, outcome.content())
    return _sample(article, url, urlsplit(url).hostname or "", urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _sample(article: Article | None, source: str, host: str, name: str) -> Sample | Unusable:
    if article is None:
        return Unusable(source, Said("holds no article"))
    title = article.title or article.text.partition("\n")[0][:200]
    facts = {"publisher": article.publisher or host, "date": _day(article.date), **({"url": source} if host else {})}
    stem = _SLUG.sub("_", (name or title).lower().removesuffix(".html"))[:60].strip("_") or "document"
    number = f"{facts['date']}_{stem}" if facts["date"] else stem
    language = article.language or guess_language(article.text)
    told = tuple(sorted((key, _line(value)) for key, value in facts.items() if value))
    return _long_enough(Sample(number, _line(title), article.text, language, told), source)


def _line(text: str) -> str:
    return " ".join(text.split())


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _long_enough(sample: Sample, source: str) -> Sample | Unusable:
    if len(sample.text) < _SHORTEST:
        form = worded(
            "is empty, or too short to learn from: {size} characters below its title, where {least} are the least"
        )
        return Unusable(source, Said(form, size=len(sample.text), least=_SHORTEST))
    name = _UNNAMED.sub("_", sample.id)  # it goes into comments of the files that are made
    return replace(sample, id=name, text=sample.text[:_LONGEST_TEXT])
