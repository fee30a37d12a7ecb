"""Cards: what an alert says, and that no story, however odd, breaks one or bursts its limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import render
from bot.card import Span
from bot.fit import Fitter, Limits
from bot.render import Layout
from bot.wording import facts
from feeds.model import Change, ChangeKind
from feeds.stories.account import account
from seeds.model import Facts, Tier, Toll, When
from tests.proofs import examples
from tests.story_kit import DAY, HOUR, NOW, STORY, source, story

GROWN = Change(NOW, ChangeKind.KILLED, 3, 4)


def text(card):
    """A card as one plain text, a line a line."""
    lines = [*card.lines, *(line for field in card.fields for line in field.lines)]
    said = ["".join(span.text for span in line) for line in lines]
    return "\n".join([card.title, *said, *card.quotes, *(field.name for field in card.fields), card.footer])


def test_an_alert_says_what_where_when_and_who():
    """Facts first; tier, place, day, toll with its voices, ladder, the outlet's title, quote with language and time,
    sources with links."""
    told = story(source(1, "Wire", injured=20), source(2, "Le Matin", NOW - 8 * HOUR, injured=20, language="fr"))
    card = render.alert(told)
    said = text(card)
    assert card.title == "🔴 Incident · Kerena (Mopti) · 20 injured · 2 publishers"
    assert (Span("“What Wire says in item 1”", "https://example.org/wire/1"),) in card.lines
    assert card.lines[0] == (Span("Event of 10 Feb 2021", strong=True),)
    assert "Injured: 20 (Wire, Le Matin)" in said
    assert "2 independent publishers" in said
    assert "Wire, 11:07 UTC:" in said
    assert card.quotes == ("Wire wrote this sentence as number 1 of the day.",)
    assert card.language == "en"
    assert "Wire 11:07 UTC (en)" in said
    assert card.footer == "Story 12"


def test_the_body_says_what_the_first_line_does_not():
    """Place, kind of attack and "single source" stand in the first line alone; a background story without a day has
    no label at all; what is looked back on keeps its kind of attack."""
    known = Facts(injured=20, place="Kerena", region="Mopti", attack="shooting", event=DAY)
    card = render.alert(story(source(facts=known)))
    assert card.title == "🔴 Shooting · Kerena (Mopti) · 20 injured · single source"
    assert text(replace(card, title="")).splitlines()[1:4] == [
        "Incident · 10 Feb 2021", "Injured: 20 (Wire)", "“What Wire says in item 1”",
    ]  # fmt: skip
    bare = story(source(facts=Facts(place="Gao")), tier=Tier.BACKGROUND)
    assert render.brief(bare).lines == ((Span("“What Wire says in item 1”", "https://example.org/wire/1"),),)
    assert "Event of 10 Feb 2021 · shooting" in text(render.brief(story(source(facts=known), tier=Tier.FOLLOW_UP)))


def test_the_title_fits_the_figures():
    """It is of the source that is quoted: no early headline stands under a later toll, on cards and in digests."""
    first = source(1, "Wire", injured=20, title="20 hurt")
    told = story(first, source(2, "Agency", NOW - HOUR, injured=28, title="Toll rises to 28"))
    (digest,) = render.digest_cards([told], NOW)
    for card in (render.alert(told), render.brief(told), digest):
        assert "“Toll rises to 28”" in text(card) and "20 hurt" not in text(card)


def test_updates_of_one_moment_are_told_together():
    """Who else reports it in one breath; as soon as one update is of another day, all have theirs."""
    at = NOW - 6 * HOUR
    same = tuple(Change(at, ChangeKind.PUBLISHER, new=name) for name in "ABC")
    told = story(source(at=at - HOUR), changes=same)
    assert "Updated 14:07 UTC: also reported by A, B and C" in text(render.alert(told))
    assert render.note_text(told, same) == "Also reported by A, B and C — Incident · Kerena (Mopti)"
    later = Change(at + 24 * HOUR, ChangeKind.INJURED, 20, 28)
    said = text(render.alert(replace(told, changes=(*same, later))))
    assert "Updated 10 Feb 2021 14:07 UTC: also" in said and "Updated 11 Feb 2021 14:07 UTC: injured 20 → 28" in said


def test_the_quote_is_of_who_knows_best():
    """Quoted is an official source, else one that states the believed toll, in the title's language if there is one."""
    first, newer = source(1, "Wire", injured=20), source(2, "Agency", NOW - HOUR, injured=28)
    french = source(3, "Le Matin", NOW - HOUR + timedelta(minutes=5), injured=28, language="fr")
    official = source(4, "UN Newsroom", NOW - 2 * HOUR, standing="official", language="ar")
    assert render.alert(story(first, newer, french)).quotes == newer.quotes
    card = render.alert(story(first, newer, french, official))
    assert (card.quotes, card.language) == (official.quotes, "ar")


