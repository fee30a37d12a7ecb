"""How a cause is said: why a message waits or was given up, why a feed fails, why something is unreadable. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from feeds.model import Cause, CauseKind

# The rights that a channel may lack, by the names of Discord's library.
_RIGHTS = {
    "view_channel": "view the channel",
    "send_messages": "send messages",
    "send_messages_in_threads": "send messages",
    "embed_links": "embed links",
    "read_message_history": "read message history",
    "attach_files": "attach files",
    "create_public_threads": "open threads",
    "write_in_threads": "write in threads",
}


def cause_text(cause: Cause) -> str:
    """The cause in words: of a delivery or a channel a part of a sentence, of reading and of a feed a sentence."""
    form = _FORMS[cause.kind]
    return form.format(**cause.args) if isinstance(form, str) else form(**cause.args)


def network_text(problem: str) -> str:
    """Why no publisher can be reached, in a sentence, from the short code that most looks at feeds ended with."""
    return f"Our own network seems to be down: {_NETWORK.get(problem, _NETWORK['connect'])}. No feed is blamed for it."


def problem_text(code: str) -> str:
    """The short code of a feed's trouble as a clause: "its name is not found", "the server answers 503 (busy)"."""
    status = code.removeprefix("http_")
    if status == code:
        return _PROBLEMS.get(code, code.replace("_", " "))
    meant = _STATUS.get(status)
    return f"the server answers {status}" + (f" ({meant})" if meant else "")


def _answered(service: str, status: int, code: int = 0, text: str = "") -> str:
    return f"{service} answered {status}" + (f" ({code})" if code else "") + (f": {text}" if text else "")


def _no_answer(text: str = "") -> str:
    return f"no answer: {text}" if text else "no answer"


def _lacking(rights: Sequence[str]) -> str:
    return f"the bot may not {', '.join(_RIGHTS.get(name, name) for name in rights)} there"


def _with_more(sentence: str) -> Callable[..., str]:
    def said(text: str = "") -> str:
        return f"{sentence} ({text})." if text else f"{sentence}."

    return said


def _web_page(title: str = "") -> str:
    return f"A web page came instead of the feed (“{title}”)." if title else "A web page came instead of the feed."


def _other_json(text: str = "") -> str:
    return "JSON that is no feed came instead" + (f": “{text}”." if text else ".")


def _unfiltered(title: str) -> str:
    return f"The publisher ignored the filter and sent its global feed ({title!r})."


def _undated(items: int, stamp: str = "") -> str:
    example = f' such as "{stamp}"' if stamp else ""
    return f"{items} items have no date that can be read{example}."


