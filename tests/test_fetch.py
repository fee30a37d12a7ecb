"""What the fetcher makes of honest, broken and hostile servers, over real sockets."""

import asyncio
import gzip
import socket
import ssl
import time
import zlib
from dataclasses import replace

import brotli
import pytest

from bot.wording.causes import cause_text
from config.schema import Poll
from feeds.model import Feed, FeedState, Fetched
from feeds.web import fetch, guard
from feeds.web.fetch import Fetcher
from feeds.web.inflate import plain_hash
from tests.bad_server import redirect, reply, serving

FEED = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
POLL = Poll(host_gap_seconds=0, per_host=8, timeout_seconds=2, max_megabytes=1)


async def ask(bad, path, poll=POLL, **known):
    """What one exchange with the server comes to."""
    url = bad.base + path
    async with Fetcher(poll, [bad.base]) as fetcher:
        return await fetcher.fetch(Feed("f", url, "en"), FeedState("f", url, **known))


async def answered(answer, **known):
    """What becomes of one scripted answer."""
    async with serving() as bad:
        bad.answers["/f"] = answer
        return await ask(bad, "/f", **known)


async def test_a_body_comes_with_its_validators_and_hash():
    """A 200 gives the plain body, the validators and lower-case headers."""
    outcome = await answered(reply(FEED, "200 OK", 'ETag: "a"', "Last-Modified: Mon, 02 Feb 2026 10:00:00 GMT"))
    assert (outcome.kind, outcome.status, outcome.body) == (Fetched.BODY, 200, FEED)
    assert (outcome.etag, outcome.modified) == ('"a"', "Mon, 02 Feb 2026 10:00:00 GMT")
    assert dict(outcome.headers)["etag"] == '"a"'
    assert outcome.body_hash


