"""How what is known of a story is said: place and day, figures, confirmation, and what changed. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.card import Line, Span
from bot.language import N_, _, numeral, plural
from bot.wording import formats
from bot.wording.formats import attack_word, clean, colon, cut, in_turn
from feeds.model import Account, Change, ChangeKind, Confirmation, Figure, Figures, HarmKind, Rung, Story
from seeds.model import Tier, Victims

HARM_LABELS: tuple[tuple[HarmKind, str], ...] = (("killed", N_("Killed")), ("injured", N_("Injured")))
_PEACEKEEPERS: Victims = "peacekeepers"
_CLASSES: Sequence[Victims] = (_PEACEKEEPERS, "national_forces", "civilians", "contractors", "attackers")
_CHANGES: Mapping[ChangeKind, str] = {
    ChangeKind.KILLED: N_("killed {old} → {new}"),
    ChangeKind.INJURED: N_("injured {old} → {new}"),
    ChangeKind.OFFICIAL: N_("confirmed by the UN"),
    ChangeKind.SECOND_PUBLISHER: N_("second publisher: {new}"),
    ChangeKind.PUBLISHER: N_("also reported by {new}"),
    ChangeKind.PLACE: N_("place: {new}"),
    ChangeKind.TIER: N_("now {new}"),
    ChangeKind.CORRECTED: N_("corrected by a member: {new}"),
    ChangeKind.WITHDRAWN: N_("no longer reported by {new}"),
    ChangeKind.MERGED: N_("merged with story {new}"),
    ChangeKind.SPLIT: N_("split from story {old}"),
    ChangeKind.MOVED: N_("one source moved to story {new}"),
    ChangeKind.TEXT: "{new}",
}
_TIERED = (ChangeKind.TIER, ChangeKind.CORRECTED)
_HARMS: Mapping[ChangeKind, HarmKind] = {ChangeKind.KILLED: "killed", ChangeKind.INJURED: "injured"}
_NAME = 16  # characters of a publisher's name beside a figure
_NONE_STATED: Mapping[ChangeKind, str] = {
    ChangeKind.KILLED: N_("killed {old} → none stated"),
    ChangeKind.INJURED: N_("injured {old} → none stated"),
}


def change(one: Change) -> str:
    """What changed, as part of a sentence: "killed 3 → 4", "confirmed by the UN", "also reported by AFP"."""
    if one.kind in _HARMS and isinstance(one.new, int) and one.old is None:
        return harmed(_HARMS[one.kind], one.new, str(one.new))
    if one.new is None and one.kind in _HARMS:
        return _(_NONE_STATED[one.kind]).format(old=one.old)
    new = formats.tier_word(Tier(str(one.new))) if one.kind in _TIERED else one.new
    return clean(_(_CHANGES[one.kind]).format(old=one.old, new=new))


def harmed(harm: HarmKind, number: int, said: str) -> str:
    """So many killed or injured, the number as it is `said`: "27 killed", "at least 3 injured", "none killed"."""
    if harm == "killed":
        return plural("{said} killed", "{said} killed", number, said=said)
    return plural("{said} injured", "{said} injured", number, said=said)


def correction(pinned: Tier | None) -> str | None:
    """That a story has its tier from a member: "corrected to decision by a member"; None where it has not."""
    return None if pinned is None else _("corrected to {tier} by a member").format(tier=formats.tier_word(pinned))


def changes_told(told: Iterable[Change]) -> str:
    """Some changes as one sentence's parts, those who also report it named together."""
    ordered = sorted(told, key=lambda one: one.kind is ChangeKind.PUBLISHER)
    others = [one for one in ordered if one.kind is ChangeKind.PUBLISHER]
    if others:
        names = formats.enumerated([clean(str(one.new)) for one in others])
        ordered[-len(others) :] = [replace(others[0], new=names)]
    return in_turn(map(change, ordered))


