"""What opens a feed, Discord or an API stays where it is used; and the look that holds it of all tests."""

from __future__ import annotations

import asyncio
import io
import logging
import random
import re
import sqlite3
import string
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.__main__ import main
from config.schema import Poll
from feeds import catalog
from feeds.model import Feed, FeedState, Fetched, Outcome
from feeds.parsing.parse import parse_feed
from feeds.web.credentials import HIDDEN, scrubbed, secrets_of, without_secrets
from feeds.web.fetch import Fetcher
from feeds.web.keylike import _BESIDE, looks_like_key
from tests import letters, planted, source_kit
from tests.bad_server import redirect, reply, serving
from tests.planted import PLANTED
from tests.source_kit import OPERATOR, internet, newsroom

ROOT = Path(__file__).resolve().parents[1]
FORMS = [
    "https://awa:{}@radio.example/feed", "https://{}@radio.example/feed", "https://radio.example/feed?api_key={}",
    "https://radio.example/feed?a=1&access_token={}&b=2", "https://radio.example/feed?APIKEY={}",
    "https://radio.example/feed?x-amz-signature={}", "https://radio.example/feed?auth={}#k",
    "https://radio.example/token/{}/feed", "https://radio.example/private/{}", "https://radio.example/feed;token={}",
    "https://radio.example/key={}/feed", "https://radio.example/feed#token={}",
    "https://radio.example/feed?a=1;token={}", "https://radio.example/feed?a=1&amp;token={}",
]  # fmt: skip
ITEM = "<item><guid>{n}</guid><title>{n} of {secret}</title><link>{link}</link><description>{more}</description></item>"


@pytest.mark.parametrize("form", FORMS)
def test_an_address_is_told_without_what_opens_it(form):
    """Logins, and the values of parameters and parts of the path that are called so; the rest stays."""
    url = form.format(PLANTED)
    assert PLANTED not in without_secrets(url)
    assert without_secrets(url).startswith("https://radio.example/")
    assert PLANTED in secrets_of(url)
    assert PLANTED not in scrubbed(f"GET <{url}>, then ({url}).")
    assert without_secrets(without_secrets(url)) == without_secrets(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.un.org/feed/subscribe/en/news/region/africa/feed/rss.xml",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC5O114-PQNYkurlTg6hekZw",
        "https://news.google.com/rss/topics/CAAqKggKIiRDQkFTRlFvSUwyMHZNRGx6TVdZU0JXVnVMVWRDR2dK?hl=en-US&gl=US",
        "https://reliefweb.int/updates/rss.xml?advanced-search=%28PC149%29&search=keyboard",
        "https://radio.example/feed?format=rss&page=2",
    ],
)
def test_an_address_without_secrets_stays_as_it_is(url):
    """Names of channels, topics and searches are no secrets, however they look: lists go to others as they are."""
    assert without_secrets(url) == url
    assert secrets_of(url) == frozenset()


# A secret that looks like none (a word, a number), and one that looks like one; the first is known by its name only.
NAMED = [
    "?token[]={}", "?token%5B%5D={}", "?auth[user]={}", "?pw={}", "?pin={}", "?login={}", "?license={}",
    "?licenseKey={}", "?license_key={}", "?sid={}", "?PHPSESSID={}", "?JSESSIONID={}", "?ASP.NET_SessionId={}",
    "?accessKeyId={}",
    "?AWSAccessKeyId={}", "?hash={}", "?url=https://awa:{}@other.example/f",
    "?a=1&url=https%3A%2F%2Fawa%3A{}%40other.example%2Ff",
    "?url=https%253A%252F%252Fother.example%252F%253Ftoken%253D{}", "/via/https://awa:{}@other.example/f",
]  # fmt: skip
LOOKING = [
    "?{}",
    "?{}=",
    "?{}=1",
    "#{}",
    "#/feed/{}",
    "?x={}",
    "?a=1&k={}&b=2",
    "?path=/feed/{}",
    "/{}",
    "/{}.rss",
    "/u/{}/feed.xml",
]
KEYS = [
    "2b3c4d5e6f708192a3b4c5d6e7f80912",
    "5f3c1a9e-2b4d-4c6e-8f70-9a1b2c3d4e5f",
    "u-Yq_xZ3k9LmW2pT7vB1cD",
    "a8f3k29dm1q7zx04",
]
HALF = ["?k={}", "?t={}", "?code={}"]


