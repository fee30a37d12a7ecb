"""The gallery: every kind of message in Discord's look, as a page; pictures only where a browser is."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import get_args, get_type_hints

import pytest

from feeds.model import Delivery, NoticeKind
from tests.gallery import pictures, png
from tests.gallery.markdown import Look, html
from tests.gallery.page import Frame, Scene, frames, page, scene_html, text_of
from tests.gallery.png import slim
from tests.gallery.scenes import NAMES, TITLES, best, play, unasked
from tests.journey_kit import ROOT
from tests.test_wording import LINES

NOON = datetime(2021, 2, 10, 12, tzinfo=UTC)
LOOK = Look(NOON, {"7": "analysts", "8": "alerts"})
MESSAGE = {
    "content": "🔴 Attack · Kerena\n<@&7>",
    "embeds": [{
        "title": "A \\*title\\*", "url": "https://a.example/", "color": 0xC0392B, "description": "> said\n~~3~~ **4**",
        "fields": [{"name": "Sources", "value": "[Wire](https://b.example/)", "inline": True}] * 2,
        "footer": {"text": "Story 9"}, "timestamp": "2021-02-10T11:15:00+00:00",
        "image": {"url": "attachment://map.png"},
    }],
    "attachments": [{"filename": "map.png"}, {"filename": "story.bib"}],
    "components": [{"type": 1, "components": [
        {"type": 2, "label": "Why", "style": 2}, {"type": 2, "emoji": {"name": "✅"}, "style": 2, "disabled": True}]}],
    "timestamp": "2021-02-10T11:15:00+00:00", "edited_timestamp": "2021-02-10T11:20:00+00:00",
}  # fmt: skip


class Tree(HTMLParser):
    """Holds that every element that is opened is closed, in order."""

    EMPTY = frozenset({"br", "img", "meta"})

    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def whole(text):
    """The words of a page whose elements are all closed."""
    tree = Tree()
    tree.feed(text)
    tree.close()
    return tree.open == [] and "".join(tree.text)


@pytest.mark.parametrize(("written", "seen"), [
    ("**4** killed, ~~3~~, *soon*", "<div><b>4</b> killed, <s>3</s>, <i>soon</i></div>"),
    ("\\*not\\* \\[a link\\] http\\_503", "<div>*not* [a link] http_503</div>"),
    ("[a \\[b\\] **c**](https://x.example/?q=1&r=2#m)",
     '<div><a href="https://x.example/?q=1&amp;r=2#m">a [b] <b>c</b></a></div>'),
    ("> one\n> two\nthree", "<blockquote>one<br>two</blockquote><div>three</div>"),
    ("-# small\n# Large", "<small>small</small><h2>Large</h2>"),
    ("<@&7> in <#8>", '<div><span class="mention">@analysts</span> in <span class="mention">#alerts</span></div>'),
    ("<script>&", "<div>&lt;script&gt;&amp;</div>"),
    ("see https://x.example/a; or", '<div>see <a href="https://x.example/a">https://x.example/a</a>; or</div>'),
    ("`a*b*`", "<div><code>a*b*</code></div>"),
])  # fmt: skip
def test_markdown_is_shown_as_discord_shows_it(written, seen):
    """Weight, strikes, links, quotes, small print, mentions and code; escapes are gone; nothing becomes HTML."""
    assert html(written, LOOK) == seen


@pytest.mark.parametrize(("style", "seen"), [
    ("t", "11:15"), ("f", "10 February 2021 11:15"), ("D", "10 February 2021"), ("R", "45 minutes ago"),
])  # fmt: skip
def test_times_are_the_readers_own(style, seen):
    """A `<t:…>` is written out as a client in UTC does."""
    stamp = int(datetime(2021, 2, 10, 11, 15, tzinfo=UTC).timestamp())
    assert whole(html(f"<t:{stamp}:{style}>", LOOK)) == seen


def test_every_part_of_a_message_is_shown():
    """Line, embed with its colour, fields, picture, footer, file, buttons; what it answers, and that it is private."""
    files = {"map.png": "data:image/png;base64,AAAA"}
    shown = scene_html(Scene("alert", "", MESSAGE, NOON, asked="!why 9", files=files), NAMES | LOOK.names)
    told = whole(shown)
    for words in ("🔴 Attack · Kerena", "@analysts", "A *title*", "said", "Sources", "Wire", "Story 9", "story.bib",
                  "Why", "✅", "!why 9", "(edited)", "11:15"):  # fmt: skip
        assert words in told, words
    assert '"border-left-color:#c0392b"' in shown and 'class="fields of2"' in shown
    assert shown.count("data:image/png") == 1 and "map.png" not in told
    assert "disabled" in shown and "rings" in shown
    assert "Only you can see this" in whole(scene_html(Scene("a", "", MESSAGE, NOON, private=True), NAMES))


def test_what_a_reply_answers_is_quoted_above_it():
    """The first line of the message it hangs on."""
    told = whole(scene_html(Scene("escalation", "", {"content": "First death"}, NOON, answers=MESSAGE), NAMES))
    assert told.index("🔴 Attack · Kerena") < told.index("First death")


@pytest.mark.slow
async def test_the_gallery_shows_every_kind_of_message(tmp_path):
    """What the outbox knows, each line for operators, every command's answer and every button of an alert, as real
    payloads and twice in two themes, on one page of which nothing is left open."""
    scenes = await play(tmp_path, tuple(notice for notice, _ in LINES.values()))
    kinds = {scene.kind for scene in scenes}
    assert {TITLES[kind] for kind in get_args(get_type_hints(Delivery)["kind"])} <= kinds
    assert unasked() == set()
    assert not any("you asked a lot at once" in text_of(scene.message) for scene in scenes)
    assert {scene.caption.split()[0] for scene in scenes if scene.asked and not scene.private} <= kinds
    notices = "\n".join(text_of(scene.message) for scene in scenes if scene.kind == TITLES["notice"])
    assert len(notices.splitlines()) >= len(NoticeKind)
    made = page(scenes, NAMES)
    assert "127.0.0.1:" not in made
    told = whole(made)
    assert all(told.count(scene.caption) >= 4 for scene in scenes)
    assert made.count('class="frame ') == len(frames(scenes)) == 4 * len(kinds)
    assert "Kerena" in text_of(best(scenes).message)


def test_without_a_browser_the_page_is_all(monkeypatch):
    """No browser is no error: there is a sentence, and no picture."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert pictures.browser() is None
    assert "No pictures" in pictures.NO_BROWSER


