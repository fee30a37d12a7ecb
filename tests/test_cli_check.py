"""`bluehelm check`: every mistake of every file at once."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from feeds.model import Channel, Server
from tests.start_kit import unexplained
from tests.store_kit import NOW, opened, wish

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
    assert any("feeds.toml:3: feed 'A': url:" in line for line in lines)
    assert any("nowhere" in line for line in lines)


def test_a_file_that_is_no_toml_is_the_only_mistake(tmp_path):
    """What it would have named is not guessed at."""
    assert check(tmp_path, "[poll").stderr.count("\n") == 1


def test_both_addresses_of_discord_are_looked_at(tmp_path):
    """A wrong REST address does not hide a wrong gateway."""
    text = '[discord]\napi_base = "https://evil.example/"\ngateway_url = "wss://evil.example/"\n'
    lines = check(tmp_path, f'feeds = "feeds.toml"\n{text}').stderr.splitlines()

    assert [line.split(": ")[:2] for line in lines if ": discord." in line] == [
        [f"{tmp_path}/bluehelm.toml:3", "discord.api_base"],
        [f"{tmp_path}/bluehelm.toml:4", "discord.gateway_url"],
    ]
    assert not any("DISCORD_API_BASE" in line or "DISCORD_GATEWAY_URL" in line for line in lines)


CHANNEL = '[[channel]]\nname = "{}"\nwatch = "{}"\nid = {}\n'


def test_two_watches_may_share_a_channel(tmp_path):
    """One id with two watches is one channel; the same watch twice there, or one name for two places, is a mistake."""
    tables = [("a", "x", 7), ("a", "y", 7), ("b", "x", 8), ("b", "x", 9), ("c", "y", 7)]
    said = check(tmp_path, 'feeds = "feeds.toml"\n' + "".join(CHANNEL.format(*one) for one in tables)).stderr

    found = [line for line in said.splitlines() if ": channel[" in line and "not a listed watch" not in line]
    assert found == [
        f"{tmp_path}/bluehelm.toml:15: channel[4].name: another channel has the same (channel[3])",
        f"{tmp_path}/bluehelm.toml:20: channel[5].watch: y is wanted twice in one place",
    ]


def test_one_name_for_two_places_is_refused_by_the_run_as_well(tmp_path):
    """Or the alerts of the first place would go to the second without a word. One place may be named twice."""
    same = "".join(CHANNEL.format(*one) for one in [("a", "x", 7), ("a", "y", 7)])
    text = 'feeds = "feeds.toml"\n' + same + CHANNEL.format("a", "x", 8)
    line = f"{tmp_path}/bluehelm.toml:11: channel[3].name: another channel has the same (channel[1])"
    assert line in check(tmp_path, text).stderr.splitlines()
    result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "bluehelm.toml")])
    assert (result.exit_code, result.stderr.splitlines()) == (2, [line])


def test_a_transport_that_does_not_exist_is_named_before_anything_starts(tmp_path):
    """`check` names it and `run` refuses to start with it, both with the transports there are."""
    text = 'feeds = "feeds.toml"\n[[channel]]\nname = "a"\nwatch = "w"\ntransport = "smoke"\n'
    line = f"{tmp_path}/bluehelm.toml:5: channel[1].transport: there is no smoke, only discord, terminal"

    assert line in check(tmp_path, text).stderr.splitlines()

    result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "bluehelm.toml")])
    assert (result.exit_code, result.stderr.splitlines()) == (2, [line])


GOOD = '[[feed]]\nname = "A"\nurl = "https://a.example/f"\nlanguage = "fr"\n'
WATCHES = Path(__file__).resolve().parents[1] / "seeds" / "watches"
START = f'feeds = "feeds.toml"\nwatches = "{WATCHES}"\ndatabase = "{{database}}"\n[[watch]]\nname = "minusma"\n'
ALL_SET = """[[channel]]
name = "a"
watch = "minusma"
id = 7
role = 8
[discord]
operators_channel = 9
[poll]
contact = "https://desk.un.org/bot"
"""
TOKEN = ".".join(("M" * 24, "G" * 6, "x" * 38))


@pytest.fixture
def warned(tmp_path, monkeypatch):
    """What `check` warns of with a token and some settings, without the file's name; the settings can be used."""

    def check_with(text, token=TOKEN, database="none.db"):
        monkeypatch.setenv("DISCORD_TOKEN", token)
        result = check(tmp_path, START.format(database=database) + text, GOOD)
        assert result.exit_code == 0, result.output
        verdict = "can be used, with these warnings" if result.stderr else "is fine"
        assert f"The configuration {verdict}: 1 of 1 feeds on" in result.stdout
        assert unexplained(result.stderr.splitlines()) == []
        return [line.replace(f"{tmp_path}/bluehelm.toml", "") for line in result.stderr.splitlines()]

    return check_with


