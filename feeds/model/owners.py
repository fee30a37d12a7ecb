"""Whose a feed is: one that a chat server added bears the server's id behind its name, wherever it is named.

So two servers may call theirs alike, and whatever names a feed says by itself who may see it.
"""

from __future__ import annotations

import re

_OWNER = re.compile(r" @(\d{1,20})$")


def owned_name(name: str, server: str) -> str:
    """The name of a feed of a server; "" is the operator, whose feeds are called as they are."""
    return f"{name} @{server}" if server else name


def owner_of(name: str) -> str:
    """The server whose feed this is; "" for the operator's, which everybody may see."""
    found = _OWNER.search(name)
    return found[1] if found else ""


def plain_name(name: str) -> str:
    """The name as members read it."""
    return _OWNER.sub("", name)


def shared_with(server: str, scope: str | None) -> bool:
    """Whether what is a server's ("": the operator's) may be told to a server; None is the operator, who sees all."""
    return scope is None or server in ("", scope)


def seen_by(name: str, scope: str | None) -> bool:
    """Whether a feed may be named to a server; None is the operator."""
    return shared_with(owner_of(name), scope)