async def test_validators_are_sent_and_outlive_a_304_that_repeats_none():
    """The next request carries both validators, and a bare 304 does not lose them."""
    async with serving() as bad:
        bad.answers["/f"] = reply(b"", "304 Not Modified", length=False)
        outcome = await ask(bad, "/f", etag='"a"', modified="Mon, 02 Feb 2026 10:00:00 GMT", body_hash="h")
        sent = bad.seen[0][1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"a"', "Mon, 02 Feb 2026 10:00:00 GMT")
    assert (outcome.kind, outcome.etag, outcome.modified) == (
        Fetched.NOT_MODIFIED,
        '"a"',
        "Mon, 02 Feb 2026 10:00:00 GMT",
    )
    assert outcome.body_hash == "h"


async def test_a_304_that_nobody_asked_for_is_a_failure():
    """Without validators a 304 says nothing, so it is not taken for good news."""
    assert (await answered(reply(b"", "304 Not Modified", length=False))).reason == "http_304"


@pytest.mark.parametrize("pause", [0, 0.05])
async def test_a_304_with_a_body_loses_nothing(pause):
    """Bytes after a 304 break the protocol; whether they come at once or late, the feed is read all the same."""

    async def answer(writer):
        head, _, body = reply(b"<html>sorry</html>", "304 Not Modified").partition(b"sorry")
        writer.write(head[: -len("<html>")])
        await asyncio.sleep(pause)
        writer.write(b"<html>" + body)
        await asyncio.sleep(0.02)

    async with serving() as bad:
        bad.answers["/f"] = [answer, reply(FEED)]
        url = bad.base + "/f"
        async with Fetcher(POLL, [url]) as fetcher:
            first = await fetcher.fetch(Feed("f", url, "en"), FeedState("f", url, etag='"a"'))
            second = await fetcher.fetch(Feed("f", url, "en"), FeedState("f", url))
    assert first.kind is (Fetched.NOT_MODIFIED if pause else Fetched.BODY)
    assert (second.kind, second.body) == (Fetched.BODY, FEED)


async def test_an_unchanged_body_is_named_and_dropped():
    """A body with the known hash needs no parsing, packed or not."""
    first = await answered(reply(FEED))
    again = await answered(reply(gzip.compress(FEED), "200 OK", "Content-Encoding: gzip"), body_hash=first.body_hash)
    assert (again.kind, again.body) == (Fetched.SAME_BODY, b"")
    assert plain_hash(again.body_hash) == plain_hash(first.body_hash)
    assert again.body_hash != first.body_hash  # next time it is known as it came


@pytest.mark.parametrize(
    ("packed", "header"),
    [
        (gzip.compress(FEED), "Content-Encoding: gzip"),
        (gzip.compress(FEED), "X-Nothing: 1"),
        (gzip.compress(FEED[:20]) + gzip.compress(FEED[20:]), "Content-Encoding: x-gzip"),
        (gzip.compress(gzip.compress(FEED)), "Content-Encoding: gzip, gzip"),
        (zlib.compress(FEED), "Content-Encoding: deflate"),
        (zlib.compress(FEED)[2:-4], "Content-Encoding: deflate"),
        (brotli.compress(FEED), "Content-Encoding: br"),
        (FEED, "Content-Encoding: gzip"),
        (FEED, "Content-Encoding: identity"),
    ],
    ids=lambda value: value if isinstance(value, str) else "body",  # gzip's bytes hold the second of the run
)
async def test_every_packing_is_undone(packed, header):
    """gzip with and without its header or in members, both kinds of deflate, brotli, and a header that lies."""
    assert (await answered(reply(packed, "200 OK", header))).body == FEED


@pytest.mark.parametrize(
    ("body", "header", "reason"),
    [
        (lambda: gzip.compress(bytes(40_000_000), 9), "Content-Encoding: gzip", "too_large"),
        (lambda: brotli.compress(bytes(40_000_000), quality=5), "Content-Encoding: br", "too_large"),
        (lambda: gzip.compress(gzip.compress(bytes(200_000_000), 9), 9), "Content-Encoding: gzip, gzip", "too_large"),
        (bytes(2**20 + 1), "X-Nothing: 1", "too_large"),
        (gzip.compress(FEED)[:-9], "Content-Encoding: gzip", "bad_encoding"),
        (gzip.compress(FEED)[:20] + b"nonsense" * 9, "Content-Encoding: gzip", "bad_encoding"),
        (b"nonsense", "Content-Encoding: br", "bad_encoding"),
        (FEED, "Content-Encoding: zstd", "bad_encoding"),
        (FEED, "Content-Encoding: gzip, gzip, gzip", "bad_encoding"),
    ],
    ids=[
        "gzip bomb",
        "brotli bomb",
        "nested bomb",
        "too long",
        "cut off",
        "damaged",
        "not brotli",
        "unknown",
        "layers",
    ],
)
async def test_bombs_and_damage_end_as_outcomes(body, header, reason):
    """What unpacks to more than the limit, or to nothing sound, is a named failure without a body."""
    outcome = await answered(reply(body() if callable(body) else body, "200 OK", header))
    assert (outcome.kind, outcome.reason, outcome.body) == (Fetched.FAILED, reason, b"")


async def test_a_drip_ends_at_the_deadline():
    """One byte now and then keeps no exchange alive beyond the deadline of the whole."""

    async def drip(writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with serving() as bad:
        bad.answers["/f"] = drip
        start = time.monotonic()
        outcome = await ask(bad, "/f", POLL.model_copy(update={"timeout_seconds": 0.4}))
    assert outcome.reason == "timeout"
    assert time.monotonic() - start < 1.5


async def test_headers_without_end_are_cut_off():
    """A server that never stops sending headers costs neither the deadline's time nor memory."""

    async def endless(writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(200_000):
            writer.write(b"X-%d: %s\r\n" % (number, b"x" * 1000))
            await writer.drain()

    outcome = await answered(endless)
    assert outcome.reason in {"bad_http", "timeout"}


async def _close(writer):
    await asyncio.sleep(0)


async def _reset(writer):
    writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def _half(writer):
    writer.write(reply(FEED)[:-10])


async def _too_short(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf")


async def _garbage(writer):
    writer.write(b"\x00\x01 no http at all\r\n\r\n")


async def _bad_chunks(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")


@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (_close, {"reset"}),
        (_reset, {"reset"}),
        (_half, {"incomplete"}),
        (_too_short, {"incomplete"}),
        (_garbage, {"bad_http"}),
        (_bad_chunks, {"incomplete", "bad_http"}),
    ],
)
async def test_broken_exchanges_have_names(answer, reasons):
    """Closed, reset, cut short or garbled: each is an outcome with a short name and a sentence."""
    outcome = await answered(answer)
    assert outcome.kind is Fetched.FAILED
    assert outcome.reason in reasons
    assert cause_text(outcome.cause).endswith(".")


@pytest.mark.parametrize("size", [60, 400_000])
async def test_a_length_that_lies_low_never_gives_more_than_it_promised(size):
    """With a Content-Length that is too small the promised part is read, or the answer is no proper HTTP."""

    async def lies(writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (size - 10) + b"<" * size)

    outcome = await answered(lies)
    assert outcome.body == b"<" * (size - 10) or outcome.reason == "bad_http"


async def test_nobody_listening_is_refused():
    """A closed port has its own name."""
    async with serving() as bad:
        base = bad.base
    async with Fetcher(POLL, [base]) as fetcher:
        assert (await fetcher.page(base, local=True)).reason == "refused"


async def test_a_plain_server_behind_https_is_a_tls_failure():
    """What does not speak TLS is named so."""

    async def plain(_, writer):
        writer.write(reply(b"", "400 Bad Request"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, Fetcher(POLL, [url]) as fetcher:
        assert (await fetcher.page(url, local=True)).reason == "tls"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(-2, "unknown"), "dns"),
        (OSError(101, "no network"), "unreachable"),
        (ssl.SSLCertVerificationError("expired"), "tls"),
        (TimeoutError(), "timeout"),
    ],
)
def test_causes_deep_down_give_the_name(error, reason):
    """The name is read from what caused an exception, however deep that lies."""
    try:
        try:
            raise error
        except OSError as cause:
            raise RuntimeError("wrapped") from cause
    except RuntimeError as wrapped:
        assert fetch._named("https://a.example/", wrapped).reason == reason


@pytest.mark.parametrize(
    ("status", "reason"), [("404 Not Found", "http_404"), ("410 Gone", "gone"), ("503 Busy", "http_503")]
)
async def test_statuses_have_names(status, reason):
    """Every status but 2xx is a failure of that name; 410 is special."""
    assert (await answered(reply(b"", status))).reason == reason


async def test_hints_of_a_refusal_are_read():
    """A 429 with a date says how many seconds it means, by the server's own clock."""
    outcome = await answered(
        reply(
            b"",
            "429 Slow",
            "Date: Mon, 02 Feb 2026 10:00:00 GMT",
            "Retry-After: Mon, 02 Feb 2026 10:20:00 GMT",
        )
    )
    assert (outcome.reason, outcome.retry_after) == ("http_429", 1200)


async def test_permanent_redirects_are_remembered_only_when_all_are():
    """301 then 308 names the new home; a temporary hop among them forbids that."""
    async with serving() as bad:
        bad.answers |= {
            "/a": redirect("/b", "301 Moved"),
            "/b": redirect(bad.base + "/f", "308 Moved"),
            "/c": redirect("/b", "302 Found"),
            "/d": redirect("/c", "301 Moved"),
            "/f": reply(FEED),
        }
        moved, mixed, late = [await ask(bad, path) for path in ("/a", "/c", "/d")]
        assert (moved.body, moved.moved_to, moved.url) == (FEED, bad.base + "/f", bad.base + "/f")
    assert (mixed.body, mixed.moved_to) == (FEED, None)
    assert late.moved_to is None


async def test_redirects_end():
    """Five hops are followed; circles and longer chains are not."""
    async with serving() as bad:
        bad.answers |= {f"/{number}": redirect(f"/{number + 1}") for number in range(6)}
        bad.answers |= {"/6": reply(FEED), "/circle": redirect("/circle"), "/nowhere": reply(b"", "302 Found")}
        assert (await ask(bad, "/1")).body == FEED
        assert (await ask(bad, "/0")).reason == "redirect_loop"
        assert (await ask(bad, "/circle")).reason == "redirect_loop"
        assert (await ask(bad, "/nowhere")).reason == "http_302"


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://[broken/", "javascript:x"])
async def test_redirects_to_what_is_no_web_address_are_refused(target):
    """Nothing but http and https is ever followed."""
    assert (await answered(redirect(target))).reason == "bad_redirect"


def test_a_downgrade_is_refused():
    """From https to http no redirect is followed; the other way round it is."""
    secure = fetch._Ask("https://a.example/", (), None, 1, local=False)
    assert fetch._refused(secure, "http://a.example/").reason == "downgrade"
    assert fetch._refused(secure, "https://b.example/") is None
    assert fetch._refused(replace(secure, url="http://a.example/"), "https://a.example/") is None


async def test_the_agent_says_who_asks():
    """The User-Agent names the program and a contact, and no cookie is ever sent back."""
    async with serving() as bad:
        bad.answers["/f"] = reply(FEED, "200 OK", "Set-Cookie: a=b")
        async with Fetcher(POLL, [bad.base]) as fetcher:
            await fetcher.page(bad.base + "/f", local=True)
            await fetcher.page(bad.base + "/f", local=True)
        headers = [headers for _, headers in bad.seen]
    assert headers[0]["user-agent"].startswith("Bluehelm/")
    assert "+https://" in headers[0]["user-agent"]
    assert "cookie" not in headers[1]


async def test_a_new_home_that_fails_is_left_for_the_old_one_now_and_then():
    """After three failures where a redirect led, the catalogue's address is asked every other time, unconditionally."""
    async with serving() as bad:
        bad.answers["/old"] = reply(FEED)
        feed = Feed("f", bad.base + "/old", "en")
        state = FeedState("f", bad.base + "/new", etag='"a"', failures=3)
        async with Fetcher(POLL, [feed.url]) as fetcher:
            outcome = await fetcher.fetch(feed, state)
            await fetcher.fetch(feed, replace(state, failures=4))
        paths = [path for path, _ in bad.seen]
        assert "if-none-match" not in bad.seen[0][1]
    assert outcome.kind is Fetched.BODY
    assert paths == ["/old", "/new"]


# The guard. 127.0.0.2 plays the public internet where a test needs one.


@pytest.fixture
def internet(monkeypatch):
    """Lets the public pool reach 127.0.0.2, and nothing else on this machine."""

    def public_only(info):
        if info[4][0] == "127.0.0.2":
            return socket.socket(info[0], info[1], info[2])
        return real(info)

    real = guard.public_only
    monkeypatch.setattr(guard, "public_only", public_only)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://localhost.:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::ffff:7f00:1]:{port}/",
        "http://2130706433:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://0x7f000001:{port}/",
        "http://127.1:{port}/",
        "http://127。0。0。1:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://user@127.0.0.1:{port}/",
        "http://127.0.0.1%00.example:{port}/",
    ],
)
async def test_this_machine_is_out_of_reach_in_every_spelling(monkeypatch, url):
    """Without an entry of the operator nothing on loopback is asked, however it is written and whatever resolves it."""
    monkeypatch.setattr(socket, "getaddrinfo", _resolving(["127.0.0.1"]))
    async with serving() as bad, Fetcher(POLL, ["https://press.un.org/en/rss.xml"]) as fetcher:
        outcome = await fetcher.page(url.format(port=bad.port), local=True)
        assert bad.seen == []
    assert outcome.reason in {"private_address", "bad_url"}


