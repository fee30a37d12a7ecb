"""The values that flow through the house, in order: feed, outcome, entry, story, plan, delivery."""

from feeds.model.account import (
    NO_ACCOUNT,
    Account,
    Confirmation,
    Figure,
    Figures,
    HarmKind,
    Location,
    Rung,
)
from feeds.model.delivery import Action, Channel, Committed, Delivery, Plan, Reaction, State
from feeds.model.sources import Day, Entry, Feed, FeedState, Fetched, Outcome, Parsed, Standing
from feeds.model.stories import Archived, Change, ChangeKind, Finding, Found, Judged, Known, Page, Source, Story

__all__ = [
    "NO_ACCOUNT",
    "Account",
    "Action",
    "Archived",
    "Change",
    "ChangeKind",
    "Channel",
    "Committed",
    "Confirmation",
    "Day",
    "Delivery",
    "Entry",
    "Feed",
    "FeedState",
    "Fetched",
    "Figure",
    "Figures",
    "Finding",
    "Found",
    "HarmKind",
    "Judged",
    "Known",
    "Location",
    "Outcome",
    "Page",
    "Parsed",
    "Plan",
    "Reaction",
    "Rung",
    "Source",
    "Standing",
    "State",
    "Story",
]
