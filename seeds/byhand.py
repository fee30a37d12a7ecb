"""What was added to a watch by hand: `by_hand.toml`, whose entries stand beside those that documents taught; and what
was changed of it while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from seeds.text.fold import fold

#: The file in a watch's folder; it says what `watch.toml` and `gazetteer.toml` may say, and is never written anew.
BY_HAND = "by_hand.toml"

PhraseUse = Literal["allow", "block", ""]


@dataclass(frozen=True, slots=True)
class WatchChanges:
    """What was changed of a watch beside its files, which it goes before.

    `threshold` (0..1) is None where the files' holds. `phrases` say of each phrase that it admits ("allow") or keeps
    out ("block") by itself, or does neither (""), whatever the files say of it.
    """

    threshold: float | None = None
    phrases: tuple[tuple[str, PhraseUse], ...] = ()


NO_CHANGES = WatchChanges()


def with_changes(settings: Mapping[str, Any], changes: WatchChanges) -> dict[str, Any]:
    """A watch's settings with what was changed of them."""
    spoken = {_key(phrase) for phrase, _ in changes.phrases}
    lists = {
        use: [
            *(phrase for phrase in settings.get(use, ()) if _key(phrase) not in spoken),
            *(phrase for phrase, does in changes.phrases if does == use),
        ]
        for use in ("allow", "block")
    }
    threshold = {} if changes.threshold is None else {"threshold": changes.threshold}
    return {**settings, **lists, **threshold}


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
