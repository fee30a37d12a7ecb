"""`channel`: settings of a channel as they are typed, shown, put on record and given back to the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk import Desk
from bot.desk.channel.commands import SETTINGS
from bot.desk.channel.values import LONGEST_SETTING, read_setting
from bot.desk.parse import Trouble
from bot.desk.rights import NO_RIGHTS
from config.schema import Settings
from feeds.model import Action, At, Daily, Origin, Quiet
from seeds.model import Tier
from tests.store_kit import NOW
from tests.test_desk import HERE, MANAGER, MEMBER, ROLES, Watch, house  # noqa: F401 - the fixture

HEAD = replace(MANAGER, roles=ROLES)


async def settings(house):  # noqa: F811
    """The channel and what is wanted in it, as they are now."""
    return await house.store.run(
        lambda store: (store.channels.named("alerts"), store.subscriptions.of_channel("alerts"))
    )


async def two(house):  # noqa: F811
    """Another watch is wanted in the channel as well: it is number 1, the file's is number 2."""
    house.desk = Desk(house.store, {"w": Watch(), "sea": Watch()}, Settings(), lambda: house.now)
    await house.ask("subscribe sea", HEAD)


@pytest.mark.parametrize(
    ("typed", "said", "name", "value"),
    [
        ("role <@&5>", "@Analysts is pinged for each incident.", "role", "5"),
        ("role @analysts", "@Analysts is pinged for each incident.", "role", "5"),
        ("incident post", "Incident: posted here.", "incident", Action.POST),
        ("follow-up off", "Follow-up: not told here.", "follow_up", None),
        ("decision PING", "Decision: pinged here.", "decision", Action.PING),
        ("only kind:attack", "Only stories that “kind:attack” finds are told here.", "only", "kind:attack"),
        ("budget pings:1/h", "At most 1 ping an hour.", "pings", 1),
        ("budget posts:41", "At most 41 posts a day.", "posts", 41),
        ("escalate first-death toll+5, un-word", "Told again, under the alert: first-death, toll+5 and un-word.",
         "escalate", ("first-death", "toll+5", "un-word")),
        ("escalate off", "Nothing is told again", "escalate", ()),
    ],
)  # fmt: skip
async def test_settings_of_what_is_wanted_are_typed(house, typed, said, name, value):  # noqa: F811
    """The answer says what holds now; the file's value gives way until the setting is given back."""
    answer = await house.say(f"channel {typed}", HEAD)
    assert said in answer and "wins over the bot's file, until !channel reset" in answer
    _, (one,) = await settings(house)
    fields = {"only": "filter", "pings": "pings_per_hour", "posts": "posts_per_day"}
    is_ = one.action(Tier(name)) if name in set(Tier) else getattr(one, fields.get(name, name))
    assert (is_, one.changed) == (value, (name,))


@pytest.mark.parametrize(
    ("typed", "said", "name", "value"),
    [
        ("quiet 22:00-06:00 Europe/Paris but incident", "Quiet here 22:00–06:00 Europe/Paris, but for incident. New",
         "quiet", Quiet(1320, 360, "Europe/Paris", (Tier.INCIDENT,))),
        ("digest 18:00 Africa/Dakar", "comes at 18:00 Africa/Dakar.", "digest", Daily((18,), "Africa/Dakar")),
        ("lowband on", "short plain texts from now on", "lowband", True),
        ("language fr", "French is spoken here.", "language", "fr"),
        ("brief 06:00, 18:00 Africa/Dakar", "A brief comes at 06:00 and 18:00 Africa/Dakar.", "handovers",
         (("brief", At((360, 1080), "Africa/Dakar")),)),
        ("weekly Mon 07:00", "A brief of the week comes each Monday at 07:00 UTC.", "handovers",
         (("weekly", At((420,), "UTC", weekday=0)),)),
        ("coverage 1 08:00", "on the first of each month at 08:00 UTC.", "handovers",
         (("coverage", At((480,), "UTC", monthday=1)),)),
        ("coverage 15 08:00", "on day 15 of each month at 08:00 UTC.", "handovers",
         (("coverage", At((480,), "UTC", monthday=15)),)),
    ],
)  # fmt: skip
async def test_settings_of_the_channel_are_typed(house, typed, said, name, value):  # noqa: F811
    """And are shown by `channel` from then on."""
    answer = await house.say(f"channel {typed}", HEAD)
    assert said in answer if name != "language" else "parle" in answer or said in answer
    place, _ = await settings(house)
    assert getattr(place, name) == value
    assert place.changed == (typed.split()[0],)


