"""Says which entries are the same one: keys that survive what publishers do to ids, links and dates.

Dates never take part. An entry has several keys; two entries that share one are the same entry. The guid counts
within its feed only (WordPress sites all use "?p=123"), links and document symbols count everywhere. A fragment counts
where a feed's own items differ in nothing else (a live blog, a daily page): there it names a part of the page, and the
page names none of its parts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import urlsplit

from feeds.parsing.urls import address_key, canonical, is_front_page, located, part_of

# Publishers whose guid changes while the item stays: only the cleaned link counts.
_SHIFTING_GUIDS = frozenset({"aljazeera.com"})
_LONGEST_KEY = 220
# Pages of parts that are remembered of one feed; a live blog ends, a daily page passes.
MOST_PAGES = 64
_WORD = re.compile(r"\w+")
_REVISION = re.compile(r"#\d{1,3}$")
_EPOCH_ONLY = re.compile(r"t=\d{9,13}")

_LIVE = "link:press.un.org/en/blog/"
_PRESS = re.compile(r"^press\.un\.org/([a-z]{2})/(?:blog|\d{4})/([a-z]+\d[a-z\d]*)(?:\.doc)?(?:\.htm)?$")
_STORY = re.compile(r"^news\.un\.org/([a-z]{2})/(?:story|audio|interview)/\d{4}/\d{2}/(\d+)$")
_SYMBOL = re.compile(
    r"^(?:undocs\.org|docs\.un\.org|documents\.un\.org)/(?:(?:en|fr|es|ar|ru|zh)/)?([a-z]+/.*\d[^?]*)$", re.IGNORECASE
)
_RECORD = re.compile(r"^digitallibrary\.un\.org/record/(\d+)")


@dataclass(frozen=True, slots=True)
class Names:
    """What one item of a feed calls itself, sorted by what the name can be trusted for."""

    guid: str | None
    link: str | None
    special: tuple[str, ...]
    title: str
    page: str | None = None
    part: str | None = None
    shown: bool = False

    def keys(self) -> tuple[str, ...]:
        """The identity keys, the strongest first. `part` names it, if it is a part of `page`; that is not known, but a
        link in which it is `shown` is known again by it in other feeds."""
        found = (*self.special, self.guid, self.part if self.shown and self.link else None, self.link)
        return tuple(dict.fromkeys(key for key in found if key)) or (self.title,)


def name_item(feed: str, guid: str | None, link: str | None, title: str, summary: str) -> Names:
    """The identity keys of one item. `feed` is the feed's name, which scopes guids and titles; `link` is as
    `feeds.parsing.urls.located` has it."""
    page, fragment = address_key(link), part_of(link)[1]
    address = None if page and is_front_page(canonical(link) or "") else page
    # A permalink with its fragment says no more than the link does, and without it less.
    named = None if fragment and located(guid) == link else _guid(feed, guid, has_link=address is not None)
    part = fragment or (guid or "").strip().partition("#")[2]
    return Names(
        guid=named,
        link=_bounded("link:", address) if address else None,
        special=_special(address) if address else (),
        title=_bounded(f"title:{feed}:", _digest(title, summary[:500])),
        page=(page or named) if part else None,
        part=_part(page, named, part) if part else None,
        shown=bool(fragment),
    )


def _part(page: str | None, guid: str | None, part: str) -> str | None:
    return _bounded("link:", f"{page}#{part}") if page else guid and f"{guid}#{_bounded('', part)}"


def page_key(key: str) -> str | None:
    """The key of the page that a key names a part of; None for a key of something else."""
    page, _, part = key.rpartition("#")
    return page if page and part else None


def names_part(keys: Collection[str]) -> bool:
    """Whether these are the keys of a part of a page, which the page's own address does not name."""
    links = [key for key in keys if key.startswith("link:")]
    return bool(links) and all(page_key(link) for link in links)


def parted_pages(items: Iterable[Names | None]) -> tuple[str, ...]:
    """The pages of which settled items are parts, each once: what `distinct` wants to know at the next fetch."""
    found = dict.fromkeys(item.page for item in items if item and item.page and item.link == item.part is not None)
    return tuple(found)[:MOST_PAGES]


def _guid(feed: str, guid: str | None, *, has_link: bool) -> str | None:
    """A guid without scheme, host and revision counter; None when it names nothing or shifts."""
    guid = _REVISION.sub("", (guid or "").strip().encode("utf-8", "replace").decode())
    settled = canonical(guid)
    if settled is not None:
        parts = urlsplit(settled)
        shifting = parts.netloc.removeprefix("www.") in _SHIFTING_GUIDS or _EPOCH_ONLY.fullmatch(parts.query)
        if is_front_page(settled) or (shifting and has_link):
            return None
        guid = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return _bounded(f"guid:{feed}:", guid) if guid else None


