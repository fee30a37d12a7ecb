"""The names of feeds that are offered while `feed` is filled in: those that the asker's server may know of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.desk.names import Offer, ranked
from bot.desk.question import Asker, House
from bot.wording.formats import clean
from feeds.catalog.changes import known_rows
from feeds.catalog.roster import Listed
from feeds.model.teams import plain_name

# Which of them an action can be meant for; every one where it is not named here. What is added is none of them.
_FIT: Mapping[str, Callable[[Listed], bool]] = {
    "add": lambda _row: False,
    "pause": lambda row: row.polled,
    "resume": lambda row: row.paused is not None,
    "remove": lambda row: row.added is not None,
}


async def offered_feeds(house: House, asker: Asker, typed: str, action: str) -> list[Offer]:
    """At most 25 that fit what is typed so far, the best first; none where no bot runs."""
    if house.sources is None:
        return []
    file, scope = house.sources.listed(), asker.scope
    rows = await house.ask(lambda store: known_rows(store, file, scope))
    return ranked(_names(row for row in rows if _FIT.get(action, _any)(row)), typed)


def _any(_row: Listed) -> bool:
    return True


def _names(rows: Iterable[Listed]) -> list[Offer]:
    names = dict.fromkeys(plain_name(row.feed.name) for row in rows)
    return [Offer(name, clean(name)) for name in sorted(names, key=str.casefold)]
