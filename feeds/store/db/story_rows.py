"""How stories, what they say and what changed in them become rows and come back; nothing here touches the database."""

from __future__ import annotations

from pydantic import TypeAdapter

from feeds.model import (
    NO_ACCOUNT,
    Account,
    Change,
    ChangeKind,
    Confirmation,
    Figures,
    HarmKind,
    Location,
    Rung,
    Source,
    Story,
)
from feeds.store.db import rows
from seeds.model import Tier, When

FIGURES: TypeAdapter[tuple[Figures, ...]] = TypeAdapter(tuple[Figures, ...])

SEEN_STORY = "(s.server = '' OR seen(s.server))"
"""What a story `s` must meet to be there for whom the store is asked for."""


def story_of(row: rows.Row, sources: tuple[Source, ...], changes: tuple[Change, ...]) -> Story:
    """A row of `stories` joined with its row of `story_accounts`, with its sources and changes."""
    return Story(
        id=row["id"],
        watch=row["watch"],
        tier=Tier(row["tier"]),
        opened=rows.time_in(row["opened"]),
        updated=rows.time_in(row["updated"]),
        sources=sources,
        changes=changes,
        merged_into=row["merged_into"],
        linked_to=row["linked_to"],
        account=NO_ACCOUNT if row["rung"] is None else account_of(row),
        pinned=Tier(row["pinned"]) if row["pinned"] else None,
        server=row["server"],
    )


def account_row(account: Account) -> dict[str, object]:
    """The columns of `story_accounts`, but for the story's id."""
    where, day, confirmed = account.location, account.day, account.confirmation
    at = where.coordinates if where else None
    return {
        "headline": account.headline,
        "place": where.place if where else None,
        "region": where.region if where else None,
        "region_only": bool(where and where.region_only),
        "latitude": at[0] if at else None,
        "longitude": at[1] if at else None,
        "day": day.start.date().isoformat() if day else None,
        "day_precision": day.precision if day else None,
        **_toll_columns(account, "killed"),
        **_toll_columns(account, "injured"),
        "attack": account.attack,
        "actor": account.actor,
        "rung": confirmed.rung,
        "publishers": len(confirmed.voices),
        **_when_columns("first", confirmed.first),
        **_when_columns("un", confirmed.confirmed),
        "contingents": _list_json(account.contingents),
        "symbols": _list_json(account.symbols),
        "voices": _list_json(confirmed.voices),
        "figures": FIGURES.dump_json(account.figures).decode(),
    }


def _toll_columns(account: Account, harm: HarmKind) -> dict[str, object]:
    """The believed total of a harm, and the lowest and highest that somebody holds to."""
    told = account.toll(harm)
    low, high = told.range or (None, None)
    return {
        harm: told.current.count if told.current else None,
        f"{harm}_low": low,
        f"{harm}_high": high,
        f"{harm}_at_least": bool(told.current and told.current.at_least),
    }


def _when_columns(name: str, when: When | None) -> dict[str, object]:
    """A time in two columns: where the stated year, month or day begins (or the instant), and how exact that is."""
    return {
        f"{name}_at": rows.stamp(when.start) if when else None,
        f"{name}_precision": when.precision if when else None,
    }


def _list_json(values: tuple[str, ...]) -> str:
    return rows.TEXTS.dump_json(values).decode()


def account_of(row: rows.Row) -> Account:
    """A row of `story_accounts`."""
    confirmed = Confirmation(
        Rung(row["rung"]),
        rows.TEXTS.validate_json(row["voices"]),
        rows.when_of(row["first_at"], row["first_precision"]),
        rows.when_of(row["un_at"], row["un_precision"]),
    )
    return Account(
        headline=row["headline"],
        location=_location(row),
        day=rows.when_of(f"{row['day']}T00:00:00+00:00", row["day_precision"]) if row["day"] else None,
        figures=FIGURES.validate_json(row["figures"]),
        contingents=rows.TEXTS.validate_json(row["contingents"]),
        attack=row["attack"],
        actor=row["actor"],
        symbols=rows.TEXTS.validate_json(row["symbols"]),
        confirmation=confirmed,
    )


def _location(row: rows.Row) -> Location | None:
    if row["place"] is None:
        return None
    at = (row["latitude"], row["longitude"]) if row["latitude"] is not None else None
    return Location(row["place"], row["region"], at, bool(row["region_only"]))


def change_of(row: rows.Row) -> Change:
    """A row of `story_changes`."""
    at, kind = rows.time_in(row["at"]), ChangeKind(row["kind"])
    return Change(at, kind, row["old"], row["new"], bool(row["material"]))
