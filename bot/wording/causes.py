"""How a cause is said: why a message waits or was given up, why a feed fails, why something is unreadable. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.language import ENGLISH, N_, _, speaking
from bot.wording.formats import quoted
from feeds.model import Cause, CauseKind

# The rights that a channel may lack, by the names of Discord's library.
_RIGHTS = {
    "view_channel": N_("view the channel"),
    "send_messages": N_("send messages"),
    "send_messages_in_threads": N_("send messages"),
    "embed_links": N_("embed links"),
    "read_message_history": N_("read message history"),
    "attach_files": N_("attach files"),
    "create_public_threads": N_("open threads"),
    "write_in_threads": N_("write in threads"),
    "create_posts": N_("create posts"),
}


def cause_text(cause: Cause) -> str:
    """The cause in words: of a delivery or a channel a part of a sentence, of reading and of a feed a sentence."""
    form = _FORMS[cause.kind]
    return _(form).format(**cause.args) if isinstance(form, str) else form(**cause.args)


def cause_logged(cause: Cause) -> str:
    """The cause as the log has it, which is English whatever is spoken around it."""
    with speaking(ENGLISH):
        return cause_text(cause)


def network_text(problem: str) -> str:
    """Why no publisher can be reached, in a sentence, from the short code that most looks at feeds ended with."""
    why = _(_NETWORK.get(problem, _NETWORK["connect"]))
    return _("Our own network seems to be down: {why}. No feed is blamed for it.").format(why=why)


def problem_text(code: str) -> str:
    """The short code of a feed's trouble as a clause: "its name is not found", "the server answers 503 (busy)"."""
    status = code.removeprefix("http_")
    if status == code:
        return _(_PROBLEMS[code]) if code in _PROBLEMS else code.replace("_", " ")
    meant = _STATUS.get(status)
    if meant is None:
        return _("the server answers {status}").format(status=status)
    return _("the server answers {status} ({meant})").format(status=status, meant=_(meant))


def _answered(service: str, status: int, code: int = 0, text: str = "") -> str:
    said = _("{service} answered {status}").format(service=service, status=status)
    return said + (f" ({code})" if code else "") + (f": {text}" if text else "")


def _no_answer(text: str = "") -> str:
    return _("no answer: {text}").format(text=text) if text else _("no answer")


def _lacking(rights: Sequence[str]) -> str:
    named = ", ".join(_(_RIGHTS[name]) if name in _RIGHTS else name for name in rights)
    return _("the bot may not {rights} there").format(rights=named)


def _no_fitting_tag(tags: Sequence[str]) -> str:
    named = ", ".join(quoted(_(tag)) for tag in tags)
    return _(
        "each post there needs a tag, and none has a name that fits, so the first one is taken: add one of {tags}"
    ).format(tags=named)


def _with_more(sentence: str) -> Callable[..., str]:
    def said(text: str = "") -> str:
        return f"{_(sentence)} ({text})." if text else f"{_(sentence)}."

    return said


def _web_page(title: str = "") -> str:
    if title:
        return _("A web page came instead of the feed (“{title}”).").format(title=title)
    return _("A web page came instead of the feed.")


def _other_json(text: str = "") -> str:
    if text:
        return _("JSON that is no feed came instead: “{text}”.").format(text=text)
    return _("JSON that is no feed came instead.")


def _unfiltered(title: str) -> str:
    return _("The publisher ignored the filter and sent its global feed ({title!r}).").format(title=title)


def _undated(items: int, stamp: str = "") -> str:
    if stamp:
        said = _('{items} items have no date that can be read such as "{stamp}".')
        return said.format(items=items, stamp=stamp)
    return _("{items} items have no date that can be read.").format(items=items)


