"""The answers to `team` and `audit`."""

from __future__ import annotations

from bot import render
from bot.card import Card, Line, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question, paged, past_the_end, said
from bot.wording.formats import clean, count, cut
from feeds.model import MOST_TEAM_ROLES, AuditEntry, TeamLevel, TeamRole
from feeds.store import Store

_MAY: dict[TeamLevel, str] = {
    "channels": "may change the settings of channels",
    "server": "may change the settings of channels, feeds and watches",
}


async def team(question: Question) -> Reply:
    """`team [show|add|remove] [role] [may]`: the roles whose members may manage."""
    if not question.asker.server:
        raise Trouble("A team's list belongs to its server: please ask there.")
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
        return said(
            "No role is on the list: only who has the permission “Manage Channels” or “Manage Server” may manage. "
            f"{sign}team add @role adds one."
        )
    lines = tuple((Span(f"@{_name(question, one.role)}", strong=True), Span(f" {_MAY[one.level]}")) for one in listed)
    return Reply(cards=(Card("Roles that may manage", lines=lines),))


async def _add(question: Question, role: str) -> Reply:
    level: TeamLevel = "server" if question.text("may") == "server" else "channels"
    if not await question.house.change(lambda store: _allow(store, question, TeamRole(role, level))):
        raise Trouble(f"The list holds {MOST_TEAM_ROLES} roles, and that is as many as it may. Remove one first.")
    return said(f"Whoever has the role @{_name(question, role)} {_MAY[level]} from now on, slash commands included.")


async def _remove(question: Question, role: str) -> Reply:
    if not await question.house.change(lambda store: _disallow(store, question, role)):
        raise Trouble(f"@{_name(question, role)} is not on the list. {question.prefix}team shows it.")
    return said(f"@{_name(question, role)} is no more on the list.")


def _allow(store: Store, question: Question, wanted: TeamRole) -> bool:
    server = question.asker.server
    with store.together():
        old = next((one.level for one in store.servers.roles(server) if one.role == wanted.role), "")
        kept = store.servers.allow(server, wanted.role, wanted.level)
        if kept and old != wanted.level:
            question.record(store, "team add", f"@{_name(question, wanted.role)}", old, wanted.level)
    return kept


def _disallow(store: Store, question: Question, role: str) -> bool:
    server = question.asker.server
    with store.together():
        old = next((one.level for one in store.servers.roles(server) if one.role == role), "")
        gone = store.servers.disallow(server, role)
        if gone:
            question.record(store, "team remove", f"@{_name(question, role)}", old)
    return gone


def _role(question: Question) -> str:
    """The role that is named: one of the place's, or one on the list that is gone since. Raises Trouble."""
    role = question.text("role")
    if not role:
        raise Trouble(f"Which role? Ask like this: {question.prefix}team {question.text('do')} @role")
    if role not in (question.asker.roles or ()) and question.text("do") == "add":
        raise Trouble(f"There is no such role here. Mention one: {question.prefix}team add @role")
    return role


def _name(question: Question, role: str) -> str:
    known = (question.asker.roles or {}).get(role)
    return clean(known.name) if known else f"{role} (gone)"


async def audit(question: Question) -> Reply:
    """`audit [n] [since]`: the changes in the asker's server, the newest first; at the terminal those of all."""
    size, asked, server = question.number("n"), question.time("since"), question.asker.scope
    since, offset = asked.start if asked else None, (question.page - 1) * size
    total = await question.house.ask(lambda store: store.audit.count(server, since))
    found = await question.house.ask(lambda store: store.audit.of(server, size, offset, since))
    if not total:
        return said("Nothing was changed here so far." if since is None else "Nothing was changed here since then.")
    if not found:
        raise past_the_end(paged(total, size))
    names = await question.house.ask(_servers) if server is None else {}
    lines = tuple(_entry(one, question, names) for one in found)
    card = Card(f"{count(total, 'change')}, newest first", lines=lines)
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
    return cut(clean(text), 120) or "none"