def escalation_text(story: Story, told: Change) -> str:
    """What is told aloud under an alert: "🔴 First death · Springfield · 1 killed, 27 injured · Wire".

    Beside what is told stand only figures that those named state; who holds another count is named with it.
    """
    account = story.account
    own = [source.publisher for source in story.sources if source.standing == "official" and not source.outdated]
    stated = None if told.kind is ChangeKind.OFFICIAL else account.toll(_HARMS[told.kind]).current
    voices = stated.voices if stated else own
    was = told.old or _shown_before(story, told)
    said = [
        (toll, figure, [voice for voice in figure.voices if voice in voices])
        for harm, _ in HARM_LABELS
        if (figure := _stated_by(toll := account.toll(harm), voices)) is not None
    ]
    each = any(set(by) != set(voices) for *_, by in said)  # who states it is named with each count, else once
    parts = [
        _was(harm_words(toll, figure, by if each else ()), was if toll.harm == _HARMS.get(told.kind) else None)
        for toll, figure, by in said
    ]
    where = clean(account.location.place) if account.location else ""
    named = None if each else formats.listed(dict.fromkeys(map(clean, voices)), 2)
    return formats.joined((_loud_head(story, told, was), where, ", ".join(parts), named))


def _was(said: str, was: int | str | None) -> str:
    return _("{said} (was {was})").format(said=said, was=numeral(int(was))) if was else said


def correction_text(story: Story, told: Change) -> str:
    """What stands instead of a line told aloud that does not hold any more, or not for now: "⚪ Corrected ·
    Springfield · killed 3 → none stated"."""
    where = clean(story.account.location.place) if story.account.location else _("story {id}").format(id=story.id)
    if told.kind is ChangeKind.OFFICIAL:
        return formats.joined((_("⚪ Corrected"), where, _("no statement of the UN stands any more")))
    stated = story.account.toll(_HARMS[told.kind]).current
    now = change(replace(told, old=told.new, new=stated.count if stated else None))
    return formats.joined((_("⚪ Corrected"), where, now, _who(stated, 2, ()) if stated else None))


def _loud_head(story: Story, told: Change, was: int | str | None) -> str:
    if told.kind is not ChangeKind.OFFICIAL:
        return _("🔴 First death") if told.kind is ChangeKind.KILLED and not was else _("🔴 Toll rises")
    tolls = (story.account.toll(harm).stated for harm, _ in HARM_LABELS)
    held = ([figure.official for figure in stated if figure.voices] for stated in tolls)
    return _("🔵 UN statement") if any(len(one) > 1 and any(one) for one in held) else _("🔵 Confirmed by the UN")


def _shown_before(story: Story, told: Change) -> int | None:
    """The count that the alert showed before, without a word about it."""
    shown = [one.new for one in story.changes if one.kind is told.kind and one.at < told.at]
    return shown[-1] if shown and isinstance(shown[-1], int) else None


def _stated_by(toll: Figures, voices: Iterable[str]) -> Figure | None:
    """The count that one of these publishers holds to; None when none of them states any."""
    named = frozenset(voices)
    return next((figure for figure in toll.stated if not named.isdisjoint(figure.voices)), None)


def harm_words(toll: Figures, figure: Figure, by: Iterable[str] = ()) -> str:
    """A count in words, with those `by` whom it is stated, and of an official one who contradicts it: "27 killed",
    "none killed (UN News; 5 Wire)"."""
    contrary = (one for one in toll.stated if one.count > figure.count or not one.early)
    held = next((one for one in contrary if one.voices and one is not figure), None) if figure.official else None
    against = f"{numeral(held.count)} {cut(_who(held, 2, ()), _NAME)}" if held else ""
    beside = in_turn(filter(None, (formats.listed(map(clean, by), 2), against)))
    said = harmed(toll.harm, figure.count, amount(figure)) if figure.count else nobody(toll.harm)
    return said + (f" ({beside})" if beside else "")


def nobody(harm: HarmKind) -> str:
    """That somebody counts nobody: "none injured"."""
    return _("none killed") if harm == "killed" else _("none injured")


def unconfirmed_by(toll: Figures, figure: Figure) -> str:
    """Whose a count is that the UN does not state, and what the UN states instead: " (Wire)", " (Wire; UN none)"."""
    own = next((one for one in toll.stated if one.official), None)
    who = cut(_who(figure, 2, ()), _NAME)
    if own is None:
        return f" ({who})"
    return " " + _("({who}; UN {number})").format(who=who, number=amount(own) if own.count else _("none"))


def place(account: Account) -> str:
    """Where it happened, with its region: "Springfield, Springfield region"; "" when nobody says."""
    where = account.location
    if where is None:
        return ""
    name, region = clean(where.place), clean(where.region or "")
    if where.region_only:
        return region_name(name)
    return f"{name}, {region_name(region)}" if region and region.casefold() != name.casefold() else name