async def test_a_weekday_is_typed_as_it_is_read(house):  # noqa: F811
    """In the language of the channel as in English, written out or shortened."""
    await house.ask("channel language fr", HEAD)
    assert "chaque jeudi à 07:00 UTC" in await house.say("channel weekly jeu 07:00", HEAD)
    place, _ = await settings(house)
    assert dict(place.handovers)["weekly"] == At((420,), "UTC", weekday=3)
    assert "chaque mardi à 07:00 UTC" in await house.say("channel weekly Tuesday 07:00", HEAD)


async def test_two_limits_are_set_at_once(house):  # noqa: F811
    """As the example shows them."""
    assert "At most 2 pings an hour. At most 9 posts a day." in await house.say(
        "channel budget pings:2/h posts:9/d", HEAD
    )
    _, (one,) = await settings(house)
    assert (one.pings_per_hour, one.posts_per_day) == (2, 9)


async def test_times_are_in_the_zone_that_the_channel_has(house):  # noqa: F811
    """Whoever named a zone once need not name it again."""
    await house.ask("channel quiet 22:00-06:00 Europe/Paris", HEAD)
    await house.ask("channel brief 06:00", HEAD)
    place, _ = await settings(house)
    assert dict(place.handovers)["brief"] == At((360,), "Europe/Paris")


async def test_what_was_set_can_be_switched_off(house):  # noqa: F811
    """Which is a setting too."""
    for name in ("brief 06:00", "quiet 22:00-06:00", "brief off", "quiet off", "lowband on", "lowband off", "role 5"):
        await house.ask(f"channel {name}", HEAD)
    assert "Nobody is pinged yet (incident)" in await house.say("channel role none", HEAD)
    place, (wanted,) = await settings(house)
    assert (wanted.role, wanted.changed) == (None, ("role",))
    assert (place.handovers, place.quiet, place.lowband) == ((), None, False)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rol @analysts", "I know no setting “rol”. Did you mean role?"),
        ("xyzzy 3", "There are: role, incident"),
        ("role 99", "There is no such role here."),
        ("role @everyone", "There is no such role here."),
        ("incident loudly", "should be one of: ping, post, digest, off."),
        ("incident", "“” is no value for incident. Write it like this: incident ping"),
        ("budget pings:3/d", "“pings:3/d” should be pings:3/h, up to 1,000 an hour, or posts:40/d"),
        ("budget pings:3 posts:99999", "“posts:99999” should be pings:3/h"),
        ("budget many", "“many” should be pings:3/h"),
        (
            "quiet 22:00-06:00 Europe/Pariss but incident",
            "quiet names 'Europe/Pariss', which is no time zone of the IANA",
        ),
        ("quiet 22:00-06:00 Europe/Pariss", "(did you mean Europe/Paris?). Write it like this: quiet 22:00"),
        ("quiet 22:00-06:00 Dakkar", "did you mean Africa/Dakar?"),
        (
            "quiet 22:00-06:00 UTC but incidents",
            "quiet names 'incidents' after but, which should be one of: incident, decision, follow_up, background, "
            "commemoration (did you mean incident?).",
        ),
        ("quiet 22:00-22:00", "quiet begins and ends at the same time; to be quiet for good"),
        ("brief 06:00 Africa/Daker", "brief names 'Africa/Daker', which is no time zone"),
        ("brief " + ",".join(f"{hour:02d}:00" for hour in range(7)), "names too many times: 6 at most"),
        ("escalate first-death wars", "“wars” should be one of: first-death, un-word, toll+5."),
        ("quiet at night", "Write it like this: quiet 22:00-06:00"),
        ("brief 26:00", "Write it like this: brief 06:00"),
        ("brief 06:00 Mars/Base", "Write it like this: brief 06:00"),
        ("digest 18:30", "on the hour"),
        ("digest off", "background off"),
        ("weekly 07:00", "weekly Mon 07:00"),
        ("escalate war", "“war” should be one of"),
        ("escalate " + " ".join(f"toll+{n}" for n in range(1, 9)), "escalate first-death"),
        ("lowband maybe", "lowband on"),
        ("language klingon", "There are: en"),
        ("only nowhere:kidal", "I know no “nowhere:”"),
        ("only " + "word " * 300, "That is too long: 1,000 characters at most, please."),
        ("quiet " + "9" * 900, "Write it like this"),
        ("lowband on of:1", "holds for the whole channel"),
        ("incident ping of:7", "No alerts on “7” go to this channel. Name one of: 1 w."),
        ("incident ping of:0", "No alerts on “0”"),
        ("incident ping of:" + "9" * 500, "No alerts on"),
        ("reset nonsense", "I know no setting “nonsense”"),
    ],
)
async def test_mistakes_are_told_in_a_sentence_and_change_nothing(house, typed, said):  # noqa: F811
    """What was meant, or how it is written."""
    before = await settings(house)
    answer = await house.say(f"channel {typed}", HEAD)
    assert said in answer and len(answer) < 400
    assert await settings(house) == before


