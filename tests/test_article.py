"""The beginning of an article, read politely."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Poll
from feeds.model import Fetched, Outcome
from feeds.parsing.lead import lead
from feeds.parsing.sniff import declared_charset, page_text
from feeds.web.article import Articles
from feeds.web.fetch import Fetcher
from tests.bad_server import redirect, reply, serving

FIRST = "The convoy of blue helmets struck an explosive device on the road to the northern camp on Tuesday morning."
SECOND = "Nobody was hurt, a spokeswoman for the mission told reporters, and the vehicles went on after an hour."
PAGE = f"""<html><head><title>Paper</title><meta name="description" content="{SECOND}"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>A convoy is hit</h1><p>{FIRST}</p><p>{SECOND}</p>
<p>{"More words follow in a long report about the region. " * 30}</p></article>
<div class="comments"><p>First comment by a reader.</p></div></body></html>"""
POLL = Poll(host_gap_seconds=0, per_host=4, timeout_seconds=2)


class Pages:
    """Answers by address; everything else is not found. `asked` lists the addresses."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    async def page(self, url, limit=None, *, local=False):
        self.asked.append(url)
        answer = self.answers.get(url.rpartition("/")[2].replace(".", "_"), 404)
        if isinstance(answer, int):
            return Outcome(Fetched.FAILED, answer, reason=f"http_{answer}")
        return Outcome(Fetched.BODY, 200, answer.encode())


async def test_the_lead_is_the_articles_first_sentences():
    """Over real HTTP: the text of the article, not its menu, title or comments, cut to a few hundred characters."""
    async with serving() as bad, Fetcher(POLL, [bad.base]) as fetcher:
        bad.answers["/a"] = redirect("/b")
        bad.answers["/b"] = reply(PAGE.encode(), "200 OK", "Content-Type: text/html")
        found = lead(await Articles(fetcher).page(bad.base + "/a", local=True))
    assert found.startswith(FIRST)
    assert SECOND in found
    assert len(found) <= 700
    assert "comment" not in found and "Home" not in found


async def test_robots_are_obeyed():
    """What robots.txt forbids us is not asked for; the file itself is asked once a host."""
    pages = Pages(robots_txt="User-agent: Bluehelm\nDisallow: /news/\n\nUser-agent: *\nAllow: /", a=PAGE)
    read = Articles(pages)
    assert await read.page("https://a.example/news/a") is None
    assert await read.page("https://a.example/free/a") is not None
    assert pages.asked == ["https://a.example/robots.txt", "https://a.example/free/a"]


@pytest.mark.parametrize(("status", "read"), [(404, True), (410, True), (403, False), (503, False)])
async def test_a_missing_robots_file_allows_and_a_refused_one_forbids(status, read):
    """RFC 9309: no file, no rules; a server that will not say is left alone."""
    found = await Articles(Pages(robots_txt=status, a=PAGE)).page("https://a.example/a")
    assert (found is not None) is read


async def test_robots_are_asked_again_after_a_day():
    """Rules may change."""
    now = [0.0]
    pages = Pages(a=PAGE)
    read = Articles(pages, clock=lambda: now[0])
    for hours in (0, 23, 25):
        now[0] = hours * 3600
        await read.page("https://a.example/a")
    assert pages.asked.count("https://a.example/robots.txt") == 2


@pytest.mark.parametrize("page", ["", "plain text", "<html></html>", "<p>Too short.</p>", "<" * 5000, "%PDF-1.7 <x>"])
async def test_no_lead_is_better_than_a_wrong_one(page):
    """Where no article can be found there is no lead."""
    found = await Articles(Pages(a=page)).page("https://a.example/a")
    assert found is None or lead(found) is None


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/a", "https://news.google.com/rss/articles/CBMi", "https://undocs.org/S/1"]
)
async def test_pages_without_articles_are_not_asked(url):
    """Aggregators' redirects and document servers hold no article."""
    pages = Pages(a=PAGE)
    assert await Articles(pages).page(url) is None
    assert pages.asked == []


