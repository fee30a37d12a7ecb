"""What is said of a change that was refused, of an address that cannot be tried, and of a name that is given. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.language import N_, _
from bot.wording.causes import cause_text, problem_text
from bot.wording.formats import clean, cut
from feeds.catalog.addresses import BadAddress
from feeds.catalog.changes import FeedRefusal
from feeds.discovery.model import NotSeen
from feeds.model import CauseKind
from feeds.model.teams import plain_name

LONGEST_FEED_NAME = 60
# What could ring, link or look like markup; names are said in many messages, and typed again in commands.
_UNFIT = re.compile(r"https?://\S*|[<>@#\[\](){}`*_~|\\\"]")
_OTHERS = frozenset({CauseKind.WEB_PAGE, CauseKind.PLAIN_TEXT, CauseKind.OTHER_JSON, CauseKind.MOVED})

BAD: Mapping[BadAddress, str] = {
    BadAddress.NO_ADDRESS: N_("That is no address of a page or a feed: it should begin with https:// or http://."),
    BadAddress.TOO_LONG: N_("That address is longer than 1,000 characters; I take no longer ones."),
    BadAddress.LOGIN: (
        N_(
            "That address holds a name or a password, so I do not take it: everybody here could read "
            "it. Please take it out of the channel, and give an address that needs neither."
        )
    ),
    BadAddress.PRIVATE: N_("That address is not on the public internet, so I do not ask there."),
    BadAddress.PORT: N_("That address names a port that is not for web pages, so I do not ask there."),
}
REFUSED: Mapping[FeedRefusal, str] = {
    FeedRefusal.PRIVATE: BAD[BadAddress.PRIVATE],
    FeedRefusal.FULL: N_("This server has as many sources as it may. Remove one first: {prefix}feed list names them."),
    FeedRefusal.TAKEN: N_("That is read here already: “{name}”."),
    FeedRefusal.SWITCHED_OFF: N_(
        "“{name}” is switched off in the operator's catalogue, and only whoever runs the bot can switch it on."
    ),
    FeedRefusal.PAUSED: N_("“{name}” is paused already."),
    FeedRefusal.RUNNING: N_("“{name}” is not paused."),
    FeedRefusal.IDLE: N_("“{name}” is not paused: it is switched off in the operator's catalogue."),
    FeedRefusal.LISTED: N_(
        "“{name}” is one of the operator's feeds, which serve every server: you can change those "
        "that this server added."
    ),
    FeedRefusal.LATE: N_("Somebody else was quicker with “{name}”. {prefix}feed list says how it is now."),
}


def refusal_of(why: FeedRefusal, name: str, prefix: str) -> str:
    """Why a change was refused, in a sentence."""
    return _(REFUSED[why]).format(name=clean(plain_name(name)), prefix=prefix)


def unseen_text(missed: NotSeen) -> str:
    """Why an address gave no feed. What strangers' servers say of themselves is not repeated."""
    if missed.reason == "no_feed":
        return _("That page names no feed that I could read. If its publisher has one, give me the feed's own address.")
    told = missed.cause is None or missed.cause.kind in _OTHERS
    why = f"{problem_text(missed.reason)}." if told or missed.cause is None else cause_text(missed.cause)
    return _("I could not read a feed there: {why}").format(why=clean(why))


def fit_name(title: str, host: str) -> str:
    """What a new feed is called: its title without what could ring or link, else its host."""
    plain = " ".join(_UNFIT.sub(" ", clean(title)).split()).strip(" .,:;-–—")
    return cut(plain, LONGEST_FEED_NAME) or cut(host, LONGEST_FEED_NAME)
