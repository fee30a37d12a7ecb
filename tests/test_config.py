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
        watches=root / "seeds" / "watches",
        watch=shipped.watch,
    )

    assert expected == shipped
    assert [watch.name for watch in shipped.watch if watch.enabled] == ["minusma"]


@pytest.mark.parametrize(
    ("given", "ids"), [("12,34", ("12", "34")), (" 12 , 34 ", ("12", "34")), ("12", ("12",)), ("", ())]
)
def test_a_list_comes_from_the_environment_too(tmp_path, given, ids):
    """With commas between its values, over what the file says; nothing is an empty list, and a file may hold it."""
    file = write(tmp_path, "[discord]\narchive_servers = [99]\n")
    name = "BLUEHELM_DISCORD__ARCHIVE_SERVERS"
    assert load_settings(file, {name: given}).discord.archive_servers == ids
    secret = tmp_path / "ids"
    secret.write_text(given or "12", encoding="utf-8")
    assert load_settings(file, {f"{name}_FILE": str(secret)}).discord.archive_servers == (ids or ("12",))


def test_a_wrong_value_of_a_list_names_its_variable(tmp_path):
    """And which value it is; tables of a list have no variable."""
    found = mistakes(write(tmp_path, ""), {"BLUEHELM_DISCORD__ARCHIVE_SERVERS": "12,", "BLUEHELM_CHANNEL": "a"})
    assert any("BLUEHELM_DISCORD__ARCHIVE_SERVERS: discord.archive_servers[2]: " in line for line in found)
    assert any("BLUEHELM_CHANNEL: is not a setting" in line for line in found)


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
    assert any(f"{file}:3: poll.concurrency:" in line for line in found)
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


@pytest.mark.parametrize("name", ["DISCORD_TOKN", "DISCORD_BOT_TOKEN", "DISCORD_TOKEN_FIL", "DISCORD_APIBASE"])
def test_a_misspelt_name_of_discords_is_named(tmp_path, name):
    """A token under the wrong name would leave the bot in the terminal without a word."""
    assert any(
        line.startswith(f"{name}: is not a setting (did you mean")
        for line in mistakes(write(tmp_path, ""), {name: "x"})
    )


def test_other_programs_may_have_variables_of_their_own(tmp_path):
    """What looks like none of ours, or stands beside the right one, is another program's business."""
    env = {"DISCORD_TOKEN": "abc", "DISCORD_BOT_TOKEN": "x", "DISCORD_WEBHOOK_AVATAR": "y", "DISPLAY": ":0"}

    assert load_settings(write(tmp_path, ""), env).discord.token.get_secret_value() == "abc"


def test_quotes_are_not_asked_for_around_a_token(tmp_path):
    """In the file it has no place, with quotes or without."""
    with pytest.raises(ConfigError) as wrong:
        load_settings(write(tmp_path, "[discord]\ntoken = abc.def\n"), {})
    assert "never belongs into this file" in str(wrong.value) and "in quotes" not in str(wrong.value)


def test_a_token_of_blanks_is_none(tmp_path):
    """Blanks around a token are dropped, and blanks alone are no token."""
    file = write(tmp_path, "")

    assert load_settings(file, {"DISCORD_TOKEN": " \t"}).discord.token is None
    assert load_settings(file, {"DISCORD_TOKEN": " abc\n"}).discord.token.get_secret_value() == "abc"


def test_an_empty_secret_file_is_a_mistake(tmp_path):
    """Who names a file means to have a token: without it the bot must not fall back on the terminal in silence."""
    (tmp_path / "token").write_text("\n")

    found = mistakes(write(tmp_path, ""), {"DISCORD_TOKEN_FILE": str(tmp_path / "token")})

    assert found == [f"DISCORD_TOKEN_FILE: names {tmp_path / 'token'}, which is empty"]


