"""Which feeds are polled: the operator's file, what was added since, what is paused, and all of it kept current."""

from feeds.catalog.file import (
    CatalogError,
    dumps,
    from_opml,
    load_catalog,
    new_feed,
    parse_catalog,
    to_opml,
    unknown_feeds,
)

__all__ = [
    "CatalogError",
    "dumps",
    "from_opml",
    "load_catalog",
    "new_feed",
    "parse_catalog",
    "to_opml",
    "unknown_feeds",
]
