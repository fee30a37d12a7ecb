"""One form for the many addresses of one page."""

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.parsing.urls import absolute, address_key, canonical, host_of, is_front_page


def google(url):
    """An old-style Google News address that hides another."""
    raw = b"\x08\x13\x22" + bytes([len(url)]) + url.encode() + b"\xd2\x01\x00"
    return "https://news.google.com/rss/articles/" + base64.urlsafe_b64encode(raw).decode().rstrip("=") + "?oc=5"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://WWW.Example.ORG:443/A/b", "https://www.example.org/A/b"),
        ("http://example.org:80", "http://example.org/"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("  https://example.org/a\n b ", "https://example.org/ab"),
        ("//example.org/a", "https://example.org/a"),
        ("https://example.org//a///b", "https://example.org/a/b"),
        ("https://example.org/a?utm_source=x&id=3&UTM_Medium=y", "https://example.org/a?id=3"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a?b=2&amp;a=1", "https://example.org/a?a=1&b=2"),
        ("https://example.org/?12345", "https://example.org/?12345"),
        ("https://example.org/?p=123", "https://example.org/?p=123"),
        ("https://example.org/a;jsessionid=AB12?x=1", "https://example.org/a?x=1"),
        ("https://example.org/caf%c3%a9", "https://example.org/caf%C3%A9"),
        ("https://example.org/café", "https://example.org/caf%C3%A9"),
        ("https://example.org/%7Euser/%2D", "https://example.org/~user/-"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        # publishers of the field
        ("https://www.bbc.co.uk/news/articles/c1#3", "https://www.bbc.co.uk/news/articles/c1"),
        ("https://www.bbc.com/news/c1?at_medium=RSS&at_campaign=rss", "https://www.bbc.com/news/c1"),
        ("https://www.aljazeera.com/news/2026/2/3/x?traffic_source=rss", "https://www.aljazeera.com/news/2026/2/3/x"),
        ("https://www.dw.com/en/x/a-123?maca=en-rss", "https://www.dw.com/en/x/a-123"),
        ("https://www.france24.com/fr/x?xtor=RSS-1", "https://www.france24.com/fr/x"),
        ("https://news.un.org/feed/view/en/story/2026/02/1166", "https://news.un.org/en/story/2026/02/1166"),
        ("https://www.theguardian.com/world/x?CMP=share_btn", "https://www.theguardian.com/world/x"),
        # wrappers
        ("https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fa&sa=U", "https://example.org/a"),
        (google("https://www.rfi.fr/fr/afrique/x?xtor=1"), "https://www.rfi.fr/fr/afrique/x"),
        ("https://news.google.com/rss/articles/CBMiAAAA?oc=5", "https://news.google.com/rss/articles/CBMiAAAA"),
        ("https://example-org.cdn.ampproject.org/c/s/example.org/a/amp/", "https://example.org/a"),
        ("https://www.google.com/amp/s/example.org/a", "https://example.org/a"),
        ("https://example.org/a/amp/", "https://example.org/a"),
        ("https://example.org/a.amp.html", "https://example.org/a.html"),
    ],
)
def test_known_forms(url, expected):
    """Tracking, wrappers, AMP, session ids, fragments and odd spelling go; what may name the page stays."""
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        *[None, "", "mailto:a@b", "ftp://example.org/a", "javascript:1", "/a/b", "12345", "http://", "http:///a"],
        *["tag:x,2026:1", "http://[x/", "http://a b/" + "c" * 4001, "https://exa mple.org:99999/", "http://.../"],
    ],
)
def test_what_is_no_web_address_has_no_form(url):
    """None, and no exception, for everything else."""
    assert canonical(url) is None
    assert address_key(url) is None


PATHS = st.text(st.sampled_from("abcXYZ019/-_.~%é &=?;:@+,ü"), max_size=30)
URLS = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(
        ["example.org", "www.Example.org", "news.un.org", "m.bbc.com", "www.google.com", "127.0.0.1", "[::1]"]
    ),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    PATHS,
    st.sampled_from(["", "?"]).flatmap(lambda mark: PATHS.map(lambda text: mark + text)),
    st.sampled_from(["", "#", "#3", "#a=b"]),
)


@given(st.one_of(URLS, st.text(max_size=80), URLS.map(google)))
@example("https://example.org/url?q=https://example.org/url?q=x")
@example("https://www.google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fa.example%252F")
@example("https://example.org/a/amp/amp/")
@example("https://example.org/%2525")
def test_the_form_is_stable(url):
    """Bringing a canonical address to its form again changes nothing, and nothing ever raises."""
    once = canonical(url)
    if once is not None:
        assert canonical(once) == once
        assert address_key(once) == address_key(url)


TRACKING = st.sampled_from(
    [
        "utm_source=rss",
        "utm_campaign=x%20y",
        "fbclid=abc",
        "gclid=1",
        "at_medium=RSS",
        "xtor=EPR-1",
        "maca=en-rss-1",
        "oc=5",
    ]
)


@given(URLS, st.lists(TRACKING, min_size=1, max_size=4))
def test_tracking_never_makes_another_page(url, tracking):
    """Whatever trackers are added, the address stays the same."""
    bare = url.partition("#")[0].partition("?")[0]
    base = canonical(bare)
    if base is not None:
        assert canonical(bare + "?" + "&".join(tracking)) == base
        assert canonical(bare + "?id=7&" + "&".join(tracking)) == canonical(bare + "?id=7")


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_are_never_lost(one, other):
    """Addresses that differ in a number of path or query stay different."""
    for form in (
        "https://example.org/{}",
        "https://example.org/?p={}",
        "https://example.org/?{}",
        "https://e.org/a?id={}",
    ):
        assert (address_key(form.format(one)) == address_key(form.format(other))) == (one == other)


def test_keys_ignore_scheme_www_and_closing_slash():
    """The key of a page is the same however it is reached."""
    forms = [
        "http://www.example.org/a/",
        "https://example.org/a",
        "https://m.example.org/a#x",
        "//example.org/a?utm_source=b",
    ]
    assert {address_key(form) for form in forms} == {"example.org/a"}


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://example.org/", True),
        ("https://example.org/fr", True),
        ("https://example.org/index.php", True),
        ("https://example.org/?p=1", False),
        ("https://example.org/news", False),
    ],
)
def test_front_pages_are_known(url, front):
    """A site's front page names no item."""
    assert is_front_page(url) is front


def test_hosts_and_relative_links():
    """The host is bare; a relative link hangs on its page, and nonsense stays what it was."""
    assert host_of("https://WWW.Example.org:8080/a") == "example.org"
    assert host_of("nonsense") == ""
    assert absolute("/a?b", "https://example.org/feed/x.xml") == "https://example.org/a?b"
    assert absolute("http://[x", "https://example.org/") == "http://[x"
