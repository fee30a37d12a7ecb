"""Two attacks of one day are two stories, however alike they are told; one attack is one, however its toll is told."""

import itertools
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

import pytest

from feeds.stories.assign import MemoryStories
from feeds.stories.evidence.likeness import likeness
from feeds.stories.lessons import twin_choices
from feeds.stories.profile import absorb, profile
from seeds.learning.teach import NOW
from seeds.model import Document, Tier, Toll, Topic, When
from seeds.watch import load_watch, read_document
from tests.test_likeness import ATTACK, named, told

#: One wording of each language, told of any place and toll.
WORDINGS = {
    "en": ("Gunmen kill {killed} peacekeepers near {place}",
           "Gunmen attacked a MINUSMA convoy near {place} in Mali on Tuesday and killed {killed} peacekeepers."),
    "en, a base": ("Mali: {killed} UN peacekeepers die in attack on camp in {place}",
                   "{killed} blue helmets of MINUSMA died at dawn when men stormed their camp in {place}."),
    "fr": ("Mali : {killed} Casques bleus tués dans une attaque à {place}",
           "Des hommes armés ont attaqué mardi un camp de la MINUSMA à {place} et tué {killed} Casques bleus."),
    "es": ("Mueren {killed} cascos azules en un ataque en {place}",
           "Hombres armados atacaron un convoy de la MINUSMA en {place} y mataron a {killed} cascos azules."),
    "de": ("{killed} Blauhelme bei Angriff in {place} getötet",
           "Bewaffnete haben ein Lager der MINUSMA in {place} in Mali angegriffen und {killed} Blauhelme getötet."),
    "it": ("Mali, uccisi {killed} caschi blu a {place}",
           "Uomini armati hanno attaccato martedì un convoglio della MINUSMA a {place} e ucciso {killed} caschi blu."),
    "pt": ("Ataque mata {killed} capacetes azuis em {place}",
           "Homens armados atacaram um comboio da MINUSMA em {place} e mataram {killed} capacetes azuis."),
}  # fmt: skip
PLACES = ("Koro", "Ber", "Kidal", "Ansongo", "Menaka")
NEIGHBOURS = (("Koro", "Douentza"), ("Ber", "Goundam"), ("Kidal", "Aguelhok"), ("Ansongo", "Gao"))
TOLLS = (3, 5, 6, 9, 14)


@pytest.fixture(scope="module")
def watch():
    return load_watch(Path(__file__).parents[1] / "seeds/watches/minusma")


def entry(watch, title, lead, language="en", day=12):
    """A report of that day of November 2019, as the program reads it."""
    document = Document(title, lead, language[:2], When(datetime(2019, 11, day, 9, tzinfo=UTC), "instant"))
    reading = read_document(document)
    tier = watch.ruling(reading, NOW).tier
    return profile(document, watch.facts(reading), watch.fingerprint(reading), "w", tier=tier)


def stories(*entries):
    memory = MemoryStories()
    return [memory.place(one) for one in entries]


def report(watch, wording, place, killed, day=12):
    return entry(watch, *(text.format(place=place, killed=killed) for text in WORDINGS[wording]), wording, day)


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize(("one", "other"), [(("Koro", 9), ("Ber", 6)), (("Ber", 6), ("Koro", 9))])
def test_two_attacks_of_one_day_in_like_words_stay_apart(watch, wording, one, other):
    """Nine dead in Koro and six in Ber on one day are two stories, in any language and order."""
    assert stories(report(watch, wording, *one), report(watch, wording, *other)) == [1, 2]


@pytest.mark.parametrize("wording", WORDINGS)
def test_the_other_place_is_enough_whatever_the_tolls(watch, wording):
    """Over all pairs of places and of tolls, an attack elsewhere with another toll joins none."""
    read = {key: report(watch, wording, *key) for key in itertools.product(PLACES, TOLLS)}
    pairs = [(a, b) for a, b in itertools.combinations(read, 2) if a[0] != b[0] and a[1] != b[1]]
    merged = [pair for pair in pairs if len({*stories(*(read[key] for key in pair))}) == 1]
    assert len(pairs) == 200
    assert not merged


@pytest.mark.parametrize("wording", WORDINGS)
def test_attacks_at_places_of_one_region_stay_apart(watch, wording):
    """Neighbouring towns attacked on one day, with other tolls, are two stories as well."""
    for (one, other), (toll, more) in itertools.product(NEIGHBOURS, itertools.permutations(TOLLS, 2)):
        assert stories(report(watch, wording, one, toll), report(watch, wording, other, more)) == [1, 2]