def test_what_is_typed_is_bounded():
    """No setting is longer than a filter may be, whatever reads it."""
    for name in set(SETTINGS) - {"role", "only"}:
        with pytest.raises(Trouble):
            read_setting(name, "9" * 200_000, "UTC")
    assert LONGEST_SETTING <= 1000


async def test_every_setting_has_an_example_that_is_understood(house):  # noqa: F811
    """The sentence that refuses a value names one that is taken."""
    for name, example in SETTINGS.items():
        typed = example.replace("place:gao ", "").replace("lang:fr,en", "lang:fr")
        answer = await house.ask(f"channel {typed}", HEAD)
        assert not answer.private, (name, answer.text)


async def test_the_settings_are_shown_with_what_was_set_here(house):  # noqa: F811
    """By what is wanted, then the channel as a whole; what came from the file and what from chat."""
    await two(house)
    for words in (
        "incident post of:2",
        "quiet 22:00-06:00 UTC but incident",
        "only kind:attack of:1",
        "decision off of:1",
    ):
        await house.ask(f"channel {words}", HEAD)
    shown = await house.say("channel", HEAD)
    assert await house.say("channel show", HEAD) == shown
    assert "1 · sea" in shown.replace("The river watch", "sea") and "2 · " in shown
    assert "Only what “kind:attack” finds" in shown and "Not told: decision" in shown
    assert "Subscribed in chat · set here: only and decision" in shown
    assert "From the bot's file · set here: incident" in shown
    assert "Quiet 22:00–06:00 UTC, but for incident" in shown and "set here: quiet" in shown
    assert "Digest at 07:00 UTC" in shown


async def test_one_of_several_is_meant_by_its_number_or_its_watch(house):  # noqa: F811
    """All of them where nothing is said; a filter must say which."""
    await two(house)
    await house.ask("channel budget pings:1", HEAD)
    assert "stay as they were" in await house.say("channel budget pings:2 of:sea", HEAD)
    await house.ask("channel of:#2 incident post", HEAD)
    _, (sea, w) = await settings(house)
    assert (sea.pings_per_hour, w.pings_per_hour) == (2, 1)
    assert (sea.action(Tier.INCIDENT), w.action(Tier.INCIDENT)) == (Action.PING, Action.POST)
    assert "Which of these is meant? Add of: and its number, such as of:1. 1 sea, 2 w" in await house.say(
        "channel only kind:attack", HEAD
    )


async def test_two_of_a_watch_are_not_made_the_same(house):  # noqa: F811
    """One filter is wanted once."""
    await house.ask("subscribe only:kind:attack", HEAD)
    assert "already, as number 2" in await house.say("channel only kind:attack of:1", HEAD)
    assert "Only stories that “lang:fr” finds" in await house.say("channel only lang:fr of:1", HEAD)


