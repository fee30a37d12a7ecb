"""The pieces of evidence by which two profiles are compared (`feeds.stories.likeness`), each with what it says.

What each is worth is learned from labelled items of one event and of others: `seeds/weights/stories.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The evidence that an entry belongs to one story rather than to one of its own, before any piece is looked at.
JOINING = "joining"
PIECES: Mapping[str, str] = {
    JOINING: "there is a story that it may belong to",
    "same day": "told on the same day",
    "next day": "told a day apart",
    "two days": "told two days apart",
    "three days": "told three days apart",
    "same week": "told four to seven days apart",
    "two weeks": "told up to two weeks apart",
    "later": "told longer apart",
    "same month": "told in one month, where no more is known",
    "near month": "told in months near each other",
    "undated": "one of them has no date: any two stories of all the years may meet",
    "no watch": "of no watch: the rest of the world has many more stories a day",
    "event day": "the same day of the event",
    "event a day off": "days of the event one apart, as reports differ",
    "event two days off": "days of the event two apart",
    "other event day": "other days of the event",
    "told before it happened": "one was told before the other's event",
    "weekday": "the same day of the week",
    "other weekday": "other days of the week",
    "mission": "the same mission, outside the watches",
    "site": "the same place of the incident",
    "place": "a place that both name",
    "region": "the same region",
    "twin": "another place of the same day, and a place that both name",
    "passing place": "another place, and a place that both name",
    "other site": "incidents at other places",
    "other place": "other places, one of them in passing",
    "contingent": "the same contingent",
    "other contingent": "other contingents",
    "contingent of one": "a contingent in one alone, and no harm: its departure is not the mission's",
    "country": "countries that both name",
    "other country": "other countries",
    "killed": "equal counts of dead",
    "killed many": "equal counts of dead, for each one more than one, up to eight",
    "killed updated": "counts of dead that an update explains",
    "other killed": "counts of dead that none explains",
    "injured": "equal counts of hurt",
    "injured updated": "counts of hurt that an update explains",
    "other injured": "counts of hurt that none explains",
    "undated update": "an update, where one of them has no date",
    "casualties": "as many harmed in all: hurt in one report, dead of it in the next",
    "little": "common concepts that both hold",
    "some": "less common concepts that both hold",
    "much": "rare concepts that both hold",
    "no topic": "no concept in common",
    "other means": "other ways to come to harm",
    "other kind": "other kinds of news",
    "trial": "a trial in one alone",
    "symbol": "the same UN document",
    "figure": "figures that both give",
    "year": "years that both give",
    "person": "people that both name",
    "other holder": "other holders of one office",
    "name": "names that both give",
    "title": "titles of one language that are alike",
}
