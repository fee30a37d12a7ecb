"""Brings the many addresses of one page to one form, without asking the network."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit

# Parameters that say how a reader came, never what the page is. The well-known families of analytics
# software, then what the publishers of this field add (BBC at_*, Al Jazeera traffic_source, DW maca,
# Google News oc, AT Internet xtor, cmpid of several).
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|mc|hsa|at|ns|itm|mkt|vero|oly|wt|sc)_\w*"
    r"|(?:fb|g|dc|gb|twc|ms|yc|wick|irc)(?:c|cs|r)?lid|gbraid|wbraid|igshid?|mibextid|_ga|_gl|_hsenc|_hsmi"
    r"|traffic_source|maca|oc|ocid|xtor|cmpid|cmp|ncid|ito|smid|feature|ref_?src|ref_url|rss|from_rss"
    r"|phpsessid|jsessionid|sessionid|share_from|__twitter_impression|amp|outputtype",
    re.IGNORECASE,
)
# What follows is for browsers alone; who reads an address anew spells the signs out.
_FOR_THE_EYE = re.compile("(?::|%3A)(?:~|%7E)(?::|%3A)", re.IGNORECASE)
_TRACKING_FRAGMENT = re.compile(_TRACKING.pattern + r"|echobox|source|ref", re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/?#;]*", re.IGNORECASE)
_DEFAULT_PORT = {"http": 80, "https": 443}
_LONGEST = 4000
_KEPT = "/%!$&'()*+,;=:@~-._"
_QUERY_KEPT = "/!$'()*,;:@~-._?"
_UNRESERVED_ESCAPE = re.compile(r"%(?:2[dD]|2[eE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\ufeff]+")

_UN_STORY_VIEW = re.compile(r"^/feed/view/(?=[a-z]{2}/(?:audio/|interview/)?story/)")
_AMP_PATH = re.compile(r"/amp/?$|\.amp(?=$|\.html?$)|^/amp(?=/.)")
_ARTICLE_OF_GOOGLE = re.compile(r"^/(?:rss/)?articles/([\w=-]+)")
_GOOGLE = re.compile(r"(?:^|\.)google\.[a-z]{2,3}(?:\.[a-z]{2,3})?$")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_PLAIN = re.compile(r"[A-Za-z0-9/._~:,=@!-]*")
_SLASHES = re.compile(r"/{2,}")
_URL_INSIDE = re.compile(rb"https?://[\x21-\x7e]+")


@lru_cache(maxsize=2048)  # guid and link of an item are often one
def canonical(url: str | None) -> str | None:
    """The address a reader should be given: without tracking, wrappers, session ids, AMP and fragment.

    Two addresses of one page mostly come out equal; what says nothing about the page is gone, what might
    name it (an unknown parameter, a valueless one) is kept. None for what is no http(s) address.
    Idempotent, and never raises.
    """
    parts = _innermost(url)
    return None if parts is None else _settled(parts)


def located(url: str | None) -> str | None:
    """As `canonical`, with the fragment where that may name a part of the page."""
    settled = canonical(url)
    if settled is None or url is None or "#" not in url:
        return settled
    parts = _innermost(url)
    fragment = _fragment(parts.fragment) if parts else ""
    return f"{settled}#{fragment}" if fragment else settled


def part_of(url: str | None) -> tuple[str | None, str]:
    """An address that `located` gave, as the page and the part of it that the fragment names ("" for none)."""
    page, _, fragment = (url or "").partition("#")
    return page or None, fragment


def address_key(url: str | None) -> str | None:
    """The canonical address without scheme, "www." and closing slash: what identity compares. None as above."""
    settled = canonical(url)
    if settled is None:
        return None
    parts = urlsplit(settled)
    host = parts.netloc.removeprefix("www.").removeprefix("m.")
    path = parts.path.rstrip("/")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def is_front_page(url: str) -> bool:
    """Whether a canonical address names a whole site and thus no single item."""
    parts = urlsplit(url)
    return not parts.query and re.fullmatch(r"/?(?:index\.\w+)?(?:[a-z]{2}/?)?", parts.path) is not None


@lru_cache(maxsize=256)
def host_of(url: str | None) -> str:
    """The host of an address in lower case without "www."; empty when there is none."""
    parts = _split(url)
    return "" if parts is None else (parts.hostname or "").removeprefix("www.")


def _innermost(url: str | None) -> SplitResult | None:
    """What an address is about when all wrappers are off."""
    parts = _split(url)
    for _ in range(4):  # a wrapper may hold a wrapper
        inner = _split(_unwrapped(parts)) if parts else None
        if inner is None:
            break
        parts = inner
    return parts


def _split(url: str | None) -> SplitResult | None:
    if not url or len(url) > _LONGEST:
        return None
    text = url if url.isprintable() and url.isascii() and " " not in url else _BLANKS.sub("", url)
    text = text.replace("&amp;", "&")
    if text.startswith("//"):
        text = "https:" + text
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT or not host:
        return None
    netloc = host if port in (None, _DEFAULT_PORT[scheme]) else f"{host}:{port}"
    return SplitResult(scheme, netloc, parts.path, parts.query, parts.fragment)


def _host(host: str) -> str:
    """A host in the form that DNS sees; empty when it can be none."""
    host = host.lower().rstrip(".")
    if ":" in host:
        return f"[{host}]"
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return host if _HOST.fullmatch(host) else ""


def _unwrapped(parts: SplitResult) -> str | None:
    """The address inside a redirecting, translating or caching one; None when there is none to see."""
    host = parts.netloc
    if _GOOGLE.search(host):
        if parts.path == "/url":
            query = dict(parse_qsl(parts.query))
            return query.get("q") or query.get("url")
        if article := _ARTICLE_OF_GOOGLE.match(parts.path):
            return _google_article(article[1])
        if host.startswith("www.") and parts.path.startswith("/amp/s/"):
            return "https://" + parts.path.removeprefix("/amp/s/")
    if host.endswith(".cdn.ampproject.org") and (found := re.match(r"^/[a-z]/(s/)?(.+)", parts.path)):
        return ("https://" if found[1] else "http://") + found[2]
    if host in {"l.facebook.com", "lm.facebook.com"} and parts.path == "/l.php":
        return dict(parse_qsl(parts.query)).get("u")
    return None


def _google_article(code: str) -> str | None:
    """The outlet's address in an old-style Google News article code; the newer codes are opaque."""
    try:
        raw = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (binascii.Error, ValueError):
        return None
    found = _URL_INSIDE.search(raw)
    return found[0].split(b"\xd2")[0].decode("ascii") if found else None