async def test_too_large_a_page_is_not_read():
    """A page beyond two megabytes ends as nothing."""
    async with serving() as bad, Fetcher(POLL, [bad.base]) as fetcher:
        bad.answers["/a"] = reply(PAGE.encode() + b" " * 2_100_000)
        assert await Articles(fetcher).page(bad.base + "/a", local=True) is None


def test_other_languages():
    """The text is found in other scripts, and the cut keeps whole sentences."""
    arabic = (
        "أصيب ثلاثة من أفراد حفظة السلام بجروح في انفجار عبوة ناسفة بالقرب من المعسكر في شمال البلاد يوم الثلاثاء. "
    )
    page = f"<html><body><article><h1>خبر</h1><p>{arabic * 20}</p></article></body></html>"
    found = lead(page.encode())
    assert found.startswith("أصيب ثلاثة")
    assert found.endswith(".")
    assert len(found) <= 700


def test_the_description_stands_in():
    """Where the text cannot be found, the page's own description is the lead."""
    page = f'<html><head><meta name="description" content="{FIRST}"></head><body><div id="app"></div></body></html>'
    assert lead(page.encode()) == FIRST


def test_the_title_of_a_short_article_is_no_part_of_its_first_sentence():
    """Of very little text the extraction makes one line, headline included."""
    title = "Convoy is hit on the northern road"
    page = (
        f"<html><head><title>{title}</title></head><body><main><article><h1>{title}</h1><p>{FIRST}</p></article></main>"
    )
    assert lead(page.encode()) == FIRST


CYRILLIC = "Колонна миротворцев подорвалась на взрывном устройстве по дороге к северному лагерю во вторник утром. "
FRENCH = "Le convoi des Casques bleus a sauté sur une mine près du camp, mardi, et cinq d'entre eux ont été blessés. "


@pytest.mark.parametrize(
    ("said", "encoding"),
    [(CYRILLIC, "windows-1251"), (CYRILLIC, "koi8-r"), (CYRILLIC, "utf-16"), (FRENCH, "iso-8859-1"), (FRENCH, "utf-8")],
)
@pytest.mark.parametrize("where", ["page", "header"])
async def test_pages_are_read_in_the_encoding_that_they_name(said, encoding, where):
    """By the page's own word or its header's, over real HTTP."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">' if where == "page" else ""
    page = f"<html><head>{meta}</head><body><article><h1>*</h1><p>{said * 9}</p></article></body></html>"
    header = "Content-Type: text/html" + (f"; charset={encoding}" if where == "header" else "")
    async with serving() as bad, Fetcher(POLL, [bad.base]) as fetcher:
        bad.answers["/a"] = reply(page.encode(encoding), "200 OK", header)
        found = lead(await Articles(fetcher).page(bad.base + "/a", local=True))
    assert found.startswith(said.strip())


def test_where_no_encoding_is_named_accents_are_western_and_other_scripts_are_not_guessed():
    """No lead is better than one in the wrong letters."""
    page = "<html><body><article><p>{}</p></article></body></html>"
    assert lead(page.format(FRENCH * 9).encode("latin-1")).startswith(FRENCH.strip())
    assert lead(page.format(CYRILLIC * 9).encode("windows-1251")) is None


@pytest.mark.parametrize("label", ["punycode", "idna", "zip", "utf-7", "iso-2022-jp", "unicode_escape", "no-such"])
def test_no_page_chooses_a_costly_decoder(label):
    """What is slow, stateful or no encoding at all is not used, whoever names it."""
    assert declared_charset(f'<meta charset="{label}">') is None


@given(
    st.binary(max_size=400),
    st.text(max_size=40),
    st.sampled_from(["", "charset=gbk", "charset=euc-kr", "charset=tis-620"]),
)
def test_any_bytes_become_text_or_nothing(page, told, named):
    """Never an error, whatever a page and its header hold."""
    text = page_text(page, told + named)
    assert text is None or len(text) <= len(page)
