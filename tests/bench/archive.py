"""An archive of a million made-up items, a fifth of them flagged: the same bytes of content from the same seed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds.model import (
    Account,
    Channel,
    Confirmation,
    Figure,
    Figures,
    Finding,
    Location,
    Rung,
    Subscription,
)
from feeds.parsing.identity import content_hash
from feeds.store import Store
from feeds.store.db import rows
from feeds.store.db.story_rows import account_row
from seeds.model import Facts, Match, Reason, Tier, When

START, END = datetime(2013, 7, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
WATCHES = ("minusma", "monusco")
# Each with the share of flagged and of other texts that it stands in.
FIELD = {
    "killed": (0.55, 0.30), "attack": (0.50, 0.20), "mali": (0.60, 0.05), "peacekeepers": (0.70, 0.02),
    "the": (0.9, 0.9),
    "said": (0.6, 0.6), "mission": (0.5, 0.1), "soldiers": (0.35, 0.2), "convoy": (0.12, 0.03), "mine": (0.15, 0.05),
    "kidal": (0.12, 0.005), "minusma": (0.5, 0.0), "wounded": (0.3, 0.1), "council": (0.2, 0.1), "un": (0.8, 0.3),
    "football": (0.001, 0.15), "training": (0.05, 0.05), "Wagner": (0.02, 0.01),
}  # fmt: skip
_PLACES = ["Kidal", "Gao", "Mopti", "Ménaka", "Aguelhok", "Timbuktu", "Tessalit", "Douentza", "Bandiagara", "Ber"]
_PLACES += [f"Place {n}" for n in range(140)]
_KINDS = ["attack", "mine", "ambush", "rocket or mortar fire", "suicide attack", "accident", None]
_ACTORS = ["JNIM", "ISGS", "M23", "ADF", None, None, None]
_SIDES = ["TD", "TG", "BF", "EG", "SN", "NE", "GN", "BD", "DE", "CN"]
_TONGUES = ["fr", "en", "ar", "es", "de", "ha", "pt", "ru"]
_OUTLETS = [f"Outlet {n}" for n in range(300)]
_BATCH = 5000
_WORDS = 40_000


class Maker:
    """Makes rows; `chance` is all that decides."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._words = [self._word() for _ in range(_WORDS)]
        # as in language: a few words are everywhere
        self._weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(_WORDS)))

    def _word(self) -> str:
        syllables = ("ka", "ro", "mi", "ten", "sal", "bu", "de", "ga", "lo", "ner", "tis", "pa", "vo", "chi", "sen")
        return "".join(self.chance.choice(syllables) for _ in range(self.chance.randint(2, 4)))

    def text(self, count: int, flagged: bool, place: str = "") -> str:
        words = self.chance.choices(self._words, cum_weights=self._weights, k=count)
        words += [word for word, shares in FIELD.items() if self.chance.random() < shares[not flagged]]
        words += [place] if place else []
        self.chance.shuffle(words)
        return " ".join(words)

    def zipf(self, names: list[str]) -> str:
        return names[min(int(self.chance.paretovariate(0.8)) - 1, len(names) - 1)]


def build(path: Path, items: int, flagged: int, seed: int = 11) -> None:
    """Write the archive to `path`, which must not be there yet: so many items, of which so many are flagged."""
    with Store(path) as store:
        store.subscriptions.add(Channel("alerts", "discord", "42"), Subscription("alerts", WATCHES[0], ()))
        db = store._db.conn
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -200000")
        maker = Maker(seed)
        coming = _items(maker, items, flagged)
        while batch := list(itertools.islice(coming, _BATCH)):
            db.execute("BEGIN")
            for one in batch:
                _insert(db, *one)
            db.execute("COMMIT")
        db.execute("BEGIN")
        _finish(store, db)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA optimize")


def _items(maker: Maker, items: int, flagged: int) -> Iterator[tuple]:
    """Each item's number, time, what is told and its story; a story's reports come within a few hundred items."""
    step, share = (END - START) / items, flagged / items
    open_stories: list[dict] = []
    number_of_stories = 0
    for number in range(1, items + 1):
        at = START + number * step
        if maker.chance.random() >= share:
            yield number, at, None, maker.text(30, False), maker
            continue
        if open_stories and maker.chance.random() < 0.65:
            story = maker.chance.choice(open_stories)
        else:
            number_of_stories += 1
            story = _story(maker, number_of_stories, at)
            open_stories = [*open_stories[-9:], story]
        yield number, at, story, maker.text(35, True, story["facts"].place), maker


def _story(maker: Maker, number: int, at: datetime) -> dict:
    chance = maker.chance
    incident = chance.random() < 0.4
    killed = min(int(chance.paretovariate(1.2)) - 1, 60) if incident else None
    facts = Facts(
        killed=killed, injured=chance.randint(0, 20) if incident else None, place=maker.zipf(_PLACES),
        region=chance.choice(_PLACES[:5]), contingents=(chance.choice(_SIDES),), coordinates=(18.4, 1.4),
        event=When(at.replace(hour=0, minute=0, second=0, microsecond=0), "day"),
        attack=chance.choice(_KINDS) if incident else None, actor=chance.choice(_ACTORS) if incident else None,
        symbols=(f"S/RES/{chance.randint(2100, 2800)}",) if chance.random() < 0.1 else (), language="en",
    )  # fmt: skip
    tier = Tier.INCIDENT if incident else chance.choice([one for one in Tier if one is not Tier.INCIDENT])
    return {"number": number, "watch": WATCHES[chance.random() < 0.3], "tier": tier, "facts": facts, "opened": at}


