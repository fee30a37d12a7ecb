"""Plain text out of what feeds call descriptions."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.parsing import html


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        (None, ""),
        ("", ""),
        ("plain text", "plain text"),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("in<b>ter</b>national", "international"),
        ("a<br/>b<br>c", "a\nb\nc"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<script>var x = '<p>';</script>text<style>p{}</style>", "text"),
        ("<!-- <p>no</p> -->yes<!-- never closed", "yes"),
        ("<img src='a.png' alt='x'>caption", "caption"),
        ("<![CDATA[<p>inside</p>]]>", "inside"),
        # entities, once and twice
        ("AT&amp;T &eacute;t&#233; &#x2019;", "AT&T été ’"),
        ("AT&amp;amp;T", "AT&T"),
        ("&lt;p&gt;escaped&lt;/p&gt;", "escaped"),
        ("&amp;lt;p&amp;gt;twice", "<p>twice"),
        ("3 &lt; 5 and 7 &gt; 5", "3 < 5 and 7 > 5"),
        ("a < b", "a < b"),
        # space and what cannot be seen
        ("  a \t b\r\n\r\n c\u00a0d ", "a b\nc d"),
        ("a\u200bb\u00adc\ufeff\x00d", "abcd"),
        ("e\u0301te\u0301", "été"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_text(markup, plain):
    """Tags go, blocks part lines, entities are read at most twice, nothing invisible stays."""
    assert html.plain_text(markup) == plain


def test_a_title_is_one_line():
    """Line breaks in titles become spaces."""
    assert html.plain_line("<p>One</p>\n two") == "One two"


def test_long_text_is_cut_at_a_word():
    """A description of a book's length comes out short, ending in an ellipsis."""
    cut = html.plain_text("word " * 10_000)
    assert len(cut) <= html.LONGEST_PLAIN
    assert cut.endswith("word…")


@given(st.text(alphabet="<>&;/!-ap \n#xlt[]CDT'\"=é\u0301\u200b", max_size=200))
def test_any_markup_gives_clean_text(markup):
    """Nothing raises; what comes out is NFC, trimmed, without controls or doubled spaces."""
    plain = html.plain_text(markup)
    assert plain == unicodedata.normalize("NFC", plain) == plain.strip()
    assert "  " not in plain
    assert "\u200b" not in plain


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<script>", "<p ", "&", "&amp;", "&lt;", "<![CDATA[", "]]>", "<a href='"]
)
def test_hostile_markup_costs_no_more_than_its_length(piece):
    """A megabyte of openings is read in well under a second."""
    start = time.process_time()
    html.plain_text(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize(
    ("lead", "kept"),
    [
        ("The lead. The post A title appeared first on PassBlue.", "The lead."),
        ("Le chapeau. L’article Un titre est apparu en premier sur Studio.", "Le chapeau."),
        ("Le chapeau.\nCet article Un titre est apparu en premier sur Journal.", "Le chapeau."),
        ("The lead. Continue reading...", "The lead."),
        ("The lead Continue reading A title →", "The lead"),
        ("Le chapeau. Lire la suite", "Le chapeau."),
        ("El inicio. Leer más »", "El inicio."),
        ("Начало. Читать далее", "Начало."),
        ("البداية. اقرأ المزيد", "البداية."),
        ("The beginning of […]", "The beginning of…"),
        ("The lead [...]\nThe post A title appeared first on Site.", "The lead…"),
        ("Text.\nOutlet - outlet.example, all the news", "Text."),
        ("Text goes on. Outlet - outlet.example tout l'actu", "Text goes on."),
        # what only looks like a tail
        ("You can read more about it in the report, which the council asked for. It names three reasons.",) * 2,
        ("The post of governor is vacant.",) * 2,
        ("",) * 2,
    ],
)
def test_tails(lead, kept):
    """Stock lines of publishing software and imprints go; sentences stay."""
    assert html.without_tail(lead, "Outlet", "outlet.example") == kept


@pytest.mark.parametrize(
    ("title", "outlet", "kept"),
    [
        ("Talks resume - Reuters", "Reuters", "Talks resume"),
        ("Talks resume – La Croix", "la croix", "Talks resume"),
        ("North - South talks - BBC", "BBC", "North - South talks"),
        ("Talks resume - at last", "Reuters", "Talks resume - at last"),
        ("Reuters", "Reuters", "Reuters"),
        ("Talks resume - Reuters", None, "Talks resume - Reuters"),
    ],
)
def test_outlets_leave_titles(title, outlet, kept):
    """An aggregator's title loses its outlet, and nothing else after a dash."""
    assert html.without_outlet(title, outlet) == kept
