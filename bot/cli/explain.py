"""`bluehelm explain`: why a text is flagged, or why not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.classify import watch_or_exit
from bot.cli.options import config_option
from bot.language import N_, _, decimal
from bot.wording.evidence import PLACES, ROLES, fact_word, kind_word, lacking, taught_by
from bot.wording.formats import colon, quoted, tier_word
from seeds.facts.grounds import Ground
from seeds.model import Document, Match, Reason
from seeds.text.reading import Reading
from seeds.watch import Watch, read_document

_LACKS = {ROLES: N_("no word for a UN peace operation"), PLACES: N_("no place of its theatre")}


@click.command()
@click.argument("text", metavar=N_("TEXT"))
@click.option("--summary", default="", help=N_("What follows the title."))
@click.option("--lang", help=N_("The language of the text, such as en or fr."))
@click.option("--watch", "watch_name", help=N_("The watch that judges (default: the first one that is enabled)."))
@config_option
def explain(text: str, summary: str, lang: str | None, watch_name: str | None, config_file: Path | None) -> None:
    """Say why TEXT is flagged, or why not: what speaks for it, what against it, and who taught it."""
    title, _, rest = text.partition("\n")
    watch = watch_or_exit(watch_name, config_file)
    for line in explained(watch, Document(title, summary or rest, lang), datetime.now(UTC)):
        click.echo(line)


def explained(watch: Watch, document: Document, now: datetime) -> list[str]:
    """The lines of the explanation."""
    reading = read_document(document)
    match = watch.match(reading, now)
    weighed = [reason for reason in match.reasons if reason.kind != "tier"]
    lines = [_verdict(watch, match)]
    lines += _told(_("for it"), [one for one in weighed if one.weight > 0 or one.kind == "allow"])
    lines += _told(_("against it"), [one for one in weighed if one.weight < 0 or one.kind == "block"])
    if not match.relevant:
        lines += _missing(watch, reading)
    if match.tier:
        lines.append(_("tier: {tier}").format(tier=tier_word(match.tier)))
        lines += _told(_("because"), [reason for reason in match.reasons if reason.kind == "tier"])
        lines += [line for ground in watch.grounds(reading) for line in _ground(ground)]
    return lines


def _ground(ground: Ground) -> list[str]:
    """A fact with how likely it is, and what weighed most for and against it."""
    told = _("{fact}: {value} ({percent}% likely)")
    head = told.format(fact=fact_word(ground.fact), value=ground.value, percent=round(100 * ground.chance))
    return [head, *(f"  {decimal(weight, '+.2f')}  {name}" for name, weight in ground.why)]


def _verdict(watch: Watch, match: Match) -> str:
    said = _("relevant") if match.relevant else _("not relevant")
    threshold = _("relevant from {threshold} on").format(threshold=decimal(watch.judge.threshold, ".2f"))
    return _("{name}: {said}, score {score} ({threshold}; patterns {version})").format(
        name=watch.name, said=said, score=decimal(match.score, ".2f"), threshold=threshold, version=watch.version
    )


def _told(heading: str, reasons: list[Reason]) -> list[str]:
    if not reasons:
        return []
    return [
        f"{heading}{colon()}".rstrip(),
        *(f"  {decimal(reason.weight, '+.2f')}  {_one(reason)}" for reason in reasons),
    ]


def _one(reason: Reason) -> str:
    pattern = f"{quoted(reason.pattern)} " if reason.learned else ""
    return f"{kind_word(reason.kind)} {quoted(reason.found or reason.pattern)} ({pattern}{taught_by(reason)})"


def _missing(watch: Watch, reading: Reading) -> list[str]:
    """What kind of evidence the text lacks altogether."""
    lacks = lacking({hit.kind for hit in watch.evidence(reading).hits}, _LACKS)
    return [_("missing: {names}").format(names=", ".join(map(_, lacks)))] if lacks else []
