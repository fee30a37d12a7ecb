"""The file `.env`: data, never a program, and never repeated."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from config.envfile import ENV_FILE, parse_env_file, read_env_file
from config.load import read_settings

ROOT = Path(__file__).resolve().parents[1]
SECRET = "Mzg5.GhIjKl.sEcReT-value"


def values(text):
    """What a text sets; nothing in it may be wrong."""
    found = parse_env_file(text, Path(".env"))
    assert found.mistakes == ()
    return dict(found.values)


@pytest.mark.parametrize(("line", "value"), [
    ("A=b", "b"), ("A = b ", "b"), ("export A=b", "b"), ("A: b", "b"), ("A=", ""), ("A=b c", "b c"), ("A=b#c", "b#c"),
    ("A=#b", "#b"), ("A=b # c", "b"), ("A= # c", ""),
    ("A='b # c' # d", "b # c"), ("A='$b\\n'", "$b\\n"), ("A='it\\'s'", "it's"),
    ('A="b\\tc\\"d\\$"', 'b\tc"d$'), ("A='b\nc'", "b\nc"), ('A="b\n\nc" # d', "b\n\nc"), ("A=b\r\n", "b"),
    ("A=$(x)", None), ('A="${B}"', None), ("A='b", None), ('A="b" c', None), ("A B=c", None), ("A.b", None),
])  # fmt: skip
def test_values_are_read_as_docker_reads_them(line, value):
    """Blanks, comments, quotes and escapes; what Docker would take for something else is a mistake on its line."""
    if value is not None:
        assert values(f"# first\n\n{line}\nZ=z\n") == {"A": value, "Z": "z"}
        return
    found = parse_env_file(f"# first\n\n{line}\nZ=z\n", Path(".env"))
    assert [(one.where, one.line) for one in found.mistakes] == [(".env", 3)]
    assert dict(found.values) == {"Z": "z"}


def test_the_last_line_for_a_name_counts():
    """As with Docker."""
    assert values("A=b\nA=c\n") == {"A": "c"}


def read(tmp_path, text, env=None, settings=""):
    """The settings with this environment file, which is written as bytes, and what is wrong."""
    (tmp_path / ".env").write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "bluehelm.toml").write_text(settings)
    return read_settings(tmp_path / "bluehelm.toml", env or {}, read_env_file(env or {}, tmp_path))


def test_a_mark_of_the_encoding_is_no_part_of_a_name(tmp_path):
    """Editors on Windows put one there."""
    token = read(tmp_path, b"\xef\xbb\xbfDISCORD_TOKEN=abc\r\n").usable.discord.token
    assert token.get_secret_value() == "abc"


@pytest.mark.parametrize("data", [f"A=1\nDISCORD_TOKEN={SECRET}é".encode(code) for code in ("latin-1", "utf-16")])
def test_other_encodings_are_named(tmp_path, data):
    """With the line, and nothing of what stands there."""
    (found,) = read(tmp_path, data).mistakes
    assert "store it as UTF-8" in found.text and found.line in (1, 2) and SECRET not in str(found)


@pytest.mark.parametrize("name", ["DISCORD_TOKEN_FILE", "BLUEHELM_FEEDS"])
def test_a_name_that_no_file_has_is_a_mistake(tmp_path, name):
    """A zero byte in it, say."""
    found = read(tmp_path, f"{name}=a\0b\n".encode()).mistakes
    assert name == "BLUEHELM_FEEDS" or "cannot be read" in found[0].text  # the catalogue is read by others


def test_a_file_without_an_end_is_refused():
    """So much is read of it, and no more."""
    (found,) = read_env_file({ENV_FILE: "/dev/zero"}, ROOT).mistakes
    assert "longer than 16 MB" in found.text


def test_the_environment_wins_over_the_file(tmp_path):
    """Also where one of them names the value itself, and the other a file that holds it."""
    text = "DISCORD_TOKEN=file\nBLUEHELM_POLL__TICK_SECONDS=7\n"
    read_one = read(tmp_path, text, {"BLUEHELM_POLL__TICK_SECONDS": "9"}).usable
    assert (read_one.poll.tick_seconds, read_one.discord.token.get_secret_value()) == (9, "file")
    both = read(tmp_path, "DISCORD_TOKEN_FILE=/nowhere\n", {"DISCORD_TOKEN": "env"}).usable
    assert both.discord.token.get_secret_value() == "env"


def test_mistakes_name_file_line_and_variable(tmp_path):
    """A wrong value, a misspelt name and a line that is none: each where it stands, in the file or the environment."""
    text = f"# x\nBLUEHELM_POLL__TICK_SECONDS=0\nBLUEHELM_CONFG=x\n{SECRET} {SECRET}\nDISCORD_TOKN={SECRET}\n"
    found = [str(one) for one in read(tmp_path, text, {"BLUEHELM_DIGEST__HOUR": "25"}).mistakes]
    file = tmp_path / ".env"
    assert found == [
        "BLUEHELM_DIGEST__HOUR: digest.hour: should be less than or equal to 23",
        f"{file}:2: poll.tick_seconds: BLUEHELM_POLL__TICK_SECONDS should be greater than or equal to 0.05",
        f"{file}:3: BLUEHELM_CONFG: is not a setting (did you mean BLUEHELM_CONFIG?)",
        f"{file}:4: is no NAME=value; a name holds letters, digits and _",
        f"{file}:5: DISCORD_TOKN: is not a setting (did you mean DISCORD_TOKEN?)",
    ]


def run(command, file, **more):
    """What a command answers whose settings are in a file."""
    kept = {name: None for name in os.environ if name.startswith(("BLUEHELM_", "DISCORD_"))}
    return CliRunner().invoke(main, [command], env=kept | {ENV_FILE: str(file)} | more)


@pytest.mark.parametrize("name", ["DISCORD_TOKEN_FILE", "DISCORD_API_BASE", "DISCORD_GATEWAY_URL"])
def test_a_token_in_the_wrong_place_is_not_repeated(tmp_path, name):
    """The variable is named; what was put there may be the secret."""
    (tmp_path / ".env").write_text(f"{name}={SECRET}\n")
    done = run("check", tmp_path / ".env")
    assert done.exit_code == 2 and f"{tmp_path}/.env:1: " in done.stderr and name in done.stderr
    assert SECRET not in done.stderr + done.stdout


def test_no_file_is_no_mistake_unless_it_is_named(tmp_path):
    """`.env` may be missing; a file that BLUEHELM_ENV_FILE names may not, and an empty name means none."""
    assert read_env_file({}, tmp_path).mistakes == ()
    (tmp_path / ".env").write_text("A=b")
    assert read_env_file({ENV_FILE: ""}, tmp_path).values == {}
    (found,) = read_env_file({ENV_FILE: str(tmp_path / "none")}, tmp_path).mistakes
    assert found.where == ENV_FILE and "cannot be read" in found.text


@pytest.mark.parametrize("command", ["run", "check", "status"])
def test_nothing_of_the_file_is_run_or_repeated(tmp_path, command):
    """What a shell would run is a value like another; every command that reads settings ends with status 2."""
    trace = tmp_path / "trace"
    (tmp_path / ".env").write_text(
        f"\ufeffDISCORD_TOKEN={SECRET} touch {trace}\nX=`touch {trace}`\nDISCORD_TOKEN {SECRET}\nB=a;touch {trace}\n"
    )
    done = run(command, tmp_path / ".env", BLUEHELM_DATABASE=str(tmp_path / "a.db"))
    assert done.exit_code == 2
    assert f"{tmp_path}/.env:3: is no NAME=value" in done.stderr
    assert SECRET not in done.stderr + done.stdout and not trace.exists()


def test_make_leaves_the_file_to_the_program():
    """No target hands it to the shell."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert ".env;" not in makefile and ". ./" not in makefile


@pytest.mark.parametrize(
    "text", ['A="\n', "A='\\\n", "A=b\n", 'A="\\"\n', "A='" + "\\'", "export " * 9, "A=#" + " " * 9]
)
def test_the_time_to_read_grows_with_the_length(text):
    """Whatever is repeated: a megabyte within two seconds of CPU."""
    began = time.process_time()
    parse_env_file(text * (10**6 // len(text)), Path(".env"))
    assert time.process_time() - began < 2
