"""The values that flow through the house, in order: feed, outcome, entry, story, plan, delivery."""

from feeds.model.delivery import Action, Channel, Committed, Delivery, Plan, Reaction, State
from feeds.model.sources import AddedFeed, Day, Entry, Feed, FeedState, Fetched, Outcome, Parsed, Pause, Standing
from feeds.model.stories import Archived, Change, Finding, Found, Judged, Known, Page, Source, Story

__all__ = [
    "Action",
    "AddedFeed",
    "Archived",
    "Change",
    "Channel",
    "Committed",
    "Day",
    "Delivery",
    "Entry",
    "Feed",
    "FeedState",
    "Fetched",
    "Finding",
    "Found",
    "Judged",
    "Known",
    "Outcome",
    "Page",
    "Parsed",
    "Pause",
    "Plan",
    "Reaction",
    "Source",
    "Standing",
    "State",
    "Story",
]