def test_settings_with_everything_set_bring_no_warning(warned):
    """A channel with a role, a place for the operators, an address of one's own and a token that may be one."""
    assert warned(ALL_SET) == []


@pytest.mark.parametrize(("old", "new", "text"), [
    ("role = 8\n", "", ":6: channel[1].role: is not set: a tier asks for a ping"),
    ("operators_channel = 9", "", ":11: discord.operators_channel: is not set: troubles"),
    ("https://desk.un.org/bot", "https://example.org/bluehelm", ":14: poll.contact: is nobody's"),
    ("https://desk.un.org/bot", "you@mail.example", ":14: poll.contact: is nobody's"),
    ("https://desk.un.org/bot", "", ":14: poll.contact: is nobody's"),
    ("[discord]", '[[channel]]\nname = "t"\nwatch = "minusma"\ntransport = "terminal"\n[discord]',
     ":14: channel[2].transport: terminal does not run"),
    ("[discord]", '[[watch]]\nname = "monusco"\n[discord]', ":11: watch[2]: monusco is enabled, and no channel wants"),
])  # fmt: skip
def test_what_will_not_work_is_a_warning(warned, old, new, text):
    """Each is named with its line or that of its table, and nothing else is; the settings can be used all the same."""
    (line,) = warned(ALL_SET.replace(old, new))
    assert line.startswith("warning: " + text)


def test_a_role_is_missed_only_where_something_pings(warned):
    """A channel that is only posted to needs nobody to be rung."""
    assert warned(ALL_SET.replace("role = 8", 'tiers = { incident = "post" }')) == []


@pytest.mark.parametrize("token", ['"' + TOKEN + '"', "abc", TOKEN.replace(".", "")])
def test_a_token_that_cannot_be_one_is_a_warning(warned, token):
    """Quoted, too short, in one piece: said with the variable's name, and never repeated."""
    (line,) = warned(ALL_SET, token=token)
    assert line.startswith("warning: DISCORD_TOKEN: discord.token: cannot be a bot's token")
    assert token not in line


def test_which_servers_may_change_the_archive_is_looked_at(warned, tmp_path):
    """With several servers and no channel of the file's in one, nobody in chat may merge; a server that is named should
    be one that the bot is in. Ids are checked as Discord's are."""
    with opened(tmp_path / "seen.db") as store:
        store.presence.roll_call("discord", {Server("71"): [], Server("72"): []}, NOW)
    (line,) = warned(ALL_SET, database="seen.db")
    assert "discord.archive_servers: is not set, and the bot is in 2 servers" in line
    named = ALL_SET.replace("[discord]", "[discord]\narchive_servers = [71, 73]")
    (line,) = warned(named, database="seen.db")
    assert "discord.archive_servers[2]: the bot is not in the server 73" in line
    for wrong, said in (
        ("7", "should be a list of ids"),
        ('["abc"]', "[1]: should be a number, the id of a Discord server"),
    ):
        text = START.format(database="seen.db") + ALL_SET.replace("[discord]", f"[discord]\narchive_servers = {wrong}")
        assert said in check(tmp_path, text, GOOD).stderr


def test_without_any_channel_nothing_would_be_posted(warned, tmp_path):
    """Said, until a manager has subscribed one in chat: the archive knows."""
    settings = ALL_SET[ALL_SET.index("[discord]") :]
    assert warned(settings) == [
        "warning: : channel: none is named, so nothing is posted until a manager subscribes one"
    ]
    with opened(tmp_path / "some.db") as store:
        store.subscriptions.add(Channel("discord:1", "discord", "1"), wish("discord:1", "minusma"))
    assert warned(settings, database="some.db") == []