async def test_only_the_very_origin_in_the_catalogue_is_local():
    """Another port of this machine, or another spelling of the same one, is not what the operator named."""
    async with serving() as bad, serving() as other:
        bad.answers["/f"] = other.answers["/f"] = reply(FEED)
        async with Fetcher(POLL, [bad.base + "/f"]) as fetcher:
            assert (await fetcher.page(bad.base + "/anything", local=True)).status == 404
            assert (await fetcher.page(other.base + "/f", local=True)).reason == "private_address"
            assert (await fetcher.page(f"http://localhost:{bad.port}/f", local=True)).reason == "private_address"


async def test_a_redirect_from_outside_does_not_reach_a_local_feed(internet):
    """A public feed cannot borrow the operator's leave, not even over a connection that is open already."""
    async with serving() as local, serving("127.0.0.2") as public:
        local.answers["/f"] = reply(FEED)
        public.answers |= {"/f": redirect(local.base + "/f"), "/g": reply(FEED)}
        async with Fetcher(POLL, [local.base + "/f"]) as fetcher:
            assert (await fetcher.page(local.base + "/f", local=True)).body == FEED
            assert (await fetcher.page(public.base + "/g")).body == FEED
            assert (await fetcher.page(public.base + "/f", local=True)).reason == "private_address"
        assert len(local.seen) == 1