@pytest.mark.parametrize(
    ("form", "secret"),
    [
        *((form, secret) for form in NAMED for secret in ("hush", "4711", KEYS[0])),
        *((form, secret) for form in LOOKING for secret in KEYS),
        *((form, "x7Yq12ab") for form in HALF),
    ],
)
def test_a_secret_is_known_by_its_name_or_by_its_look(form, secret):
    """In a parameter, the fragment, a part of the path, alone or in an address within the address; a key that nobody
    calls so is one by its look, and its ending stays."""
    url = "https://radio.example/feed" + form.format(secret)
    assert secret not in without_secrets(url)
    assert without_secrets(url).startswith("https://radio.example/feed")
    assert secret not in scrubbed(f"GET {url}, then <{url}>.")
    assert without_secrets(without_secrets(url)) == without_secrets(url)
    if looks_like_key(secret):
        assert secret in secrets_of(url)
    if form == "/{}.rss":
        assert without_secrets(url).endswith(f"/{HIDDEN}.rss")


@pytest.mark.parametrize("mark", ["/", "?", "#", "/x#y?"])
@pytest.mark.parametrize("host", ["radio.example", "radio.example:8443", "localhost"])
def test_a_password_with_odd_signs_is_a_password(mark, host):
    """One that was not encoded, as people paste it; the host is behind the @."""
    url = f"https://awa:ab{mark}hush@{host}/feed?mail=me@x.example"
    assert without_secrets(url) == f"https://{host}/feed?mail=me@x.example"


def test_a_login_in_a_text_is_hidden_without_an_address_too():
    """Before a host, or with a quote in it; what is no login stays."""
    assert scrubbed("cannot ask awa:hush@radio.example/feed") == f"cannot ask {HIDDEN}@radio.example/feed"
    assert scrubbed('cannot ask https://awa:hu"sh@radio.example/') == "cannot ask https://radio.example/"
    for text in ("mailto:awa@radio.example", "at 12:30 awa@radio.example wrote", "http://a.example/@awa, me@x.example"):
        assert scrubbed(text) == text


BASE32 = string.ascii_uppercase + "234567"
MADE = [
    "0123456789abcdef", string.ascii_letters + string.digits, string.ascii_letters + string.digits + "-_", BASE32,
    BASE32.lower(), string.ascii_letters, string.ascii_lowercase,
]  # fmt: skip


def _keys(count, *kinds, long=(20, 43)):
    """Keys as machines make them, the same in each run."""
    chance = random.Random(13)
    return ["".join(chance.choices(kind, k=chance.randint(*long))) for kind in kinds for _ in range(count)]


@pytest.mark.parametrize(("long", "most"), [((20, 43), 0.005), ((16, 19), 0.015)])
def test_nearly_every_key_that_a_machine_makes_is_hidden(long, most):
    """Hex, letters and digits, base64, base32, letters alone: 199 of two hundred from 20 characters on, of shorter ones
    98 of a hundred; the rest can't be told from words."""
    keys = _keys(200, *MADE, long=long)
    shown = [one for one in keys if one in without_secrets(f"https://radio.example/{one}/feed.xml?x={one}#{one}")]
    assert len(shown) <= len(keys) * most


def test_letters_by_chance_may_be_a_page_s_id_in_a_text():
    """Where a feed is read they are a key, which no item may tell; an address that a text names keeps them, within
    another address too."""
    (key,) = _keys(1, string.ascii_uppercase)
    for page in (f"https://news.example/troops-leave-mali/{key}/", f"https://x.example/?u=https://news.example/{key}"):
        assert key not in without_secrets(page)
        assert key in secrets_of(page)
        assert scrubbed(f"GET {page}, then <{page}>.") == f"GET {page}, then <{page}>."


def test_what_is_by_chance_is_measured_by_the_words_of_the_items():
    """The table is what the labelled items make it, but for a bit here and there until it is made anew."""
    for row, made in zip(_BESIDE, letters.table(), strict=True):
        assert [one for one in zip(row, made, strict=True) if abs(int(one[0], 16) - int(one[1], 16)) > 1] == []


def _words():
    """As people write, in pages that had no part in what is known of words."""
    pages = "".join(path.read_text("utf-8") for path in sorted(ROOT.glob("docs/**/*.md")))
    return st.sampled_from(sorted(set(re.findall(r"(?<!\S)[a-z]{1,12}(?!\S)", pages))))


