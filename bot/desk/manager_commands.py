"""The commands of those who may manage a channel, as data."""

from __future__ import annotations

from bot.desk.table import Argument, Command

MANAGER_COMMANDS = (
    Command(
        "setup",
        "set up this channel in a form: watches, who is pinged for what, times, language",
        (
            Argument("watches", "what is watched", "named"),
            Argument("role", "who is pinged; none for nobody", "named"),
            Argument("pings", "what pings: incident, decision, first-death, un-word …", "named"),
            Argument("times", "when the digest and briefs come, and their zone: digest@07:00,brief@06:00,UTC", "named"),
            Argument("language", "what is spoken here: en, fr …; server for the server's", "named"),
        ),
        needs="channel",
        short="set up this channel",
        group="For managers",
        examples=("setup", "setup watches:{watch} pings:incident,first-death language:fr"),
        form=True,
    ),
    Command(
        "subscribe",
        "post alerts in this channel, beside those that go there already",
        (
            Argument("watch", "what to watch; may be left out when there is one", "text"),
            Argument("role", "who is pinged for what is urgent", "role"),
            Argument("only", "only stories that this finds, as in search; all for every one", "named"),
        ),
        needs="channel",
        short="post alerts here",
        group="For managers",
        examples=("subscribe", 'subscribe {watch} only:"place:gao lang:fr,en"'),
    ),
    Command(
        "unsubscribe",
        "post no more alerts in this channel",
        (Argument("watch", "only those of this watch; all of them when left out", "text"),),
        needs="channel",
        short="post no more here",
        group="For managers",
        examples=("unsubscribe", "unsubscribe {watch}"),
    ),
    Command(
        "mute",
        "keep quiet here for some hours; new stories wait in the digest",
        (Argument("hours", "how many; 8 when left out", "number", most=720, default="8"),),
        needs="channel",
        short="be quiet for some hours",
        group="For managers",
        examples=("mute", "mute 24"),
    ),
    Command(
        "unmute",
        "speak again here",
        aliases=("speak",),
        needs="channel",
        short="speak again",
        group="For managers",
        examples=("unmute", "speak"),
    ),
    Command(
        "merge",
        "two stories are one event: the younger joins the elder",
        (
            Argument("story", "the number of one story", "story", required=True, completes="story"),
            Argument(
                "other",
                "the number of the other",
                "story",
                required=True,
                hint="Name two stories.",
                completes="story",
            ),
        ),
        needs="archive",
        short="two stories are one event",
        group="For managers",
        examples=("merge 11 12", "merge 11 and 12"),
    ),
    Command(
        "split",
        "an item is another event: it becomes a story of its own",
        (Argument("item", "the item's #number, as in the story's timeline", "item", required=True),),
        needs="archive",
        short="an item is another event",
        group="For managers",
        examples=("split #45", "split 45"),
    ),
)
