"""What was added to a watch by hand: `by_hand.toml`, whose entries stand beside those that documents taught."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from seeds.text.fold import fold

#: The file in a watch's folder; it says what `watch.toml` and `gazetteer.toml` may say, and is never written anew.
BY_HAND = "by_hand.toml"


def with_hand(settings: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """A watch's settings with those added by hand: lists and tables grow, a text or number is replaced."""
    return {**settings, **{key: _joined(settings.get(key), value) for key, value in added.items() if key != "place"}}


def _joined(known: Any, added: Any) -> Any:
    if isinstance(known, dict) and isinstance(added, dict):
        return {**known, **{key: _joined(known.get(key), value) for key, value in added.items()}}
    if isinstance(known, list) and isinstance(added, list):
        return [*known, *(one for one in added if one not in known)]
    return added


def places_with_hand(
    rows: Iterable[Mapping[str, Any]], added: Iterable[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], ...]:
    """A gazetteer's rows with those added by hand, which come first.

    A place known under any name of one by hand is that one: it gives it its further spellings, and its name to the
    regions of the others.
    """
    mine = [dict(row) for row in added]
    owners = {_key(text): row for row in mine for text in (row["name"], *row.get("forms", ()))}
    rest = []
    for row in rows:
        owner = owners.get(_key(row["name"]))
        if owner is None:
            region = owners.get(_key(row.get("region", "")))
            rest.append({**row, "region": region["name"]} if region is not None else row)
        else:
            more = (form for form in row.get("forms", ()) if _key(form) not in owners)
            owner["forms"] = list(dict.fromkeys((*owner.get("forms", ()), *more)))
    return (*mine, *rest)


def _key(text: str) -> str:
    return fold(text).strip()
