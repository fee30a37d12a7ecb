"""What of a text survives translation."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from seeds.model import Document, Fingerprint
from seeds.watch import load_watch, read_document

WATCH = load_watch(Path(__file__).resolve().parents[1] / "seeds" / "watches" / "minusma")


def read(title, summary="", language="en"):
    return WATCH.fingerprint(read_document(Document(title, summary, language)))


def test_figures_are_read_whatever_their_separators():
    """13,000, 13 000, 13.000 and Arabic digits are one figure; decimals, years and small numbers are none."""
    assert read("13,000 soldiers").figures == {13000}
    assert read("13 000 soldats", language="fr").figures == {13000}
    assert read("13.000 Soldaten", language="de").figures == {13000}
    assert read("١٣٠٠٠ جندي", language="ar").figures == {13000}
    assert read("12.5 percent of 7 since 2013").figures == frozenset()
    assert read("the 2013 mandate").years == {2013}


def test_countries_by_name_people_and_capital():
    """A country is named by itself, by its people, or by its seat of government."""
    assert read("Chad mourns").countries == {"TD"}
    assert read("Two Egyptian soldiers").countries == {"EG"}
    assert read("Ottawa pushes back the date").countries == {"CA"}
    assert read("Der Bundestag stimmt zu", language="de").countries == {"DE"}


def test_a_country_inside_an_outlets_name_is_no_mark():
    """Who printed a report joins it to no story of that country."""
    assert read("Four peacekeepers killed (The Times of Oman)").countries == frozenset()
    assert read("Four peacekeepers killed", "Radio Togo and the Guardian (Nigeria) say so.").countries == frozenset()
    assert read("Four peacekeepers killed", "(Nigeria) Guardian, with agencies.").countries == frozenset()
    assert read("Four peacekeepers killed", "The Ghana News Agency told of it.").countries == frozenset()
    assert read("Four peacekeepers (Togo) killed", "Radio Oman told of it.").countries == {"TG"}
    assert read("Ghana: Air strikes kill four").countries == {"GH"}


def test_what_all_stories_share_tells_nothing():
    """The theatre and its capital are no marks."""
    found = read("Mali: ceremony in Bamako")
    assert (found.countries, found.places) == (frozenset(), frozenset())


def test_places_and_people_in_other_scripts():
    """A place and a person are one mark in Latin, Arabic and Cyrillic."""
    latin = read("Guterres speaks of Kidal")
    arabic = read("غوتيريش يتحدث عن كيدال", language="ar")
    assert latin.places == arabic.places == {"Kidal"}
    assert latin.people == arabic.people == {"Secretary-General/Guterres"}


def test_other_missions_are_named():
    """The acronym of a mission is its mark."""
    assert read("UNIFIL says rockets fell on its base").missions == {"UNIFIL"}


def test_unknown_names_are_kept():
    """A capital inside a sentence marks a name; a headline in capitals, a German noun and a known name mark none."""
    assert read("Shots near the village of Tagbara yesterday").names == {"tagbara"}
    assert read("Six Peacekeepers Killed In Drone Attack").names == frozenset()
    assert read("Die Soldaten verlassen das Lager", language="de").names == frozenset()
    assert read("A convoy on the road to Kidal").names == frozenset()


def test_days_and_months_are_no_names():
    """Two reports of one Wednesday share no name by it, in whatever language; a name beside them stays."""
    said = "the patrol of Tagbara was shot at on Wednesday, and again on a night in January"
    assert read(said).names == {"tagbara"}
    for language, text in (
        ("pt", "os disparos perto da aldeia de Tagbara na Quarta-feira em Janeiro"),
        ("fr", "les tirs ont eu lieu dans le village de Tagbara, le Mercredi au mois de Janvier"),
        ("hu", "a falu mellett lövések voltak itt Tagbara mellett Szerdán és Január elején"),
    ):
        assert read(text, language=language).names == {"tagbara"}


def test_weekdays():
    """Days of the week are marks from Monday, 0, to Sunday, 6."""
    assert read("The blast on Friday").weekdays == read("L'explosion de vendredi", language="fr").weekdays == {"4"}


@given(st.text(max_size=200), st.text(max_size=400), st.none() | st.sampled_from(["en", "de", "ar", "xx"]))
def test_any_text_can_be_read(title, summary, language):
    """Reading never raises and always gives marks."""
    assert isinstance(read(title, summary, language), Fingerprint)