def _special(address: str) -> tuple[str, ...]:
    """Names that the UN itself gives: press symbol, story number, document symbol, library record."""
    if "un.org" not in address and "undocs.org" not in address:
        return ()
    if found := _PRESS.match(address):
        return (f"press:{found[1]}:{found[2]}",)
    if found := _STORY.match(address):
        return (f"story:{found[1]}:{found[2]}",)
    if found := _SYMBOL.match(address):
        return (_bounded("symbol:", found[1].upper()),)
    if found := _RECORD.match(address):
        return (f"record:{found[1]}",)
    return ()


def distinct(items: Sequence[Names], *, degraded: bool, pages: Collection[str] = ()) -> tuple[list[Names | None], bool]:
    """Settles collisions inside one fetch: each item with keys of its own, None for a repetition of an earlier one.

    A guid that stands on several different items names none of them, and likewise a link, unless their fragments tell
    them apart. `degraded` says that this feed's guids were found worthless before; the second result says whether they
    are (once so, always so). `pages` are those of which this feed showed several parts before.
    """
    items, bad = _guids_settled(_parts_settled(items, pages))
    degraded = degraded or bad >= max(3, len(items) // 20)
    if degraded:
        without = [replace(item, guid=None) if item.link or item.special else item for item in items]
        items = _parts_settled(without, pages)
    items = _links_settled(items)
    taken: set[str] = set()
    result: list[Names | None] = [None] * len(items)
    # A meeting's live page stands back behind its release; otherwise the first of a repetition stands.
    for place in sorted(range(len(items)), key=lambda place: _LIVE in (items[place].link or "")):
        keys = items[place].keys()
        result[place] = None if taken.intersection(keys) else items[place]
        taken.update(keys)
    return result, degraded


def _parts_settled(items: Sequence[Names], pages: Collection[str]) -> list[Names]:
    """Names the parts of a page by their fragments alone, where several different items have one guid and page."""
    groups: dict[tuple[str | None, str], list[Names]] = defaultdict(list)
    for item in items:
        if item.part and item.page:
            groups[item.guid, item.page].append(item)
    parted = {
        group
        for group, parts in groups.items()
        if len({item.part for item in parts}) > 1 and len({item.title for item in parts}) > 1
    }
    return [
        replace(item, guid=None, special=(), link=item.part)
        if item.part and item.page and ((item.guid, item.page) in parted or item.page in pages)
        else item
        for item in items
    ]


def _guids_settled(items: Sequence[Names]) -> tuple[list[Names], int]:
    """Takes away guids that several items with different links and texts share; says how many items that were."""
    several = _repeated(item.guid for item in items)
    groups: dict[str, list[Names]] = defaultdict(list)
    for item in items:
        if item.guid and item.guid in several:
            groups[item.guid].append(item)
    shared = {
        guid
        for guid, group in groups.items()
        if len({item.title for item in group}) > 1 and (len({item.link for item in group}) > 1 or group[0].link is None)
    }
    settled = [replace(item, guid=None) if item.guid in shared else item for item in items]
    return settled, sum(item.guid in shared for item in items)


def _links_settled(items: Sequence[Names]) -> list[Names]:
    """Takes away links that several items with different guids (or, lacking guids, texts) share."""
    several = _repeated(item.link for item in items)
    groups: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if item.link and item.link in several:
            groups[item.link].add(item.guid or item.title)
    return [replace(item, link=None) if item.link in several and len(groups[item.link]) > 1 else item for item in items]


def _repeated(names: Iterable[str | None]) -> set[str]:
    """The names that are there more than once."""
    once: set[str] = set()
    again: set[str] = set()
    for name in filter(None, names):
        (again if name in once else once).add(name)
    return again


def fold_title(plain: str) -> str:
    """Letters and digits only, without case and accents, words parted by one space."""
    plain = plain.casefold()
    if not plain.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(plain))


def content_hash(title: str, summary: str) -> str:
    """A short hash of what an item says, to notice edits."""
    return _digest(title, summary)


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def _bounded(prefix: str, name: str) -> str:
    return prefix + name if len(name) <= _LONGEST_KEY else f"{prefix}{name[:100]}~{_digest(name)}"
