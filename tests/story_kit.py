"""Stories and sources that tests of cards, answers and screens are built from, by hand and by chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from feeds.model import Change, ChangeKind, Channel, Source, Story
from feeds.stories.account import account
from seeds.model import Facts, Tier, Toll, When

NOW = datetime(2021, 2, 10, 20, 7, tzinfo=UTC)
DAY = When(datetime(2021, 2, 10, tzinfo=UTC), "day")
HOUR = timedelta(hours=1)
CHANNEL = Channel("alerts", "terminal", "terminal")


def source(number=1, publisher="Wire", at=NOW - 9 * HOUR, **more):
    """A source that told it at `at` and was seen five minutes later."""
    facts = more.pop("facts", None) or Facts(
        killed=more.pop("killed", None),
        injured=more.pop("injured", None),
        place=more.pop("place", "Kerena"),
        region=more.pop("region", "Mopti"),
        event=more.pop("event", DAY),
    )
    given = {
        "entry": number,
        "title": f"What {publisher} says in item {number}",
        "url": f"https://example.org/{publisher.replace(' ', '-').lower()}/{number}",
        "publisher": publisher,
        "standing": "outlet",
        "language": "en",
        "published": When(at, "instant"),
        "seen": at + timedelta(minutes=5),
        "tier": Tier.INCIDENT,
        "facts": facts,
        "quotes": (f"{publisher} wrote this sentence as number {number} of the day.",),
        "content_hash": f"{number:024x}",
    }
    return Source(**given | more)


def story(*sources, number=12, tier=Tier.INCIDENT, **more):
    first = min((one.seen for one in sources), default=NOW)
    last = max((one.seen for one in sources), default=NOW)
    return Story(number, "w", tier, first, last, sources, account=account(sources), **more)


# By chance: texts as feeds hold them, the nasty included.

TEXT = st.text(max_size=400) | st.sampled_from(
    [
        "",
        " ",
        "x" * 5000,
        "word " * 900,
        "A sentence. " * 300,
        "\x1b[31mred\x1b[0m",
        "\u202eesrever",
        "\x9b2J",
        "[b]markup[/b] :smile:",
        "إصابة 20 من جنود الأمم المتحدة",
        "@everyone <#1>",
    ]
)
MOMENT = st.datetimes(datetime(2013, 1, 1), datetime(2026, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
WHEN = st.none() | st.builds(When, MOMENT, st.sampled_from(["year", "month", "day", "instant"]))
COUNT = st.none() | st.integers(0, 5000)
TOLL = st.builds(
    Toll, st.sampled_from(["killed", "injured"]), st.integers(0, 500), st.just("peacekeepers"), TEXT, st.booleans()
)
FACTS = st.builds(
    Facts,
    killed=COUNT,
    injured=COUNT,
    tolls=st.lists(TOLL, max_size=3).map(tuple),
    place=st.none() | TEXT,
    region=st.none() | TEXT,
    contingents=st.lists(st.sampled_from(["TG", "TD", "XX"]), max_size=3).map(tuple),
    event=WHEN,
    symbols=st.lists(st.just("S/RES/2690 (2023)"), max_size=2).map(tuple),
)
SOURCE = st.builds(
    Source,
    entry=st.integers(1, 10**9),
    title=TEXT,
    url=st.none() | TEXT | st.just("https://example.org/" + "a" * 900),
    publisher=TEXT,
    standing=st.sampled_from(["official", "outlet", "local", "aggregator", "analysis"]),
    language=st.sampled_from(["en", "fr", "ar", ""]),
    published=WHEN,
    seen=MOMENT,
    tier=st.none() | st.sampled_from(list(Tier)),
    facts=FACTS,
    quotes=st.lists(TEXT, max_size=4).map(tuple),
    content_hash=st.text("0123456789abcdef", max_size=24),
)
TIER = st.sampled_from(list(Tier))
NUMBER = st.integers(0, 10**6)
VALUES = {
    ChangeKind.KILLED: (st.none() | NUMBER, NUMBER),
    ChangeKind.INJURED: (st.none() | NUMBER, NUMBER),
    ChangeKind.TIER: (TIER, TIER),
    ChangeKind.CORRECTED: (TIER, TIER),
    ChangeKind.MERGED: (st.none(), NUMBER),
    ChangeKind.SPLIT: (NUMBER, st.none()),
    ChangeKind.MOVED: (st.none(), NUMBER),
}
CHANGE = st.sampled_from(list(ChangeKind)).flatmap(
    lambda kind: st.builds(Change, MOMENT, st.just(kind), *VALUES.get(kind, (st.none(), TEXT)), st.booleans())
)
STORY = st.builds(
    lambda **given: Story(**given, account=account(given["sources"])),
    id=st.integers(1, 10**9),
    watch=st.just("w"),
    tier=st.sampled_from(list(Tier)),
    opened=MOMENT,
    updated=MOMENT,
    sources=st.lists(SOURCE, max_size=12, unique_by=lambda one: one.entry).map(tuple),
    changes=st.lists(CHANGE, max_size=8).map(tuple),
    merged_into=st.none() | st.integers(1, 10**9),
    linked_to=st.none() | st.integers(1, 10**9),
)