async def test_a_local_feed_may_lead_outside_and_not_back(internet):
    """A redirect away from this machine goes through the public pool from then on."""
    async with serving() as local, serving("127.0.0.2") as public:
        local.answers["/f"] = redirect(public.base + "/f")
        public.answers["/f"] = redirect(local.base + "/g")
        local.answers["/g"] = reply(FEED)
        assert (await ask(local, "/f")).reason == "private_address"
        assert [path for path, _ in public.seen] == ["/f"]


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["127.0.0.1", "::1"]])
async def test_a_name_that_answers_with_a_private_address_is_refused(monkeypatch, answers):
    """What a name resolves to is judged when connecting, so a lying name server gains nothing."""
    async with serving() as bad:
        monkeypatch.setattr(socket, "getaddrinfo", _resolving(answers))
        async with Fetcher(POLL) as fetcher:
            outcome = await fetcher.page(f"http://rebinding.example:{bad.port}/")
        assert bad.seen == []
    assert outcome.reason == "private_address"


@pytest.mark.parametrize("answers", [["10.0.0.1", "127.0.0.2"], ["127.0.0.1", "127.0.0.2"], ["::1", "127.0.0.2"]])
async def test_among_several_addresses_only_public_ones_are_tried(monkeypatch, internet, answers):
    """With happy eyeballs, too, every attempt passes the guard."""
    async with serving() as inside, serving("127.0.0.2") as outside:
        inside.answers["/f"] = outside.answers["/f"] = reply(FEED)
        monkeypatch.setattr(socket, "getaddrinfo", _resolving(answers))
        async with Fetcher(POLL) as fetcher:
            assert (await fetcher.page(f"http://several.example:{outside.port}/f")).body == FEED
        assert inside.seen == []


def _resolving(answers):
    def getaddrinfo(host, port, *_, **__):
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (answer, port, 0, 0))
            if ":" in answer
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port))
            for answer in answers
        ]

    return getaddrinfo


async def test_a_redirect_to_the_metadata_service_is_refused(internet):
    """The classic target of such redirects is not reached."""
    async with serving("127.0.0.2") as public:
        public.answers["/f"] = redirect("http://169.254.169.254/latest/meta-data/")
        async with Fetcher(POLL) as fetcher:
            assert (await fetcher.page(public.base + "/f", local=True)).reason == "private_address"
