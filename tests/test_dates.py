"""The dates that feeds really carry."""

from datetime import UTC, datetime
from time import process_time, struct_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.parsing.dates import clamped, read_date
from seeds.lexicon.load import shared
from seeds.model import When


def at(*parts):
    return When(datetime(*parts, tzinfo=UTC), "instant")


def on(*parts):
    return When(datetime(*parts, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("stamp", "language", "expected"),
    [
        ("Mon, 02 Feb 2026 10:11:12 GMT", "en", at(2026, 2, 2, 10, 11, 12)),
        ("Mon, 02 Feb 2026 10:11:12 -0500", "en", at(2026, 2, 2, 15, 11, 12)),
        ("2 Feb 26 10:11 EST", "en", at(2026, 2, 2, 15, 11)),
        ("Fri, 3 Oct 2025 12:00:00 +0000", "en", on(2025, 10, 3)),
        ("Mon, 02 Feb 2026 00:00:00 -0400", "en", on(2026, 2, 2)),
        ("Mon, 02 Feb 2026 12:30:00 +0000", "en", at(2026, 2, 2, 12, 30)),
        ("2026-05-12T10:00:00Z", "en", at(2026, 5, 12, 10)),
        ("2026-05-12T10:00:00.123+02:00", "en", at(2026, 5, 12, 8)),
        ("2026-05-12 10:00:00 UTC", "en", at(2026, 5, 12, 10)),
        ("2026-05-12", "en", on(2026, 5, 12)),
        ("2026-05", "en", When(datetime(2026, 5, 1, tzinfo=UTC), "month")),
        ("2026", "en", When(datetime(2026, 1, 1, tzinfo=UTC), "year")),
        ("1778578200", "en", at(2026, 5, 12, 9, 30)),
        ("1778578200123", "en", at(2026, 5, 12, 9, 30)),
        # Crisis Group
        ("Friday, October 3, 2025 - 12:26", "en", at(2025, 10, 3, 12, 26)),
        ("Friday, October 3, 2025 - 3:26 pm", "en", at(2025, 10, 3, 15, 26)),
        # months in words
        ("mardi 12 mai 2026", "fr", on(2026, 5, 12)),
        ("le 1er août 2025 à 14h35", "fr", at(2025, 8, 1, 14, 35)),
        ("mer, 13 mai 2026 10:11:12 +0200", "fr", at(2026, 5, 13, 8, 11, 12)),
        ("12 févr. 2026", "fr", on(2026, 2, 12)),
        ("12 de mayo de 2026", "es", on(2026, 5, 12)),
        ("12 de março de 2026", "pt", on(2026, 3, 12)),
        ("12. März 2026", "de", on(2026, 3, 12)),
        ("12 мая 2026", "ru", on(2026, 5, 12)),
        ("12 مايو 2026", "ar", on(2026, 5, 12)),
        ("١٢ مايو ٢٠٢٦", "ar", on(2026, 5, 12)),
        ("12 أيار 2026", "ar", on(2026, 5, 12)),
        ("3 كانون الأول 2025 14:05", "ar", at(2025, 12, 3, 14, 5)),
        ("3 جانفي 2026", "ar", on(2026, 1, 3)),
        ("2026年5月12日", "zh", on(2026, 5, 12)),
        ("13.05.2026 14:15", "de", at(2026, 5, 13, 14, 15)),
        ("25/05/2026", "fr", on(2026, 5, 25)),
        ("12/05/2026", "fr", on(2026, 5, 12)),
        # nobody knows
        ("yesterday", "en", None),
        ("Mon, 30 Feb 2026 10:00:00 GMT", "en", None),
        ("0000-00-00", "en", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "en", None),
        ("", "en", None),
        (None, "en", None),
        ("12:30", "en", None),
        ("x" * 500, "en", None),
    ],
)
def test_stamps(stamp, language, expected):
    """What a stamp says, in UTC, with the precision that its publisher meant."""
    assert read_date(stamp, language) == expected


@pytest.mark.parametrize("language", sorted(shared().table("months")))
def test_months_are_read_in_every_language_that_has_them(language):
    """A date in words is read with every name of a month that the lexicon has, in full, cut or in the nominative."""
    section = shared().table("months")[language]
    for key in ("month", "alone"):
        for number, forms in enumerate(section.get(key, "").split("|"), 1):
            for form in filter(None, map(str.strip, forms.split(","))):
                assert read_date(f"12 {form.rstrip('*')} 2026", language) == on(2026, number, 12), form


def test_a_name_of_two_months_is_read_in_its_language():
    """Listopad is November in Polish and October in Croatian; without a language nobody knows."""
    stamp = "12 listopad 2026"
    assert [read_date(stamp, one) for one in ("pl", "hr", None)] == [on(2026, 11, 12), on(2026, 10, 12), None]


@pytest.mark.parametrize(
    ("stamp", "language", "expected"),
    [
        ("5/6/2026", "en", on(2026, 5, 6)),
        ("5/6/2026 10:30", "fr", at(2026, 6, 5, 10, 30)),
        ("5/6/2026", None, on(2026, 6, 5)),
        ("05/25/2026", "en", on(2026, 5, 25)),
        ("3. 5. 2026", "cs", on(2026, 5, 3)),
        ("03\u200f/05\u200f/2026", "ar", on(2026, 5, 3)),
        ("12-May-2026 10:11", "en", at(2026, 5, 12, 10, 11)),
        ("2026. május 12.", "hu", on(2026, 5, 12)),
        ("31/31/2026", "en", None),
    ],
)
def test_days_in_other_orders(stamp, language, expected):
    """English writes the month first where both readings are possible, everybody else the day."""
    assert read_date(stamp, language) == expected


@pytest.mark.parametrize("stamp", ["9d", "60J5", "2 hours ago", "hier", "il y a 3 jours", "Monday"])
def test_what_depends_on_today_is_no_date(stamp):
    """A stamp that means another day tomorrow tells nothing, and no number in a word is a day."""
    assert read_date(stamp, "fr") is None


@pytest.mark.parametrize(
    "piece", ["1 ", "1-", "-", "12 de ", "may ", "12 may ", "tammikuu", "tháng ", "5月", "2026-", "12:", "1 jan 20"]
)
def test_no_stamp_takes_long(piece):
    """The longest stamp that is read at all, made of one piece over and over, takes a few milliseconds."""
    read_date("12 mai 2026", "fr")
    before = process_time()
    for start in ("", "1 ", "may "):
        read_date((start + piece * 200)[:200], "fr")
    assert process_time() - before < 0.1


def test_the_parsers_reading_is_believed_where_ours_ends():
    """feedparser knows some odd formats; an absurd year of its is not taken."""
    odd = "2026년 05월 12일 10:11"
    assert read_date(odd, "ko", struct_time((2026, 5, 12, 10, 11, 0, 0, 0, 0))) == at(2026, 5, 12, 10, 11)
    assert read_date("nothing", "en", struct_time((1778, 5, 12, 10, 11, 0, 0, 0, 0))) is None


def test_the_future_is_only_a_day():
    """Of a time ahead of the moment we saw it the day is kept that its publisher names; others stay."""
    seen = datetime(2026, 2, 2, 10, tzinfo=UTC)
    assert clamped(at(2026, 2, 2, 13), seen) == on(2026, 2, 2)
    assert clamped(at(2026, 3, 9, 13), seen) == on(2026, 3, 9)
    assert clamped(at(2026, 2, 2, 9), seen) == at(2026, 2, 2, 9)
    assert clamped(on(2026, 2, 2), seen) == on(2026, 2, 2)
    assert clamped(None, seen) is None


@given(st.datetimes(datetime(1995, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))
def test_rfc_and_iso_agree(moment, hours):
    """The same instant, written as RSS and as Atom do, is read the same."""
    moment = moment.replace(microsecond=0)
    zone = f"{'-' if hours < 0 else '+'}{abs(hours):02d}"
    rss = moment.strftime("%a, %d %b %Y %H:%M:%S ") + zone + "00"
    assert read_date(rss) == read_date(moment.isoformat() + zone + ":00")


@given(
    st.text(alphabet="0123456789 -/:.,TZ+JanFebMarpmdeأيارمايو", max_size=40),
    st.sampled_from(["en", "fr", "ar", "und"]),
)
def test_no_stamp_breaks_the_reading(stamp, language):
    """Any text is a date in UTC or none."""
    when = read_date(stamp, language)
    assert when is None or (when.start.utcoffset().total_seconds() == 0 and 1990 <= when.start.year <= 2200)