def _settled(parts: SplitResult) -> str:
    path, settled = parts.path or "/", ""
    while path != settled:  # what one rule uncovers another may take away; each only shortens or settles
        settled, path = path, _path(path, parts.netloc)
    query = _query(parts.query)
    return f"{parts.scheme}://{parts.netloc}{path}" + (f"?{query}" if query else "")


def _path(path: str, host: str) -> str:
    path = _escaped(_SLASHES.sub("/", _SESSION.sub("", path)), _KEPT)
    if host == "news.un.org":
        path = _UN_STORY_VIEW.sub("/", path)
    return _AMP_PATH.sub("", path) or "/"


def _query(query: str) -> str:
    """What is left of a query when the tracking is out, in order; a parameter without value stays as it is."""
    kept = []
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        if name and not _TRACKING.fullmatch(unquote(name)):
            kept.append(_escaped(name, _QUERY_KEPT + "%+") + equals + _escaped(value, _QUERY_KEPT + "%+="))
    return "&".join(sorted(kept))


def _fragment(fragment: str) -> str:
    """What is left of a fragment when it neither tracks nor marks words for the eye."""
    fragment = _FOR_THE_EYE.split(fragment, maxsplit=1)[0]
    kept = (part for part in fragment.split("&") if not _TRACKING_FRAGMENT.fullmatch(unquote(part.partition("=")[0])))
    return _escaped("&".join(kept), _QUERY_KEPT + "%+=&")


def _escaped(text: str, kept: str) -> str:
    """One spelling for every character: unreserved ones plain, the others as upper-case UTF-8 escapes."""
    if _PLAIN.fullmatch(text):
        return text
    if "%" in text:
        text = _LONE_PERCENT.sub("%25", text)
        text = _UNRESERVED_ESCAPE.sub(lambda found: unquote(found[0]), text)
        text = _ESCAPE.sub(lambda found: found[0].upper(), text)
    return quote(text.encode("utf-8", "surrogatepass"), safe=kept)


def absolute(url: str, base: str) -> str:
    """A relative link made absolute against the page it stood on; an absolute one as it is."""
    if url.startswith(("https://", "http://")):
        return url
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return url