def test_disagreement_on_the_toll_is_shown():
    """The count most voices give stands first, the others follow with who holds them, early ones as such."""
    told = story(
        source(1, "Wire", killed=3),
        source(2, "Agency", NOW - 2 * HOUR, killed=4),
        source(3, "Wire", NOW - 2 * HOUR, killed=4),
        source(4, "Local", NOW - HOUR, killed=5),
    )
    assert "Killed: 4 (Wire, Agency) · 5 (Local) · 3 (early reports)" in text(render.alert(told))
    official = source(5, "UN Newsroom", NOW, killed=4, standing="official")
    said = text(render.alert(story(*told.sources, official)))
    assert "Killed: 4 (UN Newsroom, Wire, Agency) · 5 (Local) · 3 (early reports)" in said


def test_several_early_counts_are_told_together():
    """Counts that nobody holds to any more share one mention."""
    steps = [source(n, "Wire", NOW - (9 - n) * HOUR, injured=count) for n, count in enumerate((5, 9, 20), 1)]
    assert "Injured: 20 (Wire) · 9 and 5 (early reports)" in text(render.alert(story(*steps)))


def test_the_place_is_where_most_sources_say():
    """One source that names the town nearby does not move the event."""
    sources = [source(1, "A", place="Douentza"), source(2, "B"), source(3, "C")]
    assert facts.place(account(sources)) == "Kerena, Mopti region"
    assert facts.place(account([source(1, place="Gao", region="Gao")])) == "Gao"
    assert facts.place(account([source(1, place=None)])) == ""


def test_the_ladder_counts_the_time_to_the_uns_word():
    """A single source, then independent publishers, then the UN's statement with the time it took."""
    one, two = source(1, "Wire"), source(2, "Agency")
    official = source(3, "UN Newsroom", NOW - 9 * HOUR + timedelta(minutes=130), standing="official")
    assert "single source" in text(render.alert(story(one)))
    assert "2 independent publishers" in text(render.alert(story(one, two)))
    said = text(render.alert(story(one, two, official)))
    assert "UN statement, 2 h 10 min after the first report · 2 independent publishers" in said


def test_classes_of_victims_contingents_and_documents_are_named():
    """Counts by class when there is more than one, the contingents' countries, attack, actor and UN documents."""
    tolls = (
        Toll("killed", 4, "peacekeepers", "q"),
        Toll("killed", 1, "national_forces", "q"),
        Toll("injured", 2, "peacekeepers", "q"),
    )
    facts = Facts(killed=5, injured=2, tolls=tolls, contingents=("NE", "TG"), attack="complex attack", actor="JNIM",
                  symbols=("S/RES/2690 (2023)",))  # fmt: skip
    said = text(render.alert(story(source(facts=facts))))
    assert "🔴 Complex attack · 5 killed" in said
    assert "Incident · named: JNIM · contingents: Niger, Togo · S/RES/2690 (2023)" in said
    assert "Killed by class: 4 peacekeepers, 1 member of national forces" in said
    assert "Injured by class" not in said


def test_what_is_known_at_least_is_said_so_of_a_class_as_well():
    """The class has its own figure, and its own doubt."""
    tolls = (Toll("killed", 4, "peacekeepers", "q"), Toll("killed", 20, "attackers", "q", True))
    said = text(render.alert(story(source(facts=Facts(killed=4, tolls=tolls)))))
    assert "Killed by class: 4 peacekeepers, at least 20 attackers" in said


def test_a_region_is_told_from_its_chief_town():
    """They often share a name; where nobody knows more than the region, that is said."""
    known = Facts(place="Mopti", region="Mopti", event=DAY)
    assert render.alert(story(source(facts=known))).title == "🔴 Incident · Mopti · single source"
    vague = replace(known, region_only=True)
    assert render.alert(story(source(facts=vague))).title == "🔴 Incident · Mopti region · single source"


def test_changes_stand_on_the_alert_with_their_time():
    """The latest updates are visible: "Updated 14:05 UTC: killed 3 → 4"."""
    at = NOW - 6 * HOUR
    changes = (
        Change(at - 2 * HOUR, ChangeKind.TEXT, new="first"),
        Change(at, ChangeKind.KILLED, 3, 4, material=True),
        Change(at, ChangeKind.PUBLISHER, new="Local"),
    )
    card = render.alert(story(source(at=at - HOUR), changes=changes), replace(render.DEFAULT, updates=1))
    assert "Updated 14:07 UTC: killed 3 → 4; also reported by Local" in text(card)
    assert "first" not in text(card)


def test_more_sources_than_fit_are_counted():
    """The sources' list ends with "also: n sources" when there are more; official ones are kept first, then the
    newest, in the order of time."""
    sources = [source(n, f"Paper {n}") for n in range(1, 9)]
    sources.append(source(9, "UN Newsroom", standing="official"))
    lines = render.alert(story(*sources), Layout(sources=4)).fields[0].lines
    assert [line[0].text for line in lines] == ["Paper 7", "Paper 8", "UN Newsroom", "also: 6 sources"]


@pytest.mark.parametrize("language", [None, "und", "mul", ""])
def test_a_language_that_nobody_knows_is_not_named(language):
    """Neither beside the source nor behind its words."""
    card = render.alert(story(source(at=NOW - HOUR, language=language)))
    assert card.language == ""
    assert card.fields[0].lines[0][-1].text.endswith(" UTC")


