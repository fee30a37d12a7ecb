"""What is missing in a channel, or would not work there, each thing in a sentence that says what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.desk.parse import Trouble
from bot.desk.question import Question
from bot.language import N_, _
from bot.wording.causes import cause_text
from bot.wording.formats import clean, instant
from feeds.model import Action, Cause, CauseKind, Channel, Subscription

# By the names of Discord's rights, as a place's `Cause` tells them.
_RIGHTS: Mapping[str, str] = {
    "view_channel": N_("I may not view this channel, so nothing is posted."),
    "send_messages": N_("I may not send messages here, so nothing is posted."),
    "send_messages_in_threads": N_("I may not send messages here, so nothing is posted."),
    "create_posts": N_("I may not create posts here, so nothing is posted."),
    "embed_links": N_("I may not embed links here, so nothing is posted; short plain texts need no embeds (lowband)."),
    "read_message_history": N_("I may not read the message history here, and without it nothing is posted."),
    "attach_files": N_("I may not attach files here, so maps, charts and exports do not come."),
    "create_public_threads": N_("I may not create threads here, so what is new of a story is told in replies."),
    "write_in_threads": N_("I may not write in threads here, so what is new of a story is not told there."),
}


def place_here(question: Question) -> Channel:
    """The channel in which it was asked, or what it would be if alerts went there. Raises Trouble where none can."""
    if question.channel is not None:
        return question.channel
    asker = question.asker
    if not asker.target:
        raise Trouble(_("Alerts cannot be posted here. Ask again in the channel that they should go to."))
    return Channel(f"{asker.transport}:{asker.target}", asker.transport, asker.target, server=asker.server)


async def missing_here(question: Question) -> list[str]:
    """The sentences, what keeps everything from being posted first; none where all is well."""
    place, wishes = place_here(question), question.wishes
    roles = list(dict.fromkeys(one.role for one in wishes if one.role))
    found = await question.asker.look(place, roles) if question.asker.look else ()
    if place.held is not None and place.held not in found and not question.asker.look:
        found = (place.held, *found)
    told = [line for cause in found for line in _told(cause)]
    return list(dict.fromkeys((*_unwanted(question), *told, *_unrung(question, wishes), *_muted(place, question))))


def _told(cause: Cause) -> Iterator[str]:
    """What a place says of itself, in the bot's own voice."""
    rights = cause.args.get("rights")
    if cause.kind is CauseKind.LACKING and isinstance(rights, Sequence):
        plain = _("I lack a right here: {name}.")
        yield from (_(_RIGHTS[one]) if one in _RIGHTS else plain.format(name=one) for one in rights)
        yield _("My role gets rights in this channel's settings, under Permissions.")
    elif cause.kind is CauseKind.ROLE_SILENT:
        yield _(
            "@{role} cannot be pinged: in the server's settings, under Roles, let anyone mention it, or let me mention "
            "all roles."
        ).format(role=cause.args["role"])
    else:
        said = cause_text(cause)
        yield f"{said[:1].upper()}{said[1:].rstrip('.')}."


def _unwanted(question: Question) -> Iterator[str]:
    if not question.wishes:
        yield _("No alerts go to this channel yet: {prefix}setup or {prefix}subscribe sends them here.").format(
            prefix=question.prefix
        )


def _unrung(question: Question, wishes: Sequence[Subscription]) -> Iterator[str]:
    """That something is to ping and nobody is named, or the other way round. A place without roles rings nobody."""
    if question.asker.roles is None:
        return
    loud = [one for one in wishes if rings(one)]
    if any(one.role is None for one in loud):
        said = _("No role: nothing can ping. {prefix}channel role @name names one.")
        yield said.format(prefix=question.prefix)
    if wishes and not loud and any(one.role for one in wishes):
        yield _("Nothing is set to ping: {prefix}channel incident ping does it.").format(prefix=question.prefix)


def rings(wish: Subscription) -> bool:
    """Whether something of what is wanted is to ping."""
    return Action.PING in dict(wish.actions).values()


def _muted(place: Channel, question: Question) -> Iterator[str]:
    if place.muted_until is not None and place.muted_until > question.now:
        until = clean(instant(place.muted_until, question.now))
        said = _("Quiet here until {until}; new stories wait in the digest. {prefix}unmute ends it.")
        yield said.format(until=until, prefix=question.prefix)