async def test_reset_goes_back_to_the_file(house):  # noqa: F811
    """One setting or all, of one or of the channel; where nothing was set that is said."""
    await two(house)
    for words in ("incident post", "role 5", "quiet 22:00-06:00", "budget pings:1"):
        await house.ask(f"channel {words}", HEAD)
    assert "forgotten: incident." in await house.say("channel reset incident of:2", HEAD)
    assert "forgotten: pings." in await house.say("channel reset budget", HEAD)
    assert "forgotten: quiet, incident and role." in await house.say("channel reset", HEAD)
    place, wishes = await settings(house)
    assert place == HERE[0] and wishes[1] == HERE[1] and wishes[0] == replace(HERE[1], watch="sea", origin=Origin.CHAT)
    assert "Nothing of that was set here" in await house.say("channel reset", HEAD)


async def test_every_change_of_a_setting_is_on_record(house):  # noqa: F811
    """From what to what; what changed nothing is not on it."""
    for words in ("incident post", "incident post", "lowband on", "reset", "reset"):
        await house.ask(f"channel {words}", HEAD)
    found = await house.store.run(lambda store: store.audit.of(None, 9))
    assert [(one.action, one.subject, one.old, one.new) for one in reversed(found)] == [
        ("channel incident", "w alerts", "ping", "post"),
        ("channel lowband", "alerts", "off", "on"),
        ("channel incident", "w alerts", "post", "file"),
        ("channel lowband", "alerts", "on", "file"),
    ]


@pytest.mark.parametrize("typed", ["incident ping", "lowband off", "quiet off", "budget pings:3 posts:40", "only all",
                                   "role none"])  # fmt: skip
async def test_what_holds_already_is_said_and_changes_nothing(house, typed):  # noqa: F811
    """Not even that it was set here, for which there would be no line on record; in chat and in the file alike."""
    before = await settings(house)
    answer = await house.say(f"channel {typed}", HEAD)
    assert "Nothing to change: it is so already." in answer and "wins over" not in answer
    assert await settings(house) == before
    assert await house.store.run(lambda store: store.audit.count(None)) == 0


async def test_of_several_only_those_are_changed_that_are_otherwise(house):  # noqa: F811
    """And only those are on record."""
    await two(house)
    await house.ask("channel incident post of:1", HEAD)
    await house.ask("channel incident post", HEAD)
    await house.ask("channel incident post", HEAD)
    _, wishes = await settings(house)
    assert [one.changed for one in wishes] == [("incident",), ("incident",)]
    found = await house.store.run(lambda store: store.audit.of(None, 9))
    assert [one.subject for one in reversed(found) if one.action == "channel incident"] == ["sea alerts", "w alerts"]


async def test_only_who_may_manage_the_channel_sees_or_sets_it(house):  # noqa: F811
    """The refusal names what is missing."""
    for words in ("channel", "channel lowband on", "channel reset"):
        answer = await house.say(words, replace(MEMBER, rights=NO_RIGHTS, server="9"))
        assert "Manage Channels" in answer
    assert (await settings(house))[0] == HERE[0]


async def test_where_no_alerts_go_there_is_nothing_to_set(house):  # noqa: F811
    """The answer says how that begins."""
    for words in ("channel", "channel lowband on", "channel reset"):
        assert "!subscribe posts them here" in await house.say(words, replace(HEAD, target="77"))


async def test_a_setting_holds_after_a_restart(house):  # noqa: F811
    """The file is read again, and says what it said."""
    await house.ask("channel incident post", HEAD)
    await house.store.run(lambda store: store.subscriptions.configure([HERE], NOW))
    _, (one,) = await settings(house)
    assert one.action(Tier.INCIDENT) is Action.POST


async def test_status_says_until_when_it_is_quiet(house):  # noqa: F811
    """As it does of a mute."""
    await house.ask("channel quiet 11:00-13:00 UTC", HEAD)
    assert "quiet until 13:00 UTC" in await house.say("status", HEAD)
