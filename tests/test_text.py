"""Folding, spacing and cutting text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.text.fold import fold, origins
from seeds.text.sentences import sentences


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’ONU’s Casques bleus", " l onu s casques bleus "),
        ("Ménaka, São Tomé, Łódź, Straße, Ørsted", " menaka sao tome lodz strasse orsted "),
        ("U.N. troops", " u n troops "),
        ("الأمم المتّحدة", " الامم المتحده "),
        ("عملیات کیدال", " عمليات كيدال "),
        ("миротворцы Ёлкин Йошкар", " миротворцы елкин иошкар "),
        ("ΚΥΑΝΌΚΡΑΝΟΣ κυανόκρανος", " κυανοκρανοσ κυανοκρανοσ "),
        ("马里维和", " 马 里 维 和 "),
        ("マリでPKO部隊", " マ リ で pko 部 隊 "),
        ("ガオとカオ", " ガ オ と カ オ "),
        ("ｶﾞｵ ＰＫＯ", " カ オ pko "),
        ("말리에서", " 말리에서 "),
        ("শান্তিরক্ষীর ৪ জন", " শান্তিরক্ষীর 4 জন "),
        ("ขบวนรถ", " ข บ ว น ร ถ "),
        ("peace\u00adkeeper zero\u200bwidth", " peacekeeper zerowidth "),
        ("🇲🇱 … !", " "),
        ("", " "),
    ],
)
def test_fold_makes_equal_what_readers_take_as_equal(text, folded):
    """Case, accents, width, letter variants and dots vanish; unspaced scripts get a space around every letter."""
    assert fold(text) == folded


@given(st.text())
def test_fold_is_stable_and_spaced(text):
    """Folding folded text changes nothing; a space stands at both ends and never two in a row."""
    folded = fold(text)
    assert folded.startswith(" ")
    assert folded.endswith(" ")
    assert "  " not in folded
    assert fold(folded) == folded


@given(st.text())
def test_origins_lead_back(text):
    """Every position of the folded text has its place in the original, in order."""
    places = origins(text)
    assert len(places) == len(fold(text))
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@given(st.text(alphabet="abc éÉßﬁŒ½马マ말ব…\u00ad\u0301.,-’ \n"))
def test_every_folded_letter_comes_from_where_its_origin_says(text):
    """The character at a folded letter's origin folds to that letter, however many letters others fold to."""
    folded, places = fold(text), origins(text)
    assert all(letter in fold(text[place]) for letter, place in zip(folded, places, strict=True) if letter != " ")


@given(st.text(alphabet="abc éÉßﬁ马マ말ব.,-’ \n"), st.integers(0, 20))
def test_a_found_word_is_quoted_as_written(text, index):
    """The stretch of the original that a folded word came from folds to that word again."""
    folded = fold(text)
    words = folded.split()
    if not words:
        return
    word = words[index % len(words)]
    start = folded.index(f" {word} ") + 1
    places = origins(text)
    original = text[places[start] : places[start + len(word) - 1] + 1]
    assert word in fold(original)


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("fr", "M. Wane est arrivé. Le Gén. Cardozo l'accueille.", 2),
        ("en", "The U.N. mission left. Nobody cheered.", 2),
        ("ru", "Это было в янв. 2016 года. Погибли двое.", 2),
        ("ar", "قُتل جنديان. لم تتبن أي جهة الهجوم.", 2),
        ("ja", "二人が死亡した。犯行声明はない。", 2),
        ("zz", "An unknown language. Still two.", 2),
        (None, "No hint. Two.", 2),
        ("en", "", 0),
    ],
)
def test_sentences(language, text, count):
    """Abbreviations do not end a sentence, in any of the languages of the coverage."""
    assert len(sentences(text, language)) == count


@given(st.text())
def test_sentences_cover_the_text(text):
    """Cut sentences hold everything but white space, in order and without overlap."""
    cut = sentences(text, "en")
    assert all(one.end <= two.start for one, two in pairwise(cut))
    kept = "".join("".join(text[one.start : one.end].split()) for one in cut)
    assert kept == "".join(text.split())


@given(st.from_regex(r"[A-Za-z]{1,12}", fullmatch=True))
def test_a_plain_word_folds_as_it_does_with_a_sign_beside_it(word):
    """The short way for plain words says what the long one says."""
    assert fold(word) == fold(f"{word}.")
