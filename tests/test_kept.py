"""What is made of the lexicon is kept beside it, and made anew when anything changes that it is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import seeds.weights
from seeds.lexicon.files import FOLDER
from seeds.lexicon.kept import Keeper
from seeds.lexicon.load import Lexicon
from seeds.lexicon.world import world
from seeds.text.reading import Reading

WORDS = (
    "Mali",
    "Tchad",
    "tchadiens",
    "Гвинеи",
    "ООН",
    "MINUSCA",
    "Guinée",
    "Bissau",
    "مالي",
    "チャド",
    "马里",
    "in",
    "-",
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "words.toml").write_text('words = ["one"]')
    return tmp_path


def _texts(folder, made, of=""):
    """What a process that starts now is given; `made` grows by one where it had to be made."""
    return Keeper(folder).kept("words", lambda: made.append(1) or (folder / "words.toml").read_text(), of)


def test_what_was_made_is_kept_for_the_next_start(folder):
    """The second start finds what the first one made."""
    made = []
    assert _texts(folder, made) == _texts(folder, made) == 'words = ["one"]'
    assert len(made) == 1


def test_a_changed_lexicon_is_read_again(folder):
    """After a file of the lexicon has changed, what was kept of the old one is not used."""
    made = []
    _texts(folder, made)
    (folder / "words.toml").write_text('words = ["two"]')
    assert _texts(folder, made) == 'words = ["two"]'
    assert len(made) == 2


def test_what_is_made_of_something_else_is_not_mistaken_for_it(folder):
    """Two watches with other settings never get each other's."""
    made = []
    _texts(folder, made, {"threshold": 0.5})
    _texts(folder, made, {"threshold": 0.6})
    assert len(made) == 2


@pytest.mark.parametrize("keep", [0, 1, 31, 32, 40, -1])
def test_a_broken_file_is_made_anew(folder, keep):
    """Half a file, or one that somebody wrote into, is as good as none."""
    made = []
    _texts(folder, made)
    (file,) = (folder / "__pycache__").iterdir()
    file.write_bytes(file.read_bytes()[:keep] + b"?")
    assert _texts(folder, made) == 'words = ["one"]'
    assert len(made) == 2


def test_where_nothing_can_be_written_it_is_made_at_each_start(folder):
    """A program folder that is read only costs time and nothing else."""
    (folder / "__pycache__").write_text("no folder")
    made = []
    assert _texts(folder, made) == _texts(folder, made) == 'words = ["one"]'
    assert len(made) == 2


def test_nothing_is_kept_of_what_cannot_be_made(folder):
    """A mistake in the lexicon is told at every start, and no half file is left behind."""

    def fail():
        raise ValueError("wrong")

    for _ in range(2):
        with pytest.raises(ValueError, match="wrong"):
            Keeper(folder).kept("words", fail)
    assert not (folder / "__pycache__").exists()


@pytest.fixture(scope="module")
def scanners(tmp_path_factory):
    """The world's scanner as it is made, and as the next start finds it."""
    lexicon = Lexicon(FOLDER, Keeper(tmp_path_factory.mktemp("kept")))
    made, kept = world.__wrapped__(lexicon), world.__wrapped__(lexicon)
    assert made.kinds(" mali ") == kept.kinds(" mali ")  # and both are built
    return made, kept


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["", " "]), st.sampled_from([None, "fr", "ru"]))
def test_what_is_kept_finds_what_was_made_to_be_found(scanners, words, between, language):
    """Texts are read alike at the first start and at all later ones."""
    made, kept = scanners
    text = between.join(words)
    assert kept.finds(Reading(text, language)) == made.finds(Reading(text, language))


def test_weights_are_kept_ready_and_read_anew_when_their_file_changes(tmp_path, monkeypatch):
    """Parsing thousands of rows costs memory at each start: what was made of them is kept until the file changes."""
    path = tmp_path / "tiers.toml"
    for weight in ("0.5", "-1.5"):
        path.write_text(f'[weights]\n"bias" = [{weight}, 0.25]\n')
        for _ in range(2):
            monkeypatch.setattr("seeds.weights.WEIGHTS", tmp_path)
            monkeypatch.setattr("seeds.weights._keeper", Keeper)
            seeds.weights._read_rows.cache_clear()
            assert seeds.weights._read_rows("tiers") == {"bias": (float(weight), 0.25)}
    seeds.weights._read_rows.cache_clear()
    assert (tmp_path / "__pycache__").exists()