def region_name(region: str) -> str:
    """A region as such: "Springfield region"."""
    return _("{name} region").format(name=region)


def happened(account: Account) -> str:
    """The day of the event; "" when nobody knows it to the day."""
    day = account.day
    return formats.day(day.start) if day is not None and day.precision == "day" else ""


def toll(stated: Figures, name: str, voices: int = 3, first: Container[str] = ()) -> Line | None:
    """Who states which count: "Killed: 4 (UN News, AFP) · 3 (early reports)"; None when nobody counts.

    Publishers in `first` are named before the others.
    """
    current = stated.current
    if current is None:
        return None
    held = [f"{amount(one)} ({_who(one, voices, first)})" for one in stated.stated[1:] if not one.early]
    early = [amount(one) for one in stated.stated[1:] if one.early]
    if early:
        held.append(_("{figures} (early reports)").format(figures=formats.enumerated(early)))
    rest = "".join(f" · {one}" for one in held)
    return (
        Span(_(name) + colon()),
        Span(amount(current), strong=True),
        Span(f" ({_who(current, voices, first)}){rest}"),
    )


def others(step: Confirmation, official: Container[str]) -> int:
    """How many publishers say so independently of the UN: its own outlets, which `official` holds, are one voice, that
    of the UN, however many they are."""
    return sum(voice not in official for voice in step.voices)


def confirmed(step: Confirmation, official: Container[str] = ()) -> str:
    """How far it is confirmed: "Single source", "3 independent publishers", "UN statement, 2 h 10 min after …".

    Publishers in `official` are the UN's own, and confirm nothing but its word.
    """
    voices = others(step, official)
    if not step.voices:
        return _("No source says so any more")
    if step.rung is Rung.SINGLE:
        return _("Single source")
    if step.rung is Rung.SEVERAL:
        return _independent(voices)
    return formats.joined((_statement(step.delay), _independent(voices) if voices else None))


def _statement(delay: timedelta | None) -> str:
    if delay is None:
        return _("UN statement")
    if not delay:
        return _("UN statement, the first report")
    return _("UN statement, {span} after the first report").format(span=formats.span(delay))


def _independent(voices: int) -> str:
    return plural("{n} independent publisher", "{n} independent publishers", voices)


def classes(account: Account, harm: HarmKind) -> str:
    """The believed counts by class of victims: "4 peacekeepers, 1 civilian"; "" when all are peacekeepers."""
    found = {victims: one for victims in _CLASSES if (one := account.toll(harm, victims).current) and one.count}
    if found.keys() <= {_PEACEKEEPERS}:
        return ""
    return ", ".join(of_class(victims, one.count, amount(one)) for victims, one in found.items())


def of_class(victims: Victims, number: int, said: str) -> str:
    """So many of a class of victims, the number as it is `said`: "at least 4 peacekeepers", "2 of national forces"."""
    match victims:
        case "national_forces":
            return plural("{said} member of national forces", "{said} of national forces", number, said=said)
        case "civilians":
            return plural("{said} civilian", "{said} civilians", number, said=said)
        case "contractors":
            return plural("{said} contractor", "{said} contractors", number, said=said)
        case "attackers":
            return plural("{said} attacker", "{said} attackers", number, said=said)
        case _:
            return plural("{said} peacekeeper", "{said} peacekeepers", number, said=said)


def details(story: Story) -> str:
    """What else the sources state: kind of an attack that is looked back on, actor, contingents, symbols; or ""."""
    account, codes = story.account, story.account.contingents
    attack = account.attack if story.tier is not Tier.INCIDENT else None  # of an incident, the headline tells it
    named = formats.listed(map(formats.country, codes), 5)
    parts = (
        attack_word(attack) if attack and attack != "attack" else None,
        _("named: {actor}").format(actor=clean(account.actor)) if account.actor else None,
        plural("contingent: {named}", "contingents: {named}", len(codes), named=named) if codes else None,
        formats.listed(map(clean, account.symbols), 3) if account.symbols else None,
    )
    return formats.joined(parts)


def amount(figure: Figure) -> str:
    """A count with its doubt: "at least 1,200"."""
    number = numeral(figure.count)
    return _("at least {number}").format(number=number) if figure.at_least else number


def _who(figure: Figure, voices: int, first: Container[str]) -> str:
    ordered = sorted(figure.voices, key=lambda voice: voice not in first)
    return formats.listed(map(clean, ordered), voices)
