"""Log lines for operators: one line each, with secrets taken out."""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO

# A bot token is three dotted parts; an Authorization header or a webhook address carries one too.
_SECRETS = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}|(?<=api/webhooks/)\d+/[\w-]+")
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _SECRETS.sub("[secret]", super().format(record))


def configure(level: str, out: TextIO | None = None) -> None:
    """Log to `out` (standard error) from `level` up; libraries only from warnings up."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(_Redacting(_FORMAT, "%Y-%m-%dT%H:%M:%S%z"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("bot", "feeds", "seeds", "config"):
        logging.getLogger(name).setLevel(level.upper())
    # discord.py reports the missing voice libraries at every start; voice is not used here
    logging.getLogger("discord.client").setLevel(logging.ERROR)
