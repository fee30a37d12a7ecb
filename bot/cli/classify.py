"""`bluehelm classify`: JSON Lines of items in, one verdict a line out, in order and flushed at once."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from bot.cli.jsonlines import as_document, as_json, dumped, loaded
from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import N_, _
from config.schema import Settings
from feeds.stories.assign import MemoryStories, profile
from feeds.watching.model import WatchChange, changes_of
from seeds.model import Match
from seeds.watch import Watch, load_watch, read_document
from seeds.watchfolder import WatchError, watch_names
from seeds.weights import weights_mistakes

_BAD_INPUT = 1
_SELDOM = 50_000  # objects between two searches for cyclic garbage, of which an item leaves next to none


@click.command()
@click.argument("source", metavar=N_("[FILE]"), type=click.File(encoding="utf-8-sig", errors="replace"), default="-")
@click.option("--watch", "watch_name", help=N_("The watch that judges (default: the first one that is enabled)."))
@config_option
def classify(source: TextIO, watch_name: str | None, config_file: Path | None) -> None:
    """Judge items: one JSON object a line in (title, summary, lang, published, url, id), one out.

    Of each item the answer holds id, relevant, score, tier, story, facts and reasons. A line that cannot be read gets
    an object with "id": null, "error" and its line number in its place, and the exit status is 1.
    """
    gc.set_threshold(_SELDOM)
    judge = Classifier(watch_or_exit(watch_name, config_file))
    whole = True
    for number, line in enumerate(source, start=1):
        if line.strip():
            answer = judge.line(line, number)
            whole = whole and "error" not in answer
            click.echo(dumped(answer))
    if not whole:
        raise SystemExit(_BAD_INPUT)


def watch_or_exit(name: str | None, config_file: Path | None) -> Watch:
    """The watch of that name, or the first that is on, as members changed it; a mistake ends the program with one
    line."""
    settings, kept = _as_kept(settings_or_exit(config_file))
    chosen = name or next((watch.name for watch in settings.watch if watch.enabled), None)
    known = watch_names(settings.watches)
    if chosen not in known:
        fail(
            _("There is no watch {chosen!r}; there is {names}.").format(chosen=chosen, names=", ".join(known))
            if chosen
            else _("No watch is enabled.")
        )
    try:
        watch = load_watch(settings.watches / chosen, changes_of(chosen, kept))
    except WatchError as error:
        fail(str(error))
    if mistakes := weights_mistakes():
        fail(*mistakes)
    return watch


def _as_kept(settings: Settings) -> tuple[Settings, tuple[WatchChange, ...]]:
    """The settings with the watches that are on, and what members changed of these."""
    if not settings.database.is_file():
        return settings, ()
    from feeds.watching.kept import kept_changes, settings_now  # noqa: PLC0415 - most judge without an archive

    kept = kept_changes(settings.database)
    return settings_now(settings, kept), kept


class Classifier:
    """Answers item by item and remembers the stories so far."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._now = datetime.now(UTC)
        self._stories = MemoryStories()

    def line(self, line: str, number: int) -> dict[str, Any]:
        """The answer to one line of input."""
        try:
            item = loaded(line)
            document = as_document(item)
        except ValueError as error:
            return {"id": None, "line": number, "error": str(error)}
        reading = read_document(document)
        match, facts = self._watch.match(reading, self._now), self._watch.facts(reading)
        scope = match.watch if match.relevant else ""
        story = self._stories.place(profile(document, facts, self._watch.fingerprint(reading), scope, tier=match.tier))
        return {"id": item.get("id"), **_verdict(match), "story": f"s{story}", "facts": as_json(facts)}


def _verdict(match: Match) -> dict[str, Any]:
    reasons = [
        {
            "kind": reason.kind,
            "pattern": reason.pattern,
            "weight": round(reason.weight, 3),
            "quote": reason.quote,
            "origin": reason.origin,
            "learned": reason.learned,
            "found": reason.found or reason.pattern,
        }
        for reason in match.reasons
    ]
    return {
        "relevant": match.relevant,
        "score": match.score,
        "tier": match.tier,
        "watch": match.watch,
        "reasons": reasons,
    }
