"""Confirmation, agreement on figures, headline and tier of a story."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.model import Rung
from feeds.stories.account import account
from feeds.stories.confirmation import loudest
from feeds.stories.told import told_at
from feeds.stories.voices import voices
from seeds.model import Facts, Tier, Toll, When
from tests.story_kit import FACTS, HOUR, NOW, source, story

WIRE = "Attackers struck the temporary base at dawn, the mission said, and were driven off after two hours of fighting."


def at(hours):
    return NOW + hours * HOUR


def ladder(told):
    return account(told.sources).confirmation


def figures(told, harm, victims=None):
    return account(told.sources).toll(harm, victims)


def test_one_publisher_is_a_single_source():
    """Two items of one publisher are one voice, and the story stays on the lowest rung."""
    found = ladder(story(source(1, "Wire", at(0)), source(2, "WIRE", at(1))))
    assert (found.rung, found.voices, found.delay) == (Rung.SINGLE, ("Wire",), None)


def test_syndicated_text_is_one_voice():
    """Outlets that carry the same wire text count once, by the name of the first."""
    copies = [source(n, outlet, at(n), quotes=(WIRE,)) for n, outlet in enumerate(["One", "Two", "Three"])]
    assert ladder(story(*copies)).voices == ("One",)
    own = source(9, "Four", at(9), quotes=("Our reporter in the town counted four craters on the runway.",))
    assert ladder(story(*copies, own)).rung is Rung.SEVERAL


def test_texts_that_differ_in_a_count_are_no_copies():
    """Whoever changes the number tells it himself: nobody else is named as having said so."""
    lead = (
        "Gunmen attacked the camp at Kerena in central Mali on Wednesday and {} peacekeepers were {}, an officer said."
    )
    wire = source(1, "Wire", NOW, injured=20, quotes=(lead.format(20, "injured"),))
    copy = source(2, "Paper", NOW + HOUR, killed=5, quotes=(lead.format(5, "killed"),))
    said = account([wire, copy])
    assert said.confirmation.voices == ("Wire", "Paper")
    assert [said.toll(harm).current.voices for harm in ("killed", "injured")] == [("Paper",), ("Wire",)]


def test_a_figure_names_who_of_a_voice_stated_it():
    """An outlet whose own words are a wire's copy is one voice with it; its later count is its own."""
    lead = "Gunmen attacked the camp at Kerena in central Mali on Wednesday and many were injured, an officer said."
    wire, copy = (source(n, who, NOW + n * HOUR, injured=20, quotes=(lead,)) for n, who in ((1, "Wire"), (2, "Paper")))
    later = source(3, "Paper", NOW + 3 * HOUR, injured=24)
    assert account([wire, copy, later]).toll("injured").current.voices == ("Paper",)


def test_short_titles_make_no_copies():
    """Texts of a few words are too little to call two items copies of each other."""
    two = [source(1, "A", title="Mine blast", quotes=()), source(2, "B", title="Mine blast", quotes=())]
    assert len(voices(two)) == 2


def test_the_un_statement_is_the_top_rung_with_its_delay():
    """The time to the UN's statement runs from the first report, by the sources' own clocks."""
    found = ladder(story(source(1, "Wire", at(0)), source(2, "UN News", at(4), standing="official")))
    assert (found.rung, found.delay) == (Rung.OFFICIAL, 4 * HOUR)


def test_the_un_speaking_first_has_no_delay():
    """When the first report is the UN's the delay is zero, never negative."""
    found = ladder(story(source(1, "UN News", at(0), standing="official"), source(2, "Wire", at(4))))
    assert found.delay == timedelta(0)


def test_a_date_without_a_time_counts_as_when_it_was_seen():
    """A stamp of midnight must not make a source the first."""
    dated = source(1, published=When(NOW.replace(hour=0), "day"))
    assert told_at(dated) == dated.seen


@pytest.mark.parametrize("harm", ["killed", "injured"])
def test_agreement(harm):
    """Publishers that give one count agree; there is nothing early about it."""
    found = figures(story(source(1, "A", at(0), **{harm: 4}), source(2, "B", at(1), **{harm: 4})), harm)
    assert found.range == (4, 4)
    assert (found.current.count, found.current.voices) == (4, ("A", "B"))


def test_the_un_and_an_outlet_against_early_reports():
    """killed: 4 (UN, AFP) · 3 (early reports)."""
    found = figures(
        story(
            source(1, "Radio", at(0), killed=3),
            source(2, "AFP", at(3), killed=4),
            source(3, "UN", at(4), standing="official", killed=4),
        ),
        "killed",
    )
    assert [(f.count, f.voices, f.official, f.early) for f in found.stated] == [
        (4, ("AFP", "UN"), True, False),
        (3, ("Radio",), False, True),
    ]
    assert found.range == (4, 4)