WORDS = st.deferred(_words)
SLUG = st.lists(WORDS | WORDS.map(str.capitalize) | st.integers(0, 9999).map(str), min_size=1, max_size=12).map(
    "-".join
)
DAY = st.dates().map(lambda day: f"{day:%Y/%m/%d}") | st.datetimes().map(lambda at: at.isoformat(timespec="seconds"))
NUMBER = st.integers(0, 10**20).map(str)
PLAIN = st.sampled_from(["id", "page", "utm_source", "utm_campaign", "p", "q", "lang", "date", "section"])


@given(st.lists(SLUG | DAY | NUMBER, min_size=1, max_size=5), st.dictionaries(PLAIN, SLUG | DAY | NUMBER, max_size=4))
def test_an_ordinary_address_stays_readable(parts, asked):
    """Headings, days, numbers and pages, however long."""
    url = f"https://radio.example/{'/'.join(parts)}.html?" + "&".join(
        f"{name}={value}" for name, value in asked.items()
    )
    assert without_secrets(url) == url
    assert scrubbed(f"GET {url} 200") == f"GET {url} 200"
    assert secrets_of(url) == frozenset()


@pytest.mark.parametrize(
    "url",
    [
        "https://apnews.example/article/mali-un-peacekeepers-5e3a7d8e0b5c4d5e8f1a2b3c4d5e6f70",
        "https://apnews.example/hub/mali-un-peacekeepers-killed-5e3a7d8e0b5c4d5e8f1a2b3c4d5e6f70",
        "https://news.example/news/articles/c4gzn48jwz2o", "https://news.example/story-AxGSwBHc70POo6GgCTjk0I.html",
        "https://news.example/2023/06/30/MinusmaLeavesMaliAfterTenYears2023.html", "http://radio:8080/feed?mail=me@x",
        "https://social.example/@awa.rss", "https://news.example/f?fbclid=IwAR0x9Zq7bK3mT5vW1pL8", "https://x.example:8443/",
    ],
)  # fmt: skip
def test_an_articles_own_id_is_no_secret(url):
    """Behind its heading, or where its path says that it is an article's."""
    assert without_secrets(url) == url


def test_words_are_not_taken_out_of_texts():
    """A login that is a word would take that word out of the news."""
    assert secrets_of("https://peacekeeping:bamako@radio.example/f?key=1234567&token=Mali") == frozenset()


@given(st.text(max_size=200))
def test_any_text_can_be_scrubbed(text):
    """Never an error, and a second time changes nothing."""
    assert scrubbed(scrubbed(text)) == scrubbed(text)
    assert isinstance(without_secrets(text), str)
    secrets_of(text)


def test_a_login_within_a_value_hides_no_key():
    """Without the login, what stands around it is one word that looks like a key."""
    once = without_secrets("https://a.example/?u&b](=c222Kidal22V2s://a3bn7h//0ttps://a3b@u22222222#d")
    assert once == without_secrets(once) == "https://a.example/?u&b](=…#d"


def test_words_of_logins_without_end_are_hidden():
    """What is an address anew whenever one was taken out of it is shown no part of; the words around it are."""
    endless = "ps://@a`@:/'s://@a`@a`@d"
    assert scrubbed(f"read {endless} today") == "read … today"
    assert scrubbed("read https://me:word@a.example/x today") == "read https://a.example/x today"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "link", ["", "#one", "?page=2", "/a/1", "a/1", "{url}", "https://radio.example/1?api_key={secret}"]
)
def test_no_item_tells_what_opens_its_feed(form, link):
    """Relative links do not take it over from the feed's address, nor do texts and links that hold it by themselves."""
    url = form.format(PLANTED)
    row = ITEM.format(
        n=1, secret=PLANTED, link=link.format(url=url, secret=PLANTED).replace("&", "&amp;"), more=PLANTED
    )
    body = f"<rss version='2.0'><channel><title>{url.replace('&', '&amp;')}</title>{row}</channel></rss>".encode()
    parsed = parse_feed(Outcome(Fetched.BODY, status=200, url=url, body=body), Feed("Radio", url, "en"))
    (entry,) = parsed.entries
    assert PLANTED not in repr((entry.title, entry.summary, entry.link, parsed.title, parsed.problems))


