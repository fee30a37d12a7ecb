"""`bluehelm feeds check`: ask feeds once, without touching any state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from bot.cli.feeds.group import catalogue_option, feeds_group, listed_feeds
from bot.cli.options import config_option, fail, settings_or_exit
from bot.language import N_, _, numeral
from bot.wording.causes import cause_text
from config.schema import Poll
from feeds import trial
from feeds.catalog.roster import Listed, meant
from feeds.model import Cause, Feed
from feeds.web.credentials import without_secrets


@feeds_group.command("check")
@click.argument("names", metavar=N_("[NAME]..."), nargs=-1)
@click.option("--all", "everything", is_flag=True, help=N_("Also the feeds that are switched off or paused."))
@click.option("--json", "as_json", is_flag=True, help=N_("One JSON object a line instead of text."))
@catalogue_option
@config_option
def check_feeds(
    *, names: tuple[str, ...], everything: bool, as_json: bool, catalogue: Path | None, config_file: Path | None
) -> None:
    """Ask every feed once and say what it answers; nothing is stored.

    NAMES choose feeds by words of their names. Exit 1 when a feed fails.
    """
    settings = settings_or_exit(config_file)
    rows = listed_feeds(settings, catalogue)
    wanted = [row.feed for row in rows if _chosen(row, names, everything=everything)]
    if not wanted:
        by = _("no feed of the catalogue is meant by {names}").format(names=" ".join(names))
        fail(by if names else _("no feed of the catalogue is meant"))
    own = [row.feed.url for row in rows if row.feed.local]
    tried = asyncio.run(_try_all(wanted, own, settings.poll, _as_json if as_json else _as_text))
    bad = sum(one.failure is not None for one in tried)
    if not as_json:
        said = _("{asked} feeds asked, {read} can be read, {failed} fail.")
        click.echo(said.format(asked=len(tried), read=len(tried) - bad, failed=bad))
    raise SystemExit(1 if bad else 0)


def _chosen(row: Listed, names: Sequence[str], *, everything: bool) -> bool:
    if names:
        return any(meant([row], name) for name in names)
    return everything or row.polled


async def _try_all(
    wanted: Sequence[Feed], own: Sequence[str], poll: Poll, said: Callable[[trial.Trial], str]
) -> list[trial.Trial]:
    from feeds.web.fetch import Fetcher  # noqa: PLC0415 - the HTTP stack, only once the arguments are right
    from feeds.worker.jobs import Setup  # noqa: PLC0415
    from feeds.worker.pool import Pool  # noqa: PLC0415
    from feeds.worker.process import StartError  # noqa: PLC0415
    from feeds.worker.reader import Reader  # noqa: PLC0415

    tried, now = [], datetime.now(UTC)
    async with Fetcher(poll, own) as fetcher, Pool(Setup(())) as pool:
        try:
            await pool.ready()
        except StartError as error:
            fail(str(error), status=1)
        reader = Reader(pool)
        for asked in asyncio.as_completed([trial.try_feed(fetcher, reader, feed, now) for feed in wanted]):
            tried.append(await asked)
            click.echo(said(tried[-1]))
    return tried


def _as_text(one: trial.Trial) -> str:
    if one.failure:
        first = _("fail  {name}: {failure}. {said}").format(
            name=one.feed.name, failure=one.failure, said=_said(one.causes)
        )
    else:
        form = _("ok    {name}: {status} {kind}, {items} items")
        if one.newest is not None:
            form = _("ok    {name}: {status} {kind}, {items} items, the newest {age}")
        age = _age(one.newest) if one.newest is not None else ""
        first = form.format(name=one.feed.name, status=one.status, kind=one.kind, items=one.items, age=age)
    return "\n".join([first.rstrip(), *(f"      {cause_text(problem)}" for problem in one.problems)])


def _said(causes: Sequence[Cause]) -> str:
    return " ".join(map(cause_text, causes))


def _age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return (
        _("{hours} hours old").format(hours=round(hours))
        if hours < 48
        else _("{days} days old").format(days=numeral(round(hours / 24)))
    )


def _as_json(one: trial.Trial) -> str:
    row = {
        "name": one.feed.name,
        "url": without_secrets(one.feed.url),
        "status": one.status,
        "type": one.kind or None,
        "items": one.items,
        "newest_hours": None if one.newest is None else round(one.newest.total_seconds() / 3600, 1),
        "failure": one.failure,
        "detail": _said(one.causes) or None,
        "problems": [cause_text(problem) for problem in one.problems],
    }
    return json.dumps(row, ensure_ascii=False)
