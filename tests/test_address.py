"""Which hosts may be given Discord's token."""

from __future__ import annotations

import pytest

from bot.discord import address
from bot.discord.address import AddressError
from config.schema import Discord


def settings(base=None, gateway=None, allowed=None):
    given = {"api_base": base, "gateway_url": gateway, "allowed_host": allowed}
    return Discord(**{key: value for key, value in given.items() if value is not None})


def test_discords_own_addresses_are_the_default():
    """Nothing needs to be set to reach Discord."""
    assert address.checked(settings()) == ("https://discord.com/api/v10", "wss://gateway.discord.gg/")


@pytest.mark.parametrize("base", [
    "http://127.0.0.1:8080/api/v10", "http://localhost:1/api", "http://[::1]:9/api/v10", "http://127.8.9.1/api",
    "https://canary.discord.com/api/v10", "https://discord.com/api/v10/",
])  # fmt: skip
def test_discord_and_loopback_are_taken(base):
    """Loopback in any spelling, for tests and proxies, and every host of Discord's."""
    assert address.checked(settings(base))[0] == base.rstrip("/")


@pytest.mark.parametrize("base", [
    "https://discord.com.evil.example/api/v10", "https://evil-discord.com/api", "https://discordcom/api",
    "http://discord.com/api/v10", "https://10.0.0.1/api", "https://[::ffff:8.8.8.8]/api", "ftp://127.0.0.1/",
    "https://discord.com@evil.example/api", "https://user:pw@discord.com/api", "https:///api", "nonsense",
    "https://127.0.0.1.evil.example/", "http://0.0.0.0/api", "https://discord.gg.example/",
])  # fmt: skip
def test_other_hosts_are_refused(base):
    """The token goes to that host, so what merely looks like Discord, or comes without TLS, is refused."""
    with pytest.raises(AddressError, match="DISCORD_API_BASE"):
        address.checked(settings(base))


def test_the_gateway_is_checked_too():
    """IDENTIFY carries the token over the gateway."""
    with pytest.raises(AddressError, match="DISCORD_GATEWAY_URL"):
        address.checked(settings(gateway="wss://gateway.example/"))
    with pytest.raises(AddressError, match="DISCORD_GATEWAY_URL"):
        address.checked(settings(gateway="ws://gateway.discord.gg/"))
    assert address.checked(settings(gateway="ws://127.0.0.1:5/g"))[1] == "ws://127.0.0.1:5/g"


def test_another_host_must_be_named_exactly():
    """DISCORD_ALLOWED_HOST opens one host, not its parents, children or neighbours."""
    assert address.checked(settings("https://proxy.example/api", allowed="Proxy.Example"))
    for allowed in ("example", "www.proxy.example", "proxy.example.org", " ", ""):
        with pytest.raises(AddressError):
            address.checked(settings("https://proxy.example/api", allowed=allowed))


def test_discord_py_is_pointed_there(monkeypatch):
    """The library keeps its addresses on two classes."""
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    address.apply(settings("http://127.0.0.1:81/api/v10/", "ws://127.0.0.1:82/g"))
    assert Route("GET", "/users/@me").url == "http://127.0.0.1:81/api/v10/users/@me"
    assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:82/g"
