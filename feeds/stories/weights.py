"""What each piece of evidence is worth, in log-odds, when two profiles are compared (`feeds.stories.likeness`)."""

from __future__ import annotations

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    # Time of publication: the prior. Reports of one event come within two days, follow-ups within two weeks.
    "same day": 1.2,
    "next day": 0.5,
    "two days": -0.3,
    "three days": -1.1,
    "same week": -1.4,
    "two weeks": -3.3,
    "later": -8.0,
    "same month": -2.0,  # one side knows only month or year
    "near month": -2.6,
    "undated": -4.0,  # any two stories of all the years may meet
    "no watch": -2.4,  # the rest of the world has many more stories a day
    "nothing in common": -2.8,  # there, without a country, a mission, a place or a name
    # Day of the event, where the text itself tells it; reports differ by one.
    "event day": 1.2,
    "event a day off": 0.4,
    "event two days off": -1.5,
    "other event day": -3.5,
    "told before it happened": -3.5,
    "weekday": 0.6,
    "other weekday": -1.0,
    # Who and where.
    "mission": 3.0,  # counts outside the watches only: inside, all share it
    "other mission": -8.0,
    "site": 1.6,  # the place of the incident
    "place": 1.2,
    "region": 0.2,
    "twin": -0.2,  # another site of the same day, and a place that both mention
    "passing place": -0.4,  # another site, and a place that both mention
    "other site": -2.8,
    "other place": -2.2,  # one of them only in passing
    "contingent": 2.0,
    "other contingent": -2.6,
    "contingent of one": -1.0,  # a contingent's departure is not the mission's; early reports of harm name none
    "country": 2.0,
    "other country": -1.2,
    # The toll: equal counts say more the higher they are; counts that an update explains say little.
    "killed": 0.9,
    "killed many": 0.5,  # for each one more than one, up to eight
    "killed updated": -0.8,
    "other killed": -2.4,
    "injured": 0.7,
    "injured updated": 0.1,
    "other injured": -1.3,
    "undated update": -0.5,
    "casualties": 1.6,  # hurt in one report, dead of it in the next
    # What it is about.
    "little": 0.8,
    "some": 1.5,
    "much": 1.8,
    "no topic": -0.5,
    "other means": -1.8,
    "other kind": -0.8,
    "trial": -1.0,
    # Figures, documents, people, words.
    "symbol": 4.0,
    "figure": 2.3,
    "year": 0.9,
    "person": 2.0,
    "other holder": -1.6,  # of one office: reports of different years
    "name": 0.8,
    "title": 2.7,
}
