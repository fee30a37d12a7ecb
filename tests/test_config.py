"""The settings: read from a file, the environment and secret files, with every mistake named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import DEFAULT_FILE, ConfigError, load_settings
from config.schema import Settings


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "bluehelm.toml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(path: Path | None, env: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, env)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_shipped_file_states_the_defaults():
    """The shipped file says what the program does without it, but for the watches it lists."""
    shipped = load_settings(DEFAULT_FILE, {})
    root = DEFAULT_FILE.parent.parent
    expected = Settings(
        database=root / "data/bluehelm.db",
        feeds=root / "config/feeds.toml",
        watches=root / "seeds",
        watch=shipped.watch,
    )

    assert expected == shipped
    assert [watch.name for watch in shipped.watch if watch.enabled] == ["minusma"]


def test_environment_overrides_the_file(tmp_path):
    """A variable of the environment wins over the key of the file."""
    file = write(tmp_path, "[poll]\ntick_seconds = 5\nconcurrency = 3\n")

    settings = load_settings(file, {"BLUEHELM_POLL__TICK_SECONDS": "7"})

    assert (7.0, 3) == (settings.poll.tick_seconds, settings.poll.concurrency)


def test_secret_comes_from_a_file_and_is_never_printed(tmp_path):
    """DISCORD_TOKEN_FILE names a file; its newline is dropped and the token does not show in a dump."""
    secret = tmp_path / "token"
    secret.write_text("abc.def\n")

    settings = load_settings(write(tmp_path, ""), {"DISCORD_TOKEN_FILE": str(secret)})

    assert settings.discord.token is not None
    assert "abc.def" == settings.discord.token.get_secret_value()
    assert "abc.def" not in repr(settings)


def test_empty_token_is_no_token(tmp_path):
    """An empty DISCORD_TOKEN, as an example file leaves it, means that there is none."""
    assert load_settings(write(tmp_path, ""), {"DISCORD_TOKEN": ""}).discord.token is None


def test_every_mistake_is_named_at_once(tmp_path):
    """A wrong value, a misspelt key, a misspelt variable and an unknown zone come in one list, each with its place."""
    file = write(tmp_path, '[poll]\ntick_second = 5\nconcurrency = 0\n[digest]\nzone = "Mars"\n')

    found = mistakes(file, {"BLUEHELM_POLL__INTERVALL_MINUTES": "3", "BLUEHELM_DIGEST__HOUR": "25"})

    assert any("poll.tick_second: is not a setting (did you mean tick_seconds?)" in line for line in found)
    assert any(f"{file}: poll.concurrency:" in line for line in found)
    assert any("digest.zone: is no time zone" in line for line in found)
    assert any("BLUEHELM_DIGEST__HOUR: digest.hour:" in line for line in found)
    assert any("did you mean BLUEHELM_POLL__INTERVAL_MINUTES?" in line for line in found)


def test_misspelt_key_of_a_channel_is_named_with_its_number(tmp_path):
    """Keys of tables in a list carry the table's number, counted from one."""
    file = write(tmp_path, '[[channel]]\nname = "a"\nwatch = "w"\nrol = 3\n')

    assert any("channel[1].rol: is not a setting (did you mean role?)" in line for line in mistakes(file, {}))


@pytest.mark.parametrize("text", ["[poll", "poll = 3", "\x00"])
def test_broken_file_is_one_mistake(tmp_path, text):
    """A file that is no TOML, or holds a value where a table belongs, is named; nothing but ConfigError is raised."""
    assert mistakes(write(tmp_path, text), {"BLUEHELM_POLL__TICK_SECONDS": "1"})


def test_missing_file_is_named(tmp_path):
    """A file that is not there is a mistake, not a silent default."""
    assert "cannot be read" in mistakes(tmp_path / "none.toml", {})[0]


def test_paths_hang_on_the_folder_above_config(tmp_path):
    """Relative paths in config/bluehelm.toml start from the project, wherever the program is run."""
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "bluehelm.toml"
    file.write_text('database = "data/x.db"\n')

    assert load_settings(file, {}).database == tmp_path.resolve() / "data/x.db"