def test_everything_is_named_in_one_round(tmp_path):
    """Unknown keys, wrong types, doubled and unknown watches, a channel without its id, doubled feeds, the mistakes of
    a watch's own files: all at once, each with its line, and warnings beside them."""
    watch = tmp_path / "watches" / "minusma"
    watch.mkdir(parents=True)
    (watch / "watch.toml").write_text('mission = "MINUSMO"\ntreshold = 1\nallow = "x"\n')
    (watch / "gazetteer.toml").write_text("[[place]\n")
    text = """feeds = "feeds.toml"
watches = "watches"
databse = 3
[poll]
concurrency = "many"
[[watch]]
name = "minusma"
[[watch]]
name = "minusma"
[[channel]]
name = "a"
watch = "minusma"
[[channel]]
name = "B"
watch = "elsewhere"
rol = 3
"""
    result = check(tmp_path, text, GOOD + GOOD)
    lines = [line.replace(f"{tmp_path}/", "") for line in result.stderr.splitlines()]

    assert result.exit_code == 2
    assert [line.partition(" (")[0].partition(", ")[0] for line in lines] == [
        "bluehelm.toml:3: databse: is not a setting",
        "bluehelm.toml:5: poll.concurrency: should be a whole number",
        "bluehelm.toml:9: watch[2].name: minusma is listed twice",
        "bluehelm.toml:10: channel[1].id: a Discord channel needs its id",
        "bluehelm.toml:13: channel[2].id: a Discord channel needs its id",
        "bluehelm.toml:14: channel[2].name: should be 1 to 40 of a-z",
        "bluehelm.toml:15: channel[2].watch: elsewhere is not a listed watch",
        "bluehelm.toml:16: channel[2].rol: is not a setting",
        "feeds.toml:6: feed 'A': name: is that of another feed",
        "feeds.toml:7: feed 'A': url: is that of another feed",
        "watches/minusma/watch.toml:1: title is missing",
        "watches/minusma/watch.toml:2: treshold is no setting of a watch",
        "watches/minusma/watch.toml:3: allow is not a list of texts",
        "watches/minusma/watch.toml:1: mission MINUSMO is none of the lexicon",
        "watches/minusma/gazetteer.toml:1: is not valid TOML: the header is not closed: [table] or [[table]]",
        "warning: bluehelm.toml:4: poll.contact: is nobody's: put an address of yours there",
    ]


def test_for_programs_there_is_one_object_a_line(tmp_path):
    """With --json: level, file, key, line and text; standard error stays empty."""
    file = tmp_path / "bluehelm.toml"
    (tmp_path / "feeds.toml").write_text(GOOD)
    file.write_text(
        START.format(database="none.db") + "[poll]\ntick_seconds = 0\ncontact = 'https://desk.un.org/bot'\n"
    )
    result = CliRunner().invoke(main, ["check", "--json", "--config", str(file)])

    assert (result.exit_code, result.stderr) == (2, "")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"level": "mistake", "where": str(file), "key": "poll.tick_seconds", "line": 7,
         "text": "should be greater than or equal to 0.05"},
    ]  # fmt: skip


def test_a_start_warns_as_well(tmp_path):
    """`run` says what `check` would warn of, then goes on: here to the database, which is a folder."""
    (tmp_path / "feeds.toml").write_text(GOOD)
    file = tmp_path / "bluehelm.toml"
    file.write_text(START.format(database=tmp_path) + '[poll]\ncontact = ""\n[health]\nport = 0\n')
    result = CliRunner().invoke(main, ["run", "--config", str(file)])

    lines = result.stderr.splitlines()
    assert (result.exit_code, len(lines)) == (1, 4)
    assert lines[0].startswith(f"warning: {file}:3: database: is a folder")
    assert lines[1].startswith(f"warning: {file}:7: poll.contact: is nobody's")


def test_what_does_not_escalate_is_named(tmp_path):
    """Each name that means nothing, and what is no list; with what it should be."""
    table = '[[channel]]\nname = "{}"\nwatch = "w"\nid = {}\nescalate = {}\n'
    wrong = table.format("a", 7, '["first-deth", "toll+5", "toll+0", 3]') + table.format("b", 8, '"toll+5"')
    said = check(tmp_path, wrong).stderr
    names = "should be first-death, un-word or toll+ with a step, such as toll+5"
    assert said.count(names) == 2
    assert "escalate[1]" in said and "escalate[3]" in said and "escalate[4]: should be text" in said
    assert 'should be a list, such as ["first-death", "toll+5"]' in said


