"""Causes and operators' lines: every kind has its words, and those of earlier versions are read back."""

import logging
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.language import speaking
from bot.wording.causes import cause_logged, cause_text, problem_text
from bot.wording.evidence import PLACES, ROLES, lacking
from bot.wording.notices import notice_logged, notice_text
from bot.wording.passages import passage_line
from feeds.model import Cause, CauseKind, Notice, NoticeKind
from feeds.store.db import rows
from feeds.store.db.texts import cause_of_text

# Of a delivery, a channel, and of what could not be read: earlier versions stored these words.
STORED = {
    CauseKind.NEWER_EDIT: ({}, "a newer edit says it"),
    CauseKind.ALERT_REJECTED: ({}, "its alert was rejected"),
    CauseKind.ALERT_MISSING: ({}, "its alert is not there"),
    CauseKind.TOLD_AS: ({"name": "main hall"}, "it is told there as main hall"),
    CauseKind.UNWANTED: ({}, "nobody asks for it there any more"),
    CauseKind.CHANNEL_REMOVED: ({}, "the channel was removed"),
    CauseKind.CHANNEL_UNKNOWN: ({}, "the channel is no longer configured"),
    CauseKind.STORY_MERGED: ({"younger": 7, "elder": 3}, "story 7 was merged into story 3"),
    CauseKind.STOPPED: ({}, "stopped before it was tried"),
    CauseKind.SLOW: ({"seconds": 90}, "no answer within 90 s"),
    CauseKind.FAULT: ({}, "a fault of the program; the log has it"),
    CauseKind.NOT_RUNNING: ({"transport": "discord"}, "discord is not running"),
    CauseKind.NO_EDITS: ({"transport": "telegraph"}, "telegraph cannot edit what was posted"),
    CauseKind.NOT_CONNECTED: ({"service": "Discord"}, "Discord is not connected"),
    CauseKind.EDITS_SPENT: ({"service": "Discord"}, "Discord allows no more edits of this message for now"),
    CauseKind.ANSWERED: (
        {"service": "Discord", "status": 400, "code": 50035, "text": "Invalid Form Body"},
        "Discord answered 400 (50035): Invalid Form Body",
    ),
    CauseKind.NO_ANSWER: ({"text": "OSError: reset"}, "no answer: OSError: reset"),
    CauseKind.CLOSED: ({"error": "RuntimeError"}, "the connection was closed (RuntimeError)"),
    CauseKind.MESSAGE_DELETED: ({}, "the message was deleted"),
    CauseKind.CHANNEL_GONE: ({}, "the channel is gone"),
    CauseKind.SERVER_GONE: ({}, "the server is gone"),
    CauseKind.NOT_SEEN: ({}, "the bot may not see the channel"),
    CauseKind.NOT_PERMITTED: (
        {},
        "the bot lacks a permission there (view channel, send messages, embed links, read history)",
    ),
    CauseKind.NOT_AUTHORISED: ({}, "the bot is not authorised there"),
    CauseKind.WRONG_CHANNEL: (
        {},
        "this kind of channel (one for pictures, say) takes no messages; name a text channel, a thread or a forum",
    ),
    CauseKind.CPU: ({}, "Reading it took more computing than anything honest needs."),
    CauseKind.TIME: ({}, "Reading it did not come to an end in time."),
    CauseKind.MEMORY: ({}, "Reading it took more memory than anything honest needs."),
    CauseKind.CRASH: ({"text": "SIGSEGV"}, "Reading it ended the reading process (SIGSEGV)."),
    CauseKind.READING_FAULT: ({}, "Reading it met a fault of ours."),
    CauseKind.TEXT: ({"text": "the terminal went away"}, "the terminal went away"),
}
# New as data, or never stored before.
NEW = {
    CauseKind.WITHDRAWN: ({}, "no source says so any more"),
    CauseKind.MEMBER_LEFT: ({}, "you had left the server"),
    CauseKind.PLACE_HIDDEN: (
        {"places": ["42"]},
        "you could not see the channel any more in which you asked for it",
    ),
    CauseKind.DM_CLOSED: ({}, "you take no direct messages from this bot"),
    CauseKind.NOT_PERSONAL: ({"transport": "Paper"}, "Paper cannot tell single members"),
    CauseKind.MISREAD: ({}, "it is not understood any more"),
    CauseKind.TIER_CORRECTED: ({}, "a member corrected its tier before it was sent"),
    CauseKind.POST_LOCKED: ({}, "its post is locked"),
    CauseKind.NO_FITTING_TAG: (
        {"tags": ["Incident", "Digest"]},
        "each post there needs a tag, and none has a name that fits, so the first one is taken: add one of “Incident”, "
        "“Digest”",
    ),
    CauseKind.ROLE_GONE: ({"role": "7"}, "the server has no role 7, so nobody is pinged"),
    CauseKind.ROLE_SILENT: (
        {"role": "watch"},
        "the bot may not mention @watch, so nobody is pinged: let anyone mention it, or let the bot mention all roles",
    ),
    CauseKind.LACKING: (
        {"rights": ["embed_links", "send_messages_in_threads"]},
        "the bot may not embed links, send messages there",
    ),
    CauseKind.CATCHING_UP: ({}, "what was posted before is being read again"),
    CauseKind.NO_WORKER: ({}, "The reading process cannot be started."),
    CauseKind.NO_HTTP: ({}, "This is no http or https address."),
    CauseKind.BAD_ADDRESS: ({}, "It is no address that can be asked."),
    CauseKind.STATUS: ({"status": 503}, "The server answered 503."),
    CauseKind.UNASKED_304: ({}, "The server said “not modified” without being asked."),
    CauseKind.REDIRECTS: ({"most": 5}, "More than 5 redirects."),
    CauseKind.BAD_REDIRECT: ({}, "It redirects to what is no http or https address."),
    CauseKind.DOWNGRADE: ({}, "It redirects from https to http, which is refused."),
    CauseKind.TOO_LARGE: ({}, "The answer is larger than the limit."),
    CauseKind.PACKED: ({"error": "too many encodings"}, "The answer cannot be unpacked: too many encodings."),
    CauseKind.PRIVATE: ({}, "Its address is not on the public internet, so it is not asked."),
    CauseKind.CERTIFICATE: ({}, "Its certificate is not valid."),
    CauseKind.UNKNOWN_NAME: ({}, "Its name is not known."),
    CauseKind.INSECURE: ({}, "No secure connection could be made."),
    CauseKind.INCOMPLETE: ({}, "The answer ended too early."),
    CauseKind.REFUSED: ({}, "The server refused the connection."),
    CauseKind.RESET: ({}, "The server broke the connection off."),
    CauseKind.BAD_HTTP: ({}, "The answer is no proper HTTP."),
    CauseKind.TIMEOUT: ({}, "The answer took too long."),
    CauseKind.UNREACHABLE: ({}, "There is no way to the server."),
    CauseKind.EXCHANGE: ({"error": "ValueError"}, "The exchange failed (ValueError)."),
    CauseKind.POLL_FAULT: ({"error": "KeyError('x')"}, "A fault of ours: KeyError('x')."),
    CauseKind.EMPTY: ({}, "The answer is empty."),
    CauseKind.CHALLENGE: ({}, "A page that checks for a human reader came instead of the feed."),
    CauseKind.WEB_PAGE: ({"title": "Sorry"}, "A web page came instead of the feed (“Sorry”)."),
    CauseKind.PLAIN_TEXT: ({"text": "Sorry"}, "Plain text came instead of the feed: “Sorry”."),
    CauseKind.OTHER_JSON: ({"text": "no appname"}, "JSON that is no feed came instead: “no appname”."),
    CauseKind.ABSURD: ({}, "It nests or repeats tags as no feed does."),
    CauseKind.OTHER_XML: ({}, "The answer is XML, but no feed that anyone reads."),
    CauseKind.UNFILTERED: ({"title": "All"}, "The publisher ignored the filter and sent its global feed ('All')."),
    CauseKind.ILL_FORMED: ({"error": "x"}, "The XML is not well-formed, and was read all the same: x."),
    CauseKind.UNDATED: (
        {"items": 2, "stamp": "one day"},
        '2 items have no date that can be read such as "one day".',
    ),
    CauseKind.EMPTY_ITEMS: ({"items": 2}, "2 items hold neither title nor text."),
    CauseKind.TOO_MANY_ITEMS: ({"items": 2, "most": 9}, "2 items beyond the first 9 were left out."),
    CauseKind.REPEATED_IDS: ({}, "The ids repeat on different items, so links identify them."),
    CauseKind.NO_ITEMS: ({}, "It holds no items."),
    CauseKind.QUIET: ({}, "Nothing new for two months."),
    CauseKind.FUTURE: ({}, "Its newest date lies in the future."),
    CauseKind.MOVED: ({"url": "https://b.example/"}, "It moved for good to https://b.example/."),
}
GONE = Cause(CauseKind.CHANNEL_GONE)
LINES = {
    NoticeKind.FEED_FAILING: (
        Notice(
            NoticeKind.FEED_FAILING,
            {"feed": "wire", "failures": 3, "problem": "http_503", "due": "2021-02-10T12:20:00+00:00"},
            Cause(CauseKind.STATUS, {"status": 503}),
        ),
        "wire: failed 3 times in a row. The server answered 503. Next try 10 Feb 12:20 UTC.",
    ),
    NoticeKind.FEED_GONE: (
        Notice(NoticeKind.FEED_GONE, {"feed": "wire"}),
        "wire: gone for good, says its publisher (410). It stays listed: disable it or name a new address.",
    ),
    NoticeKind.FEED_BACK: (
        Notice(NoticeKind.FEED_BACK, {"feed": "wire", "failures": 1}),
        "wire: back after 1 failure.",
    ),
    NoticeKind.FEED_MOVED: (
        Notice(NoticeKind.FEED_MOVED, {"feed": "wire", "url": "https://b.example/"}),
        "wire: moved for good to https://b.example/ – please put that address in the catalogue.",
    ),
    NoticeKind.FEED_IDS_REPEAT: (
        Notice(NoticeKind.FEED_IDS_REPEAT, {"feed": "wire"}),
        "wire: its ids repeat on different items, so links identify them from now on.",
    ),
    NoticeKind.FEED_SMALL_WINDOW: (
        Notice(NoticeKind.FEED_SMALL_WINDOW, {"feed": "wire", "items": 10}),
        "wire: all 10 items it showed were new, so some may have passed unseen. "
        "It is asked more often now; consider a shorter interval.",
    ),
    NoticeKind.FEED_RENAMED: (
        Notice(NoticeKind.FEED_RENAMED, {"feed": "wire", "renamed": 4, "items": 5}),
        "wire: 4 of its 5 items came back under new names. "
        "They are held to be the ones already stored and were not posted.",
    ),
    NoticeKind.BODY_UNREADABLE: (
        Notice(NoticeKind.BODY_UNREADABLE, {"feed": "wire"}, Cause(CauseKind.TIME)),
        "wire: its answer is unreadable and is passed over. Reading it did not come to an end in time.",
    ),
    NoticeKind.ITEM_UNREADABLE: (
        Notice(NoticeKind.ITEM_UNREADABLE, {"feed": "wire", "title": "T"}, Cause(CauseKind.TIME)),
        "wire: the item “T” is unreadable and was passed over. Reading it did not come to an end in time.",
    ),
    NoticeKind.PAGE_UNREADABLE: (
        Notice(NoticeKind.PAGE_UNREADABLE, {"feed": "wire", "url": "https://b.example/"}, Cause(CauseKind.TIME)),
        "wire: the page https://b.example/ is unreadable and was passed over. "
        "Reading it did not come to an end in time.",
    ),
    NoticeKind.CATALOG_BROKEN: (
        Notice(NoticeKind.CATALOG_BROKEN, {"mistake": "feeds.toml:3: no url", "more": 2}),
        "The catalogue was changed and can't be used; the feeds stay as they were. feeds.toml:3: no url (and 2 more)",
    ),
    NoticeKind.DAY_CLOSED: (
        Notice(
            NoticeKind.DAY_CLOSED,
            {"feeds": 9, "read": 1642, "matches": 0, "late": [["rfi", "delayed", 3], ["bbc", "broken", "dns"]]},
        ),
        "The day in short: 9 feeds, 1,642 items read, none flagged; rfi delayed (silent for 3 usual gaps), "
        "bbc broken: its name is not found; the others are fresh.",
    ),
    NoticeKind.CHANNEL_HELD: (
        Notice(NoticeKind.CHANNEL_HELD, {"channel": "alerts"}, GONE),
        "Nothing can be posted to “alerts”: the channel is gone. Its alerts wait and go out once that is mended.",
    ),
    NoticeKind.CHANNEL_DOUBTFUL: (
        Notice(NoticeKind.CHANNEL_DOUBTFUL, {"channel": "alerts"}, GONE),
        "Please check “alerts”: the channel is gone. What is posted there would have to wait.",
    ),
    NoticeKind.CHANNEL_LACKS: (
        Notice(NoticeKind.CHANNEL_LACKS, {"channel": "alerts"}, Cause(CauseKind.ROLE_GONE, {"role": "7"})),
        "Please check “alerts”: the server has no role 7, so nobody is pinged. Alerts are posted there all the same.",
    ),
    NoticeKind.CHANNEL_MENDED: (
        Notice(NoticeKind.CHANNEL_MENDED, {"channel": "alerts"}),
        "“alerts” can be posted to again.",
    ),
    NoticeKind.FILTER_UNREADABLE: (
        Notice(
            NoticeKind.FILTER_UNREADABLE,
            {
                "channel": "alerts",
                "filter": "place:goa",
                "misread": "value",
                "key": "place",
                "value": "goa",
                "near": "Gao",
            },
        ),
        "What “alerts” wants only, “place:goa”, cannot be read, so everything is told there. "
        "I know no place “goa”. Did you mean Gao?",
    ),
    NoticeKind.FIRST_LOOK: (
        Notice(NoticeKind.FIRST_LOOK, {"feeds": 24, "failed": 1, "items": 1812, "stories": 9, "sign": "/"}),
        "The first look is done: 24 feeds read, 1,812 items, 9 stories filed in silence; try /latest. "
        "1 feed could not be read; /feeds says why. What is new from now on is told.",
    ),
    NoticeKind.HANDOVER: (
        Notice(NoticeKind.HANDOVER, {"since": "2021-02-10T06:00", "until": "2021-02-10T18:00"}),
        "What happened from 2021-02-10T06:00 to 2021-02-10T18:00.",
    ),
    NoticeKind.GREETING: (
        Notice(NoticeKind.GREETING, {"watches": ["the mission", "the\nsea"], "sign": "!"}),
        "Hello, I am Bluehelm. From now on I post here what is reported on “the mission”, “the sea”: one message an "
        "event, which I keep up to date, and what is less urgent as a digest. !latest shows the newest stories, !help "
        "what else you can ask me.",
    ),
    NoticeKind.CLOCK_STRAYED: (
        Notice(NoticeKind.CLOCK_STRAYED, {"times": 2}),
        "This machine's clock was wrong for a while: 2 times lay further ahead than they can and were taken back. "
        "Feeds are read and messages sent as usual; what was read meanwhile counts as read now, and a mute of that "
        "time begins now.",
    ),
    NoticeKind.BACKUP_FAILED: (
        Notice(NoticeKind.BACKUP_FAILED, {"problem": "full", "need": 1_641_500_000, "free": 9_000_000, "folder": "/b"}),
        "The archive was not copied: that needs 1,642 MB, and 9 MB are free in /b.",
    ),
    NoticeKind.NO_MESSAGE_CONTENT: (
        Notice(NoticeKind.NO_MESSAGE_CONTENT, {"prefix": "!"}),
        "Discord does not grant this bot the message content intent: it answers slash commands and @mentions, "
        "not !commands. The switch is in the developer portal, under Bot.",
    ),
    NoticeKind.TEXT: (Notice(NoticeKind.TEXT, {"text": "as it was"}), "as it was"),
}


