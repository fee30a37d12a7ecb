"""The answers to `team` and `audit`."""

from __future__ import annotations

from bot import render
from bot.card import Card, Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question, paged, past_the_end, said
from bot.language import N_, _, plural
from bot.wording.formats import clean, cut
from bot.wording.phrase import phrase
from feeds.model import MOST_TEAM_ROLES, AuditEntry, TeamLevel, TeamRole
from feeds.store import Store

_LISTED: dict[TeamLevel, str] = {
    "channels": N_("{role} may change the settings of channels"),
    "server": N_("{role} may change the settings of channels, feeds and watches"),
}
_ADDED: dict[TeamLevel, str] = {
    "channels": N_("{role} may change the settings of channels from now on, by slash commands as well."),
    "server": N_(
        "{role} may change the settings of channels, feeds and watches from now on, by slash commands as well."
    ),
}


async def team(question: Question) -> Reply:
    """`team [show|add|remove] [role] [may]`: the roles whose members may manage."""
    if not question.asker.server:
        raise Trouble(_("A team's list belongs to its server: please ask there."))
    match question.text("do"):
        case "add":
            return await _add(question, _role(question))
        case "remove":
            return await _remove(question, _role(question))
        case _:
            return await _show(question)


async def _show(question: Question) -> Reply:
    server, sign = question.asker.server, question.prefix
    listed = await question.house.ask(lambda store: store.servers.roles(server))
    if not listed:
        nobody = _(
            "No role is on the list: only who has the permission “Manage Channels” or “Manage Server” may manage. "
            "{prefix}team add @role adds one."
        )
        return said(nobody.format(prefix=sign))
    lines = tuple(_listed(question, one) for one in listed)
    return Reply(cards=(Card(_("Roles that may manage"), lines=lines),))


def _listed(question: Question, one: TeamRole) -> Line:
    return phrase(_(_LISTED[one.level]), role=Span(_name(question, one.role), strong=True))


async def _add(question: Question, role: str) -> Reply:
    level: TeamLevel = "server" if question.text("may") == "server" else "channels"
    if not await question.house.change(lambda store: _allow(store, question, TeamRole(role, level))):
        full = _("The list holds {most} roles, and that is as many as it may. Remove one first.")
        raise Trouble(full.format(most=MOST_TEAM_ROLES))
    return said(_(_ADDED[level]).format(role=_name(question, role)))


async def _remove(question: Question, role: str) -> Reply:
    if not await question.house.change(lambda store: _disallow(store, question, role)):
        unknown = _("{role} is not on the list. {prefix}team shows it.")
        raise Trouble(unknown.format(role=_name(question, role), prefix=question.prefix))
    return said(_("{role} is no more on the list.").format(role=_name(question, role)))


def _allow(store: Store, question: Question, wanted: TeamRole) -> bool:
    server = question.asker.server
    with store.together():
        old = next((one.level for one in store.servers.roles(server) if one.role == wanted.role), "")
        kept = store.servers.allow(server, wanted.role, wanted.level)
        if kept and old != wanted.level:
            question.record(store, "team add", _name(question, wanted.role), old, wanted.level)
    return kept


def _disallow(store: Store, question: Question, role: str) -> bool:
    server = question.asker.server
    with store.together():
        old = next((one.level for one in store.servers.roles(server) if one.role == role), "")
        gone = store.servers.disallow(server, role)
        if gone:
            question.record(store, "team remove", _name(question, role), old)
    return gone


def _role(question: Question) -> str:
    """The role that is named: one of the place's, or one on the list that is gone since. Raises Trouble."""
    role = question.text("role")
    if not role:
        which = _("Which role? Ask like this: {prefix}team {do} @role")
        raise Trouble(which.format(prefix=question.prefix, do=question.text("do")))
    if role not in (question.asker.roles or ()) and question.text("do") == "add":
        unknown = _("There is no such role here. Mention one: {prefix}team add @role")
        raise Trouble(unknown.format(prefix=question.prefix))
    return role


def _name(question: Question, role: str) -> str:
    known = (question.asker.roles or {}).get(role)
    return f"@{clean(known.name)}" if known else role


async def audit(question: Question) -> Reply:
    """`audit [n] [since]`: the changes in the asker's server, the newest first; at the terminal those of all."""
    size, asked, server = question.number("n"), question.time("since"), question.asker.scope
    since, offset = asked.start if asked else None, (question.page - 1) * size
    total = await question.house.ask(lambda store: store.audit.count(server, since))
    found = await question.house.ask(lambda store: store.audit.of(server, size, offset, since))
    if not total:
        return said(
            _("Nothing was changed here so far.") if since is None else _("Nothing was changed here since then.")
        )
    if not found:
        raise past_the_end(paged(total, size))
    names = await question.house.ask(_servers) if server is None else {}
    lines = tuple(_entry(one, question, names) for one in found)
    card = Card(plural("{n} change, newest first", "{n} changes, newest first", total), lines=lines)
    return Reply(cards=(card,), page=question.page, pages=paged(total, size))


def _servers(store: Store) -> dict[str, str]:
    return {one.id: one.name or one.id for one in store.servers.all()}


def _entry(one: AuditEntry, question: Question, names: dict[str, str]) -> Line:
    """ "10 Feb 14:05 UTC · Awa (discord:77) · mute alerts: none → 10 Feb 22:05 UTC"."""
    where = f" · {clean(names.get(one.server, one.server))}" if one.server and names else ""
    what = Span(" ".join(filter(None, (clean(one.action), clean(one.subject)))), strong=True)
    change = f": {_value(one.old)} → {_value(one.new)}" if one.old or one.new else ""
    return (render.moment_span(one.at, question.now), Span(f"{where} · {clean(one.by)} · "), what, Span(change))


def _value(text: str) -> str:
    return cut(clean(text), 120) or _("none")
