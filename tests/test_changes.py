"""What members are told of a story's growth, and which of it is material."""

import pytest
from hypothesis import given, settings

from bot.wording.facts import change
from feeds.model import Change, ChangeKind
from feeds.store.db.texts import parts_of
from feeds.stories.changes import changes
from tests.proofs import examples
from tests.story_kit import CHANGE, HOUR, NOW, source, story


def grown(*sources):
    """What changed by the last of these sources."""
    return [(change(one), one.material) for one in changes(story(*sources[:-1]), story(*sources), NOW)]


def test_a_grown_toll_is_told_and_edited_in():
    """killed 3 → 4 is worth an edit, not a line in the thread."""
    found = grown(source(1, "Wire", NOW, killed=3), source(2, "Wire", NOW + HOUR, killed=4))
    assert found == [("killed 3 → 4", False)]


def test_the_first_death_is_material():
    """Until now people were hurt; the first death is announced."""
    found = grown(source(1, "Wire", NOW, injured=28), source(2, "Wire", NOW + HOUR, killed=1, injured=27))
    assert found == [("1 killed", True), ("injured 28 → 27", False)]


def test_a_doubled_toll_is_material():
    """From 5 to 10 dead is announced, as is a doubled number of wounded."""
    assert grown(source(1, "A", NOW, killed=5), source(2, "A", NOW + HOUR, killed=10)) == [("killed 5 → 10", True)]
    assert grown(source(1, "A", NOW, injured=9), source(2, "A", NOW + HOUR, injured=20)) == [("injured 9 → 20", True)]


def test_the_uns_word_is_material_once():
    """The UN's statement is announced when it comes, not with every further one."""
    wire, un = source(1, "Wire", NOW), source(2, "UN News", NOW + HOUR, standing="official")
    again = source(3, "UN Press", NOW + 2 * HOUR, standing="official")
    assert grown(wire, un) == [("confirmed by the UN", True)]
    assert grown(wire, un, again) == []


def test_further_publishers_are_told_quietly():
    """The second voice is named as such, later ones as also reporting; a copy of a known text is no voice."""
    leads = ("The mission's spokesman counted the wounded at the gate on Tuesday morning.", "Our own.", "Another.")
    first, second, third = (source(n, who, NOW + n * HOUR, quotes=(leads[n],)) for n, who in enumerate("ABC"))
    copy = source(7, "D", NOW + 7 * HOUR, title=first.title, quotes=first.quotes)
    assert grown(first, second) == [("second publisher: B", False)]
    assert grown(first, second, third) == [("also reported by C", False)]
    assert grown(first, second, copy) == []


@pytest.mark.parametrize("killed", [None, 2])
def test_nothing_new_is_nothing_told(killed):
    """A further item of a known publisher with the same figures changes nothing that members see."""
    assert grown(source(1, "A", NOW, killed=killed), source(2, "A", NOW + HOUR, killed=killed)) == []


def test_the_first_place_named_is_told():
    """A story that gets its place says so."""
    assert ("place: Kerena", False) in grown(source(1, "A", NOW, place=None), source(2, "A", NOW + HOUR))


def test_each_change_has_words():
    """Every kind is worded, with its values where it has some."""
    tiers = dict.fromkeys((ChangeKind.TIER, ChangeKind.CORRECTED), "incident")
    said = {kind: change(Change(NOW, kind, 7, tiers.get(kind, 9))) for kind in ChangeKind}
    assert said[ChangeKind.TIER] == "now incident"
    assert said[ChangeKind.CORRECTED] == "corrected by a member: incident"
    assert said[ChangeKind.MOVED] == "one source moved to story 9"
    assert all(said.values())


def test_a_name_cannot_break_the_wording():
    """Publishers are untrusted text: braces, escapes and line breaks are shown as text or dropped."""
    assert change(Change(NOW, ChangeKind.PUBLISHER, new="{old} \x1b[31mRed\nTop")) == "also reported by {old} Red Top"


@given(CHANGE)
@settings(deadline=None, max_examples=examples(50))
def test_what_the_first_release_wrote_is_read_back(told):
    """Its lines were the words of today, so each of them gives its kind and values again."""
    kind, old, new = parts_of(change(told))
    if told.kind is not ChangeKind.TEXT and not isinstance(told.new, str):
        assert (kind, old, new) == (told.kind, told.old, told.new)
    if told.kind is ChangeKind.TIER:
        assert (kind, new) == (told.kind, told.new)


@pytest.mark.parametrize("text", ["killed 3 ", "killed three → 4", "place: ", "", "now louder", "killed 3 → 4 →"])
def test_other_lines_stay_texts(text):
    """What fits no known form is kept as it stood."""
    assert parts_of(text) == (ChangeKind.TEXT, None, text)
