"""How the lines for the operators are said, in their channel and in the log. Pure, in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.wording.causes import cause_text, problem_text
from bot.wording.formats import clean, count, cut, listed
from bot.wording.query import misread_text
from feeds.model import Notice, NoticeKind
from feeds.query.model import Misread, MisreadKind


def notice_text(notice: Notice) -> str:
    """The line in words: one sentence or more."""
    form = _FORMS[notice.kind]
    args = dict(notice.args, **({"why": cause_text(notice.cause)} if notice.cause else {}))
    return form.format(**args) if isinstance(form, str) else form(**args)


def notice_times(notice: Notice) -> Mapping[str, datetime]:
    """The instants that the line names, each by the words that stand for it there."""
    due = notice.args.get("due")
    return {_due(due): datetime.fromisoformat(due)} if isinstance(due, str) else {}


def _due(stamp: str) -> str:
    return f"{datetime.fromisoformat(stamp):%d %b %H:%M} UTC"


def _failing(feed: str, failures: int, problem: str, due: str | None = None, why: str = "") -> str:
    again = f"Next try {_due(due)}." if due else ""
    head = f"{feed}: failed {count(failures, 'time')} in a row{'' if why else f': {problem_text(problem)}'}."
    return " ".join(filter(None, (head, why, again)))


def _back(feed: str, failures: int) -> str:
    return f"{feed}: back after {count(failures, 'failure')}."


def _catalog(mistake: str, more: int) -> str:
    others = f" (and {more} more)" if more else ""
    return f"The catalogue was changed and can't be used; the feeds stay as they were. {mistake}{others}"


def _filter(channel: str, filter: str, misread: MisreadKind | None = None, **args: str) -> str:
    why = "" if misread is None else f" {misread_text(Misread(misread, args))}"
    told = cut(clean(filter), 100)
    return f"What “{channel}” wants only, “{told}”, cannot be read, so everything is told there.{why}"


def _day_closed(feeds: int, read: int, matches: int, late: Sequence[tuple[str, str, str | int]] = ()) -> str:
    flagged = f"{matches:,}" if matches else "none"
    head = f"The day in short: {count(feeds, 'feed')}, {count(read, 'item')} read, {flagged} flagged"
    if not late:
        return f"{head}; all feeds are fresh."
    return f"{head}; {', '.join(_late(*one) for one in late)}; the others are fresh."


def _first_look(feeds: int, failed: int, items: int, stories: int, sign: str) -> str:
    trouble = f" {count(failed, 'feed')} could not be read; {sign}feeds says why." if failed else ""
    read = f"{count(feeds, 'feed')} read, {count(items, 'item')}, {count(stories, 'story')} filed in silence"
    return f"The first look is done: {read}; try {sign}latest.{trouble} What is new from now on is told."


def _greeting(watches: Sequence[str], sign: str) -> str:
    about = listed((f"“{clean(title)}”" for title in watches), 5)
    return (
        f"Hello, I am Bluehelm. From now on I post here what is reported on {about}: one message an event, which I "
        f"keep up to date, and what is less urgent as a digest. {sign}latest shows the newest stories, {sign}help what "
        "else you can ask me."
    )


def _late(name: str, how: str, more: str | int) -> str:
    told = f" (silent for {count(more, 'usual gap')})" if isinstance(more, int) else f": {problem_text(more)}"
    return f"{name} {how}{told}"


_FORMS: Mapping[NoticeKind, str | Callable[..., str]] = {
    NoticeKind.FEED_FAILING: _failing,
    NoticeKind.FEED_GONE: (
        "{feed}: gone for good, says its publisher (410). It stays listed: disable it or name a new address."
    ),
    NoticeKind.FEED_BACK: _back,
    NoticeKind.FEED_MOVED: "{feed}: moved for good to {url} – please put that address in the catalogue.",
    NoticeKind.FEED_IDS_REPEAT: "{feed}: its ids repeat on different items, so links identify them from now on.",
    NoticeKind.FEED_SMALL_WINDOW: (
        "{feed}: all {items} items it showed were new, so some may have passed unseen. "
        "It is asked more often now; consider a shorter interval."
    ),
    NoticeKind.FEED_RENAMED: (
        "{feed}: {renamed} of its {items} items came back under new names. "
        "They are held to be the ones already stored and were not posted."
    ),
    NoticeKind.BODY_UNREADABLE: "{feed}: its answer is unreadable and is passed over. {why}",
    NoticeKind.ITEM_UNREADABLE: "{feed}: the item “{title}” is unreadable and was passed over. {why}",
    NoticeKind.PAGE_UNREADABLE: "{feed}: the page {url} is unreadable and was passed over. {why}",
    NoticeKind.CATALOG_BROKEN: _catalog,
    NoticeKind.DAY_CLOSED: _day_closed,
    NoticeKind.CHANNEL_HELD: (
        "Nothing can be posted to “{channel}”: {why}. Its alerts wait and go out once that is mended."
    ),
    NoticeKind.CHANNEL_DOUBTFUL: "Please check “{channel}”: {why}. What is posted there would have to wait.",
    NoticeKind.CHANNEL_LACKS: "Please check “{channel}”: {why}. Alerts are posted there all the same.",
    NoticeKind.CHANNEL_MENDED: "“{channel}” can be posted to again.",
    NoticeKind.FILTER_UNREADABLE: _filter,
    NoticeKind.FIRST_LOOK: _first_look,
    NoticeKind.GREETING: _greeting,
    NoticeKind.HANDOVER: "What happened from {since} to {until}.",
    NoticeKind.NO_MESSAGE_CONTENT: (
        "Discord does not grant this bot the message content intent: it answers slash commands and @mentions, "
        "not {prefix}commands. The switch is in the developer portal, under Bot."
    ),
    NoticeKind.TEXT: "{text}",
}