OF_OTHERS = {
    "en": ("{killed} UN peacekeepers killed in attack near {place}",
           "{killed} peacekeepers from {side} serving with MINUSMA were killed when their convoy was attacked near "
           "{place}."),
    "fr": ("{killed} Casques bleus tués près de {place}",
           "{killed} Casques bleus du contingent de {side} ont été tués dans l'attaque d'un convoi de la MINUSMA près "
           "de {place}."),
}  # fmt: skip


def of_others(watch, place, side, killed, language="en"):
    return entry(watch, *(text.format(place=place, killed=killed, side=side) for text in OF_OTHERS[language]), language)


@pytest.mark.parametrize("killed", [1, 2, 3])
@pytest.mark.parametrize("language", OF_OTHERS)
def test_as_few_dead_of_another_contingent_nearby_are_another_story(watch, language, killed):
    """Small tolls are often the same: two Chadians dead in one town, two Togolese in the next one of its region."""
    for places, sides in itertools.product(NEIGHBOURS, (("Chad", "Togo"), ("Senegal", "Niger"))):
        told = [of_others(watch, *one, killed, language) for one in zip(places, sides, strict=True)]
        assert stories(*told) == [1, 2]


def test_a_mixed_story_draws_nothing_by_what_different_reports_tell(watch):
    """Whose place one report tells, whose toll another and whose contingent a third, is another attack."""
    reports = [("Ber", "Chad", 4), ("Goundam", "Togo", 5), ("Timbuktu", "Niger", 6)]
    mixed = reduce(absorb, (of_others(watch, *one) for one in reports))
    assert likeness(of_others(watch, "Koro", "Niger", 5), mixed) < 0


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(["en", "fr", "es", "de", "it", "pt"], 2)])
def test_two_attacks_stay_apart_across_languages(watch, one, other):
    """Wire reports of the two attacks, each in its own language, are two stories as well."""
    assert stories(report(watch, one, "Koro", 9), report(watch, other, "Ber", 6)) == [1, 2]


@pytest.mark.parametrize("tolls", [(6, 9), (9, 6), (5, 6, 8), (7, 8, 10)])
def test_one_attack_told_with_other_tolls_stays_together(watch, tolls):
    """Outlets of four languages tell of one attack in Ber, each with the toll it has: one story."""
    told_by = [
        report(watch, wording, "Ber", toll) for wording, toll in zip(("en", "fr", "es", "de"), tolls, strict=False)
    ]
    assert set(stories(*told_by)) == {1}


CEREMONIES = {
    "en": ("Mission honours the fallen at a ceremony in Bamako",
           "MINUSMA held a memorial ceremony in Bamako for the six peacekeepers killed in Ber."),
    "fr": ("Bamako : la MINUSMA rend hommage à ses Casques bleus",
           "Une cérémonie d'hommage aux six Casques bleus tués à Ber s'est tenue au quartier "
        "général de la MINUSMA à Bamako."),
    "de": ("Gedenkfeier für gefallene Blauhelme in Bamako",
           "Die MINUSMA hat bei einer Trauerfeier in Bamako der sechs in Ber getöteten Blauhelme gedacht."),
}  # fmt: skip


_READ_AS_FOLLOW_UP = pytest.mark.xfail(strict=True, reason="its tier is read as a follow-up, which may be of the file")


@pytest.mark.parametrize("language", ["en", pytest.param("fr", marks=_READ_AS_FOLLOW_UP), "de"])
def test_a_ceremony_a_week_later_is_a_story_of_its_own(watch, language):
    """The ceremony names the attack's place and toll, and does not join it."""
    ceremony = entry(watch, *CEREMONIES[language], language, day=19)
    assert stories(report(watch, language, "Ber", 6), ceremony) == [1, 2]


def test_an_agreeing_event_day_speaks_against_nothing():
    """The same day of the event is no evidence against one story; another day is."""
    known, unknown = told(event=9, place="Ber", killed=6), told(place="Ber", killed=6)
    assert named(known, known) == named(known, unknown)
    assert "other event day" in named(told(event=4, place="Ber", killed=6), known)


def test_another_toll_elsewhere_is_no_update():
    """At one place six dead grow to nine; at another they are those of another attack, in one region too."""
    first = told(killed=6, place="Ber", region="Timbuktu")
    assert "killed updated" in named(told(killed=9, place="Ber", region="Timbuktu"), first)
    near = named(told(killed=9, place="Goundam", region="Timbuktu"), first)
    assert {"region", "other toll elsewhere", "like elsewhere"} <= near
    assert "killed updated" not in near


