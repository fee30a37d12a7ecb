"""Reads what was fetched, in the worker: bodies into entries, entries into what the watches find, pages into leads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from feeds.discovery.model import FeedLink
from feeds.model import (
    CauseKind,
    Entry,
    Feed,
    FeedState,
    Judged,
    Notice,
    NoticeKind,
    Opinion,
    Outcome,
    Parsed,
    Rehearsed,
    Unreadable,
)  # fmt: skip
from feeds.parsing.identity import content_hash
from feeds.parsing.urls import part_of
from feeds.sift import sorted_out, thin, unjudged
from feeds.worker.bounds import unreadable
from feeds.worker.jobs import Explain, FindFeeds, JudgeItems, ParseBody, ReadLead, RehearseChanges, unpacked_entries
from feeds.worker.pool import Pool
from seeds.byhand import WatchChanges
from seeds.model import Document, When

log = logging.getLogger(__name__)

# Pages read for one fetch at most; the rest keep the feed's own text.
_PAGES = 10
# Entries handed over at once: more than a turn takes, few enough to be sent again.
_HANDFUL = 40
# Unreadable items of one fetch, after which the rest waits for the next.
_MOST_TROUBLE = 5
_LONGEST_TITLE = 300
_STRETCH = 100
_DESK = "desk"
_NO_FEED = Feed(_DESK, "", "")


class Leads(Protocol):
    """What asks for the page of an item: `feeds.web.article.Articles` in production."""

    async def page(self, url: str, *, local: bool = False) -> bytes | None:
        """The page, on this machine only when that is `local`; None when it can't be had. Never raises for the
        weather."""
        ...


@dataclass(frozen=True, slots=True)
class Read:
    """A body that was read: `parsed` without entries, which come a stretch at a time, for there may be very many.

    `memo` and `skimmed` are those of `Settled`.
    """

    parsed: Parsed
    stretches: Callable[[], Iterator[list[Entry]]] = field(default=lambda: iter(()))
    memo: bytes | None = None
    skimmed: bool = False


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Entries as the watches see them, in order; fewer than asked for when too many were trouble, or nobody can read.

    `said` is for the operators.
    """

    judged: tuple[Judged, ...]
    said: tuple[Notice, ...] = ()


