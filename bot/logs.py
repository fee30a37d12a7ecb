"""Log lines for operators: one line each, what is data in words, with secrets taken out."""

from __future__ import annotations

import logging
import re
import sys
from copy import copy
from typing import TextIO

from bot.wording.causes import cause_logged
from bot.wording.notices import notice_logged
from feeds.model import Cause, Notice
from feeds.web.credentials import scrubbed

# A bot token is three dotted parts; an Authorization header or a webhook address carries one too.
_SECRETS = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}|(?<=api/webhooks/)\d+/[\w-]+")
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        worded = copy(record)
        if isinstance(record.args, tuple):
            worded.args = tuple(map(_worded, record.args))
        # Whole, with its trace: what is said of an address may come from a library.
        return scrubbed(_SECRETS.sub("[secret]", super().format(worded)))


def _worded(value: object) -> object:
    """What the feeds' side names as data is said here as in an operators' channel that speaks English."""
    if isinstance(value, Notice):
        return notice_logged(value)
    return cause_logged(value) if isinstance(value, Cause) else value


def configure(level: str, out: TextIO | None = None) -> None:
    """Log to `out` (standard error) from `level` up; libraries only from warnings up."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(_Redacting(_FORMAT, "%Y-%m-%dT%H:%M:%S%z"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("bot", "feeds", "seeds", "config"):
        logging.getLogger(name).setLevel(level.upper())
    # discord.py reports the missing voice libraries at every start; voice is not used here
    logging.getLogger("discord.client").setLevel(logging.ERROR)
