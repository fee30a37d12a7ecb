"""Where Discord is: the two addresses, and which hosts may be given the token."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from yarl import URL

from bot.language import _
from config.mistakes import Problem
from config.schema import Discord

OWN = ("discord.com", "discord.gg", "discordapp.com")


class AddressError(ValueError):
    """An address that must not be given the token; the text is one line for the operator."""


def checked(settings: Discord) -> tuple[str, str]:
    """The REST base (without a slash at its end) and the gateway's address, both found fit to receive the token.

    Fit are Discord's own hosts over TLS, loopback, and the one host that `allowed_host` names exactly.
    Raises AddressError, naming the setting.
    """
    return str(_base(settings)).rstrip("/"), str(_gateway(settings))


def address_mistakes(settings: Discord) -> Iterator[Problem]:
    """Every reason why they would be refused; the key says which of them."""
    for key, look in (("api_base", _base), ("gateway_url", _gateway)):
        try:
            look(settings)
        except AddressError as error:
            yield ("discord", key), str(error).partition(": ")[2]


def is_discords(settings: Discord) -> bool:
    """Whether the token goes to Discord itself, and not to another server that speaks as it does."""
    return _own(URL(settings.api_base).host or "")


def apply(settings: Discord) -> None:
    """Point discord.py at the addresses; raises AddressError. They are the library's class attributes."""
    base, gateway = checked(settings)
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415 - only the process that connects pays for it
    from discord.http import Route  # noqa: PLC0415

    Route.BASE = base
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)


def _base(settings: Discord) -> URL:
    return _fit("DISCORD_API_BASE", settings.api_base, ("https", "http"), settings.allowed_host)


def _gateway(settings: Discord) -> URL:
    return _fit("DISCORD_GATEWAY_URL", settings.gateway_url, ("wss", "ws"), settings.allowed_host)


def _fit(setting: str, address: str, schemes: tuple[str, str], allowed: str | None) -> URL:
    try:
        url = URL(address)
        host = url.host
    except ValueError as error:
        raise AddressError(_("{setting}: is no address").format(setting=setting)) from error
    if url.scheme not in schemes or not host:
        raise AddressError(
            _("{setting}: must start with {scheme}:// or {other}:// and name a host").format(
                setting=setting, scheme=schemes[0], other=schemes[1]
            )
        )
    if url.user or url.password:
        raise AddressError(_("{setting}: must not carry a user or a password").format(setting=setting))
    if not (_loopback(host) or _same(host, allowed) or (_own(host) and url.scheme == schemes[0])):
        raise AddressError(
            _(
                "{setting}: the token would go to {host!r}, which is neither Discord's (over {scheme}) "
                "nor loopback; if that is meant, name it in DISCORD_ALLOWED_HOST"
            ).format(setting=setting, host=host, scheme=schemes[0])
        )
    return url


def _own(host: str) -> bool:
    return any(host == one or host.endswith("." + one) for one in OWN)


def _same(host: str, allowed: str | None) -> bool:
    return bool(allowed) and host.lower() == (allowed or "").strip().lower()


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
