"""The stories: which entries tell one event, as rows that a look-up finds at the same cost however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce

from sqlite_utils import Database

from feeds.model import Change, Finding, Judged, Source, Story
from feeds.model.teams import owned_name
from feeds.store.db import rows
from feeds.store.db.accounts import Accounts, sources_where
from feeds.store.db.connection import writing
from feeds.store.db.story_rows import SEEN_STORY, change_of, story_of
from feeds.store.watching.pins import TierPins
from feeds.stories.account import account
from feeds.stories.assign import CANDIDATES, assign, keys, link_lookups, link_story, lookups
from feeds.stories.changes import without_moments
from feeds.stories.confirmation import loudest
from feeds.stories.profile import Profile, absorb, profile
from feeds.stories.told import told_at
from seeds.model import Tier

_PLACED = "FROM placements p JOIN findings f ON f.wording = p.wording AND f.watch = p.watch"
# The moment of a placement whose title, facts and quotes are also those of another wording of the entry.
_SINCE = f"""SELECT p.since {_PLACED} JOIN wordings w ON w.id = p.wording
    JOIN findings now ON now.watch = p.watch AND (now.facts, now.quotes, now.tier) = (f.facts, f.quotes, f.tier)
    JOIN wordings said ON said.id = now.wording AND said.title = w.title
    WHERE p.entry = ? AND p.watch = ? AND now.wording = ?"""
_OF_WATCHES = "(? = '[]' OR watch IN (SELECT value FROM json_each(?)))"


class Storybook:
    """Stories over one connection."""

    def __init__(self, db: Database) -> None:
        self._db, self._accounts, self._pins = db, Accounts(db), TierPins(db)

    # reading

    def story(self, story: int) -> Story | None:
        """The story of an id, with its sources in order of arrival; a merged one has none and says where it went."""
        return next(iter(self.several([story])), None)

    def known(self, story: int) -> Story:
        """The story of an id that there is one of."""
        found = self.story(story)
        assert found is not None
        return found

    def several(self, ids: Sequence[int]) -> list[Story]:
        """The stories of these ids, in their order; unknown ids are passed over."""
        marks = ",".join("?" * len(ids))
        found = self._full(f"id IN ({marks})", ids)
        by_id = {story.id: story for story in found}
        return [by_id[one] for one in ids if one in by_id]

    def of_entry(self, entry: int, watch: str) -> Story | None:
        """The watch's story that an entry belongs to."""
        story = self._story_of(entry, watch)
        return None if story is None else self.story(story)

    def watches_of(self, entry: int) -> list[str]:
        """The watches that hold an entry relevant."""
        sql = "SELECT watch FROM placements WHERE entry = ? ORDER BY watch"
        return [row[0] for row in self._db.execute(sql, [entry]).fetchall()]

    def latest(self, limit: int = 10, offset: int = 0, watches: Sequence[str] = ()) -> list[Story]:
        """The stories whose newest source was told last, newest first, of some watches or (none given) of all."""
        clause = f"merged_into IS NULL AND {_OF_WATCHES} ORDER BY newest DESC, id DESC LIMIT ? OFFSET ?"
        return self._full(clause, [*[json.dumps(list(watches))] * 2, limit, offset])

    def untold(self) -> int:
        """How many stories nobody was told of, or is to be told of."""
        sql = """SELECT count(*) FROM stories s WHERE merged_into IS NULL
            AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.story = s.id)
            AND NOT EXISTS (SELECT 1 FROM digest_items i WHERE i.story = s.id)"""
        return int(self._db.execute(sql).fetchone()[0])

    def count(self, watches: Sequence[str] = ()) -> int:
        """How many stories `latest` can page through."""
        sql = f"SELECT count(*) FROM stories s WHERE merged_into IS NULL AND {_OF_WATCHES} AND {SEEN_STORY}"
        return int(self._db.execute(sql, [json.dumps(list(watches))] * 2).fetchone()[0])

    def _full(self, clause: str, values: Sequence[object]) -> list[Story]:
        joined = "FROM stories s LEFT JOIN story_accounts a ON a.story = s.id"
        found = list(self._db.query(f"SELECT s.*, a.* {joined} WHERE {SEEN_STORY} AND {clause}", list(values)))
        ids = [row["id"] for row in found]
        sources, changes = self._sources(ids), self._changes(ids)
        return [story_of(row, tuple(sources.get(row["id"], ())), tuple(changes.get(row["id"], ()))) for row in found]

    def _sources(self, stories: Sequence[int]) -> dict[int, list[Source]]:
        marks = ",".join("?" * len(stories))
        found: dict[int, list[Source]] = {}
        for row in self._db.query(f"{sources_where(f'p.story IN ({marks})')} ORDER BY id", list(stories)):
            found.setdefault(row["story"], []).append(rows.source(row))
        return found

    def _changes(self, stories: Sequence[int]) -> dict[int, list[Change]]:
        marks = ",".join("?" * len(stories))
        found: dict[int, list[Change]] = {}
        for row in self._db.query(f"SELECT * FROM story_changes WHERE story IN ({marks}) ORDER BY id", list(stories)):
            found.setdefault(row["story"], []).append(change_of(row))
        return found

    # writing

    def place(self, entry: int, reading: Judged, finding: Finding) -> int:
        """Put an entry into the story that it tells, or open one; returns the story's id.

        An entry that is in a story already (its text changed) stays there.
        """
        told = profile(
            reading.entry.document(reading.publisher, reading.seen),
            finding.facts,
            finding.marks,
            owned_name(finding.match.watch, reading.audience),
            reading.seen,
            tier=finding.match.tier,
        )
        with writing(self._db):
            joined = self._story_of(entry, finding.match.watch)
            story = joined or self._search(told) or self._open(finding.match.watch, reading.seen, reading.audience)
            self._attach(entry, finding, told, story, reading.seen)
            if joined:
                self.rebuild(story)
            else:
                self._grow(story, told)
        return story

    def _story_of(self, entry: int, watch: str) -> int | None:
        sql = "SELECT story FROM placements WHERE entry = ? AND watch = ?"
        found = self._db.execute(sql, [entry, watch]).fetchone()
        return int(found[0]) if found else None

    def _search(self, told: Profile) -> int | None:
        """The story that an entry joins, among the few that share a key with it."""
        return assign(told, self.candidates(lookups(told)))

    def candidates(self, sought: Iterable[str]) -> dict[int, Profile]:
        """The newest stories under each of these keys: the cost does not grow with the archive."""
        sql = "SELECT story FROM story_keys WHERE key = ? ORDER BY story DESC LIMIT ?"
        ids = {row[0] for key in sought for row in self._db.execute(sql, [key, CANDIDATES]).fetchall()}
        marks = ",".join("?" * len(ids))
        found = self._db.execute(f"SELECT id, profile FROM stories WHERE id IN ({marks})", sorted(ids))
        return {story: Profile.from_json(json.loads(kept)) for story, kept in found.fetchall()}

    def _open(self, watch: str, at: datetime, server: str) -> int:
        cursor = self._db.conn.execute(
            """INSERT INTO stories (watch, tier, opened, updated, newest, profile, server)
                VALUES (?, ?, ?, ?, ?, '{}', ?)""",
            [watch, Tier.BACKGROUND, *[rows.stamp(at)] * 3, server],
        )
        return int(cursor.lastrowid or 0)

    def _attach(self, entry: int, finding: Finding, told: Profile, story: int, at: datetime) -> None:
        """Keep what was found in an entry's current wording, and let the story tell that one."""
        match = finding.match
        wording, rewrites = self._db.execute("SELECT wording, revisions FROM entries WHERE id = ?", [entry]).fetchone()
        self._db.conn.execute(
            """INSERT OR IGNORE INTO findings (wording, watch, score, tier, reasons, facts, quotes, profile)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                wording, match.watch, match.score, match.tier, rows.REASONS.dump_json(match.reasons).decode(),
                rows.FACTS.dump_json(finding.facts).decode(), rows.TEXTS.dump_json(finding.quotes).decode(),
                json.dumps(told.to_json()),
            ],
        )  # fmt: skip
        since = self._since(entry, match.watch, wording, at) if rewrites else None
        self._db.conn.execute(
            "INSERT OR REPLACE INTO placements (entry, watch, story, wording, since) VALUES (?, ?, ?, ?, ?)",
            [entry, match.watch, story, wording, since],
        )

    def _since(self, entry: int, watch: str, wording: int, at: datetime) -> str | None:
        """Since when a rewritten entry has told the story what it does: a rewrite outside of that changes nothing."""
        found = self._db.execute(_SINCE, [entry, watch, wording]).fetchone()
        return found[0] if found else rows.stamp(at)

    def _grow(self, story: int, told: Profile) -> None:
        """Add an entry's profile to the story's, which has none yet when it was just opened."""
        kept = json.loads(self._db.execute("SELECT profile FROM stories WHERE id = ?", [story]).fetchone()[0])
        self._describe(story, absorb(Profile.from_json(kept), told) if kept else told)

    def _describe(self, story: int, told: Profile) -> None:
        """Write a story's profile, the keys it is found by, and the incident that it looks back on, once it has one."""
        others = {other: kept for other, kept in self.candidates(link_lookups(told)).items() if other != story}
        self._db.execute(
            "UPDATE stories SET profile = ?, linked_to = coalesce(linked_to, ?) WHERE id = ?",
            [json.dumps(told.to_json()), link_story(told, others), story],
        )
        named = [(key, story) for key in keys(told)]
        self._db.conn.executemany("INSERT OR IGNORE INTO story_keys (key, story) VALUES (?, ?)", named)

    def rebuild(self, story: int) -> None:
        """Add the story's profile up again from its entries, after one was changed or taken away."""
        sql = f"SELECT f.profile {_PLACED} WHERE p.story = ? ORDER BY p.entry"
        told = [Profile.from_json(json.loads(row[0])) for row in self._db.execute(sql, [story]).fetchall()]
        self._db.execute("DELETE FROM story_keys WHERE story = ?", [story])
        if told:
            self._describe(story, reduce(absorb, told))

    def retell(self, now: Story, at: datetime) -> Story:
        """Bring what a story says, its tier and its times up to date with its sources, as just read; returns it."""
        newest = max(map(told_at, now.sources))
        current = [source for source in now.sources if not source.outdated] or now.sources
        pinned = self._pins.of(now.id)
        tier = pinned or loudest(source.tier for source in current)
        self._db.execute(
            "UPDATE stories SET tier = ?, pinned = ?, updated = ?, newest = ? WHERE id = ?",
            [tier, pinned, rows.stamp(at), rows.stamp(newest), now.id],
        )
        said = account(now.sources)
        self._accounts.save(now.id, said)
        return replace(now, tier=tier, pinned=pinned, updated=at, account=said)

    def note(self, story: Story, changes: Sequence[Change]) -> Story:
        """Add to the list of what changed in a story; returns it."""
        told = [(story.id, rows.stamp(one.at), one.kind, one.old, one.new, one.material) for one in changes]
        self._db.conn.executemany(
            "INSERT INTO story_changes (story, at, kind, old, new, material) VALUES (?, ?, ?, ?, ?, ?)", told
        )
        return replace(story, changes=(*story.changes, *changes))

    def unsay(self, story: int, entry: int) -> tuple[Change, ...]:
        """Take out of the list of what changed in a story what came of an entry that was moved out of it; returns
        that."""
        before = self.known(story)
        others = {at for source in before.sources for at in self._readings(source.entry)}
        kept = without_moments(before.changes, set(self._readings(entry)) - others)
        self._db.execute("DELETE FROM story_changes WHERE story = ?", [story])
        self.note(replace(before, changes=()), kept)
        moments = {one.at for one in kept}
        return tuple(one for one in before.changes if one.at not in moments)

    def _readings(self, entry: int) -> list[datetime]:
        """When an entry was read in new words, or again in earlier ones."""
        sql = """SELECT first_read FROM wordings WHERE entry = :entry
            UNION SELECT value FROM wordings, json_each(returned) WHERE entry = :entry"""
        found = self._db.execute(sql, {"entry": entry}).fetchall()
        return [at for (stamp,) in found if (at := rows.instant_of(stamp)) is not None]

    # regrouping by hand

    def resolve(self, story: int) -> Story | None:
        """The story that this one was merged into at last, or itself; None when there is none of that id."""
        found = self.story(story)
        while found is not None and found.merged_into is not None:
            found = self.story(found.merged_into)
        return found

    def join(self, elder: int, younger: int, at: datetime) -> None:
        """Move everything of one story into another; the younger one is left as a pointer."""
        self._db.execute("UPDATE placements SET story = ? WHERE story = ?", [elder, younger])
        self._db.execute(
            "UPDATE stories SET merged_into = ?, updated = ? WHERE id = ?", [elder, rows.stamp(at), younger]
        )
        sql = "UPDATE stories SET linked_to = nullif(:elder, id) WHERE linked_to = :younger"
        self._db.execute(sql, {"elder": elder, "younger": younger})
        self._accounts.forget(younger)
        self.rebuild(younger)
        self.rebuild(elder)

    def part(self, entry: int, watch: str, at: datetime) -> int:
        """Move an entry out of its story into one of its own; returns that.

        One that came by a merge goes back to the story that was merged, as long as that is a mere pointer to this one:
        its number and its messages are the entry's again.
        """
        old = self._story_of(entry, watch)
        new = self._merged_from(entry, old) or self._open(watch, at, self.known(old).server if old else "")
        self._db.execute("UPDATE stories SET merged_into = NULL WHERE id = ?", [new])
        self._db.execute("UPDATE placements SET story = ? WHERE entry = ? AND watch = ?", [new, entry, watch])
        self.rebuild(new)
        if old:
            self.rebuild(old)
        return new

    def _merged_from(self, entry: int, story: int | None) -> int | None:
        """The story in which the entry was before it was merged into `story`, by whatever way."""
        sql = """SELECT other FROM pins, json_each(pins.entries) moved WHERE kind = 'merge' AND moved.value = ?
            ORDER BY pins.id"""
        for (origin,) in self._db.execute(sql, [entry]).fetchall():
            leads_to = self.resolve(origin)
            if leads_to is not None and origin != leads_to.id == story:
                return int(origin)
        return None

    def pin(
        self, kind: str, story: int, by: str, at: datetime, *, entry: int | None = None, other: int | None = None,
        entries: Iterable[int] = (),
    ) -> None:  # fmt: skip
        """Note who regrouped what, and when, and which entries a merge moved."""
        sql = "INSERT INTO pins (kind, entry, story, other, by, at, entries) VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._db.execute(sql, [kind, entry, story, other, by, rows.stamp(at), json.dumps(list(entries))])
