"""The first line of everything that is told of a story: facts from its account, short enough for a phone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot import render
from bot.wording import headline as wording
from feeds.model import Change, ChangeKind
from seeds.model import Facts, Tier
from tests.proofs import examples
from tests.story_kit import DAY, HOUR, NOW, STORY, source, story


def plain(lines):
    return "\n".join("".join(span.text for span in line) for line in lines)


def attack(*more, **facts):
    told = Facts(killed=1, injured=27, place="Kerena", region="Mopti", attack="attack", event=DAY, **facts)
    return story(source(1, "UN Newsroom", standing="official", facts=told), *more)


def test_the_first_line_says_what_where_how_many_and_who():
    """A sign for the tier, the kind of attack, place and region, the figures, and how far it is confirmed."""
    others = [source(n, f"Paper {n}", NOW - HOUR, killed=1, injured=27) for n in range(2, 9)]
    assert wording.headline(attack(*others)) == "🔴 Attack · Kerena (Mopti) · 1 killed, 27 injured · UN + 7"
    assert wording.headline(attack()) == "🔴 Attack · Kerena (Mopti) · 1 killed, 27 injured · UN"
    assert wording.headline(story(source(killed=0))) == "🔴 Incident · Kerena (Mopti) · none killed · single source"
    assert wording.headline(story(*others)).endswith(" · 7 publishers")


@pytest.mark.parametrize("tier", Tier)
def test_each_tier_has_a_sign_of_its_own(tier):
    """And only an incident is called by its kind of attack."""
    line = wording.headline(replace(attack(), tier=tier))
    assert line[0] in "🔴🔵🟠⚪🟣"
    assert ("Attack" in line) == (tier is Tier.INCIDENT)
    assert len(set(wording.TIER_SIGNS.values())) == len(Tier)


def test_what_the_un_counts_stands_beside_a_count_that_is_not_its():
    """Its "none" above all."""
    later = source(1, "Wire", NOW - HOUR, killed=5), source(3, "AFP", NOW, killed=6)
    told = story(source(2, "UN News", NOW - 2 * HOUR, standing="official", killed=0), *later)
    assert wording.headline(told) == "🔴 Incident · Kerena (Mopti) · 6 killed (AFP; UN none) · UN + 2"


def test_without_facts_the_outlets_words_are_quoted():
    """A decision without place or figure is known by its document, else by the title."""
    bare = story(source(title="Council meets on Friday", facts=Facts()), tier=Tier.DECISION)
    assert wording.headline(bare) == "🔵 Decision · “Council meets on Friday” · single source"
    named = story(source(facts=Facts(symbols=("S/RES/2690 (2023)",))), tier=Tier.DECISION)
    assert wording.headline(named) == "🔵 Decision · S/RES/2690 (2023) · single source"


@pytest.mark.slow
@settings(max_examples=examples(100), deadline=None)
@given(STORY)
def test_the_first_line_never_contradicts_the_card(told):
    """Whatever the sources say: at most 120 characters, and its figures are those that stand first in the body."""
    if not told.sources:
        return
    line = wording.headline(told)
    assert 0 < len(line) <= wording.LONGEST_HEADLINE
    body = plain(render.alert(replace(told, merged_into=None)).lines)
    toll = wording.toll_words(told.account)
    assert toll is None or toll in line
    for harm, name in (("killed", "Killed"), ("injured", "Injured")):
        stated = re.search(rf"(at least [\d,]+|[\d,]+|none) {harm}", toll or "")
        shown = re.search(rf"^{name}: (at least [\d,]+|[\d,]+)", body, re.MULTILINE)
        assert (stated[1] if stated else None) == (shown[1] if shown and shown[1] != "0" else "none" if shown else None)


def test_digest_list_and_thread_say_the_same():
    """A list's card has the alert's first line, a digest line its facts and day, a thread line no figure that ages."""
    told = attack()
    assert render.brief(told).title == render.alert(told).title
    (card,) = render.digest_cards([told], NOW)
    line = plain(card.fields[0].lines)
    assert line.startswith("• Attack · Kerena (Mopti) · 1 killed, 27 injured · 10 Feb 2021 · “What UN Newsroom says")
    note = render.note_text(told, [Change(NOW, ChangeKind.INJURED, 20, 27)])
    assert note == "Injured 20 → 27 — Attack · Kerena (Mopti)"


def test_sources_stand_in_the_order_of_time_with_dates_where_needed():
    """Times of one day need no date; as soon as one is of another day, all have it."""
    first, second = source(1, "Late", NOW - HOUR), source(2, "Early", NOW - 5 * HOUR)
    told = story(first, second)
    assert plain(render.alert(told).fields[0].lines) == "Early 15:07 UTC (en)\nLate 19:07 UTC (en)"
    more = story(first, second, source(3, "Next", NOW + 20 * HOUR))
    assert plain(render.alert(more).fields[0].lines).splitlines() == [
        "Early 10 Feb 2021 15:07 UTC (en)", "Late 10 Feb 2021 19:07 UTC (en)", "Next 11 Feb 2021 16:07 UTC (en)",
    ]  # fmt: skip


def test_an_instant_can_be_told_in_the_readers_time_and_a_day_cannot():
    """Only what the source states to the minute is an instant."""
    spans = [span for line in render.alert(story(source(at=NOW - HOUR))).fields[0].lines for span in line if span.at]
    assert [span.at for span in spans] == [NOW - HOUR]
    day = story(source(published=DAY, seen=NOW))
    assert not [span for line in render.alert(day).fields[0].lines for span in line if span.at]