class Reader:
    """Reads in the worker of `pool`; with `leads` also the page of a flagged item of which its feed says too little."""

    def __init__(self, pool: Pool, leads: Leads | None = None) -> None:
        self._pool, self._leads = pool, leads

    async def parse(
        self, feed: Feed, state: FeedState, outcome: Outcome, now: datetime, memo: bytes | None = None
    ) -> Read | Unreadable:
        """What the body of an outcome holds; see `feeds.parsing.parse`."""
        file = outcome.file
        size = file.seek(0, 2) if file else len(outcome.body)
        job = ParseBody(replace(outcome, file=None), feed, now, state.degraded_ids, size, state.pages, memo)
        result = await self._pool.run(feed.name, job, file)
        if result.trouble is not None:
            return result.trouble
        *packed, settled = result.pieces

        def stretches() -> Iterator[list[Entry]]:
            keyed = settled.keyed(entry for stretch in packed for entry in unpacked_entries(stretch))
            found = (_apart(entry, feed.audience) for entry in keyed) if feed.audience else keyed
            while stretch := list(islice(found, _STRETCH)):
                yield stretch

        return Read(settled.parsed, stretches, settled.memo, settled.skimmed)

    async def judge(
        self, feed: Feed, entries: Sequence[Entry], now: datetime, silent: Callable[[Entry], bool]
    ) -> Verdicts:
        """Each entry as the watches see it; `silent` says which ones are told to no one.

        Pages on this machine are read for a feed that is `local` only.
        """
        judged: list[Judged] = []
        said: list[Notice] = []
        while len(judged) < len(entries) and len(said) < _MOST_TROUBLE:
            some = tuple(entries[len(judged) : len(judged) + _HANDFUL])
            result = await self._pool.run(feed.name, JudgeItems(feed, some, now), apart=bool(said))
            judged += (
                replace(sorted_out(unjudged(entry, feed, now), findings), silent=silent(entry))
                for entry, findings in zip(some, result.pieces, strict=False)
            )
            if result.trouble is not None and result.trouble.cause.kind is CauseKind.NO_WORKER:
                break  # the items have nothing to do with it
            if result.trouble is not None:
                entry = _shortened(some[len(result.pieces)])
                about = {"feed": feed.name, "title": entry.title}
                said.append(Notice(NoticeKind.ITEM_UNREADABLE, about, result.trouble.cause))
                judged.append(replace(unjudged(entry, feed, now), unreadable=result.trouble.cause))
        return Verdicts(tuple(await self._fuller(feed, judged, said)), tuple(said))

    async def judge_again(self, title: str, text: str, at: datetime) -> Judged | None:
        """What the watches find in words that were told at an instant, and that no feed brings; None where nobody can
        read them."""
        entry = Entry("", (), title, text, None, None, When(at, "instant"))
        verdicts = await self.judge(_NO_FEED, (entry,), at, lambda _: True)
        return next((one for one in verdicts.judged if one.unreadable is None), None)

    async def _fuller(self, feed: Feed, judged: Sequence[Judged], said: list[Notice]) -> list[Judged]:
        """The same, of some with what their page says."""
        wanted = [number for number, one in enumerate(judged) if self._leads and _wants_lead(one)][:_PAGES]
        led = await asyncio.gather(*(self._led(feed, judged[number], said) for number in wanted))
        better = dict(zip(wanted, led, strict=True))
        return [better.get(number, one) for number, one in enumerate(judged)]

    async def _led(self, feed: Feed, one: Judged, said: list[Notice]) -> Judged:
        """The verdict on the article's beginning; the feed's own when that can't be had or says something else."""
        text = await self._beginning(feed, one.entry.link or "", said)
        if not text:
            return one
        fuller = _worded(one.entry, one.entry.title, text)
        result = await self._pool.run(feed.name, JudgeItems(feed, (fuller,), one.seen))
        found = sorted_out(one, result.pieces[0] if result.pieces else ())
        return replace(found, entry=fuller) if found.findings else one

    async def _beginning(self, feed: Feed, url: str, said: list[Notice]) -> str | None:
        assert self._leads is not None
        try:
            page = await self._leads.page(url, local=feed.local)
        except Exception:
            log.exception("%s: asking for the page met a fault of ours; the feed's text is used", url)
            return None
        if page is None:
            return None
        result = await self._pool.run(feed.name, ReadLead(page))
        if result.trouble is not None:
            about = {"feed": feed.name, "url": url}
            said.append(Notice(NoticeKind.PAGE_UNREADABLE, about, result.trouble.cause))
            return None
        text: str | None = result.pieces[0][0]
        return text

    async def feed_links(self, outcome: Outcome) -> tuple[FeedLink, ...] | Unreadable:
        """The feeds that a web page names."""
        told = dict(outcome.headers).get("content-type", "")
        result = await self._pool.run(_DESK, FindFeeds(outcome.content(), outcome.url, told))
        if result.trouble is not None:
            return result.trouble
        found: tuple[FeedLink, ...] = result.pieces[0]
        return found

    async def explain(self, watch: str, document: Document, now: datetime) -> Opinion | Unreadable:
        """What a watch says of a document, flagged or not."""
        result = await self._pool.run(_DESK, Explain(watch, document, now))
        if result.trouble is not None:
            return result.trouble
        opinion: Opinion | None = next(iter(result.pieces), None)
        return opinion or unreadable(CauseKind.NO_WORKER)

    async def rehearse(
        self, watch: str, changes: WatchChanges, documents: Sequence[Document], now: datetime
    ) -> Sequence[Rehearsed]:
        """What a watch says of documents, and would say with changes, in order; fewer where one is trouble."""
        result = await self._pool.run(_DESK, RehearseChanges(watch, changes, tuple(documents), now))
        return result.pieces


def _apart(entry: Entry, audience: str) -> Entry:
    """An entry that is one server's alone, under keys that are: it is never taken for one of everybody's, nor may it
    change one."""
    kinds = (key.partition(":") for key in entry.keys)
    return replace(entry, keys=tuple(f"{kind}{colon}{audience}!{rest}" for kind, colon, rest in kinds))


def _wants_lead(one: Judged) -> bool:
    """Not of a part of a page, for the page begins with something else."""
    link = one.entry.link
    return bool(one.findings) and not one.silent and link is not None and not part_of(link)[1] and thin(one.entry)


def _shortened(entry: Entry) -> Entry:
    """What is kept of an entry that no one can read: enough to know it again, and to name it."""
    return _worded(entry, entry.title[:_LONGEST_TITLE], "")


def _worded(entry: Entry, title: str, summary: str) -> Entry:
    """An entry with other words than its feed's, whose hash stays by it, or the next fetch would look changed."""
    return replace(
        entry, title=title, summary=summary, content_hash=content_hash(title, summary), feed_hash=entry.noticed_hash
    )


@dataclass(frozen=True, slots=True)
class RemoteWatch:
    """A watch as the house sees it: its names, and what it says when it is asked."""

    name: str
    title: str
    reader: Reader

    async def explain(self, document: Document, now: datetime) -> Opinion | Unreadable:
        """What it says of a document, flagged or not."""
        return await self.reader.explain(self.name, document, now)

    async def rehearse(
        self, changes: WatchChanges, documents: Sequence[Document], now: datetime
    ) -> Sequence[Rehearsed]:
        """What it says of documents, and would say with changes, in order; fewer where one is trouble."""
        return await self.reader.rehearse(self.name, changes, documents, now)