async def test_a_login_goes_to_its_own_host_and_no_further():
    """It is sent as HTTP says, over redirects within the host; another host gets neither it nor where we came from."""
    async with serving() as here, serving() as there:
        here.answers |= {"/f": redirect("/g"), "/g": redirect(f"{there.base}/h")}
        there.answers["/h"] = reply(b"<rss/>")
        url = here.base.replace("://", f"://awa:{PLANTED}@") + "/f"
        poll = Poll(host_gap_seconds=0, contact=f"https://me:{PLANTED}@contact.example/?token={PLANTED}")
        async with Fetcher(poll, [here.base, there.base]) as fetcher:
            outcome = await fetcher.fetch(Feed("f", url, "en"), FeedState("f", url))
    assert outcome.kind is Fetched.BODY
    assert all("authorization" in headers for _, headers in here.seen)
    ((_, headers),) = there.seen
    assert not {"authorization", "referer", "cookie"} & set(headers)
    assert PLANTED not in repr(headers) and f"+https://contact.example/?token={HIDDEN}".encode().decode(
        "latin-1", "ignore"
    )
    assert PLANTED not in headers["user-agent"]


def test_a_log_line_holds_no_secret_not_even_in_a_trace():
    """Addresses are scrubbed wherever they stand: in the text, in an argument, in what a library raised."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs._Redacting("%(message)s"))
    logger = logging.Logger("bot.test")
    logger.addHandler(handler)
    try:
        raise ValueError(f"cannot read https://awa:{PLANTED}@radio.example/feed?token={PLANTED}")
    except ValueError:
        logger.exception("asking %s", f"https://radio.example/x?api_key={PLANTED}")
    assert "radio.example" in out.getvalue() and "Traceback" in out.getvalue()
    assert PLANTED not in out.getvalue()


@pytest.mark.slow
async def test_no_command_tells_what_opens_a_feed(tmp_path, monkeypatch):
    """Lists, checks, polling, health, export and errors, as text and as JSON, while feeds work, move and fail."""
    monkeypatch.chdir(tmp_path)  # where the export is put
    async with serving() as site:
        base = site.base.replace("://", f"://awa:{PLANTED}@")
        item = ITEM.format(n=1, secret="Mali", link=f"/a?token={PLANTED}", more="Two peacekeepers were killed.")
        body = f"<rss version='2.0'><channel><title>{PLANTED}</title>{item}</channel></rss>".encode()
        key = f"?api_key={PLANTED}"
        site.answers |= {
            f"/good{key}": reply(body), f"/moved{key}": redirect(f"/good{key}", "301 Moved Permanently"),
            f"/bad{key}": reply(b"", f"500 {PLANTED}"), f"/page{key}": reply(f"<html>{PLANTED}</html>".encode()),
            f"/loop{key}": redirect(f"/loop{key}"), f"/away{key}": redirect(f"ftp://x:{PLANTED}@h/{key}"),
        }  # fmt: skip
        names = ["good", "moved", "bad", "page", "loop", "away", "gone"]
        feeds = [Feed(name, f"{base}/{name}{key}", "en") for name in names]
        feeds.append(Feed("nowhere", f"http://awa:{PLANTED}@nowhere.invalid/token={PLANTED}", "en"))
        (tmp_path / "feeds.toml").write_text(catalog.dumps(feeds))
        config = tmp_path / "bluehelm.toml"
        config.write_text(
            f'watches = "{ROOT / "seeds" / "watches"}"\n'
            'feeds = "feeds.toml"\ndatabase = "a.db"\nlog_level = "debug"\n[poll]\nhost_gap_seconds = 0\nper_host = 8\n'
            '[[watch]]\nname = "minusma"\n'
        )
        lines = ["poll --once", "poll --once --deliver", "feeds list", "feeds list --json", "feeds check --all",
                 "feeds check --json", "feeds export", "health", "status", "freshness", "latest", "export", "check",
                 "feeds pause gone", "feeds resume gone", "feeds inspect good", f"feeds add {base}/new{key}",
                 f"feeds add {base}/good{key}", f"feeds try {base}/good{key}", f"feeds try http://nowhere.invalid/{key}",
                 f"why {base}/good{key}", "audit"]  # fmt: skip

        def said():
            for line in lines:
                yield line, CliRunner().invoke(main, [*line.split(), "--config", str(config)])

        told = await asyncio.to_thread(lambda: dict(said()))
    assert [
        line for line, result in told.items() if PLANTED in result.output or PLANTED in repr(result.exception)
    ] == []
    assert f"api_key={HIDDEN}" in told["feeds list --json"].output
    assert "127.0.0.1" in told["feeds export"].output
    assert '"outcome": "body"' in told["poll --once"].output
    with sqlite3.connect(tmp_path / "a.db") as database:
        for table in ("items", "stories", "outbox", "notices", "audit"):
            with_it = [row for row in _rows(database, table) if PLANTED in repr(row)]
            assert with_it == [], table


def _rows(database, table):
    known = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return database.execute(f"SELECT * FROM {table}").fetchall() if table in known else []


def test_an_api_address_with_a_password_is_refused_without_repeating_it(tmp_path, monkeypatch):
    """Nor is a token, wherever it was written by mistake."""
    config = tmp_path / "bluehelm.toml"
    for text in (
        f'[discord]\napi_base = "https://bot:{PLANTED}@discord.com/api/v10"\n',
        f'[discord]\ngateway_url = "wss://{PLANTED}@gateway.discord.gg/"\n',
        f'[discord]\napi_base = "https://evil.example/?token={PLANTED}"\n',
        f'[discord]\napi_base = "http://[{PLANTED}"\n',
        f'[discord]\ntoken = ["{PLANTED}"]\n',
        f"[discord]\ntoken = {PLANTED}\n",
        f'[discord]\nprefix = "{PLANTED}"\n',
        f'[health]\nport = "{PLANTED}"\n',
    ):
        config.write_text(text)
        for command in ("check", "run"):
            result = CliRunner().invoke(main, [command, "--config", str(config)])
            assert result.exit_code != 0, text
            assert PLANTED not in result.output
    config.write_text("")
    monkeypatch.setenv("DISCORD_API_BASE", f"https://bot:{PLANTED}@discord.com/api/v10")
    result = CliRunner().invoke(main, ["check", "--config", str(config)])
    assert "must not carry a user or a password" in result.output
    assert PLANTED not in result.output


async def test_chat_tells_no_secret_of_a_feed(tmp_path, monkeypatch):
    """`!feeds`, `!feed list`, `inspect`, notices and the record, while it works, moves and fails."""
    async with internet(monkeypatch) as (_, outside), newsroom(tmp_path) as desk:
        key = f"/rss?api_key={PLANTED}"
        outside.answers[key] = source_kit.NEWS
        said = [await desk.added(f"{outside.base}{key}")]
        await desk.polled()
        outside.answers[key] = redirect(f"/moved?api_key={PLANTED}", "301 Moved Permanently")
        outside.answers[f"/moved?api_key={PLANTED}"] = source_kit.NEWS
        await desk.polled()
        outside.answers[f"/moved?api_key={PLANTED}"] = reply(b"", "500 Oops")
        for _ in range(4):
            await desk.polled()
        for line in ("feeds", "feed list", "feed inspect Radio Nord", "feed test Radio Nord", "audit", "status"):
            said += [await desk.say(line), await desk.say(line, OPERATOR)]
    assert [one for one in said if PLANTED in one] == []


# the look over all tests


GIVING = """
import logging, subprocess, sys
import click
from click.testing import CliRunner
S = "pl4nted" + "-Zq7x-S3cret"

