"""`setup`: the form, and what is changed when it comes back filled in; then the test card with what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.card import Button, FormField, Reply
from bot.desk.channel.change import write_settings
from bot.desk.channel.subscribe import wish_text
from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.desk.setup.form import (
    BRIEF_AT,
    DIGEST_AT,
    NONE_CHOSEN,
    SERVERS,
    pings_field,
    role_field,
    setup_form,
    times_field,
    watches_field,
    zone_here,
)
from bot.desk.setup.missing import place_here
from bot.desk.setup.trial import try_out
from bot.language import _, languages
from bot.wording.formats import clean, cut, enumerated, quoted
from config.escalation import checked_escalation
from config.schedule import set_times, zone_name
from config.schema import Tiers
from feeds.model import Action, At, Channel, Daily, Subscription
from feeds.route import wishes_of
from feeds.store import Store
from feeds.store.delivery.choices import CHANNEL_SETTINGS, ChosenValues
from seeds.model import Tier

_ANSWERS = ("watches", "role", "pings", "times", "language")
_LONGEST = 1000


async def set_up(question: Question) -> Reply:
    """`setup`: the form where nothing is answered yet; else change what was answered otherwise than it holds now. What
    is left out stays."""
    given = {name: _split(question.text(name)) for name in _ANSWERS if question.text(name)}
    place = place_here(question)
    if not given:
        return _opened(question)
    watches = _watches(question, given.get("watches"))
    chosen = {
        **_role(question, given),
        **_pings(question, given),
        **_times(question, given),
        **_language(question, given),
    }
    now = await question.house.change(lambda store: _write(store, question, place, watches, chosen))
    done = _done(question, now, chosen)
    return await try_out(replace(question, channel=now[0], wishes=now[1]), done)


def _opened(question: Question) -> Reply:
    text = _(
        "Set up this channel here: what is watched, who is pinged for what, when the digest and briefs come. Typed, it "
        "goes step by step: {prefix}subscribe, {prefix}channel role @name, {prefix}channel incident ping, "
        "{prefix}channel brief 06:00, {prefix}channel test."
    )
    return Reply(
        text.format(prefix=question.prefix),
        buttons=(Button(_("Set up"), form="setup"),),
        form=setup_form(question),
    )


# what was answered


def _split(text: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word for word in text[:_LONGEST].replace(",", " ").split() if word))
    return () if words == (NONE_CHOSEN,) else words


def _known(field: FormField, values: Sequence[str]) -> None:
    """Raises Trouble for a value that the form does not offer."""
    offered = [one.value for one in field.options]
    for value in values:
        if value not in offered:
            said = _("“{value}” is none of the choices for {name}: {list}.")
            shown = cut(clean(value), 40)
            raise Trouble(said.format(value=shown, name=field.name, list=", ".join((*offered, NONE_CHOSEN))))


def _watches(question: Question, values: Sequence[str] | None) -> tuple[str, ...]:
    """The watches that are wanted from now on."""
    field = watches_field(question)
    wanted = question.watches or field.chosen if values is None else tuple(values)
    _known(field, wanted)
    if not wanted:
        raise Trouble(
            _("Name at least one watch; {prefix}unsubscribe ends all alerts here.").format(prefix=question.prefix)
        )
    return wanted


def _role(question: Question, given: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    if "role" not in given:
        return {}
    role = next((one.removeprefix("<@&").removesuffix(">") for one in given["role"]), None)
    if role is not None and role not in (question.asker.roles or {}):
        raise Trouble(
            _("There is no such role here. Mention one: {prefix}setup role:@name").format(prefix=question.prefix)
        )
    now = role_field(question).chosen
    return {} if now == ((role,) if role else ()) else {"role": role}


def _pings(question: Question, given: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Tiers that ping from now on, those that do no more, and what is told later."""
    if "pings" not in given:
        return {}
    field, values = pings_field(question), given["pings"]
    tiers = {tier.value for tier in Tier}
    _known(field, [one for one in values if one in tiers])
    loud = {one for one in values if one in tiers}
    found: dict[str, Any] = {tier: _action(tier, loud) for tier in sorted(loud ^ (set(field.chosen) & tiers))}
    later, before = (tuple(one for one in some if one not in tiers) for some in (values, field.chosen))
    if set(later) != set(before):
        found["escalate"] = tuple(map(_step, later))
    return found


def _action(tier: str, loud: set[str]) -> Action:
    return Action.PING if tier in loud else Action.POST


def _step(name: str) -> str:
    try:
        return checked_escalation(name)
    except ValueError:
        raise Trouble(_("“{value}” pings nobody: I do not know it.").format(value=cut(clean(name), 40))) from None


