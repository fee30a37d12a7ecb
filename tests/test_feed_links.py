"""The feeds that a page names: found in markup that strangers wrote, within bounds."""

from __future__ import annotations

import time

import pytest

from feeds.catalog.addresses import BadAddress, bad_address, shown_address
from feeds.discovery.links import MOST_LINKS, feed_links

BASE = "https://news.example/mali/"


def link(to, kind="application/rss+xml", rel="alternate", title="News"):
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{to}">'


def urls(markup):
    return [one.url for one in feed_links(markup, BASE)]


@pytest.mark.parametrize(
    "markup",
    [
        link("/feed"),
        link("https://news.example/feed").replace('"', "'"),
        "<LINK REL=alternate TYPE=application/rss+xml HREF=/feed >",
        "<link\n  href='/feed'\n  type='application/atom+xml'\n  rel='alternate home' />",
        link("feed", "application/feed+json").replace("feed\"", "../feed\""),
        "<base href='https://news.example/'>" + link("feed"),
        "<p>Read <a class=x href='/feed'>our feed</a></p>",
    ],
)  # fmt: skip
def test_a_feed_is_found_however_it_is_written(markup):
    """In quotes or not, in any order and case, relative to the page or its base, announced or linked."""
    assert urls(f"<html><head>{markup}</head></html>") == ["https://news.example/feed"]


def test_what_is_announced_comes_before_links_and_comments_come_last():
    """The order of the page stands otherwise."""
    page = (
        "<a href=/rss.xml>x</a>" + link("/comments/feed") + link("/a") + link("/b", title="Comments on it") + link("/c")
    )
    assert urls(page) == [f"https://news.example{path}" for path in ("/a", "/c", "/comments/feed", "/b")]


@pytest.mark.parametrize(
    "markup",
    [
        link("javascript:alert(1)"),
        link("data:application/rss+xml,x"),
        link("file:///etc/passwd"),
        link("//"),
        link("https://"),
        link("https://[::1"),
        link("/style", "text/css"),
        link("/de/", rel="alternate canonical", kind="text/html"),
        link("x" * 1500),
        "<a href='mailto:feed@news.example/feed'>x</a>",
        "<link",
        "",
    ],
)
def test_what_is_no_address_of_a_feed_is_none(markup):
    """Other schemes, broken addresses, style sheets and other languages of the page."""
    assert urls(markup) == []


@pytest.mark.parametrize(
    "page",
    [
        "".join(link(f"/feed/{number}") for number in range(10_000)),
        "<link " * 400_000,
        "<link rel=alternate " + "a " * 1_000_000,
        ("<link " + "a='" * 600 + ">") * 1_000,
        ("<a href=" + "\t" * 1_900 + ">") * 1_000,
        "<a href='/feed" + "&amp;" * 400_000 + "'>",
    ],
)
def test_a_page_made_to_exhaust_us_costs_little(page):
    """Ten links at most, a fraction of a second."""
    began = time.process_time()
    assert len(feed_links(page, BASE)) <= MOST_LINKS
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("news.example/feed", BadAddress.NO_ADDRESS),
        ("javascript:alert(1)", BadAddress.NO_ADDRESS),
        ("https://news.example/a b", BadAddress.NO_ADDRESS),
        ("https://news.example/" + "a" * 1000, BadAddress.TOO_LONG),
        ("https://awa:secret@news.example/feed", BadAddress.LOGIN),
        ("http://127.0.0.1/", BadAddress.PRIVATE),
        ("http://localhost:8000/", BadAddress.PRIVATE),
        ("http://[::ffff:127.0.0.1]/", BadAddress.PRIVATE),
        ("http://[::ffff:7f00:1]/", BadAddress.PRIVATE),
        ("http://[::1]/", BadAddress.PRIVATE),
        ("http://[fe80::1]/", BadAddress.PRIVATE),
        ("http://[64:ff9b::7f00:1]/", BadAddress.PRIVATE),
        ("http://169.254.169.254/latest/meta-data", BadAddress.PRIVATE),
        ("http://10.1.2.3/", BadAddress.PRIVATE),
        ("https://news.example:22/", BadAddress.PORT),
        ("https://news.example:70000/", BadAddress.NO_ADDRESS),
        ("https://news.example/feed", None),
        ("http://news.example:8080/feed?x=1", None),
    ],
)
def test_an_address_is_judged_before_anybody_is_asked(url, why):
    """Private ones in every spelling, logins, ports of other services, and what is no address."""
    assert bad_address(url) is why


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://news.example/feed/", "news.example/feed"),
        ("https://awa:secret@news.example/feed?token=secret#secret", "news.example/feed?…"),
        ("https://news.example/private/8f2kQ9xv7Lm3Zp0aB1cD/rss", "news.example/private/…/rss"),
        ("https://news.example/the-attack-on-the-camp-of-kerena", "news.example/the-attack-on-the-camp-of-kerena"),
        ("https://[bad", "…"),
    ],
)
def test_what_an_address_keeps_secret_is_not_shown(url, shown):
    """No login, no query, no part that looks like a key."""
    assert shown_address(url) == shown
