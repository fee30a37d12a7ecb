"""The values that flow through the house, in order: feed, outcome, entry, story, plan, delivery."""

from feeds.model.agenda import Daily, Every, Job, Recurrence
from feeds.model.delivery import (
    Action,
    Channel,
    Committed,
    Delivery,
    Origin,
    Plan,
    Reaction,
    State,
    Subscription,
)
from feeds.model.sources import Day, Entry, Feed, FeedState, Fetched, Outcome, Parsed, Standing
from feeds.model.stories import Archived, Change, Finding, Found, Judged, Known, Page, Source, Story

__all__ = [
    "Action",
    "Archived",
    "Change",
    "Channel",
    "Committed",
    "Daily",
    "Day",
    "Delivery",
    "Entry",
    "Every",
    "Feed",
    "FeedState",
    "Fetched",
    "Finding",
    "Found",
    "Job",
    "Judged",
    "Known",
    "Origin",
    "Outcome",
    "Page",
    "Parsed",
    "Plan",
    "Reaction",
    "Recurrence",
    "Source",
    "Standing",
    "State",
    "Story",
    "Subscription",
]