def test_a_later_contradiction_is_disagreement():
    """A count that is stated after the believed one came up is no early report."""
    found = figures(
        story(
            source(1, "UN", at(0), standing="official", killed=4),
            source(2, "AFP", at(1), killed=4),
            source(3, "Radio", at(3), killed=3),
        ),
        "killed",
    )
    assert found.range == (3, 4)
    assert [f.count for f in found.stated] == [4, 3]


def test_what_is_held_against_the_un_is_no_early_report():
    """Neither a count that was said before its "none", nor any that was said since its word, nor that word itself."""
    wire, afp = source(1, "Wire", at(1), killed=5), source(3, "AFP", at(2), killed=6)
    for said, expected in ((at(0), [6, 0, 5]), (at(3), [0, 6, 5])):
        found = figures(story(source(2, "UN", said, standing="official", killed=0), wire, afp), "killed")
        assert [f.count for f in found.stated] == expected and not any(f.early for f in found.stated)


def test_a_publishers_latest_word_counts():
    """Who corrects a count holds to the new one alone."""
    found = figures(story(source(1, "AFP", at(0), killed=2), source(2, "AFP", at(5), killed=3)), "killed")
    assert [(f.count, f.voices) for f in found.stated] == [(3, ("AFP",)), (2, ())]


def test_two_newer_voices_outgrow_the_un():
    """A higher count that two independent publishers report after the UN spoke is believed; one alone is not."""
    un = source(1, "UN", at(0), standing="official", killed=2)
    one = source(2, "A", at(2), killed=3)
    other = source(3, "B", at(3), killed=3, quotes=("Another of the wounded has died in hospital overnight.",))
    assert figures(story(un, one), "killed").current.count == 2
    assert figures(story(un, one, other), "killed").current.count == 3


def test_old_counts_do_not_outvote_an_update():
    """A day later, many who once said 2 do not stand against one who now says 4."""
    early = [source(n, f"Outlet {n}", at(0), killed=2) for n in range(4)]
    assert figures(story(*early, source(9, "Wire", at(30), killed=4)), "killed").current.count == 4


def test_counts_per_class_of_victims():
    """A class of victims is counted apart from the total."""
    facts = Facts(
        killed=3,
        tolls=(Toll("killed", 2, "peacekeepers", "two soldiers"), Toll("killed", 1, "contractors", "a contractor")),
    )
    told_by = story(source(1, facts=facts))
    assert figures(told_by, "killed").current.count == 3
    assert figures(told_by, "killed", "peacekeepers").current.count == 2
    assert figures(told_by, "killed", "civilians").stated == ()


def test_at_least_is_kept_until_somebody_knows():
    """A count stays "at least" only while all who give it say so."""
    facts = Facts(killed=9, tolls=(Toll("killed", 9, "peacekeepers", "at least nine", at_least=True),))
    assert figures(story(source(1, "A", facts=facts)), "killed").current.at_least
    assert not figures(story(source(1, "A", facts=facts), source(2, "B", killed=9)), "killed").current.at_least


def test_the_newest_official_title_is_the_headline():
    """A UN title beats an outlet's; without one the loudest tier's first own report does, aggregators last."""
    wire, relay = source(1, "Wire"), source(2, "Relay", standing="aggregator")
    un = source(3, "UN News", at(2), standing="official")
    assert story(relay, wire).headline.publisher == "Wire"
    assert story(relay, wire, un).headline.publisher == "UN News"


def test_a_story_is_as_loud_as_its_loudest_source():
    """Tiers rank from incident to commemoration; no known tier at all is background."""
    assert loudest([Tier.BACKGROUND, None, Tier.DECISION]) is Tier.DECISION
    assert loudest([None]) is Tier.BACKGROUND


sources = st.lists(
    st.builds(
        lambda n, who, hours, facts, official: source(
            n, who, at(hours), facts=facts, standing="official" if official else "outlet"
        ),
        st.integers(1, 99),
        st.sampled_from(["A", "B", "C", "D"]),
        st.integers(0, 90),
        FACTS,
        st.booleans(),
    ),
    min_size=1,
    max_size=7,
)


@given(sources)
def test_figures_hold_together(given_sources):
    """Every stated count is listed once, the believed one first and never as early, and each voice holds one count."""
    told_by = story(*given_sources)
    found = figures(told_by, "killed").stated
    assert len({figure.count for figure in found}) == len(found)
    assert {figure.count for figure in found} <= {one.facts.killed for one in given_sources}
    assert not found or not found[0].early
    held = [voice for figure in found for voice in figure.voices]
    assert len(held) == len(set(held)) <= len(ladder(told_by).voices)
    assert {one for group in voices(given_sources) for one in group} == set(given_sources)
