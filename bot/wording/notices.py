"""How the lines for the operators are said, in their channel and, in English, in the log. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.language import ENGLISH, N_, _, numeral, plural, plural_forms, speaking, spoken
from bot.wording.causes import cause_text, problem_text
from bot.wording.counts import feeds_counted, items_counted, stories_counted
from bot.wording.formats import clean, colon, cut, in_a_row, listed, quoted, short_day
from bot.wording.query import misread_text
from feeds.model import Notice, NoticeKind
from feeds.query.model import Misread, MisreadKind


def notice_text(notice: Notice) -> str:
    """The line in words: one sentence or more."""
    form = _FORMS[notice.kind]
    args = dict(notice.args, **({"why": cause_text(notice.cause)} if notice.cause else {}))
    return _(form).format(**args) if isinstance(form, str) else form(**args)


def notice_logged(notice: Notice) -> str:
    """The line as the log has it, which is English whatever is spoken around it."""
    with speaking(ENGLISH):
        return notice_text(notice)


def notice_times(notice: Notice) -> Mapping[str, datetime]:
    """The instants that the line names, each by the words that stand for it there."""
    due = notice.args.get("due")
    return {_due(due): datetime.fromisoformat(due)} if isinstance(due, str) else {}


def _due(stamp: str) -> str:
    at = datetime.fromisoformat(stamp)
    return f"{at:%d %b %H:%M} UTC" if spoken() == ENGLISH else f"{short_day(at)} {at:%H:%M} UTC"


def _failing(feed: str, failures: int, problem: str, due: str | None = None, why: str = "") -> str:
    again = _("Next try {due}.").format(due=_due(due)) if due else ""
    if why:
        head = plural("{feed}: failed {n} time in a row.", "{feed}: failed {n} times in a row.", failures, feed=feed)
    else:
        forms = plural_forms(
            "{feed}: failed {n} time in a row: {problem}.", "{feed}: failed {n} times in a row: {problem}."
        )
        head = plural(*forms, failures, feed=feed, problem=problem_text(problem))
    return in_a_row(head, why, again)


def _back(feed: str, failures: int) -> str:
    return plural("{feed}: back after {n} failure.", "{feed}: back after {n} failures.", failures, feed=feed)


def _catalog(mistake: str, more: int) -> str:
    said = _("The catalogue was changed and can't be used; the feeds stay as they were. {mistake}")
    others = plural("(and {n} more)", "(and {n} more)", more) if more else ""
    return in_a_row(said.format(mistake=mistake), others)


def _strayed(times: int) -> str:
    taken = plural(
        "This machine's clock was wrong for a while: {n} time lay further ahead than it can and was taken back.",
        "This machine's clock was wrong for a while: {n} times lay further ahead than they can and were taken back.",
        times,
    )
    return in_a_row(
        taken,
        _(
            "Feeds are read and messages sent as usual; what was read meanwhile counts as read now, and a mute of that "
            "time begins now."
        ),
    )


def _filter(channel: str, filter: str, misread: MisreadKind | None = None, **args: str) -> str:
    why = "" if misread is None else misread_text(Misread(misread, args))
    said = _("What “{channel}” wants only, “{told}”, cannot be read, so everything is told there.")
    return in_a_row(said.format(channel=channel, told=cut(clean(filter), 100)), why)


def _day_closed(
    feeds: int, read: int, matches: int, late: Sequence[tuple[str, str, str | int]] = (), **_planned: object
) -> str:
    head = _("The day in short: {feeds}, {items} read, {flagged} flagged").format(
        feeds=feeds_counted(feeds), items=items_counted(read), flagged=numeral(matches) if matches else _("none")
    )
    if not late:
        return _("{head}; all feeds are fresh.").format(head=head)
    names = ", ".join(_late(*one) for one in late)
    return _("{head}; {late}; the others are fresh.").format(head=head, late=names)


def _first_look(feeds: int, failed: int, items: int, stories: int, sign: str) -> str:
    said = _("The first look is done: {feeds} read, {items}, {stories} filed in silence; try {sign}latest.").format(
        feeds=feeds_counted(feeds), items=items_counted(items), stories=stories_counted(stories), sign=sign
    )
    forms = plural_forms(
        "{n} feed could not be read; {sign}feeds says why.", "{n} feeds could not be read; {sign}feeds says why."
    )
    trouble = plural(*forms, failed, sign=sign) if failed else ""
    return in_a_row(said, trouble, _("What is new from now on is told."))


def _greeting(watches: Sequence[str], sign: str) -> str:
    about = listed((quoted(clean(_(title))) for title in watches), 5)
    return _(
        "Hello, I am Bluehelm. From now on I post here what is reported on {about}: one message an event, which I "
        "keep up to date, and what is less urgent as a digest. {sign}latest shows the newest stories, {sign}help what "
        "else you can ask me."
    ).format(about=about, sign=sign)


def _late(name: str, how: str, more: str | int) -> str:
    said = _(_LATE.get(how, how))
    if not isinstance(more, int):
        return f"{name} {said}{colon()}{problem_text(more)}"
    forms = plural_forms("{name} {how} (silent for {n} usual gap)", "{name} {how} (silent for {n} usual gaps)")
    return plural(*forms, more, name=name, how=said)


def _backup(problem: str, need: int = 0, free: int = 0, folder: str = "", error: str = "", **_more: object) -> str:
    """A copy of the archive that was not made: also what `bluehelm backup` says."""
    if problem == "full":
        said = _("The archive was not copied: that needs {need} MB, and {free} MB are free in {folder}.")
        return said.format(need=numeral(need // 1_000_000 + 1), free=numeral(free // 1_000_000), folder=folder)
    if problem == "damaged":
        said = _("The archive was not copied, for it is damaged ({error}). Restart the bot: it says what to do.")
        return said.format(error=error)
    return _("The archive was not copied ({error}).").format(error=error or problem)


_LATE = {"delayed": N_("delayed"), "stale": N_("stale"), "broken": N_("broken")}
_FORMS: Mapping[NoticeKind, str | Callable[..., str]] = {
    NoticeKind.FEED_FAILING: _failing,
    NoticeKind.FEED_GONE: (
        N_("{feed}: gone for good, says its publisher (410). It stays listed: disable it or name a new address.")
    ),
    NoticeKind.FEED_BACK: _back,
    NoticeKind.FEED_MOVED: N_("{feed}: moved for good to {url} – please put that address in the catalogue."),
    NoticeKind.FEED_IDS_REPEAT: N_("{feed}: its ids repeat on different items, so links identify them from now on."),
    NoticeKind.FEED_SMALL_WINDOW: (
        N_(
            "{feed}: all {items} items it showed were new, so some may have passed unseen. It is "
            "asked more often now; consider a shorter interval."
        )
    ),
    NoticeKind.FEED_RENAMED: (
        N_(
            "{feed}: {renamed} of its {items} items came back under new names. They are held to be "
            "the ones already stored and were not posted."
        )
    ),
    NoticeKind.BODY_UNREADABLE: N_("{feed}: its answer is unreadable and is passed over. {why}"),
    NoticeKind.ITEM_UNREADABLE: N_("{feed}: the item “{title}” is unreadable and was passed over. {why}"),
    NoticeKind.PAGE_UNREADABLE: N_("{feed}: the page {url} is unreadable and was passed over. {why}"),
    NoticeKind.CATALOG_BROKEN: _catalog,
    NoticeKind.DAY_CLOSED: _day_closed,
    NoticeKind.CLOCK_STRAYED: _strayed,
    NoticeKind.CHANNEL_HELD: (
        N_("Nothing can be posted to “{channel}”: {why}. Its alerts wait and go out once that is mended.")
    ),
    NoticeKind.CHANNEL_DOUBTFUL: N_("Please check “{channel}”: {why}. What is posted there would have to wait."),
    NoticeKind.CHANNEL_LACKS: N_("Please check “{channel}”: {why}. Alerts are posted there all the same."),
    NoticeKind.CHANNEL_MENDED: N_("“{channel}” can be posted to again."),
    NoticeKind.FILTER_UNREADABLE: _filter,
    NoticeKind.FIRST_LOOK: _first_look,
    NoticeKind.GREETING: _greeting,
    NoticeKind.HANDOVER: N_("What happened from {since} to {until}."),
    NoticeKind.BACKUP_FAILED: _backup,
    NoticeKind.NO_MESSAGE_CONTENT: (
        N_(
            "Discord does not grant this bot the message content intent: it answers slash commands "
            "and @mentions, not {prefix}commands. The switch is in the developer portal, under Bot."
        )
    ),
    NoticeKind.TEXT: "{text}",
}
