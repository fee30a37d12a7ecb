"""How the bot comes to a server: the address that invites it, with the scopes and the permissions it needs."""

from __future__ import annotations

import functools
import logging
import sqlite3

import discord
from discord.ext import commands

from feeds.store.db.thread import StoreThread

log = logging.getLogger(__name__)

SCOPES = ("bot", "applications.commands")
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)
_SAID = "discord_invited"


class InvitePart:
    """Says in the log how the bot is invited: once for each application, and whenever it is in no server."""

    def __init__(self, store: StoreThread) -> None:
        self._store = store

    def install(self, client: commands.Bot) -> None:
        """Say it when the application's id is known."""
        client.add_listener(functools.partial(self._ready, client), "on_ready")

    async def _ready(self, client: commands.Bot) -> None:
        application = client.application_id
        if application is None:
            return
        try:
            known = await self._store.run(lambda store: store.meta.get(_SAID)) == str(application)
            if not known or not client.guilds:
                log.info("To invite the bot to a server, open %s", invite_link(application))
                await self._store.run(lambda store: store.meta.put(_SAID, str(application)))
        except sqlite3.OperationalError as error:
            log.warning("whether the invitation was said before is not known (%s)", error)


def invite_link(application: int) -> str:
    """The address at which someone who manages a server adds the bot of this application to it."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=SCOPES)