_NETWORK = {
    "dns": "the names of the publishers' servers cannot be looked up",
    "timeout": "no publisher's answer comes in time",
    "refused": "every connection is refused",
    "reset": "every connection is broken off",
    "tls": "no secure connection can be made",
    "unreachable": "there is no way to any publisher",
    "connect": "no publisher can be reached",
}
_PROBLEMS: Mapping[str, str] = {
    "dns": "its name is not found",
    "timeout": "no answer in time",
    "refused": "the server refuses the connection",
    "reset": "the server breaks the connection off",
    "tls": "no secure connection can be made",
    "unreachable": "there is no way to its server",
    "connect": "no connection can be made",
    "gone": "it is gone for good",
    "html_page": "a web page came instead",
    "challenge_page": "a page for human readers came instead",
    "json_error": "JSON that is no feed came instead",
}
_STATUS: Mapping[str, str] = {
    "401": "not permitted",
    "403": "not permitted",
    "404": "not found",
    "429": "asked too often",
    "500": "a fault of its own",
    "502": "out of order",
    "503": "busy",
    "504": "out of order",
}
_FORMS: Mapping[CauseKind, str | Callable[..., str]] = {
    CauseKind.NEWER_EDIT: "a newer edit says it",
    CauseKind.ALERT_REJECTED: "its alert was rejected",
    CauseKind.ALERT_MISSING: "its alert is not there",
    CauseKind.TOLD_AS: "it is told there as {name}",
    CauseKind.UNWANTED: "nobody asks for it there any more",
    CauseKind.WITHDRAWN: "no source says so any more",
    CauseKind.TIER_CORRECTED: "a member corrected its tier before it was sent",
    CauseKind.CHANNEL_REMOVED: "the channel was removed",
    CauseKind.CHANNEL_UNKNOWN: "the channel is no longer configured",
    CauseKind.STORY_MERGED: "story {younger} was merged into story {elder}",
    CauseKind.STOPPED: "stopped before it was tried",
    CauseKind.SLOW: "no answer within {seconds} s",
    CauseKind.FAULT: "a fault of the program; the log has it",
    CauseKind.NOT_RUNNING: "{transport} is not running",
    CauseKind.NO_EDITS: "{transport} cannot edit what was posted",
    CauseKind.NOT_CONNECTED: "{service} is not connected",
    CauseKind.EDITS_SPENT: "{service} allows no more edits of this message for now",
    CauseKind.ANSWERED: _answered,
    CauseKind.NO_ANSWER: _no_answer,
    CauseKind.CLOSED: "the connection was closed ({error})",
    CauseKind.MESSAGE_DELETED: "the message was deleted",
    CauseKind.CHANNEL_GONE: "the channel is gone",
    CauseKind.SERVER_GONE: "the server is gone",
    CauseKind.NOT_SEEN: "the bot may not see the channel",
    CauseKind.NOT_PERMITTED: (
        "the bot lacks a permission there (view channel, send messages, embed links, read history)"
    ),
    CauseKind.NOT_AUTHORISED: "the bot is not authorised there",
    CauseKind.LACKING: _lacking,
    CauseKind.ROLE_GONE: "the server has no role {role}, so nobody is pinged",
    CauseKind.ROLE_SILENT: (
        "the bot may not mention @{role}, so nobody is pinged: let anyone mention it, or let the bot mention all roles"
    ),
    CauseKind.WRONG_CHANNEL: "this kind of channel (a forum, say) takes no messages; name a text channel or a thread",
    CauseKind.MEMBER_LEFT: "you had left the server",
    CauseKind.PLACE_HIDDEN: "you could not see the channel any more in which you asked for it",
    CauseKind.DM_CLOSED: "you take no direct messages from this bot",
    CauseKind.NOT_PERSONAL: "{transport} cannot tell single members",
    CauseKind.MISREAD: "it is not understood any more",
    CauseKind.CPU: _with_more("Reading it took more computing than anything honest needs"),
    CauseKind.TIME: _with_more("Reading it did not come to an end in time"),
    CauseKind.MEMORY: _with_more("Reading it took more memory than anything honest needs"),
    CauseKind.CRASH: _with_more("Reading it ended the reading process"),
    CauseKind.READING_FAULT: _with_more("Reading it met a fault of ours"),
    CauseKind.NO_WORKER: _with_more("The reading process cannot be started"),
    CauseKind.NO_HTTP: "This is no http or https address.",
    CauseKind.BAD_ADDRESS: "It is no address that can be asked.",
    CauseKind.STATUS: "The server answered {status}.",
    CauseKind.UNASKED_304: "The server said “not modified” without being asked.",
    CauseKind.REDIRECTS: "More than {most} redirects.",
    CauseKind.BAD_REDIRECT: "It redirects to what is no http or https address.",
    CauseKind.DOWNGRADE: "It redirects from https to http, which is refused.",
    CauseKind.TOO_LARGE: "The answer is larger than the limit.",
    CauseKind.PACKED: "The answer cannot be unpacked: {error}.",
    CauseKind.PRIVATE: "Its address is not on the public internet, so it is not asked.",
    CauseKind.CERTIFICATE: "Its certificate is not valid.",
    CauseKind.UNKNOWN_NAME: "Its name is not known.",
    CauseKind.INSECURE: "No secure connection could be made.",
    CauseKind.INCOMPLETE: "The answer ended too early.",
    CauseKind.REFUSED: "The server refused the connection.",
    CauseKind.RESET: "The server broke the connection off.",
    CauseKind.BAD_HTTP: "The answer is no proper HTTP.",
    CauseKind.TIMEOUT: "The answer took too long.",
    CauseKind.UNREACHABLE: "There is no way to the server.",
    CauseKind.EXCHANGE: "The exchange failed ({error}).",
    CauseKind.POLL_FAULT: "A fault of ours: {error}.",
    CauseKind.EMPTY: "The answer is empty.",
    CauseKind.CHALLENGE: "A page that checks for a human reader came instead of the feed.",
    CauseKind.WEB_PAGE: _web_page,
    CauseKind.PLAIN_TEXT: "Plain text came instead of the feed: “{text}”.",
    CauseKind.OTHER_JSON: _other_json,
    CauseKind.ABSURD: "It nests or repeats tags as no feed does.",
    CauseKind.OTHER_XML: "The answer is XML, but no feed that anyone reads.",
    CauseKind.UNFILTERED: _unfiltered,
    CauseKind.ILL_FORMED: "The XML is not well-formed, and was read all the same: {error}.",
    CauseKind.UNDATED: _undated,
    CauseKind.EMPTY_ITEMS: "{items} items hold neither title nor text.",
    CauseKind.TOO_MANY_ITEMS: "{items} items beyond the first {most} were left out.",
    CauseKind.REPEATED_IDS: "The ids repeat on different items, so links identify them.",
    CauseKind.NO_ITEMS: "It holds no items.",
    CauseKind.QUIET: "Nothing new for two months.",
    CauseKind.FUTURE: "Its newest date lies in the future.",
    CauseKind.MOVED: "It moved for good to {url}.",
    CauseKind.TEXT: "{text}",
}