def test_a_broken_line_hides_nothing_else(tmp_path, monkeypatch):
    """Other settings, the catalogue and the environment are looked at; what may have been lost is not missed."""
    monkeypatch.setenv("BLUEHELM_CONFG", "x")
    text = 'feeds = "feeds.toml"\nlog_level = info\n[[watch]]\nname = "nowhere"\n[poll]\nconcurrency = 0\n[digest\n'
    lines = [one.replace(f"{tmp_path}/", "") for one in check(tmp_path, text).stderr.splitlines()]
    assert [": ".join(line.split(": ")[:2]) for line in lines] == [
        "BLUEHELM_CONFG: is not a setting (did you mean BLUEHELM_CONFIG?)",
        "bluehelm.toml:2: is not valid TOML",
        "bluehelm.toml:6: poll.concurrency",
        "bluehelm.toml:7: is not valid TOML",
        "feeds.toml:3: feed 'A'",
    ]


def test_mistakes_of_syntax_have_their_line_as_a_field(tmp_path):
    """In the settings, the catalogue and a watch alike."""
    watch = tmp_path / "watches" / "w"
    watch.mkdir(parents=True)
    (watch / "watch.toml").write_text("\n\ntitle = x\n")
    (watch / "gazetteer.toml").write_text('[[place]]\nname = "A"\nkind = "town"\nregion = "B"\n')
    (tmp_path / "feeds.toml").write_text("\n[[feed]\n")
    file = tmp_path / "bluehelm.toml"
    file.write_text('feeds = "feeds.toml"\nwatches = "watches"\n[[watch]]\nname = "w"\n[[watch\n')
    result = CliRunner().invoke(main, ["check", "--json", "--config", str(file)])
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(Path(one["where"]).name, one["line"]) for one in found if one["level"] == "mistake"] == [
        ("bluehelm.toml", 5), ("feeds.toml", 2), ("watch.toml", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "text"), [
    ("operators_channel = 9", "operators_channel = 7", ":12: discord.operators_channel: is that of channel[1]"),
    ("role = 8", "role = 8\npings_per_hour = 0", ":11: channel[1].pings_per_hour: is 0"),
    ("role = 8", "role = 8\nposts_per_day = 0", ":11: channel[1].posts_per_day: is 0"),
    ("role = 8", 'role = 8\nescalate = ["toll+5", "un-word", "toll+5"]', ":11: channel[1].escalate[3]: toll+5 is"),
    ("role = 8", 'tiers = { incident = "off", decision = "off", follow_up = "off", background = "off", '
     'commemoration = "off" }', ":10: channel[1].tiers: are all off"),
])  # fmt: skip
def test_what_a_channels_own_limits_forbid_is_a_warning(warned, old, new, text):
    """Limits of nothing, steps listed twice, and operators among the alerts."""
    (line,) = warned(ALL_SET.replace(old, new))
    assert line.startswith("warning: " + text)


def test_a_database_that_cannot_be_made_is_a_warning(warned, tmp_path):
    """A folder that is missing is made; what is no folder, or is one in the file's place, is said."""
    assert warned(ALL_SET, database="deep/er/none.db") == []
    (tmp_path / "file").write_text("")
    (line,) = warned(ALL_SET, database="file/none.db")
    assert line == f"warning: :3: database: cannot be made: {tmp_path}/file is no folder"
    (line,) = warned(ALL_SET, database=".")
    assert line.startswith("warning: :3: database: is a folder")


def test_one_wrong_value_silences_no_warning_of_its_table(tmp_path):
    """Only what is said of the same value, or the same entry of a list."""
    table = CHANNEL.format("{}", "minusma", "{}") + "posts_per_day = {}\n"
    text = START.format(database="none.db") + table.format("a", 7, '"3"') + table.format("b", 8, 0)
    said = check(tmp_path, text + "[poll]\ntick_seconds = 0\n", GOOD).stderr
    assert "channel[1].posts_per_day: should be a whole number, without quotes" in said
    assert "warning" in said and "poll.contact: is nobody's" in said
    assert "channel[2].posts_per_day: is 0" in said and "warning: " + f"{tmp_path}/bluehelm.toml:6" not in said


def test_thousands_of_channels_are_refused_at_once(tmp_path):
    """More than a thousand are one mistake, twenty thousand as well, in seconds; a thousand are looked at."""
    began = time.process_time()
    tables = [CHANNEL.format(f"a{n}", "minusma", n + 1) for n in range(20_000)]
    said = check(tmp_path, START.format(database="none.db") + "".join(tables), GOOD).stderr
    assert "bluehelm.toml:6: channel: has more than 1,000 tables, which is the most" in said
    assert said.count(": channel") == 1
    assert "1,000" not in check(tmp_path, START.format(database="none.db") + "".join(tables[:1000]), GOOD).stderr
    assert time.process_time() - began < 15