def test_mistakes_are_told_in_plain_words(tmp_path):
    """No pattern and no phrase of the validation library reaches the operator."""
    file = write(tmp_path, '[poll]\ntick_seconds = "soon"\nconcurrency = 1.5\n[[watch]]\nname = "A b"\n[[channel]]\n')

    found = mistakes(file, {})

    assert f"{file}:2: poll.tick_seconds: should be a number" in found
    assert f"{file}:3: poll.concurrency: should be a whole number" in found
    assert f"{file}:5: watch[1].name: should be 1 to 40 of a-z, 0-9, - and _" in found
    assert f"{file}:6: channel[1].name: is missing" in found


def test_what_can_be_read_beside_the_mistakes_is_kept(tmp_path):
    """So that `check` can go on to the catalogue; of a file that is no TOML nothing is."""
    file = write(tmp_path, 'feeds = "mine.toml"\n[poll]\nconcurrency = 0\n')
    with pytest.raises(ConfigError) as caught:
        load_settings(file, {})
    assert caught.value.rest.feeds == tmp_path.resolve() / "mine.toml"

    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, "[poll"), {})
    assert caught.value.rest is None


def test_a_token_in_the_file_is_refused_and_never_repeated(tmp_path):
    """Whatever it looks like and whatever the environment says, it stands in the wrong place; its text is not shown."""
    for token in ('"abc.def.ghi"', "3", "{ x = 1 }"):
        file = write(tmp_path, f"[discord]\ntoken = {token}\n")
        (found,) = mistakes(file, {"DISCORD_TOKEN": "x"})
        assert found.startswith(f"{file}:2: discord.token: never belongs into this file")
        assert "abc" not in found


def test_one_wrong_value_hides_no_other(tmp_path):
    """A table that lacks its name is looked at all the same, and what is taken out as wrong is not missed as well."""
    text = '[[channel]]\nname = "A b"\nid = true\n[[channel]]\n[[watch]]\nname = 3\nenabled = "perhaps"\n'

    assert [line.rpartition("toml:")[2] for line in mistakes(write(tmp_path, text), {})] == [
        "1: channel[1].watch: is missing",
        "2: channel[1].name: should be 1 to 40 of a-z, 0-9, - and _",
        "3: channel[1].id: should be an id",
        "4: channel[2].name: is missing",
        "4: channel[2].watch: is missing",
        "6: watch[1].name: should be text",
        "7: watch[1].enabled: should be true or false",
    ]


@pytest.mark.parametrize(("key", "value", "told"), [
    ("tick_seconds", "true", "should be a number"), ("tick_seconds", '"30"', "should be a number, without quotes"),
    ("tick_seconds", "nan", "should be a number"), ("tick_seconds", "inf", "should be a number"),
    ("concurrency", "true", "should be a whole number"), ("concurrency", "2.0", "should be a whole number"),
    ("concurrency", '"2"', "should be a whole number, without quotes"),
    ("read_articles", "1", "should be true or false"), ("read_articles", '"yes"', "should be true or false"),
    ("read_articles", '"true"', "should be true or false, without quotes"),
])  # fmt: skip
def test_a_value_of_another_type_is_no_value(tmp_path, key, value, told):
    """TOML tells numbers, texts and truth apart; only the environment, which has nothing but text, is read as meant."""
    file = write(tmp_path, f"[poll]\n{key} = {value}\n")
    assert mistakes(file, {}) == [f"{file}:2: poll.{key}: {told}"]


def test_types_are_looked_at_in_every_table_of_a_list(tmp_path):
    """And in the tables inside these."""
    text = '[[channel]]\nname = "a"\nwatch = "w"\nid = 7\nposts_per_day = true\ndigest = { hour = "7" }\n'
    file = write(tmp_path, text)
    assert mistakes(file, {}) == [
        f"{file}:5: channel[1].posts_per_day: should be a whole number",
        f"{file}:6: channel[1].digest.hour: should be a whole number, without quotes",
    ]