def test_the_day_of_the_event_is_what_most_sources_say():
    """Reports that differ by a day: the day that most of them state wins, of equals the first stated."""
    eleventh = When(DAY.start + timedelta(days=1), "day")
    one, two, three = source(1, event=DAY), source(2, "B", event=eleventh), source(3, "C", event=eleventh)
    assert facts.happened(account([one, two])) == "10 Feb 2021"
    assert facts.happened(account([one, two, three])) == "11 Feb 2021"
    assert facts.happened(account([source(event=None)])) == ""


def test_a_merged_story_points_to_the_elder():
    """The alert of a merged story says where its news goes from now on."""
    card = render.alert(replace(story(source()), merged_into=7))
    assert card.title == "Story 12 is part of story 7 now"
    assert "This is the same event as story 7" in text(card)
    assert card.quotes == ()
    assert "story 7" in render.note_text(replace(story(), merged_into=7), [GROWN])
    assert render.note_text(story(source()), [GROWN]) == "Killed 3 → 4 — Incident · Kerena (Mopti)"


def test_a_digest_lists_stories_by_tier():
    """The louder tiers come first; every story is named with its link, place and voices."""
    quiet = story(source(1, "Wire"), number=1, tier=Tier.BACKGROUND)
    loud = story(source(2, "Agency"), number=2, tier=Tier.DECISION)
    (card,) = render.digest_cards([quiet, loud], NOW)
    assert card.title == "Digest of 10 Feb 2021: 2 stories"
    assert [field.name for field in card.fields] == ["Decision", "Background"]
    assert "Kerena (Mopti) · 10 Feb 2021 · “What Agency says in item 2” · Agency · story 2" in text(card)


def test_a_long_digest_goes_over_several_cards():
    """A hundred stories are split over fields and cards, none lost while cards last."""
    stories = [story(source(n, f"Paper {n}"), number=n, tier=Tier.BACKGROUND) for n in range(1, 101)]
    cards = Fitter(Limits(card=3600, field=1000, cards=50)).message(render.digest_cards(stories, NOW))
    said = "\n".join(map(text, cards))
    assert all(f"· story {n}\n" in said for n in range(1, 101))
    assert all(len(text(card)) < 3600 for card in cards)


def test_a_digest_of_nothing_says_so():
    """An empty digest is one friendly card."""
    (card,) = render.digest_cards([], NOW)
    assert "Nothing new" in text(card)


def test_escape_codes_and_overrides_never_reach_a_card():
    """Control, escape and direction characters of a feed are gone, its words stay."""
    nasty = source(
        title="\x1b[31mRed\x1b[0m \u202eevil\u202c alert\x07", quotes=("a\x9b2Jb\u2066c",), publisher="W\x00ire"
    )
    said = text(render.alert(story(nasty)))
    assert "Red evil alert" in said
    assert not set(said) & set("\x1b\x9b\x07\x00\u202e\u202c\u2066")


LIMITS = st.builds(
    Limits,
    title=st.integers(20, 256),
    field=st.integers(200, 1024),
    card=st.integers(1500, 5000),
)
LAYOUT = st.builds(
    Layout,
    line=st.integers(40, 400),
    sources=st.integers(1, 10),
    quotes=st.integers(0, 3),
    updates=st.integers(0, 3),
)


@pytest.mark.slow
@settings(max_examples=examples(80), deadline=None)
@given(STORY, LAYOUT, LIMITS)
def test_no_story_breaks_a_card_or_bursts_its_limits(told, layout, limits):
    """Whatever the feeds wrote: a title, no empty span, every part within its limit, nothing invisible."""
    fitter = Fitter(limits)
    card = fitter.card(render.alert(told, layout))
    assert 0 < len(card.title) <= max(limits.title, 60)
    assert all(sum(len(span.text) for span in line) <= layout.line for line in card.lines)
    assert all(0 < len(quote) <= layout.line for quote in card.quotes)
    assert len(card.quotes) <= layout.quotes
    assert all(sum(len(span.text) for line in field.lines for span in line) <= limits.field for field in card.fields)
    assert all(span.text for line in card.lines for span in line)
    assert fitter.weight(card) <= limits.card
    assert "\x1b" not in text(card) and "\u202e" not in text(card)
    assert render.brief(told, layout).title


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(st.lists(STORY, max_size=6))
def test_no_stories_break_a_digest(stories):
    """A digest of anything is at least one card with a title, and every field has a name and a line."""
    cards = render.digest_cards(stories, NOW)
    assert cards
    assert all(card.title for card in cards)
    assert all(field.name and field.lines for card in cards for field in card.fields)


def test_a_story_without_text_still_has_a_title():
    """No title, no quote, no publisher: the card says what it can."""
    bare = source(title="", quotes=(), publisher="", facts=Facts(), url=None, published=None)
    card = render.alert(story(bare))
    assert card.title == "🔴 Incident · single source"
    assert "“Untitled item of Unnamed source”" in text(card)