@pytest.mark.parametrize("kind", CauseKind)
def test_every_cause_has_its_words(kind):
    """A kind without words would stop the courier at the moment of trouble."""
    args, text = (STORED | NEW)[kind]
    assert cause_text(Cause(kind, args)) == text


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_line_for_the_operators_has_its_words(kind):
    """With its arguments, its cause, and what comes back from the database."""
    notice, text = LINES[kind]
    assert notice_text(notice) == text
    kept = rows.NOTICE.validate_json(rows.notice_row(notice))
    assert (kept, dict(kept.args)) == (notice, dict(notice.args))


# What is said in other words since.
EARLIER = {CauseKind.WRONG_CHANNEL: "this kind of channel takes no messages"}


@pytest.mark.parametrize("kind", STORED)
def test_the_words_of_earlier_versions_are_read_back(kind):
    """Kind and arguments; what is optional may be missing."""
    args, text = STORED[kind]
    found = cause_of_text(EARLIER.get(kind, text))
    assert (found.kind, dict(found.args)) == (kind, args)


BITS = st.sampled_from(
    ["Discord", "answered", "0503", "400", " ", ": ", "(", ")", ".", "no answer", " within ", "9 s", "story 1", "\n",
     " was merged into story ", "٣", "is not running", "Reading it met a fault of ours", "Invalid Form Body"]
)  # fmt: skip


