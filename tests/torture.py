"""Feeds that no one here wrote: `make torture` polls every feed file of feedparser's own source distribution.

The files are downloaded by pip into the system's folder for temporary files, served over HTTP on loopback, fetched and
parsed as the bot does, and compared with what plain feedparser (its defaults, sanitising included) makes of the same
bytes and headers: how many items, and of each the title, the link and the date. Then each is changed as publishers do
and read again, whole and with what the reading before remembered, which must be the same. Ends with 1 when anything
crashed or differed there. `--also FOLDER` does the same with the feed files of a folder.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import traceback
import warnings
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import feedparser

from config.schema import Poll
from feeds.model import Entry, Feed, FeedState, Fetched, Outcome, Parsed
from feeds.parsing.parse import parse_feed
from feeds.parsing.urls import absolute, canonical
from feeds.web.fetch import Fetcher
from tests.bad_server import reply, serving
from tests.skim_kit import read, same, successions

_HEADER = re.compile(rb"^\s*Header:\s*([\w-]+):\s*(.+?)\s*$", re.MULTILINE)
_TAG = re.compile(r"<[^>]*>")


def distribution() -> Path | None:
    """The folder of the unpacked source distribution; None when pip cannot get it."""
    name = f"feedparser-{version('feedparser')}"
    place = Path(tempfile.gettempdir()) / "bluehelm-torture"
    folder = place / name
    if folder.is_dir():
        return folder
    wanted = name.replace("-", "==")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*pip, "--no-binary", ":all:", "--dest", str(place), wanted], check=False, capture_output=True
    )
    found = sorted(place.glob(f"{name}*.tar.gz")) if done.returncode == 0 else []
    if not found:
        return None
    with tarfile.open(found[0]) as archive:
        archive.extractall(place, filter="data")
    return folder


def headers_of(body: bytes) -> dict[str, str]:
    """The HTTP headers that a file says it should come with."""
    found = {name.decode().lower(): value.decode("latin-1") for name, value in _HEADER.findall(body[:4000])}
    wanted = ("content-type", "content-language", "content-location")
    return {"content-type": "application/xml"} | {name: found[name] for name in wanted if name in found}


class Counts(Counter):
    """What came of the files; `odd` collects the differences for those who ask."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: list[str] = []

    def compare(self, what: str, where: str, ours: object, theirs: object) -> None:
        """Counts one comparison."""
        self[what, ours == theirs] += 1
        if ours != theirs:
            self.odd.append(f"{what}: {where}\n    ours   {ours!r}\n    theirs {theirs!r}")

    def row(self, what: str) -> str:
        """A line of the table."""
        same, all_of_them = self[what, True], self[what, True] + self[what, False]
        return f"  {what:<28} {same:>5} of {all_of_them:>5} the same"


def plain(markup: str) -> str:
    """A title as text, by other means than ours."""
    for _ in range(2):
        markup = html.unescape(_TAG.sub("", markup))
    return " ".join(markup.split())


def has_text(entry: feedparser.FeedParserDict) -> bool:
    """Whether an item says anything: many files hold a single tag, which is no news."""
    parts = [dict.get(entry, "title"), dict.get(entry, "summary"), *(part.value for part in entry.get("content", ()))]
    return any(plain(html.unescape(part or "")) for part in parts)


def their_date(entry: feedparser.FeedParserDict) -> datetime | None:
    """The date plain feedparser gives an entry."""
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        if dict.get(entry, key):
            try:
                return datetime(*entry[key][:6], tzinfo=UTC)
            except ValueError:
                continue
    return None


