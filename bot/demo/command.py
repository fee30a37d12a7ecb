"""`bluehelm demo`: the main job on sample feeds, offline, in this terminal."""

from __future__ import annotations

import click

from bot.language import N_, _


@click.command()
@click.option("--watch", "watch", help=N_("The watch whose samples are played (default: the first that has some)."))
@click.option("--pace", type=click.FloatRange(0, 60), help=N_("Seconds between two moments of the samples."))
def demo(watch: str | None, pace: float | None) -> None:
    """The main job on sample feeds, offline, in this terminal."""
    click.echo(
        _("Bluehelm's demo is getting ready: a server of sample feeds, an archive, and what is known of the mission …")
    )
    from bot.demo.stage import present  # noqa: PLC0415 - a second or two: the line above stands before that

    present(watch, pace)
