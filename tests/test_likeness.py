"""Which evidence speaks for one story and which against it."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given

from feeds.stories.evidence.likeness import likeness, pieces
from feeds.stories.evidence.when import JOINING
from feeds.stories.lessons import PIECES
from feeds.stories.profile import absorb, profile
from seeds.model import Document, Facts, Fingerprint, Tier, Topic, When
from tests.test_profile import profiles

ATTACK = Topic("mine", "some", "incident", means=True)
SHELLS = Topic("shells", "much", "incident", means=True)
TRIAL = Topic("trial", "much", "justice", later=True)


def told(day=10, month=2, title="", topics=(ATTACK,), scope="w", dated=True, language="en", tier=None, **facts):
    """An entry told on a day of 2021; `places`, `names` and the like go into the marks, the rest into the facts."""
    marks = {
        name: frozenset(facts.pop(name))
        for name in ("places", "names", "countries", "missions", "figures")
        if name in facts
    }
    when = When(datetime(2021, month, day, tzinfo=UTC), "day") if dated else None
    if "event" in facts:
        facts["event"] = When(datetime(2021, month, facts["event"], tzinfo=UTC), "day")
    found = Fingerprint(topics=frozenset(topics), **marks)
    return profile(Document(title, "", language, when), Facts(**facts), found, scope, tier=tier)


def named(one, other):
    return {name for name, _ in pieces(one, other)}


def joined(one, other):
    return likeness(one, other) > 0


BASE = told(killed=4, place="Aguelhok", contingents=("TD",), event=9)


def test_the_same_attack_in_two_languages():
    """Place, toll, contingent and day join two reports that share no word."""
    other = told(11, title="هجوم", language="ar", killed=4, place="Aguelhok", contingents=("TD",), event=9)
    assert joined(other, BASE)


def test_an_updated_toll_still_joins():
    """From 5 to 6, 8 and 10 dead is one story that grows."""
    story = told(10, killed=5, place="Aguelhok", contingents=("TD",))
    for killed in (6, 8, 10):
        entry = told(11, killed=killed, place="Aguelhok", contingents=("TD",))
        assert joined(entry, story)
        story = absorb(story, entry)


def test_the_wounded_who_die_still_join():
    """28 hurt in one report are 1 dead and 27 hurt in the next."""
    hurt = told(10, injured=28, place="Kerena", contingents=("TG",))
    died = told(11, killed=1, injured=27, place="Kerena", contingents=("TG",))
    assert "casualties" in named(died, hurt)
    assert joined(died, hurt)


def test_event_days_that_differ_by_one_still_join():
    """Reports of one attack put it on a Tuesday or on a Wednesday."""
    assert joined(told(11, killed=4, place="Aguelhok", contingents=("TD",), event=10), BASE)


def test_a_tribute_a_week_later_is_of_the_file():
    """Statements, tributes and the funeral within two weeks belong to the incident."""
    tribute = Topic("tribute", "some", later=True)
    assert joined(told(17, topics=(tribute,), killed=4, place="Aguelhok", contingents=("TD",)), BASE)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(told(12, killed=4, place="Gao", contingents=("TD",), event=12), id="another place"),
        pytest.param(told(12, killed=1, place="Aguelhok", contingents=("NE",), event=12), id="another contingent"),
        pytest.param(told(10, 6, killed=4, place="Aguelhok", contingents=("TD",), event=9), id="months later"),
        pytest.param(told(13, topics=(SHELLS,), killed=1, place="Aguelhok", event=13), id="other means, other toll"),
    ],
)  # fmt: skip
def test_other_attacks_stay_apart(other):
    """Two attacks of one week are two stories when place, contingent or toll tell them apart, and so are two attacks
    in one place months apart."""
    assert not joined(other, BASE)


def test_like_titles_join_no_attacks_at_different_places():
    """Titles of a wire may differ in the place alone; where one report names the other place too, they still count."""
    gao = told(title="Two peacekeepers killed by mine near Gao", place="Gao", places={"Gao"})
    ber = told(title="Two peacekeepers killed by mine near Ber", place="Ber", places={"Ber"})
    both = told(title="Two peacekeepers killed by mine near Ber", place="Ber", places={"Ber", "Gao"})
    assert "title" not in named(gao, ber)
    assert "title" in named(gao, both)


def test_a_trial_is_a_story_of_its_own():
    """A verdict years after does not join the attack, even where nobody knows the dates."""
    verdict = told(topics=(TRIAL,), dated=False, place="Aguelhok", killed=4)
    assert not joined(verdict, told(dated=False, killed=4, place="Aguelhok", contingents=("TD",)))


def test_news_of_another_tier_is_likelier_another_event():
    """A funeral that names the attack's place, toll and contingent is no report of the attack; where a story is known
    by news of both tiers, either says less."""
    attack = told(tier=Tier.INCIDENT, killed=4, place="Aguelhok", contingents=("TD",))
    funeral = told(12, tier=Tier.FOLLOW_UP, killed=4, place="Aguelhok", contingents=("TD",))
    amount = dict(pieces(funeral, absorb(attack, funeral)))["other tier"]
    assert (dict(pieces(funeral, attack))["other tier"], amount) == (1.0, 0.5)
    assert "other tier" not in named(funeral, told())


def test_nothing_is_told_before_it_happened():
    """A report cannot be of an attack that came after it."""
    assert "told before it happened" in named(told(8, killed=4, place="Aguelhok"), told(12, killed=4, event=12))


def test_watches_never_meet():
    """Stories of different watches stay apart, however alike."""
    assert (
        likeness(told(scope="v", killed=4, place="Aguelhok"), told(scope="w", killed=4, place="Aguelhok")) == -math.inf
    )


def test_the_rest_of_the_world_needs_something_in_common():
    """Outside the watches a like toll on a like day joins nothing that shares no country, mission, place or name."""
    here = told(scope="", killed=6, topics=(ATTACK,), countries=("CO",))
    there = told(scope="", killed=6, topics=(ATTACK,), countries=("SD",))
    assert not joined(here, there)
    assert joined(
        told(scope="", killed=6, countries=("SD",), missions=("M",)), told(scope="", missions=("M",), countries=("SD",))
    )


def test_other_missions_stay_apart():
    """Two missions of the same day with the same toll are two stories."""
    assert not joined(told(killed=4, missions=("A",)), told(killed=4, missions=("B",)))


def test_copies_join_without_any_fact():
    """Wire copies are joined by their titles alone."""
    title = "Mission chief calls on all sides to spare those who came to help"
    assert joined(told(title=title, topics=()), told(title=title + " (agency)", topics=()))


def test_a_resolution_is_known_by_its_symbol():
    """The same UN document months apart is still near; another one on the same day is not joined by it."""
    assert "symbol" in named(told(symbols=("S/RES/2584 (2021)",)), told(symbols=("S/RES/2584 (2021)",)))


def test_every_weight_is_used():
    """A piece of evidence that can never come up would be a lie in the table."""
    import inspect

    from feeds.stories.evidence import harm, likeness, when

    code = "".join(map(inspect.getsource, (harm, likeness, when)))
    spelt = {name for name in PIECES if f'"{name}"' in code}
    built = {"killed", "injured", "killed updated", "injured updated", "other killed", "other injured"}
    assert set(PIECES) - spelt - built - {JOINING} == set()


@given(profiles, profiles)
def test_any_two_profiles_can_be_compared(one, other):
    """Every piece has a weight and an amount between 0 and 7, and the sum is a number."""
    found = list(pieces(one, other))
    assert all(name in PIECES and 0 <= amount <= 7 for name, amount in found)
    assert math.isfinite(likeness(one, other))
