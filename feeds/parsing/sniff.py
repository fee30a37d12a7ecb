"""Names what a body is when it is no feed, and which encoding it really is in."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Mapping
from dataclasses import dataclass

from feeds.model import Cause, CauseKind
from feeds.parsing import html, jsonfeed
from feeds.parsing.held import HeldBody, body_windows, count_part, outer_tags, tag_pattern

_HEAD = 65_536
_CHALLENGE = re.compile(
    rb"challenge-platform|cf-chl|cf_chl_|just a moment\.\.\.|/_incapsula_|incapsula incident|sgcaptcha|awswafcookie"
    rb"|ddos-guard|ddos protection|datadome|px-captcha|g-recaptcha|h-captcha|hcaptcha\.com|attention required!"
    rb"|enable javascript and cookies|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human",
    re.IGNORECASE,
)
_SOMETHING = re.compile(rb"[^\xef\xbb\xbf \t\r\n\x00]")
_PROLOGUE = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^<>\[]|\[[^\]]*\])*>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z][\w.:-]*)")
_PAGES = {b"html", b"head", b"body", b"meta", b"title", b"script", b"div", b"p", b"h1", b"center", b"br", b"link"}
_STATEFUL = re.compile(r"charset\s*=[\s\"']*(?:iso-2022|utf-7|hz-)", re.IGNORECASE)
# What is said of a body that is in UTF-8 now, whatever was said of it.
UTF8 = "application/xml; charset=utf-8"
_CHARSET = re.compile(r"charset\s*=[\s\"']{0,3}([\w.:-]{1,20})", re.IGNORECASE)
# Encodings of pages that decode in one pass, whatever they are given; browsers read the older as the wider ones.
_SINGLE = re.compile(
    r"windows-125\d|iso-8859-(?:[1-9]|1[013-6])|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift-jis|tis-620|ibm866"
    r"|utf-8|us-ascii"
)
_WESTERN = "windows-1252"
_SUPERSETS = {
    "iso-8859-1": _WESTERN, "us-ascii": _WESTERN, "iso-8859-9": "windows-1254", "gb2312": "gb18030",
    "gbk": "gb18030", "euc-kr": "cp949", "tis-620": "cp874",
}  # fmt: skip
_META = 4096  # bytes of a page that may name its encoding
_ASCII = bytes(range(128))
_FOREIGN = 12  # one byte in so many beyond ASCII is more than accents
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,32})|(\d{1,32}));?")
_LONGEST_DECLARATION = 1024
_ENCODING = re.compile(rb"\bencoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")


@dataclass(frozen=True, slots=True)
class BodyFailure:
    """A short code for the log, and what exactly was the matter."""

    name: str
    cause: Cause


def no_feed(body: HeldBody, headers: Mapping[str, str], status: int | None = None) -> BodyFailure | None:
    """Why a body cannot be a feed; None when it may be one.

    The names are "empty", "html_page", "challenge_page", "json_error" and "not_a_feed".
    """
    if not _SOMETHING.search(body):
        return BodyFailure("empty", Cause(CauseKind.EMPTY))
    if jsonfeed.looks_like_json(body):
        return _json(body)
    text = _readable(body[:_HEAD])
    root = _root(text)
    if root in _PAGES:
        if status == 202 or headers.get("cf-mitigated") == "challenge" or _CHALLENGE.search(text):
            return BodyFailure("challenge_page", Cause(CauseKind.CHALLENGE))
        return BodyFailure("html_page", Cause(CauseKind.WEB_PAGE, {"title": _titled(text)}))
    if root is None and body.find(b"<") < 0:
        return BodyFailure("not_a_feed", Cause(CauseKind.PLAIN_TEXT, {"text": _quoted(text)}))
    return None


# Far beyond what any feed holds; feedparser's time or memory explodes on what lies beyond.
_MOST = {b"<": 1_500_000, b"&": 1_500_000, b"<!ENTITY": 2_000}
_MOST_OPEN = 20_000  # "<" without a ">" of its own
_DEEPEST, _MOST_TAGS, _MOST_ATTRIBUTES, _LONG_TAG = 5_000, 500_000, 300, 1_200
_ENDLESS = 262_144
_ENDLESS_TAG = re.compile(rb"<[A-Za-z_:][^<>]{%d}" % _ENDLESS)
_LONG_TAG_AT_ALL = re.compile(rb"<[A-Za-z_:][^<>]{%d}" % _LONG_TAG)
_TAG = tag_pattern(rb"<(/?)[A-Za-z_:][^<>]*>")
_ABSURD = BodyFailure("not_a_feed", Cause(CauseKind.ABSURD))


def absurd(document: HeldBody) -> BodyFailure | None:
    """Why a document must not be handed to a parser: it was made to exhaust one. None for every honest document."""
    opened = count_part(document, b"<")
    if any(count_part(document, part) > most for part, most in _MOST.items()) or _shows(
        _ENDLESS_TAG, document, _ENDLESS
    ):
        return _ABSURD
    if opened - count_part(document, b">") > _MOST_OPEN:
        return _ABSURD
    if opened < _DEEPEST and not _shows(_LONG_TAG_AT_ALL, document, _LONG_TAG):
        return None  # nearly every feed: too few tags for any of the rest
    return _ABSURD if _overgrown(document) else None


def _shows(tag: re.Pattern[bytes], document: HeldBody, length: int) -> bool:
    return any(tag.search(window) for window in body_windows(document, length + 2))


def _overgrown(document: HeldBody) -> bool:
    """Whether there are too many tags, or one has too much in it or around it."""
    depth = 0
    for met, found in enumerate(outer_tags(_TAG, document), 1):
        if found is None:  # then nothing after it is markup for any parser
            return False
        if found[1]:
            depth = max(depth - 1, 0)
        elif not found[0].endswith(b"/>"):
            depth += 1
        crowded = found.end() - found.start() > _LONG_TAG and found[0].count(b"=") > _MOST_ATTRIBUTES
        if crowded or depth > _DEEPEST or met > _MOST_TAGS:
            return True
    return False


# "<" in a page; long articles have a tenth of it, and what extracts them needs a fiftieth of a second per thousand.
_MOST_PAGE_TAGS = 24_000


def crowded(page: bytes) -> bool:
    """Whether a page holds more tags than any article does."""
    return page.count(b"<") > _MOST_PAGE_TAGS


def _json(body: HeldBody) -> BodyFailure | None:
    document = jsonfeed.load_json(body)
    if jsonfeed.is_feed(document):
        return None
    said = jsonfeed.complaint(document)
    return BodyFailure("json_error", Cause(CauseKind.OTHER_JSON, {"text": _quoted(said.encode())} if said else {}))


def _readable(head: bytes) -> bytes:
    """The first bytes with UTF-16 and UTF-32 made legible."""
    return head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf")


def _root(text: bytes) -> bytes | None:
    place = 0
    while found := _PROLOGUE.match(text, place):
        place = found.end()
    element = _ROOT.search(text, place)
    return element[1].lower() if element else None


def _titled(text: bytes) -> str:
    found = re.search(rb"<title[^<>]*>([^<]{1,200})", text, re.IGNORECASE)
    return _quoted(found[1]) if found else ""


def _quoted(text: bytes) -> str:
    return html.plain_line(text[:400].decode("utf-8", "replace"))[:120].strip()


def text_encoding(body: HeldBody, content_type: str) -> tuple[HeldBody, str]:
    """The body with the content type that tells its encoding truly.

    Servers often name an encoding that the body is not in. A body that is valid UTF-8 beyond ASCII is UTF-8,
    whatever the header says; UTF-16 and UTF-32 are brought to UTF-8, so that the rest sees one kind of bytes.
    """
    wide = _wide(body[:4])
    if wide is not None:
        try:
            body = _undeclared(body[:].decode(wide).lstrip("\ufeff").encode("utf-8"))
        except UnicodeDecodeError:
            return body, content_type
        return body, UTF8
    if stateful(content_type) or all(map(bytes.isascii, body_windows(body))) or not _is_utf8(body):
        return body, content_type
    return body, UTF8


def stateful(content_type: str) -> bool:
    """Whether it names an encoding in which a character may be read by what stands before it."""
    return _STATEFUL.search(content_type) is not None


def page_text(page: bytes, content_type: str = "") -> str | None:
    """What a page says in characters: it is UTF-8, or else in what it begins with, its header or itself names.

    None when nothing tells, and it holds too much beyond ASCII to be a western European one. Never raises.
    """
    try:
        return page.decode(_wide(page[:4]) or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        pass
    named = declared_charset(content_type) or declared_charset(page[:_META].decode("latin-1"))
    if named is None and len(page.translate(None, _ASCII)) * _FOREIGN > len(page):
        return None
    return page.decode(named or _WESTERN, "replace")


def declared_charset(text: str) -> str | None:
    """The encoding that a header or the beginning of a page names, as Python calls it; None for those unknown here."""
    found = _CHARSET.search(text)
    label = found[1].lower().replace("_", "-") if found else ""
    return _SUPERSETS.get(label, label) if _SINGLE.fullmatch(label) else None


def _undeclared(document: bytes) -> bytes:
    """The document without the encoding that its XML declaration names: it is in another one now."""
    end = document.find(b"?>", 0, _LONGEST_DECLARATION)
    if end < 0 or not document[:end].lstrip().startswith(b"<?xml"):
        return document
    return _ENCODING.sub(b"", document[:end], count=1) + document[end:]


def legal(document: bytes) -> bytes:
    """The document with a replacement character for references to what is no character, which break feedparser."""
    return _REFERENCE.sub(_legal, document) if b"&#" in document else document


def _legal(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16) if found[1] else int(found[2])
    return b"&#xFFFD;" if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or not code else found[0]


def _wide(head: bytes) -> str | None:
    """By the first four bytes."""
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"<\x00?\x00"):
        return "utf-16-le"
    return "utf-16-be" if head.startswith(b"\x00<\x00?") else None


def _is_utf8(body: HeldBody) -> bool:
    decoder = getincrementaldecoder("utf-8")()
    try:
        for window in body_windows(body):
            decoder.decode(window)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