@given(
    st.text(max_size=40) | st.lists(BITS, max_size=8).map("".join) | st.sampled_from([t for _, t in STORED.values()])
)
def test_nothing_of_an_old_reason_is_lost(text):
    """Whatever stood there is said in the same words after the upgrade."""
    assert cause_text(cause_of_text(text)) == text


@pytest.mark.parametrize(("kinds", "lacks"), [
    ((), ["role", "place"]), (("person",), ["role"]), (("misspelt", "other"), ["place"]), (("org", "theatre"), []),
])  # fmt: skip
def test_what_a_text_lacks_is_told_by_one_rule(kinds, lacks):
    """The desk and the command line name the same lacks, each in its words and order."""
    assert lacking(kinds, {ROLES: "role", PLACES: "place"}) == lacks


def test_what_others_said_is_kept_within_bounds():
    """A megabyte of an exception's text, or half a character, is neither stored whole nor refused."""
    long = Cause(CauseKind.NO_ANSWER, {"text": "x" * 1_000_000})
    assert len(rows.cause_row(long)) < 1100
    assert len(rows.notice_row(Notice(NoticeKind.CHANNEL_HELD, {"channel": "a" * 5000}, long))) < 2200
    assert rows.cause_of(rows.cause_row(Cause(CauseKind.TEXT, {"text": "half \ud800"}))).args == {"text": "half ?"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_log_says_it_in_words_and_in_english(language):
    """Operators without a channel for their lines read the same in the log, whose lines their page explains: they are
    English, whatever the terminal speaks."""
    out = StringIO()
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    levels = {name: logging.getLogger(name).level for name in ("bot", "feeds", "seeds", "config", "discord.client")}
    try:
        logs.configure("info", out)
        with speaking(language):
            logging.getLogger("feeds.test").info("%s", LINES[NoticeKind.FEED_BACK][0])
            logging.getLogger("feeds.test").error("no worker: %s", GONE)
            logging.getLogger("bot.test").info(f"{cause_logged(GONE)}; {notice_logged(LINES[NoticeKind.FEED_BACK][0])}")
    finally:
        root.handlers[:] = before
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    first, second, third = out.getvalue().splitlines()
    assert first.endswith("feeds.test: wire: back after 1 failure.")
    assert second.endswith("no worker: the channel is gone")
    assert third.endswith("bot.test: the channel is gone; wire: back after 1 failure.")


def test_a_feeds_trouble_is_said_in_words():
    """Short codes are for the database; one without words of its own is at least readable."""
    codes = ("dns", "http_503", "too_large")
    assert [problem_text(code) for code in codes] == [
        "its name is not found",
        "the server answers 503 (busy)",
        "too large",
    ]
    bare = Notice(NoticeKind.FEED_FAILING, {"feed": "wire", "failures": 3, "problem": "too_large"})
    assert notice_text(bare) == "wire: failed 3 times in a row: too large."


@pytest.mark.parametrize(("title", "text", "said"), [
    ("Plain title", "One. Two \x02hits\x03 in \x02here\x03. Three.", "“Two *hits* in *here*.”"),
    ("A \x02hit\x03 above", "Nothing below.", "“A *hit* above”"),
    ("A \x02hit\x03", "Another \x02hit\x03 here.", "“Another *hit* here.”"),
    ("Title", "", "“Title”"), ("", "", ""),
    ("x", "word " * 40 + "\x02hit\x03" + " word" * 60, None),
    ("x", "\x02" + "y" * 5000 + "\x03", None),
    ("x", "\x02\x03", "“x”"),
])  # fmt: skip
def test_the_sentence_with_most_hits_is_shown_with_them_in_bold(title, text, said):
    """Of a long one the part around the first hit, at whole words; never more than fits, and no mark is left over."""
    line = passage_line(title, text, 120)
    shown = "".join(f"*{span.text}*" if span.strong else span.text for span in line)
    assert "\x02" not in shown and "\x03" not in shown and len(shown) < 140
    if said is not None:
        assert shown == said
    elif "word" in text:
        assert shown.startswith("“… word") and "*hit*" in shown and shown.endswith("word…”")


@given(st.text(alphabet="ab .\x02\x03\n\u202eé", max_size=300), st.text(alphabet="a \x02\x03", max_size=60))
def test_whatever_was_found_can_be_shown(text, title):
    """Also where the marks are broken."""
    shown = "".join(span.text for span in passage_line(title, text, 80))
    assert len(shown) <= 90 and not set(shown) & set("\x02\x03\n\u202e")