def _times(question: Question, given: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    if "times" not in given:
        return {}
    now, before = times_field(question).chosen, zone_here(question)
    zone, times = _zone(given["times"], before)
    values = times or (now if zone != before else ())
    digests, briefs = (_minutes(values, kind) for kind in (DIGEST_AT, BRIEF_AT))
    found: dict[str, Any] = {}
    if digests and (digests, zone) != (_minutes(now, DIGEST_AT), before):
        found["digest"] = Daily((digests[0] // 60,), zone)
    if (briefs, zone) != (_minutes(now, BRIEF_AT), before) and (briefs or _minutes(now, BRIEF_AT)):
        found["brief"] = At(briefs, zone) if briefs else None
    return found


def _zone(values: Sequence[str], usual: str) -> tuple[str, tuple[str, ...]]:
    """The time zone that is named among times, and the times; the usual one where none is."""
    for value in values:
        with suppress(ValueError):
            if not value.startswith((DIGEST_AT, BRIEF_AT)):
                return zone_name(value), tuple(one for one in values if one != value)
    return usual, tuple(values)


def _minutes(values: Sequence[str], kind: str) -> tuple[int, ...]:
    """The minutes of the day that are named for a kind. Raises Trouble."""
    named = [one.removeprefix(kind) for one in values if one.startswith(kind)]
    wrong = [one for one in values if not one.startswith((DIGEST_AT, BRIEF_AT))]
    try:
        if wrong:
            raise ValueError
        return tuple(sorted({minute for one in named for minute in set_times(one, "day").minutes}))
    except ValueError:
        said = _("“{value}” is no time. Write it like this: {example}")
        shown = cut(clean(" ".join(wrong or named)), 40)
        raise Trouble(said.format(value=shown, example="digest@07:00,brief@06:00,Africa/Dakar")) from None


def _language(question: Question, given: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    if "language" not in given:
        return {}
    if len(given["language"]) > 1:
        said = _("One language is spoken in a channel: name one of {codes}.")
        raise Trouble(said.format(codes=enumerated(languages())))
    code = next((one for one in given["language"] if one != SERVERS), None)
    if code is not None and code not in languages():
        said = _("“{value}” is no language that can be spoken here. There are: {codes}.")
        raise Trouble(said.format(value=cut(clean(code), 40), codes=enumerated(languages())))
    now = question.channel.language if question.channel else None
    return {} if code == now else {"language": code}


# what is changed


Now = tuple[Channel, tuple[Subscription, ...]]


def _write(store: Store, question: Question, place: Channel, watches: Sequence[str], chosen: ChosenValues) -> Now:
    """Begin and end watches, then set the rest, and note each change; all of it or nothing."""
    with store.together():
        _begin(store, question, place, [one for one in watches if one not in question.watches])
        _end(store, question, [one for one in question.wishes if one.watch not in watches])
        now = _as_it_is(store, place)
        write_settings(store, replace(question, channel=now[0], wishes=now[1]), chosen, now[1])
        return _as_it_is(store, place)


def _begin(store: Store, question: Question, place: Channel, watches: Sequence[str]) -> None:
    """Each as loud as what is wanted here first, else as usual."""
    usual = next(iter(question.wishes), Subscription("", "", wishes_of(Tiers())))
    for watch in watches:
        made = replace(usual, channel=place.name, watch=watch, filter="", story=None, changed=(), id=0)
        store.subscriptions.add(place, made)
        question.record(store, "subscribe", f"{watch} {place.name}", new=wish_text(made, question))


def _end(store: Store, question: Question, ended: Sequence[Subscription]) -> None:
    for one in ended:
        store.subscriptions.end(one.channel, question.now, of={one.id})
        question.record(store, "unsubscribe", f"{one.watch} {one.channel}", wish_text(one, question))


def _as_it_is(store: Store, place: Channel) -> Now:
    known = store.channels.at(place.transport, place.target) or place
    return known, store.subscriptions.of_channel(known.name)


def _done(question: Question, now: Now, chosen: Mapping[str, Any]) -> str:
    """What was changed, in a sentence."""
    titles = enumerated([quoted(clean(question.house.title(one))) for one in dict.fromkeys(w.watch for w in now[1])])
    head = _("Alerts on {titles} go to this channel.").format(titles=titles)
    names = list(_changed(chosen))
    if not names:
        return head
    return f"{head} {_('Changed: {names}.').format(names=enumerated(names))}"


def _changed(chosen: Mapping[str, Any]) -> Iterator[str]:
    yield from (name.replace("_", "-") for name in chosen if name not in CHANNEL_SETTINGS)
    yield from (name for name in CHANNEL_SETTINGS if name in chosen)