def test_printed():
    print(S)

def test_to_stderr():
    print(S, file=sys.stderr)

def test_logged():
    logging.getLogger("x").warning(S)

def test_read(capsys):
    print(S)
    capsys.readouterr()

def test_command():
    CliRunner().invoke(click.command()(lambda: click.echo(S)))

def test_program():
    subprocess.run([sys.executable, "-c", f"print('{S}')"], capture_output=True)

def test_written(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "out.csv").write_text(S)

def test_kept(tmp_path):
    (tmp_path / "feeds.toml").write_text(S)
    print("nothing")
"""


def test_the_look_finds_what_a_test_gives_away(tmp_path):
    """Printed, logged, read from its own output, put out by a command or program, or written: each fails the test by
    name; one that gives nothing away passes."""
    (tmp_path / "test_giving.py").write_text(GIVING)
    asked = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(tmp_path), "-rEf"]
    with planted.not_looking():
        told = subprocess.run(
            [sys.executable, "-m", "pytest", *asked, str(tmp_path / "test_giving.py")],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    named = {
        line.split("::")[1].split()[0]
        for line in told.stdout.splitlines()
        if line.startswith("ERROR ") and "::" in line
    }
    assert named == {
        "test_printed", "test_to_stderr", "test_logged", "test_read", "test_command", "test_program", "test_written",
    }, told.stdout.replace(PLANTED, "…")  # fmt: skip


def test_what_is_left_of_an_address_is_looked_at_again():
    """Without its login, an address with a quote behind it reads as one with a longer login, which goes too."""
    once = scrubbed("https://a:1@un.org:269'x/?ut(t@evh.m")
    assert scrubbed(once) == once