def judge(name: str, outcome: Outcome, parsed: Parsed, headers: dict[str, str], counts: Counts) -> None:
    """Compares one file's reading with plain feedparser's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = feedparser.parse(io.BytesIO(outcome.content()), response_headers=headers)
    if parsed.failure:
        counts["files that are no feed"] += 1
        known = theirs.get("version") and theirs.entries  # plain feedparser says nothing at all of an empty file
        counts.compare("no feed for both", name, True, not known)
        return
    said = [entry for entry in theirs.entries if has_text(entry)]
    counts["items without any text"] += len(theirs.entries) - len(said)
    counts.compare("number of items", name, len(parsed.entries), len(said))
    if len(parsed.entries) == len(said):
        for ours, other in zip(parsed.entries, said, strict=True):
            compare(name, outcome.url, ours, other, counts)


def compare(name: str, base: str, ours: Entry, theirs: feedparser.FeedParserDict, counts: Counts) -> None:
    """Compares one item."""
    counts.compare("titles", name, " ".join(ours.title.split()), plain(dict.get(theirs, "title") or ""))
    link = dict.get(theirs, "link")
    counts.compare("links", name, ours.link, canonical(absolute(link, base)) if link else None)
    ours_at, theirs_at = ours.published and ours.published.start, their_date(theirs)
    if ours.published and theirs_at and ours.published.precision != "instant":
        theirs_at = theirs_at.replace(hour=0, minute=0, second=0)
    counts.compare("dates", name, ours_at, theirs_at)


async def torment(files: list[Path], root: Path, counts: Counts) -> None:
    """Polls every file over loopback."""
    poll = Poll(host_gap_seconds=0, per_host=8, timeout_seconds=20)
    async with serving() as bad, Fetcher(poll, [bad.base]) as fetcher:
        for number, path in enumerate(files):
            body, name = path.read_bytes(), str(path.relative_to(root))
            headers = headers_of(body)
            bad.answers = {f"/{number}": reply(body, "200 OK", *(f"{key}: {value}" for key, value in headers.items()))}
            feed = Feed(f"file {number}", f"{bad.base}/{number}", "en")
            try:
                outcome = await fetcher.fetch(feed, FeedState(feed.name, feed.url))
                if outcome.kind is not Fetched.BODY:
                    counts["answers that are no body"] += 1
                    counts.odd.append(f"fetch: {name}: {outcome.reason}")
                    continue
                parsed = parse_feed(outcome, feed, seen=datetime.now(UTC))
                judge(name, outcome, parsed, headers, counts)
            except Exception:
                counts["crashes"] += 1
                counts.odd.append(f"crash: {name}\n{traceback.format_exc()}")


def again(name: str, body: bytes, headers: dict[str, str], counts: Counts) -> None:
    """Reads what may follow a file at the next fetch both ways."""
    for number, (first, then) in enumerate(successions(body)):
        memo = read(first, headers=headers)[1].memo
        try:
            counts["read again in part"] += same(then, memo, headers=headers).skimmed
        except AssertionError as error:
            counts["otherwise in part"] += 1
            counts.odd.append(f"again: {name}, {number}: {str(error)[:2000]}")
        counts["read again"] += 1


def feed_files(folder: Path) -> list[Path]:
    """The feed files below a folder."""
    return sorted(path for path in folder.rglob("*") if path.suffix in {".xml", ".rss", ".rdf", ".atom"})


def tell(files: list[Path], root: Path, name: str, counts: Counts) -> None:
    """Polls the files and prints what came of them."""
    asyncio.run(torment(files, root, counts))
    print(f"{len(files)} feed files of {name}: {counts['crashes']} crashes, ", end="")
    print(
        f"{counts['files that are no feed']} are no feed, {counts['answers that are no body']} could not be fetched, ",
        end="",
    )
    print(f"{counts['items without any text']} items hold no text")
    for what in ("no feed for both", "number of items", "titles", "links", "dates"):
        print(counts.row(what))


def main() -> int:
    """Prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--differences", action="store_true", help="show every difference")
    parser.add_argument("--also", type=Path, action="append", default=[], help="a folder of feed files besides")
    asked = parser.parse_args()
    root = distribution()
    if root is None:
        print("feedparser's source distribution cannot be downloaded, so there is nothing to do.")
        return 0
    files = feed_files(root / "tests")
    counts = Counts()
    tell(files, root / "tests", root.name, counts)
    for folder in asked.also:
        theirs = Counts()
        tell(feed_files(folder), folder, folder.name, theirs)
        counts["crashes"] += theirs["crashes"]
        counts.odd += theirs.odd
    for path in (*files, *(path for folder in asked.also for path in feed_files(folder))):
        again(path.name, path.read_bytes(), headers_of(path.read_bytes()), counts)
    print(
        f"Read again {counts['read again']} times, {counts['read again in part']} of them only what was new: ", end=""
    )
    print(f"{counts['otherwise in part']} came out otherwise")
    if asked.differences:
        print("\n".join(counts.odd))
    return 1 if counts["crashes"] or counts["otherwise in part"] else 0


if __name__ == "__main__":
    sys.exit(main())
