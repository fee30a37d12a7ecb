"""Numbers in words and digits, in the languages of the coverage."""

from __future__ import annotations

import pytest

from seeds.facts.tolls.numbers import digits
from seeds.text.words import Word
from tests.fact_kit import lines

NUMBERS = {
    "en": {"seventeen": 17, "twenty-three": 23, "ninety nine": 99, "one hundred": 100, "two hundred and five": 205,
           "a hundred": 100, "three thousand": 3000, "1,500": 1500},
    "fr": {"deux": 2, "dix-sept": 17, "vingt et un": 21, "vingt-trois": 23, "soixante-douze": 72, "soixante-dix": 70,
           "quatre-vingts": 80, "quatre-vingt-dix-sept": 97, "cent vingt": 120, "deux cents": 200, "mille": 1000},
    "es": {"once": 11, "dieciséis": 16, "veintitrés": 23, "treinta y tres": 33, "ciento cinco": 105},
    "pt": {"três": 3, "dezasseis": 16, "vinte e três": 23, "trinta e dois": 32},
    "it": {"tre": 3, "ventitré": 23, "ventotto": 28, "trentadue": 32, "cento": 100},
    "ro": {"două": 2, "douăsprezece": 12, "douăzeci și trei": 23},
    "de": {"fünf": 5, "zwölf": 12, "dreiundzwanzig": 23, "achtundneunzig": 98, "zweier": 2, "hundert": 100},
    "nl": {"twee": 2, "drieëntwintig": 23, "achtentachtig": 88},
    "sv": {"två": 2, "tjugotre": 23, "trettiofem": 35},
    "no": {"to": 2, "sju": 7, "tjuetre": 23},
    "da": {"treogtyve": 23, "halvtreds": 50},
    "fi": {"kolme": 3, "kaksikymmentäkolme": 23, "kahta": 2},
    "pl": {"dwóch": 2, "czterech": 4, "dwudziestu trzech": 23, "pięcioro": 5},
    "cs": {"čtyři": 4, "dvacet tři": 23, "pěti": 5},
    "sk": {"traja": 3, "štyria": 4, "dvadsať tri": 23},
    "hr": {"petorica": 5, "dvadeset tri": 23},
    "sr": {"петорица": 5},
    "bg": {"двама": 2, "двадесет и три": 23},
    "ru": {"четверых": 4, "двадцать три": 23, "пятеро": 5, "сто двадцать": 120, "двое": 2},
    "uk": {"четверо": 4, "п'ять": 5, "двадцять три": 23},
    "hu": {"kilenc": 9, "huszonhárom": 23, "ketten": 2},
    "el": {"δέκα": 10, "είκοσι τρεις": 23},
    "tr": {"yirmi üç": 23, "on iki": 12, "on": 10, "yüz yirmi": 120},
    "ar": {"تسعة": 9, "خمسة وعشرون": 25, "ثلاثة عشر": 13, "أحد عشر": 11, "مئة": 100, "٢٣": 23},
    "fa": {"بیست و سه": 23, "۲۵": 25},
    "he": {"עשרים ושלושה": 23, "שלושה עשר": 13},
    "hi": {"दस": 10},
    "bn": {"চারজন": 4, "২৩": 23},
    "id": {"dua puluh tiga": 23, "dua belas": 12, "sepuluh": 10, "seratus": 100},
    "vi": {"hai mươi ba": 23, "mười lăm": 10, "chín": 9},
    "zh": {"二十三": 23, "两": 2, "十九": 19, "三百": 300},
    "ja": {"十七": 17, "7": 7},
    "ko": {"다섯": 5},
    "sw": {"kumi": 10},
}  # fmt: skip
CASES = [(language, text, value) for language, row in NUMBERS.items() for text, value in row.items()]


@pytest.mark.parametrize(("language", "text", "value"), CASES, ids=[f"{one}-{two}" for one, two, _ in CASES])
def test_a_number_is_what_it_says(language, text, value):
    """Every way of writing a number gives its value; the parts of one number make one."""
    line = lines(text, language=language)[0]
    article = line.has(0, "article")  # "a hundred"
    assert line.number_at(1 if article else 0)[0] == value


@pytest.mark.parametrize(
    ("text", "first"),
    [("two 100 metre runs", 200), ("four 19 wounded", 4), ("two, three", 2), ("20 and three others", 20), ("4 19", 4)],
)
def test_two_numbers_stay_two(text, first):
    """Numbers beside each other that no language would join stay apart (but "two hundred" is one)."""
    assert lines(text)[0].number_at(0)[0] == first


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("٤", 4), ("12345678", None), ("12a", None), ("½", None), ("²", None)]
)
def test_digits_of_any_script(text, value):
    """Digits of any script count; mixed words and numbers too long to count people do not."""
    assert digits(Word(text, 0, len(text))) == value