def _insert(db, number, at, story, text, maker) -> None:
    chance = maker.chance
    title, summary = text[:70].rsplit(" ", 1)[0], text[70:].strip()
    stamp, publisher = rows.stamp(at), maker.zipf(_OUTLETS)
    db.execute(
        """INSERT INTO entries (id, feed, link, language, published, precision, outlet, publisher, standing, seen, told,
            kept, wording) VALUES (?, ?, ?, ?, ?, 'instant', NULL, ?, 'outlet', ?, ?, ?, ?)""",
        (number, f"feed{number % 400}", f"https://example.org/{number}", maker.zipf(_TONGUES), stamp, publisher, stamp,
         stamp, story is not None, 0),
    )  # fmt: skip
    terms = story["facts"].place if story else ""
    db.execute(
        """INSERT INTO wordings (id, entry, n, title, summary, terms, content_hash, first_read, last_read)
            VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)""",
        (number, number, title, summary, terms, content_hash(title, summary), stamp, stamp),
    )
    db.execute("UPDATE entries SET wording = ? WHERE id = ?", (number, number))
    keys = [(rows.key_hash(f"guid:{number}"), number), (rows.key_hash(f"link:{number}"), number)]
    db.executemany("INSERT INTO entry_keys (key, entry) VALUES (?, ?)", keys)
    if story is None:
        return
    if story.setdefault("first", number) == number:
        db.execute(
            "INSERT INTO stories (id, watch, tier, opened, updated, newest, profile) VALUES (?, ?, ?, ?, ?, ?, '{}')",
            (story["number"], story["watch"], story["tier"], stamp, stamp, stamp),
        )
        db.execute(_account_insert(), tuple(_account(story, publisher).values()))
    else:
        db.execute("UPDATE stories SET newest = ?, updated = ? WHERE id = ?", (stamp, stamp, story["number"]))
    finding = Finding(Match(story["watch"], True, 0.9, story["tier"], _REASONS), story["facts"], (summary[:160],))
    db.execute(
        """INSERT INTO findings (wording, watch, score, tier, reasons, facts, quotes, profile)
            VALUES (?, ?, 0.9, ?, ?, ?, ?, '{}')""",
        (number, story["watch"], story["tier"], rows.REASONS.dump_json(_REASONS).decode(),
         rows.FACTS.dump_json(finding.facts).decode(), rows.TEXTS.dump_json(finding.quotes).decode()),
    )  # fmt: skip
    db.execute(
        "INSERT INTO placements (entry, watch, story, wording) VALUES (?, ?, ?, ?)",
        (number, story["watch"], story["number"], number),
    )
    if chance.random() < 0.02:
        _rewrite(db, maker, number, story, at)


_REASONS = (Reason("name", "minusma", 4.0, "The mission said so.", "names"),)


def _rewrite(db, maker, number, story, at) -> None:
    """The item in other words, an hour later."""
    text, stamp, wording = maker.text(35, True), rows.stamp(at + timedelta(hours=1)), 10**8 + number
    db.execute(
        """INSERT INTO wordings (id, entry, n, title, summary, terms, content_hash, first_read, last_read)
            VALUES (?, ?, 2, ?, ?, '', ?, ?, ?)""",
        (wording, number, text[:60], text[60:], content_hash(text[:60], text[60:]), stamp, stamp),
    )
    db.execute("UPDATE entries SET wording = ?, revisions = 1 WHERE id = ?", (wording, number))
    db.execute("INSERT INTO findings SELECT ?, watch, score, tier, reasons, facts, quotes, profile FROM findings "
               "WHERE wording = ?", (wording, number))  # fmt: skip
    db.execute("UPDATE placements SET wording = ?, since = ? WHERE entry = ?", (wording, stamp, number))


def _account(story: dict, publisher: str) -> dict[str, object]:
    facts, at = story["facts"], story["opened"]
    when = When(at, "instant")
    figures = tuple(
        Figures(harm, (Figure(count, (publisher,), False, False, when),))
        for harm, count in (("killed", facts.killed), ("injured", facts.injured))
        if count is not None
    )
    said = Account(
        story["first"], Location(facts.place, facts.region, facts.coordinates), facts.event, figures, facts.contingents,
        facts.attack, facts.actor, facts.symbols, Confirmation(Rung.SINGLE, (publisher,), when),
    )  # fmt: skip
    return {"story": story["number"], **account_row(said)}


def _account_insert() -> str:
    names = ("story", *account_row(Account()))
    return f"INSERT INTO story_accounts ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def _finish(store: Store, db) -> None:
    """What stands beside the stories: the tables of the search, feeds, alerts that were sent, the days."""
    from feeds.store.search.tables import index_stories

    index_stories(store._db)
    feeds = [(f"feed{n}", f"https://example.org/feed{n}") for n in range(400)]
    db.executemany("INSERT INTO feeds (name, url, home, baseline) VALUES (?, ?, '', 1)", feeds)
    db.execute(
        """INSERT INTO deliveries (mark, channel, kind, created, due, state, action, story, message, settled)
            SELECT 'd' || id, 'alerts', 'alert', opened, opened, 'sent', 'post', id, 'm' || id, opened FROM stories
            WHERE tier IN ('incident', 'decision')"""
    )
    db.execute(
        """INSERT INTO story_changes (story, at, kind, old, new, material)
            SELECT id, updated, 'killed', NULL, 1, 1 FROM stories WHERE id % 3 = 0"""
    )
