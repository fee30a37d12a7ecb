"""`bluehelm feeds`: the list of what is polled, kept by hand and while the bot runs."""

from bot.cli.feeds import check, exchange, manage, trying
from bot.cli.feeds.group import feeds_group

__all__ = ["check", "exchange", "feeds_group", "manage", "trying"]