def taught(attacks, *names):
    """The pieces of what made attacks teach, where these are among them; each is another story than the attack's."""
    choices = list(twin_choices(attacks))
    assert choices == list(twin_choices(attacks))
    assert all(choice.right == {0} for choice in choices)
    return [choice.options[1] for choice in choices if set(names) <= choice.options[1].keys()]


def test_each_attack_teaches_that_its_like_elsewhere_is_another():
    """A labelled attack lends its words to made ones elsewhere, the same on each run; what is no attack lends none."""
    attacks = [(place, told(killed=6, place=place, region=place, tier=Tier.INCIDENT)) for place in ("Ber", "Koro")]
    visit = ("visit", told(place="Ber", topics=(), tier=Tier.FOLLOW_UP))
    assert len(taught([*attacks, visit], "other site", "other toll elsewhere")) == 2
    assert taught([visit]) == []


def test_an_attack_on_few_of_a_named_contingent_teaches_a_neighbour_too():
    """As many dead of others at another place of the region, the same words: another story. Many dead are no chance."""
    near = [told(killed=2, place=place, region="Timbuktu", contingents=(side,), tier=Tier.INCIDENT)
            for place, side in (("Ber", "TD"), ("Goundam", "TG"))]  # fmt: skip
    many = told(killed=9, place="Ber", region="Timbuktu", contingents=("TD",), tier=Tier.INCIDENT)
    neighbours = taught([*zip("ab", near, strict=True), ("c", many)], "region", "killed", "other contingent")
    assert len(neighbours) == 2


def test_an_attack_on_a_named_contingent_teaches_a_second_one_there_too():
    """Others, with another toll, at the place and on the day of an attack, in the same words: another story."""
    attacks = [told(killed=6, place="Ber", contingents=(side,), tier=Tier.INCIDENT) for side in ("TD", "TG")]
    assert (
        len(taught(list(zip("ab", attacks, strict=True)), "same day", "site", "other contingent", "like others")) == 2
    )


def test_an_attack_teaches_one_of_days_later_there_too_and_one_of_the_next_day_where_its_own_is_known():
    """On the same contingent, with another toll, in the same words: another story."""
    dated = told(day=10, event=9, killed=6, place="Ber", contingents=("TD",), tier=Tier.INCIDENT)
    undated = told(day=10, killed=6, place="Ber", contingents=("TD",), tier=Tier.INCIDENT)
    again = ("site", "contingent", "like others")
    assert len(taught([("a", dated)], "next day", "event a day off", *again)) == 1
    assert taught([("a", undated)], "next day", *again) == []
    for attack in (dated, undated):
        soon = [one for one in taught([("a", attack)], *again) if one.keys() & {"three days", "same week", "two weeks"}]
        assert len(soon) == 1
    harmless = told(day=10, event=9, place="Ber", contingents=("TD",), tier=Tier.INCIDENT)
    (pieces,) = taught([("a", harmless)], *again)
    assert pieces.keys() & {"three days", "same week", "two weeks"}


NOBODY = (Toll("killed", 0, "unspecified", "nobody was hurt"), Toll("injured", 0, "unspecified", "nobody was hurt"))
CLAIM = Topic("claim", "some", "incident", echo=True)


def test_words_count_less_for_other_harm():
    """Other contingents, other days, or three days of silence, and no toll in common: two attacks are told in like
    words; where nobody was harmed, silence alone, unless it is claimed then. With the same toll, or where one names no
    contingent, it is one attack."""
    first = told(event=9, killed=2, place="Ber", contingents=("TD",))
    assert "like others" in named(told(event=9, killed=3, place="Ber", contingents=("TG",)), first)
    assert "like others" in named(told(event=10, killed=3, place="Ber", contingents=("TD",)), first)
    assert "like others" in named(told(event=10, injured=3, place="Ber", contingents=("TD",)), first)
    for day, killed, sides in ((9, 2, ("TG",)), (9, 3, ("TD",)), (9, 3, ()), (10, 2, ("TD",))):
        assert "like others" not in named(told(event=day, killed=killed, place="Ber", contingents=sides), first)
    assert "like others" not in named(told(killed=3, place="Ber", contingents=("TD",)), first)
    for day, other in ((11, False), (12, False), (13, True), (20, True)):
        assert ("like others" in named(told(day=day, killed=3, place="Ber"), told(killed=2, place="Ber"))) is other
    unharmed = told(place="Ber", tier=Tier.INCIDENT)
    for day, other in ((12, False), (13, True)):
        assert ("like others" in named(told(day=day, place="Ber", tier=Tier.INCIDENT), unharmed)) is other
    assert "like others" in named(told(day=13, place="Ber", tier=Tier.INCIDENT, tolls=NOBODY), unharmed)
    for tier, topics in ((Tier.FOLLOW_UP, ()), (Tier.INCIDENT, (CLAIM,))):
        assert "like others" not in named(told(day=13, place="Ber", tier=tier, topics=(ATTACK, *topics)), unharmed)
    looks_back = told(day=20, event=9, killed=3, place="Ber")
    assert "like others" not in named(looks_back, told(killed=2, place="Ber"))


