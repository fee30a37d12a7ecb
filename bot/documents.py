"""Documents for a new watch: files of this machine, and pages asked for through the guarded fetcher."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from bot.wording.causes import cause_text
from config.schema import Poll
from feeds.model import Fetched
from feeds.parsing.lead import Article, whole_article
from feeds.web.article import LONGEST_PAGE
from feeds.web.fetch import Fetcher
from seeds.learning.documents import Sample, read_sample
from seeds.learning.study import guess_language
from seeds.lexicon.files import LexiconError

LONGEST_FILE = 1_000_000  # bytes of a text; a brief has a few thousand
_SHORTEST = 200  # characters of a text from which anything can be learned
_PAGES = (".html", ".htm")
_SLUG = re.compile(r"[^a-z0-9]+")


def read_file(path: Path) -> Sample | str:
    """A file as a sample, or a sentence that says why it is none."""
    page = path.suffix.lower() in _PAGES
    if not page and path.suffix.lower() not in (".md", ".txt"):
        return f"{path}: is no .md, .txt or .html file"
    try:
        with path.open("rb") as file:
            content = file.read((LONGEST_PAGE if page else LONGEST_FILE) + 1)
    except OSError as error:
        return f"{path}: cannot be read ({error.strerror or error})"
    if len(content) > (LONGEST_PAGE if page else LONGEST_FILE):
        return f"{path}: is too long to be an article"
    if b"\x00" in content:
        return f"{path}: is no text"
    if page:
        return _sample(whole_article(content), str(path), "", path.stem)
    try:
        return _long_enough(read_sample(path, guess_language), str(path))
    except LexiconError as error:
        return str(error)


async def read_addresses(urls: Sequence[str], poll: Poll) -> dict[str, Sample | str]:
    """The articles at these addresses as samples, or a sentence for each that is none.

    Only the public internet is asked, redirects included, at most `LONGEST_PAGE` bytes a page.
    """
    async with Fetcher(poll) as fetcher:
        found = await asyncio.gather(*(_page(url, fetcher) for url in dict.fromkeys(urls)))
    return dict(zip(dict.fromkeys(urls), found, strict=True))


async def _page(url: str, fetcher: Fetcher) -> Sample | str:
    outcome = await fetcher.page(url, LONGEST_PAGE)
    if outcome.kind is not Fetched.BODY:
        return f"{url}: {cause_text(outcome.cause) if outcome.cause else 'could not be had'}"
    article = await asyncio.to_thread(whole_article, outcome.content())
    return _sample(article, url, urlsplit(url).hostname or "", urlsplit(url).path.rstrip("/").rpartition("/")[2])


def _sample(article: Article | None, source: str, host: str, name: str) -> Sample | str:
    if article is None:
        return f"{source}: there is no article on this page"
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


def _long_enough(sample: Sample, source: str) -> Sample | str:
    if len(sample.text) < _SHORTEST:
        return f"{source}: is empty, or too short to learn from"
    return sample