_NETWORK = {
    "dns": N_("the names of the publishers' servers cannot be looked up"),
    "timeout": N_("no publisher's answer comes in time"),
    "refused": N_("every connection is refused"),
    "reset": N_("every connection is broken off"),
    "tls": N_("no secure connection can be made"),
    "unreachable": N_("there is no way to any publisher"),
    "connect": N_("no publisher can be reached"),
}
_PROBLEMS: Mapping[str, str] = {
    "dns": N_("its name is not found"),
    "timeout": N_("no answer in time"),
    "refused": N_("the server refuses the connection"),
    "reset": N_("the server breaks the connection off"),
    "tls": N_("no secure connection can be made"),
    "unreachable": N_("there is no way to its server"),
    "connect": N_("no connection can be made"),
    "gone": N_("it is gone for good"),
    "html_page": N_("a web page came instead"),
    "challenge_page": N_("a page for human readers came instead"),
    "json_error": N_("JSON that is no feed came instead"),
}
_STATUS: Mapping[str, str] = {
    "401": N_("not permitted"),
    "403": N_("not permitted"),
    "404": N_("not found"),
    "429": N_("asked too often"),
    "500": N_("a fault of its own"),
    "502": N_("out of order"),
    "503": N_("busy"),
    "504": N_("out of order"),
}
_FORMS: Mapping[CauseKind, str | Callable[..., str]] = {
    CauseKind.NEWER_EDIT: N_("a newer edit says it"),
    CauseKind.ALERT_REJECTED: N_("its alert was rejected"),
    CauseKind.ALERT_MISSING: N_("its alert is not there"),
    CauseKind.TOLD_AS: N_("it is told there as {name}"),
    CauseKind.UNWANTED: N_("nobody asks for it there any more"),
    CauseKind.WITHDRAWN: N_("no source says so any more"),
    CauseKind.TIER_CORRECTED: N_("a member corrected its tier before it was sent"),
    CauseKind.CHANNEL_REMOVED: N_("the channel was removed"),
    CauseKind.CHANNEL_UNKNOWN: N_("the channel is no longer configured"),
    CauseKind.STORY_MERGED: N_("story {younger} was merged into story {elder}"),
    CauseKind.STOPPED: N_("stopped before it was tried"),
    CauseKind.CATCHING_UP: N_("what was posted before is being read again"),
    CauseKind.SLOW: N_("no answer within {seconds} s"),
    CauseKind.FAULT: N_("a fault of the program; the log has it"),
    CauseKind.NOT_RUNNING: N_("{transport} is not running"),
    CauseKind.NO_EDITS: N_("{transport} cannot edit what was posted"),
    CauseKind.NOT_CONNECTED: N_("{service} is not connected"),
    CauseKind.EDITS_SPENT: N_("{service} allows no more edits of this message for now"),
    CauseKind.ANSWERED: _answered,
    CauseKind.NO_ANSWER: _no_answer,
    CauseKind.CLOSED: N_("the connection was closed ({error})"),
    CauseKind.MESSAGE_DELETED: N_("the message was deleted"),
    CauseKind.CHANNEL_GONE: N_("the channel is gone"),
    CauseKind.SERVER_GONE: N_("the server is gone"),
    CauseKind.NOT_SEEN: N_("the bot may not see the channel"),
    CauseKind.NOT_PERMITTED: (
        N_("the bot lacks a permission there (view channel, send messages, embed links, read history)")
    ),
    CauseKind.NOT_AUTHORISED: N_("the bot is not authorised there"),
    CauseKind.LACKING: _lacking,
    CauseKind.ROLE_GONE: N_("the server has no role {role}, so nobody is pinged"),
    CauseKind.ROLE_SILENT: (
        N_(
            "the bot may not mention @{role}, so nobody is pinged: let anyone mention it, or let the "
            "bot mention all roles"
        )
    ),
    CauseKind.WRONG_CHANNEL: N_(
        "this kind of channel (one for pictures, say) takes no messages; name a text channel, a thread or a forum"
    ),
    CauseKind.POST_LOCKED: N_("its post is locked"),
    CauseKind.NO_FITTING_TAG: _no_fitting_tag,
    CauseKind.MEMBER_LEFT: N_("you had left the server"),
    CauseKind.PLACE_HIDDEN: N_("you could not see the channel any more in which you asked for it"),
    CauseKind.DM_CLOSED: N_("you take no direct messages from this bot"),
    CauseKind.NOT_PERSONAL: N_("{transport} cannot tell single members"),
    CauseKind.MISREAD: N_("it is not understood any more"),
    CauseKind.CPU: _with_more(N_("Reading it took more computing than anything honest needs")),
    CauseKind.TIME: _with_more(N_("Reading it did not come to an end in time")),
    CauseKind.MEMORY: _with_more(N_("Reading it took more memory than anything honest needs")),
    CauseKind.CRASH: _with_more(N_("Reading it ended the reading process")),
    CauseKind.READING_FAULT: _with_more(N_("Reading it met a fault of ours")),
    CauseKind.NO_WORKER: _with_more(N_("The reading process cannot be started")),
    CauseKind.NO_HTTP: N_("This is no http or https address."),
    CauseKind.BAD_ADDRESS: N_("It is no address that can be asked."),
    CauseKind.STATUS: N_("The server answered {status}."),
    CauseKind.UNASKED_304: N_("The server said “not modified” without being asked."),
    CauseKind.REDIRECTS: N_("More than {most} redirects."),
    CauseKind.BAD_REDIRECT: N_("It redirects to what is no http or https address."),
    CauseKind.DOWNGRADE: N_("It redirects from https to http, which is refused."),
    CauseKind.TOO_LARGE: N_("The answer is larger than the limit."),
    CauseKind.PACKED: N_("The answer cannot be unpacked: {error}."),
    CauseKind.PRIVATE: N_("Its address is not on the public internet, so it is not asked."),
    CauseKind.CERTIFICATE: N_("Its certificate is not valid."),
    CauseKind.UNKNOWN_NAME: N_("Its name is not known."),
    CauseKind.INSECURE: N_("No secure connection could be made."),
    CauseKind.INCOMPLETE: N_("The answer ended too early."),
    CauseKind.REFUSED: N_("The server refused the connection."),
    CauseKind.RESET: N_("The server broke the connection off."),
    CauseKind.BAD_HTTP: N_("The answer is no proper HTTP."),
    CauseKind.TIMEOUT: N_("The answer took too long."),
    CauseKind.UNREACHABLE: N_("There is no way to the server."),
    CauseKind.EXCHANGE: N_("The exchange failed ({error})."),
    CauseKind.POLL_FAULT: N_("A fault of ours: {error}."),
    CauseKind.EMPTY: N_("The answer is empty."),
    CauseKind.CHALLENGE: N_("A page that checks for a human reader came instead of the feed."),
    CauseKind.WEB_PAGE: _web_page,
    CauseKind.PLAIN_TEXT: N_("Plain text came instead of the feed: “{text}”."),
    CauseKind.OTHER_JSON: _other_json,
    CauseKind.ABSURD: N_("It nests or repeats tags as no feed does."),
    CauseKind.OTHER_XML: N_("The answer is XML, but no feed that anyone reads."),
    CauseKind.UNFILTERED: _unfiltered,
    CauseKind.ILL_FORMED: N_("The XML is not well-formed, and was read all the same: {error}."),
    CauseKind.UNDATED: _undated,
    CauseKind.EMPTY_ITEMS: N_("{items} items hold neither title nor text."),
    CauseKind.TOO_MANY_ITEMS: N_("{items} items beyond the first {most} were left out."),
    CauseKind.REPEATED_IDS: N_("The ids repeat on different items, so links identify them."),
    CauseKind.NO_ITEMS: N_("It holds no items."),
    CauseKind.QUIET: N_("Nothing new for two months."),
    CauseKind.FUTURE: N_("Its newest date lies in the future."),
    CauseKind.MOVED: N_("It moved for good to {url}."),
    CauseKind.TEXT: "{text}",
}