@pytest.mark.slow
@pytest.mark.skipif(pictures.browser() is None, reason="no browser is here to take pictures with")
def test_pictures_have_the_width_of_their_frame(tmp_path):
    """One PNG a frame: as wide as the screen it stands for, as tall as what it shows."""
    leaf = tmp_path / "index.html"
    some = [Scene("alert", "An alert", MESSAGE, NOON)]
    leaf.write_text(page(some, NAMES), encoding="utf-8")
    wanted = [Frame("alert", "dark", 390), Frame("alert", "light", 640)]
    assert pictures.take(pictures.browser(), leaf, wanted) == [frame.name for frame in wanted]
    for frame in wanted:
        head = (tmp_path / f"{frame.name}.png").read_bytes()[:24]
        assert head.startswith(b"\x89PNG") and int.from_bytes(head[16:20]) == frame.width
        assert 100 < int.from_bytes(head[20:24]) < 900
    whole_picture = (tmp_path / f"{wanted[0].name}.png").read_bytes()
    small = slim(whole_picture)
    assert len(small) < len(whole_picture)
    (width, height, before), (*size, after) = png.read(whole_picture), png.read(small)
    assert size == [width, height]
    assert sum(abs(one - two) for one, two in zip(before, after, strict=True)) / len(before) < 2  # of 255


def test_the_picture_in_the_papers_is_small():
    """One alert at a phone's width, sharp on fine screens, and less than 120 kB."""
    picture = (ROOT / "docs" / "alert.png").read_bytes()
    assert len(picture) < 120_000
    assert png.read(picture)[0] == 2 * 390
