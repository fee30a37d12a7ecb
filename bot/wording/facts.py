"""How what is known of a story is said: place and day, figures, confirmation, and what changed. Pure, in English."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from bot.card import Line, Span
from bot.wording import formats
from bot.wording.formats import clean
from feeds.model import Account, Change, ChangeKind, Confirmation, Figure, Figures, HarmKind, Rung, Story
from seeds.model import Tier, Victims

HARM_LABELS: tuple[tuple[HarmKind, str], ...] = (("killed", "Killed"), ("injured", "Injured"))
_PEACEKEEPERS: Victims = "peacekeepers"
_VICTIMS: Mapping[Victims, tuple[str, str]] = {
    _PEACEKEEPERS: ("peacekeeper", "peacekeepers"),
    "national_forces": ("member of national forces", "of national forces"),
    "civilians": ("civilian", "civilians"),
    "contractors": ("contractor", "contractors"),
    "attackers": ("attacker", "attackers"),
}
_CHANGES: Mapping[ChangeKind, str] = {
    ChangeKind.KILLED: "killed {old} → {new}",
    ChangeKind.INJURED: "injured {old} → {new}",
    ChangeKind.OFFICIAL: "confirmed by the UN",
    ChangeKind.SECOND_PUBLISHER: "second publisher: {new}",
    ChangeKind.PUBLISHER: "also reported by {new}",
    ChangeKind.PLACE: "place: {new}",
    ChangeKind.TIER: "now {new}",
    ChangeKind.WITHDRAWN: "no longer reported by {new}",
    ChangeKind.MERGED: "merged with story {new}",
    ChangeKind.SPLIT: "split from story {old}",
    ChangeKind.MOVED: "one source moved to story {new}",
    ChangeKind.TEXT: "{new}",
}
_FIRST: Mapping[ChangeKind, str] = {ChangeKind.KILLED: "{new} killed", ChangeKind.INJURED: "{new} injured"}


def change(one: Change) -> str:
    """What changed, as part of a sentence: "killed 3 → 4", "confirmed by the UN", "also reported by AFP"."""
    form = _FIRST.get(one.kind, _CHANGES[one.kind]) if one.old is None else _CHANGES[one.kind]
    new = formats.TIERS[Tier(str(one.new))].lower() if one.kind is ChangeKind.TIER else one.new
    return clean(form.format(old=one.old, new=new))


def changes_told(told: Iterable[Change]) -> str:
    """Some changes as one sentence's parts, those who also report it named together."""
    ordered = sorted(told, key=lambda one: one.kind is ChangeKind.PUBLISHER)
    others = [one for one in ordered if one.kind is ChangeKind.PUBLISHER]
    if others:
        names = formats.enumerated([clean(str(one.new)) for one in others])
        ordered[-len(others) :] = [replace(others[0], new=names)]
    return "; ".join(map(change, ordered))


def escalation_text(story: Story, told: Change) -> str:
    """What is told aloud under an alert: "🔴 First death · Springfield · 1 killed, 27 injured · Wire".

    Beside what is told stand only figures that those named state.
    """
    account, harms = story.account, dict(zip((ChangeKind.KILLED, ChangeKind.INJURED), HARM_LABELS, strict=True))
    official = told.kind is ChangeKind.OFFICIAL
    first = told.kind is ChangeKind.KILLED and not told.old
    head = "🔵 Confirmed by the UN" if official else "🔴 First death" if first else "🔴 Toll rises"
    own = [clean(source.publisher) for source in story.sources if source.standing == "official" and not source.outdated]
    stated = account.toll(harms[told.kind][0]).current if told.kind in harms else None
    voices = own if official else [clean(voice) for voice in stated.voices] if stated else []
    counts = ", ".join(filter(None, (_count(account, kind, told, voices) for kind in harms)))
    where = clean(account.location.place) if account.location else ""
    return formats.joined((head, where, counts, formats.listed(dict.fromkeys(voices), 2)))


def _count(account: Account, kind: ChangeKind, told: Change, voices: Iterable[str]) -> str:
    """One harm's count in words, with what it was before where that is what is told; "" where none of the voices
    states it."""
    current = account.toll("killed" if kind is ChangeKind.KILLED else "injured").current
    was = f" (was {told.old:,})" if kind is told.kind and told.old else ""
    stated = current is not None and not set(voices).isdisjoint(map(clean, current.voices))
    return f"{amount(current)} {kind.value}{was}" if current and stated else ""


def place(account: Account) -> str:
    """Where it happened, with its region: "Springfield, Springfield region"; "" when nobody says."""
    where = account.location
    if where is None:
        return ""
    name, region = clean(where.place), clean(where.region or "")
    if where.region_only:
        return f"{name} region"
    return f"{name}, {region} region" if region and region.casefold() != name.casefold() else name


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
        held.append(f"{' and '.join(early)} (early reports)")
    rest = "".join(f" · {one}" for one in held)
    return (
        Span(f"{name}: "),
        Span(amount(current), strong=True),
        Span(f" ({_who(current, voices, first)}){rest}"),
    )


def confirmed(step: Confirmation, official: Container[str] = ()) -> str:
    """How far it is confirmed: "Single source", "3 independent publishers", "UN statement, 2 h 10 min after …".

    Publishers in `official` are the UN's own, and confirm nothing but its word.
    """
    voices = sum(voice not in official for voice in step.voices)
    if not step.voices:
        return "No source says so any more"
    if step.rung is Rung.SINGLE:
        return "Single source"
    if step.rung is Rung.SEVERAL:
        return formats.count(voices, "independent publisher")
    delay = ""
    if step.delay is not None:
        delay = f", {formats.span(step.delay)} after the first report" if step.delay else ", the first report"
    return formats.joined((f"UN statement{delay}", formats.count(voices, "independent publisher") if voices else None))


def classes(account: Account, harm: HarmKind) -> str:
    """The believed counts by class of victims: "4 peacekeepers, 1 civilian"; "" when all are peacekeepers."""
    found = {victims: one for victims in _VICTIMS if (one := account.toll(harm, victims).current) and one.count}
    if found.keys() <= {_PEACEKEEPERS}:
        return ""
    return ", ".join(_least(one) + formats.count(one.count, *_VICTIMS[victims]) for victims, one in found.items())


def details(story: Story) -> str:
    """What else the sources state: kind of an attack that is looked back on, actor, contingents, symbols; or ""."""
    account, codes = story.account, story.account.contingents
    attack = account.attack if story.tier is not Tier.INCIDENT else None  # of an incident, the headline tells it
    named = formats.listed(map(formats.country, codes), 5)
    parts = (
        clean(attack) if attack and attack != "attack" else None,
        f"named: {clean(account.actor)}" if account.actor else None,
        f"{'contingent' if len(codes) == 1 else 'contingents'}: {named}" if codes else None,
        formats.listed(map(clean, account.symbols), 3) if account.symbols else None,
    )
    return formats.joined(parts)


def amount(figure: Figure) -> str:
    """A count with its doubt: "at least 1,200"."""
    return f"{_least(figure)}{figure.count:,}"


def _least(figure: Figure) -> str:
    return "at least " if figure.at_least else ""


def _who(figure: Figure, voices: int, first: Container[str]) -> str:
    ordered = sorted(figure.voices, key=lambda voice: voice not in first)
    return formats.listed(map(clean, ordered), voices)
