"""`bluehelm check`: every mistake of every file at once."""

from __future__ import annotations

from click.testing import CliRunner

from bot.__main__ import main

CATALOGUE = '[[feed]]\nname = "A"\nurl = "file:///etc/passwd"\nlanguage = "en"\nsection = "un"\n'


def check(tmp_path, settings, catalogue=CATALOGUE):
    (tmp_path / "feeds.toml").write_text(catalogue)
    file = tmp_path / "bluehelm.toml"
    file.write_text(settings)
    return CliRunner().invoke(main, ["check", "--config", str(file)])


def test_mistakes_of_the_catalogue_come_with_those_of_the_settings(tmp_path):
    """One wrong setting does not hide what is wrong in the catalogue and the watches."""
    result = check(tmp_path, 'feeds = "feeds.toml"\n[poll]\nconcurrency = 0\n[[watch]]\nname = "nowhere"\n')

    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert any("poll.concurrency: should be" in line for line in lines)
    assert any("feeds.toml:1: feed 'A': url:" in line for line in lines)
    assert any("nowhere" in line for line in lines)


def test_a_file_that_is_no_toml_is_the_only_mistake(tmp_path):
    """What it would have named is not guessed at."""
    assert check(tmp_path, "[poll").stderr.count("\n") == 1


def test_both_addresses_of_discord_are_looked_at(tmp_path):
    """A wrong REST address does not hide a wrong gateway."""
    text = '[discord]\napi_base = "https://evil.example/"\ngateway_url = "wss://evil.example/"\n'
    lines = check(tmp_path, f'feeds = "feeds.toml"\n{text}').stderr.splitlines()

    assert [line.split(": ")[1] for line in lines if line.startswith("discord: ")] == [
        "DISCORD_API_BASE",
        "DISCORD_GATEWAY_URL",
    ]


CHANNEL = '[[channel]]\nname = "{}"\nwatch = "{}"\nid = {}\n'


def test_two_watches_may_share_a_channel(tmp_path):
    """One id with two watches is one channel; the same watch twice there, or one name for two places, is a mistake."""
    tables = [("a", "x", 7), ("a", "y", 7), ("b", "x", 8), ("b", "x", 9), ("c", "y", 7)]
    said = check(tmp_path, 'feeds = "feeds.toml"\n' + "".join(CHANNEL.format(*one) for one in tables)).stderr

    found = [line for line in said.splitlines() if line.startswith("channel[") and "not a listed watch" not in line]
    assert found == [
        "channel[4] (b): name: another channel has the same (lines 10 and 14 of the file)",
        "channel[5] (c): watch: y is wanted twice in one place",
    ]


def test_one_name_for_two_places_is_refused_by_the_run_as_well(tmp_path):
    """Or the alerts of the first place would go to the second without a word. One place may be named twice."""
    same = "".join(CHANNEL.format(*one) for one in [("a", "x", 7), ("a", "y", 7)])
    text = 'feeds = "feeds.toml"\n' + same + CHANNEL.format("a", "x", 8)
    check(tmp_path, text)
    result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "bluehelm.toml")])
    assert (result.exit_code, result.stderr.splitlines()) == (2, ["channel[3] (a): name: another channel has the same"])


def test_a_transport_that_does_not_exist_is_named_before_anything_starts(tmp_path):
    """`check` names it and `run` refuses to start with it, both with the transports there are."""
    text = 'feeds = "feeds.toml"\n[[channel]]\nname = "a"\nwatch = "w"\ntransport = "smoke"\n'
    line = "channel[1] (a): transport: there is no smoke, only discord, terminal"

    assert line in check(tmp_path, text).stderr.splitlines()

    result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "bluehelm.toml")])
    assert (result.exit_code, result.stderr.splitlines()) == (2, [line])