SECOND = {
    "en": ("Attack on MINUSMA camp in Kidal",
           "Gunmen fired on the camp of the UN mission in Kidal, Mali. {} peacekeepers from {} were wounded."),
    "fr": ("MINUSMA : le camp de Kidal attaqué",
           "Des hommes armés ont tiré sur le camp de la mission à Kidal, au Mali. {} Casques bleus de {} blessés."),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(SECOND))
def test_a_second_attack_of_the_day_on_others_at_a_place_is_a_story_of_its_own(watch, language):
    """Told in the same words but for who was hurt and how many; the first one's toll may grow."""
    title, text = SECOND[language]
    hurt = ((4, "Guinée"), (5, "Guinée"), (7, "Togo")) if language == "fr" else ((4, "Chad"), (5, "Chad"), (7, "Togo"))
    assert stories(*(entry(watch, title, text.format(*who), language) for who in hurt)) == [1, 1, 2]


NEXT = {
    "en": ("Attack on MINUSMA camp in Kidal",
           "Gunmen fired on the camp of the UN mission in Kidal, Mali, on {}. {} peacekeepers from Chad were wounded.",
           ("Tuesday", "Wednesday")),
    "fr": ("MINUSMA : le camp de Kidal attaqué",
           "Des hommes armés ont tiré {} sur le camp de la mission à Kidal (Mali). {} Casques bleus tchadiens blessés.",
           ("mardi", "mercredi")),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(NEXT))
def test_an_attack_there_on_the_next_day_is_a_story_of_its_own(watch, language):
    """Told in the same words but for the day and how many; what the first one's toll grows to on that day is its."""
    title, text, (tuesday, wednesday) = NEXT[language]
    said = ((tuesday, 4, 12), (tuesday, 5, 13), (wednesday, 7, 13))
    assert stories(*(entry(watch, title, text.format(day, hurt), language, on) for day, hurt, on in said)) == [1, 1, 2]


LATER = {
    "en": ("Attack on MINUSMA camp in Kidal",
           "Gunmen fired on the camp of the UN mission in Kidal, Mali. {} peacekeepers were wounded."),
    "fr": ("MINUSMA : le camp de Kidal attaqué",
           "Des hommes armés ont tiré sur le camp de la mission à Kidal, au Mali. {} Casques bleus ont été blessés."),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(LATER))
@pytest.mark.parametrize("days", [3, 5, 8, 14])
def test_an_attack_there_days_later_is_a_story_of_its_own(watch, language, days):
    """Told in the same words, with another toll, though no report says on which day: an update would not come so late.
    What tells that toll too joins it."""
    title, text = LATER[language]
    told_of = ((4, 1), (7, 1 + days), (7, 2 + days))
    assert stories(*(entry(watch, title, text.format(hurt), language, day) for hurt, day in told_of)) == [1, 2, 2]


HARMLESS = {
    "en": (("Shots fired at MINUSMA convoy near Tessalit", "Gunmen fired on a convoy of the UN mission near Tessalit."),
           ("MINUSMA convoy under fire near Tessalit", "A UN convoy came under fire near Tessalit; the men fled."),
           ("Group claims ambush near Tessalit", "A jihadist group claimed the attack on a UN convoy near Tessalit.")),
    "fr": (("Un convoi de la MINUSMA attaqué près de Tessalit", "Des hommes armés ont tiré sur un convoi de l'ONU."),
           ("Tessalit : un convoi de la MINUSMA sous le feu", "Un convoi de l'ONU a essuyé des tirs près de Tessalit."),
           ("Tessalit : l'attaque revendiquée", "Un groupe a revendiqué l'attaque d'un convoi de la MINUSMA.")),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(HARMLESS))
@pytest.mark.parametrize("days", [4, 6, 9])
def test_an_attack_that_harmed_nobody_days_after_another_is_a_story_of_its_own(watch, language, days):
    """No toll tells them apart and no report says on which day: news of an attack after days of silence is new. What
    tells it too on that day joins it."""
    first, second, claim = HARMLESS[language]
    told_of = ((first, 1), (claim, 2), (second, 2 + days), (first, 2 + days))
    assert stories(*(entry(watch, *said, language, day) for said, day in told_of)) == [1, 1, 2, 2]
