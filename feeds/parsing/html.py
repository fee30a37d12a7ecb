"""Plain text out of a feed's HTML, titles without their outlet, leads without their boilerplate."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

# More of one field is never read: it bounds time and memory whatever a feed sends.
LONGEST_MARKUP = 200_000
LONGEST_PLAIN = 8_000

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>", re.DOTALL)
_UNSEEN = re.compile(
    r"<(script|style|template|noscript|iframe|svg|head)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_BLOCK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|table|tr|td|th|blockquote|section|article|header|footer|aside"
    r"|figure|figcaption|pre|option)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# Controls, zero-width characters and soft hyphens; joiners stay, Persian and Indic spelling needs them.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


def plain_text(markup: str | None) -> str:
    """HTML (or plain text) to plain text: NFC, blocks on lines of their own, entities read at most twice.

    At most `LONGEST_PLAIN` characters come out, cut at a word. Never raises; time grows with the input's length.
    """
    if not markup:
        return ""
    stripped = _stripped(markup[:LONGEST_MARKUP])
    once = unescape(stripped)
    if "<" in once and (_BLOCK.search(once) or (_TAG.search(once) and _ENTITY.search(stripped))):
        once = _stripped(once)  # markup that was escaped twice
    if "&" in once and _ENTITY.search(once):
        once = unescape(once)
    return _cut(_tidy(once), LONGEST_PLAIN)


def plain_line(markup: str | None) -> str:
    """As `plain_text`, on one line: for titles and names."""
    return plain_text(markup).replace("\n", " ")


def _stripped(markup: str) -> str:
    if "<" not in markup:
        return markup
    if "<!" in markup or "]]>" in markup:
        markup = _COMMENT.sub("", markup)
    markup = _UNSEEN.sub(" ", markup)
    return _TAG.sub("", _BLOCK.sub("\n", markup))


def _tidy(plain: str) -> str:
    """One space between words, no empty lines, nothing that cannot be seen."""
    lines = (" ".join(line.split()) for line in plain.splitlines())
    seen = (line if line.isprintable() else _INVISIBLE.sub("", line).strip() for line in lines)
    tidy = "\n".join(line for line in seen if line)
    return tidy if tidy.isascii() else unicodedata.normalize("NFC", tidy)


def _cut(plain: str, longest: int) -> str:
    if len(plain) <= longest:
        return plain
    head = plain[: longest - 1]
    return head[: max(head.rfind(" "), head.rfind("\n"), longest // 2)].rstrip() + "…"


# What publishing software puts under a lead, in the languages of the catalogue. The words are what makes the
# expression worth running.
_LONGEST_TAIL = 800
_TAIL_WORDS = (
    "appeared first on", "first appeared on", "est apparu en premier sur", "primero en",
    "erschien zuerst auf", "ontinue reading", "ead more", "ead the full", "eep reading", "ire la suite", "ire plus",
    "n savoir plus", "ire l’article", "ire l'article", "eer más", "eguir leyendo", "eiterlesen", "eia mais",
    "ontinue lendo", "اقرأ", "итать далее", "итайте также", "[…]", "[...]",
)  # fmt: skip
_STOCK = (
    r"The post\b.{0,400}?\b(?:appeared first on|first appeared on)\b.{0,200}",
    r"(?:L[’']article|Cet article)\b.{0,400}?\best apparu en premier sur\b.{0,200}",
    r"La entrada\b.{0,400}?\b(?:se publicó primero en|aparece primero en)\b.{0,200}",
    r"Der Beitrag\b.{0,400}?\berschien zuerst auf\b.{0,200}",
)
_MORE = (
    r"(?:Continue reading|Read more|Read the full (?:story|article)|Keep reading|Lire la suite|Lire plus"
    r"|En savoir plus|Lire l[’']article|Leer más|Seguir leyendo|Weiterlesen|Leia mais|Continue lendo"
    r"|اقرأ المزيد|اقرأ أيضا|Читать далее|Читайте также)[^.!?\n]{0,120}(?:\.{3}|…|»|→|\Z)"
)
_TAILS = re.compile(rf"\b(?:{'|'.join(_STOCK)}|{_MORE})\s*[.»→\]]*\s*\Z", re.DOTALL)
_CUT_OFF = re.compile(r"\[(?:\.{3}|…)\]\Z")


def without_tail(plain: str, publisher: str | None = None, host: str = "") -> str:
    """A lead without the software's or the publisher's closing line ("The post … appeared first on …")."""
    for _ in range(3):
        shorter = _without_imprint(_without_stock(plain), publisher, host)
        if shorter == plain:
            break
        plain = shorter
    return plain


def _without_stock(plain: str) -> str:
    end = plain[-_LONGEST_TAIL:]
    if not any(word in end for word in _TAIL_WORDS):
        return plain
    shorter = (plain[:-_LONGEST_TAIL] + _TAILS.sub("", end)).rstrip()
    cut = _CUT_OFF.search(shorter)
    return shorter[: cut.start()].rstrip() + "…" if cut else shorter


def _without_imprint(plain: str, publisher: str | None, host: str) -> str:
    """Cuts a short end that names the publisher together with its address."""
    if not host or host not in plain[-_LONGEST_TAIL:].lower():
        return plain
    head, newline, tail = plain.rpartition("\n")
    if newline and len(tail) <= 200:
        return head.rstrip()
    imprint = re.compile(re.escape(publisher or host) + r"\s*[-–—|:]\s*(?:www\.)?" + re.escape(host), re.IGNORECASE)
    starts = [found.start() for found in imprint.finditer(plain)]
    return plain[: starts[-1]].rstrip(" -–—|\n") if starts and len(plain) - starts[-1] <= 300 else plain


def without_outlet(title: str, outlet: str | None) -> str:
    """An aggregator's title without its " - Outlet" ending, when `outlet` says that this is one."""
    if not outlet:
        return title
    for dash in (" - ", " – ", " — ", " | "):
        head, found, tail = title.rpartition(dash)
        if found and tail.strip().casefold() == outlet.strip().casefold() and head.strip():
            return head.strip()
    return title
